/* Source of SPLIT_KERAS: Keras 3, data_adapter_utils.train_validation_split. */
#include "data/partition.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/str.h"
#include "data/split.h"

/* A partition while it is being made. */
typedef struct Job {
  Arena *arena, *scratch;
  const Table *table;
  const DataSpec *spec;
  uint64_t seed;
  int own;           /* rows that are not the table's own test rows */
  int used;          /* of these */
  double test_split; /* 0 where the table has its own test rows */
  Error *err;
} Job;

/* --- settings ----------------------------------------------------------------------------------------------------- */

static Status check_spec(const Job *job) {
  const Table *table = job->table;
  const DataSpec *spec = job->spec;
  if (spec->rows < 0 || spec->rows > job->own) {
    return error_set(job->err, STATUS_RANGE, "rows: %d asked for, but %s has %d%s (0 means all of them)", spec->rows,
                     table->name, job->own, table->test_rows > 0 ? " beside its test rows" : "");
  }
  if (!(spec->validation_split > 0.0 && job->test_split >= 0.0 && spec->validation_split + job->test_split < 1.0)) {
    return error_set(job->err, STATUS_RANGE,
                     "validation_split %g and test_split %g: validation needs some rows, and both together must leave "
                     "some for training",
                     spec->validation_split, job->test_split);
  }
  return STATUS_OK;
}

enum { LIST_SIZE = 64 };

/* Writes "'8', '9'" into `list`: the classes that `has` marks and `lacks` does not. Returns how many there are. */
static int list_classes(const Job *job, const bool *has, const bool *lacks, char list[LIST_SIZE]) {
  enum { NAME_SIZE = 20, REST = sizeof ", '', ..." };
  int count = 0;
  size_t used = 0;
  bool full = false;
  list[0] = '\0';
  for (int k = 0; k < job->table->classes; k++) {
    if (!has[k] || lacks[k]) {
      continue;
    }
    char name[NAME_SIZE];
    str_copy(name, sizeof name, job->table->class_names[k]);
    const char *comma = count++ > 0 ? ", " : "";
    if (!full) {
      full = used + strlen(name) + REST >= LIST_SIZE;
      used += (size_t)snprintf(list + used, LIST_SIZE - used, full ? "%s..." : "%s'%s'", comma, name);
    }
  }
  return count;
}

/* In the file's order a class may lie on one side; a random split promises to spread it. */
static Status check_classes(const Job *job) {
  const Table *table = job->table;
  if (!table->labels || job->spec->split != SPLIT_RANDOM) {
    return STATUS_OK;
  }
  int *class_rows = ARENA_ARRAY(job->scratch, int, (size_t)table->classes);
  bool *single = ARENA_ARRAY(job->scratch, bool, (size_t)table->classes);
  bool *none = ARENA_ARRAY(job->scratch, bool, (size_t)table->classes);
  for (int r = 0; r < job->own; r++) {
    class_rows[table->labels[r]]++;
  }
  for (int k = 0; k < table->classes; k++) {
    single[k] = class_rows[k] == 1;
  }
  char list[LIST_SIZE];
  int count = list_classes(job, single, none, list);
  return count == 0
             ? STATUS_OK
             : error_set(job->err, STATUS_RANGE,
                         "%s: class%s %s ha%s 1 row%s: a split needs 2, one to train on and one to validate: drop "
                         "the row%s, or merge the class%s",
                         table->name, count == 1 ? "" : "es", list, count == 1 ? "s" : "ve", count == 1 ? "" : " each",
                         count == 1 ? "" : "s", count == 1 ? " with another" : "es with others");
}

/* --- sizes -------------------------------------------------------------------------------------------------------- */

/* Rounds to two significant digits, with `rounding` ceil or floor. */
static double two_digits(double value, double (*rounding)(double), double slack) {
  double unit = pow(10.0, floor(log10(value)) - 1.0);
  return rounding(value / unit + slack) * unit;
}

static double at_least(double value) { return two_digits(value, ceil, -1e-9); }
static double at_most(double value) { return two_digits(value, floor, 1e-9); }

static Status refuse_empty(const Job *job, const char *key, double split) {
  return error_set(job->err, STATUS_RANGE, "%s %g of %d rows leaves none: at least %g", key, split, job->used,
                   at_least(0.5 / job->used));
}

/* What leaves a training row: fewer rows for validation, or one each for validation and test. A quarter of a row less
 * is the same after rounding, and safe from it. */
