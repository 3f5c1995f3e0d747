/* A run that was left goes on: from the snapshot that a saver has written, or from its start, to the bits of a run that
 * never was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/snapshot_place.h"
#include "train/retrace.h"
#include "train/saver.h"
#include "train/setup.h"
#include "train/snapshot_file.h"
#include "worker_log.h"

enum { EPOCHS = 8, SAVED = 3, KEPT = 5, THE_RUN = 7 };

/* A whole run with edits, and a file with its snapshot after SAVED epochs: what is kept of it ends after KEPT. */
typedef struct Fixture {
  char folder[64], path[128];
  Experiment experiment;
  EpochReport epochs[EPOCHS];
  Edit edits[4];
  KeptRun kept;
  uint64_t digest;
} Fixture;

static void load(Setup *setup, const Experiment *experiment) {
  Error err = {0};
  setup_init(setup, 1);
  if (setup_load(setup, experiment, "datasets", &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
}

static void edit_at(Fixture *fixture, Trainer *trainer, ParamId param, int layer, double value) {
  Error err;
  Edit *edit = &fixture->edits[fixture->kept.edit_count++];
  assert_int_equal(trainer_edit(trainer, param, layer, value, edit, &err), STATUS_OK);
}

static void write_snapshot(const Fixture *fixture, const Trainer *trainer) {
  Snapshot snapshot;
  Error err;
  size_t count = snapshot_floats(trainer);
  float *values = calloc(count, sizeof *values);
  assert_non_null(values);
  snapshot_take(trainer, 1.5, &snapshot, values);
  assert_int_equal(snapshot_file_write(fixture->path, &snapshot, values, count, &err), STATUS_OK);
  free(values);
}

/* Edits before the snapshot, right after it, and between two later epochs. */
static void train_whole(Fixture *fixture) {
  Setup setup;
  Ended ended;
  load(&setup, &fixture->experiment);
  Trainer *trainer = setup.trainer;
  fixture->kept.fingerprint = setup_loaded(&setup).fingerprint;
  for (StepResult result = STEP_MORE; result != STEP_DONE;) {
    if (trainer->step == 2 && fixture->kept.edit_count == 0) {
      edit_at(fixture, trainer, PARAM_DROPOUT, 0, 0.4);
    }
    if (trainer->epoch == SAVED + 1 && trainer->batch == 1 && fixture->kept.edit_count == 2) {
      edit_at(fixture, trainer, PARAM_BATCH_NORM, 0, 1.0);
    }
    result = trainer_step(trainer);
    if (result == STEP_EPOCH || result == STEP_DONE) {
      fixture->epochs[trainer->epoch - 1] = trainer->report;
    }
    if (result == STEP_EPOCH && trainer->epoch == SAVED) {
      write_snapshot(fixture, trainer);
      edit_at(fixture, trainer, PARAM_LEARNING_RATE, -1, 0.01);
    }
  }
  trainer_end(trainer, RUN_FINISHED, &ended);
  fixture->digest = ended.digest;
  setup_deinit(&setup);
}

static int setup_run(void **state) {
  Fixture *fixture = calloc(1, sizeof *fixture);
  assert_non_null(fixture);
  strcpy(fixture->folder, "/tmp/nnlab-resume-XXXXXX");
  assert_non_null(mkdtemp(fixture->folder));
  (void)snprintf(fixture->path, sizeof fixture->path, "%s/snapshot", fixture->folder);
  fixture->experiment = small_experiment();
  fixture->experiment.train.epochs = EPOCHS;
  fixture->kept = (KeptRun){.id = 1,
                            .name = "run-1",
                            .snapshot = fixture->path,
                            .weights = "",
                            .suspect = "",
                            .fork_epoch = -1,
                            .epoch_count = KEPT,
                            .epochs = fixture->epochs,
                            .edits = fixture->edits};
  train_whole(fixture);
  *state = fixture;
  return 0;
}

static int teardown_run(void **state) {
  Fixture *fixture = *state;
  (void)unlink(fixture->path);
  (void)rmdir(fixture->folder);
  free(fixture);
  return 0;
}

/* --- retracing ---------------------------------------------------------------------------------------------------- */

/* Goes over what is kept, and on to the end; returns how often it told of an epoch that differs: once at most. */
static int retrace_all(const Fixture *fixture, Retrace *retrace, uint64_t *digest) {
  Setup setup;
  Ended ended;
  Error err = {0};
  int differing = 0;
  load(&setup, &fixture->experiment);
  if (retrace_start(retrace, setup.trainer, setup_loaded(&setup).fingerprint, &fixture->kept, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  for (StepResult result = STEP_MORE; result != STEP_DONE;) {
    assert_int_equal(retrace_edits(retrace, setup.trainer, &err), STATUS_OK);
    result = trainer_step(setup.trainer);
    if (result != STEP_MORE && retrace_is_on(retrace)) {
      differing += retrace_epoch(retrace, setup.trainer, &err) != STATUS_OK;
    }
  }
  assert_false(retrace_is_on(retrace));
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  *digest = ended.digest;
  setup_deinit(&setup);
  return differing;
}

static void test_from_the_snapshot(void **state) {
  const Fixture *fixture = *state;
  Retrace retrace;
  uint64_t digest;
  char words[256];
  assert_int_equal(retrace_all(fixture, &retrace, &digest), 0);
  assert_int_equal(retrace.start, SAVED);
  assert_near(retrace.seconds, 1.5, 0.0);
  assert_true(digest == fixture->digest);
  retrace_words(&retrace, words, sizeof words);
  assert_string_equal(words, "run-1 goes on after epoch 3");
}

static void test_from_the_start(void **state) {
  Fixture *fixture = *state;
  Retrace retrace;
  uint64_t digest;
  assert_int_equal(unlink(fixture->path), 0);
  assert_int_equal(retrace_all(fixture, &retrace, &digest), 0);
  assert_int_equal(retrace.start, 0);
  assert_string_equal(retrace.why_start, "");
  assert_true(digest == fixture->digest);
}

/* Of a run that differs in an epoch, or that has gone further than what is kept. */
static void test_a_snapshot_of_another_run(void **state) {
  Fixture *fixture = *state;
  Retrace retrace;
  uint64_t digest;
  fixture->kept.epoch_count = SAVED - 1;
  assert_int_equal(retrace_all(fixture, &retrace, &digest), 0);
  assert_non_null(strstr(retrace.why_start, "the snapshot is of epoch 3, and 2 were kept"));
  assert_true(digest == fixture->digest);
  fixture->kept.epoch_count = KEPT;
  fixture->epochs[SAVED - 1].val.loss += 1e-12;
  assert_int_equal(retrace_all(fixture, &retrace, &digest), 1);
  assert_non_null(strstr(retrace.why_start, "epoch 3 differs in validation"));
  assert_int_equal(retrace.start, 0);
}

static void test_an_epoch_that_differs(void **state) {
  Fixture *fixture = *state;
  Retrace retrace;
  uint64_t digest;
  fixture->epochs[KEPT - 2].train.loss += 1e-12;
  fixture->epochs[KEPT - 1].train.loss += 1e-12;
  assert_int_equal(retrace_all(fixture, &retrace, &digest), 1);
}

static void test_other_data(void **state) {
  Fixture *fixture = *state;
  Setup setup;
  Retrace retrace;
  Error err;
  load(&setup, &fixture->experiment);
  assert_int_equal(retrace_start(&retrace, setup.trainer, fixture->kept.fingerprint + 1, &fixture->kept, &err),
                   STATUS_RANGE);
  assert_non_null(strstr(err.text, "the data are not what they were"));
  setup_deinit(&setup);
}

/* --- the worker ------------------------------------------------------------------------------------------------------
 */

/* What was kept comes out of it as if it had done it; a setting waits until it is where it was. */
static void test_a_worker_goes_on(void **state) {
  Fixture *fixture = *state;
  Log *log = log_open(&fixture->experiment);
  wait_state(log, RUN_READY);
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = fixture->experiment, .kept = &fixture->kept});
  wait_state(log, RUN_PAUSED);
  assert_int_equal(log->data.resumes, 1);
  assert_true(experiment_equal(&log->data.experiment, &fixture->experiment)); /* as it began */
  assert_int_equal(log->last_epoch, SAVED - 1);
  assert_int_equal(log->edits, 1);
  assert_string_equal(log->text, "run-1 goes on after epoch 3");
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->last_epoch, EPOCHS - 1);
  assert_int_equal(log->edits, 3);
  assert_int_equal(log->refused, 1);
  assert_true(log->end.digest == fixture->digest);
  post_kind(log, COMMAND_RESTART);
  while (log->loaded < 3) {
    wait_wake(log);
  }
  assert_int_equal(log->data.resumes, 0);
  log_close(log);
}

static void test_a_setting_waits(void **state) {
  Fixture *fixture = *state;
  Log *log = log_open(&fixture->experiment);
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = fixture->experiment, .kept = &fixture->kept});
  post_set(log, PARAM_DROPOUT, 0, 0.1);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 4);
  const Edit *last = &log->edit[3];
  assert_int_equal(last->param, PARAM_DROPOUT);
  assert_int_equal(last->epoch, KEPT);
  assert_near(last->old_value, 0.4, 0.0);
  log_close(log);
}

