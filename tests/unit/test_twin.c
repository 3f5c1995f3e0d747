/* Twins: two workers at the same time, on the same experiment but for what is edited in one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "worker_log.h"

enum { TWIN = 77, MAX_EPOCHS = 64 };

/* A twin, and every epoch of its run. */
typedef struct Half {
  Log log;
  EpochReport epochs[MAX_EPOCHS];
} Half;

static Half *half_open(const Experiment *experiment, int threads) {
  Error err = {0};
  Half *half = calloc(1, sizeof *half);
  half->log.last_epoch = -1;
  assert_int_equal(worker_open(&half->log.worker, "datasets", threads, &err), STATUS_OK);
  post(&half->log, (Command){.kind = COMMAND_LOAD, .experiment = *experiment, .twin = TWIN});
  return half;
}

static void half_close(Half *half) {
  worker_close(half->log.worker);
  free(half);
}

static void half_read(Half *half) {
  static Event events[MAX_EVENTS];
  int count = worker_read(half->log.worker, &half->log.progress, events, MAX_EVENTS);
  for (int i = 0; i < count; i++) {
    note(&half->log, &events[i]);
    if (events[i].kind == EVENT_EPOCH) {
      half->epochs[events[i].epoch.epoch] = events[i].epoch;
    }
  }
}

static void half_wait(Half *half) {
  struct pollfd fd = {.fd = worker_wake_fd(half->log.worker), .events = POLLIN};
  assert_int_equal(poll(&fd, 1, DEADLINE_MS), 1);
  half_read(half);
}

/* Reads from both as they come, until both runs have ended. */
static void train_both(Half *a, Half *b) {
  post_kind(&a->log, COMMAND_START);
  post_kind(&b->log, COMMAND_START);
  while (!a->log.over || !b->log.over) {
    struct pollfd fds[] = {{.fd = worker_wake_fd(a->log.worker), .events = POLLIN},
                           {.fd = worker_wake_fd(b->log.worker), .events = POLLIN}};
    assert_true(poll(fds, 2, DEADLINE_MS) > 0);
    half_read(a);
    half_read(b);
  }
  assert_int_equal(a->log.end.outcome, RUN_FINISHED);
  assert_int_equal(b->log.end.outcome, RUN_FINISHED);
}

static Experiment twin_experiment(void) {
  Experiment experiment = small_experiment();
  experiment.net.hidden = 2;
  experiment.net.layers[1] = experiment.net.layers[0];
  experiment.net.layers[1].batch_norm = true;
  experiment.train.evaluate_train = true;
  experiment.train.epochs = 12;
  return experiment;
}

/* Every number of an epoch but its time. */
static bool is_same_epoch(const Half *a, const Half *b, int epoch) {
  EpochReport one = a->epochs[epoch], two = b->epochs[epoch];
  one.seconds = two.seconds = 0.0;
  return memcmp(&one, &two, sizeof one) == 0;
}

static void test_twins_without_edits_are_the_same_to_the_bit(void **state) {
  (void)state;
  Experiment experiment = twin_experiment();
  Half *a = half_open(&experiment, 0), *b = half_open(&experiment, 0);
  train_both(a, b);
  assert_int_equal(a->log.epochs, 12);
  assert_int_equal(b->log.epochs, 12);
  for (int e = 0; e < 12; e++) {
    if (!is_same_epoch(a, b, e)) {
      fail_msg("epoch %d differs", e + 1);
    }
  }
  assert_true(a->log.end.digest == b->log.end.digest);
  assert_true(a->log.data.twin == TWIN && b->log.data.twin == TWIN);
  half_close(a);
  half_close(b);
}

/* What is edited in one has no effect on the other, nor on either before it. */
static void test_an_edit_of_one_is_all_that_differs(void **state) {
  (void)state;
  enum { EDITED = 4 };
  Experiment experiment = twin_experiment();
  Half *a = half_open(&experiment, 0), *b = half_open(&experiment, 0);
  Log *alone = log_open(&experiment);
  for (int e = 0; e < EDITED; e++) {
    post_kind(&b->log, COMMAND_STEP_EPOCH);
  }
  while (b->log.epochs < EDITED) { /* or the edit would act at the next batch */
    half_wait(b);
  }
  post_set(&b->log, PARAM_DROPOUT, 1, 0.5);
  train_both(a, b);
  for (int e = 0; e < 12; e++) {
    assert_int_equal(is_same_epoch(a, b, e), e < EDITED);
  }
  post_kind(alone, COMMAND_START);
  wait_state(alone, RUN_FINISHED);
  assert_true(alone->end.digest == a->log.end.digest);
  assert_true(a->log.end.digest != b->log.end.digest);
  half_close(a);
  half_close(b);
  log_close(alone);
}

/* Four threads that were asked for are two for each; one is one. A run that is a twin no more has all of them. */
static void test_twins_share_the_threads(void **state) {
  (void)state;
  Experiment experiment = twin_experiment();
  Half *a = half_open(&experiment, 4), *b = half_open(&experiment, 1);
  train_both(a, b);
  assert_int_equal(a->log.data.threads, 2);
  assert_int_equal(b->log.data.threads, 1);
  assert_true(a->log.end.digest == b->log.end.digest);
  int loaded = a->log.loaded;
  post(&a->log, (Command){.kind = COMMAND_RESTART});
  while (a->log.loaded == loaded) {
    wait_wake(&a->log);
  }
  assert_int_equal(a->log.data.threads, 4);
  assert_true(a->log.data.twin == 0);
  half_close(a);
  half_close(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_twins_without_edits_are_the_same_to_the_bit),
      cmocka_unit_test(test_an_edit_of_one_is_all_that_differs),
      cmocka_unit_test(test_twins_share_the_threads),
  };
  return cmocka_run_group_tests_name("twin", tests, NULL, NULL);
}
