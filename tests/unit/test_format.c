/* What format_guess finds out from the beginning of a file, and what it leaves as the user says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/format.h"

typedef struct Case {
  const char *text, *expected;
} Case;

static CsvFormat guess(CsvFormat format, const char *text) {
  format_guess(text, strlen(text), true, &format);
  return format;
}

/* "comma point double header", and what is unusual. */
static void describe(const CsvFormat *format, char *out, size_t size) {
  (void)snprintf(out, size, "%s %s %s %s%s%s", DELIMITER_NAMES[format->delimiter], DECIMAL_NAMES[format->decimal],
                 QUOTE_NAMES[format->quote], HEADER_NAMES[format->header], format->count_line ? " count line" : "",
                 format->row_names ? " row names" : "");
}

static void check_cases(const Case *cases, size_t count) {
  static const CsvFormat unknown = {.delimiter = DELIMITER_AUTO};
  int wrong = 0;
  for (size_t i = 0; i < count; i++) {
    CsvFormat format = guess(unknown, cases[i].text);
    char found[128];
    describe(&format, found, sizeof found);
    if (strcmp(found, cases[i].expected) != 0) {
      print_error("%s\nis '%s', not '%s'\n", cases[i].text, found, cases[i].expected);
      wrong++;
    }
  }
  assert_int_equal(wrong, 0);
}
#define CHECK_CASES(cases) check_cases((cases), sizeof(cases) / sizeof *(cases))

static void delimiters(void **state) {
  (void)state;
  static const Case cases[] = {
      {"a,b,c\n1,2,3\n4,5,6\n", "comma point double yes"},
      {"a;b;c\n1;2;3\n4;5;6\n", "semicolon point double yes"},
      {"a\tb\tc\n1\t2\t3\n4\t5\t6\n", "tab point double yes"},
      {"a|b|c\n1|2|3\n4|5|6\n", "pipe point double yes"},
      {"a b c\n1 2 3\n4 5 6\n", "blanks point double yes"},
      {"  a    b\n  1  2.5\n 10  3.5\n", "blanks point double yes"},
      {"1.5  2\t3\n4.5\t 5 6\n7 8 9\n", "blanks point double no"},
      {"18.0   8   307.0      3504.\t\"chevrolet malibu\"\n15.0   8   350.0      3693.\t\"buick skylark 320\"\n",
       "blanks point double no"},
      {"name,text\nx,one; two; three\ny,four; five\nz,six\n", "comma point double yes"},
      {"name;text\nx;one, two\ny;three\nz;four, five, six\n", "semicolon point double yes"},
      {"city, state\nSan Jose, CA\nNew York City, NY\n", "comma point double yes"},
      {"x\n1\n2\n3\n", "comma point double yes"},
      {"first name\tlast name\nJo Ann\tLee\nBo\tMc Coy\n", "tab point double yes"},
      {"a,b\n1,2\n3\n4,5\n6,7\n", "comma point double yes"},
      {"a,b\n\"1;2;3\",2\n\"4;5;6\",3\n", "comma point double yes"},
      {"a,b\n\"x\ny;z\",2\n\"u\nv\",3\n", "comma point double yes"},
  };
  CHECK_CASES(cases);
}

static void decimals(void **state) {
  (void)state;
  static const Case cases[] = {
      {"a;b\n1,5;2,25\n3,5;4\n", "semicolon comma double yes"},
      {"a\tb\n1,5\t2\n3,5\t4\n", "tab comma double yes"},
      {"a b c\n1,5 2,5 3,0\n4,5 5,5 6,0\n", "blanks comma double yes"},
      {"a;b\n1.5;2\n3.5;4\n", "semicolon point double yes"},
      {"a;b\n1.5;x, y\n3.5;z\n", "semicolon point double yes"},
      {"1,5;2,5\n3,5;4,5\n5,5;6,5\n", "semicolon comma double no"},
  };
  CHECK_CASES(cases);
}

static void quotes(void **state) {
  (void)state;
  static const Case cases[] = {
      {"'a','b'\n'1','x, y'\n'2','z'\n", "comma point single yes"},
      {"'a' 'b'\n1 2\n3 4\n5 6\n7 8\n9 1\n2 3\n", "blanks point single yes"},
      {"'a',b\n1,2\n3,4\n5,6\n", "comma point double yes"},
      {"'a','b'\n1,2\n3,'tis\n5,6\n7,8\n9,1\n2,3\n", "comma point double yes"},
      {"a,b\n1,don't\n2,isn't\n3,can't\n", "comma point double yes"},
      {"a,b\n1,the dogs' toys\n2,the cats' toys\n", "comma point double yes"},
      {"a,b\n5\" disk,1\n3\" disk,2\n5\" disk,3\n", "comma point double yes"},
      {"size,n\n5\" disk;x,1\n3 mm,2\n8 mm,3\n", "comma point double yes"},
  };
  CHECK_CASES(cases);
}

