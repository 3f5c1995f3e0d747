/* compare_table: the table of the Compare screen: a column for each run, headed by its colour and name. First the
 * values at the cursor, then what sets the runs apart, then the results with the best of each in another style. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "canvas/curve.h"
#include "ui/compare.h"
#include "ui/overlay.h"
#include "ui/panels.h"

enum { LABEL_COLS = 22, COLUMN_LEAST = 7, COLUMN_MOST = 26, GAP = 1, SAMPLE_COLS = 2 };
enum { MAX_LINES = PARAM_COUNT + 32, AT_CURSOR = 2 * METRIC_COUNT };

typedef struct Line {
  const char *label;
  const char *values[COMPARE_MOST];
  Style style;
  int best;
} Line;

typedef struct Lines {
  int count;
  Line items[MAX_LINES];
} Lines;

/* ---- the lines ---- */

/* "0.0213"; "~0.0213" where it is the mean of the epochs around; "-" where the run has not got there. */
static const char *value_at(View *view, const CompareRun *run, MetricId metric, CurveId curve) {
  int epoch = view->ui->compare.epoch;
  const Bucket *bucket = series_at(&run->curves[metric][curve], epoch);
  char value[32];
  if (!bucket || epoch > run->epochs || !isfinite(bucket->mean)) {
    return "-";
  }
  (void)snprintf(value, sizeof value, "%.6g", bucket->mean);
  return arena_printf(view->frame, "%s%s", bucket->count > 1 ? "~" : "", value);
}

static void add_at_cursor(View *view, Lines *lines) {
  const UiState *ui = view->ui;
  const CompareNews *news = &ui->compare.news;
  for (int metric = 0; metric < compare_metrics(ui); metric++) {
    for (int validation = 1; validation >= 0; validation--) {
      if (!compare_draws(ui, validation)) {
        continue;
      }
      Line *line = &lines->items[lines->count++];
      const char *name = compare_metric_name(view, (MetricId)metric, validation);
      *line = (Line){.label = arena_printf(view->frame, "%s at %d", name, ui->compare.epoch),
                     .style = STYLE(validation ? ROLE_VAL : ROLE_TRAIN),
                     .best = -1};
      for (int r = 0; r < news->count; r++) {
        line->values[r] =
            value_at(view, news->runs[r], (MetricId)metric, validation ? CURVE_VAL : compare_train_curve(ui));
      }
    }
  }
}

static void add_row(Lines *lines, const ComparisonRow *row, int runs) {
  Line *line = &lines->items[lines->count++];
  *line = (Line){.label = row->label, .style = STYLE(row->is_result ? ROLE_TEXT : ROLE_ON), .best = row->best};
  for (int r = 0; r < runs; r++) {
    line->values[r] = row->values[r];
  }
}

static Lines *make_lines(View *view) {
  const CompareNews *news = &view->ui->compare.news;
  const Comparison *table = &news->table;
  Lines *lines = ARENA_NEW(view->frame, Lines);
  if (view->ui->compare.has_cursor) {
    add_at_cursor(view, lines);
  }
  if (table->count > 0 && table->items[0].is_result) {
    lines->items[lines->count++] = (Line){.label = "all settings are the same", .best = -1};
  }
  for (int i = 0; i < table->count && lines->count < MAX_LINES && table->runs == news->count; i++) {
    add_row(lines, &table->items[i], news->count);
  }
  return lines;
}

int compare_table_lines(View *view) {
  const UiCompare *compare = &view->ui->compare;
  return 1 + compare->news.table.count + (compare->has_cursor ? AT_CURSOR : 0);
}

/* ---- drawing ---- */

typedef struct Columns {
  int first, width;
} Columns;

static Columns columns_of(Rect inside, int runs) {
  int room = (inside.cols - LABEL_COLS) / larger(1, runs) - GAP;
  return (Columns){inside.col + LABEL_COLS, smaller(COLUMN_MOST, larger(COLUMN_LEAST, room))};
}

static int column_at(const Columns *columns, int index) { return columns->first + index * (columns->width + GAP); }

/* "━╌ name", a button: what the run's lines look like. */
static void draw_head(View *view, Rect inside, const Columns *columns) {
  const CompareNews *news = &view->ui->compare.news;
  Charset charset = view->canvas->charset;
  for (int r = 0; r < news->count; r++) {
    const CompareRun *run = news->runs[r];
    Style style = compare_style(view->ui, run);
    int col = column_at(columns, r);
    bool here = run->place == view->ui->compare.place;
    canvas_put(view->canvas, inside.row, col, here ? 0x25B8 : curve_sample(charset, &(ChartLine){0}), style);
    canvas_text_fit(view->canvas, inside.row, col + SAMPLE_COLS, columns->width - SAMPLE_COLS,
                    here ? (Style){style.role, ATTR_BOLD | ATTR_UNDERLINE} : style, run->name);
    view_hit(view, (Rect){inside.row, col, 1, columns->width}, ACTION_PICK_RUN, run->place);
  }
}

static void draw_line(View *view, int row, Rect inside, const Columns *columns, const Line *line) {
  int runs = view->ui->compare.news.count;
  bool has_values = line->values[0] != NULL;
  canvas_text_fit(view->canvas, row, inside.col, has_values ? LABEL_COLS - 1 : inside.cols, STYLE(ROLE_DIM),
                  line->label);
  for (int r = 0; r < runs && has_values; r++) {
    Style style = line->best == r ? STYLE_BOLD(ROLE_GOOD) : line->style;
    canvas_text_fit(view->canvas, row, column_at(columns, r) + SAMPLE_COLS, columns->width - SAMPLE_COLS, style,
                    line->values[r]);
  }
}

void compare_table_draw(View *view, Rect rect) {
  const UiCompare *compare = &view->ui->compare;
  const Lines *lines = make_lines(view);
  Rect inside = rect_inset(rect, 1);
  const char *note = compare->news.busy ? "reading ..." : NULL;
  canvas_box(view->canvas, rect, STYLE(ROLE_KEY), arena_printf(view->frame, "%d runs", compare->news.count), note);
  inside = (Rect){inside.row, inside.col + 1, inside.rows, inside.cols - 2};
  Columns columns = columns_of(inside, compare->news.count);
  draw_head(view, inside, &columns);
  Rect list = {inside.row + 1, inside.col, inside.rows - 1, inside.cols};
  int hidden = larger(0, lines->count - list.rows), first = smaller(compare->scroll, hidden);
  for (int r = 0; r < list.rows && first + r < lines->count; r++) {
    draw_line(view, list.row + r, inside, &columns, &lines->items[first + r]);
  }
  overlay_scrollbar(view, list, first, lines->count);
  view->hits->scroll_max = hidden;
  view->hits->page = list.rows;
}