/* A run whose data have changed is not trained on them, though it has been told to go on. */
static void test_a_refused_run_stays(void **state) {
  Fixture *fixture = *state;
  Log *log = log_open(&fixture->experiment);
  wait_state(log, RUN_READY);
  fixture->kept.fingerprint++;
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = fixture->experiment, .kept = &fixture->kept});
  post_kind(log, COMMAND_START);
  while (log->refused == 0 && log->epochs == 0) {
    wait_wake(log);
  }
  assert_int_equal(log->failed, 1);
  assert_int_equal(log->epochs, 0);
  assert_int_equal(log->progress.state, RUN_FAILED);
  log_close(log);
}

/* Something else is loaded while it comes to where it was: then it does not end somewhere in between. */
static void test_a_stop_waits_or_is_void(void **state) {
  Fixture *fixture = *state;
  Log *log = log_open(&fixture->experiment);
  wait_state(log, RUN_READY);
  assert_int_equal(unlink(fixture->path), 0);
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = fixture->experiment, .kept = &fixture->kept});
  while (log->loaded < 2) {
    wait_wake(log);
  }
  post_kind(log, COMMAND_START);
  post_kind(log, COMMAND_STOP);
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = fixture->experiment});
  while (log->loaded < 3) {
    wait_wake(log);
  }
  assert_true(log->ended == 0 || log->end.step >= fixture->epochs[KEPT - 1].step);
  log_close(log);
}

