/* repeater: threads that repeat an experiment over several seeds behind the screen, or two on the same seeds, each run
 * with the numbers that nnlab train gives it. If they are idle they take only the time that all others leave: neither
 * the screen nor a run that trains is slower for them. One plan at a time; a newer one ends an older after the step
 * under way.
 *
 * News are kept in a ring until they are read; threads whose ring is full wait for room or for the end. Threads: the
 * functions below belong to the one thread that opened the repeater, and never wait for the others, but for
 * repeater_end and repeater_close. */
#ifndef NNLAB_TRAIN_REPEATER_H
#define NNLAB_TRAIN_REPEATER_H

#include "lab/repeat_plan.h"

typedef struct Repeater Repeater;

/* `datasets` is the folder of the data sets that go by name; it must outlive the repeater. */
MUST_USE Status repeater_open(Repeater **repeater, const char *datasets, bool idle, Error *err);
/* Ends all threads after the step under way; what they have told can still be read. */
void repeater_end(Repeater *repeater);
/* Does that, and frees everything. With NULL does nothing. */
void repeater_close(Repeater *repeater);
/* Begins this plan, in place of the one under way. */
void repeater_start(Repeater *repeater, const RepeatPlan *plan);
/* Ends the plan under way after its runs' present steps: they end as stopped. */
void repeater_stop(Repeater *repeater);
/* Becomes readable when there is something to read, but for an epoch that ends within 16 ms of the last wake: who has
 * read anything reads again after these. One repeater_read may cover many wakes. */
int repeater_wake_fd(const Repeater *repeater);
/* Takes up to `max` news, oldest first; returns how many. When it returns `max`, call again. -1: a thread that has been
 * put aside holds the ring: call again in a moment, there will be no wake. */
int repeater_read(Repeater *repeater, RepeatNews *news, int max);

#endif
