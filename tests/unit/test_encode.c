/* Columns to features: each rule by hand; random tables against a plain reference that looks each cell up again;
 * nothing of validation and test rows reaches what is learnt; rows move within their memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "data/encode.h"
#include "data/permute.h"
#include "dataset_fixture.h"
#include "near.h"

/* A regression on one column: the first `train` cells train. In the file's order. */
static Dataset encode_column(Arena *arena, TableColumn column, const float *cells, int train, int validation) {
  TableColumn *kept = ARENA_NEW(arena, TableColumn);
  *kept = column;
  Table table = make_table(arena, train + validation, 1, 0);
  table.column = kept;
  memcpy(table.cells, cells, (size_t)table.rows * sizeof *cells);
  double split = ((double)validation - 0.5) / table.rows;
  Dataset dataset = prepare(arena, &table, (DataSpec){.split = SPLIT_KERAS, .validation_split = split}, 1);
  assert_int_equal(dataset.train.rows, train);
  return dataset;
}

/* `names` ends with NULL. */
static void check_names(const Dataset *dataset, const char *const *names) {
  int f = 0;
  for (; names[f]; f++) {
    assert_true(f < dataset->features);
    assert_string_equal(dataset->feature_names[f], names[f]);
  }
  assert_int_equal(dataset->features, f);
}

