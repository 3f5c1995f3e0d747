/* dataset: a table made ready for training: rows chosen, split, scaled, labels made noisy where the experiment says so.
 * Everything that is fitted (means, deviations) is fitted on the training rows alone. Immutable once made. */
#ifndef NNLAB_DATA_DATASET_H
#define NNLAB_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "data/table.h"

/* How an experiment uses its data. Fields are settings of the parameter table (lab/param.h). */
typedef struct DataSpec {
  char source[256];        /* what table_open takes */
  int rows;                /* how many rows of the table to use, drawn at random (by class); 0 = all */
  double noise;            /* of synthetic sets */
  double validation_split; /* fraction of the rows, 0 < v, v + t < 1 */
  double test_split;       /* fraction of the rows, 0 = no test set */
  bool standardize;        /* (x - mean) / deviation for each feature; constant features become 0 */
  bool scale_target;       /* the same for regression's target; mae is reported in the target's own unit */
  double label_noise;      /* fraction of the training labels replaced by another class */
} DataSpec;

/* One part of the split. Exactly one of labels and targets is there. */
typedef struct Part {
  int rows;
  const float *x;        /* (rows, features), aligned to 64 bytes */
  const int32_t *labels; /* (rows) */
  const float *targets;  /* (rows), scaled */
  const int32_t *source; /* (rows): the table's row that each one came from */
} Part;

typedef struct Dataset {
  Task task;
  int features, classes;
  Part train, validation, test;    /* test.rows may be 0 */
  const float *mean, *scale;       /* (features): what was subtracted, and divided by (never 0) */
  float target_mean, target_scale; /* regression: 0 and 1 where not scaled */
  int flipped;                     /* training labels that label_noise replaced */
} Dataset;

/* Draws the subset (stream RNG_SUBSET), splits it (RNG_SPLIT; stratified: every class is spread over the parts as
 * evenly as its count allows; regression: plain random), flips round(label_noise * train rows) training labels to
 * another class chosen uniformly (RNG_NOISE), and standardises. Validation gets round(validation_split * rows) rows,
 * the test likewise, training the rest. With more label noise, the labels that less noise flips are flipped to the
 * same. `spec->source` and `spec->noise` are not used here: the table is made already, and a synthetic one has as many
 * rows as `spec->rows` asks for, so all of them are used. Same table, spec and seed: same bits. Errors (STATUS_RANGE):
 * a part would be empty, label noise on regression or with one class, fewer rows than asked for, a feature so uneven
 * that its scaled values are too large for a float. On failure nothing is in `dataset`. */
MUST_USE Status dataset_prepare(Arena *arena, const Table *table, const DataSpec *spec, uint64_t seed, Dataset *dataset,
                                Error *err);

#endif
