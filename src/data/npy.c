#include "data/npy.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they are in the file");

static const char MAGIC[] = "\x93NUMPY";
enum { MAGIC_SIZE = sizeof MAGIC - 1, VERSION_SIZE = 2, ALIGNMENT = 64, MAX_HEADER = 10000, DESCR_SIZE = 32 };

/* --- the header: a Python dictionary with exactly three keys ------------------------------------------------------ */

typedef struct Header {
  char descr[DESCR_SIZE];
  bool fortran_order;
  int rank;
  size_t shape[NPY_MAX_RANK];
} Header;

typedef struct Cursor {
  const char *at, *end;
} Cursor;

static void skip_blanks(Cursor *cursor) {
  while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\n')) {
    cursor->at++;
  }
}

/* Goes past `text`, and blanks before it, if that is what comes next. */
static bool take(Cursor *cursor, const char *text) {
  size_t length = strlen(text);
  skip_blanks(cursor);
  bool here = (size_t)(cursor->end - cursor->at) >= length && memcmp(cursor->at, text, length) == 0;
  cursor->at += here ? length : 0;
  return here;
}

static bool take_string(Cursor *cursor, char *out, size_t size) {
  char quote = take(cursor, "'") ? '\'' : take(cursor, "\"") ? '"' : '\0';
  const char *end = quote ? memchr(cursor->at, quote, (size_t)(cursor->end - cursor->at)) : NULL;
  if (!end || (size_t)(end - cursor->at) >= size) {
    return false;
  }
  memcpy(out, cursor->at, (size_t)(end - cursor->at));
  out[end - cursor->at] = '\0';
  cursor->at = end + 1;
  return true;
}

static bool take_bool(Cursor *cursor, bool *value) {
  *value = take(cursor, "True");
  return *value || take(cursor, "False");
}

/* What is larger than NPY_MAX_COUNT is read as one more. */
static bool take_size(Cursor *cursor, size_t *value) {
  skip_blanks(cursor);
  const char *start = cursor->at;
  for (*value = 0; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++) {
    *value = *value * 10 + (size_t)(*cursor->at - '0');
    *value = *value > NPY_MAX_COUNT ? NPY_MAX_COUNT + 1 : *value;
  }
  return cursor->at > start;
}

/* (), (10,) or (64, 10) */
static bool take_shape(Cursor *cursor, Header *header) {
  if (!take(cursor, "(")) {
    return false;
  }
  header->rank = 0;
  while (!take(cursor, ")")) {
    if (header->rank == NPY_MAX_RANK || !take_size(cursor, &header->shape[header->rank])) {
      return false;
    }
    header->rank++;
    if (!take(cursor, ",")) {
      return header->rank > 1 && take(cursor, ")");
    }
  }
  return true;
}

static bool take_item(Cursor *cursor, Header *header, unsigned *seen) {
  char key[DESCR_SIZE];
  if (!take_string(cursor, key, sizeof key) || !take(cursor, ":")) {
    return false;
  }
  unsigned bit = strcmp(key, "descr") == 0 ? 1 : strcmp(key, "fortran_order") == 0 ? 2 : 4;
  if (*seen & bit || (bit == 4 && strcmp(key, "shape") != 0)) {
    return false;
  }
  *seen |= bit;
  return bit == 1   ? take_string(cursor, header->descr, sizeof header->descr)
         : bit == 2 ? take_bool(cursor, &header->fortran_order)
                    : take_shape(cursor, header);
}

static bool parse_dictionary(Cursor cursor, Header *header) {
  unsigned seen = 0;
  bool good = take(&cursor, "{");
  while (good && !take(&cursor, "}")) {
    good = take_item(&cursor, header, &seen);
    if (good && !take(&cursor, ",")) {
      good = take(&cursor, "}");
      break;
    }
  }
  skip_blanks(&cursor);
  return good && seen == 7 && cursor.at == cursor.end;
}

static Status strange_header(const char *text, size_t size, const char *place, Error *err) {
  enum { SHOWN = 100 };
  while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\n')) {
    size--;
  }
  return error_set(err, STATUS_PARSE, "%s: the header '%.*s' is not that of a plain array of numbers", place,
                   size < SHOWN ? (int)size : SHOWN, text);
}

/* Finds the header and goes past it. */
static Status read_header(Cursor *cursor, const char *place, Header *header, Error *err) {
  size_t length = (size_t)(cursor->end - cursor->at);
  if (length < MAGIC_SIZE + VERSION_SIZE || memcmp(cursor->at, MAGIC, MAGIC_SIZE) != 0) {
    return error_set(err, STATUS_PARSE, "%s: is no .npy array", place);
  }
  const unsigned char *version = (const unsigned char *)cursor->at + MAGIC_SIZE, *size = version + VERSION_SIZE;
  if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
    return error_set(err, STATUS_PARSE, "%s: is a .npy array of version %d.%d: versions 1.0 to 3.0 are read", place,
                     version[0], version[1]);
  }
  size_t size_bytes = version[0] == 1 ? 2 : 4, left = length - MAGIC_SIZE - VERSION_SIZE, header_size = 0;
  for (size_t i = 0; i < size_bytes && left >= size_bytes; i++) {
    header_size |= (size_t)size[i] << (8 * i);
  }
  if (left < size_bytes || header_size > left - size_bytes) {
    return error_set(err, STATUS_PARSE, "%s: the array is cut off in its header", place);
  }
  const char *text = (const char *)size + size_bytes;
  if (header_size > MAX_HEADER || !parse_dictionary((Cursor){text, text + header_size}, header)) {
    return strange_header(text, header_size, place, err);
  }
  cursor->at = text + header_size;
  return STATUS_OK;
}

