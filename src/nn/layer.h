/* layer: what every kind of layer has in common. A kind is a file with a struct that begins with a Layer, and a const
 * table of operations; a new kind is a new file and its place in net.c.
 *
 * B = rows of the batch, C = units. Every operation works on a span of panels (math/mat.h), that is on 16 units or a
 * multiple of it: the network runs all layers of a stage on one piece before the next, while it is in the cache, and
 * gives pieces to several threads. A layer owns nothing: its parameters, gradients and statistics are views into the
 * network's blocks, its output is a buffer of the network's. Threads: any, on pieces of their own. */
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
  /* Takes room for batches of at most `rows` rows from the arena, beside y, which the network gives. May be NULL. */
  void (*reserve)(Layer *layer, Arena *arena, int rows);
  /* y = f(x): the span of y. */
  void (*forward)(Layer *layer, const Pass *pass, Span panels);
  /* The span of d holds dL/dy and becomes dL/dx; gradients of the span's parameters are written over the old ones.
   * Follows a forward in training mode with the same x. NULL for Dense, whose gradients have spans of their own. */
  void (*backward)(Layer *layer, Mat d, Span panels);
} LayerOps;

struct Layer {
  const LayerOps *ops;
  char name[32]; /* "Dense 2", "BatchNorm 2", "Output" */
  int hidden;    /* the hidden layer it belongs to, from 1; 0 = the input, hidden + 1 = the output */
  int in, out;   /* units */
  Mat x, y;      /* of the last forward: (B, in), (B, out) */
};

#endif
