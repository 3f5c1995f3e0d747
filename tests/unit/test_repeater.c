/* Runs behind the screen: the same numbers as without it, and an end when they are told. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "train/repeater.h"
#include "train/straight.h"
#include "train_fixture.h"

enum { DEADLINE_MS = 60000, SEEDS = 3, RUNS = 2 * SEEDS };

typedef struct Log {
  Repeater *repeater;
  int plan; /* the latest that was told of */
  bool over;
  Event last; /* that ended it */
  int epochs[REPEAT_MOST_RUNS];
  bool loaded[REPEAT_MOST_RUNS], has_ended[REPEAT_MOST_RUNS];
  Ended ended[REPEAT_MOST_RUNS];
  double val_loss[REPEAT_MOST_RUNS]; /* of the last epoch */
} Log;

static int setup(void **state) {
  static Log log;
  Error err;
  log = (Log){0};
  /* Not idle: the machine may be busy with other tests. */
  assert_int_equal(repeater_open(&log.repeater, "datasets", false, &err), STATUS_OK);
  *state = &log;
  return 0;
}

static int teardown(void **state) {
  repeater_close(((Log *)*state)->repeater);
  return 0;
}

/* Each run is loaded, has its epochs in order, and ends; plans follow each other. */
static void note(Log *log, const RepeatNews *news) {
  const Event *event = &news->event;
  if (news->plan != log->plan) {
    assert_true(news->plan > log->plan);
    assert_true(log->plan == 0 || log->over);
    Repeater *repeater = log->repeater;
    *log = (Log){.repeater = repeater, .plan = news->plan};
  }
  assert_false(log->over);
  if (news->over) {
    log->over = true;
    log->last = *event;
    return;
  }
  int run = event->run;
  assert_in_range(run, 0, REPEAT_MOST_RUNS - 1);
  assert_false(log->has_ended[run]);
  assert_int_equal(log->loaded[run], event->kind != EVENT_LOADED);
  if (event->kind == EVENT_LOADED) {
    log->loaded[run] = true;
  } else if (event->kind == EVENT_EPOCH) {
    assert_int_equal(event->epoch.epoch, log->epochs[run]++);
    log->val_loss[run] = event->epoch.val.loss;
  } else {
    assert_int_equal(event->kind, EVENT_ENDED);
    log->has_ended[run] = true;
    log->ended[run] = event->ended;
  }
}

static void read_all(Log *log) {
  RepeatNews news[16];
  int count;
  while ((count = repeater_read(log->repeater, news, 16)) != 0) {
    for (int i = 0; i < count; i++) {
      note(log, &news[i]);
    }
  }
}

static void wait_for_news(Log *log) {
  struct pollfd fd = {.fd = repeater_wake_fd(log->repeater), .events = POLLIN};
  assert_int_equal(poll(&fd, 1, DEADLINE_MS), 1);
  read_all(log);
}

static void wait_until_over(Log *log, int plan) {
  while (log->plan != plan || !log->over) {
    wait_for_news(log);
  }
}

static RepeatPlan plan_of_two(int number) {
  RepeatPlan plan = {.number = number, .arms = 2, .seeds = SEEDS, .first_seed = 11};
  plan.experiment[0] = plan.experiment[1] = small_experiment();
  plan.experiment[1].net.layers[0].dropout = 0.0;
  return plan;
}

static bool never(void *context) {
  (void)context;
  return false;
}

static void ignore(void *context, const EpochReport *report) {
  (void)context;
  (void)report;
}

static void test_each_run_is_that_of_its_seed(void **state) {
  Log *log = *state;
  RepeatPlan plan = plan_of_two(1);
  repeater_start(log->repeater, &plan);
  wait_until_over(log, 1);
  assert_int_equal(log->last.kind, EVENT_NONE);
  for (int run = 0; run < RUNS; run++) {
    Setup alone;
    Ended ended;
    Experiment experiment = plan.experiment[run % 2];
    experiment.train.seed = 11 + run / 2;
    load(&alone, &experiment);
    straight_run(alone.trainer, &(Follower){.stops = never, .epoch = ignore}, &ended);
    setup_deinit(&alone);
    assert_true(log->has_ended[run]);
    assert_int_equal(log->ended[run].outcome, RUN_FINISHED);
    assert_int_equal(log->epochs[run], experiment.train.epochs);
    assert_true(log->ended[run].digest == ended.digest);
  }
}

/* A plan of many epochs, which nobody would wait for. */
static RepeatPlan long_plan(int number) {
  RepeatPlan plan = plan_of_two(number);
  plan.experiment[0].train.epochs = plan.experiment[1].train.epochs = 100000;
  return plan;
}

