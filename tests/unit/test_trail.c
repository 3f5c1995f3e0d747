/* Runs laid over each other, epoch by epoch, in bounded memory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/trail.h"
#include "near.h"

static BandPoint points[TRAIL_CAPACITY];

static Trail trail_of(const double *values, int count) {
  Trail trail = {0};
  for (int i = 0; i < count; i++) {
    trail_push(&trail, values[i]);
  }
  return trail;
}

static void expect_point(int i, double x, double mean, double low, double high) {
  assert_near(points[i].x, x, 1e-6);
  assert_near(points[i].mean, mean, 1e-5);
  assert_near(points[i].low, low, 1e-5);
  assert_near(points[i].high, high, 1e-5);
}

static void test_mean_lowest_and_highest(void **state) {
  (void)state;
  Trail a = trail_of((const double[]){1.0, 2.0, 3.0}, 3), b = trail_of((const double[]){3.0, 2.0}, 2),
        c = trail_of((const double[]){5.0, NAN, 4.0}, 3), none = {0};
  const Trail *const all[] = {&c, &a, &none, &b};
  assert_int_equal(trail_band(all, 4, points), 3);
  expect_point(0, 1.0, 3.0, 1.0, 5.0);
  expect_point(1, 2.0, 2.0, 2.0, 2.0);
  expect_point(2, 3.0, 3.5, 3.0, 4.0);
  assert_int_equal(trail_band(all, 0, points), 0);
  assert_int_equal(trail_band(all + 2, 1, points), 0); /* the empty one */
}

/* A long run beside a short one: both are told in the long one's steps. */
static void test_long_runs_are_told_by_means(void **state) {
  (void)state;
  enum { LONG = 3 * TRAIL_CAPACITY + 1, SHORT = 10 };
  Trail longer = {0}, shorter = {0};
  for (int e = 1; e <= LONG; e++) {
    trail_push(&longer, e);
  }
  for (int e = 1; e <= SHORT; e++) {
    trail_push(&shorter, 2.0 * e);
  }
  assert_int_equal(longer.per_bucket, 4);
  const Trail *const both[] = {&longer, &shorter};
  int count = trail_band(both, 2, points);
  assert_int_equal(count, (LONG + 3) / 4);
  expect_point(0, 2.5, 3.75, 2.5, 5.0);
  expect_point(2, 10.5, 14.75, 10.5, 19.0); /* of the short one there are two epochs */
  expect_point(3, 14.5, 14.5, 14.5, 14.5);
  expect_point(count - 1, LONG, LONG, LONG, LONG);
}

static void test_a_million_epochs(void **state) {
  (void)state;
  Trail trail = {0};
  for (int e = 0; e < 1000000; e++) {
    trail_push(&trail, e % 2);
  }
  const Trail *const one[] = {&trail};
  int count = trail_band(one, 1, points);
  assert_in_range(count, TRAIL_CAPACITY / 2, TRAIL_CAPACITY);
  for (int i = 0; i < count; i++) {
    assert_near(points[i].mean, 0.5, 1e-3);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_mean_lowest_and_highest),
                                     cmocka_unit_test(test_long_runs_are_told_by_means),
                                     cmocka_unit_test(test_a_million_epochs)};
  return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
