/* kept: a run of the history as one to be gone over again: replayed, or resumed. */
#ifndef NNLAB_APP_KEPT_H
#define NNLAB_APP_KEPT_H

#include "store/history.h"

/* What may be the reason that its numbers are others here: " (another version of nnlab trained it)"; "" = nothing is
 * known. */
const char *kept_suspect(const StoredRun *run);
/* The run's epochs and edits, and the file that its snapshot would be in. All from the arena, but for the texts of
 * `run`, which must live as long. */
MUST_USE Status kept_read(Store *store, Arena *arena, const StoredRun *run, KeptRun *kept, Error *err);

#endif
