/* target: which column is predicted, as what, and the codes of its classes. Used by profile.c alone. */
#ifndef NNLAB_DATA_TARGET_H
#define NNLAB_DATA_TARGET_H

#include "data/judge.h"

/* The column that `spec->target` names, else the one that the evidence is for: a column with a well-known name; the
 * last that can be used; in a file without a header the first, where it holds classes and the last holds none. Sets
 * `profile->target` and `target_why`. */
MUST_USE Status target_choose(const Frame *frame, const Evidence *evidence, const DataSpec *spec, Profile *profile,
                              Error *err);
/* Settles `profile->task` and, for classification, the classes and the codes of the target's cells. `wish` is what the
 * user says of the column. */
MUST_USE Status target_settle(Arena *arena, const Frame *frame, const Evidence *evidence, const DataSpec *spec,
                              ColumnWish wish, Profile *profile, Error *err);
/* Gives each number and word of a column a code: numbers first, in their order, then words by the alphabet. A boolean's
 * words that differ in capitals alone have one. */
void target_make_codes(Arena *arena, const FrameColumn *from, const Evidence *evidence, ColumnProfile *column);

#endif
