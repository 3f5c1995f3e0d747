#include "train/snapshot_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "lab/preset.h"

enum { VERSION = 1, LINE_SIZE = 128, ROOM_SIZE = 16384 /* for all but the values */ };
#define MAGIC "nnlab-snapshot"
static const size_t LIMIT = (size_t)8 << 30;

/* ---- the state, as a table that writing and reading share ---- */

typedef enum FieldType { FIELD_INT, FIELD_LONG, FIELD_REAL } FieldType;

typedef struct Field {
  const char *name;
  FieldType type;
  size_t offset; /* in Snapshot */
} Field;

#define WHOLE(member) \
  { #member, FIELD_INT, offsetof(Snapshot, member) }
#define LARGE(member) \
  { #member, FIELD_LONG, offsetof(Snapshot, member) }
#define REAL(member) \
  { #member, FIELD_REAL, offsetof(Snapshot, member) }
#define METRICS(member) REAL(member.loss), REAL(member.score), REAL(member.mae)

static const Field FIELDS[] = {
    WHOLE(epoch),
    LARGE(step),
    LARGE(optimizer_steps),
    REAL(progress),
    REAL(base_rate),
    REAL(seconds),
    REAL(stopper.best),
    WHOLE(stopper.wait),
    WHOLE(stopper.best_epoch),
    REAL(plateau.best),
    WHOLE(plateau.wait),
    WHOLE(plateau.cooldown),
    WHOLE(report.epoch),
    LARGE(report.step),
    METRICS(report.train),
    METRICS(report.train_eval),
    METRICS(report.val),
    REAL(report.learning_rate),
    REAL(report.seconds),
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS };

static void format_field(const Snapshot *snapshot, const Field *field, char *out, size_t size) {
  const void *at = (const char *)snapshot + field->offset;
  switch (field->type) {
    case FIELD_INT:
      (void)snprintf(out, size, "%s %d\n", field->name, *(const int *)at);
      break;
    case FIELD_LONG:
      (void)snprintf(out, size, "%s %" PRId64 "\n", field->name, *(const int64_t *)at);
      break;
    case FIELD_REAL: /* hexadecimal: to the bit */
      (void)snprintf(out, size, "%s %a\n", field->name, *(const double *)at);
      break;
  }
}

/* ---- writing ---- */

/* A text that grows in memory from malloc. */
typedef struct Text {
  char *at;
  size_t length, size;
  bool failed;
} Text;

static void reserve(Text *text, size_t size) {
  char *grown = text->failed ? NULL : realloc(text->at, size);
  text->failed = !grown;
  if (grown) {
    text->at = grown;
    text->size = size;
  }
}

static void add(Text *text, const void *bytes, size_t length) {
  if (text->length + length > text->size) {
    reserve(text, 2 * text->size + length);
  }
  if (length > 0 && !text->failed) {
    memcpy(text->at + text->length, bytes, length);
    text->length += length;
  }
}

static void add_number(Text *text, const char *name, size_t number) {
  char line[LINE_SIZE];
  (void)snprintf(line, sizeof line, "%s %zu\n", name, number);
  add(text, line, strlen(line));
}

static void add_state(Text *text, const Snapshot *snapshot) {
  char line[LINE_SIZE];
  for (int f = 0; f < FIELD_COUNT; f++) {
    format_field(snapshot, &FIELDS[f], line, sizeof line);
    add(text, line, strlen(line));
  }
  for (int h = 0; h < snapshot->experiment.net.hidden; h++) {
    const LayerSpec *layer = &snapshot->best_layers[h];
    (void)snprintf(line, sizeof line, "best_layer %d %d\n", layer->batch_norm, (int)layer->bn_position);
    add(text, line, strlen(line));
  }
}

static Status format_body(Text *body, const Snapshot *snapshot, const float *values, size_t count, Error *err) {
  Arena arena;
  arena_init(&arena, 0);
  Preset preset = {.name = "snapshot", .path = "", .title = "snapshot", .lesson = "", .watch = "", .try_it = ""};
  preset.experiment = snapshot->experiment;
  char *yaml;
  size_t length;
  Status status = preset_format(&arena, &preset, &yaml, &length, err);
  if (status == STATUS_OK) {
    add_number(body, "settings", length);
    add(body, yaml, length);
    add_state(body, snapshot);
    add_number(body, "values", count);
    add(body, values, count * sizeof *values);
  }
  arena_deinit(&arena);
  return status;
}

/* The head's numbers have a fixed width, so that its place is known before they are. */
Status snapshot_file_write(const char *path, const Snapshot *snapshot, const float *values, size_t count, Error *err) {
  static const char head[] = MAGIC " %d %020zu %016" PRIx64 "\n";
  char line[LINE_SIZE];
  Text file = {0};
  size_t length = (size_t)snprintf(line, sizeof line, head, VERSION, (size_t)0, (uint64_t)0);
  reserve(&file, count * sizeof *values + ROOM_SIZE);
  add(&file, line, length);
  Status status = format_body(&file, snapshot, values, count, err);
  if (status == STATUS_OK && file.failed) {
    status = error_set(err, STATUS_IO, "%s: not enough memory to write a snapshot", path);
  }
  if (status == STATUS_OK) {
    size_t body = file.length - length;
    uint64_t digest = digest_add(DIGEST_START, file.at + length, body);
    (void)snprintf(line, sizeof line, head, VERSION, body, digest);
    memcpy(file.at, line, length);
    status = file_write_atomic(path, file.at, file.length, err);
  }
  free(file.at);
  return status;
}

/* ---- reading ---- */

typedef struct Reader {
  const char *at, *end;
} Reader;

/* The next line without its end; false where there is none, or it is too long. */
static bool next_line(Reader *reader, char line[LINE_SIZE]) {
  size_t left = (size_t)(reader->end - reader->at);
  const char *newline = left > 0 ? memchr(reader->at, '\n', left < LINE_SIZE ? left : LINE_SIZE) : NULL;
  if (!newline) {
    return false;
  }
  size_t length = (size_t)(newline - reader->at);
  memcpy(line, reader->at, length);
  line[length] = '\0';
  reader->at = newline + 1;
  return true;
}

/* What follows `name` and a blank in the next line; NULL: it is another line. */
static const char *next_value(Reader *reader, const char *name, char line[LINE_SIZE]) {
  size_t length = strlen(name);
  bool is_it = next_line(reader, line) && strncmp(line, name, length) == 0 && line[length] == ' ';
  return is_it ? line + length + 1 : NULL;
}

static bool read_size(Reader *reader, const char *name, size_t unit, size_t *size) {
  char line[LINE_SIZE], *end;
  const char *text = next_value(reader, name, line);
  if (!text || *text < '0' || *text > '9') {
    return false;
  }
  unsigned long long value = strtoull(text, &end, 10);
  *size = (size_t)value;
  return *end == '\0' && value <= (unsigned long long)(reader->end - reader->at) / unit;
}

static bool read_field(Reader *reader, Snapshot *snapshot, const Field *field) {
  char line[LINE_SIZE], *end;
  const char *text = next_value(reader, field->name, line);
  void *at = (char *)snapshot + field->offset;
  if (!text) {
    return false;
  }
  if (field->type == FIELD_REAL) {
    *(double *)at = strtod(text, &end);
    return *text && *end == '\0';
  }
  long long value = strtoll(text, &end, 10);
  bool fits = field->type == FIELD_LONG || (value >= -1 && value <= INT32_MAX);
  if (field->type == FIELD_LONG) {
    *(int64_t *)at = value;
  } else {
    *(int *)at = fits ? (int)value : 0;
  }
  return fits && *text && *end == '\0';
}

static bool read_state(Reader *reader, Snapshot *snapshot) {
  for (int f = 0; f < FIELD_COUNT; f++) {
    if (!read_field(reader, snapshot, &FIELDS[f])) {
      return false;
    }
  }
  memcpy(snapshot->best_layers, snapshot->experiment.net.layers, sizeof snapshot->best_layers);
  for (int h = 0; h < snapshot->experiment.net.hidden; h++) {
    char line[LINE_SIZE];
    const char *text = next_value(reader, "best_layer", line);
    bool is_pair = text && strlen(text) == 3 && (text[0] == '0' || text[0] == '1') && text[1] == ' ' &&
                   (text[2] == '0' || text[2] == '1');
    if (!is_pair) {
      return false;
    }
    snapshot->best_layers[h].batch_norm = text[0] == '1';
    snapshot->best_layers[h].bn_position = text[2] == '1' ? BN_BEFORE : BN_AFTER;
  }
  bool is_part = snapshot->progress >= 0.0 && snapshot->progress < 1.001 && snapshot->base_rate >= 0.0;
  return is_part && snapshot->epoch >= 0 && snapshot->step >= 0 && snapshot->optimizer_steps >= 0;
}

static Status damaged(const char *path, Error *err) {
  return error_set(err, STATUS_PARSE, "%s: the snapshot is cut or damaged: take an earlier one", path);
}

/* Finds the body, and whether it is what was written. */
static Status open_body(const char *bytes, size_t length, const char *path, Reader *body, Error *err) {
  Reader reader = {bytes, bytes + length};
  char line[LINE_SIZE], *end;
  const char *text = next_value(&reader, MAGIC, line);
  if (!text) {
    return error_set(err, STATUS_PARSE, "%s: is no snapshot of nnlab", path);
  }
  long version = strtol(text, &end, 10);
  if (version != VERSION) {
    return error_set(err, STATUS_PARSE, "%s: is a snapshot of version %ld, this nnlab reads %d", path, version,
                     VERSION);
  }
  unsigned long long size = strtoull(end, &end, 10), digest = strtoull(end, &end, 16);
  if (size != (size_t)(reader.end - reader.at) || digest != digest_add(DIGEST_START, reader.at, (size_t)size)) {
    return damaged(path, err);
  }
  *body = reader;
  return STATUS_OK;
}

Status snapshot_file_parse(Arena *arena, const char *bytes, size_t length, const char *path, Snapshot *snapshot,
                           float **values, size_t *count, Error *err) {
  Reader reader = {bytes, bytes};
  Status status = open_body(bytes, length, path, &reader, err);
  size_t size;
  if (status != STATUS_OK) {
    return status;
  }
  if (!read_size(&reader, "settings", 1, &size)) {
    return damaged(path, err);
  }
  Preset preset;
  status = preset_parse(arena, reader.at, size, path, &preset, err);
  if (status != STATUS_OK) {
    return status;
  }
  *snapshot = (Snapshot){.experiment = preset.experiment};
  reader.at += size;
  if (!read_state(&reader, snapshot) || !read_size(&reader, "values", sizeof **values, count) ||
      *count * sizeof **values != (size_t)(reader.end - reader.at)) {
    return damaged(path, err);
  }
  *values = arena_floats(arena, *count);
  memcpy(*values, reader.at, *count * sizeof **values);
  return STATUS_OK;
}

Status snapshot_file_read(Arena *arena, const char *path, Snapshot *snapshot, float **values, size_t *count,
                          Error *err) {
  char *bytes;
  size_t length;
  Status status = file_read(arena, path, LIMIT, &bytes, &length, err);
  return status == STATUS_OK ? snapshot_file_parse(arena, bytes, length, path, snapshot, values, count, err) : status;
}

/* ---- a trainer that goes on ---- */

static Status differs(const Experiment *run, const Experiment *snapshot, ParamId id, int layer, Error *err) {
  char ours[512], theirs[512];
  param_format(run, id, layer, ours, sizeof ours);
  param_format(snapshot, id, layer, theirs, sizeof theirs);
  return strcmp(ours, theirs) == 0
             ? STATUS_OK
             : error_set(err, STATUS_RANGE, "%s: the snapshot has '%s', the run '%s'", param_at(id)->key, theirs, ours);
}

Status snapshot_file_fits(const Trainer *trainer, const Snapshot *snapshot, size_t count, Error *err) {
  const Experiment *run = &trainer->experiment, *other = &snapshot->experiment;
  Status status = STATUS_OK;
  if (run->net.hidden != other->net.hidden) {
    return error_set(err, STATUS_RANGE, "layers: the snapshot has %d, the run %d", other->net.hidden, run->net.hidden);
  }
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const Param *param = param_at(id);
    int layers = param->live || id == PARAM_SNAPSHOT_MEMORY ? 0 : param->per_layer ? run->net.hidden : 1;
    for (int layer = 0; layer < layers && status == STATUS_OK; layer++) {
      status = differs(run, other, id, layer, err);
    }
  }
  if (status == STATUS_OK && count != snapshot_floats(trainer)) {
    return error_set(err, STATUS_RANGE, "the snapshot has %zu values, the run %zu: the data are others", count,
                     snapshot_floats(trainer));
  }
  return status;
}
