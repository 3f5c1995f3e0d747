#include "app/twin.h"

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/recorder.h"
#include "app/result_json.h"
#include "app/runs_table.h"
#include "lab/param.h"

const char TWIN_HELP[] =
    "nnlab twin [NAME|FILE] --set KEY=VALUE...\n\n"
    "Trains an experiment (A) and the same with the settings changed (B), at the same time and from the same weights,\n"
    "batches and random numbers, and prints both, and B less A, epoch by epoch: key t on the screen, with the same\n"
    "numbers. Without --set both are the same to the bit. Both runs are kept in the history, as twins.\n"
    "  --set KEY=VALUE     changes B alone; but the data (not drop, standardize, scale_target and label_noise), the\n"
    "                      seed and the epochs are those of both\n"
    "  --epochs N, --seed N, --data FILE, --target COLUMN, --task TASK, --test FILE   of both\n"
    "  --json              print one JSON object and nothing else\n"
    "and --store, --no-store as in nnlab --help.\n\n"
    "  nnlab twin overfitting --set dropout=0.5\n\n"
    "Exit status: 0 trained; 1 an error; 2 wrong usage; 3 both runs diverged; 130 interrupted.\n";

enum { A, B, TWINS };

/* The epochs of a run, as far as it is: the thread that trains it writes them, and then their number. */
typedef struct Course {
  atomic_int count;
  int room;
  Metrics *val;
} Course;

typedef struct Twin {
  Jobs jobs;
  Arm arm[TWINS];
  const char *label[TWINS];
  Result results[TWINS];
  bool json;
  Course course[TWINS];
  atomic_flag telling; /* a thread prints, and has `told` */
  int told;            /* epochs that have been printed */
} Twin;

/* --- epoch by epoch ----------------------------------------------------------------------------------------------- */

static const char *score_name(const Twin *twin) { return twin->results[A].task == TASK_REGRESSION ? "R2" : "acc"; }

static void print_three(double a, double b) {
  char values[2][32];
  runs_table_number(values[A], sizeof values[A], a);
  runs_table_number(values[B], sizeof values[B], b);
  (void)printf(isnan(b - a) ? "   %9s %9s         -" : "   %9s %9s %+9.4f", values[A], values[B], b - a);
}

/* What both have, and has not been told: unless another thread does that now. */
static void tell_epochs(Twin *twin) {
  if (twin->json || atomic_flag_test_and_set(&twin->telling)) {
    return;
  }
  for (; twin->told < atomic_load(&twin->course[A].count) && twin->told < atomic_load(&twin->course[B].count);
       twin->told++) {
    if (twin->told == 0) {
      (void)printf("epoch    val_loss A         B  B less A   val_%3s A         B  B less A\n", score_name(twin));
    }
    const Metrics *a = &twin->course[A].val[twin->told], *b = &twin->course[B].val[twin->told];
    (void)printf("%5d ", twin->told + 1);
    print_three(a->loss, b->loss);
    print_three(a->score, b->score);
    (void)putchar('\n');
  }
  (void)fflush(stdout);
  atomic_flag_clear(&twin->telling);
}

static void note_epoch(void *context, int run, const EpochReport *report) {
  Twin *twin = context;
  Course *course = &twin->course[run];
  int count = atomic_load(&course->count);
  if (count < course->room) {
    course->val[count] = report->val;
    atomic_store(&course->count, count + 1);
  }
  tell_epochs(twin);
}

static void tell_run(void *context, int run) {
  (void)context;
  (void)run;
}

/* --- what they have come to --------------------------------------------------------------------------------------- */

static void print_runs(const Twin *twin) {
  for (int t = A; t < TWINS; t++) {
    const Result *result = &twin->results[t];
    (void)printf("%c  %s %s after %d epoch%s, %.2f s, digest %016" PRIx64 "\n", 'A' + t,
                 *result->name ? result->name : twin->label[t], RUN_STATE_NAMES[result->outcome], result->epochs,
                 result->epochs == 1 ? "" : "s", result->seconds, result->digest);
  }
}

