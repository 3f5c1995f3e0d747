/* What runs over several seeds say together: means, Student's t, pairs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/spread.h"
#include "near.h"

static const double NONE = (double)NAN;

/* Values of tables of Student's t. */
static void test_student(void **state) {
  (void)state;
  const struct {
    double chance, within;
    int freedom;
  } known[] = {{0.95, 12.706204736174694, 1},
               {0.95, 4.302652729749462, 2},
               {0.95, 3.182446305283708, 3},
               {0.95, 2.776445105197793, 4},
               {0.95, 2.570581835636314, 5},
               {0.95, 2.262157162798205, 9},
               {0.95, 2.042272456301238, 30},
               {0.95, 1.983971518523552, 100},
               {0.99, 63.65674116287158, 1},
               {0.99, 4.604094871349993, 4},
               {0.99, 3.249835541592142, 9},
               {0.90, 2.131846786326649, 4},
               {0.50, 1.0, 1},
               {0.50, 0.7406970841126830, 4}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    assert_near(student_within(known[i].chance, known[i].freedom), known[i].within, 1e-9 * known[i].within);
  }
  assert_near(student_within(0.95, 1000000), 1.959966, 1e-5); /* nearly normal */
}

static void test_spread(void **state) {
  (void)state;
  Spread spread = spread_of((const double[]){2.0, NONE, 4.0, 9.0}, 4);
  assert_int_equal(spread.count, 3);
  assert_near(spread.mean, 5.0, 1e-12);
  assert_near(spread.min, 2.0, 0.0);
  assert_near(spread.max, 9.0, 0.0);
  assert_near(spread.deviation, sqrt(13.0), 1e-12);
  spread = spread_of((const double[]){0.1, 0.1, 0.1}, 3);
  assert_near(spread.mean, 0.1, 0.0);
  assert_near(spread.deviation, 0.0, 0.0);
}

static void test_few_values(void **state) {
  (void)state;
  Spread spread = spread_of((const double[]){7.0, NONE}, 2);
  assert_int_equal(spread.count, 1);
  assert_near(spread.mean, 7.0, 0.0);
  assert_true(isnan(spread.deviation));
  spread = spread_of(&NONE, 1);
  assert_int_equal(spread.count, 0);
  assert_true(isnan(spread.mean) && isnan(spread.min) && isnan(spread.max) && isnan(spread.deviation));
}

/* Differences 1 0 -3 2, and two seeds that one of the two has no value for. */
static void test_pairs(void **state) {
  (void)state;
  const double first[] = {1.0, 2.0, 4.0, 3.0, NONE, 8.0}, second[] = {2.0, 2.0, 1.0, 5.0, 7.0, NONE};
  Pairs pairs = pairs_of(first, second, 6);
  assert_int_equal(pairs.difference.count, 4);
  assert_int_equal(pairs.higher, 2);
  assert_int_equal(pairs.lower, 1);
  assert_near(pairs.difference.mean, 0.0, 1e-12);
  assert_near(pairs.difference.deviation, sqrt(14.0 / 3.0), 1e-12);
  double half = 3.182446305283708 * sqrt(14.0 / 3.0) / 2.0;
  assert_near(pairs.low, -half, 1e-9);
  assert_near(pairs.high, half, 1e-9);
  pairs = pairs_of(first, second, 1);
  assert_near(pairs.difference.mean, 1.0, 0.0);
  assert_true(isnan(pairs.low) && isnan(pairs.high));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_student), cmocka_unit_test(test_spread),
                                     cmocka_unit_test(test_few_values), cmocka_unit_test(test_pairs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
