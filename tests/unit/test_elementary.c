/* How far each elementary function is from the true value, over sweeps of all floats' bit patterns, and what it makes
 * of values that are not finite. The C library's doubles are the truth. The bounds were found by sweeps 70 times as
 * dense as these; they hold with gcc's and clang's vectors and one value at a time. */
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "math/elementary.h"
#include "math/mat.h"
#include "near.h"
#include "nn/activation.h"

static const uint32_t STRIDE = 4093; /* a prime: a million patterns, with every ending of the significand */
static const uint32_t INFINITE = 0x7F800000u;

typedef struct Function {
  const char *name;
  float (*of)(float);
  double (*truth)(double);
  double low, high; /* where the bounds hold */
  double ulps;      /* largest error in units in the last place of the true value */
  double absolute;  /* largest error */
} Function;

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }
static double softplus(double x) { return fmax(x, 0.0) + log1p(exp(-fabs(x))); }

static const Function FUNCTIONS[] = {
    {"exp", elem_exp, exp, -INFINITY, INFINITY, 1.0, INFINITY},
    {"log1p_unit", elem_log1p_unit, log1p, 0.0, 1.0, 2.0, 1e-7},
    {"sigmoid", elem_sigmoid, sigmoid, -87.0, INFINITY, 2.5, 1e-7},
    {"sigmoid below", elem_sigmoid, sigmoid, -INFINITY, -87.0, INFINITY, 2e-38}, /* 0 from -88.73 on */
    {"tanh", elem_tanh, tanh, -INFINITY, INFINITY, 1.5, 8e-8},
    {"softplus", elem_softplus, softplus, -INFINITY, INFINITY, 3.0, INFINITY},
    {"erf", elem_erf, erf, 1e-30, INFINITY, 7.0, 4.1e-7},
    {"erf below", elem_erf, erf, -INFINITY, -1e-30, 7.0, 4.1e-7},
    {"erf near 0", elem_erf, erf, -1e-30, 1e-30, INFINITY, 1e-36}, /* a numerator that underflows */
    {"expm1_negative", elem_expm1_negative, expm1, -INFINITY, 0.0, 4.0, 1.2e-7},
};
enum { FUNCTION_COUNT = sizeof FUNCTIONS / sizeof *FUNCTIONS };

/* The distance between two neighbouring floats at `value`. */
static double ulp_of(double value) {
  int exponent = 0;
  (void)frexp(value, &exponent);
  return fabs(value) < (double)FLT_MIN ? 0x1p-149 : ldexp(1.0, exponent - FLT_MANT_DIG);
}

/* Infinite where one of the two overflows a float and the other does not. */
static double error_of(float actual, double expected) {
  bool same = (double)actual == expected || (isinf(actual) && isinf((float)expected));
  return same ? 0.0 : fabs((double)actual - expected);
}

/* A value outside its bound; `function` is NULL when there is none. Tests cannot fail on a thread of their own. */
typedef struct Miss {
  const Function *function;
  float x;
} Miss;

/* An error up to `excuse` is let go. */
static bool within_bound(const Function *function, float x, double excuse) {
  double expected = function->truth((double)x);
  double bound = fmax(fmin(function->ulps * ulp_of(expected), function->absolute), excuse);
  return error_of(function->of(x), expected) <= bound;
}

static Miss sweep_one(const Function *function, double excuse) {
  for (uint32_t bits = 0; bits <= INFINITE; bits += STRIDE) {
    for (uint32_t sign = 0; sign < 2; sign++) {
      float x = float_from_bits(bits | sign << 31);
      if ((double)x >= function->low && (double)x <= function->high && !within_bound(function, x, excuse)) {
        return (Miss){function, x};
      }
    }
  }
  return (Miss){NULL, 0.0f};
}

static Miss sweep(double excuse) {
  Miss miss = {NULL, 0.0f};
  for (int f = 0; f < FUNCTION_COUNT && !miss.function; f++) {
    miss = sweep_one(&FUNCTIONS[f], excuse);
  }
  return miss;
}

static void assert_no_miss(Miss miss) {
  if (miss.function) {
    float y = miss.function->of(miss.x);
    double expected = miss.function->truth((double)miss.x), error = error_of(y, expected);
    fail_msg("%s(%.9g) is %.9g, not %.9g: an error of %.3g, %.3g ulp", miss.function->name, (double)miss.x, (double)y,
             expected, error, error / ulp_of(expected));
  }
}

static void test_errors_are_bounded(void **state) {
  (void)state;
  assert_no_miss(sweep(0.0));
}

static void test_errors_at_the_worst_places(void **state) {
  (void)state;
  const float places[] = {-28.0675869f, 0.0155464401f, 0.933532953f, -16.6517277f, 0.649974167f, 0.625f,
                          0.62499994f,  -1.26796591f,  14.5560904f,  3.20127416f,  3.94061661f,  -0.498833507f,
                          -0.5f,        -0.49999997f,  88.7228317f,  88.7228394f,  -87.3365402f, -103.972076f};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    for (int f = 0; f < FUNCTION_COUNT; f++) {
      const Function *function = &FUNCTIONS[f];
      double x = (double)places[i];
      if (x >= function->low && x <= function->high && !within_bound(function, places[i], 0.0)) {
        assert_no_miss((Miss){function, places[i]});
      }
    }
  }
}

/* Training threads take denormals as 0 (math/mat.h): nothing may come of that but a 0 for a value near it. */
static void *sweep_without_denormals(void *miss) {
  flush_denormals();
  *(Miss *)miss = sweep(1e-36);
  return NULL;
}

