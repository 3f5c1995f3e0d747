#include "ui/repeat.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/verdict.h"
#include "ui/edit.h"
#include "ui/pin.h"

void repeat_init(UiState *ui) { ui->repeat.wanted = REPEAT_SEEDS; }

/* ---- begin and end ---- */

/* The run that the settings shown are compared with: the pinned one, or the one shown where that is to be. */
static const UiRun *reference(const UiState *ui) { return ui->pin.marked && ui->pin.by_hand ? &ui->run : pin_run(ui); }

static bool same_but_seed(const Experiment *a, const Experiment *b) {
  Experiment like = *b;
  like.train.seed = a->train.seed;
  return experiment_equal(a, &like);
}

static RepeatPlan plan_of(const UiState *ui) {
  const Experiment *shown = &ui->experiment;
  const UiRun *pinned = reference(ui);
  RepeatPlan plan = {.number = ui->repeat.plan.number + 1,
                     .arms = 1,
                     .seeds = ui->repeat.wanted,
                     .first_seed = shown->train.seed,
                     .experiment = {*shown},
                     .preset = {ui->preset}};
  bool other = pinned && strcmp(pinned->experiment.data.source, shown->data.source) == 0 &&
               !same_but_seed(&pinned->experiment, shown);
  if (other) {
    plan.arms = 2;
    plan.experiment[1] = plan.experiment[0];
    plan.preset[1] = plan.preset[0];
    plan.experiment[0] = pinned->experiment;
    plan.preset[0] = pinned->preset;
    plan.experiment[0].train.seed = shown->train.seed;
  }
  return plan;
}

static bool same_plan(const RepeatPlan *a, const RepeatPlan *b) {
  bool same = a->arms == b->arms && a->seeds == b->seeds && a->first_seed == b->first_seed;
  for (int arm = 0; same && arm < a->arms; arm++) {
    same = experiment_equal(&a->experiment[arm], &b->experiment[arm]);
  }
  return same;
}

static void begin(UiState *ui, const RepeatPlan *plan) {
  UiRepeat *repeat = &ui->repeat;
  Experiment last = ui->experiment;
  Error err;
  if (param_set(&last, PARAM_SEED, -1, (double)plan->first_seed + plan->seeds - 1, &err) != STATUS_OK) {
    edit_notice(ui, true, "%s", err.text);
    return;
  }
  *repeat = (UiRepeat){.wanted = repeat->wanted, .state = REPEAT_RUNNING, .wish = REPEAT_WISH_START, .plan = *plan};
  if (plan->arms > 1) {
    pin_words(&plan->experiment[0], &plan->experiment[1], repeat->change, sizeof repeat->change);
  }
}

static void stop(UiState *ui) {
  ui->repeat.state = REPEAT_STOPPED;
  ui->repeat.wish = REPEAT_WISH_STOP;
}

static void put_away(UiState *ui) {
  ui->repeat.state = REPEAT_NONE;
  edit_notice(ui, false, "the repeat is put away; its runs are in the history (3)");
}

void repeat_toggle(UiState *ui) {
  UiRepeat *repeat = &ui->repeat;
  RepeatPlan plan = plan_of(ui);
  if (repeat->state == REPEAT_RUNNING) {
    stop(ui);
    edit_notice(ui, false, "the repeat is stopped; Esc puts it away");
  } else if (repeat->state != REPEAT_NONE && same_plan(&plan, &repeat->plan)) {
    put_away(ui);
  } else {
    begin(ui, &plan);
  }
}

void repeat_close(UiState *ui) {
  if (ui->repeat.state == REPEAT_RUNNING) {
    stop(ui);
    edit_notice(ui, false, "the repeat is stopped; Esc again puts it away");
  } else if (ui->repeat.state != REPEAT_NONE) {
    put_away(ui);
  }
}

void repeat_drop(UiState *ui) {
  if (ui->repeat.state == REPEAT_RUNNING) {
    ui->repeat.wish = REPEAT_WISH_STOP;
  }
  ui->repeat.state = REPEAT_NONE;
}

RepeatWish ui_take_repeat(UiState *ui, RepeatPlan *plan) {
  RepeatWish wish = ui->repeat.wish;
  ui->repeat.wish = REPEAT_WISH_NONE;
  if (wish == REPEAT_WISH_START) {
    *plan = ui->repeat.plan;
  }
  return wish;
}

/* ---- news ---- */

static void note_epoch(UiRepeat *repeat, int run, const EpochReport *report) {
  result_epoch(&repeat->results[run], report);
  for (MetricId metric = 0; metric < METRIC_COUNT; metric++) {
    trail_push(&repeat->trails[run][metric], view_metric(&report->val, metric));
  }
}