/* --- the numbers -------------------------------------------------------------------------------------------------- */

/* IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
static float from_half(uint16_t half) {
  int exponent = half >> 10 & 31, fraction = half & 1023;
  float magnitude = exponent == 31  ? (fraction ? NAN : INFINITY)
                    : exponent == 0 ? ldexpf((float)fraction, -24)
                                    : ldexpf((float)(1024 + fraction), exponent - 25);
  return half >> 15 ? -magnitude : magnitude;
}

static float from_double(double value) {
  return fabs(value) > (double)FLT_MAX ? copysignf(INFINITY, (float)copysign(1.0, value)) : (float)value;
}

static float number_at(const char *data, size_t index, size_t size) {
  const char *at = data + index * size;
  uint16_t half;
  double wide;
  float value;
  switch (size) {
    case sizeof half:
      memcpy(&half, at, sizeof half);
      return from_half(half);
    case sizeof wide:
      memcpy(&wide, at, sizeof wide);
      return from_double(wide);
    default:
      memcpy(&value, at, sizeof value);
      return value;
  }
}

/* Where number `index` of the row-major array is in a column-major one. */
static size_t column_major(const NpyArray *array, size_t index) {
  size_t place = 0, stride = array->count;
  for (int d = array->rank - 1; d >= 0; d--) {
    stride /= array->shape[d];
    place += index % array->shape[d] * stride;
    index /= array->shape[d];
  }
  return place;
}

/* Bytes of a number; 0: a type that is not read. */
static size_t size_of(const char *descr) {
  return strcmp(descr, "<f4") == 0   ? sizeof(float)
         : strcmp(descr, "<f8") == 0 ? sizeof(double)
         : strcmp(descr, "<f2") == 0 ? sizeof(uint16_t)
                                     : 0;
}

/* False when there are too many. */
static bool count_numbers(const Header *header, size_t *count) {
  *count = 1;
  for (int d = 0; d < header->rank; d++) {
    if (header->shape[d] > NPY_MAX_COUNT || (*count > 0 && header->shape[d] > NPY_MAX_COUNT / *count)) {
      return false;
    }
    *count *= header->shape[d];
  }
  return true;
}

Status npy_parse(Arena *arena, const char *bytes, size_t length, const char *place, NpyArray *array, Error *err) {
  Cursor cursor = {bytes, bytes + length};
  Header header = {.rank = 0};
  Status status = read_header(&cursor, place, &header, err);
  if (status != STATUS_OK) {
    return status;
  }
  size_t size = size_of(header.descr), left = (size_t)(cursor.end - cursor.at);
  NpyArray read = {.rank = header.rank};
  memcpy(read.shape, header.shape, sizeof read.shape);
  if (size == 0) {
    return error_set(err, STATUS_PARSE, "%s: has dtype '%s': save it as float32 (array.astype('<f4'))", place,
                     header.descr);
  }
  if (!count_numbers(&header, &read.count)) {
    return error_set(err, STATUS_PARSE, "%s: has more than %zu numbers", place, NPY_MAX_COUNT);
  }
  if (left != read.count * size) {
    char shape[256];
    npy_format_shape(shape, sizeof shape, &read);
    return error_set(err, STATUS_PARSE, "%s: %zu bytes of numbers, its shape %s and dtype '%s' take %zu", place, left,
                     shape, header.descr, read.count * size);
  }
  read.values = arena_floats(arena, read.count);
  for (size_t i = 0; i < read.count; i++) {
    read.values[i] = number_at(cursor.at, header.fortran_order ? column_major(&read, i) : i, size);
  }
  *array = read;
  return STATUS_OK;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

/* "64, 10", "10," or "", as in a Python tuple; " x " between the numbers for people. */
static void join_shape(char *out, size_t size, const NpyArray *array, const char *separator) {
  out[0] = '\0';
  for (int d = 0; d < array->rank; d++) {
    size_t used = strlen(out);
    (void)snprintf(out + used, size - used, "%s%zu", d > 0 ? separator : "", array->shape[d]);
  }
}

void npy_format_shape(char *out, size_t size, const NpyArray *array) {
  if (array->rank == 0) {
    str_copy(out, size, "a single number");
  } else {
    join_shape(out, size, array, " x ");
  }
}

/* Version 1.0: the header is filled up with blanks so that the numbers begin at a multiple of 64 bytes. */
char *npy_pack(Arena *arena, const NpyArray *array, size_t *length) {
  char shape[256], header[512];
  join_shape(shape, sizeof shape, array, ", ");
  int text = snprintf(header, sizeof header, "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }", shape,
                      array->rank == 1 ? "," : "");
  size_t before = MAGIC_SIZE + VERSION_SIZE + 2;
  size_t whole = (before + (size_t)text + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  size_t data = array->count * sizeof(float);
  size_t header_size = whole - before;
  *length = whole + data;
  char *bytes = arena_alloc(arena, *length, 1, 1);
  memcpy(bytes, MAGIC, MAGIC_SIZE);
  memcpy(bytes + MAGIC_SIZE, (char[]){1, 0, (char)(header_size & 0xFF), (char)(header_size >> 8)}, VERSION_SIZE + 2);
  memset(bytes + before, ' ', header_size - 1);
  memcpy(bytes + before, header, (size_t)text);
  bytes[whole - 1] = '\n';
  memcpy(bytes + whole, array->values, data);
  return bytes;
}
