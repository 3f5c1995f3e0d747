#include "plot/panel.h"

#include <math.h>

#include "canvas/axis.h"
#include "canvas/chart.h"
#include "lab/edit_mark.h"
#include "lab/series.h"

enum { TICKS_MAX = 12, LABEL_SIZE = 32, MARKS_MAX = 256, WORDS_MAX = 64, WORD_ROWS_MAX = 6 };
static const double LEFT = 52, RIGHT = 12, TOP = 20, BOTTOM = 18; /* around the area between the axes */
static const double X_TICK = 80, Y_TICK = 28, WORD_ROW = 11;      /* room for each */
static const double SPOT = 3;                                     /* edits this near are one mark */
static const Colour GRID = 0xE6E6E6, AXIS = 0x444444;

typedef struct Panel {
  Pen *pen;
  const Plot *plot;
  PlotMetric metric;
  Chart chart; /* its lines: of each run first training, then validation */
  Box area;    /* between the axes */
  Axis x, y;
} Panel;

/* Okabe and Ito's, but for black, which is the text's, and yellow, which white paper swallows. */
Colour panel_colour(int run) {
  static const Colour colours[PLOT_MAX_RUNS] = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9};
  return colours[run];
}

static double value_of(const Metrics *metrics, PlotMetric metric) {
  return metric == PLOT_LOSS ? metrics->loss : metric == PLOT_SCORE ? metrics->score : metrics->mae;
}

PanelBest panel_best(const PlotRun *run, PlotMetric metric) {
  PanelBest best = {-1, NAN};
  for (int e = 0; e < run->epoch_count; e++) {
    double value = value_of(&run->epochs[e].val, metric);
    bool better = metric == PLOT_SCORE ? value > best.value : value < best.value;
    if (isfinite(value) && (best.epoch < 0 || better)) {
      best = (PanelBest){run->epochs[e].epoch, value};
    }
  }
  return best;
}

/* How many of the runs are regressions: none, all, or (-1) some. */
static int regressions(const Plot *plot) {
  int count = 0;
  for (int r = 0; r < plot->run_count; r++) {
    count += plot->runs[r].task == TASK_REGRESSION;
  }
  return count == 0 || count == plot->run_count ? count : -1;
}

const char *panel_key(const Plot *plot, PlotMetric metric) {
  int regression = regressions(plot);
  return metric == PLOT_LOSS  ? "loss"
         : metric == PLOT_MAE ? "mae"
         : regression < 0     ? "score"
         : regression > 0     ? "r2"
                              : "accuracy";
}

static const char *title_of(const Panel *panel) {
  int regression = regressions(panel->plot);
  switch (panel->metric) {
    case PLOT_LOSS:
      return panel->chart.log_y ? "Loss · log y" : "Loss";
    case PLOT_MAE:
      return panel->chart.log_y ? "MAE · log y" : "MAE";
    default:
      return regression < 0 ? "Accuracy, or R2" : regression > 0 ? "R2" : "Accuracy";
  }
}

/* --- what is drawn ------------------------------------------------------------------------------------------------ */

/* Where a value lies. Not a number where it has no place; what is far outside is drawn towards, and no further: cairo's
 * numbers end. */
static double place_x(const Panel *panel, double value) {
  return panel->area.x + panel->area.width * axis_position(&panel->x, value);
}

static double place_y(const Panel *panel, double value) {
  enum { FAR = 16 };
  double position = axis_position(&panel->y, value);
  position = position < -FAR ? -FAR : position > FAR ? FAR : position; /* and stays not a number */
  return panel->area.y + panel->area.height * (1 - position);
}

/* As many points as a series keeps, however long the run is. */
static ChartLine line_of(Arena *arena, const PlotRun *run, PlotMetric metric, bool validation) {
  Series *series = ARENA_NEW(arena, Series);
  for (int e = 0; e < run->epoch_count; e++) {
    const EpochReport *report = &run->epochs[e];
    series_push(series, report->epoch + 1, value_of(validation ? &report->val : &report->train, metric));
  }
  ChartPoint *points = ARENA_ARRAY(arena, ChartPoint, (size_t)series->count);
  for (int i = 0; i < series->count; i++) {
    const Bucket *b = &series->buckets[i];
    points[i] = (ChartPoint){(float)b->x, (float)b->mean, (float)b->min, (float)b->max};
  }
  return (ChartLine){.points = points, .count = series->count, .pattern = validation ? LINE_DASHED : LINE_SOLID};
}

static double lowest(const Chart *chart) {
  double low = INFINITY;
  for (int l = 0; l < chart->line_count; l++) {
    for (int i = 0; i < chart->lines[l].count; i++) {
      low = fmin(low, (double)chart->lines[l].points[i].low);
    }
  }
  return low;
}

