#include "data/word_value.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The bytes of a blank: also of those that keep numbers on one line. 0: none. */
static size_t blank_length(const char *text) {
  static const char *const blanks[] = {" ", "\t", "\u00A0", "\u202F", "\u2009"};
  for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
    size_t length = strlen(blanks[i]);
    if (strncmp(text, blanks[i], length) == 0) {
      return length;
    }
  }
  return 0;
}

static const char *skip_blanks(const char *text) {
  for (size_t length; (length = blank_length(text)) > 0;) {
    text += length;
  }
  return text;
}

/* --- amounts ------------------------------------------------------------------------------------------------------ */

bool word_is_currency(const char *text, size_t length) {
  static const char *const names[] = {"$",   "€",   "£",   "¥",   "₹",   "₽", "US$", "A$",  "C$",  "R$",  "USD",
                                      "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK",
                                      "HUF", "AUD", "CAD", "NZD", "BRL", "Rs",  "Rs.", "Fr.", "kr",  "kr.", "zł"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strlen(names[i]) == length && strncmp(text, names[i], length) == 0) {
      return true;
    }
  }
  return false;
}

/* The bytes of what groups digits by three where the decimal sign is another; 0: none. */
static size_t group_length(const char *text, char decimal) {
  if (*text == '\'' || (*text == ',' && decimal == '.') || (*text == '.' && decimal == ',')) {
    return 1;
  }
  return strncmp(text, "\u2019", strlen("\u2019")) == 0 ? strlen("\u2019") : blank_length(text);
}

/* Copies the digits of "1,234,567" without what groups them by three. False where the groups are not of three. */
static bool take_groups(const char **text, char decimal, char *out, size_t size) {
  const char *at = *text, *mark = NULL;
  size_t used = 0, gap = 0;
  int since_mark = 0;
  for (; is_digit(*at) || ((gap = group_length(at, decimal)) > 0 && is_digit(at[gap]));) {
    if (is_digit(*at)) {
      if (used + 1 == size) {
        return false;
      }
      since_mark++;
      out[used++] = *at++;
      continue;
    }
    bool first = !mark;
    if (first ? since_mark < 1 || since_mark > 3 || *out == '0' : strncmp(at, mark, gap) != 0 || since_mark != 3) {
      return false;
    }
    mark = at;
    at += gap;
    since_mark = 0;
  }
  out[used] = '\0';
  *text = at;
  return !mark || since_mark == 3;
}

/* "3" of ".3"; with what follows as an exponent. */
static bool take_number(const char **text, char decimal, double *value, bool *fraction) {
  enum { MOST = 320 };
  char digits[MOST + 8] = "";
  if (!take_groups(text, decimal, digits, MOST / 2)) {
    return false;
  }
  const char *at = *text;
  size_t used = strlen(digits), whole = used;
  if (*at == decimal && (used > 0 || is_digit(at[1]))) {
    digits[used++] = '.';
    at++;
  }
  size_t point = used;
  while (used < MOST && is_digit(*at)) {
    digits[used++] = *at++;
  }
  *fraction = used > point && point > whole;
  size_t sign = *at && (at[1] == '-' || at[1] == '+') ? 1 : 0;
  if ((*at == 'e' || *at == 'E') && is_digit(at[1 + sign])) {
    while (used + 1 < sizeof digits && (digits[used++] = *at++, is_digit(*at) || *at == '-' || *at == '+')) {
    }
  }
  digits[used] = '\0';
  *text = at;
  if (str_to_double(digits, value)) {
    return !is_digit(*at);
  }
  *value = HUGE_VAL; /* beyond every double */
  return is_digit(*digits) && !is_digit(*at);
}

static bool is_infinite(const char *text) {
  text += *text == '-' || *text == '+';
  return strcasecmp(text, "inf") == 0 || strcasecmp(text, "infinity") == 0 || strcmp(text, "∞") == 0;
}

/* Whether this may stand behind a number: units begin with a letter or a sign of their own. */
static bool is_suffix(const char *text, size_t length) {
  enum { MOST = 16 };
  return length <= MOST && (length == 0 || !ispunct((unsigned char)*text) || *text == '%' || *text == '$');
}

/* Whether this may stand before one: no sign that makes it a number of something else, as in "#3". */
static bool is_prefix(const char *text, size_t length) {
  enum { MOST = 8 };
  return length <= MOST &&
         (length == 0 || word_is_currency(text, length) || (*text != '.' && !ispunct((unsigned char)text[length - 1])));
}

