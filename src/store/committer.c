#include "store/committer.h"

#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "store/epoch_row.h"

struct Committer {
  pthread_t thread;
  const Store *store; /* the recording's: its path and patience alone are looked at */
  int64_t run;

  pthread_mutex_t lock; /* guards what follows, but for `batch` while it is committed */
  pthread_cond_t news, done;
  bool quit, hurry; /* hurry: somebody waits for `done` */
  int count;        /* to be committed */
  EpochReport batch[COMMITTER_BATCH];
  Status status; /* what has gone wrong */
  Error err;
};

/* --- the thread --------------------------------------------------------------------------------------------------- */

static Status commit(Store *store, const Committer *committer, Error *err) {
  Status status = db_begin(store, err);
  if (status == STATUS_OK) {
    status = db_finish(store, epoch_row_add(store, committer->run, committer->batch, committer->count, err), err);
  }
  return status;
}

/* A history that another process keeps locked is tried again; once somebody waits, for the store's whole patience. */
static Status commit_in_time(Committer *committer, Store **store, Error *err) {
  bool last;
  Status status;
  do {
    (void)pthread_mutex_lock(&committer->lock);
    last = committer->hurry || committer->quit;
    (void)pthread_mutex_unlock(&committer->lock);
    status = *store ? STATUS_OK : db_join(committer->store, store, err);
    status = status == STATUS_OK ? commit(*store, committer, err) : status;
  } while (!last && status != STATUS_OK && *store && db_is_busy(*store));
  return status;
}

static void *committer_main(void *argument) {
  Committer *committer = argument;
  Store *store = NULL;
  (void)pthread_mutex_lock(&committer->lock);
  for (;;) {
    while (committer->count == 0 && !committer->quit) {
      (void)pthread_cond_wait(&committer->news, &committer->lock);
    }
    if (committer->quit) {
      break;
    }
    (void)pthread_mutex_unlock(&committer->lock);
    Error err = {0};
    Status status = commit_in_time(committer, &store, &err);
    (void)pthread_mutex_lock(&committer->lock);
    committer->count = 0;
    if (status != STATUS_OK) {
      committer->status = status;
      committer->err = err;
    }
    (void)pthread_cond_signal(&committer->done);
  }
  (void)pthread_mutex_unlock(&committer->lock);
  store_close(store);
  return NULL;
}

/* --- the recording's side ------------------------------------------------------------------------------------------
 */

Committer *committer_open(const Store *store, int64_t run) {
  Committer *committer = calloc(1, sizeof *committer);
  if (!committer) {
    return NULL;
  }
  committer->store = store;
  committer->run = run;
  (void)pthread_mutex_init(&committer->lock, NULL);
  (void)pthread_cond_init(&committer->news, NULL);
  (void)pthread_cond_init(&committer->done, NULL);
  if (thread_start(&committer->thread, committer_main, committer) != 0) {
    free(committer);
    return NULL;
  }
  return committer;
}

void committer_close(Committer *committer) {
  if (!committer) {
    return;
  }
  (void)pthread_mutex_lock(&committer->lock);
  committer->quit = true;
  (void)pthread_cond_signal(&committer->news);
  (void)pthread_mutex_unlock(&committer->lock);
  (void)pthread_join(committer->thread, NULL);
  (void)pthread_cond_destroy(&committer->news);
  (void)pthread_cond_destroy(&committer->done);
  (void)pthread_mutex_destroy(&committer->lock);
  free(committer);
}

/* With the lock held. */
static Status wait_done(Committer *committer, Error *err) {
  committer->hurry = true;
  while (committer->count > 0) {
    (void)pthread_cond_wait(&committer->done, &committer->lock);
  }
  committer->hurry = false;
  if (committer->status != STATUS_OK && err) {
    *err = committer->err;
  }
  return committer->status;
}

Status committer_give(Committer *committer, const EpochReport *epochs, int count, bool wait, bool *taken, Error *err) {
  Status status = STATUS_OK;
  (void)pthread_mutex_lock(&committer->lock);
  if (wait || committer->count == 0) {
    status = wait_done(committer, err);
  }
  *taken = status == STATUS_OK && committer->count == 0;
  if (*taken) {
    memcpy(committer->batch, epochs, (size_t)count * sizeof *epochs);
    committer->count = count;
    (void)pthread_cond_signal(&committer->news);
  }
  (void)pthread_mutex_unlock(&committer->lock);
  return status;
}

Status committer_finish(Committer *committer, Error *err) {
  (void)pthread_mutex_lock(&committer->lock);
  Status status = wait_done(committer, err);
  (void)pthread_mutex_unlock(&committer->lock);
  return status;
}
