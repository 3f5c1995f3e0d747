/* What open_table finds under a name or a path, and the nine sets that are delivered. */
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

#include "arena_fixture.h"
#include "base/file.h"
#include "base/str.h"
#include "data/open.h"

#define FOLDER "datasets"

static Status open_source(Arena *arena, const char *source, const char *folder, Table *table, Error *err) {
  DataSpec spec = {.noise = 0.1};
  str_copy(spec.source, sizeof spec.source, source);
  return open_table(arena, &spec, folder, 1, NULL, table, NULL, err);
}

/* A folder that is gone after the test. */
typedef struct Folder {
  char path[32];
} Folder;

static Folder make_folder(void) {
  Folder folder = {"/tmp/nnlab-open-XXXXXX"};
  assert_non_null(mkdtemp(folder.path));
  return folder;
}

static Table open_text(Arena *arena, const char *name, const char *text) {
  Folder folder = make_folder();
  const char *path = arena_printf(arena, "%s/%s", folder.path, name);
  Table table;
  Error err = {0};
  assert_int_equal(file_write_atomic(path, text, strlen(text), &err), STATUS_OK);
  Status status = open_source(arena, path, "datasets", &table, &err);
  (void)unlink(path);
  (void)rmdir(folder.path);
  if (status != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return table;
}

static void columns_become_features_and_a_target(void **state) {
  Table table = open_text(*state, "my set.csv", "a,kind,b,name\n1,x,2,p\n3,y,NA,q\n,x,6,p\n7,,8,q\n9,x,1,\n5,y,4,q\n");
  static const float cells[] = {1, 0, 2, 3, 1, NAN, NAN, 0, 6, 7, NAN, 8, 5, 1, 4};
  static const int32_t labels[] = {0, 1, 0, 1, 1};
  assert_string_equal(table.name, "my set");
  assert_int_equal(table.task, TASK_CLASSIFICATION);
  assert_int_equal(table.rows, 5); /* one has no target */
  assert_int_equal(table.columns, 3);
  assert_int_equal(table.classes, 2);
  for (int i = 0; i < 15; i++) {
    assert_true(isnan(cells[i]) ? isnan(table.cells[i]) : table.cells[i] == cells[i]);
  }
  assert_memory_equal(table.labels, labels, sizeof labels);
  assert_null(table.targets);
  assert_string_equal(table.column[0].name, "a");
  assert_int_equal(table.column[0].levels, 0);
  assert_string_equal(table.column[1].name, "kind");
  assert_int_equal(table.column[1].levels, 2);
  assert_string_equal(table.column[1].level_names[1], "y");
  assert_string_equal(table.target_name, "name");
  assert_string_equal(table.class_names[1], "q");
}

static void numbers_make_regression(void **state) {
  Table table = open_text(*state, "t.csv", "a,b\n0,-1.5\n1,2e3\n4,7\n");
  static const float cells[] = {0, 1, 4}, targets[] = {-1.5f, 2000.0f, 7.0f};
  assert_int_equal(table.task, TASK_REGRESSION);
  assert_int_equal(table.columns, 1);
  assert_int_equal(table.classes, 0);
  assert_memory_equal(table.cells, cells, sizeof cells);
  assert_memory_equal(table.targets, targets, sizeof targets);
  assert_null(table.labels);
}

static void the_name_comes_from_the_path(void **state) {
  static const struct {
    const char *file, *name;
  } cases[] = {{"t.csv", "t"}, {"b.data", "b"}, {"x.y.csv", "x.y"}, {"z.csv.gz", "z"}, {"\x1B[1mred.csv", "?[1mred"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(open_text(*state, cases[i].file, "a,b\n1,2\n3,4\n4,9\n").name, cases[i].name);
  }
}

/* Test rows come from a file of their own: columns by name, in any order, levels of their own among them. */
static void a_test_file_is_read_behind(void **state) {
  Folder folder = make_folder();
  const char *train = arena_printf(*state, "%s/train.csv", folder.path);
  const char *test = arena_printf(*state, "%s/test.csv", folder.path);
  static const char rows[] = "a,kind,y\n1,p,no\n2,q,yes\n3,p,no\n4,q,yes\n",
                    tests[] = "y,extra,kind,a\nyes,7,z,9\nno,8,p,\n";
  Table table;
  Error err = {0};
  assert_int_equal(file_write_atomic(train, rows, strlen(rows), &err), STATUS_OK);
  assert_int_equal(file_write_atomic(test, tests, strlen(tests), &err), STATUS_OK);
  DataSpec spec = {.noise = 0};
  str_copy(spec.source, sizeof spec.source, train);
  str_copy(spec.test_source, sizeof spec.test_source, test);
  Status status = open_table(*state, &spec, "datasets", 1, NULL, &table, NULL, &err);
  (void)unlink(train);
  (void)unlink(test);
  (void)rmdir(folder.path);
  if (status != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  assert_int_equal(table.rows, 6);
  assert_int_equal(table.test_rows, 2);
  assert_true(table.cells[8] == 9.0f && table.cells[9] == 2.0f); /* 'z': past the two levels */
  assert_true(isnan(table.cells[10]) && table.cells[11] == 0.0f);
  assert_int_equal(table.labels[4], 1);
  assert_int_equal(table.labels[5], 0);
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
  if (open_source(arena, expected->name, FOLDER, &table, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  assert_string_equal(table.name, expected->name);
  assert_int_equal(table.rows, expected->rows);
  assert_int_equal(table.columns, expected->features);
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
    assert_int_equal(open_source(*state, path, FOLDER, &table, &err), STATUS_OK);
    assert_int_equal(file_read(*state, path, 1 << 24, &text, &length, &err), STATUS_OK);
    for (char *comma; (comma = strchr(text, ','));) {
      *comma = ' ';
    }
    char *next = strchr(text, '\n');
    for (int r = 0; r < table.rows; r++) {
      for (int f = 0; f < table.columns; f++) {
        assert_true(table.cells[r * table.columns + f] == strtof(next, &next));
      }
      float last = strtof(next, &next);
      assert_true(last == (table.labels ? (float)table.labels[r] : table.targets[r]));
    }
  }
}

static void a_name_opens_what_it_names(void **state) {
  Table table;
  Error err;
  DataSpec spec = {.source = "moons", .rows = 30, .noise = 0.1};
  assert_int_equal(open_table(*state, &spec, FOLDER, 1, NULL, &table, NULL, &err), STATUS_OK);
  assert_string_equal(table.name, "moons");
  assert_int_equal(table.rows, 30);
  assert_int_equal(open_source(*state, "moons", FOLDER, &table, &err), STATUS_OK);
  assert_int_equal(table.rows, 1000);
  assert_int_equal(open_source(*state, "iris", FOLDER, &table, &err), STATUS_OK);
  assert_int_equal(table.rows, 150);
  assert_int_equal(open_source(*state, "./" FOLDER "/iris.csv", "elsewhere", &table, &err), STATUS_OK);
  assert_string_equal(table.name, "iris");
  assert_int_equal(open_source(*state, "none.csv", FOLDER, &table, &err), STATUS_IO);
  assert_string_equal(err.text, "none.csv: cannot open: No such file or directory");
}

#define KNOWN                                                                                             \
  "there are moons, circles, spirals, xor, gaussians, breast_cancer, cells, concrete, diabetes, digits, " \
  "fashion14_2k, fashion14_test_1k, iris, wine, or the path of a file"

static void an_unknown_name_lists_the_known(void **state) {
  Table table = {.rows = -1};
  Error err;
  assert_int_equal(open_source(*state, "digts", FOLDER, &table, &err), STATUS_RANGE);
  assert_string_equal(err.text, "no data set is named 'digts' (did you mean 'digits'?): " KNOWN);
  assert_int_equal(open_source(*state, "handwriting", FOLDER, &table, &err), STATUS_RANGE);
  assert_string_equal(err.text, "no data set is named 'handwriting': " KNOWN);
  assert_int_equal(open_source(*state, "mons", "no/such/folder", &table, &err), STATUS_RANGE);
  assert_string_equal(err.text,
                      "no data set is named 'mons' (did you mean 'moons'?): there are moons, circles, spirals, xor, "
                      "gaussians, or the path of a file");
  assert_int_equal(open_source(*state, "", FOLDER, &table, &err), STATUS_RANGE);
  assert_int_equal(open_source(*state, "..", FOLDER, &table, &err), STATUS_RANGE);
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
  Status status = open_source(*state, "zzz", folder, &table, &err);
  for (int i = 0; i < 100; i++) {
    (void)unlink(arena_printf(*state, "%s/name_number_%02d.csv", folder, i));
  }
  (void)rmdir(folder);
  assert_int_equal(status, STATUS_RANGE);
  assert_non_null(strstr(err.text, "gaussians, name_number_00, name_number_01, "));
  assert_non_null(strstr(err.text, ", ..., or the path of a file"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(columns_become_features_and_a_target, setup, teardown),
      cmocka_unit_test_setup_teardown(numbers_make_regression, setup, teardown),
      cmocka_unit_test_setup_teardown(a_test_file_is_read_behind, setup, teardown),
      cmocka_unit_test_setup_teardown(the_name_comes_from_the_path, setup, teardown),
      cmocka_unit_test_setup_teardown(the_delivered_sets_are_whole, setup, teardown),
      cmocka_unit_test_setup_teardown(every_number_is_the_one_in_the_file, setup, teardown),
      cmocka_unit_test_setup_teardown(a_name_opens_what_it_names, setup, teardown),
      cmocka_unit_test_setup_teardown(an_unknown_name_lists_the_known, setup, teardown),
      cmocka_unit_test_setup_teardown(a_long_list_of_names_is_cut, setup, teardown),
  };
  return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
