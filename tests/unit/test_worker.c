/* The thread around the trainer: what the screen sees must be what a run without a screen gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "math/mat.h"
#include "train/setup.h"
#include "worker_log.h"

/* The digest without a worker, with these edits each at its step; `val_losses`: their sum over the epochs. */
static uint64_t replay(const Experiment *experiment, const Edit *edits, int count, double *val_losses) {
  Setup setup;
  Error err = {0};
  Ended ended;
  setup_init(&setup, 1);
  assert_int_equal(setup_load(&setup, experiment, "datasets", &err), STATUS_OK);
  StepResult result = STEP_MORE;
  while (result != STEP_DONE && result != STEP_DIVERGED) {
    while (count > 0 && setup.trainer->step == edits->step && setup.trainer->phase == PHASE_BATCHES) {
      Edit edit;
      Status status = trainer_edit(setup.trainer, edits->param, edits->layer, edits->new_value, &edit, &err);
      assert_int_equal(status, STATUS_OK);
      edits++;
      count--;
    }
    result = trainer_step(setup.trainer);
    if (val_losses && (result == STEP_EPOCH || result == STEP_DONE)) {
      *val_losses += setup.trainer->report.val.loss;
    }
  }
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  setup_deinit(&setup);
  return ended.digest;
}

static uint64_t plain_digest(const Experiment *experiment) { return replay(experiment, NULL, 0, NULL); }

static void test_runs_to_the_end(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  assert_int_equal(log->loaded, 1);
  assert_int_equal(log->epochs, 0);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->epochs, 5);
  assert_int_equal(log->ended, 1);
  assert_int_equal(log->progress.epoch, 5);
  assert_true(log->end.digest == plain_digest(&experiment));
  log_close(log);
}

static void test_pausing_changes_nothing(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 20;
  Log *log = log_open(&experiment);
  for (int i = 0; i < 30; i++) {
    post_kind(log, i % 3 == 0 ? COMMAND_START : i % 3 == 1 ? COMMAND_PAUSE : COMMAND_STEP_BATCH);
    if (i % 3 == 2) {
      wait_wake(log);
    }
  }
  post_kind(log, COMMAND_STEP_EPOCH);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->epochs, 20);
  assert_true(log->end.digest == plain_digest(&experiment));
  log_close(log);
}

static void test_steps(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  int batches = log->data.batches;
  for (int64_t step = 1; step <= batches; step++) {
    post_kind(log, COMMAND_STEP_BATCH);
    while (log->progress.state != RUN_PAUSED || log->progress.step < step) {
      wait_wake(log);
    }
    assert_int_equal(log->progress.step, step);
  }
  assert_int_equal(log->epochs, 1); /* the evaluation belongs to the epoch's last batch */
  post_kind(log, COMMAND_STEP_EPOCH);
  while (log->epochs < 2 || log->progress.state != RUN_PAUSED) {
    wait_wake(log);
  }
  assert_int_equal(log->progress.step, 2 * batches);
  log_close(log);
}

static void test_an_edit_equals_a_paused_edit(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Command set = {.kind = COMMAND_SET, .param = PARAM_BATCH_NORM, .layer = 0, .value = 1.0};
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  for (int64_t step = 1; step <= 7; step++) {
    post_kind(log, COMMAND_STEP_BATCH);
  }
  post(log, set);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 1);
  assert_int_equal(log->edit[0].step, 7);
  assert_true(log->end.digest == replay(&experiment, log->edit, 1, NULL));
  log_close(log);
}

/* An edit that arrives while the network trains is recorded with the step at which it acted: replaying it there gives
 * the same bits. */
static void test_a_live_edit_can_be_replayed(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 3000;
  Command set = {.kind = COMMAND_SET, .param = PARAM_DROPOUT, .layer = 0, .value = 0.5};
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  while (log->epochs < 3) {
    wait_wake(log);
  }
  post(log, set);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 1);
  assert_true(log->edit[0].step > 0);
  assert_true(log->end.digest == replay(&experiment, log->edit, 1, NULL));
  log_close(log);
}

