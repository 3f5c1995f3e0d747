#include "canvas/band.h"

#include <math.h>

#include "canvas/dots.h"

/* A column of dots in which the band is. */
typedef struct Slice {
  int column;
  DotSpan span;
} Slice;

/* A quarter of the dots, shifted from row to row; of the edges, every second. In half blocks and ASCII all: a shade
 * stands for them. */
static bool has_dot(Charset charset, const ChartBand *band, const Slice *slice, int y) {
  int x = slice->column;
  if (charset != CHARSET_BRAILLE) {
    return true;
  }
  bool edge = (y == slice->span.top || y == slice->span.bottom) && x % 2 == band->phase;
  return edge || (y % 2 == band->phase && (x + y / 2) % 2 == 0);
}

static uint32_t shade(Charset charset, int phase) {
  static const uint32_t shades[2] = {0x2591, 0x2592};
  return charset == CHARSET_ASCII ? (phase == 0 ? ':' : '\'') : shades[phase];
}

static void draw_cell(Canvas *canvas, const Plot *plot, const ChartBand *band, const Slice *slice, int row) {
  Dots dots = dots_of(canvas->charset);
  int at_row = plot->rect.row + row, at_col = plot->rect.col + slice->column / dots.x;
  const Cell *cell = canvas_at(canvas, at_row, at_col);
  unsigned bits = 0;
  for (int dot = 0; dot < dots.y; dot++) {
    int y = row * dots.y + dot;
    if (y >= slice->span.top && y <= slice->span.bottom && has_dot(canvas->charset, band, slice, y)) {
      bits |= dots_bit(canvas->charset, slice->column % dots.x, dot);
    }
  }
  if (cell && bits != 0) {
    uint32_t code = canvas->charset == CHARSET_BRAILLE ? dots_code(canvas->charset, bits | dots_bits(cell))
                                                       : shade(canvas->charset, band->phase);
    canvas_put(canvas, at_row, at_col, code, band->style);
  }
}

static void draw_slice(Canvas *canvas, const Plot *plot, const ChartBand *band, int column, double low, double high) {
  int per_cell = dots_of(canvas->charset).y;
  DotSpan range = dots_range(plot, per_cell);
  int top = dots_nearest(high, range.top - 1, range.bottom + 1),
      bottom = dots_nearest(low, range.top - 1, range.bottom + 1);
  Slice slice = {column, {top > range.top ? top : range.top, bottom < range.bottom ? bottom : range.bottom}};
  for (int row = slice.span.top / per_cell; slice.span.top <= slice.span.bottom && row * per_cell <= slice.span.bottom;
       row++) {
    draw_cell(canvas, plot, band, &slice, row);
  }
}

/* A point in dots: y grows downwards. */
typedef struct Place {
  double x, low, high;
} Place;

static Place place_of(Canvas *canvas, const Plot *plot, const ChartPoint *point) {
  Dots dots = dots_of(canvas->charset);
  return (Place){dots_x(plot, plot->rect.cols * dots.x, (double)point->x), dots_y(plot, dots.y, (double)point->low),
                 dots_y(plot, dots.y, (double)point->high)};
}

static bool is_place(const Place *place) { return !isnan(place->x) && !isnan(place->low) && !isnan(place->high); }

/* From behind the column of `a` to that of `b`; that of `b` alone where `a` is none. */
static void draw_stretch(Canvas *canvas, const Plot *plot, const ChartBand *band, const Place *a, const Place *b) {
  int columns = plot->rect.cols * dots_of(canvas->charset).x, last = dots_nearest(b->x, -1, columns);
  int first = is_place(a) ? dots_nearest(a->x, -1, columns) + 1 : last;
  for (int column = first; column <= last; column++) {
    double share = column < last ? (column - a->x) / (b->x - a->x) : 1.0;
    double low = share < 1.0 ? a->low + (b->low - a->low) * share : b->low;
    double high = share < 1.0 ? a->high + (b->high - a->high) * share : b->high;
    if (column >= 0 && column < columns) {
      draw_slice(canvas, plot, band, column, low, high);
    }
  }
}

void band_draw(Canvas *canvas, const Plot *plot, const ChartBand *band) {
  Place before = {NAN, NAN, NAN};
  for (int i = 0; i < band->count; i++) {
    Place place = place_of(canvas, plot, &band->points[i]);
    if (is_place(&place)) {
      draw_stretch(canvas, plot, band, &before, &place);
    }
    before = place;
  }
}

uint32_t band_sample(Charset charset, const ChartBand *band) {
  static const uint32_t dots[2] = {0x2861, 0x2892};
  return charset == CHARSET_BRAILLE ? dots[band->phase] : shade(charset, band->phase);
}
