/* table: a data set as it was read: numbers, names, and what is to be predicted. Immutable once made; any number of
 * threads may read it. */
#ifndef NNLAB_DATA_TABLE_H
#define NNLAB_DATA_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

typedef enum Task { TASK_CLASSIFICATION = 0, TASK_REGRESSION } Task;

enum {
  TABLE_MAX_CLASSES = 1000,
  TABLE_SYNTHETIC_ROWS = 1000, /* of a synthetic set where nothing else is said */
  TABLE_SYNTHETIC_MAX_ROWS = 10000000
};

/* A column that features are made of. */
typedef struct TableColumn {
  const char *name;               /* printable, at most 63 bytes */
  int levels;                     /* 0: numbers; otherwise a category: cells are codes 0 .. levels - 1 */
  const char *const *level_names; /* (levels), printable */
} TableColumn;

typedef struct Table {
  char name[64]; /* printable: "digits", "moons", or the file's name without folder and ending */
  Task task;
  int rows, columns;
  int classes;                    /* 0 for regression */
  float *cells;                   /* (rows, columns), row-major: a number, a category's code, or NaN: missing */
  const int32_t *labels;          /* (rows), 0 .. classes - 1; NULL for regression */
  const float *targets;           /* (rows), finite; NULL for classification */
  const TableColumn *column;      /* (columns) */
  const char *target_name;        /* printable, at most 63 bytes */
  const char *const *class_names; /* (classes), printable; NULL for regression */
  int image_width, image_height;  /* the columns are the pixels of a grey image, row by row; 0: they are not */
  const char *leak;               /* which columns give the answer away, in a sentence; NULL or "": none */
  int test_rows;                  /* the last rows are the test's, whatever the split; from a file of their own */
} Table;

/* A 2-D set of two or more classes made by rule, `rows` points balanced over the classes, `noise` the deviation of
 * the normal noise added to each coordinate: "moons", "circles", "spirals", "xor", "gaussians". */
MUST_USE Status table_make_synthetic(Arena *arena, const char *name, int rows, double noise, uint64_t seed,
                                     Table *table, Error *err);
/* The synthetic sets' names; `count` gets their number. */
const char *const *table_synthetic_names(int *count);

#endif
