#include "ui/run.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

void run_clear(UiRun *run, int number) {
  memset(run, 0, sizeof *run);
  run->number = number;
  run->last.epoch = -1;
  for (int m = 0; m < METRIC_COUNT; m++) {
    run->best[m].epoch = -1;
  }
}

static void note_best(UiBest *best, int epoch, double value, bool higher_is_better) {
  if (!isfinite(value)) {
    return;
  }
  bool better = best->epoch < 0 || (higher_is_better ? value > best->value : value < best->value);
  if (better) {
    *best = (UiBest){.epoch = epoch, .value = value};
  }
}

void run_epoch(UiRun *run, const EpochReport *report) {
  if (report->epoch <= run->last.epoch) {
    return;
  }
  curves_push(run->curves, report);
  note_best(&run->best[METRIC_LOSS], report->epoch, report->val.loss, false);
  note_best(&run->best[METRIC_SCORE], report->epoch, report->val.score, true);
  note_best(&run->best[METRIC_MAE], report->epoch, report->val.mae, false);
  run->last = *report;
}

void run_end(UiRun *run, const Ended *ended) {
  run->ended = *ended;
  run->has_ended = true;
  run->progress.state = ended->outcome;
  run->progress.epoch = ended->epochs;
  run->progress.step = ended->step;
}

void run_fail(UiRun *run, RunState state, const char *why) {
  run_clear(run, run->number);
  run->progress.state = state;
  str_printable(run->failure, sizeof run->failure, why);
}

bool run_has_ended(RunState state) {
  return state == RUN_FINISHED || state == RUN_STOPPED || state == RUN_DIVERGED || run_has_no_data(state);
}

bool run_has_no_data(RunState state) { return state == RUN_FAILED || state == RUN_UNLOADED; }
