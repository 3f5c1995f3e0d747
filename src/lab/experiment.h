/* experiment: the whole immutable description of what is trained: data set and split, preprocessing, layers, optimizer,
 * batch size, epochs, seed. A plain value, copied with =. Its settings are listed, with their names and ranges, in
 * the parameter table (lab/param.h). */
#ifndef NNLAB_LAB_EXPERIMENT_H
#define NNLAB_LAB_EXPERIMENT_H

#include <stdbool.h>

#include "base/error.h"
#include "data/dataset.h"
#include "nn/spec.h"

typedef struct Experiment {
  DataSpec data;
  NetSpec net;
  TrainSpec train;
} Experiment;

/* Keras's defaults (the parameter table's), one hidden layer Dense(128, relu), data set "digits". */
Experiment experiment_default(void);
/* The same number of hidden layers and the same value of every setting. */
bool experiment_equal(const Experiment *a, const Experiment *b);
/* Gives `twin` what twins have in common (param_is_common). */
void experiment_take_common(Experiment *twin, const Experiment *other);
/* STATUS_RANGE when a setting is outside its range, or when settings contradict each other although each is in its
 * range: two kinds of clipping, splits that leave no training rows, nesterov without momentum, a loss that does not
 * belong to the output, min_lr above learning_rate. The message names the keys. Settings that the chosen optimizer or
 * schedule does not use are no contradiction. */
MUST_USE Status experiment_check(const Experiment *experiment, Error *err);

#endif
