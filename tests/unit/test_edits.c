/* Settings that change while a network trains: each must reach the place where it is used, at the next batch, and
 * nothing else may move. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "math/mat.h"
#include "train_fixture.h"

/* The place of a layer among those that follow the first Dense; -1: it does not run. */
static int place_in_stage(const Net *net, const Layer *layer) {
  const Stage *stage = &net->stages[0];
  for (int f = 0; f < stage->count; f++) {
    if (stage->followers[f] == layer) {
      return f;
    }
  }
  return -1;
}

/* The value that the last batch was trained with, from the place that training itself reads. */
static double value_in_use(const Trainer *trainer, ParamId param) {
  const Net *net = trainer->net;
  const Hidden *hidden = &net->hidden[0];
  switch (param) {
    case PARAM_LEARNING_RATE:
      return trainer->report.learning_rate;
    case PARAM_WEIGHT_DECAY:
      return trainer->optimizer.spec.weight_decay;
    case PARAM_L1:
      return net->spec.l1;
    case PARAM_L2:
      return net->spec.l2;
    case PARAM_INPUT_DROPOUT:
      return net->spec.input_dropout > 0.0 ? net->input.rate : 0.0;
    case PARAM_DROPOUT:
      return place_in_stage(net, &hidden->dropout.base) >= 0 ? hidden->dropout.rate : 0.0;
    case PARAM_BATCH_NORM:
      return place_in_stage(net, &hidden->norm.base) >= 0;
    case PARAM_BN_POSITION:
      return place_in_stage(net, &hidden->norm.base) < place_in_stage(net, &hidden->activation.base) ? BN_BEFORE
                                                                                                     : BN_AFTER;
    case PARAM_BATCH_SIZE:
      return net->output.base.y.rows;
    default:
      fail_msg("not used batch by batch");
      return 0.0;
  }
}

static void check_live_edit(ParamId param, double from, double to) {
  Experiment experiment = small_experiment();
  Setup edited, same;
  load(&edited, &experiment);
  load(&same, &experiment);
  run_batches(edited.trainer, 3);
  run_batches(same.trainer, 3);
  assert_near(value_in_use(edited.trainer, param), from, 1e-15);
  Edit done = edit(edited.trainer, param, 0, to);
  assert_near(done.old_value, from, 1e-15);
  assert_near(done.new_value, to, 1e-15);
  Edit none = edit(same.trainer, param, 0, from); /* to what it is: nothing at all */
  assert_near(none.old_value, none.new_value, 0.0);
  run_batches(edited.trainer, 7);
  run_batches(same.trainer, 7);
  assert_near(value_in_use(edited.trainer, param), to, 1e-15);
  assert_near(value_in_use(same.trainer, param), from, 1e-15);
  uint64_t after_edit = trainer_digest(edited.trainer), after_none = trainer_digest(same.trainer);
  setup_deinit(&edited);
  setup_deinit(&same);
  load(&same, &experiment);
  run_batches(same.trainer, 7);
  if (after_edit == trainer_digest(same.trainer)) {
    fail_msg("the edit of %s changes nothing", param_at(param)->key);
  }
  assert_true(after_none == trainer_digest(same.trainer));
  setup_deinit(&same);
}

static void test_every_live_edit_reaches_its_place(void **state) {
  (void)state;
  check_live_edit(PARAM_LEARNING_RATE, 0.001, 0.01);
  check_live_edit(PARAM_WEIGHT_DECAY, 0.0, 0.5);
  check_live_edit(PARAM_L1, 0.0, 0.01);
  check_live_edit(PARAM_L2, 0.0, 0.01);
  check_live_edit(PARAM_INPUT_DROPOUT, 0.0, 0.2);
  check_live_edit(PARAM_DROPOUT, 0.3, 0.6);
  check_live_edit(PARAM_DROPOUT, 0.3, 0.0);
  check_live_edit(PARAM_BATCH_NORM, 1.0, 0.0);
  check_live_edit(PARAM_BN_POSITION, BN_AFTER, BN_BEFORE);
  check_live_edit(PARAM_BATCH_SIZE, 32.0, 16.0);
}

/* Of the live settings only the epochs are not in the list above. */
static void test_no_live_setting_is_forgotten(void **state) {
  (void)state;
  int live = 0;
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    live += param_at(id)->live;
  }
  assert_int_equal(live, 10);
}