static Chart chart_of(Arena *arena, const Plot *plot, PlotMetric metric) {
  ChartLine *lines = ARENA_ARRAY(arena, ChartLine, 2 * (size_t)plot->run_count);
  Chart chart = {.lines = lines,
                 .line_count = 2 * plot->run_count,
                 .y_from_zero = metric != PLOT_SCORE,
                 .y_to_one = metric == PLOT_SCORE,
                 .log_y = plot->log_y && metric != PLOT_SCORE};
  for (int r = 0; r < plot->run_count; r++) {
    const PlotRun *run = &plot->runs[r];
    lines[2 * r] = line_of(arena, run, metric, false);
    lines[2 * r + 1] = line_of(arena, run, metric, true);
    if (run->epoch_count > 0) {
      chart.x_max = fmaxf(chart.x_max, (float)(run->epochs[run->epoch_count - 1].epoch + 1));
    }
    if (run->edit_count > 0) {
      chart.x_max = fmaxf(chart.x_max, (float)run->edits[run->edit_count - 1].at);
    }
  }
  if (metric == PLOT_SCORE && lowest(&chart) < -1) { /* R2 has no floor: one bad epoch would flatten the rest */
    chart.y_min = -1;
    chart.y_max = 1;
  }
  return chart;
}

/* --- axes --------------------------------------------------------------------------------------------------------- */

typedef struct Ticks {
  int count;
  double at[TICKS_MAX];
  char labels[TICKS_MAX][LABEL_SIZE];
} Ticks;

static Ticks ticks_of(const Axis *axis, double max) {
  Ticks ticks = {0};
  if (axis->known) {
    max = max < 2 ? 2 : max > TICKS_MAX ? TICKS_MAX : max;
    ticks.count = chart_ticks(axis->low, axis->high, (int)max, axis->log, ticks.at);
  }
  double step = ticks.count > 1 ? ticks.at[1] - ticks.at[0] : 0;
  for (int i = 0; i < ticks.count; i++) {
    chart_tick_label(ticks.labels[i], LABEL_SIZE, ticks.at[i], axis->log ? ticks.at[i] : step);
  }
  return ticks;
}

static void draw_x_axis(const Panel *panel) {
  const Box *area = &panel->area;
  double bottom = area->y + area->height, row = bottom + 14, before = area->x;
  Ticks ticks = ticks_of(&panel->x, fmin(area->width / X_TICK, panel->x.high + 1)); /* whole epochs */
  for (int i = 0; i < ticks.count; i++) {
    double x = place_x(panel, ticks.at[i]);
    pen_line_style(panel->pen, AXIS, 1, DASH_NONE);
    pen_segment(panel->pen, x, bottom, 0, 4);
    pen_text_style(panel->pen, PLOT_TEXT, PLOT_SMALL, false);
    pen_text(panel->pen, x, row, ALIGN_MIDDLE, ticks.labels[i]);
    if (i > 0 && i == ticks.count - 1) {
      pen_text_style(panel->pen, PLOT_FAINT_TEXT, PLOT_SMALL, false);
      pen_text(panel->pen, (before + x) / 2, row, ALIGN_MIDDLE, "epoch");
    }
    before = x;
  }
  pen_line_style(panel->pen, AXIS, 1, DASH_NONE);
  pen_segment(panel->pen, area->x, bottom, area->width, 0);
}

static void draw_y_axis(const Panel *panel, int max) {
  const Box *area = &panel->area;
  Ticks ticks = ticks_of(&panel->y, max);
  pen_text_style(panel->pen, PLOT_TEXT, PLOT_SMALL, false);
  pen_line_style(panel->pen, GRID, 1, DASH_NONE);
  for (int i = 0; i < ticks.count; i++) {
    double y = place_y(panel, ticks.at[i]);
    pen_segment(panel->pen, area->x, y, area->width, 0);
    pen_text(panel->pen, area->x - 6, y + PLOT_SMALL * 0.36, ALIGN_RIGHT, ticks.labels[i]);
  }
}

/* --- marks -------------------------------------------------------------------------------------------------------- */

/* Where words stand already. */
typedef struct Words {
  int count;
  Box boxes[WORDS_MAX];
} Words;

static bool is_free(const Words *words, Box box) {
  for (int i = 0; i < words->count; i++) {
    const Box *other = &words->boxes[i];
    if (box.y == other->y && box.x < other->x + other->width && other->x < box.x + box.width) {
      return false;
    }
  }
  return words->count < WORDS_MAX;
}

/* Beside the mark at x, in the first row that is free: from the top, or for scores, whose curves rise, from the bottom.
 * Words that find no row are left out; their mark stands. */
static void draw_words(const Panel *panel, Words *words, double x, const char *text) {
  enum { GAP = 4 };
  const Box *area = &panel->area;
  double width = pen_text_width(panel->pen, text) + 2 * GAP;
  bool left = x + width > area->x + area->width;
  Box box = {left ? x - width : x, 0, width, WORD_ROW};
  int rows = (int)fmin(area->height / 2 / WORD_ROW, WORD_ROWS_MAX);
  for (int row = 0; row < rows && box.x >= area->x; row++) {
    box.y = panel->metric == PLOT_SCORE ? area->y + area->height - (row + 1) * WORD_ROW : area->y + row * WORD_ROW;
    if (is_free(words, box)) {
      words->boxes[words->count++] = box;
      pen_text(panel->pen, box.x + GAP, box.y + WORD_ROW - 3, ALIGN_LEFT, text);
      return;
    }
  }
}

