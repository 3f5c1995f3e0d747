#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

struct ArenaBlock {
  ArenaBlock *next;
  size_t used, size; /* bytes of the memory that follows the header */
};

struct ArenaGuest {
  ArenaGuest *next;
  void *memory;
};

enum { BLOCK_ALIGN = 64, BLOCK_DEFAULT = 64 * 1024, BLOCK_HEADER = 64 };
_Static_assert(sizeof(ArenaBlock) <= BLOCK_HEADER, "the header fits before the first aligned byte");

void arena_init(Arena *arena, size_t block_size) {
  arena->head = NULL;
  arena->guests = NULL;
  arena->block_size = block_size > 0 ? block_size : BLOCK_DEFAULT;
}

void arena_reset(Arena *arena) {
  for (; arena->guests; arena->guests = arena->guests->next) {
    free(arena->guests->memory);
  }
  while (arena->head) {
    ArenaBlock *next = arena->head->next;
    free(arena->head);
    arena->head = next;
  }
}

void arena_deinit(Arena *arena) { arena_reset(arena); }

static ArenaBlock *block_new(size_t size) {
  size_t total = (BLOCK_HEADER + size + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
  ArenaBlock *block = total > size ? aligned_alloc(BLOCK_ALIGN, total) : NULL;
  if (!block) {
    fatal("out of memory: %zu bytes were not to be had", size);
  }
  memset(block, 0, total);
  block->size = total - BLOCK_HEADER;
  return block;
}

void *arena_alloc(Arena *arena, size_t count, size_t size, size_t align) {
  if (size > 0 && count > SIZE_MAX / 2 / size) {
    fatal("out of memory: %zu objects of %zu bytes", count, size);
  }
  size_t bytes = count * size;
  ArenaBlock *block = arena->head;
  size_t start = block ? (block->used + align - 1) & ~(align - 1) : 0;
  if (!block || start > block->size || bytes > block->size - start) {
    block = block_new(bytes > arena->block_size ? bytes : arena->block_size);
    block->next = arena->head;
    arena->head = block;
    start = 0;
  }
  block->used = start + bytes;
  return (char *)block + BLOCK_HEADER + start;
}

float *arena_floats(Arena *arena, size_t count) { return arena_alloc(arena, count, sizeof(float), 64); }

void arena_adopt(Arena *arena, void *memory) {
  ArenaGuest *guest = ARENA_NEW(arena, ArenaGuest);
  *guest = (ArenaGuest){arena->guests, memory};
  arena->guests = guest;
}

void arena_disown(Arena *arena, const void *memory) {
  for (ArenaGuest **guest = &arena->guests; *guest; guest = &(*guest)->next) {
    if ((*guest)->memory == memory) {
      *guest = (*guest)->next;
      return;
    }
  }
  fatal("arena: memory is to be given back that was not taken over");
}

char *arena_strndup(Arena *arena, const char *text, size_t length) {
  char *copy = arena_alloc(arena, length + 1, 1, 1);
  memcpy(copy, text, length);
  return copy;
}

char *arena_strdup(Arena *arena, const char *text) { return arena_strndup(arena, text, strlen(text)); }

char *arena_printf(Arena *arena, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  ASSERT(length >= 0);
  char *text = arena_alloc(arena, (size_t)length + 1, 1, 1);
  (void)vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text;
}
