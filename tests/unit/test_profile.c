/* What is found in files as people have them: each file of tests/cases/tables has beside it (<file>.expected) what must
 * be found in it. And what the user may say of columns, and the errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena_fixture.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "data/csv.h"
#include "data/profile.h"

#define CASES "tests/cases/tables"

/* The profile in the words of the files beside the tables. */
static const char *profile_text(Arena *arena, const Profile *profile) {
  const CsvFormat *format = &profile->format;
  const char *text = arena_printf(arena, "rows %d, columns %d, delimiter %s, decimal %s, header %s, %s\ntarget %s, %s",
                                  profile->rows, profile->columns, DELIMITER_NAMES[format->delimiter],
                                  DECIMAL_NAMES[format->decimal], HEADER_NAMES[format->header],
                                  ENCODING_NAMES[format->encoding], profile->column[profile->target].name,
                                  profile->task == TASK_CLASSIFICATION ? "classes" : "regression");
  for (int k = 0; k < profile->classes; k++) {
    text = arena_printf(arena, "%s %s:%d", text, profile->class_names[k], profile->class_rows[k]);
  }
  text = arena_printf(arena, "%s\nmissing %d in %d rows, target in %d; short %d, long %d%s%s\n", text,
                      profile->missing_cells, profile->rows_with_missing, profile->rows_without_target,
                      profile->short_rows, profile->long_rows, profile->sorted ? "; sorted" : "",
                      profile->image_width > 0 ? "; picture" : "");
  for (int c = 0; c < profile->columns && (profile->image_width == 0 || c < 3); c++) {
    const ColumnProfile *column = &profile->column[c];
    text = arena_printf(arena, "%s%c %s: %s, missing %d, levels %d%s%s\n", text,
                        c == profile->target ? '>'
                        : column->used       ? '+'
                                             : '-',
                        column->name, COLUMN_TYPE_NAMES[column->type], column->missing, column->levels,
                        *column->why ? ": " : "", column->why);
  }
  for (int i = 0; i < profile->notes; i++) {
    text = arena_printf(arena, "%s* %s\n", text, profile->note[i]);
  }
  return *profile->leak ? arena_printf(arena, "%s! %s\n", text, profile->leak) : text;
}

static void check_case(Arena *arena, const char *file) {
  static const CsvFormat unknown = {.delimiter = DELIMITER_AUTO};
  static const DataSpec nothing = {.rows = 0};
  Error err = {0};
  char *expected;
  size_t length;
  Frame frame = {.rows = 0};
  Profile profile = {.rows = 0};
  const char *path = arena_printf(arena, CASES "/%s", file);
  if (file_read(arena, arena_printf(arena, "%s.expected", path), 1 << 16, &expected, &length, &err) != STATUS_OK ||
      csv_read(arena, path, &unknown, NULL, &frame, &err) != STATUS_OK ||
      profile_judge(arena, &frame, path, &nothing, NULL, &profile, &err) != STATUS_OK) {
    fail_msg("%s: %s", file, err.text);
  }
  const char *found = profile_text(arena, &profile);
  if (strcmp(found, expected) != 0) {
    fail_msg("%s:\n%s\nbut there should be\n%s", file, found, expected);
  }
}

static void files_as_people_have_them(void **state) {
  int ran = 0;
  DIR *folder = opendir(CASES);
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder));) {
    const char *end = strstr(entry->d_name, ".expected");
    if (end) {
      check_case(*state, arena_printf(*state, "%.*s", (int)(end - entry->d_name), entry->d_name));
      ran++;
    }
  }
  (void)closedir(folder);
  assert_int_equal(ran, 48);
}

static Status judge(Arena *arena, const char *text, const DataSpec *spec, Profile *profile, Error *err) {
  Frame frame;
  Status status = csv_parse_text(arena, text, strlen(text), "t.csv", &spec->format, &frame, err);
  return status == STATUS_OK ? profile_judge(arena, &frame, "t.csv", spec, NULL, profile, err) : status;
}

