#include "nn/batch_norm.h"

#include <math.h>
#include <string.h>

#include "base/order.h"
#include "base/simd.h"

/* Everything here works on one panel: a line holds 16 units of one row, so what is computed over the batch is computed
 * line by line. Sums run in floats over a block of rows, and in doubles over the blocks. */
enum { BLOCK_ROWS = 64 };

static size_t padded(const BatchNorm *norm) { return (size_t)mat_padded(norm->base.out); }
static Lanes *line_of(float *units, int panel) { return (Lanes *)(units + panel * LANES); }

/* out = factor times the sum of the terms of all lines of x. What the term does not name is not read. */
static void sum_rows(LineTerm term, const Lanes *x, int rows, const Lanes *mean, const Lanes *dy, double factor,
                     Lanes *out) {
  double total[LANES] = {0};
  for (int r = 0; r < rows; r += BLOCK_ROWS) {
    float sum[LANES];
    kernels_used()->sum_lines(term, (const float *)&x[r], smaller(rows - r, BLOCK_ROWS), (const float *)mean,
                              (const float *)&dy[r], sum);
    for (int l = 0; l < LANES; l++) {
      total[l] += (double)sum[l];
    }
  }
  for (int l = 0; l < LANES; l++) {
    (*out)[l] = (float)(total[l] * factor);
  }
}

MULTIVERSION static void inverse_root(const float *variance, float epsilon, float *inv_std) {
  for (int l = 0; l < LANES; l++) {
    /* cppcheck-suppress objectIndex ; both are the 16 floats of a line */
    inv_std[l] = 1.0f / sqrtf(variance[l] + epsilon);
  }
}

/* y = (x - mean) scale + beta */
MULTIVERSION static void normalize(const Lanes *x, int rows, const Lanes *mean, const Lanes *scale, const Lanes *beta,
                                   Lanes *y) {
  Lanes m = *mean, s = *scale, b = *beta;
  for (int r = 0; r < rows; r++) {
    y[r] = (x[r] - m) * s + b;
  }
}

/* d = a d - (x - mean) b - c */
MULTIVERSION static void input_gradient(Lanes *d, const Lanes *x, int rows, const Lanes *mean, const Lanes *factors) {
  Lanes m = *mean, a = factors[0], b = factors[1], c = factors[2];
  for (int r = 0; r < rows; r++) {
    d[r] = a * d[r] - (x[r] - m) * b - c;
  }
}

MULTIVERSION static void move_towards(Lanes *moving, const Lanes *batch, float momentum, float rest) {
  *moving = *moving * momentum + *batch * rest;
}

static void forward_train(BatchNorm *norm, int panel) {
  const Lanes *x = (const Lanes *)mat_panel(norm->base.x, panel);
  int rows = norm->base.x.rows;
  float momentum = (float)norm->momentum, rest = (float)(1.0 - norm->momentum);
  Lanes *mean = line_of(norm->mean, panel), *inv_std = line_of(norm->inv_std, panel), variance, scale;
  sum_rows(LINE_VALUE, x, rows, x, x, 1.0 / rows, mean);
  sum_rows(LINE_SQUARE, x, rows, mean, x, 1.0 / rows, &variance);
  move_towards(line_of(norm->moving_mean, panel), mean, momentum, rest);
  move_towards(line_of(norm->moving_variance, panel), &variance, momentum, rest);
  inverse_root((const float *)&variance, (float)norm->epsilon, (float *)inv_std);
  scale = *line_of(norm->gamma, panel) * *inv_std;
  normalize(x, rows, mean, &scale, line_of(norm->beta, panel), (Lanes *)mat_panel(norm->base.y, panel));
}

static void forward_inference(BatchNorm *norm, int panel) {
  Lanes scale;
  inverse_root(norm->moving_variance + panel * LANES, (float)norm->epsilon, (float *)&scale);
  scale *= *line_of(norm->gamma, panel);
  normalize((const Lanes *)mat_panel(norm->base.x, panel), norm->base.x.rows, line_of(norm->moving_mean, panel), &scale,
            line_of(norm->beta, panel), (Lanes *)mat_panel(norm->base.y, panel));
}

