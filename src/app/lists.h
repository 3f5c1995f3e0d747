/* lists: the presets, the parameter table and a preset's YAML on standard output. */
#ifndef NNLAB_APP_LISTS_H
#define NNLAB_APP_LISTS_H

#include "base/arena.h"
#include "base/error.h"
#include "lab/preset.h"

void lists_presets(const PresetList *list);
void lists_params(void);
/* As YAML, or its settings as JSON (app/runs_json.h). */
MUST_USE Status lists_show(const Preset *preset, Arena *arena, bool json, Error *err);
/* The preset with every decision that was made on its data file spelled out: format, target, task, dropped columns. */
MUST_USE Status lists_init(const Preset *preset, Arena *arena, const char *datasets, Error *err);

#endif
