/* How a run behaves: reproducible, measured as Keras measures, ended for the right reason. Its edits: test_edits.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "math/kernels.h"
#include "math/team.h"
#include "nn/weights.h"
#include "train_fixture.h"

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

/* The digest is of the weights alone: neither of pads, of which batch normalization leaves traces, nor of how the
 * network came by them. */
static void test_equal_weights_have_one_digest(void **state) {
  (void)state;
  static float values[70 * 64];
  Experiment experiment = small_experiment();
  Setup setup;
  experiment.net.layers[0].units = 70;
  experiment.net.layers[0].activation = ACTIVATION_SIGMOID;
  load(&setup, &experiment);
  Net *net = setup.trainer->net;
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  uint64_t digest = trainer_digest(setup.trainer);
  for (int i = 0; i < weights_count(net); i++) {
    weights_get(net, i, values);
    weights_set(net, i, values);
    assert_true(trainer_digest(setup.trainer) == digest);
    float first = values[0];
    values[0] = first + 1.0f;
    weights_set(net, i, values);
    assert_true(trainer_digest(setup.trainer) != digest);
    values[0] = first;
    weights_set(net, i, values);
  }
  setup_deinit(&setup);
}

/* The promise of net.h: nothing depends on who computes what. */
static void test_threads_change_no_bit(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.net.input_dropout = 0.1;
  experiment.net.layers[1].units = 70;
  experiment.net.layers[1].bn_position = BN_BEFORE;
  for (int clipped = 0; clipped < 2; clipped++) {
    experiment.train.optimizer.global_clipnorm = clipped ? 0.5 : 0.0;
    uint64_t alone = digest_of(&experiment);
    for (int threads = 2; threads <= 5; threads++) {
      Setup setup;
      Error err = {0};
      setup_init(&setup, threads);
      assert_int_equal(setup_load(&setup, &experiment, "datasets", &err), STATUS_OK);
      assert_int_equal(setup_loaded(&setup).threads, threads);
      assert_int_equal(run_all(setup.trainer), STEP_DONE);
      assert_true(trainer_digest(setup.trainer) == alone);
      setup_deinit(&setup);
    }
  }
}

/* A tiny network stays alone, one of gigaflops takes all cores; what lies between is measured. */
static void test_threads_are_chosen(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.net.hidden = 1;
  experiment.net.layers[0].units = 4;
  Setup setup;
  Error err = {0};
  setup_init(&setup, 0);
  assert_int_equal(setup_load(&setup, &experiment, "datasets", &err), STATUS_OK);
  assert_int_equal(setup_loaded(&setup).threads, 1);
  experiment.net.layers[0].units = 8192;
  experiment.train.batch_size = 240;
  assert_int_equal(setup_load(&setup, &experiment, "datasets", &err), STATUS_OK);
  assert_int_equal(setup_loaded(&setup).threads, team_cores());
  setup_deinit(&setup);
}