static Status refuse_untrained(const Job *job, int test) {
  int room = job->used - test - 1;
  return error_set(job->err, STATUS_RANGE,
                   "validation_split %g and test_split %g of %d rows leave none for training: set %s to %g",
                   job->spec->validation_split, job->test_split, job->used, room > 0 ? "validation_split" : "both",
                   at_most(((double)(room > 0 ? room : 1) - 0.25) / job->used));
}

static int rounded(double fraction, int rows) { return (int)lround(fraction * rows); }

/* How many rows each part gets. */
static Status size_parts(const Job *job, int count[PARTS]) {
  const DataSpec *spec = job->spec;
  int test = rounded(job->test_split, job->used), needed = job->test_split > 0.0 ? 3 : 2;
  if (job->used < needed) {
    return error_set(job->err, STATUS_RANGE, "rows: %s need at least %d, not %d%s",
                     needed == 3 ? "training, validation and test" : "training and validation", needed, job->used,
                     job->used == 2 ? ": set test_split to 0, and validation_split to 0.5" : "");
  }
  int validation = spec->split == SPLIT_KERAS ? job->used - (int)floor(job->used * (1.0 - spec->validation_split))
                                              : rounded(spec->validation_split, job->used);
  if (validation == 0) {
    return refuse_empty(job, "validation_split", spec->validation_split);
  }
  if (job->test_split > 0.0 && test == 0) {
    return refuse_empty(job, "test_split", job->test_split);
  }
  if (validation + test >= job->used) {
    return refuse_untrained(job, test);
  }
  count[PART_TRAIN] = job->used - validation - test;
  count[PART_VALIDATION] = validation;
  count[PART_TEST] = test;
  return STATUS_OK;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b) {
  uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
  return (one > other) - (one < other);
}

/* The rows that are used come first. */
static void draw_subset(const Job *job, uint32_t *rows) {
  const Table *table = job->table;
  SplitPlan subset = {.parts = 2, .part_rows = {job->used, job->own - job->used}, .guaranteed = 1};
  Rng rng = rng_start((RngKey){.seed = job->seed, .purpose = RNG_SUBSET});
  split_rows(job->scratch, rng, &subset, table->labels, table->classes, rows);
  if (job->spec->split == SPLIT_KERAS) {
    qsort(rows, (size_t)job->used, sizeof *rows, compare_rows);
  }
}

static void split_at_random(const Job *job, const int count[PARTS], uint32_t *rows) {
  SplitPlan plan = {.parts = PARTS,
                    .part_rows = {count[PART_TRAIN], count[PART_VALIDATION], count[PART_TEST]},
                    .guaranteed = count[PART_TEST] > 0 ? 3 : 2};
  Rng rng = rng_start((RngKey){.seed = job->seed, .purpose = RNG_SPLIT});
  split_rows(job->scratch, rng, &plan, job->table->labels, job->table->classes, rows);
}

/* Where the parts lie among the rows: validation before the test where the rows were dealt, behind it in the file. */
static void place_parts(const Job *job, Partition *made) {
  made->first[PART_TRAIN] = 0;
  if (job->spec->split == SPLIT_KERAS) {
    made->first[PART_TEST] = made->count[PART_TRAIN];
    made->first[PART_VALIDATION] = made->first[PART_TEST] + made->count[PART_TEST];
  } else {
    made->first[PART_VALIDATION] = made->count[PART_TRAIN];
    made->first[PART_TEST] = made->first[PART_VALIDATION] + made->count[PART_VALIDATION];
  }
  if (job->table->test_rows > 0) {
    made->first[PART_TEST] = job->own;
    made->count[PART_TEST] = job->table->test_rows;
  }
}

static void choose_rows(const Job *job, Partition *made) {
  int all = job->table->rows;
  uint32_t *rows = ARENA_ARRAY(job->arena, uint32_t, (size_t)all);
  for (int r = 0; r < all; r++) {
    rows[r] = (uint32_t)r;
  }
  if (job->used < job->own) {
    draw_subset(job, rows);
  }
  if (job->spec->split == SPLIT_RANDOM) {
    split_at_random(job, made->count, rows);
  }
  made->rows = rows;
  place_parts(job, made);
}

/* --- warnings ----------------------------------------------------------------------------------------------------- */

/* Whether the classes stand in the file one after the other. */
static bool is_sorted(const Job *job) {
  const int32_t *labels = job->table->labels;
  bool *ended = ARENA_ARRAY(job->scratch, bool, (size_t)job->table->classes);
  for (int r = 1; r < job->own; r++) {
    if (labels[r] != labels[r - 1]) {
      ended[labels[r - 1]] = true;
      if (ended[labels[r]]) {
        return false;
      }
    }
  }
  return true;
}

