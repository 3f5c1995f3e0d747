#include "train/weight_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "data/npz.h"
#include "nn/weights.h"

#define SAVE "numpy.savez(file, *model.get_weights())"
enum { PLAIN_FOLLOWERS = 1, NORMALIZED_FOLLOWERS = 5 }; /* arrays of rank 1 behind a kernel */
enum { SPARE_BYTES = 64 << 20 }; /* for other networks' weights, so that it can be said what is different */

/* What a file is compared with. */
typedef struct Match {
  Arena *arena;
  const Net *net;
  const char *path;
  Error *err;
  Npz npz; /* in the order of get_weights, as far as can be told */
  bool by_position;
} Match;

/* An array that the network needs, and the file's. */
typedef struct Pair {
  WeightInfo info;
  int layer; /* the hidden layer that it belongs to, from 1; one more: the output */
  const NpzArray *given;
} Pair;

/* The shape alone. */
static NpyArray shape_of(const WeightInfo *info) {
  NpyArray array = {.rank = info->rank, .count = (size_t)info->rows * (size_t)info->cols};
  size_t *shape = array.shape;
  if (info->rank == 2) {
    *shape++ = (size_t)info->rows;
  }
  *shape = (size_t)info->cols;
  return array;
}

/* --- which layers the file has ------------------------------------------------------------------------------------ */

static int count_kernels(const Npz *npz) {
  int kernels = 0;
  for (int i = 0; i < npz->count; i++) {
    kernels += npz->arrays[i].array.rank == 2;
  }
  return kernels;
}

static Status check_layers(const Match *match) {
  int given = count_kernels(&match->npz), needed = match->net->spec.hidden + 1;
  if (given == needed) {
    return STATUS_OK;
  }
  const char *cure = given >= 2 && given <= NET_MAX_HIDDEN + 1
                         ? arena_printf(match->arena, "set layers=%d", given - 1)
                         : arena_printf(match->arena, "networks have 1 to %d hidden layers", NET_MAX_HIDDEN);
  return error_set(match->err, STATUS_RANGE, "%s: has %d kernel%s (2-D arrays), the network needs %d: %s", match->path,
                   given, given == 1 ? "" : "s", needed, cure);
}

/* How many arrays stand between kernel number `kernel` (from 0) and the next. */
static int count_followers(const Npz *npz, int kernel) {
  int followers = 0;
  for (int i = 0, kernels = 0; i < npz->count && kernels <= kernel + 1; i++) {
    kernels += npz->arrays[i].array.rank == 2;
    followers += kernels == kernel + 1 && npz->arrays[i].array.rank != 2;
  }
  return followers;
}

/* Whether the file could be in the order of get_weights: it begins with a kernel, and ends with the output's bias. */
static bool is_in_order(const Npz *npz) {
  return npz->arrays[0].array.rank == 2 && count_followers(npz, count_kernels(npz) - 1) == PLAIN_FOLLOWERS;
}

/* Layer by layer, where the file is in order: names alone do not tell which layers the first and second
 * batch_normalization belong to. */
static Status check_norms(const Match *match) {
  const Npz *npz = &match->npz;
  bool in_order = is_in_order(npz);
  for (int h = 0; in_order && h < match->net->spec.hidden; h++) {
    bool on = match->net->spec.layers[h].batch_norm;
    if (count_followers(npz, h) == (on ? PLAIN_FOLLOWERS : NORMALIZED_FOLLOWERS)) {
      return error_set(match->err, STATUS_RANGE,
                       "%s: has %s batch normalization in layer %d, the network has %s: set layers.%d.batch_norm=%s",
                       match->path, on ? "no" : "a", h + 1, on ? "one" : "none", h + 1, on ? "off" : "on");
    }
  }
  return STATUS_OK;
}

/* --- which array is which ----------------------------------------------------------------------------------------- */

static const NpzArray *find_exactly(const Npz *npz, const char *name) {
  for (int i = 0; i < npz->count; i++) {
    if (strcmp(npz->arrays[i].name, name) == 0) {
      return &npz->arrays[i];
    }
  }
  return NULL;
}

