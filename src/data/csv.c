#include "data/csv.h"

#include <csv.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/str.h"
#include "data/interner.h"
#include "data/number.h"
#include "data/source.h"

enum {
  CHUNK = 1 << 20,
  FIELD_BUFFER = CSV_MAX_FIELD + 2, /* libcsv's buffer holds one field and a 0 byte, and is never quite full */
  DECIMAL_MAX = 64                  /* bytes of a number with a decimal comma */
};

/* A word of the row that is being read: it counts when the row does. */
typedef struct Pending {
  int column;
  size_t text; /* its place in `row_text` */
} Pending;

/* What libcsv's callbacks share. They cannot return an error, so the first one is kept in `status` and `err`, and
 * everything after it is skipped. libcsv passes over blank lines in silence, so lines are counted here. */
typedef struct Reader {
  Arena *arena;
  const char *path;
  Error *err;
  Status status;
  CsvFormat format;
  struct csv_parser parser;
  bool appends;      /* to a frame that is there */
  bool by_place;     /* its columns, or these, have no names */
  const int *places; /* (columns of the file) where its columns go in the frame, -1: nowhere; NULL: in order */
  int place_count;

  int line;       /* that libcsv is being given */
  int row_line;   /* in which the row began: a quoted field may go on over several lines */
  bool row_ended; /* since the line began */
  bool by_piece;  /* every line that libcsv is being given is a row */
  bool latin1;    /* a field was no UTF-8 */
  int titles_due; /* rows before the first one of values: the count line, the header */

  int column;   /* fields of the row so far */
  bool extra;   /* the row has a field too many that is not empty */
  char **title; /* (title_count) the fields of a title row */
  int title_count, title_room;
  Pending *pending;
  int pending_count, pending_room;
  char *row_text;
  size_t row_text_used, row_text_room;

  int columns; /* of the frame; 0: not known yet */
  Interner *words;
  FrameColumn *named;
  float *cells; /* (rows, columns) and room for the row that is being read */
  size_t room;  /* rows */
  Frame frame;  /* what is counted on the way */
} Reader;

/* --- messages ------------------------------------------------------------------------------------------------------
 */

static void fail(Reader *reader, const char *what) {
  if (reader->status != STATUS_OK) {
    return;
  }
  bool named = reader->named && reader->column < reader->columns;
  reader->status = named ? error_set(reader->err, STATUS_PARSE, "%s:%d: column '%s' (%d): %s", reader->path,
                                     reader->row_line, reader->named[reader->column].name, reader->column + 1, what)
                         : error_set(reader->err, STATUS_PARSE, "%s:%d: column %d: %s", reader->path, reader->row_line,
                                     reader->column + 1, what);
}

/* --- memory that grows ----------------------------------------------------------------------------------------------
 */

static void *resized(void *old, size_t count, size_t size) {
  void *memory = realloc(old, count * size);
  if (!memory) {
    fatal("out of memory: %zu objects of %zu bytes", count, size);
  }
  return memory;
}

static size_t machine_bytes(void) { return (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE); }

/* Pages that nothing was written to take no memory: growing generously costs nothing. */
static bool grow_cells(Reader *reader) {
  size_t room = reader->room > 0 ? reader->room + reader->room / 2 + 1 : 256;
  size_t cells = room * (size_t)reader->columns, needed = (size_t)reader->frame.rows * (size_t)reader->columns;
  float *larger = NULL;
  if (needed <= CSV_MAX_CELLS && needed * sizeof *larger < machine_bytes()) {
    larger = realloc(reader->cells, cells * sizeof *larger);
  }
  if (!larger) {
    reader->status =
        error_set(reader->err, STATUS_RANGE,
                  "%s:%d: too large: %d rows of %d columns are more than this machine's memory holds: give "
                  "it a part of the file",
                  reader->path, reader->row_line, reader->frame.rows, reader->columns);
    return false;
  }
  reader->cells = larger;
  reader->room = room;
  return true;
}

/* --- fields ----------------------------------------------------------------------------------------------------------
 */

