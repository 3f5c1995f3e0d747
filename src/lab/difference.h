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

enum { DIFFERENCE_MOST = 12 };
typedef char DifferenceText[512];

/* Called for each setting, with its value in each experiment; a layer's is that of every hidden layer, "0.5", or, where
 * they differ, those of all: "0.5, 0.25, 0". */
typedef void DifferenceAmongSink(void *context, const char *key, DifferenceText *values);

/* Tells `sink` every setting that is not the same in all of the `count` experiments, at most DIFFERENCE_MOST. */
void difference_among(const Experiment *experiments, int count, DifferenceAmongSink *sink, void *context);

#endif
