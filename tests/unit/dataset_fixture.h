/* dataset_fixture: tables made by hand and from the files, and data sets of them. Include after cmocka.h. */
#ifndef NNLAB_TESTS_DATASET_FIXTURE_H
#define NNLAB_TESTS_DATASET_FIXTURE_H

#include <string.h>

#include "arena_fixture.h"
#include "base/str.h"
#include "data/dataset.h"
#include "data/open.h"

static inline Table load_table(Arena *arena, const char *name) {
  DataSpec spec = {.noise = 0.2};
  Table table;
  Error err = {0};
  str_copy(spec.source, sizeof spec.source, name);
  if (open_table(arena, &spec, "datasets", 1, NULL, &table, NULL, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return table;
}

/* Feature f of row r is 100 f + r; feature 0 is 7 everywhere. Row r is of class r % classes; its target is 3 r. */
static inline Table make_table(Arena *arena, int rows, int columns, int classes) {
  static const TableColumn names[] = {{.name = "f0"}, {.name = "f1"}, {.name = "f2"}, {.name = "f3"}};
  static const char *const class_names[] = {"ant", "bee", "cat", "dog"};
  Table table = {.name = "made",
                 .task = classes > 0 ? TASK_CLASSIFICATION : TASK_REGRESSION,
                 .rows = rows,
                 .columns = columns,
                 .classes = classes,
                 .cells = arena_floats(arena, (size_t)rows * (size_t)columns),
                 .column = names,
                 .target_name = "target",
                 .class_names = classes > 0 ? class_names : NULL};
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)rows);
  float *targets = arena_floats(arena, (size_t)rows);
  for (int r = 0; r < rows; r++) {
    for (int f = 0; f < columns; f++) {
      table.cells[r * columns + f] = f == 0 ? 7.0f : (float)(100 * f + r);
    }
    labels[r] = classes > 0 ? r % classes : 0;
    targets[r] = (float)(3 * r);
  }
  table.labels = classes > 0 ? labels : NULL;
  table.targets = classes > 0 ? NULL : targets;
  return table;
}

/* The data set takes over the cells of a copy: the table can serve again. */
static inline Status prepare_copy(Arena *arena, const Table *table, DataSpec spec, uint64_t seed, Dataset *dataset,
                                  Error *err) {
  Table copy = *table;
  size_t cells = (size_t)table->rows * (size_t)table->columns;
  copy.cells = arena_floats(arena, cells);
  memcpy(copy.cells, table->cells, cells * sizeof *copy.cells);
  return dataset_prepare(arena, &copy, &spec, seed, dataset, err);
}

static inline Dataset prepare(Arena *arena, const Table *table, DataSpec spec, uint64_t seed) {
  Dataset dataset;
  Error err = {0};
  if (prepare_copy(arena, table, spec, seed, &dataset, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return dataset;
}

static inline void check_refused(Arena *arena, const Table *table, DataSpec spec, const char *message) {
  Dataset dataset = {.features = -1};
  Error err = {0};
  assert_int_equal(prepare_copy(arena, table, spec, 1, &dataset, &err), STATUS_RANGE);
  assert_string_equal(err.text, message);
  assert_int_equal(dataset.features, -1);
}

#endif
