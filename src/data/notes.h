/* notes: what a person should know of a data file beside its columns: lines that are none of the table, classes and
 * levels to beware of, an order in time. Used by profile.c. */
#ifndef NNLAB_DATA_NOTES_H
#define NNLAB_DATA_NOTES_H

#include "data/evidence.h"

/* Fills `profile->note`, each a printable sentence in `arena`. The rest of `profile` is settled. */
void notes_make(Arena *arena, const Frame *frame, const Evidence *evidence, const DataSpec *spec,
                const LoadProgress *progress, Profile *profile);

#endif
