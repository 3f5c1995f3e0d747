/* chart_panel: one metric's curves over the epochs of the run: raw and smoothed, the epoch under way, the edits. */
#include <math.h>
#include <stdio.h>

#include "base/order.h"
#include "base/str.h"
#include "canvas/chart.h"
#include "canvas/curve.h"
#include "ui/panels.h"
#include "ui/pin.h"
#include "ui/repeat.h"

enum { MAX_LINES = 2 * CURVE_COUNT + 2 + REPEAT_MOST_ARMS };

/* The names stand apart from the lines: the legend lies in the frame, where the chart has no say. */
typedef struct Lines {
  int count;
  ChartLine items[MAX_LINES];
  const char *names[MAX_LINES]; /* NULL: not in the legend */
} Lines;

/* ---- points ---- */

/* Where the running mean of the epoch under way stands; false when there is nothing to show of it. */
static bool moving_head(const UiState *ui, MetricId metric, ChartPoint *head) {
  const Progress *p = &ui->run.progress;
  bool under_way = (p->state == RUN_RUNNING || p->state == RUN_PAUSED) && p->batch > 0 && p->batches > 0;
  double value = view_metric(&p->train, metric);
  if (!under_way || !isfinite(value) || p->epoch <= ui->run.last.epoch) {
    return false;
  }
  float x = (float)(p->epoch + (double)p->batch / p->batches), y = (float)value;
  *head = (ChartPoint){.x = x, .y = y, .low = y, .high = y};
  return true;
}

/* ---- lines ---- */

static void add_line(View *view, Lines *lines, MetricId metric, CurveId curve, bool smoothed) {
  static const struct {
    const char *label;
    Role role;
    LinePattern pattern;
  } LOOK[CURVE_COUNT] = {
      [CURVE_TRAIN] = {"train", ROLE_TRAIN, LINE_SOLID},
      [CURVE_TRAIN_EVAL] = {"train (eval)", ROLE_TRAIN, LINE_DOTTED},
      [CURVE_VAL] = {"val", ROLE_VAL, LINE_DASHED},
  };
  const UiState *ui = view->ui;
  ChartPoint head;
  bool has_head = curve == CURVE_TRAIN && moving_head(ui, metric, &head);
  const Series *series = &ui->run.curves[metric][curve];
  bool faint = !smoothed && ui->smoothing > 0;
  if (!faint) {
    const char *label = LOOK[curve].label;
    lines->names[lines->count] = ui->twin.on ? arena_printf(view->frame, "B %s", label) : label;
  }
  ChartLine *line = &lines->items[lines->count++];
  *line = (ChartLine){.style = STYLE(LOOK[curve].role), .pattern = LOOK[curve].pattern};
  line->points =
      curves_points(view->frame, series, smoothed ? ui->smoothing : 0.0, has_head ? &head : NULL, &line->count);
  if (faint) {
    line->style.attr = ATTR_FAINT;
  }
}

static void add_lines(View *view, Lines *lines, MetricId metric, bool smoothed) {
  TrainCurve which = view->ui->train_curve;
  if (which != TRAIN_CURVE_EVAL) {
    add_line(view, lines, metric, CURVE_TRAIN, smoothed);
  }
  if (which != TRAIN_CURVE_KERAS) {
    add_line(view, lines, metric, CURVE_TRAIN_EVAL, smoothed);
  }
  add_line(view, lines, metric, CURVE_VAL, smoothed);
}

static CurveId train_curve(const UiState *ui) {
  return ui->train_curve == TRAIN_CURVE_EVAL ? CURVE_TRAIN_EVAL : CURVE_TRAIN;
}

/* Of the pinned run: what is raw is not shown beside what is smooth. */
static void add_pinned(View *view, const UiRun *pinned, Lines *lines, MetricId metric) {
  const CurveId curves[] = {train_curve(view->ui), CURVE_VAL};
  for (int i = 0; i < 2; i++) {
    const Series *series = &pinned->curves[metric][curves[i]];
    ChartLine *line = &lines->items[lines->count++];
    *line = (ChartLine){.style = STYLE(ROLE_PINNED), .pattern = i == 0 ? LINE_SPARSE : LINE_SHORT};
    line->points = curves_points(view->frame, series, view->ui->smoothing, NULL, &line->count);
  }
}

/* ---- marks ---- */

static const char *edit_words(View *view, const EditMark *item) {
  char text[EDIT_MARK_SIZE];
  edit_mark_text(item, text, sizeof text);
  return arena_strdup(view->frame, text);
}

typedef struct Marks {
  ChartMark *items;
  int count;
} Marks;

/* The edits that stand in one column share its place, so that their words lie below each other: those of the latest,
 * and how many more there are. */
