/* spread: what runs that differ in their seed alone say together, and two settings on the same seeds. Pure. What is not
 * a number is left out. */
#ifndef NNLAB_LAB_SPREAD_H
#define NNLAB_LAB_SPREAD_H

#include <stdbool.h>

typedef struct Spread {
  int count; /* values that are numbers; with 0 the rest is not a number */
  double mean, min, max;
  double deviation; /* of the sample, n - 1 below; not a number with fewer than two values */
} Spread;

/* Two settings, paired by seed: the second less the first. */
typedef struct Pairs {
  Spread difference; /* counts the pairs */
  double low, high;  /* the 95 % interval of the mean difference (Student's t); not numbers with fewer than two pairs */
  int higher, lower; /* pairs in which the second is higher, and lower; the others are equal */
} Pairs;

Spread spread_of(const double *values, int count);
Pairs pairs_of(const double *first, const double *second, int count);
/* The value that Student's t with `freedom` >= 1 degrees of freedom stays within, both sides, with `chance` (0 .. 1):
 * 12.706 for 0.95 and 1. Exact to rounding. Source: Abramowitz and Stegun, 26.7.3, 26.7.4. */
double student_within(double chance, int freedom);

#endif
