#include "train/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/order.h"
#include "lab/series.h"

/* --- one snapshot ------------------------------------------------------------------------------------------------- */

enum { BLOCKS = 5 };

/* A stretch of floats that belongs to the state; at NULL: the trainer has none. */
typedef struct Block {
  float *at;
  size_t count;
} Block;

static void list_blocks(const Trainer *trainer, Block blocks[BLOCKS]) {
  const Net *net = trainer->net;
  const Optimizer *optimizer = &trainer->optimizer;
  blocks[0] = (Block){net->params, net->param_count};
  blocks[1] = (Block){net->stats, net->stat_count};
  blocks[2] = (Block){optimizer->first, optimizer->count};
  blocks[3] = (Block){optimizer->second, optimizer->count};
  blocks[4] = (Block){trainer->best, net->param_count + net->stat_count};
}

size_t snapshot_floats(const Trainer *trainer) {
  Block blocks[BLOCKS];
  size_t count = 0;
  list_blocks(trainer, blocks);
  for (int b = 0; b < BLOCKS; b++) {
    count += blocks[b].at ? blocks[b].count : 0;
  }
  return count;
}

void snapshot_take(const Trainer *trainer, double seconds, Snapshot *snapshot, float *values) {
  ASSERT(trainer->phase == PHASE_BATCHES && trainer->batch == 0);
  *snapshot = (Snapshot){.experiment = trainer->experiment,
                         .epoch = trainer->epoch,
                         .step = trainer->step,
                         .optimizer_steps = trainer->optimizer.steps,
                         .progress = trainer->progress,
                         .base_rate = trainer->base_rate,
                         .seconds = seconds,
                         .stopper = trainer->stopper,
                         .plateau = trainer->plateau,
                         .report = trainer->report};
  memcpy(snapshot->best_layers, trainer->best_layers, sizeof snapshot->best_layers);
  Block blocks[BLOCKS];
  list_blocks(trainer, blocks);
  for (int b = 0; b < BLOCKS; b++) {
    if (blocks[b].at) {
      memcpy(values, blocks[b].at, blocks[b].count * sizeof(float));
      values += blocks[b].count;
    }
  }
}

static void restore_settings(Trainer *trainer, const Experiment *experiment) {
  const NetSpec *spec = &experiment->net;
  Net *net = trainer->net;
  trainer->experiment = *experiment;
  trainer->optimizer.spec.weight_decay = experiment->train.optimizer.weight_decay;
  net->spec.l1 = spec->l1;
  net->spec.l2 = spec->l2;
  net_set_input_dropout(net, spec->input_dropout);
  net_restore_layers(net, spec->layers);
  for (int h = 0; h < spec->hidden; h++) {
    net_set_dropout(net, h, spec->layers[h].dropout);
  }
}

void snapshot_restore(Trainer *trainer, const Snapshot *snapshot, const float *values) {
  restore_settings(trainer, &snapshot->experiment);
  trainer->epoch = snapshot->epoch;
  trainer->step = snapshot->step;
  trainer->optimizer.steps = snapshot->optimizer_steps;
  trainer->progress = snapshot->progress;
  trainer->base_rate = snapshot->base_rate;
  trainer->stopper = snapshot->stopper;
  trainer->plateau = snapshot->plateau;
  trainer->report = snapshot->report;
  trainer->early = false;
  trainer->bad_step = 0;
  trainer->bad_layer[0] = '\0';
  trainer->bad_value = 0.0;
  memcpy(trainer->best_layers, snapshot->best_layers, sizeof trainer->best_layers);
  Block blocks[BLOCKS];
  list_blocks(trainer, blocks);
  for (int b = 0; b < BLOCKS; b++) {
    if (blocks[b].at) {
      memcpy(blocks[b].at, values, blocks[b].count * sizeof(float));
      values += blocks[b].count;
    }
  }
  trainer_reserve(trainer);
  trainer_start_epoch(trainer);
}

/* --- the pool ----------------------------------------------------------------------------------------------------- */

/* Slots lie as the kernels' blocks do, a Snapshot takes whole cache lines. */
enum { LINE = 64, HEAD_BYTES = (sizeof(Snapshot) + LINE - 1) / LINE * LINE, SLOTS_LEAST = 3 };

