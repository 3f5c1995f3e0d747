/* Words that stand for numbers, truth values and dates; and names of columns in lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/column_names.h"
#include "data/word_value.h"

static void check_amount(const char *text, Decimal decimal, double value, const char *around) {
  Amount amount;
  char found[64] = "";
  bool is = word_amount(text, decimal, &amount);
  if (is) {
    (void)snprintf(found, sizeof found, "%.*s|%.*s", (int)amount.prefix_length, amount.prefix,
                   (int)amount.suffix_length, amount.suffix);
  }
  if (is == isnan(value) || (is && (amount.value != value || strcmp(found, around) != 0))) {
    fail_msg("'%s' is %s%g with '%s'", text, is ? "" : "not ", amount.value, found);
  }
}

static void amounts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value; /* NaN: no amount */
    const char *around;
  } cases[] = {{"1,234", 1234, "|"},
               {"1,234,567.5", 1234567.5, "|"},
               {"$3.50", 3.5, "$|"},
               {"-$1,000", -1000, "$|"},
               {"12 %", 12, "|%"},
               {"0.5%", 0.5, "|%"},
               {"1 234", 1234, "|"},
               {"1\u00A0234", 1234, "|"},
               {"1\u202F234\u00A0kg", 1234, "|kg"},
               {"7 €", 7, "|€"},
               {"€ 1'000", 1000, "€|"},
               {"1’234’567", 1234567, "|"},
               {"$-5", -5, "$|"},
               {"66.7 EUR", 66.7, "|EUR"},
               {"-12.5 °C", -12.5, "|°C"},
               {"5 km/h", 5, "|km/h"},
               {"C3", 3, "C|"},
               {".5 l", 0.5, "|l"},
               {"2.5e3", 2500, "|"},
               {"1e308", 1e308, "|"},
               {"1e999", HUGE_VAL, "|"},
               {"-inf", -HUGE_VAL, "|"},
               {"12", 12, "|"},
               {"a1,234", 1234, "a|"},
               {"0,123", (double)NAN, ""},
               {"12,34", (double)NAN, ""},
               {"1,2345", (double)NAN, ""},
               {"", (double)NAN, ""},
               {"$", (double)NAN, ""},
               {"%", (double)NAN, ""},
               {"#3", (double)NAN, ""},
               {"1.2.3", (double)NAN, ""},
               {"12-13", (double)NAN, ""},
               {"12:30", (double)NAN, ""},
               {"1,,234", (double)NAN, ""},
               {"1234,567", (double)NAN, ""}};
  static const struct {
    const char *text;
    double value;
    const char *around;
  } commas[] = {{"31.606,69 €", 31606.69, "|€"}, {"9,5%", 9.5, "|%"},        {"33.475", 33475, "|"},
                {"1.976,96", 1976.96, "|"},      {"1 976,96", 1976.96, "|"}, {"1'976,96", 1976.96, "|"},
                {"7.123.456,00", 7123456, "|"},  {"1.5", (double)NAN, ""},   {"1,234", 1.234, "|"},
                {"-0,5 °C", -0.5, "|°C"},        {"1,2,3", (double)NAN, ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_amount(cases[i].text, DECIMAL_POINT, cases[i].value, cases[i].around);
  }
  for (size_t i = 0; i < sizeof commas / sizeof *commas; i++) {
    check_amount(commas[i].text, DECIMAL_COMMA, commas[i].value, commas[i].around);
  }
}

static void truth(void **state) {
  (void)state;
  bool value;
  assert_int_equal(word_truth("Yes", &value), TRUTH_YES_NO);
  assert_true(value);
  assert_int_equal(word_truth("FALSE", &value), TRUTH_TRUE_FALSE);
  assert_false(value);
  assert_int_equal(word_truth("n", &value), TRUTH_Y_N);
  assert_int_equal(word_truth("maybe", &value), TRUTH_NONE);
  assert_int_equal(word_truth("", &value), TRUTH_NONE);
}

