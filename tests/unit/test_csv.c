/* CSV files: every file of tests/cases/csv is malformed and has its exact message beside it (<name>.txt, as it reads
 * for <name>.csv); what needs more than a small file, and what must be accepted, is here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "data/csv.h"
#include "data/table.h"

#define CASES "tests/cases/csv"

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

static void check_case(Arena *arena, const char *file) {
  Error err = {0};
  int stem = (int)(strlen(file) - strlen(".csv"));
  char *expected, *end;
  size_t length;
  if (file_read(arena, arena_printf(arena, CASES "/%.*s.txt", stem, file), 4096, &expected, &length, &err)) {
    fail_msg("%s has no message beside it: %s", file, err.text);
  }
  end = strchr(expected, '\n');
  assert_non_null(end);
  *end = '\0';
  Table table = {.rows = -1};
  Status status = table_read_csv(arena, arena_printf(arena, CASES "/%s", file), &table, &err);
  if (status != STATUS_PARSE || err.status != STATUS_PARSE) {
    fail_msg("%s: status %d, message '%s'", file, (int)status, err.text);
  }
  assert_string_equal(err.text, arena_printf(arena, CASES "/%s", expected));
  assert_int_equal(table.rows, -1);
}

static void malformed_files_have_their_message(void **state) {
  int ran = 0;
  DIR *folder = opendir(CASES);
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder));) {
    size_t length = strlen(entry->d_name);
    if (length > 4 && strcmp(entry->d_name + length - 4, ".csv") == 0) {
      check_case(*state, entry->d_name);
      ran++;
    }
  }
  (void)closedir(folder);
  assert_in_range(ran, 20, 10000);
}

static void files_that_cannot_be_read(void **state) {
  Table table;
  Error err;
  assert_int_equal(table_read_csv(*state, CASES "/absent/none.csv", &table, &err), STATUS_IO);
  assert_string_equal(err.text, CASES "/absent/none.csv: cannot open: No such file or directory");
  assert_int_equal(table_read_csv(*state, CASES, &table, &err), STATUS_IO);
  assert_string_equal(err.text, CASES ": is a directory, a file is needed");
}

static Status parse(Arena *arena, const char *text, CsvNumbers *csv, Error *err) {
  return csv_parse_numbers(arena, text, strlen(text), "t.csv", csv, err);
}

/* Whatever stands around them, the rows (1.5, 0) and (-2, 1) under the header a, b are what is read. */
static void check_accepted(Arena *arena, const char *text, int first_line, int second_line) {
  CsvNumbers csv;
  Error err = {0};
  if (parse(arena, text, &csv, &err) != STATUS_OK) {
    fail_msg("'%s': %s", text, err.text);
  }
  static const float expected[] = {1.5f, 0.0f, -2.0f, 1.0f};
  assert_int_equal(csv.rows, 2);
  assert_int_equal(csv.columns, 2);
  assert_memory_equal(csv.values, expected, sizeof expected);
  assert_string_equal(csv.names[0], "a");
  assert_string_equal(csv.names[1], "b");
  assert_int_equal(csv.lines[0], first_line);
  assert_int_equal(csv.lines[1], second_line);
}

static void harmless_variations_are_accepted(void **state) {
  check_accepted(*state, "a,b\n1.5,0\n-2,1\n", 2, 3);
  check_accepted(*state, "a,b\n1.5,0\n-2,1", 2, 3);
  check_accepted(*state, "a,b\r\n1.5,0\r\n-2,1\r\n", 2, 3);
  check_accepted(*state, "a,b\r\n1.5,0\r\n-2,1\r", 2, 3);
  check_accepted(*state, "a,b\r1.5,0\r-2,1", 2, 3);
  check_accepted(*state,
                 "\xEF\xBB\xBF"
                 "a,b\n1.5,0\n-2,1\n",
                 2, 3);
  check_accepted(*state, "\n\r\na,b\n\n  \n1.5,0\n\n\t\n-2,1\n\n\n", 6, 9);
  check_accepted(*state, "\"a\",\"b\"\n\"1.5\",0\n\"-2\",\"1\"\n", 2, 3);
  check_accepted(*state, " a , b\t\n 1.5 ,\t0\n  -2,1  \n", 2, 3);
  check_accepted(*state, "a,b\n+1.5e0,0.000\n-.2E+1,1.\n", 2, 3);
}

static void a_quoted_field_may_go_on_over_lines(void **state) {
  CsvNumbers csv;
  Error err;
  assert_int_equal(parse(*state, "\"a\n\nb, \"\"c\"\"\",d\n1,2\n\n3,4\n", &csv, &err), STATUS_OK);
  assert_string_equal(csv.names[0], "a  b, \"c\"");
  assert_int_equal(csv.header_line, 1);
  assert_int_equal(csv.lines[0], 4);
  assert_int_equal(csv.lines[1], 6);
}

static void names_are_made_printable_and_cut(void **state) {
  char text[512];
  (void)snprintf(text, sizeof text,
                 "h\xC3\xB6he,gr\xF6\xDF"
                 "e,\x1B[1m,%0200d\n1,2,3,4\n",
                 0);
  CsvNumbers csv;
  Error err;
  assert_int_equal(parse(*state, text, &csv, &err), STATUS_OK);
  assert_string_equal(csv.names[0], "h\xC3\xB6he");
  assert_string_equal(csv.names[1], "gr??e");
  assert_string_equal(csv.names[2], "?[1m");
  assert_int_equal(strlen(csv.names[3]), CSV_NAME_SIZE - 1);
}

