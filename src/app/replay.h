/* replay: a run of the history trained again, to see whether it comes out the same to the bit. */
#ifndef NNLAB_APP_REPLAY_H
#define NNLAB_APP_REPLAY_H

#include "store/history.h"

/* Trains the run's experiment with its edits, each at its step, and compares every epoch with the one that was kept,
 * and the digest where the run came to an end. Says on standard output what is the same. `threads`: as for setup_init.
 * STATUS_RANGE names the first epoch that differs, and what else is not as it was. */
MUST_USE Status replay_run(Store *store, const StoredRun *run, const char *datasets, int threads, Error *err);

#endif
