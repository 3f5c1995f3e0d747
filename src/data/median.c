#include "data/median.h"

#include <math.h>

/* The value that `rank` others precede in order; what precedes it is left before it, in any order. Source: C. A. R.
 * Hoare, "Algorithm 65: Find", CACM 4 (1961). */
static float select_rank(float *values, size_t count, size_t rank) {
  ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, wanted = (ptrdiff_t)rank;
  while (low < high) {
    float pivot = values[low + (high - low) / 2];
    ptrdiff_t left = low, right = high;
    while (left <= right) {
      for (; values[left] < pivot; left++) {
      }
      for (; pivot < values[right]; right--) {
      }
      if (left <= right) {
        float held = values[left];
        values[left++] = values[right];
        values[right--] = held;
      }
    }
    low = right < wanted ? left : low;
    high = wanted < left ? right : high;
  }
  return values[rank];
}

float median_of(float *values, size_t count) {
  float upper = select_rank(values, count, count / 2), lower = upper;
  if (count % 2 == 0) {
    lower = values[0];
    for (size_t i = 1; i < count / 2; i++) {
      lower = fmaxf(lower, values[i]);
    }
  }
  return (float)(((double)lower + (double)upper) / 2.0);
}