static void headers(void **state) {
  (void)state;
  static const Case cases[] = {
      {"1,2\n3,4\n5,6\n", "comma point double no"},
      {"5.1,3.5,setosa\n4.9,3.0,setosa\n6.1,2.8,virginica\n", "comma point double no"},
      {"sepal,petal,species\n4.9,3.0,setosa\n6.1,2.8,virginica\n", "comma point double yes"},
      {"p,x,s,n\ne,x,s,y\ne,b,s,w\np,x,y,w\n", "comma point double no"},
      {"class,shape\np,x\ne,x\ne,b\n", "comma point double yes"},
      {"label,0,1,2\n5,0,12,255\n3,7,0,0\n1,0,0,9\n", "comma point double yes"},
      {"0,1,2,3\n5.1,3.5,1.4,0.2\n4.9,3.0,1.4,0.2\n", "comma point double yes"},
      {"?,2,x\n1,3,y\n4,?,x\n", "comma point double no"},
      {"a,b\nNA,1\nNA,2\n3,NA\n", "comma point double yes"},
      {"a,b\n", "comma point double yes"},
      {"1,2\n", "comma point double no"},
  };
  CHECK_CASES(cases);
}

static void files_of_statisticians(void **state) {
  (void)state;
  static const Case cases[] = {
      {"\"\",\"x\",\"y\"\n\"1\",4,\"u\"\n\"2\",5,\"v\"\n", "comma point double yes"},
      {"\"x\" \"y\"\n\"1\" 4 \"u\"\n\"2\" 5 \"v\"\n", "blanks point double yes row names"},
      {"x,y\n1,4,u\n2,5,v\n3,6,u\n", "comma point double yes row names"},
      {"x,y\n1,4,\n2,5,\n3,6,\n", "comma point double yes"},
      {"4,3,setosa,virginica\n5.1,3.5,1.4,0\n4.9,3.0,1.5,0\n6.1,2.8,4.7,1\n6.2,2.9,4.8,1\n",
       "comma point double no count line"},
      {"2,2,,,\n\"CRIM\",\"ZN\",\"MEDV\"\n0.1,18,24\n0.2,0,21.6\n", "comma point double yes count line"},
      {"150,4,7\n1,2,3\n4,5,6\n7,8,9\n", "comma point double no"},
  };
  CHECK_CASES(cases);
}

static void comments(void **state) {
  (void)state;
  static const Case cases[] = {
      {"# made by hand, in 1998; really\n# twice\na;b\n1;2\n3;4\n", "semicolon point double yes"},
      {"#,a\n1,2\n3,4\n", "comma point double yes"},
      {"colour,n\n#ff0000,1\n#00ff00,2\n#0000ff,3\n", "comma point double yes"},
  };
  CHECK_CASES(cases);
}

static void what_the_user_says_stands(void **state) {
  (void)state;
  const CsvFormat said = {.delimiter = DELIMITER_PIPE,
                          .decimal = DECIMAL_COMMA,
                          .quote = QUOTE_NONE,
                          .header = HEADER_NO,
                          .encoding = ENCODING_LATIN1};
  CsvFormat found = guess(said, "a,b\n1,2\n3,4\n");
  assert_int_equal(found.delimiter, DELIMITER_PIPE);
  assert_int_equal(found.decimal, DECIMAL_COMMA);
  assert_int_equal(found.quote, QUOTE_NONE);
  assert_int_equal(found.header, HEADER_NO);
  assert_int_equal(found.encoding, ENCODING_LATIN1);
  const CsvFormat headed = {.header = HEADER_YES};
  assert_int_equal(guess(headed, "1,2\n3,4\n5,6\n").header, HEADER_YES);
  assert_false(guess(said, "a|b\n1|2|3\n4|5|6\n").row_names);
}

/* A beginning is as good as the whole: the last line may be cut anywhere. */
static void a_cut_line_does_not_count(void **state) {
  (void)state;
  const char *text = "a,b\n1,2\n3,4\n5,6\n7,8,";
  CsvFormat format = {.delimiter = DELIMITER_AUTO};
  format_guess(text, strlen(text), false, &format);
  assert_int_equal(format.header, HEADER_YES);
  assert_false(format.row_names);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(delimiters),
      cmocka_unit_test(decimals),
      cmocka_unit_test(quotes),
      cmocka_unit_test(headers),
      cmocka_unit_test(files_of_statisticians),
      cmocka_unit_test(comments),
      cmocka_unit_test(what_the_user_says_stands),
      cmocka_unit_test(a_cut_line_does_not_count),
  };
  return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
