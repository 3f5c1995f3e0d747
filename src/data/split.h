/* split: deals rows to parts (used and left over; train, validation and test) at random, each class spread over the
 * parts as evenly as whole rows allow. */
#ifndef NNLAB_DATA_SPLIT_H
#define NNLAB_DATA_SPLIT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rng.h"

enum { SPLIT_MAX_PARTS = 3 };

typedef struct SplitPlan {
  int parts;
  int part_rows[SPLIT_MAX_PARTS]; /* their sum is the number of rows that are dealt */
  int guaranteed;                 /* a class has a row in each of the first `guaranteed` parts, or, with fewer rows
                                   * than that, in as many as it has rows; where the parts are large enough */
} SplitPlan;

/* Fills `shares` (classes, parts): how many rows of each class, of which there are `class_rows` (classes), go to each
 * part. Sums are exact both ways; each share is less than 2 away from its exact fraction, guarantees aside. */
void split_shares(Arena *scratch, const SplitPlan *plan, const int *class_rows, int classes, int *shares);

/* Puts `rows` (the plan's sum), indices into `labels`, into an order in which those of the first part come first, then
 * those of the second, and so on; within a part they are in random order. `labels` NULL: all are of one class. The
 * result depends on `rng` and on the order that `rows` had. */
void split_rows(Arena *scratch, Rng rng, const SplitPlan *plan, const int32_t *labels, int classes, uint32_t *rows);

#endif
