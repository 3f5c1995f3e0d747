/* tail: a small file beside the history for each run that is being recorded. It does two things. It is locked as long
 * as the recording process lives, however that ends: so others see whether a run is still under way. And it holds the
 * epochs that have ended since the last commit. It is mapped into memory: what is written there is the file's at once,
 * without a system call, and outlives the process. (Who makes the file shorter meanwhile ends the process by SIGBUS:
 * nnlab never does.)
 * Fixed places, each with a checksum; a place is written over when what it held has been committed. */
#ifndef NNLAB_STORE_TAIL_H
#define NNLAB_STORE_TAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/message.h"

enum { TAIL_PLACES = 256 };

typedef struct TailPlace TailPlace;

typedef struct Tail {
  int fd;            /* -1: there is none */
  TailPlace *places; /* (TAIL_PLACES) the file; NULL: there are none */
  char path[4096];
} Tail;

typedef enum TailState { TAIL_NONE = 0, TAIL_HELD, TAIL_TAKEN } TailState;

/* Makes and locks the file of run `run`; waits a tenth of a second for another process to let go of it. Where there is
 * no room for its places there are none; where it stays locked, or the file system cannot lock, there is no file
 * either. */
void tail_create(Tail *tail, const char *store, int64_t run);
/* Takes over what a process that is gone has left. Held: the process still lives. */
TailState tail_take(Tail *tail, const char *store, int64_t run);
/* Whether the process that records the run lives; the file need not be writable. */
bool tail_is_held(const char *store, int64_t run);
/* Writes to a place of a file that was made here. */
void tail_put(const Tail *tail, int place, const EpochReport *report);
/* False when the place holds nothing whole. */
bool tail_get(const Tail *tail, int place, EpochReport *report);
/* Lets go of the file; it stays where it is. */
void tail_leave(Tail *tail);
/* Lets go of the file and removes it. */
void tail_remove(Tail *tail);

#endif
