/* run_column: what can be asked of a run by name: for filters, orders and tables. Also every setting of the parameter
 * table. Pure. */
#ifndef NNLAB_STORE_RUN_COLUMN_H
#define NNLAB_STORE_RUN_COLUMN_H

#include "lab/param.h"
#include "store/history.h"

typedef enum RunColumn {
  RUN_COLUMN_NAME = 0,
  RUN_COLUMN_ID,
  RUN_COLUMN_PRESET,
  RUN_COLUMN_CHANGES,
  RUN_COLUMN_DATASET,
  RUN_COLUMN_SEED,
  RUN_COLUMN_BEST,
  RUN_COLUMN_BEST_EPOCH,
  RUN_COLUMN_LAST,
  RUN_COLUMN_GAP,
  RUN_COLUMN_VAL_ACCURACY, /* the best, of classification */
  RUN_COLUMN_VAL_R2,       /* the best, of regression */
  RUN_COLUMN_VAL_LOSS,     /* the lowest */
  RUN_COLUMN_TEST,
  RUN_COLUMN_EPOCHS,
  RUN_COLUMN_TIME,
  RUN_COLUMN_OUTCOME,
  RUN_COLUMN_TAGS,
  RUN_COLUMN_NOTE,
  RUN_COLUMN_STARTED,
  RUN_COLUMN_PARENT,
  RUN_COLUMN_FORK_EPOCH,
  RUN_COLUMN_TWIN,  /* the other one's name */
  RUN_COLUMN_EDITS, /* while it trained */
  RUN_COLUMN_COUNT
} RunColumn;

typedef struct RunColumnInfo {
  const char *key;
  bool is_text;
} RunColumnInfo;

extern const RunColumnInfo RUN_COLUMNS[RUN_COLUMN_COUNT];

bool run_column_find(const char *key, RunColumn *column);
/* Of text columns; printable. */
const char *run_column_text(const StoredRun *run, RunColumn column);
/* Of the others: epochs count from 1; seconds; not a number where there is none. */
double run_column_number(const StoredRun *run, RunColumn column);

#endif
