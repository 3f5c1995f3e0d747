/* chart: curves with axes on a canvas. Pure.
 *
 * Raw lines faint behind smoothed ones, gaps where a value is not finite, bounds from the finite values alone, ticks on
 * round numbers, spikes kept when many points share a column (the column shows minimum to maximum). Curves are drawn in
 * braille (2 x 4 dots a cell), half blocks (1 x 2) or ASCII, by the canvas's charset. Lines differ by pattern as well
 * as by colour, so that a chart reads without colours; in ASCII the pattern is a character (* o . , ~ = % and for faint
 * lines . without pauses). The dots of several lines in one cell add up in the later line's style; a faint line makes
 * room.
 *
 * The y scale runs from the centre of the axis row to the centre of the top row: a value has the row of its tick's
 * label in every charset, and a curve along the lowest value covers the axis. */
#ifndef NNLAB_CANVAS_CHART_H
#define NNLAB_CANVAS_CHART_H

#include <stdbool.h>

#include "canvas/canvas.h"

typedef enum LinePattern {
  LINE_SOLID = 0,
  LINE_DASHED,
  LINE_DOTTED,
  LINE_SPARSE, /* dots far apart, and short dashes far apart: for what lies behind */
  LINE_SHORT,
  LINE_MEAN, /* of several runs; and of those that they are compared with */
  LINE_MEAN_BEHIND,
  LINE_PATTERN_COUNT
} LinePattern;

/* A point of a curve. `low` and `high` bound what the point stands for (a bucket of several epochs); for a single value
 * all three are equal. A value that is not finite is a gap. */
typedef struct ChartPoint {
  float x, y, low, high;
} ChartPoint;

typedef struct ChartLine {
  const ChartPoint *points; /* ordered by x */
  int count;
  Style style;
  LinePattern pattern;
  const char *label; /* for the legend; NULL = not in it */
} ChartLine;

/* What several lines leave between their lowest and highest, `low` to `high` of each point, as scattered dots with
 * closer edges: behind everything else. The dots of two bands with different `phase` (0 or 1) fall between each other.
 */
typedef struct ChartBand {
  const ChartPoint *points; /* ordered by x; where `low` or `high` is not finite there is a gap */
  int count, phase;
  Style style;
} ChartBand;

/* A vertical mark at `x`: an edit. Curves cover it, its text covers no curve. The texts of marks in one column are
 * stacked in their order. */
typedef struct ChartMark {
  float x;
  const char *text; /* drawn beside the mark where there is room; NULL = none */
  Style style;
} ChartMark;

/* A value to compare with, all along the x axis: nothing widens the y range for it, and outside of that it is not
 * drawn. Curves and marks cover it. */
typedef struct ChartLevel {
  float y;
  const char *text; /* drawn on it, or beside it, where no curve is; NULL = no level */
} ChartLevel;

typedef struct Chart {
  const char *title;
  const char *x_label;    /* "epoch" */
  const char *empty_text; /* shown in the middle while no line has a finite point; NULL = nothing */
  const ChartLine *lines; /* drawn in this order: the last one is on top */
  int line_count;
  const ChartMark *marks;
  int mark_count;
  float x_min, x_max;         /* the x range; if x_max <= x_min, it is taken from the points */
  float y_min, y_max;         /* the y range; if y_max <= y_min, it is taken from the finite points */
  bool y_from_zero, y_to_one; /* with bounds from the points: widen them to hold 0, or 1 (accuracy) */
  bool log_y;                 /* where every finite value is > 0; otherwise those that are not are gaps */
  bool log_x;                 /* the same for x */
  bool has_cursor;            /* a vertical cursor at cursor_x; the legend then shows the nearest points' values */
  float cursor_x;
  ChartLevel level;
  const ChartBand *bands; /* behind all lines; they widen the y range as lines do */
  int band_count;
} Chart;

/* Draws the chart into `rect`, its frame included: a title line with the legend at its right (label, pattern sample,
 * last finite value), y tick labels at the left, an x axis with ticks, numbers and label below. Blanks the rectangle
 * first. Drops parts as the room gets small: the legend entry by entry, the axis's numbers below 7 rows, the title
 * line below 5 rows, the x label, the y labels below 16 columns; below 8 columns or 3 rows draws nothing. Returns where
 * the curves lie, from x_min in the first column to x_max in the last; empty when nothing was drawn. */
Rect chart_draw(Canvas *canvas, Rect rect, const Chart *chart);

/* Round tick positions (1, 2 or 5 times a power of ten) within [low, high], at most `max`; returns their number.
 * With `log_scale`, powers of ten, or their 1-2-5 subdivisions when few powers fit. */
int chart_ticks(double low, double high, int max, bool log_scale, double *ticks);
/* A tick's label, with as many digits as `step` needs. */
void chart_tick_label(char *out, size_t size, double value, double step);
/* A measured value in 4 significant digits at most (3 below 0.1; all of them from 10000 to 999999), without exponents
 * where it can be: 0.0213, 1.25, 312, 12346, 4.1e+06, nan, inf. */
void chart_value_label(char *out, size_t size, double value);

#endif