/* `expected` (features). */
static void check_row(const Dataset *dataset, const Part *part, int row, int features, const float *expected) {
  assert_int_equal(dataset->features, features);
  for (int f = 0; f < features; f++) {
    assert_near(part->x[row * features + f], expected[f], 0.0);
  }
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static void a_missing_number_gets_the_median_and_is_marked(void **state) {
  const TableColumn age = {.name = "age"};
  Dataset odd = encode_column(*state, age, (float[]){5, NAN, 1, 100, NAN, 7}, 4, 2);
  check_names(&odd, (const char *const[]){"age", "age missing", NULL});
  check_row(&odd, &odd.train, 0, 2, (float[]){5, 0});
  check_row(&odd, &odd.train, 1, 2, (float[]){5, 1});
  check_row(&odd, &odd.validation, 0, 2, (float[]){5, 1});
  check_row(&odd, &odd.validation, 1, 2, (float[]){7, 0});
  assert_int_equal(odd.filled, 2);
  Dataset even = encode_column(*state, age, (float[]){8, 3, NAN, 4, 100, 7}, 5, 1);
  check_row(&even, &even.train, 2, 2, (float[]){6, 1});
}

static void missing_only_outside_training_is_filled_and_not_marked(void **state) {
  Dataset dataset = encode_column(*state, (TableColumn){.name = "age"}, (float[]){5, 1, 100, NAN, 7}, 3, 2);
  check_names(&dataset, (const char *const[]){"age", NULL});
  check_row(&dataset, &dataset.validation, 0, 1, (float[]){5});
  assert_int_equal(dataset.filled, 1);
}

static void a_column_that_training_never_sees_is_zero(void **state) {
  Dataset dataset = encode_column(*state, (TableColumn){.name = "age"}, (float[]){NAN, NAN, NAN, 30}, 2, 2);
  check_names(&dataset, (const char *const[]){"age", "age missing", NULL});
  check_row(&dataset, &dataset.train, 0, 2, (float[]){0, 1});
  check_row(&dataset, &dataset.validation, 0, 2, (float[]){0, 1});
  check_row(&dataset, &dataset.validation, 1, 2, (float[]){0, 0});
  assert_int_equal(dataset.filled, 0);
}

/* --- categories --------------------------------------------------------------------------------------------------- */

static const char *const PORTS[] = {"Bari", "Kiel", "Oslo", "Riga"};

static void levels_are_features_most_frequent_first(void **state) {
  const TableColumn port = {.name = "port", .levels = 4, .level_names = PORTS};
  Dataset dataset = encode_column(*state, port, (float[]){0, 2, 1, 2, 1, 3, NAN, 4}, 5, 3);
  check_names(&dataset, (const char *const[]){"port=Kiel", "port=Oslo", "port=Bari", NULL});
  check_row(&dataset, &dataset.train, 0, 3, (float[]){0, 0, 1});
  check_row(&dataset, &dataset.train, 1, 3, (float[]){0, 1, 0});
  check_row(&dataset, &dataset.train, 2, 3, (float[]){1, 0, 0});
  check_row(&dataset, &dataset.validation, 0, 3, (float[]){0, 0, 0}); /* Riga does not train */
  check_row(&dataset, &dataset.validation, 1, 3, (float[]){0, 0, 0}); /* nor does a missing one */
  check_row(&dataset, &dataset.validation, 2, 3, (float[]){0, 0, 0}); /* past all levels: of a test file */
  assert_int_equal(dataset.filled, 0);
}

static void a_missing_category_is_a_level(void **state) {
  const TableColumn port = {.name = "port", .levels = 4, .level_names = PORTS};
  Dataset dataset = encode_column(*state, port, (float[]){2, NAN, 1, 1, NAN, 0}, 4, 2);
  check_names(&dataset, (const char *const[]){"port=Kiel", "port=Oslo", "port missing", NULL});
  check_row(&dataset, &dataset.train, 1, 3, (float[]){0, 0, 1});
  check_row(&dataset, &dataset.validation, 0, 3, (float[]){0, 0, 1});
  check_row(&dataset, &dataset.validation, 1, 3, (float[]){0, 0, 0});
}

static void two_levels_are_one_feature(void **state) {
  const TableColumn sex = {.name = "sex", .levels = 2, .level_names = (const char *const[]){"female", "male"}};
  Dataset dataset = encode_column(*state, sex, (float[]){1, 0, 1, 1, NAN}, 4, 1);
  check_names(&dataset, (const char *const[]){"sex=male", NULL});
  check_row(&dataset, &dataset.train, 0, 1, (float[]){1});
  check_row(&dataset, &dataset.train, 1, 1, (float[]){0});
  check_row(&dataset, &dataset.validation, 0, 1, (float[]){0});
  Dataset three = encode_column(*state, sex, (float[]){1, 0, 1, NAN, 1}, 4, 1);
  check_names(&three, (const char *const[]){"sex=male", "sex=female", "sex missing", NULL});
}

/* 25 levels, level k in 1 + k / 2 training rows: the 20 most frequent are 6 .. 24 and 4, which comes before 5
 * and is as frequent. */
static void rare_levels_are_others(void **state) {
  enum { LEVELS = 26, MOST = 400 };
  const char *names[LEVELS];
  float cells[MOST];
  int rows = 0;
  for (int k = 0; k < LEVELS; k++) {
    names[k] = arena_printf(*state, "%c", 'a' + k);
    for (int i = 0; k < LEVELS - 1 && i < 1 + k / 2; i++) {
      cells[rows++] = (float)k;
    }
  }
  cells[rows] = 25.0f;
  cells[rows + 1] = NAN;
  const TableColumn column = {.name = "c", .levels = LEVELS, .level_names = names};
  Dataset dataset = encode_column(*state, column, cells, rows, 2);
  assert_int_equal(dataset.features, ENCODE_MAX_LEVELS + 1);
  assert_string_equal(dataset.feature_names[0], "c=y");
  assert_string_equal(dataset.feature_names[1], "c=w");
  assert_string_equal(dataset.feature_names[2], "c=x");
  assert_string_equal(dataset.feature_names[19], "c=e");
  assert_string_equal(dataset.feature_names[20], "c=other");
  float other[ENCODE_MAX_LEVELS + 1] = {[20] = 1.0f}, first[ENCODE_MAX_LEVELS + 1] = {[0] = 1.0f};
  check_row(&dataset, &dataset.train, 0, ENCODE_MAX_LEVELS + 1, other);
  check_row(&dataset, &dataset.train, rows - 1, ENCODE_MAX_LEVELS + 1, first);
  check_row(&dataset, &dataset.validation, 0, ENCODE_MAX_LEVELS + 1, other);
  check_row(&dataset, &dataset.validation, 1, ENCODE_MAX_LEVELS + 1, other);
}

static void twenty_levels_need_no_other(void **state) {
  const char *names[ENCODE_MAX_LEVELS];
  float cells[ENCODE_MAX_LEVELS + 1];
  for (int k = 0; k < ENCODE_MAX_LEVELS; k++) {
    names[k] = arena_printf(*state, "%d", k);
    cells[k] = (float)k;
  }
  cells[ENCODE_MAX_LEVELS] = 7.0f;
  const TableColumn column = {.name = "c", .levels = ENCODE_MAX_LEVELS, .level_names = names};
  Dataset dataset = encode_column(*state, column, cells, ENCODE_MAX_LEVELS, 1);
  assert_int_equal(dataset.features, ENCODE_MAX_LEVELS);
  assert_string_equal(dataset.feature_names[19], "c=19");
}

static void indicators_are_standardised_too(void **state) {
  const TableColumn age = {.name = "age"};
  Table table = make_table(*state, 5, 1, 0);
  table.column = &age;
  memcpy(table.cells, (float[]){1, 3, NAN, 3, 1}, 5 * sizeof(float));
  Dataset dataset =
      prepare(*state, &table, (DataSpec){.split = SPLIT_KERAS, .validation_split = 0.2, .standardize = true}, 1);
  assert_near(dataset.mean[0], 2.5, 0.0); /* 1, 3, 3, 3: the median of 1, 3, 3 is counted in */
  assert_near(dataset.mean[1], 0.25, 0.0);
  assert_near(dataset.scale[1], sqrt(0.1875), 1e-7);
  assert_near(dataset.train.x[2 * 2 + 1], 0.75 / sqrt(0.1875), 1e-6);
}

/* --- random tables against a plain reference ------------------------------------------------------------------------
 */

enum { COLUMNS = 5, LEVELS = 40 };

/* Numbers, numbers with gaps, a category of two levels, one of few and one of many. Few different numbers: there are
 * ties for the median and between levels. */
static Table make_random(Arena *arena, Rng *rng, int rows) {
  static const int levels[COLUMNS] = {0, 0, 2, 6, LEVELS};
  static TableColumn columns[COLUMNS];
  const char **names = ARENA_ARRAY(arena, const char *, LEVELS);
  for (int k = 0; k < LEVELS; k++) {
    names[k] = arena_printf(arena, "l%d", k);
  }
  Table table = make_table(arena, rows, COLUMNS, 0);
  uint32_t gap = rng_below(rng, 3) == 0 ? 100000 : 3 + rng_below(rng, 30);
  for (int c = 0; c < COLUMNS; c++) {
    columns[c] = (TableColumn){arena_printf(arena, "c%d", c), levels[c], levels[c] > 0 ? names : NULL};
    for (int r = 0; r < rows; r++) {
      uint32_t drawn = rng_below(rng, levels[c] > 0 ? (uint32_t)levels[c] + (rng_below(rng, 20) == 0) : 12);
      table.cells[r * COLUMNS + c] = c > 0 && rng_below(rng, gap) == 0 ? NAN : (float)drawn;
    }
  }
  table.column = columns;
  return table;
}

static float cell_of(const Table *table, const Part *part, int row, int column) {
  return table->cells[part->source[row] * table->columns + column];
}

static int compare_floats(const void *a, const void *b) {
  float one = *(const float *)a, other = *(const float *)b;
  return (one > other) - (one < other);
}

static float plain_median(const Table *table, const Part *train, int column, int *missing) {
  float *values = calloc((size_t)train->rows, sizeof *values);
  int count = 0;
  for (int r = 0; r < train->rows; r++) {
    float cell = cell_of(table, train, r, column);
    if (!isnan(cell)) {
      values[count++] = cell;
    }
  }
  qsort(values, (size_t)count, sizeof *values, compare_floats);
  *missing = train->rows - count;
  float median = count == 0 ? 0.0f : (values[(count - 1) / 2] + values[count / 2]) / 2.0f;
  free(values);
  return median;
}

static int count_cells(const Table *table, const Part *train, int column, int code) {
  int count = 0;
  for (int r = 0; r < train->rows; r++) {
    float cell = cell_of(table, train, r, column);
    count += code < 0 ? isnan(cell) : cell == (float)code;
  }
  return count;
}

/* The place of level `code` among the levels of the training rows, by frequency; -1: it is not there. */
static int plain_place(const Table *table, const Part *train, int column, int code) {
  int own = count_cells(table, train, column, code), place = 0;
  for (int k = 0; k < table->column[column].levels; k++) {
    int rows = count_cells(table, train, column, k);
    place += rows > own || (rows == own && k < code);
  }
  return own == 0 || code >= table->column[column].levels ? -1 : place;
}

/* What feature `name` of a column must be for `cell`. */
static float plain_feature(const Table *table, const Part *train, int column, const char *name, float cell) {
  const TableColumn *of = &table->column[column];
  const char *what = name + strlen(of->name);
  int missing;
  if (of->levels == 0) {
    float median = plain_median(table, train, column, &missing);
    return *what ? (float)isnan(cell) : isnan(cell) ? median : cell;
  }
  if (strcmp(what, " missing") == 0) {
    return (float)isnan(cell);
  }
  bool marked = count_cells(table, train, column, -1) > 0;
  int place = isnan(cell) ? -1 : plain_place(table, train, column, (int)cell);
  if (strcmp(what, "=other") == 0) {
    return place >= ENCODE_MAX_LEVELS || (place < 0 && !(isnan(cell) && marked)) ? 1.0f : 0.0f;
  }
  return !isnan(cell) && (int)cell < of->levels && strcmp(what + 1, of->level_names[(int)cell]) == 0 ? 1.0f : 0.0f;
}

/* The names that a column's features must have; returns how many. */
static int plain_names(const Table *table, const Part *train, int column, char names[][32]) {
  const TableColumn *of = &table->column[column];
  int count = 0, levels = 0, second = -1, missing = count_cells(table, train, column, -1);
  if (of->levels == 0) {
    (void)snprintf(names[count++], 32, "%s", of->name);
  }
  for (int k = 0; k < of->levels; k++) {
    int place = plain_place(table, train, column, k);
    levels += place >= 0;
    second = place >= 0 ? k : second;
    if (place >= 0 && place < ENCODE_MAX_LEVELS) {
      (void)snprintf(names[place], 32, "%s=%s", of->name, of->level_names[k]);
      count++;
    }
  }
  if (levels == 2 && missing == 0) {
    (void)snprintf(names[0], 32, "%s=%s", of->name, of->level_names[second]);
    return 1;
  }
  if (levels > ENCODE_MAX_LEVELS) {
    (void)snprintf(names[count++], 32, "%s=other", of->name);
  }
  if (missing > 0) {
    (void)snprintf(names[count++], 32, "%s missing", of->name);
  }
  return count;
}

static void check_part(const Table *table, const Dataset *dataset, const Part *part, const int *column_of) {
  for (int r = 0; r < part->rows; r++) {
    for (int f = 0; f < dataset->features; f++) {
      /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): column_of has all features */
      float cell = cell_of(table, part, r, column_of[f]);
      /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): column_of has all features */
      float expected = plain_feature(table, &dataset->train, column_of[f], dataset->feature_names[f], cell);
      assert_true(part->x[r * dataset->features + f] == expected);
    }
  }
}

