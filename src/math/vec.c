#include "math/vec.h"

#include <math.h>

#include "base/simd.h"
#include "math/elementary.h"

static double lanes_total(const double lanes[LANES]) {
  double total = 0.0;
  for (int l = 0; l < LANES; l++) {
    total += lanes[l];
  }
  return total;
}

MULTIVERSION static void lanes_squares(const float *restrict values, size_t blocks, double *restrict lanes) {
  for (size_t b = 0; b < blocks; b++) {
    for (size_t l = 0; l < LANES; l++) {
      double value = (double)values[b * LANES + l];
      lanes[l] += value * value;
    }
  }
}

MULTIVERSION static void lanes_abs(const float *restrict values, size_t blocks, double *restrict lanes) {
  for (size_t b = 0; b < blocks; b++) {
    for (size_t l = 0; l < LANES; l++) {
      lanes[l] += (double)elem_abs(values[b * LANES + l]);
    }
  }
}

double vec_sum_squares(const float *values, size_t count) {
  double lanes[LANES] = {0};
  lanes_squares(values, count / LANES, lanes);
  for (size_t i = count - count % LANES; i < count; i++) {
    lanes[i % LANES] += (double)values[i] * (double)values[i];
  }
  return lanes_total(lanes);
}

double vec_sum_abs(const float *values, size_t count) {
  double lanes[LANES] = {0};
  lanes_abs(values, count / LANES, lanes);
  for (size_t i = count - count % LANES; i < count; i++) {
    lanes[i % LANES] += (double)elem_abs(values[i]);
  }
  return lanes_total(lanes);
}

MULTIVERSION static void scale_all(float *values, size_t count, float factor) {
  for (size_t i = 0; i < count; i++) {
    values[i] *= factor;
  }
}

MULTIVERSION static void clamp_all(float *values, size_t count, float limit) {
  for (size_t i = 0; i < count; i++) {
    float value = values[i] > limit ? limit : values[i];
    values[i] = value < -limit ? -limit : value;
  }
}

void vec_scale(float *values, size_t count, float factor) { scale_all(values, count, factor); }
void vec_clamp(float *values, size_t count, float limit) { clamp_all(values, count, limit); }

size_t vec_find_nonfinite(const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(values[i])) {
      return i;
    }
  }
  return count;
}