bool word_amount(const char *text, Decimal decimal_sign, Amount *amount) {
  char decimal = decimal_sign == DECIMAL_COMMA ? ',' : '.';
  *amount = (Amount){.prefix = "", .suffix = ""};
  text = skip_blanks(text);
  bool negative = *text == '-';
  if (is_infinite(text)) {
    amount->value = negative ? -HUGE_VAL : HUGE_VAL;
    return true;
  }
  text += *text == '-' || *text == '+';
  amount->prefix = text = skip_blanks(text);
  const char *end = text; /* of the prefix */
  for (size_t blank; *text && !is_digit(*text) && !(*text == decimal && is_digit(text[1]));
       text += blank > 0 ? blank : 1) {
    blank = blank_length(text);
    end = blank > 0 ? end : text + 1;
  }
  if (end > amount->prefix && end[-1] == '-' && !negative) { /* "$-5" */
    negative = true;
    end--;
  }
  amount->prefix_length = (size_t)(end - amount->prefix);
  if (!is_prefix(amount->prefix, amount->prefix_length) ||
      !take_number(&text, decimal, &amount->value, &amount->fraction)) {
    return false;
  }
  amount->suffix = skip_blanks(text);
  amount->suffix_length = strlen(amount->suffix);
  amount->value = negative ? -amount->value : amount->value;
  return is_suffix(amount->suffix, amount->suffix_length);
}

/* --- truth -------------------------------------------------------------------------------------------------------- */

TruthPair word_truth(const char *text, bool *value) {
  static const struct {
    TruthPair pair;
    const char *no, *yes;
  } pairs[] = {{TRUTH_TRUE_FALSE, "false", "true"},
               {TRUTH_YES_NO, "no", "yes"},
               {TRUTH_T_F, "f", "t"},
               {TRUTH_Y_N, "n", "y"},
               {TRUTH_ON_OFF, "off", "on"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    *value = strcasecmp(text, pairs[i].yes) == 0;
    if (*value || strcasecmp(text, pairs[i].no) == 0) {
      return pairs[i].pair;
    }
  }
  return TRUTH_NONE;
}

/* --- dates -------------------------------------------------------------------------------------------------------- */

typedef struct Part {
  int value, digits; /* digits 0: a month's name */
} Part;

static bool take_digits(const char **text, int most, Part *part) {
  *part = (Part){0, 0};
  while (is_digit(**text) && part->digits < most) {
    part->value = part->value * 10 + (*(*text)++ - '0');
    part->digits++;
  }
  return part->digits > 0 && !is_digit(**text);
}

static bool take_month_name(const char **text, Part *part) {
  static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};
  size_t length = 0;
  while (isalpha((unsigned char)(*text)[length])) {
    length++;
  }
  for (int m = 0; m < 12 && length >= 3; m++) {
    if ((length == 3 || length == strlen(months[m])) && strncasecmp(*text, months[m], length) == 0) {
      *text += length;
      *part = (Part){m + 1, 0};
      return true;
    }
  }
  return false;
}

static bool take_part(const char **text, Part *part) {
  return isalpha((unsigned char)**text) ? take_month_name(text, part) : take_digits(text, 4, part);
}

/* What stands between two parts; they must be alike, but for "Mar 3, 2021". */
static char take_separator(const char **text) {
  char mark = **text;
  if (mark == ',' || mark == ' ') {
    *text = skip_blanks(*text + 1);
    return ' ';
  }
  if (mark != '-' && mark != '/' && mark != '.') {
    return '\0';
  }
  (*text)++;
  return mark;
}

static int month_days(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap);
}

/* Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
static int days_from_civil(int year, int month, int day) {
  year -= month <= 2;
  int era = year / 400, of_era = year - era * 400;
  int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Source: as above, civil_from_days. A year here begins in March. */
void word_from_date(double days, char *out, size_t size) {
  int64_t since = (int64_t)floor(days) + 719468, era = (since >= 0 ? since : since - 146096) / 146097;
  int64_t of_era = since - era * 146097;
  int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * years + years / 4 - years / 100), months = (5 * of_year + 2) / 153;
  int64_t month = months < 10 ? months + 3 : months - 9, day = of_year - (153 * months + 2) / 5 + 1;
  (void)snprintf(out, size, "%04d-%02d-%02d", (int)(years + era * 400 + (month <= 2)), (int)month, (int)day);
}

