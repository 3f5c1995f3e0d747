/* signals: how the terminal is given back whatever ends or stops the program. Signals that ask for something (quit,
 * stop, a new size) are only noted, with a byte in a pipe that a poll sees; they are read by signals_next. Signals that
 * end the program at once (a crash, SIGQUIT, an alarm) and the fatal hook write prepared bytes to the terminal, put its
 * modes back, and let the signal do what it did before. The same is done when exit() is called without term_close.
 *
 * Invariant: the terminal is given back exactly once for each time it is taken. Handlers may run on any thread; every
 * other function belongs to the UI thread. The state is global because signal handlers are. */
#ifndef NNLAB_TERM_SIGNALS_H
#define NNLAB_TERM_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { GIVE_BACK_BYTES = 512 };

/* What gives the terminal back: bytes for the terminal itself, modes for its driver. */
typedef struct GiveBack {
  int fd;
  struct termios modes;
  size_t length;
  char bytes[GIVE_BACK_BYTES];
} GiveBack;

/* Installs the handlers; false (and nothing is changed) when there is no pipe. A signal that the program was started
 * with ignored (nohup, a shell without job control) stays ignored. */
bool signals_open(const GiveBack *give_back);
/* Puts back the handlers that were before. */
void signals_close(void);

/* Becomes readable when signals_next has something. */
int signals_fd(void);
/* The next noted signal, those that ask to quit first: SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH; 0 = none.
 */
int signals_next(void);
/* Whether SIGINT, SIGTERM or SIGHUP is noted. */
bool signals_quit_waiting(void);

/* Says that the terminal is ours from now on, or no longer. */
void signals_take(void);
void signals_release(void);
/* Brackets output. False when the terminal is not ours: then nothing may be written, and nothing is to be ended. */
bool signals_output_begin(void);
void signals_output_end(void);
/* Gives the terminal back if it is ours, with async-signal-safe calls only. Any thread. The fatal hook. */
void signals_give_back(void);

/* Whether the program is in its terminal's foreground. */
bool signals_in_foreground(void);
/* Stops the program as SIGTSTP does when nobody handles it. Returns when it goes on in the foreground, or when it was
 * asked to quit. */
void signals_stop(void);

#endif
