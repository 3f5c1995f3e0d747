/* Products, row fills and row sums of matrices of odd shapes, against loops in doubles. */
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "death.h"
#include "math/mat.h"
#include "near.h"

enum { MAX_SIDE = 130, MAX_SIZE = MAX_SIDE * MAX_SIDE };

typedef struct Shape {
  int m, k, n;
} Shape;

/* Vectors, single elements, sides just under and over the kernels' blocks, and a product too large for the small path
 * of OpenBLAS. */
static const Shape SHAPES[] = {
    {1, 1, 1},    {1, 7, 1},  {5, 1, 3},    {1, 1, 9},    {9, 1, 1},     {2, 3, 2},       {15, 16, 17},
    {17, 15, 16}, {1, 64, 3}, {33, 31, 65}, {64, 64, 64}, {128, 5, 127}, {129, 130, 128},
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof *SHAPES };

static float a_at[MAX_SIZE], b_at[MAX_SIZE], c_at[MAX_SIZE + 1];

static void fill(float *at, size_t count, uint32_t layer) {
  Rng rng = rng_start((RngKey){.seed = 8, .purpose = RNG_TEST, .layer = layer});
  for (size_t i = 0; i < count; i++) {
    at[i] = rng_normal(&rng);
  }
}

/* Element (row, col) of m, or of its transpose. */
static double element(Mat m, bool transposed, int row, int col) {
  return (double)(transposed ? m.at[col * m.cols + row] : m.at[row * m.cols + col]);
}

/* c = a b + added, where an element's error may be a few roundings of the sum of its terms' magnitudes. */
static void check_product(Mat c, Mat a, bool a_transposed, Mat b, bool b_transposed, double added) {
  int depth = a_transposed ? a.rows : a.cols;
  for (int row = 0; row < c.rows; row++) {
    for (int col = 0; col < c.cols; col++) {
      double sum = added, magnitude = fabs(added);
      for (int k = 0; k < depth; k++) {
        double term = element(a, a_transposed, row, k) * element(b, b_transposed, k, col);
        sum += term;
        magnitude += fabs(term);
      }
      assert_near(c.at[row * c.cols + col], sum, 4.0 * (double)FLT_EPSILON * magnitude);
    }
  }
}

/* The target holds not-a-number, which must not reach the product, and the float behind it must stay. */
static Mat poisoned(int rows, int cols) {
  for (int i = 0; i <= MAX_SIZE; i++) {
    c_at[i] = (float)NAN;
  }
  c_at[rows * cols] = 42.0f;
  return mat_view(c_at, rows, cols);
}

static void test_mul(void **state) {
  (void)state;
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Mat a = mat_view(a_at, SHAPES[s].m, SHAPES[s].k), b = mat_view(b_at, SHAPES[s].k, SHAPES[s].n);
    Mat c = poisoned(SHAPES[s].m, SHAPES[s].n);
    mat_mul(c, a, b, 0.0f);
    check_product(c, a, false, b, false, 0.0);
    for (size_t i = 0; i < mat_size(c); i++) {
      c.at[i] = 3.0f;
    }
    mat_mul(c, a, b, 1.0f);
    check_product(c, a, false, b, false, 3.0);
    assert_near(c.at[mat_size(c)], 42.0, 0.0);
  }
}

static void test_mul_of_a_transposed(void **state) {
  (void)state;
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Mat a = mat_view(a_at, SHAPES[s].k, SHAPES[s].m), b = mat_view(b_at, SHAPES[s].k, SHAPES[s].n);
    Mat c = poisoned(SHAPES[s].m, SHAPES[s].n);
    mat_mul_at(c, a, b);
    check_product(c, a, true, b, false, 0.0);
    assert_near(c.at[mat_size(c)], 42.0, 0.0);
  }
}

static void test_mul_of_b_transposed(void **state) {
  (void)state;
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Mat a = mat_view(a_at, SHAPES[s].m, SHAPES[s].k), b = mat_view(b_at, SHAPES[s].n, SHAPES[s].k);
    Mat c = poisoned(SHAPES[s].m, SHAPES[s].n);
    mat_mul_bt(c, a, b);
    check_product(c, a, false, b, true, 0.0);
    assert_near(c.at[mat_size(c)], 42.0, 0.0);
  }
}

