#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void str_copy(char *out, size_t size, const char *text) {
  if (size == 0) {
    return;
  }
  size_t length = strlen(text);
  if (length >= size) {
    length = size - 1;
    while (length > 0 && ((unsigned char)text[length] & 0xC0u) == 0x80u) {
      length--; /* never half a character */
    }
  }
  memmove(out, text, length);
  out[length] = '\0';
}

int utf8_decode(const char *text, uint32_t *code) {
  const unsigned char *s = (const unsigned char *)text;
  int more = s[0] < 0x80                   ? 0
             : s[0] >= 0xC2 && s[0] < 0xE0 ? 1
             : s[0] >= 0xE0 && s[0] < 0xF0 ? 2
             : s[0] >= 0xF0 && s[0] < 0xF5 ? 3
                                           : -1;
  *code = s[0];
  if (more == 0) {
    return s[0] ? 1 : 0;
  }
  uint32_t value = more > 0 ? s[0] & (0x3Fu >> more) : 0;
  for (int i = 1; i <= more; i++) {
    if ((s[i] & 0xC0u) != 0x80u) {
      more = -1;
      break;
    }
    value = value << 6 | (s[i] & 0x3Fu);
  }
  bool overlong = (more == 2 && value < 0x800) || (more == 3 && value < 0x10000);
  if (more < 0 || overlong || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
    *code = 0xFFFD;
    return 1;
  }
  *code = value;
  return more + 1;
}

int utf8_encode(uint32_t code, char *out) {
  int length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (int i = length - 1; i > 0; i--) {
    out[i] = (char)(0x80u | (code & 0x3Fu));
    code >>= 6;
  }
  static const unsigned char lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
  out[0] = (char)(lead[length] | code);
  out[length] = '\0';
  return length;
}

typedef struct Range {
  uint32_t first, last;
} Range;

static bool in_ranges(uint32_t code, const Range *ranges, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (code >= ranges[i].first && code <= ranges[i].last) {
      return true;
    }
  }
  return false;
}

/* Most of what there is, and known without a look at the tables. */
static bool is_plain(uint32_t code) { return code >= ' ' && code <= '~'; }

/* Controls, and characters that are invisible or able to reorder or hide what is beside them: Unicode's Cc, its
 * Default_Ignorable_Code_Point, separators of lines and paragraphs, private use, and what is no character. */
