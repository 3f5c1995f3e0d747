#include "data/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A decimal number taken apart: (-1)^negative * digits * 10^exponent. Digits from the twentieth on are left out, which
 * makes `digits` too small by less than a part in 10^18. */
typedef struct Decimal {
  uint64_t digits;
  int exponent;
  bool negative;
} Decimal;

enum { EXPONENT_MAX = 99999, WORD = 8 };
#define BYTES(byte) (UINT64_C(0x0101010101010101) * (byte)) /* eight of the same */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static uint64_t load(const char *p, size_t length) {
  uint64_t word = 0;
  memcpy(&word, p, length);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* The first `length` bytes at `p`, at most eight, the first being the lowest, and 0 behind them. */
static uint64_t load_word(const char *p, size_t length) {
  if (length >= WORD) {
    return load(p, WORD);
  }
  if (length >= WORD / 2) { /* two halves that may overlap */
    return load(p, WORD / 2) | load(p + length - WORD / 2, WORD / 2) << (8 * (length - WORD / 2));
  }
  return length == 0 ? 0
                     : load(p, 1) | load(p + length / 2, 1) << (8 * (length / 2)) |
                           load(p + length - 1, 1) << (8 * (length - 1));
}

/* How many of the word's bytes are digits, from the first on. */
static size_t count_digits(uint64_t word) {
  uint64_t low = word & BYTES(0x7f);
  uint64_t others = (word | (low + BYTES(0x7f - '9')) | ~(low + BYTES(0x80 - '0'))) & BYTES(0x80);
  return others ? (size_t)__builtin_ctzll(others) / 8 : WORD;
}

/* The number that the word's first `count` bytes spell, 1 to 8 digits: neighbours are joined to pairs, pairs to fours.
 */
static uint64_t read_digits(uint64_t word, size_t count) {
  word = (word & BYTES(0x0f)) << (8 * (WORD - count));
  word = (word * (1 + (10 << 8))) >> 8 & UINT64_C(0x00ff00ff00ff00ff);
  word = (word * (1 + (100 << 16))) >> 16 & UINT64_C(0x0000ffff0000ffff);
  return (word * (1 + (UINT64_C(10000) << 32))) >> 32;
}

/* Appends the digits at `p` to `decimal`; `scale` is added to the exponent for each. Whole words first, while there is
 * room for eight digits. */
static const char *take_digits(const char *p, const char *end, Decimal *decimal, int scale) {
  static const uint64_t powers[WORD + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  static const uint64_t word_most = UINT64_C(100000000000), most = UINT64_C(1000000000000000000);
  for (size_t count = WORD; count == WORD && decimal->digits < word_most; p += count) {
    uint64_t word = load_word(p, (size_t)(end - p));
    count = count_digits(word);
    if (count == 0) {
      return p;
    }
    decimal->digits = decimal->digits * powers[count] + read_digits(word, count);
    decimal->exponent += scale * (int)count;
  }
  for (; p < end && is_digit(*p); p++) {
    bool fits = decimal->digits < most;
    decimal->digits = fits ? decimal->digits * 10 + (uint64_t)(*p - '0') : decimal->digits;
    decimal->exponent += fits ? scale : scale + 1;
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
  decimal->negative = p < end && *p == '-';
  p += p < end && (*p == '-' || *p == '+');
  const char *whole = p;
  p = take_digits(p, end, decimal, 0);
  bool any = p > whole;
  if (p < end && *p == '.') {
    const char *fraction = ++p;
    p = take_digits(p, end, decimal, -1);
    any = any || p > fraction;
  }
  if (any && p < end && (*p == 'e' || *p == 'E')) {
    p = take_exponent(p + 1, end, decimal);
    any = is_digit(p[-1]);
  }
  return any && p == end;
}

/* The nearest double, or one close by: `digits`, the power and their product may each be rounded, by at most one unit
 * in the last of 53 places together with the digits that were left out. That settles the nearest float too, unless it
 * lies about halfway between two floats: then what was rounded off decides. (Floats that are not normal are far below
 * 1e-22.) */
static bool nearest_by_double(const Decimal *decimal, float *value) {
  static const double powers[] = {1e-22, 1e-21, 1e-20, 1e-19, 1e-18, 1e-17, 1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11,
                                  1e-10, 1e-9,  1e-8,  1e-7,  1e-6,  1e-5,  1e-4,  1e-3,  1e-2,  1e-1,  1e0,   1e1,
                                  1e2,   1e3,   1e4,   1e5,   1e6,   1e7,   1e8,   1e9,   1e10,  1e11,  1e12,  1e13,
                                  1e14,  1e15,  1e16,  1e17,  1e18,  1e19,  1e20,  1e21,  1e22};
  enum { POWER_MAX = sizeof powers / sizeof *powers / 2, NEAR = 4, HALFWAY = 0x10000000, BELOW_FLOAT = 0x1FFFFFFF };
  if (abs(decimal->exponent) > POWER_MAX) {
    return false;
  }
  double size = (double)decimal->digits * powers[POWER_MAX + decimal->exponent];
  uint64_t bits;
  memcpy(&bits, &size, sizeof bits);
  *value = (float)(decimal->negative ? -size : size);
  return abs((int)(bits & BELOW_FLOAT) - HALFWAY) > NEAR;
}

/* Digits around at most one point, in few bytes: what most fields are. What libcsv has just written byte by byte is
 * read faster like that than as a word. False: look closer. */
static bool take_plain(const char *text, size_t length, Decimal *decimal) {
  enum { PLAIN_MAX = 10 };
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