static void random_tables_match_a_plain_reference(void **state) {
  Rng rng = rng_start((RngKey){.seed = 11});
  int features_seen[2] = {0}; /* tables whose features took their cells' place, and others */
  for (int trial = 0; trial < 60; trial++) {
    Table table = make_random(*state, &rng, 20 + (int)rng_below(&rng, 60));
    table.columns = trial % 6 == 0 ? 1 : COLUMNS;
    for (int r = 0; table.columns == 1 && r < table.rows; r++) {
      table.cells[r] = table.cells[r * COLUMNS];
    }
    table.test_rows = trial % 4 == 0 ? 5 : 0;
    DataSpec spec = {.validation_split = 0.3, .test_split = 0.2, .rows = trial % 3 == 0 ? 15 : 0};
    Dataset dataset = prepare(*state, &table, spec, (uint64_t)trial);
    int column_of[COLUMNS * (LEVELS + 2)] = {0}, features = 0;
    for (int c = 0; c < table.columns; c++) {
      char names[LEVELS + 2][32];
      int count = plain_names(&table, &dataset.train, c, names);
      for (int i = 0; i < count; i++) {
        assert_true(features < dataset.features);
        assert_string_equal(dataset.feature_names[features], names[i]);
        column_of[features++] = c;
      }
    }
    assert_int_equal(features, dataset.features);
    features_seen[features == table.columns]++;
    check_part(&table, &dataset, &dataset.train, column_of);
    check_part(&table, &dataset, &dataset.validation, column_of);
    check_part(&table, &dataset, &dataset.test, column_of);
  }
  assert_true(features_seen[0] > 5 && features_seen[1] > 5);
}