static void draw_marks(const Panel *panel, Arena *arena) {
  Words words = {0};
  double spot = (panel->x.high - panel->x.low) * SPOT / panel->area.width;
  EditMark *marks = ARENA_ARRAY(arena, EditMark, MARKS_MAX);
  for (int r = 0; r < panel->plot->run_count; r++) {
    const PlotRun *run = &panel->plot->runs[r];
    int count = 0;
    for (int i = 0; i < run->edit_count; i++) {
      edit_mark_add(marks, &count, MARKS_MAX, &run->edits[i], spot);
    }
    pen_line_style(panel->pen, panel_colour(r), 1, DASH_DOTS);
    pen_text_style(panel->pen, PLOT_FAINT_TEXT, PLOT_SMALL - 1, false);
    for (int i = 0; i < count; i++) {
      char text[EDIT_MARK_SIZE];
      double x = place_x(panel, marks[i].edit.at);
      edit_mark_text(&marks[i], text, sizeof text);
      pen_segment(panel->pen, x, panel->area.y, 0, panel->area.height);
      draw_words(panel, &words, x, text);
    }
  }
}

/* --- curves ------------------------------------------------------------------------------------------------------- */

static void draw_to(const Panel *panel, double x, float value) {
  double y = place_y(panel, (double)value);
  if (!isnan(y)) {
    pen_draw(panel->pen, x, y);
  }
}

/* A gap where a value is not finite; one that stands alone is a dot. */
static void draw_curve(const Panel *panel, const ChartLine *line) {
  double last_x = 0, last_y = 0;
  int joined = 0; /* points since the last gap */
  for (int i = 0; i <= line->count; i++) {
    const ChartPoint *point = &line->points[i < line->count ? i : 0];
    double x = place_x(panel, (double)point->x), y = place_y(panel, (double)point->y);
    if (i == line->count || isnan(x) || isnan(y)) {
      pen_stroke(panel->pen);
      if (joined == 1) {
        pen_dot(panel->pen, last_x, last_y, PLOT_LINE);
      }
      joined = 0;
      continue;
    }
    if (joined++ == 0) {
      pen_move(panel->pen, x, y);
    } else {
      pen_draw(panel->pen, x, y);
    }
    if (point->low < point->high) {
      draw_to(panel, x, point->high);
      draw_to(panel, x, point->low);
      pen_draw(panel->pen, x, y);
    }
    last_x = x, last_y = y;
  }
}

static void draw_curves(const Panel *panel) {
  for (int l = 0; l < panel->chart.line_count; l++) {
    const ChartLine *line = &panel->chart.lines[l];
    if (line->count > 0) {
      pen_line_style(panel->pen, panel_colour(l / 2), PLOT_LINE, line->pattern == LINE_DASHED ? DASH_LONG : DASH_NONE);
      draw_curve(panel, line);
    }
  }
}

static void draw_bests(const Panel *panel) {
  for (int r = 0; r < panel->plot->run_count; r++) {
    PanelBest best = panel_best(&panel->plot->runs[r], panel->metric);
    double x = place_x(panel, best.epoch + 1), y = place_y(panel, best.value);
    if (best.epoch >= 0 && !isnan(y) && y <= panel->area.y + panel->area.height) {
      pen_line_style(panel->pen, panel_colour(r), PLOT_LINE, DASH_NONE);
      pen_ring(panel->pen, x, y, PLOT_RING);
    }
  }
}

void panel_draw(Pen *pen, Arena *arena, const Plot *plot, PlotMetric metric, Box box) {
  Panel panel = {.pen = pen, .plot = plot, .metric = metric, .chart = chart_of(arena, plot, metric)};
  panel.area = (Box){box.x + LEFT, box.y + TOP, box.width - LEFT - RIGHT, box.height - TOP - BOTTOM};
  int max = (int)fmin(panel.area.height / Y_TICK + 1, TICKS_MAX);
  panel.x = axis_x(&panel.chart);
  panel.y = axis_y(&panel.chart, &panel.x, max < 2 ? 2 : max);
  pen_text_style(pen, PLOT_TEXT, PLOT_SMALL + 1, true);
  pen_text(pen, panel.area.x, box.y + TOP - 7, ALIGN_LEFT, title_of(&panel));
  draw_y_axis(&panel, max);
  draw_x_axis(&panel);
  draw_marks(&panel, arena);
  if (!panel.y.known) {
    pen_text_style(pen, PLOT_FAINT_TEXT, PLOT_SMALL, false);
    pen_text(pen, panel.area.x + panel.area.width / 2, panel.area.y + panel.area.height / 2, ALIGN_MIDDLE,
             "no value is finite");
    return;
  }
  pen_clip(pen, (Box){panel.area.x, panel.area.y - 1, panel.area.width + 2, panel.area.height + 2});
  draw_curves(&panel);
  pen_unclip(pen);
  draw_bests(&panel);
}
