/* twin_panel: B's validation curve less A's, over the epochs that both have. Below the line at 0, or above it, B is
 * better: the frame says which. */
#include "ui/difference_chart.h"
#include "ui/panels.h"

void twin_panel_draw(View *view, Rect rect, MetricId metric) {
  const UiState *ui = view->ui;
  int epochs = chart_panel_epochs(ui);
  DifferenceChart chart = {
      .title = arena_printf(view->frame, "Validation %s: B less A · %s 0 B is better", view_metric_word(ui, metric),
                            metric == METRIC_SCORE ? "above" : "below"),
      .from = &ui->pin.run.curves[metric][CURVE_VAL],
      .to = &ui->run.curves[metric][CURVE_VAL],
      .empty_text = "no epoch of both yet",
      .x_max = (float)epochs,
      .has_cursor = ui->time.on,
      .cursor_x = (float)ui->time.epoch,
  };
  view_hit(view, difference_chart_draw(view, rect, &chart), ACTION_PICK_EPOCH, epochs);
}
