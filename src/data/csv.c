#include "data/csv.h"

#include <csv.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crew.h"
#include "base/fatal.h"
#include "base/machine.h"
#include "data/frame_builder.h"
#include "data/source.h"

enum {
  CHUNK = 1 << 20,                 /* bytes of the first look at the file, */
  BATCH = 4 << 20,                 /* and of what is read at once after it */
  PARTS = 16,                      /* of a batch; cores share them */
  PIECE = BATCH / PARTS,           /* bytes that libcsv gets at once, and that stay in a cache meanwhile */
  FIELD_BUFFER = CSV_MAX_FIELD + 2 /* libcsv's buffer holds one field and a 0 byte, and is never quite full */
};

/* Plain lines that are read beside others: what comes of them joins the whole later. */
typedef struct Part {
  FrameBuilder builder;
  struct csv_parser parser;
  Error err;
  const char *text;
  size_t length;
  int lines;
} Part;

/* Between the bytes and libcsv, which passes over blank lines in silence: lines are counted here. */
typedef struct Reader {
  FrameBuilder builder;
  CsvFormat format;
  struct csv_parser parser;
  int line;     /* that libcsv was given last */
  bool in_row;  /* a quoted field goes on in the next line */
  bool started; /* the format is settled */
  char *buffer; /* (room) bytes that are read, of which `held` are not taken yet */
  size_t room, held;
  char *blanks; /* (blanks_room) a line of fields between single blanks */
  size_t blanks_room;
  Part *parts; /* (PARTS), of which so many have a parser: */
  int parsers;
} Reader;

/* --- lines -------------------------------------------------------------------------------------------------------- */

static bool is_blank_line(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n') {
      return false;
    }
  }
  return true;
}

/* The first CR or LF, or `length`. Both are sought in steps: or the LFs that a file of CRs has not would be sought
 * to its end, line by line. */
static size_t find_terminator(const char *text, size_t start, size_t length) {
  enum { STEP = 4096 };
  for (size_t step; start < length; start += step) {
    step = length - start < STEP ? length - start : STEP;
    const char *feed = memchr(text + start, '\n', step);
    const char *back = memchr(text + start, '\r', feed ? (size_t)(feed - text) - start : step);
    if (back || feed) {
      return (size_t)((back ? back : feed) - text);
    }
  }
  return length;
}

/* Where the line that starts at `start` ends, its line end included: LF, CR LF or CR. 0: not within the text. */
static size_t line_end(const char *text, size_t start, size_t length, bool whole) {
  size_t end = find_terminator(text, start, length) + 1;
  if (end >= length) {
    return whole || (end == length && text[end - 1] == '\n') ? length : 0;
  }
  return text[end - 1] == '\r' && text[end] == '\n' ? end + 1 : end;
}

/* The bytes at the start of the text that are whole lines, each of them a row, with nothing that has to be looked at;
 * `*lines` is their number. */
static size_t plain_lines(const Reader *reader, const char *text, size_t length, int *lines) {
  char quote = (char)csv_get_quote((struct csv_parser *)&reader->parser);
  size_t start = 0;
  length = length < PIECE ? length : PIECE;
  for (*lines = 0; start < length && !strchr(" \t\r\n#", text[start]); (*lines)++) {
    size_t end = line_end(text, start, length, false);
    if (end == 0 || text[end - 1] != '\n' || memchr(text + start, quote, end - start)) {
      break;
    }
    start = end;
  }
  return start;
}

/* --- to libcsv ---------------------------------------------------------------------------------------------------- */

static void *resize_field(void *buffer, size_t size) {
  return size > FIELD_BUFFER ? NULL : builder_resize(buffer, size, 1);
}

static void parse(FrameBuilder *builder, struct csv_parser *parser, const char *text, size_t length) {
  if (builder->format.quote == QUOTE_NONE && memchr(text, '\0', length)) {
    builder_fail(builder, "a NUL byte: is this a text file?");
  } else if (csv_parse(parser, text, length, builder_take_field, builder_end_row, builder) < length) {
    char what[64];
    (void)snprintf(what, sizeof what, "longer than %d bytes: is a quote left open?", CSV_MAX_FIELD);
    builder_fail(builder, what);
  }
}

static void give(Reader *reader, const char *text, size_t length) {
  if (length > 0 && reader->builder.status == STATUS_OK) {
    parse(&reader->builder, &reader->parser, text, length);
  }
}

