#include "app/runs_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/csv_line.h"
#include "app/json.h"
#include "base/str.h"

/* --- which, and in which order ------------------------------------------------------------------------------------ */

typedef struct Order {
  RunColumn column;
  bool turned;
} Order;

/* Numbers from the highest, words from the first of the alphabet; what has no number comes last either way. */
static int compare_runs(const void *a, const void *b, void *context) {
  const StoredRun *left = a, *right = b;
  const Order *order = context;
  int by;
  if (RUN_COLUMNS[order->column].is_text) {
    by = strcmp(run_column_text(left, order->column), run_column_text(right, order->column));
  } else {
    double x = run_column_number(left, order->column), y = run_column_number(right, order->column);
    if (isnan(x) || isnan(y)) {
      by = (isnan(x) != 0) - (isnan(y) != 0);
      return by != 0 ? by : (left->id > right->id) - (left->id < right->id);
    }
    by = (x < y) - (x > y);
  }
  by = order->turned ? -by : by;
  return by != 0 ? by : (left->id > right->id) - (left->id < right->id);
}

static Status find_order(const char *sort, Order *order, Error *err) {
  const char *keys[RUN_COLUMN_COUNT];
  char list[400] = "";
  order->turned = *sort == '-';
  if (run_column_find(sort + order->turned, &order->column)) {
    return STATUS_OK;
  }
  for (int i = 0; i < RUN_COLUMN_COUNT; i++) {
    size_t used = strlen(list);
    keys[i] = RUN_COLUMNS[i].key;
    (void)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", keys[i]);
  }
  const char *near = str_nearest(sort + order->turned, keys, RUN_COLUMN_COUNT);
  return near ? error_set(err, STATUS_USAGE, "--sort: no column '%s'; did you mean '%s'? (%s)", sort, near, list)
              : error_set(err, STATUS_USAGE, "--sort: no column '%s'; there are %s", sort, list);
}

Status runs_table_choose(RunList *list, const char *text, const char *sort, Error *err) {
  RunFilter filter;
  Order order;
  Status status = run_filter_parse(text, &filter, err);
  if (status == STATUS_OK && sort) {
    status = find_order(sort, &order, err);
  }
  if (status != STATUS_OK) {
    return status;
  }
  int kept = 0;
  for (int i = 0; i < list->count; i++) {
    if (run_filter_holds(&filter, &list->items[i])) {
      list->items[kept++] = list->items[i];
    }
  }
  list->count = kept;
  if (sort && kept > 0) {
    qsort_r(list->items, (size_t)kept, sizeof *list->items, compare_runs, &order);
  }
  return STATUS_OK;
}

/* --- a table ------------------------------------------------------------------------------------------------------ */

void runs_table_number(char *out, size_t size, double value) {
  (void)snprintf(out, size, isnan(value) ? "-" : fabs(value) < 1e5 ? "%.4f" : "%.4g", value);
}

void runs_table_origin(char *out, size_t size, const StoredRun *run) {
  const char *parent = run->parent > 0 ? run->parent_name : "a deleted run";
  const char *twin = *run->twin_name ? run->twin_name : "a deleted run";
  out[0] = '\0';
  if (run->fork_epoch >= 0) {
    (void)snprintf(out, size, "fork of %s at epoch %d", parent, run->fork_epoch);
  } else if (run->twin > 0) {
    (void)snprintf(out, size, "twin of %s", twin);
  }
}

void runs_table_course(char *out, size_t size, const StoredRun *run) {
  runs_table_origin(out, size, run);
  size_t used = strlen(out);
  (void)snprintf(out + used, size - used, "%s%s", used > 0 && *run->edits ? ", " : "", run->edits);
}

static void format_time(char *out, size_t size, double seconds) {
  if (isnan(seconds)) {
    str_copy(out, size, "-");
  } else if (seconds < 60.0) {
    (void)snprintf(out, size, seconds < 0.1 ? "%.1fms" : "%.2fs", seconds < 0.1 ? 1e3 * seconds : seconds);
  } else {
    int64_t whole = (int64_t)seconds;
    (void)snprintf(out, size, "%" PRId64 ":%02" PRId64 ":%02" PRId64, whole / 3600, whole / 60 % 60, whole % 60);
  }
}

static int widest(const RunList *list, RunColumn column, int least) {
  int most = least;
  for (int i = 0; i < list->count; i++) {
    int columns = utf8_columns(run_column_text(&list->items[i], column));
    most = columns > most ? columns : most;
  }
  return most;
}

/* The text and blanks up to `width` columns, and two more. */
static void print_padded(FILE *out, const char *text, int width) {
  (void)fprintf(out, "%s%*s", text, width - utf8_columns(text) + 2, "");
}

/* Behind the outcome: what makes the run another than its preset's. */
static void print_changes(FILE *out, const StoredRun *run) {
  char course[1024], tags[1024] = "";
  runs_table_course(course, sizeof course, run);
  if (*run->tags) {
    (void)snprintf(tags, sizeof tags, "[%s]", run->tags);
  }
  const char *parts[] = {course, run->differences, tags};
  int blanks = (int)(13 - strlen(OUTCOME_NAMES[run->outcome]));
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (*parts[i]) {
      (void)fprintf(out, "%*s%s", blanks, "", parts[i]);
      blanks = 2;
    }
  }
}

