#include "reference_file.h"

#include <string.h>

#include "base/file.h"
#include "base/str.h"

enum { MAX_BYTES = 4 << 20 };

/* Records, settings, arrays and numbers are each one block, as large as the text could need: lines, and words. */
typedef struct Reader {
  const char *path;
  int line;
  ReferenceFile *file;
  const char **next_setting;
  ReferenceArray *next_array;
  double *next_value;
  Error *err;
} Reader;

static Status refuse(const Reader *reader, const char *what, const char *text) {
  return error_set(reader->err, STATUS_PARSE, "%s:%d: %s '%s'", reader->path, reader->line, what, text);
}

static ReferenceRecord *last_record(const Reader *reader) {
  return reader->file->count > 0 ? &reader->file->records[reader->file->count - 1] : NULL;
}

static Status read_record(Reader *reader, ReferenceKind kind, const char *name) {
  reader->file->records[reader->file->count++] = (ReferenceRecord){
      .kind = kind, .name = name, .note = "", .settings = reader->next_setting, .arrays = reader->next_array};
  return STATUS_OK;
}

static Status read_use(const Reader *reader, ReferenceRecord *record, const char *name) {
  const ReferenceRecord **places[REFERENCE_KIND_COUNT] = {&record->data, &record->start, NULL};
  for (int i = 0; i < reader->file->count - 1; i++) {
    const ReferenceRecord *candidate = &reader->file->records[i];
    const ReferenceRecord **place = places[candidate->kind];
    if (place && !*place && strcmp(candidate->name, name) == 0) {
      *place = candidate;
      return STATUS_OK;
    }
  }
  return refuse(reader, "no earlier data or start is called", name);
}

static Status read_tolerance(const Reader *reader, ReferenceRecord *record, const char *text) {
  return str_to_double(text, &record->tolerance) ? STATUS_OK : refuse(reader, "not a tolerance:", text);
}

static Status read_array(Reader *reader, ReferenceRecord *record, const char *name) {
  *reader->next_array++ = (ReferenceArray){.name = name, .tolerance = record->tolerance, .values = reader->next_value};
  record->array_count++;
  return STATUS_OK;
}

static Status read_setting(Reader *reader, ReferenceRecord *record, const char *text) {
  *reader->next_setting++ = text;
  record->setting_count++;
  return STATUS_OK;
}

static Status read_note(ReferenceRecord *record, const char *text) {
  record->note = text;
  return STATUS_OK;
}

static Status read_numbers(Reader *reader, const ReferenceRecord *record, char *text) {
  if (record->array_count == 0) {
    return refuse(reader, "no array begins before", text);
  }
  ReferenceArray *array = &record->arrays[record->array_count - 1];
  char *rest = text;
  for (char *word; (word = strtok_r(rest, " ", &rest));) {
    if (!str_to_double(word, reader->next_value)) {
      return refuse(reader, "not a number:", word);
    }
    reader->next_value++;
    array->count++;
  }
  return STATUS_OK;
}

/* A line of a record: its first word, and the text behind it. */
static Status read_field(Reader *reader, ReferenceRecord *record, const char *word, const char *text) {
  return strcmp(word, "use") == 0         ? read_use(reader, record, text)
         : strcmp(word, "set") == 0       ? read_setting(reader, record, text)
         : strcmp(word, "note") == 0      ? read_note(record, text)
         : strcmp(word, "tolerance") == 0 ? read_tolerance(reader, record, text)
         : strcmp(word, "array") == 0     ? read_array(reader, record, text)
                                          : refuse(reader, "nothing begins with", word);
}

static Status read_line(Reader *reader, char *line) {
  static const char *const kinds[REFERENCE_KIND_COUNT] = {"data", "start", "case"};
  if (line[0] == '\0' || line[0] == '#') {
    return STATUS_OK;
  }
  ReferenceRecord *record = last_record(reader);
  if (line[0] == ' ') {
    return record ? read_numbers(reader, record, line) : refuse(reader, "no record begins before", line);
  }
  char *text = line, *word = strsep(&text, " ");
  for (int kind = 0; kind < REFERENCE_KIND_COUNT; kind++) {
    if (text && strcmp(word, kinds[kind]) == 0) {
      return read_record(reader, (ReferenceKind)kind, text);
    }
  }
  return text && record ? read_field(reader, record, word, text) : refuse(reader, "out of place:", word);
}

Status reference_read(Arena *arena, const char *path, ReferenceFile *file, Error *err) {
  char *text;
  size_t length, lines = 1;
  Status status = file_read(arena, path, MAX_BYTES, &text, &length, err);
  if (status != STATUS_OK) {
    return status;
  }
  for (const char *at = text; (at = strchr(at, '\n')); at++) {
    lines++;
  }
  *file = (ReferenceFile){.records = ARENA_ARRAY(arena, ReferenceRecord, lines)};
  Reader reader = {.path = path,
                   .file = file,
                   .next_setting = ARENA_ARRAY(arena, const char *, lines),
                   .next_array = ARENA_ARRAY(arena, ReferenceArray, lines),
                   .next_value = ARENA_ARRAY(arena, double, length / 2 + 1),
                   .err = err};
  for (char *line; status == STATUS_OK && (line = strsep(&text, "\n"));) {
    reader.line++;
    status = read_line(&reader, line);
  }
  return status;
}

const ReferenceArray *reference_find(const ReferenceRecord *record, const char *name) {
  for (int i = 0; i < record->array_count; i++) {
    if (strcmp(record->arrays[i].name, name) == 0) {
      return &record->arrays[i];
    }
  }
  return NULL;
}
