/* Learning rate schedules, plateau and early stopping against Keras itself (Keras 3.15.1): the schedule objects called
 * with a step, and the callbacks given one monitored value after the other at on_epoch_end. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "nn/schedule.h"

/* --- rates by step ------------------------------------------------------------------------------------------------ */

enum { RATES = 8 };
static const int64_t STEPS[RATES] = {0, 1, 9, 10, 15, 99, 100, 150};

/* clang-format off */
static const struct {
  const char *name;
  ScheduleSpec spec;
  double expected[RATES];
} SCHEDULES[] = {
    {"constant", {.kind = SCHEDULE_CONSTANT, .decay_steps = 10, .decay_rate = 0.5},
     {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}},
    {"ExponentialDecay(0.1, 10, 0.5, staircase=True)", {.kind = SCHEDULE_STEP, .decay_steps = 10, .decay_rate = 0.5},
     {0.1, 0.1, 0.1, 0.05, 0.05, 0.0001953125, 9.765625e-05, 3.05175781e-06}},
    {"ExponentialDecay(0.1, 100, 0.9, staircase=True)", {.kind = SCHEDULE_STEP, .decay_steps = 100, .decay_rate = 0.9},
     {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.09, 0.09}},
    {"ExponentialDecay(0.1, 10, 0.5)", {.kind = SCHEDULE_EXPONENTIAL, .decay_steps = 10, .decay_rate = 0.5},
     {0.1, 0.0933032992, 0.0535886731, 0.05, 0.0353553391, 0.000104665377, 9.765625e-05, 3.05175781e-06}},
    {"ExponentialDecay(0.1, 100, 0.01)", {.kind = SCHEDULE_EXPONENTIAL, .decay_steps = 100, .decay_rate = 0.01},
     {0.1, 0.0954992586, 0.0660693448, 0.0630957344, 0.0501187234, 0.00104712855, 0.001, 0.0001}},
    {"CosineDecay(0.1, 100)", {.kind = SCHEDULE_COSINE, .decay_steps = 100},
     {0.100000001, 0.0999753252, 0.09801469, 0.0975528285, 0.0945503265, 2.46733434e-05, 0, 0}},
    {"CosineDecay(0.1, 10, alpha=0.25)", {.kind = SCHEDULE_COSINE, .decay_steps = 10, .alpha = 0.25},
     {0.100000001, 0.098164618, 0.026835382, 0.0250000004, 0.0250000004, 0.0250000004, 0.0250000004, 0.0250000004}},
    {"CosineDecay(0.1, 99, alpha=0.1)", {.kind = SCHEDULE_COSINE, .decay_steps = 99, .alpha = 0.1},
     {0.100000001, 0.0999773368, 0.0981771871, 0.097753197, 0.0949975997, 0.0100000007, 0.0100000007, 0.0100000007}},
};
/* clang-format on */

static void test_rates(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof SCHEDULES / sizeof *SCHEDULES; s++) {
    for (int i = 0; i < RATES; i++) {
      double rate = schedule_rate(&SCHEDULES[s].spec, 0.1, STEPS[i], 0.0), expected = SCHEDULES[s].expected[i];
      if (!(fabs(rate - expected) <= 1e-8)) { /* CosineDecay computes in floats */
        fail_msg("%s: step %d has %.9g, not %.9g", SCHEDULES[s].name, (int)STEPS[i], rate, expected);
      }
    }
  }
}

/* decay_steps 0: a tenth of the run for steps, the run for the others. */
static void test_schedules_over_the_whole_run(void **state) {
  (void)state;
  ScheduleSpec step = {.kind = SCHEDULE_STEP, .decay_rate = 0.5}, set = step;
  set.decay_steps = 10;
  double progress = 0.0;
  for (int64_t s = 0; s < 100; s++, progress += (1.0 - progress) / (double)(101 - s)) { /* as a trainer adds it up */
    assert_near(schedule_rate(&step, 0.1, s, progress), schedule_rate(&set, 0.1, s, 0.0), 0.0);
  }
  ScheduleSpec cosine = {.kind = SCHEDULE_COSINE, .alpha = 0.5};
  assert_near(schedule_rate(&cosine, 0.1, 0, 0.0), 0.1, 1e-12);
  assert_near(schedule_rate(&cosine, 0.1, 100, 0.5), 0.075, 1e-12);
  assert_near(schedule_rate(&cosine, 0.1, 200, 1.0), 0.05, 1e-12);
  ScheduleSpec exponential = {.kind = SCHEDULE_EXPONENTIAL, .decay_rate = 0.01};
  assert_near(schedule_rate(&exponential, 0.1, 200, 1.0), 0.001, 1e-12);
}

/* --- plateau and early stopping ----------------------------------------------------------------------------------- */

