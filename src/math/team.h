/* team: a few threads that share one piece of work at a time, again and again, at intervals of microseconds. Between
 * two pieces a thread spins for a moment before it sleeps: waking one costs more than a small layer.
 *
 * A team belongs to the thread that opened it, which works too, as part 0. Parts must not depend on each other: with
 * one part after the other the result is the same. */
#ifndef NNLAB_MATH_TEAM_H
#define NNLAB_MATH_TEAM_H

typedef struct Team Team;

/* One part, `part` of 0 .. parts - 1, of the work that `context` describes. */
typedef void TeamWork(void *context, int part, int parts);

enum { TEAM_MAX_THREADS = 64 };

/* The cores that this process may run on, at most TEAM_MAX_THREADS. */
int team_cores(void);
/* Starts `threads` - 1 threads (1 .. TEAM_MAX_THREADS with the caller's), which flush denormals. Where the system gives
 * fewer, the team is smaller. */
Team *team_open(int threads);
/* Between two pieces of work, by any thread. NULL: does nothing. */
void team_close(Team *team);
/* How many work, the caller included. */
int team_size(const Team *team);
/* Runs all parts, and returns when all are done. What was written before is seen by every part, and what the parts
 * wrote is seen after. */
void team_run(Team *team, TeamWork *work, void *context);
/* Seconds that a piece of no work takes: the least of several times some. */
double team_handover(Team *team);

#endif
