/* result: what a run has come to, as `nnlab repeat` and `nnlab sweep` compare runs: by four measures. */
#ifndef NNLAB_APP_RESULT_H
#define NNLAB_APP_RESULT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/message.h"
#include "lab/spread.h"

enum { RESULT_MOST_SEEDS = 1000 };

typedef enum Measure {
  MEASURE_BEST_SCORE = 0, /* of the validation rows: accuracy or R2 of the best epoch, */
  MEASURE_LAST_SCORE,     /* of the last one, */
  MEASURE_LOWEST_LOSS,    /* and the same of the loss */
  MEASURE_LAST_LOSS,
  MEASURE_COUNT
} Measure;

/* Epochs count from 0; -1 = none. What was not measured is not a number. */
typedef struct Result {
  RunState outcome;  /* RUN_NONE: not begun */
  bool from_history; /* it had been trained before */
  char name[80];     /* in the run history; "" = not kept */
  Task task;
  int seed;
  int epochs, best_epoch;
  double values[MEASURE_COUNT];
  double seconds;
  uint64_t digest;
} Result;

/* Before the first epoch. */
void result_begin(Result *result, Task task);
void result_epoch(Result *result, const EpochReport *report);
/* The measure of a run that has come to its end; else not a number: a run that diverged or was stopped stands for
 * nothing. */
double result_value(const Result *result, Measure measure);
/* How many of `count` results, `stride` apart, have this outcome. */
int result_count(const Result *results, int count, int stride, RunState outcome);
/* The measure over `count` results, `stride` apart. */
Spread result_spread(const Result *results, int count, int stride, Measure measure);

/* Whether more is better. */
bool measure_is_score(Measure measure);
/* "best validation accuracy"; and "best_val_accuracy". Static storage. */
const char *measure_words(Measure measure, Task task);
const char *measure_key(Measure measure, Task task);

/* An object, and one of each measure's spread: "key":{"count":...}, with commas between. */
void result_json(FILE *out, const Result *result);
void result_json_spreads(FILE *out, const Result *results, int count, int stride);

#endif