enum { EPOCHS = 12 };
static const double LOSSES[EPOCHS] = {1.0, 0.9, 0.9, 0.95, 0.8, 0.85, 0.8, 0.79995, 0.9, 0.9, 0.7, 0.7};
static const double SCORES[EPOCHS] = {0.5, 0.6, 0.55, 0.7, 0.7, 0.65, 0.7005, 0.71, 0.6, 0.6, 0.6, 0.6};
static const double RISING[EPOCHS] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0};
static const double FLAT[EPOCHS] = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0};

/* clang-format off */
static const struct {
  const char *name; /* ReduceLROnPlateau(...) on a model with learning rate 1 */
  const double *values;
  Monitor monitor;
  ScheduleSpec spec;
  double expected[EPOCHS]; /* learning rate after each epoch */
} PLATEAUS[] = {
    {"patience=1, factor=0.5, min_delta=0", LOSSES, MONITOR_VAL_LOSS, {.patience = 1, .factor = 0.5},
     {1, 1, 0.5, 0.25, 0.25, 0.125, 0.0625, 0.0625, 0.03125, 0.015625, 0.015625, 0.0078125}},
    {"patience=2, factor=0.1, min_delta=1e-4", LOSSES, MONITOR_LOSS, {.patience = 2, .factor = 0.1, .min_delta = 1e-4},
     {1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.001, 0.001}},
    {"patience=0, factor=0.5, min_delta=1e-4", LOSSES, MONITOR_VAL_LOSS, {.factor = 0.5, .min_delta = 1e-4},
     {1, 1, 0.5, 0.25, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.0078125, 0.00390625}},
    {"patience=1, factor=0.5, cooldown=2, min_delta=0.02", LOSSES, MONITOR_VAL_LOSS,
     {.patience = 1, .factor = 0.5, .cooldown = 2, .min_delta = 0.02},
     {1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.03125}},
    {"patience=1, factor=0.5, min_lr=0.2, min_delta=1e-4", LOSSES, MONITOR_VAL_LOSS,
     {.patience = 1, .factor = 0.5, .min_rate = 0.2, .min_delta = 1e-4},
     {1, 1, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2}},
    {"patience=3, factor=0.5, cooldown=1, min_delta=0.15", LOSSES, MONITOR_VAL_LOSS,
     {.patience = 3, .factor = 0.5, .cooldown = 1, .min_delta = 0.15},
     {1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125}},
    {"monitor=val_accuracy, patience=2, factor=0.5, min_delta=1e-3", SCORES, MONITOR_VAL_SCORE,
     {.patience = 2, .factor = 0.5, .min_delta = 1e-3},
     {1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125}},
};

static const struct {
  const char *name; /* EarlyStopping(...) */
  const double *values;
  StopSpec spec;
  int stopped, best_epoch; /* the epoch after which it stops, -1 = never; best_epoch by then */
} STOPS[] = {
    {"patience=0", LOSSES, {.on = true}, 2, 1},
    {"patience=1", LOSSES, {.on = true, .patience = 1}, 2, 1},
    {"patience=2", LOSSES, {.on = true, .patience = 2}, 3, 1},
    {"patience=3", LOSSES, {.on = true, .patience = 3}, -1, 10},
    {"patience=3, min_delta=0.15", LOSSES, {.on = true, .patience = 3, .min_delta = 0.15}, 3, 0},
    {"patience=0, start_from_epoch=3", LOSSES, {.on = true, .start_from_epoch = 3}, 5, 4},
    {"patience=2, start_from_epoch=4", LOSSES, {.on = true, .patience = 2, .start_from_epoch = 4}, 6, 4},
    {"patience=1, start_from_epoch=20", LOSSES, {.on = true, .patience = 1, .start_from_epoch = 20}, -1, -1},
    {"monitor=loss, patience=1", LOSSES, {.on = true, .monitor = MONITOR_LOSS, .patience = 1}, 2, 1},
    {"patience=0, rising", RISING, {.on = true}, 1, 0},
    {"patience=1, rising", RISING, {.on = true, .patience = 1}, 1, 0},
    {"patience=0, flat", FLAT, {.on = true}, 1, 0},
    {"monitor=val_accuracy, patience=2", SCORES, {.on = true, .monitor = MONITOR_VAL_SCORE, .patience = 2}, 5, 3},
    {"monitor=val_accuracy, patience=2, min_delta=0.05", SCORES,
     {.on = true, .monitor = MONITOR_VAL_SCORE, .patience = 2, .min_delta = 0.05}, 5, 3},
    {"monitor=val_accuracy, patience=3, min_delta=0.001", SCORES,
     {.on = true, .monitor = MONITOR_VAL_SCORE, .patience = 3, .min_delta = 0.001}, 6, 3},
};
/* clang-format on */

