/* train_fixture: a small run without a worker, and the moves that its tests are made of. Include after cmocka.h. */
#ifndef NNLAB_TESTS_TRAIN_FIXTURE_H
#define NNLAB_TESTS_TRAIN_FIXTURE_H

#include "near.h"
#include "train/setup.h"

/* 300 rows of digits: 240 to train on, in batches of 32: the eighth is short. */
static inline Experiment small_experiment(void) {
  Experiment experiment = experiment_default();
  experiment.data.rows = 300;
  experiment.data.validation_split = 0.1;
  experiment.data.test_split = 0.1;
  experiment.net.hidden = 2;
  for (int h = 0; h < 2; h++) {
    experiment.net.layers[h] =
        (LayerSpec){.units = 24, .activation = ACTIVATION_RELU, .dropout = 0.3, .batch_norm = true};
  }
  experiment.train.epochs = 3;
  return experiment;
}

static inline void load(Setup *setup, const Experiment *experiment) {
  Error err = {0};
  setup_init(setup, 1);
  if (setup_load(setup, experiment, "datasets", &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
}

static inline StepResult run_epoch(Trainer *trainer) {
  StepResult result;
  do {
    result = trainer_step(trainer);
  } while (result == STEP_MORE);
  return result;
}

static inline StepResult run_all(Trainer *trainer) {
  StepResult result;
  do {
    result = trainer_step(trainer);
  } while (result == STEP_MORE || result == STEP_EPOCH);
  return result;
}

/* To the moment before batch number `step` (from 0): an evaluation that comes first is done. */
static inline void run_batches(Trainer *trainer, int64_t step) {
  while (trainer->step < step || trainer->phase != PHASE_BATCHES) {
    assert_true(trainer_step(trainer) <= STEP_EPOCH);
  }
}

static inline Edit edit(Trainer *trainer, ParamId param, int layer, double value) {
  Error err = {0};
  Edit done = {0};
  if (trainer_edit(trainer, param, layer, value, &done, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return done;
}

/* After the first epoch nothing is good enough: that one is and stays the best, and the run ends `patience` later. */
static inline void only_first_epoch_counts(Experiment *experiment, int patience) {
  experiment->train.epochs = 20;
  experiment->train.early_stopping = (StopSpec){
      .on = true, .monitor = MONITOR_VAL_LOSS, .patience = patience, .min_delta = 1000.0, .restore_best = true};
}

#endif
