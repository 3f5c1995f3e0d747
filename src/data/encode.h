/* encode: the columns of a table -> features, as training has them: what is missing and which levels there are is
 * learnt from the training rows alone.
 *   numbers: as they are; a missing one gets the training rows' median. Where the training rows miss one, a feature
 *     "age missing" follows that is 1 where the cell was missing. A column without any number in the training rows is
 *     0 in every row.
 *   categories: one feature "port=Oslo" for each level of the training rows, 1 where the cell has it, most frequent
 *     first; the ENCODE_MAX_LEVELS most frequent ones, and "port=other" for the rest. Where the training rows miss one,
 *     "port missing" follows. Of two levels and nothing missing the second alone is a feature: it says all. A level
 *     that the training rows do not have is another one where there is "port=other", and 0 everywhere where not.
 * Any thread. */
#ifndef NNLAB_DATA_ENCODE_H
#define NNLAB_DATA_ENCODE_H

#include <stdbool.h>

#include "data/table.h"

enum { ENCODE_MAX_LEVELS = 20 };

/* How one column becomes features. */
typedef struct ColumnCode {
  int levels;               /* 0: numbers */
  int first;                /* its first feature */
  int features;             /* that it becomes */
  int missing;              /* its feature that says "missing"; -1: none */
  int other;                /* categories: the feature of levels without one; -1: none */
  const int *level_feature; /* (levels) the feature of each, -1: none of its own */
  float median;             /* numbers: what a missing one gets; 0 where the whole table misses none */
  bool empty;               /* numbers: the training rows have none */
} ColumnCode;

typedef struct Encoder {
  int columns, features;
  const ColumnCode *column;        /* (columns) */
  const char *const *feature_name; /* (features), printable */
} Encoder;

/* Learns from the first `rows` rows of `table`, which are the training rows. The encoder lives in `arena` and refers to
 * the table's names. */
void encoder_fit(Encoder *encoder, Arena *arena, const Table *table, int rows);
/* Writes the features of `cells` (rows, columns) to `x` (rows, features), which may be `cells` itself where there are
 * as many features as columns. Returns how many missing numbers got a median. */
int encoder_apply(const Encoder *encoder, const float *cells, int rows, float *x);

#endif
