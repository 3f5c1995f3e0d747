#include "term/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef enum Answer { ANSWER_NOTE = 0, ANSWER_IGNORE, ANSWER_END } Answer;

/* In the order in which signals_next reports them. */
static const struct {
  int number;
  Answer answer;
} HANDLED[] = {{SIGINT, ANSWER_NOTE},  {SIGTERM, ANSWER_NOTE},  {SIGHUP, ANSWER_NOTE},    {SIGTSTP, ANSWER_NOTE},
               {SIGCONT, ANSWER_NOTE}, {SIGWINCH, ANSWER_NOTE}, {SIGPIPE, ANSWER_IGNORE}, {SIGQUIT, ANSWER_END},
               {SIGSEGV, ANSWER_END},  {SIGBUS, ANSWER_END},    {SIGFPE, ANSWER_END},     {SIGILL, ANSWER_END},
               {SIGABRT, ANSWER_END},  {SIGTRAP, ANSWER_END},   {SIGSYS, ANSWER_END},     {SIGXCPU, ANSWER_END},
               {SIGXFSZ, ANSWER_END},  {SIGALRM, ANSWER_END},   {SIGUSR1, ANSWER_END},    {SIGUSR2, ANSWER_END}};
enum { HANDLED_COUNT = sizeof HANDLED / sizeof *HANDLED, ALTERNATE_STACK = 64 * 1024, WAIT_MS = 50 };
_Static_assert(HANDLED_COUNT <= 32, "a bit each");
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2, "handlers may use them");

static struct {
  atomic_uint noted;       /* a bit for each row of HANDLED */
  atomic_bool taken;       /* the terminal is ours */
  atomic_bool writing;     /* the UI thread is amid output */
  atomic_bool giving_back; /* some thread is amid signals_give_back */
  bool exit_hooked;
  int pipe[2];
  GiveBack give_back;
  stack_t stack_before;
  struct sigaction before[HANDLED_COUNT];
} the;

static char the_stack[ALTERNATE_STACK]; /* a handler must run when a stack has overflowed */

static unsigned signal_bit(int number) {
  for (unsigned i = 0; i < HANDLED_COUNT; i++) {
    if (HANDLED[i].number == number) {
      return 1u << i;
    }
  }
  return 0;
}

static bool is_noted(int number) { return (atomic_load(&the.noted) & signal_bit(number)) != 0; }

bool signals_quit_waiting(void) { return is_noted(SIGINT) || is_noted(SIGTERM) || is_noted(SIGHUP); }

/* Bounded: the thread that would end `busy` may be the one that crashed. */
static void wait_while(atomic_bool *busy) {
  const struct timespec millisecond = {.tv_nsec = 1000000};
  for (int i = 0; i < WAIT_MS && atomic_load(busy); i++) {
    (void)nanosleep(&millisecond, NULL);
  }
}

static void write_all(int fd, const char *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t put = write(fd, bytes + done, length - done);
    if (put < 0 && errno != EINTR) {
      return;
    }
    done += put > 0 ? (size_t)put : 0;
  }
}

bool signals_in_foreground(void) {
  pid_t group = tcgetpgrp(the.give_back.fd);
  return group < 0 || group == getpgrp(); /* < 0: it is not our controlling terminal, and nobody can take it from us */
}