int csv_is_missing(const char *text, size_t length) {
  static const char *const words[] = {"na",   "n/a",     "nan",  "null", "?",    "-",         "--",     ".",
                                      "<na>", "#n/a",    "#na",  "inf",  "nil",  "infinity",  "1.#ind", "1.#qnan",
                                      "-nan", "-1.#ind", "none", "-inf", "+inf", "-infinity", "missing"};
  enum { LONGEST = 9 };
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
    length--;
  }
  if (length == 0) {
    return 1;
  }
  for (size_t i = 0; length <= LONGEST && i < sizeof words / sizeof *words; i++) {
    if (strlen(words[i]) == length && strncasecmp(words[i], text, length) == 0) {
      return strcmp(words[i], "none") != 0 || *text == 'N'; /* "none" is a word like others */
    }
  }
  return 0;
}

static bool is_utf8(const char *text) {
  uint32_t code;
  for (int bytes; (bytes = utf8_decode(text, &code)) > 0; text += bytes) {
    if (bytes == 1 && (unsigned char)*text >= 0x80) {
      return false;
    }
  }
  return true;
}

/* Room for `length` bytes more of the row's text; each byte of Latin-1 takes two of UTF-8. */
static char *row_text_end(Reader *reader, size_t length) {
  if (reader->row_text_used + length > reader->row_text_room) {
    reader->row_text_room = 2 * (reader->row_text_used + length);
    reader->row_text = resized(reader->row_text, reader->row_text_room, 1);
  }
  return reader->row_text + reader->row_text_used;
}

/* Keeps a text of the row as UTF-8, without the blanks around it. */
static size_t keep_text(Reader *reader, const char *text, size_t length) {
  while (length > 0 && isspace((unsigned char)*text)) {
    text++;
    length--;
  }
  while (length > 0 && isspace((unsigned char)text[length - 1])) {
    length--;
  }
  size_t place = reader->row_text_used;
  char *out = row_text_end(reader, 2 * length + 1);
  memcpy(out, text, length);
  out[length] = '\0';
  if (reader->format.encoding == ENCODING_LATIN1 || (reader->format.encoding == ENCODING_AUTO && !is_utf8(out))) {
    reader->latin1 |= !is_utf8(out);
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
    length = used;
  }
  reader->row_text_used += length + 1;
  return place;
}

static void take_word(Reader *reader, int column, const char *text, size_t length) {
  if (memchr(text, '\0', length)) {
    fail(reader, "a NUL byte: is this a text file?");
    return;
  }
  size_t place = keep_text(reader, text, length);
  if (csv_is_missing(reader->row_text + place, strlen(reader->row_text + place))) {
    return; /* but for blanks of other kinds around it */
  }
  if (reader->pending_count == reader->pending_room) {
    reader->pending_room = 2 * reader->pending_room + 16;
    reader->pending = resized(reader->pending, (size_t)reader->pending_room, sizeof *reader->pending);
  }
  reader->pending[reader->pending_count++] = (Pending){column, place};
}

