/* trail: one metric of one run by its epochs, small and of bounded size, so that many runs can be laid over each other:
 * their mean, lowest and highest, epoch by epoch. When it is full, neighbours are merged two by two: a run of more than
 * TRAIL_CAPACITY epochs is told by the means of 2, 4, 8 ... of them. A Trail of zeros is an empty one. Pure. */
#ifndef NNLAB_LAB_TRAIL_H
#define NNLAB_LAB_TRAIL_H

enum { TRAIL_CAPACITY = 512 };

typedef struct Trail {
  int epochs;                  /* told so far */
  int per_bucket;              /* epochs that a full bucket holds: 1, 2, 4 ...; 0 while it is empty */
  float means[TRAIL_CAPACITY]; /* not a number where one of its values is none */
} Trail;

/* What some trails say together about an epoch, or about some in a row. */
typedef struct BandPoint {
  float x; /* epochs done; the middle of those in a row */
  float mean, low, high;
} BandPoint;

/* The value of the next epoch. */
void trail_push(Trail *trail, double value);
/* Lays `count` trails over each other: fills `points`, which has room for TRAIL_CAPACITY, and returns how many. A trail
 * that ends early, or has no number somewhere, is left out there. */
int trail_band(const Trail *const *trails, int count, BandPoint *points);

#endif
