/* edit: changes of the experiment, undo, and the outbox of commands. */
#include "ui/edit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

void edit_notice(UiState *ui, bool is_error, const char *format, ...) {
  char text[sizeof ui->notice];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  str_printable(ui->notice, sizeof ui->notice, text);
  ui->notice_is_error = is_error;
}

bool run_has_ended(RunState state) {
  return state == RUN_FINISHED || state == RUN_STOPPED || state == RUN_DIVERGED || state == RUN_FAILED;
}

void run_clear(UiRun *run, int number) {
  memset(run, 0, sizeof *run);
  run->number = number;
  run->last.epoch = -1;
  for (int m = 0; m < METRIC_COUNT; m++) {
    run->best[m].epoch = -1;
  }
}

double edit_place(const UiState *ui) {
  const Progress *p = &ui->run.progress;
  return p->epoch + (p->batches > 0 ? (double)p->batch / p->batches : 0.0);
}

double edit_same_spot(const UiState *ui) {
  int epochs = ui->run.progress.epochs > 0 ? ui->run.progress.epochs : ui->experiment.train.epochs;
  return epochs / 200.0; /* less than a column of the chart */
}

/* ---- the outbox ---- */

/* The waiting set that a new one may replace: none that a restart, a step or the like lies behind. */
static Command *waiting_set(UiState *ui, ParamId param, int layer) {
  for (int i = ui->outbox_count - 1; i >= 0 && ui->outbox[i].kind == COMMAND_SET; i--) {
    if (ui->outbox[i].param == param && ui->outbox[i].layer == layer) {
      return &ui->outbox[i];
    }
  }
  return NULL;
}

static bool is_repeat(const UiState *ui, CommandKind kind) {
  bool idempotent = kind == COMMAND_START || kind == COMMAND_PAUSE || kind == COMMAND_RESTART || kind == COMMAND_STOP;
  return idempotent && ui->outbox_count > 0 && ui->outbox[ui->outbox_count - 1].kind == kind;
}

bool edit_post(UiState *ui, const Command *command) {
  Command *waiting = command->kind == COMMAND_SET ? waiting_set(ui, command->param, command->layer) : NULL;
  if (waiting != NULL) {
    waiting->value = command->value;
    return true;
  }
  if (is_repeat(ui, command->kind)) {
    return true;
  }
  if (command->kind == COMMAND_LOAD) {
    ui->outbox_count = 0; /* what it would have acted on is gone */
  }
  if (ui->outbox_count >= UI_MAX_OUTBOX) {
    edit_notice(ui, true, "training has not caught up with the keys yet: press again");
    return false;
  }
  ui->outbox[ui->outbox_count++] = *command;
  return true;
}

bool edit_post_kind(UiState *ui, CommandKind kind) { return edit_post(ui, &(Command){.kind = kind, .layer = -1}); }

bool ui_take_command(UiState *ui, Command *command) {
  if (ui->outbox_count == 0) {
    return false;
  }
  *command = ui->outbox[0];
  ui->outbox_count--;
  memmove(ui->outbox, ui->outbox + 1, (size_t)ui->outbox_count * sizeof ui->outbox[0]);
  return true;
}

/* ---- settings ---- */

/* Whether no step has been taken: the worker then makes the run anew with whatever is set. */
static bool is_untouched(const UiState *ui) {
  RunState state = ui->run.progress.state;
  return state == RUN_FAILED || (ui->run.progress.step == 0 && !run_has_ended(state));
}

