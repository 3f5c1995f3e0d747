#include "train/repeater.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/crew.h"
#include "base/str.h"
#include "base/thread.h"
#include "base/wake.h"
#include "math/team.h"
#include "train/setup.h"
#include "train/straight.h"

enum { RING = 256, ROOM_NANOSECONDS = 2000000 };
static const double WAKE_SECONDS = 0.016; /* epochs wait so long before they wake whoever reads */

typedef struct Hand {
  Repeater *repeater;
  Setup setup;
  int run; /* the one under way */
} Hand;

struct Repeater {
  pthread_t thread;
  const char *datasets;
  bool idle;
  Wake wake;
  atomic_bool stop, quit; /* the plan under way is to end; all is */
  RepeatPlan plan;        /* the one under way */
  Hand hands[CREW_MAX_HANDS];
  atomic_bool failed; /* a run of it could not be loaded, */
  Error err;          /* because of this: written by the first that fails */

  pthread_mutex_t lock; /* guards what follows; no thread that may be put aside takes it */
  pthread_cond_t asked;
  bool waits; /* a plan has not been begun */
  bool ended; /* its threads; known to who opened it alone */
  RepeatPlan next;

  pthread_mutex_t ring_lock; /* guards what follows; may be held by a thread that has been put aside */
  RepeatNews ring[RING];
  int first, count;
  double woken_at;
};

static bool is_stopping(Repeater *repeater) { return atomic_load(&repeater->stop) || atomic_load(&repeater->failed); }

/* --- news --------------------------------------------------------------------------------------------------------- */

static bool put(Repeater *repeater, const RepeatNews *news) {
  (void)pthread_mutex_lock(&repeater->ring_lock);
  bool room = repeater->count < RING;
  if (room) {
    repeater->ring[(repeater->first + repeater->count++) % RING] = *news;
    double now = clock_now();
    if (news->event.kind != EVENT_EPOCH || repeater->count == RING || now - repeater->woken_at >= WAKE_SECONDS) {
      repeater->woken_at = now;
      wake_send(&repeater->wake);
    }
  }
  (void)pthread_mutex_unlock(&repeater->ring_lock);
  return room;
}

/* What ends a run is told although the plan is to end: whoever reads keeps it. */
static void tell(Repeater *repeater, const Event *event, bool over) {
  const RepeatNews news = {.plan = repeater->plan.number, .over = over, .event = *event};
  const struct timespec moment = {.tv_nsec = ROOM_NANOSECONDS};
  while (!put(repeater, &news) && !atomic_load(&repeater->quit)) {
    (void)nanosleep(&moment, NULL);
  }
}

/* --- a run -------------------------------------------------------------------------------------------------------- */

/* The listener of setup.load. */
static void heed_stop(void *context) {
  Hand *hand = context;
  if (is_stopping(hand->repeater)) {
    atomic_store(&hand->setup.load.stop, true);
  }
}

static bool stops(void *context) { return is_stopping(((Hand *)context)->repeater); }

static void tell_epoch(void *context, const EpochReport *report) {
  const Hand *hand = context;
  tell(hand->repeater, &(Event){.kind = EVENT_EPOCH, .run = hand->run, .epoch = *report}, false);
}

static Status run_job(Hand *hand, Error *err) {
  Repeater *repeater = hand->repeater;
  const RepeatPlan *plan = &repeater->plan;
  const Follower follower = {.stops = stops, .epoch = tell_epoch, .context = hand};
  Experiment experiment = plan->experiment[hand->run % plan->arms];
  experiment.train.seed = plan->first_seed + hand->run / plan->arms;
  Status status = setup_load(&hand->setup, &experiment, repeater->datasets, err);
  if (status != STATUS_OK) {
    return status;
  }
  tell(repeater, &(Event){.kind = EVENT_LOADED, .run = hand->run, .loaded = setup_loaded(&hand->setup)}, false);
  Event end = {.kind = EVENT_ENDED, .run = hand->run};
  straight_run(hand->setup.trainer, &follower, &end.ended);
  tell(repeater, &end, false);
  return STATUS_OK;
}

/* The first error counts; what was stopped on account of it, or because it was asked for, is none. */
static bool work(void *context, int number, int run) {
  Repeater *repeater = context;
  Hand *hand = &repeater->hands[number];
  Error err;
  hand->run = run;
  Status status = run_job(hand, &err);
  if (status != STATUS_OK && status != STATUS_STOPPED && !atomic_exchange(&repeater->failed, true)) {
    repeater->err = err;
  }
  return !is_stopping(repeater);
}

/* --- a plan ------------------------------------------------------------------------------------------------------- */

