/* snapshot_file: a snapshot (train/snapshot.h) in a file, from which another process goes on. A line with magic,
 * version, size and digest, then the settings as a preset's YAML, the state as lines of words and numbers, and the
 * values as they lie in memory: for machines of the same byte order. A file is written whole or not at all. */
#ifndef NNLAB_TRAIN_SNAPSHOT_FILE_H
#define NNLAB_TRAIN_SNAPSHOT_FILE_H

#include "train/snapshot.h"

/* `values` are `count` floats: snapshot_floats of the trainer. */
MUST_USE Status snapshot_file_write(const char *path, const Snapshot *snapshot, const float *values, size_t count,
                                    Error *err);
/* The values come from `arena`. Errors: a file that cannot be read, that is none of these, of another version, cut or
 * damaged; never more than that, whatever is in it. The settings are checked as a preset's are. */
MUST_USE Status snapshot_file_read(Arena *arena, const char *path, Snapshot *snapshot, float **values, size_t *count,
                                   Error *err);
/* The same from bytes; `path` is what messages call them. */
MUST_USE Status snapshot_file_parse(Arena *arena, const char *bytes, size_t length, const char *path,
                                    Snapshot *snapshot, float **values, size_t *count, Error *err);
/* Whether a trainer can take the snapshot over (snapshot_restore). Errors: a setting that is not live and differs,
 * which is named; another number of values. */
MUST_USE Status snapshot_file_fits(const Trainer *trainer, const Snapshot *snapshot, size_t count, Error *err);

#endif
