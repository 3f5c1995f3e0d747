#include "data/csv.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fatal.h"
#include "base/str.h"
#include "data/number.h"

/* What libcsv's callbacks share. They cannot return an error, so the first one is kept in `status` and `err`, and
 * everything after it is skipped. libcsv passes over blank lines in silence, so lines are counted here: the text is
 * given to it one line at a time. */
typedef struct Reader {
  Arena *arena;
  const char *path;
  Error *err;
  Status status;
  int line;       /* that libcsv is being given */
  int row_line;   /* in which the row began: a quoted field may go on over several lines */
  int column;     /* fields of the row so far */
  bool row_ended; /* within the line */
  int columns;    /* of the header; 0 before it has ended */
  int header_line;
  const char **raw_names; /* (columns) as they are in the file */
  const char **names;     /* (columns) */
  float *values;          /* (rows, columns) and what there is of the row that is being read */
  size_t count, capacity; /* of values */
  int32_t *lines;
  int rows;
} Reader;

/* A field as a message shows it between quotes: printable, cut after a few words. */
typedef struct Shown {
  char text[48];
} Shown;

static Shown show(const char *text) {
  enum { SHOWN = 32 };
  Shown shown = {""};
  str_printable(shown.text, sizeof shown.text, text);
  if (strlen(shown.text) > SHOWN) {
    char whole[sizeof shown.text];
    memcpy(whole, shown.text, sizeof whole);
    str_copy(shown.text, SHOWN + 1, whole);
    memcpy(shown.text + strlen(shown.text), "...", sizeof "...");
  }
  return shown;
}

const char *csv_place(Arena *scratch, const char *path, int line, const char *name, int column) {
  return arena_printf(scratch, "%s:%d: column '%s' (%d): ", path, line, show(name).text, column + 1);
}

static const char *place(const Reader *reader) {
  if (reader->column < reader->columns) {
    return csv_place(reader->arena, reader->path, reader->row_line, reader->names[reader->column], reader->column);
  }
  return arena_printf(reader->arena, "%s:%d: column %d: ", reader->path, reader->row_line, reader->column + 1);
}

static Status wrong_nul(const Reader *reader) {
  return error_set(reader->err, STATUS_PARSE, "%sa NUL byte: is this a text file?", place(reader));
}

static void take_name(Reader *reader, const char *text, size_t length) {
  if (reader->column == CSV_MAX_COLUMNS) {
    reader->status = error_set(reader->err, STATUS_PARSE, "%s:%d: more than %d columns", reader->path, reader->row_line,
                               CSV_MAX_COLUMNS);
  } else if (memchr(text, '\0', length)) {
    reader->status = wrong_nul(reader);
  } else if (length == 0) {
    reader->status =
        error_set(reader->err, STATUS_PARSE, "%sno name: every column of the header needs one", place(reader));
  } else {
    char printable[CSV_NAME_SIZE];
    str_printable(printable, sizeof printable, text);
    reader->raw_names[reader->column] = arena_strndup(reader->arena, text, length);
    reader->names[reader->column] = arena_strdup(reader->arena, printable);
  }
}

static bool is_missing(const char *text) {
  static const char *const words[] = {"nan", "inf", "infinity", "na", "n/a", "null", "none", "?"};
  text += *text == '-' || *text == '+';
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcasecmp(text, words[i]) == 0) {
      return true;
    }
  }
  return false;
}

static Status wrong_number(const Reader *reader, const char *text, size_t length, NumberResult result) {
  const char *where = place(reader);
  if (length == 0) {
    return error_set(reader->err, STATUS_PARSE, "%sempty: every field needs a number", where);
  }
  if (memchr(text, '\0', length)) {
    return wrong_nul(reader);
  }
  const char *why = result == NUMBER_TOO_LARGE  ? "is too large: numbers go up to 3.4e38"
                    : is_missing(text)          ? "is not a finite number: fill it in or leave the row out"
                    : memchr(text, ',', length) ? "is not a number: the decimal point is '.'"
                                                : "is not a number";
  return error_set(reader->err, STATUS_PARSE, "%s'%s' %s", where, show(text).text, why);
}

