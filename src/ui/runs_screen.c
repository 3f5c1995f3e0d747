/* runs_screen: the table of the runs, and more of the selected one below it. What has no room is left out, the least
 * needed first; what differs from the preset takes the rest of the line. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "ui/compare.h"
#include "ui/overlay.h"
#include "ui/panels.h"
#include "ui/runs.h"

enum { FOOT_LINES = 3, GAP = 1, MARK_COLS = 2, CELL_SIZE = 64, WIDE_NAME_COLS = 140 };

/* In the order of the table. A width of 0: what is left. */
typedef struct Column {
  RunsOrder order;
  const char *head;
  int width, wide; /* wide: on a wide screen */
  bool to_right;
  int priority;
} Column;

static const Column COLUMNS[] = {
    {RUNS_BY_NAME, "name", 16, 28, false, 10},      {RUNS_BY_PRESET, "preset", 14, 22, false, 1},
    {RUNS_BY_BEST, "best", 7, 7, true, 9},          {RUNS_BY_BEST_EPOCH, "at", 4, 6, true, 7},
    {RUNS_BY_LAST, "last", 7, 7, true, 6},          {RUNS_BY_GAP, "gap", 7, 8, true, 5},
    {RUNS_BY_EPOCHS, "epochs", 6, 6, true, 3},      {RUNS_BY_TIME, "time", 10, 12, true, 2},
    {RUNS_BY_OUTCOME, "outcome", 11, 12, false, 4}, {RUNS_BY_CHANGES, "changes", 16, 16, false, 8},
};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

static const char *const ORDER_NAMES[RUNS_ORDER_COUNT] = {
    [RUNS_BY_AGE] = "newest",      [RUNS_BY_NAME] = "name",       [RUNS_BY_PRESET] = "preset",
    [RUNS_BY_BEST] = "best",       [RUNS_BY_BEST_EPOCH] = "at",   [RUNS_BY_LAST] = "last",
    [RUNS_BY_GAP] = "gap",         [RUNS_BY_EPOCHS] = "epochs",   [RUNS_BY_TIME] = "time",
    [RUNS_BY_OUTCOME] = "outcome", [RUNS_BY_CHANGES] = "changes",
};

/* ---- which columns, and where ---- */

static void fit_columns(int room, LinePart *parts) {
  bool wide = room >= WIDE_NAME_COLS;
  for (int c = 0; c < COLUMN_COUNT; c++) {
    int width = wide ? COLUMNS[c].wide : COLUMNS[c].width;
    parts[c] = (LinePart){.width = width, .priority = COLUMNS[c].priority};
  }
  int used = view_fit(parts, COLUMN_COUNT, GAP, room);
  parts[COLUMN_COUNT - 1].width += larger(0, room - used);
}

/* ---- cells ---- */

static void score_text(char *out, size_t size, double value) {
  if (isnan(value)) {
    str_copy(out, size, "-");
  } else {
    const char *format = fabs(value) < 10.0 ? "%.4f" : fabs(value) < 1e3 ? "%.2f" : fabs(value) < 1e5 ? "%.0f" : "%.0e";
    (void)snprintf(out, size, format, value);
  }
}

static void count_text(char *out, size_t size, int count) { (void)snprintf(out, size, count > 0 ? "%d" : "-", count); }

/* The text of a cell: the row's own, or one written into `out`. */
static const char *cell_text(const RunRow *row, RunsOrder column, char *out, size_t size) {
  switch (column) {
    case RUNS_BY_NAME:
      return row->name;
    case RUNS_BY_PRESET:
      return row->preset;
    case RUNS_BY_OUTCOME:
      return OUTCOME_NAMES[row->outcome];
    case RUNS_BY_BEST:
      score_text(out, size, row->best);
      return out;
    case RUNS_BY_BEST_EPOCH:
      count_text(out, size, row->best_epoch);
      return out;
    case RUNS_BY_LAST:
      score_text(out, size, row->last);
      return out;
    case RUNS_BY_GAP:
      score_text(out, size, row->gap);
      return out;
    case RUNS_BY_EPOCHS:
      count_text(out, size, row->epochs);
      return out;
    case RUNS_BY_TIME:
      view_duration(out, size, row->seconds);
      return out;
    default:
      return row->changes;
  }
}

