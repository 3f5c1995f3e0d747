/* schedule: the learning rate of each step. Source: Keras optimizers/schedules, callbacks/reduce_lr_on_plateau.py. */
#ifndef NNLAB_NN_SCHEDULE_H
#define NNLAB_NN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "nn/spec.h"

/* The rate of step `step` (from 0) from the first rate `base`. Where decay_steps is 0, `progress`, the part of the run
 * that is done (0..1), takes its place. SCHEDULE_PLATEAU is constant here: a Plateau lowers `base`. */
double schedule_rate(const ScheduleSpec *spec, double base, int64_t step, double progress);

/* Whether `value` is better than `best` by more than min_delta. Scores rise, losses fall. */
bool monitor_improved(Monitor monitor, double value, double best, double min_delta);
/* Worse than any value. */
double monitor_worst(Monitor monitor);

/* ReduceLROnPlateau's memory. */
typedef struct Plateau {
  double best;
  int wait, cooldown;
} Plateau;

void plateau_start(Plateau *plateau, Monitor monitor);
/* At an epoch's end: the rate to go on with, from the present one and the monitored value. */
double plateau_update(Plateau *plateau, const ScheduleSpec *spec, Monitor monitor, double value, double rate);

/* EarlyStopping's memory. */
typedef struct Stopper {
  double best;
  int wait;
  int best_epoch; /* -1: none yet */
} Stopper;

void stopper_start(Stopper *stopper, Monitor monitor);
/* At the end of epoch `epoch` (from 0): true when training should stop. `improved` tells whether this is the best epoch
 * so far. */
bool stopper_update(Stopper *stopper, const StopSpec *spec, int epoch, double value, bool *improved);

#endif
