#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/machine.h"
#include "base/order.h"
#include "base/str.h"
#include "math/mat.h"
#include "nn/weights.h"

/* The largest batch that the buffers must hold. */
static int buffer_rows(const Trainer *trainer) {
  int batch = larger(trainer->experiment.train.batch_size, NET_CHUNK_ROWS);
  return smaller(batch, larger(trainer->data->train.rows, NET_CHUNK_ROWS));
}

/* `net` with its settings resolved. */
static Status check_memory(const Trainer *trainer, const NetSpec *net, int outputs, Error *err) {
  const Experiment *experiment = &trainer->experiment;
  double network = net_bytes(net, trainer->data->features, outputs, buffer_rows(trainer));
  double params = net_bytes(net, trainer->data->features, outputs, 0) / 2.0;
  double copies = (double)optimizer_bytes_per_parameter(&experiment->train.optimizer) / sizeof(float) + 1.0;
  double need = network + params * copies;
  double have = machine_memory();
  if (need > 0.9 * have) {
    return error_set(err, STATUS_RANGE,
                     "this network needs %.1f GB of memory, the machine has %.1f; use smaller layers or batches",
                     need / 1e9, have / 1e9);
  }
  return STATUS_OK;
}

static size_t best_floats(const Net *net) { return net->param_count + net->stat_count; }

void trainer_start_epoch(Trainer *trainer) {
  batcher_start_epoch(&trainer->batcher, (uint64_t)trainer->epoch);
  trainer->phase = PHASE_BATCHES;
  trainer->batch = 0;
  trainer->running = (Tally){0};
}

void trainer_reserve(Trainer *trainer) {
  if (buffer_rows(trainer) <= trainer->net->max_rows) {
    return;
  }
  const TrainSpec *train = &trainer->experiment.train;
  int next = trainer->batcher.next;
  net_reserve(trainer->net, trainer->arena, buffer_rows(trainer));
  batcher_create(&trainer->batcher, trainer->arena, &trainer->data->train, trainer->net->max_rows,
                 (uint64_t)train->seed);
  batcher_start_epoch(&trainer->batcher, (uint64_t)trainer->epoch);
  trainer->batcher.next = next;
}

Status trainer_create(Arena *arena, const Experiment *experiment, const Dataset *data, Trainer **out, Error *err) {
  Trainer *trainer = ARENA_NEW(arena, Trainer);
  trainer->experiment = *experiment;
  trainer->data = data;
  trainer->arena = arena;
  const TrainSpec *train = &trainer->experiment.train;
  NetSpec spec = experiment->net;
  int outputs;
  Status status = net_resolve(&spec, data->classes, &outputs, err);
  if (status == STATUS_OK) {
    status = check_memory(trainer, &spec, outputs, err);
  }
  if (status != STATUS_OK) {
    return status;
  }
  flush_denormals();
  trainer->net = net_create(arena, &spec, data->features, outputs, (uint64_t)train->seed);
  optimizer_create(&trainer->optimizer, arena, &train->optimizer, trainer->net->param_count);
  stopper_start(&trainer->stopper, train->early_stopping.monitor);
  plateau_start(&trainer->plateau, train->early_stopping.monitor);
  if (train->early_stopping.on && train->early_stopping.restore_best) {
    trainer->best = arena_floats(arena, best_floats(trainer->net));
  }
  trainer->base_rate = train->optimizer.learning_rate;
  trainer->report.epoch = -1;
  trainer_reserve(trainer);
  trainer_start_epoch(trainer);
  *out = trainer;
  return STATUS_OK;
}

int trainer_batches(const Trainer *trainer) {
  int size = trainer->experiment.train.batch_size;
  int left = trainer->data->train.rows - trainer->batcher.next;
  return trainer->batch + (left + size - 1) / size;
}

bool trainer_is_done(const Trainer *trainer) {
  return trainer->phase == PHASE_BATCHES && trainer->batch == 0 && trainer->epoch >= trainer->experiment.train.epochs;
}

double trainer_position(const Trainer *trainer) {
  return trainer->epoch + (double)trainer->batcher.next / trainer->data->train.rows;
}

/* Steps to the end of the run, as it is set now. */
static int64_t steps_left(const Trainer *trainer) {
  const TrainSpec *train = &trainer->experiment.train;
  int per_epoch = (trainer->data->train.rows + train->batch_size - 1) / train->batch_size;
  int later = train->epochs - trainer->epoch - 1;
  return trainer_batches(trainer) - trainer->batch + (int64_t)per_epoch * (later > 0 ? later : 0);
}