/* Nearly all of the time goes into the validation rows, and the edits come at all times of an epoch: most of them in
 * the middle of an evaluation, which they must let end. Otherwise what it measures is neither the old network nor the
 * new. */
static void test_an_edit_waits_for_the_evaluation(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  strcpy(experiment.data.source, "moons");
  experiment.data.rows = 20000;
  experiment.data.validation_split = 0.98;
  experiment.data.test_split = 0.0;
  experiment.train.epochs = 100000;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  for (int i = 0; i < 40; i++) {
    int epochs = log->epochs;
    while (log->epochs == epochs) {
      wait_wake(log);
    }
    (void)usleep((useconds_t)(1e6 * log->epoch.seconds * i / 40));
    post_set(log, PARAM_BATCH_NORM, 0, i % 2 == 0);
    while (log->edits == i) {
      wait_wake(log);
    }
  }
  post_kind(log, COMMAND_PAUSE);
  wait_state(log, RUN_PAUSED);
  experiment.train.epochs = log->progress.epoch + 2;
  post_set(log, PARAM_EPOCHS, -1, experiment.train.epochs);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  double val_losses = 0.0;
  assert_true(log->end.digest == replay(&experiment, log->edit, 40, &val_losses));
  assert_near(log->val_losses, val_losses, 0.0);
  log_close(log);
}

/* Before the first step a setting belongs to the run's start: no edit, and the same bits as if it had been so. */
static void test_a_setting_before_the_start_is_no_edit(void **state) {
  (void)state;
  Experiment experiment = small_experiment(), wanted = experiment;
  wanted.net.layers[0].batch_norm = true;
  wanted.net.layers[0].units = 20;
  Log *log = log_open(&experiment);
  post_set(log, PARAM_BATCH_NORM, 0, 1.0);
  post_set(log, PARAM_UNITS, 0, 20.0);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 0);
  assert_int_equal(log->refused, 0);
  assert_true(log->end.digest == plain_digest(&wanted));
  log_close(log);
}

static void test_restart_takes_what_waited(void **state) {
  (void)state;
  Experiment experiment = small_experiment(), wanted = experiment;
  wanted.data.label_noise = 0.2;
  wanted.train.seed++;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_STEP_EPOCH);
  while (log->epochs < 1) {
    wait_wake(log);
  }
  post_set(log, PARAM_LABEL_NOISE, 0, 0.2);
  post_set(log, PARAM_SEED, 0, wanted.train.seed);
  post_kind(log, COMMAND_RESTART);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->run, 2);
  assert_true(log->data.flipped_labels > 0);
  assert_true(log->end.digest == plain_digest(&wanted));
  log_close(log);
}

static void test_stop_keeps_results(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 100000;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  while (log->epochs < 2) {
    wait_wake(log);
  }
  post_kind(log, COMMAND_STOP);
  wait_state(log, RUN_STOPPED);
  assert_int_equal(log->end.outcome, RUN_STOPPED);
  assert_true(log->end.test.loss > 0.0 && log->end.epochs >= 2);
  post_kind(log, COMMAND_START);
  while (log->refused < 1) {
    wait_wake(log);
  }
  assert_string_equal(log->text, "the run is over: restart it to train again");
  log_close(log);
}

static void test_what_cannot_be_loaded(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  strcpy(experiment.data.source, "digit");
  Log *log = log_open(&experiment);
  wait_state(log, RUN_FAILED);
  assert_int_equal(log->failed, 1);
  assert_non_null(strstr(log->text, "digits"));
  post_kind(log, COMMAND_START);
  while (log->refused < 1) {
    wait_wake(log);
  }
  experiment = small_experiment();
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = experiment});
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  log_close(log);
}

