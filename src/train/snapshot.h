/* snapshot: everything needed to go on from an epoch's end, and the pool that keeps one of each epoch. A trainer that
 * is put back and trains on gives the bits that it gave before: all else is a function of seed, layer and step.
 *
 * A Snapshot is the state in words; its numbers are one block beside it: parameters, moving statistics, the optimizer's
 * moments, the best epoch's parameters and statistics, in this order, as far as the trainer has them.
 *
 * The pool has a fixed size. When it is full, the epochs kept lie twice as far apart: those whose number is a multiple
 * of `spacing`, and besides them the first, the best and the latest. The memory is taken with the run; keeping an epoch
 * allocates nothing. Threads: one at a time. */
#ifndef NNLAB_TRAIN_SNAPSHOT_H
#define NNLAB_TRAIN_SNAPSHOT_H

#include "train/trainer.h"

typedef struct Snapshot {
  Experiment experiment; /* the settings in force: edits included */
  int epoch;             /* epochs done */
  int64_t step, optimizer_steps;
  double progress, base_rate; /* the trainer's */
  double seconds;             /* spent training up to here, by the caller's clock */
  Stopper stopper;
  Plateau plateau;
  EpochReport report; /* of the epoch that ended; its epoch is -1 before the first */
  LayerSpec best_layers[NET_MAX_HIDDEN];
} Snapshot;

/* Floats of the block that belongs to a snapshot of this trainer. */
size_t snapshot_floats(const Trainer *trainer);
/* Copies the trainer's state out. It must stand between two epochs: at the start, or after STEP_EPOCH or STEP_DONE and
 * before the next step, edit or trainer_end. `values` (snapshot_floats). */
void snapshot_take(const Trainer *trainer, double seconds, Snapshot *snapshot, float *values);
/* Puts the trainer, whatever became of it, where the snapshot was taken: one of itself, or of a trainer made from an
 * experiment that differs in live settings alone. A batch larger than it has had takes buffers from its arena. */
void snapshot_restore(Trainer *trainer, const Snapshot *snapshot, const float *values);

typedef struct Snapshots {
  char *pool; /* slots: a Snapshot and its block each */
  size_t pool_bytes, touched, slot_bytes;
  int capacity; /* slots; 0: the memory allowed does not hold three */
  int count;    /* in use */
  int *slots;   /* (SERIES_CAPACITY) the slots in use, by epoch; then the free ones */
  int spacing;
} Snapshots;

/* An empty pool; no memory is taken. End it with snapshots_deinit. */
void snapshots_init(Snapshots *snapshots);
void snapshots_deinit(Snapshots *snapshots);
/* Forgets everything and makes room for this trainer's snapshots, as many as its snapshot_memory holds, and no more
 * than a Series has values; keeps the start. */
void snapshots_begin(Snapshots *snapshots, const Trainer *trainer);
/* Keeps the epoch that has just ended. */
void snapshots_keep(Snapshots *snapshots, const Trainer *trainer, double seconds);
/* The one of `epoch`, or else of the nearest epoch before it that is kept; NULL: there is none. Valid until the next
 * call that changes the pool. */
const Snapshot *snapshots_find(const Snapshots *snapshots, int epoch);
/* Puts the trainer back to a snapshot of the pool, and forgets the later ones. */
void snapshots_return(Snapshots *snapshots, Trainer *trainer, const Snapshot *snapshot);

#endif
