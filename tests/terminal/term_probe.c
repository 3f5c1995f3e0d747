/* term_probe: a small program on the terminal session, for tests/terminal/test_term.sh. Shows what the session found
 * out, the last events as text, a sample of every role, and its lower right corner. Keys end it in every way there is:
 *
 *   q quit   X exit() without closing   A failed ASSERT   B abort   S segmentation fault   U bus error
 *   I illegal instruction   O stack overflow   T, W the same as S and A on another thread   D as W, amid output
 *   p next palette   R close and open again
 */
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/str.h"
#include "term/term.h"

enum { SEEN = 6, SEEN_BYTES = 32 };

typedef struct Probe {
  Arena frame;
  Term *term;
  PaletteKind palette;
  char seen[SEEN][SEEN_BYTES]; /* the last is the newest */
  unsigned frames;
  int quit_signal;
  bool is_done;
  bool is_restless; /* draws without waiting */
} Probe;

static void see(Probe *probe, const char *text) {
  memmove(probe->seen[0], probe->seen[1], sizeof probe->seen - sizeof probe->seen[0]);
  str_copy(probe->seen[SEEN - 1], SEEN_BYTES, text);
}

static void key_name(char *out, size_t size, uint32_t key) {
  static const char *const names[] = {"up",   "down", "left",    "right",  "page-up", "page-down",
                                      "home", "end",  "backtab", "delete", "f1"};
  char text[5] = "";
  if (key >= INPUT_UP) {
    (void)snprintf(out, size, "%s", key <= INPUT_F1 ? names[key - INPUT_UP] : "f-more");
  } else if (key <= ' ' || key == 127) {
    (void)snprintf(out, size, "#%u", key);
  } else {
    (void)utf8_encode(key, text);
    (void)snprintf(out, size, "'%s'", text);
  }
}

static void see_input(Probe *probe, Input input) {
  static const char *const kinds[] = {"press", "drag", "release", "wheel-up", "wheel-down"};
  char text[SEEN_BYTES];
  if (input.kind == INPUT_KEY) {
    key_name(text, sizeof text, input.key);
  } else {
    (void)snprintf(text, sizeof text, "%s@%d,%d", kinds[input.mouse], input.row, input.col);
  }
  see(probe, text);
}

static void draw_roles(Canvas *canvas, int row) {
  static const char *const names[ROLE_COUNT] = {"text", "dim", "title", "border", "focus", "key",  "train",
                                                "val",  "pin", "mark",  "on",     "good",  "warn", "bad",
                                                "1",    "2",   "3",     "4",      "5",     "6"};
  int col = 0;
  for (int role = 0; role < ROLE_COUNT; role++) {
    col += canvas_text(canvas, row, col, STYLE(role), names[role]) + 1;
  }
}

static void draw(Probe *probe) {
  static const char *const charsets[] = {"braille", "block", "ascii"};
  int rows, cols;
  term_size(probe->term, &rows, &cols);
  arena_reset(&probe->frame);
  Canvas *canvas = canvas_create(&probe->frame, rows, cols, term_charset(probe->term));
  Style plain = STYLE(ROLE_TEXT);
  canvas_printf(canvas, 0, 0, plain, "probe %dx%d %s colors=%d palette=%s.", rows, cols,
                charsets[term_charset(probe->term)], term_colors(probe->term), palette_name(probe->palette));
  int col = canvas_text(canvas, 1, 0, plain, "seen");
  for (int i = 0; i < SEEN; i++) {
    col += canvas_printf(canvas, 1, col, plain, " %s", probe->seen[i]);
  }
  canvas_text(canvas, 1, col, plain, ".");
  draw_roles(canvas, 2);
  canvas_text(canvas, 3, 0, STYLE_BOLD(ROLE_TITLE), "wide 日本語|⣿ é");
  if (probe->is_restless) {
    uint32_t code = 'A' + probe->frames % 26;
    canvas_fill(canvas, (Rect){.row = 4, .rows = rows - 5, .cols = cols}, code, STYLE(probe->frames % ROLE_COUNT));
  }
  canvas_text(canvas, rows - 1, 0, plain, "bottom");
  canvas_text(canvas, rows - 1, cols - 1, plain, "#");
  term_blit(probe->term, canvas);
  probe->frames++;
}

