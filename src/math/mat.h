/* mat: views of float matrices and their products, by way of cblas: this folder alone knows it. Matrices are row-major;
 * (R, C) in a comment is rows by columns. A view owns nothing.
 * Threads: any; OpenBLAS runs on the calling thread alone (blas_init). */
#ifndef NNLAB_MATH_MAT_H
#define NNLAB_MATH_MAT_H

#include <stddef.h>

typedef struct Mat {
  float *at; /* element (r, c) is at[r * cols + c] */
  int rows, cols;
} Mat;

static inline Mat mat_view(float *at, int rows, int cols) { return (Mat){at, rows, cols}; }
static inline size_t mat_size(Mat m) { return (size_t)m.rows * (size_t)m.cols; }

/* c (M, N) = a (M, K) b (K, N) + beta c */
void mat_mul(Mat c, Mat a, Mat b, float beta);
/* c (M, N) = a' b with a (K, M), b (K, N) */
void mat_mul_at(Mat c, Mat a, Mat b);
/* c (M, N) = a b' with a (M, K), b (N, K) */
void mat_mul_bt(Mat c, Mat a, Mat b);

/* Every row of m (R, C) becomes row (C). */
void mat_fill_rows(Mat m, const float *row);
/* out (C) = the sum of the rows of m (R, C), in an order that depends on the shape alone. */
void mat_sum_rows(Mat m, float *out);

/* Keeps OpenBLAS to the calling thread. Call once, before the first product. */
void blas_init(void);
/* "OpenBLAS 0.3.21 SkylakeX": the library, and the kernel set it runs on. Static storage. */
const char *blas_name(void);

/* Makes this thread take denormal floats as 0, in and out (where the CPU can): Adam's moments decay into them, and
 * they cost a hundred times what other floats cost. */
void flush_denormals(void);

#endif
