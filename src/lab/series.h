/* series: one metric over epochs or steps, bounded in memory. Values are kept one by one until the series is full; then
 * neighbours are merged two by two, and each bucket keeps minimum, mean and maximum, so spikes survive. A value that is
 * not finite is counted and leaves a gap where nothing finite is beside it. A Series of
 * zeros is an empty one. */
#ifndef NNLAB_LAB_SERIES_H
#define NNLAB_LAB_SERIES_H

#include <stdbool.h>

enum { SERIES_CAPACITY = 2048 };

typedef struct Bucket {
  double x;              /* mean position of its values */
  double min, mean, max; /* of the finite values; not a number when there is none */
  int count;             /* values, finite or not */
  int finite;
} Bucket;

typedef struct Series {
  int count;      /* buckets in use */
  int per_bucket; /* values that a full bucket holds: 1, 2, 4 ... */
  Bucket buckets[SERIES_CAPACITY];
} Series;

void series_clear(Series *series);
/* Positions must not decrease. */
void series_push(Series *series, double x, double value);
/* Drops what lies behind position x, and with it a bucket that reaches beyond it. */
void series_cut(Series *series, double x);
/* The last value's bucket mean; not a number when empty. */
double series_last(const Series *series);
/* The bucket that holds position x, or the nearest; NULL when empty. */
const Bucket *series_at(const Series *series, double x);
/* Exponential smoothing as TensorBoard does it (debiased), over the bucket means: writes `count` values. weight in [0,
 * 1). */
void series_smooth(const Series *series, double weight, double *out);
/* Writes `to` less `from`, bucket by bucket of the coarser one, into `out`, which is neither. Both have values at the
 * same positions from the first on; either may end before the other. A bucket that one has filled further than the
 * other is left out. */
void series_difference(const Series *from, const Series *to, Series *out);

#endif
