#include "app/side_by_side.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/runs_table.h"
#include "base/str.h"
#include "store/run_column.h"

enum { MAX_ROWS = PARAM_COUNT + 16, VALUE_SIZE = sizeof(DifferenceText) };

/* Each run's value of something. */
typedef DifferenceText Values[DIFFERENCE_MOST];

typedef struct Rows {
  Arena *arena;
  int runs, count;
  ComparisonRow *rows;
} Rows;

static ComparisonRow *add_values(Rows *table, const char *label, DifferenceText *values) {
  ComparisonRow *row = &table->rows[table->count++];
  *row = (ComparisonRow){.label = arena_strdup(table->arena, label), .best = -1};
  for (int r = 0; r < table->runs; r++) {
    row->values[r] = *values[r] ? arena_strdup(table->arena, values[r]) : "-";
  }
  return row;
}

/* --- what sets them apart ----------------------------------------------------------------------------------------- */

static void add_setting(void *context, const char *key, DifferenceText *values) { add_values(context, key, values); }

static void add_if_different(Rows *table, const char *label, Values values) {
  bool same = true;
  for (int r = 1; r < table->runs; r++) {
    same = same && strcmp(values[r], values[0]) == 0;
  }
  if (!same) {
    add_values(table, label, values);
  }
}

/* What is no setting, and matters. */
static void add_circumstances(Rows *table, const StoredRun *const *runs) {
  Values origins = {0}, data = {0}, edits = {0}, weights = {0}, scores = {0};
  for (int r = 0; r < table->runs; r++) {
    runs_table_origin(origins[r], VALUE_SIZE, runs[r]);
    (void)snprintf(data[r], VALUE_SIZE, "%016" PRIx64, runs[r]->fingerprint);
    str_copy(scores[r], VALUE_SIZE, runs[r]->task == TASK_REGRESSION ? "r2" : "accuracy");
    str_copy(edits[r], VALUE_SIZE, runs[r]->edits);
    str_copy(weights[r], VALUE_SIZE, *runs[r]->weights ? runs[r]->weights : "drawn");
  }
  add_if_different(table, "origin", origins);
  add_if_different(table, "score", scores);
  add_if_different(table, "data as prepared", data);
  add_if_different(table, "first weights", weights);
  add_if_different(table, "edits", edits);
}

/* --- what came of them -------------------------------------------------------------------------------------------- */

typedef enum Better { BETTER_NONE = 0, BETTER_HIGHER, BETTER_LOWER } Better;

/* -1 where two have it. */
static int best_of(const double *numbers, int count, Better better) {
  int best = -1;
  bool shared = false;
  for (int r = 0; r < count && better != BETTER_NONE; r++) {
    double ahead = best < 0 ? 1.0 : better == BETTER_HIGHER ? numbers[r] - numbers[best] : numbers[best] - numbers[r];
    if (!isnan(numbers[r]) && ahead >= 0) {
      shared = best >= 0 && !(ahead > 0);
      best = r;
    }
  }
  return shared || count < 2 ? -1 : best;
}

static void add_numbers(Rows *table, const char *label, const StoredRun *const *runs, RunColumn column, Better better) {
  bool whole = column == RUN_COLUMN_BEST_EPOCH || column == RUN_COLUMN_EPOCHS;
  double numbers[DIFFERENCE_MOST];
  Values values;
  for (int r = 0; r < table->runs; r++) {
    numbers[r] = run_column_number(runs[r], column);
    if (whole && !isnan(numbers[r])) {
      (void)snprintf(values[r], VALUE_SIZE, "%.0f", numbers[r]);
    } else {
      runs_table_number(values[r], VALUE_SIZE, numbers[r]);
    }
  }
  ComparisonRow *row = add_values(table, label, values);
  row->is_result = true;
  row->best = best_of(numbers, table->runs, better);
}

/* Scores of two kinds, or of two sets of data, have no better one. */
static bool are_comparable(const StoredRun *const *runs, int count) {
  for (int r = 1; r < count; r++) {
    if (runs[r]->task != runs[0]->task || strcmp(runs[r]->dataset, runs[0]->dataset) != 0) {
      return false;
    }
  }
  return true;
}

static void add_results(Rows *table, const StoredRun *const *runs) {
  static const struct {
    const char *label;
    RunColumn column;
    Better better;
  } rows[] = {
      {"best validation score", RUN_COLUMN_BEST, BETTER_HIGHER}, {"  in epoch", RUN_COLUMN_BEST_EPOCH, BETTER_NONE},
      {"last validation score", RUN_COLUMN_LAST, BETTER_HIGHER}, {"  gap to training", RUN_COLUMN_GAP, BETTER_NONE},
      {"lowest val_loss", RUN_COLUMN_VAL_LOSS, BETTER_LOWER},    {"test score", RUN_COLUMN_TEST, BETTER_HIGHER},
      {"epochs done", RUN_COLUMN_EPOCHS, BETTER_NONE},           {"seconds", RUN_COLUMN_TIME, BETTER_LOWER}};
  bool comparable = are_comparable(runs, table->runs);
  Values values;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    Better better = comparable || rows[i].column == RUN_COLUMN_TIME ? rows[i].better : BETTER_NONE;
    add_numbers(table, rows[i].label, runs, rows[i].column, better);
  }
  for (int r = 0; r < table->runs; r++) {
    str_copy(values[r], VALUE_SIZE, OUTCOME_NAMES[runs[r]->outcome]);
  }
  add_values(table, "outcome", values)->is_result = true;
}

Status side_by_side(Arena *arena, const StoredRun *const *runs, int count, Comparison *out, Error *err) {
  Rows table = {.arena = arena, .runs = count, .rows = ARENA_ARRAY(arena, ComparisonRow, MAX_ROWS)};
  Experiment *experiments = ARENA_ARRAY(arena, Experiment, (size_t)count);
  Status status = STATUS_OK;
  for (int r = 0; status == STATUS_OK && r < count; r++) {
    status = history_experiment(arena, runs[r], &experiments[r], err);
  }
  if (status == STATUS_OK) {
    difference_among(experiments, count, add_setting, &table);
    add_circumstances(&table, runs);
    add_results(&table, runs);
    *out = (Comparison){.runs = count, .count = table.count, .items = table.rows};
  }
  return status;
}
