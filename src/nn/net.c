#include "nn/net.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/simd.h"
#include "math/vec.h"

/* Panels that go forwards together: a tile of the AVX-512 kernels, which the others take one panel at a time. And
 * backwards: there they are 64 rows of a kernel, a page of each of its panels. */
enum { FORWARD_GROUP = 3, BACKWARD_GROUP = 4 };

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
  double params = 0.0, buffers = mat_padded(features) * 2.0,
         widest = mat_padded(features > outputs ? features : outputs);
  double room = mat_padded(rows);
  for (int h = 0, in = features; h <= spec->hidden; h++) {
    int units = h < spec->hidden ? spec->layers[h].units : outputs;
    params += ((double)in + 5.0) * mat_padded(units);
    buffers += 4.5 * mat_padded(units); /* outputs of dense, activation, norm and dropout, and its random bits */
    widest = fmax(widest, mat_padded(units));
    in = units;
  }
  return sizeof(float) * (2.0 * params + (buffers + 4.0 * widest) * room);
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
  net->param_count += count;
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
    size_t units = (size_t)mat_padded(dense->out);
    (void)add_var(net, (size_t)dense->in * units, true);
    (void)add_var(net, units, false);
    if (h < net->spec.hidden) {
      (void)add_var(net, units, false);
      (void)add_var(net, units, false);
      net->stat_count += 2 * units;
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
    norm->moving_variance = stat + vars[2].count;
    stat += 2 * vars[2].count;
  }
  bind_dense(net, &net->output, vars);
}

static void follow(Stage *stage, Layer *layer) { stage->followers[stage->count++] = layer; }

/* Which layers run, in what order. */
static void build_stages(Net *net) {
  for (int h = 0; h < net->spec.hidden; h++) {
    const LayerSpec *spec = &net->spec.layers[h];
    Hidden *hidden = &net->hidden[h];
    Stage *stage = &net->stages[h];
    *stage = (Stage){.dense = &hidden->dense};
    if (spec->batch_norm && spec->bn_position == BN_BEFORE) {
      follow(stage, &hidden->norm.base);
    }
    follow(stage, &hidden->activation.base);
    if (spec->batch_norm && spec->bn_position == BN_AFTER) {
      follow(stage, &hidden->norm.base);
    }
    if (spec->dropout > 0.0) {
      follow(stage, &hidden->dropout.base);
    }
  }
  net->stages[net->spec.hidden] = (Stage){.dense = &net->output};
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
  build_stages(net);
  return net;
}

static void layer_reserve(Layer *layer, Arena *arena, int rows) {
  layer->y = mat_view(arena_floats(arena, mat_floats(rows, layer->out)), rows, layer->out);
  if (layer->ops->reserve) {
    layer->ops->reserve(layer, arena, rows);
  }
}

void net_reserve(Net *net, Arena *arena, int rows) {
  int widest = net->outputs > net->features ? net->outputs : net->features;
  net->max_rows = rows;
  net->feed = arena_floats(arena, mat_floats(rows, net->features));
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
    net->dy[i] = arena_floats(arena, mat_floats(rows, widest));
    net->dyt[i] = arena_floats(arena, mat_floats(widest, rows));
  }
}

void net_set_dropout(Net *net, int layer, double rate) {
  ASSERT(layer >= 0 && layer < net->spec.hidden);
  net->spec.layers[layer].dropout = rate;
  net->hidden[layer].dropout.rate = rate;
  build_stages(net);
}

void net_set_input_dropout(Net *net, double rate) {
  net->spec.input_dropout = rate;
  net->input.rate = rate;
  build_stages(net);
}

void net_set_batch_norm(Net *net, int layer, bool on, BnPosition position) {
  ASSERT(layer >= 0 && layer < net->spec.hidden);
  net->spec.layers[layer].batch_norm = on;
  net->spec.layers[layer].bn_position = position;
  batch_norm_initialize(&net->hidden[layer].norm);
  build_stages(net);
}

void net_restore_layers(Net *net, const LayerSpec *layers) {
  for (int h = 0; h < net->spec.hidden; h++) {
    net->spec.layers[h].batch_norm = layers[h].batch_norm;
    net->spec.layers[h].bn_position = layers[h].bn_position;
  }
  build_stages(net);
}

/* Tells every layer of the stage what comes in and how many rows come out; returns what the last one will give. */
static Mat stage_connect(Stage *stage, const Pass *pass, Mat x) {
  Layer *layer = &stage->dense->base;
  for (int f = 0;; f++) {
    layer->x = x;
    x = layer->y = mat_view(layer->y.at, x.rows, layer->out);
    if (f == stage->count || (stage->followers[f]->ops->kind == LAYER_DROPOUT && !pass->train)) {
      return x; /* dropout comes last, and is the identity in inference */
    }
    layer = stage->followers[f];
  }
}

