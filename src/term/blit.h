/* blit: the canvas to curses' window. Keeps what is shown, hands only the cells that changed to curses, and maps each
 * Role to a colour pair and attributes; a cell of two shades (canvas/picture.h) to a half block in two greys. */
#ifndef NNLAB_TERM_BLIT_H
#define NNLAB_TERM_BLIT_H

#include <ncurses.h>
#include <stdbool.h>

#include "base/arena.h"
#include "canvas/canvas.h"
#include "canvas/palette.h"
#include "canvas/picture.h"

typedef struct Look {
  attr_t attr;
  short pair;
} Look;

typedef struct Blit {
  Arena arena; /* what follows the size */
  int rows, cols;
  Cell *shown;  /* rows * cols; a code that no canvas has where it is not known */
  Cell *line;   /* cols: the row that is to be shown */
  cchar_t *out; /* cols: what goes to curses */
  bool is_utf8;
  int colors;       /* 256, 16, 8 or 0 */
  short background; /* the terminal's own, -1 where it can be asked for */
  PaletteKind palette;
  Look looks[ROLE_END]; /* of roles, then of pairs of shades where there are 256 colours */
} Blit;

/* Within a curses session. Ends with blit_deinit. */
void blit_init(Blit *blit, bool is_utf8);
void blit_deinit(Blit *blit);
void blit_resize(Blit *blit, int rows, int cols);
/* Costs nothing when it is the present one. */
void blit_set_palette(Blit *blit, PaletteKind palette);
/* Copies what changed to stdscr; false when nothing has. */
bool blit_canvas(Blit *blit, const Canvas *canvas);

#endif
