/* store_fixture: a history of a test's own, and runs of it whose epochs are known. Include after cmocka.h. */
#ifndef NNLAB_TESTS_STORE_FIXTURE_H
#define NNLAB_TESTS_STORE_FIXTURE_H

#include <math.h>
#include <string.h>

#include "preset_fixture.h"
#include "store/history.h"
#include "store/recording.h"

static inline const char *file_of(Fixture *fixture) { return path_in(fixture, "runs.db"); }

static inline Store *open_store(Fixture *fixture) {
  Store *store = NULL;
  Status status = store_open(&store, file_of(fixture), 100, &fixture->err);
  if (status != STATUS_OK) {
    print_error("%s\n", fixture->err.text);
  }
  assert_int_equal(status, STATUS_OK);
  return store;
}

/* A preset "moons" with dropout 0.25, and a run of it with 0.5; with a `parent`, a fork of it after that many epochs.
 */
static inline Status try_begin(Fixture *fixture, Store *store, int64_t parent, int epochs, Recording **recording) {
  Preset preset = {.name = "moons", .title = "Two moons", .experiment = experiment_default()};
  Loaded loaded = {.fingerprint = UINT64_C(0xFEDCBA9876543210), .threads = 1, .train_rows = 70};
  strcpy(loaded.dataset, "moons");
  preset.experiment.net.layers[0].dropout = 0.25;
  loaded.experiment = preset.experiment;
  loaded.experiment.net.layers[0].dropout = 0.5;
  RunStart start = {.preset = &preset,
                    .loaded = &loaded,
                    .version = "1",
                    .kernels = "portable",
                    .cores = 2,
                    .parent = parent,
                    .fork_epoch = epochs,
                    .fork_step = 10 * epochs};
  return recording_begin(store, &start, recording, &fixture->err);
}

static inline Recording *begin_fork(Fixture *fixture, Store *store, int64_t parent, int epochs) {
  Recording *recording = NULL;
  assert_int_equal(try_begin(fixture, store, parent, epochs, &recording), STATUS_OK);
  return recording;
}

static inline Recording *begin(Fixture *fixture, Store *store) { return begin_fork(fixture, store, 0, 0); }

static inline EpochReport report_of(int epoch) {
  double score = epoch == 3 ? 0.9 : 0.1 * epoch / (epoch + 1);
  return (EpochReport){.epoch = epoch,
                       .step = 10 * (epoch + 1),
                       .train = {1.0 / (epoch + 3), 0.7, NAN},
                       .train_eval = {NAN, NAN, NAN},
                       .val = {0.1 + epoch, score, NAN},
                       .learning_rate = 0.001,
                       .seconds = 0.25};
}

static inline void add_epochs(Fixture *fixture, Recording *recording, int from, int to) {
  for (int e = from; e < to; e++) {
    EpochReport report = report_of(e);
    assert_int_equal(recording_epoch(recording, &report, &fixture->err), STATUS_OK);
  }
}

static inline RunList runs_of(Fixture *fixture, Store *store) {
  RunList list;
  assert_int_equal(history_runs(store, &fixture->arena, &list, &fixture->err), STATUS_OK);
  return list;
}

static inline const StoredRun *run_at(Fixture *fixture, Store *store, int index) {
  RunList list = runs_of(fixture, store);
  assert_true(index < list.count);
  return list.items + index;
}

static inline void assert_epochs(Fixture *fixture, Store *store, int64_t run, int wanted) {
  EpochReport *epochs;
  int count;
  assert_int_equal(history_epochs(store, &fixture->arena, run, &epochs, &count, &fixture->err), STATUS_OK);
  assert_int_equal(count, wanted);
  for (int e = 0; e < count; e++) {
    EpochReport report = report_of(e);
    assert_int_equal(epochs[e].epoch, e);
    assert_int_equal(epochs[e].step, report.step);
    assert_true(epochs[e].train.loss == report.train.loss);
    assert_true(isnan(epochs[e].train.mae));
    assert_true(isnan(epochs[e].train_eval.loss));
    assert_true(epochs[e].val.score == report.val.score);
  }
}

static const Ended ENDED = {.outcome = RUN_FINISHED,
                            .epochs = 5,
                            .step = 50,
                            .best_epoch = 1,
                            .early = true,
                            .test = {0.5, 0.75, 0.0},
                            .digest = UINT64_C(0x8000000000000001),
                            .seconds = 2.5};

#endif