static void add_group(View *view, Marks *marks, const EditMark *edits, int count, bool with_words) {
  enum { TOLD = 3 };
  float x = (float)edits[0].edit.at;
  int told = !with_words ? 0 : count < TOLD ? count : TOLD;
  for (int i = count - told; i < count; i++) {
    marks->items[marks->count++] = (ChartMark){x, edit_words(view, &edits[i]), STYLE(ROLE_MARK)};
  }
  if (told < count) {
    const char *text = told > 0 ? arena_printf(view->frame, "+%d more", count - told) : NULL;
    marks->items[marks->count++] = (ChartMark){x, text, STYLE(ROLE_MARK)};
  }
}

/* How many of the `count` edits, from the first on, stand within `column` epochs. */
static int group_size(const EditMark *edits, int count, double column) {
  int size = 1;
  while (size < count && edits[size].edit.at - edits[0].edit.at < column) {
    size++;
  }
  return size;
}

/* The latest places have words; older ones are lines alone, or the words would hide the curves. */
static Marks edit_marks(View *view, double column) {
  enum { GROUPS_WITH_WORDS = 8 };
  const UiRun *run = &view->ui->run;
  Marks marks = {.items = ARENA_ARRAY(view->frame, ChartMark, (size_t)run->edit_count + 2)};
  int groups = 0, size;
  if (run->fork.parent > 0) {
    const char *text = arena_printf(view->frame, "fork of run %d at epoch %d", run->fork.parent, run->fork.epoch);
    marks.items[marks.count++] = (ChartMark){(float)run->fork.epoch, text, STYLE(ROLE_MARK)};
  }
  for (int i = 0; i < run->edit_count; i += group_size(&run->edits[i], run->edit_count - i, column)) {
    groups++;
  }
  for (int i = 0; i < run->edit_count; i += size) {
    size = group_size(&run->edits[i], run->edit_count - i, column);
    add_group(view, &marks, &run->edits[i], size, groups-- <= GROUPS_WITH_WORDS);
  }
  return marks;
}

static const char *empty_text(const UiState *ui) {
  switch (ui->run.progress.state) {
    case RUN_READY:
      return "press Space to train";
    case RUN_LOADING:
      return ui->run.progress.loading.seconds > 0 ? "loading the data: Esc stops it" : "loading the data";
    case RUN_RUNNING:
      return "starting";
    case RUN_PAUSED:
      return "paused: Space trains on";
    default:
      return NULL;
  }
}

/* ---- the frame ---- */

static const char *title_of(View *view, MetricId metric) {
  const UiState *ui = view->ui;
  char smooth[32] = "";
  if (ui->smoothing > 0) {
    snprintf(smooth, sizeof smooth, " · smooth %.1f", ui->smoothing);
  }
  char cursor[32] = "";
  if (ui->time.on) {
    snprintf(cursor, sizeof cursor, " · epoch %d", ui->time.epoch);
  }
  const char *log_y = ui->log_y && metric != METRIC_SCORE ? " · log y" : "";
  return arena_printf(view->frame, "%s%s%s%s", view_metric_name(ui, metric), log_y, smooth, cursor);
}

/* A piece of the legend. The values have a fixed width: the legend must not dance while they change. */
typedef struct LegendPart {
  const ChartLine *line; /* NULL: the best value */
  char text[64];
} LegendPart;

enum { MAX_LEGEND = CURVE_COUNT + 1, SAMPLE_COLS = 3, VALUE_COLS = 7, LEGEND_GAP = 2 };

/* Columns of all names with their values. */
static int legend_cols(const Lines *lines) {
  int cols = 0;
  for (int i = 0; i < lines->count; i++) {
    if (lines->names[i] != NULL) {
      cols += (cols > 0 ? LEGEND_GAP : 0) + SAMPLE_COLS + canvas_columns(lines->names[i]) + VALUE_COLS;
    }
  }
  return cols;
}

/* The last finite value of the line up to x. */
static float value_up_to(const ChartLine *line, float x) {
  float value = NAN;
  for (int i = 0; i < line->count && line->points[i].x <= x + 0.01F; i++) {
    value = isfinite(line->points[i].y) ? line->points[i].y : value;
  }
  return value;
}

static void entry_text(const UiState *ui, LegendPart *part, const char *name, bool with_value) {
  const ChartLine *line = part->line;
  float last = value_up_to(line, ui->time.on ? (float)ui->time.epoch : INFINITY);
  char value[32] = "-";
  if (isfinite(last)) {
    chart_value_label(value, sizeof value, (double)last);
  }
  if (with_value && line->count > 0) {
    snprintf(part->text, sizeof part->text, "%s %-6s", name, value);
  } else {
    str_copy(part->text, sizeof part->text, name);
  }
}

