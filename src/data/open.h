/* open: from a data set's name or a file's path to a Table. Any thread. */
#ifndef NNLAB_DATA_OPEN_H
#define NNLAB_DATA_OPEN_H

#include <stdint.h>

#include "base/progress.h"
#include "data/profile.h"

/* Opens `spec->source`: a synthetic set's name, "fashion", the name of a CSV file in `folder` without its ending,
 * or the path of a CSV file, an IDX file or a folder of them (see open_is_path). `seed` serves synthetic sets.
 * `profile` (may be NULL) gets what was found in a file, with 0 columns for other sources; it lives in `arena` like the
 * table. Where only what to predict was the error, `profile` has the columns even so (see
 * profile_judge). `progress` may be NULL. An unknown name is an error that lists the names there are and the nearest.
 */
MUST_USE Status open_table(Arena *arena, const DataSpec *spec, const char *folder, uint64_t seed,
                           LoadProgress *progress, Table *table, Profile *profile, Error *err);
/* Whether `source` is the name of a set: a synthetic one, "fashion", or a CSV file in `folder`. */
bool open_is_name(const char *source, const char *folder);
bool open_is_synthetic(const char *source);
/* The names that there are, separated by ", "; in `arena`. "fashion" is not among them. */
const char *open_names(Arena *arena, const char *folder);
/* Whether `source` is a path rather than a name: it has a '/' or ends as files of tables do (.csv, .tsv, .txt, .data,
 * .gz ...). */
bool open_is_path(const char *source);

#endif
