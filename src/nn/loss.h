/* loss: from the network's last outputs ("logits", before softmax or sigmoid) to the loss, its gradient, and the counts
 * that the metrics are made of. Cross-entropies are computed from logits, in their stable form, as Keras's TensorFlow
 * backend does. Source: Keras losses/losses.py, metrics/. B = rows, K = outputs. */
#ifndef NNLAB_NN_LOSS_H
#define NNLAB_NN_LOSS_H

#include <stdint.h>

#include "math/mat.h"
#include "nn/spec.h"

/* What is to be predicted for the rows of a batch: labels (classification) or targets (regression). */
typedef struct Truth {
  const int32_t *labels; /* (B), 0 .. K - 1 (0 or 1 for sigmoid) */
  const float *targets;  /* (B) */
} Truth;

/* Sums over rows, from which an epoch's metrics come: each row weighs the same whatever the batches were. */
typedef struct Tally {
  int64_t rows;
  double loss; /* sum of the rows' losses, penalties included */
  int64_t correct;
  double squared, absolute; /* residuals */
  double origin;            /* the first target: what the sums below are taken from, so that nothing cancels */
  double target, target_squared;
} Tally;

/* Adds the batch's rows to the tally, and writes the transpose of d(mean loss)/d(logits): dlogits (K, B), in which the
 * rows of the batch lie side by side; its pads may hold anything. Returns the batch's mean loss, without penalty. The
 * output and the loss must be resolved: not AUTO. */
double loss_eval(Output output, Loss loss, Mat logits, Truth truth, Mat dlogits, Tally *tally);

double tally_loss(const Tally *tally);     /* the mean; not a number without rows */
double tally_accuracy(const Tally *tally); /* classification */
double tally_r2(const Tally *tally);  /* regression: 1 - SS_res / SS_tot; not a number where all targets are equal */
double tally_mae(const Tally *tally); /* regression, in the unit of the targets given */

#endif
