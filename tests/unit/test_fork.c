/* Going back in a worker: what a run was after an epoch, and runs that go on from there. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/setup.h"
#include "worker_log.h"

enum { FORK_EPOCH = 2 };

/* 160 rows in batches of 32: 5 steps an epoch. */
static Experiment fork_experiment(void) {
  Experiment experiment = small_experiment();
  experiment.net.hidden = 2;
  experiment.net.layers[1] = experiment.net.layers[0];
  return experiment;
}

static void post_epoch(Log *log, CommandKind kind, int epoch, const Experiment *experiment) {
  post(log, (Command){.kind = kind, .epoch = epoch, .experiment = *experiment});
}

static Look look_at(Log *log, int epoch) {
  post(log, (Command){.kind = COMMAND_LOOK, .epoch = epoch});
  while (!log->progress.look.known || log->progress.look.asked != epoch) {
    wait_wake(log);
  }
  return log->progress.look;
}

/* Waits for the end of the run that a fork has begun. */
static void wait_forked(Log *log, int forks) {
  while (log->forked < forks || !log->over) {
    wait_wake(log);
  }
}

/* A short run may be over before anybody has seen it run: the events count, not the states. */
static void wait_ended(Log *log, int runs) {
  while (log->ended < runs || log->progress.state != RUN_FINISHED) {
    wait_wake(log);
  }
}

static void run_to_the_end(Log *log) {
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
}

static void test_a_look_changes_nothing(void **state) {
  (void)state;
  Experiment experiment = fork_experiment();
  Log *log = log_open(&experiment);
  assert_int_equal(look_at(log, 0).epoch, 0);
  wait_state(log, RUN_READY);
  run_to_the_end(log);
  uint64_t digest = log->end.digest;
  assert_int_equal(log->progress.kept_every, 1);
  Look look = look_at(log, 3);
  assert_int_equal(look.epoch, 3);
  assert_true(experiment_equal(&look.experiment, &experiment));
  assert_near(look.learning_rate, 0.001, 1e-12);
  assert_int_equal(look_at(log, 99).epoch, 5);
  assert_int_equal(log->progress.state, RUN_FINISHED);
  post_kind(log, COMMAND_RESTART);
  (void)look_at(log, 0);
  wait_ended(log, 2);
  assert_true(log->end.digest == digest);
  log_close(log);
}

/* Without edits the fork is the rest of its parent, also of one that has ended or goes on meanwhile. */
static void test_a_fork_repeats_its_parent(void **state) {
  (void)state;
  Experiment experiment = fork_experiment();
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  run_to_the_end(log);
  Ended parent = log->end;
  EpochReport last = log->epoch;
  int epochs = log->epochs, runs = log->run;
  for (int epoch = 4; epoch >= 0; epoch--) {
    post_epoch(log, COMMAND_FORK, epoch, &experiment);
    wait_forked(log, 5 - epoch);
    assert_int_equal(log->fork.epoch, epoch);
    assert_int_equal(log->fork.step, 5 * epoch);
    assert_int_equal(log->epochs - epochs, 5 - epoch);
    epochs = log->epochs;
    assert_true(log->end.digest == parent.digest);
    assert_near(log->epoch.val.loss, last.val.loss, 0.0);
    assert_near(log->epoch.train.loss, last.train.loss, 0.0);
  }
  assert_int_equal(log->run, runs + 5);
  assert_int_equal(log->edits, 0);
  log_close(log);
}

/* What a trainer gives that gets the same edits at the same place. */
static uint64_t digest_with_edit(const Experiment *experiment, int64_t step, ParamId param, double value) {
  Setup setup;
  Error err = {0};
  Edit edit;
  Ended ended;
  setup_init(&setup, 1);
  assert_int_equal(setup_load(&setup, experiment, "datasets", &err), STATUS_OK);
  StepResult result = STEP_MORE;
  while (result < STEP_DONE) {
    if (setup.trainer->step == step && setup.trainer->phase == PHASE_BATCHES) {
      assert_int_equal(trainer_edit(setup.trainer, param, 1, value, &edit, &err), STATUS_OK);
    }
    result = trainer_step(setup.trainer);
  }
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  setup_deinit(&setup);
  return ended.digest;
}

static void expect_settings(Log *log, int epoch, const Experiment *expected) {
  Look look = look_at(log, epoch);
  assert_int_equal(look.epoch, epoch);
  assert_true(experiment_equal(&look.experiment, expected));
}

static void test_a_fork_takes_other_settings(void **state) {
  (void)state;
  Experiment experiment = fork_experiment(), other = experiment;
  other.net.layers[1].dropout = 0.6;
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  run_to_the_end(log);
  uint64_t parent = log->end.digest;
  post_epoch(log, COMMAND_FORK, FORK_EPOCH, &other);
  wait_forked(log, 1);
  assert_int_equal(log->edits, 1);
  assert_int_equal(log->edit[0].step, 5 * FORK_EPOCH);
  assert_near(log->edit[0].at, FORK_EPOCH, 0.0);
  assert_near(log->edit[0].new_value, 0.6, 1e-12);
  assert_true(log->end.digest != parent);
  assert_true(log->end.digest == digest_with_edit(&experiment, 5 * FORK_EPOCH, PARAM_DROPOUT, 0.6));
  expect_settings(log, 5, &other);
  expect_settings(log, FORK_EPOCH, &experiment);
  post_kind(log, COMMAND_RESTART); /* with the fork's settings, from the start */
  wait_ended(log, 3);
  assert_int_equal(log->loaded, 2);
  expect_settings(log, 0, &other);
  log_close(log);
}

static void expect_refused(Log *log, int epoch, const Experiment *experiment, const char *words) {
  int refused = log->refused;
  post_epoch(log, COMMAND_FORK, epoch, experiment);
  while (log->refused == refused) {
    wait_wake(log);
  }
  assert_non_null(strstr(log->text, words));
  assert_int_equal(log->forked, 0);
}

static void test_what_cannot_be_forked(void **state) {
  (void)state;
  Experiment experiment = fork_experiment(), shorter = experiment, deeper = experiment, none = experiment;
  shorter.train.epochs = 3;
  deeper.net.hidden = 3;
  deeper.net.layers[2] = deeper.net.layers[1];
  none.train.snapshot_memory = 0;
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  run_to_the_end(log);
  expect_refused(log, 5, &experiment, "raise it");
  expect_refused(log, 4, &shorter, "epochs");
  expect_refused(log, 4, &deeper, "layers");
  assert_int_equal(log->progress.state, RUN_FINISHED);
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = none});
  wait_state(log, RUN_READY);
  assert_int_equal(log->progress.kept_every, 0);
  assert_int_equal(look_at(log, 0).epoch, -1);
  expect_refused(log, 0, &none, "no epoch is kept");
  log_close(log);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_look_changes_nothing),
      cmocka_unit_test(test_a_fork_repeats_its_parent),
      cmocka_unit_test(test_a_fork_takes_other_settings),
      cmocka_unit_test(test_what_cannot_be_forked),
  };
  return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
