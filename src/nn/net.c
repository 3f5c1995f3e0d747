#include "nn/net.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/simd.h"
#include "math/vec.h"

enum { ALIGN_FLOATS = 16 }; /* every variable begins on a cache line */

static size_t aligned(size_t count) { return (count + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS; }

Status net_resolve(NetSpec *spec, int classes, int *outputs, Error *err) {
  if (spec->output == OUTPUT_AUTO) {
    spec->output = classes == 0 ? OUTPUT_LINEAR : classes == 2 ? OUTPUT_SIGMOID : OUTPUT_SOFTMAX;
  }
  if ((classes == 0) != (spec->output == OUTPUT_LINEAR)) {
    return error_set(err, STATUS_RANGE, "output: %s does not fit %s; use auto or %s", OUTPUT_NAMES[spec->output],
                     classes == 0 ? "a number to be predicted" : "classes", classes == 0 ? "linear" : "softmax");
  }
  if (spec->output == OUTPUT_SIGMOID && classes != 2) {
    return error_set(err, STATUS_RANGE, "output: sigmoid is for 2 classes, the data has %d; use auto or softmax",
                     classes);
  }
  if (spec->loss == LOSS_AUTO) {
    spec->loss = classes == 0 ? LOSS_MSE : LOSS_CROSSENTROPY;
  }
  if ((classes == 0) == (spec->loss == LOSS_CROSSENTROPY)) {
    return error_set(err, STATUS_RANGE, "loss: %s does not fit %s; use auto or %s", LOSS_NAMES[spec->loss],
                     classes == 0 ? "a number to be predicted" : "classes", classes == 0 ? "mse" : "crossentropy");
  }
  *outputs = spec->output == OUTPUT_SOFTMAX ? classes : 1;
  return STATUS_OK;
}

double net_bytes(const NetSpec *spec, int features, int outputs, int rows) {
  double params = 0.0, buffers = (double)features, widest = features > outputs ? features : outputs;
  for (int h = 0, in = features; h <= spec->hidden; h++) {
    double units = h < spec->hidden ? spec->layers[h].units : outputs;
    params += ((double)in + 5.0) * units;
    buffers += 4.5 * units; /* outputs of dense, activation, norm and dropout, and the dropout's random bits */
    widest = fmax(widest, units);
    in = (int)units;
  }
  return sizeof(float) * (2.0 * params + (buffers + 2.0 * widest) * rows);
}

static void layer_init(Layer *layer, const LayerOps *ops, int hidden, int in, int out) {
  static const char *const names[LAYER_KIND_COUNT] = {"Dense", "Activation", "BatchNorm", "Dropout"};
  layer->ops = ops;
  layer->hidden = hidden;
  layer->in = in;
  layer->out = out;
  (void)snprintf(layer->name, sizeof layer->name, "%s %d", names[ops->kind], hidden);
}

static size_t add_var(Net *net, size_t count, bool is_kernel) {
  size_t offset = net->param_count;
  net->vars[net->var_count++] = (Var){.offset = offset, .count = count, .is_kernel = is_kernel};
  net->param_count += aligned(count);
  return offset;
}

static void dense_init(Dense *dense, int hidden, int in, int out) {
  layer_init(&dense->base, &DENSE_OPS, hidden, in, out);
}

static void hidden_init(Hidden *hidden, const NetSpec *spec, int index, int in) {
  const LayerSpec *layer = &spec->layers[index];
  dense_init(&hidden->dense, index + 1, in, layer->units);
  layer_init(&hidden->activation.base, &ACTIVATION_OPS, index + 1, layer->units, layer->units);
  layer_init(&hidden->norm.base, &BATCH_NORM_OPS, index + 1, layer->units, layer->units);
  layer_init(&hidden->dropout.base, &DROPOUT_OPS, index + 1, layer->units, layer->units);
  hidden->activation.activation = layer->activation;
  hidden->norm.momentum = spec->bn_momentum;
  hidden->norm.epsilon = spec->bn_epsilon;
  hidden->dropout.rate = layer->dropout;
}

/* Lays out the variables; the blocks are not there yet, so the views are bound by bind_views. */
static void lay_out(Net *net) {
  for (int h = 0; h <= net->spec.hidden; h++) {
    const Layer *dense = h < net->spec.hidden ? &net->hidden[h].dense.base : &net->output.base;
    size_t units = (size_t)dense->out;
    (void)add_var(net, (size_t)dense->in * units, true);
    (void)add_var(net, units, false);
    if (h < net->spec.hidden) {
      (void)add_var(net, units, false);
      (void)add_var(net, units, false);
      net->stat_count += 2 * aligned(units);
    }
  }
}

static void bind_dense(Net *net, Dense *dense, const Var *vars) {
  dense->kernel = mat_view(net->params + vars[0].offset, dense->base.in, dense->base.out);
  dense->kernel_grad = mat_view(net->grads + vars[0].offset, dense->base.in, dense->base.out);
  dense->bias = net->params + vars[1].offset;
  dense->bias_grad = net->grads + vars[1].offset;
}

static void bind_views(Net *net) {
  float *stat = net->stats;
  const Var *vars = net->vars;
  for (int h = 0; h < net->spec.hidden; h++, vars += 4) {
    BatchNorm *norm = &net->hidden[h].norm;
    bind_dense(net, &net->hidden[h].dense, vars);
    norm->gamma = net->params + vars[2].offset;
    norm->gamma_grad = net->grads + vars[2].offset;
    norm->beta = net->params + vars[3].offset;
    norm->beta_grad = net->grads + vars[3].offset;
    norm->moving_mean = stat;
    norm->moving_variance = stat + aligned(vars[2].count);
    stat += 2 * aligned(vars[2].count);
  }
  bind_dense(net, &net->output, vars);
}

/* Which layers run, in what order. */
static void build_path(Net *net) {
  net->path_count = 0;
  if (net->spec.input_dropout > 0.0) {
    net->path[net->path_count++] = &net->input.base;
  }
  for (int h = 0; h < net->spec.hidden; h++) {
    const LayerSpec *spec = &net->spec.layers[h];
    Hidden *hidden = &net->hidden[h];
    net->path[net->path_count++] = &hidden->dense.base;
    if (spec->batch_norm && spec->bn_position == BN_BEFORE) {
      net->path[net->path_count++] = &hidden->norm.base;
    }
    net->path[net->path_count++] = &hidden->activation.base;
    if (spec->batch_norm && spec->bn_position == BN_AFTER) {
      net->path[net->path_count++] = &hidden->norm.base;
    }
    if (spec->dropout > 0.0) {
      net->path[net->path_count++] = &hidden->dropout.base;
    }
  }
  net->path[net->path_count++] = &net->output.base;
}

Net *net_create(Arena *arena, const NetSpec *spec, int features, int outputs, uint64_t seed) {
  ASSERT(spec->hidden >= 1 && spec->hidden <= NET_MAX_HIDDEN && spec->output != OUTPUT_AUTO && spec->loss != LOSS_AUTO);
  Net *net = ARENA_NEW(arena, Net);
  net->spec = *spec;
  net->features = features;
  net->outputs = outputs;
  net->hidden = ARENA_ARRAY(arena, Hidden, (size_t)spec->hidden);
  layer_init(&net->input.base, &DROPOUT_OPS, 0, features, features);
  net->input.rate = spec->input_dropout;
  int in = features;
  for (int h = 0; h < spec->hidden; h++) {
    hidden_init(&net->hidden[h], spec, h, in);
    in = spec->layers[h].units;
  }
  dense_init(&net->output, spec->hidden + 1, in, outputs);
  (void)snprintf(net->output.base.name, sizeof net->output.base.name, "Output");
  lay_out(net);
  net->params = arena_floats(arena, net->param_count);
  net->grads = arena_floats(arena, net->param_count);
  net->stats = arena_floats(arena, net->stat_count);
  bind_views(net);
  for (int h = 0; h < spec->hidden; h++) {
    dense_initialize(&net->hidden[h].dense, spec->initializer, seed);
    batch_norm_initialize(&net->hidden[h].norm);
  }
  dense_initialize(&net->output, spec->initializer, seed);
  build_path(net);
  return net;
}

static void layer_reserve(Layer *layer, Arena *arena, int rows) {
  layer->y = mat_view(arena_floats(arena, (size_t)rows * (size_t)layer->out), rows, layer->out);
  if (layer->ops->reserve) {
    layer->ops->reserve(layer, arena, rows);
  }
}

void net_reserve(Net *net, Arena *arena, int rows) {
  int widest = net->outputs > net->features ? net->outputs : net->features;
  net->max_rows = rows;
  layer_reserve(&net->input.base, arena, rows);
  for (int h = 0; h < net->spec.hidden; h++) {
    Hidden *hidden = &net->hidden[h];
    layer_reserve(&hidden->dense.base, arena, rows);
    layer_reserve(&hidden->activation.base, arena, rows);
    layer_reserve(&hidden->norm.base, arena, rows);
    layer_reserve(&hidden->dropout.base, arena, rows);
    widest = hidden->dense.base.out > widest ? hidden->dense.base.out : widest;
  }
  layer_reserve(&net->output.base, arena, rows);
  for (int i = 0; i < 2; i++) {
    net->work[i] = arena_floats(arena, (size_t)rows * (size_t)widest);
  }
}

void net_set_dropout(Net *net, int layer, double rate) {
  ASSERT(layer >= 0 && layer < net->spec.hidden);
  net->spec.layers[layer].dropout = rate;
  net->hidden[layer].dropout.rate = rate;
  build_path(net);
}

void net_set_input_dropout(Net *net, double rate) {
  net->spec.input_dropout = rate;
  net->input.rate = rate;
  build_path(net);
}

void net_set_batch_norm(Net *net, int layer, bool on, BnPosition position) {
  ASSERT(layer >= 0 && layer < net->spec.hidden);
  net->spec.layers[layer].batch_norm = on;
  net->spec.layers[layer].bn_position = position;
  batch_norm_initialize(&net->hidden[layer].norm);
  build_path(net);
}

void net_restore_layers(Net *net, const LayerSpec *layers) {
  for (int h = 0; h < net->spec.hidden; h++) {
    net->spec.layers[h].batch_norm = layers[h].batch_norm;
    net->spec.layers[h].bn_position = layers[h].bn_position;
  }
  build_path(net);
}

/* Runs the layers that run before `stop` (all of them for NULL); returns what comes out. */
static Mat run_path(Net *net, Pass pass, Mat x, const Layer *stop) {
  for (int i = 0; i < net->path_count && net->path[i] != stop; i++) {
    Layer *layer = net->path[i];
    if (layer->ops->kind == LAYER_DROPOUT && !pass.train) {
      continue; /* the identity */
    }
    layer->x = x;
    layer->ops->forward(layer, pass);
    x = layer->y;
  }
  return x;
}

void net_measure_batch_norm(Net *net, int layer, const float *x, int rows) {
  BatchNorm *norm = &net->hidden[layer].norm;
  Pass inference = {.train = false};
  batch_norm_measure_start(norm);
  for (int start = 0; start < rows; start += net->max_rows) {
    int count = rows - start < net->max_rows ? rows - start : net->max_rows;
    Mat chunk = mat_view((float *)x + (size_t)start * (size_t)net->features, count, net->features);
    batch_norm_measure_add(norm, run_path(net, inference, chunk, &norm->base));
  }
  batch_norm_measure_end(norm);
}

void net_batch_norm_range(const Net *net, int layer, size_t *start, size_t *count) {
  const Var *gamma = &net->vars[4 * layer + 2], *beta = gamma + 1;
  *start = gamma->offset;
  *count = beta->offset + beta->count - gamma->offset;
}

int64_t net_parameters(const Net *net) {
  int64_t total = 0;
  for (int i = 0; i < net->path_count; i++) {
    const Layer *layer = net->path[i];
    int64_t units = layer->out;
    total += layer->ops->kind == LAYER_DENSE        ? (layer->in + 1) * units
             : layer->ops->kind == LAYER_BATCH_NORM ? 2 * units
                                                    : 0;
  }
  return total;
}

Mat net_forward(Net *net, Pass pass, Mat x) {
  ASSERT(x.rows <= net->max_rows && x.cols == net->features);
  return run_path(net, pass, x, NULL);
}

MULTIVERSION static void add_penalty_gradient(float *restrict grads, const float *restrict w, size_t count, float l1,
                                              float l2) {
  for (size_t i = 0; i < count; i++) {
    float sign = w[i] > 0.0f ? 1.0f : w[i] < 0.0f ? -1.0f : 0.0f;
    grads[i] += l1 * sign + 2.0f * l2 * w[i];
  }
}

static void penalty_backward(Net *net) {
  for (int i = 0; i < net->var_count; i++) {
    const Var *var = &net->vars[i];
    if (var->is_kernel) {
      add_penalty_gradient(net->grads + var->offset, net->params + var->offset, var->count, (float)net->spec.l1,
                           (float)net->spec.l2);
    }
  }
}

Mat net_dlogits(Net *net, int rows) { return mat_view(net->work[1], rows, net->outputs); }

void net_backward(Net *net, int rows) {
  Mat dy = net_dlogits(net, rows);
  int spare = 0;
  for (int i = net->path_count - 1; i >= 0; i--) {
    Layer *layer = net->path[i];
    bool first = layer == &net->hidden[0].dense.base;
    float *room = first ? NULL : layer->ops->in_place ? dy.at : net->work[spare];
    Mat dx = mat_view(room, dy.rows, layer->in);
    layer->ops->backward(layer, dy, dx);
    if (first) {
      break; /* nobody wants the gradient of the data */
    }
    spare ^= !layer->ops->in_place;
    dy = dx;
  }
  if (net->spec.l1 > 0.0 || net->spec.l2 > 0.0) {
    penalty_backward(net);
  }
}

double net_penalty(const Net *net) {
  double l1 = net->spec.l1, l2 = net->spec.l2, total = 0.0;
  for (int i = 0; i < net->var_count; i++) {
    const Var *var = &net->vars[i];
    if (var->is_kernel && (l1 > 0.0 || l2 > 0.0)) {
      const float *kernel = net->params + var->offset;
      total += l1 > 0.0 ? l1 * vec_sum_abs(kernel, var->count) : 0.0;
      total += l2 > 0.0 ? l2 * vec_sum_squares(kernel, var->count) : 0.0;
    }
  }
  return total;
}

void net_clip(Net *net, const OptimizerSpec *spec) {
  if (spec->clipvalue > 0.0) {
    vec_clamp(net->grads, net->param_count, (float)spec->clipvalue);
  } else if (spec->global_clipnorm > 0.0) {
    double norm = sqrt(vec_sum_squares(net->grads, net->param_count));
    vec_scale(net->grads, net->param_count, (float)(spec->global_clipnorm / fmax(norm, spec->global_clipnorm)));
  } else if (spec->clipnorm > 0.0) {
    for (int i = 0; i < net->var_count; i++) {
      float *grad = net->grads + net->vars[i].offset;
      double norm = sqrt(vec_sum_squares(grad, net->vars[i].count));
      vec_scale(grad, net->vars[i].count, (float)(spec->clipnorm / fmax(norm, spec->clipnorm)));
    }
  }
}

static bool find_nonfinite(const float *values, size_t count, float *value) {
  size_t at = vec_find_nonfinite(values, count);
  if (at < count) {
    *value = values[at];
  }
  return at < count;
}

/* The layer of a variable: kernel and bias are the Dense layer's, gamma and beta the batch normalization's. */
static const char *var_layer(const Net *net, int var) {
  const Hidden *hidden = &net->hidden[var / 4];
  return var / 4 == net->spec.hidden ? net->output.base.name
         : var % 4 < 2               ? hidden->dense.base.name
                                     : hidden->norm.base.name;
}

const char *net_find_nonfinite(const Net *net, float *value) {
  for (int i = 0; i < net->path_count; i++) {
    const Layer *layer = net->path[i];
    if (find_nonfinite(layer->y.at, mat_size(layer->y), value)) {
      return layer->name;
    }
  }
  for (int i = 0; i < net->var_count; i++) {
    if (find_nonfinite(net->params + net->vars[i].offset, net->vars[i].count, value)) {
      return var_layer(net, i);
    }
  }
  for (int h = 0; h < net->spec.hidden; h++) {
    const BatchNorm *norm = &net->hidden[h].norm;
    size_t units = (size_t)norm->base.out;
    if (find_nonfinite(norm->moving_mean, units, value) || find_nonfinite(norm->moving_variance, units, value)) {
      return norm->base.name;
    }
  }
  return NULL;
}

bool net_is_finite(const Net *net) {
  return vec_find_nonfinite(net->params, net->param_count) == net->param_count &&
         vec_find_nonfinite(net->stats, net->stat_count) == net->stat_count;
}
