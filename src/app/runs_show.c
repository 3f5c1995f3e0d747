#include "app/runs_show.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/report.h"
#include "app/runs_table.h"
#include "base/str.h"
#include "lab/param.h"
#include "store/run_column.h"

/* --- one run ------------------------------------------------------------------------------------------------------ */

static void print_when(const char *what, double when) {
  time_t seconds = isnan(when) ? 0 : (time_t)when;
  struct tm local;
  char text[64];
  if (!isnan(when) && localtime_r(&seconds, &local) && strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local) > 0) {
    (void)printf("%-12s %s\n", what, text);
  }
}

static void print_text(const char *what, const char *text) {
  if (*text) {
    (void)printf("%-12s %s\n", what, text);
  }
}

static void print_results(const StoredRun *run) {
  const char *score = report_score_name(run->task);
  char best[32], last[32], gap[32], loss[32];
  runs_table_number(best, sizeof best, run->best_score);
  runs_table_number(last, sizeof last, run->last_score);
  runs_table_number(gap, sizeof gap, run->gap);
  runs_table_number(loss, sizeof loss, run->val_loss);
  (void)printf("%-12s %s%s after %d epochs, %" PRId64 " steps, %.2f s\n", "outcome", OUTCOME_NAMES[run->outcome],
               run->early ? " early" : "", run->epochs, run->steps, isnan(run->seconds) ? 0.0 : run->seconds);
  if (run->outcome == OUTCOME_DIVERGED) {
    (void)printf("%-12s step %" PRId64 ": %s is %s\n", "diverged", run->bad_step, run->bad_layer,
                 str_nonfinite(run->bad_value));
  }
  (void)printf("%-12s val_%s %s", "best", score, best);
  if (run->best_epoch >= 0) {
    (void)printf(" in epoch %d", run->best_epoch + 1);
  }
  (void)printf("; val_loss %s\n", loss);
  (void)printf("%-12s val_%s %s, %s below training\n", "last", score, last, gap);
  if (isfinite(run->test.score)) {
    (void)printf("%-12s %s %.4f, loss %.4f\n", "test", score, run->test.score, run->test.loss);
  }
  if (run->has_digest) {
    (void)printf("%-12s %016" PRIx64 "\n", "digest", run->digest);
  }
}

static void print_origin(const StoredRun *run) {
  char fork[128];
  (void)printf("%-12s %s (%" PRId64 ")\n", "run", run->name, run->id);
  (void)printf("%-12s %s: %s\n", "preset", run->preset, run->title);
  print_text("changes", run->differences);
  print_text("tags", run->tags);
  print_text("note", run->note);
  runs_table_fork(fork, sizeof fork, run);
  print_text("origin", fork);
  (void)printf("%-12s %s, %d training, %d validation and %d test rows, fingerprint %016" PRIx64 "\n", "data",
               run->dataset, run->train_rows, run->validation_rows, run->test_rows, run->fingerprint);
  print_text("weights", run->weights);
  (void)printf("%-12s %" PRId64 " parameters, seed %d\n", "network", run->parameters, run->seed);
  (void)printf("%-12s %s, %d cores, %d threads, kernels %s, nnlab %s\n", "machine", run->cpu, run->cores, run->threads,
               run->kernels, run->version);
  print_when("started", run->started);
  print_when("ended", run->ended);
}

static void print_edit(const Edit *edit) {
  char before[64], after[64], layer[32] = "";
  param_format_value(edit->param, edit->old_value, before, sizeof before);
  param_format_value(edit->param, edit->new_value, after, sizeof after);
  if (edit->layer >= 0) {
    (void)snprintf(layer, sizeof layer, "layers.%d.", edit->layer + 1);
  }
  (void)printf("%-12s epoch %d, step %" PRId64 ": %s%s %s -> %s\n", "edit", edit->epoch + 1, edit->step, layer,
               param_at(edit->param)->key, before, after);
}

Status runs_show_print(Store *store, const StoredRun *run, Error *err) {
  Arena arena;
  Edit *edits;
  int count;
  arena_init(&arena, 0);
  Status status = history_edits(store, &arena, run->id, &edits, &count, err);
  print_origin(run);
  print_results(run);
  for (int i = 0; i < count; i++) {
    print_edit(&edits[i]);
  }
  (void)printf("\n%s", run->experiment + strspn(run->experiment, "\n"));
  arena_deinit(&arena);
  return status;
}

/* --- some side by side -------------------------------------------------------------------------------------------- */

/* A table that is printed when the widths of its columns are known. */
typedef struct Grid {
  Arena arena;
  int columns, rows;
  const char **cells; /* (rows, columns), row by row */
} Grid;

enum { GRID_ROWS = PARAM_COUNT + 16 };

static void grid_add(Grid *grid, const char *const *row) {
  for (int c = 0; c < grid->columns; c++) {
    grid->cells[grid->rows * grid->columns + c] = arena_strdup(&grid->arena, row[c]);
  }
  grid->rows++;
}

