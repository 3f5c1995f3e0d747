#include "data/permute.h"

#include <limits.h>
#include <string.h>

#include "base/fatal.h"

/* A bit for each row that has got what belongs there. */
static unsigned char bit_of(size_t row) { return (unsigned char)(1u << row % CHAR_BIT); }

/* Follows the cycle that `start` is in: its row waits in `spare` while the hole that it leaves wanders round. */
static void move_cycle(float *cells, size_t columns, const uint32_t *from, unsigned char *done, float *spare,
                       size_t start) {
  size_t bytes = columns * sizeof *cells, hole = start;
  memcpy(spare, cells + start * columns, bytes);
  for (size_t next = from[hole]; next != start; next = from[hole]) {
    ASSERT(!(done[next / CHAR_BIT] & bit_of(next)));
    memcpy(cells + hole * columns, cells + next * columns, bytes);
    done[next / CHAR_BIT] |= bit_of(next);
    hole = next;
  }
  memcpy(cells + hole * columns, spare, bytes);
}

void permute_rows(Arena *scratch, float *cells, size_t rows, size_t columns, const uint32_t *from) {
  unsigned char *done = ARENA_ARRAY(scratch, unsigned char, rows / CHAR_BIT + 1);
  float *spare = arena_floats(scratch, columns);
  for (size_t row = 0; row < rows; row++) {
    if (from[row] != row && !(done[row / CHAR_BIT] & bit_of(row))) {
      move_cycle(cells, columns, from, done, spare, row);
    }
  }
}
