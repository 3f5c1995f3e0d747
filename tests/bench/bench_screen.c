/* What the screen costs, as Markdown: the time from the program's start to its first whole frame; from a key to what it
 * changes on the screen, while the network trains and every core has another load besides; what the screen takes from
 * training; and what that pays for repeats behind it. The program runs on a pseudo-terminal, as it would for a person.
 * Usage: bench_screen PROGRAM [ROUNDS]
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"

enum { STARTS = 15, KEYS = 300, ROWS = 36, COLS = 120, MAX_ROUNDS = 99, MAX_BURNERS = 256, TRIAL_EPOCHS = 200 };
static const double RUN_SECONDS = 3.0; /* of a run that is trained with and without the screen */
static const double FRAME_GAP = 0.008; /* silence between two frames, which are 33 ms apart */

typedef struct Screen {
  pid_t pid;
  int fd;
  size_t used;
  char seen[1 << 16]; /* what was written since the last look */
  int64_t bytes, frames;
  double read_at;
} Screen;

/* Processes that must not outlive this one, whatever happens to it. */
static struct {
  int count;
  pid_t pids[MAX_BURNERS + 1];
} started;

static void kill_started(void) {
  for (int i = 0; i < started.count; i++) {
    (void)kill(started.pids[i], SIGKILL);
    (void)waitpid(started.pids[i], NULL, 0);
  }
  started.count = 0;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void run_on_terminal(int master, char **arguments) {
  struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
  (void)setsid();
  int slave = open(ptsname(master), O_RDWR);
  (void)ioctl(slave, TIOCSCTTY, 0);
  (void)ioctl(slave, TIOCSWINSZ, &size);
  (void)dup2(slave, 0);
  (void)dup2(slave, 1);
  (void)setenv("TERM", "xterm-256color", 1);
  (void)execv(arguments[0], arguments);
  _exit(127);
}

static void start(Screen *screen, char **arguments) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
    die("pseudo-terminal");
  }
  *screen = (Screen){.pid = fork(), .fd = master};
  if (screen->pid == 0) {
    run_on_terminal(master, arguments);
  }
  started.pids[started.count++] = screen->pid;
}

static void read_some(Screen *screen) {
  struct pollfd fd = {.fd = screen->fd, .events = POLLIN};
  (void)poll(&fd, 1, 1000);
  if (screen->used > sizeof screen->seen / 2) {
    memmove(screen->seen, screen->seen + screen->used - 256, 256);
    screen->used = 256;
  }
  char *end = screen->seen + screen->used;
  ssize_t got = read(screen->fd, end, sizeof screen->seen - 1 - screen->used);
  double now = clock_now();
  for (ssize_t i = 0; i < got; i++) {
    end[i] = end[i] ? end[i] : ' ';
  }
  if (got > 0) {
    screen->used += (size_t)got;
    screen->bytes += got;
    screen->frames += now - screen->read_at > FRAME_GAP;
    screen->read_at = now;
  }
  screen->seen[screen->used] = '\0';
}

