#include "train/saver.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/thread.h"
#include "train/snapshot_file.h"

static const double PAUSE = 3.0;                 /* seconds */
static const double SHARE = 0.02;                /* of the time, that saving may take */
static const size_t LARGEST = (size_t)512 << 20; /* bytes of a snapshot that is still saved */

typedef enum SlotState { SLOT_EMPTY = 0, SLOT_FULL, SLOT_WRITING } SlotState;

struct Saver {
  pthread_t thread;
  double pause;

  pthread_mutex_t lock; /* guards what follows, but for `snapshot` and `values` while they are written */
  pthread_cond_t news;
  bool quit;
  int run;         /* that may be saved; 0: none */
  int ended;       /* the latest that ended */
  int epochs;      /* of `run`, that the history holds */
  char path[4096]; /* where it goes */
  double due;      /* when the next snapshot is taken */
  SlotState slot;
  int taken_run;
  bool unwanted; /* what is being written */
  double taking; /* seconds that it took */
  Snapshot snapshot;
  float *values; /* (room) */
  size_t count, room;
};

/* --- the thread --------------------------------------------------------------------------------------------------- */

static bool is_allowed(const Saver *saver) {
  return saver->slot == SLOT_FULL && saver->taken_run == saver->run && saver->snapshot.epoch <= saver->epochs;
}

/* With the lock held, which is let go meanwhile. A disk that is full, or the like, is tried again much later. */
static void write_one(Saver *saver) {
  char path[sizeof saver->path];
  str_copy(path, sizeof path, saver->path);
  saver->slot = SLOT_WRITING;
  saver->unwanted = false;
  (void)pthread_mutex_unlock(&saver->lock);
  double start = clock_now();
  char folder[sizeof path];
  str_copy(folder, sizeof folder, path); /* dirname changes it */
  (void)mkdir(dirname(folder), 0777);
  bool written = snapshot_file_write(path, &saver->snapshot, saver->values, saver->count, NULL) == STATUS_OK;
  double now = clock_now(), rest = (now - start + saver->taking) / SHARE;
  (void)pthread_mutex_lock(&saver->lock);
  if (saver->unwanted) {
    (void)pthread_mutex_unlock(&saver->lock);
    (void)unlink(path);
    (void)pthread_mutex_lock(&saver->lock);
  }
  saver->slot = SLOT_EMPTY;
  saver->due = now + (rest > saver->pause ? rest : saver->pause) * (written ? 1.0 : 10.0);
}

static void *saver_main(void *argument) {
  Saver *saver = argument;
  thread_be_nice();
  (void)pthread_mutex_lock(&saver->lock);
  for (;;) {
    if (is_allowed(saver)) {
      write_one(saver);
    } else if (saver->quit) {
      break;
    } else {
      (void)pthread_cond_wait(&saver->news, &saver->lock);
    }
  }
  (void)pthread_mutex_unlock(&saver->lock);
  return NULL;
}

/* --- the others ----------------------------------------------------------------------------------------------------
 */

static double wanted_pause(void) {
  const char *text = getenv("NNLAB_SAVE_SECONDS");
  double pause;
  return text && str_to_double(text, &pause) && pause >= 0.0 ? pause : PAUSE;
}

Status saver_open(Saver **out, Error *err) {
  Saver *saver = calloc(1, sizeof *saver);
  if (!saver) {
    return error_set(err, STATUS_IO, "not enough memory");
  }
  saver->pause = wanted_pause();
  (void)pthread_mutex_init(&saver->lock, NULL);
  (void)pthread_cond_init(&saver->news, NULL);
  int failed = thread_start(&saver->thread, saver_main, saver);
  if (failed != 0) {
    free(saver);
    return error_set(err, STATUS_IO, "cannot start a thread: %s", strerror(failed));
  }
  *out = saver;
  return STATUS_OK;
}

void saver_close(Saver *saver) {
  if (!saver) {
    return;
  }
  (void)pthread_mutex_lock(&saver->lock);
  saver->quit = true;
  (void)pthread_cond_signal(&saver->news);
  (void)pthread_mutex_unlock(&saver->lock);
  (void)pthread_join(saver->thread, NULL);
  (void)pthread_cond_destroy(&saver->news);
  (void)pthread_mutex_destroy(&saver->lock);
  free(saver->values);
  free(saver);
}

void saver_allow(Saver *saver, int run, const char *path, int epochs) {
  if (pthread_mutex_trylock(&saver->lock) != 0) {
    return; /* a thread at the lowest priority is not waited for: the next epoch will do */
  }
  if (saver->run < run && saver->ended < run) {
    saver->run = run;
    saver->due = clock_now() + saver->pause;
    str_copy(saver->path, sizeof saver->path, path);
  }
  saver->epochs = saver->run == run ? epochs : saver->epochs;
  if (is_allowed(saver)) {
    (void)pthread_cond_signal(&saver->news);
  }
  (void)pthread_mutex_unlock(&saver->lock);
}

void saver_end(Saver *saver, int run) {
  (void)pthread_mutex_lock(&saver->lock);
  saver->ended = run;
  saver->run = saver->run == run ? 0 : saver->run;
  saver->unwanted = saver->unwanted || saver->taken_run == run;
  (void)pthread_mutex_unlock(&saver->lock);
}

static bool make_room(Saver *saver, size_t count) {
  if (count > saver->room) {
    free(saver->values);
    saver->values = malloc(count * sizeof *saver->values);
    saver->room = saver->values ? count : 0;
  }
  saver->count = count;
  return saver->values != NULL;
}

void saver_offer(Saver *saver, int run, const Trainer *trainer, double seconds) {
  if (pthread_mutex_trylock(&saver->lock) != 0) {
    return;
  }
  size_t count = snapshot_floats(trainer);
  double now = clock_now();
  bool stale = saver->slot == SLOT_FULL && saver->taken_run != saver->run; /* its run has ended or was left */
  if (saver->run == run && now >= saver->due && (saver->slot == SLOT_EMPTY || stale) &&
      count <= LARGEST / sizeof(float) && make_room(saver, count)) {
    snapshot_take(trainer, seconds, &saver->snapshot, saver->values);
    saver->slot = SLOT_FULL;
    saver->taken_run = run;
    saver->taking = clock_now() - now;
    if (is_allowed(saver)) {
      (void)pthread_cond_signal(&saver->news);
    }
  }
  (void)pthread_mutex_unlock(&saver->lock);
}
