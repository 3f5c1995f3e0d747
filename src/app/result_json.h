/* result_json: results as `nnlab repeat --json` and `nnlab sweep --json` print them. */
#ifndef NNLAB_APP_RESULT_JSON_H
#define NNLAB_APP_RESULT_JSON_H

#include <stdio.h>

#include "lab/result.h"

/* An object, and one of each measure's spread: "key":{"count":...}, with commas between. */
void result_json(FILE *out, const Result *result);
void result_json_spreads(FILE *out, const Result *results, int count, int stride);

#endif
