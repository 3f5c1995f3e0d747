/* preset_text: see preset_text.h. */
#include "lab/preset_text.h"

#include <stddef.h>
#include <string.h>

#include "base/str.h"

const PresetText PRESET_TEXT[PRESET_TEXTS] = {{"title", offsetof(Preset, title), false},
                                              {"lesson", offsetof(Preset, lesson), true},
                                              {"watch", offsetof(Preset, watch), true},
                                              {"try", offsetof(Preset, try_it), true}};

const char *preset_text_get(const Preset *preset, int index) {
  return *(const char *const *)((const char *)preset + PRESET_TEXT[index].offset);
}

void preset_text_set(Preset *preset, int index, const char *text) {
  *(const char **)((char *)preset + PRESET_TEXT[index].offset) = text;
}

const char *preset_text_safe(Arena *arena, const char *text, bool lines) {
  size_t size = strlen(text) + 1; /* no character becomes longer */
  char *line = arena_strdup(arena, text);
  char *out = arena_alloc(arena, size, 1, 1);
  size_t used = 0;
  for (char *end; lines && (end = strchr(line, '\n')); line = end + 1) {
    *end = '\0';
    str_printable(out + used, size - used, line);
    used += strlen(out + used);
    out[used++] = '\n';
  }
  str_printable(out + used, size - used, line);
  return out;
}