/* Runs the layers of the stage before `stop` (NULL: all) on a span of units. */
static void stage_forward(const Stage *stage, const Pass *pass, Span panels, const Layer *stop) {
  stage->dense->base.ops->forward(&stage->dense->base, pass, panels);
  for (int f = 0; f < stage->count && stage->followers[f] != stop; f++) {
    Layer *layer = stage->followers[f];
    if (layer->ops->kind != LAYER_DROPOUT || pass->train) {
      layer->ops->forward(layer, pass, panels);
    }
  }
}

/* What the threads of the team share: a pass over the units of one stage (or, going back, over what comes into it). */
typedef struct Job {
  Net *net;
  int stage, rows;
  const Pass *pass;
  const GradientSink *sink;
  const float *values; /* feed */
  const uint32_t *order;
} Job;

/* The panels of `all` that are one part of the work. */
static Span part_of(Span all, int part, int parts) {
  int count = all.to - all.from;
  return (Span){all.from + count * part / parts, all.from + count * (part + 1) / parts};
}

static void share(const Net *net, TeamWork *work, Job *job, int panels) {
  if (net->team && panels > 1) {
    team_run(net->team, work, job);
  } else {
    work(job, 0, 1);
  }
}

static void feed_part(void *context, int part, int parts) {
  const Job *job = context;
  Mat x = mat_view(job->net->feed, job->rows, job->net->features);
  mat_gather(x, job->values, job->order, part_of(mat_all(x), part, parts));
}

Mat net_feed(Net *net, const float *values, const uint32_t *order, int rows) {
  ASSERT(rows <= net->max_rows);
  Job job = {.net = net, .rows = rows, .values = values, .order = order};
  share(net, feed_part, &job, mat_panels(net->features));
  return mat_view(net->feed, rows, net->features);
}

static void input_part(void *context, int part, int parts) {
  const Job *job = context;
  Layer *input = &job->net->input.base;
  input->ops->forward(input, job->pass, part_of(mat_all(input->x), part, parts));
}

static Mat input_forward(Net *net, const Pass *pass, Mat x) {
  Layer *input = &net->input.base;
  if (net->spec.input_dropout == 0.0 || !pass->train) {
    return x;
  }
  input->x = x;
  input->y.rows = x.rows;
  Job job = {.net = net, .pass = pass};
  share(net, input_part, &job, mat_panels(x.cols));
  return input->y;
}

/* Group by group, as many units at a time as a tile of a product takes: what follows it finds them in the cache. */
static void forward_part(void *context, int part, int parts) {
  const Job *job = context;
  const Stage *stage = &job->net->stages[job->stage];
  Span span = part_of(mat_all(stage->dense->base.y), part, parts);
  for (int p = span.from, count; p < span.to; p += count) {
    count = mat_even_part(span.to - p, FORWARD_GROUP);
    stage_forward(stage, job->pass, (Span){p, p + count}, NULL);
  }
}

Mat net_forward(Net *net, Pass pass, Mat x) {
  ASSERT(x.rows <= net->max_rows && x.cols == net->features);
  x = input_forward(net, &pass, x);
  for (int s = 0; s <= net->spec.hidden; s++) {
    Mat y = stage_connect(&net->stages[s], &pass, x);
    Job job = {.net = net, .stage = s, .pass = &pass};
    share(net, forward_part, &job, mat_panels(net->stages[s].dense->base.out));
    x = y;
  }
  return x;
}

