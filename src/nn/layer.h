/* layer: what every kind of layer has in common. A kind is a file with a struct that begins with a Layer, and a const
 * table of operations; a new kind is a new file and a row in net.c.
 *
 * B = rows of the batch, C = units. A layer owns nothing: its parameters, gradients and statistics are views into the
 * network's blocks, its output is a buffer of the network's. Not thread-safe: one thread per network. */
#ifndef NNLAB_NN_LAYER_H
#define NNLAB_NN_LAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "math/mat.h"

/* How a pass is made: training uses batch statistics and dropout masks, inference moving statistics and none. */
typedef struct Pass {
  bool train;
  uint64_t seed; /* of the dropout masks */
  int64_t step;
} Pass;

typedef enum LayerKind {
  LAYER_DENSE = 0,
  LAYER_ACTIVATION,
  LAYER_BATCH_NORM,
  LAYER_DROPOUT,
  LAYER_KIND_COUNT
} LayerKind;

typedef struct Layer Layer;

typedef struct LayerOps {
  LayerKind kind;
  bool in_place; /* backward may be given the same memory for dy and dx */
  /* Takes room for batches of at most `rows` rows from the arena, beside y, which the network gives. May be NULL. */
  void (*reserve)(Layer *layer, Arena *arena, int rows);
  /* y (B, out) = f(x (B, in)). Sets y.rows. */
  void (*forward)(Layer *layer, Pass pass);
  /* From dy = dL/dy (B, out): writes the parameters' gradients (over the old ones), and dx = dL/dx (B, in) unless dx.at
   * is NULL. Follows a forward in training mode with the same x. */
  void (*backward)(Layer *layer, Mat dy, Mat dx);
} LayerOps;

struct Layer {
  const LayerOps *ops;
  char name[32]; /* "Dense 2", "BatchNorm 2", "Output" */
  int hidden;    /* the hidden layer it belongs to, from 1; 0 = the input, hidden + 1 = the output */
  int in, out;   /* units */
  Mat x, y;      /* of the last forward: (B, in), (B, out) */
};

#endif