double trainer_rate(const Trainer *trainer) {
  return schedule_rate(&trainer->experiment.train.schedule, trainer->base_rate, trainer->step, trainer->progress);
}

static Metrics metrics_of(const Trainer *trainer, const Tally *tally) {
  bool regression = trainer->data->task == TASK_REGRESSION;
  return (Metrics){.loss = tally_loss(tally),
                   .score = regression ? tally_r2(tally) : tally_accuracy(tally),
                   .mae = regression ? tally_mae(tally) * (double)trainer->data->target_scale : (double)NAN};
}

Metrics trainer_running(const Trainer *trainer) { return metrics_of(trainer, &trainer->running); }

uint64_t trainer_digest(const Trainer *trainer) { return weights_digest(trainer->net); }

/* --- one piece of work ------------------------------------------------------------------------------------------- */

/* Notes the first value that is not finite. */
static StepResult diverged(Trainer *trainer, double loss) {
  float value = (float)loss;
  const char *name = net_find_nonfinite(trainer->net, &value);
  str_copy(trainer->bad_layer, sizeof trainer->bad_layer, name ? name : "loss");
  trainer->bad_value = name ? (double)value : loss;
  trainer->bad_step = trainer->phase == PHASE_BATCHES ? trainer->step + 1 : trainer->step;
  return STEP_DIVERGED;
}

static Truth truth_at(const int32_t *labels, const float *targets, int row) {
  return (Truth){.labels = labels ? labels + row : NULL, .targets = targets ? targets + row : NULL};
}

static StepResult end_of_batches(Trainer *trainer) {
  trainer->phase = trainer->experiment.train.evaluate_train ? PHASE_TRAIN_EVAL : PHASE_VALIDATION;
  trainer->eval_row = 0;
  trainer->evaluation = (Tally){0};
  trainer->report.train_eval = (Metrics){(double)NAN, (double)NAN, (double)NAN};
  return STEP_MORE;
}

static void update_parameters(void *context, size_t start, size_t count) {
  Trainer *trainer = context;
  optimizer_update(&trainer->optimizer, trainer->net->params, trainer->net->grads, start, count);
}

static void update_kernel(void *context, size_t start, Mat x, Mat dy, Span panels) {
  Trainer *trainer = context;
  optimizer_update_product(&trainer->optimizer, trainer->net->params, start, x, dy, panels);
}

/* Backward pass and optimizer step. Each piece of the parameters is updated as soon as its gradients are there, unless
 * a norm of all gradients is to be known first. */
static void descend(Trainer *trainer, int rows, double rate) {
  Net *net = trainer->net;
  const OptimizerSpec *spec = &trainer->experiment.train.optimizer;
  bool clips = spec->clipnorm > 0.0 || spec->global_clipnorm > 0.0 || spec->clipvalue > 0.0;
  const GradientSink sink = {update_parameters,
                             optimizer_takes_products(&trainer->optimizer.spec) ? update_kernel : NULL, trainer};
  optimizer_begin(&trainer->optimizer, rate);
  net_backward(net, rows, clips ? NULL : &sink);
  if (clips) {
    net_clip(net, spec);
    update_parameters(trainer, 0, net->param_count);
  }
}

static StepResult train_batch(Trainer *trainer) {
  Net *net = trainer->net;
  double rate = trainer_rate(trainer), part = (1.0 - trainer->progress) / (double)steps_left(trainer);
  Batch batch;
  bool dealt = batcher_next(&trainer->batcher, trainer->experiment.train.batch_size, &batch);
  ASSERT(dealt);
  Pass pass = {.train = true, .seed = (uint64_t)trainer->experiment.train.seed, .step = trainer->step};
  Mat logits = net_forward(net, pass, net_feed(net, trainer->data->train.x, batch.order, batch.rows));
  double penalty = net_penalty(net);
  double loss = loss_eval(net->spec.output, net->spec.loss, logits, truth_at(batch.labels, batch.targets, 0),
                          net_dlogits(net, batch.rows), &trainer->running);
  trainer->running.loss += penalty * batch.rows;
  if (!isfinite(loss + penalty)) {
    return diverged(trainer, loss + penalty);
  }
  descend(trainer, batch.rows, rate);
  trainer->report.learning_rate = rate;
  trainer->step++;
  trainer->progress += part;
  trainer->batch++;
  return trainer->batcher.next < trainer->data->train.rows ? STEP_MORE : end_of_batches(trainer);
}

