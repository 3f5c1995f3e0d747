#include "lab/spread.h"

#include <math.h>
#include <stddef.h>

/* A value, or where `less` is given the value less that one. */
static double value_at(const double *values, const double *less, int i) {
  return less ? values[i] - less[i] : values[i];
}

static Spread measure(const double *values, const double *less, int count) {
  Spread spread = {0, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < count; i++) {
    double value = value_at(values, less, i);
    if (!isnan(value)) {
      sum += value;
      spread.count++;
      spread.min = fmin(spread.min, value); /* of a number and none, the number */
      spread.max = fmax(spread.max, value);
    }
  }
  if (spread.count == 0) {
    return spread;
  }
  /* Equal values have their own value as mean, whatever their sum rounds to. */
  spread.mean = spread.min == spread.max ? spread.min : sum / spread.count;
  for (int i = 0; i < count; i++) {
    double off = value_at(values, less, i) - spread.mean;
    squares += isnan(off) ? 0.0 : off * off;
  }
  if (spread.count > 1) {
    spread.deviation = sqrt(squares / (spread.count - 1));
  }
  return spread;
}

Spread spread_of(const double *values, int count) { return measure(values, NULL, count); }

/* The chance that |t| < sqrt(freedom) tan(angle): a finite sum of powers of the cosine. */
static double chance_within(double angle, int freedom) {
  static const double two_by_pi = 0.63661977236758134308;
  bool odd = freedom % 2 == 1;
  double cosine = cos(angle), term = odd ? cosine : 1.0, sum = 0.0;
  for (int power = odd ? 1 : 0; power <= freedom - 2; power += 2) {
    sum += term;
    term *= cosine * cosine * (power + 1) / (power + 2);
  }
  return odd ? two_by_pi * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double student_within(double chance, int freedom) {
  double low = 0.0, high = 1.57079632679489661923;
  for (int halving = 0; halving < 64; halving++) {
    double middle = 0.5 * (low + high);
    *(chance_within(middle, freedom) < chance ? &low : &high) = middle;
  }
  return sqrt(freedom) * tan(low);
}

Pairs pairs_of(const double *first, const double *second, int count) {
  Pairs pairs = {.difference = measure(second, first, count), .low = (double)NAN, .high = (double)NAN};
  int n = pairs.difference.count;
  for (int i = 0; i < count; i++) {
    pairs.higher += second[i] > first[i];
    pairs.lower += second[i] < first[i];
  }
  if (n > 1) {
    double half = student_within(0.95, n - 1) * pairs.difference.deviation / sqrt(n);
    pairs.low = pairs.difference.mean - half;
    pairs.high = pairs.difference.mean + half;
  }
  return pairs;
}
