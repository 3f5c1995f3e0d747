/* CSV files: every file of tests/cases/csv is malformed and has its exact message beside it (<name>.txt, as it reads
 * for <name>.csv); how cells, words and names come out, and what must be accepted, is here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "arena_fixture.h"
#include "base/file.h"
#include "base/str.h"
#include "data/csv.h"

#define CASES "tests/cases/csv"

static const CsvFormat UNKNOWN = {.delimiter = DELIMITER_AUTO};

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
  Frame frame = {.rows = -1};
  Status status = csv_read(arena, arena_printf(arena, CASES "/%s", file), &UNKNOWN, NULL, &frame, &err);
  if (status != STATUS_PARSE || err.status != STATUS_PARSE) {
    fail_msg("%s: status %d, message '%s'", file, (int)status, err.text);
  }
  assert_string_equal(err.text, arena_printf(arena, CASES "/%s", expected));
  assert_int_equal(frame.rows, -1);
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
  assert_in_range(ran, 8, 10000);
}

static void files_that_cannot_be_read(void **state) {
  Frame frame;
  Error err;
  assert_int_equal(csv_read(*state, CASES "/absent/none.csv", &UNKNOWN, NULL, &frame, &err), STATUS_IO);
  assert_string_equal(err.text, CASES "/absent/none.csv: cannot open: No such file or directory");
  assert_int_equal(csv_read(*state, CASES, &UNKNOWN, NULL, &frame, &err), STATUS_IO);
  assert_string_equal(err.text, CASES ": a folder: a file is needed");
}

/* The frame as text: names, then a line for each row; words are quoted, '_' is missing. */
static const char *frame_text(Arena *arena, const Frame *frame) {
  const char *text = "";
  for (int c = 0; c < frame->columns; c++) {
    text = arena_printf(arena, "%s%s%s", text, c > 0 ? "|" : "", frame->column[c].name);
  }
  for (int i = 0; i < frame->rows * frame->columns; i++) {
    float cell = frame->cells[i];
    char shown[64] = "_";
    if (cell_is_number(cell)) {
      str_from_float(shown, sizeof shown, cell);
    } else if (cell_code(cell) != CELL_MISSING) {
      (void)snprintf(shown, sizeof shown, "'%s'", frame->column[i % frame->columns].word[cell_code(cell) - 1].text);
    }
    text = arena_printf(arena, "%s%s%s", text, i % frame->columns == 0 ? "\n" : "|", shown);
  }
  return text;
}

