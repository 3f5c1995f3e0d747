/* marks: the vertical lines of a chart (edits, the cursor) and the words beside them. Pure. */
#ifndef NNLAB_CANVAS_MARKS_H
#define NNLAB_CANVAS_MARKS_H

#include "canvas/chart.h"
#include "canvas/curve.h"

/* The lines, from the top of the plot through `axis_row`. To be drawn before the curves. */
void marks_draw_lines(Canvas *canvas, const Plot *plot, int axis_row, const Chart *chart);
/* The words, each in the highest row where it covers neither a curve nor other words; cut where none is long enough.
 * To be drawn after the curves. */
void marks_draw_texts(Canvas *canvas, const Plot *plot, const Chart *chart);

#endif
