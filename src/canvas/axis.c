/* axis: from the points (or the caller) to a range that reads well: round ends, air around flat curves. */
#include "canvas/axis.h"

#include <math.h>

#include "canvas/ticks.h"

/* Values are floats: 0.7f is a little below 0.7, and must not take a whole step more for it. */
static const double ROUNDING = 1e-6;

typedef struct Range {
  double low, high; /* low > high: empty */
} Range;

static const Range EMPTY = {INFINITY, -INFINITY};

static void range_add(Range *range, double value, bool log) {
  if (isfinite(value) && (!log || value > 0)) {
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
  }
}

/* The range that the caller gave, if it is one. */
static bool range_given(double low, double high, bool log) {
  return isfinite(low) && isfinite(high) && high > low && (!log || low > 0);
}

double axis_position(const Axis *axis, double value) {
  if (!axis->known || !isfinite(value) || (axis->log && !(value > 0))) {
    return NAN;
  }
  if (!axis->log) {
    return (value - axis->low) / (axis->high - axis->low);
  }
  double low = log10(axis->low);
  return (log10(value) - low) / (log10(axis->high) - low);
}

Axis axis_x(const Chart *chart) {
  bool log = chart->log_x;
  if (range_given(chart->x_min, chart->x_max, log)) {
    return (Axis){.low = chart->x_min, .high = chart->x_max, .log = log, .known = true};
  }
  Range range = EMPTY;
  for (int i = 0; i < chart->line_count; i++) {
    for (int k = 0; k < chart->lines[i].count; k++) {
      range_add(&range, chart->lines[i].points[k].x, log);
    }
  }
  if (range.low > range.high) {
    return (Axis){.low = log ? 1 : 0, .high = log ? 10 : 1, .log = log, .known = false};
  }
  if (range.low == range.high) { /* one place: in the middle */
    double around = fmax(1, fabs(range.low) * 0.01);
    range = log ? (Range){range.low / 2, range.high * 2} : (Range){range.low - around, range.high + around};
  }
  return (Axis){.low = range.low, .high = range.high, .log = log, .known = true};
}

static void add_band(Range *range, const ChartBand *band, const Axis *x, bool log) {
  for (int k = 0; k < band->count; k++) {
    double place = axis_position(x, band->points[k].x);
    if (place >= 0 && place <= 1) {
      range_add(range, band->points[k].low, log);
      range_add(range, band->points[k].high, log);
    }
  }
}

static Range y_of_points(const Chart *chart, const Axis *x) {
  Range range = EMPTY;
  for (int i = 0; i < chart->band_count; i++) {
    add_band(&range, &chart->bands[i], x, chart->log_y);
  }
  for (int i = 0; i < chart->line_count; i++) {
    const ChartLine *line = &chart->lines[i];
    for (int k = 0; k < line->count; k++) {
      double place = axis_position(x, line->points[k].x);
      if (place >= 0 && place <= 1 && isfinite(line->points[k].y)) {
        range_add(&range, line->points[k].y, chart->log_y);
        range_add(&range, line->points[k].low, chart->log_y);
        range_add(&range, line->points[k].high, chart->log_y);
      }
    }
  }
  return range;
}

/* Equal values, or values that a float hardly tells apart, get some air above and below. */
static Range with_air(Range range) {
  double size = fmax(fabs(range.low), fabs(range.high));
  if (range.high - range.low > size * 1e-6) {
    return range;
  }
  double air = size > 0 ? size * 0.1 : 1;
  return (Range){range.low - air, range.high + air};
}

static Range widened(Range range, double step) {
  return (Range){floor(range.low / step + ROUNDING) * step, ceil(range.high / step - ROUNDING) * step};
}

static Range towards_ticks(Range range, double step) {
  double near = (range.high - range.low) * 0.15;
  Range ticks = widened(range, step);
  return (Range){range.low - ticks.low <= near ? ticks.low : range.low,
                 ticks.high - range.high <= near ? ticks.high : range.high};
}

/* To multiples of a fine round step, so that the range does not twitch with every point, and on to the next tick at
 * either end if that is near. */
static Range to_round(Range range, int ticks) {
  enum { FINE_STEPS = 8 };
  Range fine = widened(range, round_up((range.high - range.low) / FINE_STEPS));
  double step = round_step(fine.low, fine.high, ticks);
  while (step > 0) {
    Range wide = towards_ticks(fine, step);
    if (round_step(wide.low, wide.high, ticks) <= step) {
      return wide;
    }
    step = round_up(step * 1.5); /* the wider range has one tick too many */
  }
  return fine;
}

static Axis y_linear(const Chart *chart, Range points, int ticks) {
  Range range = with_air(points);
  if (chart->y_from_zero) {
    range = (Range){fmin(points.low, 0), fmax(range.high, 0)};
  }
  if (chart->y_to_one) {
    range = (Range){fmin(range.low, 1), fmax(points.high, 1)};
  }
  range = to_round(range, ticks);
  return (Axis){.low = range.low, .high = range.high, .log = false, .known = true};
}

static Axis y_log(Range points) {
  bool flat = points.high <= points.low * (1 + 1e-6);
  double low = flat ? points.low / 2 : points.low, high = flat ? points.high * 2 : points.high;
  return (Axis){
      .low = round_down(low * (1 + ROUNDING)), .high = round_up(high * (1 - ROUNDING)), .log = true, .known = true};
}

Axis axis_y(const Chart *chart, const Axis *x, int ticks) {
  bool log = chart->log_y;
  if (range_given(chart->y_min, chart->y_max, log)) {
    return (Axis){.low = chart->y_min, .high = chart->y_max, .log = log, .known = true};
  }
  Range points = y_of_points(chart, x);
  bool empty = points.low > points.high;
  if (empty && (log || !chart->y_from_zero || !chart->y_to_one)) {
    return (Axis){.low = log ? 1 : 0, .high = log ? 10 : 1, .log = log, .known = false};
  }
  return log ? y_log(points) : y_linear(chart, empty ? (Range){0, 1} : points, ticks);
}