/* --- The ways out. --- */

static void fault(void) {
  char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *(volatile char *)page = 1;
}

static void bus_error(void) {
  FILE *empty = tmpfile();
  ASSERT(empty);
  char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(empty), 0);
  *(volatile char *)page = 1;
}

static int overflow(volatile int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  return depth < 0 ? 0 : overflow(depth + 1) + room[0];
}

static void *crash_fault(void *unused) {
  fault();
  return unused;
}

static void *crash_assert(void *unused) {
  bool is_well = unused != NULL;
  ASSERT(is_well);
  return unused;
}

static void *crash_soon(void *unused) {
  (void)nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
  return crash_assert(unused);
}

static void start_thread(void *body(void *)) {
  sigset_t blocked, before;
  pthread_t thread;
  sigfillset(&blocked);
  sigdelset(&blocked, SIGSEGV);
  (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
  ASSERT(pthread_create(&thread, NULL, body, NULL) == 0);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  (void)pthread_detach(thread);
}

static void open_session(Probe *probe) {
  Error err;
  if (term_open(&probe->term, probe->palette, &err) != STATUS_OK) {
    (void)fprintf(stderr, "term_probe: %s\n", err.text);
    exit(1);
  }
}

static void end_badly(uint32_t key) {
  ASSERT(key != 'A');
  switch (key) {
    case 'X':
      exit(7);
    case 'B':
      abort();
    case 'S':
      fault();
      break;
    case 'U':
      bus_error();
      break;
    case 'I':
      __builtin_trap();
    case 'O':
      (void)overflow(0);
      break;
    case 'T':
      start_thread(crash_fault);
      break;
    case 'W':
      start_thread(crash_assert);
      break;
    default:
      break;
  }
}

static void press(Probe *probe, uint32_t key) {
  if (key == 'p') {
    probe->palette = (PaletteKind)((probe->palette + 1) % PALETTE_COUNT);
    term_set_palette(probe->term, probe->palette);
  } else if (key == 'R') {
    term_close(probe->term);
    term_close(probe->term);
    open_session(probe);
  } else if (key == 'D') {
    probe->is_restless = true;
    start_thread(crash_soon);
  } else if (key == 'q') {
    probe->is_done = true;
  } else {
    end_badly(key);
  }
}

static void handle(Probe *probe, TermEvent event) {
  switch (event.kind) {
    case TERM_INPUT:
      see_input(probe, event.input);
      if (event.input.kind == INPUT_KEY) {
        press(probe, event.input.key);
      }
      break;
    case TERM_RESIZE:
      see(probe, "resize");
      break;
    case TERM_QUIT:
      probe->quit_signal = event.signal;
      probe->is_done = true;
      break;
    case TERM_NONE:
      break;
  }
}

static void run(Probe *probe) {
  while (!probe->is_done) {
    draw(probe);
    struct pollfd fds[2] = {{.fd = term_input_fd(probe->term), .events = POLLIN},
                            {.fd = term_signal_fd(probe->term), .events = POLLIN}};
    (void)poll(fds, 2, probe->is_restless ? 0 : -1);
    TermEvent event;
    do {
      event = term_next(probe->term);
      handle(probe, event);
    } while (event.kind != TERM_NONE && !probe->is_done);
  }
}

int main(void) {
  Probe probe = {.palette = PALETTE_DARK};
  (void)setlocale(LC_CTYPE, "");
  arena_init(&probe.frame, 1 << 20);
  open_session(&probe);
  run(&probe);
  term_close(probe.term);
  arena_deinit(&probe.frame);
  if (probe.quit_signal) {
    (void)printf("term_probe: ended by signal %d\n", probe.quit_signal);
    (void)fflush(stdout);
    (void)raise(probe.quit_signal);
    return 128 + probe.quit_signal;
  }
  (void)printf("term_probe: quit\n");
  return 0;
}
