#include "ui/curves.h"

#include <math.h>

void curves_push(Series curves[METRIC_COUNT][CURVE_COUNT], const EpochReport *report) {
  const Metrics *all[CURVE_COUNT] = {
      [CURVE_TRAIN] = &report->train, [CURVE_TRAIN_EVAL] = &report->train_eval, [CURVE_VAL] = &report->val};
  double x = report->epoch + 1.0;
  for (int c = 0; c < CURVE_COUNT; c++) {
    series_push(&curves[METRIC_LOSS][c], x, all[c]->loss);
    series_push(&curves[METRIC_SCORE][c], x, all[c]->score);
    series_push(&curves[METRIC_MAE][c], x, all[c]->mae);
  }
}

/* The smoothed value behind the last one: one more step of TensorBoard's debiased mean. */
static double smooth_next(double last, int count, double weight, double value) {
  if (count == 0 || !isfinite(last)) {
    return value;
  }
  double before = 1 - pow(weight, count), after = 1 - pow(weight, count + 1);
  return (last * before * weight + (1 - weight) * value) / after;
}

static ChartPoint raw_point(const Bucket *b) {
  return (ChartPoint){(float)b->x, (float)b->mean, (float)b->min, (float)b->max};
}

static ChartPoint point_at(double x, double value) {
  float y = (float)value;
  return (ChartPoint){(float)x, y, y, y};
}

const ChartPoint *curves_points(Arena *arena, const Series *series, double smoothing, const ChartPoint *head,
                                int *count) {
  ChartPoint *points = ARENA_ARRAY(arena, ChartPoint, (size_t)series->count + 1);
  double *smooth = NULL, last = NAN;
  int finite = 0;
  if (smoothing > 0) {
    smooth = ARENA_ARRAY(arena, double, (size_t)series->count + 1);
    series_smooth(series, smoothing, smooth);
  }
  for (int i = 0; i < series->count; i++) {
    const Bucket *b = &series->buckets[i];
    points[i] = smooth ? point_at(b->x, last = smooth[i]) : raw_point(b);
    finite += b->finite > 0;
  }
  *count = series->count;
  if (head) {
    points[(*count)++] =
        smooth ? point_at((double)head->x, smooth_next(last, finite, smoothing, (double)head->y)) : *head;
  }
  return points;
}

static bool reaches_below(const ChartPoint *points, int count, float value) {
  for (int i = 0; i < count; i++) {
    if (points[i].low < value) {
      return true;
    }
  }
  return false;
}

void curves_limit_score(Chart *chart) {
  bool low = false;
  for (int l = 0; l < chart->line_count; l++) {
    low = low || reaches_below(chart->lines[l].points, chart->lines[l].count, -1);
  }
  for (int b = 0; b < chart->band_count; b++) {
    low = low || reaches_below(chart->bands[b].points, chart->bands[b].count, -1);
  }
  if (low) {
    chart->y_min = -1;
    chart->y_max = 1;
  }
}
