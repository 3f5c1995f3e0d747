/* resume: `nnlab resume RUN`: a run that was interrupted goes on. */
#ifndef NNLAB_APP_RESUME_H
#define NNLAB_APP_RESUME_H

#include "app/options.h"
#include "app/paths.h"
#include "store/history.h"

extern const char RESUME_HELP[];

/* Whether the run was interrupted; STATUS_USAGE says what it is instead. */
MUST_USE Status resume_check(const StoredRun *run, Error *err);
/* Trains the run that `options->target` names on from its last snapshot, or from its start, under its own name. Returns
 * the exit status of headless_train. */
int resume_train(const Options *options, Arena *arena, const Paths *paths, Error *err);

#endif
