/* dots: where values lie among the dots of a plot's cells: 2 x 4 in braille, 1 x 2 in half blocks, 1 x 1 in ASCII; and
 * the characters that dots make. What curves and bands have in common. Pure. */
#ifndef NNLAB_CANVAS_DOTS_H
#define NNLAB_CANVAS_DOTS_H

#include "canvas/canvas.h"
#include "canvas/curve.h"

enum { DOTS_X_MAX = 2 };

typedef struct Dots {
  int x, y; /* in a cell */
} Dots;

/* Rows of dots from the top, both inclusive; top > bottom: none. They may lie outside the plot. */
typedef struct DotSpan {
  int top, bottom;
} DotSpan;

Dots dots_of(Charset charset);
/* The dot nearest to `place`, between `from` and `to`. A little under a half goes into it, so that a tie falls the same
 * way, to the left and up, whatever a float has made of it. */
int dots_nearest(double place, int from, int to);
/* Where x lies among `columns` of dots; not a number where it is none. */
double dots_x(const Plot *plot, int columns, double x);
/* Where y lies among rows of dots, from the top row's centre to the bottom row's. Where a cell has an even number of
 * dots, its centre lies between two: a tie that goes up, so that nothing is ever drawn below the axis. */
double dots_y(const Plot *plot, int per_cell, double y);
/* The dots that values within the range have. */
DotSpan dots_range(const Plot *plot, int per_cell);

/* A cell's dots are bits, as braille counts them; blocks have bit 0 above and bit 1 below. */
unsigned dots_bit(Charset charset, int x, int y);
/* Those that a cell already has. */
unsigned dots_bits(const Cell *cell);
/* Their character; not for ASCII. */
uint32_t dots_code(Charset charset, unsigned bits);

#endif
