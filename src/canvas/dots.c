#include "canvas/dots.h"

#include <math.h>

enum { BRAILLE = 0x2800 };

static const uint32_t BLOCKS[4] = {' ', 0x2580, 0x2584, 0x2588};

Dots dots_of(Charset charset) {
  static const Dots dots[CHARSET_COUNT] = {{2, 4}, {1, 2}, {1, 1}};
  return dots[charset];
}

int dots_nearest(double place, int from, int to) {
  static const double HALF = 0.4999;
  return place <= from ? from : place >= to ? to : (int)floor(place + HALF);
}

double dots_x(const Plot *plot, int columns, double x) { return axis_position(&plot->x, x) * (columns - 1); }

double dots_y(const Plot *plot, int per_cell, double y) {
  return (1 - axis_position(&plot->y, y)) * ((plot->rect.rows - 1) * per_cell) + (per_cell - 1) / 2.0;
}

DotSpan dots_range(const Plot *plot, int per_cell) {
  int centre = (per_cell - 1) / 2;
  return (DotSpan){centre, (plot->rect.rows - 1) * per_cell + centre};
}

unsigned dots_bit(Charset charset, int x, int y) {
  static const unsigned braille[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
  return charset == CHARSET_BRAILLE ? braille[x][y] : 1u << y;
}

unsigned dots_bits(const Cell *cell) {
  if (cell->code >= BRAILLE && cell->code <= BRAILLE + 0xFF) {
    return cell->code - BRAILLE;
  }
  for (unsigned bits = 1; bits < 4; bits++) {
    if (cell->code == BLOCKS[bits]) {
      return bits;
    }
  }
  return 0;
}

uint32_t dots_code(Charset charset, unsigned bits) {
  return charset == CHARSET_BRAILLE ? BRAILLE + bits : BLOCKS[bits & 3u];
}
