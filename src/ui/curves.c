#include "ui/curves.h"

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

const ChartPoint *curves_points(Arena *arena, const Series *series, double smoothing, int *count) {
  ChartPoint *points = ARENA_ARRAY(arena, ChartPoint, (size_t)series->count + 1);
  double *smooth = NULL;
  if (smoothing > 0) {
    smooth = ARENA_ARRAY(arena, double, (size_t)series->count + 1);
    series_smooth(series, smoothing, smooth);
  }
  for (int i = 0; i < series->count; i++) {
    const Bucket *b = &series->buckets[i];
    float y = (float)(smooth ? smooth[i] : b->mean);
    points[i] = (ChartPoint){(float)b->x, y, smooth ? y : (float)b->min, smooth ? y : (float)b->max};
  }
  *count = series->count;
  return points;
}
