/* What the screen costs a person: the time from the program's start to its first whole frame, and from a key to what it
 * changes on the screen while training keeps the CPU busy. The program runs on a pseudo-terminal, as it would for a
 * person. Usage: bench_screen PROGRAM */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"

enum { STARTS = 15, KEYS = 60, ROWS = 36, COLS = 120 };

typedef struct Screen {
  pid_t pid;
  int fd;
  size_t used;
  char seen[1 << 16]; /* what was written since the last look */
} Screen;

/* Processes that must not outlive this one, whatever happens to it. */
static pid_t started[2];

static void kill_started(void) {
  for (int i = 0; i < 2; i++) {
    if (started[i] > 0) {
      (void)kill(started[i], SIGKILL);
    }
  }
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void start(Screen *screen, const char *program) {
  char *arguments[] = {(char *)program, "--set", "epochs=100000", NULL};
  struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
    die("pseudo-terminal");
  }
  screen->pid = fork();
  if (screen->pid == 0) {
    (void)setsid();
    int slave = open(ptsname(master), O_RDWR);
    (void)ioctl(slave, TIOCSCTTY, 0);
    (void)ioctl(slave, TIOCSWINSZ, &size);
    (void)dup2(slave, 0);
    (void)dup2(slave, 1);
    (void)setenv("TERM", "xterm-256color", 1);
    (void)execv(program, arguments);
    _exit(127);
  }
  started[0] = screen->pid;
  screen->fd = master;
  screen->used = 0;
}

/* Reads until `text` has been written; returns the time then. */
static double wait_for(Screen *screen, const char *text) {
  double end = clock_now() + 10.0;
  while (clock_now() < end) {
    struct pollfd fd = {.fd = screen->fd, .events = POLLIN};
    (void)poll(&fd, 1, 1000);
    if (screen->used > sizeof screen->seen / 2) {
      memmove(screen->seen, screen->seen + screen->used - 256, 256);
      screen->used = 256;
    }
    ssize_t got = read(screen->fd, screen->seen + screen->used, sizeof screen->seen - 1 - screen->used);
    screen->used += got > 0 ? (size_t)got : 0;
    screen->seen[screen->used] = '\0';
    for (size_t i = 0; i < screen->used; i++) {
      screen->seen[i] = screen->seen[i] ? screen->seen[i] : ' ';
    }
    if (strstr(screen->seen, text)) {
      screen->used = 0;
      return clock_now();
    }
  }
  (void)fprintf(stderr, "never on the screen: %s\n", text);
  exit(1);
}

static void press(const Screen *screen, char key) {
  if (write(screen->fd, &key, 1) != 1) {
    die("write");
  }
}

static void finish(Screen *screen) {
  int status;
  (void)kill(screen->pid, SIGTERM);
  char rest[4096];
  while (read(screen->fd, rest, sizeof rest) > 0) {
  }
  (void)waitpid(screen->pid, &status, 0);
  started[0] = 0;
  (void)close(screen->fd);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report(const char *what, double *times, int count) {
  qsort(times, (size_t)count, sizeof *times, by_value);
  (void)printf("%-44s %8.1f %8.1f %8.1f\n", what, 1e3 * times[count / 2], 1e3 * times[count * 99 / 100],
               1e3 * times[count - 1]);
}

static void bench_starts(const char *program) {
  static Screen screen;
  double times[STARTS];
  for (int i = 0; i < STARTS; i++) {
    double begin = clock_now();
    start(&screen, program);
    times[i] = wait_for(&screen, "quit") - begin; /* the end of the bottom line */
    finish(&screen);
  }
  report("start to first frame", times, STARTS);
}

/* Opens and closes the help screen while the network trains and another process burns the other core. */
static void bench_keys(const char *program) {
  static Screen screen;
  double times[KEYS];
  pid_t burner = fork();
  if (burner == 0) {
    for (volatile unsigned spin = 0;; spin++) {
    }
  }
  started[1] = burner;
  start(&screen, program);
  (void)wait_for(&screen, "quit");
  press(&screen, ' ');
  (void)wait_for(&screen, "running");
  for (int i = 0; i < KEYS; i++) {
    (void)usleep(20000);
    double begin = clock_now();
    press(&screen, '?');
    times[i] = wait_for(&screen, "Help") - begin;
    press(&screen, 'q');
    (void)wait_for(&screen, "restart"); /* the Lab's own bottom line */
  }
  report("key to screen while training and another load", times, KEYS);
  finish(&screen);
  (void)kill(burner, SIGKILL);
  (void)waitpid(burner, NULL, 0);
  started[1] = 0;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    (void)fprintf(stderr, "usage: bench_screen PROGRAM\n");
    return 2;
  }
  (void)atexit(kill_started);
  (void)printf("%-44s %8s %8s %8s\n", "screen, ms", "median", "p99", "most");
  bench_starts(argv[1]);
  bench_keys(argv[1]);
  return 0;
}