/* --- nothing leaks ------------------------------------------------------------------------------------------------ */

static void check_training_is_same(const Dataset *before, const Dataset *after) {
  size_t features = (size_t)before->features;
  assert_int_equal(before->features, after->features);
  for (size_t f = 0; f < features; f++) {
    assert_string_equal(before->feature_names[f], after->feature_names[f]);
  }
  assert_memory_equal(before->mean, after->mean, features * sizeof(float));
  assert_memory_equal(before->scale, after->scale, features * sizeof(float));
  assert_memory_equal(before->train.x, after->train.x, (size_t)before->train.rows * features * sizeof(float));
}

/* Whatever stands in a validation or test row: an extreme, a level that is in no other row, nothing at all. */
static void validation_and_test_rows_teach_nothing(void **state) {
  enum { ROWS = 80 };
  static const float planted[] = {1e30f, -1e30f, NAN, LEVELS - 1, LEVELS, 0.0f};
  Rng rng = rng_start((RngKey){.seed = 12});
  Table table = make_random(*state, &rng, ROWS);
  const DataSpec spec = {.validation_split = 0.3, .test_split = 0.2, .standardize = true};
  Dataset before = prepare(*state, &table, spec, 5);
  for (size_t p = 0; p < sizeof planted / sizeof *planted; p++) {
    for (int c = 0; c < COLUMNS; c++) {
      if (table.column[c].levels > 0 && fabsf(planted[p]) > LEVELS) {
        continue;
      }
      int rows[] = {before.validation.source[p], before.test.source[p]};
      float kept[2];
      for (int i = 0; i < 2; i++) {
        kept[i] = table.cells[rows[i] * COLUMNS + c];
        table.cells[rows[i] * COLUMNS + c] = planted[p];
      }
      Dataset after = prepare(*state, &table, spec, 5);
      check_training_is_same(&before, &after);
      table.cells[rows[0] * COLUMNS + c] = kept[0];
      table.cells[rows[1] * COLUMNS + c] = kept[1];
    }
  }
  /* The same in a training row must teach something, or this test would prove nothing. */
  for (int c = 0; c < COLUMNS; c++) {
    float *cell = &table.cells[before.train.source[0] * COLUMNS + c], kept = *cell;
    *cell = NAN;
    Dataset after = prepare(*state, &table, spec, 5);
    assert_true(isnan(kept) || after.features != before.features ||
                memcmp(before.mean, after.mean, (size_t)before.features * sizeof(float)) != 0);
    *cell = kept;
  }
}

