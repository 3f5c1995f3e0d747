/* picture: a grey picture in half blocks, two pixels to a cell. Where the terminal has the greys (term/blit.h) each
 * half has its own; elsewhere the cell's character shows what it can: a block, a shade, or ASCII. */
#ifndef NNLAB_CANVAS_PICTURE_H
#define NNLAB_CANVAS_PICTURE_H

#include "canvas/canvas.h"

enum { SHADES = 8 }; /* from black to white; fewer than a grey has, as pairs of them are colour pairs */

/* The role of a cell with these two shades (0 .. SHADES - 1), and the shades of a role from ROLE_SHADES on. */
enum { ROLE_SHADES = ROLE_COUNT, ROLE_END = ROLE_SHADES + SHADES * SHADES };
static inline Style style_of_shades(int top, int bottom) { return STYLE(ROLE_SHADES + top * SHADES + bottom); }
static inline int shade_top(int role) { return (role - ROLE_SHADES) / SHADES; }
static inline int shade_bottom(int role) { return (role - ROLE_SHADES) % SHADES; }

/* Draws `pixels` (height, width), 0 black .. 255 white, with its left upper corner at (row, col). Each pixel becomes
 * `zoom` x `zoom` where that is 1 or more; with -2, -3 ... that many in a square become one, their mean. */
void canvas_picture(Canvas *canvas, int row, int col, const unsigned char *pixels, int width, int height, int zoom);
/* The cells that it takes. */
int picture_cols(int width, int zoom);
int picture_rows(int height, int zoom);

#endif