static Snapshot *slot_at(const Snapshots *snapshots, int index) {
  return (Snapshot *)(void *)(snapshots->pool + (size_t)snapshots->slots[index] * snapshots->slot_bytes);
}

static float *values_at(const Snapshots *snapshots, int index) {
  return (float *)(void *)((char *)slot_at(snapshots, index) + HEAD_BYTES);
}

void snapshots_init(Snapshots *snapshots) { *snapshots = (Snapshots){.spacing = 1}; }

void snapshots_deinit(Snapshots *snapshots) {
  free(snapshots->pool);
  free(snapshots->slots);
}

/* Room for `capacity` slots. The first touch of memory can cost ten times what is then written to it: that of the
 * `wanted` slots that the run will fill comes now, and once for all runs. */
static bool reserve(Snapshots *snapshots, int capacity, int wanted) {
  size_t bytes = (size_t)capacity * snapshots->slot_bytes, used = (size_t)wanted * snapshots->slot_bytes;
  if (!snapshots->slots) {
    snapshots->slots = calloc(SERIES_CAPACITY, sizeof *snapshots->slots);
  }
  if (bytes > snapshots->pool_bytes) {
    free(snapshots->pool);
    snapshots->pool = aligned_alloc(LINE, bytes);
    snapshots->pool_bytes = snapshots->pool ? bytes : 0;
    snapshots->touched = 0;
  }
  if (snapshots->pool && used > snapshots->touched) {
    memset(snapshots->pool + snapshots->touched, 0, used - snapshots->touched);
    snapshots->touched = used;
  }
  return snapshots->slots && snapshots->pool;
}

void snapshots_begin(Snapshots *snapshots, const Trainer *trainer) {
  size_t allowed = (size_t)trainer->experiment.train.snapshot_memory << 20;
  snapshots->slot_bytes = HEAD_BYTES + (snapshot_floats(trainer) * sizeof(float) + LINE - 1) / LINE * LINE;
  size_t fit = allowed / snapshots->slot_bytes;
  int capacity = fit > SERIES_CAPACITY ? SERIES_CAPACITY : (int)fit;
  int wanted = smaller(capacity, trainer->experiment.train.epochs + 1);
  snapshots->count = 0;
  snapshots->spacing = 1;
  snapshots->capacity = capacity >= SLOTS_LEAST && reserve(snapshots, capacity, wanted) ? capacity : 0;
  for (int i = 0; i < snapshots->capacity; i++) {
    snapshots->slots[i] = i;
  }
  snapshots_keep(snapshots, trainer, 0.0);
}

/* Gives back the slots of all but the first epoch, the best one and the multiples of `spacing`. */
static void thin(Snapshots *snapshots, int best) {
  int kept = 0;
  for (int i = 0; i < snapshots->count; i++) {
    int epoch = slot_at(snapshots, i)->epoch;
    if (epoch % snapshots->spacing == 0 || epoch == best) {
      int slot = snapshots->slots[i];
      snapshots->slots[i] = snapshots->slots[kept];
      snapshots->slots[kept++] = slot;
    }
  }
  snapshots->count = kept;
}

void snapshots_keep(Snapshots *snapshots, const Trainer *trainer, double seconds) {
  if (snapshots->capacity == 0) {
    return;
  }
  int best = trainer->stopper.best_epoch + 1; /* in epochs done */
  if (snapshots->spacing > 1) {
    thin(snapshots, best);
  }
  while (snapshots->count == snapshots->capacity) {
    snapshots->spacing *= 2;
    thin(snapshots, best);
  }
  int index = snapshots->count++;
  snapshot_take(trainer, seconds, slot_at(snapshots, index), values_at(snapshots, index));
}

static int find(const Snapshots *snapshots, int epoch) {
  int index = snapshots->count - 1;
  while (index >= 0 && slot_at(snapshots, index)->epoch > epoch) {
    index--;
  }
  return index;
}

const Snapshot *snapshots_find(const Snapshots *snapshots, int epoch) {
  int index = find(snapshots, epoch);
  return index >= 0 ? slot_at(snapshots, index) : NULL;
}

void snapshots_return(Snapshots *snapshots, Trainer *trainer, const Snapshot *snapshot) {
  int index = find(snapshots, snapshot->epoch);
  snapshot_restore(trainer, snapshot, values_at(snapshots, index));
  snapshots->count = index + 1;
}
