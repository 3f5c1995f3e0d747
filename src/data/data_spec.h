/* data_spec: how an experiment uses its data: the file, what is known of its format, what is predicted from which
 * columns, and how the rows are shared out. Fields are settings of the parameter table (lab/param.h). */
#ifndef NNLAB_DATA_DATA_SPEC_H
#define NNLAB_DATA_DATA_SPEC_H

#include <stdbool.h>

#include "data/format.h"

/* What the user wants to predict as; the rest is found by the evidence. */
typedef enum TaskWish { TASK_WISH_AUTO = 0, TASK_WISH_CLASSIFICATION, TASK_WISH_REGRESSION, TASK_WISHES } TaskWish;
extern const char *const TASK_WISH_NAMES[TASK_WISHES];

typedef enum SplitKind {
  SPLIT_RANDOM = 0, /* shuffled by the seed; every class spread evenly */
  SPLIT_KERAS       /* fit(validation_split=...)'s: the last rows validate, in the file's order, the test before them */
} SplitKind;
extern const char *const SPLIT_NAMES[2];

typedef struct DataSpec {
  char source[256];                    /* what table_open takes */
  char test_source[256];               /* a file of test rows; "" = none */
  char target[64];                     /* name or "#number" of the column that is predicted; "" = found by evidence */
  char drop[256];                      /* names or "#number"s, separated by commas, of columns that are not used */
  char numeric[256], categorical[256]; /* likewise: columns that are numbers, that are categories, whatever they look */
  TaskWish task;
  CsvFormat format; /* what is known of the file's format */
  SplitKind split;
  int rows;                /* how many rows of the table to use, drawn at random (by class); 0 = all */
  double noise;            /* of synthetic sets */
  double validation_split; /* fraction of the rows, 0 < v, v + t < 1 */
  double test_split;       /* fraction of the rows, 0 = no test set */
  bool standardize;        /* (x - mean) / deviation for each feature; constant features become 0 */
  bool scale_target;       /* the same for regression's target; mae is reported in the target's own unit */
  double label_noise;      /* fraction of the training labels replaced by another class */
} DataSpec;

#endif
