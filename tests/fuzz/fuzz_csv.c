/* Any bytes at all must give a table that keeps table.h's promises or a printable message that begins with the path. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/str.h"
#include "data/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text) {
  char again[1100];
  str_printable(again, sizeof again, text);
  ASSERT(strcmp(text, again) == 0);
}

static void check_labels(const Table *table) {
  int counts[TABLE_MAX_CLASSES] = {0};
  for (int r = 0; r < table->rows; r++) {
    ASSERT(table->labels[r] >= 0 && table->labels[r] < table->classes);
    counts[table->labels[r]]++;
  }
  for (int k = 0; k < table->classes; k++) {
    ASSERT(counts[k] > 0);
  }
}

static void check_table(const Table *table) {
  ASSERT(table->rows >= 2 && table->features >= 1);
  ASSERT((table->task == TASK_CLASSIFICATION) == (strcmp(table->target_name, "label") == 0));
  ASSERT((table->labels != NULL) == (table->task == TASK_CLASSIFICATION));
  ASSERT((table->targets != NULL) == (table->task == TASK_REGRESSION));
  for (size_t i = 0; i < (size_t)table->rows * (size_t)table->features; i++) {
    ASSERT(isfinite(table->x[i]));
  }
  for (int r = 0; table->targets && r < table->rows; r++) {
    ASSERT(isfinite(table->targets[r]));
  }
  for (int f = 0; f < table->features; f++) {
    check_printable(table->feature_names[f]);
  }
  check_printable(table->target_name);
  if (table->labels) {
    check_labels(table);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Arena arena;
  arena_init(&arena, 0);
  Table table;
  Error err = {0};
  Status status = table_parse_csv(&arena, (const char *)data, size, "fuzz.csv", &table, &err);
  if (status == STATUS_OK) {
    check_table(&table);
  } else {
    ASSERT(status == STATUS_PARSE && err.status == status);
    ASSERT(strncmp(err.text, "fuzz.csv:", 9) == 0);
    check_printable(err.text);
  }
  arena_deinit(&arena);
  return 0;
}
