#include "data/frame_builder.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/machine.h"
#include "base/str.h"
#include "data/number.h"

enum { NUMBER_MAX = 64 /* bytes of a number that is copied before it is read */ };

/* --- messages ----------------------------------------------------------------------------------------------------- */

void builder_fail(FrameBuilder *builder, const char *what) {
  if (builder->status != STATUS_OK) {
    return;
  }
  builder->plain_columns = 0;
  int column = builder->column;
  builder->status = builder->named && column < builder->columns
                        ? error_set(builder->err, STATUS_PARSE, "%s:%d: column '%s' (%d): %s", builder->path,
                                    builder->row_line, builder->named[column].name, column + 1, what)
                        : error_set(builder->err, STATUS_PARSE, "%s:%d: column %d: %s", builder->path,
                                    builder->row_line, column + 1, what);
}

/* --- memory that grows -------------------------------------------------------------------------------------------- */

void *builder_resize(void *old, size_t count, size_t size) {
  void *memory = realloc(old, count * size);
  if (!memory) {
    fatal("out of memory: %zu objects of %zu bytes", count, size);
  }
  return memory;
}

/* The cells that may be: what the machine's memory holds, and no more than FRAME_MAX_CELLS. */
static size_t most_cells(void) {
  size_t held = (size_t)machine_memory() / sizeof(float);
  return held < FRAME_MAX_CELLS ? held : FRAME_MAX_CELLS;
}

static void fail_too_large(FrameBuilder *builder, double rows, const char *about) {
  builder->plain_columns = 0;
  builder->status =
      error_set(builder->err, STATUS_RANGE,
                "%s: %s%.0f rows of %d columns are more than the %zu million cells that can be held: give "
                "it a part of the file",
                builder->path, about, rows, builder->columns, most_cells() / 1000000);
}

/* Room for that many rows and some more. Pages that nothing was written to take no memory: growing generously costs
 * nothing. */
static bool grow_cells(FrameBuilder *builder, size_t rows) {
  size_t columns = (size_t)builder->columns, room = rows + rows / 2 + 256;
  float *larger = NULL;
  if (rows * columns <= most_cells()) {
    larger = realloc(builder->cells, room * columns * sizeof *larger);
  }
  if (!larger) {
    fail_too_large(builder, (double)rows, "");
    return false;
  }
  builder->cells = larger;
  builder->room = room;
  return true;
}

void builder_check_room(FrameBuilder *builder, double share) {
  double rows = builder->rows_before + (builder->frame.rows - builder->rows_before) / share;
  if (builder->status == STATUS_OK && rows * builder->columns > (double)most_cells()) {
    fail_too_large(builder, rows, "about ");
  }
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static bool is_utf8(const char *text) {
  uint32_t code;
  for (int bytes; (bytes = utf8_decode(text, &code)) > 0; text += bytes) {
    if (bytes == 1 && (unsigned char)*text >= 0x80) {
      return false;
    }
  }
  return true;
}

static void trim(const char **text, size_t *length) {
  while (*length > 0 && isspace((unsigned char)**text)) {
    (*text)++;
    (*length)--;
  }
  while (*length > 0 && isspace((unsigned char)(*text)[*length - 1])) {
    (*length)--;
  }
}

/* Writes Latin-1 as UTF-8, which takes at most twice the bytes; returns them. */
static size_t write_latin1(char *out, const char *text, size_t length) {
  size_t used = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte >= 0x80) {
      out[used++] = (char)(0xC0u | byte >> 6);
      out[used++] = (char)(0x80u | (byte & 0x3Fu));
    } else {
      out[used++] = (char)byte;
    }
  }
  out[used] = '\0';
  return used;
}

const char *builder_keep_text(FrameBuilder *builder, const char *text, size_t length) {
  trim(&text, &length);
  size_t needed = builder->row_text_used + 2 * length + 1;
  if (needed > builder->row_text_room) {
    builder->row_text_room = 2 * needed;
    builder->row_text = builder_resize(builder->row_text, builder->row_text_room, 1);
  }
  char *out = builder->row_text + builder->row_text_used;
  memcpy(out, text, length);
  out[length] = '\0';
  if (builder->format.encoding != ENCODING_UTF8 && (builder->format.encoding == ENCODING_LATIN1 || !is_utf8(out))) {
    builder->latin1 |= !is_utf8(out);
    length = write_latin1(out, text, length);
  }
  builder->row_text_used += length + 1;
  return out;
}

static void take_word(FrameBuilder *builder, int column, const char *text, size_t length) {
  if (memchr(text, '\0', length)) {
    builder_fail(builder, "a NUL byte: is this a text file?");
    return;
  }
  if (builder->pending_count == builder->pending_room) {
    builder->pending_room = 2 * builder->pending_room + 16;
    builder->pending = builder_resize(builder->pending, (size_t)builder->pending_room, sizeof *builder->pending);
  }
  const char *kept = builder_keep_text(builder, text, length);
  builder->pending[builder->pending_count++] =
      (Pending){builder->frame.rows, column, (size_t)(kept - builder->row_text)};
}

