/* csv_line: texts and numbers as CSV files have them. */
#ifndef NNLAB_APP_CSV_LINE_H
#define NNLAB_APP_CSV_LINE_H

#include <stdio.h>

/* The text, in quotes where it needs them. */
void csv_text(FILE *out, const char *text);
/* The number, to the last bit; nothing where it is not one. */
void csv_number(FILE *out, double value);

#endif
