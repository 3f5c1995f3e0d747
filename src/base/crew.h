/* crew: threads that share a list of jobs, each taken by whoever is free. */
#ifndef NNLAB_BASE_CREW_H
#define NNLAB_BASE_CREW_H

#include <stdbool.h>

enum { CREW_MAX_HANDS = 64 };

typedef struct CrewPlan {
  int hands, jobs; /* threads: 1 .. CREW_MAX_HANDS */
  bool idle;       /* the threads take only what others leave (thread_take_what_is_left) */
  /* Does a job, on the thread of `hand` (0 .. hands - 1). False: nobody is to take another. */
  bool (*work)(void *context, int hand, int job);
  /* Told of each job that has been done, in the jobs' order, on the thread that called crew_run. What `work` wrote is
   * seen. NULL: nobody is told. */
  void (*tell)(void *context, int job);
  void *context;
} CrewPlan;

/* Returns when all is done and told. False where the system gives no thread; with fewer than wanted it takes longer. */
bool crew_run(const CrewPlan *plan);
/* Does `plan` where there is nothing to tell (`tell` is not called): the calling thread is hand 0, and does all alone
 * where `hands` is 1 or the system gives no thread. Returns when all that was begun is done. */
void crew_share(const CrewPlan *plan);

#endif
