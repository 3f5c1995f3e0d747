#include "app/lists.h"

#include <stdio.h>
#include <string.h>

#include "app/runs_json.h"
#include "base/str.h"
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

/* Appends a column's name to a list of them, as a number where the name has quotes. */
static void append_name(char *list, size_t size, const Profile *profile, int c) {
  char name[96];
  if (strchr(profile->column[c].name, '"')) {
    (void)snprintf(name, sizeof name, "#%d", c + 1);
  } else {
    (void)snprintf(name, sizeof name, strchr(profile->column[c].name, ',') ? "\"%s\"" : "%s", profile->column[c].name);
  }
  size_t used = strlen(list);
  (void)snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

/* The profile's decisions as settings. What would not fit in a setting stays to be decided by the evidence. */
static void spell_out(const Profile *profile, DataSpec *spec) {
  char drop[4096] = "", categorical[4096] = "";
  for (int c = 0; c < profile->columns; c++) {
    const ColumnProfile *column = &profile->column[c];
    if (!column->used && strlen(drop) + 128 < sizeof drop) {
      append_name(drop, sizeof drop, profile, c);
    }
    if (column->used && c != profile->target && column->type == COLUMN_CATEGORY &&
        strlen(categorical) + 128 < sizeof categorical) {
      append_name(categorical, sizeof categorical, profile, c);
    }
  }
  spec->format = profile->format;
  spec->task = profile->task == TASK_CLASSIFICATION ? TASK_WISH_CLASSIFICATION : TASK_WISH_REGRESSION;
  str_copy(spec->target, sizeof spec->target, profile->column[profile->target].name);
  if (strlen(drop) < sizeof spec->drop) {
    str_copy(spec->drop, sizeof spec->drop, drop);
  }
  if (strlen(categorical) < sizeof spec->categorical) {
    str_copy(spec->categorical, sizeof spec->categorical, categorical);
  }
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
