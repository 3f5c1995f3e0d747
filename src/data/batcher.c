#include "data/batcher.h"

#include <stddef.h>

#include "base/fatal.h"
#include "base/rng.h"

void batcher_create(Batcher *batcher, Arena *arena, const Part *part, int max_batch, uint64_t seed) {
  ASSERT(max_batch >= 1);
  size_t room = (size_t)(max_batch < part->rows ? max_batch : part->rows);
  *batcher = (Batcher){.part = part,
                       .seed = seed,
                       .order = ARENA_ARRAY(arena, uint32_t, (size_t)part->rows),
                       .next = part->rows,
                       .max_batch = (int)room,
                       .labels = part->labels ? ARENA_ARRAY(arena, int32_t, room) : NULL,
                       .targets = part->targets ? arena_floats(arena, room) : NULL};
}

void batcher_start_epoch(Batcher *batcher, uint64_t epoch) {
  size_t rows = (size_t)batcher->part->rows;
  for (size_t r = 0; r < rows; r++) {
    batcher->order[r] = (uint32_t)r; /* from the same start each time: the epoch before leaves no trace */
  }
  Rng rng = rng_start((RngKey){.seed = batcher->seed, .step = epoch, .purpose = RNG_SHUFFLE});
  rng_shuffle(&rng, batcher->order, rows);
  batcher->next = 0;
}

bool batcher_next(Batcher *batcher, int batch_size, Batch *batch) {
  ASSERT(batch_size >= 1);
  const Part *part = batcher->part;
  int left = part->rows - batcher->next;
  int rows = batch_size < left ? batch_size : left;
  if (rows == 0) {
    return false;
  }
  ASSERT(rows <= batcher->max_batch);
  const uint32_t *order = batcher->order + batcher->next;
  for (int i = 0; i < rows; i++) {
    if (part->labels) {
      batcher->labels[i] = part->labels[order[i]];
    } else {
      batcher->targets[i] = part->targets[order[i]];
    }
  }
  batcher->next += rows;
  *batch = (Batch){.rows = rows, .order = order, .labels = batcher->labels, .targets = batcher->targets};
  return true;
}
