/* Which rows train, validate and test: the file's order where Keras's split is asked for, a file's own test rows, and
 * that what cannot be split is refused with a change that works. That random splits are even is test_dataset's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "data/partition.h"
#include "dataset_fixture.h"

static Partition make_partition(Arena *arena, const Table *table, DataSpec spec) {
  Partition partition;
  Error err = {0};
  if (partition_make(arena, table, &spec, 3, &partition, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return partition;
}

/* Part `part` is the `count` rows from `first` on, in their order. */
static void check_rows(const Partition *partition, int part, int first, int count) {
  assert_int_equal(partition->count[part], count);
  for (int i = 0; i < count; i++) {
    assert_int_equal(partition->rows[partition->first[part] + i], first + i);
  }
}

/* --- split: keras ------------------------------------------------------------------------------------------------- */

static void keras_split_takes_the_last_rows(void **state) {
  static const struct {
    int rows;
    double validation, test;
    int train_rows, test_rows, validation_rows;
  } cases[] = {{10, 0.2, 0.0, 8, 0, 2},      {10, 0.25, 0.0, 7, 0, 3}, {10, 0.24, 0.0, 7, 0, 3},
               {10, 0.21, 0.0, 7, 0, 3},     {10, 0.2, 0.1, 7, 1, 2},  {100, 0.3, 0.2, 50, 20, 30},
               {1000, 1e-9, 0.0, 999, 0, 1}, {2, 0.5, 0.0, 1, 0, 1},   {3, 0.2, 0.3, 1, 1, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Table table = make_table(*state, cases[i].rows, 1, 0);
    DataSpec spec = {.split = SPLIT_KERAS, .validation_split = cases[i].validation, .test_split = cases[i].test};
    Partition partition = make_partition(*state, &table, spec);
    check_rows(&partition, PART_TRAIN, 0, cases[i].train_rows);
    check_rows(&partition, PART_TEST, cases[i].train_rows, cases[i].test_rows);
    check_rows(&partition, PART_VALIDATION, cases[i].train_rows + cases[i].test_rows, cases[i].validation_rows);
  }
}

static void a_subset_stays_in_the_files_order(void **state) {
  Table table = make_table(*state, 300, 1, 3);
  DataSpec spec = {.split = SPLIT_KERAS, .rows = 100, .validation_split = 0.2, .test_split = 0.1};
  Partition partition = make_partition(*state, &table, spec);
  assert_int_equal(partition.count[PART_TRAIN], 70);
  assert_int_equal(partition.count[PART_TEST], 10);
  assert_int_equal(partition.count[PART_VALIDATION], 20);
  for (int i = 1; i < 100; i++) {
    assert_true(partition.rows[i] > partition.rows[i - 1]);
  }
  assert_true(partition.rows[99] > 150); /* drawn from all of them: below 151 by chance with p < 1e-30 */
}

/* --- test rows of a file of their own ----------------------------------------------------------------------------- */

static void own_test_rows_are_the_test(void **state) {
  static const SplitKind kinds[] = {SPLIT_RANDOM, SPLIT_KERAS};
  for (size_t k = 0; k < 2; k++) {
    for (int rows = 0; rows <= 60; rows += 60) {
      Table table = make_table(*state, 120, 1, 3);
      table.test_rows = 20;
      DataSpec spec = {.split = kinds[k], .rows = rows, .validation_split = 0.2, .test_split = 0.3};
      Partition partition = make_partition(*state, &table, spec);
      int used = rows > 0 ? rows : 100;
      bool seen[120] = {false};
      check_rows(&partition, PART_TEST, 100, 20);
      assert_int_equal(partition.count[PART_TRAIN], used * 4 / 5);
      assert_int_equal(partition.count[PART_VALIDATION], used / 5);
      for (int r = 0; r < 120; r++) {
        assert_false(seen[partition.rows[r]]);
        seen[partition.rows[r]] = true;
      }
    }
  }
}

/* --- warnings ----------------------------------------------------------------------------------------------------- */

/* `rows` rows, class by class. */
static Table make_sorted(Arena *arena, int rows, int classes) {
  Table table = make_table(arena, rows, 1, classes);
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)rows);
  for (int r = 0; r < rows; r++) {
    labels[r] = r * classes / rows;
  }
  table.labels = labels;
  return table;
}

static void sorted_files_are_told(void **state) {
  DataSpec keras = {.split = SPLIT_KERAS, .validation_split = 0.25};
  Table sorted = make_sorted(*state, 40, 4), mixed = make_table(*state, 40, 1, 4);
  assert_string_equal(make_partition(*state, &sorted, keras).warning,
                      "set split to random: the file is sorted by class; validation (the last 10 rows) holds 'dog', "
                      "and no row of it trains");
  assert_string_equal(make_partition(*state, &mixed, keras).warning, "");
  assert_string_equal(make_partition(*state, &sorted, (DataSpec){.validation_split = 0.25}).warning, "");
  keras.validation_split = 0.1;
  assert_string_equal(make_partition(*state, &sorted, keras).warning,
                      "set split to random: the file is sorted by class; validation (the last 4 rows) holds no row of "
                      "'ant', 'bee', 'cat'");
  keras.test_split = 0.3;
  assert_string_equal(make_partition(*state, &sorted, keras).warning,
                      "set split to random: the file is sorted by class; validation (the last 4 rows) holds 'dog', and "
                      "no row of it trains");
}

