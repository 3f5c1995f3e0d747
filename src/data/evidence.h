/* evidence: what the cells of the columns are, counted once; what columns are judged by (judge.h), and what their
 * ranges and histograms are made of. */
#ifndef NNLAB_DATA_EVIDENCE_H
#define NNLAB_DATA_EVIDENCE_H

#include "base/progress.h"
#include "data/profile.h"

/* Of a column, over the file's own rows. */
typedef struct Evidence {
  int numbers, words, missing; /* cells */
  bool whole;                  /* every number is */
  double min, max, sum;        /* of the numbers */
  int distinct;                /* different numbers, at most PROFILE_MANY + 1 */
  float *values;               /* (distinct) ascending; NULL when there are more than PROFILE_MANY */
  int *value_rows;             /* (distinct) */
  bool counts_up;              /* the first column alone: it is 0, 1, 2 ... or 1, 2, 3 ... from row to row */
} Evidence;

/* Gathers the evidence of every column, on as many cores as the frame is large for: `*evidence` (frame->columns).
 * Errors: STATUS_STOPPED, soon after `progress->stop` is set; `path` is what the message calls the file. */
MUST_USE Status evidence_gather(Arena *arena, const Frame *frame, int rows, const char *path, LoadProgress *progress,
                                Evidence **evidence, Error *err);
/* Fills range, mean and bins of the columns of `profile` that have them. */
MUST_USE Status evidence_measure(const Frame *frame, const Evidence *evidence, LoadProgress *progress, Profile *profile,
                                 Error *err);

#endif
