/* axis: a range of values on a line of a chart, linear or logarithmic. Pure. */
#ifndef NNLAB_CANVAS_AXIS_H
#define NNLAB_CANVAS_AXIS_H

#include <stdbool.h>

#include "canvas/chart.h"

typedef struct Axis {
  double low, high; /* values; finite, low < high, and > 0 where `log` */
  bool log;
  bool known; /* false: there was nothing to take the range from; every position is then not a number */
} Axis;

/* The x range of a chart: as given, or that of its points. */
Axis axis_x(const Chart *chart);
/* The y range: as given, or that of the points within `x`, widened to round numbers, so that at most `ticks` ticks
 * reach nearly from end to end. */
Axis axis_y(const Chart *chart, const Axis *x, int ticks);

/* Where a value lies: 0 = low, 1 = high, beyond them outside. Not a number where the value has no place. */
double axis_position(const Axis *axis, double value);

#endif
