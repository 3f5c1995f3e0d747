#include "data/dataset.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/fatal.h"
#include "base/machine.h"
#include "base/rng.h"
#include "base/str.h"
#include "data/encode.h"
#include "data/partition.h"
#include "data/permute.h"
#include "data/scale.h"

/* A part while it is being made. */
typedef struct Draft {
  int rows;
  float *x;
  int32_t *labels;
  float *targets;
  int32_t *source;
} Draft;

/* A data set while it is being made. */
typedef struct Job {
  Arena *arena, *scratch;
  Table *table;
  const DataSpec *spec;
  uint64_t seed;
  Partition partition;
  Encoder encoder;
  Draft parts[PARTS];
  Dataset made;
  Error *err;
} Job;

static Status check_noise(const Job *job) {
  const Table *table = job->table;
  double noise = job->spec->label_noise;
  if (!(noise >= 0.0 && noise <= 1.0)) {
    return error_set(job->err, STATUS_RANGE, "label_noise: a fraction from 0 to 1 is needed, not %g", noise);
  }
  if (noise > 0.0 && table->classes < 2) {
    return error_set(job->err, STATUS_RANGE, "label_noise: %s has no classes to confuse: set label_noise to 0",
                     table->name);
  }
  return STATUS_OK;
}

/* --- features ----------------------------------------------------------------------------------------------------- */

static Status check_memory(const Job *job) {
  int rows = 0;
  for (int part = 0; part < PARTS; part++) {
    rows += job->partition.count[part];
  }
  double bytes = (double)rows * (double)job->encoder.features * sizeof(float);
  double machine = machine_memory();
  return bytes < machine ? STATUS_OK
                         : error_set(job->err, STATUS_RANGE,
                                     "%s: %d rows of %d features need %.1f GB, this machine has %.1f: use fewer rows, "
                                     "or drop columns",
                                     job->table->name, rows, job->encoder.features, bytes / 1e9, machine / 1e9);
}

/* Where every column stays one feature, features take the place of their cells. */
static void encode_part(Job *job, int part) {
  const Encoder *encoder = &job->encoder;
  size_t first = (size_t)job->partition.first[part], count = (size_t)job->partition.count[part];
  float *cells = job->table->cells + first * (size_t)encoder->columns;
  float *x =
      encoder->features == encoder->columns ? cells : arena_floats(job->arena, count * (size_t)encoder->features);
  job->made.filled += encoder_apply(encoder, cells, (int)count, x);
  job->parts[part].x = x;
}

static Status encode(Job *job) {
  Table *table = job->table;
  permute_rows(job->scratch, table->cells, (size_t)table->rows, (size_t)table->columns, job->partition.rows);
  encoder_fit(&job->encoder, job->arena, table, job->partition.count[PART_TRAIN]);
  job->made.features = job->encoder.features;
  job->made.feature_names = job->encoder.feature_name;
  Status status = check_memory(job);
  for (int part = 0; part < PARTS && status == STATUS_OK; part++) {
    encode_part(job, part);
  }
  return status;
}

/* --- what is to be predicted ----------------------------------------------------------------------------------------
 */

static void gather(const Job *job, int part, Draft *draft) {
  const Table *table = job->table;
  const uint32_t *rows = job->partition.rows + job->partition.first[part];
  size_t count = (size_t)job->partition.count[part];
  draft->rows = (int)count;
  draft->labels = table->labels ? ARENA_ARRAY(job->arena, int32_t, count) : NULL;
  draft->targets = table->targets ? ARENA_ARRAY(job->arena, float, count) : NULL;
  draft->source = ARENA_ARRAY(job->arena, int32_t, count);
  for (size_t i = 0; i < count; i++) {
    draft->source[i] = (int32_t)rows[i];
    if (draft->labels) {
      draft->labels[i] = table->labels[rows[i]];
    }
    if (draft->targets) {
      draft->targets[i] = table->targets[rows[i]];
    }
  }
}

