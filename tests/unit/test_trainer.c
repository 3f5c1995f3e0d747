/* How a run behaves: reproducible, editable between any two batches, ended for the right reason. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "math/mat.h"
#include "near.h"
#include "train/setup.h"

/* 300 rows of digits: 240 to train on, in batches of 32: the eighth is short. */
static Experiment small_experiment(void) {
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

static void load(Setup *setup, const Experiment *experiment) {
  Error err = {0};
  setup_init(setup);
  if (setup_load(setup, experiment, "datasets", &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
}

static StepResult run_epoch(Trainer *trainer) {
  StepResult result;
  do {
    result = trainer_step(trainer);
  } while (result == STEP_MORE);
  return result;
}

static StepResult run_all(Trainer *trainer) {
  StepResult result;
  do {
    result = trainer_step(trainer);
  } while (result == STEP_MORE || result == STEP_EPOCH);
  return result;
}

/* To the moment before batch number `step` (from 0): an evaluation that comes first is done. */
static void run_batches(Trainer *trainer, int64_t step) {
  while (trainer->step < step || trainer->phase != PHASE_BATCHES) {
    assert_true(trainer_step(trainer) <= STEP_EPOCH);
  }
}

static Edit edit(Trainer *trainer, ParamId param, int layer, double value) {
  Error err = {0};
  Edit done = {0};
  if (trainer_edit(trainer, param, layer, value, &done, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return done;
}

static uint64_t digest_of(const Experiment *experiment) {
  Setup setup;
  load(&setup, experiment);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  uint64_t digest = trainer_digest(setup.trainer);
  setup_deinit(&setup);
  return digest;
}

static void test_same_seed_same_bits(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  uint64_t first = digest_of(&experiment);
  assert_true(first == digest_of(&experiment));
  experiment.train.evaluate_train = !experiment.train.evaluate_train; /* measuring changes nothing */
  assert_true(first == digest_of(&experiment));
  experiment.train.seed++;
  assert_true(first != digest_of(&experiment));
}

static void test_counts(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Setup setup;
  load(&setup, &experiment);
  Loaded loaded = setup_loaded(&setup);
  assert_string_equal(loaded.dataset, "digits");
  assert_int_equal(loaded.train_rows, 240);
  assert_int_equal(loaded.validation_rows, 30);
  assert_int_equal(loaded.test_rows, 30);
  assert_int_equal(loaded.batches, 8);
  assert_int_equal(loaded.output, OUTPUT_SOFTMAX);
  assert_int_equal(loaded.loss, LOSS_CROSSENTROPY);
  assert_int_equal(run_epoch(setup.trainer), STEP_EPOCH);
  assert_int_equal(setup.trainer->step, 8);
  assert_int_equal(setup.trainer->report.epoch, 0);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  assert_int_equal(setup.trainer->step, 24);
  assert_int_equal(setup.trainer->report.epoch, 2);
  setup_deinit(&setup);
}

/* With a learning rate that moves no float the weights stand still: Keras's running mean over the batches (the last one
 * short) must be the mean over the rows. */
static void test_epoch_means_are_weighted_by_rows(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  for (int h = 0; h < 2; h++) {
    experiment.net.layers[h].dropout = 0.0;
    experiment.net.layers[h].batch_norm = false;
  }
  experiment.data.rows = 263; /* 211 to train on */
  experiment.train.optimizer.kind = OPTIMIZER_SGD;
  experiment.train.optimizer.learning_rate = 1e-30;
  experiment.train.evaluate_train = true;
  experiment.net.l2 = 0.01;
  Setup setup;
  load(&setup, &experiment);
  (void)run_epoch(setup.trainer);
  const EpochReport *report = &setup.trainer->report;
  assert_true(setup.data.train.rows % experiment.train.batch_size != 0);
  assert_near(report->train.loss, report->train_eval.loss, 1e-6);
  assert_near(report->train.score, report->train_eval.score, 1e-12);
  assert_true(net_penalty(setup.trainer->net) > 0.1); /* and it is in the loss: */
  experiment.net.l2 = 0.0;
  double with_penalty = report->val.loss, penalty = net_penalty(setup.trainer->net);
  setup_deinit(&setup);
  load(&setup, &experiment);
  (void)run_epoch(setup.trainer);
  assert_near(with_penalty - setup.trainer->report.val.loss, penalty, 1e-6);
  setup_deinit(&setup);
}

static void test_dropout_is_off_in_evaluation(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Setup setup;
  load(&setup, &experiment);
  (void)run_epoch(setup.trainer);
  Metrics with = trainer_evaluate(setup.trainer, &setup.data.validation);
  (void)edit(setup.trainer, PARAM_DROPOUT, 0, 0.9);
  Metrics other = trainer_evaluate(setup.trainer, &setup.data.validation);
  assert_near(with.loss, other.loss, 0.0);
  assert_near(with.loss, setup.trainer->report.val.loss, 1e-12);
  setup_deinit(&setup);
}

/* --- edits -------------------------------------------------------------------------------------------------------- */

static void test_an_edit_acts_at_the_next_batch(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Setup first, second;
  load(&first, &experiment);
  load(&second, &experiment);
  run_batches(first.trainer, 11);
  run_batches(second.trainer, 11);
  assert_true(trainer_digest(first.trainer) == trainer_digest(second.trainer));
  Edit done = edit(first.trainer, PARAM_DROPOUT, 1, 0.6);
  assert_int_equal(done.step, 11);
  assert_int_equal(done.epoch, 1);
  assert_int_equal(done.layer, 1);
  assert_near(done.at, 1.0 + 3 * 32 / 240.0, 1e-9);
  assert_near(done.old_value, 0.3, 0.0);
  assert_near(done.new_value, 0.6, 0.0);
  assert_true(trainer_digest(first.trainer) == trainer_digest(second.trainer)); /* by itself it changes no weight */
  run_batches(first.trainer, 12);
  run_batches(second.trainer, 12);
  assert_true(trainer_digest(first.trainer) != trainer_digest(second.trainer));
  setup_deinit(&first);
  setup_deinit(&second);
}

static void test_the_same_edits_give_the_same_bits(void **state) {
  (void)state;
  uint64_t digests[2];
  for (int i = 0; i < 2; i++) {
    Experiment experiment = small_experiment();
    Setup setup;
    load(&setup, &experiment);
    run_batches(setup.trainer, 5);
    (void)edit(setup.trainer, PARAM_BATCH_NORM, 0, 0.0);
    run_batches(setup.trainer, 9);
    (void)edit(setup.trainer, PARAM_BATCH_NORM, 0, 1.0);
    (void)edit(setup.trainer, PARAM_BN_POSITION, 1, BN_BEFORE);
    (void)edit(setup.trainer, PARAM_LEARNING_RATE, 0, 0.01);
    (void)edit(setup.trainer, PARAM_BATCH_SIZE, 0, 16.0);
    (void)edit(setup.trainer, PARAM_L2, 0, 0.001);
    (void)edit(setup.trainer, PARAM_WEIGHT_DECAY, 0, 0.01);
    (void)edit(setup.trainer, PARAM_INPUT_DROPOUT, 0, 0.1);
    assert_int_equal(run_all(setup.trainer), STEP_DONE);
    digests[i] = trainer_digest(setup.trainer);
    setup_deinit(&setup);
  }
  assert_true(digests[0] == digests[1]);
}

static void test_batch_norm_switched_on_starts_from_the_data(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.net.layers[0].batch_norm = experiment.net.layers[1].batch_norm = false;
  experiment.train.epochs = 10;
  Setup setup;
  load(&setup, &experiment);
  run_batches(setup.trainer, 40);
  (void)edit(setup.trainer, PARAM_BATCH_NORM, 0, 1.0);
  const BatchNorm *norm = &setup.trainer->net->hidden[0].norm;
  const Net *net = setup.trainer->net;
  Mat x = mat_view((float *)setup.data.train.x, 240, 64);
  (void)net_forward(setup.trainer->net, (Pass){.train = false}, x);
  const Mat a = net->hidden[0].activation.base.y;
  for (int c = 0; c < 24; c++) {
    double sum = 0.0, squares = 0.0;
    for (int r = 0; r < 240; r++) {
      double value = (double)a.at[r * 24 + c];
      sum += value;
      squares += value * value;
    }
    assert_near(norm->moving_mean[c], sum / 240, 1e-5);
    assert_near(norm->moving_variance[c], squares / 240 - sum / 240 * sum / 240, 1e-4);
    assert_near(norm->gamma[c], 1.0, 0.0);
    assert_near(norm->beta[c], 0.0, 0.0);
  }
  size_t start, count;
  net_batch_norm_range(net, 0, &start, &count);
  for (size_t i = start; i < start + count; i++) {
    assert_near(setup.trainer->optimizer.first[i], 0.0, 0.0);
    assert_near(setup.trainer->optimizer.second[i], 0.0, 0.0);
  }
  setup_deinit(&setup);
}

static void test_a_larger_batch_goes_on_in_the_same_epoch(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.data.rows = 1700; /* 1360 to train on */
  Setup setup;
  load(&setup, &experiment);
  run_batches(setup.trainer, 3);
  (void)edit(setup.trainer, PARAM_BATCH_SIZE, 0, 700.0);
  assert_int_equal(trainer_batches(setup.trainer), 5); /* 3 done; 1264 rows are left: 700 and 564 */
  assert_int_equal(run_epoch(setup.trainer), STEP_EPOCH);
  assert_int_equal(setup.trainer->step, 5);
  assert_int_equal(run_epoch(setup.trainer), STEP_EPOCH);
  assert_int_equal(setup.trainer->step, 7);
  setup_deinit(&setup);
}

static void test_epochs_may_change(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Setup setup;
  load(&setup, &experiment);
  (void)run_epoch(setup.trainer);
  (void)edit(setup.trainer, PARAM_EPOCHS, 0, 2.0);
  assert_int_equal(run_epoch(setup.trainer), STEP_DONE);
  setup_deinit(&setup);
}

static void test_what_needs_a_restart_says_so(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Setup setup;
  load(&setup, &experiment);
  Error err = {0};
  Edit done;
  assert_int_equal(trainer_edit(setup.trainer, PARAM_LABEL_NOISE, 0, 0.2, &done, &err), STATUS_RANGE);
  assert_string_equal(err.text,
                      "label_noise cannot change while the network trains: it takes effect at the next restart");
  assert_int_equal(trainer_edit(setup.trainer, PARAM_DROPOUT, 0, 1.5, &done, &err), STATUS_RANGE);
  assert_near(setup.trainer->net->hidden[0].dropout.rate, 0.3, 0.0);
  setup_deinit(&setup);
}

/* --- ends ----------------------------------------------------------------------------------------------------------
 */

static void test_divergence_is_seen_and_placed(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  for (int h = 0; h < 2; h++) {
    experiment.net.layers[h].batch_norm = false;
  }
  experiment.train.optimizer.kind = OPTIMIZER_SGD;
  experiment.train.optimizer.learning_rate = 100.0;
  experiment.train.epochs = 100;
  Setup setup;
  load(&setup, &experiment);
  assert_int_equal(run_all(setup.trainer), STEP_DIVERGED);
  Ended ended;
  trainer_end(setup.trainer, RUN_DIVERGED, &ended);
  assert_int_equal(ended.outcome, RUN_DIVERGED);
  assert_true(ended.bad_layer[0] != '\0');
  assert_true(!isfinite(ended.bad_value));
  assert_true(ended.bad_step == setup.trainer->step + 1);
  setup_deinit(&setup);
}

/* A weight that is infinite makes the first layer the culprit, at the step that meets it. */
static void test_divergence_names_the_first_layer(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Setup setup;
  load(&setup, &experiment);
  run_batches(setup.trainer, 4);
  setup.trainer->net->hidden[1].dense.kernel.at[0] = INFINITY;
  assert_int_equal(run_all(setup.trainer), STEP_DIVERGED);
  assert_string_equal(setup.trainer->bad_layer, "Dense 2");
  assert_int_equal(setup.trainer->bad_step, 5); /* the fifth batch */
  setup_deinit(&setup);
}

static void test_early_stopping_restores_the_best(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.data.label_noise = 0.5;
  experiment.net.layers[0].dropout = experiment.net.layers[1].dropout = 0.0;
  experiment.train.epochs = 200;
  experiment.train.early_stopping =
      (StopSpec){.on = true, .monitor = MONITOR_VAL_LOSS, .patience = 4, .restore_best = true};
  Setup setup;
  load(&setup, &experiment);
  double best = INFINITY;
  int best_epoch = -1;
  StepResult result;
  do {
    result = run_epoch(setup.trainer);
    if (setup.trainer->report.val.loss < best) {
      best = setup.trainer->report.val.loss;
      best_epoch = setup.trainer->report.epoch;
    }
  } while (result == STEP_EPOCH);
  assert_true(setup.trainer->early);
  assert_int_equal(setup.trainer->report.epoch, best_epoch + 4);
  Ended ended;
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  assert_true(ended.restored && ended.early);
  assert_int_equal(ended.best_epoch, best_epoch);
  assert_near(trainer_evaluate(setup.trainer, &setup.data.validation).loss, best, 1e-12);
  setup_deinit(&setup);
}

static void test_a_plateau_lowers_the_rate(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 6;
  experiment.train.schedule.kind = SCHEDULE_PLATEAU;
  experiment.train.schedule.patience = 1;
  experiment.train.schedule.min_delta = 1000.0; /* nothing is good enough */
  experiment.train.schedule.factor = 0.5;
  Setup setup;
  load(&setup, &experiment);
  double rates[6];
  for (int e = 0; e < 6; e++) {
    (void)run_epoch(setup.trainer);
    rates[e] = setup.trainer->report.learning_rate;
  }
  assert_near(rates[0], 0.001, 1e-12); /* the first epoch is always better than nothing */
  assert_near(rates[1], 0.001, 1e-12);
  assert_near(rates[2], 0.0005, 1e-12);
  assert_near(rates[3], 0.00025, 1e-12);
  setup_deinit(&setup);
}

static void test_regression(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  strcpy(experiment.data.source, "diabetes");
  experiment.train.epochs = 30;
  Setup setup;
  load(&setup, &experiment);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  const EpochReport *report = &setup.trainer->report;
  assert_true(report->train_eval.score > 0.4 && report->train_eval.score < 1.0);
  assert_true(report->val.mae > 20.0 && report->val.mae < 100.0); /* in the target's unit: 25 .. 346 */
  setup_deinit(&setup);
}

static void test_too_large_a_network_is_refused(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  experiment.net.hidden = NET_MAX_HIDDEN;
  for (int h = 0; h < NET_MAX_HIDDEN; h++) {
    experiment.net.layers[h] = (LayerSpec){.units = NET_MAX_UNITS, .activation = ACTIVATION_RELU};
  }
  Setup setup;
  Error err = {0};
  setup_init(&setup);
  Status status = setup_load(&setup, &experiment, "datasets", &err);
  if (status != STATUS_OK) { /* a machine with 64 GB of memory takes it */
    assert_int_equal(status, STATUS_RANGE);
    assert_non_null(strstr(err.text, "GB of memory"));
  }
  setup_deinit(&setup);
}

int main(void) {
  blas_init();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_seed_same_bits),
      cmocka_unit_test(test_counts),
      cmocka_unit_test(test_epoch_means_are_weighted_by_rows),
      cmocka_unit_test(test_dropout_is_off_in_evaluation),
      cmocka_unit_test(test_an_edit_acts_at_the_next_batch),
      cmocka_unit_test(test_the_same_edits_give_the_same_bits),
      cmocka_unit_test(test_batch_norm_switched_on_starts_from_the_data),
      cmocka_unit_test(test_a_larger_batch_goes_on_in_the_same_epoch),
      cmocka_unit_test(test_epochs_may_change),
      cmocka_unit_test(test_what_needs_a_restart_says_so),
      cmocka_unit_test(test_divergence_is_seen_and_placed),
      cmocka_unit_test(test_divergence_names_the_first_layer),
      cmocka_unit_test(test_early_stopping_restores_the_best),
      cmocka_unit_test(test_a_plateau_lowers_the_rate),
      cmocka_unit_test(test_regression),
      cmocka_unit_test(test_too_large_a_network_is_refused),
  };
  return cmocka_run_group_tests_name("trainer", tests, NULL, NULL);
}
