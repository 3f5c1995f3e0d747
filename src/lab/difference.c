#include "lab/difference.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

enum { VALUE_SIZE = 512 };

/* Whether the setting has the same text in each hidden layer, which is then in `out`; "" when not. */
static bool is_even(const Experiment *experiment, ParamId id, char *out, size_t size) {
  param_format(experiment, id, 0, out, size);
  for (int layer = 1; layer < experiment->net.hidden; layer++) {
    char value[VALUE_SIZE];
    param_format(experiment, id, layer, value, sizeof value);
    if (strcmp(value, out) != 0) {
      out[0] = '\0';
      return false;
    }
  }
  return true;
}

static void tell_layers(const Experiment *from, const Experiment *to, ParamId id, DifferenceSink *sink, void *context) {
  const char *key = param_at(id)->key;
  char before[VALUE_SIZE], after[VALUE_SIZE];
  bool was_even = is_even(from, id, before, sizeof before);
  if (is_even(to, id, after, sizeof after)) {
    if (!was_even || strcmp(before, after) != 0) {
      sink(context, key, before, after);
    }
    return;
  }
  for (int layer = 0; layer < to->net.hidden; layer++) {
    param_format(from, id, layer, before, sizeof before);
    param_format(to, id, layer, after, sizeof after);
    if (strcmp(before, after) != 0) {
      char path[64];
      (void)snprintf(path, sizeof path, "layers.%d.%s", layer + 1, key);
      sink(context, path, before, after);
    }
  }
}

void difference_each(const Experiment *from, const Experiment *to, DifferenceSink *sink, void *context) {
  Experiment base = *from;
  char before[VALUE_SIZE], after[VALUE_SIZE];
  if (from->net.hidden != to->net.hidden) {
    (void)snprintf(before, sizeof before, "%d", from->net.hidden);
    (void)snprintf(after, sizeof after, "%d", to->net.hidden);
    sink(context, "layers", before, after);
    for (int layer = from->net.hidden; layer < to->net.hidden; layer++) {
      base.net.layers[layer] = base.net.layers[from->net.hidden - 1];
    }
    base.net.hidden = to->net.hidden;
  }
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    if (param_at(id)->per_layer) {
      tell_layers(&base, to, id, sink, context);
      continue;
    }
    param_format(&base, id, 0, before, sizeof before);
    param_format(to, id, 0, after, sizeof after);
    if (strcmp(before, after) != 0) {
      sink(context, param_at(id)->key, before, after);
    }
  }
}

typedef struct Line {
  char *out;
  size_t size;
} Line;

static void append(void *context, const char *key, const char *from, const char *to) {
  const Line *line = context;
  size_t used = strlen(line->out);
  char word[VALUE_SIZE + 80];
  (void)from;
  (void)snprintf(word, sizeof word, strchr(to, ' ') ? "%s%s=\"%s\"" : "%s%s=%s", used > 0 ? " " : "", key, to);
  str_copy(line->out + used, line->size - used, word);
}

void difference_text(const Experiment *from, const Experiment *to, char *out, size_t size) {
  Line line = {out, size};
  out[0] = '\0';
  difference_each(from, to, append, &line);
}

/* --- among several ------------------------------------------------------------------------------------------------ */

static void layer_values(const Experiment *experiment, ParamId id, char *out, size_t size) {
  if (is_even(experiment, id, out, size)) {
    return;
  }
  for (int layer = 0; layer < experiment->net.hidden; layer++) {
    size_t used = strlen(out);
    char value[VALUE_SIZE];
    param_format(experiment, id, layer, value, sizeof value);
    str_copy(out + used, size - used, layer > 0 ? ", " : "");
    used = strlen(out);
    str_copy(out + used, size - used, value);
  }
}

static void tell_if_different(int count, const char *key, DifferenceText *values, DifferenceAmongSink *sink,
                              void *context) {
  for (int e = 1; e < count; e++) {
    if (strcmp(values[e], values[0]) != 0) {
      sink(context, key, values);
      return;
    }
  }
}

void difference_among(const Experiment *experiments, int count, DifferenceAmongSink *sink, void *context) {
  DifferenceText values[DIFFERENCE_MOST];
  for (int e = 0; e < count; e++) {
    (void)snprintf(values[e], sizeof values[e], "%d", experiments[e].net.hidden);
  }
  tell_if_different(count, "layers", values, sink, context);
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    for (int e = 0; e < count; e++) {
      if (param_at(id)->per_layer) {
        layer_values(&experiments[e], id, values[e], sizeof values[e]);
      } else {
        param_format(&experiments[e], id, 0, values[e], sizeof values[e]);
      }
    }
    tell_if_different(count, param_at(id)->key, values, sink, context);
  }
}
