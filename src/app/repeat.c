#include "app/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/result_json.h"
#include "app/runs_table.h"
#include "lab/verdict.h"
#include "math/team.h"

enum { SEEDS = 5 };

const char REPEAT_HELP[] =
    "nnlab repeat [NAME|FILE] [--seeds N] [--vs NAME|FILE] [--vs-set KEY=VALUE] [--jobs N]\n\n"
    "Trains an experiment with several seeds, from its own on (--seed S: from S on), and says what is the same with "
    "all\n"
    "of them. Each run is what nnlab train with that seed is, to the bit; it is kept in the history with the tag "
    "repeat.\n"
    "  --seeds N           how many seeds: 5\n"
    "  --vs NAME|FILE      train this on the same seeds, too, and compare seed by seed; --set, --epochs and the like\n"
    "                      change both\n"
    "  --vs-set KEY=VALUE  change a setting of the second alone; without --vs that is the first again\n"
    "  --jobs N            how many runs train at once, one thread each: as many as there are cores\n"
    "  --json              print one JSON object and nothing else\n"
    "and --set, --epochs, --seed, --data, --target, --task, --test, --store, --no-store as in nnlab --help.\n\n"
    "  nnlab repeat overfitting --seeds 8 --vs-set dropout=0.5\n"
    "  nnlab repeat baseline --vs both-together --epochs 30 --json\n\n"
    "Exit status: 0 trained; 1 an error; 2 wrong usage; 3 every run diverged; 130 interrupted (what has ended is "
    "told).\n";

typedef struct Repeat {
  Jobs jobs;
  Arm arm[2];
  const char *label[2];
  bool json;
} Repeat;

/* --- a line for each run ------------------------------------------------------------------------------------------ */

static void tell_start(const Repeat *repeat) {
  const Jobs *jobs = &repeat->jobs;
  for (int a = 0; a < jobs->arms; a++) {
    (void)printf("%s%s\n", jobs->arms == 1 ? "" : a == 0 ? "A  " : "B  ", repeat->label[a]);
  }
  (void)printf("%d seed%s from %d on, %d run%s at once\n\n", jobs->seeds, jobs->seeds == 1 ? "" : "s", jobs->first_seed,
               jobs->threads, jobs->threads == 1 ? "" : "s");
  (void)fputs(jobs->arms > 1 ? "   " : "", stdout);
  (void)puts(" seed     best   at     last     loss     last  epochs     time  run");
  (void)fflush(stdout);
}

static void tell_run(void *context, int run) {
  const Repeat *repeat = context;
  const Result *result = &repeat->jobs.results[run];
  char numbers[MEASURE_COUNT][32], at[16] = "-";
  if (repeat->json) {
    return;
  }
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    runs_table_number(numbers[measure], sizeof numbers[measure], result->values[measure]);
  }
  if (result->best_epoch >= 0) {
    (void)snprintf(at, sizeof at, "%d", result->best_epoch + 1);
  }
  if (repeat->jobs.arms > 1) {
    (void)printf("%c  ", 'A' + run % repeat->jobs.arms);
  }
  (void)printf("%5d %8s %4s %8s %8s %8s %7d %7.2fs  %s%s%s\n", result->seed, numbers[0], at, numbers[1], numbers[2],
               numbers[3], result->epochs, result->seconds, *result->name ? result->name : "-",
               result->outcome == RUN_FINISHED ? "" : "  ",
               result->outcome == RUN_FINISHED ? "" : RUN_STATE_NAMES[result->outcome]);
  (void)fflush(stdout);
}

/* --- what they say together --------------------------------------------------------------------------------------- */

static Task task_of(const Repeat *repeat) { return repeat->jobs.results[0].task; }