static void take_number(Reader *reader, const char *text, size_t length) {
  ASSERT(reader->count < reader->capacity);
  NumberResult result = number_parse(text, length, &reader->values[reader->count]);
  reader->count++;
  if (result != NUMBER_OK) {
    reader->status = wrong_number(reader, text, length, result);
  }
}

static void on_field(void *field, size_t length, void *data) {
  Reader *reader = data;
  if (reader->status != STATUS_OK) {
    return;
  }
  if (reader->columns == 0) {
    take_name(reader, field, length);
  } else if (reader->column < reader->columns) {
    take_number(reader, field, length);
  }
  reader->column++;
}

typedef struct NamedColumn {
  const char *name;
  int column;
} NamedColumn;

static int compare_names(const void *a, const void *b) {
  const NamedColumn *left = a, *right = b;
  int order = strcmp(left->name, right->name);
  return order != 0 ? order : left->column - right->column;
}

/* Sorts, because comparing each with each would take minutes for a header of 65536 columns. */
static Status check_names_differ(const Reader *reader) {
  NamedColumn *sorted = ARENA_ARRAY(reader->arena, NamedColumn, (size_t)reader->columns);
  for (int c = 0; c < reader->columns; c++) {
    sorted[c] = (NamedColumn){reader->raw_names[c], c};
  }
  qsort(sorted, (size_t)reader->columns, sizeof *sorted, compare_names);
  const NamedColumn *first = NULL;
  for (int c = 0; c + 1 < reader->columns; c++) {
    bool same = strcmp(sorted[c].name, sorted[c + 1].name) == 0;
    if (same && (!first || sorted[c + 1].column < first[1].column)) {
      first = &sorted[c];
    }
  }
  return !first ? STATUS_OK
                : error_set(reader->err, STATUS_PARSE, "%s:%d: columns %d and %d are both named '%s': rename one",
                            reader->path, reader->row_line, first[0].column + 1, first[1].column + 1,
                            show(first->name).text);
}

static Status check_header(const Reader *reader) {
  size_t separator = strcspn(reader->raw_names[0], ";\t|");
  if (reader->columns == 1 && reader->raw_names[0][separator] != '\0') {
    return error_set(reader->err, STATUS_PARSE, "%s:%d: only one column: separate the fields by commas, not by '%s'",
                     reader->path, reader->row_line,
                     reader->raw_names[0][separator] == '\t' ? "tab" : (char[2]){reader->raw_names[0][separator]});
  }
  int numbers = 0;
  for (int c = 0; c < reader->columns; c++) {
    float value;
    numbers += number_parse(reader->raw_names[c], strlen(reader->raw_names[c]), &value) != NUMBER_NONE;
  }
  if (numbers == reader->columns) {
    return error_set(reader->err, STATUS_PARSE, "%s:%d: only numbers: the first row must name the columns",
                     reader->path, reader->row_line);
  }
  return check_names_differ(reader);
}

static void end_header(Reader *reader) {
  reader->columns = reader->column;
  reader->header_line = reader->row_line;
  reader->status = check_header(reader);
  reader->lines = ARENA_ARRAY(reader->arena, int32_t, reader->capacity / (size_t)reader->columns + 1);
}

static void end_row(Reader *reader) {
  if (reader->column != reader->columns) {
    reader->status = error_set(reader->err, STATUS_PARSE, "%s:%d: %d field%s, the header has %d", reader->path,
                               reader->row_line, reader->column, reader->column == 1 ? "" : "s", reader->columns);
    return;
  }
  reader->lines[reader->rows++] = reader->row_line;
}

static void on_row(int terminator, void *data) {
  (void)terminator;
  Reader *reader = data;
  if (reader->status != STATUS_OK) {
    return;
  }
  if (reader->columns == 0) {
    end_header(reader);
  } else {
    end_row(reader);
  }
  reader->column = 0;
  reader->row_ended = true;
}

