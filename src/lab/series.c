/* series: see series.h. All buckets but the last are full, so halving merges like with like. */
#include "lab/series.h"

#include <math.h>
#include <stddef.h>

#include "base/fatal.h"

void series_clear(Series *series) {
  series->count = 0;
  series->per_bucket = 1;
}

/* Each part is weighted before they are added: the mean of two huge values is no infinity. Rounding must not push the
 * mean outside what it is the mean of, or positions would go back. */
static double weighted(double a, int weight_a, double b, int weight_b) {
  double total = (double)weight_a + weight_b;
  double mean = a * (weight_a / total) + b * (weight_b / total);
  return fmin(fmax(mean, fmin(a, b)), fmax(a, b));
}

static Bucket merged(Bucket a, Bucket b) {
  Bucket out = a.finite > 0 ? a : b;
  out.x = weighted(a.x, a.count, b.x, b.count);
  out.count = a.count + b.count;
  out.finite = a.finite + b.finite;
  if (a.finite > 0 && b.finite > 0) {
    out.min = fmin(a.min, b.min);
    out.mean = weighted(a.mean, a.finite, b.mean, b.finite);
    out.max = fmax(a.max, b.max);
  }
  return out;
}

static void halve(Series *series) {
  for (int i = 0; i < series->count / 2; i++) {
    const Bucket *pair = &series->buckets[(ptrdiff_t)2 * i];
    series->buckets[i] = merged(pair[0], pair[1]);
  }
  series->count /= 2;
  series->per_bucket *= 2;
}

void series_push(Series *series, double x, double value) {
  if (series->count == 0) {
    series->per_bucket = 1;
  }
  bool finite = isfinite(value);
  double kept = finite ? value : (double)NAN;
  Bucket one = {.x = x, .min = kept, .mean = kept, .max = kept, .count = 1, .finite = finite};
  Bucket *last = series->count > 0 ? &series->buckets[series->count - 1] : NULL;
  ASSERT(isfinite(x) && (!last || x >= last->x));
  if (last && last->count < series->per_bucket) {
    *last = merged(*last, one);
    return;
  }
  if (series->count == SERIES_CAPACITY) {
    halve(series);
  }
  series->buckets[series->count++] = one;
}

void series_cut(Series *series, double x) {
  while (series->count > 0) {
    const Bucket *last = &series->buckets[series->count - 1];
    double reach =
        series->count > 1 ? (last->x - last[-1].x) * (last->count - 1) / (last->count + last[-1].count) : 0.0;
    if (last->x + reach <= x + 1e-6) {
      return;
    }
    series->count--;
  }
}

double series_last(const Series *series) {
  return series->count > 0 ? series->buckets[series->count - 1].mean : (double)NAN;
}

/* Where bucket `a` ends and its neighbour `b` begins: between evenly spaced values, halfway between the last of one
 * and the first of the other. */
static double border(const Bucket *a, const Bucket *b) {
  return a->x + (b->x - a->x) * ((double)a->count / ((double)a->count + b->count));
}

const Bucket *series_at(const Series *series, double x) {
  if (series->count == 0) {
    return NULL;
  }
  int low = 0, high = series->count - 1; /* the bucket is in low .. high */
  while (low < high) {
    int middle = (low + high) / 2;
    if (x <= border(&series->buckets[middle], &series->buckets[middle + 1])) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return &series->buckets[low];
}

void series_smooth(const Series *series, double weight, double *out) {
  ASSERT(weight >= 0 && weight < 1);
  double smooth = 0, share = 1; /* share: of the 0 that `smooth` began with */
  for (int i = 0; i < series->count; i++) {
    double mean = series->buckets[i].mean;
    if (!isfinite(mean)) {
      out[i] = mean; /* a gap stays a gap */
      continue;
    }
    smooth = smooth * weight + (1 - weight) * mean;
    share *= weight;
    out[i] = smooth / (1 - share);
  }
}

/* The next `most` values as one bucket, fewer where the series ends; `next` is the first bucket that is not yet in. */
static Bucket take_values(const Series *series, int *next, int most) {
  Bucket taken = {.min = NAN, .mean = NAN, .max = NAN};
  while (taken.count < most && *next < series->count) {
    const Bucket *bucket = &series->buckets[(*next)++];
    taken = taken.count > 0 ? merged(taken, *bucket) : *bucket;
  }
  return taken;
}

void series_difference(const Series *from, const Series *to, Series *out) {
  int per_bucket = from->per_bucket > to->per_bucket ? from->per_bucket : to->per_bucket, a = 0, b = 0;
  series_clear(out);
  out->per_bucket = per_bucket > 1 ? per_bucket : 1;
  for (;;) {
    Bucket left = take_values(from, &a, out->per_bucket), right = take_values(to, &b, out->per_bucket);
    if (left.count == 0 || left.count != right.count) {
      return;
    }
    double difference = right.mean - left.mean;
    bool finite = isfinite(difference);
    double kept = finite ? difference : (double)NAN;
    out->buckets[out->count++] = (Bucket){
        .x = left.x, .min = kept, .mean = kept, .max = kept, .count = left.count, .finite = finite ? left.count : 0};
  }
}
