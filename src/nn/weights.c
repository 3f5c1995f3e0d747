#include "nn/weights.h"

#include <stdio.h>

#include "base/digest.h"
#include "base/fatal.h"

enum { DENSE_ARRAYS = 2, NORM_ARRAYS = 4 };

/* Where an array is: which layer, which of the layer's arrays, and how many layers of its kind come before. */
typedef struct Place {
  int hidden; /* from 0; net->spec.hidden is the output */
  bool norm;
  int array;
  int before;
} Place;

static bool normalized(const Net *net, int hidden) {
  return hidden < net->spec.hidden && net->spec.layers[hidden].batch_norm;
}

int weights_count(const Net *net) {
  int count = 0;
  for (int h = 0; h <= net->spec.hidden; h++) {
    count += DENSE_ARRAYS + (normalized(net, h) ? NORM_ARRAYS : 0);
  }
  return count;
}

static Place find_place(const Net *net, int index) {
  int norms = 0;
  ASSERT(index >= 0 && index < weights_count(net));
  for (int h = 0;; h++) {
    if (index < DENSE_ARRAYS) {
      return (Place){.hidden = h, .norm = false, .array = index, .before = h};
    }
    index -= DENSE_ARRAYS;
    if (normalized(net, h)) {
      if (index < NORM_ARRAYS) {
        return (Place){.hidden = h, .norm = true, .array = index, .before = norms};
      }
      index -= NORM_ARRAYS;
      norms++;
    }
  }
}

static const Dense *dense_at(const Net *net, int hidden) {
  return hidden < net->spec.hidden ? &net->hidden[hidden].dense : &net->output;
}

/* An array as a matrix; a vector is one of a single row. */
static Mat array_at(const Net *net, Place place) {
  const Dense *dense = dense_at(net, place.hidden);
  if (!place.norm) {
    return place.array == 0 ? dense->kernel : mat_view(dense->bias, 1, dense->base.out);
  }
  const BatchNorm *norm = &net->hidden[place.hidden].norm;
  float *const arrays[NORM_ARRAYS] = {norm->gamma, norm->beta, norm->moving_mean, norm->moving_variance};
  return mat_view(arrays[place.array], 1, norm->base.out);
}

WeightInfo weights_info(const Net *net, int index) {
  static const char *const dense_names[DENSE_ARRAYS] = {"kernel", "bias"};
  static const char *const norm_names[NORM_ARRAYS] = {"gamma", "beta", "moving_mean", "moving_variance"};
  Place place = find_place(net, index);
  const Layer *dense = &dense_at(net, place.hidden)->base;
  bool kernel = !place.norm && place.array == 0;
  WeightInfo info = {.rank = kernel ? 2 : 1, .rows = kernel ? dense->in : 1, .cols = dense->out};
  const char *layer = place.norm ? "batch_normalization" : "dense";
  const char *array = place.norm ? norm_names[place.array] : dense_names[place.array];
  if (place.before == 0) {
    (void)snprintf(info.name, sizeof info.name, "%s/%s", layer, array);
  } else {
    (void)snprintf(info.name, sizeof info.name, "%s_%d/%s", layer, place.before, array);
  }
  return info;
}

void weights_get(const Net *net, int index, float *values) {
  mat_to_rows(array_at(net, find_place(net, index)), values);
}

void weights_set(Net *net, int index, const float *values) {
  mat_from_rows(array_at(net, find_place(net, index)), values);
}

uint64_t weights_digest(const Net *net) {
  uint64_t digest = DIGEST_START;
  for (int i = 0; i < weights_count(net); i++) {
    digest = mat_digest(array_at(net, find_place(net, i)), digest);
  }
  return digest;
}
