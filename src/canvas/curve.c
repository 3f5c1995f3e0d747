/* curve: a line becomes a span of dots for each column of dots (trace_*), neighbouring spans are made to touch, the
 * pattern takes dots away, and what is left is added to the cells (stroke_*). Positions are doubles until they are cut
 * to a range that an int holds: whatever the floats were, nothing overflows. */
#include "canvas/curve.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "canvas/dots.h"

enum { DOT_COLUMNS_MAX = PLOT_COLS_MAX * DOTS_X_MAX };

typedef struct Column {
  DotSpan span;
  bool from_left; /* the line comes from the column before, be it outside the plot */
  bool to_right;  /* the line goes on to the next one */
} Column;

/* A line in dots. */
typedef struct Trace {
  int count;        /* columns in use */
  int dots_per_row; /* of cells */
  Column columns[DOT_COLUMNS_MAX];
} Trace;

int plot_col(const Plot *plot, Charset charset, double x) {
  int per_cell = dots_of(charset).x, columns = plot->rect.cols * per_cell;
  double place = dots_x(plot, columns, x);
  int dot = isnan(place) ? -1 : dots_nearest(place, -1, columns);
  return dot >= 0 && dot < columns ? dot / per_cell : -1;
}

int plot_row(const Plot *plot, Charset charset, double y) {
  int per_cell = dots_of(charset).y;
  DotSpan range = dots_range(plot, per_cell);
  double place = dots_y(plot, per_cell, y);
  int dot = isnan(place) ? -1 : dots_nearest(place, -1, range.bottom + 1);
  return dot >= range.top && dot <= range.bottom ? dot / per_cell : -1;
}

static void trace_add(Trace *trace, int column, double y) {
  enum { FAR = 1 << 20 }; /* beyond any plot, and its sums are still ints */
  if (!isnan(y)) {
    DotSpan *span = &trace->columns[column].span;
    int dot = dots_nearest(y, -FAR, FAR);
    span->top = dot < span->top ? dot : span->top;
    span->bottom = dot > span->bottom ? dot : span->bottom;
  }
}

typedef struct Place {
  double x, y; /* in dots */
} Place;

/* The columns between two points, and the links between all of them. */
static void trace_segment(Trace *trace, Place a, Place b) {
  int first = dots_nearest(a.x, -1, trace->count), last = dots_nearest(b.x, -1, trace->count);
  for (int column = first + 1; column <= last; column++) {
    if (column < last) {
      trace_add(trace, column, a.y + (b.y - a.y) * ((column - a.x) / (b.x - a.x)));
    }
    if (column > 0) {
      trace->columns[column - 1].to_right = true;
    }
    if (column < trace->count) {
      trace->columns[column].from_left = true;
    }
  }
}

static void trace_line(Trace *trace, const Plot *plot, const ChartLine *line) {
  Place before = {NAN, NAN};
  for (int i = 0; i < line->count; i++) {
    const ChartPoint *point = &line->points[i];
    Place place = {dots_x(plot, trace->count, point->x), dots_y(plot, trace->dots_per_row, point->y)};
    if (isnan(place.x) || isnan(place.y)) {
      before = (Place){NAN, NAN};
      continue;
    }
    int column = dots_nearest(place.x, -1, trace->count);
    if (column >= 0 && column < trace->count) {
      trace_add(trace, column, place.y);
      if (point->low < point->y || point->high > point->y) {
        trace_add(trace, column, dots_y(plot, trace->dots_per_row, point->low));
        trace_add(trace, column, dots_y(plot, trace->dots_per_row, point->high));
      }
    }
    if (!isnan(before.x)) {
      trace_segment(trace, before, place);
    }
    before = place;
  }
}

/* Lengthens `span` half way to its neighbour, which does the other half. */
static DotSpan reach(DotSpan span, DotSpan own, DotSpan neighbour) {
  if (neighbour.top > own.bottom + 1) {
    int middle = (own.bottom + neighbour.top) / 2;
    span.bottom = middle > span.bottom ? middle : span.bottom;
  } else if (neighbour.bottom < own.top - 1) {
    int middle = (neighbour.bottom + own.top) / 2 + 1;
    span.top = middle < span.top ? middle : span.top;
  }
  return span;
}

static bool has_dots(DotSpan span) { return span.top <= span.bottom; }

static DotSpan touching(const Trace *trace, int column) {
  const Column *own = &trace->columns[column];
  DotSpan span = own->span;
  if (own->from_left && column > 0 && has_dots(own[-1].span)) {
    span = reach(span, own->span, own[-1].span);
  }
  if (own->to_right && column + 1 < trace->count && has_dots(own[1].span)) {
    span = reach(span, own->span, own[1].span);
  }
  return span;
}

/* A pattern is `on` dots of every `period`, counted along the line and not along the x axis: a steep part and a spike
 * would otherwise vanish in a pause. */
typedef struct Pattern {
  int on, period;
} Pattern;