/* A value that is not finite makes its row of the product not finite, and no other: divergence can be placed. */
static void test_not_a_number_stays_in_its_row(void **state) {
  (void)state;
  float a[3 * 4] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, b[4 * 2] = {0}, c[3 * 2];
  a[1 * 4 + 2] = INFINITY; /* times 0 */
  mat_mul(mat_view(c, 3, 2), mat_view(a, 3, 4), mat_view(b, 4, 2), 0.0f);
  for (int i = 0; i < 6; i++) {
    assert_true(i / 2 == 1 ? isnan(c[i]) : c[i] == 0.0f);
  }
}

static void mul_mismatched(void) { mat_mul(mat_view(c_at, 2, 2), mat_view(a_at, 2, 3), mat_view(b_at, 2, 2), 0.0f); }
static void mul_at_mismatched(void) { mat_mul_at(mat_view(c_at, 2, 2), mat_view(a_at, 3, 2), mat_view(b_at, 2, 2)); }
static void mul_bt_mismatched(void) { mat_mul_bt(mat_view(c_at, 2, 2), mat_view(a_at, 2, 3), mat_view(b_at, 2, 2)); }

static void test_shapes_must_fit(void **state) {
  (void)state;
  void (*const cases[])(void) = {mul_mismatched, mul_at_mismatched, mul_bt_mismatched};
  for (int c = 0; c < 3; c++) {
    Death death = death_of(cases[c]);
    assert_int_equal(death.signal, SIGABRT);
    assert_non_null(strstr(death.text, "does not hold"));
  }
}

static void test_fill_rows(void **state) {
  (void)state;
  const float row[3] = {1.5f, -2.0f, 0.25f};
  float at[4 * 3 + 1];
  at[12] = 42.0f;
  mat_fill_rows(mat_view(at, 4, 3), row);
  for (int i = 0; i < 12; i++) {
    assert_near(at[i], row[i % 3], 0.0);
  }
  assert_near(at[12], 42.0, 0.0);
  mat_fill_rows(mat_view(at, 1, 1), row + 1);
  assert_near(at[0], -2.0, 0.0);
}

static void test_sum_rows(void **state) {
  (void)state;
  const int shapes[][2] = {{1, 1}, {1, 9}, {7, 1}, {16, 16}, {33, 17}, {129, 5}, {130, 130}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    Mat m = mat_view(a_at, shapes[s][0], shapes[s][1]), sums = poisoned(1, shapes[s][1]);
    mat_sum_rows(m, sums.at);
    for (int col = 0; col < m.cols; col++) {
      double sum = 0.0, magnitude = 0.0;
      for (int row = 0; row < m.rows; row++) {
        sum += element(m, false, row, col);
        magnitude += fabs(element(m, false, row, col));
      }
      assert_near(sums.at[col], sum, 4.0 * (double)FLT_EPSILON * magnitude);
    }
    assert_near(sums.at[m.cols], 42.0, 0.0);
  }
}

static void test_blas_is_named(void **state) {
  (void)state;
  assert_int_equal(strncmp(blas_name(), "OpenBLAS ", 9), 0);
  assert_true(strlen(blas_name()) > strlen("OpenBLAS 0.0.0 "));
  assert_string_equal(blas_name(), blas_name());
}

/* On a thread of its own: the setting is the thread's, and the other tests keep their denormals. */
static void *halve_the_smallest(void *half) {
  volatile float smallest = FLT_MIN;
  flush_denormals();
  *(float *)half = smallest * 0.5f;
  return NULL;
}

static void test_flush_denormals(void **state) {
  (void)state;
#if defined(__SSE2__) || defined(__aarch64__)
  volatile float smallest = FLT_MIN;
  pthread_t thread;
  float half = 1.0f;
  assert_int_equal(pthread_create(&thread, NULL, halve_the_smallest, &half), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_true(half == 0.0f);
  assert_true(smallest * 0.5f > 0.0f);
#else
  (void)halve_the_smallest;
  skip();
#endif
}

int main(void) {
  blas_init();
  fill(a_at, MAX_SIZE, 1);
  fill(b_at, MAX_SIZE, 2);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mul),
      cmocka_unit_test(test_mul_of_a_transposed),
      cmocka_unit_test(test_mul_of_b_transposed),
      cmocka_unit_test(test_not_a_number_stays_in_its_row),
      cmocka_unit_test(test_shapes_must_fit),
      cmocka_unit_test(test_fill_rows),
      cmocka_unit_test(test_sum_rows),
      cmocka_unit_test(test_blas_is_named),
      cmocka_unit_test(test_flush_denormals),
  };
  return cmocka_run_group_tests_name("mat", tests, NULL, NULL);
}