/* A line of fields between blanks: one blank between two fields, none at the ends; what is quoted stays. */
static void give_blanks(Reader *reader, const char *text, size_t length) {
  if (reader->blanks_room < length + 2) {
    reader->blanks_room = 2 * length + 2;
    reader->blanks = builder_resize(reader->blanks, reader->blanks_room, 1);
  }
  char *line = reader->blanks, quote = (char)csv_get_quote(&reader->parser);
  size_t used = 0;
  bool quoted = false;
  for (size_t i = 0; i < length && text[i] != '\n' && text[i] != '\r'; i++) {
    bool blank = !quoted && (text[i] == ' ' || text[i] == '\t');
    quoted ^= text[i] == quote;
    if (!blank) {
      line[used++] = text[i];
    } else if (used > 0 && line[used - 1] != ' ') {
      line[used++] = ' ';
    }
  }
  used -= used > 0 && line[used - 1] == ' ';
  line[used++] = '\n';
  give(reader, line, used);
}

static void give_line(Reader *reader, const char *text, size_t length) {
  FrameBuilder *builder = &reader->builder;
  bool blank = is_blank_line(text, length), comment = reader->format.comments && format_is_comment(text, length);
  reader->line++;
  if (!reader->in_row && (blank || comment)) {
    builder->frame.blank_lines += blank;
    builder->frame.comment_lines += comment;
    return;
  }
  builder->row_line = reader->in_row ? builder->row_line : reader->line;
  builder->row_ended = false;
  if (reader->format.delimiter == DELIMITER_BLANKS && !reader->in_row) {
    give_blanks(reader, text, length);
  } else {
    give(reader, text, length);
  }
  reader->in_row = !builder->row_ended;
}

static void give_plain(Reader *reader, const char *text, size_t length, int lines) {
  reader->builder.row_line = reader->line + 1;
  reader->builder.row_is_line = true;
  give(reader, text, length);
  reader->builder.row_is_line = false;
  reader->line += lines;
}

/* --- in parts ----------------------------------------------------------------------------------------------------- */

/* libcsv cannot do without a quote: then it is the byte that no text has. */
static void parser_init(struct csv_parser *parser, const CsvFormat *format) {
  static const unsigned char quotes[QUOTE_COUNT] = {'"', '"', '\'', 0};
  int failed = csv_init(parser, CSV_APPEND_NULL);
  ASSERT(failed == 0);
  csv_set_realloc_func(parser, resize_field);
  csv_set_blk_size(parser, FIELD_BUFFER);
  csv_set_delim(parser, (unsigned char)format_separator(format->delimiter));
  csv_set_quote(parser, quotes[format->quote]);
}

/* Cuts the plain lines at the start of the text into parts, at most `most`; returns how many. */
static int cut_parts(Reader *reader, const char *text, size_t length, int most) {
  if (!reader->parts) {
    reader->parts = builder_resize(NULL, PARTS, sizeof *reader->parts);
    memset(reader->parts, 0, PARTS * sizeof *reader->parts);
  }
  int count = 0;
  for (size_t start = 0; start < length && count < most; count++) {
    Part *part = &reader->parts[count];
    part->text = text + start;
    part->length = plain_lines(reader, text + start, length - start, &part->lines);
    if (part->length == 0) {
      break;
    }
    start += part->length;
  }
  return count;
}

static bool read_part(void *context, int hand, int job) {
  (void)hand;
  Part *part = &((Reader *)context)->parts[job];
  parse(&part->builder, &part->parser, part->text, part->length);
  return true;
}

/* Has the parts read, by as many threads as there are cores: which parts there are does not depend on that. */
static void read_parts(Reader *reader, int count) {
  FrameBuilder *whole = &reader->builder;
  int lines = 0;
  for (int p = 0; p < count; p++) {
    lines += reader->parts[p].lines;
  }
  if (!builder_reserve(whole, lines)) {
    return;
  }
  for (; reader->parsers < count; reader->parsers++) {
    parser_init(&reader->parts[reader->parsers].parser, &reader->format);
  }
  lines = 0;
  for (int p = 0; p < count; p++) {
    Part *part = &reader->parts[p];
    builder_begin_part(whole, &part->builder, &part->err, lines, part->lines, reader->line + 1 + lines);
    lines += part->lines;
  }
  crew_share(&(CrewPlan){.hands = machine_cores(), .jobs = count, .work = read_part, .context = reader});
  for (int p = 0; p < count; p++) {
    builder_join(whole, &reader->parts[p].builder);
  }
  reader->line += lines;
}