/* Where the line that starts at `start` ends, its line end included: LF, CR LF or CR. */
static size_t line_end(const char *text, size_t start, size_t length) {
  size_t end = start;
  while (end < length && text[end] != '\n' && text[end] != '\r') {
    end++;
  }
  bool both = end + 1 < length && text[end] == '\r' && text[end + 1] == '\n';
  return end == length ? end : end + (both ? 2 : 1);
}

static bool is_blank(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (!strchr(" \t\r\n", text[i]) || text[i] == '\0') {
      return false;
    }
  }
  return true;
}

static Status syntax_error(const Reader *reader, int code) {
  const char *where = place(reader);
  if (code == CSV_EPARSE) {
    return error_set(reader->err, STATUS_PARSE,
                     "%sa '\"' inside the field: quote the whole field and double the quotes in it", where);
  }
  return error_set(reader->err, STATUS_PARSE, "%slonger than %d bytes: is a quote left open?", where, CSV_MAX_FIELD);
}

static void read_text(Reader *reader, struct csv_parser *parser, const char *text, size_t length) {
  bool in_row = false;
  for (size_t start = 0, end; start < length && reader->status == STATUS_OK; start = end) {
    end = line_end(text, start, length);
    reader->line++;
    reader->row_line = in_row ? reader->row_line : reader->line;
    reader->row_ended = false;
    size_t taken = csv_parse(parser, text + start, end - start, on_field, on_row, reader);
    if (taken < end - start && reader->status == STATUS_OK) {
      reader->status = syntax_error(reader, csv_error(parser));
    }
    in_row = !reader->row_ended && (in_row || !is_blank(text + start, end - start));
  }
  /* csv_fini says by its result alone that a quote is open: it resets csv_error. */
  if (reader->status == STATUS_OK && csv_fini(parser, on_field, on_row, reader) != 0) {
    reader->status = error_set(reader->err, STATUS_PARSE, "%sthe quote is never closed", place(reader));
  }
}

/* libcsv's buffer holds one field, a 0 byte, and is never quite full. It is allocated once at its largest; asking for
 * more is refused, which libcsv reports as CSV_ENOMEM. */
enum { FIELD_BUFFER = CSV_MAX_FIELD + 2 };

static void *field_realloc(void *buffer, size_t size) {
  if (size > FIELD_BUFFER) {
    return NULL;
  }
  void *larger = realloc(buffer, size);
  if (!larger) {
    fatal("out of memory: %zu bytes were not to be had", size);
  }
  return larger;
}

static Status run_parser(Reader *reader, const char *text, size_t length) {
  struct csv_parser parser;
  int failed = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
  ASSERT(failed == 0);
  csv_set_realloc_func(&parser, field_realloc);
  csv_set_blk_size(&parser, FIELD_BUFFER);
  read_text(reader, &parser, text, length);
  csv_free(&parser);
  return reader->status;
}

Status csv_parse_numbers(Arena *scratch, const char *text, size_t length, const char *path, CsvNumbers *numbers,
                         Error *err) {
  if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
    return error_set(err, STATUS_PARSE, "%s: UTF-16 text: save the file as UTF-8", path);
  }
  size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  size_t most_names = length < CSV_MAX_COLUMNS ? length + 1 : CSV_MAX_COLUMNS;
  size_t most_values = length / 2 + 1; /* a number takes a digit and what separates it from the next */
  Reader reader = {.arena = scratch,
                   .path = path,
                   .err = err,
                   .raw_names = ARENA_ARRAY(scratch, const char *, most_names),
                   .names = ARENA_ARRAY(scratch, const char *, most_names),
                   .values = ARENA_ARRAY(scratch, float, most_values),
                   .capacity = most_values};
  Status status = run_parser(&reader, text + mark, length - mark);
  if (status != STATUS_OK) {
    return status;
  }
  if (reader.columns == 0) {
    return error_set(err, STATUS_PARSE, "%s: empty: a header row and rows of numbers are needed", path);
  }
  *numbers = (CsvNumbers){.rows = reader.rows,
                          .columns = reader.columns,
                          .header_line = reader.header_line,
                          .values = reader.values,
                          .names = reader.names,
                          .lines = reader.lines};
  return STATUS_OK;
}
