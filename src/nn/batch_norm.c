#include "nn/batch_norm.h"

#include <math.h>
#include <string.h>

#include "base/simd.h"

enum { BLOCK_ROWS = 64 }; /* rows that are summed in floats before they are added to the doubles */

static size_t units(const BatchNorm *norm) { return (size_t)norm->base.out; }

/* In all kernels rows are the outer loop: memory is read in order, and the units are the vector's lanes. */
MULTIVERSION static void block_sum(const float *restrict x, size_t rows, size_t cols, float *restrict sum) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < cols; c++) {
      sum[c] += x[r * cols + c];
    }
  }
}

MULTIVERSION static void block_square_sum(const float *restrict x, size_t rows, size_t cols, const float *restrict mean,
                                          float *restrict sum) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < cols; c++) {
      float d = x[r * cols + c] - mean[c];
      sum[c] += d * d;
    }
  }
}

/* sum += dy; product += dy * (x - mean) */
MULTIVERSION static void block_gradient_sums(const float *restrict dy, const float *restrict x, size_t rows,
                                             size_t cols, const float *restrict mean, float *restrict sum,
                                             float *restrict product) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < cols; c++) {
      float d = dy[r * cols + c];
      sum[c] += d;
      product[c] += d * (x[r * cols + c] - mean[c]);
    }
  }
}

MULTIVERSION static void scale_shift(const float *restrict x, size_t rows, size_t cols, const float *restrict scale,
                                     const float *restrict shift, float *restrict y) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < cols; c++) {
      y[r * cols + c] = x[r * cols + c] * scale[c] + shift[c];
    }
  }
}

MULTIVERSION static void normalize(const float *restrict x, size_t rows, size_t cols, const float *restrict mean,
                                   const float *restrict scale, const float *restrict beta, float *restrict y) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < cols; c++) {
      y[r * cols + c] = (x[r * cols + c] - mean[c]) * scale[c] + beta[c];
    }
  }
}

/* dx = a dy - (x - mean) b - m, all three for each unit; dx may be dy. */
MULTIVERSION static void input_gradient(const float *dy, const float *x, size_t rows, size_t cols, const float *mean,
                                        const float *a, const float *b, const float *m, float *dx) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < cols; c++) {
      size_t i = r * cols + c;
      dx[i] = a[c] * dy[i] - (x[i] - mean[c]) * b[c] - m[c];
    }
  }
}

static void add_and_clear(double *total, float *part, size_t count) {
  for (size_t c = 0; c < count; c++) {
    total[c] += (double)part[c];
    part[c] = 0.0f;
  }
}

/* norm->sum = the column sums of x, or of (x - mean)^2 where `mean` is given. */
static void column_sums(BatchNorm *norm, Mat x, const float *mean) {
  size_t cols = units(norm);
  memset(norm->sum, 0, cols * sizeof *norm->sum);
  memset(norm->scale, 0, cols * sizeof *norm->scale);
  for (int r = 0; r < x.rows; r += BLOCK_ROWS) {
    size_t rows = (size_t)(x.rows - r < BLOCK_ROWS ? x.rows - r : BLOCK_ROWS);
    const float *at = x.at + (size_t)r * cols;
    if (mean) {
      block_square_sum(at, rows, cols, mean, norm->scale);
    } else {
      block_sum(at, rows, cols, norm->scale);
    }
    add_and_clear(norm->sum, norm->scale, cols);
  }
}

static void forward_train(BatchNorm *norm) {
  size_t cols = units(norm);
  Mat x = norm->base.x;
  float keep = (float)norm->momentum, take = (float)(1.0 - norm->momentum);
  column_sums(norm, x, NULL);
  for (size_t c = 0; c < cols; c++) {
    norm->mean[c] = (float)(norm->sum[c] / x.rows);
    norm->moving_mean[c] = norm->moving_mean[c] * keep + norm->mean[c] * take;
  }
  column_sums(norm, x, norm->mean);
  for (size_t c = 0; c < cols; c++) {
    double variance = norm->sum[c] / x.rows;
    norm->moving_variance[c] = norm->moving_variance[c] * keep + (float)variance * take;
    norm->inv_std[c] = (float)(1.0 / sqrt(variance + norm->epsilon));
    norm->scale[c] = norm->gamma[c] * norm->inv_std[c];
  }
  normalize(x.at, (size_t)x.rows, cols, norm->mean, norm->scale, norm->beta, norm->base.y.at);
}

static void forward_inference(BatchNorm *norm) {
  size_t cols = units(norm);
  for (size_t c = 0; c < cols; c++) {
    norm->scale[c] = norm->gamma[c] * (float)(1.0 / sqrt((double)norm->moving_variance[c] + norm->epsilon));
    norm->shift[c] = norm->beta[c] - norm->moving_mean[c] * norm->scale[c];
  }
  scale_shift(norm->base.x.at, (size_t)norm->base.x.rows, cols, norm->scale, norm->shift, norm->base.y.at);
}