/* --- rows in place ------------------------------------------------------------------------------------------------ */

static void rows_move_within_their_memory(void **state) {
  static const uint32_t row_counts[] = {1, 2, 3, 7, 8, 9, 64, 65, 1000};
  static const size_t column_counts[] = {1, 2, 3, 16, 17, 784};
  Rng rng = rng_start((RngKey){.seed = 13});
  for (size_t i = 0; i < sizeof row_counts / sizeof *row_counts; i++) {
    for (size_t j = 0; j < sizeof column_counts / sizeof *column_counts; j++) {
      uint32_t rows = row_counts[i], from[1000];
      size_t columns = column_counts[j];
      float *cells = arena_floats(*state, rows * columns);
      for (uint32_t r = 0; r < rows; r++) {
        from[r] = r;
        for (size_t c = 0; c < columns; c++) {
          cells[r * columns + c] = (float)(r * columns + c);
        }
      }
      rng_shuffle(&rng, from, rows);
      permute_rows(*state, cells, rows, columns, from);
      for (size_t v = 0; v < rows * columns; v++) {
        assert_true(cells[v] == (float)(from[v / columns] * columns + v % columns));
      }
    }
    arena_reset(*state);
  }
}

/* No cycle, one cycle of all rows, cycles of two. */
static void rows_move_along_every_kind_of_cycle(void **state) {
  enum { ROWS = 12 };
  for (uint32_t kind = 0; kind < 3; kind++) {
    uint32_t from[ROWS];
    float cells[ROWS];
    for (uint32_t r = 0; r < ROWS; r++) {
      from[r] = kind == 0 ? r : kind == 1 ? (r + 5) % ROWS : r ^ 1;
      cells[r] = (float)r;
    }
    permute_rows(*state, cells, ROWS, 1, from);
    for (uint32_t r = 0; r < ROWS; r++) {
      assert_true(cells[r] == (float)from[r]);
    }
  }
}

