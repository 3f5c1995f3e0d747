/* twin_panel: B's validation curve less A's, over the epochs that both have. Below the line at 0, or above it, B is
 * better: the frame says which. */
#include <math.h>
#include <stdio.h>

#include "canvas/chart.h"
#include "canvas/curve.h"
#include "ui/panels.h"

enum { MAX_LINES = 2, SAMPLE_COLS = 3, FRAME_COLS = 6 };

static Series *difference(View *view, MetricId metric) {
  const UiState *ui = view->ui;
  Series *less = ARENA_ARRAY(view->frame, Series, 1);
  series_difference(&ui->pin.run.curves[metric][CURVE_VAL], &ui->run.curves[metric][CURVE_VAL], less);
  return less;
}

/* A faint line where another is smoothed. */
static void add_line(View *view, Chart *chart, ChartLine *lines, const Series *less, bool smoothed) {
  bool faint = !smoothed && view->ui->smoothing > 0;
  ChartLine *line = &lines[chart->line_count++];
  *line = (ChartLine){.style = {ROLE_VAL, faint ? ATTR_FAINT : 0}, .pattern = LINE_SOLID};
  line->points = chart_panel_points(view, less, smoothed, &line->count);
}

/* Where the difference stands at the cursor, or at the last epoch that both have. */
static void draw_value(View *view, Rect box, int title_cols, const Series *less, const ChartLine *line) {
  const UiTime *time = &view->ui->time;
  const Bucket *at = time->on ? series_at(less, time->epoch) : less->count > 0 ? &less->buckets[less->count - 1] : NULL;
  char value[32], text[64];
  if (!at || !isfinite(at->mean)) {
    return;
  }
  chart_value_label(value, sizeof value, at->mean);
  int length = snprintf(text, sizeof text, "%s%s (%.0f)", at->mean > 0 ? "+" : "", value, floor(at->x));
  int cols = SAMPLE_COLS + length, col = box.col + box.cols - 3 - cols;
  if (cols > box.cols - title_cols - FRAME_COLS - 2) {
    return;
  }
  canvas_fill(view->canvas, (Rect){box.row, col - 1, 1, cols + 2}, ' ', STYLE(ROLE_TEXT));
  canvas_fill(view->canvas, (Rect){box.row, col, 1, 2}, curve_sample(view->canvas->charset, line), line->style);
  canvas_text(view->canvas, box.row, col + SAMPLE_COLS, line->style, text);
}

void twin_panel_draw(View *view, Rect rect, MetricId metric) {
  const UiState *ui = view->ui;
  const Series *less = difference(view, metric);
  ChartLine lines[MAX_LINES];
  int epochs = chart_panel_epochs(ui);
  Chart chart = {.x_label = "epoch",
                 .empty_text = "no epoch of both yet",
                 .lines = lines,
                 .x_max = (float)epochs,
                 .y_from_zero = true,
                 .has_cursor = ui->time.on,
                 .cursor_x = (float)ui->time.epoch,
                 .level = {0.0F, "0: the same"}};
  if (ui->smoothing > 0) {
    add_line(view, &chart, lines, less, false);
  }
  add_line(view, &chart, lines, less, ui->smoothing > 0);
  const char *side = metric == METRIC_SCORE ? "above" : "below";
  const char *title =
      arena_printf(view->frame, "Validation %s: B less A · %s 0 B is better", view_metric_word(ui, metric), side);
  canvas_box(view->canvas, rect, STYLE(ROLE_BORDER), title, NULL);
  draw_value(view, rect, canvas_columns(title), less, &lines[chart.line_count - 1]);
  Rect plot = chart_draw(view->canvas, rect_inset(rect, 1), &chart);
  view_hit(view, plot, ACTION_PICK_EPOCH, epochs);
}
