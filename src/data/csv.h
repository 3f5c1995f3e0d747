/* csv: a text file of fields -> Frame, read with libcsv (csv.c is the only file that includes it). Takes files as they
 * come: any of format.h's delimiters, decimal commas, quotes, a header or none, R's row names, a count line, a byte
 * order mark, LF, CR LF or CR, a missing last line end, blank and comment lines, short rows, gzip. Any thread. */
#ifndef NNLAB_DATA_CSV_H
#define NNLAB_DATA_CSV_H

#include <stddef.h>

#include "base/progress.h"
#include "data/frame.h"

enum {
  CSV_MAX_FIELD = 65535,   /* bytes of one field, its quotes included */
  CSV_MAX_LINE = 64 << 20, /* bytes */
};
#define CSV_MAX_BYTES ((size_t)8 << 30) /* of a file, unpacked */

/* Reads the file `path` (plain or gzip). `format` says what is known, and may be all 0. The frame lives in `arena`, at
 * little more than its cells' size at any time. `progress` (may be NULL) is told how far it is and can stop it
 * (STATUS_STOPPED). Errors name path and line: no field at all; NUL bytes; UTF-16; an open quote; more than a tenth of
 * the rows too long; limits, before the memory is taken; damage in a gzip file. On failure nothing is in `frame`. */
MUST_USE Status csv_read(Arena *arena, const char *path, const CsvFormat *format, LoadProgress *progress, Frame *frame,
                         Error *err);
/* The same from `length` bytes of memory; `path` is what messages call them. */
MUST_USE Status csv_parse_text(Arena *arena, const char *text, size_t length, const char *path, const CsvFormat *format,
                               Frame *frame, Error *err);
/* Reads `path` behind the rows of `frame`, as its test rows: columns go by name, or by place where either file has no
 * names; a column that is not there is an error, one too many is left out. On failure `frame` is as it was. */
MUST_USE Status csv_append(Arena *arena, const char *path, LoadProgress *progress, Frame *frame, Error *err);

#endif
