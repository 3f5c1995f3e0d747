/* thread: how threads are started here: with every signal blocked but those of their own crashes, so that the thread
 * that was there first, which owns the terminal, gets all others. */
#ifndef NNLAB_BASE_THREAD_H
#define NNLAB_BASE_THREAD_H

#include <pthread.h>

/* 0, or the error number of pthread_create. */
int thread_start(pthread_t *thread, void *(*main)(void *), void *argument);
/* From now on the calling thread gets only what time the others of the machine leave, where the system knows of that.
 * It may then hold a lock for long: whoever must not wait only tries that lock. */
void thread_take_what_is_left(void);
/* From now on the calling thread comes after all others, but comes; where the system knows of niceness of threads. */
void thread_be_nice(void);

#endif