void net_measure_batch_norm(Net *net, int layer, const float *x, int rows) {
  BatchNorm *norm = &net->hidden[layer].norm;
  Pass inference = {.train = false};
  batch_norm_measure_start(norm);
  int most = net->max_rows < NET_CHUNK_ROWS ? net->max_rows : NET_CHUNK_ROWS;
  for (int start = 0; start < rows; start += most) {
    int count = rows - start < most ? rows - start : most;
    Mat in = net_feed(net, x + (size_t)start * (size_t)net->features, NULL, count);
    for (int s = 0; s <= layer; s++) {
      Mat y = stage_connect(&net->stages[s], &inference, in);
      stage_forward(&net->stages[s], &inference, mat_all(y), s == layer ? &norm->base : NULL);
      in = y;
    }
    batch_norm_measure_add(norm, norm->base.x);
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
  for (int s = 0; s <= net->spec.hidden; s++) {
    const Layer *dense = &net->stages[s].dense->base;
    bool normalized = s < net->spec.hidden && net->spec.layers[s].batch_norm;
    total += (dense->in + 1 + 2 * normalized) * (int64_t)dense->out;
  }
  return total;
}

MULTIVERSION static void add_penalty_gradient(float *restrict grads, const float *restrict w, size_t count, float l1,
                                              float l2) {
  for (size_t i = 0; i < count; i++) {
    float sign = w[i] > 0.0f ? 1.0f : w[i] < 0.0f ? -1.0f : 0.0f;
    grads[i] += l1 * sign + 2.0f * l2 * w[i];
  }
}

static Mat gradient_at(Net *net, int stage, int rows) {
  return mat_view(net->dy[stage % 2], rows, net->stages[stage].dense->base.out);
}

static Mat transposed_gradient_at(Net *net, int stage, int rows) {
  return mat_view(net->dyt[stage % 2], net->stages[stage].dense->base.out, rows);
}

Mat net_dlogits(Net *net, int rows) { return transposed_gradient_at(net, net->spec.hidden, rows); }

/* From the gradient of what a span of the stage's units gives to that of what its Dense layer gives. */
static void stage_backward(Net *net, int stage, Mat dy, Span panels) {
  const Stage *at = &net->stages[stage];
  for (int f = at->count - 1; f >= 0; f--) {
    at->followers[f]->ops->backward(at->followers[f], dy, panels);
  }
  dense_bias_gradient(at->dense, dy, panels);
  if (stage > 0) { /* nobody wants the gradient of the data */
    mat_transpose(transposed_gradient_at(net, stage, dy.rows), dy, panels);
  }
}

/* The gradient of some rows of a stage's kernel: with the penalty's, in a piece for each panel, unless the sink takes
 * it as a product. */
static void kernel_backward(Net *net, int stage, Mat dy, Span panels, const GradientSink *sink) {
  Dense *dense = net->stages[stage].dense;
  size_t first = (size_t)panels.from * LANES, last = (size_t)panels.to * LANES, rows = (size_t)dense->base.in;
  size_t count = ((last < rows ? last : rows) - first) * LANES;
  bool penalized = net->spec.l1 > 0.0 || net->spec.l2 > 0.0;
  if (sink && sink->take_product && !penalized) {
    sink->take_product(sink->context, net->vars[4 * stage].offset, dense->base.x, dy, panels);
    return;
  }
  dense_kernel_gradient(dense, dy, panels);
  for (int p = 0; p < mat_panels(dense->base.out); p++) {
    size_t start = net->vars[4 * stage].offset + ((size_t)p * rows + first) * LANES;
    if (penalized) {
      add_penalty_gradient(net->grads + start, net->params + start, count, (float)net->spec.l1, (float)net->spec.l2);
    }
    if (sink) {
      sink->take(sink->context, start, count);
    }
  }
}

/* Some of what comes into a stage: its gradient goes back through the stage before, and the kernel's rows for it are
 * done. In this order: the sink may change the kernel. */
static void input_backward(Net *net, int stage, int rows, Span panels, const GradientSink *sink) {
  Dense *dense = net->stages[stage].dense;
  if (stage > 0) {
    Mat dx = gradient_at(net, stage - 1, rows);
    dense_input_gradient(dense, transposed_gradient_at(net, stage, rows), dx, panels);
    stage_backward(net, stage - 1, dx, panels);
  }
  kernel_backward(net, stage, gradient_at(net, stage, rows), panels, sink);
}

/* The variables of a stage beside its kernel: bias, gamma and beta lie one behind the other. */
static void finish_units(const Net *net, int stage, const GradientSink *sink) {
  const Var *kernel = &net->vars[4 * stage], *bias = kernel + 1;
  size_t end = stage < net->spec.hidden ? kernel[4].offset : net->param_count;
  if (sink) {
    sink->take(sink->context, bias->offset, end - bias->offset);
  }
}

static void backward_part(void *context, int part, int parts) {
  const Job *job = context;
  Span span = part_of(mat_all(job->net->stages[job->stage].dense->base.x), part, parts);
  for (int p = span.from, count; p < span.to; p += count) {
    count = mat_even_part(span.to - p, BACKWARD_GROUP);
    input_backward(job->net, job->stage, job->rows, (Span){p, p + count}, job->sink);
  }
}

/* What stage_backward does for the others, from the transposed gradient. */
static void output_backward(Net *net, int rows) {
  Mat dlogits = net_dlogits(net, rows), dy = gradient_at(net, net->spec.hidden, rows);
  mat_transpose(dy, dlogits, mat_all(dlogits));
  mat_sum_rows(dy, net->output.bias_grad, mat_all(dy));
}

void net_backward(Net *net, int rows, const GradientSink *sink) {
  output_backward(net, rows);
  for (int s = net->spec.hidden; s >= 0; s--) {
    Job job = {.net = net, .stage = s, .rows = rows, .sink = sink};
    share(net, backward_part, &job, mat_panels(net->stages[s].dense->base.in));
    finish_units(net, s, sink);
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

static const char *find_nonfinite_output(const Net *net, float *value) {
  for (int s = 0; s <= net->spec.hidden; s++) {
    const Stage *stage = &net->stages[s];
    const Layer *layer = &stage->dense->base;
    for (int f = 0; layer; f++) {
      if (find_nonfinite(layer->y.at, mat_size(layer->y), value)) {
        return layer->name;
      }
      layer = f < stage->count ? stage->followers[f] : NULL;
    }
  }
  return NULL;
}

const char *net_find_nonfinite(const Net *net, float *value) {
  const char *name = find_nonfinite_output(net, value);
  if (name) {
    return name;
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
