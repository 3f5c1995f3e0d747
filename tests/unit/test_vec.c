/* Sums over lanes bit for bit, and scaling, clamping and the search for what is not finite at every place of a vector
 * and of its rest. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "math/vec.h"
#include "near.h"

enum { LANES = 16, MAX_COUNT = 1000 };
static const size_t COUNTS[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 100, MAX_COUNT};
enum { COUNT_COUNT = sizeof COUNTS / sizeof *COUNTS };

static void fill(float *values) {
  Rng rng = rng_start((RngKey){.seed = 21, .purpose = RNG_TEST});
  for (int i = 0; i < MAX_COUNT; i++) {
    values[i] = rng_normal(&rng);
  }
}

/* Value i belongs to lane i % 16; the lanes are added from the first to the last. */
static double sum_by_lanes(const double *terms, size_t count) {
  double lanes[LANES] = {0}, total = 0.0;
  for (size_t i = 0; i < count; i++) {
    lanes[i % LANES] += terms[i];
  }
  for (int l = 0; l < LANES; l++) {
    total += lanes[l];
  }
  return total;
}

static void test_sums_bit_for_bit(void **state) {
  (void)state;
  static float values[MAX_COUNT];
  static double squares[MAX_COUNT], magnitudes[MAX_COUNT];
  fill(values);
  for (int i = 0; i < MAX_COUNT; i++) {
    squares[i] = (double)values[i] * (double)values[i];
    magnitudes[i] = fabs((double)values[i]);
  }
  for (int c = 0; c < COUNT_COUNT; c++) {
    assert_near(vec_sum_squares(values, COUNTS[c]), sum_by_lanes(squares, COUNTS[c]), 0.0);
    assert_near(vec_sum_abs(values, COUNTS[c]), sum_by_lanes(magnitudes, COUNTS[c]), 0.0);
  }
}

/* What a float cannot hold: squares of large gradients, and small terms beside a large one. */
static void test_sums_are_in_doubles(void **state) {
  (void)state;
  float large[3] = {FLT_MAX, -FLT_MAX, 1e30f};
  assert_true(vec_sum_squares(large, 3) > 2e77 && isfinite(vec_sum_squares(large, 3)));
  float mixed[33] = {16777216.0f};
  for (int i = 1; i < 33; i++) {
    mixed[i] = -1.0f;
  }
  assert_near(vec_sum_abs(mixed, 33), 16777216.0 + 32.0, 0.0);
  float bad[20] = {0};
  bad[18] = (float)NAN;
  assert_true(isnan(vec_sum_abs(bad, 20)) && isnan(vec_sum_squares(bad, 20)));
}

static void test_scale(void **state) {
  (void)state;
  static float original[MAX_COUNT], values[MAX_COUNT];
  fill(original);
  for (int c = 0; c < COUNT_COUNT; c++) {
    memcpy(values, original, sizeof values);
    vec_scale(values, COUNTS[c], -0.3f);
    for (size_t i = 0; i < MAX_COUNT; i++) {
      assert_near(values[i], i < COUNTS[c] ? original[i] * -0.3f : original[i], 0.0);
    }
  }
}

static void test_clamp(void **state) {
  (void)state;
  static float original[MAX_COUNT], values[MAX_COUNT];
  fill(original);
  for (int c = 0; c < COUNT_COUNT; c++) {
    memcpy(values, original, sizeof values);
    vec_clamp(values, COUNTS[c], 0.75f);
    for (size_t i = 0; i < MAX_COUNT; i++) {
      double clamped = fmax(-0.75, fmin(0.75, (double)original[i]));
      assert_near(values[i], i < COUNTS[c] ? clamped : (double)original[i], 0.0);
    }
  }
}

static void test_clamp_of_special_values(void **state) {
  (void)state;
  float values[] = {INFINITY, -INFINITY, (float)NAN, 0.5f, -0.5f, 1e-40f};
  vec_clamp(values, sizeof values / sizeof *values, 0.5f);
  assert_near(values[0], 0.5, 0.0);
  assert_near(values[1], -0.5, 0.0);
  assert_true(isnan(values[2]));
  assert_near(values[3], 0.5, 0.0);
  assert_near(values[4], -0.5, 0.0);
  assert_near(values[5], 1e-40f, 0.0);
}

static void test_find_nonfinite(void **state) {
  (void)state;
  const float bad[] = {(float)NAN, -(float)NAN, INFINITY, -INFINITY};
  float values[37];
  for (size_t count = 0; count <= 37; count++) {
    for (size_t at = 0; at < 37; at++) {
      for (int i = 0; i < 37; i++) {
        values[i] = i % 2 == 0 ? FLT_MAX : -1e-45f;
      }
      values[at] = bad[at % 4];
      values[36] = at < 36 ? INFINITY : values[36]; /* the first counts */
      assert_int_equal(vec_find_nonfinite(values, count), at < count ? at : count);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sums_bit_for_bit),
      cmocka_unit_test(test_sums_are_in_doubles),
      cmocka_unit_test(test_scale),
      cmocka_unit_test(test_clamp),
      cmocka_unit_test(test_clamp_of_special_values),
      cmocka_unit_test(test_find_nonfinite),
  };
  return cmocka_run_group_tests_name("vec", tests, NULL, NULL);
}
