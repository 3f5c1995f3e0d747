#include "lab/trail.h"

#include <math.h>

#include "base/order.h"

/* Epochs in bucket `i` of a trail, were its buckets of `per_bucket`. */
static int epochs_in(const Trail *trail, int per_bucket, int i) {
  return smaller(per_bucket, trail->epochs - i * per_bucket);
}

static void halve(Trail *trail) {
  for (int i = 0; i < TRAIL_CAPACITY / 2; i++) {
    trail->means[i] = 0.5F * (trail->means[2 * i] + trail->means[2 * i + 1]);
  }
  trail->per_bucket *= 2;
}

void trail_push(Trail *trail, double value) {
  if (trail->per_bucket == 0) {
    trail->per_bucket = 1;
  }
  if (trail->epochs == TRAIL_CAPACITY * trail->per_bucket) {
    halve(trail);
  }
  int bucket = trail->epochs / trail->per_bucket, before = trail->epochs % trail->per_bucket;
  double mean = before == 0 ? value : (trail->means[bucket] * (double)before + value) / (before + 1);
  trail->means[bucket] = isfinite(mean) ? (float)mean : NAN;
  trail->epochs++;
}

/* The mean of bucket `i`, were the trail's buckets of `per_bucket`, a multiple of its own. */
static double mean_at(const Trail *trail, int per_bucket, int i) {
  int ratio = per_bucket / trail->per_bucket;
  double sum = 0.0;
  for (int k = i * ratio; k < (i + 1) * ratio && k * trail->per_bucket < trail->epochs; k++) {
    sum += (double)trail->means[k] * epochs_in(trail, trail->per_bucket, k);
  }
  return sum / epochs_in(trail, per_bucket, i);
}

int trail_band(const Trail *const *trails, int count, BandPoint *points) {
  int per_bucket = 1, longest = 0, used = 0;
  for (int t = 0; t < count; t++) {
    per_bucket = larger(per_bucket, trails[t]->per_bucket);
    longest = larger(longest, trails[t]->epochs);
  }
  for (int i = 0; i * per_bucket < longest; i++) {
    double sum = 0.0, low = (double)INFINITY, high = (double)-INFINITY;
    int values = 0;
    for (int t = 0; t < count; t++) {
      double mean = i * per_bucket < trails[t]->epochs ? mean_at(trails[t], per_bucket, i) : (double)NAN;
      if (isfinite(mean)) {
        sum += mean;
        low = fmin(low, mean);
        high = fmax(high, mean);
        values++;
      }
    }
    if (values > 0) {
      double x = i * per_bucket + 0.5 * (smaller(per_bucket, longest - i * per_bucket) + 1);
      points[used++] = (BandPoint){(float)x, (float)(sum / values), (float)low, (float)high};
    }
  }
  return used;
}
