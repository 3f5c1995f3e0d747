/* term: the terminal session. The only place that touches ncurses. Opening takes the screen (alternate screen, no echo,
 * mouse reports, hidden cursor); closing, a fatal error and every signal that ends the program give it back whole.
 * Threads: the UI thread only. One session at a time. Another thread blocks every signal but those that a fault of its
 * own raises (SIGSEGV, SIGBUS, SIGFPE, SIGILL): blocked, they would end the program before the screen is given back. */
#ifndef NNLAB_TERM_TERM_H
#define NNLAB_TERM_TERM_H

#include "base/error.h"
#include "canvas/canvas.h"
#include "canvas/input.h"
#include "canvas/palette.h"

typedef struct Term Term;

typedef enum TermEventKind {
  TERM_NONE = 0, /* nothing is waiting */
  TERM_INPUT,    /* `input`: a key or the mouse */
  TERM_RESIZE,   /* the size changed, or the screen must be drawn anew (after a stop and fg) */
  TERM_QUIT,     /* SIGINT, SIGTERM, SIGHUP or the terminal is gone; `signal` says which (SIGHUP for a lost terminal) */
} TermEventKind;

typedef struct TermEvent {
  TermEventKind kind;
  Input input;
  int signal;
} TermEvent;

/* Takes the terminal on standard input and output. Errors (STATUS_TERM) say what is missing and the cure: standard
 * input or output is no terminal, TERM is not set, unknown, or cannot place the cursor (dumb): "nnlab train" works
 * without. Also installs the signal handlers and the fatal hook. Nothing is changed when it fails.
 * The program has called setlocale(LC_CTYPE, "") before. */
MUST_USE Status term_open(Term **term, PaletteKind palette, Error *err);
/* Gives the terminal and the signals back; safe to call twice, and with NULL. After TERM_QUIT the program closes, and
 * then raises `signal`, so that whoever waits for it sees how it ended. */
void term_close(Term *term);

/* File descriptors that become readable when term_next has something: standard input and the signal pipe. */
int term_input_fd(const Term *term);
int term_signal_fd(const Term *term);
/* The next event, without waiting (at most 25 ms for the rest of an escape sequence). Call it until TERM_NONE before
 * waiting again: what was read ahead does not make a file descriptor readable. Bytes of an unknown escape sequence are
 * swallowed. Ctrl-Z stops the program in here; Ctrl-L paints the screen anew and is a key as well. The mouse is its
 * left button and the wheel. A lost terminal is reported once. */
TermEvent term_next(Term *term);

void term_size(const Term *term, int *rows, int *cols);
/* What the locale allows: braille for UTF-8 (blocks on the Linux console, whose fonts have no braille), ASCII
 * otherwise. */
Charset term_charset(const Term *term);
/* How many colours there are: 256, 16, 8 or 0 (also where NO_COLOR is set). */
int term_colors(const Term *term);
void term_set_palette(Term *term, PaletteKind palette);
/* Shows the canvas; only what changed since the last time is sent. A canvas larger than the terminal is cut, and
 * around a smaller one it is blank. */
void term_blit(Term *term, const Canvas *canvas);

#endif
