#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

int thread_start(pthread_t *thread, void *(*main)(void *), void *argument) {
  static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  sigset_t all, before;
  (void)sigfillset(&all);
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
    (void)sigdelset(&all, crashes[i]); /* blocked, they would end the program before the terminal is given back */
  }
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(thread, NULL, main, argument);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failed;
}

void thread_take_what_is_left(void) {
#ifdef SCHED_IDLE
  const struct sched_param none = {.sched_priority = 0};
  (void)pthread_setschedparam(pthread_self(), SCHED_IDLE, &none);
#endif
}

void thread_be_nice(void) {
#ifdef __linux__ /* elsewhere niceness is the process's */
  enum { LOWEST = 19 };
  (void)setpriority(PRIO_PROCESS, (id_t)gettid(), LOWEST);
#endif
}
