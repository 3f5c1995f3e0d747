/* permute: the rows of a matrix put into another order within their own memory, so that no second matrix is needed.
 * Any thread. */
#ifndef NNLAB_DATA_PERMUTE_H
#define NNLAB_DATA_PERMUTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Row `i` of `cells` (rows, columns) becomes what row `from[i]` was; `from` (rows) holds every row once. Takes one row
 * and `rows` bits from `scratch`. */
void permute_rows(Arena *scratch, float *cells, size_t rows, size_t columns, const uint32_t *from);

#endif
