/* weights: a network's arrays as Keras's Sequential.get_weights() lists them: layer by layer, each with kernel and
 * bias, and gamma, beta, moving_mean, moving_variance where batch normalization is on. Callers see row-major values
 * whatever the layout inside. Source: Keras models/sequential.py, layers/layer.py (Layer.weights). */
#ifndef NNLAB_NN_WEIGHTS_H
#define NNLAB_NN_WEIGHTS_H

#include "nn/net.h"

typedef struct WeightInfo {
  char name[48]; /* as Keras names it: "dense/kernel", "batch_normalization_1/gamma" */
  int rank;      /* 2: a kernel (rows, cols); 1: (cols), and rows is 1 */
  int rows, cols;
} WeightInfo;

/* How many arrays there are, with batch normalization as it is now. */
int weights_count(const Net *net);
/* What array `index` (0 .. weights_count - 1) is. */
WeightInfo weights_info(const Net *net, int index);
/* Copies array `index` out or in: rows * cols values, row-major. */
void weights_get(const Net *net, int index, float *values);
void weights_set(Net *net, int index, const float *values);
/* A digest of all arrays: the same for the same weights, however the network came by them. */
uint64_t weights_digest(const Net *net);

#endif
