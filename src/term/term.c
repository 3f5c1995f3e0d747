#include "term/term.h"

#include <langinfo.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/fatal.h"
#include "term/blit.h"
#include "term/decode.h"
#include "term/keys.h"
#include "term/signals.h"
#include "term/terminfo.h"

enum { MAX_ROWS = 1000, MAX_COLS = 2000, KEY_CTRL_L = 12 };

struct Term {
  bool is_open;
  bool is_lost;
  SCREEN *screen;
  FatalHook *hook_before;
  Terminfo info;
  Keys keys;
  Decoder decoder;
  Blit blit;
};

/* The one session. Curses has but one as well, and closing twice must find it. */
static Term the_term;

static int clamp(int value, int low, int high) { return value < low ? low : value > high ? high : value; }

static void send(const char *bytes) {
  for (size_t left = strlen(bytes); left > 0;) {
    ssize_t put = write(STDOUT_FILENO, bytes, left);
    if (put <= 0) {
      return; /* a terminal that is gone shows itself when it is read */
    }
    bytes += put;
    left -= (size_t)put;
  }
}

static void fit_to_terminal(Term *term) {
  struct winsize size = {0};
  (void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  int rows = size.ws_row > 0 ? clamp(size.ws_row, 1, MAX_ROWS) : LINES;
  int cols = size.ws_col > 0 ? clamp(size.ws_col, 1, MAX_COLS) : COLS;
  (void)resize_term(rows, cols);
  (void)clearok(curscr, TRUE); /* what a terminal makes of its contents when its size changes is its own affair */
  blit_resize(&term->blit, rows, cols);
}

/* Beyond what curses knows: Ctrl-S must not freeze the program, and a signal key must not cut what is being written. */
static void adjust_modes(void) {
  struct termios modes;
  if (tcgetattr(STDIN_FILENO, &modes) == 0) {
    modes.c_iflag &= ~(tcflag_t)IXON;
    modes.c_lflag |= NOFLSH;
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    (void)def_prog_mode();
  }
}

static void show(void) {
  if (signals_output_begin()) {
    (void)move(LINES - 1, 0); /* where a cursor that cannot be hidden disturbs least */
    (void)refresh();
    signals_output_end();
  }
}

/* Sends all of the window, as the terminal shows something else. */
static void repaint(void) {
  (void)clearok(curscr, TRUE);
  (void)touchwin(stdscr);
  show();
}

static void take(Term *term) {
  signals_take();
  if (term->info.mouse) {
    send(MOUSE_ON);
  }
  repaint();
}

static void give_back(Term *term) {
  if (signals_output_begin()) {
    if (term->info.mouse) {
      send(MOUSE_OFF);
    }
    (void)endwin();
    signals_release();
    signals_output_end();
  }
}

static bool start_curses(Term *term) {
  use_env(FALSE); /* the size is the terminal's own, whatever LINES says */
  use_tioctl(TRUE);
  term->screen = newterm(NULL, stdout, stdin);
  if (!term->screen || !keys_init(&term->keys, STDIN_FILENO)) {
    return false;
  }
  (void)cbreak();
  (void)noecho();
  (void)nonl();
  adjust_modes();
  (void)typeahead(-1); /* a held key must not stop the screen from being drawn */
  (void)leaveok(stdscr, curs_set(0) != ERR);
  return true;
}

static void end_curses(Term *term) {
  keys_deinit(&term->keys);
  if (term->screen) {
    delscreen(term->screen);
  }
}

static Status check_streams(GiveBack *plan, Error *err) {
  if (!isatty(STDOUT_FILENO)) {
    return error_set(err, STATUS_TERM,
                     "standard output is no terminal, which the screen needs; \"nnlab train\" works without");
  }
  if (!isatty(STDIN_FILENO)) {
    return error_set(err, STATUS_TERM,
                     "standard input is no terminal, where the keys come from; \"nnlab train\" works without");
  }
  plan->fd = STDOUT_FILENO;
  /* Started in the background, the program stops here until fg. Only then are the modes those of a command; a shell
   * that edits its line has others, which must not be the ones to go back to. */
  (void)tcdrain(STDOUT_FILENO);
  if (tcgetattr(STDOUT_FILENO, &plan->modes) != 0) {
    return error_set(err, STATUS_TERM, "the terminal does not tell its modes; \"nnlab train\" works without");
  }
  return STATUS_OK;
}

static Status start_session(Term *term, const GiveBack *plan, Error *err) {
  (void)fflush(stdout);
  if (!signals_open(plan)) {
    return error_set(err, STATUS_TERM, "there are too many open files for the terminal session");
  }
  signals_take();
  if (!start_curses(term)) {
    signals_give_back();
    end_curses(term);
    signals_close();
    return error_set(err, STATUS_TERM, "the terminal cannot be opened; \"nnlab train\" works without");
  }
  return STATUS_OK;
}

Status term_open(Term **out, PaletteKind palette, Error *err) {
  Term *term = &the_term;
  GiveBack plan = {0};
  ASSERT(!term->is_open);
  *term = (Term){.is_open = false};
  Status status = check_streams(&plan, err);
  if (status == STATUS_OK) {
    status = terminfo_load(&term->info, &plan, err);
  }
  if (status == STATUS_OK) {
    status = start_session(term, &plan, err);
  }
  if (status != STATUS_OK) {
    return status;
  }
  term->is_open = true;
  term->hook_before = fatal_hook_set(signals_give_back);
  decoder_init(&term->decoder, keys_read, &term->keys);
  blit_init(&term->blit, strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
  blit_set_palette(&term->blit, palette);
  fit_to_terminal(term);
  take(term);
  *out = term;
  return STATUS_OK;
}

void term_close(Term *term) {
  if (!term || !term->is_open) {
    return;
  }
  give_back(term);
  (void)fatal_hook_set(term->hook_before);
  blit_deinit(&term->blit);
  end_curses(term);
  signals_close();
  term->is_open = false;
}

int term_input_fd(const Term *term) { return term->keys.fd; }

int term_signal_fd(const Term *term) {
  (void)term;
  return signals_fd();
}

static TermEvent nothing(void) { return (TermEvent){.kind = TERM_NONE}; }

static TermEvent quit(int number) { return (TermEvent){.kind = TERM_QUIT, .signal = number}; }

static TermEvent resized(Term *term) {
  fit_to_terminal(term);
  return (TermEvent){.kind = TERM_RESIZE};
}

/* After a stop. Asked to quit while it was stopped, the program leaves the terminal to whoever has it now. */
static TermEvent take_again(Term *term) {
  if (signals_quit_waiting()) {
    return nothing();
  }
  if (!isendwin()) {
    (void)endwin(); /* stopped unseen (SIGSTOP): the modes are the shell's, and curses must set its own again */
  }
  fit_to_terminal(term);
  take(term);
  return (TermEvent){.kind = TERM_RESIZE};
}

static TermEvent signal_event(Term *term, int number) {
  switch (number) {
    case SIGWINCH:
      return resized(term);
    case SIGTSTP:
      give_back(term);
      signals_stop();
      return take_again(term);
    case SIGCONT:
      if (!signals_in_foreground()) {
        signals_release();
        signals_stop();
      }
      return take_again(term);
    default:
      return quit(number);
  }
}

static TermEvent input_event(Term *term) {
  TermEvent event = {.kind = TERM_INPUT, .input = decoder_next(&term->decoder)};
  if (event.input.kind == INPUT_NONE) {
    term->is_lost = keys_is_lost(&term->keys);
    return term->is_lost ? quit(SIGHUP) : nothing();
  }
  if (event.input.kind == INPUT_KEY && event.input.key == KEY_CTRL_L) {
    repaint();
  }
  return event;
}

TermEvent term_next(Term *term) {
  for (int number = signals_next(); number != 0; number = signals_next()) {
    TermEvent event = signal_event(term, number);
    if (event.kind != TERM_NONE) {
      return event;
    }
  }
  return term->is_lost ? nothing() : input_event(term);
}

void term_size(const Term *term, int *rows, int *cols) {
  *rows = term->blit.rows;
  *cols = term->blit.cols;
}

Charset term_charset(const Term *term) {
  return !term->blit.is_utf8 ? CHARSET_ASCII : term->info.is_linux_console ? CHARSET_BLOCK : CHARSET_BRAILLE;
}

int term_colors(const Term *term) { return term->blit.colors; }

void term_set_palette(Term *term, PaletteKind palette) { blit_set_palette(&term->blit, palette); }

void term_blit(Term *term, const Canvas *canvas) {
  if (blit_canvas(&term->blit, canvas)) {
    show();
  }
}