/* And neither does the set of kernels, as long as it fuses multiply-adds. */
static void test_kernels_change_no_bit(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  uint64_t first = 0;
  int sets = 0;
  for (int i = 0; i < KERNEL_SETS; i++) {
    const Kernels *kernels = kernels_at(i);
    if (kernels && kernels->fused) {
      kernels_use(kernels);
      uint64_t digest = digest_of(&experiment);
      first = sets++ == 0 ? digest : first;
      assert_true(digest == first);
    }
  }
  kernels_use(NULL);
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

/* --- what is random ------------------------------------------------------------------------------------------------
 */

enum { MASK = 32 * 24, MASK_BYTES = MASK * (int)sizeof(uint16_t) };

/* The random bits behind a hidden layer's mask in batch number `step`. */
static void mask_of(const Experiment *experiment, int64_t step, int layer, uint16_t *bits) {
  Setup setup;
  load(&setup, experiment);
  run_batches(setup.trainer, step);
  (void)trainer_step(setup.trainer);
  memcpy(bits, setup.trainer->net->hidden[layer].dropout.random, MASK_BYTES);
  setup_deinit(&setup);
}

static void test_dropout_masks(void **state) {
  (void)state;
  Experiment experiment = small_experiment(), reseeded = experiment;
  reseeded.train.seed++;
  uint16_t first[MASK], other[MASK];
  mask_of(&experiment, 0, 0, first);
  mask_of(&experiment, 0, 0, other);
  assert_memory_equal(first, other, MASK_BYTES);
  mask_of(&experiment, 1, 0, other); /* the next batch */
  assert_memory_not_equal(first, other, MASK_BYTES);
  mask_of(&experiment, 8, 0, other); /* the same batch of the next epoch */
  assert_memory_not_equal(first, other, MASK_BYTES);
  mask_of(&experiment, 0, 1, other);
  assert_memory_not_equal(first, other, MASK_BYTES);
  mask_of(&reseeded, 0, 0, other);
  assert_memory_not_equal(first, other, MASK_BYTES);
}

static void test_every_epoch_deals_in_a_new_order(void **state) {
  (void)state;
  enum { FLOATS = 240 * 64 };
  Experiment experiment = small_experiment();
  experiment.train.batch_size = 240;
  Setup setup;
  load(&setup, &experiment);
  float *rows = calloc(3 * FLOATS, sizeof *rows); /* as the network saw them in three epochs of one batch */
  for (int epoch = 0; epoch < 3; epoch++) {
    run_batches(setup.trainer, epoch);
    (void)trainer_step(setup.trainer);
    memcpy(rows + epoch * FLOATS, setup.trainer->net->hidden[0].dense.base.x.at, FLOATS * sizeof *rows);
  }
  assert_memory_not_equal(rows, rows + FLOATS, FLOATS * sizeof *rows);
  assert_memory_not_equal(rows, rows + 2 * FLOATS, FLOATS * sizeof *rows);
  assert_memory_not_equal(rows + FLOATS, rows + 2 * FLOATS, FLOATS * sizeof *rows);
  free(rows);
  setup_deinit(&setup);
}

/* The mean of one row is the row: what comes out is beta, and gamma has no slope. */
static void test_batches_of_one_row_with_batch_norm(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.batch_size = 1;
  Setup setup;
  load(&setup, &experiment);
  (void)trainer_step(setup.trainer);
  const BatchNorm *norm = &setup.trainer->net->hidden[0].norm;
  assert_int_equal(norm->base.y.rows, 1);
  for (int c = 0; c < 24; c++) {
    assert_near(norm->base.y.at[c], 0.0, 0.0);
    assert_near(norm->gamma_grad[c], 0.0, 0.0);
  }
  assert_int_equal(run_epoch(setup.trainer), STEP_EPOCH);
  assert_int_equal(setup.trainer->step, 240);
  assert_true(isfinite(setup.trainer->report.val.loss));
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

/* Batch normalization divides by what is infinite: the loss stays finite, the epoch's end still finds it. */
static void test_divergence_behind_batch_norm(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.net.layers[0].bn_position = BN_BEFORE;
  Setup setup;
  load(&setup, &experiment);
  run_batches(setup.trainer, 2);
  Mat kernel = setup.trainer->net->hidden[0].dense.kernel;
  for (size_t i = 0; i < mat_size(kernel); i++) {
    kernel.at[i] *= 1e25f; /* its square is beyond a float */
  }
  assert_int_equal(run_epoch(setup.trainer), STEP_DIVERGED);
  Ended ended;
  trainer_end(setup.trainer, RUN_DIVERGED, &ended);
  assert_string_equal(ended.bad_layer, "BatchNorm 1");
  assert_true(isinf(ended.bad_value));
  assert_int_equal(ended.bad_step, 8); /* an evaluation has no step of its own */
  assert_true(isnan(ended.test.loss));
  setup_deinit(&setup);
}

/* The loss turns infinity into something else; the value that is shown is the output's own. */
static void check_infinite_output(const char *source, Loss loss, float bias) {
  Experiment experiment = experiment_default();
  strcpy(experiment.data.source, source);
  experiment.net.loss = loss;
  Setup setup;
  load(&setup, &experiment);
  run_batches(setup.trainer, 1);
  Mat kernel = setup.trainer->net->output.kernel;
  for (size_t i = 0; i < mat_size(kernel); i++) {
    kernel.at[i] = 3e38f; /* finite, but what comes out is not */
  }
  setup.trainer->net->output.bias[0] = bias;
  assert_int_equal(run_epoch(setup.trainer), STEP_DIVERGED);
  assert_string_equal(setup.trainer->bad_layer, "Output");
  assert_true(isinf(setup.trainer->bad_value) && setup.trainer->bad_value > 0.0);
  assert_int_equal(setup.trainer->bad_step, 2);
  setup_deinit(&setup);
}

static void test_divergence_at_the_output(void **state) {
  (void)state;
  check_infinite_output("digits", LOSS_AUTO, 0.0f);
  check_infinite_output("digits", LOSS_AUTO, INFINITY);
  check_infinite_output("breast_cancer", LOSS_AUTO, 0.0f);
  check_infinite_output("breast_cancer", LOSS_AUTO, INFINITY);
  check_infinite_output("diabetes", LOSS_MSE, 0.0f);
  check_infinite_output("diabetes", LOSS_MSE, INFINITY);
  check_infinite_output("diabetes", LOSS_MAE, 0.0f);
  check_infinite_output("diabetes", LOSS_MAE, INFINITY);
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

static void test_stopping_restores_the_best_too(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  only_first_epoch_counts(&experiment, 10);
  Setup setup;
  load(&setup, &experiment);
  (void)run_epoch(setup.trainer);
  double best = setup.trainer->report.val.loss;
  run_batches(setup.trainer, 19); /* in the third epoch */
  Ended ended;
  trainer_end(setup.trainer, RUN_STOPPED, &ended);
  assert_true(ended.restored && !ended.early);
  assert_int_equal(ended.outcome, RUN_STOPPED);
  assert_int_equal(ended.epochs, 2);
  assert_int_equal(ended.best_epoch, 0);
  assert_near(trainer_evaluate(setup.trainer, &setup.data.validation).loss, best, 1e-12);
  setup_deinit(&setup);
}

static void test_the_test_score_is_the_test_rows(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Setup setup;
  load(&setup, &experiment);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  Metrics test = trainer_evaluate(setup.trainer, &setup.data.test);
  Metrics validation = trainer_evaluate(setup.trainer, &setup.data.validation);
  assert_true(fabs(test.loss - validation.loss) > 1e-6);
  Ended ended;
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  assert_near(ended.test.loss, test.loss, 0.0);
  assert_near(ended.test.score, test.score, 0.0);
  assert_near(setup.trainer->report.val.loss, validation.loss, 1e-12);
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
  setup_init(&setup, 1);
  Status status = setup_load(&setup, &experiment, "datasets", &err);
  if (status != STATUS_OK) { /* a machine with 64 GB of memory takes it */
    assert_int_equal(status, STATUS_RANGE);
    assert_non_null(strstr(err.text, "GB of memory"));
  }
  setup_deinit(&setup);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_seed_same_bits),
      cmocka_unit_test(test_equal_weights_have_one_digest),
      cmocka_unit_test(test_threads_change_no_bit),
      cmocka_unit_test(test_threads_are_chosen),
      cmocka_unit_test(test_kernels_change_no_bit),
      cmocka_unit_test(test_counts),
      cmocka_unit_test(test_epoch_means_are_weighted_by_rows),
      cmocka_unit_test(test_dropout_is_off_in_evaluation),
      cmocka_unit_test(test_dropout_masks),
      cmocka_unit_test(test_every_epoch_deals_in_a_new_order),
      cmocka_unit_test(test_batches_of_one_row_with_batch_norm),
      cmocka_unit_test(test_divergence_is_seen_and_placed),
      cmocka_unit_test(test_divergence_names_the_first_layer),
      cmocka_unit_test(test_divergence_behind_batch_norm),
      cmocka_unit_test(test_divergence_at_the_output),
      cmocka_unit_test(test_early_stopping_restores_the_best),
      cmocka_unit_test(test_stopping_restores_the_best_too),
      cmocka_unit_test(test_the_test_score_is_the_test_rows),
      cmocka_unit_test(test_a_plateau_lowers_the_rate),
      cmocka_unit_test(test_regression),
      cmocka_unit_test(test_too_large_a_network_is_refused),
  };
  return cmocka_run_group_tests_name("trainer", tests, NULL, NULL);
}
