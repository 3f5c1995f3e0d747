/* batch_norm: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, for each unit over the batch. In training, mean
 * and (biased) variance are the batch's, gradients flow through them, and the moving statistics follow:
 * moving = momentum * moving + (1 - momentum) * batch. In inference they are the moving statistics.
 * Source: Keras layers/normalization/batch_normalization.py; Ioffe and Szegedy 2015. */
#ifndef NNLAB_NN_BATCH_NORM_H
#define NNLAB_NN_BATCH_NORM_H

#include "nn/layer.h"

typedef struct BatchNorm {
  Layer base;
  double momentum, epsilon;
  float *gamma, *beta, *gamma_grad, *beta_grad; /* (C), all of them in whole panels */
  float *moving_mean, *moving_variance;         /* (C) */
  float *mean, *inv_std;                        /* (C): of the last forward; inv_std = 1 / sqrt(variance + epsilon) */
  double *sum, *sum_squares;                    /* (C): since batch_norm_measure_start */
  int64_t counted;                              /* rows */
} BatchNorm;

extern const LayerOps BATCH_NORM_OPS;

/* gamma 1, beta 0, moving mean 0, moving variance 1; gradients 0. */
void batch_norm_initialize(BatchNorm *norm);

/* Sets the moving statistics from given rows instead of from 0 and 1: start, add the layer's input of each chunk of
 * rows, end. Used when a layer is switched on in a trained network. */
void batch_norm_measure_start(BatchNorm *norm);
void batch_norm_measure_add(BatchNorm *norm, Mat x);
void batch_norm_measure_end(BatchNorm *norm);

#endif
