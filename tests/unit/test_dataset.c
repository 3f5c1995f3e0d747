/* Data sets: what goes into which part, that nothing of validation or test reaches what is fitted on training, and that
 * settings which should not touch each other do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "base/rng.h"
#include "data/split.h"
#include "dataset_fixture.h"

static const DataSpec PLAIN = {.validation_split = 0.2, .test_split = 0.1};

/* Without scaling a part is a copy of the table's rows. */
static void check_copy(const Part *part, const Table *table, bool *seen) {
  for (int i = 0; i < part->rows; i++) {
    int row = part->source[i];
    assert_in_range(row, 0, table->rows - 1);
    assert_false(seen[row]);
    seen[row] = true;
    assert_memory_equal(part->x + i * table->columns, table->cells + row * table->columns,
                        (size_t)table->columns * sizeof *part->x);
    if (table->labels) {
      assert_int_equal(part->labels[i], table->labels[row]);
    } else {
      assert_true(part->targets[i] == table->targets[row]);
    }
  }
}

static void check_untouched(Arena *arena, const Table *table, int train, int validation, int test) {
  Dataset dataset = prepare(arena, table, PLAIN, 5);
  bool *seen = ARENA_ARRAY(arena, bool, (size_t)table->rows);
  assert_int_equal(dataset.task, table->task);
  assert_int_equal(dataset.features, table->columns);
  assert_int_equal(dataset.filled, 0);
  assert_string_equal(dataset.warning, "");
  assert_int_equal(dataset.classes, table->classes);
  assert_int_equal(dataset.train.rows, train);
  assert_int_equal(dataset.validation.rows, validation);
  assert_int_equal(dataset.test.rows, test);
  assert_int_equal(dataset.flipped, 0);
  assert_int_equal(dataset.train.labels != NULL, table->labels != NULL);
  assert_int_equal(dataset.train.targets != NULL, table->targets != NULL);
  assert_true(dataset.target_mean == 0.0f && dataset.target_scale == 1.0f);
  for (int f = 0; f < table->columns; f++) {
    assert_true(dataset.mean[f] == 0.0f && dataset.scale[f] == 1.0f);
  }
  check_copy(&dataset.train, table, seen);
  check_copy(&dataset.validation, table, seen);
  check_copy(&dataset.test, table, seen);
}

static void every_row_is_in_one_part_as_it_was(void **state) {
  Table iris = load_table(*state, "iris"), wine = load_table(*state, "wine"), concrete = load_table(*state, "concrete");
  check_untouched(*state, &iris, 105, 30, 15);
  check_untouched(*state, &wine, 124, 36, 18);
  check_untouched(*state, &concrete, 721, 206, 103);
}

static void classes_are_spread_evenly(void **state) {
  Table iris = load_table(*state, "iris");
  Dataset dataset = prepare(*state, &iris, PLAIN, 5);
  const Part *parts[] = {&dataset.train, &dataset.validation, &dataset.test};
  for (int p = 0; p < 3; p++) {
    int counts[3] = {0};
    for (int i = 0; i < parts[p]->rows; i++) {
      counts[parts[p]->labels[i]]++;
    }
    assert_int_equal(counts[0], parts[p]->rows / 3);
    assert_int_equal(counts[1], parts[p]->rows / 3);
    assert_int_equal(counts[2], parts[p]->rows / 3);
  }
}

