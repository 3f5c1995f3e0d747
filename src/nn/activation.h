/* activation: y = f(x), element by element. Source: Keras activations/activations.py. */
#ifndef NNLAB_NN_ACTIVATION_H
#define NNLAB_NN_ACTIVATION_H

#include "nn/layer.h"
#include "nn/spec.h"

typedef struct ActivationLayer {
  Layer base;
  Activation activation;
} ActivationLayer;

extern const LayerOps ACTIVATION_OPS;

#endif
