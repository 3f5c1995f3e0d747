/* run_row: what the Runs screen shows of a run that has been kept, and what it wants done. Values, which the caller of
 * ui/ makes from the history and takes to it. */
#ifndef NNLAB_UI_RUN_ROW_H
#define NNLAB_UI_RUN_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/outcome.h"

/* Texts are printable, never NULL, and belong to whoever made the row. What was not measured is not a number. */
typedef struct RunRow {
  int64_t id; /* newer runs have higher ones */
  const char *name, *preset;
  const char *changes; /* what was not as in the preset: "dropout=0.5 epochs=30" */
  const char *origin;  /* and its edits: "fork of overfitting-1 at epoch 20, layers.1.dropout=0.5 at 20" */
  const char *tags, *note, *dataset;
  const char *started; /* when: "2026-11-29 08:30" */
  double best, last;   /* validation scores: accuracy or R2 */
  double gap;          /* the last training score less the last of validation */
  int best_epoch;      /* from 1; 0 = none */
  int epochs;
  double seconds; /* spent training */
  Outcome outcome;
} RunRow;

/* By what the table is ordered: numbers from the highest, words from the first of the alphabet. */
typedef enum RunsOrder {
  RUNS_BY_AGE = 0, /* the newest first */
  RUNS_BY_NAME,
  RUNS_BY_PRESET,
  RUNS_BY_BEST,
  RUNS_BY_BEST_EPOCH,
  RUNS_BY_LAST,
  RUNS_BY_GAP,
  RUNS_BY_EPOCHS,
  RUNS_BY_TIME,
  RUNS_BY_OUTCOME,
  RUNS_BY_CHANGES,
  RUNS_ORDER_COUNT
} RunsOrder;

typedef enum RunsWishKind {
  WISH_NONE = 0,
  WISH_REFRESH, /* the rows anew, by the latest filter */
  WISH_OPEN,    /* run `id` in the Lab */
  WISH_RESUME,  /* run `id`, which was interrupted, goes on in the Lab */
  WISH_FILTER,  /* the rows for which the filter in `text` holds; this and what follows is typed */
  WISH_RENAME,  /* run `id` to `text` */
  WISH_TAG,     /* adds the tags in `text` to run `id`; those with - before them go */
  WISH_NOTE,    /* the note of run `id` becomes `text` */
  WISH_KIND_COUNT
} RunsWishKind;

enum { RUNS_MAX_TEXT = 256, RUNS_MAX_HIDDEN = 256 };

typedef struct RunsWish {
  RunsWishKind kind;
  int64_t id;
  char text[RUNS_MAX_TEXT];
} RunsWish;

/* The rows that were wished for, the newest first, or why there are none. */
typedef struct RunsNews {
  RunRow *rows; /* kept by reference, and put into another order, until the next news */
  int count;
  int total;           /* runs in the history */
  const char *filter;  /* that the rows were chosen by */
  const char *problem; /* "" = nothing is wrong */
} RunsNews;

/* The Runs screen's own state. */
typedef struct UiRuns {
  RunRow *rows; /* the ones shown, in the order shown; the caller's (ui_runs_news) */
  int count;
  int total; /* runs in the history */
  bool busy; /* they are being read */
  bool has_rows;
  char problem[512];          /* why there are none; "" = nothing is wrong */
  char filter[RUNS_MAX_TEXT]; /* that these rows were chosen by */
  RunsOrder order;
  bool turned;
  int row;             /* that is selected */
  RunsWishKind typing; /* what the line that is typed is for; WISH_NONE: none is */
  int64_t asked;       /* the run that the next press deletes; 0 = none */
  int hidden_count;
  int64_t hidden[RUNS_MAX_HIDDEN]; /* to be deleted when the program ends */
  RunsWish wish;                   /* the latest that has not been taken */
} UiRuns;

#endif
