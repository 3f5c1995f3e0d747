/* leak: columns that give the answer away: a rule on one of them alone predicts the target almost always. */
#ifndef NNLAB_DATA_LEAK_H
#define NNLAB_DATA_LEAK_H

#include "data/profile.h"

/* A sentence that names the columns and what is wrong with them, or "". Looks at 5000 rows at most, evenly spaced. For
 * classes: the most frequent class of each level, or of each side of one threshold, is right for 99 % of the rows,
 * where always the most frequent class is not nearly so; for numbers: a straight line through the column leaves less
 * than 0.1 % of the variance. Once `progress` is stopped, no further column is looked at. */
const char *leak_find(Arena *arena, const Frame *frame, const LoadProgress *progress, const Profile *profile);

#endif
