/* ui: how the state follows what the worker says. Keys and clicks are in control.c, changes of settings in edit.c,
 * the drawing in one file per panel. */
#include "ui/ui.h"

#include <string.h>

#include "base/str.h"
#include "ui/edit.h"
#include "ui/pin.h"
#include "ui/repeat.h"
#include "ui/run.h"
#include "ui/time.h"

void ui_init(UiState *ui, PresetList presets, const Preset *preset, bool start, Charset charset, PaletteKind palette) {
  memset(ui, 0, sizeof *ui);
  ui->presets = presets;
  ui->charset = charset;
  ui->palette = palette;
  repeat_init(ui);
  edit_open(ui, preset);
  if (start) {
    edit_post_kind(ui, COMMAND_START);
  }
}

/* Empties the curves for run `number`. What was loaded is kept until the worker says otherwise: a restart has the same
 * rows. */
static void begin_run(UiState *ui, int number) {
  UiRun *run = &ui->run;
  Loaded loaded = run->loaded;
  pin_take(ui);
  run_clear(run, number);
  run->loaded = loaded;
  run->experiment = ui->base;
  run->preset = ui->preset;
  str_copy(run->title, sizeof run->title, ui->preset->title);
}

/* Whether news of run `number` is about what the screen shows; a newer run becomes it. */
static bool is_current(UiState *ui, int number) {
  if (number < ui->run.number || number <= ui->stale_run) {
    return false;
  }
  if (number > ui->run.number) {
    time_end(ui);
    begin_run(ui, number);
  }
  return true;
}

void ui_event(UiState *ui, const Event *event) {
  if (event->kind == EVENT_REFUSED) {
    edit_notice(ui, false, "%s", event->text);
    return;
  }
  if (event->kind == EVENT_FORKED && event->fork.parent == ui->run.number) {
    time_forked(ui, event->run, &event->fork);
    return;
  }
  if (event->kind == EVENT_NONE || !is_current(ui, event->run)) {
    return;
  }
  UiRun *run = &ui->run;
  switch (event->kind) {
    case EVENT_LOADED:
      run->loaded = event->loaded;
      if (*run->loaded.warning) {
        edit_notice(ui, true, "%s", run->loaded.warning);
      }
      if (run->progress.state == RUN_LOADING || run->progress.state == RUN_NONE) {
        run->progress.state = RUN_READY;
      }
      break;
    case EVENT_EPOCH:
      run_epoch(run, &event->epoch);
      break;
    case EVENT_EDIT:
      edit_mark_add(ui->run.edits, &ui->run.edit_count, UI_MAX_EDITS, &event->edit, edit_same_spot(ui));
      break;
    case EVENT_ENDED:
      run_end(run, &event->ended);
      break;
    case EVENT_FAILED:
      run_fail(run, RUN_FAILED, event->text);
      break;
    case EVENT_UNLOADED:
      run_fail(run, RUN_UNLOADED, "Loading was stopped. r loads it again, o opens another lesson.");
      break;
    default:
      break;
  }
}

void ui_progress(UiState *ui, const Progress *progress) {
  if (!is_current(ui, progress->run)) {
    return;
  }
  ui->run.progress = *progress;
  time_follow(ui);
}
