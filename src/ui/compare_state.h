/* compare_state: the runs that the Compare screen shows side by side, and the screen's own state. The runs' curves and
 * the table are values which the caller of ui/ makes from the history. */
#ifndef NNLAB_UI_COMPARE_STATE_H
#define NNLAB_UI_COMPARE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/comparison.h"
#include "ui/curves.h"

enum { COMPARE_MOST = 6 }; /* as many runs as there are colours for them */

/* A run with its curves; some 0.9 MB however many epochs it has. */
typedef struct CompareRun {
  int64_t id;
  int place; /* 0 .. COMPARE_MOST - 1: its colour stays when others go */
  const char *name;
  Task task;
  int epochs; /* read so far */
  Series curves[METRIC_COUNT][CURVE_COUNT];
} CompareRun;

/* What the screen shows of the runs that it asked for; by reference, until the next news. */
typedef struct CompareNews {
  int count;
  const CompareRun *runs[COMPARE_MOST]; /* by their places */
  Comparison table;                     /* its runs are these; no rows until they are known */
  bool busy;                            /* more epochs are being read */
  const char *problem;                  /* why there is nothing; "" = nothing is wrong */
} CompareNews;

/* Which curves are drawn. */
typedef enum CompareCurves { CURVES_BOTH = 0, CURVES_VAL, CURVES_TRAIN, COMPARE_CURVES_COUNT } CompareCurves;

typedef struct UiCompare {
  int64_t marked[COMPARE_MOST]; /* the runs, by their places; 0 = nobody's */
  bool asks;                    /* they wait to be taken (ui_take_comparison) */
  CompareNews news;
  char problem[512];
  int place; /* of the selected run */
  CompareCurves curves;
  int chart; /* a metric; from METRIC_COUNT on, the difference in one, where two runs are compared */
  bool has_cursor;
  int epoch;  /* that the cursor stands at, from 1 */
  int scroll; /* of the table */
} UiCompare;

#endif
