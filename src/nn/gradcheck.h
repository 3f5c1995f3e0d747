/* gradcheck: does the backward pass compute the derivative of the forward pass? For each variable of a network, the
 * loss is measured a little to both sides along a direction, and the slope is compared with what the gradient says. */
#ifndef NNLAB_NN_GRADCHECK_H
#define NNLAB_NN_GRADCHECK_H

#include "nn/net.h"

typedef struct GradCheck {
  int var;         /* the variable with the largest error */
  double expected; /* the slope that the gradient predicts there */
  double measured; /* the slope that was measured */
  double error;    /* |expected - measured| / (|expected| + |measured| + floor) */
} GradCheck;

/* Checks every variable that runs, along its gradient and along a random direction (from `seed`), in training mode with
 * masks and batch statistics, penalties included. `step` is the length of the probe relative to the variable's norm;
 * floats carry about 1e-3 there. Leaves the parameters as they were; moving statistics follow the passes. */
GradCheck gradcheck_net(Net *net, Pass pass, Mat x, Truth truth, double step, uint64_t seed);

#endif