static void print_results(Twin *twin) {
  tell_epochs(twin);
  const Result *a = &twin->results[A], *b = &twin->results[B];
  (void)printf("\n%-28s         A         B  B less A\n", "");
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    (void)printf("%-26s", measure_words(measure, a->task));
    print_three(a->values[measure], b->values[measure]);
    (void)putchar('\n');
  }
  (void)putchar('\n');
  print_runs(twin);
  if (a->outcome == RUN_FINISHED && b->outcome == RUN_FINISHED) {
    (void)puts(a->digest == b->digest ? "Both are the same to the bit."
                                      : "One pair is one seed: nnlab repeat --vs-set tells whether others agree.");
  }
}

static void json_epochs(const Course *course) {
  for (int e = 0; e < atomic_load(&course->count); e++) {
    (void)fputs(e > 0 ? ",{" : "{", stdout);
    json_number(stdout, "val_loss", course->val[e].loss);
    (void)fputc(',', stdout);
    json_number(stdout, "val_score", course->val[e].score);
    (void)fputc('}', stdout);
  }
}

static void print_json(Twin *twin) {
  for (int t = A; t < TWINS; t++) {
    (void)fputs(t == A ? "{\"a\":{\"label\":" : ",\"b\":{\"label\":", stdout);
    json_text(stdout, twin->label[t]);
    (void)fputs(",\"run\":", stdout);
    result_json(stdout, &twin->results[t]);
    (void)fputs(",\"epochs\":[", stdout);
    json_epochs(&twin->course[t]);
    (void)fputs("]}", stdout);
  }
  (void)fputs(",\"difference\":{", stdout);
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    (void)fputs(measure > 0 ? "," : "", stdout);
    json_number(stdout, measure_key(measure, twin->results[A].task),
                result_value(&twin->results[B], measure) - result_value(&twin->results[A], measure));
  }
  (void)puts("}}");
}

/* --- the command -------------------------------------------------------------------------------------------------- */

/* Whether the assignment is one that twins have in common. */
static bool is_of_both(const char *assignment) {
  char key[64] = "";
  size_t length = strcspn(assignment, "=");
  ParamId id;
  memcpy(key, assignment, length < sizeof key ? length : 0);
  return param_find(key, &id) && (param_is_common(id) || id == PARAM_EPOCHS);
}

static Status find_a(Twin *twin, const Options *options, Arena *arena, const PresetList *list, Error *err) {
  Options common = *options;
  common.set_count = 0;
  for (int i = 0; i < options->set_count; i++) {
    if (is_of_both(options->sets[i])) {
      common.sets[common.set_count++] = options->sets[i];
    }
  }
  return options_preset(&common, arena, list, twin->jobs.datasets, &twin->arm[A].preset, &twin->arm[A].origin, err);
}

static Status prepare(Twin *twin, const Options *options, Arena *arena, const PresetList *list, Error *err) {
  Status status = find_a(twin, options, arena, list, err);
  if (status == STATUS_OK) {
    status = jobs_choose_seeds(&twin->jobs, 1, err);
  }
  for (int t = A; status == STATUS_OK && t < TWINS; t++) {
    int epochs = twin->arm[t].preset->experiment.train.epochs;
    twin->label[t] = jobs_label(arena, &twin->arm[t]);
    twin->course[t].room = epochs;
    twin->course[t].val = ARENA_ARRAY(arena, Metrics, (size_t)epochs);
  }
  return status;
}

int twin_train(const Options *options, Arena *arena, const PresetList *list, Arm arm, const Paths *paths, Error *err) {
  Twin twin = {.arm = {[B] = arm}, .json = options->json, .telling = ATOMIC_FLAG_INIT};
  twin.jobs = (Jobs){.arms = TWINS,
                     .arm = twin.arm,
                     .results = twin.results,
                     .threads = TWINS,
                     .datasets = paths->datasets,
                     .store = paths->store,
                     .twin = recorder_new_twins(),
                     .epoch = note_epoch,
                     .tell = tell_run,
                     .context = &twin};
  Status status = prepare(&twin, options, arena, list, err);
  if (status == STATUS_OK && !options->json) {
    (void)printf("A  %s\nB  %s\n\n", twin.label[A], twin.label[B]);
    (void)fflush(stdout);
  }
  if (status == STATUS_OK) {
    status = jobs_run(&twin.jobs, err);
  }
  if (status == STATUS_OK) {
    (options->json ? print_json : print_results)(&twin);
  }
  return status == STATUS_OK ? jobs_exit_code(&twin.jobs) : EXIT_FAILURE;
}
