/* json: texts and numbers as JSON writes them. */
#ifndef NNLAB_APP_JSON_H
#define NNLAB_APP_JSON_H

#include <stdio.h>

/* The text between quotes, with what JSON wants escaped. */
void json_text(FILE *out, const char *text);
/* , "key": value; null where the value is not finite. */
void json_number(FILE *out, const char *key, double value);

#endif