static NumberResult parse_number(const Reader *reader, const char *text, size_t length, float *value) {
  while (length > 0 && *text == ' ') {
    text++;
    length--;
  }
  char copy[DECIMAL_MAX];
  bool blanks = length > 0 && text[length - 1] == ' ', comma = reader->format.decimal == DECIMAL_COMMA;
  if ((blanks || comma) && length < sizeof copy) {
    while (length > 0 && text[length - 1] == ' ') {
      length--;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *mark = comma ? memchr(copy, ',', length) : NULL;
    if (mark) {
      *mark = '.';
    }
    return comma && memchr(text, '.', length) ? NUMBER_NONE : number_parse(copy, length, value);
  }
  return number_parse(text, length, value);
}

static void take_cell(Reader *reader, int column, const char *text, size_t length) {
  float *cell = &reader->cells[(size_t)reader->frame.rows * (size_t)reader->columns + (size_t)column];
  if (parse_number(reader, text, length, cell) == NUMBER_OK) {
    return;
  }
  *cell = cell_of_code(CELL_MISSING);
  if (!csv_is_missing(text, length)) {
    take_word(reader, column, text, length);
  }
}

static void take_title(Reader *reader, const char *text, size_t length) {
  if (reader->title_count == FRAME_MAX_COLUMNS) {
    reader->status = error_set(reader->err, STATUS_PARSE, "%s:%d: more than %d columns", reader->path, reader->row_line,
                               FRAME_MAX_COLUMNS);
    return;
  }
  if (memchr(text, '\0', length)) {
    fail(reader, "a NUL byte: is this a text file?");
    return;
  }
  if (reader->title_count == reader->title_room) {
    reader->title_room = 2 * reader->title_room + 16;
    reader->title = resized(reader->title, (size_t)reader->title_room, sizeof *reader->title);
  }
  size_t place = keep_text(reader, text, length);
  reader->title[reader->title_count++] = arena_strdup(reader->arena, reader->row_text + place);
  reader->row_text_used = place;
}

static void on_field(void *field, size_t length, void *data) {
  Reader *reader = data;
  if (reader->status != STATUS_OK) {
    return;
  }
  if (reader->titles_due > 0 || reader->columns == 0) {
    take_title(reader, field, length);
  } else {
    int column = reader->column;
    if (reader->places) {
      column = column < reader->place_count ? reader->places[column] : -1;
    }
    if (column >= 0 && column < reader->columns) {
      take_cell(reader, column, field, length);
    } else if (!reader->places) {
      reader->extra |= length > 0;
    }
  }
  reader->column++;
}

/* --- names -----------------------------------------------------------------------------------------------------------
 */

/* Gives column `c` its name: printable, not empty, unlike those before. */
static void name_column(Reader *reader, Interner *taken, int c, const char *text) {
  char name[FRAME_NAME_SIZE], first[FRAME_NAME_SIZE];
  str_printable(first, sizeof first, text);
  bool named = *first != '\0';
  if (!named) {
    (void)snprintf(first, sizeof first, "column %d", c + 1);
  }
  str_copy(name, sizeof name, first);
  for (int again = 2; interner_find(taken, name) >= 0; again++) {
    char mark[16];
    (void)snprintf(mark, sizeof mark, " (%d)", again);
    str_copy(name, sizeof name - strlen(mark), first);
    str_copy(name + strlen(name), sizeof name - strlen(name), mark);
  }
  reader->named[c] =
      (FrameColumn){.name = reader->frame.columns >= 0 ? arena_strdup(reader->arena, name) : NULL, .named = named};
  (void)interner_add(taken, reader->arena, name);
}

static void name_columns(Reader *reader, char **names, int count, int columns) {
  Interner taken = {.count = 0};
  reader->columns = columns;
  reader->named = ARENA_ARRAY(reader->arena, FrameColumn, (size_t)columns);
  reader->words = resized(NULL, (size_t)columns, sizeof *reader->words);
  memset(reader->words, 0, (size_t)columns * sizeof *reader->words);
  for (int c = 0; c < columns; c++) {
    int from = reader->format.row_names ? c - 1 : c;
    bool rows_named = reader->format.row_names && c == 0;
    name_column(reader, &taken, c, rows_named ? "row names" : names && from < count ? names[from] : "");
    reader->named[c].named &= !rows_named;
  }
  interner_deinit(&taken);
}

static bool is_empty_title(const char *text) { return *text == '\0'; }

static void end_count_line(Reader *reader) {
  int names = 0;
  for (int i = 2; i < reader->title_count; i++) {
    names += !is_empty_title(reader->title[i]);
  }
  const char **list = ARENA_ARRAY(reader->arena, const char *, (size_t)names);
  for (int i = 2; i < reader->title_count; i++) {
    if (!is_empty_title(reader->title[i])) {
      char shown[FRAME_NAME_SIZE];
      str_printable(shown, sizeof shown, reader->title[i]);
      list[reader->frame.class_names++] = arena_strdup(reader->arena, shown);
    }
  }
  reader->frame.class_name = list;
  reader->format.count_line = false;
}

/* The first row of a file without a header is a title that turns out to be values. */
static void end_first_row(Reader *reader) {
  name_columns(reader, NULL, 0, reader->title_count);
  if (!grow_cells(reader)) {
    return;
  }
  for (int c = 0; c < reader->columns; c++) {
    take_cell(reader, c, reader->title[c], strlen(reader->title[c]));
  }
}

/* --- rows ------------------------------------------------------------------------------------------------------------
 */

static void settle_words(Reader *reader) {
  float *row = reader->cells + (size_t)reader->frame.rows * (size_t)reader->columns;
  for (int i = 0; i < reader->pending_count; i++) {
    Interner *words = &reader->words[reader->pending[i].column];
    const char *text = reader->row_text + reader->pending[i].text;
    int number = words->count < FRAME_MAX_WORDS ? interner_add(words, reader->arena, text) : interner_find(words, text);
    row[reader->pending[i].column] = cell_of_code(number >= 0 ? (uint32_t)number + 1 : CELL_OTHER);
  }
}

static void end_values(Reader *reader) {
  if (reader->extra) {
    reader->frame.first_long_line = reader->frame.long_rows == 0 ? reader->row_line : reader->frame.first_long_line;
    reader->frame.long_rows++;
    return;
  }
  int given = reader->places ? reader->place_count : reader->columns;
  reader->frame.short_rows += reader->column < given;
  float *row = reader->cells + (size_t)reader->frame.rows * (size_t)reader->columns;
  for (int c = reader->column; c < reader->columns && !reader->places; c++) {
    row[c] = cell_of_code(CELL_MISSING);
  }
  settle_words(reader);
  if (reader->frame.rows == INT_MAX) {
    fail(reader, "more rows than can be counted");
    return;
  }
  reader->frame.rows++;
}

static void start_row(Reader *reader) {
  reader->column = reader->title_count = reader->pending_count = 0;
  reader->row_text_used = 0;
  reader->extra = false;
  if (reader->columns == 0 || reader->status != STATUS_OK) {
    return;
  }
  if ((size_t)reader->frame.rows == reader->room && !grow_cells(reader)) {
    return;
  }
  float *row = reader->cells + (size_t)reader->frame.rows * (size_t)reader->columns;
  for (int c = 0; reader->places && c < reader->columns; c++) {
    row[c] = cell_of_code(CELL_MISSING);
  }
}

/* Where the columns of a file of test rows go: by name, or by place where one of the files has no names. */
static void place_columns(Reader *reader) {
  int count = reader->title_count;
  int *places = ARENA_ARRAY(reader->arena, int, (size_t)count);
  bool *given = ARENA_ARRAY(reader->arena, bool, (size_t)reader->columns);
  for (int i = 0; i < count; i++) {
    char name[FRAME_NAME_SIZE];
    str_printable(name, sizeof name, reader->title[i]);
    places[i] = -1;
    for (int c = 0; c < reader->columns && places[i] < 0; c++) {
      bool same = !given[c] && (reader->by_place ? c == i : strcmp(reader->named[c].name, name) == 0);
      places[i] = same ? c : -1;
      given[c] |= same;
    }
  }
  for (int c = 0; c < reader->columns && reader->status == STATUS_OK; c++) {
    if (!given[c]) {
      reader->status = error_set(reader->err, STATUS_PARSE,
                                 "%s:%d: no column '%s', which the training file has: test rows need the same columns",
                                 reader->path, reader->row_line, reader->named[c].name);
    }
  }
  reader->places = places;
  reader->place_count = count;
}

static void end_title(Reader *reader) {
  reader->titles_due--;
  if (reader->format.count_line) {
    end_count_line(reader);
  } else if (reader->appends) {
    place_columns(reader);
  } else if (reader->columns == 0) {
    name_columns(reader, reader->title, reader->title_count, reader->title_count + (reader->format.row_names ? 1 : 0));
  }
}

static void on_row(int terminator, void *data) {
  (void)terminator;
  Reader *reader = data;
  reader->row_ended = true;
  if (reader->status == STATUS_OK && reader->titles_due > 0) {
    end_title(reader);
  } else if (reader->status == STATUS_OK) {
    if (reader->columns == 0) {
      end_first_row(reader);
    }
    if (reader->status == STATUS_OK) {
      end_values(reader);
    }
  }
  reader->row_line += reader->by_piece;
  start_row(reader);
}

/* --- lines -----------------------------------------------------------------------------------------------------------
 */

static void *field_realloc(void *buffer, size_t size) { return size > FIELD_BUFFER ? NULL : resized(buffer, size, 1); }

static bool is_blank_line(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n') {
      return false;
    }
  }
  return true;
}