static void push_undo(UiState *ui, ParamId param, int layer, double old_value, double new_value) {
  double at = edit_place(ui);
  int run = is_untouched(ui) ? 0 : ui->run.number; /* before the first step each change makes a new run */
  UiChange *last = ui->undo_count > 0 ? &ui->undo[ui->undo_count - 1] : NULL;
  if (last != NULL && last->param == param && last->layer == layer && last->run == run &&
      fabs(last->at - at) <= edit_same_spot(ui)) {
    if (last->old_value == new_value) {
      ui->undo_count--;
    }
    return;
  }
  if (ui->undo_count == UI_MAX_UNDO) {
    ui->undo_count--;
    memmove(ui->undo, ui->undo + 1, (size_t)ui->undo_count * sizeof ui->undo[0]);
  }
  ui->undo[ui->undo_count++] = (UiChange){.param = param, .layer = layer, .run = run, .at = at, .old_value = old_value};
}

static void keep_rate(UiState *ui, ParamId param, int layer, double value) {
  if (value <= 0) {
    return;
  }
  if (param == PARAM_DROPOUT) {
    ui->last_rate[layer + 1] = value;
  }
  if (param == PARAM_INPUT_DROPOUT) {
    ui->last_rate[0] = value;
  }
}

static void tell_when(UiState *ui, ParamId param, int layer) {
  RunState state = ui->run.progress.state;
  if (edit_waits(ui, param, layer)) {
    edit_notice(ui, false, "%s takes effect at the next restart (r)", param_at(param)->key);
  } else if (run_has_ended(state)) {
    edit_notice(ui, false, "the run has ended: r trains again with the settings shown");
  }
}

/* A command to set carries no text: the data is loaded anew, now or at the restart. */
static void accept_text(UiState *ui, const Experiment *next, ParamId param) {
  bool untouched = is_untouched(ui), training = ui->run.progress.state == RUN_RUNNING;
  ui->experiment = *next;
  if (untouched && edit_waits(ui, param, -1)) {
    edit_load(ui);
    if (training) {
      edit_post_kind(ui, COMMAND_START);
    }
  }
  tell_when(ui, param, -1);
}

/* Makes `next` the settings shown, after `param` of `layer` was set in it. */
static bool accept(UiState *ui, const Experiment *next, ParamId param, int layer, bool undoable) {
  Error err;
  if (experiment_check(next, &err) != STATUS_OK) {
    edit_notice(ui, true, "%s", err.text);
    return false;
  }
  if (param_at(param)->type == PARAM_TEXT) {
    accept_text(ui, next, param);
    return true;
  }
  double old_value = param_get(&ui->experiment, param, layer);
  double value = param_get(next, param, layer);
  if (value == old_value) {
    return true;
  }
  if (!param_at(param)->per_layer) {
    layer = -1;
  }
  Command set = {.kind = COMMAND_SET, .param = param, .layer = layer, .value = value};
  if (!edit_post(ui, &set)) {
    return false;
  }
  ui->experiment = *next;
  if (is_untouched(ui)) {
    ui->base = ui->experiment;
  }
  if (undoable) {
    push_undo(ui, param, layer, old_value, value);
  }
  keep_rate(ui, param, layer, value);
  tell_when(ui, param, layer);
  return true;
}

static bool set_value(UiState *ui, ParamId param, int layer, double value, bool undoable) {
  Experiment next = ui->experiment;
  Error err;
  if (param_set(&next, param, layer, value, &err) != STATUS_OK) {
    edit_notice(ui, true, "%s", err.text);
    return false;
  }
  return accept(ui, &next, param, layer, undoable);
}

bool edit_set(UiState *ui, ParamId param, int layer, double value) { return set_value(ui, param, layer, value, true); }

bool edit_set_text(UiState *ui, ParamId param, int layer, const char *text) {
  Experiment next = ui->experiment;
  Error err;
  if (param_set_text(&next, param, layer, text, &err) != STATUS_OK) {
    edit_notice(ui, true, "%s", err.text);
    return false;
  }
  return accept(ui, &next, param, layer, true);
}

void edit_step(UiState *ui, ParamId param, int layer, int direction) {
  if (param_at(param)->type == PARAM_TEXT) {
    edit_notice(ui, false, "%s is a text: Enter types it", param_at(param)->key);
    return;
  }
  double value = param_get(&ui->experiment, param, layer);
  edit_set(ui, param, layer, param_step(param, value, direction));
}

