/* dataset: a table made ready for training: rows chosen, split, encoded, scaled, labels made noisy where the experiment
 * says so. Everything that is fitted (medians, levels, means, deviations) is fitted on the training rows alone.
 * Immutable once made. */
#ifndef NNLAB_DATA_DATASET_H
#define NNLAB_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "data/data_spec.h"
#include "data/table.h"

/* One part of the split. Exactly one of labels and targets is there. */
typedef struct Part {
  int rows;
  const float *x;        /* (rows, features), row-major */
  const int32_t *labels; /* (rows) */
  const float *targets;  /* (rows), scaled */
  const int32_t *source; /* (rows): the table's row that each one came from */
} Part;

typedef struct Dataset {
  Task task;
  int features, classes;
  Part train, validation, test;     /* test.rows may be 0 */
  const char *const *feature_names; /* (features), printable: "age", "age missing", "sex=female", "port=other" */
  const float *mean, *scale;        /* (features): what was subtracted, and divided by (never 0) */
  const char *const *class_names;   /* the table's */
  int filled;                       /* missing numbers of training, validation and test rows that got a median */
  float target_mean, target_scale;  /* regression: 0 and 1 where not scaled */
  int flipped;                      /* training labels that label_noise replaced */
  char warning[256];                /* printable: what the split hides from training, and the cure; "" = nothing */
} Dataset;

/* Chooses the rows of each part (partition.h), encodes the columns (encode.h), flips round(label_noise * train rows)
 * training labels to another class chosen uniformly (stream RNG_NOISE), and standardises. With more label noise, the
 * labels that less noise flips are flipped to the same. `spec->source` and `spec->noise` are not used here: the table
 * is made already, and a synthetic one has as many rows as `spec->rows` asks for, so all of them are used. Same table,
 * spec and seed: same bits.
 * Takes over `table->cells`: they become the features where every column stays one feature, so that no second matrix is
 * made; `table->cells` is NULL afterwards, unless what was wrong was found before they were touched. The cells and the
 * table's names must live as long as the data set.
 * Errors (STATUS_RANGE): those of partition_make, label noise on regression or with one class, more features than
 * memory holds, a feature so uneven that its scaled values are too large for a float. On failure nothing is in
 * `dataset`. */
MUST_USE Status dataset_prepare(Arena *arena, Table *table, const DataSpec *spec, uint64_t seed, Dataset *dataset,
                                Error *err);

#endif