/* What numpy.savez calls arrays that are not named. False when these have names. */
static bool order_by_position(Match *match) {
  Npz ordered = {.arrays = ARENA_ARRAY(match->arena, NpzArray, (size_t)match->npz.count), .count = match->npz.count};
  for (int i = 0; i < ordered.count; i++) {
    const NpzArray *given = find_exactly(&match->npz, arena_printf(match->arena, "arr_%d", i));
    if (!given) {
      return false;
    }
    ordered.arrays[i] = *given;
  }
  match->npz = ordered;
  return true;
}

/* "dense/kernel" of "sequential/dense/kernel" */
static const char *last_two_parts(const char *name) {
  int slashes = 0;
  for (const char *at = name + strlen(name); at > name; at--) {
    slashes += at[-1] == '/';
    if (slashes == 2) {
      return at;
    }
  }
  return name;
}

static const NpzArray *find_by_name(const Npz *npz, const char *name) {
  for (int i = 0; i < npz->count; i++) {
    if (strcmp(last_two_parts(npz->arrays[i].name), name) == 0) {
      return &npz->arrays[i];
    }
  }
  return NULL;
}

static Status missing(const Match *match, const WeightInfo *info) {
  const Npz *npz = &match->npz;
  return error_set(match->err, STATUS_RANGE,
                   "%s: no array %s among the %d from '%s' to '%s': rename them, or save without names: " SAVE,
                   match->path, info->name, npz->count, npz->arrays[0].name, npz->arrays[npz->count - 1].name);
}

/* All needed arrays have been found, and there are more. */
static Status too_many(const Match *match, const Pair *pairs, int count) {
  for (int i = 0; i < match->npz.count; i++) {
    bool needed = false;
    for (int p = 0; p < count; p++) {
      needed = needed || pairs[p].given == &match->npz.arrays[i];
    }
    if (!needed) {
      return error_set(match->err, STATUS_RANGE, "%s: the network has no array '%s': leave it out", match->path,
                       match->npz.arrays[i].name);
    }
  }
  return STATUS_OK;
}

static Status find_arrays(const Match *match, Pair *pairs, int count) {
  const Npz *npz = &match->npz;
  if (match->by_position && npz->count != count) {
    return error_set(match->err, STATUS_RANGE,
                     "%s: %d arrays, the network needs %d: kernel and bias of each layer, and gamma, beta, moving_mean "
                     "and moving_variance where batch normalization is on",
                     match->path, npz->count, count);
  }
  for (int i = 0, layer = 0; i < count; i++) {
    WeightInfo info = weights_info(match->net, i);
    layer += info.rank == 2; /* a layer begins with its kernel */
    const NpzArray *given = match->by_position ? &npz->arrays[i] : find_by_name(npz, info.name);
    if (!given) {
      return missing(match, &info);
    }
    pairs[i] = (Pair){info, layer, given};
  }
  return npz->count > count ? too_many(match, pairs, count) : STATUS_OK;
}

/* --- whether each fits -------------------------------------------------------------------------------------------- */

/* "dense/kernel", or "arr_0 (dense/kernel)" */
static const char *name_of(const Match *match, const Pair *pair) {
  return match->by_position ? arena_printf(match->arena, "%s (%s)", pair->given->name, pair->info.name)
                            : pair->given->name;
}

static const char *find_cure(const Match *match, const Pair *pair) {
  const NpyArray *given = &pair->given->array;
  size_t rows = (size_t)pair->info.rows, cols = (size_t)pair->info.cols;
  bool kernels = pair->info.rank == 2 && given->rank == 2, output = pair->layer > match->net->spec.hidden;
  if (kernels && given->shape[0] == cols && given->shape[1] == rows) {
    return "transpose it: the rows of a kernel are the layer's inputs";
  }
  if (kernels && given->shape[0] == rows) {
    return output ? "the units of the output are those that the data set needs"
                  : arena_printf(match->arena, "set layers.%d.units=%zu", pair->layer, given->shape[1]);
  }
  if (kernels && pair->layer == 1) {
    return arena_printf(match->arena, "the data set has %d features", match->net->features);
  }
  return "its arrays are not those of one network in the order of get_weights";
}

