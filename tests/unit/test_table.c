/* Tables: what comes of a CSV file, what table_open finds under a name, and the nine sets that are delivered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "data/table.h"

#define FOLDER "datasets"

static int setup(void **state) {
  static Arena arena;
  arena_init(&arena, 0);
  *state = &arena;
  return 0;
}

static int teardown(void **state) {
  arena_deinit(*state);
  return 0;
}

static Table parse(Arena *arena, const char *path, const char *text) {
  Table table;
  Error err = {0};
  if (table_parse_csv(arena, text, strlen(text), path, &table, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return table;
}

static void a_label_column_makes_classes(void **state) {
  Table table = parse(*state, "some/where/my set.csv", "a,b,label\n1,2,1\n3,4,0\n5,6,2\n7,8,1\n");
  static const float x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  static const int32_t labels[] = {1, 0, 2, 1};
  assert_string_equal(table.name, "my set");
  assert_int_equal(table.task, TASK_CLASSIFICATION);
  assert_int_equal(table.rows, 4);
  assert_int_equal(table.features, 2);
  assert_int_equal(table.classes, 3);
  assert_memory_equal(table.x, x, sizeof x);
  assert_memory_equal(table.labels, labels, sizeof labels);
  assert_null(table.targets);
  assert_string_equal(table.feature_names[0], "a");
  assert_string_equal(table.feature_names[1], "b");
  assert_string_equal(table.target_name, "label");
  assert_int_equal(parse(*state, "t.csv", "a,Label\n1,0\n2,1\n").task, TASK_CLASSIFICATION);
}

static void any_other_last_column_makes_regression(void **state) {
  Table table = parse(*state, "t.csv", "label,labels\n0,-1.5\n1,2e3\n");
  static const float x[] = {0, 1}, targets[] = {-1.5f, 2000.0f};
  assert_int_equal(table.task, TASK_REGRESSION);
  assert_int_equal(table.features, 1);
  assert_int_equal(table.classes, 0);
  assert_memory_equal(table.x, x, sizeof x);
  assert_memory_equal(table.targets, targets, sizeof targets);
  assert_null(table.labels);
  assert_string_equal(table.target_name, "labels");
}

static void a_thousand_classes_are_allowed(void **state) {
  char *text = arena_alloc(*state, 16, 1001, 1), *end = text + sprintf(text, "a,label\n");
  for (int k = TABLE_MAX_CLASSES - 1; k >= 0; k--) {
    end += sprintf(end, "1,%d\n", k);
  }
  Table table = parse(*state, "t.csv", text);
  assert_int_equal(table.classes, TABLE_MAX_CLASSES);
  assert_int_equal(table.labels[0], TABLE_MAX_CLASSES - 1);
}

static void the_name_comes_from_the_path(void **state) {
  static const struct {
    const char *path, *name;
  } cases[] = {{"t.csv", "t"},
               {"t", "t"},
               {"/a.csv/b.data", "b.data"},
               {"./.csv", ".csv"},
               {"x.csv.csv", "x.csv"},
               {"\x1B[1mred.csv", "?[1mred"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(parse(*state, cases[i].path, "a,b\n1,2\n3,4\n").name, cases[i].name);
  }
  char path[200];
  (void)snprintf(path, sizeof path, "%0150d.csv", 0);
  assert_int_equal(strlen(parse(*state, path, "a,b\n1,2\n3,4\n").name), sizeof((Table *)0)->name - 1);
}

/* What is known of a set that is delivered. */
typedef struct Delivered {
  const char *name;
  int rows, features, classes; /* classes 0: regression */
  int class_rows[10];
  double low, high; /* of the target */
} Delivered;

