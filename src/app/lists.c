#include "app/lists.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
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
      str_copy(fallback, sizeof fallback, param->fallback_text);
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

Status lists_show(const Preset *preset, Arena *arena, Error *err) {
  char *text;
  size_t length;
  Status status = preset_format(arena, preset, &text, &length, err);
  if (status == STATUS_OK) {
    (void)fwrite(text, 1, length, stdout);
  }
  return status;
}