void signals_give_back(void) {
  if (!atomic_exchange(&the.taken, false)) {
    wait_while(&the.giving_back); /* another thread is at it: it must end before this one ends the program */
    return;
  }
  sigset_t all, before;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* above all, no SIGTTOU may stop us now */
  atomic_store(&the.giving_back, true);
  wait_while(&the.writing);
  write_all(the.give_back.fd, the.give_back.bytes, the.give_back.length);
  if (signals_in_foreground()) { /* otherwise a shell has set the modes it wants already */
    /* Keys that were meant for a program that has crashed must not become a shell's commands. */
    (void)tcflush(the.give_back.fd, TCIFLUSH);
    (void)tcsetattr(the.give_back.fd, TCSANOW, &the.give_back.modes);
  }
  atomic_store(&the.giving_back, false);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void signals_take(void) { atomic_store(&the.taken, true); }

void signals_release(void) { atomic_store(&the.taken, false); }

/* First the flag, then the question: signals_give_back does it the other way round, so one of the two sees the other.
 */
bool signals_output_begin(void) {
  atomic_store(&the.writing, true);
  if (!atomic_load(&the.taken)) {
    atomic_store(&the.writing, false);
    return false;
  }
  return true;
}

void signals_output_end(void) { atomic_store(&the.writing, false); }

static void on_note(int number) {
  int saved = errno;
  atomic_fetch_or(&the.noted, signal_bit(number));
  ssize_t put = write(the.pipe[1], "", 1); /* a full pipe is readable already */
  (void)put;
  errno = saved;
}

static bool is_own_fault(int number, const siginfo_t *info) {
  return (number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL) && info->si_code > 0;
}

static void on_end(int number, siginfo_t *info, void *context) {
  (void)context;
  signals_give_back();
  unsigned bit = signal_bit(number);
  for (unsigned i = 0; i < HANDLED_COUNT; i++) {
    if (bit == 1u << i) {
      (void)sigaction(number, &the.before[i], NULL);
    }
  }
  if (!is_own_fault(number, info)) { /* a faulty instruction faults again when we return, with its address */
    (void)raise(number);
  }
}

static void install(unsigned index) {
  struct sigaction action = {.sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  switch (HANDLED[index].answer) {
    case ANSWER_NOTE:
      action.sa_handler = on_note;
      break;
    case ANSWER_IGNORE:
      action.sa_handler = SIG_IGN;
      break;
    case ANSWER_END:
      action.sa_sigaction = on_end;
      action.sa_flags = SA_SIGINFO | SA_ONSTACK;
      sigfillset(&action.sa_mask);
      break;
  }
  (void)sigaction(HANDLED[index].number, NULL, &the.before[index]);
  bool ignored = !(the.before[index].sa_flags & SA_SIGINFO) && the.before[index].sa_handler == SIG_IGN;
  if (!ignored) {
    (void)sigaction(HANDLED[index].number, &action, NULL);
  }
}

static bool open_pipe(void) {
  if (pipe(the.pipe) != 0) {
    return false;
  }
  for (int i = 0; i < 2; i++) {
    (void)fcntl(the.pipe[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(the.pipe[i], F_SETFL, O_NONBLOCK);
  }
  return true;
}

bool signals_open(const GiveBack *give_back) {
  if (!open_pipe()) {
    return false;
  }
  the.give_back = *give_back;
  atomic_store(&the.noted, 0);
  if (!the.exit_hooked) {
    the.exit_hooked = atexit(signals_give_back) == 0;
  }
  stack_t stack = {.ss_sp = the_stack, .ss_size = sizeof the_stack};
  (void)sigaltstack(&stack, &the.stack_before);
  for (unsigned i = 0; i < HANDLED_COUNT; i++) {
    install(i);
  }
  return true;
}

void signals_close(void) {
  for (unsigned i = 0; i < HANDLED_COUNT; i++) {
    (void)sigaction(HANDLED[i].number, &the.before[i], NULL);
  }
  (void)sigaltstack(&the.stack_before, NULL);
  (void)close(the.pipe[0]);
  (void)close(the.pipe[1]);
}

int signals_fd(void) { return the.pipe[0]; }

int signals_next(void) {
  char bytes[256];
  while (read(the.pipe[0], bytes, sizeof bytes) > 0) {
  }
  for (unsigned i = 0; i < HANDLED_COUNT; i++) {
    if (atomic_fetch_and(&the.noted, ~(1u << i)) & 1u << i) {
      return HANDLED[i].number;
    }
  }
  return 0;
}

void signals_stop(void) {
  struct sigaction ours, standard = {.sa_handler = SIG_DFL};
  (void)sigaction(SIGTSTP, &standard, &ours);
  do {
    atomic_fetch_and(&the.noted, ~signal_bit(SIGCONT));
    (void)raise(SIGTSTP);
    /* Going on in the background (bg), it stops again; a kernel that does not let it stop sends no SIGCONT. */
  } while (is_noted(SIGCONT) && !signals_quit_waiting() && !signals_in_foreground());
  (void)sigaction(SIGTSTP, &ours, NULL);
  atomic_fetch_and(&the.noted, ~(signal_bit(SIGCONT) | signal_bit(SIGTSTP)));
}