/* The draws for a label depend on its place in the random order alone, so more noise only adds to less. */
static void flip_labels(Job *job) {
  Draft *train = &job->parts[PART_TRAIN];
  int classes = job->table->classes;
  job->made.flipped = (int)lround(job->spec->label_noise * train->rows);
  if (job->made.flipped == 0) {
    return;
  }
  ASSERT(train->labels && classes >= 2);
  Rng rng = rng_start((RngKey){.seed = job->seed, .purpose = RNG_NOISE});
  uint32_t *order = ARENA_ARRAY(job->scratch, uint32_t, (size_t)train->rows);
  for (int r = 0; r < train->rows; r++) {
    order[r] = (uint32_t)r;
  }
  rng_shuffle(&rng, order, (size_t)train->rows);
  for (int i = 0; i < job->made.flipped; i++) {
    int32_t label = train->labels[order[i]];
    train->labels[order[i]] = (label + 1 + (int32_t)rng_below(&rng, (uint32_t)classes - 1)) % classes;
  }
}

/* --- scaling ------------------------------------------------------------------------------------------------------ */

static Status wrong_scale(const Job *job, const char *name, const char *key) {
  return error_set(job->err, STATUS_RANGE,
                   "column '%s': validation or test rows are too far from the training rows to scale: set %s to false",
                   name, key);
}

static Status standardize(Job *job) {
  size_t features = (size_t)job->made.features;
  float *mean = arena_floats(job->arena, features), *scale = arena_floats(job->arena, features);
  job->made.mean = mean;
  job->made.scale = scale;
  if (!job->spec->standardize) {
    for (size_t f = 0; f < features; f++) {
      scale[f] = 1.0f;
    }
    return STATUS_OK;
  }
  scale_fit(job->scratch, job->parts[PART_TRAIN].x, (size_t)job->parts[PART_TRAIN].rows, features, mean, scale);
  for (int part = 0; part < PARTS; part++) {
    int misfit = scale_apply(mean, scale, job->parts[part].x, (size_t)job->parts[part].rows, features);
    if (misfit != SCALE_ALL_FIT) {
      return wrong_scale(job, job->made.feature_names[misfit], "standardize");
    }
  }
  return STATUS_OK;
}

static Status scale_targets(Job *job) {
  float *mean = &job->made.target_mean, *scale = &job->made.target_scale;
  *scale = 1.0f;
  if (!job->spec->scale_target || !job->table->targets) {
    return STATUS_OK;
  }
  scale_fit(job->scratch, job->parts[PART_TRAIN].targets, (size_t)job->parts[PART_TRAIN].rows, 1, mean, scale);
  for (int part = 0; part < PARTS; part++) {
    if (scale_apply(mean, scale, job->parts[part].targets, (size_t)job->parts[part].rows, 1) != SCALE_ALL_FIT) {
      return wrong_scale(job, job->table->target_name, "scale_target");
    }
  }
  return STATUS_OK;
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static Part finished(const Draft *draft) {
  return (Part){
      .rows = draft->rows, .x = draft->x, .labels = draft->labels, .targets = draft->targets, .source = draft->source};
}

static Status make(Job *job, Dataset *dataset) {
  Status status = encode(job);
  if (status == STATUS_OK) {
    for (int part = 0; part < PARTS; part++) {
      gather(job, part, &job->parts[part]);
    }
    flip_labels(job);
    status = standardize(job);
  }
  if (status == STATUS_OK) {
    status = scale_targets(job);
  }
  if (status == STATUS_OK) {
    job->made.train = finished(&job->parts[PART_TRAIN]);
    job->made.validation = finished(&job->parts[PART_VALIDATION]);
    job->made.test = finished(&job->parts[PART_TEST]);
    str_printable(job->made.warning, sizeof job->made.warning, job->partition.warning);
    *dataset = job->made;
  }
  return status;
}

Status dataset_prepare(Arena *arena, Table *table, const DataSpec *spec, uint64_t seed, Dataset *dataset, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  Job job = {.arena = arena,
             .scratch = &scratch,
             .table = table,
             .spec = spec,
             .seed = seed,
             .made = {.task = table->task, .classes = table->classes, .class_names = table->class_names},
             .err = err};
  Status status = partition_make(&scratch, table, spec, seed, &job.partition, err);
  if (status == STATUS_OK) {
    status = check_noise(&job);
  }
  if (status == STATUS_OK) {
    status = make(&job, dataset);
    table->cells = NULL;
  }
  arena_deinit(&scratch);
  return status;
}
