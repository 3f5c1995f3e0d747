#include "data/dataset.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/fatal.h"
#include "base/rng.h"
#include "data/split.h"

/* A part while it is being made. */
typedef struct Draft {
  int rows;
  float *x;
  int32_t *labels;
  float *targets;
  int32_t *source;
} Draft;

enum { TRAIN = 0, VALIDATION, TEST, PARTS };

/* A data set while it is being made. */
typedef struct Job {
  Arena *arena, *scratch;
  const Table *table;
  const DataSpec *spec;
  uint64_t seed;
  SplitPlan plan;
  Draft parts[PARTS];
  Dataset made;
  Error *err;
} Job;

static int rounded(double fraction, int rows) { return (int)lround(fraction * rows); }

static Status check_spec(const Job *job) {
  const Table *table = job->table;
  const DataSpec *spec = job->spec;
  if (spec->rows < 0 || spec->rows > table->rows) {
    return error_set(job->err, STATUS_RANGE, "rows: %d asked for, but %s has %d (0 means all of them)", spec->rows,
                     table->name, table->rows);
  }
  if (!(spec->validation_split > 0.0 && spec->test_split >= 0.0 && spec->validation_split + spec->test_split < 1.0)) {
    return error_set(job->err, STATUS_RANGE,
                     "validation_split %g and test_split %g: validation needs some rows, and both together must leave "
                     "some for training",
                     spec->validation_split, spec->test_split);
  }
  if (!(spec->label_noise >= 0.0 && spec->label_noise <= 1.0)) {
    return error_set(job->err, STATUS_RANGE, "label_noise: a fraction from 0 to 1 is needed, not %g",
                     spec->label_noise);
  }
  if (spec->label_noise > 0.0 && table->classes < 2) {
    return error_set(job->err, STATUS_RANGE, "label_noise: %s has no classes to confuse: set label_noise to 0",
                     table->name);
  }
  return STATUS_OK;
}

/* How many rows each part gets. */
static Status plan_parts(Job *job) {
  static const char *const names[PARTS] = {"training", "validation", "the test"};
  const DataSpec *spec = job->spec;
  int rows = spec->rows > 0 ? spec->rows : job->table->rows;
  int validation = rounded(spec->validation_split, rows), test = rounded(spec->test_split, rows);
  job->plan = (SplitPlan){
      .parts = PARTS, .part_rows = {rows - validation - test, validation, test}, .guaranteed = test > 0 ? 3 : 2};
  for (int part = 0; part < PARTS; part++) {
    bool wanted = part != TEST || spec->test_split > 0.0;
    if (wanted && job->plan.part_rows[part] <= 0) {
      return error_set(job->err, STATUS_RANGE,
                       "validation_split %g and test_split %g leave no row of %d for %s: change them, or use more rows",
                       spec->validation_split, spec->test_split, rows, names[part]);
    }
  }
  return STATUS_OK;
}

/* The rows that are used: those for training first, then for validation, then for the test. */
static const uint32_t *choose_rows(const Job *job) {
  const Table *table = job->table;
  int used = job->spec->rows;
  uint32_t *rows = ARENA_ARRAY(job->scratch, uint32_t, (size_t)table->rows);
  for (int r = 0; r < table->rows; r++) {
    rows[r] = (uint32_t)r;
  }
  if (used > 0 && used < table->rows) {
    SplitPlan subset = {.parts = 2, .part_rows = {used, table->rows - used}, .guaranteed = 1};
    Rng rng = rng_start((RngKey){.seed = job->seed, .purpose = RNG_SUBSET});
    split_rows(job->scratch, rng, &subset, table->labels, table->classes, rows);
  }
  Rng rng = rng_start((RngKey){.seed = job->seed, .purpose = RNG_SPLIT});
  split_rows(job->scratch, rng, &job->plan, table->labels, table->classes, rows);
  return rows;
}

static Draft gather(const Job *job, const uint32_t *rows, int count) {
  const Table *table = job->table;
  size_t features = (size_t)table->features, total = (size_t)count;
  Draft part = {.rows = count,
                .x = arena_floats(job->arena, total * features),
                .labels = table->labels ? ARENA_ARRAY(job->arena, int32_t, total) : NULL,
                .targets = table->targets ? ARENA_ARRAY(job->arena, float, total) : NULL,
                .source = ARENA_ARRAY(job->arena, int32_t, total)};
  for (size_t i = 0; i < total; i++) {
    memcpy(part.x + i * features, table->x + rows[i] * features, features * sizeof *part.x);
    part.source[i] = (int32_t)rows[i];
    if (part.labels) {
      part.labels[i] = table->labels[rows[i]];
    }
    if (part.targets) {
      part.targets[i] = table->targets[rows[i]];
    }
  }
  return part;
}