static void test_plateaus(void **state) {
  (void)state;
  for (size_t p = 0; p < sizeof PLATEAUS / sizeof *PLATEAUS; p++) {
    Plateau plateau;
    plateau_start(&plateau, PLATEAUS[p].monitor);
    double rate = 1.0;
    for (int e = 0; e < EPOCHS; e++) {
      rate = plateau_update(&plateau, &PLATEAUS[p].spec, PLATEAUS[p].monitor, PLATEAUS[p].values[e], rate);
      if (!(fabs(rate - PLATEAUS[p].expected[e]) <= 1e-12)) {
        fail_msg("%s: epoch %d ends with %.9g, not %.9g", PLATEAUS[p].name, e, rate, PLATEAUS[p].expected[e]);
      }
    }
  }
}

/* As ReduceLROnPlateau(patience=0, factor=0.5, min_lr=0.2) leaves a learning rate of 0.1. */
static void test_a_rate_below_min_lr_stays(void **state) {
  (void)state;
  const ScheduleSpec spec = {.factor = 0.5, .min_rate = 0.2};
  Plateau plateau;
  plateau_start(&plateau, MONITOR_VAL_LOSS);
  for (int e = 0; e < 4; e++) {
    assert_near(plateau_update(&plateau, &spec, MONITOR_VAL_LOSS, 1.0, 0.1), 0.1, 0.0);
  }
}

static void test_stops(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof STOPS / sizeof *STOPS; s++) {
    Stopper stopper;
    stopper_start(&stopper, STOPS[s].spec.monitor);
    int stopped = -1;
    for (int e = 0; e < EPOCHS && stopped < 0; e++) {
      int best_before = stopper.best_epoch;
      bool improved;
      stopped = stopper_update(&stopper, &STOPS[s].spec, e, STOPS[s].values[e], &improved) ? e : -1;
      assert_int_equal(improved, stopper.best_epoch != best_before);
    }
    if (stopped != STOPS[s].stopped || stopper.best_epoch != STOPS[s].best_epoch) {
      fail_msg("%s: stopped after epoch %d with %d as the best, not %d with %d", STOPS[s].name, stopped,
               stopper.best_epoch, STOPS[s].stopped, STOPS[s].best_epoch);
    }
  }
}

/* Switched off, it still knows the best epoch. */
static void test_off_it_only_watches(void **state) {
  (void)state;
  StopSpec spec = {.on = false};
  Stopper stopper;
  stopper_start(&stopper, spec.monitor);
  for (int e = 0; e < EPOCHS; e++) {
    bool improved;
    assert_false(stopper_update(&stopper, &spec, e, LOSSES[e], &improved));
  }
  assert_int_equal(stopper.best_epoch, 10);
  assert_near(stopper.best, 0.7, 0.0);
}

/* A value that is no number is no improvement, but nothing stops after the first epoch (Keras, run). */
static void test_the_first_epoch_never_stops(void **state) {
  (void)state;
  StopSpec spec = {.on = true};
  Stopper stopper;
  stopper_start(&stopper, spec.monitor);
  bool improved;
  assert_false(stopper_update(&stopper, &spec, 0, (double)NAN, &improved));
  assert_false(improved);
}

static void test_improvement_is_strict(void **state) {
  (void)state;
  assert_false(monitor_improved(MONITOR_VAL_LOSS, 0.5, 0.5, 0.0));
  assert_false(monitor_improved(MONITOR_VAL_SCORE, 0.5, 0.5, 0.0));
  assert_false(monitor_improved(MONITOR_VAL_LOSS, 0.25, 0.5, 0.25));
  assert_false(monitor_improved(MONITOR_VAL_SCORE, 0.75, 0.5, 0.25));
  assert_true(monitor_improved(MONITOR_LOSS, 0.25, 0.5, 0.125));
  assert_true(monitor_improved(MONITOR_VAL_SCORE, 0.75, 0.5, 0.125));
  for (int m = 0; m < MONITOR_COUNT; m++) {
    double worst = monitor_worst((Monitor)m);
    assert_true(monitor_improved((Monitor)m, 1e300, worst, 1.0) && monitor_improved((Monitor)m, -1e300, worst, 1.0));
    assert_false(monitor_improved((Monitor)m, (double)NAN, worst, 0.0));
    assert_false(monitor_improved((Monitor)m, (double)NAN, 0.5, 0.0));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rates),
      cmocka_unit_test(test_schedules_over_the_whole_run),
      cmocka_unit_test(test_plateaus),
      cmocka_unit_test(test_a_rate_below_min_lr_stays),
      cmocka_unit_test(test_stops),
      cmocka_unit_test(test_the_first_epoch_never_stops),
      cmocka_unit_test(test_off_it_only_watches),
      cmocka_unit_test(test_improvement_is_strict),
  };
  return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
