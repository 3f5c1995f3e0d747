/* Any bytes at all must give a frame, a profile and a table that keep their promises, or a printable message that
 * begins with the path. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/str.h"
#include "data/csv.h"
#include "data/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text) {
  char again[1100];
  str_printable(again, sizeof again, text);
  ASSERT(strcmp(text, again) == 0);
}

static void check_column(const Frame *frame, int c) {
  const FrameColumn *column = &frame->column[c];
  int cells = column->missing + column->numbers + column->others;
  for (int w = 0; w < column->words; w++) {
    ASSERT(!frame_is_missing(column->word[w].text, strlen(column->word[w].text)));
    cells += column->word[w].rows;
  }
  ASSERT(cells == frame->rows);
  check_printable(column->name);
  ASSERT(column->name[0] != '\0' && strlen(column->name) < FRAME_NAME_SIZE);
  for (int before = 0; before < c && c < 100; before++) {
    ASSERT(strcmp(frame->column[before].name, column->name) != 0);
  }
}

static void check_frame(const Frame *frame) {
  ASSERT(frame->columns >= 1 && frame->rows >= 0);
  for (size_t i = 0; i < (size_t)frame->rows * (size_t)frame->columns; i++) {
    const FrameColumn *column = &frame->column[i % (size_t)frame->columns];
    float cell = frame->cells[i];
    ASSERT(cell_is_number(cell) ? isfinite(cell) : cell_code(cell) <= (uint32_t)column->words);
  }
  for (int c = 0; c < frame->columns; c++) {
    check_column(frame, c);
  }
}

static void check_labels(const Table *table) {
  int counts[TABLE_MAX_CLASSES] = {0};
  for (int r = 0; r < table->rows; r++) {
    ASSERT(table->labels[r] >= 0 && table->labels[r] < table->classes);
    counts[table->labels[r]]++;
  }
  for (int k = 0; k < table->classes; k++) {
    ASSERT(counts[k] > 0);
    check_printable(table->class_names[k]);
  }
}

static void check_table(const Table *table) {
  ASSERT(table->rows >= 2 && table->columns >= 1);
  ASSERT((table->labels != NULL) == (table->task == TASK_CLASSIFICATION));
  ASSERT((table->targets != NULL) == (table->task == TASK_REGRESSION));
  for (size_t i = 0; i < (size_t)table->rows * (size_t)table->columns; i++) {
    const TableColumn *column = &table->column[i % (size_t)table->columns];
    float cell = table->cells[i];
    ASSERT(!isinf(cell));
    ASSERT(isnan(cell) || column->levels == 0 || (cell >= 0.0f && cell < (float)column->levels));
  }
  for (int r = 0; table->targets && r < table->rows; r++) {
    ASSERT(isfinite(table->targets[r]));
  }
  for (int c = 0; c < table->columns; c++) {
    check_printable(table->column[c].name);
    for (int k = 0; k < table->column[c].levels; k++) {
      check_printable(table->column[c].level_names[k]);
    }
  }
  check_printable(table->target_name);
  if (table->labels) {
    check_labels(table);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const DataSpec nothing = {.rows = 0};
  Arena arena;
  arena_init(&arena, 0);
  Frame frame;
  Profile profile;
  Table table;
  Error err = {0};
  Status status = csv_parse_text(&arena, (const char *)data, size, "fuzz.csv", &nothing.format, &frame, &err);
  if (status == STATUS_OK) {
    check_frame(&frame);
    status = profile_judge(&arena, &frame, "fuzz.csv", &nothing, NULL, &profile, &err);
  }
  if (status == STATUS_OK) {
    check_printable(profile.leak);
    status = table_from_frame(&arena, &frame, &profile, &table, &err);
  }
  if (status == STATUS_OK) {
    check_table(&table);
  } else {
    ASSERT(err.status == status);
    ASSERT(strncmp(err.text, "fuzz.csv:", 9) == 0);
    check_printable(err.text);
  }
  arena_deinit(&arena);
  return 0;
}