/* --- saving ------------------------------------------------------------------------------------------------------- */

static bool appears(const char *path) {
  for (int i = 0; i < 500 && !file_exists(path); i++) {
    (void)usleep(10000);
  }
  return file_exists(path);
}

static void test_saving(void **state) {
  Fixture *fixture = *state;
  Setup setup;
  Saver *saver;
  Error err;
  Retrace own = {.run = &fixture->kept}, retrace;
  uint64_t digest;
  assert_int_equal(unlink(fixture->path), 0);
  assert_int_equal(setenv("NNLAB_SAVE_SECONDS", "0", 1), 0);
  assert_int_equal(saver_open(&saver, &err), STATUS_OK);
  load(&setup, &fixture->experiment);
  saver_offer(saver, THE_RUN, setup.trainer, 0.0); /* it is not kept */
  while (setup.trainer->epoch < 2) {
    assert_int_equal(retrace_edits(&own, setup.trainer, &err), STATUS_OK);
    (void)trainer_step(setup.trainer);
  }
  saver_allow(saver, THE_RUN, fixture->path, 1);
  saver_offer(saver, THE_RUN, setup.trainer, 2.5);
  (void)usleep(100000);
  assert_false(file_exists(fixture->path)); /* the history does not hold its second epoch */
  saver_allow(saver, THE_RUN, fixture->path, 2);
  assert_true(appears(fixture->path));
  saver_end(saver, THE_RUN);
  assert_int_equal(unlink(fixture->path), 0);
  saver_offer(saver, THE_RUN, setup.trainer, 2.5);
  saver_allow(saver, THE_RUN, fixture->path, 2);
  saver_allow(saver, THE_RUN + 1, fixture->path, 2);
  saver_offer(saver, THE_RUN + 1, setup.trainer, 2.5);
  saver_close(saver);
  assert_true(file_exists(fixture->path)); /* of the next run, before the end */
  assert_int_equal(retrace_all(fixture, &retrace, &digest), 0);
  assert_int_equal(retrace.start, 2);
  assert_true(digest == fixture->digest);
  setup_deinit(&setup);
}