/* Adds the rows from `row` on, as many as fit, to the tally; returns the row after them. */
static int evaluate_chunk(Trainer *trainer, const Part *part, int row, Tally *tally) {
  Net *net = trainer->net;
  int rows = smaller(part->rows - row, NET_CHUNK_ROWS);
  Mat x = net_feed(net, part->x + (size_t)row * (size_t)net->features, NULL, rows);
  Mat logits = net_forward(net, (Pass){.train = false}, x);
  (void)loss_eval(net->spec.output, net->spec.loss, logits, truth_at(part->labels, part->targets, row),
                  net_dlogits(net, rows), tally);
  return row + rows;
}

static void add_penalty(Trainer *trainer, Tally *tally) {
  tally->loss += net_penalty(trainer->net) * (double)tally->rows;
}

Metrics trainer_evaluate(Trainer *trainer, const Part *part) {
  Tally tally = {0};
  for (int row = 0; row < part->rows;) {
    row = evaluate_chunk(trainer, part, row, &tally);
  }
  add_penalty(trainer, &tally);
  return metrics_of(trainer, &tally);
}

static void best_save(Trainer *trainer) {
  const Net *net = trainer->net;
  memcpy(trainer->best, net->params, net->param_count * sizeof(float));
  memcpy(trainer->best + net->param_count, net->stats, net->stat_count * sizeof(float));
  memcpy(trainer->best_layers, net->spec.layers, sizeof trainer->best_layers);
}

static void best_restore(Trainer *trainer) {
  Net *net = trainer->net;
  net_restore_layers(net, trainer->best_layers);
  memcpy(net->params, trainer->best, net->param_count * sizeof(float));
  memcpy(net->stats, trainer->best + net->param_count, net->stat_count * sizeof(float));
}

static double monitored(Monitor monitor, const EpochReport *report) {
  switch (monitor) {
    case MONITOR_VAL_SCORE:
      return report->val.score;
    case MONITOR_LOSS:
      return report->train.loss;
    case MONITOR_VAL_LOSS:
    case MONITOR_COUNT:
      break;
  }
  return report->val.loss;
}

static StepResult end_of_epoch(Trainer *trainer) {
  const TrainSpec *train = &trainer->experiment.train;
  if (!net_is_finite(trainer->net)) { /* batch normalization can hide it from the loss */
    return diverged(trainer, (double)NAN);
  }
  EpochReport *report = &trainer->report;
  report->epoch = trainer->epoch;
  report->step = trainer->step;
  report->train = trainer_running(trainer);
  double value = monitored(train->early_stopping.monitor, report);
  bool improved;
  trainer->early = stopper_update(&trainer->stopper, &train->early_stopping, trainer->epoch, value, &improved);
  if (improved && trainer->best) {
    best_save(trainer);
  }
  if (train->schedule.kind == SCHEDULE_PLATEAU) {
    trainer->base_rate =
        plateau_update(&trainer->plateau, &train->schedule, train->early_stopping.monitor, value, trainer->base_rate);
  }
  trainer->epoch++;
  trainer_start_epoch(trainer);
  return trainer->early || trainer->epoch >= train->epochs ? STEP_DONE : STEP_EPOCH;
}

static StepResult evaluate_some(Trainer *trainer) {
  bool training_rows = trainer->phase == PHASE_TRAIN_EVAL;
  const Part *part = training_rows ? &trainer->data->train : &trainer->data->validation;
  trainer->eval_row = evaluate_chunk(trainer, part, trainer->eval_row, &trainer->evaluation);
  if (!isfinite(trainer->evaluation.loss)) {
    return diverged(trainer, trainer->evaluation.loss);
  }
  if (trainer->eval_row < part->rows) {
    return STEP_MORE;
  }
  add_penalty(trainer, &trainer->evaluation);
  *(training_rows ? &trainer->report.train_eval : &trainer->report.val) = metrics_of(trainer, &trainer->evaluation);
  trainer->eval_row = 0;
  trainer->evaluation = (Tally){0};
  if (training_rows) {
    trainer->phase = PHASE_VALIDATION;
    return STEP_MORE;
  }
  return end_of_epoch(trainer);
}

StepResult trainer_step(Trainer *trainer) {
  return trainer->phase == PHASE_BATCHES ? train_batch(trainer) : evaluate_some(trainer);
}

