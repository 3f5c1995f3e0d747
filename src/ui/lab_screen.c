/* lab_screen: where the panels of the Lab lie. From 100 columns on: network and lesson left, charts right. Below: the
 * network above, one chart under it (two where the screen is tall). Under 60 x 16 nothing but the size that is needed.
 */
#include <string.h>

#include "base/order.h"
#include "ui/compare.h"
#include "ui/data.h"
#include "ui/overlay.h"
#include "ui/panels.h"
#include "ui/repeat.h"
#include "ui/runs.h"

enum { WIDE_COLS = 100, LEFT_MIN = 47, LEFT_MAX = 58, NETWORK_MIN = 6, LESSON_MIN = 6, CHART_MIN = 8 };

typedef struct Layout {
  Rect network, repeat, lesson, charts;
  int chart_count;
} Layout;

bool lab_screen_is_wide(const Canvas *canvas) { return canvas->cols >= WIDE_COLS; }

static int metric_count(const UiState *ui) {
  return ui->run.loaded.task == TASK_REGRESSION ? METRIC_COUNT : METRIC_MAE;
}

static int chart_count(const UiState *ui) { return metric_count(ui) + ui->twin.on; }

static bool has_lesson(const UiState *ui) {
  return ui->preset->lesson[0] != '\0' || ui->preset->watch[0] != '\0' || ui->preset->try_it[0] != '\0';
}

static Layout wide_layout(const UiState *ui, Rect all) {
  Layout layout = {0};
  Rect body = all;
  int left = smaller(LEFT_MAX, larger(LEFT_MIN, LEFT_MIN + (body.cols - 120) / 7));
  int wanted = network_panel_rows(ui, left), repeat = repeat_panel_rows(ui, left);
  repeat = body.rows - repeat >= NETWORK_MIN ? repeat : 0;
  body.rows -= repeat;
  bool lesson = has_lesson(ui) && body.rows >= NETWORK_MIN + 2 + LESSON_MIN;
  int network = lesson ? smaller(wanted, body.rows - LESSON_MIN - (body.rows >= 30 ? 6 : 0)) : body.rows;
  layout.network = (Rect){body.row, body.col, network, left};
  layout.repeat = (Rect){body.row + network, body.col, repeat, left};
  layout.lesson = (Rect){body.row + network + repeat, body.col, body.rows - network, left};
  layout.charts = (Rect){all.row, all.col + left, all.rows, all.cols - left};
  int room = all.rows / CHART_MIN;
  if (room > 2 && all.rows < 42) {
    room = 2; /* a third one waits until all three have room to be read */
  }
  layout.chart_count = larger(1, smaller(chart_count(ui), room));
  return layout;
}

static Layout narrow_layout(const UiState *ui, Rect body) {
  Layout layout = {0};
  int chart = larger(CHART_MIN - 1, body.rows * 11 / 21), repeat = repeat_panel_rows(ui, body.cols);
  repeat = body.rows - repeat >= NETWORK_MIN + CHART_MIN ? repeat : 0;
  int network = smaller(network_panel_rows(ui, body.cols), larger(NETWORK_MIN, body.rows - chart - repeat));
  layout.network = (Rect){body.row, body.col, network, body.cols};
  layout.repeat = (Rect){body.row + network, body.col, repeat, body.cols};
  layout.charts = (Rect){body.row + network + repeat, body.col, body.rows - network - repeat, body.cols};
  layout.chart_count = larger(1, smaller(chart_count(ui), layout.charts.rows / 12));
  return layout;
}

static Layout layout_of(const UiState *ui, const Canvas *canvas) {
  Rect body = {1, 0, canvas->rows - 3, canvas->cols};
  return lab_screen_is_wide(canvas) ? wide_layout(ui, body) : narrow_layout(ui, body);
}

bool lab_screen_shows_one_chart(const UiState *ui, const Canvas *canvas) {
  return layout_of(ui, canvas).chart_count < chart_count(ui);
}

bool lab_screen_shows_lesson(const UiState *ui, const Canvas *canvas) {
  return layout_of(ui, canvas).lesson.rows > 0 || !has_lesson(ui);
}

/* Twins: the last one shows the difference of their curves; a single one does so in turn. */
static bool is_difference(const UiState *ui, int index, int count) {
  return ui->twin.on && (count == 1 ? ui->twin.shows_difference : index + 1 == count);
}

