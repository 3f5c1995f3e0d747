#include "app/lists.h"

#include <stdio.h>
#include <string.h>

#include "app/runs_json.h"
#include "base/str.h"
#include "data/column_names.h"
#include "data/open.h"
#include "lab/param.h"

void lists_presets(const PresetList *list) {
  for (int i = 0; i < list->count; i++) {
    const Preset *preset = &list->items[i];
    (void)printf("%2d  %-24s %s\n", i + 1, preset->name, preset->title);
  }
}

void lists_params(void) {
  const char *section = "";
  for (int i = 0; i < PARAM_COUNT; i++) {
    const Param *param = param_at((ParamId)i);
    char range[256], fallback[64];
    if (strcmp(section, param->section) != 0) {
      section = param->section;
      (void)printf("%s%s\n", i > 0 ? "\n" : "", section);
    }
    param_range_text((ParamId)i, range, sizeof range);
    if (param->type == PARAM_TEXT) {
      str_copy(fallback, sizeof fallback, param->fallback_text[0] ? param->fallback_text : "-");
    } else {
      param_format_value((ParamId)i, param->fallback, fallback, sizeof fallback);
    }
    (void)printf("  %-22s %-16s %s%s\n", param->key, fallback, param->help, param->live ? " [live]" : "");
    (void)printf("  %-22s %-16s %s\n", "", "", range);
  }
  (void)printf(
      "\nSettings marked [live] may change while a network trains; the others at a restart.\n"
      "--set layers=N makes it N hidden layers (1 .. %d), new ones copies of the last; --set layers.2.units=64 sets "
      "one.\n",
      NET_MAX_HIDDEN);
}

Status lists_show(const Preset *preset, Arena *arena, bool json, Error *err) {
  if (json) {
    runs_json_settings(stdout, &preset->experiment);
    (void)putchar('\n');
    return STATUS_OK;
  }
  char *text;
  size_t length;
  Status status = preset_format(arena, preset, &text, &length, err);
  if (status == STATUS_OK) {
    (void)fwrite(text, 1, length, stdout);
  }
  return status;
}

/* The profile's decisions as settings. A list that would not fit in a setting stays to be decided by the evidence. */
static void spell_out(const Profile *profile, DataSpec *spec) {
  char drop[sizeof spec->drop] = "", categorical[sizeof spec->categorical] = "";
  bool drops = true, categories = true;
  for (int c = 0; c < profile->columns; c++) {
    const ColumnProfile *column = &profile->column[c];
    if (!column->used) {
      drops = drops && column_names_append(drop, sizeof drop, column->name);
    } else if (c != profile->target && column->type == COLUMN_CATEGORY) {
      categories = categories && column_names_append(categorical, sizeof categorical, column->name);
    }
  }
  if (drops) {
    str_copy(spec->drop, sizeof spec->drop, drop);
  }
  if (categories) {
    str_copy(spec->categorical, sizeof spec->categorical, categorical);
  }
  spec->format = profile->format;
  spec->task = profile->task == TASK_CLASSIFICATION ? TASK_WISH_CLASSIFICATION : TASK_WISH_REGRESSION;
  str_copy(spec->target, sizeof spec->target, profile->column[profile->target].name);
}

Status lists_init(const Preset *preset, Arena *arena, const char *datasets, Error *err) {
  Preset spelled = *preset;
  DataSpec *spec = &spelled.experiment.data;
  Table table;
  Profile profile;
  Status status =
      open_table(arena, spec, datasets, (uint64_t)preset->experiment.train.seed, NULL, &table, &profile, err);
  if (status != STATUS_OK) {
    return status;
  }
  if (profile.columns > 0) {
    spell_out(&profile, spec);
  }
  if (open_is_path(spec->source)) {
    char path[2 * sizeof spec->source];
    str_printable(path, sizeof path, spec->source);
    (void)printf("# The table is looked for from this file's folder. Where it lies elsewhere: --data %s\n", path);
  }
  return lists_show(&spelled, arena, false, err);
}
