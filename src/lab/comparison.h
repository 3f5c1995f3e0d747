/* comparison: some runs side by side, in words and numbers: a row for each setting that is not the same in all of them,
 * and for each result. A value, which a screen draws and a command prints. */
#ifndef NNLAB_LAB_COMPARISON_H
#define NNLAB_LAB_COMPARISON_H

#include <stdbool.h>

#include "lab/difference.h"

typedef struct ComparisonRow {
  const char *label;
  const char *values[DIFFERENCE_MOST]; /* of each run; "-" where there is none */
  bool is_result;                      /* else what sets the runs apart */
  int best;                            /* the run that has the best value of the row; -1: none has */
} ComparisonRow;

/* Texts are printable and belong to whoever made it. */
typedef struct Comparison {
  int runs;
  int count; /* rows: first what sets the runs apart, then the results */
  const ComparisonRow *items;
} Comparison;

#endif
