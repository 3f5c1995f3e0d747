/* chart: where the parts of a chart go, and its axes. Curves, marks and legend have files of their own. Rows are laid
 * out first, because they decide how many y ticks there are; the widest of their labels then decides on the columns. */
#include "canvas/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "canvas/axis.h"
#include "canvas/band.h"
#include "canvas/curve.h"
#include "canvas/legend.h"
#include "canvas/marks.h"

enum { TICKS_MAX = 128, LABEL_SIZE = 16 };

typedef struct Ticks {
  int count;
  double at[TICKS_MAX];
  char label[TICKS_MAX][LABEL_SIZE];
} Ticks;

/* Where the parts are, from left to right: y labels, the axis, the plot; from top to bottom: title, plot, the axis in
 * the plot's bottom row, its numbers. */
typedef struct Layout {
  Plot plot;
  bool has_title, has_numbers;
  int axis_row, axis_col;
  int label_col, label_cols; /* y labels, right-aligned; 0 columns: none */
  int x_label_cols;          /* on the axis; 0: none */
} Layout;

typedef struct AxisGlyphs {
  uint32_t horizontal, vertical, tick_left, tick_below, cross, corner;
} AxisGlyphs;

static AxisGlyphs axis_glyphs(Charset charset) {
  return charset == CHARSET_ASCII ? (AxisGlyphs){'-', '|', '+', '+', '+', '+'}
                                  : (AxisGlyphs){0x2500, 0x2502, 0x2524, 0x252C, 0x253C, 0x2514};
}

static void ticks_fill(Ticks *ticks, const Axis *axis, int max) {
  max = max < 1 ? 1 : max > TICKS_MAX ? TICKS_MAX : max;
  ticks->count = axis->known ? chart_ticks(axis->low, axis->high, max, axis->log, ticks->at) : 0;
  if (axis->known && ticks->count < 2 && max >= 2) { /* no two round numbers: the ends themselves */
    ticks->count = 2;
    ticks->at[0] = axis->low;
    ticks->at[1] = axis->high;
  }
  double step = ticks->count >= 2 ? ticks->at[1] - ticks->at[0] : 0;
  for (int i = 0; i < ticks->count; i++) {
    chart_tick_label(ticks->label[i], LABEL_SIZE, ticks->at[i], axis->log ? ticks->at[i] : step);
  }
}

static int widest_label(const Ticks *ticks) {
  int widest = 0;
  for (int i = 0; i < ticks->count; i++) {
    int length = (int)strlen(ticks->label[i]);
    widest = length > widest ? length : widest;
  }
  return widest;
}

static bool has_legend(const Chart *chart) {
  for (int i = 0; i < chart->line_count; i++) {
    if (chart->lines[i].label) {
      return true;
    }
  }
  return false;
}

static void layout_rows(Layout *layout, Rect rect, const Chart *chart) {
  enum { ROWS_FOR_TITLE = 5, ROWS_FOR_NUMBERS = 7 };
  bool title = rect.rows >= ROWS_FOR_TITLE && (chart->title || has_legend(chart));
  bool numbers = rect.rows >= ROWS_FOR_NUMBERS;
  layout->has_title = title;
  layout->has_numbers = numbers;
  layout->plot.rect.row = rect.row + title;
  layout->plot.rect.rows = rect.rows - title - numbers;
  layout->axis_row = layout->plot.rect.row + layout->plot.rect.rows - 1;
}

static void layout_cols(Layout *layout, Rect rect, const Chart *chart, const Ticks *y) {
  enum { LABEL_LEAST = 4, COLS_FOR_LABELS = 16, COLS_FOR_X_LABEL = 24 };
  int widest = widest_label(y);
  widest = widest > LABEL_LEAST ? widest : LABEL_LEAST; /* so that charts below each other line up */
  int labels = rect.cols < COLS_FOR_LABELS || widest > rect.cols / 3 ? 0 : widest;
  layout->label_col = rect.col;
  layout->label_cols = labels;
  layout->axis_col = rect.col + labels;
  int left = rect.cols - labels - 1;
  layout->plot.rect.col = layout->axis_col + 1;
  layout->plot.rect.cols = left < PLOT_COLS_MAX ? left : PLOT_COLS_MAX;
  int x_label = chart->x_label ? canvas_columns(chart->x_label) : 0;
  layout->x_label_cols = x_label > 0 && left >= COLS_FOR_X_LABEL && x_label < left / 3 ? x_label : 0;
}

