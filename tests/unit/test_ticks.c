/* ticks: round positions and the numbers beside an axis, by table; among the cases those that break arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "canvas/chart.h"

static Arena arena;

static int setup(void **state) {
  (void)state;
  arena_init(&arena, 0);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  arena_deinit(&arena);
  return 0;
}

static const char *ticks_text(double low, double high, int max, bool log_scale) {
  double ticks[64];
  char *text = arena_alloc(&arena, 1024, 1, 1);
  int count = chart_ticks(low, high, max, log_scale, ticks);
  assert_true(count <= max || max < 0);
  for (int i = 0; i < count; i++) {
    size_t used = strlen(text);
    (void)snprintf(text + used, 1024 - used, "%s%g", i > 0 ? " " : "", ticks[i]);
  }
  return text;
}

static void test_linear_ticks(void **state) {
  (void)state;
  static const struct {
    double low, high;
    int max;
    const char *ticks;
  } cases[] = {
      {0, 1, 6, "0 0.2 0.4 0.6 0.8 1"},
      {0, 1, 5, "0 0.5 1"},
      {0, 1, 11, "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"},
      {0, 100, 7, "0 20 40 60 80 100"},
      {0, 2.5, 4, "0 1 2"},
      {-3, 7, 4, "0 5"},
      {-1, 1, 5, "-1 -0.5 0 0.5 1"},
      {0.3, 0.6, 4, "0.3 0.4 0.5 0.6"},
      {1e8, 3e8, 3, "1e+08 2e+08 3e+08"},
      {-4e38, 4e38, 5, "-4e+38 -2e+38 0 2e+38 4e+38"},
      {1e-45, 4e-45, 4, "1e-45 2e-45 3e-45 4e-45"},
      {-1, 1, 1, "0"},
      {1, 1, 5, ""},
      {2, 1, 5, ""},
      {0, 1, 0, ""},
      {0, 1, -4, ""},
      {0, (double)INFINITY, 5, ""},
      {(double)NAN, 1, 5, ""},
      {-DBL_MAX, DBL_MAX, 5, ""},
      {0, 5e-324, 5, ""},
      {1e16, 1e16 + 4, 5, ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(ticks_text(cases[i].low, cases[i].high, cases[i].max, false), cases[i].ticks);
  }
}

static void test_log_ticks(void **state) {
  (void)state;
  static const struct {
    double low, high;
    int max;
    const char *ticks;
  } cases[] = {
      {0.01, 10, 4, "0.01 0.1 1 10"},
      {0.01, 10, 9, "0.01 0.1 1 10"},
      {0.01, 10, 10, "0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10"},
      {0.5, 20, 8, "0.5 1 2 5 10 20"},
      {1e-8, 1e8, 5, "1e-06 0.001 1 1000 1e+06"},
      {1e-45, 3e38, 4, "1e-40 1e-20 1 1e+20"},
      {1.1, 1.9, 4, "1.2 1.4 1.6 1.8"},
      {0, 10, 4, ""},
      {-1, 10, 4, ""},
      {1, (double)INFINITY, 4, ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(ticks_text(cases[i].low, cases[i].high, cases[i].max, true), cases[i].ticks);
  }
}

static void test_tick_labels(void **state) {
  (void)state;
  static const struct {
    double value, step;
    const char *label;
  } cases[] = {
      {0, 0.5, "0.0"},
      {2.5, 0.5, "2.5"},
      {2.5, 1.25, "2.50"},
      {0, 0.25, "0.00"},
      {3, 1, "3"},
      {-1e-17, 0.1, "0.0"},
      {0.30000000000000004, 0.1, "0.3"},
      {1000, 200, "1000"},
      {1e6, 2e5, "1.0e6"},
      {1.2e6, 2e5, "1.2e6"},
      {-4e38, 2e38, "-4e38"},
      {0.002, 0.002, "0.002"},
      {1e-5, 1e-5, "1e-5"},
      {1.2e-4, 1e-5, "1.2e-4"},
      {0, 1e-5, "0"},
      {1e-45, 1e-45, "1e-45"},
      {0.0001, 0.0001, "0.0001"},
      {(double)NAN, 1, "nan"},
      {1, (double)NAN, "1"},
      {12, 0, "12"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char label[32];
    chart_tick_label(label, sizeof label, cases[i].value, cases[i].step);
    assert_string_equal(label, cases[i].label);
  }
  char tiny[4];
  chart_tick_label(tiny, sizeof tiny, 1.2345e-30, 1e-34);
  assert_int_equal(strlen(tiny), 3);
}

static void test_value_labels(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *label;
  } cases[] = {
      {0.0213, "0.0213"},
      {0.021349, "0.0213"},
      {0.21349, "0.2135"},
      {1.25, "1.25"},
      {312, "312"},
      {9999, "9999"},
      {12345.6, "12346"},
      {4.1e6, "4.1e+06"},
      {0, "0"},
      {-0.0, "0"},
      {-1.5, "-1.5"},
      {1e-8, "1e-08"},
      {0.9999, "0.9999"},
      {0.99999, "1"},
      {(double)NAN, "nan"},
      {-(double)NAN, "nan"},
      {(double)INFINITY, "inf"},
      {-(double)INFINITY, "-inf"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char label[32];
    chart_value_label(label, sizeof label, cases[i].value);
    assert_string_equal(label, cases[i].label);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_linear_ticks, setup, teardown),
      cmocka_unit_test_setup_teardown(test_log_ticks, setup, teardown),
      cmocka_unit_test_setup_teardown(test_tick_labels, setup, teardown),
      cmocka_unit_test_setup_teardown(test_value_labels, setup, teardown),
  };
  return cmocka_run_group_tests_name("ticks", tests, NULL, NULL);
}
