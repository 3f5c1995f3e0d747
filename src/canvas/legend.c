/* legend: entries are measured and drawn by the same code, so that what is measured is what is drawn. */
#include "canvas/legend.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "canvas/curve.h"

enum { VALUE_SIZE = 16, VALUE_COLS = 6, SAMPLE_COLS = 2, GAP_COLS = 3 };

static bool is_point(const ChartPoint *point) { return isfinite(point->x) && isfinite(point->y); }

static float last_value(const ChartLine *line) {
  for (int i = line->count - 1; i >= 0; i--) {
    if (is_point(&line->points[i])) {
      return line->points[i].y;
    }
  }
  return NAN;
}

/* The value of the point nearest to `x`; not a number where the line does not reach. */
static float value_at(const ChartLine *line, float x) {
  const ChartPoint *nearest = NULL;
  for (int i = 0; i < line->count; i++) {
    const ChartPoint *point = &line->points[i];
    if (isfinite(point->x) && (!nearest || fabsf(point->x - x) < fabsf(nearest->x - x))) {
      nearest = point;
    }
  }
  if (!nearest) {
    return NAN;
  }
  float spacing =
      line->count > 1 ? (line->points[line->count - 1].x - line->points[0].x) / (float)(line->count - 1) : 0;
  bool reached = fabsf(nearest->x - x) <= fmaxf(spacing, 1) / 2;
  return reached ? nearest->y : NAN;
}

/* What is drawn of the legend. */
typedef struct Choice {
  int first; /* lines before this one are dropped */
  bool values;
} Choice;

static void entry_value(char out[VALUE_SIZE], const Chart *chart, const ChartLine *line) {
  float value = chart->has_cursor ? value_at(line, chart->cursor_x) : last_value(line);
  if (isnan(value)) {
    str_copy(out, VALUE_SIZE, "-");
  } else {
    chart_value_label(out, VALUE_SIZE, (double)value);
  }
}

/* Draws one entry at `col` and returns its columns; with a NULL canvas it only measures. Values take a fixed width: the
 * legend must not dance while they change. */
static int entry_draw(Canvas *canvas, int row, int col, const Chart *chart, const ChartLine *line, bool with_value) {
  Style style = {.role = line->style.role, .attr = (uint8_t)(line->style.attr & ~ATTR_FAINT)};
  int label = canvas_columns(line->label);
  if (canvas) {
    canvas_fill(canvas, (Rect){row, col, 1, SAMPLE_COLS}, curve_sample(canvas->charset, line), line->style);
    canvas_text(canvas, row, col + SAMPLE_COLS + 1, style, line->label);
  }
  int cols = SAMPLE_COLS + 1 + label;
  if (with_value) {
    char value[VALUE_SIZE];
    entry_value(value, chart, line);
    int length = (int)strlen(value);
    if (canvas) {
      canvas_text(canvas, row, col + cols + 1, STYLE(ROLE_TEXT), value);
    }
    cols += 1 + (length > VALUE_COLS ? length : VALUE_COLS);
  }
  return cols;
}

static int legend_run(Canvas *canvas, int row, int col, const Chart *chart, Choice choice) {
  int cols = 0;
  for (int i = choice.first; i < chart->line_count; i++) {
    if (chart->lines[i].label) {
      cols += cols > 0 ? GAP_COLS : 0;
      cols += entry_draw(canvas, row, col + cols, chart, &chart->lines[i], choice.values);
    }
  }
  return cols;
}

void legend_draw(Canvas *canvas, Rect row, const Chart *chart) {
  int title = chart->title ? canvas_columns(chart->title) + GAP_COLS : 0;
  int room = row.cols - title;
  Choice choice = {.first = 0, .values = true};
  int cols = legend_run(NULL, 0, 0, chart, choice);
  if (cols > room) {
    choice.values = false;
    cols = legend_run(NULL, 0, 0, chart, choice);
  }
  while (cols > room && choice.first < chart->line_count) {
    choice.first++;
    cols = legend_run(NULL, 0, 0, chart, choice);
  }
  (void)legend_run(canvas, row.row, row.col + row.cols - cols, chart, choice);
  if (chart->title) {
    canvas_text_fit(canvas, row.row, row.col, row.cols - cols, STYLE(ROLE_TITLE), chart->title);
  }
}
