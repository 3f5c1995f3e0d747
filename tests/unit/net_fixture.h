/* A variable of a network as a matrix, in its block of parameters or of gradients. */
#ifndef NNLAB_TESTS_NET_FIXTURE_H
#define NNLAB_TESTS_NET_FIXTURE_H

#include "nn/net.h"

static inline Mat var_at(const Net *net, float *block, int var) {
  int cols = var / 4 < net->spec.hidden ? net->hidden[var / 4].dense.base.out : net->outputs;
  return mat_view(block + net->vars[var].offset, (int)net->vars[var].count / mat_padded(cols), cols);
}

#endif
