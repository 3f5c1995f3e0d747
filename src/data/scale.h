/* scale: standardisation, (x - mean) / deviation for each column, as scikit-learn's StandardScaler has it. Any
 * thread. */
#ifndef NNLAB_DATA_SCALE_H
#define NNLAB_DATA_SCALE_H

#include <stddef.h>

#include "base/arena.h"

enum { SCALE_ALL_FIT = -1 };

/* Fits `mean` and `scale` (columns) to `values` (rows, columns), row by row, which is the order they lie in. The
 * deviation is that of the values themselves (divided by their number); where it is 0, the scale is 1. Of equal values
 * it is exactly 0: a double holds the sum of 2^29 equal floats without rounding. */
void scale_fit(Arena *scratch, const float *values, size_t rows, size_t columns, float *mean, float *scale);
/* Scales `values` (rows, columns). Returns a column in which a scaled value is too large for a float, or
 * SCALE_ALL_FIT. */
int scale_apply(const float *mean, const float *scale, float *values, size_t rows, size_t columns);

#endif
