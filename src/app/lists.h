/* lists: the presets, the parameter table and a preset's YAML on standard output. */
#ifndef NNLAB_APP_LISTS_H
#define NNLAB_APP_LISTS_H

#include "base/arena.h"
#include "base/error.h"
#include "lab/preset.h"

void lists_presets(const PresetList *list);
void lists_params(void);
MUST_USE Status lists_show(const Preset *preset, Arena *arena, Error *err);

#endif