static void grid_print(const Grid *grid) {
  for (int r = 0; r < grid->rows; r++) {
    for (int c = 0; c < grid->columns; c++) {
      int width = 0;
      for (int other = 0; other < grid->rows; other++) {
        int columns = utf8_columns(grid->cells[other * grid->columns + c]);
        width = columns > width ? columns : width;
      }
      const char *text = grid->cells[r * grid->columns + c];
      int pad = c + 1 < grid->columns ? width - utf8_columns(text) + 2 : 0;
      (void)printf("%s%*s", text, pad, "");
    }
    (void)putchar('\n');
  }
}

/* Each run's value of something. */
enum { VALUE_SIZE = sizeof(DifferenceText) };
typedef DifferenceText Values[RUNS_SHOW_MOST];

static void add_values(Grid *grid, const char *label, DifferenceText *values) {
  const char *row[RUNS_SHOW_MOST + 1] = {label};
  for (int c = 1; c < grid->columns; c++) {
    row[c] = values[c - 1];
  }
  grid_add(grid, row);
}

static void add_if_different(Grid *grid, const char *label, Values values) {
  bool same = true;
  for (int c = 2; c < grid->columns; c++) {
    same = same && strcmp(values[c - 1], values[0]) == 0;
  }
  if (!same) {
    add_values(grid, label, values);
  }
}

static void add_setting(void *context, const char *key, DifferenceText *values) { add_values(context, key, values); }

static void add_numbers(Grid *grid, const char *label, const StoredRun *const *runs, RunColumn column) {
  bool whole = column == RUN_COLUMN_BEST_EPOCH || column == RUN_COLUMN_EPOCHS;
  Values values;
  for (int r = 0; r + 1 < grid->columns; r++) {
    double value = run_column_number(runs[r], column);
    if (whole && !isnan(value)) {
      (void)snprintf(values[r], VALUE_SIZE, "%.0f", value);
    } else {
      runs_table_number(values[r], VALUE_SIZE, value);
    }
  }
  add_values(grid, label, values);
}

static void add_results(Grid *grid, const StoredRun *const *runs) {
  static const struct {
    const char *label;
    RunColumn column;
  } rows[] = {{"best validation score", RUN_COLUMN_BEST}, {"  in epoch", RUN_COLUMN_BEST_EPOCH},
              {"last validation score", RUN_COLUMN_LAST}, {"  gap to training", RUN_COLUMN_GAP},
              {"lowest val_loss", RUN_COLUMN_VAL_LOSS},   {"test score", RUN_COLUMN_TEST},
              {"epochs done", RUN_COLUMN_EPOCHS},         {"seconds", RUN_COLUMN_TIME}};
  Values values;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    add_numbers(grid, rows[i].label, runs, rows[i].column);
  }
  for (int r = 0; r + 1 < grid->columns; r++) {
    str_copy(values[r], VALUE_SIZE, OUTCOME_NAMES[runs[r]->outcome]);
  }
  add_values(grid, "outcome", values);
}

/* What is no setting, and matters. */
static Status add_circumstances(Grid *grid, Store *store, const StoredRun *const *runs, Error *err) {
  Values forks = {0}, data = {0}, edits = {0}, weights = {0};
  Status status = STATUS_OK;
  for (int r = 0; status == STATUS_OK && r + 1 < grid->columns; r++) {
    Edit *list;
    int count;
    status = history_edits(store, &grid->arena, runs[r]->id, &list, &count, err);
    runs_table_fork(forks[r], VALUE_SIZE, runs[r]);
    (void)snprintf(data[r], VALUE_SIZE, "%016" PRIx64, runs[r]->fingerprint);
    (void)snprintf(edits[r], VALUE_SIZE, "%d", count);
    str_copy(weights[r], VALUE_SIZE, *runs[r]->weights ? runs[r]->weights : "drawn");
  }
  if (status == STATUS_OK) {
    add_if_different(grid, "origin", forks);
    add_if_different(grid, "data as prepared", data);
    add_if_different(grid, "first weights", weights);
    add_if_different(grid, "edits while it trained", edits);
  }
  return status;
}

Status runs_show_compare(Store *store, const StoredRun *const *runs, int count, Error *err) {
  Grid grid = {.columns = count + 1};
  Experiment *experiments;
  Status status = STATUS_OK;
  Values names;
  arena_init(&grid.arena, 0);
  experiments = ARENA_ARRAY(&grid.arena, Experiment, (size_t)count);
  grid.cells = ARENA_ARRAY(&grid.arena, const char *, (size_t)(GRID_ROWS * grid.columns));
  for (int r = 0; status == STATUS_OK && r < count; r++) {
    str_copy(names[r], VALUE_SIZE, runs[r]->name);
    status = history_experiment(&grid.arena, runs[r], &experiments[r], err);
  }
  if (status == STATUS_OK) {
    add_values(&grid, "", names);
    difference_among(experiments, count, add_setting, &grid);
    status = add_circumstances(&grid, store, runs, err);
  }
  if (status == STATUS_OK) {
    add_results(&grid, runs);
    grid_print(&grid);
  }
  arena_deinit(&grid.arena);
  return status;
}
