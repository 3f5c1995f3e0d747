/* curves: a run's metrics over its epochs, and the points that they are in a chart. Pure. */
#ifndef NNLAB_UI_CURVES_H
#define NNLAB_UI_CURVES_H

#include "base/arena.h"
#include "canvas/chart.h"
#include "lab/message.h"
#include "lab/series.h"

/* What is measured, one chart each. */
typedef enum MetricId { METRIC_LOSS = 0, METRIC_SCORE, METRIC_MAE, METRIC_COUNT } MetricId;

/* On what, one curve each. */
typedef enum CurveId { CURVE_TRAIN = 0, CURVE_TRAIN_EVAL, CURVE_VAL, CURVE_COUNT } CurveId;

/* Adds an epoch to each curve: epoch k (from 0) lies at x = k + 1. */
void curves_push(Series curves[METRIC_COUNT][CURVE_COUNT], const EpochReport *report);
/* The points of a series, smoothed where `smoothing` is above 0 (lab/series.h), and behind them `head`, where the epoch
 * under way stands; NULL: nowhere. From the arena. */
const ChartPoint *curves_points(Arena *arena, const Series *series, double smoothing, const ChartPoint *head,
                                int *count);
/* R2 has no floor: what is worse than -1 is cut, or one bad first epoch would flatten the rest of the chart. */
void curves_limit_score(Chart *chart);

#endif