static void draw_y_axis(Canvas *canvas, const Layout *layout, const Ticks *y) {
  AxisGlyphs glyphs = axis_glyphs(canvas->charset);
  Rect plot = layout->plot.rect;
  canvas_fill(canvas, (Rect){plot.row, layout->axis_col, plot.rows, 1}, glyphs.vertical, STYLE(ROLE_DIM));
  canvas_put(canvas, layout->axis_row, layout->axis_col, glyphs.corner, STYLE(ROLE_DIM));
  int last = -1;
  for (int i = 0; i < y->count && layout->label_cols > 0; i++) {
    int row = plot_row(&layout->plot, canvas->charset, y->at[i]);
    if (row < 0 || row == last) {
      continue; /* two labels in one row: the lower value stays */
    }
    last = row;
    int indent = layout->label_cols - (int)strlen(y->label[i]);
    canvas_text(canvas, plot.row + row, layout->label_col + indent, STYLE(ROLE_DIM), y->label[i]);
    canvas_put(canvas, plot.row + row, layout->axis_col, row == plot.rows - 1 ? glyphs.cross : glyphs.tick_left,
               STYLE(ROLE_DIM));
  }
}

/* Columns below the axis, counted from `label_col`; from >= to: none. */
typedef struct Stretch {
  int from, to;
} Stretch;

/* Where a number of `length` characters goes whose tick is at plot column `col`: below it, moved in from the edges. The
 * leftmost tick is the axis itself. */
static Stretch number_place(const Layout *layout, int col, int length) {
  int end = layout->label_cols + 1 + layout->plot.rect.cols;
  int from = layout->label_cols + (col > 0 ? col + 1 : 0) - (length - 1) / 2;
  from = from + length > end ? end - length : from;
  from = from > 0 ? from : 0;
  return (Stretch){from, from + length};
}

/* The cursor's x value below the axis; the numbers there make room. */
static Stretch draw_cursor_number(Canvas *canvas, const Layout *layout, const Chart *chart) {
  int col = chart->has_cursor ? plot_col(&layout->plot, canvas->charset, (double)chart->cursor_x) : -1;
  if (col < 0 || !layout->has_numbers) {
    return (Stretch){0, 0};
  }
  char value[LABEL_SIZE], text[LABEL_SIZE + 2];
  chart_value_label(value, sizeof value, (double)chart->cursor_x);
  (void)snprintf(text, sizeof text, " %s ", value);
  Stretch place = number_place(layout, col, (int)strlen(text));
  canvas_text(canvas, layout->axis_row + 1, layout->label_col + place.from, STYLE(ROLE_FOCUS), text);
  return place;
}

static bool touches(Stretch a, Stretch b) { return a.from < a.to && b.from < b.to && a.from <= b.to && b.from <= a.to; }

/* Ticks without their numbers where there is no row for them; otherwise those whose numbers find a place. */
static void draw_x_axis(Canvas *canvas, const Layout *layout, const Chart *chart, const Ticks *x) {
  AxisGlyphs glyphs = axis_glyphs(canvas->charset);
  Rect plot = layout->plot.rect;
  canvas_fill(canvas, (Rect){layout->axis_row, plot.col, 1, plot.cols}, glyphs.horizontal, STYLE(ROLE_DIM));
  Stretch cursor = draw_cursor_number(canvas, layout, chart), last = {0, 0};
  for (int i = 0; i < x->count; i++) {
    int col = plot_col(&layout->plot, canvas->charset, x->at[i]);
    if (col > 0) {
      canvas_put(canvas, layout->axis_row, plot.col + col, glyphs.tick_below, STYLE(ROLE_DIM));
    }
    Stretch place = number_place(layout, col, (int)strlen(x->label[i]));
    if (col >= 0 && layout->has_numbers && !touches(place, cursor) && !touches(place, last)) {
      canvas_text(canvas, layout->axis_row + 1, layout->label_col + place.from, STYLE(ROLE_DIM), x->label[i]);
      last = place;
    }
  }
}