/* A well-known name is predicted where it can be. */
static void what_is_predicted_goes_by_name(void **state) {
  static const struct {
    const char *text;
    int target;
  } cases[] = {
      {"Outcome,a\n1,2\n0,3\n1,2\n", 0},
      {"label,class,a\n1,0,2\n0,0,3\n1,1,2\n", 0},
      {"churn,b,a\nyes,1,2\nyes,2,3\nyes,3,2\n", 2},
      {"x,y,z\n1,0,2\n0,0,3\n1,1,2\n", 2},
      {"y,z\n1,0\n0,0\n1,1\n", 0},
      {"species,a\nu,0\n,0\n,1\n", 1},
      {"price,classes\n1,0\n0,0\n1,1\n", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    static const DataSpec nothing = {.rows = 0};
    Profile profile = {.rows = 0};
    Error err = {0};
    assert_int_equal(judge(*state, cases[i].text, &nothing, &profile, &err), STATUS_OK);
    assert_int_equal(profile.target, cases[i].target);
  }
}

/* What the column is settles the task; what the user says of it comes first. */
static void amounts_are_predicted_as_numbers(void **state) {
  static const char text[] =
      "a,pay,kind,when\n1,$5,1,2024-01-01\n2,$5,2,2024-01-01\n1,$7,1,2024-01-02\n2,$7,2,2024-01-02\n";
  static const struct {
    DataSpec spec;
    Task task;
  } cases[] = {
      {{.target = "pay"}, TASK_REGRESSION},
      {{.target = "pay", .task = TASK_WISH_CLASSIFICATION}, TASK_CLASSIFICATION},
      {{.target = "pay", .categorical = "pay"}, TASK_CLASSIFICATION},
      {{.target = "when"}, TASK_REGRESSION},
      {{.target = "kind"}, TASK_CLASSIFICATION},
      {{.target = "kind", .numeric = "kind"}, TASK_REGRESSION},
      {{.target = "kind", .numeric = "kind", .task = TASK_WISH_CLASSIFICATION}, TASK_CLASSIFICATION},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Profile profile = {.rows = 0};
    Error err = {0};
    assert_int_equal(judge(*state, text, &cases[i].spec, &profile, &err), STATUS_OK);
    assert_int_equal(profile.task, cases[i].task);
  }
}

#define SMALL "age,zip,kind,y\n20,1,a,1.5\n30,2,b,2.5\n40,1,a,3.5\n50,2,b,4\n"

static void what_the_user_says_stands(void **state) {
  Profile profile = {.rows = 0};
  Error err = {0};
  DataSpec spec = {.target = "kind", .drop = "Y, #1", .categorical = "zip"};
  assert_int_equal(judge(*state, SMALL, &spec, &profile, &err), STATUS_OK);
  assert_int_equal(profile.target, 2);
  assert_int_equal(profile.classes, 2);
  assert_false(profile.column[0].used);
  assert_false(profile.column[3].used);
  assert_int_equal(profile.column[1].type, COLUMN_CATEGORY);
  assert_string_equal(profile.column[1].code_names[1], "2");
  spec = (DataSpec){.target = "2", .task = TASK_WISH_REGRESSION};
  assert_int_equal(judge(*state, SMALL, &spec, &profile, &err), STATUS_OK);
  assert_int_equal(profile.target, 1);
  assert_int_equal(profile.task, TASK_REGRESSION);
  spec = (DataSpec){.target = "age", .task = TASK_WISH_CLASSIFICATION};
  assert_int_equal(judge(*state, SMALL, &spec, &profile, &err), STATUS_OK);
  assert_int_equal(profile.classes, 4);
  assert_string_equal(profile.class_names[3], "50");
}

/* Not the remarks that few rows have, nor a first column that counts the rows. */
static void what_is_predicted_stands_in_the_rows(void **state) {
  static const struct {
    const char *text;
    int target;
    const char *why;
  } cases[] = {
      {"a,b,note\n1,1.5,\n2,2.5,old\n3,3.5,\n1,4.5,\n2,5,\n", 1, "the last column that can be predicted"},
      {"a,b,note\n1,1.5,\n2,2.5,old\n3,3.5,old\n1,4.5,new\n2,5,\n", 2, "the last column"},
      {"a,note\n,\n,old\n3,\n,new\n2,\n,\n", 1, "the last column"},
      {"0,0,0\n1,1,1\n2,4,8\n3,9,27\n", 2, "the last column"},
      {"0,7,0\n1,1,1\n0,4,2\n1,9,8\n", 0, "the first column holds classes"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    static const DataSpec nothing = {.rows = 0};
    Profile profile = {.rows = 0};
    Error err = {0};
    assert_int_equal(judge(*state, cases[i].text, &nothing, &profile, &err), STATUS_OK);
    assert_int_equal(profile.target, cases[i].target);
    assert_string_equal(profile.target_why, cases[i].why);
  }
}

static void errors_name_the_cure(void **state) {
  static const struct {
    DataSpec spec;
    const char *text, *message;
  } cases[] = {
      {{.target = "kinds"}, SMALL, "t.csv: target: no column 'kinds'; did you mean 'kind'?"},
      {{.drop = "wonderful"},
       SMALL,
       "t.csv: drop: no column 'wonderful'; there are 4, from 'age' to 'y', and #1 to #4 mean them too"},
      {{.target = "kind", .task = TASK_WISH_REGRESSION},
       SMALL,
       "t.csv: column 'kind' holds words, and regression predicts numbers: leave task out"},
      {{.drop = "age,zip,kind"},
       SMALL,
       "t.csv: no column to predict 'y' from: all others are constant, free text, names of rows, or dropped; "
       "the delimiter that was found is comma"},
      {{.rows = 0},
       "a\n1\n2\n",
       "t.csv: no column to predict 'a' from: there is only one; is the delimiter another than comma?"},
      {{.rows = 0}, "a,b\n", "t.csv: no row of values: at least 2 rows are needed"},
      {{.rows = 0}, "a,b\n1,2\n", "t.csv: only 1 row of values: at least 2 rows are needed"},
      {{.target = "b"},
       "a,b\n1,2\n3,2\n",
       "t.csv: column 'b' has the same value in every row: there is nothing to predict; name another column (target)"},
      {{.target = "b"},
       "a,b\n1,\n3,\n",
       "t.csv: column 'b' is empty: there is nothing to predict; name another (target)"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Profile profile = {.rows = -1};
    Error err = {0};
    assert_true(judge(*state, cases[i].text, &cases[i].spec, &profile, &err) != STATUS_OK);
    assert_string_equal(err.text, cases[i].message);
    assert_true(profile.rows == -1 || (profile.target == -1 && *profile.column[0].name));
  }
}

/* Words among more different numbers than are counted: no category, and no reason to refuse the file. */
static void a_column_of_countless_values_is_text(void **state) {
  enum { ROWS = 8000 };
  char *text = arena_alloc(*state, 24, ROWS + 1, 1), *end = text + sprintf(text, "zip,a,y\n");
  for (int r = 0; r < ROWS; r++) {
    end +=
        r % 4 ? sprintf(end, "%d,%d,%d\n", r % 1600, r % 9, r % 2) : sprintf(end, "w%d,%d,%d\n", r % 5, r % 9, r % 2);
  }
  static const DataSpec nothing = {.rows = 0};
  Profile profile;
  Error err = {0};
  assert_int_equal(judge(*state, text, &nothing, &profile, &err), STATUS_OK);
  assert_int_equal(profile.column[0].type, COLUMN_TEXT);
  assert_false(profile.column[0].used);
  assert_non_null(strstr(profile.column[0].why, "free text: over 1006 different words in 8000 rows"));
}

/* More classes than a network is given, and the most that it is. */
static void a_thousand_classes_are_allowed(void **state) {
  char *text = arena_alloc(*state, 16, TABLE_MAX_CLASSES + 2, 1), *end = text + sprintf(text, "a,label\n");
  for (int k = TABLE_MAX_CLASSES - 1; k >= 0; k--) {
    end += sprintf(end, "%d,%d\n", k % 3, k);
  }
  static const DataSpec nothing = {.rows = 0}, classes = {.task = TASK_WISH_CLASSIFICATION};
  Profile profile;
  Error err = {0};
  assert_int_equal(judge(*state, text, &nothing, &profile, &err), STATUS_OK);
  assert_int_equal(profile.classes, TABLE_MAX_CLASSES);
  (void)sprintf(end, "1,%d\n", TABLE_MAX_CLASSES);
  assert_int_equal(judge(*state, text, &classes, &profile, &err), STATUS_RANGE);
  assert_non_null(strstr(err.text, "column 'label' has over 1000 different values, too many for classes"));
}

/* Range, mean and histogram of columns that are counted in different ways: small whole numbers, a few others, more than
 * are told apart, what amounts stand for; each with missing cells. */
static void ranges_and_histograms(void **state) {
  enum { ROWS = 3200, COLUMNS = 5 };
  static const double mins[] = {0.0, -2.0, -1.5, 1.0}, maxs[] = {15.0, 1.75, 1597.5, 1201.0};
  char *text = arena_alloc(*state, 64, ROWS + 2, 1), *end = text + sprintf(text, "small,few,many,amount,y\n");
  double sums[COLUMNS] = {0.0};
  int bins[COLUMNS][PROFILE_BINS] = {{0}}, cells = 0;
  for (int r = 0; r < ROWS; r++) {
    double values[] = {r % 16, r % 16 * 0.25 - 2.0, r * 0.5 - 1.5, r % 2 == 0 ? 1.0 : 1201.0};
    if (r % 5 == 4) {
      end += sprintf(end, ",,,,1.5\n");
      continue;
    }
    end +=
        sprintf(end, "%g,%g,%g,\"$%s\",%g\n", values[0], values[1], values[2], r % 2 == 0 ? "1" : "1,201", r % 7 + 0.5);
    cells++;
    for (int c = 0; c < COLUMNS - 1; c++) {
      int bin = (int)((values[c] - mins[c]) / (maxs[c] - mins[c]) * PROFILE_BINS);
      sums[c] += values[c];
      bins[c][bin < PROFILE_BINS ? bin : PROFILE_BINS - 1]++;
    }
  }
  static const DataSpec nothing = {.rows = 0};
  Profile profile;
  Error err = {0};
  assert_int_equal(judge(*state, text, &nothing, &profile, &err), STATUS_OK);
  for (int c = 0; c < COLUMNS - 1; c++) {
    const ColumnProfile *column = &profile.column[c];
    assert_true(column->has_range && column->missing == ROWS - cells);
    assert_true(column->min == mins[c] && column->max == maxs[c]);
    assert_true(column->mean == sums[c] / cells);
    assert_memory_equal(column->bins, bins[c], sizeof bins[c]);
  }
  assert_int_equal(profile.column[1].levels, 16);
  assert_int_equal(profile.column[2].levels, PROFILE_MANY + 1);
  assert_int_equal(profile.rows_with_missing, ROWS - cells);
}

/* Of more columns than are looked at together, each is its own; the cores that share them change nothing. */
static void many_columns_are_told_apart(void **state) {
  enum { ROWS = 8000, COLUMNS = 150 };
  char *text = arena_alloc(*state, (size_t)COLUMNS * 5, ROWS + 1, 1), *end = text;
  for (int c = 0; c < COLUMNS; c++) {
    end += sprintf(end, "c%d%c", c, c + 1 < COLUMNS ? ',' : '\n');
  }
  for (int r = 0; r < ROWS; r++) {
    for (int c = 0; c < COLUMNS; c++) {
      end += sprintf(end, "%d%c", c + r % (c + 2), c + 1 < COLUMNS ? ',' : '\n');
    }
  }
  static const DataSpec nothing = {.rows = 0};
  Profile profile;
  Error err = {0};
  assert_int_equal(judge(*state, text, &nothing, &profile, &err), STATUS_OK);
  for (int c = 0; c < COLUMNS; c++) {
    assert_int_equal(profile.column[c].levels, c + 2);
    assert_true(profile.column[c].min == c && profile.column[c].max == 2 * c + 1);
  }
}

/* Well before all cells are looked at. */
static void judging_can_be_stopped(void **state) {
  enum { ROWS = 4 << 20, COLUMNS = 2, TIMES = 3 };
  static const DataSpec nothing = {.rows = 0};
  FrameColumn columns[COLUMNS] = {{.name = "a", .numbers = ROWS}, {.name = "b", .numbers = ROWS}};
  Frame frame = {.rows = ROWS, .columns = COLUMNS, .column = columns};
  frame.cells = arena_floats(*state, (size_t)ROWS * COLUMNS);
  for (int i = 0; i < ROWS * COLUMNS; i++) {
    frame.cells[i] = (float)(i % 3000) + 0.5f;
  }
  double whole = 0.0, stopped = 0.0;
  for (int t = 0; t < TIMES; t++) {
    LoadProgress progress = {.stop = false};
    Profile profile;
    Error err = {0};
    double start = clock_now();
    assert_int_equal(profile_judge(*state, &frame, "t.csv", &nothing, &progress, &profile, &err), STATUS_OK);
    whole += clock_now() - start;
    progress.stop = true;
    start = clock_now();
    assert_int_equal(profile_judge(*state, &frame, "t.csv", &nothing, &progress, &profile, &err), STATUS_STOPPED);
    stopped += clock_now() - start;
    assert_string_equal(err.text, "t.csv: loading stopped");
  }
  assert_true(stopped < 0.3 * whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(files_as_people_have_them, setup, teardown),
      cmocka_unit_test_setup_teardown(what_the_user_says_stands, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_predicted_stands_in_the_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_predicted_goes_by_name, setup, teardown),
      cmocka_unit_test_setup_teardown(amounts_are_predicted_as_numbers, setup, teardown),
      cmocka_unit_test_setup_teardown(errors_name_the_cure, setup, teardown),
      cmocka_unit_test_setup_teardown(a_column_of_countless_values_is_text, setup, teardown),
      cmocka_unit_test_setup_teardown(a_thousand_classes_are_allowed, setup, teardown),
      cmocka_unit_test_setup_teardown(ranges_and_histograms, setup, teardown),
      cmocka_unit_test_setup_teardown(many_columns_are_told_apart, setup, teardown),
      cmocka_unit_test_setup_teardown(judging_can_be_stopped, setup, teardown),
  };
  return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
