/* mat: matrices of floats in panels, and their products.
 *
 * A matrix (R, C) is stored in panels of 16 columns: panel p holds columns 16 p .. 16 p + 15 of every row, row after
 * row, so that a row of a panel is one cache line and a panel is contiguous. The last panel is filled up with pad
 * columns. Weights, activations and gradients all lie like this, because all three products of a Dense layer then read
 * and write memory in order: nothing is packed, copied or read across rows in a training step, and whatever works
 * column by column (batch normalization) or element by element can follow a product panel by panel, while the panel is
 * in the cache. (The blocked layouts of BLIS and oneDNN, kept all the time.)
 *
 * Every element of a product is one sum over the depth, in order, with one fused multiply-add a term. So its bits
 * depend neither on the kernel set (AVX-512, AVX2: math/kernels.h) nor on which panels are computed together.
 *
 * A view owns nothing. Pointers are aligned to 64 bytes. Threads: any, on panels of their own. */
#ifndef NNLAB_MATH_MAT_H
#define NNLAB_MATH_MAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/simd.h"
#include "math/kernels.h"

typedef struct Mat {
  float *at;
  int rows, cols;
} Mat;

/* Panels from .. to - 1 of a matrix: a piece of work. */
typedef struct Span {
  int from, to;
} Span;

static inline Mat mat_view(float *at, int rows, int cols) { return (Mat){at, rows, cols}; }
static inline int mat_panels(int cols) { return (cols + LANES - 1) / LANES; }
static inline Span mat_all(Mat m) { return (Span){0, mat_panels(m.cols)}; }
/* `cols`, rounded up to whole panels. */
static inline int mat_padded(int cols) { return mat_panels(cols) * LANES; }
/* Floats that a matrix takes, pads included. */
static inline size_t mat_floats(int rows, int cols) { return (size_t)rows * (size_t)mat_padded(cols); }
static inline size_t mat_size(Mat m) { return mat_floats(m.rows, m.cols); }
static inline float *mat_panel(Mat m, int panel) { return m.at + (size_t)panel * (size_t)m.rows * LANES; }
static inline size_t mat_span_size(Mat m, Span panels) {
  return (size_t)(panels.to - panels.from) * (size_t)m.rows * LANES;
}
static inline float *mat_element(Mat m, int row, int col) {
  return mat_panel(m, col / LANES) + (size_t)row * LANES + col % LANES;
}

/* How many of `left` to take now, at most `limit`, so that what is taken until nothing is left differs by one at most.
 */
static inline int mat_even_part(int left, int limit) {
  int parts = (left + limit - 1) / limit;
  return (left + parts - 1) / parts;
}

/* Copies between a matrix and row-major values (rows * cols). Pads become 0. */
void mat_from_rows(Mat m, const float *values);
void mat_to_rows(Mat m, float *values);
/* The digest (base/digest.h) with the elements of m added; pads do not count. */
uint64_t mat_digest(Mat m, uint64_t digest);
/* Row r of the span of m becomes row order[r] of the row-major `values` (any number of rows, m.cols); `order` NULL: row
 * r. Pads become 0. */
void mat_gather(Mat m, const float *values, const uint32_t *order, Span panels);

/* y (B, N) = x (B, K) w (K, N) + bias (N, padded): the span of y. Pads of y become what those of w and bias give. */
void mat_mul(Mat y, Mat x, Mat w, const float *bias, Span panels);
/* g (K, N) = x' dy with x (B, K), dy (B, N): the rows of g that belong to the span of x. */
void mat_mul_at(Mat g, Mat x, Mat dy, Span panels);
/* Adam's step on w (K, N), whose moments are m and v, with the gradient x' dy, which is kept nowhere: the rows of w
 * that belong to the span of x. The bits are those of mat_mul_at and a step on its result. */
typedef struct MatStep {
  Adam adam;
  Mat w, m, v;
} MatStep;
void mat_mul_at_step(MatStep step, Mat x, Mat dy, Span panels);
/* dx (B, K) = dy w' with w (K, N) and dyt (N, B), the transpose of dy: the span of dx, whose pads become 0. */
void mat_mul_bt(Mat dx, Mat dyt, Mat w, Span panels);
/* t (C, R) = m' for m (R, C): the rows of t that belong to the span of m. */
void mat_transpose(Mat t, Mat m, Span panels);
/* out (C, padded) = the sum of the rows of m (R, C), in an order that depends on R alone: the span of out. */
void mat_sum_rows(Mat m, float *out, Span panels);

/* Makes this thread take denormal floats as 0, in and out (where the CPU can): Adam's moments decay into them, and
 * they cost a hundred times what other floats cost. */
void flush_denormals(void);

#endif