/* Numbers with nothing missing become features where they lie; what a table with gaps needs is made beside it. */
static void numbers_stay_in_the_tables_memory(void **state) {
  Table table = make_table(*state, 50, 3, 0);
  const float *cells = table.cells;
  DataSpec spec = {.validation_split = 0.2, .test_split = 0.2};
  Dataset dataset;
  assert_int_equal(dataset_prepare(*state, &table, &spec, 1, &dataset, NULL), STATUS_OK);
  assert_ptr_equal(dataset.train.x, cells);
  assert_ptr_equal(dataset.validation.x, cells + 3 * 30);
  assert_ptr_equal(dataset.test.x, cells + 3 * 40);
  assert_null(table.cells);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_missing_number_gets_the_median_and_is_marked, setup, teardown),
      cmocka_unit_test_setup_teardown(missing_only_outside_training_is_filled_and_not_marked, setup, teardown),
      cmocka_unit_test_setup_teardown(a_column_that_training_never_sees_is_zero, setup, teardown),
      cmocka_unit_test_setup_teardown(levels_are_features_most_frequent_first, setup, teardown),
      cmocka_unit_test_setup_teardown(a_missing_category_is_a_level, setup, teardown),
      cmocka_unit_test_setup_teardown(two_levels_are_one_feature, setup, teardown),
      cmocka_unit_test_setup_teardown(rare_levels_are_others, setup, teardown),
      cmocka_unit_test_setup_teardown(twenty_levels_need_no_other, setup, teardown),
      cmocka_unit_test_setup_teardown(indicators_are_standardised_too, setup, teardown),
      cmocka_unit_test_setup_teardown(random_tables_match_a_plain_reference, setup, teardown),
      cmocka_unit_test_setup_teardown(validation_and_test_rows_teach_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(rows_move_within_their_memory, setup, teardown),
      cmocka_unit_test_setup_teardown(rows_move_along_every_kind_of_cycle, setup, teardown),
      cmocka_unit_test_setup_teardown(numbers_stay_in_the_tables_memory, setup, teardown),
  };
  return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
