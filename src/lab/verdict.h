/* verdict: what runs over several seeds say, in one sentence. One measure decides, the best validation score, so that
 * the others cannot tempt. Pure. */
#ifndef NNLAB_LAB_VERDICT_H
#define NNLAB_LAB_VERDICT_H

#include <stddef.h>

#include "lab/result.h"

/* Of one experiment on `seeds` seeds: mean and range, and how many runs stand for nothing. Runs that have not been
 * begun are not counted. */
void verdict_of_one(const Result *results, int seeds, char *out, size_t size);
/* Of two experiments, A and B, on the same seeds, (seeds, 2): whether they differ by more than their seeds do, and
 * how many runs of each diverged. */
void verdict_of_two(const Result *results, int seeds, char *out, size_t size);
/* The same in a number: 1 where B is better by more than the seeds explain, -1 where it is worse; 0: it is not told. */
int verdict_sign(const Result *results, int seeds);

#endif