static void give(Reader *reader, const char *text, size_t length) {
  if (length == 0 || reader->status != STATUS_OK) {
    return;
  }
  if (csv_parse(&reader->parser, text, length, on_field, on_row, reader) < length) {
    char what[64];
    (void)snprintf(what, sizeof what, "longer than %d bytes: is a quote left open?", CSV_MAX_FIELD);
    fail(reader, what);
  }
}

/* A line of fields between blanks: one blank between two fields, none at the ends; what is quoted stays. */
static void give_blanks(Reader *reader, const char *text, size_t length) {
  char *line = resized(NULL, length + 2, 1);
  size_t used = 0;
  bool quoted = false;
  for (size_t i = 0; i < length && text[i] != '\n' && text[i] != '\r'; i++) {
    bool blank = !quoted && (text[i] == ' ' || text[i] == '\t');
    quoted ^= text[i] == (char)csv_get_quote(&reader->parser);
    if (!blank) {
      line[used++] = text[i];
    } else if (used > 0 && line[used - 1] != ' ') {
      line[used++] = ' ';
    }
  }
  used -= used > 0 && line[used - 1] == ' ';
  line[used++] = '\n';
  give(reader, line, used);
  free(line);
}

static void give_line(Reader *reader, const char *text, size_t length, bool *in_row) {
  reader->line++;
  reader->row_line = *in_row ? reader->row_line : reader->line;
  reader->row_ended = false;
  bool blank = is_blank_line(text, length);
  if (!*in_row && (blank || format_is_comment(text, length))) {
    reader->frame.blank_lines += blank;
    reader->frame.comment_lines += !blank;
    return;
  }
  if (reader->format.delimiter == DELIMITER_BLANKS && !*in_row) {
    give_blanks(reader, text, length);
  } else {
    give(reader, text, length);
  }
  *in_row = !reader->row_ended;
}