static void dates(void **state) {
  (void)state;
  static const struct {
    const char *text;
    DateOrder order;
    double days; /* NaN: no date in this order */
  } cases[] = {{"1970-01-01", DATE_YMD, 0},
               {"2000-03-01", DATE_YMD, 11017},
               {"2024/02/29", DATE_YMD, 19782},
               {"1969-12-31T12:00:00Z", DATE_YMD, -0.5},
               {"1970-01-02 06:00", DATE_YMD, 1.25},
               {"31.12.1999", DATE_DMY, 10956},
               {"11/13/2024 06:00 PM", DATE_MDY, 20040.75},
               {"11/13/2024 12:00 AM", DATE_MDY, 20040},
               {"11/13/2024 13:00 PM", DATE_MDY, (double)NAN},
               {"20240229", DATE_YMD, 19782},
               {"20230229", DATE_YMD, (double)NAN},
               {"18991231", DATE_YMD, (double)NAN},
               {"12/31/1999", DATE_MDY, 10956},
               {"3 Mar 2000", DATE_DMY, 11019},
               {"March 3, 2000", DATE_MDY, 11019},
               {"3-Mar-00", DATE_DMY, 11019},
               {"Mar-3-00", DATE_MDY, 11019},
               {"01-Jan-69", DATE_DMY, -365},
               {"1-Jan-68", DATE_DMY, 35794},
               {"12/31/1999", DATE_DMY, (double)NAN},
               {"31/12/99", DATE_DMY, (double)NAN},
               {"99-Dec-31", DATE_YMD, (double)NAN},
               {"3-Mar-021", DATE_DMY, (double)NAN},
               {"2023-02-29", DATE_YMD, (double)NAN},
               {"1900-02-29", DATE_YMD, (double)NAN},
               {"2024-1/2", DATE_YMD, (double)NAN},
               {"2024-01-02 25:99", DATE_YMD, (double)NAN},
               {"192.168.0.1", DATE_DMY, (double)NAN},
               {"1-2-3", DATE_YMD, (double)NAN},
               {"", DATE_YMD, (double)NAN},
               {"99999999999-01-01", DATE_YMD, (double)NAN}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double days = (double)NAN;
    bool is = word_date(cases[i].text, cases[i].order, &days);
    if (is == isnan(cases[i].days) || (is && days != cases[i].days)) {
      fail_msg("'%s' is day %g", cases[i].text, days);
    }
  }
}

static void times(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double hours; /* NaN: no time */
  } cases[] = {{"09:30", 9.5},
               {"9:30:36", 9.51},
               {"12:15 AM", 0.25},
               {"1:30 pm", 13.5},
               {"0:00:00.5", 0.5 / 3600},
               {"9:3", (double)NAN},
               {"25:00", (double)NAN},
               {"09:60", (double)NAN},
               {"09", (double)NAN},
               {"13:00 PM", (double)NAN},
               {"", (double)NAN}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double hours = (double)NAN;
    bool is = word_time(cases[i].text, &hours);
    if (is == isnan(cases[i].hours) || (is && fabs(hours - cases[i].hours) > 1e-9)) {
      fail_msg("'%s' is hour %g", cases[i].text, hours);
    }
  }
}

static void lists_of_names(void **state) {
  (void)state;
  static const char *const expected[] = {"age", "a, \"b\"", "#3", "two words"};
  const char *list = " age ,\"a, \"\"b\"\"\", #3,,two words, ";
  char name[FRAME_NAME_SIZE];
  for (int i = 0; i < 4; i++) {
    assert_true(column_names_next(&list, name));
    assert_string_equal(name, expected[i]);
  }
  assert_false(column_names_next(&list, name));
}

static void columns_by_name_or_number(void **state) {
  (void)state;
  FrameColumn columns[] = {{.name = "Age"}, {.name = "age"}, {.name = "Fare"}, {.name = "2"}};
  Frame frame = {.columns = 4, .column = columns};
  static const struct {
    const char *name;
    int column; /* -1: an error */
  } cases[] = {{"age", 1}, {"Age", 0}, {"AGE", -1}, {"fare", 2}, {"2", 3}, {"#2", 1}, {"3", 2}, {"5", -1}, {"0", -1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int column = -1;
    Error err;
    Status status = column_names_find(&frame, "t.csv", "target", cases[i].name, &column, &err);
    assert_int_equal(status == STATUS_OK, cases[i].column >= 0);
    assert_true(status != STATUS_OK || column == cases[i].column);
  }
}

/* Every day of 900 years is written as it is read. */
static void dates_are_written(void **state) {
  (void)state;
  enum { FIRST = -300000, LAST = 30000 };
  char text[16];
  for (int day = FIRST; day <= LAST; day++) {
    double read;
    word_from_date(day + 0.75, text, sizeof text);
    assert_true(word_date(text, DATE_YMD, &read));
    assert_true(read == day);
  }
  word_from_date(0.0, text, sizeof text);
  assert_string_equal(text, "1970-01-01");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dates_are_written),
      cmocka_unit_test(amounts),
      cmocka_unit_test(truth),
      cmocka_unit_test(dates),
      cmocka_unit_test(times),
      cmocka_unit_test(lists_of_names),
      cmocka_unit_test(columns_by_name_or_number),
  };
  return cmocka_run_group_tests_name("word_value", tests, NULL, NULL);
}
