#include "base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "base/order.h"
#include "base/thread.h"

typedef struct Crew {
  const CrewPlan *plan;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t changed;
  int next;    /* the next job that nobody has taken */
  int working; /* threads that have not ended */
  bool stopped;
  bool *done; /* (jobs) */
} Crew;

typedef struct Hand {
  Crew *crew;
  int number;
} Hand;

static void *work(void *argument) {
  const Hand *hand = argument;
  Crew *crew = hand->crew;
  const CrewPlan *plan = crew->plan;
  if (plan->idle) {
    thread_take_what_is_left();
  }
  (void)pthread_mutex_lock(&crew->mutex);
  while (!crew->stopped && crew->next < plan->jobs) {
    int job = crew->next++;
    (void)pthread_mutex_unlock(&crew->mutex);
    bool goes_on = plan->work(plan->context, hand->number, job);
    (void)pthread_mutex_lock(&crew->mutex);
    crew->stopped = crew->stopped || !goes_on;
    crew->done[job] = true;
    (void)pthread_cond_signal(&crew->changed);
  }
  crew->working--;
  (void)pthread_cond_signal(&crew->changed);
  (void)pthread_mutex_unlock(&crew->mutex);
  return NULL;
}

/* Waits for one job after the other. */
static void attend(Crew *crew) {
  const CrewPlan *plan = crew->plan;
  for (int job = 0; job < plan->jobs; job++) {
    (void)pthread_mutex_lock(&crew->mutex);
    while (!crew->done[job] && crew->working > 0) {
      (void)pthread_cond_wait(&crew->changed, &crew->mutex);
    }
    bool done = crew->done[job];
    (void)pthread_mutex_unlock(&crew->mutex);
    if (done && plan->tell) {
      plan->tell(plan->context, job);
    }
  }
}

bool crew_run(const CrewPlan *plan) {
  pthread_t threads[CREW_MAX_HANDS];
  Hand hands[CREW_MAX_HANDS];
  int started = 0;
  Crew crew = {.plan = plan,
               .mutex = PTHREAD_MUTEX_INITIALIZER,
               .changed = PTHREAD_COND_INITIALIZER,
               .working = plan->hands,
               .done = calloc((size_t)plan->jobs, sizeof *crew.done)};
  if (!crew.done) {
    fatal("not enough memory");
  }
  for (bool good = true; good && started < plan->hands;) {
    hands[started] = (Hand){&crew, started};
    good = thread_start(&threads[started], work, &hands[started]) == 0;
    started += good;
  }
  (void)pthread_mutex_lock(&crew.mutex);
  crew.working -= plan->hands - started;
  (void)pthread_mutex_unlock(&crew.mutex);
  attend(&crew);
  for (int i = 0; i < started; i++) {
    (void)pthread_join(threads[i], NULL);
  }
  free(crew.done);
  return started > 0;
}

/* --- with nothing to tell ----------------------------------------------------------------------------------------- */

typedef struct Share {
  const CrewPlan *plan;
  atomic_int next; /* the next job that nobody has taken */
} Share;

typedef struct Helper {
  Share *share;
  int number;
} Helper;

static void *help(void *argument) {
  const Helper *helper = argument;
  Share *share = helper->share;
  const CrewPlan *plan = share->plan;
  for (int job; (job = atomic_fetch_add(&share->next, 1)) < plan->jobs;) {
    if (!plan->work(plan->context, helper->number, job)) {
      atomic_store(&share->next, plan->jobs);
    }
  }
  return NULL;
}

void crew_share(const CrewPlan *plan) {
  pthread_t threads[CREW_MAX_HANDS];
  Helper helpers[CREW_MAX_HANDS];
  Share share = {.plan = plan};
  int started = 0, hands = smaller(smaller(plan->hands, CREW_MAX_HANDS), plan->jobs);
  for (bool good = true; good && started + 1 < hands;) {
    helpers[started] = (Helper){&share, started + 1};
    good = thread_start(&threads[started], help, &helpers[started]) == 0;
    started += good;
  }
  (void)help(&(Helper){&share, 0});
  for (int i = 0; i < started; i++) {
    (void)pthread_join(threads[i], NULL);
  }
}