/* --- edits ------------------------------------------------------------------------------------------------------- */

static void edit_batch_norm(Trainer *trainer, int layer) {
  const LayerSpec *spec = &trainer->experiment.net.layers[layer];
  net_set_batch_norm(trainer->net, layer, spec->batch_norm, spec->bn_position);
  size_t start, count;
  net_batch_norm_range(trainer->net, layer, &start, &count);
  optimizer_forget(&trainer->optimizer, start, count);
  if (spec->batch_norm) {
    net_measure_batch_norm(trainer->net, layer, trainer->data->train.x, trainer->data->train.rows);
  }
}

/* Carries a setting that has changed in `experiment` to where it is used. */
static void apply_edit(Trainer *trainer, ParamId param, int layer) {
  const Experiment *experiment = &trainer->experiment;
  switch (param) {
    case PARAM_DROPOUT:
      net_set_dropout(trainer->net, layer, experiment->net.layers[layer].dropout);
      break;
    case PARAM_INPUT_DROPOUT:
      net_set_input_dropout(trainer->net, experiment->net.input_dropout);
      break;
    case PARAM_BATCH_NORM:
    case PARAM_BN_POSITION:
      edit_batch_norm(trainer, layer);
      break;
    case PARAM_LEARNING_RATE:
      trainer->base_rate = experiment->train.optimizer.learning_rate;
      break;
    case PARAM_WEIGHT_DECAY:
      trainer->optimizer.spec.weight_decay = experiment->train.optimizer.weight_decay;
      break;
    case PARAM_L1:
      trainer->net->spec.l1 = experiment->net.l1;
      break;
    case PARAM_L2:
      trainer->net->spec.l2 = experiment->net.l2;
      break;
    case PARAM_BATCH_SIZE:
      trainer_reserve(trainer);
      break;
    default: /* read from the experiment where it is used: epochs */
      break;
  }
}

/* The value that is in force: a plateau lowers the learning rate that training goes on with. */
static double value_in_force(const Trainer *trainer, ParamId param, int layer) {
  return param == PARAM_LEARNING_RATE ? trainer->base_rate : param_get(&trainer->experiment, param, layer);
}

static Status set_live(Trainer *trainer, ParamId param, int layer, double value, Error *err) {
  Experiment before = trainer->experiment;
  Status status = param_set(&trainer->experiment, param, layer, value, err);
  if (status == STATUS_OK && param == PARAM_BATCH_SIZE) {
    status = check_memory(trainer, &trainer->net->spec, trainer->net->outputs, err);
  }
  if (status != STATUS_OK) {
    trainer->experiment = before;
  }
  return status;
}

Status trainer_edit(Trainer *trainer, ParamId param, int layer, double value, Edit *edit, Error *err) {
  const Param *row = param_at(param);
  ASSERT(trainer->phase == PHASE_BATCHES);
  if (!row->live) {
    return error_set(err, STATUS_RANGE,
                     "%s cannot change while the network trains: it takes effect at the next restart", row->key);
  }
  *edit = (Edit){.epoch = trainer->epoch,
                 .step = trainer->step,
                 .at = trainer_position(trainer),
                 .param = param,
                 .layer = row->per_layer ? layer : -1,
                 .old_value = value_in_force(trainer, param, layer)};
  Status status = set_live(trainer, param, layer, value, err);
  if (status == STATUS_OK) {
    edit->new_value = param_get(&trainer->experiment, param, layer);
    if (edit->new_value != edit->old_value) {
      apply_edit(trainer, param, layer);
    }
  }
  return status;
}

void trainer_end(Trainer *trainer, RunState outcome, Ended *ended) {
  *ended = (Ended){.outcome = outcome,
                   .epochs = trainer->epoch,
                   .step = trainer->step,
                   .best_epoch = trainer->stopper.best_epoch,
                   .early = trainer->early,
                   .test = {(double)NAN, (double)NAN, (double)NAN},
                   .bad_step = trainer->bad_step,
                   .bad_value = trainer->bad_value};
  str_copy(ended->bad_layer, sizeof ended->bad_layer, trainer->bad_layer);
  if (trainer->best && trainer->stopper.best_epoch >= 0) {
    best_restore(trainer);
    ended->restored = true;
  }
  if (trainer->data->test.rows > 0 && (outcome != RUN_DIVERGED || ended->restored)) {
    ended->test = trainer_evaluate(trainer, &trainer->data->test);
  }
  ended->digest = trainer_digest(trainer);
}
