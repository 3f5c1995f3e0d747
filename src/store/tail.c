#include "store/tail.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"

enum { MOMENTS = 50 };

struct TailPlace {
  uint64_t check;
  EpochReport report;
};

static const size_t TAIL_BYTES = TAIL_PLACES * sizeof(TailPlace);

/* With the size in it: another version's places are no places. */
static uint64_t check_of(const TailPlace *place) {
  return digest_add(DIGEST_START ^ sizeof *place, &place->report, sizeof place->report);
}

static void open_file(Tail *tail, const char *store, int64_t run, int flags) {
  int length = snprintf(tail->path, sizeof tail->path, "%s-run%" PRId64, store, run);
  tail->fd = length > 0 && (size_t)length < sizeof tail->path ? open(tail->path, flags | O_CLOEXEC, 0666) : -1;
}

/* False for a file that was removed before it was locked: others would open and lock another one. */
static bool is_in_place(const Tail *tail) {
  struct stat ours, there;
  return fstat(tail->fd, &ours) == 0 && stat(tail->path, &there) == 0 && ours.st_dev == there.st_dev &&
         ours.st_ino == there.st_ino;
}

static bool open_locked(Tail *tail, const char *store, int64_t run, int flags) {
  open_file(tail, store, run, flags | O_RDWR);
  return tail->fd >= 0 && flock(tail->fd, LOCK_EX | LOCK_NB) == 0 && is_in_place(tail);
}

/* All its blocks are taken now: a full disk would end the process where it writes to memory. */
static bool fill(int fd) {
  static const char zeros[4096];
  for (size_t at = 0; at < TAIL_BYTES; at += sizeof zeros) {
    size_t bytes = TAIL_BYTES - at < sizeof zeros ? TAIL_BYTES - at : sizeof zeros;
    if (pwrite(fd, zeros, bytes, (off_t)at) != (ssize_t)bytes) {
      return false;
    }
  }
  return true;
}

static void map_places(Tail *tail) {
  if (ftruncate(tail->fd, 0) == 0 && fill(tail->fd)) {
    void *at = mmap(NULL, TAIL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, tail->fd, 0);
    tail->places = at != MAP_FAILED ? at : NULL;
  }
}

/* Who has just kept what was left of the run lets go of its file in a moment. */
void tail_create(Tail *tail, const char *store, int64_t run) {
  const struct timespec moment = {.tv_nsec = 2000000};
  for (int i = 0; i < MOMENTS; i++) {
    if (open_locked(tail, store, run, O_CREAT)) {
      map_places(tail);
      return;
    }
    bool again = tail->fd >= 0; /* whatever keeps it from being made stays */
    tail_leave(tail);
    if (!again) {
      return;
    }
    (void)nanosleep(&moment, NULL);
  }
}

TailState tail_take(Tail *tail, const char *store, int64_t run) {
  if (open_locked(tail, store, run, 0)) {
    return TAIL_TAKEN;
  }
  TailState state = tail->fd >= 0 ? TAIL_HELD : TAIL_NONE;
  tail_leave(tail);
  return state;
}

bool tail_is_held(const char *store, int64_t run) {
  Tail tail = {.fd = -1};
  open_file(&tail, store, run, O_RDONLY);
  bool held = tail.fd >= 0 && flock(tail.fd, LOCK_SH | LOCK_NB) != 0;
  tail_leave(&tail);
  return held;
}

/* The checksum comes last: a place that was being written is none. */
void tail_put(const Tail *tail, int place, const EpochReport *report) {
  TailPlace *to = &tail->places[place];
  to->check = 0;
  atomic_signal_fence(memory_order_seq_cst);
  memcpy(&to->report, report, sizeof *report);
  atomic_signal_fence(memory_order_seq_cst);
  to->check = check_of(to);
}

bool tail_get(const Tail *tail, int place, EpochReport *report) {
  TailPlace whole;
  bool good = tail->fd >= 0 &&
              pread(tail->fd, &whole, sizeof whole, (off_t)sizeof whole * place) == (ssize_t)sizeof whole &&
              whole.check == check_of(&whole);
  if (good) {
    *report = whole.report;
  }
  return good;
}

void tail_leave(Tail *tail) {
  if (tail->places) {
    (void)munmap(tail->places, TAIL_BYTES);
  }
  if (tail->fd >= 0) {
    (void)close(tail->fd);
  }
  tail->places = NULL;
  tail->fd = -1;
}

void tail_remove(Tail *tail) {
  if (tail->fd >= 0) {
    (void)unlink(tail->path);
  }
  tail_leave(tail);
}