/* Where the line that starts at `start` ends, its line end included: LF, CR LF or CR. 0: not within the text. */
static size_t line_end(const char *text, size_t start, size_t length, bool whole) {
  const char *feed = memchr(text + start, '\n', length - start);
  size_t limit = feed ? (size_t)(feed - text) : length;
  const char *back = memchr(text + start, '\r', limit - start);
  if (!back) {
    return feed ? limit + 1 : whole ? length : 0;
  }
  size_t end = (size_t)(back - text) + 1;
  if (end == length) {
    return whole ? end : 0;
  }
  return text[end] == '\n' ? end + 1 : end;
}

/* Whether every line of the text is a whole row of its own, with nothing that has to be looked at: then libcsv gets
 * it in one piece. */
static bool is_plain(const Reader *reader, const char *text, size_t length) {
  return reader->titles_due == 0 && reader->columns > 0 && reader->format.delimiter != DELIMITER_BLANKS &&
         text[0] != '\n' && !memchr(text, '"', length) && !memchr(text, '\'', length) && !memchr(text, '\r', length) &&
         !memchr(text, '#', length) && !memmem(text, length, "\n\n", 2) && !memmem(text, length, "\n ", 2) &&
         !memmem(text, length, "\n\t", 2) && text[0] != ' ' && text[0] != '\t';
}

/* As many whole lines of the text as there are; returns the bytes taken. */
static size_t give_lines(Reader *reader, const char *text, size_t length, bool whole, bool *in_row) {
  const char *last = memrchr(text, '\n', length);
  size_t lines_end = last ? (size_t)(last - text) + 1 : 0, start = 0;
  while (start < length && reader->status == STATUS_OK) {
    if (!*in_row && start < lines_end && is_plain(reader, text + start, lines_end - start)) {
      int rows = reader->frame.rows + reader->frame.long_rows;
      reader->row_line = reader->line + 1;
      reader->by_piece = true;
      give(reader, text + start, lines_end - start);
      reader->by_piece = false;
      reader->line += reader->frame.rows + reader->frame.long_rows - rows;
      start = lines_end;
      continue;
    }
    size_t end = line_end(text, start, length, whole);
    if (end == 0) {
      break;
    }
    give_line(reader, text + start, end - start, in_row);
    start = end;
  }
  return start;
}

/* --- the whole -------------------------------------------------------------------------------------------------------
 */

static Status check_start(Reader *reader, const char *text, size_t length) {
  if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
    return error_set(reader->err, STATUS_PARSE, "%s: UTF-16 text: save the file as UTF-8", reader->path);
  }
  if (is_blank_line(text, length)) {
    return error_set(reader->err, STATUS_PARSE, "%s: empty: rows of values are needed", reader->path);
  }
  return STATUS_OK;
}

