#include "app/runs_show.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/report.h"
#include "app/runs_json.h"
#include "app/runs_table.h"
#include "app/side_by_side.h"
#include "base/order.h"
#include "base/str.h"
#include "lab/param.h"

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

/* Told where one epoch has ended. */
static void print_last(const StoredRun *run) {
  if (isnan(run->last_score)) {
    return;
  }
  char last[32], gap[32];
  runs_table_number(last, sizeof last, run->last_score);
  runs_table_number(gap, sizeof gap, fabs(run->gap));
  (void)printf("%-12s val_%s %s", "last", report_score_name(run->task), last);
  if (!isnan(run->gap)) {
    (void)printf(", %s %s training", gap, run->gap < 0 ? "above" : "below");
  }
  (void)putchar('\n');
}

/* `epochs`: of the run, all of them. */
static void print_results(const StoredRun *run, const EpochReport *epochs, int count) {
  Result result;
  result_begin(&result, run->task);
  for (int e = larger(0, run->fork_epoch); e < count; e++) {
    result_epoch(&result, &epochs[e]);
  }
  (void)printf("%-12s %s%s after %d epoch%s, %" PRId64 " step%s, %.2f s\n", "outcome", OUTCOME_NAMES[run->outcome],
               run->early ? " early" : "", run->epochs, run->epochs == 1 ? "" : "s", run->steps,
               run->steps == 1 ? "" : "s", isnan(run->seconds) ? 0.0 : run->seconds);
  if (run->outcome == OUTCOME_DIVERGED) {
    (void)printf("%-12s step %" PRId64 ": %s is %s\n", "diverged", run->bad_step, run->bad_layer,
                 str_nonfinite(run->bad_value));
  }
  report_best(stdout, &result, "best", "lowest", 12);
  print_last(run);
  if (run->fork_epoch >= 0) {
    (void)printf("%-12s best, lowest and last are of its own epochs, from %d on\n", "", run->fork_epoch + 1);
  }
  if (isfinite(run->test.score)) {
    (void)printf("%-12s %s %.4f, loss %.4f\n", "test", report_score_name(run->task), run->test.score, run->test.loss);
  }
  if (run->has_digest) {
    (void)printf("%-12s %016" PRIx64 "\n", "digest", run->digest);
  }
}

static void print_origin(const StoredRun *run) {
  char origin[192];
  (void)printf("%-12s %s (%" PRId64 ")\n", "run", run->name, run->id);
  (void)printf("%-12s %s: %s\n", "preset", run->preset, run->title);
  print_text("changes", run->differences);
  print_text("tags", run->tags);
  print_text("note", run->note);
  runs_table_origin(origin, sizeof origin, run);
  print_text("origin", origin);
  (void)printf("%-12s %s, %d training, %d validation and %d test rows, fingerprint %016" PRIx64 "\n", "data",
               run->dataset, run->train_rows, run->validation_rows, run->test_rows, run->fingerprint);
  print_text("weights", run->weights);
  (void)printf("%-12s %" PRId64 " parameters, seed %d\n", "network", run->parameters, run->seed);
  (void)printf("%-12s %s, %d core%s, %d thread%s, kernels %s, nnlab %s\n", "machine", run->cpu, run->cores,
               run->cores == 1 ? "" : "s", run->threads, run->threads == 1 ? "" : "s", run->kernels, run->version);
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
  EpochReport *epochs;
  int count, epoch_count;
  arena_init(&arena, 0);
  Status status = history_epochs(store, &arena, run->id, &epochs, &epoch_count, err);
  print_origin(run);
  print_results(run, epochs, epoch_count);
  status = status == STATUS_OK ? history_edits(store, &arena, run->id, &edits, &count, err) : status;
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    print_edit(&edits[i]);
  }
  (void)printf("\n%s", run->experiment + strspn(run->experiment, "\n"));
  arena_deinit(&arena);
  return status;
}

void runs_show_course(const StoredRun *run) {
  char course[1024];
  runs_table_course(course, sizeof course, run);
  if (*course) {
    (void)printf("# not in these settings: %s\n", course);
  }
}

/* --- some side by side -------------------------------------------------------------------------------------------- */

/* A table that is printed when the widths of its columns are known. */
typedef struct Grid {
  Arena arena;
  int columns, rows;
  const char **cells; /* (rows, columns), row by row */
} Grid;

static void grid_add(Grid *grid, const char *label, const char *const *values) {
  const char **row = &grid->cells[grid->rows++ * grid->columns];
  row[0] = label;
  for (int c = 1; c < grid->columns; c++) {
    row[c] = values[c - 1];
  }
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

Status runs_show_compare(const StoredRun *const *runs, int count, bool json, Error *err) {
  Grid grid = {.columns = count + 1};
  Comparison comparison;
  arena_init(&grid.arena, 0);
  Status status = side_by_side(&grid.arena, runs, count, &comparison, err);
  if (status == STATUS_OK && json) {
    runs_json_compare(stdout, runs, &comparison);
  } else if (status == STATUS_OK) {
    const char *names[DIFFERENCE_MOST] = {0};
    grid.cells = ARENA_ARRAY(&grid.arena, const char *, (size_t)(comparison.count + 1) * (size_t)grid.columns);
    for (int r = 0; r < count; r++) {
      names[r] = runs[r]->name;
    }
    grid_add(&grid, "", names);
    for (int i = 0; i < comparison.count; i++) {
      grid_add(&grid, comparison.items[i].label, comparison.items[i].values);
    }
    grid_print(&grid);
  }
  arena_deinit(&grid.arena);
  return status;
}
