/* clock: seconds of the monotonic clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "base/clock.h"

static double monotonic_seconds(void) {
  struct timespec now;
  assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void test_clock(void **state) {
  (void)state;
  enum { READINGS = 10000 };
  double last = monotonic_seconds();
  const double rounding = 1e-6; /* the same moment may differ in the last bits of a double */
  for (int i = 0; i < READINGS; i++) {
    double now = clock_now();
    assert_true(now >= last - rounding);
    last = now;
  }
  assert_true(monotonic_seconds() >= last - rounding);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_clock)};
  return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
