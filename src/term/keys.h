/* keys: the codes that decode wants, from curses. */
#ifndef NNLAB_TERM_KEYS_H
#define NNLAB_TERM_KEYS_H

#include <ncurses.h>
#include <stdbool.h>

typedef struct Keys {
  WINDOW *pad; /* never drawn: reading from a pad does not refresh the screen */
  int fd;
  bool has_read; /* something came since keys_is_lost last looked */
  int failures;  /* how often in a row there was something to read that could not be read */
} Keys;

/* Within a curses session; false when out of memory. The pad goes with keys_deinit. */
bool keys_init(Keys *keys, int fd);
void keys_deinit(Keys *keys);
/* A CodeRead; the context is the Keys. */
int keys_read(void *context, bool wait);
/* Whether the terminal is gone. Asked after reading until nothing more came. */
bool keys_is_lost(Keys *keys);

#endif
