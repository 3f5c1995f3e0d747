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

static int largest(const float *row, int count) {
  int best = 0;
  for (int k = 1; k < count; k++) {
    best = row[k] > row[best] ? k : best;
  }
  return best;
}

static void subtract_row_maxima(Mat logits, Mat out) {
  for (int r = 0; r < logits.rows; r++) {
    const float *row = logits.at + (size_t)r * (size_t)logits.cols;
    float *shifted = out.at + (size_t)r * (size_t)out.cols;
    float most = row[largest(row, logits.cols)];
    for (int k = 0; k < logits.cols; k++) {
      shifted[k] = row[k] - most;
    }
  }
}

static float row_sum(const float *row, int count) {
  float sum = 0.0f;
  for (int k = 0; k < count; k++) {
    sum += row[k];
  }
  return sum;
}

/* Row by row ln(sum e^z) - z_label; then z becomes (softmax - one hot) / B. */
static double softmax_crossentropy(Mat logits, const int32_t *labels, Mat work, Tally *tally) {
  double total = 0.0;
  float inverse_rows = 1.0f / (float)logits.rows;
  subtract_row_maxima(logits, work);
  for (int r = 0; r < work.rows; r++) {
    const float *row = work.at + (size_t)r * (size_t)work.cols;
    tally->correct += largest(row, work.cols) == labels[r];
    total -= (double)row[labels[r]];
  }
  exp_all(work.at, mat_size(work));
  for (int r = 0; r < work.rows; r++) {
    float *row = work.at + (size_t)r * (size_t)work.cols;
    float sum = row_sum(row, work.cols);
    total += log((double)sum);
    float scale = inverse_rows / sum;
    for (int k = 0; k < work.cols; k++) {
      row[k] *= scale;
    }
    row[labels[r]] -= inverse_rows;
  }
  return total;
}

static double binary_crossentropy(Mat logits, const int32_t *labels, Mat work, Tally *tally) {
  double total = 0.0;
  for (int r = 0; r < logits.rows; r++) {
    float z = logits.at[r], y = (float)labels[r];
    total += (double)((z < 0.0f ? 0.0f : z) - z * y + elem_log1p_unit(elem_exp(-elem_abs(z))));
    tally->correct += (z > 0.0f) == (labels[r] == 1);
    work.at[r] = (elem_sigmoid(z) - y) / (float)logits.rows;
  }
  return total;
}

static double residual_loss(Loss loss, Mat outputs, const float *targets, Mat work, Tally *tally) {
  double total = 0.0;
  tally->origin = tally->rows > 0 ? tally->origin : (double)targets[0];
  for (int r = 0; r < outputs.rows; r++) {
    double y = (double)targets[r], residual = (double)outputs.at[r] - y;
    double absolute = fabs(residual), squared = residual * residual;
    double slope = loss == LOSS_MSE ? 2.0 * residual : (residual > 0.0) - (residual < 0.0);
    total += loss == LOSS_MSE ? squared : absolute;
    tally->absolute += absolute;
    tally->squared += squared;
    tally->target += y - tally->origin;
    tally->target_squared += (y - tally->origin) * (y - tally->origin);
    work.at[r] = (float)(slope / outputs.rows);
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
