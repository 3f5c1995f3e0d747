/* batcher: deals the training rows in a new random order each epoch. The order is a function of (seed, epoch) alone;
 * the batch size may change between any two batches and moves nothing else. Allocates only in batcher_create. */
#ifndef NNLAB_DATA_BATCHER_H
#define NNLAB_DATA_BATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "data/dataset.h"

typedef struct Batch {
  int rows;              /* B; the last batch of an epoch may be short */
  const uint32_t *order; /* (B): which rows of the part */
  const int32_t *labels; /* (B) or NULL: theirs, in that order */
  const float *targets;  /* (B) or NULL */
} Batch;

typedef struct Batcher {
  const Part *part;
  uint64_t seed;
  uint32_t *order; /* (part->rows): this epoch's order */
  int next;        /* rows dealt so far in this epoch */
  int max_batch;   /* rows that there is room for */
  int32_t *labels; /* room for the largest batch */
  float *targets;
} Batcher;

/* `max_batch` (at least 1) is cut to the part's rows. Holds `part` by reference. Until the first epoch is begun there
 * is nothing to deal. */
void batcher_create(Batcher *batcher, Arena *arena, const Part *part, int max_batch, uint64_t seed);
/* Begins epoch `epoch` (from 0): shuffles with stream RNG_SHUFFLE, step = epoch. */
void batcher_start_epoch(Batcher *batcher, uint64_t epoch);
/* Deals the next at most `batch_size` rows (1 .. the `max_batch` it was created with); false at the epoch's end. The
 * batch is valid until the next call. */
bool batcher_next(Batcher *batcher, int batch_size, Batch *batch);

#endif