/* The names, with their values if all have room for them, and the best value; returns how many. */
static int legend_parts(const UiState *ui, const Lines *lines, MetricId metric, int room, LegendPart *parts,
                        LinePart *fit) {
  int count = 0;
  bool with_values = legend_cols(lines) <= room;
  for (int i = 0; i < lines->count; i++) {
    if (lines->names[i] == NULL) {
      continue;
    }
    parts[count].line = &lines->items[i];
    entry_text(ui, &parts[count], lines->names[i], with_values);
    fit[count] = (LinePart){.width = SAMPLE_COLS + canvas_columns(parts[count].text), .priority = 2 + i};
    count++;
  }
  const UiBest *best = &ui->run.best[metric];
  if (best->epoch < 0 || !with_values) {
    return count;
  }
  char value[32];
  chart_value_label(value, sizeof value, best->value);
  snprintf(parts[count].text, sizeof parts[count].text, "best %s (%d)", value, best->epoch + 1);
  fit[count] = (LinePart){.width = canvas_columns(parts[count].text), .priority = 1};
  parts[count++].line = NULL;
  return count;
}

/* In the top line of the frame, at its right: what each line looks like and where it stands, and the best validation.
 */
static void draw_legend(View *view, Rect box, int title_cols, const Lines *lines, MetricId metric) {
  Canvas *canvas = view->canvas;
  LegendPart parts[MAX_LEGEND] = {0};
  LinePart fit[MAX_LEGEND] = {0};
  int room = box.cols - title_cols - 9;
  int count = legend_parts(view->ui, lines, metric, room, parts, fit);
  int cols = view_fit(fit, count, LEGEND_GAP, room);
  if (cols <= 0) {
    return;
  }
  int col = box.col + box.cols - 3 - cols;
  canvas_fill(canvas, (Rect){box.row, col - 1, 1, cols + 2}, ' ', STYLE(ROLE_TEXT));
  for (int i = 0; i < count; i++) {
    if (!fit[i].shown) {
      continue;
    }
    const ChartLine *line = parts[i].line;
    Style style = STYLE(line != NULL ? line->style.role : ROLE_VAL);
    if (line != NULL) {
      canvas_fill(canvas, (Rect){box.row, col, 1, 2}, curve_sample(canvas->charset, line), style);
    }
    canvas_text(canvas, box.row, line != NULL ? col + SAMPLE_COLS : col, style, parts[i].text);
    col += fit[i].width + LEGEND_GAP;
  }
}

/* A value of the pinned run where the live one stands, or at its end. */
static void value_at(const Series *series, double x, char *out, size_t size) {
  const Bucket *bucket = series_at(series, x);
  str_copy(out, size, "-");
  if (bucket != NULL && isfinite(bucket->mean)) {
    chart_value_label(out, size, bucket->mean);
  }
}

/* The epoch that the values in the bottom line are of: the cursor's, or the live run's; 0: there is none yet. */
static int footer_epoch(const UiState *ui) { return ui->time.on ? larger(ui->time.epoch, 1) : ui->run.last.epoch + 1; }

/* In `room` columns of the bottom line of the frame: the pinned run's lines and where they stand. Returns the columns
 * that they take. */
static int draw_pinned(View *view, Rect box, int room, const UiRun *pinned, const ChartLine *lines, MetricId metric) {
  static const int PRIORITY[] = {4, 1, 3, 2};
  Canvas *canvas = view->canvas;
  const UiBest *best = &pinned->best[metric];
  int end = pinned->last.epoch + 1, live = footer_epoch(view->ui);
  int epoch = live > 0 && live < end ? live : end;
  char value[2][32], best_value[32], text[4][96];
  LinePart fit[4];
  value_at(&pinned->curves[metric][train_curve(view->ui)], epoch, value[0], sizeof value[0]);
  value_at(&pinned->curves[metric][CURVE_VAL], epoch, value[1], sizeof value[1]);
  chart_value_label(best_value, sizeof best_value, best->value);
  const char *twin = view->ui->twin.on ? "A " : "";
  snprintf(text[0], sizeof text[0], "%s", *twin ? "" : "pinned");
  snprintf(text[1], sizeof text[1], "%strain %s", twin, value[0]);
  snprintf(text[2], sizeof text[2], "%sval %s (%d)", twin, value[1], epoch);
  snprintf(text[3], sizeof text[3], "best %s (%d)", best_value, best->epoch + 1);
  for (int i = 0; i < 4; i++) {
    bool shown = i == 0 ? !*twin : i < 3 || best->epoch >= 0, sample = i == 1 || i == 2;
    fit[i] =
        (LinePart){.width = shown ? canvas_columns(text[i]) + (sample ? SAMPLE_COLS : 0) : 0, .priority = PRIORITY[i]};
  }
  int row = box.row + box.rows - 1, col = box.col + 3, cols = view_fit(fit, 4, LEGEND_GAP, room);
  if (cols <= 0) {
    return 0;
  }
  canvas_fill(canvas, (Rect){row, col - 1, 1, cols + 2}, ' ', STYLE(ROLE_TEXT));
  for (int i = 0; i < 4; i++) {
    if (!fit[i].shown) {
      continue;
    }
    int at = col;
    if (i == 1 || i == 2) {
      canvas_fill(canvas, (Rect){row, col, 1, 2}, curve_sample(canvas->charset, &lines[i - 1]), STYLE(ROLE_PINNED));
      at += SAMPLE_COLS;
    }
    canvas_text(canvas, row, at, STYLE(ROLE_PINNED), text[i]);
    col += fit[i].width + LEGEND_GAP;
  }
  return cols;
}

