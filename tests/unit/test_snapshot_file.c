/* Snapshot files: another trainer goes on from one to the same bits; whatever else is in a file is an error with words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/rng.h"
#include "train/snapshot_file.h"
#include "train_fixture.h"

static char path[64];
static Arena arena;

static int setup_file(void **state) {
  (void)state;
  (void)strcpy(path, "/tmp/nnlab-snapshot-XXXXXX");
  int fd = mkstemp(path);
  (void)close(fd);
  arena_init(&arena, 0);
  return fd < 0;
}

static int teardown_file(void **state) {
  (void)state;
  (void)unlink(path);
  arena_deinit(&arena);
  return 0;
}

static Experiment rich_experiment(void) {
  Experiment experiment = small_experiment();
  experiment.train.epochs = 6;
  experiment.train.schedule.kind = SCHEDULE_PLATEAU;
  experiment.train.schedule.patience = 1;
  experiment.train.schedule.min_delta = 0.3;
  experiment.train.early_stopping = (StopSpec){.on = true, .patience = 20, .restore_best = true};
  return experiment;
}

/* Trains three epochs with edits, and writes that to the file; returns the digest at the end. */
static uint64_t write_one(const Experiment *experiment) {
  Setup setup;
  Error err = {0};
  Ended ended;
  load(&setup, experiment);
  Trainer *trainer = setup.trainer;
  run_batches(trainer, 5);
  (void)edit(trainer, PARAM_DROPOUT, 0, 0.1);
  (void)edit(trainer, PARAM_BATCH_NORM, 1, 0.0);
  (void)edit(trainer, PARAM_BATCH_SIZE, 0, 300.0);
  while (trainer->epoch < 3) {
    (void)trainer_step(trainer);
  }
  Snapshot snapshot;
  size_t count = snapshot_floats(trainer);
  float *values = arena_floats(&arena, count);
  snapshot_take(trainer, 1.5, &snapshot, values);
  assert_int_equal(snapshot_file_write(path, &snapshot, values, count, &err), STATUS_OK);
  assert_int_equal(run_all(trainer), STEP_DONE);
  trainer_end(trainer, RUN_FINISHED, &ended);
  setup_deinit(&setup);
  return ended.digest;
}

