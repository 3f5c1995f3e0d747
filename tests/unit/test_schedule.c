/* What whole runs do not show of schedules, plateau and early stopping (test_reference has those against Keras): runs
 * without decay_steps, values that are no numbers, ties. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "nn/schedule.h"

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

/* Switched off, it still knows the best epoch. */
static void test_off_it_only_watches(void **state) {
  (void)state;
  StopSpec spec = {.on = false};
  Stopper stopper;
  stopper_start(&stopper, spec.monitor);
  const double losses[] = {1.0, 0.9, 0.9, 0.95, 0.7, 0.7};
  for (int e = 0; e < 6; e++) {
    bool improved;
    assert_false(stopper_update(&stopper, &spec, e, losses[e], &improved));
    assert_int_equal(improved, e == 0 || e == 1 || e == 4);
  }
  assert_int_equal(stopper.best_epoch, 4);
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
      cmocka_unit_test(test_schedules_over_the_whole_run), cmocka_unit_test(test_a_rate_below_min_lr_stays),
      cmocka_unit_test(test_the_first_epoch_never_stops),  cmocka_unit_test(test_off_it_only_watches),
      cmocka_unit_test(test_improvement_is_strict),
  };
  return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
