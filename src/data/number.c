#include "data/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A decimal number taken apart: (-1)^negative * digits * 10^exponent. With more than DIGITS_MAX digits it is not whole,
 * which shows: `digits` is then over 2^53. */
typedef struct Decimal {
  uint64_t digits;
  int exponent;
  bool negative;
} Decimal;

enum { DIGITS_MAX = 19, EXPONENT_MAX = 99999 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Appends the digits at `p` to `decimal`; `scale` is added to the exponent for each. */
static const char *take_digits(const char *p, const char *end, Decimal *decimal, int *significant, int scale) {
  for (; p < end && is_digit(*p); p++) {
    if (*significant < DIGITS_MAX) {
      decimal->digits = decimal->digits * 10 + (uint64_t)(*p - '0');
      *significant += decimal->digits != 0;
      decimal->exponent += scale;
    }
  }
  return p;
}

static const char *take_exponent(const char *p, const char *end, Decimal *decimal) {
  bool negative = p < end && *p == '-';
  p += p < end && (*p == '-' || *p == '+');
  int exponent = 0;
  for (; p < end && is_digit(*p); p++) {
    exponent = exponent < EXPONENT_MAX ? exponent * 10 + (*p - '0') : exponent;
  }
  decimal->exponent += negative ? -exponent : exponent;
  return p;
}

static bool take_apart(const char *text, size_t length, Decimal *decimal) {
  const char *p = text, *end = text + length;
  int significant = 0;
  decimal->negative = p < end && *p == '-';
  p += p < end && (*p == '-' || *p == '+');
  const char *whole = p;
  p = take_digits(p, end, decimal, &significant, 0);
  bool any = p > whole;
  if (p < end && *p == '.') {
    const char *fraction = ++p;
    p = take_digits(p, end, decimal, &significant, -1);
    any = any || p > fraction;
  }
  if (any && p < end && (*p == 'e' || *p == 'E')) {
    p = take_exponent(p + 1, end, decimal);
    any = is_digit(p[-1]);
  }
  return any && p == end;
}

/* The nearest double by one exact operation. It settles the nearest float too, unless it lies halfway between two
 * floats: then what its own rounding cut off decides. (Floats that are not normal are far below 1e-22.) */
static bool nearest_by_double(const Decimal *decimal, float *value) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  enum { POWER_MAX = sizeof powers / sizeof *powers - 1 };
  if (decimal->digits > UINT64_C(1) << 53 || abs(decimal->exponent) > POWER_MAX) {
    return false;
  }
  double size = (double)decimal->digits;
  size = decimal->exponent < 0 ? size / powers[-decimal->exponent] : size * powers[decimal->exponent];
  uint64_t bits;
  memcpy(&bits, &size, sizeof bits);
  bool halfway = (bits & 0x1FFFFFFF) == 0x10000000;
  *value = (float)(decimal->negative ? -size : size);
  return !halfway;
}

/* Digits, at most 18, around at most one point: what most fields are. False: look closer. */
static bool take_plain(const char *text, size_t length, Decimal *decimal) {
  enum { PLAIN_MAX = 18 };
  const char *p = text, *end = text + length, *point = NULL;
  decimal->negative = length > 0 && *p == '-';
  p += decimal->negative;
  for (; p < end && length <= PLAIN_MAX; p++) {
    if (is_digit(*p)) {
      decimal->digits = decimal->digits * 10 + (uint64_t)(*p - '0');
    } else if (*p == '.' && !point) {
      point = p + 1;
    } else {
      return false;
    }
  }
  decimal->exponent = point ? (int)(point - end) : 0;
  size_t marks = (decimal->negative ? 1u : 0u) + (point ? 1u : 0u);
  return p == end && length > marks;
}

NumberResult number_parse(const char *text, size_t length, float *value) {
  Decimal decimal = {0};
  if (!take_plain(text, length, &decimal)) {
    decimal = (Decimal){0};
    if (!take_apart(text, length, &decimal)) {
      return NUMBER_NONE;
    }
  }
  float nearest;
  if (!nearest_by_double(&decimal, &nearest)) {
    nearest = strtof(text, NULL); /* LC_NUMERIC is "C" (base/str.h); the grammar is checked already */
  }
  if (isinf(nearest)) {
    return NUMBER_TOO_LARGE;
  }
  *value = nearest;
  return NUMBER_OK;
}