static void print_spreads(const Repeat *repeat, int a) {
  const Jobs *jobs = &repeat->jobs;
  const Result *results = jobs->results + a;
  int finished = result_count(results, jobs->seeds, jobs->arms, RUN_FINISHED);
  int diverged = result_count(results, jobs->seeds, jobs->arms, RUN_DIVERGED);
  (void)printf("\n%s\n%-26s %8s   %8s .. max\n", repeat->label[a], "", "mean", "min");
  for (Measure measure = 0; measure < MEASURE_COUNT && finished > 0; measure++) {
    Spread spread = result_spread(results, jobs->seeds, jobs->arms, measure);
    char mean[32], min[32], max[32];
    runs_table_number(mean, sizeof mean, spread.mean);
    runs_table_number(min, sizeof min, spread.min);
    runs_table_number(max, sizeof max, spread.max);
    (void)printf("%-26s %8s   %8s .. %s\n", measure_words(measure, task_of(repeat)), mean, min, max);
  }
  if (finished < jobs->seeds) {
    (void)printf("These are %d of %d runs: %d diverged, %d %s not trained to the end.\n", finished, jobs->seeds,
                 diverged, jobs->seeds - finished - diverged, jobs->seeds - finished - diverged == 1 ? "was" : "were");
  }
}

static Pairs pair(const Repeat *repeat, Measure measure) {
  return result_pairs(repeat->jobs.results, repeat->jobs.seeds, measure);
}

static int wins(const Pairs *pairs, Measure measure) {
  return measure_is_score(measure) ? pairs->higher : pairs->lower;
}

static void print_pairs(const Repeat *repeat) {
  (void)printf("\n%-26s %8s   95 %% interval         B better\n", "B less A, seed by seed", "mean");
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    Pairs pairs = pair(repeat, measure);
    if (pairs.difference.count > 0) {
      (void)printf("%-26s %+8.4f   ", measure_words(measure, task_of(repeat)), pairs.difference.mean);
      (void)printf(pairs.difference.count > 1 ? "%+8.4f .. %+8.4f" : "       -", pairs.low, pairs.high);
      (void)printf("   %d of %d\n", wins(&pairs, measure), pairs.difference.count);
    }
  }
  char verdict[512];
  verdict_of_two(repeat->jobs.results, repeat->jobs.seeds, verdict, sizeof verdict);
  (void)printf("\n%s\n", verdict);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void json_arm(const Repeat *repeat, int a) {
  const Jobs *jobs = &repeat->jobs;
  (void)fputs("{\"preset\":", stdout);
  json_text(stdout, jobs->arm[a].preset->name);
  (void)fputs(",\"label\":", stdout);
  json_text(stdout, repeat->label[a]);
  (void)fputs(",\"runs\":[", stdout);
  for (int i = 0; i < jobs->seeds; i++) {
    (void)fputs(i > 0 ? "," : "", stdout);
    result_json(stdout, &jobs->results[i * jobs->arms + a]);
  }
  (void)fputs("],", stdout);
  result_json_spreads(stdout, jobs->results + a, jobs->seeds, jobs->arms);
  (void)fputc('}', stdout);
}

static void json_pairs(const Repeat *repeat) {
  char verdict[512];
  (void)fputs(",\"difference\":{", stdout);
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    Pairs pairs = pair(repeat, measure);
    (void)printf("\"%s\":{\"pairs\":%d,\"better\":%d,", measure_key(measure, task_of(repeat)), pairs.difference.count,
                 wins(&pairs, measure));
    json_number(stdout, "mean", pairs.difference.mean);
    (void)fputc(',', stdout);
    json_number(stdout, "low", pairs.low);
    (void)fputc(',', stdout);
    json_number(stdout, "high", pairs.high);
    (void)fputs("},", stdout);
  }
  verdict_of_two(repeat->jobs.results, repeat->jobs.seeds, verdict, sizeof verdict);
  (void)fputs("\"verdict\":", stdout);
  json_text(stdout, verdict);
  (void)fputc('}', stdout);
}

