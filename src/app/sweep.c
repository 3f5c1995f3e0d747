#include "app/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/csv_line.h"
#include "app/json.h"
#include "app/result_json.h"
#include "app/runs_table.h"
#include "app/signals.h"
#include "base/str.h"
#include "lab/param.h"
#include "math/team.h"

enum { MOST_COMBINATIONS = 1000, MOST_VALUES = 100 };

const char SWEEP_HELP[] =
    "nnlab sweep [NAME|FILE] --grid KEY=VALUE,VALUE... [--grid ...] [--seeds N] [--jobs N]\n\n"
    "Trains every combination of the values, several runs at once, and lists the combinations, the best first. Runs "
    "are\n"
    "kept in the history with the tag sweep. A run that is there already, finished, of the same settings, data and "
    "seed,\n"
    "is not trained again: a sweep that was ended in any way goes on with the same command.\n"
    "  --grid KEY=V,V...   a setting and its values; a key as in --set\n"
    "  --seeds N           train each combination with N seeds, from the preset's own on: 1\n"
    "  --jobs N            how many runs train at once, one thread each: as many as there are cores\n"
    "  --json, --csv       print one JSON object, or the list as CSV, and nothing else\n"
    "and --set, --epochs, --seed, --data, --target, --task, --test, --store, --no-store as in nnlab --help.\n\n"
    "  nnlab sweep overfitting --grid dropout=0,0.25,0.5 --grid batch_norm=off,on --seeds 3\n\n"
    "Exit status: 0 trained; 1 an error; 2 wrong usage; 3 every run diverged; 130 interrupted (what has ended is "
    "told).\n";

typedef struct Grid {
  const char *key;
  int count;
  const char *values[MOST_VALUES];
  int width; /* columns of a terminal that the key and its values need */
} Grid;

typedef struct Sweep {
  Jobs jobs;
  int grid_count;
  Grid grids[OPTIONS_MAX_GRIDS];
  const char *label;
  bool talks; /* a line for each run */
} Sweep;

/* --- the combinations --------------------------------------------------------------------------------------------- */

static const char *trim(char *text) {
  text += strspn(text, " ");
  for (size_t length = strlen(text); length > 0 && text[length - 1] == ' '; length--) {
    text[length - 1] = '\0';
  }
  return text;
}

static Status parse_grid(Arena *arena, const char *text, Grid *grid, Error *err) {
  char *key = arena_strdup(arena, text), *values = strchr(key, '=');
  if (!values) {
    return error_set(err, STATUS_USAGE, "--grid: '%s': write KEY=VALUE,VALUE, as in dropout=0,0.25,0.5", text);
  }
  *values++ = '\0';
  grid->key = trim(key);
  grid->width = utf8_columns(grid->key);
  if (strcmp(grid->key, "seed") == 0) {
    return error_set(err, STATUS_USAGE, "--grid: seed: --seeds N trains each combination with N seeds");
  }
  for (char *next = values; next; values = next) {
    next = strchr(values, ',');
    if (next) {
      *next++ = '\0';
    }
    if (grid->count == MOST_VALUES) {
      return error_set(err, STATUS_USAGE, "--grid: %s: more than %d values", grid->key, MOST_VALUES);
    }
    const char *value = grid->values[grid->count++] = trim(values);
    int columns = utf8_columns(value);
    grid->width = columns > grid->width ? columns : grid->width;
  }
  return STATUS_OK;
}

/* The value of grid `g` in combination `arm`: the last grid's changes first. */
static const char *value_of(const Sweep *sweep, int arm, int g) {
  for (int later = sweep->grid_count - 1; later > g; later--) {
    arm /= sweep->grids[later].count;
  }
  return sweep->grids[g].values[arm % sweep->grids[g].count];
}

static Status combine(const Sweep *sweep, Arena *arena, int arm, Experiment *experiment, Error *err) {
  Status status = STATUS_OK;
  for (int g = 0; status == STATUS_OK && g < sweep->grid_count; g++) {
    status = param_assign(experiment, arena_printf(arena, "%s=%s", sweep->grids[g].key, value_of(sweep, arm, g)), err);
  }
  return status == STATUS_OK ? experiment_check(experiment, err) : status;
}

