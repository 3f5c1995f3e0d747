/* dense: y = x W + b. Source: Keras layers/core/dense.py. */
#ifndef NNLAB_NN_DENSE_H
#define NNLAB_NN_DENSE_H

#include "nn/layer.h"
#include "nn/spec.h"

typedef struct Dense {
  Layer base;
  Mat kernel, kernel_grad; /* (in, out) */
  float *bias, *bias_grad; /* (out, padded) */
} Dense;

extern const LayerOps DENSE_OPS;

/* The gradients, in three steps, because each is made in other pieces. dy (B, out) = dL/dy. */
/* The part of the bias's gradient that belongs to the span of dy. */
void dense_bias_gradient(Dense *dense, Mat dy, Span panels);
/* The span of dx (B, in) = dL/dx, from dyt (out, B), the transpose of dy. */
void dense_input_gradient(const Dense *dense, Mat dyt, Mat dx, Span panels);
/* The rows of the kernel's gradient that belong to the span of x. */
void dense_kernel_gradient(Dense *dense, Mat dy, Span panels);

/* Draws the kernel (stream RNG_INIT, layer base.hidden, row by row) and sets the bias to 0. */
void dense_initialize(Dense *dense, Initializer initializer, uint64_t seed);

#endif
