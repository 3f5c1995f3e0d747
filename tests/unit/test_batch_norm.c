/* Batch normalization against plain loops in doubles, over any number of rows (its sums run in blocks of 64) and units
 * (in panels of 16): outputs, moving statistics and every gradient. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "nn/batch_norm.h"

static const double MOMENTUM = 0.9, EPSILON = 1e-3;
/* Of the magnitudes of what is added up: a few roundings, and those of the mean that all rows share. */
static const double TOLERANCE = 4e-6;

typedef struct Case {
  Arena arena;
  BatchNorm norm;
  Mat d;      /* dL/dy, and after the backward pass dL/dx */
  Mat dy;     /* a copy of dL/dy */
  float *was; /* moving means and variances before the pass, (2, units padded) */
} Case;

static float *random_floats(Arena *arena, size_t count, Rng *rng) {
  float *at = arena_floats(arena, count);
  for (size_t i = 0; i < count; i++) {
    at[i] = rng_normal(rng);
  }
  return at;
}

/* Pads hold numbers too, as they do behind a sigmoid. */
static Mat random_mat(Arena *arena, int rows, int cols, Rng *rng) {
  return mat_view(random_floats(arena, mat_floats(rows, cols), rng), rows, cols);
}

static void case_make(Case *test, int rows, int units) {
  Rng rng = rng_start((RngKey){.seed = 21, .purpose = RNG_TEST, .layer = (uint32_t)units, .step = (uint64_t)rows});
  size_t padded = (size_t)mat_padded(units);
  Arena *arena = &test->arena;
  arena_init(arena, 0);
  BatchNorm *norm = &test->norm;
  *norm = (BatchNorm){.base = {.ops = &BATCH_NORM_OPS, .in = units, .out = units},
                      .momentum = MOMENTUM,
                      .epsilon = EPSILON,
                      .gamma = random_floats(arena, padded, &rng),
                      .beta = random_floats(arena, padded, &rng),
                      .gamma_grad = random_floats(arena, padded, &rng),
                      .beta_grad = random_floats(arena, padded, &rng)};
  norm->moving_mean = random_floats(arena, 2 * padded, &rng);
  norm->moving_variance = norm->moving_mean + padded;
  norm->base.x = random_mat(arena, rows, units, &rng);
  norm->base.y = random_mat(arena, rows, units, &rng);
  for (int col = 0; col < units; col++) { /* units of different means and deviations */
    for (int row = 0; row < rows; row++) {
      float *x = mat_element(norm->base.x, row, col);
      *x = *x * (0.5f + (float)(col % 7)) + (float)(col % 5);
    }
  }
  test->was = arena_floats(arena, 2 * padded);
  memcpy(test->was, norm->moving_mean, 2 * padded * sizeof(float));
  test->d = random_mat(arena, rows, units, &rng);
  test->dy = mat_view(arena_floats(arena, mat_size(test->d)), rows, units);
  memcpy(test->dy.at, test->d.at, mat_size(test->d) * sizeof(float));
  BATCH_NORM_OPS.reserve(&norm->base, arena, rows);
}

/* One unit's sums over the batch, of n = (x - mean) / sqrt(variance + epsilon) and of dy. */
typedef struct Unit {
  double mean, variance, inv_std, gamma;
  double dy, dy_n;         /* sums */
  double abs_dy, abs_dy_n; /* of magnitudes */
} Unit;

static double x_at(const Case *test, int row, int col) { return (double)*mat_element(test->norm.base.x, row, col); }

static Unit unit_of(const Case *test, int col) {
  int rows = test->d.rows;
  Unit unit = {.gamma = (double)test->norm.gamma[col]};
  for (int row = 0; row < rows; row++) {
    unit.mean += x_at(test, row, col) / rows;
  }
  for (int row = 0; row < rows; row++) {
    double distance = x_at(test, row, col) - unit.mean;
    unit.variance += distance * distance / rows;
  }
  unit.inv_std = 1.0 / sqrt(unit.variance + EPSILON);
  for (int row = 0; row < rows; row++) {
    double dy = (double)*mat_element(test->dy, row, col), n = (x_at(test, row, col) - unit.mean) * unit.inv_std;
    unit.dy += dy;
    unit.dy_n += dy * n;
    unit.abs_dy += fabs(dy);
    unit.abs_dy_n += fabs(dy * n);
  }
  return unit;
}

