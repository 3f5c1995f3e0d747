#include "lab/result.h"

#include <math.h>

static const struct {
  const char *words[2], *key[2]; /* of classification, of regression */
} MEASURES[MEASURE_COUNT] = {
    [MEASURE_BEST_SCORE] = {{"best validation accuracy", "best validation R2"}, {"best_val_accuracy", "best_val_r2"}},
    [MEASURE_LAST_SCORE] = {{"last validation accuracy", "last validation R2"}, {"last_val_accuracy", "last_val_r2"}},
    [MEASURE_LOWEST_LOSS] = {{"lowest validation loss", "lowest validation loss"},
                             {"lowest_val_loss", "lowest_val_loss"}},
    [MEASURE_LAST_LOSS] = {{"last validation loss", "last validation loss"}, {"last_val_loss", "last_val_loss"}}};

bool measure_is_score(Measure measure) { return measure == MEASURE_BEST_SCORE || measure == MEASURE_LAST_SCORE; }

const char *measure_words(Measure measure, Task task) { return MEASURES[measure].words[task == TASK_REGRESSION]; }

const char *measure_key(Measure measure, Task task) { return MEASURES[measure].key[task == TASK_REGRESSION]; }

void result_begin(Result *result, Task task) {
  result->task = task;
  result->epochs = 0;
  result->best_epoch = result->lowest_epoch = -1;
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    result->values[measure] = (double)NAN;
  }
}

/* The best epoch is the first of those that are as good, as in the run history. */
void result_epoch(Result *result, const EpochReport *report) {
  double *values = result->values;
  if (isnan(values[MEASURE_BEST_SCORE]) || report->val.score > values[MEASURE_BEST_SCORE]) {
    values[MEASURE_BEST_SCORE] = report->val.score;
    result->best_epoch = isnan(report->val.score) ? -1 : report->epoch;
  }
  if (isnan(values[MEASURE_LOWEST_LOSS]) || report->val.loss < values[MEASURE_LOWEST_LOSS]) {
    values[MEASURE_LOWEST_LOSS] = report->val.loss;
    result->lowest_epoch = isnan(report->val.loss) ? -1 : report->epoch;
  }
  values[MEASURE_LAST_SCORE] = report->val.score;
  values[MEASURE_LAST_LOSS] = report->val.loss;
  result->epochs = report->epoch + 1;
}

double result_value(const Result *result, Measure measure) {
  return result->outcome == RUN_FINISHED ? result->values[measure] : (double)NAN;
}

int result_count(const Result *results, int count, int stride, RunState outcome) {
  int found = 0;
  for (int i = 0; i < count; i++) {
    found += results[i * stride].outcome == outcome;
  }
  return found;
}

Spread result_spread(const Result *results, int count, int stride, Measure measure) {
  double values[RESULT_MOST_SEEDS];
  for (int i = 0; i < count; i++) {
    values[i] = result_value(&results[i * stride], measure);
  }
  return spread_of(values, count);
}

Pairs result_pairs(const Result *results, int count, Measure measure) {
  double values[2][RESULT_MOST_SEEDS];
  for (int i = 0; i < count; i++) {
    values[0][i] = result_value(&results[2 * i], measure);
    values[1][i] = result_value(&results[2 * i + 1], measure);
  }
  return pairs_of(values[0], values[1], count);
}