static Style cell_style(const RunRow *row, RunsOrder column) {
  static const Role OUTCOMES[OUTCOME_COUNT] = {ROLE_KEY, ROLE_GOOD, ROLE_TEXT, ROLE_BAD, ROLE_WARN};
  switch (column) {
    case RUNS_BY_OUTCOME:
      return STYLE(OUTCOMES[row->outcome]);
    case RUNS_BY_BEST:
    case RUNS_BY_LAST:
      return STYLE(ROLE_VAL);
    case RUNS_BY_PRESET:
    case RUNS_BY_BEST_EPOCH:
      return STYLE(ROLE_DIM);
    default:
      return STYLE(ROLE_TEXT);
  }
}

static void draw_cell(View *view, int row, int col, int width, const Column *column, Style style, const char *text) {
  int indent = column->to_right ? larger(0, width - canvas_columns(text)) : 0;
  canvas_text_fit(view->canvas, row, col + indent, width - indent, style, text);
}

/* What differs, where it comes from, tags: "dropout=0.5  fork of baseline-1 at epoch 23  [tuned]". */
static const char *changes_text(View *view, const RunRow *row) {
  const char *tags = *row->tags ? arena_printf(view->frame, "[%s]", row->tags) : "";
  const char *first = *row->changes && *row->origin ? "  " : "";
  const char *second = *tags && (*row->changes || *row->origin) ? "  " : "";
  return arena_printf(view->frame, "%s%s%s%s%s", row->changes, first, row->origin, second, tags);
}

static void draw_row(View *view, Rect list, int row, int index, const LinePart *parts) {
  const RunRow *run = &view->ui->runs.rows[index];
  int col = list.col + MARK_COLS;
  for (int c = 0; c < COLUMN_COUNT; c++) {
    char cell[CELL_SIZE];
    RunsOrder column = COLUMNS[c].order;
    if (!parts[c].shown) {
      continue;
    }
    const char *text = column == RUNS_BY_CHANGES ? changes_text(view, run) : cell_text(run, column, cell, sizeof cell);
    draw_cell(view, row, col, parts[c].width, &COLUMNS[c], cell_style(run, column), text);
    col += parts[c].width + GAP;
  }
  bool selected = index == view->ui->runs.row;
  overlay_row(view, list, row, selected, index);
  int place = compare_place(view->ui, run->id);
  if (place >= 0) {
    canvas_text(view->canvas, row, list.col, STYLE_BOLD(selected ? ROLE_FOCUS : ROLE_RUN + place), "●");
  }
}

static void draw_heads(View *view, Rect head, const LinePart *parts) {
  int col = head.col + MARK_COLS;
  for (int c = 0; c < COLUMN_COUNT; c++) {
    if (!parts[c].shown) {
      continue;
    }
    bool by = COLUMNS[c].order == view->ui->runs.order;
    draw_cell(view, head.row, col, parts[c].width, &COLUMNS[c], by ? STYLE_BOLD(ROLE_ON) : STYLE(ROLE_DIM),
              COLUMNS[c].head);
    view_hit(view, (Rect){head.row, col, 1, parts[c].width}, ACTION_PICK_HEAD, (int)COLUMNS[c].order);
    col += parts[c].width + GAP;
  }
}

/* ---- below the table ---- */

static void draw_typed(View *view, Rect rect) {
  int col = rect.col +
            canvas_printf(view->canvas, rect.row, rect.col, STYLE_BOLD(ROLE_TITLE), "%s ", runs_typed_name(view->ui));
  typed_draw(view, rect.row, col, rect.col + rect.cols - col);
}

/* All that differs, where the table has cut it; then what stands in no column. */
static void draw_selected(View *view, Rect rect) {
  const RunRow *run = runs_selected(view->ui);
  if (!run) {
    return;
  }
  const char *between = *run->changes && *run->origin ? ", " : "";
  const char *changes = *run->origin || *run->changes ? run->changes : "as the preset has it";
  char text[512];
  (void)snprintf(text, sizeof text, "%s: %s%s%s", run->name, changes, between, run->origin);
  canvas_text_fit(view->canvas, rect.row, rect.col, rect.cols, STYLE(ROLE_TEXT), text);
  (void)snprintf(text, sizeof text, "%s · %s · %s%s%s%s%s", run->preset, run->dataset, run->started,
                 *run->tags ? " · " : "", run->tags, *run->note ? " · " : "", run->note);
  canvas_text_fit(view->canvas, rect.row + 1, rect.col, rect.cols, STYLE(ROLE_DIM), text);
}