static Frame parse(Arena *arena, const CsvFormat *format, const char *text) {
  Frame frame;
  Error err = {0};
  if (csv_parse_text(arena, text, strlen(text), "t.csv", format, &frame, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return frame;
}

static void files_are_read_as_they_come(void **state) {
  static const struct {
    const char *text, *expected;
  } cases[] = {
      {"a,b\n1,2\n3,4\n", "a|b\n1|2\n3|4"},
      {"a,b\r\n1,2\r\n3,4", "a|b\n1|2\n3|4"},
      {"a,b\r1,2\r3,4\r", "a|b\n1|2\n3|4"},
      {"\xEF\xBB\xBF"
       "a,b\n1,2\n3,4\n",
       "a|b\n1|2\n3|4"},
      {"\n\n a , b \n\n1, 2\n\n 3 ,4\n\n\n", "a|b\n1|2\n3|4"},
      {"# made by hand\na,b\n1,2\n# half\n3,4\n", "a|b\n1|2\n3|4"},
      {"a;b\n1,5;2\n-,25;4\n", "a|b\n1.5|2\n-0.25|4"},
      {"a;b\n1,5;2\n-3,25;4\n", "a|b\n1.5|2\n-3.25|4"},
      {"a\tb c\n1\t2\n3\tx y\n", "a|b c\n1|2\n3|'x y'"},
      {"a|b\n1|2\n3|4\n", "a|b\n1|2\n3|4"},
      {"  a   b\n  1   2\n  3\t 4  \n", "a|b\n1|2\n3|4"},
      {"1,2\n3,4\n5,6\n", "column 1|column 2\n1|2\n3|4\n5|6"},
      {"x,1\ny,2\nx,3\n", "column 1|column 2\n'x'|1\n'y'|2\n'x'|3"},
      {"a,b,a,\n1,2,3,4\n5,6,7,8\n", "a|b|a (2)|column 4\n1|2|3|4\n5|6|7|8"},
      {"\"\",\"x\"\n\"1\",4\n\"2\",5\n", "column 1|x\n1|4\n2|5"},
      {"\"x\" \"y\"\n\"1\" 4 \"u\"\n\"2\" 5 \"v\"\n", "row names|x|y\n1|4|'u'\n2|5|'v'"},
      {"2,2,no,yes\n1,2,0\n3,4,1\n", "column 1|column 2|column 3\n1|2|0\n3|4|1"},
      {"2,1,,\nu,v\n1,2\n3,4\n", "u|v\n1|2\n3|4"},
      {"a,b\nNA,?\n-,\nnan,NULL\n\" \",N/A\n1,2\n", "a|b\n_|_\n_|_\n_|_\n_|_\n1|2"},
      {"a,b\n\"1,5\",\"say \"\"hi\"\"\"\n2,\"two\nlines\"\n", "a|b\n1.5|'say \"hi\"'\n2|'two\nlines'"},
      {"a,b,c\n1,2\n3,4,5\n6\n", "a|b|c\n1|2|_\n3|4|5\n6|_|_"},
      {"a,b,\n1,2,\n3,4,\n", "a|b|column 3\n1|2|_\n3|4|_"},
      {"a,b\n1,2,\n3,4,\n", "a|b\n1|2\n3|4"},
      {"name,n\nM\xFCller,1\nStra\xDF"
       "e,2\n",
       "name|n\n'M\xC3\xBCller'|1\n'Stra\xC3\x9F"
       "e'|2"},
      {"n,w\n1e50,x\n2,5 m\n", "n|w\n'1e50'|'x'\n2|'5 m'"},
      {"a,b\n1,don't\n2,isn't\n", "a|b\n1|'don't'\n2|'isn't'"},
      {"'a','b'\n'1','x, y'\n'2','z'\n", "a|b\n1|'x, y'\n2|'z'"},
      {"x,x (2),x,x\n1,2,3,4\n5,6,7,8\n", "x|x (2)|x (3)|x (4)\n1|2|3|4\n5|6|7|8"},
      {"colour,n\n#f00,1\n#0f0,2\n#00f,3\n", "colour|n\n'#f00'|1\n'#0f0'|2\n'#00f'|3"},
      {"size,n\n5\" disk,1\n3 mm,2\n", "size|n\n'5\" disk'|1\n'3 mm'|2"},
      {"a,b\n007,+1\n1e3,.5\n-0,5.\n1234,12x\n", "a|b\n7|1\n1000|0.5\n-0|5\n1234|'12x'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Frame frame = parse(*state, &UNKNOWN, cases[i].text);
    assert_string_equal(frame_text(*state, &frame), cases[i].expected);
  }
}

static void what_the_user_says_stands(void **state) {
  CsvFormat format = {.header = HEADER_NO};
  Frame frame = parse(*state, &format, "a,b\n1,2\n");
  assert_string_equal(frame_text(*state, &frame), "column 1|column 2\n'a'|'b'\n1|2");
  format = (CsvFormat){.header = HEADER_YES};
  frame = parse(*state, &format, "1,2\n3,4\n");
  assert_string_equal(frame_text(*state, &frame), "1|2\n3|4");
  format = (CsvFormat){.delimiter = DELIMITER_COMMA};
  frame = parse(*state, &format, "a;b,c\n1;5,2\n");
  assert_string_equal(frame_text(*state, &frame), "a;b|c\n'1;5'|2");
  format = (CsvFormat){.quote = QUOTE_SINGLE};
  frame = parse(*state, &format, "a,b\n'u,v',\"x\n");
  assert_string_equal(frame_text(*state, &frame), "a|b\n'u,v'|'\"x'");
  format = (CsvFormat){.quote = QUOTE_NONE};
  frame = parse(*state, &format, "a,b\n\"1,2\"\n");
  assert_string_equal(frame_text(*state, &frame), "a|b\n'\"1'|'2\"'");
  format = (CsvFormat){.header = HEADER_NO, .encoding = ENCODING_LATIN1};
  frame = parse(*state, &format, "\xC3\x9F,1\n\xFC,2\n");
  assert_string_equal(frame_text(*state, &frame), "column 1|column 2\n'\xC3\x83\xC2\x9F'|1\n'\xC3\xBC'|2");
}

static void a_nul_byte_is_no_quote(void **state) {
  static const char text[] = "a,b\n1,2\n\0x\0,4\n";
  const CsvFormat format = {.quote = QUOTE_NONE};
  Frame frame;
  Error err = {0};
  assert_int_equal(csv_parse_text(*state, text, sizeof text - 1, "t.csv", &format, &frame, &err), STATUS_PARSE);
  assert_non_null(strstr(err.text, "a NUL byte: is this a text file?"));
}

static void words_and_gaps_are_counted(void **state) {
  Frame frame = parse(*state, &UNKNOWN, "a,w\n1,x\nNA,y\n3,x\n4,x\n5\n6,y\n7,z\n8,x\n9,x\n10,x\n11,x,12\n");
  assert_int_equal(frame.rows, 10);
  assert_int_equal(frame.column[0].missing, 1);
  assert_int_equal(frame.column[0].numbers, 9);
  assert_int_equal(frame.column[1].missing, 1);
  assert_int_equal(frame.column[1].words, 3);
  assert_string_equal(frame.column[1].word[1].text, "y");
  assert_int_equal(frame.column[1].word[0].rows, 6);
  assert_int_equal(frame.column[1].word[1].rows, 2);
  assert_int_equal(frame.short_rows, 1);
  assert_int_equal(frame.long_rows, 1);
  assert_int_equal(frame.first_long_line, 12);
}

/* Chunks end anywhere; whole pieces without quotes take another way than lines with them. */
static void a_long_file_is_the_same_by_both_ways(void **state) {
  enum { ROWS = 200000 };
  char *plain = arena_alloc(*state, 16, ROWS + 1, 1), *quoted = arena_alloc(*state, 18, ROWS + 1, 1);
  char *p = plain + sprintf(plain, "a,b,c\n"), *q = quoted + sprintf(quoted, "a,b,c\n");
  for (int r = 0; r < ROWS; r++) {
    p += sprintf(p, "%d,%d,w%d\n", r % 1000, -r % 7, r % 50);
    q += sprintf(q, "%d,%d,\"w%d\"\n", r % 1000, -r % 7, r % 50);
  }
  Frame one = parse(*state, &UNKNOWN, plain), other = parse(*state, &UNKNOWN, quoted);
  assert_int_equal(one.rows, ROWS);
  assert_int_equal(other.rows, ROWS);
  assert_memory_equal(one.cells, other.cells, (size_t)ROWS * 3 * sizeof *one.cells);
  assert_true(one.cells[3 * 123456] == 456.0f && one.cells[3 * 123456 + 1] == (float)(-123456 % 7));
  assert_int_equal(one.column[2].words, 50);
}

static void gzip_is_told_by_its_bytes(void **state) {
  char path[] = "/tmp/nnlab-csv-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  gzFile packed = gzdopen(file, "wb");
  assert_int_equal(gzputs(packed, "a,b\n1,2\n3,4\n"), 12);
  assert_int_equal(gzclose(packed), Z_OK);
  Frame frame;
  Error err = {0};
  LoadProgress progress = {.stop = false};
  Status status = csv_read(*state, path, &UNKNOWN, &progress, &frame, &err);
  Status whole = status;
  atomic_store(&progress.stop, true);
  Status stopped = csv_read(*state, path, &UNKNOWN, &progress, &frame, &err);
  assert_int_equal(truncate(path, 25), 0);
  Status cut = csv_read(*state, path, &UNKNOWN, NULL, &frame, &err);
  (void)unlink(path);
  assert_int_equal(whole, STATUS_OK);
  assert_true(progress.total > 0 && progress.done == progress.total);
  assert_int_equal(stopped, STATUS_STOPPED);
  assert_int_equal(cut, STATUS_PARSE);
  assert_non_null(strstr(err.text, ": damaged, or cut off: unexpected end of file"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(malformed_files_have_their_message, setup, teardown),
      cmocka_unit_test_setup_teardown(files_that_cannot_be_read, setup, teardown),
      cmocka_unit_test_setup_teardown(files_are_read_as_they_come, setup, teardown),
      cmocka_unit_test_setup_teardown(what_the_user_says_stands, setup, teardown),
      cmocka_unit_test_setup_teardown(a_nul_byte_is_no_quote, setup, teardown),
      cmocka_unit_test_setup_teardown(words_and_gaps_are_counted, setup, teardown),
      cmocka_unit_test_setup_teardown(a_long_file_is_the_same_by_both_ways, setup, teardown),
      cmocka_unit_test_setup_teardown(gzip_is_told_by_its_bytes, setup, teardown),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