static uint32_t intern(FrameBuilder *builder, Interner *words, const char *text) {
  int number = interner_find(words, text);
  if (number < 0 && words->count < FRAME_MAX_WORDS && builder->word_bytes < FRAME_MAX_WORD_BYTES) {
    builder->word_bytes += strlen(text) + 1;
    number = interner_add(words, builder->arena, text);
  }
  return number >= 0 ? (uint32_t)number + 1 : CELL_OTHER;
}

/* --- fields ------------------------------------------------------------------------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* One, two or three digits: the fields of pictures, counts, classes. */
static inline bool take_small(const char *text, size_t length, float *cell) {
  if (length - 1 > 2 || !is_digit(text[0])) {
    return false;
  }
  int value = text[0] - '0';
  for (size_t i = 1; i < length; i++) {
    if (!is_digit(text[i])) {
      return false;
    }
    value = 10 * value + (text[i] - '0');
  }
  *cell = (float)value;
  return true;
}

/* A number whose decimal sign is a comma, or with blanks around it. */
static NumberResult read_copied(const char *text, size_t length, bool comma, float *value) {
  char copy[NUMBER_MAX];
  trim(&text, &length);
  if (length >= sizeof copy || (comma && memchr(text, '.', length))) {
    return NUMBER_NONE;
  }
  memcpy(copy, text, length);
  copy[length] = '\0';
  char *mark = comma ? memchr(copy, ',', length) : NULL;
  if (mark) {
    *mark = '.';
  }
  return number_parse(copy, length, value);
}

static NumberResult read_number(const FrameBuilder *builder, const char *text, size_t length, float *value) {
  bool comma = builder->format.decimal == DECIMAL_COMMA;
  bool blanks = length > 0 && (isspace((unsigned char)text[0]) || isspace((unsigned char)text[length - 1]));
  return comma || blanks ? read_copied(text, length, comma, value) : number_parse(text, length, value);
}

static void take_cell(FrameBuilder *builder, int column, const char *text, size_t length) {
  float *cell = &builder->row[column];
  if (!builder->named[column].verbatim && read_number(builder, text, length, cell) == NUMBER_OK) {
    return;
  }
  *cell = cell_of_code(CELL_MISSING);
  trim(&text, &length);
  if (!frame_is_missing(text, length)) {
    take_word(builder, column, text, length);
  }
}

static void take_field(FrameBuilder *builder, const char *text, size_t length) {
  if (builder->titles_due > 0 || builder->columns == 0) {
    builder_take_title(builder, text, length);
    return;
  }
  int column = builder->column;
  if (builder->places) {
    column = column < builder->place_count ? builder->places[column] : -1;
  }
  if (column >= 0 && column < builder->columns) {
    take_cell(builder, column, text, length);
  } else if (!builder->places || builder->column >= builder->place_count) {
    builder->extra |= length > 0;
  }
}

/* A field that is a number as it stands, in a row whose fields go into its cells in order. */
static inline bool take_number(FrameBuilder *builder, const char *text, size_t length) {
  float *cell = &builder->row[builder->column];
  return take_small(text, length, cell) ||
         (builder->format.decimal != DECIMAL_COMMA && number_parse(text, length, cell) == NUMBER_OK);
}

