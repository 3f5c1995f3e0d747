/* edit: changes of the experiment, undo, and the outbox of commands. */
#include "ui/edit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ui/pin.h"
#include "ui/repeat.h"
#include "ui/run.h"
#include "ui/time.h"
#include "ui/twin.h"

void edit_notice(UiState *ui, bool is_error, const char *format, ...) {
  char text[sizeof ui->notice];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  str_printable(ui->notice, sizeof ui->notice, text);
  ui->notice_is_error = is_error;
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
  bool idempotent = kind == COMMAND_START || kind == COMMAND_PAUSE || kind == COMMAND_RESTART || kind == COMMAND_STOP ||
                    kind == COMMAND_UNLOAD;
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
  if (command->kind == COMMAND_LOOK && ui->outbox_count > 0 && ui->outbox[ui->outbox_count - 1].kind == COMMAND_LOOK) {
    ui->outbox[ui->outbox_count - 1] = *command;
    return true;
  }
  if (command->kind == COMMAND_LOAD) {
    ui->outbox_count = 0; /* what it would have acted on is gone */
  }
  if (ui->outbox_count >= UI_MAX_OUTBOX) {
    edit_notice(ui, true, "training has not caught up with the keys yet: press again");
    return false;
  }
  ui->outbox[ui->outbox_count] = *command;
  ui->outbox[ui->outbox_count++].twin = twin_number(ui);
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

bool edit_is_untouched(const UiState *ui) {
  RunState state = ui->run.progress.state;
  return run_has_no_data(state) || (ui->run.progress.step == 0 && !run_has_ended(state));
}

/* Onto a stack of UI_MAX_UNDO, which forgets its oldest. */
static void push_change(UiChange *stack, int *count, const UiChange *change) {
  if (*count == UI_MAX_UNDO) {
    --*count;
    memmove(stack, stack + 1, (size_t)*count * sizeof stack[0]);
  }
  stack[(*count)++] = *change;
}

static void push_undo(UiState *ui, ParamId param, int layer, double old_value, double new_value) {
  double at = edit_place(ui);
  ui->redo_count = 0;
  int run = edit_is_untouched(ui) ? 0 : ui->run.number; /* before the first step each change makes a new run */
  UiChange *last = ui->undo_count > 0 ? &ui->undo[ui->undo_count - 1] : NULL;
  if (last != NULL && !last->is_whole && last->param == param && last->layer == layer && last->run == run &&
      fabs(last->at - at) <= edit_same_spot(ui)) {
    if (last->old_value == new_value) {
      ui->undo_count--;
    }
    return;
  }
  push_change(ui->undo, &ui->undo_count,
              &(UiChange){.param = param, .layer = layer, .run = run, .at = at, .old_value = old_value});
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

/* After a failure a change is tried at once: nothing has ended that a person saw begin. */
static bool needs_restart(const UiState *ui) { return run_has_ended(ui->run.progress.state) && !edit_is_untouched(ui); }

static void tell_when(UiState *ui, ParamId param, int layer) {
  if (edit_waits(ui, param, layer)) {
    edit_notice(ui, false, "%s takes effect at the next restart (r)", param_at(param)->key);
  } else if (needs_restart(ui)) {
    edit_notice(ui, false, "the run has ended: r trains again with the settings shown");
  }
}

/* ---- what a command to set cannot carry ---- */

enum { EDIT_TEXT_SIZE = 512 };

static bool is_reshaped(const UiState *ui) { return ui->shape != ui->base_shape; }

static bool differs(const Experiment *a, const Experiment *b, ParamId text) {
  char text_a[EDIT_TEXT_SIZE], text_b[EDIT_TEXT_SIZE];
  param_format(a, text, 0, text_a, sizeof text_a);
  param_format(b, text, 0, text_b, sizeof text_b);
  return strcmp(text_a, text_b) != 0;
}

/* A text that is not the run's: the data set, its target, its columns. */
static bool has_other_data(const UiState *ui) {
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    if (param_at(id)->type == PARAM_TEXT && differs(&ui->experiment, &ui->base, id)) {
      return true;
    }
  }
  return false;
}

/* Makes `next`, with the list of layers `shape`, the settings shown: loaded anew, now or at the restart. */
static void take_whole(UiState *ui, const Experiment *next, int shape) {
  bool untouched = edit_is_untouched(ui), training = ui->run.progress.state == RUN_RUNNING;
  ui->experiment = *next;
  ui->shape = shape;
  if (ui->layer >= next->net.hidden) {
    ui->layer = next->net.hidden - 1;
  }
  if (untouched && (is_reshaped(ui) || has_other_data(ui))) {
    edit_load(ui);
    if (training) {
      edit_post_kind(ui, COMMAND_START);
    }
  }
  twin_follow(ui);
}

static void push_whole(UiState *ui) {
  UiChange change = {.is_whole = true, .shape = ui->shape, .before = ui->experiment};
  ui->redo_count = 0;
  push_change(ui->undo, &ui->undo_count, &change);
}

static void accept_text(UiState *ui, const Experiment *next, ParamId param) {
  if (differs(next, &ui->experiment, param)) {
    push_whole(ui);
  }
  take_whole(ui, next, ui->shape);
  tell_when(ui, param, -1);
}

static void accept_layers(UiState *ui, const Experiment *next, const char *what, int layer) {
  Error err;
  if (experiment_check(next, &err) != STATUS_OK) {
    edit_notice(ui, true, "%s", err.text);
    return;
  }
  push_whole(ui);
  take_whole(ui, next, ++ui->shapes);
  const char *when = is_reshaped(ui) ? ", from the next restart on (r)" : "";
  edit_notice(ui, false, "Dense %d %s: %d hidden layer%s%s", layer + 1, what, next->net.hidden,
              next->net.hidden == 1 ? "" : "s", when);
}

static bool keeps_layers(UiState *ui) {
  if (ui->time.on) {
    edit_notice(ui, false, "a fork keeps the layers: Esc comes back to the present");
  }
  return ui->time.on;
}

void edit_add_layer(UiState *ui) {
  if (keeps_layers(ui)) {
    return;
  }
  Experiment next = ui->experiment;
  NetSpec *net = &next.net;
  if (net->hidden == NET_MAX_HIDDEN) {
    edit_notice(ui, false, "there are %d hidden layers already: more do not fit", NET_MAX_HIDDEN);
    return;
  }
  int from = ui->layer < 0 ? 0 : ui->layer, to = ui->layer + 1;
  LayerSpec copy = net->layers[from];
  size_t behind = (size_t)(net->hidden - to);
  memmove(&net->layers[to + 1], &net->layers[to], behind * sizeof net->layers[0]);
  memmove(&ui->last_rate[to + 2], &ui->last_rate[to + 1], behind * sizeof ui->last_rate[0]);
  ui->last_rate[to + 1] = ui->last_rate[from + 1];
  net->layers[to] = copy;
  net->hidden++;
  ui->layer = to;
  accept_layers(ui, &next, "added", to);
}

void edit_remove_layer(UiState *ui) {
  if (keeps_layers(ui)) {
    return;
  }
  Experiment next = ui->experiment;
  NetSpec *net = &next.net;
  int layer = ui->layer;
  if (layer < 0 || net->hidden <= 1) {
    edit_notice(ui, false, layer < 0 ? "the input stays: select a Dense layer" : "one hidden layer stays");
    return;
  }
  size_t behind = (size_t)(net->hidden - layer - 1);
  memmove(&net->layers[layer], &net->layers[layer + 1], behind * sizeof net->layers[0]);
  memmove(&ui->last_rate[layer + 1], &ui->last_rate[layer + 2], behind * sizeof ui->last_rate[0]);
  net->hidden--;
  net->layers[net->hidden] = (LayerSpec){0};
  accept_layers(ui, &next, "removed", layer);
}

/* ---- values ---- */

/* The run's layers are others than the ones shown while some wait to be added or removed: it hears of them with the
 * load. */
static bool post_set(UiState *ui, ParamId param, int layer, double value) {
  if (param_at(param)->per_layer && is_reshaped(ui)) {
    return true;
  }
  return edit_post(ui, &(Command){.kind = COMMAND_SET, .param = param, .layer = layer, .value = value});
}

/* Makes `next` the settings shown, after `param` of `layer` was set in it. */
static bool accept(UiState *ui, const Experiment *next, ParamId param, int layer, bool undoable) {
  Error err;
  if (experiment_check(next, &err) != STATUS_OK) {
    edit_notice(ui, true, "%s", err.text);
    return false;
  }
  if (ui->time.on) {
    return time_set(ui, next, param);
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
  if (!post_set(ui, param, layer, value)) {
    return false;
  }
  ui->experiment = *next;
  if (edit_is_untouched(ui)) {
    ui->base = ui->experiment;
  }
  twin_follow(ui);
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

/* What to add to the words of an undo when the run does not follow by itself. */
static const char *undo_when(const UiState *ui, bool waits) {
  return waits ? ", from the next restart on (r)" : needs_restart(ui) ? " (r trains with it)" : "";
}

/* `done`: "undone" or "redone". */
static void undo_whole(UiState *ui, const UiChange *change, const char *done) {
  bool layers = change->shape != ui->shape;
  bool dataset = strcmp(change->before.data.source, ui->experiment.data.source) != 0;
  take_whole(ui, &change->before, change->shape);
  if (layers) {
    int hidden = ui->experiment.net.hidden;
    edit_notice(ui, false, "%s: %d hidden layer%s again%s", done, hidden, hidden == 1 ? "" : "s",
                undo_when(ui, is_reshaped(ui)));
  } else {
    edit_notice(ui, false, dataset ? "%s: dataset is %s again%s" : "%s: how %s is read is as before%s", done,
                ui->experiment.data.source, undo_when(ui, has_other_data(ui)));
  }
}

static bool undo_value(UiState *ui, const UiChange *change, const char *done) {
  if (!set_value(ui, change->param, change->layer, change->old_value, false)) {
    return false;
  }
  char value[48];
  param_format_value(change->param, change->old_value, value, sizeof value);
  edit_notice(ui, false, "%s: %s is %s again%s", done, param_at(change->param)->key, value,
              undo_when(ui, edit_waits(ui, change->param, change->layer)));
  return true;
}

/* Makes the latest change of the stack `from`; what takes it back goes onto the other one. */
static void shift_change(UiState *ui, UiChange *from, int *from_count, UiChange *to, int *to_count, const char *done) {
  UiChange change = from[*from_count - 1], back = change;
  if (change.is_whole) {
    back.before = ui->experiment;
    back.shape = ui->shape;
    undo_whole(ui, &change, done);
  } else {
    back.old_value = param_get(&ui->experiment, change.param, change.layer);
    if (!undo_value(ui, &change, done)) {
      return;
    }
  }
  --*from_count;
  push_change(to, to_count, &back);
}

void edit_undo(UiState *ui) {
  if (ui->time.on) {
    time_reset(ui);
  } else if (ui->undo_count == 0) {
    edit_notice(ui, false, "nothing to undo");
  } else {
    shift_change(ui, ui->undo, &ui->undo_count, ui->redo, &ui->redo_count, "undone");
  }
}

void edit_redo(UiState *ui) {
  if (ui->time.on || ui->redo_count == 0) {
    edit_notice(ui, false, "nothing to do again");
  } else {
    shift_change(ui, ui->redo, &ui->redo_count, ui->undo, &ui->undo_count, "redone");
  }
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
    return differs(&ui->experiment, &ui->base, param);
  }
  if (p->per_layer && (is_reshaped(ui) || layer >= ui->base.net.hidden)) {
    return true; /* the layers shown are not those of the run */
  }
  return !p->live && param_get(&ui->experiment, param, layer) != param_get(&ui->base, param, layer);
}

int edit_waiting_count(const UiState *ui) {
  int count = is_reshaped(ui);
  for (int id = 0; id < PARAM_COUNT; id++) {
    bool per_layer = param_at((ParamId)id)->per_layer;
    int layers = !per_layer ? 1 : is_reshaped(ui) ? 0 : ui->experiment.net.hidden;
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
  ui->base_shape = ui->shape;
  ui->stale_run = ui->run.number;
  pin_take(ui);
  run_clear(&ui->run, ui->run.number);
  ui->run.progress.state = RUN_LOADING;
}

/* A restart that has not been taken yet does what the next one would. */
static bool restart_waits(UiState *ui) {
  Command *last = &ui->outbox[ui->outbox_count];
  if (ui->outbox_count < 2 || last[-2].kind != COMMAND_RESTART || last[-1].kind != COMMAND_START) {
    return false;
  }
  last[-2].twin = twin_number(ui);
  return true;
}

bool edit_restart(UiState *ui) {
  time_end(ui);
  RunState state = ui->run.progress.state;
  bool train = state == RUN_RUNNING || state == RUN_FAILED || !edit_is_untouched(ui);
  twin_restart(ui, train);
  pin_next(ui);
  bool reload = run_has_no_data(state) || state == RUN_NONE || is_reshaped(ui) || has_other_data(ui);
  if (reload) {
    edit_load(ui);
  } else if (!restart_waits(ui)) {
    if (!edit_post_kind(ui, COMMAND_RESTART)) {
      return false;
    }
    ui->base = ui->experiment;
  } else {
    return true;
  }
  return !train || edit_post_kind(ui, COMMAND_START);
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

void edit_open(UiState *ui, const Preset *preset) { edit_open_with(ui, preset, &preset->experiment); }

void edit_open_with(UiState *ui, const Preset *preset, const Experiment *experiment) {
  time_end(ui);
  twin_close(ui);
  ui->preset = preset;
  ui->experiment = *experiment;
  ui->layer = 0;
  ui->undo_count = ui->redo_count = 0; /* of another experiment */
  ui->shape = ui->shapes = 0;
  reset_rates(ui);
  ui->screen = SCREEN_LAB;
  pin_open(ui);
  repeat_drop(ui);
  edit_load(ui);
}
