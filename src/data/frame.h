/* frame: a table as the file has it, before anything is judged: for each cell a number, a word of its column, or
 * nothing. A cell is one float: a number stands for itself; whatever is no number is a NaN whose payload says which
 * word of the column it is, 0 being "missing". So numbers need no second copy, and words cost no more than numbers. One
 * thread writes; immutable once read. */
#ifndef NNLAB_DATA_FRAME_H
#define NNLAB_DATA_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "data/format.h"

enum {
  FRAME_MAX_COLUMNS = 65536,
  FRAME_MAX_WORDS = 1 << 20, /* different words of one column; beyond that all are CELL_OTHER */
  FRAME_NAME_SIZE = 64       /* bytes of a name, with its final 0 */
};

typedef struct Word {
  const char *text; /* as in the file, in UTF-8: not printable by itself; blanks around it are gone */
  int rows;         /* cells that hold it */
} Word;

typedef struct FrameColumn {
  const char *name; /* printable, at most 63 bytes, no two are the same, never empty */
  bool named;       /* the file gives the name; otherwise it is "column 3" */
  bool verbatim;    /* its numbers are words, too: codes like 08502, dates like 20240229 */
  int missing;      /* cells */
  int numbers;      /* cells */
  int words;        /* different ones */
  const Word *word; /* (words), in the order of their first appearance; codes count from 1 */
  int others;       /* cells whose word came after too many others */
} FrameColumn;

typedef struct Frame {
  CsvFormat format; /* settled */
  int rows, columns;
  float *cells; /* (rows, columns), row-major */
  FrameColumn *column;
  bool row_names;          /* the first column has row names and no header cell: R's write.table */
  int class_names;         /* of a count line ("150,4,setosa,versicolor,virginica"); 0: there is none */
  const char **class_name; /* (class_names), printable */
  int short_rows;          /* had fewer fields than columns: the rest is missing */
  int long_rows;           /* had more: left out */
  int first_long_line;     /* 0: none */
  int blank_lines, comment_lines;
  int test_rows; /* the last ones, from a file of their own */
} Frame;

enum { CELL_MISSING = 0, CELL_OTHER = 0x3fffff };

/* A cell of the word with this code, or of CELL_MISSING or CELL_OTHER. */
static inline float cell_of_code(uint32_t code) {
  union {
    uint32_t bits;
    float cell;
  } box = {.bits = 0x7fc00000u | code};
  return box.cell;
}
/* The code of a cell that is no number (isnan). */
static inline uint32_t cell_code(float cell) {
  union {
    float cell;
    uint32_t bits;
  } box = {.cell = cell};
  return box.bits & 0x3fffffu;
}
static inline bool cell_is_number(float cell) { return cell == cell; }

/* Is this a word for "missing" (NA, ?, -, nan, null ...)? */
bool frame_is_missing(const char *text, size_t length);

#endif
