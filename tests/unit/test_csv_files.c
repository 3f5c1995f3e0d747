/* CSV files whose size or whose company matters: test rows behind those of another file, and what is refused before it
 * fills the memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "arena_fixture.h"
#include "data/csv.h"
#include "data/frame_builder.h"

static const CsvFormat UNKNOWN = {.delimiter = DELIMITER_AUTO};

/* A file that is gone after the test. */
typedef struct Temporary {
  char path[32];
} Temporary;

static Temporary write_file(const char *text) {
  Temporary file = {"/tmp/nnlab-csv-XXXXXX"};
  int open = mkstemp(file.path);
  assert_true(open >= 0);
  assert_int_equal(write(open, text, strlen(text)), strlen(text));
  (void)close(open);
  return file;
}

static Frame parse(Arena *arena, const char *text) {
  Frame frame;
  Error err = {0};
  if (csv_parse_text(arena, text, strlen(text), "train.csv", &UNKNOWN, &frame, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return frame;
}

static Status append(Arena *arena, const char *text, Frame *frame, Error *err) {
  Temporary file = write_file(text);
  Status status = csv_append(arena, file.path, NULL, frame, err);
  (void)unlink(file.path);
  return status;
}

static void check_cells(const Frame *frame, const float *expected) {
  for (int i = 0; i < frame->rows * frame->columns; i++) {
    float cell = frame->cells[i];
    /* words stand as -1, -2, ... */
    float shown = cell_is_number(cell) ? cell : -(float)cell_code(cell);
    if (shown != expected[i]) {
      fail_msg("row %d, column %d: %g, not %g", i / frame->columns, i % frame->columns, (double)shown,
               (double)expected[i]);
    }
  }
}

static void test_rows_go_by_name(void **state) {
  Error err;
  Frame frame = parse(*state, "a,w,a\n1,x,2\n3,y,4\n");
  assert_int_equal(append(*state, "w;a;extra;a\ny;5,5;0;6\nz;7;0\n", &frame, &err), STATUS_OK);
  assert_int_equal(frame.rows, 4);
  assert_int_equal(frame.test_rows, 2);
  check_cells(&frame, (const float[]){1, -1, 2, 3, -2, 4, 5.5f, -2, 6, 7, -3, 0});
  assert_int_equal(frame.column[1].words, 3);
  assert_int_equal(frame.column[1].word[1].rows, 2);
  assert_int_equal(frame.column[2].missing, 1);
  assert_int_equal(frame.column[2].numbers, 3);
}

static void test_rows_go_by_place_without_names(void **state) {
  Error err;
  Frame frame = parse(*state, "1,2\n3,4\n5,6\n");
  assert_int_equal(append(*state, "p,q\n7,8\n9,10\n", &frame, &err), STATUS_OK);
  check_cells(&frame, (const float[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  frame = parse(*state, "p,q\n1,2\n3,4\n");
  assert_int_equal(append(*state, "5,6\n7,8\n9,1\n", &frame, &err), STATUS_OK);
  check_cells(&frame, (const float[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 1});
}

static void test_rows_with_row_names(void **state) {
  Error err;
  Frame frame = parse(*state, "\"x\" \"y\"\n\"1\" 4 5\n\"2\" 6 7\n");
  assert_true(frame.row_names);
  assert_int_equal(append(*state, "\"y\" \"x\"\n\"3\" 9 8\n\"4\" 2 1\n", &frame, &err), STATUS_OK);
  check_cells(&frame, (const float[]){1, 4, 5, 2, 6, 7, 3, 8, 9, 4, 1, 2});
}

/* Whatever fails, and however late, the training rows are as they were. */
static void a_bad_test_file_leaves_the_frame(void **state) {
  Error err;
  Frame frame = parse(*state, "a,b\n1,2\n3,4\n");
  assert_int_equal(append(*state, "a,c\n5,6\n7,8\n", &frame, &err), STATUS_PARSE);
  assert_non_null(strstr(err.text, ":1: no column 'b', which the training file has"));
  assert_int_equal(append(*state, "a,b\n5,6\n7,8\n9,\"1\n", &frame, &err), STATUS_PARSE);
  assert_non_null(strstr(err.text, ":4: column 'b' (2): the quote is never closed"));
  assert_int_equal(append(*state, "a,b\n", &frame, &err), STATUS_PARSE);
  assert_non_null(strstr(err.text, "no row of values"));
  assert_int_equal(csv_append(*state, "/tmp/nnlab-absent.csv", NULL, &frame, &err), STATUS_IO);
  assert_int_equal(frame.rows, 2);
  assert_int_equal(frame.test_rows, 0);
  check_cells(&frame, (const float[]){1, 2, 3, 4});
}

static void a_line_without_end_is_refused(void **state) {
  enum { BLOCK = 1 << 20, BLOCKS = 80 };
  Temporary file = write_file("");
  gzFile packed = gzopen(file.path, "wb1");
  char *block = malloc(BLOCK);
  assert_non_null(block);
  memset(block, '1', BLOCK);
  for (int i = 0; i < BLOCKS; i++) {
    assert_int_equal(gzwrite(packed, block, BLOCK), BLOCK);
  }
  free(block);
  assert_int_equal(gzclose(packed), Z_OK);
  Frame frame;
  Error err = {0};
  Status status = csv_read(*state, file.path, &UNKNOWN, NULL, &frame, &err);
  (void)unlink(file.path);
  assert_int_equal(status, STATUS_PARSE);
  assert_non_null(strstr(err.text, ":1: a line of more than 64 MiB: is this a text file?"));
}

/* 2^36 bytes, of which the first million tell how many cells there would be; the rest is a hole. */
static void a_table_too_large_is_refused_at_its_beginning(void **state) {
  enum { ROWS = 300000 };
  char *text = arena_alloc(*state, 4, ROWS + 1, 1);
  for (int r = 0; r < ROWS; r++) {
    memcpy(text + (size_t)4 * (size_t)r, "1,2\n", 4);
  }
  Temporary file = write_file(text);
  LoadProgress progress = {.stop = false};
  Frame frame;
  Error err = {0};
  int grown = truncate(file.path, (off_t)1 << 36);
  Status status = csv_read(*state, file.path, &UNKNOWN, &progress, &frame, &err);
  (void)unlink(file.path);
  if (grown != 0) {
    skip();
  }
  assert_int_equal(status, STATUS_RANGE);
  assert_non_null(strstr(err.text, ": about 17"));
  assert_non_null(strstr(err.text, " rows of 2 columns are more than "));
  assert_true(progress.done < 1 << 22);
}

/* Many columns of one name, lines that end in CR, a comment after every row: minutes, if work grew with its square. */
static void odd_files_are_read_as_fast(void **state) {
  enum { COLUMNS = 60000, ROWS = 1000000 };
  char *names = arena_alloc(*state, 4, COLUMNS + 1, 1), *lines = arena_alloc(*state, 8, ROWS + 1, 1);
  for (int c = 0; c < COLUMNS; c++) {
    memcpy(names + (size_t)2 * (size_t)c, c + 1 < COLUMNS ? "x," : "x\n", 2);
  }
  Frame frame = parse(*state, names);
  assert_int_equal(frame.columns, COLUMNS);
  assert_string_equal(frame.column[COLUMNS - 1].name, "x (60000)");
  char *end = lines + sprintf(lines, "a,b\r");
  for (int r = 0; r < ROWS; r++) {
    memcpy(end + (size_t)4 * (size_t)r, "1,2\r", 4);
  }
  frame = parse(*state, lines);
  assert_int_equal(frame.rows, ROWS);
  end = lines + sprintf(lines, "a,b\n");
  for (int r = 0; r < ROWS; r++) {
    memcpy(end + (size_t)6 * (size_t)r, "1,2\n#\n", 6);
  }
  frame = parse(*state, lines);
  assert_int_equal(frame.rows, ROWS);
  assert_int_equal(frame.comment_lines, ROWS);
}

/* --- files of many parts ------------------------------------------------------------------------------------------ */

enum { PART_ROWS = 700000, COLOURS = 7000, LONG_EVERY = 1000, QUOTED_EVERY = 300000, SHORT_EVERY = 997 };

static bool is_long(int r) { return r % LONG_EVERY == 17; }
static bool is_short(int r) { return !is_long(r) && r % SHORT_EVERY == 5; }

/* "number,colour,half": some rows have a field too many, some lack the last, a few are in quotes. `end` is the last
 * line. */
static char *many_rows(Arena *arena, const char *end) {
  enum { LONGEST = 48 };
  char *text = arena_alloc(arena, LONGEST, PART_ROWS + 2, 1);
  size_t used = (size_t)sprintf(text, "number,colour,half\n");
  for (int r = 0; r < PART_ROWS; r++) {
    const char *form = is_long(r)              ? "%d,c%d,%d.5,x\n"
                       : is_short(r)           ? "%d,c%d\n"
                       : r % QUOTED_EVERY == 1 ? "\"%d\",\"c%d\",%d.5\n"
                                               : "%d,c%d,%d.5\n";
    used += (size_t)sprintf(text + used, form, r, r / 3 % COLOURS, r % 100);
  }
  (void)sprintf(text + used, "%s", end);
  return text;
}

static void parts_of_a_file_come_together_in_order(void **state) {
  Frame frame = parse(*state, many_rows(*state, ""));
  int rows = 0, shorts = 0;
  for (int r = 0; r < PART_ROWS; r++) {
    if (is_long(r)) {
      continue;
    }
    const float *cell = frame.cells + (size_t)3 * (size_t)rows++;
    assert_true(cell[0] == (float)r);
    assert_true(!cell_is_number(cell[1]) && cell_code(cell[1]) == (uint32_t)(r / 3 % COLOURS) + 1);
    assert_true(is_short(r) ? cell_code(cell[2]) == CELL_MISSING : cell[2] == (float)(r % 100) + 0.5f);
    shorts += is_short(r);
  }
  assert_int_equal(frame.rows, rows);
  assert_int_equal(frame.short_rows, shorts);
  assert_int_equal(frame.long_rows, PART_ROWS - rows);
  assert_int_equal(frame.first_long_line, 17 + 2);
  assert_int_equal(frame.column[1].words, COLOURS);
  assert_string_equal(frame.column[1].word[COLOURS - 1].text, "c6999");
}

/* Of two errors the first one is told, with its line. */
static void an_error_in_a_part_names_its_line(void **state) {
  char *text = many_rows(*state, ""), *first = strstr(text, "\n654321,"), *second = strstr(text, "\n699998,");
  Frame frame;
  Error err = {0};
  size_t length = strlen(text);
  *strchr(first, 'c') = *strchr(second, 'c') = '\0';
  assert_int_equal(csv_parse_text(*state, text, length, "t.csv", &UNKNOWN, &frame, &err), STATUS_PARSE);
  assert_string_equal(err.text, "t.csv:654323: column 'colour' (2): a NUL byte: is this a text file?");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rows_go_by_name, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rows_go_by_place_without_names, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rows_with_row_names, setup, teardown),
      cmocka_unit_test_setup_teardown(a_bad_test_file_leaves_the_frame, setup, teardown),
      cmocka_unit_test_setup_teardown(a_line_without_end_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(a_table_too_large_is_refused_at_its_beginning, setup, teardown),
      cmocka_unit_test_setup_teardown(odd_files_are_read_as_fast, setup, teardown),
      cmocka_unit_test_setup_teardown(parts_of_a_file_come_together_in_order, setup, teardown),
      cmocka_unit_test_setup_teardown(an_error_in_a_part_names_its_line, setup, teardown),
  };
  return cmocka_run_group_tests_name("csv files", tests, NULL, NULL);
}