/* Two combinations that are one experiment would be one run told twice. */
static Status check_distinct(const Arm *arms, int count, Error *err) {
  for (int i = 0; i < count; i++) {
    for (int other = 0; other < i; other++) {
      if (experiment_equal(&arms[i].preset->experiment, &arms[other].preset->experiment)) {
        return error_set(err, STATUS_USAGE,
                         "--grid: combinations %d and %d are the same experiment: is a value there "
                         "twice, or a key?",
                         other + 1, i + 1);
      }
    }
  }
  return STATUS_OK;
}

static Status make_arms(Sweep *sweep, Arena *arena, Arm base, Error *err) {
  int count = 1;
  for (int g = 0; g < sweep->grid_count; g++) {
    count *= sweep->grids[g].count;
    if (count > MOST_COMBINATIONS) {
      return error_set(err, STATUS_USAGE, "--grid: more than %d combinations", MOST_COMBINATIONS);
    }
  }
  Arm *arms = ARENA_ARRAY(arena, Arm, (size_t)count);
  Status status = STATUS_OK;
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    Preset *preset = ARENA_NEW(arena, Preset);
    *preset = *base.preset;
    arms[i] = (Arm){preset, base.origin};
    status = combine(sweep, arena, i, &preset->experiment, err);
  }
  sweep->jobs.arm = arms;
  sweep->jobs.arms = count;
  if (status != STATUS_OK) {
    return err->status = STATUS_USAGE;
  }
  return check_distinct(arms, count, err);
}

/* --- a line for each run ------------------------------------------------------------------------------------------ */

static void print_padded(const char *text, int width) {
  (void)printf("%s%*s", text, width - utf8_columns(text) + 2, "");
}

static void print_keys(const Sweep *sweep) {
  for (int g = 0; g < sweep->grid_count; g++) {
    print_padded(sweep->grids[g].key, sweep->grids[g].width);
  }
}

static void print_values(const Sweep *sweep, int arm) {
  for (int g = 0; g < sweep->grid_count; g++) {
    print_padded(value_of(sweep, arm, g), sweep->grids[g].width);
  }
}

static void tell_start(const Sweep *sweep) {
  const Jobs *jobs = &sweep->jobs;
  (void)printf("%s\n%d combinations, %d seed%s from %d on: %d runs, %d at once\n\n", sweep->label, jobs->arms,
               jobs->seeds, jobs->seeds == 1 ? "" : "s", jobs->first_seed, jobs->arms * jobs->seeds, jobs->threads);
  (void)fputs("  run   seed     best     last     loss     time  ", stdout);
  print_keys(sweep);
  (void)puts("kept as");
  (void)fflush(stdout);
}

static void tell_run(void *context, int run) {
  const Sweep *sweep = context;
  const Result *result = &sweep->jobs.results[run];
  char best[32], last[32], loss[32];
  if (!sweep->talks) {
    return;
  }
  runs_table_number(best, sizeof best, result->values[MEASURE_BEST_SCORE]);
  runs_table_number(last, sizeof last, result->values[MEASURE_LAST_SCORE]);
  runs_table_number(loss, sizeof loss, result->values[MEASURE_LOWEST_LOSS]);
  (void)printf("%5d %6d %8s %8s %8s %7.2fs  ", run + 1, result->seed, best, last, loss, result->seconds);
  print_values(sweep, run % sweep->jobs.arms);
  (void)printf("%s%s%s\n", *result->name ? result->name : "-", result->from_history ? "  from history" : "",
               result->outcome == RUN_DIVERGED  ? "  diverged"
               : result->outcome == RUN_STOPPED ? "  stopped"
                                                : "");
  (void)fflush(stdout);
}

/* --- the combinations, ranked ------------------------------------------------------------------------------------- */

static Spread spread_at(const Sweep *sweep, int arm, Measure measure) {
  return result_spread(sweep->jobs.results + arm, sweep->jobs.seeds, sweep->jobs.arms, measure);
}

static int count_at(const Sweep *sweep, int arm, RunState outcome) {
  return result_count(sweep->jobs.results + arm, sweep->jobs.seeds, sweep->jobs.arms, outcome);
}

