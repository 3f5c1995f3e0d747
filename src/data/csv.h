/* csv: comma-separated numbers under a header row, read with libcsv (csv.c is the only file that includes it). Accepts
 * both kinds of line end, a missing last one, a byte order mark, blank lines, and quotes around whole fields; anything
 * else that is not a rectangle of finite numbers is an error that names path, line and column. */
#ifndef NNLAB_DATA_CSV_H
#define NNLAB_DATA_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum {
  CSV_MAX_COLUMNS = 65536,
  CSV_MAX_FIELD = 65535, /* bytes of one field, its quotes included */
  CSV_NAME_SIZE = 64     /* bytes of a column's name, with its final 0 */
};

typedef struct CsvNumbers {
  int rows, columns; /* at least one column, perhaps no row */
  int header_line;
  const float *values;  /* (rows, columns), row-major */
  const char **names;   /* (columns), printable, cut to CSV_NAME_SIZE; in the file no two are the same */
  const int32_t *lines; /* (rows): the line that each row begins in, from 1 */
} CsvNumbers;

/* Reads `text`, `length` bytes; `path` is what messages call it. `numbers` lives in `scratch`, together with what was
 * needed on the way: about three times `length` in all. On failure nothing is in `numbers`. */
MUST_USE Status csv_parse_numbers(Arena *scratch, const char *text, size_t length, const char *path,
                                  CsvNumbers *numbers, Error *err);

/* How a message begins that is about one field: "wine.csv:17: column 'ash' (3): "; columns count from 0 here. */
const char *csv_place(Arena *scratch, const char *path, int line, const char *name, int column);

#endif
