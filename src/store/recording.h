/* recording: a run written into the history as it goes. An epoch that has ended is kept at once, whatever happens to
 * the process: in the run's tail file (tail.h), and committed with those before it 0.1 s after the last commit; slower
 * epochs are committed each. Edits are committed at once. Threads: the store's. */
#ifndef NNLAB_STORE_RECORDING_H
#define NNLAB_STORE_RECORDING_H

#include "lab/message.h"
#include "lab/preset.h"
#include "store/store.h"

/* What is known when a run begins. All is copied. */
typedef struct RunStart {
  const Preset *preset; /* its name and title; its experiment is what `differences` compares with */
  const Loaded *loaded; /* its experiment is the run's; paths of files in it are made absolute */
  const char *weights;  /* the file that the weights were read from; NULL: they were drawn */
  const char *version;  /* nnlab's */
  const char *kernels;  /* the name of the set in use */
  int cores;            /* of the machine */
  int64_t parent;       /* the run that this one is forked from; 0 = none */
  int fork_epoch;       /* its epochs before this one, */
  int64_t fork_step;    /* and its edits before this step, are copied: a fork is whole without its parent */
  int64_t twin;         /* twins share this number; 0 = none */
  const char *tag;      /* one word; NULL = none */
} RunStart;

typedef struct Recording Recording;

/* The experiment as a run of it is kept: YAML, from the arena. */
MUST_USE Status recording_yaml(Arena *arena, const Experiment *experiment, char **yaml, Error *err);
/* Adds the run, gives it a name ("overfitting-3"), and locks it for others to see that it is under way. A parent whose
 * epochs are not all there is an error. */
MUST_USE Status recording_begin(Store *store, const RunStart *start, Recording **recording, Error *err);
/* Takes up a run that is `interrupted`: it is under way again. Of the epochs and edits that it is then told, those that
 * have been kept are passed over: the epochs by their numbers, of the edits as many as there are. STATUS_USAGE: it is
 * not there, not interrupted, or no longer of `epochs` epochs and `edits` edits: another nnlab has gone on with it. */
MUST_USE Status recording_resume(Store *store, int64_t run, int epochs, int edits, Recording **recording, Error *err);
/* The run's number in the store. */
int64_t recording_run(const Recording *recording);
/* The run's name; lives as long as the recording. */
const char *recording_name(const Recording *recording);
/* After an error nothing more can be recorded: recording_drop. */
MUST_USE Status recording_epoch(Recording *recording, const EpochReport *report, Error *err);
MUST_USE Status recording_edit(Recording *recording, const Edit *edit, Error *err);
/* Commits the epochs that wait. */
MUST_USE Status recording_flush(Recording *recording, Error *err);
/* The run has ended, and its last snapshot goes; NULL: it was left before its end, which is `interrupted`. Frees the
 * recording, also after an error. */
MUST_USE Status recording_end(Recording *recording, const Ended *ended, Error *err);
/* Frees the recording as it is; what it had not committed, the next store_open finds. With NULL does nothing. */
void recording_drop(Recording *recording);

#endif