static void batch_norm_forward(Layer *layer, Pass pass) {
  layer->y.rows = layer->x.rows;
  if (pass.train) {
    forward_train((BatchNorm *)layer);
  } else {
    forward_inference((BatchNorm *)layer);
  }
}

/* With n = (x - mean) inv_std: dgamma = sum dy n, dbeta = sum dy, and
 * dx = gamma inv_std (dy - mean(dy) - n mean(dy n)). */
static void batch_norm_backward(Layer *layer, Mat dy, Mat dx) {
  BatchNorm *norm = (BatchNorm *)layer;
  size_t cols = units(norm);
  memset(norm->sum, 0, cols * sizeof *norm->sum);
  memset(norm->sum_product, 0, cols * sizeof *norm->sum_product);
  memset(norm->scale, 0, cols * sizeof *norm->scale);
  memset(norm->shift, 0, cols * sizeof *norm->shift);
  for (int r = 0; r < dy.rows; r += BLOCK_ROWS) {
    size_t rows = (size_t)(dy.rows - r < BLOCK_ROWS ? dy.rows - r : BLOCK_ROWS), start = (size_t)r * cols;
    block_gradient_sums(dy.at + start, layer->x.at + start, rows, cols, norm->mean, norm->scale, norm->shift);
    add_and_clear(norm->sum, norm->scale, cols);
    add_and_clear(norm->sum_product, norm->shift, cols);
  }
  float *a = norm->scale, *b = norm->shift, *m = norm->gamma_grad; /* dgamma is written last: its room serves first */
  for (size_t c = 0; c < cols; c++) {
    double inv_std = (double)norm->inv_std[c], slope = (double)norm->gamma[c] * inv_std;
    a[c] = (float)slope;
    b[c] = (float)(slope * inv_std * inv_std * norm->sum_product[c] / dy.rows);
    m[c] = (float)(slope * norm->sum[c] / dy.rows);
  }
  if (dx.at) {
    input_gradient(dy.at, layer->x.at, (size_t)dy.rows, cols, norm->mean, a, b, m, dx.at);
  }
  for (size_t c = 0; c < cols; c++) {
    norm->beta_grad[c] = (float)norm->sum[c];
    norm->gamma_grad[c] = (float)(norm->sum_product[c] * (double)norm->inv_std[c]);
  }
}

static void batch_norm_reserve(Layer *layer, Arena *arena, int rows) {
  (void)rows;
  BatchNorm *norm = (BatchNorm *)layer;
  norm->mean = arena_floats(arena, units(norm));
  norm->inv_std = arena_floats(arena, units(norm));
  norm->scale = arena_floats(arena, units(norm));
  norm->shift = arena_floats(arena, units(norm));
  norm->sum = arena_alloc(arena, units(norm), sizeof(double), 64);
  norm->sum_product = arena_alloc(arena, units(norm), sizeof(double), 64);
}

const LayerOps BATCH_NORM_OPS = {.kind = LAYER_BATCH_NORM,
                                 .in_place = true,
                                 .reserve = batch_norm_reserve,
                                 .forward = batch_norm_forward,
                                 .backward = batch_norm_backward};

void batch_norm_initialize(BatchNorm *norm) {
  for (size_t c = 0; c < units(norm); c++) {
    norm->gamma[c] = 1.0f;
    norm->beta[c] = 0.0f;
    norm->gamma_grad[c] = 0.0f;
    norm->beta_grad[c] = 0.0f;
    norm->moving_mean[c] = 0.0f;
    norm->moving_variance[c] = 1.0f;
  }
}

void batch_norm_measure_start(BatchNorm *norm) {
  memset(norm->sum, 0, units(norm) * sizeof *norm->sum);
  memset(norm->sum_product, 0, units(norm) * sizeof *norm->sum_product);
  norm->counted = 0;
}

/* Sums of squares in doubles: a float's 24 bits squared leave room for millions of rows without cancellation. */
void batch_norm_measure_add(BatchNorm *norm, Mat x) {
  size_t cols = units(norm);
  for (size_t i = 0; i < mat_size(x); i++) {
    double value = (double)x.at[i];
    norm->sum[i % cols] += value;
    norm->sum_product[i % cols] += value * value;
  }
  norm->counted += x.rows;
}

void batch_norm_measure_end(BatchNorm *norm) {
  for (size_t c = 0; c < units(norm); c++) {
    double mean = norm->sum[c] / (double)norm->counted;
    double variance = norm->sum_product[c] / (double)norm->counted - mean * mean;
    norm->moving_mean[c] = (float)mean;
    norm->moving_variance[c] = (float)(variance > 0.0 ? variance : 0.0);
  }
}
