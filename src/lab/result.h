/* result: what a run has come to, as runs over several seeds are compared: by four measures. Pure. */
#ifndef NNLAB_LAB_RESULT_H
#define NNLAB_LAB_RESULT_H

#include <stdbool.h>
#include <stdint.h>

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
  int epochs, best_epoch, lowest_epoch; /* of the best score, and of the lowest loss */
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
/* Of two experiments on `count` seeds, (count, 2): the second less the first, seed by seed. */
Pairs result_pairs(const Result *results, int count, Measure measure);

/* Whether more is better. */
bool measure_is_score(Measure measure);
/* "best validation accuracy"; and "best_val_accuracy". Static storage. */
const char *measure_words(Measure measure, Task task);
const char *measure_key(Measure measure, Task task);

#endif
