#include "ui/time.h"

#include <math.h>
#include <string.h>

#include "base/order.h"
#include "ui/edit.h"
#include "ui/pin.h"

static int latest(const UiState *ui) { return ui->run.last.epoch + 1; }

/* ---- the cursor ---- */

static void show(UiState *ui, const Experiment *experiment, int shape) {
  ui->experiment = *experiment;
  ui->shape = shape;
  ui->layer = smaller(ui->layer, experiment->net.hidden - 1);
}

void time_go(UiState *ui, int epoch) {
  UiTime *time = &ui->time;
  if (latest(ui) == 0) {
    edit_notice(ui, false, "there is no epoch to go back to yet: Space trains");
    return;
  }
  if (ui->run.progress.kept_every == 0) {
    edit_notice(ui, true, "no epoch is kept: snapshot_memory (e) has no room for three of this network");
    return;
  }
  epoch = larger(0, smaller(epoch, latest(ui)));
  if (!edit_post(ui, &(Command){.kind = COMMAND_LOOK, .layer = -1, .epoch = epoch})) {
    return;
  }
  if (!time->on) {
    time->live = ui->experiment;
    time->live_shape = ui->shape;
  }
  time->on = true;
  time->known = false;
  time->epoch = epoch;
}

void time_step(UiState *ui, int count) {
  const UiTime *time = &ui->time;
  int every = larger(ui->run.progress.kept_every, 1);
  if (!time->on) {
    if (count < 0) {
      time_go(ui, latest(ui) + (count + 1) * every);
    } else {
      edit_notice(ui, false, "this is the present: [ goes back");
    }
    return;
  }
  int from = count < 0 ? time->epoch + every - 1 : time->epoch; /* the multiples of `every` are kept */
  int epoch = (from / every + count) * every;
  if (count > 0 && time->epoch >= latest(ui)) {
    time_end(ui);
  } else {
    time_go(ui, epoch);
  }
}

void time_end(UiState *ui) {
  if (ui->time.on) {
    ui->time.on = false;
    show(ui, &ui->time.live, ui->time.live_shape);
  }
}

void time_follow(UiState *ui) {
  UiTime *time = &ui->time;
  const Look *look = &ui->run.progress.look;
  if (!time->on || time->known || !look->known || look->asked != time->epoch) {
    return;
  }
  if (look->epoch < 0) {
    time_end(ui);
    return;
  }
  if (look->epoch != time->epoch) {
    edit_notice(ui, false, "of these epochs every %dth is kept: this is epoch %d", ui->run.progress.kept_every,
                look->epoch);
  }
  time->known = true;
  time->epoch = look->epoch;
  time->look = *look;
  show(ui, &look->experiment, ui->base_shape);
}

/* ---- what a fork begins with ---- */

bool time_set(UiState *ui, const Experiment *next, ParamId param) {
  const Param *row = param_at(param);
  if (!row->live) {
    edit_notice(ui, false, "%s changes at a restart, not at a fork: Esc comes back to the present", row->key);
    return false;
  }
  if (!ui->time.known) { /* the settings shown are another epoch's */
    edit_notice(ui, false, "epoch %d is not there yet: press again", ui->time.epoch);
    return false;
  }
  ui->experiment = *next;
  edit_notice(ui, false, "f trains on from epoch %d with the settings shown", ui->time.epoch);
  return true;
}

void time_reset(UiState *ui) {
  if (ui->time.known) {
    ui->experiment = ui->time.look.experiment;
    edit_notice(ui, false, "the settings are those of epoch %d again", ui->time.epoch);
  }
}

void time_fork(UiState *ui) {
  UiTime *time = &ui->time;
  if (!time->on || !time->known) {
    edit_notice(ui, false, time->on ? "the epoch is not there yet: press f again" : "[ goes back to where f can fork");
    return;
  }
  if (time->epoch >= ui->experiment.train.epochs) {
    edit_notice(ui, false, "the run ends with epoch %d: [ goes back further; or raise epochs (e)", time->epoch);
    return;
  }
  if (!edit_post(ui,
                 &(Command){.kind = COMMAND_FORK, .layer = -1, .epoch = time->epoch, .experiment = ui->experiment})) {
    return;
  }
  time->on = false; /* the settings shown stay */
  ui->undo_count = ui->redo_count = 0;
  ui->run.progress.state = RUN_RUNNING;
  edit_notice(ui, false, "a fork trains on from epoch %d with the settings shown", time->epoch);
}

/* ---- the forked run ---- */

static void cut_edits(UiState *ui, const Fork *fork) {
  UiRun *run = &ui->run;
  int kept = 0;
  for (int i = 0; i < run->edit_count; i++) {
    EditMark item = run->edits[i];
    if (item.edit.step >= fork->step) {
      continue;
    }
    if (item.last_step >= fork->step && ui->time.look.epoch == fork->epoch) { /* a mark of several changes */
      item.edit.new_value = param_get(&ui->time.look.experiment, item.edit.param, larger(item.edit.layer, 0));
      item.last_step = fork->step - 1;
    }
    run->edits[kept++] = item;
  }
  run->edit_count = kept;
}

/* The best of what is left. */
static UiBest best_of(const Series *series, bool higher_is_better) {
  UiBest best = {.epoch = -1};
  for (int i = 0; i < series->count; i++) {
    const Bucket *bucket = &series->buckets[i];
    double value = higher_is_better ? bucket->max : bucket->min;
    bool better = best.epoch < 0 || (higher_is_better ? value > best.value : value < best.value);
    if (bucket->finite > 0 && better) {
      best = (UiBest){.epoch = (int)lround(bucket->x) - 1, .value = value};
    }
  }
  return best;
}

void time_forked(UiState *ui, int number, const Fork *fork) {
  UiRun *run = &ui->run;
  pin_next(ui);
  pin_take(ui);
  for (int m = 0; m < METRIC_COUNT; m++) {
    for (int c = 0; c < CURVE_COUNT; c++) {
      series_cut(&run->curves[m][c], fork->epoch);
    }
    run->best[m] = best_of(&run->curves[m][CURVE_VAL], m == METRIC_SCORE);
  }
  cut_edits(ui, fork);
  run->number = number;
  run->fork = *fork;
  run->has_ended = false;
  run->last = (EpochReport){.epoch = fork->epoch - 1};
  run->progress.state = RUN_RUNNING;
}
