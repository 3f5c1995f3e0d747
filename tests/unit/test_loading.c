/* A file that takes a while: what the worker tells while it loads, and that it stops when it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "worker_log.h"

static char folder[] = "/tmp/nnlab-loading-XXXXXX";

static Experiment large_experiment(void) {
  Experiment experiment = small_experiment();
  (void)snprintf(experiment.data.source, sizeof experiment.data.source, "%s/large.csv", folder);
  return experiment;
}

/* 80 MB: about a second and a half. */
static int make_large(void **state) {
  (void)state;
  enum { ROWS_AT_ONCE = 1000, TIMES = 4000 };
  static const char ROW[] = "0.25,-1.5,3.75,16\n";
  static char rows[ROWS_AT_ONCE * (sizeof ROW - 1)];
  for (size_t i = 0; i < sizeof rows; i++) {
    rows[i] = ROW[i % (sizeof ROW - 1)];
  }
  if (!mkdtemp(folder)) {
    return 1;
  }
  FILE *file = fopen(large_experiment().data.source, "w");
  bool whole = file != NULL;
  for (int i = 0; i < TIMES && whole; i++) {
    whole = fwrite(rows, sizeof rows, 1, file) == 1;
  }
  return file && fclose(file) == 0 && whole ? 0 : 1;
}

static int remove_large(void **state) {
  (void)state;
  return unlink(large_experiment().data.source) == 0 && rmdir(folder) == 0 ? 0 : 1;
}

/* Waits until the screen has something to tell of the load. */
static Loading wait_middle(Log *log) {
  while (!(log->progress.loading.done > 0)) {
    wait_wake(log);
    assert_true(log->progress.state == RUN_LOADING || log->progress.state == RUN_NONE);
  }
  return log->progress.loading;
}

static void load(Log *log, const Experiment *experiment) {
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = *experiment});
}

static void test_tells_how_far_it_is(void **state) {
  (void)state;
  Experiment experiment = large_experiment();
  Log *log = log_open(&experiment);
  Loading first = wait_middle(log);
  assert_int_equal(first.stage, LOAD_READ);
  assert_string_equal(first.file, "large.csv");
  assert_true(first.total > 70e6 && first.done < first.total && first.seconds > 0.0);
  while (log->progress.loading.done == first.done) {
    wait_wake(log);
    assert_int_equal(log->progress.state, RUN_LOADING);
  }
  assert_true(log->progress.loading.done > first.done);
  log_close(log);
}

static void test_a_load_is_stopped_in_the_middle(void **state) {
  (void)state;
  Experiment experiment = large_experiment(), small = small_experiment();
  Log *log = log_open(&experiment);
  (void)wait_middle(log);
  post_kind(log, COMMAND_START); /* for what is then stopped: neither done nor refused */
  post_kind(log, COMMAND_UNLOAD);
  wait_state(log, RUN_UNLOADED);
  assert_int_equal(log->loaded, 0);
  assert_int_equal(log->unloaded, 1);
  load(log, &experiment);
  (void)wait_middle(log);
  post_kind(log, COMMAND_UNLOAD);
  wait_state(log, RUN_UNLOADED);
  load(log, &small);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->loaded, 1);
  assert_int_equal(log->refused + log->failed, 0);
  log_close(log);
}

/* The two that were loaded in vain end as soon as something else is wanted. */
static void test_a_load_gives_way_to_the_next(void **state) {
  (void)state;
  Experiment experiment = large_experiment(), small = small_experiment();
  Log *log = log_open(&experiment);
  load(log, &experiment);
  load(log, &small);
  wait_state(log, RUN_READY);
  assert_int_equal(log->run, 3);
  assert_int_equal(log->loaded, 1);
  assert_int_equal(log->unloaded, 2);
  assert_string_equal(log->data.dataset, "digits");
  log_close(log);
}

/* What is loaded already is not taken away. */
static void test_what_is_loaded_stays(void **state) {
  (void)state;
  Experiment small = small_experiment();
  Log *log = log_open(&small);
  wait_state(log, RUN_READY);
  post_kind(log, COMMAND_UNLOAD);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->unloaded, 0);
  log_close(log);
}

/* At a fraction of what the rest of the file would take. */
static void test_closing_does_not_wait_for_the_file(void **state) {
  (void)state;
  Experiment experiment = large_experiment();
  Log *log = log_open(&experiment);
  Loading middle = wait_middle(log);
  double rest = middle.seconds * (middle.total - middle.done) / middle.done, start = clock_now();
  log_close(log);
  assert_true(clock_now() - start < 0.5 * rest);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tells_how_far_it_is),
      cmocka_unit_test(test_a_load_is_stopped_in_the_middle),
      cmocka_unit_test(test_a_load_gives_way_to_the_next),
      cmocka_unit_test(test_what_is_loaded_stays),
      cmocka_unit_test(test_closing_does_not_wait_for_the_file),
  };
  return cmocka_run_group_tests_name("loading", tests, make_large, remove_large);
}