void builder_take_field(void *text, size_t length, void *data) {
  FrameBuilder *builder = data;
  if (builder->column < builder->plain_columns && take_number(builder, text, length)) {
    builder->column++;
  } else if (builder->status == STATUS_OK) {
    take_field(builder, text, length);
    builder->column += builder->status == STATUS_OK;
  }
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static void start_row(FrameBuilder *builder) {
  builder->column = builder->title_count = builder->plain_columns = 0;
  builder->pending_count = builder->words_kept;
  builder->row_text_used = builder->text_kept;
  builder->extra = false;
  if (builder->columns == 0 || builder->status != STATUS_OK) {
    return;
  }
  size_t rows = (size_t)builder->frame.rows;
  if (rows == builder->room && (builder->is_part || !grow_cells(builder, rows + 1))) {
    return;
  }
  builder->row = builder->cells + rows * (size_t)builder->columns;
  builder->plain_columns = builder->titles_due > 0 || builder->places ? 0 : builder->numeric_columns;
  for (int c = 0; builder->places && c < builder->columns; c++) {
    builder->row[c] = cell_of_code(CELL_MISSING);
  }
}

/* The words of rows that have ended go into their cells; row 0 of the words is `row`. */
static void place_words(FrameBuilder *builder, const FrameBuilder *from, size_t row) {
  for (int i = 0; i < from->pending_count; i++) {
    const Pending *word = &from->pending[i];
    size_t place = (row + (size_t)word->row) * (size_t)builder->columns + (size_t)word->column;
    builder->cells[place] = cell_of_code(intern(builder, &builder->words[word->column], from->row_text + word->text));
  }
}

static void end_values(FrameBuilder *builder) {
  if (builder->extra) {
    builder->frame.first_long_line =
        builder->frame.long_rows++ > 0 ? builder->frame.first_long_line : builder->row_line;
    return;
  }
  builder->frame.short_rows += builder->column < (builder->places ? builder->place_count : builder->columns);
  for (int c = builder->column; c < builder->columns && !builder->places; c++) {
    builder->row[c] = cell_of_code(CELL_MISSING);
  }
  if (builder->is_part) {
    builder->words_kept = builder->pending_count;
    builder->text_kept = builder->row_text_used;
  } else {
    place_words(builder, builder, 0);
  }
  builder->frame.rows++;
}

/* The first row of a file without a header is a title that turns out to be values. */
static void end_first_row(FrameBuilder *builder) {
  int count = builder->title_count;
  char **fields = builder->title;
  builder_name_columns(builder, false, count);
  start_row(builder);
  for (int c = 0; c < count && builder->status == STATUS_OK; c++) {
    builder_take_field(fields[c], strlen(fields[c]), builder);
  }
}

void builder_end_row(int terminator, void *data) {
  (void)terminator;
  FrameBuilder *builder = data;
  builder->row_ended = true;
  if (builder->status == STATUS_OK && builder->titles_due > 0) {
    builder_end_title(builder);
  } else if (builder->status == STATUS_OK) {
    if (builder->columns == 0) {
      end_first_row(builder);
    }
    if (builder->status == STATUS_OK) {
      end_values(builder);
    }
  }
  if (builder->status == STATUS_OK) {
    builder->row_line += builder->row_is_line;
    start_row(builder);
  }
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

bool builder_takes_parts(const FrameBuilder *builder) {
  return builder->status == STATUS_OK && builder->columns > 0 && builder->titles_due == 0 && !builder->places;
}

bool builder_reserve(FrameBuilder *builder, int rows) {
  size_t wanted = (size_t)builder->frame.rows + (size_t)rows;
  return wanted < builder->room || grow_cells(builder, wanted + 1);
}

void builder_begin_part(const FrameBuilder *whole, FrameBuilder *part, Error *err, int offset, int rows, int line) {
  size_t first = (size_t)whole->frame.rows + (size_t)offset;
  *part = (FrameBuilder){.path = whole->path,
                         .err = err,
                         .format = whole->format,
                         .row_line = line,
                         .row_is_line = true,
                         .pending = part->pending,
                         .pending_room = part->pending_room,
                         .row_text = part->row_text,
                         .row_text_room = part->row_text_room,
                         .is_part = true,
                         .columns = whole->columns,
                         .numeric_columns = whole->numeric_columns,
                         .named = whole->named,
                         .cells = whole->cells + first * (size_t)whole->columns,
                         .room = (size_t)rows};
  start_row(part);
}

void builder_join(FrameBuilder *whole, const FrameBuilder *part) {
  if (whole->status != STATUS_OK) {
    return;
  }
  if (part->status != STATUS_OK) {
    whole->plain_columns = 0;
    whole->status = part->status;
    *whole->err = *part->err;
    return;
  }
  size_t columns = (size_t)whole->columns, rows = (size_t)whole->frame.rows;
  float *place = whole->cells + rows * columns;
  if (place != part->cells) { /* rows before it were left out */
    memmove(place, part->cells, (size_t)part->frame.rows * columns * sizeof *place);
  }
  place_words(whole, part, rows);
  whole->latin1 |= part->latin1;
  whole->frame.rows += part->frame.rows;
  whole->frame.short_rows += part->frame.short_rows;
  whole->frame.first_long_line =
      whole->frame.long_rows > 0 ? whole->frame.first_long_line : part->frame.first_long_line;
  whole->frame.long_rows += part->frame.long_rows;
  start_row(whole);
}

/* --- from beginning to end ---------------------------------------------------------------------------------------- */

void builder_init(FrameBuilder *builder, Arena *arena, const char *path, Error *err) {
  *builder = (FrameBuilder){.arena = arena, .path = path, .err = err};
}

void builder_continue(FrameBuilder *builder, Frame *frame) {
  size_t columns = (size_t)frame->columns;
  builder->appends = true;
  builder->by_place = frame->format.header != HEADER_YES;
  builder->columns = frame->columns;
  builder->named = frame->column;
  builder_find_numeric(builder);
  builder->frame.rows = builder->rows_before = frame->rows;
  builder->room = (size_t)frame->rows;
  builder->cells = frame->cells;
  arena_disown(builder->arena, frame->cells);
  frame->cells = NULL;
  builder->words = builder_resize(NULL, columns, sizeof *builder->words);
  memset(builder->words, 0, columns * sizeof *builder->words);
  for (size_t c = 0; c < columns; c++) {
    for (int w = 0; w < frame->column[c].words; w++) {
      (void)interner_add(&builder->words[c], builder->arena, frame->column[c].word[w].text);
    }
  }
}

void builder_start(FrameBuilder *builder, const CsvFormat *format) {
  builder->format = *format;
  builder->titles_due = format->count_line + (format->header == HEADER_YES) + format->units_line;
  start_row(builder);
}

static Status check_rows(FrameBuilder *builder) {
  int rows = builder->frame.rows - builder->rows_before, dropped = builder->frame.long_rows;
  if (builder->columns == 0) {
    return error_set(builder->err, STATUS_PARSE, "%s: empty: rows of values are needed", builder->path);
  }
  if (dropped > 0 && dropped > rows / 10) {
    return error_set(builder->err, STATUS_PARSE,
                     "%s:%d: %d of %d rows have more fields than the %d column%s: is the delimiter (%s) right, is a "
                     "quote missing?",
                     builder->path, builder->frame.first_long_line, dropped, rows + dropped, builder->columns,
                     builder->columns == 1 ? "" : "s", DELIMITER_NAMES[builder->format.delimiter]);
  }
  if (builder->appends && rows == 0) {
    return error_set(builder->err, STATUS_PARSE, "%s: no row of values", builder->path);
  }
  return STATUS_OK;
}

static void list_words(FrameBuilder *builder, Word **words) {
  for (int c = 0; c < builder->columns; c++) {
    const Interner *interner = &builder->words[c];
    words[c] = ARENA_ARRAY(builder->arena, Word, (size_t)interner->count);
    for (int w = 0; w < interner->count; w++) {
      words[c][w].text = interner->text[w];
    }
    const FrameColumn *named = &builder->named[c];
    builder->named[c] = (FrameColumn){.name = named->name,
                                      .named = named->named,
                                      .verbatim = named->verbatim,
                                      .words = interner->count,
                                      .word = words[c]};
  }
}

static void count_cells(FrameBuilder *builder, Word **words) {
  for (int r = 0; r < builder->frame.rows; r++) {
    const float *row = builder->cells + (size_t)r * (size_t)builder->columns;
    for (int c = 0; c < builder->columns; c++) {
      uint32_t code = cell_code(row[c]);
      if (cell_is_number(row[c])) {
        builder->named[c].numbers++;
      } else if (code == CELL_MISSING) {
        builder->named[c].missing++;
      } else if (code == CELL_OTHER) {
        builder->named[c].others++;
      } else {
        words[c][code - 1].rows++;
      }
    }
  }
}

/* The matrix goes to the arena, without the room that was not needed. */
static float *give_cells(FrameBuilder *builder) {
  size_t needed = (size_t)builder->frame.rows * (size_t)builder->columns * sizeof *builder->cells;
  if (needed == 0) {
    return NULL;
  }
  float *cells = builder_resize(builder->cells, needed, 1);
  builder->cells = NULL;
  arena_adopt(builder->arena, cells);
  return cells;
}

static void fill_frame(FrameBuilder *builder, Frame *frame) {
  Word **words = ARENA_ARRAY(builder->arena, Word *, (size_t)builder->columns);
  list_words(builder, words);
  count_cells(builder, words);
  if (builder->appends) {
    frame->test_rows = builder->frame.rows - builder->rows_before;
    frame->rows = builder->frame.rows;
    return;
  }
  *frame = builder->frame;
  frame->format = builder->format;
  frame->format.encoding = builder->latin1 ? ENCODING_LATIN1 : ENCODING_UTF8;
  frame->columns = builder->columns;
  frame->column = builder->named;
  frame->row_names = builder->format.row_names;
  frame->cells = give_cells(builder);
}

Status builder_finish(FrameBuilder *builder, Frame *frame) {
  Status status = builder->status == STATUS_OK ? check_rows(builder) : builder->status;
  if (status == STATUS_OK) {
    fill_frame(builder, frame);
  }
  if (builder->appends) {
    frame->cells = give_cells(builder);
  }
  return status;
}

void builder_deinit(FrameBuilder *builder) {
  for (int c = 0; builder->words && c < builder->columns; c++) {
    interner_deinit(&builder->words[c]);
  }
  free(builder->words);
  free(builder->title);
  free(builder->pending);
  free(builder->row_text);
  if (!builder->is_part) {
    free(builder->cells);
  }
}