static void fractions_are_rounded_to_the_nearest_row(void **state) {
  static const struct {
    int rows;
    double validation, test;
    int train_rows, validation_rows, test_rows;
  } cases[] = {{10, 0.25, 0.0, 7, 3, 0}, {10, 0.24, 0.0, 8, 2, 0},      {10, 0.1, 0.1, 8, 1, 1},
               {7, 0.3, 0.3, 3, 2, 2},   {100, 0.29, 0.0, 71, 29, 0},   {3, 0.34, 0.33, 1, 1, 1},
               {2, 0.5, 0.0, 1, 1, 0},   {1000, 0.0005, 0.0, 999, 1, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Table table = make_table(*state, cases[i].rows, 2, 0);
    DataSpec spec = {.validation_split = cases[i].validation, .test_split = cases[i].test};
    Dataset dataset = prepare(*state, &table, spec, 1);
    assert_int_equal(dataset.train.rows, cases[i].train_rows);
    assert_int_equal(dataset.validation.rows, cases[i].validation_rows);
    assert_int_equal(dataset.test.rows, cases[i].test_rows);
  }
}

static void a_subset_keeps_the_classes_balance(void **state) {
  Table digits = load_table(*state, "digits");
  DataSpec spec = PLAIN;
  spec.rows = 400;
  Dataset dataset = prepare(*state, &digits, spec, 5), other = prepare(*state, &digits, spec, 6);
  const Part *parts[] = {&dataset.train, &dataset.validation, &dataset.test};
  int counts[10] = {0};
  for (int p = 0; p < 3; p++) {
    for (int i = 0; i < parts[p]->rows; i++) {
      counts[parts[p]->labels[i]]++;
    }
  }
  assert_int_equal(dataset.train.rows, 280);
  assert_int_equal(dataset.validation.rows, 80);
  assert_int_equal(dataset.test.rows, 40);
  for (int k = 0; k < 10; k++) {
    assert_in_range(counts[k], 38, 41); /* 400 times 174 / 1797 .. 183 / 1797 */
  }
  assert_memory_not_equal(dataset.train.source, other.train.source, 280 * sizeof *dataset.train.source);
}

/* A synthetic table was made with `rows` rows: asking for them again must change nothing. */
static void all_rows_asked_for_is_all_rows(void **state) {
  Table moons = load_table(*state, "moons");
  DataSpec spec = PLAIN;
  Dataset all = prepare(*state, &moons, spec, 5);
  spec.rows = moons.rows;
  Dataset again = prepare(*state, &moons, spec, 5);
  assert_int_equal(all.train.rows, 700);
  assert_memory_equal(all.train.source, again.train.source, 700 * sizeof *all.train.source);
}

/* Recomputes mean and deviation of the training rows from the table, with another formula. */
static void standardising_is_fitted_on_training_rows(void **state) {
  Table table = load_table(*state, "breast_cancer");
  DataSpec spec = PLAIN;
  spec.standardize = true;
  Dataset dataset = prepare(*state, &table, spec, 5);
  int n = dataset.train.rows;
  for (int f = 0; f < table.columns; f++) {
    double sum = 0, squares = 0, scaled_sum = 0, scaled_squares = 0;
    for (int i = 0; i < n; i++) {
      double value = (double)table.cells[dataset.train.source[i] * table.columns + f];
      double scaled = (double)dataset.train.x[i * table.columns + f];
      sum += value;
      squares += value * value;
      scaled_sum += scaled;
      scaled_squares += scaled * scaled;
    }
    double mean = sum / n, deviation = sqrt(squares / n - mean * mean);
    assert_true(fabs((double)dataset.mean[f] - mean) <= 1e-6 * fabs(mean));
    assert_true(fabs((double)dataset.scale[f] - deviation) <= 1e-5 * deviation);
    assert_true(fabs(scaled_sum / n) < 1e-5);
    assert_true(fabs(scaled_squares / n - 1.0) < 1e-5);
  }
  for (int i = 0; i < dataset.test.rows; i++) {
    float raw = table.cells[dataset.test.source[i] * table.columns];
    assert_true(dataset.test.x[i * table.columns] ==
                (float)(((double)raw - (double)dataset.mean[0]) / (double)dataset.scale[0]));
  }
}

static void validation_and_test_rows_do_not_leak(void **state) {
  enum { ROWS = 200, FEATURES = 3 };
  Table table = make_table(*state, ROWS, FEATURES, 0);
  float *targets = arena_floats(*state, ROWS);
  memcpy(targets, table.targets, ROWS * sizeof *targets);
  table.targets = targets;
  DataSpec spec = PLAIN;
  spec.standardize = spec.scale_target = true;
  Dataset before = prepare(*state, &table, spec, 5);
  int validation = before.validation.source[3], test = before.test.source[2];
  table.cells[validation * FEATURES + 1] = 1e9f;
  table.cells[test * FEATURES + 2] = -1e9f;
  targets[validation] = 1e12f;
  targets[test] = -1e12f;
  Dataset after = prepare(*state, &table, spec, 5);
  assert_memory_equal(before.mean, after.mean, FEATURES * sizeof *before.mean);
  assert_memory_equal(before.scale, after.scale, FEATURES * sizeof *before.scale);
  assert_true(before.target_mean == after.target_mean && before.target_scale == after.target_scale);
  assert_memory_equal(before.train.x, after.train.x, (size_t)before.train.rows * FEATURES * sizeof *before.train.x);
  assert_memory_equal(before.train.targets, after.train.targets,
                      (size_t)before.train.rows * sizeof *before.train.targets);
  assert_true(after.validation.x[3 * FEATURES + 1] > 1e6f);
  assert_true(after.test.x[2 * FEATURES + 2] < -1e6f);
  /* The same extreme in a training row must move what is fitted, or this test would prove nothing. */
  table.cells[before.train.source[0] * FEATURES + 1] = 1e9f;
  assert_true(prepare(*state, &table, spec, 5).mean[1] > 1e6f);
}

/* Constant on the training rows: exactly 0 there, elsewhere the distance from it; 0.1 is no sum of powers of two. */
static void constant_features_survive(void **state) {
  enum { ROWS = 150, FEATURES = 2 };
  Table table = make_table(*state, ROWS, FEATURES, 3);
  for (int r = 0; r < ROWS; r++) {
    table.cells[r * FEATURES] = 0.1f;
  }
  DataSpec spec = PLAIN;
  spec.standardize = true;
  Dataset dataset = prepare(*state, &table, spec, 5);
  table.cells[dataset.validation.source[0] * FEATURES] = 2.5f;
  dataset = prepare(*state, &table, spec, 5);
  assert_true(dataset.mean[0] == 0.1f && dataset.scale[0] == 1.0f);
  for (int i = 0; i < dataset.train.rows; i++) {
    assert_true(dataset.train.x[i * FEATURES] == 0.0f);
  }
  assert_true(dataset.validation.x[0] == (float)(2.5 - (double)0.1f));
  assert_true(dataset.validation.x[FEATURES] == 0.0f);
}

/* In single precision the sum over these rows loses most of what distinguishes them. */
static void large_values_keep_their_deviation(void **state) {
  enum { ROWS = 10000, FEATURES = 2 };
  Table table = make_table(*state, ROWS, FEATURES, 2);
  for (int r = 0; r < ROWS; r++) {
    table.cells[r * FEATURES + 1] = r % 4 < 2 ? 8388608.0f : 8388610.0f;
  }
  DataSpec spec = {.validation_split = 0.5, .standardize = true};
  Dataset dataset = prepare(*state, &table, spec, 5);
  assert_true(fabsf(dataset.mean[1] - 8388609.0f) <= 0.5f);
  assert_true(fabsf(dataset.scale[1] - 1.0f) < 0.01f);
}

static void targets_are_scaled_where_wanted(void **state) {
  Table table = load_table(*state, "diabetes");
  DataSpec spec = PLAIN;
  spec.scale_target = true;
  Dataset dataset = prepare(*state, &table, spec, 5);
  double sum = 0, squares = 0;
  for (int i = 0; i < dataset.train.rows; i++) {
    sum += (double)dataset.train.targets[i];
    squares += (double)dataset.train.targets[i] * (double)dataset.train.targets[i];
  }
  assert_true(fabs(sum) < 1e-4 && fabs(squares / dataset.train.rows - 1.0) < 1e-6);
  for (int i = 0; i < dataset.validation.rows; i++) {
    double back = (double)dataset.validation.targets[i] * (double)dataset.target_scale + (double)dataset.target_mean;
    assert_true(fabs(back - (double)table.targets[dataset.validation.source[i]]) < 1e-4);
  }
  assert_true(dataset.mean[0] == 0.0f && dataset.scale[0] == 1.0f);
}

static void label_noise_flips_that_many_training_labels(void **state) {
  Table digits = load_table(*state, "digits");
  Dataset clean = prepare(*state, &digits, PLAIN, 5);
  for (int percent = 0; percent <= 100; percent += 20) {
    DataSpec spec = PLAIN;
    spec.label_noise = percent / 100.0;
    Dataset noisy = prepare(*state, &digits, spec, 5);
    int changed = 0, expected = (int)lround(spec.label_noise * clean.train.rows);
    for (int i = 0; i < clean.train.rows; i++) {
      assert_in_range(noisy.train.labels[i], 0, 9);
      changed += noisy.train.labels[i] != clean.train.labels[i];
    }
    assert_int_equal(changed, expected);
    assert_int_equal(noisy.flipped, expected);
    assert_memory_equal(noisy.train.source, clean.train.source, (size_t)clean.train.rows * sizeof(int32_t));
    assert_memory_equal(noisy.train.x, clean.train.x, (size_t)(clean.train.rows * clean.features) * sizeof(float));
    assert_memory_equal(noisy.validation.labels, clean.validation.labels,
                        (size_t)clean.validation.rows * sizeof(int32_t));
    assert_memory_equal(noisy.test.labels, clean.test.labels, (size_t)clean.test.rows * sizeof(int32_t));
  }
}

static void more_label_noise_adds_to_less(void **state) {
  Table digits = load_table(*state, "digits");
  DataSpec spec = PLAIN;
  Dataset clean = prepare(*state, &digits, spec, 5);
  spec.label_noise = 0.1;
  Dataset little = prepare(*state, &digits, spec, 5);
  spec.label_noise = 0.4;
  Dataset much = prepare(*state, &digits, spec, 5);
  for (int i = 0; i < clean.train.rows; i++) {
    assert_true(little.train.labels[i] == clean.train.labels[i] || little.train.labels[i] == much.train.labels[i]);
  }
}

static void two_classes_flip_to_each_other(void **state) {
  Table moons = load_table(*state, "moons");
  DataSpec spec = PLAIN;
  spec.label_noise = 1.0;
  Dataset dataset = prepare(*state, &moons, spec, 5);
  for (int i = 0; i < dataset.train.rows; i++) {
    assert_int_equal(dataset.train.labels[i], 1 - moons.labels[dataset.train.source[i]]);
  }
}

static void check_same_rows(const Dataset *a, const Dataset *b) {
  assert_int_equal(a->train.rows, b->train.rows);
  assert_memory_equal(a->train.source, b->train.source, (size_t)a->train.rows * sizeof(int32_t));
  assert_memory_equal(a->validation.source, b->validation.source, (size_t)a->validation.rows * sizeof(int32_t));
  assert_memory_equal(a->test.source, b->test.source, (size_t)a->test.rows * sizeof(int32_t));
}

static void same_seed_same_bits_and_scaling_moves_no_row(void **state) {
  Table wine = load_table(*state, "wine");
  DataSpec spec = PLAIN;
  spec.standardize = true;
  spec.label_noise = 0.2;
  spec.rows = 150;
  Dataset one = prepare(*state, &wine, spec, 5), again = prepare(*state, &wine, spec, 5);
  check_same_rows(&one, &again);
  assert_memory_equal(one.train.x, again.train.x, (size_t)one.train.rows * 13 * sizeof(float));
  assert_memory_equal(one.train.labels, again.train.labels, (size_t)one.train.rows * sizeof(int32_t));
  spec.standardize = false;
  spec.label_noise = 0.5;
  Dataset other = prepare(*state, &wine, spec, 5);
  check_same_rows(&one, &other);
  Dataset reseeded = prepare(*state, &wine, spec, 6);
  assert_memory_not_equal(one.train.source, reseeded.train.source, (size_t)one.train.rows * sizeof(int32_t));
}

/* Which rows are drawn does not depend on how they are split. */
static void the_subset_does_not_depend_on_the_split(void **state) {
  Table digits = load_table(*state, "digits");
  DataSpec spec = {.rows = 100, .validation_split = 0.2, .test_split = 0.1};
  Dataset one = prepare(*state, &digits, spec, 5);
  spec.validation_split = 0.5;
  spec.test_split = 0.0;
  Dataset other = prepare(*state, &digits, spec, 5);
  bool used[2][1797] = {{false}};
  const Dataset *sets[] = {&one, &other};
  for (int s = 0; s < 2; s++) {
    const Part *parts[] = {&sets[s]->train, &sets[s]->validation, &sets[s]->test};
    for (int p = 0; p < 3; p++) {
      for (int i = 0; i < parts[p]->rows; i++) {
        used[s][parts[p]->source[i]] = true;
      }
    }
  }
  assert_memory_equal(used[0], used[1], sizeof used[0]);
}

/* The streams are the ones that dataset.h names. */
static void the_rows_are_those_of_the_named_streams(void **state) {
  enum { ROWS = 200, USED = 100 };
  Table table = make_table(*state, ROWS, 2, 2);
  DataSpec spec = {.rows = USED, .validation_split = 0.2, .test_split = 0.1, .label_noise = 0.1};
  Dataset dataset = prepare(*state, &table, spec, 5);
  SplitPlan subset = {.parts = 2, .part_rows = {USED, ROWS - USED}, .guaranteed = 1};
  SplitPlan parts = {.parts = 3, .part_rows = {70, 20, 10}, .guaranteed = 3};
  uint32_t rows[ROWS];
  for (uint32_t r = 0; r < ROWS; r++) {
    rows[r] = r;
  }
  split_rows(*state, rng_start((RngKey){.seed = 5, .purpose = RNG_SUBSET}), &subset, table.labels, 2, rows);
  split_rows(*state, rng_start((RngKey){.seed = 5, .purpose = RNG_SPLIT}), &parts, table.labels, 2, rows);
  assert_memory_equal(dataset.train.source, rows, 70 * sizeof *rows);
  assert_memory_equal(dataset.validation.source, rows + 70, 20 * sizeof *rows);
  assert_memory_equal(dataset.test.source, rows + 90, 10 * sizeof *rows);
  for (uint32_t i = 0; i < 70; i++) {
    rows[i] = i;
  }
  Rng noise = rng_start((RngKey){.seed = 5, .purpose = RNG_NOISE});
  rng_shuffle(&noise, rows, 70);
  for (int i = 0; i < 70; i++) {
    bool flipped = dataset.train.labels[rows[i]] != table.labels[dataset.train.source[rows[i]]];
    assert_int_equal(flipped, i < 7);
  }
}

static void settings_that_cannot_be_met_are_refused(void **state) {
  Table table = make_table(*state, 10, 2, 2), regression = make_table(*state, 10, 2, 0);
  Table one_class = make_table(*state, 10, 2, 1);
  check_refused(*state, &table, (DataSpec){.validation_split = 0.2, .label_noise = 1.5},
                "label_noise: a fraction from 0 to 1 is needed, not 1.5");
  check_refused(*state, &regression, (DataSpec){.validation_split = 0.2, .label_noise = 0.1},
                "label_noise: made has no classes to confuse: set label_noise to 0");
  check_refused(*state, &one_class, (DataSpec){.validation_split = 0.2, .label_noise = 0.1},
                "label_noise: made has no classes to confuse: set label_noise to 0");
}

static void values_that_cannot_be_scaled_are_refused(void **state) {
  Table table = make_table(*state, 100, 3, 0);
  Dataset dataset = prepare(*state, &table, PLAIN, 1);
  for (int r = 0; r < 100; r++) {
    table.cells[3 * r + 1] = (float)r * 1e-20f;
  }
  table.cells[3 * dataset.validation.source[0] + 1] = 1e30f;
  DataSpec spec = PLAIN;
  spec.standardize = true;
  check_refused(*state, &table, spec,
                "column 'f1': validation or test rows are too far from the training rows to scale: set standardize to "
                "false");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_row_is_in_one_part_as_it_was, setup, teardown),
      cmocka_unit_test_setup_teardown(classes_are_spread_evenly, setup, teardown),
      cmocka_unit_test_setup_teardown(fractions_are_rounded_to_the_nearest_row, setup, teardown),
      cmocka_unit_test_setup_teardown(a_subset_keeps_the_classes_balance, setup, teardown),
      cmocka_unit_test_setup_teardown(all_rows_asked_for_is_all_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(standardising_is_fitted_on_training_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(validation_and_test_rows_do_not_leak, setup, teardown),
      cmocka_unit_test_setup_teardown(constant_features_survive, setup, teardown),
      cmocka_unit_test_setup_teardown(large_values_keep_their_deviation, setup, teardown),
      cmocka_unit_test_setup_teardown(targets_are_scaled_where_wanted, setup, teardown),
      cmocka_unit_test_setup_teardown(label_noise_flips_that_many_training_labels, setup, teardown),
      cmocka_unit_test_setup_teardown(more_label_noise_adds_to_less, setup, teardown),
      cmocka_unit_test_setup_teardown(two_classes_flip_to_each_other, setup, teardown),
      cmocka_unit_test_setup_teardown(same_seed_same_bits_and_scaling_moves_no_row, setup, teardown),
      cmocka_unit_test_setup_teardown(the_subset_does_not_depend_on_the_split, setup, teardown),
      cmocka_unit_test_setup_teardown(the_rows_are_those_of_the_named_streams, setup, teardown),
      cmocka_unit_test_setup_teardown(settings_that_cannot_be_met_are_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(values_that_cannot_be_scaled_are_refused, setup, teardown),
  };
  return cmocka_run_group_tests_name("dataset", tests, NULL, NULL);
}