/* Reads until `text` has been written; returns the time then. */
static double wait_for(Screen *screen, const char *text) {
  double end = clock_now() + 60.0;
  while (clock_now() < end) {
    read_some(screen);
    if (strstr(screen->seen, text)) {
      screen->used = 0;
      screen->seen[0] = '\0';
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

/* Seconds of CPU time that a child which has ended took. */
static double reap(pid_t pid) {
  int status;
  struct rusage usage;
  if (wait4(pid, &status, 0, &usage) != pid) {
    die("wait4");
  }
  started.count--;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Ends the program; returns its CPU time. */
static double finish(Screen *screen) {
  (void)kill(screen->pid, SIGTERM);
  char rest[4096];
  while (read(screen->fd, rest, sizeof rest) > 0) {
  }
  (void)close(screen->fd);
  return reap(screen->pid);
}

/* --- waiting ----------------------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report_times(const char *what, double *times, int count) {
  qsort(times, (size_t)count, sizeof *times, by_value);
  (void)printf("| %s (%d) | %.1f | %.1f | %.1f |\n", what, count, 1e3 * times[count / 2], 1e3 * times[count * 99 / 100],
               1e3 * times[count - 1]);
}

static void bench_starts(char *program) {
  static Screen screen;
  char *arguments[] = {program, NULL};
  double times[STARTS];
  for (int i = 0; i < STARTS; i++) {
    double begin = clock_now();
    start(&screen, arguments);
    times[i] = wait_for(&screen, "quit") - begin; /* the end of the bottom line */
    (void)finish(&screen);
  }
  report_times("start to first frame", times, STARTS);
}

static int start_burners(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  int count = cores < 1 ? 1 : cores > MAX_BURNERS ? MAX_BURNERS : (int)cores;
  for (int i = 0; i < count; i++) {
    pid_t pid = fork();
    if (pid == 0) {
      for (volatile unsigned spin = 0;; spin++) {
      }
    }
    started.pids[started.count++] = pid;
  }
  return count;
}

/* Opens and closes the help screen while the network trains. */
static void bench_keys(char *program) {
  static Screen screen;
  char *arguments[] = {program, "--start", "--set", "epochs=100000", NULL};
  char what[64];
  double times[KEYS];
  (void)snprintf(what, sizeof what, "key to screen, training and %d busy loops", start_burners());
  start(&screen, arguments);
  (void)wait_for(&screen, "running");
  for (int i = 0; i < KEYS; i++) {
    (void)usleep(20000);
    double begin = clock_now();
    press(&screen, '?');
    times[i] = wait_for(&screen, "Help") - begin;
    press(&screen, 'q');
    (void)wait_for(&screen, "restart"); /* the Lab's own bottom line */
  }
  report_times(what, times, KEYS);
  kill_started();
  (void)close(screen.fd);
}

/* --- what training pays ------------------------------------------------------------------------------------------ */

typedef struct Cost {
  double wall, cpu; /* seconds from the start to the end of training; of CPU in all */
  double ui_cpu;    /* of the thread that draws */
  int64_t bytes, frames;
} Cost;

/* Nanoseconds that the first thread of a process has run; Linux alone tells. */
static double first_thread_cpu(pid_t pid) {
  char path[64];
  double nanoseconds = 0.0;
  (void)snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
  FILE *file = fopen(path, "r");
  if (file) {
    char text[64];
    nanoseconds = fgets(text, sizeof text, file) ? strtod(text, NULL) : 0.0;
    (void)fclose(file);
  }
  return 1e-9 * nanoseconds;
}

static Cost train_without_screen(char *program, char *epochs) {
  char *arguments[] = {program, "train", "both-together", "--quiet", "--epochs", epochs, "--threads", "1", NULL};
  double begin = clock_now();
  pid_t pid = fork();
  if (pid == 0) {
    int none = open("/dev/null", O_WRONLY);
    (void)dup2(none, 1);
    (void)execv(program, arguments);
    _exit(127);
  }
  started.pids[started.count++] = pid;
  double cpu = reap(pid);
  return (Cost){.wall = clock_now() - begin, .cpu = cpu};
}

/* `repeats`: five seeds of the same are trained behind it. */
static Cost train_on_screen(char *program, char *epochs, char *threads, bool repeats) {
  static Screen screen;
  char *arguments[] = {program, "both-together", "--start", "--epochs", epochs, "--threads", threads, NULL};
  double begin = clock_now();
  start(&screen, arguments);
  if (repeats) {
    (void)wait_for(&screen, "running");
    press(&screen, 'N');
  }
  double end = wait_for(&screen, "finished");
  Cost cost = {.wall = end - begin, .ui_cpu = first_thread_cpu(screen.pid)};
  cost.cpu = finish(&screen);
  cost.bytes = screen.bytes;
  cost.frames = screen.frames;
  return cost;
}

static void report_cost(const char *what, double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, by_value);
  (void)printf("| %s | %.2f | %.2f | %.2f |\n", what, values[count / 2], values[0], values[count - 1]);
}

/* Epochs that take about RUN_SECONDS. */
static void choose_epochs(char *program, char *epochs, size_t size) {
  (void)snprintf(epochs, size, "%d", TRIAL_EPOCHS);
  double trial = train_without_screen(program, epochs).wall;
  (void)snprintf(epochs, size, "%.0f", TRIAL_EPOCHS * RUN_SECONDS / trial);
}

static void bench_training(char *program, char *epochs, int rounds) {
  double wall[MAX_ROUNDS], cpu[MAX_ROUNDS], share[MAX_ROUNDS], frame[MAX_ROUNDS], bytes[MAX_ROUNDS], rate[MAX_ROUNDS];
  for (int r = 0; r < rounds; r++) {
    Cost bare = train_without_screen(program, epochs), seen = train_on_screen(program, epochs, "1", false);
    wall[r] = 100.0 * (seen.wall / bare.wall - 1.0);
    cpu[r] = 100.0 * (seen.cpu / bare.cpu - 1.0);
    share[r] = 100.0 * seen.ui_cpu / seen.wall;
    frame[r] = 1e3 * seen.ui_cpu / (double)seen.frames;
    bytes[r] = (double)seen.bytes / (double)seen.frames;
    rate[r] = (double)seen.frames / seen.wall;
  }
  (void)printf("\n| both-together, %s epochs, on the screen (%d x %d) | median | least | most |\n|---|---|---|---|\n",
               epochs, COLS, ROWS);
  report_cost("wall time over that without a screen, %", wall, rounds);
  report_cost("CPU time over that without a screen, %", cpu, rounds);
  report_cost("the drawing thread, % of a core", share, rounds);
  report_cost("CPU a frame, ms", frame, rounds);
  report_cost("bytes a frame", bytes, rounds);
  report_cost("frames a second", rate, rounds);
}

/* With as many threads as there are cores nothing is left for the repeats. */
static void bench_repeats(char *program, char *epochs, int rounds) {
  char all[16], what[64];
  (void)snprintf(all, sizeof all, "%ld", sysconf(_SC_NPROCESSORS_ONLN));
  char *const threads[] = {"1", all};
  (void)printf("\n| both-together, %s epochs, repeated behind it | median | least | most |\n|---|---|---|---|\n",
               epochs);
  for (int t = 0; t < 2; t++) {
    double wall[MAX_ROUNDS];
    for (int r = 0; r < rounds; r++) {
      double first = train_on_screen(program, epochs, threads[t], r % 2 == 1).wall;
      double second = train_on_screen(program, epochs, threads[t], r % 2 == 0).wall;
      wall[r] = 100.0 * ((r % 2 == 1 ? first / second : second / first) - 1.0);
    }
    (void)snprintf(what, sizeof what, "wall time over that without repeats, %s thread%s, %%", threads[t],
                   t > 0 ? "s" : "");
    report_cost(what, wall, rounds);
  }
}

int main(int argc, char **argv) {
  int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 7;
  if (argc < 2 || rounds < 1 || rounds > MAX_ROUNDS) {
    (void)fprintf(stderr, "usage: bench_screen PROGRAM [ROUNDS, 1 .. %d]\n", MAX_ROUNDS);
    return 2;
  }
  (void)atexit(kill_started);
  (void)printf("| waiting, ms (samples) | median | p99 | most |\n|---|---|---|---|\n");
  bench_starts(argv[1]);
  bench_keys(argv[1]);
  char epochs[16];
  choose_epochs(argv[1], epochs, sizeof epochs);
  bench_training(argv[1], epochs, rounds);
  bench_repeats(argv[1], epochs, rounds);
  return 0;
}