static Status start_reading(Reader *reader, const char *text, size_t length, bool whole) {
  Status status = check_start(reader, text, length);
  if (status != STATUS_OK) {
    return status;
  }
  format_guess(text, length, whole, &reader->format);
  reader->titles_due = (reader->format.count_line ? 1 : 0) + (reader->format.header == HEADER_YES ? 1 : 0);
  csv_set_delim(&reader->parser, (unsigned char)format_separator(reader->format.delimiter));
  /* A quote that no text has: libcsv cannot do without. */
  csv_set_quote(&reader->parser, reader->format.quote == QUOTE_SINGLE ? '\''
                                 : reader->format.quote == QUOTE_NONE ? 0
                                                                      : '"');
  return STATUS_OK;
}

/* Reads the source to its end; `buffer` holds what is not taken yet. */
static Status read_source(Reader *reader, Source *source) {
  size_t room = CHUNK, held = 0, taken, got;
  char *buffer = resized(NULL, room + 1, 1);
  bool started = false, in_row = false, whole = false;
  while (!whole && reader->status == STATUS_OK) {
    if (held == room) {
      room *= 2;
      buffer = resized(buffer, room + 1, 1);
    }
    reader->status = source_read(source, buffer + held, room - held, &got, reader->err);
    held += got;
    if (reader->status != STATUS_OK || (got > 0 && !started && held < room)) {
      continue;
    }
    whole = got == 0;
    size_t skip = 0;
    if (source->at > CSV_MAX_BYTES) {
      reader->status =
          error_set(reader->err, STATUS_RANGE, "%s: over %zu GiB of text", reader->path, CSV_MAX_BYTES >> 30);
    } else if (!started) {
      skip = held >= 3 && memcmp(buffer, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
      reader->status = start_reading(reader, buffer + skip, held - skip, whole);
      started = true;
    }
    if (reader->status == STATUS_OK) {
      taken = skip + give_lines(reader, buffer + skip, held - skip, whole, &in_row);
      memmove(buffer, buffer + taken, held - taken);
      held -= taken;
    }
  }
  give(reader, in_row ? "\n" : "", in_row ? 1 : 0);
  free(buffer);
  if (reader->status == STATUS_OK && in_row && !reader->row_ended) {
    fail(reader, "the quote is never closed");
  }
  return reader->status;
}

static void count_cells(Reader *reader) {
  size_t columns = (size_t)reader->columns;
  for (size_t r = 0; r < (size_t)reader->frame.rows; r++) {
    const float *row = reader->cells + r * columns;
    for (size_t c = 0; c < columns; c++) {
      if (cell_is_number(row[c])) {
        continue;
      }
      FrameColumn *column = &reader->named[c];
      uint32_t code = cell_code(row[c]);
      column->missing += code == CELL_MISSING;
      column->others += code == CELL_OTHER;
      if (code != CELL_MISSING && code != CELL_OTHER) {
        ((Word *)column->word)[code - 1].rows++; /* NOLINT(bugprone-casting-through-void): made below */
      }
    }
  }
}

static void list_words(Reader *reader) {
  for (int c = 0; c < reader->columns; c++) {
    Word *words = ARENA_ARRAY(reader->arena, Word, (size_t)reader->words[c].count);
    for (int w = 0; w < reader->words[c].count; w++) {
      words[w].text = reader->words[c].text[w];
    }
    reader->named[c].words = reader->words[c].count;
    reader->named[c].word = words;
  }
}

static void count_numbers(Reader *reader) {
  for (int c = 0; c < reader->columns; c++) {
    FrameColumn *column = &reader->named[c];
    int words = column->others;
    for (int w = 0; w < column->words; w++) {
      words += column->word[w].rows;
    }
    column->numbers = reader->frame.rows - column->missing - words;
  }
}

static Status check_rows(const Reader *reader) {
  int rows = reader->frame.rows, dropped = reader->frame.long_rows;
  if (reader->columns == 0) {
    return error_set(reader->err, STATUS_PARSE, "%s: empty: rows of values are needed", reader->path);
  }
  if (dropped > 0 && dropped > rows / 10) {
    return error_set(
        reader->err, STATUS_PARSE,
        "%s:%d: %d of %d rows have more fields than the %d columns: is the delimiter (%s) right, is a quote "
        "missing?",
        reader->path, reader->frame.first_long_line, dropped, rows + dropped, reader->columns,
        DELIMITER_NAMES[reader->format.delimiter]);
  }
  return STATUS_OK;
}

static void finish(Reader *reader, Frame *frame) {
  list_words(reader);
  count_cells(reader);
  count_numbers(reader);
  *frame = reader->frame;
  frame->format = reader->format;
  frame->format.encoding = reader->latin1 ? ENCODING_LATIN1 : ENCODING_UTF8;
  frame->columns = reader->columns;
  frame->column = reader->named;
  frame->row_names = reader->format.row_names;
  frame->cells = reader->cells;
  if (frame->cells) {
    arena_adopt(reader->arena, frame->cells);
  }
  reader->cells = NULL;
}

static void reader_deinit(Reader *reader) {
  csv_free(&reader->parser);
  for (int c = 0; reader->words && c < reader->columns; c++) {
    interner_deinit(&reader->words[c]);
  }
  free(reader->words);
  free(reader->title);
  free(reader->pending);
  free(reader->row_text);
  free(reader->cells);
}

static void reader_init(Reader *reader) {
  int failed = csv_init(&reader->parser, CSV_APPEND_NULL);
  ASSERT(failed == 0);
  csv_set_realloc_func(&reader->parser, field_realloc);
  csv_set_blk_size(&reader->parser, FIELD_BUFFER);
}

static Status read_frame(Arena *arena, Source *source, const CsvFormat *format, Frame *frame, Error *err) {
  Reader reader = {.arena = arena, .path = source->path, .err = err, .format = *format};
  reader_init(&reader);
  Status status = read_source(&reader, source);
  if (status == STATUS_OK) {
    status = check_rows(&reader);
  }
  if (status == STATUS_OK) {
    finish(&reader, frame);
  }
  reader_deinit(&reader);
  return status;
}

Status csv_read(Arena *arena, const char *path, const CsvFormat *format, LoadProgress *progress, Frame *frame,
                Error *err) {
  Source source;
  Status status = source_open(&source, path, progress, err);
  if (status == STATUS_OK) {
    status = read_frame(arena, &source, format, frame, err);
    source_close(&source);
  }
  return status;
}

Status csv_parse_text(Arena *arena, const char *text, size_t length, const char *path, const CsvFormat *format,
                      Frame *frame, Error *err) {
  Source source;
  source_open_memory(&source, text, length, path);
  return read_frame(arena, &source, format, frame, err);
}

/* Takes the frame's rows and words into the reader, as if it had read them. */
static void take_frame(Reader *reader, const Frame *frame, float *cells) {
  size_t columns = (size_t)frame->columns;
  reader->columns = frame->columns;
  reader->named = frame->column;
  reader->cells = cells;
  reader->room = (size_t)frame->rows;
  reader->frame.rows = frame->rows;
  reader->words = resized(NULL, columns, sizeof *reader->words);
  memset(reader->words, 0, columns * sizeof *reader->words);
  for (size_t c = 0; c < columns; c++) {
    for (int w = 0; w < frame->column[c].words; w++) {
      (void)interner_add(&reader->words[c], reader->arena, frame->column[c].word[w].text);
    }
  }
}

Status csv_append(Arena *arena, const char *path, LoadProgress *progress, Frame *frame, Error *err) {
  size_t bytes = (size_t)frame->rows * (size_t)frame->columns * sizeof *frame->cells;
  float *cells = resized(NULL, bytes + 1, 1);
  memcpy(cells, frame->cells, bytes);
  bool names = frame->format.header == HEADER_YES;
  Reader reader = {.arena = arena, .path = path, .err = err, .format = {.header = HEADER_AUTO}, .appends = true};
  reader_init(&reader);
  take_frame(&reader, frame, cells);
  reader.by_place = !names;
  Source source;
  Status status = source_open(&source, path, progress, err);
  if (status == STATUS_OK) {
    status = read_source(&reader, &source);
    source_close(&source);
  }
  if (status == STATUS_OK) {
    status = check_rows(&reader);
  }
  if (status == STATUS_OK) {
    int test_rows = reader.frame.rows - frame->rows;
    list_words(&reader);
    frame->rows = reader.frame.rows;
    frame->test_rows = test_rows;
    frame->cells = reader.cells;
    arena_adopt(arena, frame->cells);
    reader.cells = NULL;
    status = test_rows > 0 ? STATUS_OK : error_set(err, STATUS_PARSE, "%s: no row of values", path);
  }
  reader_deinit(&reader);
  return status;
}
