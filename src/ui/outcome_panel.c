/* outcome_panel: a box over a chart when a run broke off: what happened, where, and what to try. */
#include <math.h>

#include "canvas/chart.h"
#include "ui/panels.h"
#include "ui/run.h"

static const char *value_word(View *view, double value) {
  if (isnan(value)) {
    return "not a number";
  }
  if (isinf(value)) {
    return value > 0 ? "infinite" : "minus infinity";
  }
  return arena_printf(view->frame, "%g", value);
}

static const char *diverged_text(View *view) {
  const Ended *ended = &view->ui->run.ended;
  char step[32];
  view_grouped(step, sizeof step, ended->bad_step);
  const char *what = ended->bad_layer[0] != '\0' ? ended->bad_layer : "loss";
  return arena_printf(view->frame,
                      "Step %s, epoch %d: %s became %s.\n"
                      "Try a smaller learning rate (-), batch normalization (b) or clipping (e), then r.",
                      step, ended->epochs + 1, what, value_word(view, ended->bad_value));
}

void outcome_panel_draw(View *view, Rect rect) {
  const UiState *ui = view->ui;
  RunState state = ui->run.progress.state;
  bool unloaded = run_has_no_data(state), diverged = state == RUN_DIVERGED && ui->run.has_ended;
  if (ui->overlay != OVERLAY_NONE || ui->time.on || !(unloaded || diverged)) {
    return;
  }
  const char *title = state == RUN_UNLOADED ? "Not loaded" : unloaded ? "Could not be loaded" : "Diverged";
  const char *text = unloaded ? ui->run.failure : diverged_text(view);
  int cols = rect.cols - 12 < 60 ? rect.cols - 12 : 60;
  if (cols < 20 || rect.rows < 6) {
    return;
  }
  int lines = canvas_text_wrap(view->canvas, (Rect){rect.row, rect.col, 0, cols - 4}, 0, STYLE(ROLE_TEXT), text);
  int rows = lines + 2 < rect.rows - 2 ? lines + 2 : rect.rows - 2;
  Rect box = {rect.row + (rect.rows - rows) / 2, rect.col + (rect.cols - cols) / 2, rows, cols};
  if (unloaded) { /* there is nothing to draw a chart of */
    canvas_fill(view->canvas, rect_inset(rect, 1), ' ', STYLE(ROLE_TEXT));
  }
  canvas_fill(view->canvas, box, ' ', STYLE(ROLE_TEXT));
  canvas_box(view->canvas, box, STYLE(state == RUN_UNLOADED ? ROLE_WARN : ROLE_BAD), title, NULL);
  Rect inside = {box.row + 1, box.col + 2, box.rows - 2, box.cols - 4};
  canvas_text_wrap(view->canvas, inside, 0, STYLE(ROLE_TEXT), text);
}
