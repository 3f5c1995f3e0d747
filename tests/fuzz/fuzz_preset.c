/* fuzz_preset: any bytes as a preset. What is refused gets a message that begins with the path; what is read can be
 * written, and reads back to the same preset and the same text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/preset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition) {
    abort();
  }
}

static void check_round_trip(Arena *arena, const Preset *preset) {
  char *text, *again;
  size_t length, again_length;
  Preset back;
  Error err;
  require(preset_format(arena, preset, &text, &length, &err) == STATUS_OK);
  require(preset_parse(arena, text, length, preset->path, &back, &err) == STATUS_OK);
  require(experiment_equal(&preset->experiment, &back.experiment));
  require(strcmp(preset->title, back.title) == 0 && strcmp(preset->lesson, back.lesson) == 0);
  require(strcmp(preset->watch, back.watch) == 0 && strcmp(preset->try_it, back.try_it) == 0);
  require(preset_format(arena, &back, &again, &again_length, &err) == STATUS_OK);
  require(again_length == length && memcmp(text, again, length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char path[] = "fuzz.yaml";
  Arena arena;
  Preset preset;
  Error err;
  arena_init(&arena, 0);
  Status status = preset_parse(&arena, (const char *)data, size, path, &preset, &err);
  if (status == STATUS_OK) {
    check_round_trip(&arena, &preset);
  } else {
    require(err.status == status && strncmp(err.text, "fuzz.yaml:", strlen("fuzz.yaml:")) == 0);
  }
  arena_deinit(&arena);
  return 0;
}
