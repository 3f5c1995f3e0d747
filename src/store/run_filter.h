/* run_filter: which runs are meant, in a line of text:
 *
 *     val_accuracy > 0.9 dropout            both must hold
 *     outcome = diverged learning_rate >= 0.1
 *     preset = overfitting !tuned
 *
 * A comparison is a column (run_column.h) or a setting (lab/param.h), one of = != < <= > >=, and a number or a word. A
 * layer's setting holds where one layer's does. A bare word is looked for in name, preset, changes, data and tags, and
 * ! before it wants those without it. Words with blanks stand in double quotes. Capital letters do not matter. Pure. */
#ifndef NNLAB_STORE_RUN_FILTER_H
#define NNLAB_STORE_RUN_FILTER_H

#include "store/run_column.h"

enum { RUN_FILTER_MAX_TERMS = 32, RUN_FILTER_MAX_WORD = 128 };

typedef enum FilterOperator {
  FILTER_WORD = 0,
  FILTER_NOT_WORD,
  FILTER_EQUAL,
  FILTER_NOT_EQUAL,
  FILTER_LESS,
  FILTER_AT_MOST,
  FILTER_GREATER,
  FILTER_AT_LEAST
} FilterOperator;

typedef struct FilterTerm {
  FilterOperator op;
  bool is_param; /* `param`, else `column`; words have neither */
  RunColumn column;
  ParamId param;
  char text[RUN_FILTER_MAX_WORD];
  double number; /* of `text`, where the column has numbers */
} FilterTerm;

typedef struct RunFilter {
  int count; /* 0: every run */
  FilterTerm terms[RUN_FILTER_MAX_TERMS];
} RunFilter;

/* STATUS_USAGE names the place in the text and what is possible there. */
MUST_USE Status run_filter_parse(const char *text, RunFilter *filter, Error *err);
/* A run whose settings cannot be read has none. */
bool run_filter_holds(const RunFilter *filter, const StoredRun *run);

#endif
