/* experiment: the default experiment, equality and contradictions. Single settings are the table's business
 * (param_table.c); here are only those that speak about several. */
#include "lab/experiment.h"

#include <string.h>

#include "base/fatal.h"
#include "base/str.h"
#include "lab/param.h"

Experiment experiment_default(void) {
  Experiment experiment = {.net.hidden = NET_MAX_HIDDEN};
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const Param *param = param_at(id);
    for (int layer = 0; layer < (param->per_layer ? NET_MAX_HIDDEN : 1); layer++) {
      Status status = param->type == PARAM_TEXT ? param_set_text(&experiment, id, layer, param->fallback_text, NULL)
                                                : param_set(&experiment, id, layer, param->fallback, NULL);
      ASSERT(status == STATUS_OK);
    }
  }
  experiment.net.hidden = 1;
  return experiment;
}

static bool equal_setting(const Experiment *a, const Experiment *b, ParamId id, int layer) {
  if (param_at(id)->type != PARAM_TEXT) {
    return param_get(a, id, layer) == param_get(b, id, layer);
  }
  char text_a[512], text_b[512];
  param_format(a, id, layer, text_a, sizeof text_a);
  param_format(b, id, layer, text_b, sizeof text_b);
  return strcmp(text_a, text_b) == 0;
}

bool experiment_equal(const Experiment *a, const Experiment *b) {
  bool equal = a->net.hidden == b->net.hidden;
  for (ParamId id = 0; id < PARAM_COUNT && equal; id++) {
    int places = param_at(id)->per_layer ? a->net.hidden : 1;
    for (int layer = 0; layer < places && equal; layer++) {
      equal = equal_setting(a, b, id, layer);
    }
  }
  return equal;
}

void experiment_take_common(Experiment *twin, const Experiment *other) {
  DataSpec own = twin->data;
  twin->data = other->data;
  memcpy(twin->data.drop, own.drop, sizeof own.drop);
  twin->data.standardize = own.standardize;
  twin->data.scale_target = own.scale_target;
  twin->data.label_noise = own.label_noise;
  twin->train.seed = other->train.seed;
}

static Status check_ranges(const Experiment *experiment, Error *err) {
  int hidden = experiment->net.hidden;
  if (hidden < 1 || hidden > NET_MAX_HIDDEN) {
    return error_set(err, STATUS_RANGE, "layers: %d is outside 1 .. %d", hidden, NET_MAX_HIDDEN);
  }
  Status status = STATUS_OK;
  for (ParamId id = 0; id < PARAM_COUNT && status == STATUS_OK; id++) {
    for (int layer = 0; layer < (param_at(id)->per_layer ? hidden : 1) && status == STATUS_OK; layer++) {
      status = param_check(experiment, id, layer, err);
    }
  }
  return status;
}

static Status check_splits(const DataSpec *data, Error *err) {
  double held_back = data->validation_split + data->test_split;
  if (held_back > 1 - 1e-9) { /* 0.7 + 0.3 may be a little less than 1 */
    return error_set(err, STATUS_RANGE, "validation_split and test_split: %.4g and %.4g leave no rows to train on",
                     data->validation_split, data->test_split);
  }
  return STATUS_OK;
}

static Status check_clipping(const OptimizerSpec *optimizer, Error *err) {
  const struct {
    const char *key;
    double limit;
  } kinds[] = {{"clipnorm", optimizer->clipnorm},
               {"global_clipnorm", optimizer->global_clipnorm},
               {"clipvalue", optimizer->clipvalue}};
  const char *first = NULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (kinds[i].limit > 0 && first) {
      return error_set(err, STATUS_RANGE, "%s and %s: only one kind of clipping may be on; set the other to 0", first,
                       kinds[i].key);
    }
    first = kinds[i].limit > 0 ? kinds[i].key : first;
  }
  return STATUS_OK;
}

static Status check_optimizer(const TrainSpec *train, Error *err) {
  const OptimizerSpec *optimizer = &train->optimizer;
  if (optimizer->kind == OPTIMIZER_SGD && optimizer->nesterov && optimizer->momentum <= 0) {
    return error_set(err, STATUS_RANGE, "nesterov: needs momentum above 0");
  }
  if (train->schedule.kind == SCHEDULE_PLATEAU && train->schedule.min_rate > optimizer->learning_rate) {
    return error_set(err, STATUS_RANGE, "min_lr: %.4g is above learning_rate %.4g", train->schedule.min_rate,
                     optimizer->learning_rate);
  }
  return check_clipping(optimizer, err);
}

/* What auto means depends on the data: only what both settings say can be judged here. */
static Status check_output(const NetSpec *net, Error *err) {
  if (net->output == OUTPUT_AUTO || net->loss == LOSS_AUTO) {
    return STATUS_OK;
  }
  bool linear = net->output == OUTPUT_LINEAR, crossentropy = net->loss == LOSS_CROSSENTROPY;
  if (linear == crossentropy) {
    return error_set(err, STATUS_RANGE, "loss: %s needs output %s, not %s", LOSS_NAMES[net->loss],
                     crossentropy ? "softmax or sigmoid" : "linear", OUTPUT_NAMES[net->output]);
  }
  return STATUS_OK;
}

Status experiment_check(const Experiment *experiment, Error *err) {
  Status status = check_ranges(experiment, err);
  if (status == STATUS_OK) {
    status = check_splits(&experiment->data, err);
  }
  if (status == STATUS_OK) {
    status = check_output(&experiment->net, err);
  }
  return status == STATUS_OK ? check_optimizer(&experiment->train, err) : status;
}