static void report(const Repeat *repeat) {
  if (!repeat->json) {
    for (int a = 0; a < repeat->jobs.arms; a++) {
      print_spreads(repeat, a);
    }
    if (repeat->jobs.arms > 1) {
      print_pairs(repeat);
    }
    return;
  }
  (void)printf("{\"seeds\":%d,\"a\":", repeat->jobs.seeds);
  json_arm(repeat, 0);
  if (repeat->jobs.arms > 1) {
    (void)fputs(",\"b\":", stdout);
    json_arm(repeat, 1);
    json_pairs(repeat);
  }
  (void)puts("}");
}

/* --- the command -------------------------------------------------------------------------------------------------- */

/* What is compared: --vs with all of --set, and then --vs-set. */
static Status find_other(const Options *options, Arena *arena, const PresetList *list, const char *datasets, Arm *arm,
                         Error *err) {
  Options other = *options;
  Status status = STATUS_OK;
  other.target = options->vs ? options->vs : options->target;
  for (int i = 0; status == STATUS_OK && i < options->vs_set_count; i++) {
    status = options_add_set(&other, options->vs_sets[i], err);
  }
  return status == STATUS_OK ? options_preset(&other, arena, list, datasets, &arm->preset, &arm->origin, err) : status;
}

static Status check_pair(const Repeat *repeat, Error *err) {
  const Experiment *a = &repeat->arm[0].preset->experiment, *b = &repeat->arm[1].preset->experiment;
  if (strcmp(a->data.source, b->data.source) != 0) {
    return error_set(err, STATUS_USAGE,
                     "--vs: one is trained on %s, the other on %s: scores on different data do not compare; --data "
                     "trains both on the same",
                     a->data.source, b->data.source);
  }
  Experiment same_seed = *b;
  same_seed.train.seed = a->train.seed;
  return experiment_equal(a, &same_seed)
             ? error_set(err, STATUS_USAGE, "--vs: both are the same experiment; --vs-set changes a setting of one")
             : STATUS_OK;
}

static Status prepare(Repeat *repeat, const Options *options, Arena *arena, const PresetList *list, Error *err) {
  Jobs *jobs = &repeat->jobs;
  Status status = STATUS_OK;
  jobs->arms = options->vs || options->vs_set_count > 0 ? 2 : 1;
  if (jobs->arms > 1) {
    status = find_other(options, arena, list, jobs->datasets, &repeat->arm[1], err);
  }
  if (status == STATUS_OK && jobs->arms > 1) {
    status = check_pair(repeat, err);
  }
  if (status == STATUS_OK) {
    status = jobs_choose_seeds(jobs, options->seeds > 0 ? options->seeds : SEEDS, err);
  }
  for (int a = 0; a < jobs->arms && status == STATUS_OK; a++) {
    repeat->label[a] = jobs_label(arena, &repeat->arm[a]);
  }
  jobs->results = ARENA_ARRAY(arena, Result, (size_t)(jobs->arms * jobs->seeds));
  return status;
}

int repeat_train(const Options *options, Arena *arena, const PresetList *list, Arm arm, const Paths *paths,
                 Error *err) {
  Repeat repeat = {.arm = {arm}, .json = options->json};
  repeat.jobs = (Jobs){.arm = repeat.arm,
                       .threads = options->jobs > 0 ? options->jobs : team_cores(),
                       .datasets = paths->datasets,
                       .store = paths->store,
                       .tag = "repeat",
                       .tell = tell_run,
                       .context = &repeat};
  Status status = prepare(&repeat, options, arena, list, err);
  if (status == STATUS_OK && !options->json) {
    tell_start(&repeat);
  }
  if (status == STATUS_OK) {
    status = jobs_run(&repeat.jobs, err);
  }
  if (status == STATUS_OK) {
    report(&repeat);
  }
  return status == STATUS_OK ? jobs_exit_code(&repeat.jobs) : EXIT_FAILURE;
}
