/* interner: texts, each kept once, numbered from 0 in the order of their first appearance. One thread at a time. */
#ifndef NNLAB_DATA_INTERNER_H
#define NNLAB_DATA_INTERNER_H

#include <stdint.h>

#include "base/arena.h"

typedef struct Interner {
  const char **text; /* (count) in the arena that interner_add was given */
  int count, room;
  uint32_t *slots, *hashes; /* (slot_count) of text + 1, 0 = free; (room) */
  uint32_t slot_count;      /* a power of two */
} Interner;

/* All 0 is an empty interner. The number of `text` (ends with 0), -1 when it is not there. */
int interner_find(const Interner *interner, const char *text);
/* The number of `text`, which is copied into `arena` if it is new. */
int interner_add(Interner *interner, Arena *arena, const char *text);
/* Frees the tables, not the texts, which are in their arena. */
void interner_deinit(Interner *interner);

#endif