/* The metric of chart `index` where `count` are shown: loss first; the chosen one is always among them. */
static MetricId metric_at(const UiState *ui, int index, int count) {
  MetricId chosen = (int)ui->chart < metric_count(ui) ? ui->chart : METRIC_LOSS;
  if (count == 1) {
    return chosen;
  }
  if (count == 2 && index == 1) {
    return chosen == METRIC_MAE ? METRIC_MAE : METRIC_SCORE;
  }
  return (MetricId)index;
}

/* What the key brings up, in the border of the last chart. */
static void hint_chart(View *view, Rect rect, int count) {
  const UiState *ui = view->ui;
  int next = ((int)ui->chart + 1) % metric_count(ui);
  if (count == 1 && ui->twin.on && !ui->twin.shows_difference) {
    view_hint(view, rect, ACTION_NEXT_CHART, "B less A");
    return;
  }
  if (count > 1 && !ui->twin.on) {
    next = metric_at(ui, 1, count) == METRIC_MAE ? METRIC_SCORE : METRIC_MAE;
  }
  view_hint(view, rect, ACTION_NEXT_CHART, view_metric_name(ui, (MetricId)next));
}

static void draw_chart(View *view, Rect rect, int index, int count) {
  const UiState *ui = view->ui;
  if (is_difference(ui, index, count)) {
    twin_panel_draw(view, rect, metric_at(ui, 0, 1));
  } else {
    chart_panel_draw(view, rect, metric_at(ui, index, count - (ui->twin.on && count > 1)));
  }
}

static void draw_charts(View *view, const Layout *layout) {
  Rect all = layout->charts;
  int row = all.row, count = layout->chart_count;
  for (int i = 0; i < count; i++) {
    int end = all.row + all.rows * (i + 1) / count;
    Rect rect = {row, all.col, end - row, all.cols};
    draw_chart(view, rect, i, count);
    if (i + 1 == count && (count < metric_count(view->ui) || view->ui->twin.on)) {
      hint_chart(view, rect, count);
    }
    if (i == 0) {
      outcome_panel_draw(view, rect);
    }
    row = end;
  }
  view->hits->one_chart = count == 1;
}

void lab_screen_draw(View *view) {
  Layout layout = layout_of(view->ui, view->canvas);
  top_line_draw(view, 0);
  network_panel_draw(view, layout.network);
  if (!lab_screen_is_wide(view->canvas)) {
    view_hint(view, layout.network, ACTION_SETTINGS, "settings");
  }
  repeat_panel_draw(view, layout.repeat);
  if (layout.lesson.rows > 2) {
    lesson_panel_draw(view, layout.lesson);
  }
  draw_charts(view, &layout);
  if (view->ui->overlay == OVERLAY_NONE) {
    view_notice(view, (Rect){1, 0, view->canvas->rows - 3, view->canvas->cols});
  }
  status_line_draw(view, view->canvas->rows - 2);
}

static void draw_too_small(View *view) {
  Canvas *canvas = view->canvas;
  const char *text = arena_printf(view->frame, "nnlab needs at least %d x %d (now %d x %d)", UI_MIN_COLS, UI_MIN_ROWS,
                                  canvas->cols, canvas->rows);
  canvas_text_wrap(canvas, (Rect){0, 0, canvas->rows, canvas->cols}, 0, STYLE(ROLE_TEXT), text);
}

void ui_draw(const UiState *ui, Canvas *canvas, Arena *frame, UiHits *hits) {
  View view = {.ui = ui, .canvas = canvas, .frame = frame, .hits = hits};
  memset(hits, 0, sizeof *hits);
  if (canvas->rows < UI_MIN_ROWS || canvas->cols < UI_MIN_COLS) {
    draw_too_small(&view);
    return;
  }
  if (ui->screen == SCREEN_DATA) {
    data_screen_draw(&view);
  } else if (ui->screen == SCREEN_RUNS) {
    runs_screen_draw(&view);
  } else if (ui->screen == SCREEN_COMPARE) {
    compare_screen_draw(&view);
  } else {
    lab_screen_draw(&view);
  }
  overlay_draw(&view);
  key_line_draw(&view, canvas->rows - 1);
}
