/* Synthetic sets: the shapes without noise, point by point; balance; and that seed and noise do what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "arena_fixture.h"
#include "data/table.h"

static Table make(Arena *arena, const char *name, int rows, double noise, uint64_t seed) {
  Table table;
  Error err = {0};
  if (table_make_synthetic(arena, name, rows, noise, seed, &table, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return table;
}

static void check_near(double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance)) {
    fail_msg("%.9g is not within %g of %.9g", value, tolerance, expected);
  }
}

static void check_point(const Table *table, int row, double x, double y, int label) {
  check_near((double)table->cells[2 * row], x, 1e-6);
  check_near((double)table->cells[2 * row + 1], y, 1e-6);
  assert_int_equal(table->labels[row], label);
}

static void every_set_is_a_balanced_table(void **state) {
  static const int sizes[] = {2, 3, 7, 100, 1001};
  int count;
  const char *const *names = table_synthetic_names(&count);
  assert_int_equal(count, 5);
  for (int i = 0; i < count; i++) {
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      Table table = make(*state, names[i], sizes[s], 0.3, 5);
      int class_rows[2] = {0};
      for (int r = 0; r < table.rows; r++) {
        class_rows[table.labels[r]]++;
        assert_true(isfinite(table.cells[2 * r]) && isfinite(table.cells[2 * r + 1]));
      }
      assert_string_equal(table.name, names[i]);
      assert_int_equal(table.task, TASK_CLASSIFICATION);
      assert_int_equal(table.rows, sizes[s]);
      assert_int_equal(table.columns, 2);
      assert_int_equal(table.classes, 2);
      assert_null(table.targets);
      assert_string_equal(table.column[0].name, "x1");
      assert_string_equal(table.column[1].name, "x2");
      assert_int_equal(table.column[0].levels + table.column[1].levels, 0);
      assert_string_equal(table.class_names[0], "0");
      assert_string_equal(table.class_names[1], "1");
      assert_int_equal(table.test_rows, 0);
      assert_string_equal(table.target_name, "label");
      assert_int_equal(class_rows[0], (sizes[s] + 1) / 2);
      assert_int_equal(class_rows[1], sizes[s] / 2);
    }
  }
}

/* make_moons(n_samples=10, shuffle=False, noise=None) of scikit-learn, its two halves taken in turn. */
static void moons_are_scikit_learns(void **state) {
  Table table = make(*state, "moons", 10, 0.0, 1);
  double h = sqrt(0.5);
  check_point(&table, 0, 1, 0, 0);
  check_point(&table, 2, h, h, 0);
  check_point(&table, 4, 0, 1, 0);
  check_point(&table, 6, -h, h, 0);
  check_point(&table, 8, -1, 0, 0);
  check_point(&table, 1, 0, 0.5, 1);
  check_point(&table, 3, 1 - h, 0.5 - h, 1);
  check_point(&table, 5, 1, -0.5, 1);
  check_point(&table, 7, 1 + h, 0.5 - h, 1);
  check_point(&table, 9, 2, 0.5, 1);
}

static void circles_are_scikit_learns(void **state) {
  Table table = make(*state, "circles", 8, 0.0, 1);
  check_point(&table, 0, 1, 0, 0);
  check_point(&table, 2, 0, 1, 0);
  check_point(&table, 4, -1, 0, 0);
  check_point(&table, 6, 0, -1, 0);
  check_point(&table, 1, 0.5, 0, 1);
  check_point(&table, 3, 0, 0.5, 1);
  check_point(&table, 5, -0.5, 0, 1);
  check_point(&table, 7, 0, -0.5, 1);
}

/* Playground's genSpiral: radius 5 i / n, angle 1.75 i / n turns, x by the sine and y by the cosine. */
static void spirals_are_playgrounds(void **state) {
  Table table = make(*state, "spirals", 14, 0.0, 1);
  check_point(&table, 0, 0, 0, 0);
  check_point(&table, 2, 5.0 / 7, 0, 0);
  check_point(&table, 4, 0, -10.0 / 7, 0);
  check_point(&table, 6, -15.0 / 7, 0, 0);
  check_point(&table, 8, 0, 20.0 / 7, 0);
  check_point(&table, 3, -5.0 / 7, 0, 1);
  check_point(&table, 5, 0, 10.0 / 7, 1);
}

static void xor_keeps_its_quadrants_and_margin(void **state) {
  Table table = make(*state, "xor", 4000, 0.0, 1);
  int quadrants[4] = {0};
  double low = INFINITY, high = 0, sum = 0;
  for (int r = 0; r < table.rows; r++) {
    float x = table.cells[2 * r], y = table.cells[2 * r + 1];
    assert_int_equal(table.labels[r], (x > 0) != (y > 0));
    quadrants[2 * (x > 0) + (y > 0)]++;
    low = fmin(low, fmin(fabs((double)x), fabs((double)y)));
    high = fmax(high, fmax(fabs((double)x), fabs((double)y)));
    sum += fabs((double)x) + fabs((double)y);
  }
  for (int q = 0; q < 4; q++) {
    assert_int_equal(quadrants[q], 1000);
  }
  assert_true(low >= 0.3 && low < 0.31);
  assert_true(high <= 5.3 + 1e-6 && high > 5.29);
  check_near(sum / 8000, 2.8, 5.0 * 5.0 / sqrt(12.0 * 8000)); /* 5 standard errors: p = 6e-7 */
}

