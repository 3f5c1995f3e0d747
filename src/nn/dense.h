/* dense: y = x W + b. Source: Keras layers/core/dense.py. */
#ifndef NNLAB_NN_DENSE_H
#define NNLAB_NN_DENSE_H

#include "nn/layer.h"
#include "nn/spec.h"

typedef struct Dense {
  Layer base;
  Mat kernel, kernel_grad; /* (in, out) */
  float *bias, *bias_grad; /* (out) */
} Dense;

extern const LayerOps DENSE_OPS;

/* Draws the kernel (stream RNG_INIT, layer base.hidden) and sets the bias to 0. */
void dense_initialize(Dense *dense, Initializer initializer, uint64_t seed);

#endif
