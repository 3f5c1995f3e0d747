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

static const char *skip_blanks(const char *text) {
  while (*text == ' ' || *text == '\t') {
    text++;
  }
  return text;
}

/* --- amounts ------------------------------------------------------------------------------------------------------ */

static bool skip_currency(const char **text) {
  static const char *const signs[] = {"$", "€", "£", "¥", "US$", "USD", "EUR", "GBP"};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    size_t length = strlen(signs[i]);
    if (strncmp(*text, signs[i], length) == 0) {
      *text += length;
      return true;
    }
  }
  return false;
}

/* Copies the digits of "1,234,567" without what groups them by three. False where the groups are not of three. */
static bool take_groups(const char **text, char *out, size_t size, bool *grouped) {
  const char *at = *text;
  size_t used = 0;
  char mark = '\0';
  int since_mark = 0;
  for (; is_digit(*at) || ((*at == ',' || *at == '\'' || *at == ' ') && is_digit(at[1])); at++) {
    if (is_digit(*at)) {
      since_mark++;
      if (used + 1 == size) {
        return false;
      }
      out[used++] = *at;
      continue;
    }
    bool first = mark == '\0';
    if ((!first && (*at != mark || since_mark != 3)) || (first && (since_mark < 1 || since_mark > 3))) {
      return false;
    }
    mark = *at;
    since_mark = 0;
  }
  out[used] = '\0';
  *grouped = mark != '\0';
  *text = at;
  return mark == '\0' || since_mark == 3;
}

bool word_amount(const char *text, double *value) {
  enum { MOST = 40 };
  char digits[MOST + 1] = "";
  bool marked = false, grouped = false, negative = false;
  text = skip_blanks(text);
  if (*text == '-' || *text == '+') {
    negative = *text++ == '-';
  }
  marked |= skip_currency(&text);
  text = skip_blanks(text);
  if (*text == '-' && !negative) {
    negative = true;
    text++;
  }
  if (!take_groups(&text, digits, sizeof digits, &grouped)) {
    return false;
  }
  size_t used = strlen(digits);
  if (*text == '.') {
    do {
      if (used == MOST) {
        return false;
      }
      digits[used++] = *text++;
    } while (is_digit(*text));
    digits[used] = '\0';
  }
  text = skip_blanks(text);
  if (*text == '%') {
    marked = true;
    text++;
  } else {
    marked |= skip_currency(&text);
  }
  double amount;
  if (*skip_blanks(text) != '\0' || !(marked || grouped) || !str_to_double(digits, &amount)) {
    return false;
  }
  *value = negative ? -amount : amount;
  return true;
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

/* "13:45", "13:45:07.25", with Z or not; nothing is midnight. */
static bool take_time(const char *text, double *fraction) {
  *fraction = 0.0;
  if (*text == '\0') {
    return true;
  }
  Part hours, minutes, seconds = {0, 0};
  text = *text == 'T' ? text + 1 : skip_blanks(text);
  if (!take_digits(&text, 2, &hours) || *text++ != ':' || !take_digits(&text, 2, &minutes)) {
    return false;
  }
  if (*text == ':') {
    text++;
    if (!take_digits(&text, 2, &seconds)) {
      return false;
    }
    text += *text == '.' ? 1 + strspn(text + 1, "0123456789") : 0;
  }
  text += *text == 'Z';
  *fraction = (hours.value * 3600 + minutes.value * 60 + seconds.value) / 86400.0;
  return *text == '\0' && hours.value < 25 && minutes.value < 60 && seconds.value < 61;
}

bool word_date(const char *text, DateOrder order, double *days) {
  static const int year_at[DATE_ORDERS] = {0, 2, 2}, month_at[DATE_ORDERS] = {1, 1, 0}, day_at[DATE_ORDERS] = {2, 0, 1};
  Part parts[3];
  text = skip_blanks(text);
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
