/* first_rows: the beginning of a file, as its cells are written. */
#include <stdio.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/str.h"
#include "data/profile.h"

/* A number as short as it can be and still be the same float. */
static void number_text(float value, char *out, size_t size) {
  for (int digits = 6; digits <= 9; digits++) {
    (void)snprintf(out, size, "%.*g", digits, (double)value);
    if (strtof(out, NULL) == value) {
      return;
    }
  }
}

static const char *cell_text(Arena *arena, const FrameColumn *column, float cell) {
  char text[FRAME_NAME_SIZE];
  if (cell_is_number(cell)) {
    number_text(cell, text, sizeof text);
  } else if (cell_code(cell) == CELL_MISSING) {
    return "";
  } else {
    uint32_t code = cell_code(cell);
    str_printable(text, sizeof text, code <= (uint32_t)column->words ? column->word[code - 1].text : "...");
  }
  return arena_strdup(arena, text);
}

void profile_keep_first_rows(Arena *arena, const Frame *frame, Profile *profile) {
  int rows = smaller(profile->rows, PROFILE_FIRST_ROWS), columns = smaller(profile->columns, PROFILE_FIRST_COLUMNS);
  const char **cells = ARENA_ARRAY(arena, const char *, (size_t)rows *(size_t)columns);
  for (int r = 0; r < rows; r++) {
    const float *row = frame->cells + (size_t)r * (size_t)frame->columns;
    for (int c = 0; c < columns; c++) {
      cells[r * columns + c] = cell_text(arena, &frame->column[c], row[c]);
    }
  }
  profile->first_rows = rows;
  profile->first_columns = columns;
  profile->first_cells = cells;
}
