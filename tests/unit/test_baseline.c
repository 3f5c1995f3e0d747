/* What who always gives the same answer would score. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/baseline.h"
#include "data/median.h"
#include "near.h"

static void the_largest_class_of_the_validation_rows(void **state) {
  (void)state;
  const int32_t train[] = {0, 0, 0, 0, 0, 0, 1, 2, 2}, validation[] = {2, 0, 0, 1, 0};
  Dataset data = {.task = TASK_CLASSIFICATION,
                  .classes = 3,
                  .train = {.rows = 9, .labels = train},
                  .validation = {.rows = 5, .labels = validation}};
  Baseline baseline = baseline_measure(&data);
  assert_near(baseline.score, 0.6, 1e-12);
  assert_true(isnan(baseline.mae));
  assert_int_equal(baseline.smallest, 1);
  assert_int_equal(baseline.largest, 6);
  assert_true(baseline_is_imbalanced(&baseline));
}

static void a_fifth_is_enough(void **state) {
  (void)state;
  assert_false(baseline_is_imbalanced(&(Baseline){.smallest = 20, .largest = 100}));
  assert_true(baseline_is_imbalanced(&(Baseline){.smallest = 19, .largest = 100}));
  assert_true(baseline_is_imbalanced(&(Baseline){.smallest = 0, .largest = 1}));
  assert_false(baseline_is_imbalanced(&(Baseline){.score = 0.0}));
  assert_true(baseline_is_imbalanced(&(Baseline){.smallest = 400000000, .largest = 2100000000}));
}

/* The targets are scaled by 10: 0, 10, 20, 90 train, and their median is 15. */
static void the_median_in_the_targets_own_unit(void **state) {
  (void)state;
  const float train[] = {9, 0, 2, 1}, validation[] = {1, 4};
  Dataset data = {.task = TASK_REGRESSION,
                  .target_scale = 10.0f,
                  .train = {.rows = 4, .targets = train},
                  .validation = {.rows = 2, .targets = validation}};
  Baseline baseline = baseline_measure(&data);
  assert_near(baseline.score, 0.0, 0.0);
  assert_near(baseline.mae, 15.0, 1e-6);
  assert_false(baseline_is_imbalanced(&baseline));
  assert_near(train[0], 9.0, 0.0);
}

static void nothing_is_measured_on_no_rows(void **state) {
  (void)state;
  const float targets[] = {1};
  const int32_t labels[] = {0};
  Dataset data = {.task = TASK_REGRESSION, .target_scale = 1.0f, .train = {.rows = 1, .targets = targets}};
  Baseline numbers = baseline_measure(&data);
  assert_true(isnan(numbers.score) && isnan(numbers.mae));
  data = (Dataset){.task = TASK_CLASSIFICATION, .classes = 1, .train = {.rows = 1, .labels = labels}};
  assert_true(isnan(baseline_measure(&data).score));
}

static void medians(void **state) {
  (void)state;
  float one[] = {7}, odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, equal[] = {2, 2, 2, 2, 9};
  assert_near(median_of(one, 1), 7.0, 0.0);
  assert_near(median_of(odd, 3), 3.0, 0.0);
  assert_near(median_of(even, 4), 2.5, 0.0);
  assert_near(median_of(equal, 5), 2.0, 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_largest_class_of_the_validation_rows),
      cmocka_unit_test(a_fifth_is_enough),
      cmocka_unit_test(the_median_in_the_targets_own_unit),
      cmocka_unit_test(nothing_is_measured_on_no_rows),
      cmocka_unit_test(medians),
  };
  return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
