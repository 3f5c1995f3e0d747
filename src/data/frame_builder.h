/* frame_builder: the fields of a file, in their order, -> Frame. A number goes straight into the matrix; words wait
 * until their row is known to count, and are then interned column by column. The first rows may be titles: a count
 * line, a header. Callers say which line they are in, so that messages can. One thread.
 *
 * Lines of which each is a row of values may be read as parts: each by a builder of its own, on any thread, into its
 * place in the same matrix. What comes of them, words and counts, then joins the whole in the order of the parts.
 *
 * The matrix (rows, columns) grows outside of the arena, which adopts it at the end: at no time are there two. */
#ifndef NNLAB_DATA_FRAME_BUILDER_H
#define NNLAB_DATA_FRAME_BUILDER_H

#include "data/frame.h"
#include "data/interner.h"

enum { FRAME_MAX_WORD_BYTES = 1 << 28 /* of all columns' words; beyond that new ones are CELL_OTHER */ };
#define FRAME_MAX_CELLS ((size_t)1 << 30)

/* A word that is not interned yet: of the row that is being read; in a part, of all its rows. */
typedef struct Pending {
  int row, column;
  size_t text; /* its place in `row_text` */
} Pending;

typedef struct FrameBuilder {
  Arena *arena;
  const char *path;
  Error *err;
  Status status;        /* of the first error: callbacks cannot return it; what comes after it is skipped */
  CsvFormat format;     /* settled */
  Frame frame;          /* what is counted on the way */
  int row_line;         /* in which the row began */
  bool row_is_line;     /* every row is one line: `row_line` is counted here */
  bool row_ended;       /* set here, cleared by the caller */
  int titles_due;       /* rows before the first one of values: the count line, the header */
  bool appends;         /* to a frame that is there */
  int rows_before;      /* ... and has that many */
  bool by_place;        /* ... whose columns have no names */
  bool latin1;          /* a field was no UTF-8 */
  const bool *verbatim; /* (verbatim_count) which columns are to be kept as words; the rest are not */
  int verbatim_count;
  const int *places; /* (place_count) where the fields go in the frame, -1: nowhere; NULL: in order */
  int place_count;

  int column;        /* fields of the row so far */
  int plain_columns; /* of the row: its first fields go into its first cells; 0: they have to be looked at */
  float *row;        /* (columns) its cells */
  bool extra;        /* it has a field too many that is not empty */
  char **title;      /* (title_count) the fields of a title row, as in the file */
  int title_count, title_room;
  Pending *pending;
  int pending_count, pending_room;
  char *row_text;
  size_t row_text_used, row_text_room;
  bool is_part;     /* its cells are another builder's, and its words wait for that one */
  int words_kept;   /* of a part: `pending` of rows that have ended, */
  size_t text_kept; /* and their bytes of `row_text` */

  int columns;         /* of the frame; 0: not known yet */
  int numeric_columns; /* the first ones, up to one that is kept as words */
  FrameColumn *named;
  Interner *words;   /* (columns) */
  size_t word_bytes; /* of all of them */
  float *cells;      /* (rows, columns) and room for the row that is being read */
  size_t room;       /* rows */
} FrameBuilder;

/* Holds `arena`, `path` and `err`. */
void builder_init(FrameBuilder *builder, Arena *arena, const char *path, Error *err);
/* The rows to come are test rows behind those of `frame`, whose matrix is the builder's until builder_finish. */
void builder_continue(FrameBuilder *builder, Frame *frame);
/* Settles how fields are read. Call it before the first one. */
void builder_start(FrameBuilder *builder, const CsvFormat *format);
/* libcsv's callbacks: `data` is the FrameBuilder; a 0 byte follows the text. */
void builder_take_field(void *text, size_t length, void *data);
void builder_end_row(int terminator, void *data);
/* Notes the error `what` at the present field. */
void builder_fail(FrameBuilder *builder, const char *what);
/* Notes an error if `share` of the file is read and the whole will not fit into memory. */
void builder_check_room(FrameBuilder *builder, double share);
/* Whether rows may be read in parts now. */
bool builder_takes_parts(const FrameBuilder *builder);
/* Makes room for that many rows, or notes an error. */
bool builder_reserve(FrameBuilder *builder, int rows);
/* `part`, which was all 0 or a part before, is to read at most `rows` rows, from the line `line` on, whose place is
 * `offset` rows behind those of `whole`. It notes errors in `err`. Nothing else is done with `whole` until all parts
 * have joined. */
void builder_begin_part(const FrameBuilder *whole, FrameBuilder *part, Error *err, int offset, int rows, int line);
/* What `part` has read comes behind the rows of `whole`. */
void builder_join(FrameBuilder *whole, const FrameBuilder *part);
/* Gives the frame away, or says what is wrong with it: then a frame that was continued is as it was. */
MUST_USE Status builder_finish(FrameBuilder *builder, Frame *frame);
void builder_deinit(FrameBuilder *builder); /* of a part, too */

/* Between frame_builder.c and frame_titles.c. */
/* A text of the file as UTF-8, without the blanks around it; valid until the next row. */
const char *builder_keep_text(FrameBuilder *builder, const char *text, size_t length);
void *builder_resize(void *old, size_t count, size_t size);
void builder_take_title(FrameBuilder *builder, const char *text, size_t length);
void builder_end_title(FrameBuilder *builder);
/* Counts the columns before the first that is kept as words. */
void builder_find_numeric(FrameBuilder *builder);
/* Names the columns by the title row, or "column 1", "column 2" ... */
void builder_name_columns(FrameBuilder *builder, bool by_title, int columns);

#endif
