/* file: whole files in, whole files out. A write is atomic: readers see the old contents or the new, never half. */
#ifndef NNLAB_BASE_FILE_H
#define NNLAB_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* Reads `path` whole into the arena, with a 0 byte behind it. Errors name the path and the cause; a directory and a
 * file over `limit` bytes are errors. */
MUST_USE Status file_read(Arena *arena, const char *path, size_t limit, char **text, size_t *length, Error *err);
/* Writes `length` bytes to a temporary file beside `path`, syncs it and renames it over `path`. */
MUST_USE Status file_write_atomic(const char *path, const char *text, size_t length, Error *err);
/* Whether file_write_atomic could begin: an error if not, so that work whose result is to be written is not lost. */
MUST_USE Status file_check_writable(const char *path, Error *err);
/* The path's last part: "wine.csv" of "sets/wine.csv". */
const char *file_name(const char *path);
bool file_exists(const char *path);
/* Whether both paths lead to one file, which is there. */
bool file_is_same(const char *a, const char *b);
/* Whether writing to both paths would write one file, be it there yet or not. */
bool file_is_same_target(const char *a, const char *b);

#endif