void edit_undo(UiState *ui) {
  if (ui->undo_count == 0) {
    edit_notice(ui, false, "nothing to undo");
    return;
  }
  UiChange change = ui->undo[ui->undo_count - 1];
  if (!set_value(ui, change.param, change.layer, change.old_value, false)) {
    return;
  }
  ui->undo_count--;
  if (ui->notice[0] != '\0') {
    return;
  }
  char value[48];
  param_format_value(change.param, change.old_value, value, sizeof value);
  edit_notice(ui, false, "undone: %s is %s again", param_at(change.param)->key, value);
}

ParamId edit_dropout_param(const UiState *ui) { return ui->layer < 0 ? PARAM_INPUT_DROPOUT : PARAM_DROPOUT; }

void edit_toggle_dropout(UiState *ui) {
  ParamId param = edit_dropout_param(ui);
  double rate = param_get(&ui->experiment, param, ui->layer);
  edit_set(ui, param, ui->layer, rate > 0 ? 0.0 : ui->last_rate[ui->layer + 1]);
}

/* ---- what waits for a restart ---- */

bool edit_waits(const UiState *ui, ParamId param, int layer) {
  const Param *p = param_at(param);
  if (p->type == PARAM_TEXT) {
    return strcmp(ui->experiment.data.source, ui->base.data.source) != 0;
  }
  if (p->per_layer && layer >= ui->base.net.hidden) {
    return true; /* a layer that the run does not have */
  }
  return !p->live && param_get(&ui->experiment, param, layer) != param_get(&ui->base, param, layer);
}

int edit_waiting_count(const UiState *ui) {
  int count = 0;
  for (int id = 0; id < PARAM_COUNT; id++) {
    int layers = param_at((ParamId)id)->per_layer ? ui->experiment.net.hidden : 1;
    for (int layer = 0; layer < layers; layer++) {
      count += edit_waits(ui, (ParamId)id, layer);
    }
  }
  return count;
}

/* ---- runs ---- */

void edit_load(UiState *ui) {
  Command load = {.kind = COMMAND_LOAD, .layer = -1, .experiment = ui->experiment};
  edit_post(ui, &load); /* a load empties the outbox first: there is room */
  ui->base = ui->experiment;
  ui->stale_run = ui->run.number;
  run_clear(&ui->run, ui->run.number);
  ui->run.progress.state = RUN_LOADING;
}

bool edit_restart(UiState *ui, bool train) {
  RunState state = ui->run.progress.state;
  bool was_running = state == RUN_RUNNING;
  bool reload = state == RUN_FAILED || state == RUN_NONE || edit_waits(ui, PARAM_DATASET, -1);
  if (reload) {
    edit_load(ui);
  } else {
    if (!edit_post_kind(ui, COMMAND_RESTART)) {
      return false;
    }
    ui->base = ui->experiment;
  }
  bool start = train || (reload && was_running);
  return !start || edit_post_kind(ui, COMMAND_START);
}

/* The rates that the toggle brings back: the preset's own, or a half. */
static void reset_rates(UiState *ui) {
  const NetSpec *net = &ui->experiment.net;
  ui->last_rate[0] = net->input_dropout > 0 ? net->input_dropout : 0.5;
  for (int l = 0; l < NET_MAX_HIDDEN; l++) {
    bool has_rate = l < net->hidden && net->layers[l].dropout > 0;
    ui->last_rate[l + 1] = has_rate ? net->layers[l].dropout : 0.5;
  }
}

void edit_open(UiState *ui, const Preset *preset) {
  ui->preset = preset;
  ui->experiment = preset->experiment;
  ui->layer = 0;
  ui->undo_count = 0;
  reset_rates(ui);
  edit_load(ui);
}