static void check_delivered(Arena *arena, const Delivered *expected) {
  Table table;
  Error err = {0};
  if (table_open(arena, expected->name, FOLDER, 0, 0.0, 0, &table, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  assert_string_equal(table.name, expected->name);
  assert_int_equal(table.rows, expected->rows);
  assert_int_equal(table.features, expected->features);
  assert_int_equal(table.classes, expected->classes);
  assert_int_equal(table.task, expected->classes > 0 ? TASK_CLASSIFICATION : TASK_REGRESSION);
  int class_rows[10] = {0};
  float low = INFINITY, high = -INFINITY;
  for (int r = 0; r < table.rows; r++) {
    if (table.labels) {
      class_rows[table.labels[r]]++;
    } else {
      low = fminf(low, table.targets[r]);
      high = fmaxf(high, table.targets[r]);
    }
  }
  assert_memory_equal(class_rows, expected->class_rows, sizeof class_rows);
  assert_true(table.labels || (low == (float)expected->low && high == (float)expected->high));
}

static void the_delivered_sets_are_whole(void **state) {
  static const Delivered sets[] = {
      {.name = "iris", .rows = 150, .features = 4, .classes = 3, .class_rows = {50, 50, 50}},
      {.name = "wine", .rows = 178, .features = 13, .classes = 3, .class_rows = {59, 71, 48}},
      {.name = "breast_cancer", .rows = 569, .features = 30, .classes = 2, .class_rows = {212, 357}},
      {.name = "digits",
       .rows = 1797,
       .features = 64,
       .classes = 10,
       .class_rows = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}},
      {.name = "diabetes", .rows = 442, .features = 10, .low = 25, .high = 346},
      {.name = "concrete", .rows = 1030, .features = 8, .low = 2.33, .high = 82.6},
      {.name = "cells", .rows = 2019, .features = 56, .classes = 2, .class_rows = {1300, 719}},
      {.name = "fashion14_2k",
       .rows = 2000,
       .features = 196,
       .classes = 10,
       .class_rows = {200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {.name = "fashion14_test_1k",
       .rows = 1000,
       .features = 196,
       .classes = 10,
       .class_rows = {100, 100, 100, 100, 100, 100, 100, 100, 100, 100}}};
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    check_delivered(*state, &sets[i]);
  }
}

/* The same numbers, read by the C library alone: commas become blanks, and strtof takes one number after another. */
static void every_number_is_the_one_in_the_file(void **state) {
  static const char *const names[] = {"iris", "breast_cancer", "cells", "diabetes"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    Table table;
    Error err;
    char *text;
    size_t length;
    const char *path = arena_printf(*state, FOLDER "/%s.csv", names[i]);
    assert_int_equal(table_open(*state, path, FOLDER, 0, 0.0, 0, &table, &err), STATUS_OK);
    assert_int_equal(file_read(*state, path, 1 << 24, &text, &length, &err), STATUS_OK);
    for (char *comma; (comma = strchr(text, ','));) {
      *comma = ' ';
    }
    char *next = strchr(text, '\n');
    for (int r = 0; r < table.rows; r++) {
      for (int f = 0; f < table.features; f++) {
        assert_true(table.x[r * table.features + f] == strtof(next, &next));
      }
      float last = strtof(next, &next);
      assert_true(last == (table.labels ? (float)table.labels[r] : table.targets[r]));
    }
  }
}

static void a_name_opens_what_it_names(void **state) {
  Table table;
  Error err;
  assert_int_equal(table_open(*state, "moons", FOLDER, 30, 0.1, 1, &table, &err), STATUS_OK);
  assert_string_equal(table.name, "moons");
  assert_int_equal(table.rows, 30);
  assert_int_equal(table_open(*state, "moons", FOLDER, 0, 0.1, 1, &table, &err), STATUS_OK);
  assert_int_equal(table.rows, 1000);
  assert_int_equal(table_open(*state, "iris", FOLDER, 30, 0.1, 1, &table, &err), STATUS_OK);
  assert_int_equal(table.rows, 150);
  assert_int_equal(table_open(*state, "./" FOLDER "/iris.csv", "elsewhere", 0, 0.0, 0, &table, &err), STATUS_OK);
  assert_string_equal(table.name, "iris");
  assert_int_equal(table_open(*state, "none.csv", FOLDER, 0, 0.0, 0, &table, &err), STATUS_IO);
  assert_string_equal(err.text, "none.csv: cannot open: No such file or directory");
}

#define KNOWN                                                                                             \
  "there are moons, circles, spirals, xor, gaussians, breast_cancer, cells, concrete, diabetes, digits, " \
  "fashion14_2k, fashion14_test_1k, iris, wine, or the path of a .csv file"

static void an_unknown_name_lists_the_known(void **state) {
  Table table = {.rows = -1};
  Error err;
  assert_int_equal(table_open(*state, "digts", FOLDER, 0, 0.0, 0, &table, &err), STATUS_RANGE);
  assert_string_equal(err.text, "no data set is named 'digts' (did you mean 'digits'?): " KNOWN);
  assert_int_equal(table_open(*state, "handwriting", FOLDER, 0, 0.0, 0, &table, &err), STATUS_RANGE);
  assert_string_equal(err.text, "no data set is named 'handwriting': " KNOWN);
  assert_int_equal(table_open(*state, "mons", "no/such/folder", 0, 0.0, 0, &table, &err), STATUS_RANGE);
  assert_string_equal(err.text,
                      "no data set is named 'mons' (did you mean 'moons'?): there are moons, circles, spirals, xor, "
                      "gaussians, or the path of a .csv file");
  assert_int_equal(table_open(*state, "", FOLDER, 0, 0.0, 0, &table, &err), STATUS_RANGE);
  assert_int_equal(table_open(*state, "..", FOLDER, 0, 0.0, 0, &table, &err), STATUS_RANGE);
  assert_int_equal(table.rows, -1);
}

static void a_long_list_of_names_is_cut(void **state) {
  char folder[] = "/tmp/nnlab-table-XXXXXX";
  assert_non_null(mkdtemp(folder));
  Error err;
  for (int i = 0; i < 100; i++) {
    const char *path = arena_printf(*state, "%s/name_number_%02d.csv", folder, i);
    assert_int_equal(file_write_atomic(path, "", 0, &err), STATUS_OK);
  }
  Table table;
  Status status = table_open(*state, "zzz", folder, 0, 0.0, 0, &table, &err);
  for (int i = 0; i < 100; i++) {
    (void)unlink(arena_printf(*state, "%s/name_number_%02d.csv", folder, i));
  }
  (void)rmdir(folder);
  assert_int_equal(status, STATUS_RANGE);
  assert_non_null(strstr(err.text, "gaussians, name_number_00, name_number_01, "));
  assert_non_null(strstr(err.text, ", ..., or the path of a .csv file"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_label_column_makes_classes, setup, teardown),
      cmocka_unit_test_setup_teardown(any_other_last_column_makes_regression, setup, teardown),
      cmocka_unit_test_setup_teardown(a_thousand_classes_are_allowed, setup, teardown),
      cmocka_unit_test_setup_teardown(the_name_comes_from_the_path, setup, teardown),
      cmocka_unit_test_setup_teardown(the_delivered_sets_are_whole, setup, teardown),
      cmocka_unit_test_setup_teardown(every_number_is_the_one_in_the_file, setup, teardown),
      cmocka_unit_test_setup_teardown(a_name_opens_what_it_names, setup, teardown),
      cmocka_unit_test_setup_teardown(an_unknown_name_lists_the_known, setup, teardown),
      cmocka_unit_test_setup_teardown(a_long_list_of_names_is_cut, setup, teardown),
  };
  return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
