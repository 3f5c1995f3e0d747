/* trainer: an experiment being trained, one piece of work at a time. Single-threaded, no I/O, no clock; trainer_step
 * allocates nothing. The same experiment, data and edits give the same bits on the same machine.
 *
 * An epoch is: its training batches, then (if wanted) the training rows in inference mode, then the validation rows.
 * Each call of trainer_step does one batch or one chunk of rows, so that whoever calls can pause, edit or stop between
 * any two. Semantics are Keras's fit(): see the epoch's averages, the order of evaluation, early stopping, schedules.
 */
#ifndef NNLAB_TRAIN_TRAINER_H
#define NNLAB_TRAIN_TRAINER_H

#include "base/arena.h"
#include "data/batcher.h"
#include "data/dataset.h"
#include "lab/experiment.h"
#include "lab/message.h"
#include "nn/net.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"

typedef enum StepResult {
  STEP_MORE = 0, /* there is more to do in this epoch */
  STEP_EPOCH,    /* an epoch has ended: `report` holds it */
  STEP_DONE,     /* the last epoch has ended: `report` holds it; trainer_end must follow */
  STEP_DIVERGED  /* a value was not finite; trainer_end must follow */
} StepResult;

/* What the run is doing: training batches, or one of the two evaluations that end an epoch. */
typedef enum TrainPhase { PHASE_BATCHES = 0, PHASE_TRAIN_EVAL, PHASE_VALIDATION } TrainPhase;

typedef struct Trainer {
  Experiment experiment; /* as it runs: edits included */
  const Dataset *data;
  Arena *arena;
  Net *net;
  Optimizer optimizer;
  Batcher batcher;
  Stopper stopper;
  Plateau plateau;
  double progress;  /* the part of the run's steps that is done, 0..1; a change of their number moves only what is to
                       come */
  double base_rate; /* the learning rate before its schedule */
  TrainPhase phase;
  int epoch;        /* the one under way, from 0 */
  int64_t step;     /* batches since the start */
  int batch;        /* batches in this epoch so far */
  int eval_row;     /* rows evaluated so far in this phase */
  Tally running;    /* this epoch's training batches */
  Tally evaluation; /* of the phase under way */
  EpochReport
      report;  /* being filled; whole when trainer_step says STEP_EPOCH or STEP_DONE. `seconds` is the caller's */
  bool early;  /* early stopping has ended the run */
  float *best; /* parameters and statistics of the best epoch; NULL where they are not to be restored */
  LayerSpec best_layers[NET_MAX_HIDDEN]; /* which of its layers were normalized */
  int64_t bad_step;                      /* diverged: where; from 1 */
  char bad_layer[32];
  double bad_value;
} Trainer;

/* Makes everything that training needs, from `arena`, and sets the calling thread, which is to train, to flush
 * denormals. `data` must outlive it. Errors: output or loss that do not fit
 * the data; a network that the machine's memory cannot hold. */
MUST_USE Status trainer_create(Arena *arena, const Experiment *experiment, const Dataset *data, Trainer **trainer,
                               Error *err);
StepResult trainer_step(Trainer *trainer);
/* Goes to the first batch of epoch `trainer->epoch`: what a snapshot puts back goes on there. */
void trainer_start_epoch(Trainer *trainer);
/* Takes buffers for the present batch size from the arena if those at hand are too small; the epoch's order and place
 * in it stay. */
void trainer_reserve(Trainer *trainer);
/* Changes a live setting (lab/param.h) from the next batch on, and fills `edit`; not during an evaluation (`phase` must
 * be PHASE_BATCHES). A learning rate counts from the one in force, which a plateau may have lowered. Errors: not a live
 * setting, outside its range, a batch that the memory cannot hold. Batch normalization that is switched on or moved
 * starts from gamma 1, beta 0 and moving statistics taken from one pass over the training rows, without Adam's moments
 * (its bias correction goes on). A larger batch takes new buffers from the arena. */
MUST_USE Status trainer_edit(Trainer *trainer, ParamId param, int layer, double value, Edit *edit, Error *err);
/* Ends the run: restores the best epoch's weights if they are to be, measures the test rows. `seconds` is left to the
 * caller. */
void trainer_end(Trainer *trainer, RunState outcome, Ended *ended);

/* Whether all epochs are done: after an edit of the epochs it can be so without a step. */
bool trainer_is_done(const Trainer *trainer);
/* Batches in an epoch, at the present batch size. */
int trainer_batches(const Trainer *trainer);
/* Keras's running means over this epoch so far. */
Metrics trainer_running(const Trainer *trainer);
/* The learning rate of the next step. */
double trainer_rate(const Trainer *trainer);
/* Where the run stands on the epoch axis: epochs done, with the fraction of the one under way. */
double trainer_position(const Trainer *trainer);
/* Of the weights, with batch-norm statistics (nn/weights.h). */
uint64_t trainer_digest(const Trainer *trainer);
/* Rows of `part` in inference mode, all at once. */
Metrics trainer_evaluate(Trainer *trainer, const Part *part);

#endif
