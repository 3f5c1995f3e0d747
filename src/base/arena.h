/* arena: memory by lifetime (app, run, frame). Objects made from an arena have no free of their own; the arena
 * frees all of them at once. Memory comes zeroed and aligned to 64 bytes where asked. Running out of memory is fatal
 * (base/fatal.h): whatever a user's settings could make too large is measured before it is allocated.
 * Threads: an arena belongs to one thread at a time. */
#ifndef NNLAB_BASE_ARENA_H
#define NNLAB_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct ArenaBlock ArenaBlock;
typedef struct ArenaGuest ArenaGuest;

typedef struct Arena {
  ArenaBlock *head;   /* the block that is being filled; older ones behind it */
  ArenaGuest *guests; /* memory that was taken over */
  size_t block_size;  /* bytes of an ordinary block */
} Arena;

/* Makes an empty arena; nothing is allocated yet. `block_size` 0 means 64 KiB. End it with arena_deinit. */
void arena_init(Arena *arena, size_t block_size);
/* Frees everything that was allocated from it; the arena is empty and usable again. */
void arena_reset(Arena *arena);
void arena_deinit(Arena *arena);

/* `count` objects of `size` bytes, zeroed, aligned to `align` (a power of two, at most 64). Never NULL. */
void *arena_alloc(Arena *arena, size_t count, size_t size, size_t align);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), 1, sizeof(type), _Alignof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type), _Alignof(type)))
/* Floats for the kernels: aligned to a cache line. */
float *arena_floats(Arena *arena, size_t count);
/* Takes over `memory`, which came from malloc: it is freed with the rest. */
void arena_adopt(Arena *arena, void *memory);
/* Gives `memory`, which was taken over, back to the caller. */
void arena_disown(Arena *arena, const void *memory);

char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t length);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
