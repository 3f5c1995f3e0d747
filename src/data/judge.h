/* judge: what a column is, by the evidence of all its cells. Used by profile.c alone. */
#ifndef NNLAB_DATA_JUDGE_H
#define NNLAB_DATA_JUDGE_H

#include "data/profile.h"

/* What the cells of a column are, counted over the file's own rows. */
typedef struct Evidence {
  int numbers, words, missing; /* cells */
  bool whole;                  /* every number is */
  double min, max;             /* of the numbers */
  int distinct;                /* different numbers, at most PROFILE_MANY + 1 */
  float *values;               /* (distinct) ascending; nothing when there are more than PROFILE_MANY */
  int *value_rows;             /* (distinct) */
  bool counts_up;              /* the first column alone: it is 0, 1, 2 ... or 1, 2, 3 ... from row to row */
} Evidence;

/* Gathers the evidence of every column: (frame->columns). */
Evidence *judge_gather(Arena *arena, const Frame *frame, int rows);

typedef enum ColumnWish { WISH_NONE = 0, WISH_NUMERIC, WISH_CATEGORICAL } ColumnWish;

/* Fills type, used, why, levels and word_values of `profile` for column `c` as a feature. */
void judge_column(Arena *arena, const Frame *frame, const Evidence *evidence, int c, int rows, ColumnWish wish,
                  ColumnProfile *profile);

#endif
