/* compare_screen: where the parts of the Compare screen lie, and its charts. From 100 columns on: the charts side by
 * side, below them the table, beside it the difference where two runs are compared. Below: one chart above the table.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "canvas/chart.h"
#include "canvas/curve.h"
#include "ui/compare.h"
#include "ui/difference_chart.h"
#include "ui/panels.h"

enum { CHART_COLS = 50, CHART_ROWS = 9, PAIR_TABLE_COLS = 66, MAX_LINES = 2 * COMPARE_MOST };

typedef struct Layout {
  int charts; /* side by side */
  Rect chart, table, difference;
} Layout;

static Layout layout_of(View *view, Rect body) {
  bool wide = lab_screen_is_wide(view->canvas), pair = view->ui->compare.news.count == 2;
  int lines = compare_table_lines(view) + 2, most = wide ? body.rows / 2 : body.rows - body.rows * 11 / 21;
  int rows = wide && pair ? most : smaller(most, lines);
  Layout layout = {.charts = 1};
  rows = larger(3, smaller(rows, body.rows - CHART_ROWS));
  layout.chart = (Rect){body.row, body.col, body.rows - rows, body.cols};
  layout.table = (Rect){body.row + body.rows - rows, body.col, rows, body.cols};
  if (wide) {
    layout.charts = smaller(compare_metrics(view->ui), body.cols / CHART_COLS);
  }
  if (wide && pair) {
    int cols = larger(PAIR_TABLE_COLS, body.cols / 2);
    layout.difference = layout.table;
    layout.difference.col += cols;
    layout.difference.cols -= cols;
    layout.table.cols = cols;
  }
  return layout;
}

static MetricId chosen_metric(const UiState *ui) {
  int metric = ui->compare.chart % METRIC_COUNT;
  return metric < compare_metrics(ui) ? (MetricId)metric : METRIC_LOSS;
}

/* Loss first; the chosen metric is always among them. */
static MetricId metric_at(const UiState *ui, int index, int count) {
  MetricId chosen = chosen_metric(ui);
  if (count == 1) {
    return chosen;
  }
  return count == 2 && index == 1 && chosen == METRIC_MAE ? METRIC_MAE : (MetricId)index;
}

const char *compare_metric_name(View *view, MetricId metric, bool validation) {
  const CompareNews *news = &view->ui->compare.news;
  int regressions = 0;
  for (int i = 0; i < news->count; i++) {
    regressions += news->runs[i]->task == TASK_REGRESSION;
  }
  const char *score = regressions == 0 ? "accuracy" : regressions == news->count ? "r2" : "score";
  const char *name = metric == METRIC_LOSS ? "loss" : metric == METRIC_MAE ? "mae" : score;
  return arena_printf(view->frame, "%s%s", validation ? "val_" : "", name);
}

Style compare_style(const UiState *ui, const CompareRun *run) {
  return (Style){(uint8_t)(ROLE_RUN + run->place), run->place == ui->compare.place ? ATTR_BOLD : 0};
}

/* ---- a chart ---- */

typedef struct Lines {
  int count;
  ChartLine items[MAX_LINES];
} Lines;

/* Where there are no others, there is nothing to tell them from. */
static LinePattern pattern_of(const UiState *ui, bool validation) {
  return validation && ui->compare.curves == CURVES_BOTH ? LINE_DASHED : LINE_SOLID;
}

static void add_line(View *view, Lines *lines, const CompareRun *run, MetricId metric, bool validation) {
  const UiState *ui = view->ui;
  if (!compare_draws(ui, validation)) {
    return;
  }
  ChartLine *line = &lines->items[lines->count++];
  const Series *series = &run->curves[metric][validation ? CURVE_VAL : compare_train_curve(ui)];
  *line = (ChartLine){.style = compare_style(ui, run), .pattern = pattern_of(ui, validation)};
  line->points = curves_points(view->frame, series, ui->smoothing, NULL, &line->count);
}

/* Training behind validation, and the selected run before all others. */
static void add_lines(View *view, Lines *lines, MetricId metric) {
  const CompareNews *news = &view->ui->compare.news;
  for (int front = 0; front < 2; front++) {
    for (int validation = 0; validation < 2; validation++) {
      for (int i = 0; i < news->count; i++) {
        if ((news->runs[i]->place == view->ui->compare.place) == front) {
          add_line(view, lines, news->runs[i], metric, validation);
        }
      }
    }
  }
}

static const char *title_of(View *view, const char *name, bool log_y) {
  const UiState *ui = view->ui;
  char smooth[32] = "";
  if (ui->smoothing > 0) {
    (void)snprintf(smooth, sizeof smooth, " · smooth %.1f", ui->smoothing);
  }
  return arena_printf(view->frame, "%s%s%s", name, log_y ? " · log y" : "", smooth);
}

/* "━━ train ╌╌ val": what the styles of the lines say; which run is which the table's head tells. */
static const char *note_of(View *view) {
  char train[5], val[5];
  const UiState *ui = view->ui;
  Charset charset = view->canvas->charset;
  (void)utf8_encode(curve_sample(charset, &(ChartLine){.pattern = pattern_of(ui, false)}), train);
  (void)utf8_encode(curve_sample(charset, &(ChartLine){.pattern = pattern_of(ui, true)}), val);
  switch (ui->compare.curves) {
    case CURVES_VAL:
      return arena_printf(view->frame, "%s%s val", val, val);
    case CURVES_TRAIN:
      return arena_printf(view->frame, "%s%s train", train, train);
    default:
      return arena_printf(view->frame, "%s%s train  %s%s val", train, train, val, val);
  }
}

static void chart_cursor(const UiState *ui, bool *has_cursor, float *x) {
  *has_cursor = ui->compare.has_cursor;
  *x = (float)ui->compare.epoch;
}