static void test_epochs_may_change(void **state) {
  (void)state;
  const int wanted[] = {2, 5};
  for (int i = 0; i < 2; i++) {
    Experiment experiment = small_experiment();
    Setup setup;
    load(&setup, &experiment);
    (void)run_epoch(setup.trainer);
    Edit done = edit(setup.trainer, PARAM_EPOCHS, 0, wanted[i]);
    assert_near(done.old_value, 3.0, 0.0);
    assert_near(done.new_value, wanted[i], 0.0);
    assert_int_equal(run_all(setup.trainer), STEP_DONE);
    assert_int_equal(setup.trainer->epoch, wanted[i]);
    assert_int_equal(setup.trainer->step, 8 * wanted[i]);
    setup_deinit(&setup);
  }
}

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

/* --- batch normalization ------------------------------------------------------------------------------------------ */

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
  Mat x = net_feed(setup.trainer->net, setup.data.train.x, NULL, 240);
  (void)net_forward(setup.trainer->net, (Pass){.train = false}, x);
  const Mat a = net->hidden[0].activation.base.y;
  for (int c = 0; c < 24; c++) {
    double sum = 0.0, squares = 0.0;
    for (int r = 0; r < 240; r++) {
      double value = (double)*mat_element(a, r, c);
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

/* The best epoch's network had other layers than the one that the run ends with. */
static void check_best_behind(ParamId param, bool on, double value) {
  Experiment experiment = small_experiment();
  experiment.net.layers[0].batch_norm = on;
  only_first_epoch_counts(&experiment, 3);
  Setup setup;
  load(&setup, &experiment);
  (void)run_epoch(setup.trainer);
  double best = setup.trainer->report.val.loss;
  run_batches(setup.trainer, 11);
  (void)edit(setup.trainer, param, 0, value);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  assert_true(fabs(setup.trainer->report.val.loss - best) > 1e-3);
  Ended ended;
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  assert_true(ended.early && ended.restored);
  assert_int_equal(ended.best_epoch, 0);
  assert_int_equal(ended.epochs, 4);
  assert_near(trainer_evaluate(setup.trainer, &setup.data.validation).loss, best, 1e-12);
  setup_deinit(&setup);
}

static void test_the_best_weights_come_back_over_an_edit(void **state) {
  (void)state;
  check_best_behind(PARAM_BATCH_NORM, true, 0.0);
  check_best_behind(PARAM_BATCH_NORM, false, 1.0);
  check_best_behind(PARAM_BN_POSITION, true, BN_BEFORE);
}

/* --- batch size --------------------------------------------------------------------------------------------------- */

static Experiment large_experiment(void) {
  Experiment experiment = small_experiment();
  experiment.data.rows = 1700; /* 1360 to train on */
  return experiment;
}

static void test_a_larger_batch_goes_on_in_the_same_epoch(void **state) {
  (void)state;
  Experiment experiment = large_experiment();
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

/* The rows of the second epoch, in the order that the network saw them; with larger batches after its second one. */
static float *rows_dealt(bool with_edit) {
  Experiment experiment = large_experiment();
  Setup setup;
  load(&setup, &experiment);
  (void)run_epoch(setup.trainer);
  size_t count = 0;
  float *rows = calloc(1360 * 64, sizeof *rows);
  do {
    if (with_edit && setup.trainer->batch == 2) {
      (void)edit(setup.trainer, PARAM_BATCH_SIZE, 0, 700.0);
    }
    (void)trainer_step(setup.trainer);
    Mat x = setup.trainer->net->hidden[0].dense.base.x;
    assert_true(count + mat_size(x) <= 1360 * 64);
    mat_to_rows(x, rows + count);
    count += mat_size(x);
  } while (setup.trainer->phase == PHASE_BATCHES);
  assert_int_equal(count, 1360 * 64);
  setup_deinit(&setup);
  return rows;
}

static void test_a_larger_batch_keeps_the_order(void **state) {
  (void)state;
  float *plain = rows_dealt(false), *edited = rows_dealt(true);
  assert_memory_equal(plain, edited, 1360 * 64 * sizeof *plain);
  free(plain);
  free(edited);
}

static void test_buffers_are_taken_once(void **state) {
  (void)state;
  Experiment experiment = large_experiment();
  experiment.train.epochs = 20;
  Setup setup;
  load(&setup, &experiment);
  const Net *net = setup.trainer->net;
  (void)edit(setup.trainer, PARAM_BATCH_SIZE, 0, 1361.0);
  assert_int_equal(net->max_rows, 1360); /* there are no more rows */
  const float *buffer = net->stages[0].dense->base.y.at, *feed = net->feed;
  const int sizes[] = {5000, 32, 65536, 1360, 9999};
  for (int i = 0; i < 5; i++) {
    (void)edit(setup.trainer, PARAM_BATCH_SIZE, 0, sizes[i]);
    (void)trainer_step(setup.trainer);
    run_batches(setup.trainer, 0);
    assert_int_equal(net->max_rows, 1360);
    assert_ptr_equal(net->stages[0].dense->base.y.at, buffer);
    assert_ptr_equal(net->feed, feed);
  }
  setup_deinit(&setup);
}

/* Layers of many units and one unit by turns have few weights; only a batch of 65536 rows needs all this memory. */
static void test_a_batch_that_memory_cannot_hold_is_refused(void **state) {
  (void)state;
  double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
  int units = (int)(have / (4.5 * 16 * 65536 * sizeof(float)));
  if (units > NET_MAX_UNITS) {
    skip(); /* a machine with more than 150 GB holds it */
  }
  Experiment experiment = experiment_default();
  strcpy(experiment.data.source, "moons");
  experiment.data.rows = 70000;
  experiment.data.validation_split = 0.01;
  experiment.data.test_split = 0.0;
  experiment.net.hidden = NET_MAX_HIDDEN;
  for (int h = 0; h < NET_MAX_HIDDEN; h++) {
    experiment.net.layers[h] = (LayerSpec){.units = h % 2 ? 1 : units, .activation = ACTIVATION_RELU};
  }
  experiment.train.batch_size = 4;
  Setup setup;
  load(&setup, &experiment);
  Error err = {0};
  Edit done;
  assert_int_equal(trainer_edit(setup.trainer, PARAM_BATCH_SIZE, 0, 65536.0, &done, &err), STATUS_RANGE);
  assert_non_null(strstr(err.text, "GB of memory"));
  assert_int_equal(setup.trainer->experiment.train.batch_size, 4);
  assert_int_equal(trainer_step(setup.trainer), STEP_MORE);
  assert_int_equal(setup.trainer->net->output.base.y.rows, 4);
  setup_deinit(&setup);
}

/* --- learning rate ------------------------------------------------------------------------------------------------ */

static void test_cosine_goes_on_over_a_batch_size_edit(void **state) {
  (void)state;
  const int sizes[] = {8, 120};
  for (int i = 0; i < 2; i++) {
    Experiment experiment = small_experiment();
    experiment.train.epochs = 10;
    experiment.train.schedule.kind = SCHEDULE_COSINE;
    Setup setup;
    load(&setup, &experiment);
    run_batches(setup.trainer, 36);
    double before = trainer_rate(setup.trainer);
    (void)edit(setup.trainer, PARAM_BATCH_SIZE, 0, sizes[i]);
    assert_near(trainer_rate(setup.trainer), before, 0.0);
    assert_int_equal(run_all(setup.trainer), STEP_DONE);
    assert_true(setup.trainer->report.learning_rate < 0.05 * before); /* and ends with the run */
    setup_deinit(&setup);
  }
}

static void test_a_rate_that_a_plateau_cut_may_be_set_back(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 6;
  experiment.train.schedule.kind = SCHEDULE_PLATEAU;
  experiment.train.schedule.patience = 1;
  experiment.train.schedule.min_delta = 1000.0; /* nothing is good enough */
  experiment.train.schedule.factor = 0.5;
  Setup setup;
  load(&setup, &experiment);
  run_batches(setup.trainer, 17);
  assert_near(trainer_rate(setup.trainer), 0.0005, 1e-12);
  Edit done = edit(setup.trainer, PARAM_LEARNING_RATE, 0, 0.001); /* what it was set to all along */
  assert_near(done.old_value, 0.0005, 1e-12);
  assert_near(done.new_value, 0.001, 1e-12);
  run_batches(setup.trainer, 18);
  assert_near(setup.trainer->report.learning_rate, 0.001, 1e-12);
  setup_deinit(&setup);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_live_edit_reaches_its_place),
      cmocka_unit_test(test_no_live_setting_is_forgotten),
      cmocka_unit_test(test_epochs_may_change),
      cmocka_unit_test(test_an_edit_acts_at_the_next_batch),
      cmocka_unit_test(test_the_same_edits_give_the_same_bits),
      cmocka_unit_test(test_what_needs_a_restart_says_so),
      cmocka_unit_test(test_batch_norm_switched_on_starts_from_the_data),
      cmocka_unit_test(test_the_best_weights_come_back_over_an_edit),
      cmocka_unit_test(test_a_larger_batch_goes_on_in_the_same_epoch),
      cmocka_unit_test(test_a_larger_batch_keeps_the_order),
      cmocka_unit_test(test_buffers_are_taken_once),
      cmocka_unit_test(test_a_batch_that_memory_cannot_hold_is_refused),
      cmocka_unit_test(test_cosine_goes_on_over_a_batch_size_edit),
      cmocka_unit_test(test_a_rate_that_a_plateau_cut_may_be_set_back),
  };
  return cmocka_run_group_tests_name("edits", tests, NULL, NULL);
}