/* The bottom line of the frame: the pinned run's part, and the repeat's behind it. */
static void draw_footer(View *view, Rect box, const UiRun *pinned, const Lines *lines, const RepeatCurves *repeat,
                        MetricId metric) {
  enum { HINT = 14 };
  bool hint = box.row + box.rows == view->canvas->rows - 2 && lab_screen_shows_one_chart(view->ui, view->canvas);
  int room = box.cols - 6 - (hint ? HINT : 0), col = box.col + 3; /* the hint is of the next chart */
  int cols = 0;
  if (view_notice_covers(view, box.row + box.rows - 1)) {
    return;
  }
  if (pinned != NULL && pinned->last.epoch >= 0) {
    cols = draw_pinned(view, box, repeat->arms > 0 ? room * 2 / 5 : room, pinned, lines->items, metric);
  }
  if (repeat->arms > 0) {
    int from = cols > 0 ? col + cols + LEGEND_GAP : col;
    repeat_legend_draw(view, box.row + box.rows - 1, from, col + room, repeat, footer_epoch(view->ui));
  }
}

/* ---- the chart ---- */

int chart_panel_epochs(const UiState *ui) {
  int epochs = ui->run.progress.epochs > 0 ? ui->run.progress.epochs : ui->experiment.train.epochs;
  int done = ui->run.last.epoch + 1;
  return done > epochs ? done : epochs;
}

void chart_panel_draw(View *view, Rect rect, MetricId metric) {
  const UiState *ui = view->ui;
  Lines lines = {0};
  const UiRun *pinned = pin_run(ui);
  if (pinned != NULL) {
    add_pinned(view, pinned, &lines, metric);
  }
  RepeatCurves repeat = repeat_curves(view, metric);
  for (int arm = 0; arm < repeat.arms; arm++) {
    lines.items[lines.count++] = repeat.means[arm];
  }
  if (ui->smoothing > 0) {
    add_lines(view, &lines, metric, false);
  }
  add_lines(view, &lines, metric, ui->smoothing > 0);
  int plot_cols = rect.cols > 16 ? rect.cols - 8 : 8; /* without the frame and the axis */
  Marks marks = edit_marks(view, (double)chart_panel_epochs(ui) / plot_cols);
  Chart chart = {
      .x_label = "epoch",
      .empty_text = empty_text(ui),
      .lines = lines.items,
      .line_count = lines.count,
      .marks = marks.items,
      .mark_count = marks.count,
      .x_min = 0,
      .x_max = (float)chart_panel_epochs(ui),
      .y_from_zero = metric == METRIC_LOSS,
      .y_to_one = metric == METRIC_SCORE,
      .log_y = ui->log_y && metric != METRIC_SCORE,
      .has_cursor = ui->time.on,
      .cursor_x = (float)ui->time.epoch,
      .bands = repeat.bands,
      .band_count = repeat.arms,
  };
  if (metric == METRIC_SCORE) {
    curves_limit_score(&chart);
  }
  double level;
  char level_text[40];
  if (view_baseline(ui, metric, &level, level_text, sizeof level_text)) {
    chart.level = (ChartLevel){(float)level, level_text};
  }
  const char *title = title_of(view, metric);
  canvas_box(view->canvas, rect, STYLE(ROLE_BORDER), title, NULL);
  draw_legend(view, rect, canvas_columns(title), &lines, metric);
  Rect plot = chart_draw(view->canvas, rect_inset(rect, 1), &chart);
  view_hit(view, plot, ACTION_PICK_EPOCH, chart_panel_epochs(ui));
  draw_footer(view, rect, pinned, &lines, &repeat, metric);
}
