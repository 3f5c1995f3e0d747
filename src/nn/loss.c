#include "nn/loss.h"

#include <math.h>
#include <string.h>

#include "base/fatal.h"
#include "base/simd.h"
#include "math/elementary.h"

MULTIVERSION static void exp_all(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    values[i] = elem_exp(values[i]);
  }
}

/* The part of row `row` in panel `panel`, and how many columns it has. */
static float *line_at(Mat m, int row, int panel, int *cols) {
  int left = m.cols - panel * LANES;
  *cols = left < LANES ? left : LANES;
  return mat_panel(m, panel) + (size_t)row * LANES;
}

/* The column of the row's first largest value, and that value. */
static int row_largest(Mat m, int row, float *most) {
  int best = 0, cols;
  *most = *mat_element(m, row, 0);
  for (int p = 0; p < mat_panels(m.cols); p++) {
    const float *line = line_at(m, row, p, &cols);
    for (int c = 0; c < cols; c++) {
      best = line[c] > *most ? p * LANES + c : best;
      *most = line[c] > *most ? line[c] : *most;
    }
  }
  return best;
}

static void row_shift(Mat from, Mat to, int row, float by) {
  int cols;
  for (int p = 0; p < mat_panels(to.cols); p++) {
    const float *line = line_at(from, row, p, &cols);
    float *shifted = line_at(to, row, p, &cols);
    for (int c = 0; c < LANES; c++) {
      shifted[c] = line[c] - by;
    }
  }
}

static float row_sum(Mat m, int row) {
  float sum = 0.0f;
  int cols;
  for (int p = 0; p < mat_panels(m.cols); p++) {
    const float *line = line_at(m, row, p, &cols);
    for (int c = 0; c < cols; c++) {
      sum += line[c];
    }
  }
  return sum;
}

/* Multiplies the row; its pads become 0. */
static void row_scale(Mat m, int row, float factor) {
  int cols;
  for (int p = 0; p < mat_panels(m.cols); p++) {
    float *line = line_at(m, row, p, &cols);
    for (int c = 0; c < LANES; c++) {
      line[c] = c < cols ? line[c] * factor : 0.0f;
    }
  }
}

/* A sum of logarithms, as the logarithm of a product for as long as that is far from overflowing. */
typedef struct LogSum {
  double total, product;
} LogSum;

static void log_sum_add(LogSum *sum, double value) {
  sum->product *= value;
  if (!(sum->product < 1e280)) { /* values are at most NET_MAX_UNITS */
    sum->total += log(sum->product);
    sum->product = 1.0;
  }
}

/* Row by row ln(sum e^z) - z_label; then z becomes (softmax - one hot) / B. */
static double softmax_crossentropy(Mat logits, const int32_t *labels, Mat work, Tally *tally) {
  double picked = 0.0;
  float inverse_rows = 1.0f / (float)logits.rows, most;
  for (int r = 0; r < work.rows; r++) {
    tally->correct += row_largest(logits, r, &most) == labels[r];
    row_shift(logits, work, r, most);
    picked += (double)*mat_element(work, r, labels[r]);
  }
  exp_all(work.at, mat_size(work));
  LogSum logs = {.product = 1.0};
  for (int r = 0; r < work.rows; r++) {
    float sum = row_sum(work, r);
    log_sum_add(&logs, (double)sum);
    row_scale(work, r, inverse_rows / sum);
    *mat_element(work, r, labels[r]) -= inverse_rows;
  }
  return logs.total + log(logs.product) - picked;
}

/* The gradient of a network with one output: its pads are 0. */
static void put_slope(Mat work, int row, float slope) {
  Lanes *line = (Lanes *)work.at + row;
  *line = (Lanes){slope};
}

static double binary_crossentropy(Mat logits, const int32_t *labels, Mat work, Tally *tally) {
  double total = 0.0;
  for (int r = 0; r < logits.rows; r++) {
    float z = *mat_element(logits, r, 0), y = (float)labels[r];
    total += (double)((z < 0.0f ? 0.0f : z) - z * y + elem_log1p_unit(elem_exp(-elem_abs(z))));
    tally->correct += (z > 0.0f) == (labels[r] == 1);
    put_slope(work, r, (elem_sigmoid(z) - y) / (float)logits.rows);
  }
  return total;
}

static double residual_loss(Loss loss, Mat outputs, const float *targets, Mat work, Tally *tally) {
  double total = 0.0;
  tally->origin = tally->rows > 0 ? tally->origin : (double)targets[0];
  for (int r = 0; r < outputs.rows; r++) {
    double y = (double)targets[r], residual = (double)*mat_element(outputs, r, 0) - y;
    double absolute = fabs(residual), squared = residual * residual;
    double slope = loss == LOSS_MSE ? 2.0 * residual : (residual > 0.0) - (residual < 0.0);
    total += loss == LOSS_MSE ? squared : absolute;
    tally->absolute += absolute;
    tally->squared += squared;
    tally->target += y - tally->origin;
    tally->target_squared += (y - tally->origin) * (y - tally->origin);
    put_slope(work, r, (float)(slope / outputs.rows));
  }
  return total;
}

double loss_eval(Output output, Loss loss, Mat logits, Truth truth, Mat dlogits, Tally *tally) {
  ASSERT(output != OUTPUT_AUTO && loss != LOSS_AUTO && dlogits.at);
  double total;
  if (loss == LOSS_CROSSENTROPY) {
    total = output == OUTPUT_SOFTMAX ? softmax_crossentropy(logits, truth.labels, dlogits, tally)
                                     : binary_crossentropy(logits, truth.labels, dlogits, tally);
  } else {
    total = residual_loss(loss, logits, truth.targets, dlogits, tally);
  }
  tally->rows += logits.rows;
  tally->loss += total;
  return total / logits.rows;
}

double tally_loss(const Tally *tally) { return tally->rows > 0 ? tally->loss / (double)tally->rows : (double)NAN; }

double tally_accuracy(const Tally *tally) {
  return tally->rows > 0 ? (double)tally->correct / (double)tally->rows : (double)NAN;
}

double tally_r2(const Tally *tally) {
  double rows = (double)tally->rows;
  double spread = tally->rows > 0 ? tally->target_squared - tally->target * tally->target / rows : 0.0;
  return spread > 0.0 ? 1.0 - tally->squared / spread : (double)NAN;
}

double tally_mae(const Tally *tally) { return tally->rows > 0 ? tally->absolute / (double)tally->rows : (double)NAN; }