/* --- their place
 * ------------------------------------------------------------------------------------------------------ */

static void write_bytes(const char *store, int run, size_t bytes) {
  static const char none[1024];
  char path[256];
  snapshot_place(store, run, path, sizeof path);
  assert_int_equal(file_write_atomic(path, none, bytes, NULL), STATUS_OK);
  (void)usleep(20000); /* its time is another than the next one's */
}

static bool is_there(const char *store, int run) {
  char path[256];
  snapshot_place(store, run, path, sizeof path);
  return file_exists(path);
}

static void test_the_oldest_go_first(void **state) {
  const Fixture *fixture = *state;
  char store[128], folder[160], half[192];
  (void)snprintf(store, sizeof store, "%s/runs.db", fixture->folder);
  (void)snprintf(folder, sizeof folder, "%s-snapshots", store);
  (void)snprintf(half, sizeof half, "%s/3.abcdef", folder);
  snapshot_place_prepare(store, 1, 1000); /* nothing is there yet */
  assert_int_equal(mkdir(folder, 0700), 0);
  for (int run = 4; run > 0; run--) {
    write_bytes(store, run, 400);
  }
  assert_int_equal(file_write_atomic(half, "half", 4, NULL), STATUS_OK);
  snapshot_place_prepare(store, 3, 1000);
  assert_false(is_there(store, 4) || is_there(store, 3) || file_exists(half));
  assert_true(is_there(store, 2) && is_there(store, 1));
  snapshot_place_remove(store, 2);
  assert_false(is_there(store, 2));
  snapshot_place_remove(store, 1);
  assert_int_equal(rmdir(folder), -1); /* gone with the last one */
}

#define TEST_OF_RUN(test) cmocka_unit_test_setup_teardown(test, setup_run, teardown_run)

int main(void) {
  const struct CMUnitTest tests[] = {TEST_OF_RUN(test_from_the_snapshot),
                                     TEST_OF_RUN(test_from_the_start),
                                     TEST_OF_RUN(test_a_snapshot_of_another_run),
                                     TEST_OF_RUN(test_an_epoch_that_differs),
                                     TEST_OF_RUN(test_other_data),
                                     TEST_OF_RUN(test_a_worker_goes_on),
                                     TEST_OF_RUN(test_a_setting_waits),
                                     TEST_OF_RUN(test_a_refused_run_stays),
                                     TEST_OF_RUN(test_a_stop_waits_or_is_void),
                                     TEST_OF_RUN(test_saving),
                                     TEST_OF_RUN(test_the_oldest_go_first)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