/* Marks the classes (classes) that part `part` has. */
static const bool *classes_of(const Job *job, const Partition *made, int part) {
  bool *has = ARENA_ARRAY(job->scratch, bool, (size_t)job->table->classes);
  for (int i = 0; i < made->count[part]; i++) {
    has[job->table->labels[made->rows[made->first[part] + i]]] = true;
  }
  return has;
}

/* Begins a warning: a line that is cut keeps it. */
static const char CURE[] = "set split to random: ";

/* A part that training cannot prepare for, or cannot be checked by, is told; the first thing found. */
static void warn_of_classes(const Job *job, Partition *made) {
  bool keras = job->spec->split == SPLIT_KERAS;
  const char *sorted = keras && is_sorted(job) ? "the file is sorted by class; " : "";
  const char *cure = keras ? CURE : "";
  const bool *has[PARTS];
  char list[LIST_SIZE];
  for (int part = 0; part < PARTS; part++) {
    has[part] = classes_of(job, made, part);
  }
  if (list_classes(job, has[PART_VALIDATION], has[PART_TRAIN], list) > 0) {
    (void)snprintf(made->warning, sizeof made->warning, "%s%svalidation (%s %d rows) holds %s, and no row of it trains",
                   cure, sorted, keras ? "the last" : "its", made->count[PART_VALIDATION], list);
  } else if (list_classes(job, has[PART_TEST], has[PART_TRAIN], list) > 0) {
    (void)snprintf(made->warning, sizeof made->warning, "%s%sthe test (%d rows) holds %s, and no row of it trains",
                   job->table->test_rows > 0 ? "" : cure, sorted, made->count[PART_TEST], list);
  } else if (keras && list_classes(job, has[PART_TRAIN], has[PART_VALIDATION], list) > 0) {
    (void)snprintf(made->warning, sizeof made->warning, "%s%svalidation (the last %d rows) holds no row of %s", cure,
                   sorted, made->count[PART_VALIDATION], list);
  }
}

static void warn_of_targets(const Job *job, Partition *made) {
  const float *targets = job->table->targets;
  bool rises = true, falls = true;
  for (int r = 1; r < job->own; r++) {
    rises = rises && targets[r] >= targets[r - 1];
    falls = falls && targets[r] <= targets[r - 1];
  }
  if (rises != falls) {
    (void)snprintf(
        made->warning, sizeof made->warning,
        "%sthe file is sorted by %s; validation (the last %d rows) holds the %s values, and training none of "
        "them",
        CURE, job->table->target_name, made->count[PART_VALIDATION], rises ? "largest" : "smallest");
  }
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

/* All that is in the way of a split, at once. */
static Status check_rows(const Job *job, int count[PARTS]) {
  Status sizes = size_parts(job, count);
  Error first = {.status = sizes};
  if (sizes != STATUS_OK) {
    first = *job->err;
  }
  Status classes = check_classes(job);
  if (sizes == STATUS_OK) {
    return classes;
  }
  const char *second = classes != STATUS_OK ? arena_printf(job->scratch, "%s; ", job->err->text) : "";
  return error_set(job->err, STATUS_RANGE, "%s%s", second, first.text);
}

static Status make(const Job *job, Partition *partition) {
  Partition made = {.rows = NULL};
  Status status = check_spec(job);
  if (status == STATUS_OK) {
    status = check_rows(job, made.count);
  }
  if (status != STATUS_OK) {
    return status;
  }
  choose_rows(job, &made);
  if (job->table->labels) {
    warn_of_classes(job, &made);
  } else if (job->spec->split == SPLIT_KERAS) {
    warn_of_targets(job, &made);
  }
  *partition = made;
  return STATUS_OK;
}

Status partition_make(Arena *arena, const Table *table, const DataSpec *spec, uint64_t seed, Partition *partition,
                      Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  int own = table->rows - table->test_rows;
  Job job = {.arena = arena,
             .scratch = &scratch,
             .table = table,
             .spec = spec,
             .seed = seed,
             .own = own,
             .used = spec->rows > 0 ? spec->rows : own,
             .test_split = table->test_rows > 0 ? 0.0 : spec->test_split,
             .err = err};
  Status status = make(&job, partition);
  arena_deinit(&scratch);
  return status;
}