static void draw_foot(View *view, Rect rect) {
  canvas_fill(view->canvas, (Rect){rect.row, rect.col, 1, rect.cols}, 0x2500, STYLE(ROLE_BORDER));
  Rect lines = {rect.row + 1, rect.col, rect.rows - 1, rect.cols};
  draw_selected(view, lines);
  if (view->ui->typing) {
    canvas_fill(view->canvas, (Rect){lines.row, lines.col, 1, lines.cols}, ' ', STYLE(ROLE_TEXT));
    draw_typed(view, lines);
  }
}

/* ---- the whole ---- */

static void title_text(const UiRuns *runs, char *out, size_t size) {
  char count[24], total[24];
  int all = larger(0, runs->total - runs->hidden_count);
  view_grouped(count, sizeof count, runs->count);
  view_grouped(total, sizeof total, all);
  if (!runs->has_rows) {
    str_copy(out, size, "Runs");
  } else if (*runs->filter) {
    (void)snprintf(out, size, "%s of %s run%s", count, total, all == 1 ? "" : "s");
  } else {
    (void)snprintf(out, size, "%s run%s", count, runs->count == 1 ? "" : "s");
  }
}

static const char *note_text(View *view) {
  const UiRuns *runs = &view->ui->runs;
  const char *between = *runs->filter ? " · " : "";
  int count = compare_count(view->ui);
  const char *marked = count > 0 ? arena_printf(view->frame, "%d marked · ", count) : "";
  const char *busy = arena_printf(view->frame, "%s%s", runs->busy ? "reading ... · " : "", marked);
  if (runs->order == RUNS_BY_AGE) {
    const char *first = runs->turned ? "oldest first" : "newest first";
    return arena_printf(view->frame, "%s%s%s%s", busy, runs->filter, between, first);
  }
  return arena_printf(view->frame, "%s%s%sby %s%s", busy, runs->filter, between, ORDER_NAMES[runs->order],
                      runs->turned ? ", turned" : "");
}

/* Why there is nothing to show; NULL: there is. */
static const char *reason(const UiRuns *runs) {
  if (*runs->problem) {
    return runs->problem;
  }
  if (!runs->has_rows) {
    return "Reading ...";
  }
  if (runs->count > 0) {
    return NULL;
  }
  return *runs->filter ? "No run is so. / changes the filter; an empty one shows all."
                       : "No runs yet: every run that takes a step is kept, and stands here.";
}

static void draw_table(View *view, Rect inside) {
  const UiRuns *runs = &view->ui->runs;
  LinePart parts[COLUMN_COUNT];
  Rect list = {inside.row + 1, inside.col, inside.rows - 1, inside.cols};
  fit_columns(inside.cols - MARK_COLS, parts);
  draw_heads(view, inside, parts);
  int first = overlay_first(runs->row, runs->count, list.rows);
  for (int r = 0; r < list.rows && first + r < runs->count; r++) {
    draw_row(view, list, list.row + r, first + r, parts);
  }
  overlay_scrollbar(view, list, first, runs->count);
  view->hits->page = list.rows;
}

void runs_screen_draw(View *view) {
  const UiRuns *runs = &view->ui->runs;
  Rect body = {1, 0, view->canvas->rows - 3, view->canvas->cols};
  char title[64];
  title_text(runs, title, sizeof title);
  top_line_draw(view, 0);
  canvas_box(view->canvas, body, STYLE(ROLE_KEY), title, note_text(view));
  Rect inside = rect_inset(body, 1);
  inside = (Rect){inside.row, inside.col + 1, inside.rows - FOOT_LINES, inside.cols - 2};
  const char *why = reason(runs);
  if (why) {
    canvas_text_wrap(view->canvas, inside, 0, STYLE(*runs->problem ? ROLE_BAD : ROLE_DIM), why);
  } else {
    draw_table(view, inside);
  }
  draw_foot(view, (Rect){inside.row + inside.rows, inside.col, FOOT_LINES, inside.cols});
  if (view->ui->overlay == OVERLAY_NONE) {
    view_notice(view, body);
  }
  status_line_draw(view, view->canvas->rows - 2);
}
