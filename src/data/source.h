/* source: the bytes of a data file, part by part: a file, plain or gzip (told by its first bytes, not by its name), or
 * memory. One thread at a time. */
#ifndef NNLAB_DATA_SOURCE_H
#define NNLAB_DATA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/progress.h"

typedef struct Source {
  const char *path;        /* what messages call it */
  struct SourceFile *file; /* NULL: memory */
  const char *bytes;       /* the memory */
  size_t length, at;       /* of the memory; bytes given so far */
  size_t file_size, done;  /* on disk: 0 if it is not known; read so far */
  bool packed;             /* gzip */
  LoadProgress *progress;  /* may be NULL */
} Source;

/* Opens `path`, which must be a regular file or a pipe. Holds `path` and `progress` by reference. */
MUST_USE Status source_open(Source *source, const char *path, LoadProgress *progress, Error *err);
void source_open_memory(Source *source, const char *bytes, size_t length, const char *path);
/* Reads at most `size` bytes; `*length` 0 is the end. Errors: reading, a gzip file that is damaged or cut off,
 * STATUS_STOPPED. What follows the last member of a gzip file and is none is passed over, as gzip itself does. */
MUST_USE Status source_read(Source *source, char *buffer, size_t size, size_t *length, Error *err);
void source_close(Source *source);

#endif
