#include "store/run_column.h"

#include <math.h>
#include <string.h>

const RunColumnInfo RUN_COLUMNS[RUN_COLUMN_COUNT] = {
    [RUN_COLUMN_NAME] = {"name", true},
    [RUN_COLUMN_ID] = {"id", false},
    [RUN_COLUMN_PRESET] = {"preset", true},
    [RUN_COLUMN_CHANGES] = {"changes", true},
    [RUN_COLUMN_DATASET] = {"data", true},
    [RUN_COLUMN_SEED] = {"seed", false},
    [RUN_COLUMN_BEST] = {"best", false},
    [RUN_COLUMN_BEST_EPOCH] = {"best_epoch", false},
    [RUN_COLUMN_LAST] = {"last", false},
    [RUN_COLUMN_GAP] = {"gap", false},
    [RUN_COLUMN_VAL_ACCURACY] = {"val_accuracy", false},
    [RUN_COLUMN_VAL_R2] = {"val_r2", false},
    [RUN_COLUMN_VAL_LOSS] = {"val_loss", false},
    [RUN_COLUMN_TEST] = {"test", false},
    [RUN_COLUMN_EPOCHS] = {"epochs", false},
    [RUN_COLUMN_TIME] = {"time", false},
    [RUN_COLUMN_OUTCOME] = {"outcome", true},
    [RUN_COLUMN_TAGS] = {"tags", true},
    [RUN_COLUMN_NOTE] = {"note", true},
    [RUN_COLUMN_STARTED] = {"started", false},
    [RUN_COLUMN_PARENT] = {"parent", true},
    [RUN_COLUMN_FORK_EPOCH] = {"fork_epoch", false},
    [RUN_COLUMN_TWIN] = {"twin", true},
    [RUN_COLUMN_EDITS] = {"edits", true},
};

bool run_column_find(const char *key, RunColumn *column) {
  for (int i = 0; i < RUN_COLUMN_COUNT; i++) {
    if (strcmp(RUN_COLUMNS[i].key, key) == 0) {
      *column = (RunColumn)i;
      return true;
    }
  }
  return false;
}

const char *run_column_text(const StoredRun *run, RunColumn column) {
  switch (column) {
    case RUN_COLUMN_NAME:
      return run->name;
    case RUN_COLUMN_PRESET:
      return run->preset;
    case RUN_COLUMN_CHANGES:
      return run->differences;
    case RUN_COLUMN_DATASET:
      return run->dataset;
    case RUN_COLUMN_OUTCOME:
      return OUTCOME_NAMES[run->outcome];
    case RUN_COLUMN_TAGS:
      return run->tags;
    case RUN_COLUMN_NOTE:
      return run->note;
    case RUN_COLUMN_PARENT:
      return run->parent_name;
    case RUN_COLUMN_TWIN:
      return run->twin_name;
    case RUN_COLUMN_EDITS:
      return run->edits;
    default:
      return "";
  }
}

double run_column_number(const StoredRun *run, RunColumn column) {
  switch (column) {
    case RUN_COLUMN_ID:
      return (double)run->id;
    case RUN_COLUMN_SEED:
      return run->seed;
    case RUN_COLUMN_BEST:
      return run->best_score;
    case RUN_COLUMN_BEST_EPOCH:
      return run->best_epoch < 0 ? (double)NAN : run->best_epoch + 1;
    case RUN_COLUMN_LAST:
      return run->last_score;
    case RUN_COLUMN_GAP:
      return run->gap;
    case RUN_COLUMN_VAL_ACCURACY:
      return run->task == TASK_CLASSIFICATION ? run->best_score : (double)NAN;
    case RUN_COLUMN_VAL_R2:
      return run->task == TASK_REGRESSION ? run->best_score : (double)NAN;
    case RUN_COLUMN_VAL_LOSS:
      return run->val_loss;
    case RUN_COLUMN_TEST:
      return run->test.score;
    case RUN_COLUMN_EPOCHS:
      return run->epochs;
    case RUN_COLUMN_TIME:
      return run->seconds;
    case RUN_COLUMN_STARTED:
      return run->started;
    case RUN_COLUMN_FORK_EPOCH:
      return run->fork_epoch < 0 ? (double)NAN : run->fork_epoch;
    default:
      return (double)NAN;
  }
}
