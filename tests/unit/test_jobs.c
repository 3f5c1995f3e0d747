/* Many runs at once, without a screen: each is that of its seed, each is kept, and the first that fails ends all. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/jobs.h"
#include "app/signals.h"
#include "base/str.h"
#include "store/history.h"
#include "train/straight.h"
#include "train_fixture.h"

enum { SEEDS = 3, RUNS = 2 * SEEDS };

typedef struct Told {
  int count, last;
  bool interrupt; /* the first one told ends all */
} Told;

static void tell(void *context, int run) {
  Told *told = context;
  assert_true(run > told->last);
  told->last = run;
  told->count++;
  if (told->interrupt) {
    (void)raise(SIGTERM);
  }
}

static Preset preset_of(const char *name, double dropout) {
  Preset preset = {.path = "", .title = name, .lesson = "", .watch = "", .try_it = ""};
  str_copy(preset.name, sizeof preset.name, name);
  preset.experiment = small_experiment();
  preset.experiment.net.layers[0].dropout = dropout;
  preset.experiment.train.seed = 5;
  return preset;
}

typedef struct Fixture {
  Preset preset[2];
  Arm arm[2];
  Result results[RUNS];
  Told told;
  Jobs jobs;
  char folder[64], store[96];
} Fixture;

static int setup(void **state) {
  static Fixture f;
  f = (Fixture){.preset = {preset_of("plain", 0.0), preset_of("half", 0.5)}, .told = {.last = -1}};
  str_copy(f.folder, sizeof f.folder, "/tmp/nnlab-jobs-XXXXXX");
  assert_non_null(mkdtemp(f.folder));
  (void)snprintf(f.store, sizeof f.store, "%s/runs.db", f.folder);
  for (int a = 0; a < 2; a++) {
    f.arm[a] = (Arm){&f.preset[a], &f.preset[a]};
  }
  f.jobs = (Jobs){.arms = 2,
                  .seeds = SEEDS,
                  .first_seed = 5,
                  .arm = f.arm,
                  .results = f.results,
                  .threads = 3,
                  .datasets = "datasets",
                  .store = f.store,
                  .tag = "many",
                  .tell = tell,
                  .context = &f.told};
  *state = &f;
  return 0;
}

static int teardown(void **state) {
  const Fixture *f = *state;
  char command[128];
  (void)snprintf(command, sizeof command, "rm -rf %s", f->folder);
  return system(command); /* NOLINT(cert-env33-c): a folder that the test has made */
}

static bool never(void *context) {
  (void)context;
  return false;
}

static void ignore(void *context, const EpochReport *report) {
  (void)context;
  (void)report;
}

static uint64_t digest_alone(const Experiment *of, int seed) {
  Setup alone;
  Ended ended;
  Experiment experiment = *of;
  experiment.train.seed = seed;
  load(&alone, &experiment);
  straight_run(alone.trainer, &(Follower){.stops = never, .epoch = ignore}, &ended);
  setup_deinit(&alone);
  return ended.digest;
}

/* How many runs the history has, all of them tagged and of that outcome. */
static int kept(const Fixture *f, Outcome outcome) {
  Store *store;
  RunList list;
  Error err;
  Arena arena;
  arena_init(&arena, 0);
  assert_int_equal(store_open(&store, f->store, 1000, &err), STATUS_OK);
  assert_int_equal(history_runs(store, &arena, &list, &err), STATUS_OK);
  for (int i = 0; i < list.count; i++) {
    assert_string_equal(list.items[i].tags, "many");
    assert_int_equal(list.items[i].outcome, outcome);
  }
  int count = list.count;
  store_close(store);
  arena_deinit(&arena);
  return count;
}

static void test_each_run_is_that_of_its_seed_and_kept(void **state) {
  Fixture *f = *state;
  Error err = {0};
  assert_int_equal(jobs_run(&f->jobs, &err), STATUS_OK);
  assert_int_equal(f->told.count, RUNS);
  for (int run = 0; run < RUNS; run++) {
    const Result *result = &f->results[run];
    assert_int_equal(result->outcome, RUN_FINISHED);
    assert_int_equal(result->seed, 5 + run / 2);
    assert_int_equal(result->epochs, 3);
    assert_true(result->digest == digest_alone(&f->preset[run % 2].experiment, result->seed));
    assert_int_equal(strncmp(result->name, run % 2 == 0 ? "plain-" : "half-", 5), 0);
    assert_false(result->from_history);
  }
  assert_int_equal(kept(f, OUTCOME_FINISHED), RUNS);
  assert_int_equal(jobs_exit_code(&f->jobs), 0);
}

static void test_what_has_been_trained_is_taken_from_the_history(void **state) {
  Fixture *f = *state;
  Error err = {0};
  Result before[RUNS];
  assert_int_equal(jobs_run(&f->jobs, &err), STATUS_OK);
  memcpy(before, f->results, sizeof before);
  memset(f->results, 0, sizeof f->results);
  f->jobs.reuse = true;
  f->told.last = -1;
  assert_int_equal(jobs_run(&f->jobs, &err), STATUS_OK);
  for (int run = 0; run < RUNS; run++) {
    assert_true(f->results[run].from_history);
    assert_true(f->results[run].digest == before[run].digest);
    assert_near(f->results[run].values[MEASURE_BEST_SCORE], before[run].values[MEASURE_BEST_SCORE], 0.0);
  }
  assert_int_equal(kept(f, OUTCOME_FINISHED), RUNS);
}

static void test_the_first_that_cannot_be_loaded_ends_all(void **state) {
  Fixture *f = *state;
  Error err = {0};
  str_copy(f->preset[1].experiment.data.source, sizeof f->preset[1].experiment.data.source, "./no-such.csv");
  assert_int_equal(jobs_run(&f->jobs, &err), STATUS_IO);
  assert_non_null(strstr(err.text, "no-such.csv"));
  assert_true(result_count(f->results, RUNS, 1, RUN_FINISHED) < RUNS / 2 + 1);
}

/* The last one here: the signal stays told. */
static void test_a_signal_ends_all(void **state) {
  Fixture *f = *state;
  Error err = {0};
  f->jobs.threads = 1;
  f->told.interrupt = true;
  for (int a = 0; a < 2; a++) {
    f->preset[a].experiment.train.epochs = 100000;
  }
  f->preset[0].experiment.train.epochs = 1;
  assert_int_equal(jobs_run(&f->jobs, &err), STATUS_OK);
  assert_int_equal(signals_caught(), SIGTERM);
  assert_int_equal(jobs_exit_code(&f->jobs), 128 + SIGTERM);
  assert_int_equal(f->results[0].outcome, RUN_FINISHED);
  assert_int_not_equal(f->results[1].outcome, RUN_FINISHED); /* stopped, perhaps while it loaded */
  assert_int_equal(f->results[2].outcome, RUN_NONE);
}

#define JOBS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {JOBS_TEST(test_each_run_is_that_of_its_seed_and_kept),
                                     JOBS_TEST(test_what_has_been_trained_is_taken_from_the_history),
                                     JOBS_TEST(test_the_first_that_cannot_be_loaded_ends_all),
                                     JOBS_TEST(test_a_signal_ends_all)};
  return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
