#include "store/tail.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/digest.h"

typedef struct Place {
  uint64_t check;
  EpochReport report;
} Place;

/* With the size in it: another version's places are no places. */
static uint64_t check_of(const Place *place) {
  return digest_add(DIGEST_START ^ sizeof *place, &place->report, sizeof place->report);
}

static bool open_locked(Tail *tail, const char *store, int64_t run, int flags) {
  int length = snprintf(tail->path, sizeof tail->path, "%s-run%" PRId64, store, run);
  tail->fd = length > 0 && (size_t)length < sizeof tail->path ? open(tail->path, flags | O_RDWR | O_CLOEXEC, 0666) : -1;
  return tail->fd >= 0 && flock(tail->fd, LOCK_EX | LOCK_NB) == 0;
}

bool tail_create(Tail *tail, const char *store, int64_t run) {
  bool good = open_locked(tail, store, run, O_CREAT) && ftruncate(tail->fd, 0) == 0;
  if (!good) {
    tail_leave(tail);
  }
  return good;
}

TailState tail_take(Tail *tail, const char *store, int64_t run) {
  if (open_locked(tail, store, run, 0)) {
    return TAIL_TAKEN;
  }
  TailState state = tail->fd >= 0 ? TAIL_HELD : TAIL_NONE;
  tail_leave(tail);
  return state;
}

bool tail_put(const Tail *tail, int place, const EpochReport *report) {
  Place whole;
  memset(&whole, 0, sizeof whole);
  memcpy(&whole.report, report, sizeof *report);
  whole.check = check_of(&whole);
  return tail->fd >= 0 && pwrite(tail->fd, &whole, sizeof whole, (off_t)sizeof whole * place) == (ssize_t)sizeof whole;
}

bool tail_get(const Tail *tail, int place, EpochReport *report) {
  Place whole;
  bool good = tail->fd >= 0 &&
              pread(tail->fd, &whole, sizeof whole, (off_t)sizeof whole * place) == (ssize_t)sizeof whole &&
              whole.check == check_of(&whole);
  if (good) {
    *report = whole.report;
  }
  return good;
}

void tail_leave(Tail *tail) {
  if (tail->fd >= 0) {
    (void)close(tail->fd);
  }
  tail->fd = -1;
}

void tail_remove(Tail *tail) {
  if (tail->fd >= 0) {
    (void)unlink(tail->path);
  }
  tail_leave(tail);
}
