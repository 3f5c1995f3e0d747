/* legend: the title line of a chart: its name at the left; at the right for each line what it looks like, its name and
 * its last finite value, or its value at the cursor. Pure. */
#ifndef NNLAB_CANVAS_LEGEND_H
#define NNLAB_CANVAS_LEGEND_H

#include "canvas/chart.h"

/* Draws into the first row of `row`. What does not fit is dropped: first the values, then lines from the first on (the
 * last is on top in the chart), then the title is cut. */
void legend_draw(Canvas *canvas, Rect row, const Chart *chart);

#endif
