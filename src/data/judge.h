/* judge: what a column is, by the evidence of all its cells. Used by profile.c alone. */
#ifndef NNLAB_DATA_JUDGE_H
#define NNLAB_DATA_JUDGE_H

#include "data/evidence.h"

typedef enum ColumnWish { WISH_NONE = 0, WISH_NUMERIC, WISH_CATEGORICAL } ColumnWish;

/* Fills type, used, why, levels and word_values of `profile` for column `c` as a feature. */
void judge_column(Arena *arena, const Frame *frame, const Evidence *evidence, int c, int rows, ColumnWish wish,
                  ColumnProfile *profile);

#endif