static void wait_for_an_epoch(Log *log, int plan) {
  while (log->plan != plan || log->epochs[0] == 0) {
    wait_for_news(log);
  }
}

static void test_a_stop_ends_the_runs_under_way(void **state) {
  Log *log = *state;
  RepeatPlan plan = long_plan(1);
  repeater_start(log->repeater, &plan);
  wait_for_an_epoch(log, 1);
  repeater_stop(log->repeater);
  wait_until_over(log, 1);
  assert_int_equal(log->last.kind, EVENT_NONE);
  for (int run = 0; run < RUNS; run++) {
    assert_int_equal(log->has_ended[run], log->loaded[run]);
    assert_true(!log->loaded[run] || log->ended[run].outcome == RUN_STOPPED);
  }
}

static void test_a_newer_plan_ends_an_older_one(void **state) {
  Log *log = *state;
  RepeatPlan plan = long_plan(1);
  repeater_start(log->repeater, &plan);
  wait_for_an_epoch(log, 1);
  plan = long_plan(2);
  repeater_start(log->repeater, &plan); /* may never be begun */
  plan = plan_of_two(3);
  repeater_start(log->repeater, &plan);
  wait_until_over(log, 3);
  assert_int_equal(log->ended[RUNS - 1].outcome, RUN_FINISHED);
}

static void test_a_ring_that_nobody_reads_holds_nothing_up(void **state) {
  Log *log = *state;
  RepeatPlan plan = long_plan(1);
  plan.experiment[0].data.rows = plan.experiment[1].data.rows = 40;
  repeater_start(log->repeater, &plan);
  struct pollfd fd = {.fd = repeater_wake_fd(log->repeater), .events = POLLIN};
  assert_int_equal(poll(&fd, 1, DEADLINE_MS), 1);
  (void)poll(NULL, 0, 300); /* time enough to fill it */
  repeater_stop(log->repeater);
  read_all(log);
  wait_until_over(log, 1);
  assert_int_equal(log->ended[0].epochs, log->epochs[0]); /* none is lost */
  plan.number = 2;
  repeater_start(log->repeater, &plan);
  (void)poll(NULL, 0, 100); /* the teardown ends it, read or not */
}

static void test_what_cannot_be_loaded_is_told(void **state) {
  Log *log = *state;
  RepeatPlan plan = plan_of_two(1);
  str_copy(plan.experiment[1].data.source, sizeof plan.experiment[1].data.source, "./no-such.csv");
  repeater_start(log->repeater, &plan);
  wait_until_over(log, 1);
  assert_int_equal(log->last.kind, EVENT_FAILED);
  assert_non_null(strstr(log->last.text, "no-such.csv"));
}

/* Who closes everything reads how the runs ended before. */
static void test_the_end_can_be_read(void **state) {
  Log *log = *state;
  RepeatPlan plan = long_plan(1);
  repeater_start(log->repeater, &plan);
  struct pollfd fd = {.fd = repeater_wake_fd(log->repeater), .events = POLLIN};
  assert_int_equal(poll(&fd, 1, 10000), 1); /* one is loaded */
  repeater_end(log->repeater);
  static RepeatNews news[64];
  int count, loaded = 0, ended = 0;
  while ((count = repeater_read(log->repeater, news, 64)) > 0) {
    for (int i = 0; i < count; i++) {
      loaded += !news[i].over && news[i].event.kind == EVENT_LOADED;
      ended += !news[i].over && news[i].event.kind == EVENT_ENDED;
    }
  }
  assert_true(loaded > 0);
  assert_int_equal(ended, loaded);
}

static void test_idle_threads_end_when_they_are_told(void **state) {
  Log *log = *state;
  Error err;
  RepeatPlan plan = long_plan(1);
  repeater_close(log->repeater);
  assert_int_equal(repeater_open(&log->repeater, "datasets", true, &err), STATUS_OK);
  repeater_start(log->repeater, &plan);
  struct pollfd fd = {.fd = repeater_wake_fd(log->repeater), .events = POLLIN};
  (void)poll(&fd, 1, 200);
  repeater_stop(log->repeater);
  wait_until_over(log, 1);
}

#define REPEATER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {REPEATER_TEST(test_each_run_is_that_of_its_seed),
                                     REPEATER_TEST(test_a_stop_ends_the_runs_under_way),
                                     REPEATER_TEST(test_a_newer_plan_ends_an_older_one),
                                     REPEATER_TEST(test_a_ring_that_nobody_reads_holds_nothing_up),
                                     REPEATER_TEST(test_what_cannot_be_loaded_is_told),
                                     REPEATER_TEST(test_idle_threads_end_when_they_are_told),
                                     REPEATER_TEST(test_the_end_can_be_read)};
  return cmocka_run_group_tests_name("repeater", tests, NULL, NULL);
}