/* Those with runs that diverged come behind those without, those without a number last. */
static int compare_arms(const void *a, const void *b, void *context) {
  int left = *(const int *)a, right = *(const int *)b;
  double x = spread_at(context, left, MEASURE_BEST_SCORE).mean, y = spread_at(context, right, MEASURE_BEST_SCORE).mean;
  bool x_diverged = count_at(context, left, RUN_DIVERGED) > 0, y_diverged = count_at(context, right, RUN_DIVERGED) > 0;
  int by = (isnan(x) != 0) - (isnan(y) != 0);
  by = by != 0 ? by : x_diverged - y_diverged;
  by = by != 0 || isnan(x) ? by : (x < y) - (x > y);
  return by != 0 ? by : (left > right) - (left < right);
}

static Task task_of(const Sweep *sweep) { return sweep->jobs.results[0].task; }

static void print_table(const Sweep *sweep, const int *ranked) {
  (void)printf("\nThe %s, mean over the seeds, and what goes with it:\n",
               measure_words(MEASURE_BEST_SCORE, task_of(sweep)));
  print_keys(sweep);
  (void)puts("    best       min .. max         last     loss  runs");
  for (int i = 0; i < sweep->jobs.arms; i++) {
    Spread spreads[MEASURE_COUNT];
    char means[MEASURE_COUNT][32], min[32], max[32];
    for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
      spreads[measure] = spread_at(sweep, ranked[i], measure);
      runs_table_number(means[measure], sizeof means[measure], spreads[measure].mean);
    }
    runs_table_number(min, sizeof min, spreads[MEASURE_BEST_SCORE].min);
    runs_table_number(max, sizeof max, spreads[MEASURE_BEST_SCORE].max);
    print_values(sweep, ranked[i]);
    (void)printf("%8s  %8s .. %-8s %8s %8s  %d", means[MEASURE_BEST_SCORE], min, max, means[MEASURE_LAST_SCORE],
                 means[MEASURE_LOWEST_LOSS], count_at(sweep, ranked[i], RUN_FINISHED));
    int diverged = count_at(sweep, ranked[i], RUN_DIVERGED);
    if (diverged > 0) {
      (void)printf(", and %d diverged", diverged);
    }
    (void)fputc('\n', stdout);
  }
}

static void print_csv(const Sweep *sweep, const int *ranked) {
  for (int g = 0; g < sweep->grid_count; g++) {
    csv_text(stdout, sweep->grids[g].key);
    (void)fputc(',', stdout);
  }
  (void)fputs("finished,diverged", stdout);
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    const char *key = measure_key(measure, task_of(sweep));
    (void)printf(",%s_mean,%s_min,%s_max", key, key, key);
  }
  (void)fputc('\n', stdout);
  for (int i = 0; i < sweep->jobs.arms; i++) {
    for (int g = 0; g < sweep->grid_count; g++) {
      csv_text(stdout, value_of(sweep, ranked[i], g));
      (void)fputc(',', stdout);
    }
    (void)printf("%d,%d", count_at(sweep, ranked[i], RUN_FINISHED), count_at(sweep, ranked[i], RUN_DIVERGED));
    for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
      Spread spread = spread_at(sweep, ranked[i], measure);
      const double values[] = {spread.mean, spread.min, spread.max};
      for (int v = 0; v < 3; v++) {
        (void)fputc(',', stdout);
        csv_number(stdout, values[v]);
      }
    }
    (void)fputc('\n', stdout);
  }
}

static void json_combination(const Sweep *sweep, int arm) {
  const Jobs *jobs = &sweep->jobs;
  (void)fputs("{\"settings\":{", stdout);
  for (int g = 0; g < sweep->grid_count; g++) {
    (void)fputs(g > 0 ? "," : "", stdout);
    json_text(stdout, sweep->grids[g].key);
    (void)fputc(':', stdout);
    json_text(stdout, value_of(sweep, arm, g));
  }
  (void)fputs("},\"runs\":[", stdout);
  for (int i = 0; i < jobs->seeds; i++) {
    (void)fputs(i > 0 ? "," : "", stdout);
    result_json(stdout, &jobs->results[i * jobs->arms + arm]);
  }
  (void)fputs("],", stdout);
  result_json_spreads(stdout, jobs->results + arm, jobs->seeds, jobs->arms);
  (void)fputc('}', stdout);
}

