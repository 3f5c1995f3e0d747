/* wake: lets one thread end another's poll. A pipe: what is written is only that there is news; what it is lies
 * elsewhere, behind a lock. */
#ifndef NNLAB_BASE_WAKE_H
#define NNLAB_BASE_WAKE_H

#include <stdbool.h>

typedef struct Wake {
  int ends[2];
} Wake;

/* False, with errno set, when no pipe can be had. */
bool wake_open(Wake *wake);
void wake_close(Wake *wake);
/* Becomes readable by wake_send; wake_drain makes it unreadable again: before the news is looked at, or some is lost.
 * Neither ever waits. */
int wake_fd(const Wake *wake);
void wake_send(Wake *wake);
void wake_drain(Wake *wake);

#endif
