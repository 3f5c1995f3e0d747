#include "train/surveyor.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/thread.h"
#include "base/wake.h"

struct Surveyor {
  pthread_t thread;
  const char *datasets;
  Wake wake;
  LoadProgress progress; /* of the survey that is being made */

  pthread_mutex_t lock; /* guards what follows */
  pthread_cond_t asked;
  bool quit, waits, works; /* `waits`: a question that has not been taken yet */
  DataSpec spec;           /* the latest question */
  uint64_t seed;
  double share;   /* of the file, read so far */
  Survey *survey; /* the answer, until it is read */
  char problem[512];
};

static void note_share(void *context) {
  Surveyor *surveyor = context;
  const LoadProgress *progress = &surveyor->progress;
  double share = progress->total > 0 ? (double)progress->done / (double)progress->total : 0.0;
  (void)pthread_mutex_lock(&surveyor->lock);
  surveyor->share = share;
  (void)pthread_mutex_unlock(&surveyor->lock);
}

/* Waits for a question; false at the end. */
static bool take_question(Surveyor *surveyor, DataSpec *spec, uint64_t *seed) {
  (void)pthread_mutex_lock(&surveyor->lock);
  while (!surveyor->waits && !surveyor->quit) {
    (void)pthread_cond_wait(&surveyor->asked, &surveyor->lock);
  }
  *spec = surveyor->spec;
  *seed = surveyor->seed;
  surveyor->waits = false;
  surveyor->works = true;
  surveyor->share = 0.0;
  atomic_store(&surveyor->progress.stop, surveyor->quit);
  bool go_on = !surveyor->quit;
  (void)pthread_mutex_unlock(&surveyor->lock);
  return go_on;
}

/* An answer to an older question than the latest is none. */
static void answer(Surveyor *surveyor, Survey *survey, const char *problem) {
  (void)pthread_mutex_lock(&surveyor->lock);
  surveyor->works = false;
  if (!surveyor->waits) {
    Survey *unread = surveyor->survey;
    surveyor->survey = survey;
    survey = unread;
    str_printable(surveyor->problem, sizeof surveyor->problem, problem);
    wake_send(&surveyor->wake);
  }
  (void)pthread_mutex_unlock(&surveyor->lock);
  survey_free(survey);
}

static void *surveyor_main(void *argument) {
  Surveyor *surveyor = argument;
  DataSpec spec;
  uint64_t seed;
  while (take_question(surveyor, &spec, &seed)) {
    Survey *survey = NULL;
    Error err = {0};
    Status status = survey_make(&spec, surveyor->datasets, seed, &surveyor->progress, &survey, &err);
    answer(surveyor, survey, status == STATUS_OK ? "" : err.text);
  }
  return NULL;
}

Status surveyor_open(Surveyor **out, const char *datasets, Error *err) {
  Surveyor *surveyor = calloc(1, sizeof *surveyor);
  if (!surveyor || !wake_open(&surveyor->wake)) {
    free(surveyor);
    return error_set(err, STATUS_IO, "cannot start a thread that looks at data: %s", strerror(errno));
  }
  surveyor->datasets = datasets;
  surveyor->progress.listener = note_share;
  surveyor->progress.context = surveyor;
  (void)pthread_mutex_init(&surveyor->lock, NULL);
  (void)pthread_cond_init(&surveyor->asked, NULL);
  int failed = thread_start(&surveyor->thread, surveyor_main, surveyor);
  if (failed != 0) {
    wake_close(&surveyor->wake);
    free(surveyor);
    return error_set(err, STATUS_IO, "cannot start a thread that looks at data: %s", strerror(failed));
  }
  *out = surveyor;
  return STATUS_OK;
}

void surveyor_close(Surveyor *surveyor) {
  if (!surveyor) {
    return;
  }
  (void)pthread_mutex_lock(&surveyor->lock);
  surveyor->quit = true;
  atomic_store(&surveyor->progress.stop, true);
  (void)pthread_cond_signal(&surveyor->asked);
  (void)pthread_mutex_unlock(&surveyor->lock);
  (void)pthread_join(surveyor->thread, NULL);
  (void)pthread_cond_destroy(&surveyor->asked);
  (void)pthread_mutex_destroy(&surveyor->lock);
  wake_close(&surveyor->wake);
  survey_free(surveyor->survey);
  free(surveyor);
}

void surveyor_ask(Surveyor *surveyor, const DataSpec *spec, uint64_t seed) {
  (void)pthread_mutex_lock(&surveyor->lock);
  surveyor->spec = *spec;
  surveyor->seed = seed;
  surveyor->waits = true;
  surveyor->problem[0] = '\0';
  atomic_store(&surveyor->progress.stop, true);
  (void)pthread_cond_signal(&surveyor->asked);
  (void)pthread_mutex_unlock(&surveyor->lock);
}

int surveyor_wake_fd(const Surveyor *surveyor) { return wake_fd(&surveyor->wake); }

void surveyor_read(Surveyor *surveyor, SurveyNews *news) {
  wake_drain(&surveyor->wake);
  (void)pthread_mutex_lock(&surveyor->lock);
  news->busy = surveyor->waits || surveyor->works;
  news->share = surveyor->share;
  news->survey = surveyor->survey;
  surveyor->survey = NULL;
  str_copy(news->problem, sizeof news->problem, surveyor->problem);
  (void)pthread_mutex_unlock(&surveyor->lock);
}
