/* Loads a data file once and prints "SECONDS ROWS": the part "load" starts it for each measurement.
 * Usage: bench_load cells|table PATH: the cells of a CSV file alone; a table as `nnlab` makes it of any file. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "data/csv.h"
#include "data/open.h"

static Status load(Arena *arena, const char *what, const char *path, int *rows, Error *err) {
  DataSpec spec = {.rows = 0};
  if (strcmp(what, "table") == 0) {
    Table table;
    str_copy(spec.source, sizeof spec.source, path);
    Status status = open_table(arena, &spec, "", 0, NULL, &table, NULL, err);
    *rows = status == STATUS_OK ? table.rows : 0;
    return status;
  }
  Frame frame;
  Status status = csv_read(arena, path, &spec.format, NULL, &frame, err);
  *rows = status == STATUS_OK ? frame.rows : 0;
  return status;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    (void)fprintf(stderr, "usage: bench_load cells|table PATH\n");
    return 2;
  }
  Arena arena;
  Error err;
  int rows;
  arena_init(&arena, 0);
  double begin = clock_now();
  if (load(&arena, argv[1], argv[2], &rows, &err) != STATUS_OK) {
    (void)fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  (void)printf("%.6f %d\n", clock_now() - begin, rows);
  arena_deinit(&arena);
  return 0;
}