/* On the axis, with a blank on either side, as far right as no curve is in the way. */
static void draw_x_label(Canvas *canvas, const Layout *layout, const Chart *chart) {
  Rect plot = layout->plot.rect;
  int wanted = layout->x_label_cols + 2, run = 1; /* the blank behind it may lie outside */
  for (int col = plot.col + plot.cols - 1; col >= plot.col && layout->x_label_cols > 0; col--) {
    const Cell *cell = canvas_at(canvas, layout->axis_row, col);
    run = cell && curve_covers(cell) ? 0 : run + 1;
    if (run == wanted) {
      canvas_fill(canvas, (Rect){layout->axis_row, col, 1, wanted}, ' ', STYLE(ROLE_DIM));
      canvas_text(canvas, layout->axis_row, col + 1, STYLE(ROLE_DIM), chart->x_label);
      return;
    }
  }
}

static bool has_finite(const Chart *chart) {
  for (int i = 0; i < chart->line_count; i++) {
    for (int k = 0; k < chart->lines[i].count; k++) {
      const ChartPoint *point = &chart->lines[i].points[k];
      if (isfinite(point->x) && isfinite(point->y)) {
        return true;
      }
    }
  }
  return false;
}

static void draw_empty_text(Canvas *canvas, const Layout *layout, const Chart *chart) {
  Rect plot = layout->plot.rect;
  int width = canvas_columns(chart->empty_text);
  int indent = width < plot.cols ? (plot.cols - width) / 2 : 0;
  canvas_text_fit(canvas, plot.row + (plot.rows - 2) / 2, plot.col + indent, plot.cols - indent, STYLE(ROLE_DIM),
                  chart->empty_text);
}

static void draw_plot(Canvas *canvas, const Layout *layout, const Chart *chart) {
  const Plot *plot = &layout->plot;
  for (int i = 0; i < chart->band_count; i++) {
    band_draw(canvas, plot, &chart->bands[i]);
  }
  marks_draw_level(canvas, plot, chart);
  marks_draw_lines(canvas, plot, chart);
  for (int i = 0; i < chart->line_count; i++) {
    curve_draw(canvas, plot, &chart->lines[i]);
  }
  marks_draw_texts(canvas, plot, chart);
  marks_draw_level_text(canvas, plot, chart);
  if (chart->empty_text && !has_finite(chart)) {
    draw_empty_text(canvas, layout, chart);
  }
}

/* x counts epochs or steps: no ticks between two of them unless there are hardly any. */
static int x_ticks_max(const Plot *plot) {
  enum { COLS_PER_TICK = 10, RANGE_LEAST = 1 };
  int max = plot->rect.cols / COLS_PER_TICK + 1;
  double range = plot->x.high - plot->x.low;
  bool few = !plot->x.log && range >= RANGE_LEAST && range + 1 < max;
  return few ? (int)range + 1 : max;
}

Rect chart_draw(Canvas *canvas, Rect rect, const Chart *chart) {
  enum { ROWS_LEAST = 3, COLS_LEAST = 8, FAR = 1 << 24 };
  bool sane =
      rect.row > -FAR && rect.row < FAR && rect.col > -FAR && rect.col < FAR && rect.rows < FAR && rect.cols < FAR;
  if (rect.rows < ROWS_LEAST || rect.cols < COLS_LEAST || !sane) {
    return (Rect){0};
  }
  enum { ROWS_PER_TICK = 3 };
  Rect before = canvas_clip(canvas, rect);
  canvas_fill(canvas, rect, ' ', STYLE(ROLE_TEXT));
  Layout layout;
  layout_rows(&layout, rect, chart);
  Ticks x, y;
  int y_ticks = (layout.plot.rect.rows - 1) / ROWS_PER_TICK + 1;
  layout.plot.x = axis_x(chart);
  layout.plot.y = axis_y(chart, &layout.plot.x, y_ticks);
  ticks_fill(&y, &layout.plot.y, y_ticks);
  layout_cols(&layout, rect, chart, &y);
  ticks_fill(&x, &layout.plot.x, x_ticks_max(&layout.plot));
  draw_y_axis(canvas, &layout, &y);
  draw_x_axis(canvas, &layout, chart, &x);
  draw_plot(canvas, &layout, chart);
  draw_x_label(canvas, &layout, chart);
  if (layout.has_title) {
    legend_draw(canvas, (Rect){rect.row, rect.col, 1, rect.cols}, chart);
  }
  canvas->clip = before;
  return layout.plot.rect;
}
