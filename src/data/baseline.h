/* baseline: what a score is worth: the one of who always gives the same answer. Any thread. */
#ifndef NNLAB_DATA_BASELINE_H
#define NNLAB_DATA_BASELINE_H

#include "data/dataset.h"

/* Of the validation rows; not a number where there are none. */
typedef struct Baseline {
  double score; /* the largest class's share of them; regression: 0, the R2 of their mean */
  double mae;   /* regression: of the training rows' median, in the target's own unit */
  /* Training rows of the smallest and the largest class; 0 and 0 for regression. */
  int smallest, largest;
} Baseline;

Baseline baseline_measure(const Dataset *data);
/* Whether the smallest class has less than a fifth of the largest one's rows. */
bool baseline_is_imbalanced(const Baseline *baseline);

#endif
