#include "math/mat.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/simd.h"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

void mat_mul(Mat c, Mat a, Mat b, float beta) {
  ASSERT(a.cols == b.rows && c.rows == a.rows && c.cols == b.cols);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, c.rows, c.cols, a.cols, 1.0f, a.at, a.cols, b.at, b.cols, beta,
              c.at, c.cols);
}

void mat_mul_at(Mat c, Mat a, Mat b) {
  ASSERT(a.rows == b.rows && c.rows == a.cols && c.cols == b.cols);
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, c.rows, c.cols, a.rows, 1.0f, a.at, a.cols, b.at, b.cols, 0.0f,
              c.at, c.cols);
}

void mat_mul_bt(Mat c, Mat a, Mat b) {
  ASSERT(a.cols == b.cols && c.rows == a.rows && c.cols == b.rows);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, c.rows, c.cols, a.cols, 1.0f, a.at, a.cols, b.at, b.cols, 0.0f,
              c.at, c.cols);
}

void mat_fill_rows(Mat m, const float *row) {
  for (int r = 0; r < m.rows; r++) {
    memcpy(m.at + (size_t)r * (size_t)m.cols, row, (size_t)m.cols * sizeof *row);
  }
}

MULTIVERSION static void add_rows(const float *restrict at, int rows, int cols, float *restrict out) {
  for (int r = 0; r < rows; r++) {
    for (int c = 0; c < cols; c++) {
      out[c] += at[(size_t)r * (size_t)cols + (size_t)c];
    }
  }
}

void mat_sum_rows(Mat m, float *out) {
  memset(out, 0, (size_t)m.cols * sizeof *out);
  add_rows(m.at, m.rows, m.cols, out);
}

void blas_init(void) { openblas_set_num_threads(1); }

const char *blas_name(void) {
  static char name[128];
  if (!name[0]) {
    char config[64];
    (void)snprintf(config, sizeof config, "%s",
                   openblas_get_config()); /* "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..." */
    char *space = strchr(config, ' ');
    space = space ? strchr(space + 1, ' ') : NULL;
    if (space) {
      *space = '\0';
    }
    (void)snprintf(name, sizeof name, "%s %s", config, openblas_get_corename());
  }
  return name;
}

void flush_denormals(void) {
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | 0x8040u); /* flush to zero, denormals are zero */
#elif defined(__aarch64__)
  unsigned long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | (1ul << 24)));
#endif
}
