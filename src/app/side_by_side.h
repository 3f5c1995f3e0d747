/* side_by_side: runs of the history compared: the settings and circumstances in which they differ, and their results.
 */
#ifndef NNLAB_APP_SIDE_BY_SIDE_H
#define NNLAB_APP_SIDE_BY_SIDE_H

#include "lab/comparison.h"
#include "store/history.h"

/* Of 1 to DIFFERENCE_MOST runs. The texts are from the arena. */
MUST_USE Status side_by_side(Arena *arena, const StoredRun *const *runs, int count, Comparison *out, Error *err);

#endif
