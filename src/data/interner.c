#include "data/interner.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

enum { FIRST_ROOM = 16 };

/* FNV-1a. */
static uint32_t hash_of(const char *text) {
  uint32_t hash = 2166136261u;
  for (; *text; text++) {
    hash = (hash ^ (unsigned char)*text) * 16777619u;
  }
  return hash;
}

static void *resized(void *old, size_t count, size_t size) {
  void *memory = realloc(old, count * size);
  if (!memory) {
    fatal("out of memory: %zu objects of %zu bytes", count, size);
  }
  return memory;
}

static uint32_t find_slot(const Interner *interner, const char *text, uint32_t hash) {
  uint32_t slot = hash & (interner->slot_count - 1);
  for (uint32_t entry; (entry = interner->slots[slot]) != 0; slot = (slot + 1) & (interner->slot_count - 1)) {
    if (interner->hashes[entry - 1] == hash && strcmp(interner->text[entry - 1], text) == 0) {
      break;
    }
  }
  return slot;
}

static void grow(Interner *interner) {
  interner->room = interner->room > 0 ? 2 * interner->room : FIRST_ROOM;
  size_t room = (size_t)interner->room;
  interner->text = resized(interner->text, room, sizeof *interner->text);
  interner->hashes = resized(interner->hashes, room, sizeof *interner->hashes);
  free(interner->slots);
  interner->slot_count = (uint32_t)(2 * room);
  interner->slots = resized(NULL, 2 * room, sizeof *interner->slots);
  memset(interner->slots, 0, 2 * room * sizeof *interner->slots);
  for (int i = 0; i < interner->count; i++) {
    interner->slots[find_slot(interner, interner->text[i], interner->hashes[i])] = (uint32_t)i + 1;
  }
}

int interner_find(const Interner *interner, const char *text) {
  return interner->slot_count == 0 ? -1 : (int)interner->slots[find_slot(interner, text, hash_of(text))] - 1;
}

int interner_add(Interner *interner, Arena *arena, const char *text) {
  uint32_t hash = hash_of(text);
  uint32_t slot = interner->slot_count > 0 ? find_slot(interner, text, hash) : 0;
  if (interner->slot_count > 0 && interner->slots[slot] != 0) {
    return (int)interner->slots[slot] - 1;
  }
  if (interner->count == interner->room) {
    grow(interner);
    slot = find_slot(interner, text, hash);
  }
  interner->text[interner->count] = arena_strdup(arena, text);
  interner->hashes[interner->count] = hash;
  interner->slots[slot] = (uint32_t)++interner->count;
  return interner->count - 1;
}

void interner_deinit(Interner *interner) {
  free(interner->text);
  free(interner->hashes);
  free(interner->slots);
  *interner = (Interner){.count = 0};
}
