/* palette: how each Role looks in 256 colours, 16 colours and none. Pure data. */
#ifndef NNLAB_CANVAS_PALETTE_H
#define NNLAB_CANVAS_PALETTE_H

#include <stdint.h>

#include "canvas/canvas.h"

typedef enum PaletteKind {
  PALETTE_DARK = 0,
  PALETTE_LIGHT,
  PALETTE_COLORBLIND,
  PALETTE_NONE,
  PALETTE_COUNT
} PaletteKind;

/* -1 as a colour is the terminal's own. */
typedef struct PaletteEntry {
  int16_t fg256; /* xterm's 256 colours */
  int16_t fg16;  /* the 16 ANSI colours; 8..15 fall back to bold 0..7 where there are only 8 */
  uint8_t attr;  /* ATTR_ bits added at any depth */
} PaletteEntry;

/* "dark", "light", "colour-blind", "none" */
const char *palette_name(PaletteKind kind);
PaletteEntry palette_entry(PaletteKind kind, Role role);

#endif
