#include "math/team.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/machine.h"
#include "base/thread.h"
#include "math/mat.h"

#if defined(__x86_64__) || defined(__i386__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

/* Turns of a spin before a member sleeps, or before the owner offers its core to others: some 50 microseconds. */
enum { SPINS = 1000 };

typedef struct Member {
  pthread_t thread;
  Team *team;
  int part;
} Member;

struct Team {
  int size;
  size_t owner_core; /* where the owner was when it opened the team */
  TeamWork *work;    /* NULL: the end. This and what follows is written before `round` moves. */
  void *context;
  _Atomic unsigned round;
  _Atomic int busy; /* members that have not done their part of this round */
  _Atomic int sleepers;
  pthread_mutex_t mutex; /* of the sleepers */
  pthread_cond_t wake;
  Member members[TEAM_MAX_THREADS]; /* [0] is not used: the owner */
};

int team_cores(void) {
  int cores = machine_cores();
  return cores < TEAM_MAX_THREADS ? cores : TEAM_MAX_THREADS;
}

static void sleep_until(Team *team, unsigned seen) {
  (void)pthread_mutex_lock(&team->mutex);
  atomic_fetch_add(&team->sleepers, 1); /* before the round is read: whoever moves it sees one or the other */
  while (atomic_load(&team->round) == seen) {
    (void)pthread_cond_wait(&team->wake, &team->mutex);
  }
  atomic_fetch_sub(&team->sleepers, 1);
  (void)pthread_mutex_unlock(&team->mutex);
}

static void wait_for_round(Team *team, unsigned seen) {
  for (int i = 0; i < SPINS; i++) {
    if (atomic_load_explicit(&team->round, memory_order_acquire) != seen) {
      return;
    }
    PAUSE();
  }
  sleep_until(team, seen);
}

/* A new thread begins where the one was that made it, and stays there for milliseconds. It is sent to a core of its
 * own, and left free to go from there. */
static void spread_out(int part, size_t owner_core) {
#if defined(__linux__)
  cpu_set_t allowed, one;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    return;
  }
  CPU_ZERO(&one);
  size_t core = 0;
  for (int others = 0; core < CPU_SETSIZE; core++) {
    others += CPU_ISSET(core, &allowed) && core != owner_core;
    if (others == part) {
      break;
    }
  }
  if (core < CPU_SETSIZE) {
    CPU_SET(core, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
    (void)sched_setaffinity(0, sizeof allowed, &allowed);
  }
#else
  (void)part;
  (void)owner_core;
#endif
}

static void *member_main(void *argument) {
  Member *member = argument;
  Team *team = member->team;
  spread_out(member->part, team->owner_core);
  flush_denormals();
  for (unsigned round = 0;; round++) {
    wait_for_round(team, round);
    if (!team->work) {
      return NULL;
    }
    team->work(team->context, member->part, team->size);
    atomic_fetch_sub_explicit(&team->busy, 1, memory_order_release);
  }
}

static void start_round(Team *team, TeamWork *work, void *context) {
  team->work = work;
  team->context = context;
  atomic_store_explicit(&team->busy, team->size - 1, memory_order_relaxed);
  atomic_fetch_add(&team->round, 1);
  if (atomic_load(&team->sleepers) > 0) {
    (void)pthread_mutex_lock(&team->mutex);
    (void)pthread_cond_broadcast(&team->wake);
    (void)pthread_mutex_unlock(&team->mutex);
  }
}

static void start_members(Team *team, int threads) {
  for (team->size = 1; team->size < threads; team->size++) {
    Member *member = &team->members[team->size];
    *member = (Member){.team = team, .part = team->size};
    if (thread_start(&member->thread, member_main, member) != 0) {
      break;
    }
  }
}

Team *team_open(int threads) {
  ASSERT(threads >= 1 && threads <= TEAM_MAX_THREADS);
  Team *team = calloc(1, sizeof *team);
  ASSERT(team);
  (void)pthread_mutex_init(&team->mutex, NULL);
  (void)pthread_cond_init(&team->wake, NULL);
#if defined(__linux__)
  team->owner_core = (size_t)sched_getcpu();
#endif
  start_members(team, threads);
  return team;
}

void team_close(Team *team) {
  if (!team) {
    return;
  }
  start_round(team, NULL, NULL);
  for (int m = 1; m < team->size; m++) {
    (void)pthread_join(team->members[m].thread, NULL);
  }
  (void)pthread_cond_destroy(&team->wake);
  (void)pthread_mutex_destroy(&team->mutex);
  free(team);
}

int team_size(const Team *team) { return team->size; }

void team_run(Team *team, TeamWork *work, void *context) {
  if (team->size == 1) {
    work(context, 0, 1);
    return;
  }
  start_round(team, work, context);
  work(context, 0, team->size);
  for (int i = 0; atomic_load_explicit(&team->busy, memory_order_acquire) > 0; i++) {
    if (i < SPINS) {
      PAUSE();
    } else {
      (void)sched_yield(); /* a member may be waiting for this very core */
    }
  }
}

static void no_work(void *context, int part, int parts) {
  (void)context;
  (void)part;
  (void)parts;
}

double team_handover(Team *team) {
  enum { TIMES = 20, ROUNDS = 20 };
  double least = 1.0;
  for (int t = 0; t < TIMES; t++) {
    double start = clock_now();
    for (int r = 0; r < ROUNDS; r++) {
      team_run(team, no_work, NULL);
    }
    double seconds = (clock_now() - start) / ROUNDS;
    least = seconds < least ? seconds : least;
  }
  return least;
}