/* Two names may read the same once they are printable; in the file they differ. */
static void names_are_compared_as_they_are_in_the_file(void **state) {
  CsvNumbers csv;
  Error err;
  assert_int_equal(parse(*state, "\xE4,\xF6\n1,2\n", &csv, &err), STATUS_OK);
  assert_string_equal(csv.names[0], "?");
  assert_string_equal(csv.names[1], "?");
}

static char *repeated(Arena *arena, const char *before, char byte, size_t count, const char *after) {
  size_t start = strlen(before);
  char *text = arena_alloc(arena, start + count + strlen(after) + 1, 1, 1);
  memcpy(text, before, start);
  memset(text + start, byte, count);
  memcpy(text + start + count, after, strlen(after) + 1);
  return text;
}

static void a_field_has_a_limit(void **state) {
  CsvNumbers csv;
  Error err;
  assert_int_equal(parse(*state, repeated(*state, "a,b\n1,", '0', CSV_MAX_FIELD, "\n"), &csv, &err), STATUS_OK);
  assert_int_equal(csv.rows, 1);
  assert_int_equal(parse(*state, repeated(*state, "a,b\n1,", '0', CSV_MAX_FIELD + 1, "\n"), &csv, &err), STATUS_PARSE);
  assert_string_equal(err.text, "t.csv:2: column 'b' (2): longer than 65535 bytes: is a quote left open?");
  assert_int_equal(parse(*state, repeated(*state, "a,\"", '\n', 1000000, "\n"), &csv, &err), STATUS_PARSE);
  assert_string_equal(err.text, "t.csv:1: column 2: longer than 65535 bytes: is a quote left open?");
}

static char *header_of(Arena *arena, int columns) {
  char *text = arena_alloc(arena, (size_t)columns, 8, 1), *end = text;
  for (int c = 0; c < columns; c++) {
    end += sprintf(end, "c%d%s", c, c + 1 < columns ? "," : "\n");
  }
  return text;
}

static void columns_have_a_limit(void **state) {
  CsvNumbers csv;
  Error err;
  assert_int_equal(parse(*state, header_of(*state, CSV_MAX_COLUMNS), &csv, &err), STATUS_OK);
  assert_int_equal(csv.columns, CSV_MAX_COLUMNS);
  assert_int_equal(csv.rows, 0);
  assert_string_equal(csv.names[65535], "c65535");
  assert_int_equal(parse(*state, header_of(*state, CSV_MAX_COLUMNS + 1), &csv, &err), STATUS_PARSE);
  assert_string_equal(err.text, "t.csv:1: more than 65536 columns");
}

/* Each value takes two bytes of text at the least; here all of them do, which fills the room for values exactly. */
static void the_densest_text_fits(void **state) {
  CsvNumbers csv;
  Error err;
  for (int rows = 1; rows < 100; rows++) {
    char text[1024] = "a\n", *end = text + 2;
    for (int r = 0; r < rows; r++) {
      end += sprintf(end, "%d%s", r % 10, r + 1 < rows ? "\n" : "");
    }
    assert_int_equal(parse(*state, text, &csv, &err), STATUS_OK);
    assert_int_equal(csv.rows, rows);
    assert_true(csv.values[rows - 1] == (float)((rows - 1) % 10));
    assert_int_equal(csv.lines[rows - 1], rows + 1);
  }
}

static void the_first_error_is_the_one_reported(void **state) {
  CsvNumbers csv = {.rows = -1};
  Error err;
  assert_int_equal(parse(*state, "a,b\n1,u\nv,2,3\n\"", &csv, &err), STATUS_PARSE);
  assert_string_equal(err.text, "t.csv:2: column 'b' (2): 'u' is not a number");
  assert_int_equal(parse(*state, "a,b\nu,v,3\n", &csv, &err), STATUS_PARSE);
  assert_string_equal(err.text, "t.csv:2: column 'a' (1): 'u' is not a number");
  assert_int_equal(csv.rows, -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(malformed_files_have_their_message, setup, teardown),
      cmocka_unit_test_setup_teardown(files_that_cannot_be_read, setup, teardown),
      cmocka_unit_test_setup_teardown(harmless_variations_are_accepted, setup, teardown),
      cmocka_unit_test_setup_teardown(a_quoted_field_may_go_on_over_lines, setup, teardown),
      cmocka_unit_test_setup_teardown(names_are_made_printable_and_cut, setup, teardown),
      cmocka_unit_test_setup_teardown(names_are_compared_as_they_are_in_the_file, setup, teardown),
      cmocka_unit_test_setup_teardown(a_field_has_a_limit, setup, teardown),
      cmocka_unit_test_setup_teardown(columns_have_a_limit, setup, teardown),
      cmocka_unit_test_setup_teardown(the_densest_text_fits, setup, teardown),
      cmocka_unit_test_setup_teardown(the_first_error_is_the_one_reported, setup, teardown),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
