#include "ui/twin.h"

#include <stdio.h>

#include "base/str.h"
#include "ui/edit.h"
#include "ui/pin.h"
#include "ui/run.h"
#include "ui/time.h"

/* --- commands ----------------------------------------------------------------------------------------------------- */

static bool push(UiTwin *twin, const Command *command) {
  const Command *last = twin->outbox_count > 0 ? &twin->outbox[twin->outbox_count - 1] : NULL;
  bool steps = command->kind == COMMAND_STEP_BATCH || command->kind == COMMAND_STEP_EPOCH;
  if (command->kind == COMMAND_LOAD) {
    twin->outbox_count = 0; /* what it would have acted on is gone */
  } else if (last && last->kind == command->kind && !steps) {
    return true;
  }
  if (twin->outbox_count == UI_MAX_TWIN_OUTBOX) {
    return false;
  }
  twin->outbox[twin->outbox_count++] = *command;
  return true;
}

bool twin_post(UiState *ui, CommandKind kind) {
  UiTwin *twin = &ui->twin;
  RunState *state = &ui->pin.run.progress.state;
  if (!twin->on || run_has_ended(*state)) {
    return true;
  }
  if (!push(twin, &(Command){.kind = kind, .layer = -1})) {
    edit_notice(ui, true, "training has not caught up with the keys yet: press again");
    return false;
  }
  if (kind == COMMAND_START && (*state == RUN_READY || *state == RUN_PAUSED)) {
    *state = RUN_RUNNING;
  } else if (kind == COMMAND_PAUSE && *state == RUN_RUNNING) {
    *state = RUN_PAUSED;
  }
  return true;
}

bool ui_twin_take_command(UiState *ui, Command *command) {
  UiTwin *twin = &ui->twin;
  if (twin->outbox_count == 0) {
    return false;
  }
  *command = twin->outbox[0];
  twin->outbox_count--;
  for (int i = 0; i < twin->outbox_count; i++) {
    twin->outbox[i] = twin->outbox[i + 1];
  }
  return true;
}

/* --- the pair ----------------------------------------------------------------------------------------------------- */

static void load(UiState *ui, bool train) {
  Command command = {.kind = COMMAND_LOAD, .layer = -1, .twin = ui->twin.number};
  command.experiment = ui->pin.run.experiment;
  (void)push(&ui->twin, &command); /* a load empties the outbox first: there is room */
  ui->pin.run.progress.state = RUN_LOADING;
  if (train) {
    (void)twin_post(ui, COMMAND_START);
  }
}

/* Whether A has been given something that it did not have in common with B. */
static bool follow(UiState *ui) {
  Experiment before = ui->pin.run.experiment;
  experiment_take_common(&ui->pin.run.experiment, &ui->experiment);
  return !experiment_equal(&before, &ui->pin.run.experiment);
}

void twin_restart(UiState *ui, bool train) {
  if (ui->twin.on) {
    ui->twin.number++;
    (void)follow(ui);
    load(ui, train);
  }
}

void twin_follow(UiState *ui) {
  if (ui->twin.on && edit_is_untouched(ui) && follow(ui)) {
    load(ui, ui->run.progress.state == RUN_RUNNING);
  }
}

static void begin(UiState *ui) {
  RunState state = ui->run.progress.state;
  UiRun *a = &ui->pin.run;
  if (state == RUN_NONE || state == RUN_LOADING || run_has_no_data(state)) {
    edit_notice(ui, false, "nothing is loaded yet that could have a twin");
    return;
  }
  if (ui->outbox_count + 2 > UI_MAX_OUTBOX) {
    edit_notice(ui, true, "training has not caught up with the keys yet: press again");
    return;
  }
  time_end(ui);
  pin_drop(ui);
  run_clear(a, 0);
  a->preset = ui->run.preset;
  a->experiment = edit_is_untouched(ui) ? ui->experiment : ui->run.experiment;
  a->loaded = ui->run.loaded;
  str_copy(a->title, sizeof a->title, ui->run.title);
  ui->twin.on = true;
  (void)edit_restart(ui);
  edit_notice(ui, false, "twins: A as the run began, B as shown; changes act on B alone, t ends it");
}

/* A, which has come as far as it has, is a pinned run like any other. */
static void end(UiState *ui) {
  (void)twin_post(ui, COMMAND_STOP);
  ui->twin.on = false;
  if (ui->pin.run.last.epoch < 0) {
    pin_drop(ui);
  }
  edit_notice(ui, false, "no twins any more: what A has come to stays pinned");
}

void twin_toggle(UiState *ui) {
  if (ui->twin.on) {
    end(ui);
  } else {
    begin(ui);
  }
}

void twin_close(UiState *ui) {
  (void)twin_post(ui, COMMAND_UNLOAD);
  (void)twin_post(ui, COMMAND_STOP);
  ui->twin.on = false;
}

int64_t twin_number(const UiState *ui) { return ui->twin.on ? ui->twin.number : 0; }

RunState twin_state(const UiState *ui) {
  RunState a = ui->pin.run.progress.state, b = ui->run.progress.state;
  return ui->twin.on && run_has_ended(b) && !run_has_ended(a) ? a : b;
}

void twin_text(const UiState *ui, char *out, size_t size) {
  const Progress *a = &ui->pin.run.progress;
  if (!ui->twin.on) {
    out[0] = '\0';
  } else if (a->epochs > 0 && !run_has_ended(a->state)) {
    (void)snprintf(out, size, "A %d/%d", a->epoch, a->epochs);
  } else {
    (void)snprintf(out, size, "A %s", RUN_STATE_NAMES[a->state]);
  }
}

/* --- what A's worker says ----------------------------------------------------------------------------------------- */

/* Of another pair it is not A. */
static void loaded(UiState *ui, const Event *event) {
  UiRun *a = &ui->pin.run;
  if (event->loaded.twin == ui->twin.number) {
    Experiment experiment = a->experiment;
    const Preset *preset = a->preset;
    char title[sizeof a->title];
    str_copy(title, sizeof title, a->title);
    run_clear(a, event->run);
    a->preset = preset;
    a->experiment = experiment;
    a->loaded = event->loaded;
    a->progress.state = RUN_READY;
    str_copy(a->title, sizeof a->title, title);
  }
}

void ui_twin_event(UiState *ui, const Event *event) {
  UiRun *a = &ui->pin.run;
  if (!ui->twin.on) {
    return;
  }
  if (event->kind == EVENT_LOADED) {
    loaded(ui, event);
  } else if (event->kind == EVENT_EPOCH && event->run == a->number) {
    run_epoch(a, &event->epoch);
  } else if (event->kind == EVENT_ENDED && event->run == a->number) {
    run_end(a, &event->ended);
  } else if (event->kind == EVENT_UNLOADED && event->run > a->number) {
    a->progress.state = RUN_UNLOADED;
  } else if (event->kind == EVENT_FAILED && event->run > a->number) {
    a->progress.state = RUN_FAILED;
    edit_notice(ui, true, "A: %s", event->text);
  }
}

void ui_twin_progress(UiState *ui, const Progress *progress) {
  if (ui->twin.on && progress->run == ui->pin.run.number) {
    ui->pin.run.progress = *progress;
  }
}
