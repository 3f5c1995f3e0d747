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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rows_go_by_name, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rows_go_by_place_without_names, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rows_with_row_names, setup, teardown),
      cmocka_unit_test_setup_teardown(a_bad_test_file_leaves_the_frame, setup, teardown),
      cmocka_unit_test_setup_teardown(a_line_without_end_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(a_table_too_large_is_refused_at_its_beginning, setup, teardown),
      cmocka_unit_test_setup_teardown(odd_files_are_read_as_fast, setup, teardown),
  };
  return cmocka_run_group_tests_name("csv files", tests, NULL, NULL);
}
