/* committer: a thread that commits the epochs of a run to the history, over a connection of its own: who trains does
 * not wait for it. What it has been given is safe in the run's tail meanwhile. For the files of this folder alone.
 * Threads: what follows is for the recording's. */
#ifndef NNLAB_STORE_COMMITTER_H
#define NNLAB_STORE_COMMITTER_H

#include <stdbool.h>

#include "lab/message.h"
#include "store/store.h"

enum { COMMITTER_BATCH = 128 };

typedef struct Committer Committer;

/* For run `run` of the history. NULL: there is no memory, or no thread. */
Committer *committer_open(const Store *store, int64_t run);
/* With NULL does nothing. What has been given and cannot be committed at once is left. */
void committer_close(Committer *committer);
/* Takes over a copy of up to COMMITTER_BATCH epochs if the last ones are committed, which `wait` waits for; `taken`
 * tells. After an error nothing is taken any more. */
MUST_USE Status committer_give(Committer *committer, const EpochReport *epochs, int count, bool wait, bool *taken,
                               Error *err);
/* Waits until all that was given is committed. */
MUST_USE Status committer_finish(Committer *committer, Error *err);

#endif
