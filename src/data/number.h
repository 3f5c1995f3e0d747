/* number: a decimal number to the nearest float, fast. Its digits are read eight at a time; one multiplication or
 * division of doubles (Clinger, "How to read floating point numbers accurately", PLDI 1990) then says which float is
 * nearest, unless it is nearly halfway between two or very large or small: that goes to strtof. Any thread. */
#ifndef NNLAB_DATA_NUMBER_H
#define NNLAB_DATA_NUMBER_H

#include <stddef.h>

typedef enum NumberResult {
  NUMBER_OK = 0,
  NUMBER_NONE,     /* not a decimal number: an empty text, nan, inf, hexadecimal, anything left over */
  NUMBER_TOO_LARGE /* a number, but beyond the largest float */
} NumberResult;

/* Reads the whole of `text`, `length` bytes with a 0 byte behind them: [+-] digits [. digits] [e [+-]
 * digits]. */
NumberResult number_parse(const char *text, size_t length, float *value);

#endif
