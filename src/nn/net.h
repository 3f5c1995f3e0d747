/* net: a feed-forward network: Dropout on the input if wanted, then for each hidden layer Dense, activation,
 * BatchNormalization (after or before the activation), Dropout, and an output Dense. Parameters, gradients and
 * batch-norm statistics are one contiguous block each, laid out alike for every network of the same shape, whether
 * batch normalization is on or not: a toggle moves no memory, and a snapshot is a copy of two blocks. All matrices lie
 * in panels (math/mat.h). Pads of the blocks are computed like units and stay finite, but count for nothing: those of
 * kernels and biases are 0, those of batch normalization depend on what came before.
 *
 * B = rows of a batch, D = features, K = outputs. One thread at a time, and its team. */
#ifndef NNLAB_NN_NET_H
#define NNLAB_NN_NET_H

#include "base/arena.h"
#include "base/error.h"
#include "math/team.h"
#include "nn/activation.h"
#include "nn/batch_norm.h"
#include "nn/dense.h"
#include "nn/dropout.h"
#include "nn/loss.h"
#include "nn/spec.h"

/* The layers of one hidden layer; all of them exist, `path` says which run. */
typedef struct Hidden {
  Dense dense;
  ActivationLayer activation;
  BatchNorm norm;
  Dropout dropout;
} Hidden;

/* What runs for one Dense layer: itself, and then whatever works unit by unit. */
enum { STAGE_MAX_FOLLOWERS = 3 };
typedef struct Stage {
  Dense *dense;
  int count;
  Layer *followers[STAGE_MAX_FOLLOWERS];
} Stage;

/* One of the network's variables, in the order of Keras's get_weights without the moving statistics. */
typedef struct Var {
  size_t offset, count; /* in the blocks of parameters and gradients; pads included */
  bool is_kernel;
} Var;

/* Rows of a pass in inference mode, at most: whatever the buffers hold, so that sums over such passes have one order.
 */
enum { NET_CHUNK_ROWS = 256 };

enum { NET_MAX_STAGES = NET_MAX_HIDDEN + 1, NET_MAX_VARS = 4 * NET_MAX_HIDDEN + 2 };

typedef struct Net {
  NetSpec spec; /* as it runs: toggles included; output and loss resolved */
  int features, outputs;
  int max_rows; /* of a batch, as reserved */
  float *feed;  /* (max_rows, features): the rows that a pass starts from */
  Dropout input;
  Hidden *hidden; /* (spec.hidden) */
  Dense output;
  Stage stages[NET_MAX_STAGES]; /* (spec.hidden + 1): the layers that run, in order */
  size_t param_count;           /* floats of a block, pads included */
  float *params, *grads;        /* (param_count) */
  size_t stat_count;
  float *stats; /* (stat_count): moving means and variances */
  int var_count;
  Var vars[NET_MAX_VARS];
  float *dy[2], *dyt[2]; /* (max_rows, widest layer): the gradient on its way back, and its transpose; stage s has the
                            second where s is odd */
  Team *team;            /* shares the work of a pass, which gives the same bits for any team; NULL: none */
} Net;

/* Told of gradients as soon as they are final, while they are in the cache: those of parameters `start` .. `start +
 * count - 1`, which the pass does not need any more. Called once for each parameter, by any thread of the team. */
typedef struct GradientSink {
  void (*take)(void *context, size_t start, size_t count);
  /* Told of a gradient x' dy before it is computed, instead: that of the rows of a kernel (x.cols, dy.cols) at `start`
   * which belong to the span of x. May be NULL; kernels with a penalty go to `take`. */
  void (*take_product)(void *context, size_t start, Mat x, Mat dy, Span panels);
  void *context;
} GradientSink;

/* Settles AUTO for data with `classes` classes (0 = regression), and the number of outputs. Errors: an output or loss
 * that does not fit the data. */
MUST_USE Status net_resolve(NetSpec *spec, int classes, int *outputs, Error *err);
/* Bytes that the network takes with its buffers for batches of `rows` rows, without the optimizer's. */
double net_bytes(const NetSpec *spec, int features, int outputs, int rows);
/* Makes the network with initial weights from `seed`; `spec` must be resolved. net_reserve must follow. */
Net *net_create(Arena *arena, const NetSpec *spec, int features, int outputs, uint64_t seed);
/* Takes buffers for batches of at most `rows` rows from `arena`; what was reserved before is forgotten. */
void net_reserve(Net *net, Arena *arena, int rows);

/* Settings that may change between two batches. `layer` is a hidden layer from 0. */
void net_set_dropout(Net *net, int layer, double rate);
void net_set_input_dropout(Net *net, double rate);
/* Switching on starts from gamma 1, beta 0 and moving statistics 0 and 1. */
void net_set_batch_norm(Net *net, int layer, bool on, BnPosition position);
/* Sets the moving statistics of a layer's batch normalization from x (rows, features), in inference mode. */
void net_measure_batch_norm(Net *net, int layer, const float *x, int rows);
/* Puts back which layers are normalized, and where; their parameters and statistics are left as they are. */
void net_restore_layers(Net *net, const LayerSpec *layers);
/* Where a layer's gamma and beta lie in the block of parameters. */
void net_batch_norm_range(const Net *net, int layer, size_t *start, size_t *count);

/* Trainable parameters as Keras counts them (batch normalization counts where it is on). */
int64_t net_parameters(const Net *net);

/* Takes `rows` rows of the row-major `values` (any, features): those that `order` (rows) names, or the first ones for
 * NULL. Returns them as a matrix (B, D), valid until the next call. */
Mat net_feed(Net *net, const float *values, const uint32_t *order, int rows);
/* Logits (B, K) for x (B, D); valid until the next forward. */
Mat net_forward(Net *net, Pass pass, Mat x);
/* Where the transposed gradient (K, B) of `rows` rows of logits goes: what loss_eval writes and net_backward reads. */
Mat net_dlogits(Net *net, int rows);
/* Writes every gradient from net_dlogits, the penalty's included, but for those that the sink takes as products;
 * follows a forward in training mode of as many rows. Gradients of layers that do not run are 0. `sink` may be NULL. */
void net_backward(Net *net, int rows, const GradientSink *sink);
/* l1 * sum |w| + l2 * sum w^2 over the Dense kernels. */
double net_penalty(const Net *net);
/* Keras's clipnorm, global_clipnorm or clipvalue on the gradients. */
void net_clip(Net *net, const OptimizerSpec *spec);
/* The first layer whose output in the last forward, or else whose parameters or moving statistics, hold a value that is
 * not finite, and that value; NULL when all are finite. */
const char *net_find_nonfinite(const Net *net, float *value);
/* Whether every parameter and moving statistic is finite. */
bool net_is_finite(const Net *net);

#endif