static const char *empty_text(const UiState *ui) {
  return ui->compare.news.busy     ? "reading the epochs"
         : compare_epochs(ui) == 0 ? "no epoch has ended yet"
                                   : "not measured";
}

static void draw_chart(View *view, Rect rect, MetricId metric) {
  const UiState *ui = view->ui;
  Lines lines = {0};
  bool log_y = ui->log_y && metric != METRIC_SCORE;
  add_lines(view, &lines, metric);
  Chart chart = {
      .x_label = "epoch",
      .empty_text = empty_text(ui),
      .lines = lines.items,
      .line_count = lines.count,
      .x_min = 0,
      .x_max = (float)larger(1, compare_epochs(ui)),
      .y_from_zero = metric == METRIC_LOSS,
      .y_to_one = metric == METRIC_SCORE,
      .log_y = log_y,
  };
  chart_cursor(ui, &chart.has_cursor, &chart.cursor_x);
  if (metric == METRIC_SCORE) {
    curves_limit_score(&chart);
  }
  const char *name = compare_metric_name(view, metric, false);
  canvas_box(view->canvas, rect, STYLE(ROLE_BORDER), title_of(view, name, log_y), note_of(view));
  Rect plot = chart_draw(view->canvas, rect_inset(rect, 1), &chart);
  view_hit(view, plot, ACTION_PICK_EPOCH, larger(1, compare_epochs(ui)));
}

static void draw_difference(View *view, Rect rect, MetricId metric) {
  const UiState *ui = view->ui;
  const CompareRun *const *runs = ui->compare.news.runs;
  const char *name =
      arena_printf(view->frame, "%s: %s − %s", compare_metric_name(view, metric, true), runs[1]->name, runs[0]->name);
  bool same_kind = runs[0]->task == runs[1]->task;
  const Series *none = ARENA_NEW(view->frame, Series);
  DifferenceChart chart = {
      .title = title_of(view, name, false),
      .from = same_kind ? &runs[0]->curves[metric][CURVE_VAL] : none,
      .to = same_kind ? &runs[1]->curves[metric][CURVE_VAL] : none,
      .empty_text = !same_kind              ? "one is classification, the other regression"
                    : ui->compare.news.busy ? "reading the epochs"
                                            : "there is no epoch that both have",
      .x_max = (float)larger(1, compare_epochs(ui)),
  };
  chart_cursor(ui, &chart.has_cursor, &chart.cursor_x);
  Rect plot = difference_chart_draw(view, rect, &chart);
  view_hit(view, plot, ACTION_PICK_EPOCH, larger(1, compare_epochs(ui)));
}

static void draw_charts(View *view, const Layout *layout) {
  const UiState *ui = view->ui;
  Rect all = layout->chart;
  int col = all.col;
  if (layout->charts == 1 && ui->compare.news.count == 2 && ui->compare.chart >= METRIC_COUNT) {
    draw_difference(view, all, chosen_metric(ui));
    return;
  }
  for (int i = 0; i < layout->charts; i++) {
    int end = all.col + all.cols * (i + 1) / layout->charts;
    draw_chart(view, (Rect){all.row, col, all.rows, end - col}, metric_at(ui, i, layout->charts));
    col = end;
  }
}

/* What the key brings up, in the border of the chart that it changes. */
static void hint_chart(View *view, const Layout *layout) {
  const UiState *ui = view->ui;
  bool beside = layout->difference.cols > 0;
  int next = compare_next_chart(ui);
  const char *name = !beside && next >= METRIC_COUNT
                         ? "difference"
                         : compare_metric_name(view, (MetricId)(next % METRIC_COUNT), beside);
  if (beside || layout->charts < compare_metrics(ui)) {
    view_hint(view, beside ? layout->difference : layout->chart, ACTION_COMPARE_CHART, name);
  }
}

/* ---- the whole ---- */

/* Why there is nothing to compare; NULL: there is. */
static const char *reason(View *view) {
  const UiState *ui = view->ui;
  const UiCompare *compare = &ui->compare;
  int marked = compare_count(ui);
  if (*compare->problem) {
    return compare->problem;
  }
  if (marked >= 2) {
    return compare->news.count < 2 ? "Reading ..." : NULL;
  }
  return marked == 0 ? "Two to six runs side by side: their curves on the same axes, the settings that differ, and the "
                       "results.\n\n3 opens the Runs screen: m marks a run there, and c compares those that are marked."
                     : "One run is marked, and it takes two to compare.\n\n3 opens the Runs screen: mark another with "
                       "m, and c compares them.";
}

static void draw_reason(View *view, Rect body, const char *why) {
  canvas_box(view->canvas, body, STYLE(ROLE_KEY), "Compare", NULL);
  Rect inside = rect_inset(body, 1);
  inside.col += 1;
  inside.cols -= 2;
  canvas_text_wrap(view->canvas, inside, 0, STYLE(*view->ui->compare.problem ? ROLE_BAD : ROLE_DIM), why);
}

void compare_screen_draw(View *view) {
  const UiState *ui = view->ui;
  Rect body = {1, 0, view->canvas->rows - 3, view->canvas->cols};
  const char *why = reason(view);
  top_line_draw(view, 0);
  if (why) {
    draw_reason(view, body, why);
  } else {
    Layout layout = layout_of(view, body);
    draw_charts(view, &layout);
    compare_table_draw(view, layout.table);
    if (layout.difference.cols > 0) {
      draw_difference(view, layout.difference, chosen_metric(ui));
    }
    hint_chart(view, &layout);
  }
  if (ui->overlay == OVERLAY_NONE) {
    view_notice(view, body);
  }
  status_line_draw(view, view->canvas->rows - 2);
}
