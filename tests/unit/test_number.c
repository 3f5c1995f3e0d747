/* Decimal numbers: every accepted text gives the float that strtof gives, bit for bit, on the fast path and off it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "data/number.h"

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void check_equals_strtof(const char *text) {
  float value = 123.0f, expected = strtof(text, NULL);
  NumberResult result = number_parse(text, strlen(text), &value);
  if (result != NUMBER_OK || bits_of(value) != bits_of(expected)) {
    fail_msg("'%s': result %d, %.9g instead of %.9g", text, (int)result, (double)value, (double)expected);
  }
}

static void exact_values(void **state) {
  (void)state;
  static const struct {
    const char *text;
    float value;
  } cases[] = {{"0", 0.0f},          {"7", 7.0f},           {"-12.5", -12.5f},      {"+3", 3.0f},
               {".5", 0.5f},         {"5.", 5.0f},          {"1e3", 1000.0f},       {"2.5E-1", 0.25f},
               {"1e+2", 100.0f},     {"16777216", 0x1p24f}, {"0.1", 0.1f},          {"3.4028235e38", FLT_MAX},
               {"1e-45", 0x1p-149f}, {"1e-60", 0.0f},       {"0e999999999", 0.0f},  {"00012", 12.0f},
               {"1e-400", 0.0f},     {"0.000000", 0.0f},    {"1e0000000002", 1e2f}, {"1.17549435e-38", FLT_MIN}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    float value = 99.0f;
    assert_int_equal(number_parse(cases[i].text, strlen(cases[i].text), &value), NUMBER_OK);
    if (value != cases[i].value) {
      fail_msg("'%s' gave %.9g", cases[i].text, (double)value);
    }
  }
  float minus_zero = 1.0f;
  assert_int_equal(number_parse("-0", 2, &minus_zero), NUMBER_OK);
  assert_true(signbit(minus_zero) && minus_zero == 0.0f);
}

static void texts_that_are_no_numbers(void **state) {
  (void)state;
  static const char *const texts[] = {"",    "+",   "-",        ".",    "e5",      ".e5",  "1e",    "1e+",
                                      "1e-", "--1", "1 ",       " 1",   "1,5",     "0x10", "1.2.3", "1_0",
                                      "nan", "NaN", "inf",      "-inf", "1f",      "1e5.", "1e5e",  "abc",
                                      "1-",  "+-1", "\xC2\xBD", "1d5",  "infinity"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    float value = 99.0f;
    if (number_parse(texts[i], strlen(texts[i]), &value) != NUMBER_NONE || value != 99.0f) {
      fail_msg("'%s' was taken for %g", texts[i], (double)value);
    }
  }
  float value;
  assert_int_equal(number_parse("1\0", 2, &value), NUMBER_NONE);
}

static void the_largest_float_is_the_limit(void **state) {
  (void)state;
  float value = 99.0f;
  /* Halfway between FLT_MAX and the next power of two is the first that does not fit. */
  assert_int_equal(number_parse("340282356779733661637539395458142568447", 39, &value), NUMBER_OK);
  assert_true(value == FLT_MAX);
  value = 99.0f;
  assert_int_equal(number_parse("340282356779733661637539395458142568448", 39, &value), NUMBER_TOO_LARGE);
  assert_int_equal(number_parse("-1e39", 5, &value), NUMBER_TOO_LARGE);
  assert_int_equal(number_parse("1e999999999999999999", 20, &value), NUMBER_TOO_LARGE);
  assert_true(value == 99.0f);
}

/* A double rounds these to exactly halfway between two floats, which hides on which side of it they were. */
static void no_digit_is_lost_by_rounding_twice(void **state) {
  (void)state;
  float value;
  assert_int_equal(number_parse("16777217", 8, &value), NUMBER_OK);
  assert_true(value == 16777216.0f);
  assert_int_equal(number_parse("16777217.000000001", 18, &value), NUMBER_OK);
  assert_true(value == 16777218.0f);
  assert_int_equal(number_parse("1.00000005960464477539", 22, &value), NUMBER_OK);
  assert_true(value == 1.0f);
  assert_int_equal(number_parse("1.000000059604644776", 20, &value), NUMBER_OK);
  assert_true(value == 0x1.000002p0f);
  assert_int_equal(number_parse("8.000000476837159", 17, &value), NUMBER_OK); /* few enough digits for the fast path */
  assert_true(value == 0x1.000002p3f);
}

static void random_texts_agree_with_strtof(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 1});
  char text[64];
  for (int i = 0; i < 200000; i++) {
    uint64_t digits = ((uint64_t)rng_u32(&rng) << 32 | rng_u32(&rng)) >> rng_below(&rng, 64);
    int exponent = (int)rng_below(&rng, 84) - 56;
    (void)snprintf(text, sizeof text, "%s%llue%d", i % 2 ? "-" : "", (unsigned long long)digits, exponent);
    float expected = strtof(text, NULL);
    if (!isinf(expected)) {
      check_equals_strtof(text);
    }
  }
}

static void random_floats_and_their_midpoints_agree_with_strtof(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 2});
  char text[400];
  for (int i = 0; i < 100000; i++) {
    uint32_t bits = rng_u32(&rng) & 0x7FFFFFFF;
    float value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value) || value == FLT_MAX) {
      continue;
    }
    double midpoint = ((double)value + (double)nextafterf(value, INFINITY)) / 2.0;
    int digits = 6 + (int)rng_below(&rng, 14);
    (void)snprintf(text, sizeof text, "%.*g", digits, (double)value);
    check_equals_strtof(text);
    (void)snprintf(text, sizeof text, "%.*g", digits, midpoint);
    check_equals_strtof(text);
    (void)snprintf(text, sizeof text, "%.20f", midpoint);
    check_equals_strtof(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_values),
      cmocka_unit_test(texts_that_are_no_numbers),
      cmocka_unit_test(the_largest_float_is_the_limit),
      cmocka_unit_test(no_digit_is_lost_by_rounding_twice),
      cmocka_unit_test(random_texts_agree_with_strtof),
      cmocka_unit_test(random_floats_and_their_midpoints_agree_with_strtof),
  };
  return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
