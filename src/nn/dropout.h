/* dropout: in training, each value is kept with probability 1 - rate and multiplied by 1 / (1 - rate), so that its
 * expectation stays ("inverted dropout"); in inference it is the identity: the network leaves it out then, as it does
 * at rate 0. The rate is rounded to a multiple of 2^-16, for both. Source: Keras layers/regularization/dropout.py. The
 * mask is a function of (seed, layer, step, row, unit): nothing else moves it. */
#ifndef NNLAB_NN_DROPOUT_H
#define NNLAB_NN_DROPOUT_H

#include "nn/layer.h"

typedef struct Dropout {
  Layer base;
  double rate;      /* 0..1, the fraction dropped; a change acts at the next forward */
  uint16_t *random; /* (B, C) in panels: an element is kept where this is at least rate * 2^16 */
} Dropout;

extern const LayerOps DROPOUT_OPS;

#endif