static Pattern pattern_of(Charset charset, LinePattern pattern) {
  static const Pattern patterns[CHARSET_COUNT][LINE_PATTERN_COUNT] = {
      {{1, 1}, {4, 6}, {1, 3}, {1, 6}, {3, 9}, {2, 3}, {1, 2}},
      {{1, 1}, {2, 3}, {1, 2}, {1, 4}, {2, 6}, {3, 4}, {1, 3}},
      {{1, 1}, {1, 1}, {1, 2}, {1, 4}, {2, 4}, {1, 1}, {1, 1}}};
  return patterns[charset][pattern];
}

/* One column of a line on its way into the cells. */
typedef struct Stroke {
  DotSpan span;   /* the dots */
  DotSpan always; /* those that no pattern leaves out */
  bool upwards;
  int phase; /* of the pattern, at the dot where the line enters the column */
  Pattern pattern;
} Stroke;

static bool stroke_has(const Stroke *stroke, int dot) {
  if (stroke->pattern.period == 1 || dot == stroke->always.top || dot == stroke->always.bottom) {
    return true;
  }
  int way = stroke->upwards ? stroke->span.bottom - dot : dot - stroke->span.top;
  return (stroke->phase + way) % stroke->pattern.period < stroke->pattern.on;
}

bool curve_covers(const Cell *cell) {
  return dots_bits(cell) != 0 || (cell->code > ' ' && cell->code < 128 && strchr("*o.,~=%", (int)cell->code));
}

/* Adds dots to a cell. A faint line (raw values) gives way to one that is not, whose shape it would blur. */
static void cell_add(Canvas *canvas, int row, int col, unsigned bits, const ChartLine *line) {
  const Cell *cell = canvas_at(canvas, row, col);
  if (!cell || bits == 0) {
    return;
  }
  bool gives_way = (cell->style.attr & ~line->style.attr & ATTR_FAINT) != 0;
  bits |= gives_way ? 0 : dots_bits(cell);
  uint32_t code =
      canvas->charset == CHARSET_ASCII ? curve_sample(canvas->charset, line) : dots_code(canvas->charset, bits);
  canvas_put(canvas, row, col, code, line->style);
}

static void stroke_draw(Canvas *canvas, const Plot *plot, const Stroke *stroke, int column, const ChartLine *line) {
  Dots dots = dots_of(canvas->charset);
  DotSpan range = dots_range(plot, dots.y);
  int top = stroke->span.top > range.top ? stroke->span.top : range.top;
  int bottom = stroke->span.bottom < range.bottom ? stroke->span.bottom : range.bottom;
  for (int row = top / dots.y; row * dots.y <= bottom; row++) {
    unsigned bits = 0;
    for (int dot = 0; dot < dots.y; dot++) {
      int at = row * dots.y + dot;
      if (at >= top && at <= bottom && stroke_has(stroke, at)) {
        bits |= dots_bit(canvas->charset, column % dots.x, dot);
      }
    }
    cell_add(canvas, plot->rect.row + row, plot->rect.col + column / dots.x, bits, line);
  }
}

/* The dots that say where the line begins, ends and turns sharply are there in every pattern. */
static DotSpan always_drawn(const Column *column, DotSpan span) {
  bool end = !column->from_left || !column->to_right;
  bool steep = span.bottom - span.top >= 2;
  return end || steep ? column->span : (DotSpan){-1, -1};
}

static void trace_draw(Canvas *canvas, const Plot *plot, const Trace *trace, const ChartLine *line) {
  Pattern pattern = pattern_of(canvas->charset, line->pattern);
  int phase = 0;
  for (int i = 0; i < trace->count; i++) {
    const Column *column = &trace->columns[i];
    if (!has_dots(column->span)) {
      continue;
    }
    DotSpan span = touching(trace, i);
    bool upwards = i > 0 && column->from_left && column[-1].span.top > column->span.top;
    Stroke stroke = {span, always_drawn(column, span), upwards, phase, pattern};
    stroke_draw(canvas, plot, &stroke, i, line);
    phase = (phase + span.bottom - span.top + 1) % pattern.period;
  }
}

void curve_draw(Canvas *canvas, const Plot *plot, const ChartLine *line) {
  Dots dots = dots_of(canvas->charset);
  Trace trace;
  trace.count = plot->rect.cols * dots.x;
  trace.dots_per_row = dots.y;
  for (int i = 0; i < DOT_COLUMNS_MAX; i++) {
    trace.columns[i] = (Column){.span = {1 << 21, -(1 << 21)}};
  }
  trace_line(&trace, plot, line);
  trace_draw(canvas, plot, &trace, line);
}

uint32_t curve_sample(Charset charset, const ChartLine *line) {
  static const uint32_t lines[LINE_PATTERN_COUNT] = {0x2501, 0x254C, 0x2508, 0x00B7, 0x2574, 0x2550, 0x2500};
  static const uint32_t ascii[LINE_PATTERN_COUNT] = {'*', 'o', '.', ',', '~', '=', '%'};
  if (charset != CHARSET_ASCII) {
    return lines[line->pattern];
  }
  return line->style.attr & ATTR_FAINT ? '.' : ascii[line->pattern]; /* faint cannot be seen in a printed chart */
}