static void print_json(const Sweep *sweep, const int *ranked) {
  (void)fputs("{\"preset\":", stdout);
  json_text(stdout, sweep->jobs.arm[0].preset->name);
  (void)printf(",\"seeds\":%d,\"combinations\":[", sweep->jobs.seeds);
  for (int i = 0; i < sweep->jobs.arms; i++) {
    (void)fputs(i > 0 ? ",\n " : "", stdout);
    json_combination(sweep, ranked[i]);
  }
  (void)puts("]}");
}

/* What was not trained now, and what is left to do: on standard error where standard output is for a program. */
static void say_rest(const Sweep *sweep) {
  const Jobs *jobs = &sweep->jobs;
  FILE *out = sweep->talks ? stdout : stderr;
  int runs = jobs->arms * jobs->seeds, before = 0;
  int ended = result_count(jobs->results, runs, 1, RUN_FINISHED) + result_count(jobs->results, runs, 1, RUN_DIVERGED);
  for (int run = 0; run < runs; run++) {
    before += jobs->results[run].from_history;
  }
  if (before > 0) {
    (void)fprintf(out, "%d of %d runs were in the history already and have not been trained again.\n", before, runs);
  }
  if (signals_caught() != 0) {
    (void)fprintf(out, "Interrupted: %d of %d runs have ended. %s\n", ended, runs,
                  jobs->store ? "The same command goes on from there."
                              : "They are not kept: without --no-store the same command would go on from there.");
  }
}

static void report(Sweep *sweep, const Options *options, Arena *arena) {
  int *ranked = ARENA_ARRAY(arena, int, (size_t)sweep->jobs.arms);
  for (int i = 0; i < sweep->jobs.arms; i++) {
    ranked[i] = i;
  }
  qsort_r(ranked, (size_t)sweep->jobs.arms, sizeof *ranked, compare_arms, sweep);
  if (options->json) {
    print_json(sweep, ranked);
  } else if (options->csv) {
    print_csv(sweep, ranked);
  } else {
    print_table(sweep, ranked);
    (void)fputc('\n', stdout);
  }
  say_rest(sweep);
}

/* --- the command -------------------------------------------------------------------------------------------------- */

static Status prepare(Sweep *sweep, const Options *options, Arena *arena, Arm base, Error *err) {
  Status status = options->grid_count > 0 ? STATUS_OK
                                          : error_set(err, STATUS_USAGE,
                                                      "nnlab sweep: --grid KEY=VALUE,VALUE is missing; see nnlab sweep "
                                                      "--help");
  sweep->grid_count = options->grid_count;
  for (int g = 0; status == STATUS_OK && g < sweep->grid_count; g++) {
    status = parse_grid(arena, options->grids[g], &sweep->grids[g], err);
  }
  if (status == STATUS_OK) {
    status = make_arms(sweep, arena, base, err);
  }
  if (status == STATUS_OK) {
    status = jobs_choose_seeds(&sweep->jobs, options->seeds > 0 ? options->seeds : 1, err);
  }
  if (status == STATUS_OK) {
    sweep->label = jobs_label(arena, &base);
    sweep->jobs.results = ARENA_ARRAY(arena, Result, (size_t)(sweep->jobs.arms * sweep->jobs.seeds));
  }
  return status;
}

int sweep_train(const Options *options, Arena *arena, Arm arm, const Paths *paths, Error *err) {
  Sweep *sweep = ARENA_NEW(arena, Sweep);
  sweep->talks = !options->json && !options->csv;
  sweep->jobs = (Jobs){.threads = options->jobs > 0 ? options->jobs : team_cores(),
                       .datasets = paths->datasets,
                       .store = paths->store,
                       .tag = "sweep",
                       .reuse = true,
                       .tell = tell_run,
                       .context = sweep};
  Status status = prepare(sweep, options, arena, arm, err);
  if (status == STATUS_OK && sweep->talks) {
    tell_start(sweep);
  }
  if (status == STATUS_OK) {
    status = jobs_run(&sweep->jobs, err);
  }
  if (status == STATUS_OK) {
    report(sweep, options, arena);
  }
  return status == STATUS_OK ? jobs_exit_code(&sweep->jobs) : EXIT_FAILURE;
}
