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
  TABLE_MAX_FILE_MIB = 1024,
  TABLE_SYNTHETIC_ROWS = 1000, /* of a synthetic set where nothing else is said */
  TABLE_SYNTHETIC_MAX_ROWS = 10000000
};

typedef struct Table {
  char name[64]; /* printable: "digits", "moons", or the file's name without folder and ending */
  Task task;
  int rows, features;
  int classes;                      /* 0 for regression */
  const float *x;                   /* (rows, features), row-major */
  const int32_t *labels;            /* (rows), 0 .. classes - 1; NULL for regression */
  const float *targets;             /* (rows); NULL for classification */
  const char *const *feature_names; /* (features), printable, at most 63 bytes each */
  const char *target_name;          /* the same */
} Table;

/* Reads a clean numeric CSV file: a header row, commas, numbers only, the last column is what is predicted: "label" (in
 * any case, integers 0 .. K-1, each class present) makes it classification, any other name regression. On failure
 * nothing is in `table`; the message names file, line and column: "wine.csv:17: 4 fields, the header has 5". */
MUST_USE Status table_read_csv(Arena *arena, const char *path, Table *table, Error *err);
/* The same from `length` bytes of memory; `path` names the table and stands in messages. */
MUST_USE Status table_parse_csv(Arena *arena, const char *text, size_t length, const char *path, Table *table,
                                Error *err);

/* A 2-D set of two or more classes made by rule, `rows` points balanced over the classes, `noise` the deviation of
 * the normal noise added to each coordinate: "moons", "circles", "spirals", "xor", "gaussians". */
MUST_USE Status table_make_synthetic(Arena *arena, const char *name, int rows, double noise, uint64_t seed,
                                     Table *table, Error *err);
/* The synthetic sets' names; `count` gets their number. */
const char *const *table_synthetic_names(int *count);

/* Opens `source`: a synthetic set's name, the name of a CSV file in `folder` without its ending, or a path (anything
 * with a '/' or ending in .csv, relative to the working directory). `rows` and `noise` and `seed` serve synthetic sets
 * (rows 0 means 1000). An unknown name is an error that lists the names there are and the nearest. */
MUST_USE Status table_open(Arena *arena, const char *source, const char *folder, int rows, double noise, uint64_t seed,
                           Table *table, Error *err);

#endif
