/* marks: the vertical lines of a chart (edits, the cursor), its level, and the words beside them. Pure. */
#ifndef NNLAB_CANVAS_MARKS_H
#define NNLAB_CANVAS_MARKS_H

#include "canvas/chart.h"
#include "canvas/curve.h"

/* The level, and its words once the curves and the words of the marks are there: as far right as they find a place, on
 * the level or else in the row above or below it. Neither is drawn on the axis. */
void marks_draw_level(Canvas *canvas, const Plot *plot, const Chart *chart);
void marks_draw_level_text(Canvas *canvas, const Plot *plot, const Chart *chart);
/* The lines, through all of the plot. To be drawn before the curves. */
void marks_draw_lines(Canvas *canvas, const Plot *plot, const Chart *chart);
/* The words, after the curves. Those of marks in one column are a block of rows beside their line, in the highest place
 * where it covers neither a curve nor other words; cut, and then without its last rows, where none is large enough. */
void marks_draw_texts(Canvas *canvas, const Plot *plot, const Chart *chart);

#endif
