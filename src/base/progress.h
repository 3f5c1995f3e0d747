/* progress: how far the loading of a file is, and whether it is still wanted. The thread that loads keeps it and tells
 * its listener now and then; any thread may set `stop`. */
#ifndef NNLAB_BASE_PROGRESS_H
#define NNLAB_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef enum LoadStage {
  LOAD_READ = 0, /* a file's bytes become cells */
  LOAD_JUDGE,    /* what the columns are */
  LOAD_PREPARE,  /* numbers, split, scale */
  LOAD_STAGE_COUNT
} LoadStage;

typedef struct LoadProgress {
  LoadStage stage;
  const char *path;                /* LOAD_READ: the file, while it is open; else NULL */
  size_t done, total;              /* its bytes; total 0: not known */
  void (*listener)(void *context); /* may be NULL */
  void *context;
  atomic_bool stop;
} LoadProgress;

/* Tells the listener. With NULL does nothing. STATUS_STOPPED where loading is no longer wanted, with words about
 * `what`: a file or a data set. */
MUST_USE Status progress_tell(LoadProgress *progress, const char *what, Error *err);
/* Whether loading is no longer wanted; with NULL it is. Any thread. */
static inline bool progress_is_stopped(const LoadProgress *progress) {
  return progress && atomic_load_explicit(&progress->stop, memory_order_relaxed);
}
/* Begins `stage`, which has no file, and tells. */
MUST_USE Status progress_enter(LoadProgress *progress, LoadStage stage, const char *what, Error *err);

#endif