/* "AM" or "PM" behind an hour from 1 to 12. */
static bool take_half(const char **text, Part *hours) {
  const char *at = skip_blanks(*text);
  bool after = strncasecmp(at, "PM", 2) == 0;
  if (!after && strncasecmp(at, "AM", 2) != 0) {
    return true;
  }
  *text = at + 2;
  bool is = hours->value >= 1 && hours->value <= 12;
  hours->value = hours->value % 12 + (after ? 12 : 0);
  return is;
}

bool word_time(const char *text, double *time) {
  Part hours, minutes, seconds = {0, 0};
  double fraction = 0.0;
  if (!take_digits(&text, 2, &hours) || *text++ != ':' || !take_digits(&text, 2, &minutes) || minutes.digits != 2) {
    return false;
  }
  if (*text == ':') {
    text++;
    if (!take_digits(&text, 2, &seconds)) {
      return false;
    }
    double place = *text == '.' ? 0.1 : 0.0;
    for (text += *text == '.'; place > 0.0 && is_digit(*text); place /= 10.0) {
      fraction += place * (*text++ - '0');
    }
  }
  bool half = take_half(&text, &hours);
  *time = hours.value + minutes.value / 60.0 + (seconds.value + fraction) / 3600.0;
  return half && *text == '\0' && hours.value < 25 && minutes.value < 60 && seconds.value < 61;
}

/* "13:45", "13:45:07.25Z" behind a date; nothing is midnight. */
static bool take_time(const char *text, double *fraction) {
  enum { LONGEST = 32 };
  char time[LONGEST];
  double hours = 0.0;
  text = *text == 'T' ? text + 1 : skip_blanks(text);
  size_t length = strlen(text);
  if (length >= sizeof time) {
    return false;
  }
  str_copy(time, sizeof time, text);
  if (length > 0 && time[length - 1] == 'Z') {
    time[length - 1] = '\0';
  }
  bool is = length == 0 || word_time(time, &hours);
  *fraction = hours / 24.0;
  return is;
}

/* "20240229" */
static bool take_compact(const char *text, double *days) {
  enum { DIGITS = 8, FIRST = 1900, LAST = 2100 };
  if (strspn(text, "0123456789") != DIGITS || text[DIGITS] != '\0') {
    return false;
  }
  int number = 0;
  for (int i = 0; i < DIGITS; i++) {
    number = number * 10 + (text[i] - '0');
  }
  int year = number / 10000, month = number / 100 % 100, day = number % 100;
  if (year < FIRST || year > LAST || month < 1 || month > 12 || day < 1 || day > month_days(year, month)) {
    return false;
  }
  *days = days_from_civil(year, month, day);
  return true;
}

bool word_date(const char *text, DateOrder order, double *days) {
  static const int year_at[DATE_ORDERS] = {0, 2, 2}, month_at[DATE_ORDERS] = {1, 1, 0}, day_at[DATE_ORDERS] = {2, 0, 1};
  Part parts[3];
  text = skip_blanks(text);
  if (order == DATE_YMD && take_compact(text, days)) {
    return true;
  }
  if (!take_part(&text, &parts[0])) {
    return false;
  }
  char mark = take_separator(&text);
  if (mark == '\0' || !take_part(&text, &parts[1]) || take_separator(&text) != mark || !take_part(&text, &parts[2])) {
    return false;
  }
  Part year = parts[year_at[order]], month = parts[month_at[order]], day = parts[day_at[order]];
  if (year.digits == 2 && month.digits == 0 && order != DATE_YMD) {
    year = (Part){year.value + (year.value < 69 ? 2000 : 1900), 4}; /* POSIX: %y */
  }
  bool well_formed = year.digits == 4 && (month.digits == 1 || month.digits == 2 || month.digits == 0) &&
                     (day.digits == 1 || day.digits == 2) && (mark != ' ' || month.digits == 0);
  double fraction;
  if (!well_formed || year.value < 1 || month.value < 1 || month.value > 12 || day.value < 1 ||
      day.value > month_days(year.value, month.value) || !take_time(text, &fraction)) {
    return false;
  }
  *days = days_from_civil(year.value, month.value, day.value) + fraction;
  return true;
}