static void batch_norm_forward(Layer *layer, const Pass *pass, Span panels) {
  for (int p = panels.from; p < panels.to; p++) {
    if (pass->train) {
      forward_train((BatchNorm *)layer, p);
    } else {
      forward_inference((BatchNorm *)layer, p);
    }
  }
}

/* With n = (x - mean) inv_std: dgamma = sum dy n, dbeta = sum dy, and
 * dx = gamma inv_std (dy - mean(dy) - n mean(dy n)). */
static void backward_panel(BatchNorm *norm, Mat d, int panel) {
  const Lanes *x = (const Lanes *)mat_panel(norm->base.x, panel), *mean = line_of(norm->mean, panel);
  Lanes *dy = (Lanes *)mat_panel(d, panel), *dgamma = line_of(norm->gamma_grad, panel);
  Lanes inv_std = *line_of(norm->inv_std, panel), product;
  float inverse_rows = 1.0f / (float)d.rows;
  mat_sum_rows(d, norm->beta_grad, (Span){panel, panel + 1});
  sum_rows(LINE_PRODUCT, x, d.rows, mean, dy, 1.0, &product);
  *dgamma = product * inv_std;
  Lanes slope = *line_of(norm->gamma, panel) * inv_std;
  const Lanes factors[] = {slope, slope * inv_std * *dgamma * inverse_rows,
                           slope * *line_of(norm->beta_grad, panel) * inverse_rows};
  input_gradient(dy, x, d.rows, mean, factors);
}

static void batch_norm_backward(Layer *layer, Mat d, Span panels) {
  for (int p = panels.from; p < panels.to; p++) {
    backward_panel((BatchNorm *)layer, d, p);
  }
}

static void batch_norm_reserve(Layer *layer, Arena *arena, int rows) {
  (void)rows;
  BatchNorm *norm = (BatchNorm *)layer;
  norm->mean = arena_floats(arena, padded(norm));
  norm->inv_std = arena_floats(arena, padded(norm));
  norm->sum = arena_alloc(arena, padded(norm), sizeof(double), 64);
  norm->sum_squares = arena_alloc(arena, padded(norm), sizeof(double), 64);
}

const LayerOps BATCH_NORM_OPS = {.kind = LAYER_BATCH_NORM,
                                 .reserve = batch_norm_reserve,
                                 .forward = batch_norm_forward,
                                 .backward = batch_norm_backward};

/* Pads are like units: whatever they hold is normalized too, and must stay finite. */
void batch_norm_initialize(BatchNorm *norm) {
  for (size_t c = 0; c < padded(norm); c++) {
    norm->gamma[c] = 1.0f;
    norm->beta[c] = 0.0f;
    norm->gamma_grad[c] = 0.0f;
    norm->beta_grad[c] = 0.0f;
    norm->moving_mean[c] = 0.0f;
    norm->moving_variance[c] = 1.0f;
  }
}

void batch_norm_measure_start(BatchNorm *norm) {
  memset(norm->sum, 0, padded(norm) * sizeof *norm->sum);
  memset(norm->sum_squares, 0, padded(norm) * sizeof *norm->sum_squares);
  norm->counted = 0;
}

/* Sums of squares in doubles: a float's 24 bits squared leave room for millions of rows without cancellation. */
void batch_norm_measure_add(BatchNorm *norm, Mat x) {
  for (int col = 0; col < x.cols; col++) {
    for (int row = 0; row < x.rows; row++) {
      double value = (double)*mat_element(x, row, col);
      norm->sum[col] += value;
      norm->sum_squares[col] += value * value;
    }
  }
  norm->counted += x.rows;
}

void batch_norm_measure_end(BatchNorm *norm) {
  for (int c = 0; c < norm->base.out; c++) {
    double mean = norm->sum[c] / (double)norm->counted;
    double variance = norm->sum_squares[c] / (double)norm->counted - mean * mean;
    norm->moving_mean[c] = (float)mean;
    norm->moving_variance[c] = (float)(variance > 0.0 ? variance : 0.0);
  }
}
