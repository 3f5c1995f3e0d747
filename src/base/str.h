/* str: the few string operations that C lacks. Text is UTF-8. Nothing here allocates. The program leaves LC_NUMERIC
 * at "C" (it sets LC_CTYPE alone), so a decimal point is a point everywhere. */
#ifndef NNLAB_BASE_STR_H
#define NNLAB_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies `text` into `out`, cut at a whole character if it does not fit in `size` bytes with its final 0. */
void str_copy(char *out, size_t size, const char *text);
/* The same with what could harm a terminal or a log replaced by '?': control characters, bytes that are not UTF-8,
 * direction overrides and other invisible formatting characters. Newlines and tabs become one space. */
void str_printable(char *out, size_t size, const char *text);
/* Decodes one UTF-8 character; returns its bytes (1..4), or 0 at the end of the text. A byte that is not UTF-8 gives
 * U+FFFD and 1. */
int utf8_decode(const char *text, uint32_t *code);
/* Encodes `code` into `out` (at least 5 bytes, ends with 0); returns the bytes written. */
int utf8_encode(uint32_t code, char *out);
/* Terminal columns that a character takes: 0 (combining, control), 1, or 2 (East Asian wide, emoji). */
int utf8_width(uint32_t code);
/* Terminal columns that a text takes. */
int utf8_columns(const char *text);

/* Whether `text` ends in `ending`, in any case, with something before it. */
bool str_ends_in(const char *text, const char *ending);
/* Edits (insert, delete, replace, swap neighbours) that make `b` of `a`; texts over 63 bytes count as far apart. */
int str_distance(const char *a, const char *b);
/* The candidate nearest to `word`, or NULL when none is near enough to be what was meant. */
const char *str_nearest(const char *word, const char *const *candidates, size_t count);

/* Reads the whole of `text` as a number. False when it is not one
 * (an empty text, trailing characters, overflow); "nan" and "inf" are not numbers here. */
bool str_to_double(const char *text, double *value);
bool str_to_i64(const char *text, int64_t *value);
/* The decimal of fewest digits that reads back as exactly the same float (0.1, not 0.100000001); whole numbers under a
 * million are written out (30, not 3e+01). 32 bytes always suffice. "nan", "inf" and "-inf" do not read back. */
void str_from_float(char *out, size_t size, float value);
/* The same for a double. */
void str_from_double(char *out, size_t size, double value);

/* A value that is not finite, in a word: "nan", "inf" or "-inf". Static storage. */
const char *str_nonfinite(double value);

#endif
