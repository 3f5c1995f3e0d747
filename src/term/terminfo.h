/* terminfo: what the terminal is, by its description. Touches no terminal. */
#ifndef NNLAB_TERM_TERMINFO_H
#define NNLAB_TERM_TERMINFO_H

#include <stdbool.h>

#include "base/error.h"
#include "term/signals.h"

#define MOUSE_ON "\033[?1000h\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l\033[?1000l"

typedef struct Terminfo {
  bool mouse; /* it may report a mouse */
  bool is_linux_console;
} Terminfo;

/* Looks up TERM for the terminal that `give_back->fd` is, and fills the bytes that give it back from any state. Errors
 * say what is wrong with TERM. */
MUST_USE Status terminfo_load(Terminfo *info, GiveBack *give_back, Error *err);

#endif
