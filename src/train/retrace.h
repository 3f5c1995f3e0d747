/* retrace: a run of the history gone over again: its edits are made at their steps, its epochs compared with those that
 * were kept. So a replay proves a run, and one that was left goes on from its last snapshot as if it had never been.
 *
 *     retrace_start                 once, with a trainer made from the run's experiment
 *     retrace_edits                 before each step while retrace_is_on (or retrace_next_edit), and
 *     retrace_epoch                 when an epoch has ended
 *
 * Threads: one at a time. */
#ifndef NNLAB_TRAIN_RETRACE_H
#define NNLAB_TRAIN_RETRACE_H

#include <stdbool.h>

#include "train/trainer.h"

typedef struct Retrace {
  const KeptRun *run;  /* NULL: there is nothing to go over */
  int epoch, edit;     /* the next one to be compared, and to be made */
  int start;           /* the epochs done where it began; 0: at the start */
  bool differed;       /* an epoch has, and it has been told */
  double seconds;      /* spent training up to there */
  char why_start[512]; /* why it began at the start though there is a snapshot; "" = it did not */
} Retrace;

/* Puts the trainer, which stands at its start, where the run goes on: where its snapshot was taken, or else where it
 * began, with the weights that it began with. `run` must live as long. Errors: the data are not those that the run was
 * trained on, by `fingerprint`; a file of weights that cannot be read. A snapshot that cannot be used, or that is not
 * of this run's epochs, is no error: see `why_start`. */
MUST_USE Status retrace_start(Retrace *retrace, Trainer *trainer, uint64_t fingerprint, const KeptRun *run, Error *err);
/* Where it began, and why its numbers may be others: "iris-1 goes on after epoch 12". */
void retrace_words(const Retrace *retrace, char *out, size_t size);
/* Whether there is something left to go over. */
bool retrace_is_on(const Retrace *retrace);
/* The next edit that was made before the next step, to be made now; NULL: there is none. */
const Edit *retrace_next_edit(Retrace *retrace, const Trainer *trainer);
/* Makes all of these. */
MUST_USE Status retrace_edits(Retrace *retrace, Trainer *trainer, Error *err);
/* Compares the epoch that has ended, if it was kept. STATUS_RANGE says how it differs, for the first that does: on
 * another machine all may. */
MUST_USE Status retrace_epoch(Retrace *retrace, const Trainer *trainer, Error *err);
/* Whether training goes on behind an epoch that the trainer calls the last: a fork goes on where its parent had
 * ended. */
bool retrace_goes_on(const Retrace *retrace, const Trainer *trainer);

#endif