/* Plain lines at the start of the text; returns the bytes taken, 0 where there are none. */
static size_t give_plain_lines(Reader *reader, const char *text, size_t length) {
  if (reader->in_row || reader->format.delimiter == DELIMITER_BLANKS) {
    return 0;
  }
  bool many = length > PIECE && builder_takes_parts(&reader->builder);
  int lines = 0, count = cut_parts(reader, text, length, many ? PARTS : 1);
  size_t taken = 0;
  for (int p = 0; p < count; p++) {
    taken += reader->parts[p].length;
    lines += reader->parts[p].lines;
  }
  if (count > 1) {
    read_parts(reader, count);
  } else if (count == 1) {
    give_plain(reader, text, taken, lines);
  }
  return taken;
}

/* As many whole lines of the text as there are; returns the bytes taken. */
static size_t give_lines(Reader *reader, const char *text, size_t length, bool whole) {
  size_t start = 0;
  while (start < length && reader->builder.status == STATUS_OK) {
    if (reader->line > INT_MAX - BATCH) {
      builder_fail(&reader->builder, "more lines than can be counted");
      break;
    }
    size_t taken = give_plain_lines(reader, text + start, length - start);
    if (taken == 0) {
      taken = line_end(text + start, 0, length - start, whole);
      if (taken == 0) {
        break;
      }
      give_line(reader, text + start, taken);
    }
    start += taken;
  }
  return start;
}

/* --- from the source ---------------------------------------------------------------------------------------------- */

/* What the file is that only calls itself a table; NULL: nothing that is known here. */
static const char *other_kind(const char *text, size_t length) {
  static const struct {
    const char *start, *then, *kind;
  } kinds[] = {{"<!doctype", "", "a web page (HTML)"},
               {"<html", "", "a web page (HTML)"},
               {"<?xml", "", "XML"},
               {"[", "{[", "JSON"},
               {"{", "\"}", "JSON"},
               {"PK\x03\x04", "", "a workbook (.xlsx) or a ZIP archive"},
               {"PAR1", "", "Parquet"}};
  while (length > 0 && strchr(" \t\r\n", *text)) {
    text++;
    length--;
  }
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    size_t start = strlen(kinds[i].start), next = start;
    while (next < length && strchr(" \t\r\n", text[next])) {
      next++;
    }
    if (length > start && strncasecmp(text, kinds[i].start, start) == 0 &&
        (*kinds[i].then == '\0' || (next < length && text[next] && strchr(kinds[i].then, text[next])))) {
      return kinds[i].kind;
    }
  }
  return NULL;
}

static Status check_start(const Reader *reader, const char *text, size_t length) {
  if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
    return error_set(reader->builder.err, STATUS_PARSE, "%s: UTF-16 text: save the file as UTF-8",
                     reader->builder.path);
  }
  const char *other = other_kind(text, length);
  if (other) {
    return error_set(reader->builder.err, STATUS_PARSE, "%s: this is %s, no table of delimited text: save it as CSV",
                     reader->builder.path, other);
  }
  if (is_blank_line(text, length)) {
    return error_set(reader->builder.err, STATUS_PARSE, "%s: empty: rows of values are needed", reader->builder.path);
  }
  return STATUS_OK;
}

static void find_verbatim(Reader *reader, const char *text, size_t length, bool whole) {
  enum { ROOM = 2048 };
  bool words[ROOM] = {false};
  FrameBuilder *builder = &reader->builder;
  int count = format_find_words(text, length, whole, &reader->format, words, ROOM);
  bool *kept = ARENA_ARRAY(builder->arena, bool, (size_t)count);
  for (int c = 0; c < count; c++) {
    kept[c] = words[c];
  }
  builder->verbatim = kept;
  builder->verbatim_count = count;
}

static Status start_lines(Reader *reader, const char *text, size_t length, bool whole) {
  Status status = check_start(reader, text, length);
  if (status == STATUS_OK) {
    format_guess(text, length, whole, &reader->format);
    find_verbatim(reader, text, length, whole);
    parser_init(&reader->parser, &reader->format);
    builder_start(&reader->builder, &reader->format);
    reader->started = true;
  }
  return status;
}

