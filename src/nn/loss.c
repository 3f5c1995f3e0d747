#include "nn/loss.h"

#include <math.h>
#include <string.h>

#include "base/fatal.h"
#include "base/simd.h"
#include "math/elementary.h"
#include "math/kernels.h"

/* Of 16 rows, side by side: the column of the first largest logit, that logit, and the sum of e^(z - largest). */
typedef struct SoftmaxRows {
  int32_t best[LANES];
  float most[LANES], sum[LANES];
} SoftmaxRows;

MULTIVERSION static void exp_all(float *values, int count) {
  for (int i = 0; i < count; i++) {
    values[i] = elem_exp(values[i]);
  }
}

/* z becomes z / sum * share. */
MULTIVERSION static void scale_to_share(float *restrict z, int classes, float share, SoftmaxRows *restrict rows) {
  float factor[LANES];
  memset(rows->sum, 0, sizeof rows->sum);
  for (int k = 0; k < classes; k++) {
    for (int l = 0; l < LANES; l++) {
      rows->sum[l] += z[k * LANES + l];
    }
  }
  for (int l = 0; l < LANES; l++) {
    factor[l] = share / rows->sum[l];
  }
  for (int k = 0; k < classes; k++) {
    for (int l = 0; l < LANES; l++) {
      z[k * LANES + l] *= factor[l];
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

/* Row by row ln(sum e^z) - z_label; the gradient is (softmax - one hot) / B. */
static double softmax_crossentropy(Mat logits, const int32_t *labels, Mat dlogits, Tally *tally) {
  double picked = 0.0;
  float share = 1.0f / (float)logits.rows;
  LogSum logs = {.product = 1.0};
  mat_transpose(dlogits, logits, mat_all(logits));
  for (int r = 0; r < logits.rows;) {
    SoftmaxRows rows;
    float *z = mat_panel(dlogits, r / LANES);
    kernels_used()->subtract_largest(z, logits.cols, rows.most, rows.best);
    exp_all(z, logits.cols * LANES);
    scale_to_share(z, logits.cols, share, &rows);
    for (int l = 0; l < LANES && r < logits.rows; l++, r++) {
      tally->correct += rows.best[l] == labels[r];
      log_sum_add(&logs, (double)rows.sum[l]);
      picked += (double)(*mat_element(logits, r, labels[r]) - rows.most[l]);
      *mat_element(dlogits, labels[r], r) -= share;
    }
  }
  return logs.total + log(logs.product) - picked;
}

static double binary_crossentropy(Mat logits, const int32_t *labels, Mat dlogits, Tally *tally) {
  double total = 0.0;
  for (int r = 0; r < logits.rows; r++) {
    float z = *mat_element(logits, r, 0), y = (float)labels[r];
    total += (double)((z < 0.0f ? 0.0f : z) - z * y + elem_log1p_unit(elem_exp(-elem_abs(z))));
    tally->correct += (z > 0.0f) == (labels[r] == 1);
    dlogits.at[r] = (elem_sigmoid(z) - y) / (float)logits.rows;
  }
  return total;
}

static double residual_loss(Loss loss, Mat outputs, const float *targets, Mat dlogits, Tally *tally) {
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
    dlogits.at[r] = (float)(slope / outputs.rows);
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
