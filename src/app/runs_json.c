#include "app/runs_json.h"

#include <inttypes.h>

#include "app/json.h"
#include "app/runs_table.h"

/* Texts of settings are at most this long. */
enum { VALUE_SIZE = sizeof(DifferenceText) };

static void write_value(FILE *out, const char *key, ParamId id, double value) {
  const Param *param = param_at(id);
  if (param->type == PARAM_BOOL) {
    (void)fprintf(out, "\"%s\":%s", key, value != 0 ? "true" : "false");
  } else if (param->type == PARAM_CHOICE) {
    (void)fprintf(out, "\"%s\":\"%s\"", key, param->names[(int)value]);
  } else {
    json_number(out, key, value);
  }
}

static void write_setting(FILE *out, const Experiment *experiment, ParamId id, int layer) {
  const Param *param = param_at(id);
  if (param->type == PARAM_TEXT) {
    char text[VALUE_SIZE];
    param_format(experiment, id, layer, text, sizeof text);
    (void)fprintf(out, "\"%s\":", param->key);
    json_text(out, text);
  } else {
    write_value(out, param->key, id, param_get(experiment, id, layer));
  }
}

/* Those of one hidden layer, or those that are no layer's (-1). */
static void write_settings(FILE *out, const Experiment *experiment, int layer) {
  const char *between = "";
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    if (param_at(id)->per_layer == (layer >= 0)) {
      (void)fputs(between, out);
      write_setting(out, experiment, id, layer);
      between = ",";
    }
  }
}

void runs_json_settings(FILE *out, const Experiment *experiment) {
  (void)fputc('{', out);
  write_settings(out, experiment, -1);
  (void)fputs(",\"layers\":[", out);
  for (int layer = 0; layer < experiment->net.hidden; layer++) {
    (void)fputs(layer > 0 ? ",{" : "{", out);
    write_settings(out, experiment, layer);
    (void)fputc('}', out);
  }
  (void)fputs("]}", out);
}

/* Epochs and layers from 1, as everywhere that a person reads them. */
static void write_edit(FILE *out, const Edit *edit) {
  (void)fprintf(out, "{\"epoch\":%d,\"step\":%" PRId64 ",", edit->epoch + 1, edit->step);
  if (edit->layer >= 0) {
    (void)fprintf(out, "\"layer\":%d,", edit->layer + 1);
  }
  (void)fprintf(out, "\"setting\":\"%s\",", param_at(edit->param)->key);
  write_value(out, "from", edit->param, edit->old_value);
  (void)fputc(',', out);
  write_value(out, "to", edit->param, edit->new_value);
  (void)fputc('}', out);
}

Status runs_json_show(FILE *out, Store *store, const StoredRun *run, Error *err) {
  Arena arena;
  Edit *edits;
  Experiment experiment;
  int count;
  arena_init(&arena, 0);
  Status status = history_edits(store, &arena, run->id, &edits, &count, err);
  if (status == STATUS_OK) {
    status = history_experiment(&arena, run, &experiment, err);
  }
  if (status == STATUS_OK) {
    (void)fputs("{\"run\":", out);
    runs_table_json_run(out, run);
    (void)fputs(",\n \"edits\":[", out);
    for (int i = 0; i < count; i++) {
      (void)fputs(i > 0 ? ",\n  " : "", out);
      write_edit(out, &edits[i]);
    }
    (void)fputs("],\n \"settings\":", out);
    runs_json_settings(out, &experiment);
    (void)fputs("}\n", out);
  }
  arena_deinit(&arena);
  return status;
}

void runs_json_compare(FILE *out, const StoredRun *const *runs, const Comparison *comparison) {
  (void)fputs("{\"runs\":[", out);
  for (int r = 0; r < comparison->runs; r++) {
    (void)fputs(r > 0 ? ",\n  " : "", out);
    runs_table_json_run(out, runs[r]);
  }
  (void)fputs("],\n \"differences\":{", out);
  for (int i = 0; i < comparison->count && !comparison->items[i].is_result; i++) {
    const ComparisonRow *row = &comparison->items[i];
    (void)fputs(i > 0 ? ",\n  " : "", out);
    json_text(out, row->label);
    for (int r = 0; r < comparison->runs; r++) {
      (void)fputs(r > 0 ? "," : ":[", out);
      json_text(out, row->values[r]);
    }
    (void)fputc(']', out);
  }
  (void)fputs("}}\n", out);
}
