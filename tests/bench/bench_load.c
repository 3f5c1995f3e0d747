/* Loads a data file once, as `nnlab` would, and prints "SECONDS ROWS": the part "load" starts it for each measurement.
 * Usage: bench_load cells|judged|table PATH: the cells of a CSV file; and what its columns are; an IDX file. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "data/csv.h"
#include "data/idx.h"
#include "data/profile.h"

static Status load(Arena *arena, const char *what, const char *path, int *rows, Error *err) {
  static const DataSpec spec = {.rows = 0};
  Frame frame;
  Profile profile;
  Table table;
  if (strcmp(what, "table") == 0) {
    Status status = idx_read(arena, path, NULL, &table, err);
    *rows = status == STATUS_OK ? table.rows : 0;
    return status;
  }
  Status status = csv_read(arena, path, &spec.format, NULL, &frame, err);
  if (status == STATUS_OK && strcmp(what, "judged") == 0) {
    status = profile_judge(arena, &frame, path, &spec, &profile, err);
  }
  *rows = status == STATUS_OK ? frame.rows : 0;
  return status;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    (void)fprintf(stderr, "usage: bench_load cells|judged|table PATH\n");
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
