/* number: a decimal number to the nearest float, fast. What most files hold (up to 15 digits, a small exponent) takes
 * one multiplication or division that is exact before its one rounding (Clinger, "How to read floating point numbers
 * accurately", PLDI 1990); the rest goes to strtof. Any thread. */
#ifndef NNLAB_DATA_NUMBER_H
#define NNLAB_DATA_NUMBER_H

#include <stddef.h>

typedef enum NumberResult {
  NUMBER_OK = 0,
  NUMBER_NONE,     /* not a decimal number: an empty text, nan, inf, hexadecimal, anything left over */
  NUMBER_TOO_LARGE /* a number, but beyond the largest float */
} NumberResult;

/* Reads the whole of `text`, `length` bytes with a 0 byte behind them: [+-] digits [. digits] [e [+-] digits]. */
NumberResult number_parse(const char *text, size_t length, float *value);

#endif
