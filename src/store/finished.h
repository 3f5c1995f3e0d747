/* finished: whether an experiment has been trained already: then its run need not be trained again. */
#ifndef NNLAB_STORE_FINISHED_H
#define NNLAB_STORE_FINISHED_H

#include "store/history.h"

/* Of `list` the newest run that trained this very experiment on the same numbers to its end, with this version of
 * nnlab, from drawn weights, without edits and no fork: `run` (NULL: none) and its `count` epochs, from the arena. */
MUST_USE Status finished_find(Store *store, Arena *arena, const RunList *list, const Loaded *loaded,
                              const char *version, const StoredRun **run, EpochReport **epochs, int *count, Error *err);

#endif