static void gaussians_have_their_centres_and_deviation(void **state) {
  enum { ROWS = 20000, EACH = ROWS / 2 };
  Table table = make(*state, "gaussians", ROWS, 0.0, 1);
  for (int label = 0; label < 2; label++) {
    for (int axis = 0; axis < 2; axis++) {
      double sum = 0, squares = 0, centre = label == 0 ? -2.0 : 2.0;
      for (int i = 0; i < EACH; i++) {
        double distance = (double)table.cells[2 * (2 * i + label) + axis] - centre;
        sum += distance;
        squares += distance * distance;
      }
      /* 5 standard errors each: p = 6e-7 for a test, of which there are 8. */
      check_near(sum / EACH, 0.0, 5.0 * sqrt(0.5 / EACH));
      check_near(squares / EACH, 0.5, 5.0 * 0.5 * sqrt(2.0 / EACH));
    }
  }
}

/* Noise moves a point along a direction that the seed decides, as far as the noise is large: normal, in both axes. */
static void noise_scales_the_same_displacements(void **state) {
  enum { ROWS = 10000 };
  int count;
  const char *const *names = table_synthetic_names(&count);
  for (int i = 0; i < count; i++) {
    Table clean = make(*state, names[i], ROWS, 0.0, 9), little = make(*state, names[i], ROWS, 0.25, 9);
    Table much = make(*state, names[i], ROWS, 0.5, 9);
    double sum = 0, squares = 0, product = 0;
    for (int v = 0; v < 2 * ROWS; v++) {
      double one = (double)(little.cells[v] - clean.cells[v]), two = (double)(much.cells[v] - clean.cells[v]);
      check_near(two, 2.0 * one, 1e-5);
      sum += two;
      squares += two * two;
      product += v % 2 ? two * (double)(much.cells[v - 1] - clean.cells[v - 1]) : 0.0;
    }
    assert_memory_equal(clean.labels, much.labels, ROWS * sizeof *clean.labels);
    check_near(sum / (2 * ROWS), 0.0, 5.0 * 0.5 / sqrt(2 * ROWS));
    check_near(squares / (2 * ROWS), 0.25, 5.0 * 0.25 / sqrt(ROWS));
    check_near(product / ROWS, 0.0, 5.0 * 0.25 / sqrt(ROWS));
  }
}

static void the_seed_decides(void **state) {
  Table one = make(*state, "moons", 500, 0.2, 1), again = make(*state, "moons", 500, 0.2, 1);
  Table other = make(*state, "moons", 500, 0.2, 2), circles = make(*state, "circles", 500, 0.2, 1);
  assert_memory_equal(one.cells, again.cells, 1000 * sizeof *one.cells);
  assert_memory_equal(one.labels, again.labels, 500 * sizeof *one.labels);
  int same = 0, same_displacement = 0;
  Table moons = make(*state, "moons", 500, 0.0, 1), rings = make(*state, "circles", 500, 0.0, 1);
  for (int v = 0; v < 1000; v++) {
    same += one.cells[v] == other.cells[v];
    same_displacement += fabsf((one.cells[v] - moons.cells[v]) - (circles.cells[v] - rings.cells[v])) < 1e-6f;
  }
  assert_int_equal(same, 0);
  assert_int_equal(same_displacement, 0);
}

static void check_refused(Arena *arena, const char *name, int rows, double noise, const char *message) {
  Table table = {.rows = -1};
  Error err = {0};
  assert_int_not_equal(table_make_synthetic(arena, name, rows, noise, 1, &table, &err), STATUS_OK);
  assert_string_equal(err.text, message);
  assert_int_equal(table.rows, -1);
}

static void bad_settings_are_refused(void **state) {
  check_refused(*state, "moon", 10, 0.0, "no synthetic data set is named 'moon'");
  check_refused(*state, "moons", 1, 0.0, "rows: moons has 2 to 10000000 rows, not 1");
  check_refused(*state, "xor", 10000001, 0.0, "rows: xor has 2 to 10000000 rows, not 10000001");
  check_refused(*state, "xor", -5, 0.0, "rows: xor has 2 to 10000000 rows, not -5");
  check_refused(*state, "xor", 10, -0.5, "noise: a deviation from 0 to 1000 is needed, not -0.5");
  check_refused(*state, "xor", 10, INFINITY, "noise: a deviation from 0 to 1000 is needed, not inf");
  check_refused(*state, "xor", 10, (double)NAN, "noise: a deviation from 0 to 1000 is needed, not nan");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_set_is_a_balanced_table, setup, teardown),
      cmocka_unit_test_setup_teardown(moons_are_scikit_learns, setup, teardown),
      cmocka_unit_test_setup_teardown(circles_are_scikit_learns, setup, teardown),
      cmocka_unit_test_setup_teardown(spirals_are_playgrounds, setup, teardown),
      cmocka_unit_test_setup_teardown(xor_keeps_its_quadrants_and_margin, setup, teardown),
      cmocka_unit_test_setup_teardown(gaussians_have_their_centres_and_deviation, setup, teardown),
      cmocka_unit_test_setup_teardown(noise_scales_the_same_displacements, setup, teardown),
      cmocka_unit_test_setup_teardown(the_seed_decides, setup, teardown),
      cmocka_unit_test_setup_teardown(bad_settings_are_refused, setup, teardown),
  };
  return cmocka_run_group_tests_name("synthetic", tests, NULL, NULL);
}
