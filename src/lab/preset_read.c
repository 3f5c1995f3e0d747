/* preset_read: a preset from YAML, event by event, so that nothing is built of a file that is not a preset: nesting,
 * aliases and endless lists are refused where they begin. Messages carry the place of the key or value at fault.
 * The only file that includes yaml.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/fatal.h"
#include "base/file.h"
#include "base/str.h"
#include "lab/excerpt.h"
#include "lab/param.h"
#include "lab/preset_text.h"

/* A key is a number: a ParamId, then the texts, then the list of layers. */
enum { KEY_TEXTS = PARAM_COUNT, KEY_LAYERS = KEY_TEXTS + PRESET_TEXTS, KEY_COUNT };
enum { TOP_LEVEL = -1, FILE_LIMIT = 1 << 20 };

typedef struct Reader {
  yaml_parser_t parser;
  yaml_event_t event; /* the latest; next_event frees the one before */
  const char *text;
  size_t length;
  const char *path;
  Arena *arena;
  Preset preset;
  Error *err;
  Status status;
} Reader;

/* ---- errors ---- */

/* Sets the error with its place, counted from 1. Always false, so that a failure is one line. */
static bool fail_at(Reader *reader, size_t line, size_t column, Status status, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static bool fail_at(Reader *reader, size_t line, size_t column, Status status, const char *format, ...) {
  char text[sizeof reader->err->text];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(text, sizeof text, format, args);
  va_end(args);
  reader->status = error_set(reader->err, status, "%s:%zu:%zu: %s", reader->path, line, column, text);
  return false;
}

/* The place of the latest event. */
#define FAIL_HERE(reader, status, ...) \
  fail_at((reader), (reader)->event.start_mark.line + 1, (reader)->event.start_mark.column + 1, (status), __VA_ARGS__)

/* Of bytes that are no text, libyaml knows only the offset. */
static bool fail_bytes(Reader *reader) {
  size_t line = 1, column = 1;
  for (size_t i = 0; i < reader->parser.problem_offset && i < reader->length; i++) {
    bool starts_character = ((unsigned char)reader->text[i] & 0xC0U) != 0x80U;
    column = reader->text[i] == '\n' ? 1 : column + starts_character;
    line += reader->text[i] == '\n';
  }
  int value = reader->parser.problem_value;
  return value < 0
             ? fail_at(reader, line, column, STATUS_PARSE, "%s", reader->parser.problem)
             : fail_at(reader, line, column, STATUS_PARSE, "%s (0x%02X)", reader->parser.problem, (unsigned)value);
}

static bool fail_syntax(Reader *reader) {
  const yaml_parser_t *parser = &reader->parser;
  if (parser->error == YAML_MEMORY_ERROR) {
    fatal("out of memory: %s cannot be read", reader->path);
  }
  if (parser->error == YAML_READER_ERROR) {
    return fail_bytes(reader);
  }
  size_t line = parser->problem_mark.line + 1, column = parser->problem_mark.column + 1;
  size_t began = parser->context_mark.line + 1;
  if (!parser->context) {
    return fail_at(reader, line, column, STATUS_PARSE, "%s", parser->problem);
  }
  if (began == line) {
    return fail_at(reader, line, column, STATUS_PARSE, "%s (%s)", parser->problem, parser->context);
  }
  return fail_at(reader, line, column, STATUS_PARSE, "%s (%s, from line %zu)", parser->problem, parser->context, began);
}

/* ---- events ---- */

static const char *scalar(const Reader *reader) { return (const char *)reader->event.data.scalar.value; }

static bool check_node(Reader *reader, const yaml_char_t *anchor, const yaml_char_t *tag) {
  if (anchor) {
    return FAIL_HERE(reader, STATUS_PARSE, "anchor '&%s': a preset has no anchors; write the value where it belongs",
                     excerpt((const char *)anchor).text);
  }
  if (tag) {
    return FAIL_HERE(reader, STATUS_PARSE, "tag '%s': a preset has no tags; write the value alone",
                     excerpt((const char *)tag).text);
  }
  return true;
}

/* Refuses what YAML can do and a preset does not need. */
static bool check_event(Reader *reader) {
  const yaml_event_t *event = &reader->event;
  switch (event->type) {
    case YAML_ALIAS_EVENT:
      return FAIL_HERE(reader, STATUS_PARSE, "alias '*%s': a preset has no aliases; write the value where it belongs",
                       excerpt((const char *)event->data.alias.anchor).text);
    case YAML_SEQUENCE_START_EVENT:
      return check_node(reader, event->data.sequence_start.anchor, event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
      return check_node(reader, event->data.mapping_start.anchor, event->data.mapping_start.tag);
    case YAML_SCALAR_EVENT:
      if (strlen(scalar(reader)) != event->data.scalar.length) {
        return FAIL_HERE(reader, STATUS_PARSE, "a text with a 0 byte in it");
      }
      return check_node(reader, event->data.scalar.anchor, event->data.scalar.tag);
    default:
      return true;
  }
}

static bool next_event(Reader *reader) {
  yaml_event_delete(&reader->event);
  return yaml_parser_parse(&reader->parser, &reader->event) ? check_event(reader) : fail_syntax(reader);
}

static bool next_events(Reader *reader, int count) {
  while (count > 0 && next_event(reader)) {
    count--;
  }
  return count == 0;
}

/* What the latest event is, in words. */
static const char *event_name(const Reader *reader) {
  switch (reader->event.type) {
    case YAML_SEQUENCE_START_EVENT:
      return "a list";
    case YAML_MAPPING_START_EVENT:
      return "a mapping";
    default:
      return reader->event.data.scalar.length > 0 ? "a single value" : "nothing";
  }
}

/* ---- keys ---- */

static const char *key_name(int key) {
  return key < KEY_TEXTS ? param_at((ParamId)key)->key : key < KEY_LAYERS ? PRESET_TEXT[key - KEY_TEXTS].key : "layers";
}

static bool key_is_layers_own(int key) { return key < KEY_TEXTS && param_at((ParamId)key)->per_layer; }

static bool fail_unknown_key(Reader *reader) {
  const char *names[KEY_COUNT];
  for (int key = 0; key < KEY_COUNT; key++) {
    names[key] = key_name(key);
  }
  const char *nearest = str_nearest(scalar(reader), names, KEY_COUNT);
  Excerpt word = excerpt(scalar(reader));
  return nearest
             ? FAIL_HERE(reader, STATUS_PARSE, "unknown key '%s'; did you mean '%s'?", word.text, nearest)
             : FAIL_HERE(reader, STATUS_PARSE, "unknown key '%s'; 'nnlab params' lists the keys there are", word.text);
}

/* The latest event as a key of the top level or of a layer. `seen` has the line of each key that was there. */
static bool read_key(Reader *reader, int layer, size_t *seen, int *key) {
  if (reader->event.type != YAML_SCALAR_EVENT) {
    return FAIL_HERE(reader, STATUS_PARSE, "%s where a key belongs", event_name(reader));
  }
  *key = 0;
  while (*key < KEY_COUNT && strcmp(key_name(*key), scalar(reader)) != 0) {
    ++*key;
  }
  if (*key == KEY_COUNT) {
    return fail_unknown_key(reader);
  }
  if (layer == TOP_LEVEL && key_is_layers_own(*key)) {
    return FAIL_HERE(reader, STATUS_PARSE, "%s: is a layer's setting; it belongs in an item of layers", key_name(*key));
  }
  if (layer != TOP_LEVEL && !key_is_layers_own(*key)) {
    return FAIL_HERE(reader, STATUS_PARSE, "%s: is no layer's setting; it belongs outside layers", key_name(*key));
  }
  if (seen[*key] > 0) {
    return FAIL_HERE(reader, STATUS_PARSE, "%s: is given twice, first in line %zu", key_name(*key), seen[*key]);
  }
  seen[*key] = reader->event.start_mark.line + 1;
  return true;
}

/* ---- values ---- */

static bool read_value(Reader *reader, int key, int layer) {
  if (reader->event.type != YAML_SCALAR_EVENT) {
    return FAIL_HERE(reader, STATUS_PARSE, "%s: %s where a single value belongs", key_name(key), event_name(reader));
  }
  if (key >= KEY_TEXTS) {
    int text = key - KEY_TEXTS;
    preset_text_set(&reader->preset, text, preset_text_safe(reader->arena, scalar(reader), PRESET_TEXT[text].lines));
    return true;
  }
  Error err;
  Status status = param_set_text(&reader->preset.experiment, (ParamId)key, layer, scalar(reader), &err);
  return status == STATUS_OK || FAIL_HERE(reader, status, "%s", err.text);
}

static bool read_layers(Reader *reader);

/* The pairs of a mapping that has begun, through its end. */
static bool read_mapping(Reader *reader, int layer) {
  size_t seen[KEY_COUNT] = {0};
  while (next_event(reader) && reader->event.type != YAML_MAPPING_END_EVENT) {
    int key = 0;
    if (!read_key(reader, layer, seen, &key) || !next_event(reader) ||
        !(key == KEY_LAYERS ? read_layers(reader) : read_value(reader, key, layer))) {
      return false;
    }
  }
  return reader->status == STATUS_OK;
}

/* One item of the list, which becomes the last hidden layer. */
static bool read_layer(Reader *reader, int layer) {
  if (layer == NET_MAX_HIDDEN) {
    return FAIL_HERE(reader, STATUS_RANGE, "layers: more than %d layers", NET_MAX_HIDDEN);
  }
  if (reader->event.type != YAML_MAPPING_START_EVENT) {
    return FAIL_HERE(reader, STATUS_PARSE, "layers: item %d is %s; a layer's settings belong here, as in - units: 64",
                     layer + 1, event_name(reader));
  }
  reader->preset.experiment.net.hidden = layer + 1;
  return read_mapping(reader, layer);
}

static bool read_layers(Reader *reader) {
  if (reader->event.type != YAML_SEQUENCE_START_EVENT) {
    return FAIL_HERE(reader, STATUS_PARSE, "layers: %s where the list of hidden layers belongs", event_name(reader));
  }
  size_t line = reader->event.start_mark.line + 1, column = reader->event.start_mark.column + 1;
  int count = 0;
  while (next_event(reader) && reader->event.type != YAML_SEQUENCE_END_EVENT) {
    if (!read_layer(reader, count++)) {
      return false;
    }
  }
  if (reader->status == STATUS_OK && count == 0) {
    return fail_at(reader, line, column, STATUS_RANGE, "layers: the list is empty (1 .. %d layers)", NET_MAX_HIDDEN);
  }
  return reader->status == STATUS_OK;
}

/* ---- the file ---- */

static bool read_document(Reader *reader) {
  if (!next_events(reader, 2)) { /* the stream's start, the document's start */
    return false;
  }
  if (reader->event.type == YAML_STREAM_END_EVENT) {
    return FAIL_HERE(reader, STATUS_PARSE, "the file is empty; a preset has lines such as dataset: digits");
  }
  if (!next_event(reader)) {
    return false;
  }
  if (reader->event.type != YAML_MAPPING_START_EVENT) {
    return FAIL_HERE(reader, STATUS_PARSE, "%s where lines such as dataset: digits belong", event_name(reader));
  }
  if (!read_mapping(reader, TOP_LEVEL) || !next_events(reader, 2)) { /* the document's end, the stream's end */
    return false;
  }
  if (reader->event.type != YAML_STREAM_END_EVENT) {
    return FAIL_HERE(reader, STATUS_PARSE, "a second document begins here; a preset is one");
  }
  return true;
}

static bool check_contradictions(Reader *reader) {
  Error err;
  Status status = experiment_check(&reader->preset.experiment, &err);
  if (status != STATUS_OK) {
    reader->status = error_set(reader->err, status, "%s: %s", reader->path, err.text);
  }
  return status == STATUS_OK;
}

/* "presets/02-overfitting.yaml" -> "overfitting" */
static void name_from_path(const char *path, char *name, size_t size) {
  const char *slash = strrchr(path, '/');
  char base[256];
  str_copy(base, sizeof base, slash ? slash + 1 : path);
  char *ending = strrchr(base, '.');
  if (ending && (strcmp(ending, ".yaml") == 0 || strcmp(ending, ".yml") == 0)) {
    *ending = '\0';
  }
  const char *start = base + strspn(base, "0123456789");
  bool ordered = start > base && (*start == '-' || *start == '_') && start[1] != '\0';
  str_printable(name, size, ordered ? start + 1 : base);
  if (name[0] == '\0') {
    str_copy(name, size, "unnamed");
  }
}

static Preset preset_default(Arena *arena, const char *path) {
  Preset preset = {.path = arena_strdup(arena, path), .experiment = experiment_default()};
  for (int i = 0; i < PRESET_TEXTS; i++) {
    preset_text_set(&preset, i, "");
  }
  name_from_path(path, preset.name, sizeof preset.name);
  return preset;
}

Status preset_parse(Arena *arena, const char *text, size_t length, const char *path, Preset *preset, Error *err) {
  bool marked = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0; /* a byte-order mark, as some editors write */
  text += marked ? 3 : 0;
  length -= marked ? 3 : 0;
  Reader reader = {.text = text, .length = length, .path = path, .arena = arena, .err = err};
  reader.preset = preset_default(arena, path);
  if (!yaml_parser_initialize(&reader.parser)) {
    fatal("out of memory: %s cannot be read", path);
  }
  yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
  bool read = read_document(&reader) && check_contradictions(&reader);
  yaml_event_delete(&reader.event);
  yaml_parser_delete(&reader.parser);
  if (!read) {
    return reader.status;
  }
  if (reader.preset.title[0] == '\0') {
    reader.preset.title = arena_strdup(arena, reader.preset.name);
  }
  *preset = reader.preset;
  return STATUS_OK;
}

Status preset_read(Arena *arena, const char *path, Preset *preset, Error *err) {
  char *text;
  size_t length;
  Status status = file_read(arena, path, FILE_LIMIT, &text, &length, err);
  return status == STATUS_OK ? preset_parse(arena, text, length, path, preset, err) : status;
}