static void test_errors_are_bounded_without_denormals(void **state) {
  (void)state;
  pthread_t thread;
  Miss miss;
  assert_int_equal(pthread_create(&thread, NULL, sweep_without_denormals, &miss), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_no_miss(miss);
}

static void test_not_a_number_stays(void **state) {
  (void)state;
  const uint32_t payloads[] = {0x7FC00000u, 0xFFC00000u, 0x7F800001u, 0xFFFFFFFFu};
  for (int f = 0; f < FUNCTION_COUNT; f++) {
    for (int p = 0; p < 4; p++) {
      float y = FUNCTIONS[f].of(float_from_bits(payloads[p]));
      if (!isnan(y)) {
        fail_msg("%s makes %g of not-a-number", FUNCTIONS[f].name, (double)y);
      }
    }
  }
}

static void test_limits(void **state) {
  (void)state;
  const struct {
    float (*of)(float);
    float low, high; /* at minus and plus infinity, and at the largest floats */
  } cases[] = {
      {elem_exp, 0.0f, INFINITY},      {elem_sigmoid, 0.0f, 1.0f}, {elem_tanh, -1.0f, 1.0f},
      {elem_softplus, 0.0f, INFINITY}, {elem_erf, -1.0f, 1.0f},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    assert_near(cases[c].of(-INFINITY), cases[c].low, 0.0);
    assert_near(cases[c].of(-FLT_MAX), cases[c].low, 0.0);
    assert_true(cases[c].of(INFINITY) == cases[c].high);
  }
  assert_true(isinf(elem_exp(FLT_MAX)));
  assert_near(elem_sigmoid(FLT_MAX), 1.0, 0.0);
  assert_near(elem_tanh(FLT_MAX), 1.0, 0.0);
  assert_near(elem_erf(FLT_MAX), 1.0, 0.0);
  assert_near(elem_softplus(FLT_MAX), FLT_MAX, 0.0);
  assert_near(elem_expm1_negative(-INFINITY), -1.0, 0.0);
  assert_near(elem_expm1_negative(-FLT_MAX), -1.0, 0.0);
}

static void test_exact_values(void **state) {
  (void)state;
  assert_near(elem_exp(0.0f), 1.0, 0.0);
  assert_near(elem_log1p_unit(0.0f), 0.0, 0.0);
  assert_near(elem_sigmoid(0.0f), 0.5, 0.0);
  assert_near(elem_tanh(0.0f), 0.0, 0.0);
  assert_near(elem_erf(0.0f), 0.0, 0.0);
  assert_near(elem_expm1_negative(0.0f), 0.0, 0.0);
  assert_near(elem_exp(1e-40f), 1.0, 0.0); /* denormals */
  assert_near(elem_tanh(1e-40f), 1e-40f, 0.0);
  assert_near(elem_expm1_negative(-1e-40f), -1e-40f, 0.0);
}

static void test_ranges_and_symmetry(void **state) {
  (void)state;
  for (uint32_t bits = 0; bits <= INFINITE; bits += STRIDE) {
    float x = float_from_bits(bits), y = float_from_bits(bits | 0x80000000u);
    assert_true(elem_tanh(x) == -elem_tanh(y) && elem_tanh(x) <= 1.0f);
    assert_true(elem_erf(x) == -elem_erf(y) && elem_erf(x) <= 1.0f + 3e-7f);
    assert_true(elem_sigmoid(x) <= 1.0f && elem_sigmoid(y) >= 0.0f);
    assert_true(elem_exp(y) >= 0.0f && elem_exp(y) <= 1.0f);
  }
}

static void test_signs_are_bits(void **state) {
  (void)state;
  assert_int_equal(float_bits(elem_abs(-0.0f)), 0);
  assert_near(elem_abs(-3.5f), 3.5, 0.0);
  assert_true(isinf(elem_abs(-INFINITY)) && elem_abs(-INFINITY) > 0.0f);
  assert_near(elem_copysign(3.0f, -0.0f), -3.0, 0.0);
  assert_near(elem_copysign(-3.0f, 7.0f), 3.0, 0.0);
  assert_true(isnan(elem_copysign((float)NAN, -1.0f)));
}

/* One value at a time gives the bits that a kernel gives in whichever vectors this machine has, at every place in a
 * vector and in its rest. */
static void test_vectors_give_the_same_bits(void **state) {
  (void)state;
  enum { COUNT = 4112 }; /* 257 lines */
  static float x[COUNT] __attribute__((aligned(64))), y[COUNT] __attribute__((aligned(64)));
  for (int i = 0; i < COUNT; i++) {
    x[i] = (float)(i - COUNT / 2) * (12.0f / COUNT);
  }
  const struct {
    Activation activation;
    float (*of)(float);
  } cases[] = {{ACTIVATION_SIGMOID, elem_sigmoid}, {ACTIVATION_TANH, elem_tanh}, {ACTIVATION_SOFTPLUS, elem_softplus}};
  for (int c = 0; c < 3; c++) {
    ActivationLayer layer = {.base = {.ops = &ACTIVATION_OPS, .x = mat_view(x, 1, COUNT), .y = mat_view(y, 1, COUNT)},
                             .activation = cases[c].activation};
    ACTIVATION_OPS.forward(&layer.base, &(Pass){.train = true}, mat_all(layer.base.y));
    for (int i = 0; i < COUNT; i++) {
      assert_int_equal(float_bits(y[i]), float_bits(cases[c].of(x[i])));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_errors_are_bounded),
      cmocka_unit_test(test_errors_at_the_worst_places),
      cmocka_unit_test(test_errors_are_bounded_without_denormals),
      cmocka_unit_test(test_not_a_number_stays),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_exact_values),
      cmocka_unit_test(test_ranges_and_symmetry),
      cmocka_unit_test(test_signs_are_bits),
      cmocka_unit_test(test_vectors_give_the_same_bits),
  };
  return cmocka_run_group_tests_name("elementary", tests, NULL, NULL);
}
