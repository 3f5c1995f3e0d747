/* death: runs a function that must end the process, in a child, and tells how the child ended and what it wrote to
 * standard error. For tests of ASSERT and fatal. */
#ifndef NNLAB_TESTS_UNIT_DEATH_H
#define NNLAB_TESTS_UNIT_DEATH_H

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Death {
  int signal;      /* that killed the child; 0 = it returned or exited */
  char text[2048]; /* what it wrote to standard error */
} Death;

static inline Death death_of(void (*function)(void)) {
  Death death = {0};
  int ends[2];
  if (pipe(ends) != 0) {
    return death;
  }
  (void)fflush(NULL); /* or the child would write the parent's buffers a second time */
  pid_t child = fork();
  if (child == 0) {
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)dup2(ends[1], STDERR_FILENO);
    function();
    _exit(0);
  }
  (void)close(ends[1]);
  size_t used = 0;
  ssize_t got;
  while (used + 1 < sizeof death.text && (got = read(ends[0], death.text + used, sizeof death.text - 1 - used)) > 0) {
    used += (size_t)got;
  }
  (void)close(ends[0]);
  int status = 0;
  if (child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status)) {
    death.signal = WTERMSIG(status);
  }
  return death;
}

#endif