static void gather_parts(Job *job) {
  const uint32_t *rows = choose_rows(job);
  for (int part = 0; part < PARTS; part++) {
    job->parts[part] = gather(job, rows, job->plan.part_rows[part]);
    rows += job->plan.part_rows[part];
  }
}

/* The draws for a label depend on its place in the random order alone, so more noise only adds to less. */
static void flip_labels(Job *job) {
  Draft *train = &job->parts[TRAIN];
  int classes = job->table->classes;
  job->made.flipped = rounded(job->spec->label_noise, train->rows);
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

/* Fits `mean` and `scale` (columns) to `values` (rows, columns), row by row, which is the order they lie in. The
 * deviation is that of the values themselves (divided by their number, as scikit-learn's StandardScaler has it). Of
 * equal values it is exactly 0: a double holds the sum of 2^29 equal floats without rounding. */
static void fit(Arena *scratch, const float *values, size_t rows, size_t columns, float *mean, float *scale) {
  double *centres = ARENA_ARRAY(scratch, double, columns), *squares = ARENA_ARRAY(scratch, double, columns);
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      centres[c] += (double)values[r * columns + c];
    }
  }
  for (size_t c = 0; c < columns; c++) {
    centres[c] /= (double)rows;
  }
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      double distance = (double)values[r * columns + c] - centres[c];
      squares[c] += distance * distance;
    }
  }
  for (size_t c = 0; c < columns; c++) {
    float deviation = (float)sqrt(squares[c] / (double)rows);
    mean[c] = (float)centres[c];
    scale[c] = deviation > 0.0f ? deviation : 1.0f;
  }
}

enum { ALL_FIT = -1 };

/* Scales `values` (rows, columns). Returns a column in which a scaled value is too large for a float, or ALL_FIT. */
static int apply(const float *mean, const float *scale, float *values, size_t rows, size_t columns) {
  int misfit = ALL_FIT;
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      double value = ((double)values[r * columns + c] - (double)mean[c]) / (double)scale[c];
      if (fabs(value) > (double)FLT_MAX) {
        misfit = (int)c;
        continue;
      }
      values[r * columns + c] = (float)value;
    }
  }
  return misfit;
}

static Status wrong_scale(const Job *job, const char *name, const char *key) {
  return error_set(job->err, STATUS_RANGE,
                   "column '%s': validation or test rows are too far from the training rows to scale: set %s to false",
                   name, key);
}

static Status standardize(Job *job) {
  size_t features = (size_t)job->table->features;
  float *mean = arena_floats(job->arena, features), *scale = arena_floats(job->arena, features);
  job->made.mean = mean;
  job->made.scale = scale;
  if (!job->spec->standardize) {
    for (size_t f = 0; f < features; f++) {
      scale[f] = 1.0f;
    }
    return STATUS_OK;
  }
  fit(job->scratch, job->parts[TRAIN].x, (size_t)job->parts[TRAIN].rows, features, mean, scale);
  for (int part = 0; part < PARTS; part++) {
    int misfit = apply(mean, scale, job->parts[part].x, (size_t)job->parts[part].rows, features);
    if (misfit != ALL_FIT) {
      return wrong_scale(job, job->table->feature_names[misfit], "standardize");
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
  fit(job->scratch, job->parts[TRAIN].targets, (size_t)job->parts[TRAIN].rows, 1, mean, scale);
  for (int part = 0; part < PARTS; part++) {
    if (apply(mean, scale, job->parts[part].targets, (size_t)job->parts[part].rows, 1) != ALL_FIT) {
      return wrong_scale(job, job->table->target_name, "scale_target");
    }
  }
  return STATUS_OK;
}

static Part finished(const Draft *draft) {
  return (Part){
      .rows = draft->rows, .x = draft->x, .labels = draft->labels, .targets = draft->targets, .source = draft->source};
}

static Status make(Job *job, Dataset *dataset) {
  gather_parts(job);
  flip_labels(job);
  Status status = standardize(job);
  if (status == STATUS_OK) {
    status = scale_targets(job);
  }
  if (status == STATUS_OK) {
    job->made.train = finished(&job->parts[TRAIN]);
    job->made.validation = finished(&job->parts[VALIDATION]);
    job->made.test = finished(&job->parts[TEST]);
    *dataset = job->made;
  }
  return status;
}

Status dataset_prepare(Arena *arena, const Table *table, const DataSpec *spec, uint64_t seed, Dataset *dataset,
                       Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  Job job = {.arena = arena,
             .scratch = &scratch,
             .table = table,
             .spec = spec,
             .seed = seed,
             .made = {.task = table->task, .features = table->features, .classes = table->classes},
             .err = err};
  Status status = check_spec(&job);
  if (status == STATUS_OK) {
    status = plan_parts(&job);
  }
  if (status == STATUS_OK) {
    status = make(&job, dataset);
  }
  arena_deinit(&scratch);
  return status;
}