static void note_end(UiState *ui, const Event *event) {
  UiRepeat *repeat = &ui->repeat;
  if (event->kind == EVENT_FAILED) {
    repeat->state = REPEAT_FAILED;
    str_copy(repeat->problem, sizeof repeat->problem, event->text);
    edit_notice(ui, true, "the repeat has failed: %s", event->text);
  } else if (repeat->state == REPEAT_RUNNING) {
    repeat->state = REPEAT_DONE;
  }
}

void ui_repeat_news(UiState *ui, const RepeatNews *news) {
  UiRepeat *repeat = &ui->repeat;
  const Event *event = &news->event;
  if (news->plan != repeat->plan.number || repeat->state == REPEAT_NONE) {
    return;
  }
  if (news->over) {
    note_end(ui, event);
    return;
  }
  Result *result = &repeat->results[event->run];
  switch (event->kind) {
    case EVENT_LOADED:
      result_begin(result, event->loaded.task);
      result->outcome = RUN_RUNNING;
      result->seed = event->loaded.experiment.train.seed;
      break;
    case EVENT_EPOCH:
      note_epoch(repeat, event->run, &event->epoch);
      break;
    case EVENT_ENDED:
      result->outcome = event->ended.outcome;
      break;
    default:
      break;
  }
}

/* ---- how it stands ---- */

bool repeat_is_shown(const UiState *ui) {
  const UiRepeat *repeat = &ui->repeat;
  bool known = ui->run.loaded.train_rows > 0 && repeat->results[0].outcome != RUN_NONE;
  return repeat->state != REPEAT_NONE && (!known || repeat->results[0].task == ui->run.loaded.task);
}

bool repeat_is_stale(const UiState *ui) {
  const RepeatPlan *plan = &ui->repeat.plan;
  return plan->arms > 0 && !same_but_seed(&plan->experiment[plan->arms - 1], &ui->experiment);
}

int repeat_seeds_done(const UiState *ui) {
  const UiRepeat *repeat = &ui->repeat;
  int arms = repeat->plan.arms, done = 0;
  for (int seed = 0; seed < repeat->plan.seeds; seed++) {
    const Result *results = &repeat->results[seed * arms];
    int ended = result_count(results, arms, 1, RUN_FINISHED) + result_count(results, arms, 1, RUN_DIVERGED);
    done += ended == arms;
  }
  return done;
}

double repeat_fraction(const UiState *ui) {
  const UiRepeat *repeat = &ui->repeat;
  int runs = repeat->plan.arms * repeat->plan.seeds;
  double done = 0.0;
  for (int run = 0; run < runs; run++) {
    const Result *result = &repeat->results[run];
    bool ended = result->outcome == RUN_FINISHED || result->outcome == RUN_DIVERGED;
    int epochs = repeat->plan.experiment[run % repeat->plan.arms].train.epochs;
    done += ended ? 1.0 : (double)result->epochs / epochs;
  }
  return runs > 0 ? done / runs : 0.0;
}

void repeat_sentence(const UiState *ui, char *out, size_t size) {
  const UiRepeat *repeat = &ui->repeat;
  if (repeat->plan.arms > 1) {
    verdict_of_two(repeat->results, repeat->plan.seeds, out, size);
  } else {
    verdict_of_one(repeat->results, repeat->plan.seeds, out, size);
  }
}

/* What has come out so far, in a word or two; "" = nothing yet. */
static void outcome_words(const UiRepeat *repeat, char *out, size_t size) {
  static const char *const WORDS[] = {": B worse", ": undecided", ": B better"};
  Spread spread = result_spread(repeat->results, repeat->plan.seeds, repeat->plan.arms, MEASURE_BEST_SCORE);
  out[0] = '\0';
  if (repeat->plan.arms > 1) {
    str_copy(out, size, WORDS[1 + verdict_sign(repeat->results, repeat->plan.seeds)]);
  } else if (spread.count > 0) {
    char value[32];
    chart_value_label(value, sizeof value, spread.mean);
    snprintf(out, size, ": best %s", value);
  }
}

void repeat_status(const UiState *ui, char *out, size_t size) {
  const UiRepeat *repeat = &ui->repeat;
  char words[48];
  outcome_words(repeat, words, sizeof words);
  if (repeat->state == REPEAT_RUNNING) {
    snprintf(words, sizeof words, " %3.0f %%", floor(100.0 * repeat_fraction(ui)));
  } else if (repeat->state == REPEAT_FAILED) {
    str_copy(words, sizeof words, ": failed");
  }
  snprintf(out, size, "repeat %d/%d%s", repeat_seeds_done(ui), repeat->plan.seeds, words);
}