void runs_table_print(FILE *out, const RunList *list) {
  int name = widest(list, RUN_COLUMN_NAME, 4), preset = widest(list, RUN_COLUMN_PRESET, 6);
  print_padded(out, "name", name);
  print_padded(out, "preset", preset);
  (void)fputs("   best    at    last     gap  epochs     time  outcome      changes\n", out);
  for (int i = 0; i < list->count; i++) {
    const StoredRun *run = &list->items[i];
    char best[32], last[32], gap[32], time[32], at[32] = "-";
    runs_table_number(best, sizeof best, run->best_score);
    runs_table_number(last, sizeof last, run->last_score);
    runs_table_number(gap, sizeof gap, run->gap);
    format_time(time, sizeof time, run->seconds);
    if (run->best_epoch >= 0) {
      (void)snprintf(at, sizeof at, "%d", run->best_epoch + 1);
    }
    print_padded(out, run->name, name);
    print_padded(out, run->preset, preset);
    (void)fprintf(out, "%7s %5s %7s %7s  %6d %8s  %s", best, at, last, gap, run->epochs, time,
                  OUTCOME_NAMES[run->outcome]);
    print_changes(out, run);
    (void)fputc('\n', out);
  }
}

/* --- JSON and CSV ------------------------------------------------------------------------------------------------- */

static void json_pair(FILE *out, const char *key, const char *text) {
  (void)fprintf(out, "\"%s\":", key);
  json_text(out, text);
}

void runs_table_json_run(FILE *out, const StoredRun *run) {
  (void)fputc('{', out);
  for (RunColumn column = 0; column < RUN_COLUMN_COUNT; column++) {
    (void)fputs(column > 0 ? "," : "", out);
    if (RUN_COLUMNS[column].is_text) {
      json_pair(out, RUN_COLUMNS[column].key, run_column_text(run, column));
    } else {
      json_number(out, RUN_COLUMNS[column].key, run_column_number(run, column));
    }
  }
  (void)fprintf(out, ",\"steps\":%" PRId64 ",\"parameters\":%" PRId64 ",\"threads\":%d,\"cores\":%d,", run->steps,
                run->parameters, run->threads, run->cores);
  json_pair(out, "cpu", run->cpu);
  (void)fputc(',', out);
  json_pair(out, "kernels", run->kernels);
  (void)fputc(',', out);
  json_pair(out, "version", run->version);
  (void)fprintf(out, ",\"fingerprint\":\"%016" PRIx64 "\",", run->fingerprint);
  json_pair(out, "weights", run->weights);
  if (run->has_digest) {
    (void)fprintf(out, ",\"digest\":\"%016" PRIx64 "\"}", run->digest);
  } else {
    (void)fputs(",\"digest\":null}", out);
  }
}

void runs_table_json(FILE *out, const RunList *list) {
  (void)fputc('[', out);
  for (int i = 0; i < list->count; i++) {
    (void)fputs(i > 0 ? ",\n " : "", out);
    runs_table_json_run(out, &list->items[i]);
  }
  (void)fputs("]\n", out);
}

static void csv_header(FILE *out) {
  for (RunColumn column = 0; column < RUN_COLUMN_COUNT; column++) {
    (void)fprintf(out, "%s%s", column > 0 ? "," : "", RUN_COLUMNS[column].key);
  }
}

static void csv_run(FILE *out, const StoredRun *run) {
  for (RunColumn column = 0; column < RUN_COLUMN_COUNT; column++) {
    (void)fputs(column > 0 ? "," : "", out);
    if (RUN_COLUMNS[column].is_text) {
      csv_text(out, run_column_text(run, column));
    } else {
      csv_number(out, run_column_number(run, column));
    }
  }
}

void runs_table_csv(FILE *out, const RunList *list) {
  csv_header(out);
  (void)fputc('\n', out);
  for (int i = 0; i < list->count; i++) {
    csv_run(out, &list->items[i]);
    (void)fputc('\n', out);
  }
}

static void export_epoch(FILE *out, const StoredRun *run, const EpochReport *report) {
  const double values[] = {report->train.loss,       report->train.score,    report->train.mae, report->train_eval.loss,
                           report->train_eval.score, report->train_eval.mae, report->val.loss,  report->val.score,
                           report->val.mae,          report->learning_rate,  report->seconds};
  csv_run(out, run);
  (void)fprintf(out, ",%d,%" PRId64, report->epoch + 1, report->step);
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    (void)fputc(',', out);
    csv_number(out, values[i]);
  }
  (void)fputc('\n', out);
}

Status runs_table_export(FILE *out, Store *store, const RunList *list, Error *err) {
  Status status = STATUS_OK;
  csv_header(out);
  (void)fputs(
      ",epoch,step,loss,score,mae,eval_loss,eval_score,eval_mae,epoch_val_loss,val_score,val_mae,learning_rate,"
      "seconds\n",
      out);
  for (int i = 0; status == STATUS_OK && i < list->count; i++) {
    Arena arena;
    EpochReport *epochs;
    int count;
    arena_init(&arena, 0);
    status = history_epochs(store, &arena, list->items[i].id, &epochs, &count, err);
    for (int e = 0; status == STATUS_OK && e < count; e++) {
      export_epoch(out, &list->items[i], &epochs[e]);
    }
    arena_deinit(&arena);
  }
  return status;
}