static Status check_shape(const Match *match, const Pair *pair) {
  const NpyArray *given = &pair->given->array;
  NpyArray needed = shape_of(&pair->info);
  if (given->rank == needed.rank && memcmp(given->shape, needed.shape, (size_t)needed.rank * sizeof(size_t)) == 0) {
    return STATUS_OK;
  }
  char is[256], needs[64];
  npy_format_shape(is, sizeof is, given);
  npy_format_shape(needs, sizeof needs, &needed);
  return error_set(match->err, STATUS_RANGE, "%s: %s is %s, the network needs %s: %s", match->path,
                   name_of(match, pair), is, needs, find_cure(match, pair));
}

static Status check_values(const Match *match, const Pair *pair) {
  const NpyArray *given = &pair->given->array;
  bool variance = strstr(pair->info.name, "/moving_variance") != NULL;
  for (size_t i = 0; i < given->count; i++) {
    float value = given->values[i];
    if (!isfinite(value)) {
      return error_set(match->err, STATUS_RANGE, "%s: %s: number %zu of %zu is %s: weights must be finite floats",
                       match->path, name_of(match, pair), i + 1, given->count, str_nonfinite((double)value));
    }
    if (variance && value < 0.0f) {
      return error_set(match->err, STATUS_RANGE, "%s: %s: number %zu of %zu is %g: a variance is not negative",
                       match->path, name_of(match, pair), i + 1, given->count, (double)value);
    }
  }
  return STATUS_OK;
}

static Status find_all(Match *match, Pair *pairs, int count) {
  if (match->npz.count == 0) {
    return error_set(match->err, STATUS_PARSE, "%s: has no arrays: save them with " SAVE, match->path);
  }
  match->by_position = order_by_position(match);
  Status status = check_layers(match);
  if (status == STATUS_OK) {
    status = check_norms(match);
  }
  if (status == STATUS_OK) {
    status = find_arrays(match, pairs, count);
  }
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    status = check_shape(match, &pairs[i]);
    if (status == STATUS_OK) {
      status = check_values(match, &pairs[i]);
    }
  }
  return status;
}

/* Bytes that a file of this network takes at most: its weights as doubles, and some more. */
static size_t find_limit(const Net *net) {
  size_t limit = SPARE_BYTES;
  for (int i = 0; i < weights_count(net); i++) {
    WeightInfo info = weights_info(net, i);
    limit += shape_of(&info).count * sizeof(double);
  }
  return limit < ZIP_MAX_BYTES ? limit : ZIP_MAX_BYTES;
}

Status weight_file_read(Net *net, const char *path, Error *err) {
  Arena arena;
  arena_init(&arena, 0);
  Match match = {.arena = &arena, .net = net, .path = path, .err = err};
  int count = weights_count(net);
  Pair *pairs = ARENA_ARRAY(&arena, Pair, (size_t)count);
  Status status = npz_read(&arena, path, find_limit(net), &match.npz, err);
  if (status == STATUS_OK) {
    status = find_all(&match, pairs, count);
  }
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    weights_set(net, i, pairs[i].given->array.values);
  }
  arena_deinit(&arena);
  return status;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static NpzArray copy_array(Arena *arena, const Net *net, int index) {
  WeightInfo info = weights_info(net, index);
  NpyArray array = shape_of(&info);
  array.values = arena_floats(arena, array.count);
  weights_get(net, index, array.values);
  return (NpzArray){arena_strdup(arena, info.name), array};
}

Status weight_file_write(const Net *net, const char *path, Error *err) {
  Arena arena;
  arena_init(&arena, 0);
  int count = weights_count(net);
  Npz npz = {.arrays = ARENA_ARRAY(&arena, NpzArray, (size_t)count), .count = count};
  for (int i = 0; i < count; i++) {
    npz.arrays[i] = copy_array(&arena, net, i);
  }
  Status status = npz_write(path, &npz, err);
  arena_deinit(&arena);
  return status;
}