static void do_plan(Repeater *repeater) {
  int runs = repeater->plan.arms * repeater->plan.seeds, cores = team_cores(), hands = cores < runs ? cores : runs;
  Event last = {.kind = EVENT_NONE};
  atomic_store(&repeater->failed, false);
  for (int i = 0; i < hands; i++) {
    Hand *hand = &repeater->hands[i];
    hand->repeater = repeater;
    setup_init(&hand->setup, 1);
    hand->setup.load.listener = heed_stop;
    hand->setup.load.context = hand;
  }
  CrewPlan crew = {.hands = hands, .jobs = runs, .idle = repeater->idle, .work = work, .context = repeater};
  bool started = crew_run(&crew);
  for (int i = 0; i < hands; i++) {
    setup_deinit(&repeater->hands[i].setup);
  }
  if (!started || atomic_load(&repeater->failed)) {
    last.kind = EVENT_FAILED;
    str_printable(last.text, sizeof last.text, started ? repeater->err.text : "no thread could be started");
  }
  tell(repeater, &last, true);
}

/* Waits for a plan; false at the end. */
static bool take_plan(Repeater *repeater) {
  (void)pthread_mutex_lock(&repeater->lock);
  while (!repeater->waits && !atomic_load(&repeater->quit)) {
    (void)pthread_cond_wait(&repeater->asked, &repeater->lock);
  }
  repeater->plan = repeater->next;
  repeater->waits = false;
  bool goes_on = !atomic_load(&repeater->quit);
  atomic_store(&repeater->stop, !goes_on);
  (void)pthread_mutex_unlock(&repeater->lock);
  return goes_on;
}

static void *repeater_main(void *argument) {
  Repeater *repeater = argument;
  while (take_plan(repeater)) {
    do_plan(repeater);
  }
  return NULL;
}

/* --- from the other side ------------------------------------------------------------------------------------------ */

Status repeater_open(Repeater **out, const char *datasets, bool idle, Error *err) {
  Repeater *repeater = calloc(1, sizeof *repeater);
  if (!repeater || !wake_open(&repeater->wake)) {
    free(repeater);
    return error_set(err, STATUS_IO, "cannot start a thread that repeats experiments: %s", strerror(errno));
  }
  repeater->datasets = datasets;
  repeater->idle = idle;
  (void)pthread_mutex_init(&repeater->lock, NULL);
  (void)pthread_mutex_init(&repeater->ring_lock, NULL);
  (void)pthread_cond_init(&repeater->asked, NULL);
  int failed = thread_start(&repeater->thread, repeater_main, repeater);
  if (failed != 0) {
    wake_close(&repeater->wake);
    free(repeater);
    return error_set(err, STATUS_IO, "cannot start a thread that repeats experiments: %s", strerror(failed));
  }
  *out = repeater;
  return STATUS_OK;
}

void repeater_end(Repeater *repeater) {
  if (repeater->ended) {
    return;
  }
  (void)pthread_mutex_lock(&repeater->lock);
  atomic_store(&repeater->quit, true);
  atomic_store(&repeater->stop, true);
  (void)pthread_cond_signal(&repeater->asked);
  (void)pthread_mutex_unlock(&repeater->lock);
  (void)pthread_join(repeater->thread, NULL);
  repeater->ended = true;
}

void repeater_close(Repeater *repeater) {
  if (!repeater) {
    return;
  }
  repeater_end(repeater);
  (void)pthread_cond_destroy(&repeater->asked);
  (void)pthread_mutex_destroy(&repeater->lock);
  (void)pthread_mutex_destroy(&repeater->ring_lock);
  wake_close(&repeater->wake);
  free(repeater);
}

void repeater_start(Repeater *repeater, const RepeatPlan *plan) {
  (void)pthread_mutex_lock(&repeater->lock);
  repeater->next = *plan;
  repeater->waits = true;
  atomic_store(&repeater->stop, true);
  (void)pthread_cond_signal(&repeater->asked);
  (void)pthread_mutex_unlock(&repeater->lock);
}

void repeater_stop(Repeater *repeater) {
  (void)pthread_mutex_lock(&repeater->lock);
  repeater->waits = false;
  atomic_store(&repeater->stop, true);
  (void)pthread_mutex_unlock(&repeater->lock);
}

int repeater_wake_fd(const Repeater *repeater) { return wake_fd(&repeater->wake); }

int repeater_read(Repeater *repeater, RepeatNews *news, int max) {
  wake_drain(&repeater->wake);
  if (pthread_mutex_trylock(&repeater->ring_lock) != 0) {
    return -1;
  }
  int count = repeater->count < max ? repeater->count : max;
  for (int i = 0; i < count; i++) {
    news[i] = repeater->ring[(repeater->first + i) % RING];
  }
  repeater->first = (repeater->first + count) % RING;
  repeater->count -= count;
  (void)pthread_mutex_unlock(&repeater->ring_lock);
  return count;
}
