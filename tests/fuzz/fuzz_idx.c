/* fuzz_idx: any bytes as the files of an IDX set: two bytes that say how long the first file is, images, labels; both
 * serve as training and as test files too. What is refused gets a printable message that begins with a file's name;
 * what is read is a sound table. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fatal.h"
#include "base/str.h"
#include "data/idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_table(const Table *table) {
  ASSERT(table->task == TASK_CLASSIFICATION && table->rows >= 1 && table->columns >= 1);
  ASSERT(table->test_rows >= 0 && table->test_rows < table->rows);
  ASSERT(table->classes >= 1 && table->classes <= TABLE_MAX_CLASSES);
  ASSERT(table->image_width * table->image_height == 0 || table->image_width * table->image_height == table->columns);
  for (size_t i = 0; i < (size_t)table->rows * (size_t)table->columns; i++) {
    ASSERT(isfinite(table->cells[i]));
  }
  for (int r = 0; r < table->rows; r++) {
    ASSERT(table->labels[r] >= 0 && table->labels[r] < table->classes);
  }
  ASSERT(strlen(table->column[table->columns - 1].name) < 64);
}

static void check_read(IdxPair train, IdxPair test) {
  Arena arena;
  arena_init(&arena, 0);
  Table table;
  Error err = {0};
  Status status = idx_read_pairs(&arena, train, test, &table, &err);
  if (status == STATUS_OK) {
    check_table(&table);
  } else {
    char printable[sizeof err.text];
    str_printable(printable, sizeof printable, err.text);
    ASSERT((status == STATUS_PARSE || status == STATUS_RANGE) && err.status == status);
    ASSERT(strcmp(err.text, printable) == 0);
    ASSERT(strncmp(err.text, "images", 6) == 0 || strncmp(err.text, "labels", 6) == 0);
  }
  arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) {
    return 0;
  }
  size_t length = (size_t)data[0] << 8 | data[1], left = size - 2;
  length = length < left ? length : left;
  const char *bytes = (const char *)data + 2;
  for (int pairs = 1; pairs <= 2; pairs++) {
    Source sources[4];
    for (int i = 0; i < 4; i += 2) {
      source_open_memory(&sources[i], bytes, length, "images");
      source_open_memory(&sources[i + 1], bytes + length, left - length, "labels");
    }
    check_read((IdxPair){&sources[0], &sources[1]},
               pairs == 2 ? (IdxPair){&sources[2], &sources[3]} : (IdxPair){NULL, NULL});
  }
  return 0;
}