static void test_diverged(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.optimizer.kind = OPTIMIZER_SGD;
  experiment.train.optimizer.learning_rate = 100.0;
  experiment.train.epochs = 1000;
  experiment.net.hidden = 4;
  for (int h = 1; h < 4; h++) {
    experiment.net.layers[h] = experiment.net.layers[0];
  }
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_DIVERGED);
  assert_int_equal(log->end.outcome, RUN_DIVERGED);
  assert_true(!isfinite(log->end.bad_value));
  log_close(log);
}

static void test_epochs_lowered_to_what_is_done_end_the_run(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Log *log = log_open(&experiment);
  for (int i = 0; i < 3; i++) {
    post_kind(log, COMMAND_STEP_EPOCH);
  }
  while (log->epochs < 3 || log->progress.state != RUN_PAUSED) {
    wait_wake(log);
  }
  post_set(log, PARAM_EPOCHS, -1, 2.0);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 1);
  assert_int_equal(log->ended, 1);
  assert_int_equal(log->end.outcome, RUN_FINISHED);
  assert_int_equal(log->end.epochs, 3);
  assert_int_equal(log->epochs, 3);
  log_close(log);
}

static void test_a_contradiction_is_refused(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.schedule.kind = SCHEDULE_PLATEAU;
  experiment.train.schedule.min_rate = 0.0005;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_STEP_BATCH);
  post_set(log, PARAM_LEARNING_RATE, -1, 0.0001);
  while (log->refused < 1) {
    wait_wake(log);
  }
  assert_string_equal(log->text, "min_lr: 0.0005 is above learning_rate 0.0001");
  post_kind(log, COMMAND_RESTART); /* which takes the settings as they are wanted now */
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 0);
  assert_int_equal(log->run, 2);
  assert_true(log->end.digest == plain_digest(&experiment));
  log_close(log);
}

static void write_table(const char *path, int rows) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  (void)fputs("a,b,label\n", file);
  for (int i = 0; i < rows; i++) {
    (void)fprintf(file, "%d,%d,%d\n", i, i * i % 7, i % 2);
  }
  assert_int_equal(fclose(file), 0);
}

static void test_a_restart_reads_the_file_again(void **state) {
  (void)state;
  char folder[] = "/tmp/nnlab-worker-XXXXXX";
  assert_non_null(mkdtemp(folder));
  Experiment experiment = small_experiment();
  experiment.data.rows = 0;
  experiment.data.test_split = 0.0;
  (void)snprintf(experiment.data.source, sizeof experiment.data.source, "%s/small.csv", folder);
  write_table(experiment.data.source, 100);
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  assert_int_equal(log->data.train_rows + log->data.validation_rows, 100);
  write_table(experiment.data.source, 150);
  post_kind(log, COMMAND_RESTART);
  while (log->run < 2) {
    wait_wake(log);
  }
  assert_int_equal(log->data.train_rows + log->data.validation_rows, 150);
  assert_int_equal(unlink(experiment.data.source), 0);
  assert_int_equal(rmdir(folder), 0);
  log_close(log);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_runs_to_the_end),
      cmocka_unit_test(test_pausing_changes_nothing),
      cmocka_unit_test(test_steps),
      cmocka_unit_test(test_an_edit_equals_a_paused_edit),
      cmocka_unit_test(test_a_live_edit_can_be_replayed),
      cmocka_unit_test(test_an_edit_waits_for_the_evaluation),
      cmocka_unit_test(test_a_setting_before_the_start_is_no_edit),
      cmocka_unit_test(test_restart_takes_what_waited),
      cmocka_unit_test(test_stop_keeps_results),
      cmocka_unit_test(test_what_cannot_be_loaded),
      cmocka_unit_test(test_diverged),
      cmocka_unit_test(test_epochs_lowered_to_what_is_done_end_the_run),
      cmocka_unit_test(test_a_contradiction_is_refused),
      cmocka_unit_test(test_a_restart_reads_the_file_again),
  };
  return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