static bool is_unsafe(uint32_t code) {
  static const Range unsafe[] = {{0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x034F, 0x034F},
                                 {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
                                 {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},
                                 {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
                                 {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},   {0x13430, 0x1343F},
                                 {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF}};
  return !is_plain(code) && in_ranges(code, unsafe, sizeof unsafe / sizeof *unsafe);
}

int utf8_width(uint32_t code) {
  static const Range zero[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
                               {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                               {0x20D0, 0x20FF}, {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE20, 0xFE2F}};
  static const Range wide[] = {{0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},  {0x23E9, 0x23EC},
                               {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
                               {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                               {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                               {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};
  if (is_plain(code)) {
    return 1;
  }
  if (is_unsafe(code) || in_ranges(code, zero, sizeof zero / sizeof *zero)) {
    return 0;
  }
  return in_ranges(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

int utf8_columns(const char *text) {
  int columns = 0;
  uint32_t code;
  for (int n; (n = utf8_decode(text, &code)) > 0; text += n) {
    columns += utf8_width(code);
  }
  return columns;
}

void str_printable(char *out, size_t size, const char *text) {
  size_t used = 0;
  uint32_t code;
  for (int n; size > 0 && (n = utf8_decode(text, &code)) > 0; text += n) {
    bool space = code == '\n' || code == '\t' || code == '\r';
    bool bad = (code == 0xFFFD && n == 1) || is_unsafe(code);
    char shown[5] = {space ? ' ' : '?', '\0'};
    int length = space || bad ? 1 : utf8_encode(code, shown);
    if (used + (size_t)length + 1 > size) {
      break;
    }
    memcpy(out + used, shown, (size_t)length);
    used += (size_t)length;
  }
  if (size > 0) {
    out[used] = '\0';
  }
}

enum { DISTANCE_MAX = 63 };

bool str_ends_in(const char *text, const char *ending) {
  size_t length = strlen(text), tail = strlen(ending);
  return length > tail && strcasecmp(text + length - tail, ending) == 0;
}

int str_distance(const char *a, const char *b) {
  size_t la = strlen(a), lb = strlen(b);
  if (la > DISTANCE_MAX || lb > DISTANCE_MAX) {
    return DISTANCE_MAX + 1;
  }
  int rows[3][DISTANCE_MAX + 2]; /* the row before last, the last, this one: optimal string alignment */
  for (size_t j = 0; j <= lb; j++) {
    rows[1][j] = (int)j;
  }
  int *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t i = 1; i <= la; i++) {
    now[0] = (int)i;
    for (size_t j = 1; j <= lb; j++) {
      int best = last[j - 1] + (a[i - 1] != b[j - 1]);
      best = last[j] + 1 < best ? last[j] + 1 : best;
      best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best) {
        best = before[j - 2] + 1;
      }
      now[j] = best;
    }
    int *spare = before;
    before = last;
    last = now;
    now = spare;
  }
  return last[lb];
}

const char *str_nearest(const char *word, const char *const *candidates, size_t count) {
  const char *nearest = NULL;
  size_t length = strlen(word);
  int best = (int)(length < DISTANCE_MAX ? length : DISTANCE_MAX) / 3 + 1; /* a third may be wrong, and one more */
  for (size_t i = 0; i < count; i++) {
    int distance = str_distance(word, candidates[i]);
    if (distance < best || (distance == best && !nearest)) {
      best = distance;
      nearest = candidates[i];
    }
  }
  return nearest;
}

bool str_to_double(const char *text, double *value) {
  const char *start = *text == '+' || *text == '-' ? text + 1 : text;
  if (!isdigit((unsigned char)*start) && *start != '.') {
    return false; /* also keeps out strtod's nan, inf and leading blanks */
  }
  if (start[0] == '0' && (start[1] == 'x' || start[1] == 'X')) {
    return false;
  }
  char *end;
  *value = strtod(text, &end);
  return *end == '\0' && end != text && isfinite(*value);
}

bool str_to_i64(const char *text, int64_t *value) {
  const char *start = *text == '+' || *text == '-' ? text + 1 : text;
  if (!isdigit((unsigned char)*start)) {
    return false;
  }
  char *end;
  errno = 0;
  *value = strtoll(text, &end, 10);
  return errno == 0 && *end == '\0';
}

enum { FLOAT_DIGITS = 9, DOUBLE_DIGITS = 17 }; /* always enough to read the same value back */

static bool reads_back(const char *text, double value, int most_digits) {
  double back;
  return str_to_double(text, &back) && (most_digits == FLOAT_DIGITS ? (float)back == (float)value : back == value);
}

static void format_shortest(char *out, size_t size, double value, int most_digits) {
  if (fabs(value) < 1e6 && trunc(value) == value) {
    (void)snprintf(out, size, "%.0f", value); /* %g would write 30 as 3e+01 */
    return;
  }
  for (int digits = 1; digits <= most_digits; digits++) {
    (void)snprintf(out, size, "%.*g", digits, value);
    if (!isfinite(value) || reads_back(out, value, most_digits)) {
      break;
    }
  }
}

void str_from_float(char *out, size_t size, float value) { format_shortest(out, size, (double)value, FLOAT_DIGITS); }

void str_from_double(char *out, size_t size, double value) { format_shortest(out, size, value, DOUBLE_DIGITS); }

const char *str_nonfinite(double value) { return isnan(value) ? "nan" : value < 0.0 ? "-inf" : "inf"; }