/* A class may be missing by chance: then the file is not called sorted. */
static void a_rare_class_is_told_without_blaming_the_order(void **state) {
  DataSpec keras = {.split = SPLIT_KERAS, .validation_split = 0.25};
  Table table = make_table(*state, 40, 1, 2);
  int32_t labels[40];
  for (int r = 0; r < 40; r++) {
    labels[r] = r == 3 ? 2 : r % 2;
  }
  table.classes = 3;
  table.labels = labels;
  assert_string_equal(make_partition(*state, &table, keras).warning,
                      "set split to random: validation (the last 10 rows) holds no row of 'cat'");
  labels[3] = 1;
  labels[33] = labels[35] = 2;
  assert_string_equal(make_partition(*state, &table, keras).warning,
                      "set split to random: validation (the last 10 rows) holds 'cat', and no row of it trains");
}

static void a_class_of_test_rows_alone_is_told(void **state) {
  Table table = make_table(*state, 40, 1, 2);
  int32_t labels[40];
  for (int r = 0; r < 40; r++) {
    labels[r] = r == 39 ? 2 : r % 2;
  }
  table.classes = 3;
  table.labels = labels;
  table.test_rows = 10;
  assert_string_equal(make_partition(*state, &table, (DataSpec){.validation_split = 0.2}).warning,
                      "the test (10 rows) holds 'cat', and no row of it trains");
}

static void sorted_targets_are_told(void **state) {
  DataSpec keras = {.split = SPLIT_KERAS, .validation_split = 0.25};
  Table table = make_table(*state, 40, 1, 0);
  assert_string_equal(make_partition(*state, &table, keras).warning,
                      "set split to random: the file is sorted by target; validation (the last 10 rows) holds the "
                      "largest values, and training none of them");
  float targets[40] = {[0] = 5.0f, [1] = 7.0f};
  table.targets = targets;
  assert_string_equal(make_partition(*state, &table, keras).warning, "");
}

static void long_lists_of_classes_end_in_dots(void **state) {
  enum { CLASSES = 200, ROWS = 400 };
  const char *names[CLASSES];
  int32_t labels[ROWS];
  for (int k = 0; k < CLASSES; k++) {
    names[k] = arena_printf(*state, "class number %d of a long list of names", k);
  }
  for (int r = 0; r < ROWS; r++) {
    labels[r] = r / 2;
  }
  Table table = make_table(*state, ROWS, 1, 1);
  table.classes = CLASSES;
  table.class_names = names;
  table.labels = labels;
  Partition partition = make_partition(*state, &table, (DataSpec){.split = SPLIT_KERAS, .validation_split = 0.5});
  assert_string_equal(partition.warning,
                      "set split to random: the file is sorted by class; validation (the last 200 rows) holds 'class "
                      "number 100 of', 'class number 101 of', ..., and no row of it trains");
}

/* --- refusals ----------------------------------------------------------------------------------------------------- */

static void check_refused_rows(Arena *arena, int rows, DataSpec spec, const char *message) {
  Table table = make_table(arena, rows, 2, rows > 3 ? 2 : 0);
  check_refused(arena, &table, spec, message);
}

static void what_cannot_be_split_is_refused(void **state) {
  check_refused_rows(*state, 10, (DataSpec){.rows = 11, .validation_split = 0.2},
                     "rows: 11 asked for, but made has 10 (0 means all of them)");
  check_refused_rows(*state, 10, (DataSpec){.rows = -1, .validation_split = 0.2},
                     "rows: -1 asked for, but made has 10 (0 means all of them)");
  check_refused_rows(*state, 30, (DataSpec){.validation_split = 0.01},
                     "validation_split 0.01 of 30 rows leaves none: at least 0.017");
  check_refused_rows(*state, 10, (DataSpec){.validation_split = 0.2, .test_split = 0.01},
                     "test_split 0.01 of 10 rows leaves none: at least 0.05");
  check_refused_rows(
      *state, 10, (DataSpec){.rows = 2, .validation_split = 0.5, .test_split = 0.25},
      "rows: training, validation and test need at least 3, not 2: set test_split to 0, and validation_split to 0.5");
  check_refused_rows(*state, 3, (DataSpec){.rows = 1, .validation_split = 0.5},
                     "rows: training and validation need at least 2, not 1");
  check_refused_rows(*state, 3, (DataSpec){.validation_split = 0.9},
                     "validation_split 0.9 and test_split 0 of 3 rows leave none for training: set validation_split "
                     "to 0.58");
  check_refused_rows(*state, 3, (DataSpec){.validation_split = 0.2, .test_split = 0.5},
                     "validation_split 0.2 and test_split 0.5 of 3 rows leave none for training: set both to 0.25");
  check_refused_rows(*state, 10, (DataSpec){.validation_split = 0.6, .test_split = 0.4},
                     "validation_split 0.6 and test_split 0.4: validation needs some rows, and both together must "
                     "leave some for training");
  check_refused_rows(*state, 10, (DataSpec){.validation_split = (double)NAN},
                     "validation_split nan and test_split 0: validation needs some rows, and both together must leave "
                     "some for training");
}

