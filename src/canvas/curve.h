/* curve: one line of a chart as dots in cells: braille (2 x 4 dots a cell), half blocks (1 x 2) or ASCII (1 x 1). Pure.
 *
 * Each column of dots shows the range of the values that fall into it; columns that a line runs through are
 * interpolated; neighbours that the line joins touch, so that a steep line has no holes. Dots of several lines in
 * one cell add up, and the later line's style is the cell's. */
#ifndef NNLAB_CANVAS_CURVE_H
#define NNLAB_CANVAS_CURVE_H

#include "canvas/axis.h"
#include "canvas/canvas.h"
#include "canvas/chart.h"

enum { PLOT_COLS_MAX = 1024 }; /* cells; wider than any terminal */

/* y.high is at the centre of the top row, y.low at the centre of the bottom one. */
typedef struct Plot {
  Rect rect; /* its bottom row is that of the x axis */
  Axis x, y;
} Plot;

/* The cell column of an x value within the plot (0 at its left), or -1 where it is outside. */
int plot_col(const Plot *plot, Charset charset, double x);
/* The cell row of a y value within the plot (0 at its top), or -1: the row of the dot that a point there has. The same
 * in every charset. */
int plot_row(const Plot *plot, Charset charset, double y);

/* Draws the line into plot->rect, which is at most PLOT_COLS_MAX wide. Replaces whatever is there that is not a curve.
 */
/* Whether a cell shows part of a curve, in a plot that has only the axis and marks besides. */
bool curve_covers(const Cell *cell);
void curve_draw(Canvas *canvas, const Plot *plot, const ChartLine *line);
/* What the line looks like, for a legend: one character. */
uint32_t curve_sample(Charset charset, const ChartLine *line);

#endif