static void test_another_trainer_goes_on(void **state) {
  (void)state;
  Experiment experiment = rich_experiment();
  uint64_t digest = write_one(&experiment);
  Setup setup;
  Snapshot snapshot;
  Error err = {0};
  Ended ended;
  float *values;
  size_t count;
  if (snapshot_file_read(&arena, path, &snapshot, &values, &count, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  assert_int_equal(snapshot.epoch, 3);
  assert_near(snapshot.seconds, 1.5, 0.0);
  load(&setup, &experiment); /* with a smaller batch */
  assert_int_equal(snapshot_file_fits(setup.trainer, &snapshot, count, &err), STATUS_OK);
  snapshot_restore(setup.trainer, &snapshot, values);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  assert_true(ended.digest == digest);
  setup_deinit(&setup);
}

static void test_a_run_that_does_not_fit(void **state) {
  (void)state;
  Experiment experiment = rich_experiment(), other = experiment;
  (void)write_one(&experiment);
  Setup setup;
  Snapshot snapshot;
  Error err = {0};
  float *values;
  size_t count;
  assert_int_equal(snapshot_file_read(&arena, path, &snapshot, &values, &count, &err), STATUS_OK);
  other.net.layers[1].units = 25;
  load(&setup, &other);
  assert_int_equal(snapshot_file_fits(setup.trainer, &snapshot, count, &err), STATUS_RANGE);
  assert_string_equal(err.text, "units: the snapshot has '24', the run '25'");
  setup_deinit(&setup);
  load(&setup, &experiment);
  assert_int_equal(snapshot_file_fits(setup.trainer, &snapshot, count - 16, &err), STATUS_RANGE);
  assert_non_null(strstr(err.text, "values"));
  setup_deinit(&setup);
}

static Status parse(const char *bytes, size_t length, Error *err) {
  Arena scratch;
  Snapshot snapshot;
  float *values;
  size_t count;
  arena_init(&scratch, 0);
  Status status = snapshot_file_parse(&scratch, bytes, length, "a.snap", &snapshot, &values, &count, err);
  arena_deinit(&scratch);
  return status;
}

/* Every length, and every byte another: an error, each time. */
static void test_cut_and_damaged_files(void **state) {
  (void)state;
  Experiment experiment = rich_experiment();
  (void)write_one(&experiment);
  Error err = {0};
  char *bytes;
  size_t length;
  assert_int_equal(file_read(&arena, path, 1 << 24, &bytes, &length, &err), STATUS_OK);
  assert_int_equal(parse(bytes, length, &err), STATUS_OK);
  Rng rng = rng_start((RngKey){.seed = 1, .purpose = RNG_TEST});
  for (int i = 0; i < 2000; i++) {
    size_t place = i < 500 ? (size_t)i : (size_t)rng_below(&rng, (uint32_t)length);
    assert_int_equal(parse(bytes, place, &err), STATUS_PARSE);
    assert_non_null(strstr(err.text, "a.snap: "));
    char before = bytes[place];
    bytes[place] = (char)(before ^ (1 << rng_below(&rng, 8)));
    Status status = parse(bytes, length, &err);
    bytes[place] = before;
    bool in_head = place < 64; /* a blank for a blank of another kind changes nothing */
    assert_true(status == STATUS_PARSE || (in_head && status == STATUS_OK));
  }
  bytes[strlen("nnlab-snapshot ")] = '9';
  assert_int_equal(parse(bytes, length, &err), STATUS_PARSE);
  assert_non_null(strstr(err.text, "version 9"));
  assert_int_equal(parse("nnlab", 5, &err), STATUS_PARSE);
  assert_non_null(strstr(err.text, "is no snapshot"));
}

/* A body that is wrong although its digest is right. */
static void test_wrong_bodies(void **state) {
  (void)state;
  Experiment experiment = rich_experiment();
  (void)write_one(&experiment);
  Error err = {0};
  char *bytes;
  size_t length;
  assert_int_equal(file_read(&arena, path, 1 << 24, &bytes, &length, &err), STATUS_OK);
  const char *body = strchr(bytes, '\n') + 1;
  size_t size = length - (size_t)(body - bytes);
  char *copy = malloc(size + 128);
  Rng rng = rng_start((RngKey){.seed = 2, .purpose = RNG_TEST});
  int refused = 0;
  for (int i = 0; i < 3000; i++) {
    size_t cut = i % 3 == 0 ? rng_below(&rng, (uint32_t)size) : size;
    char *changed = malloc(size);
    memcpy(changed, body, size);
    for (int k = 0; k < 3; k++) {
      changed[rng_below(&rng, 4000)] = (char)(32 + rng_below(&rng, 95));
    }
    int head = snprintf(copy, 128, "nnlab-snapshot 1 %zu %016llx\n", cut,
                        (unsigned long long)digest_add(DIGEST_START, changed, cut));
    memcpy(copy + head, changed, cut);
    refused += parse(copy, (size_t)head + cut, &err) != STATUS_OK;
    free(changed);
  }
  free(copy);
  assert_true(refused > 1500);
}

static void test_files_that_are_not_there(void **state) {
  (void)state;
  Snapshot snapshot = {.experiment = rich_experiment()};
  Error err = {0};
  float *values, none = 0;
  size_t count;
  assert_int_equal(snapshot_file_read(&arena, "/nowhere/a.snap", &snapshot, &values, &count, &err), STATUS_IO);
  assert_int_equal(snapshot_file_write("/nowhere/a.snap", &snapshot, &none, 1, &err), STATUS_IO);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_another_trainer_goes_on),  cmocka_unit_test(test_a_run_that_does_not_fit),
      cmocka_unit_test(test_cut_and_damaged_files),    cmocka_unit_test(test_wrong_bodies),
      cmocka_unit_test(test_files_that_are_not_there),
  };
  return cmocka_run_group_tests_name("snapshot file", tests, setup_file, teardown_file);
}
