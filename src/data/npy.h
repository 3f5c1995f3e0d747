/* npy: one array in NumPy's .npy format, versions 1.0 to 3.0, read as floats from little-endian float16, float32 or
 * float64 in either memory order, and written as numpy.save writes float32. A float64 is rounded to the nearest float;
 * what is beyond the largest becomes infinite. Source: numpy/lib/format.py. Any thread. */
#ifndef NNLAB_DATA_NPY_H
#define NNLAB_DATA_NPY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { NPY_MAX_RANK = 8 };
#define NPY_MAX_COUNT ((size_t)1 << 30) /* numbers of an array */

typedef struct NpyArray {
  int rank;
  size_t shape[NPY_MAX_RANK]; /* (rank) */
  size_t count;               /* of values: the product of shape; 1 where rank is 0 */
  float *values;              /* (shape), row-major */
} NpyArray;

/* Reads `length` bytes into `array`, with its values in `arena`. Messages begin with `place`: "w.npz: dense/kernel". */
MUST_USE Status npy_parse(Arena *arena, const char *bytes, size_t length, const char *place, NpyArray *array,
                          Error *err);
/* The bytes of a .npy file, `*length` of them. */
char *npy_pack(Arena *arena, const NpyArray *array, size_t *length);
/* Writes "64 x 32", or "a single number" for rank 0, into `out`. */
void npy_format_shape(char *out, size_t size, const NpyArray *array);

#endif
