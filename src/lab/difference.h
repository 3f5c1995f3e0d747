/* difference: what makes one experiment another, as the assignments that --set takes. */
#ifndef NNLAB_LAB_DIFFERENCE_H
#define NNLAB_LAB_DIFFERENCE_H

#include "lab/experiment.h"
#include "lab/param.h"

/* Called for each assignment, in the order in which they make `to` of `from`: "layers", "dropout" (of every hidden
 * layer) or "layers.2.dropout"; `from` is "" where the layers' values differ among themselves. */
typedef void DifferenceSink(void *context, const char *key, const char *from, const char *to);

/* Tells `sink` every setting of `to` that is not as in `from`. Layers that only `to` has are compared with the last
 * layer of `from`, as --set layers=N makes them. */
void difference_each(const Experiment *from, const Experiment *to, DifferenceSink *sink, void *context);
/* The assignments as one printable line, "layers=3 dropout=0.5"; "" when there is none. Cut where it does not fit. */
void difference_text(const Experiment *from, const Experiment *to, char *out, size_t size);

#endif
