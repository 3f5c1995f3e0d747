/* param_assign: settings by a line of text, as --set takes them, and the nearest key to a misspelt one. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "lab/excerpt.h"
#include "lab/param.h"

static const char LAYERS[] = "layers", IN_LAYER[] = "layers.";

const char *param_nearest_key(const char *key) {
  const char *keys[PARAM_COUNT + 1];
  for (int i = 0; i < PARAM_COUNT; i++) {
    keys[i] = param_at((ParamId)i)->key;
  }
  keys[PARAM_COUNT] = LAYERS;
  return str_nearest(key, keys, PARAM_COUNT + 1);
}

static Status find_key(const char *key, ParamId *id, Error *err) {
  if (param_find(key, id)) {
    return STATUS_OK;
  }
  const char *nearest = param_nearest_key(key);
  if (nearest) {
    return error_set(err, STATUS_USAGE, "unknown key '%s'; did you mean '%s'?", excerpt(key).text, nearest);
  }
  return error_set(err, STATUS_USAGE, "unknown key '%s'", excerpt(key).text);
}

/* `layers=3` */
static Status assign_count(Experiment *experiment, const char *text, Error *err) {
  int64_t count;
  if (!str_to_i64(text, &count)) {
    return error_set(err, STATUS_PARSE, "layers: '%s' is not a whole number (1 .. %d)", excerpt(text).text,
                     NET_MAX_HIDDEN);
  }
  if (count < 1 || count > NET_MAX_HIDDEN) {
    return error_set(err, STATUS_RANGE, "layers: %lld is outside 1 .. %d", (long long)count, NET_MAX_HIDDEN);
  }
  NetSpec *net = &experiment->net;
  for (int i = net->hidden; i < count; i++) {
    net->layers[i] = net->layers[net->hidden - 1];
  }
  net->hidden = (int)count;
  return STATUS_OK;
}

/* `layers.2.dropout=0.5`; `path` is what follows "layers." */
static Status assign_in_layer(Experiment *experiment, char *path, const char *text, Error *err) {
  char *dot = strchr(path, '.');
  if (!dot) {
    return error_set(err, STATUS_USAGE, "'layers.%s': write layers.NUMBER.KEY, as in layers.2.dropout",
                     excerpt(path).text);
  }
  *dot = '\0';
  int64_t number;
  if (!str_to_i64(path, &number) || number < 1 || number > experiment->net.hidden) {
    return error_set(err, STATUS_RANGE, "layers: no layer '%s'; there are 1 .. %d", excerpt(path).text,
                     experiment->net.hidden);
  }
  ParamId id;
  Status status = find_key(dot + 1, &id, err);
  if (status != STATUS_OK) {
    return status;
  }
  if (!param_at(id)->per_layer) {
    return error_set(err, STATUS_USAGE, "%s is not a layer's setting: write %s=%s", dot + 1, dot + 1,
                     excerpt(text).text);
  }
  return param_set_text(experiment, id, (int)number - 1, text, err);
}

/* `dropout=0.5` in every hidden layer, `epochs=9` once. */
static Status assign_everywhere(Experiment *experiment, const char *key, const char *text, Error *err) {
  ParamId id;
  Status status = find_key(key, &id, err);
  int places = status == STATUS_OK && param_at(id)->per_layer ? experiment->net.hidden : 1;
  for (int i = 0; i < places && status == STATUS_OK; i++) {
    status = param_set_text(experiment, id, i, text, err);
  }
  return status;
}

/* Copies `length` bytes of `text` without the blanks around them; false when they do not fit. */
static bool copy_trimmed(char *out, size_t size, const char *text, size_t length) {
  for (; length > 0 && isspace((unsigned char)*text); text++) {
    length--;
  }
  while (length > 0 && isspace((unsigned char)text[length - 1])) {
    length--;
  }
  if (length >= size) {
    return false;
  }
  memcpy(out, text, length);
  out[length] = '\0';
  return true;
}

Status param_assign(Experiment *experiment, const char *assignment, Error *err) {
  const char *equals = strchr(assignment, '=');
  if (!equals) {
    return error_set(err, STATUS_USAGE, "'%s': write KEY=VALUE, as in learning_rate=0.01", excerpt(assignment).text);
  }
  char key[256], text[512];
  if (!copy_trimmed(key, sizeof key, assignment, (size_t)(equals - assignment)) ||
      !copy_trimmed(text, sizeof text, equals + 1, strlen(equals + 1))) {
    return error_set(err, STATUS_USAGE, "'%s': is too long", excerpt(assignment).text);
  }
  if (strcmp(key, LAYERS) == 0) {
    return assign_count(experiment, text, err);
  }
  size_t prefix = sizeof IN_LAYER - 1;
  if (strncmp(key, IN_LAYER, prefix) == 0) {
    return assign_in_layer(experiment, key + prefix, text, err);
  }
  return assign_everywhere(experiment, key, text, err);
}