/* Fills the buffer, as far as there are bytes. */
static Status fill(Reader *reader, Source *source, bool *whole) {
  Error *err = reader->builder.err;
  size_t least = reader->started ? BATCH : CHUNK;
  if (reader->held == reader->room || reader->room < least) {
    if (reader->room >= CSV_MAX_LINE) {
      return error_set(err, STATUS_PARSE, "%s:%d: a line of more than %d MiB: is this a text file?", source->path,
                       reader->line + 1, CSV_MAX_LINE >> 20);
    }
    reader->room = reader->room < least ? least : 2 * reader->room;
    reader->buffer = builder_resize(reader->buffer, reader->room, 1);
  }
  Status status = STATUS_OK;
  for (size_t got = 1; status == STATUS_OK && got > 0 && reader->held < reader->room; reader->held += got) {
    status = source_read(source, reader->buffer + reader->held, reader->room - reader->held, &got, err);
    *whole = got == 0;
  }
  if (status == STATUS_OK && source->at > CSV_MAX_BYTES) {
    return error_set(err, STATUS_RANGE, "%s: over %zu GiB of text: give it a part of the file", source->path,
                     CSV_MAX_BYTES >> 30);
  }
  return status;
}

/* Takes the whole lines out of the buffer. */
static Status take_buffer(Reader *reader, const Source *source, bool whole) {
  bool first = !reader->started;
  size_t skip = first && reader->held >= 3 && memcmp(reader->buffer, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  const char *text = reader->buffer + skip;
  Status status = first ? start_lines(reader, text, reader->held - skip, whole) : STATUS_OK;
  if (status != STATUS_OK) {
    return status;
  }
  if (first) {
    skip += reader->format.above;
    text += reader->format.above;
    reader->line += reader->format.above_lines;
  }
  size_t taken = skip + give_lines(reader, text, reader->held - skip, whole);
  if (first && source->done < source->file_size) {
    builder_check_room(&reader->builder, (double)source->done / (double)source->file_size);
  }
  reader->held -= taken;
  memmove(reader->buffer, reader->buffer + taken, reader->held);
  return reader->builder.status;
}

static void reader_deinit(Reader *reader) {
  if (reader->started) {
    csv_free(&reader->parser);
  }
  for (int p = 0; p < reader->parsers; p++) {
    csv_free(&reader->parts[p].parser);
    builder_deinit(&reader->parts[p].builder);
  }
  free(reader->parts);
  builder_deinit(&reader->builder);
  free(reader->buffer);
  free(reader->blanks);
}

static Status read_source(Reader *reader, Source *source) {
  bool whole = false;
  Status status = STATUS_OK;
  while (!whole && status == STATUS_OK) {
    status = fill(reader, source, &whole);
    if (status == STATUS_OK) {
      status = take_buffer(reader, source, whole);
    }
  }
  if (status == STATUS_OK && reader->in_row) {
    give(reader, "\n", 1); /* ends a row whose last line has no end; a quoted field goes on */
    if (!reader->builder.row_ended) {
      builder_fail(&reader->builder, "the quote is never closed");
    }
  }
  reader->builder.status = status == STATUS_OK ? reader->builder.status : status;
  return reader->builder.status;
}

static Status read_frame(Arena *arena, Source *source, const CsvFormat *format, Frame *frame, bool append, Error *err) {
  Reader reader = {.format = *format};
  builder_init(&reader.builder, arena, source->path, err);
  if (append) {
    builder_continue(&reader.builder, frame);
  }
  Status status = read_source(&reader, source);
  status = append || status == STATUS_OK ? builder_finish(&reader.builder, frame) : status;
  reader_deinit(&reader);
  return status;
}

static Status read_file(Arena *arena, const char *path, const CsvFormat *format, LoadProgress *progress, Frame *frame,
                        bool append, Error *err) {
  Source source;
  Status status = source_open(&source, path, progress, err);
  if (status == STATUS_OK) {
    status = read_frame(arena, &source, format, frame, append, err);
    source_close(&source);
  }
  return status;
}

Status csv_read(Arena *arena, const char *path, const CsvFormat *format, LoadProgress *progress, Frame *frame,
                Error *err) {
  return read_file(arena, path, format, progress, frame, false, err);
}

Status csv_append(Arena *arena, const char *path, LoadProgress *progress, Frame *frame, Error *err) {
  static const CsvFormat unknown = {.delimiter = DELIMITER_AUTO};
  return read_file(arena, path, &unknown, progress, frame, true, err);
}

Status csv_parse_text(Arena *arena, const char *text, size_t length, const char *path, const CsvFormat *format,
                      Frame *frame, Error *err) {
  Source source;
  source_open_memory(&source, text, length, path);
  return read_frame(arena, &source, format, frame, false, err);
}