static void a_class_of_one_row_is_refused(void **state) {
  Table table = make_table(*state, 9, 2, 4);
  table.rows = 5; /* ant, bee, cat, dog, ant */
  DataSpec spec = {.validation_split = 0.2};
  check_refused(*state, &table, spec,
                "made: classes 'bee', 'cat', 'dog' have 1 row each: a split needs 2, one to train on and one to "
                "validate: drop the rows, or merge the classes with others");
  check_refused(*state, &table, (DataSpec){.validation_split = 0.2, .test_split = 0.05},
                "made: classes 'bee', 'cat', 'dog' have 1 row each: a split needs 2, one to train on and one to "
                "validate: drop the rows, or merge the classes with others; test_split 0.05 of 5 rows leaves none: "
                "at least 0.1");
  spec.split = SPLIT_KERAS; /* promises nothing */
  assert_int_equal(prepare(*state, &table, spec, 1).train.rows, 4);
  table.rows = 9; /* twice each, ant three times; with a test row of its own, ant twice */
  table.test_rows = 1;
  spec.split = SPLIT_RANDOM;
  spec.validation_split = 0.5;
  assert_int_equal(prepare(*state, &table, spec, 1).train.rows, 4);
  table.test_rows = 2; /* one dog left */
  check_refused(*state, &table, spec,
                "made: class 'dog' has 1 row: a split needs 2, one to train on and one to validate: drop the row, or "
                "merge the class with another");
}

static void own_test_rows_are_not_asked_for(void **state) {
  Table table = make_table(*state, 30, 1, 2);
  table.test_rows = 10;
  check_refused(*state, &table, (DataSpec){.rows = 21, .validation_split = 0.2},
                "rows: 21 asked for, but made has 20 beside its test rows (0 means all of them)");
}

/* Does what the message proposes. */
static void follow(const char *message, DataSpec *spec) {
  if (strstr(message, "both together must leave some for training")) {
    double smaller = 0.6 / (spec->validation_split + spec->test_split);
    spec->validation_split *= smaller;
    spec->test_split *= smaller;
    return;
  }
  double value;
  assert_true(str_to_double(strrchr(message, ' ') + 1, &value) && value > 0.0);
  if (strstr(message, "set both")) {
    spec->validation_split = spec->test_split = value;
  } else if (strncmp(message, "test_split", strlen("test_split")) == 0) {
    spec->test_split = value;
  } else {
    spec->validation_split = value;
  }
}

/* Several may be needed: one for each fraction, one where their sum is too large then. */
static void every_proposal_works(void **state) {
  static const double splits[] = {1e-6, 0.001, 0.05, 0.1, 1.0 / 3.0, 0.4999, 0.5, 0.9, 0.99, 0.9999};
  enum { SPLITS = sizeof splits / sizeof *splits };
  int refused = 0;
  for (int trial = 0; trial < 2 * 300 * SPLITS * (SPLITS + 1); trial++) {
    int rows = 3 + trial / 2 % 300, v = trial / 600 % SPLITS, t = trial / 600 / SPLITS;
    DataSpec spec = {.split = trial % 2 ? SPLIT_KERAS : SPLIT_RANDOM,
                     .validation_split = splits[v],
                     .test_split = t < SPLITS ? splits[t] : 0.0};
    if (spec.validation_split + spec.test_split >= 1.0) {
      continue;
    }
    Table table = make_table(*state, rows, 1, 0);
    Partition partition;
    Error err = {0};
    Status status = partition_make(*state, &table, &spec, 1, &partition, &err);
    for (int times = 0; times < 5 && status != STATUS_OK; times++) {
      refused++;
      follow(err.text, &spec);
      status = partition_make(*state, &table, &spec, 1, &partition, &err);
    }
    if (status != STATUS_OK) {
      fail_msg("%d rows: %s", rows, err.text);
    }
    arena_reset(*state);
  }
  assert_true(refused > 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(keras_split_takes_the_last_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(a_subset_stays_in_the_files_order, setup, teardown),
      cmocka_unit_test_setup_teardown(own_test_rows_are_the_test, setup, teardown),
      cmocka_unit_test_setup_teardown(sorted_files_are_told, setup, teardown),
      cmocka_unit_test_setup_teardown(a_rare_class_is_told_without_blaming_the_order, setup, teardown),
      cmocka_unit_test_setup_teardown(a_class_of_test_rows_alone_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(sorted_targets_are_told, setup, teardown),
      cmocka_unit_test_setup_teardown(long_lists_of_classes_end_in_dots, setup, teardown),
      cmocka_unit_test_setup_teardown(what_cannot_be_split_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(a_class_of_one_row_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(own_test_rows_are_not_asked_for, setup, teardown),
      cmocka_unit_test_setup_teardown(every_proposal_works, setup, teardown),
  };
  return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
