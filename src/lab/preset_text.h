/* preset_text: the lesson's texts in a preset, as a table that reading and writing share. For lab/preset_*.c alone. */
#ifndef NNLAB_LAB_PRESET_TEXT_H
#define NNLAB_LAB_PRESET_TEXT_H

#include <stdbool.h>

#include "lab/preset.h"

enum { PRESET_TEXTS = 4 };

typedef struct PresetText {
  const char *key;
  size_t offset; /* inside Preset, of a const char * */
  bool lines;    /* may have newlines */
} PresetText;

extern const PresetText PRESET_TEXT[PRESET_TEXTS];

const char *preset_text_get(const Preset *preset, int index);
void preset_text_set(Preset *preset, int index, const char *text);
/* A copy with what could harm a terminal replaced (str_printable); newlines stay if `lines`. */
const char *preset_text_safe(Arena *arena, const char *text, bool lines);

#endif
