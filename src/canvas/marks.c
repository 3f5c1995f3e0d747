/* marks: vertical lines below the curves; words in places that are found by looking at the cells already drawn. */
#include "canvas/marks.h"

#include <stddef.h>

enum { MARK_LINE = 0x250A, CURSOR_LINE = 0x2502, TEXT_LEAST = 6 };

static uint32_t mark_glyph(Charset charset) { return charset == CHARSET_ASCII ? ':' : MARK_LINE; }
static uint32_t cursor_glyph(Charset charset) { return charset == CHARSET_ASCII ? '|' : CURSOR_LINE; }

static void draw_line(Canvas *canvas, const Plot *plot, int axis_row, float x, uint32_t glyph, Style style) {
  int col = plot_col(plot, canvas->charset, x);
  if (col >= 0) {
    canvas_fill(canvas, (Rect){plot->rect.row, plot->rect.col + col, axis_row - plot->rect.row + 1, 1}, glyph, style);
  }
}

void marks_draw_lines(Canvas *canvas, const Plot *plot, int axis_row, const Chart *chart) {
  for (int i = 0; i < chart->mark_count; i++) {
    draw_line(canvas, plot, axis_row, chart->marks[i].x, mark_glyph(canvas->charset), chart->marks[i].style);
  }
  if (chart->has_cursor) {
    draw_line(canvas, plot, axis_row, chart->cursor_x, cursor_glyph(canvas->charset), STYLE(ROLE_TITLE));
  }
}

/* A place for a text: `cols` columns from (row, col). */
typedef struct Slot {
  int row, col, cols;
} Slot;

/* Words never cover a curve or other words; they interrupt the line of another mark only if `over_lines`. */
static bool is_free(const Canvas *canvas, const Plot *plot, int row, int col, bool over_lines) {
  if (!rect_contains(plot->rect, row, col)) {
    return false;
  }
  const Cell *cell = canvas_at(canvas, row, col);
  bool line = cell && (cell->code == mark_glyph(canvas->charset) || cell->code == cursor_glyph(canvas->charset));
  return !cell || cell->code == ' ' || (line && over_lines);
}

/* The columns for words next to the mark in direction `step`: free ones without the blanks on either side (none is
 * needed at the plot's edge), at most `wanted`. */
static int free_cols(const Canvas *canvas, const Plot *plot, int row, int mark_col, int step, int wanted,
                     bool over_lines) {
  int run = 0, col = mark_col + step;
  while (run < wanted + 2 && is_free(canvas, plot, row, col, over_lines)) {
    run++;
    col += step;
  }
  while (run > 0 && !is_free(canvas, plot, row, col - step, false)) { /* another mark's line is no blank */
    run--;
    col -= step;
  }
  int cols = run - (rect_contains(plot->rect, row, col) ? 2 : 1);
  return cols < wanted ? cols : wanted;
}

/* The first place that holds the whole text, from the top row down, right of the mark before left of it; otherwise the
 * longest place. */
static Slot find_slot(const Canvas *canvas, const Plot *plot, int mark_col, int width, bool over_lines) {
  Slot best = {0, 0, 0};
  for (int row = plot->rect.row; row < plot->rect.row + plot->rect.rows && best.cols < width; row++) {
    int right = free_cols(canvas, plot, row, mark_col, 1, width, over_lines);
    if (right > best.cols) {
      best = (Slot){row, mark_col + 2, right};
    }
    int left = free_cols(canvas, plot, row, mark_col, -1, width, over_lines);
    if (left > best.cols) {
      best = (Slot){row, mark_col - 1 - left, left};
    }
  }
  return best;
}

void marks_draw_texts(Canvas *canvas, const Plot *plot, const Chart *chart) {
  for (int i = 0; i < chart->mark_count; i++) {
    const ChartMark *mark = &chart->marks[i];
    int col = plot_col(plot, canvas->charset, mark->x);
    int width = mark->text ? canvas_columns(mark->text) : 0;
    if (col < 0 || width == 0) {
      continue;
    }
    Slot slot = find_slot(canvas, plot, plot->rect.col + col, width, false);
    if (slot.cols < width) {
      slot = find_slot(canvas, plot, plot->rect.col + col, width, true);
    }
    if (slot.cols >= width || slot.cols >= TEXT_LEAST) {
      canvas_text_fit(canvas, slot.row, slot.col, slot.cols, mark->style, mark->text);
    }
  }
}