static void check_rows(const Case *test, int col, const Unit *unit) {
  int rows = test->d.rows;
  double slope = unit->gamma * unit->inv_std;
  for (int row = 0; row < rows; row++) {
    double n = (x_at(test, row, col) - unit->mean) * unit->inv_std, dy = (double)*mat_element(test->dy, row, col);
    double beta = (double)test->norm.beta[col], shift = fabs(unit->mean * unit->inv_std);
    assert_near(*mat_element(test->norm.base.y, row, col), unit->gamma * n + beta,
                TOLERANCE * (fabs(unit->gamma) * (fabs(n) + shift) + fabs(beta)));
    double dx = slope * (dy - unit->dy / rows - n * unit->dy_n / rows);
    double magnitude = fabs(dy) + unit->abs_dy / rows + (fabs(n) + shift) * unit->abs_dy_n / rows;
    assert_near(*mat_element(test->d, row, col), dx, TOLERANCE * fabs(slope) * magnitude);
  }
}

static void check_unit(const Case *test, int col) {
  const BatchNorm *norm = &test->norm;
  Unit unit = unit_of(test, col);
  double was_mean = (double)test->was[col], was_variance = (double)test->was[mat_padded(test->d.cols) + col];
  assert_near(norm->beta_grad[col], unit.dy, TOLERANCE * unit.abs_dy);
  assert_near(norm->gamma_grad[col], unit.dy_n,
              TOLERANCE * (unit.abs_dy_n + fabs(unit.mean * unit.inv_std) * unit.abs_dy));
  assert_near(norm->moving_mean[col], MOMENTUM * was_mean + (1.0 - MOMENTUM) * unit.mean,
              TOLERANCE * (fabs(was_mean) + fabs(unit.mean)));
  assert_near(norm->moving_variance[col], MOMENTUM * was_variance + (1.0 - MOMENTUM) * unit.variance,
              TOLERANCE * (fabs(was_variance) + unit.variance));
  check_rows(test, col, &unit);
}

static void check(int rows, int units) {
  Case test;
  case_make(&test, rows, units);
  Pass pass = {.train = true};
  int panels = mat_panels(units);
  for (int p = panels - 1; p >= 0; p--) { /* panel by panel, as a team does */
    BATCH_NORM_OPS.forward(&test.norm.base, &pass, (Span){p, p + 1});
  }
  BATCH_NORM_OPS.backward(&test.norm.base, test.d, (Span){0, panels});
  for (int col = 0; col < units; col++) {
    check_unit(&test, col);
  }
  arena_deinit(&test.arena);
}

static void test_any_rows_and_units(void **state) {
  (void)state;
  static const int rows[] = {1, 2, 3, 5, 63, 64, 65, 67, 127, 128, 129, 256, 1000}, units[] = {1, 15, 16, 17, 49};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
      check(rows[r], units[u]);
    }
  }
}

/* In inference each row for itself, by the moving statistics, which stay. */
static void test_inference(void **state) {
  (void)state;
  Case test;
  case_make(&test, 65, 17);
  BatchNorm *norm = &test.norm;
  Pass pass = {.train = false};
  for (int col = 0; col < 17; col++) {
    norm->moving_variance[col] = fabsf(norm->moving_variance[col]);
  }
  memcpy(test.was, norm->moving_mean, 2 * (size_t)mat_padded(17) * sizeof(float));
  BATCH_NORM_OPS.forward(&norm->base, &pass, (Span){0, 2});
  for (int i = 0; i < 65 * 17; i++) {
    int row = i / 17, col = i % 17;
    double scale = (double)norm->gamma[col] / sqrt((double)norm->moving_variance[col] + EPSILON);
    double x = x_at(&test, row, col), mean = (double)norm->moving_mean[col], beta = (double)norm->beta[col];
    assert_near(*mat_element(norm->base.y, row, col), (x - mean) * scale + beta,
                TOLERANCE * ((fabs(x) + fabs(mean)) * fabs(scale) + fabs(beta)));
  }
  assert_memory_equal(test.was, norm->moving_mean, 2 * (size_t)mat_padded(17) * sizeof(float));
  arena_deinit(&test.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_any_rows_and_units),
      cmocka_unit_test(test_inference),
  };
  return cmocka_run_group_tests_name("batch_norm", tests, NULL, NULL);
}
