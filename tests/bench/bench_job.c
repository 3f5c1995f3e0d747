/* Runs a command and tells what it took: "STATUS SECONDS BYTES" on standard output, the last its peak resident memory.
 * Its own output goes to standard error. A program of its own because it is small: the peak that the system tells of a
 * child counts what the parent had when it forked. Usage: bench_job PROGRAM [ARGUMENT...] */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static double peak_bytes(const struct rusage *usage) {
#ifdef __APPLE__
  return (double)usage->ru_maxrss;
#else
  return 1024.0 * (double)usage->ru_maxrss;
#endif
}

int main(int argc, char **argv) {
  int status;
  struct rusage usage;
  if (argc < 2) {
    (void)fprintf(stderr, "usage: bench_job PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  double begin = clock_now();
  pid_t pid = fork();
  if (pid == 0) {
    (void)dup2(2, 1);
    (void)execv(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
    perror("bench_job");
    return 1;
  }
  double seconds = clock_now() - begin;
  (void)printf("%d %.6f %.0f\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), seconds,
               peak_bytes(&usage));
  return 0;
}
