/* preset_write: a preset as YAML that reads back to the same values. Written by hand rather than by libyaml's emitter,
 * which has no comments: texts of several lines as blocks, simple ones plain, all others in double quotes. */
#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/param.h"
#include "lab/preset_text.h"

typedef struct Writer {
  Arena *arena;
  char *text; /* ends with a 0 byte */
  size_t used, size;
} Writer;

static void put(Writer *writer, const char *text) {
  size_t length = strlen(text);
  if (writer->used + length >= writer->size) {
    writer->size = 2 * (writer->size + length + 1);
    char *larger = arena_alloc(writer->arena, writer->size, 1, 1);
    memcpy(larger, writer->text, writer->used);
    writer->text = larger;
  }
  memcpy(writer->text + writer->used, text, length + 1);
  writer->used += length;
}

static void put_char(Writer *writer, char c) { put(writer, (const char[]){c, '\0'}); }

static bool is_plain_char(char c) { return isalnum((unsigned char)c) || (c && strchr(" _./-+,()", c)); }

/* Can this stand without quotes? Surely with these characters; others may need care. */
static bool is_plain(const char *text) {
  size_t length = strlen(text);
  if (length == 0 || !(isalnum((unsigned char)*text) || *text == '/' || *text == '.') || text[length - 1] == ' ') {
    return false;
  }
  while (is_plain_char(*text)) {
    text++;
  }
  return *text == '\0';
}

/* Can these lines be a block? Not when the first would be taken for indentation, or blanks at the end of a line would
 * hang on by what nobody sees. */
static bool is_block(const char *text) {
  size_t length = strlen(text);
  bool many_ends = length >= 2 && text[length - 1] == '\n' && text[length - 2] == '\n';
  return strchr(text, '\n') && text[0] != ' ' && text[0] != '\n' && text[length - 1] != ' ' && !many_ends &&
         !strstr(text, " \n");
}

static void put_block(Writer *writer, const char *text) {
  bool ended = text[strlen(text) - 1] == '\n';
  put(writer, ended ? "|\n" : "|-\n");
  for (bool line_start = true; *text; text++) {
    if (line_start && *text != '\n') {
      put(writer, "  ");
    }
    put_char(writer, *text);
    line_start = *text == '\n';
  }
  put(writer, ended ? "" : "\n");
}

static void put_quoted(Writer *writer, const char *text) {
  put_char(writer, '"');
  for (; *text; text++) {
    if (*text == '\n') {
      put(writer, "\\n");
      continue;
    }
    if (*text == '"' || *text == '\\') {
      put_char(writer, '\\');
    }
    put_char(writer, *text);
  }
  put(writer, "\"\n");
}

/* `key: value` and the line's end; the value is printable but for newlines. */
static void put_pair(Writer *writer, const char *key, const char *value) {
  put(writer, key);
  put(writer, ": ");
  if (is_plain(value)) {
    put(writer, value);
    put_char(writer, '\n');
  } else if (is_block(value)) {
    put_block(writer, value);
  } else {
    put_quoted(writer, value);
  }
}

static void put_param(Writer *writer, const Experiment *experiment, ParamId id, int layer) {
  char value[512];
  param_format(experiment, id, layer, value, sizeof value);
  if (value[0] == '\0') {
    return; /* a text that is not given */
  }
  put_pair(writer, param_at(id)->key, value);
}

/* The list of layers: every per-layer setting of each. */
static void put_layers(Writer *writer, const Experiment *experiment) {
  put(writer, "layers:\n");
  for (int layer = 0; layer < experiment->net.hidden; layer++) {
    const char *indent = "  - ";
    for (ParamId id = 0; id < PARAM_COUNT; id++) {
      if (param_at(id)->per_layer) {
        put(writer, indent);
        put_param(writer, experiment, id, layer);
        indent = "    ";
      }
    }
  }
}

static void put_settings(Writer *writer, const Experiment *experiment) {
  const char *section = "";
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const Param *param = param_at(id);
    bool begins = strcmp(section, param->section) != 0;
    section = param->section;
    if (begins) {
      put(writer, "\n# ");
      put(writer, section);
      put_char(writer, '\n');
    }
    if (!param->per_layer) {
      put_param(writer, experiment, id, 0);
    } else if (begins) {
      put_layers(writer, experiment);
    }
  }
}

static void put_texts(Writer *writer, const Preset *preset) {
  for (int i = 0; i < PRESET_TEXTS; i++) {
    const char *text = preset_text_safe(writer->arena, preset_text_get(preset, i), PRESET_TEXT[i].lines);
    if (text[0] != '\0') {
      put_pair(writer, PRESET_TEXT[i].key, text);
    }
  }
}

Status preset_format(Arena *arena, const Preset *preset, char **text, size_t *length, Error *err) {
  Status status = experiment_check(&preset->experiment, err);
  if (status != STATUS_OK) {
    return status;
  }
  Writer writer = {.arena = arena, .text = arena_strdup(arena, "")};
  put_texts(&writer, preset);
  put_settings(&writer, &preset->experiment);
  *text = writer.text;
  *length = writer.used;
  return STATUS_OK;
}

Status preset_write(const Preset *preset, const char *path, Error *err) {
  Arena arena;
  arena_init(&arena, 0);
  char *text;
  size_t length;
  Status status = preset_format(&arena, preset, &text, &length, err);
  if (status == STATUS_OK) {
    status = file_write_atomic(path, text, length, err);
  }
  arena_deinit(&arena);
  return status;
}
