/* npz: named arrays of numbers in a file as numpy.savez and numpy.savez_compressed write it and numpy.load reads it: a
 * ZIP archive (data/zip.h) whose members are NAME.npy (data/npy.h). Any thread. */
#ifndef NNLAB_DATA_NPZ_H
#define NNLAB_DATA_NPZ_H

#include "data/npy.h"
#include "data/zip.h"

typedef struct NpzArray {
  const char *name; /* without ".npy"; as it is in the file, so perhaps not printable */
  NpyArray array;
} NpzArray;

typedef struct Npz {
  NpzArray *arrays; /* (count), in the file's order */
  int count;
} Npz;

/* Reads `length` bytes; `path` is what messages call them. The arrays are in `arena` and do not refer to `bytes`. What
 * takes more than `limit` bytes (at most ZIP_MAX_BYTES), packed or unpacked, is refused. */
MUST_USE Status npz_parse(Arena *arena, const char *bytes, size_t length, size_t limit, const char *path, Npz *npz,
                          Error *err);
MUST_USE Status npz_read(Arena *arena, const char *path, size_t limit, Npz *npz, Error *err);
/* Writes the file whole or not at all; the same arrays give the same bytes. Errors: more than a ZIP archive holds; a
 * file that cannot be written. */
MUST_USE Status npz_write(const char *path, const Npz *npz, Error *err);

#endif
