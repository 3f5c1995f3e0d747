/* vec: sums and checks over contiguous floats. Sums run over 16 lanes in a fixed order, in doubles, so that their bits
 * do not depend on the instruction set. */
#ifndef NNLAB_MATH_VEC_H
#define NNLAB_MATH_VEC_H

#include <stdbool.h>
#include <stddef.h>

double vec_sum_squares(const float *values, size_t count);
double vec_sum_abs(const float *values, size_t count);
void vec_scale(float *values, size_t count, float factor);
void vec_clamp(float *values, size_t count, float limit); /* to -limit .. limit; not-a-number stays */
/* The index of the first value that is not finite; `count` when all are. */
size_t vec_find_nonfinite(const float *values, size_t count);

#endif
