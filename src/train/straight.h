/* straight: a run from its start to its end, without pauses or edits: what many runs at once are. */
#ifndef NNLAB_TRAIN_STRAIGHT_H
#define NNLAB_TRAIN_STRAIGHT_H

#include "train/trainer.h"

/* Who goes with a run; on the thread that trains it. */
typedef struct Follower {
  bool (*stops)(void *context);                            /* between two steps: whether the run is to end here */
  void (*stepped)(void *context);                          /* a step has been taken; NULL: nothing is done */
  void (*epoch)(void *context, const EpochReport *report); /* an epoch has ended; it has its seconds */
  void *context;
} Follower;

/* Trains, and fills `ended`, with the run's seconds: finished, diverged, or stopped by the follower. */
void straight_run(Trainer *trainer, const Follower *follower, Ended *ended);

#endif
