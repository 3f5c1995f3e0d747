/* marks: vertical lines below the curves; words in places that are found by looking at the cells already drawn. */
#include "canvas/marks.h"

#include <stddef.h>

enum { MARK_LINE = 0x250A, CURSOR_LINE = 0x2502, TEXT_LEAST = 6 };

static uint32_t mark_glyph(Charset charset) { return charset == CHARSET_ASCII ? ':' : MARK_LINE; }
static uint32_t cursor_glyph(Charset charset) { return charset == CHARSET_ASCII ? '|' : CURSOR_LINE; }

static void draw_line(Canvas *canvas, const Plot *plot, float x, uint32_t glyph, Style style) {
  int col = plot_col(plot, canvas->charset, x);
  if (col >= 0) {
    canvas_fill(canvas, (Rect){plot->rect.row, plot->rect.col + col, plot->rect.rows, 1}, glyph, style);
  }
}

void marks_draw_lines(Canvas *canvas, const Plot *plot, const Chart *chart) {
  for (int i = 0; i < chart->mark_count; i++) {
    draw_line(canvas, plot, chart->marks[i].x, mark_glyph(canvas->charset), chart->marks[i].style);
  }
  if (chart->has_cursor) {
    draw_line(canvas, plot, chart->cursor_x, cursor_glyph(canvas->charset), STYLE(ROLE_TITLE));
  }
}

/* The words of the marks in one column. */
typedef struct Block {
  int mark_col;   /* on the canvas */
  int rows, cols; /* texts, and the widest one's columns */
  bool hidden;    /* curves cover the whole line: the words stand beside where it would be */
} Block;

/* A place for a block, with as many columns as can be had there. */
typedef struct Slot {
  int row, col, cols;
} Slot;

static bool is_line(const Canvas *canvas, int row, int col) {
  const Cell *cell = canvas_at(canvas, row, col);
  return cell && (cell->code == mark_glyph(canvas->charset) || cell->code == cursor_glyph(canvas->charset));
}

/* Words never cover a curve, the axis or other words; they interrupt the line of another mark only if `over_lines`. */
static bool is_free(const Canvas *canvas, const Plot *plot, int row, int col, bool over_lines) {
  if (!rect_contains(plot->rect, row, col)) {
    return false;
  }
  const Cell *cell = canvas_at(canvas, row, col);
  return !cell || cell->code == ' ' || (over_lines && is_line(canvas, row, col));
}

enum { GAP = 2 }; /* blanks behind words: more than before them, so that it is plain which line is theirs */

static bool is_gap(const Canvas *canvas, const Plot *plot, int row, int col, bool over_lines) {
  return !rect_contains(plot->rect, row, col) || is_free(canvas, plot, row, col, over_lines);
}

/* The columns for words next to the mark in direction `step`, at most `wanted`, and the gap. The piece of line beside
 * them must be seen, unless none of it can be. */
static int free_cols(const Canvas *canvas, const Plot *plot, const Block *block, int row, int step, int wanted,
                     bool over_lines) {
  int best = 0, before = block->mark_col + step;
  if ((!block->hidden && !is_line(canvas, row, block->mark_col)) || !is_free(canvas, plot, row, before, false)) {
    return 0;
  }
  for (int cols = 1; cols <= wanted && is_free(canvas, plot, row, before + cols * step, over_lines); cols++) {
    int last = before + cols * step;
    bool gap = is_gap(canvas, plot, row, last + step, over_lines);
    if (gap && is_gap(canvas, plot, row, last + GAP * step, over_lines)) {
      best = cols;
    }
  }
  return best;
}

/* The columns that all rows of the block have from `row` on. */
static int block_cols(const Canvas *canvas, const Plot *plot, const Block *block, int row, int step, bool over_lines) {
  int cols = block->cols;
  for (int i = 0; i < block->rows && cols > 0; i++) {
    cols = free_cols(canvas, plot, block, row + i, step, cols, over_lines);
  }
  return cols;
}

/* The first place that holds the whole block, from the top row down, right of the mark before left of it; otherwise the
 * widest place. */
static Slot find_slot(const Canvas *canvas, const Plot *plot, const Block *block, bool over_lines) {
  Slot best = {0, 0, 0};
  int last = plot->rect.row + plot->rect.rows - block->rows;
  for (int row = plot->rect.row; row <= last && best.cols < block->cols; row++) {
    int right = block_cols(canvas, plot, block, row, 1, over_lines);
    if (right > best.cols) {
      best = (Slot){row, block->mark_col + 2, right};
    }
    int left = block_cols(canvas, plot, block, row, -1, over_lines);
    if (left > best.cols) {
      best = (Slot){row, block->mark_col - 1 - left, left};
    }
  }
  return best;
}

/* Makes the block lower where there is no place for all of its rows. */
static Slot place_block(const Canvas *canvas, const Plot *plot, Block *block) {
  Slot slot = {0, 0, 0};
  int least = block->cols < TEXT_LEAST ? block->cols : TEXT_LEAST;
  for (; block->rows > 0; block->rows--) {
    slot = find_slot(canvas, plot, block, false);
    if (slot.cols < block->cols) {
      slot = find_slot(canvas, plot, block, true);
    }
    if (slot.cols >= least) {
      break;
    }
  }
  return slot;
}

/* The first mark from `from` on that has words in this column of the plot; mark_count: none. */
static int next_in_column(const Canvas *canvas, const Plot *plot, const Chart *chart, int from, int col) {
  while (from < chart->mark_count && (!chart->marks[from].text || !chart->marks[from].text[0] ||
                                      plot_col(plot, canvas->charset, chart->marks[from].x) != col)) {
    from++;
  }
  return from;
}

static void draw_block(Canvas *canvas, const Plot *plot, const Chart *chart, int first, int col) {
  Block block = {.mark_col = plot->rect.col + col, .rows = 0, .cols = 0};
  for (int i = first; i < chart->mark_count; i = next_in_column(canvas, plot, chart, i + 1, col)) {
    int cols = canvas_columns(chart->marks[i].text);
    block.cols = cols > block.cols ? cols : block.cols;
    block.rows++;
  }
  Block all = block;
  Slot slot = place_block(canvas, plot, &block);
  if (block.rows == 0) {
    block = all;
    block.hidden = true;
    slot = place_block(canvas, plot, &block);
  }
  int from = slot.col > block.mark_col ? slot.col : slot.col - GAP;
  canvas_fill(canvas, rect_intersect(plot->rect, (Rect){slot.row, from, block.rows, slot.cols + GAP}), ' ',
              STYLE(ROLE_TEXT));
  for (int i = first, row = 0; row < block.rows; i = next_in_column(canvas, plot, chart, i + 1, col), row++) {
    canvas_text_fit(canvas, slot.row + row, slot.col, slot.cols, chart->marks[i].style, chart->marks[i].text);
  }
}

void marks_draw_texts(Canvas *canvas, const Plot *plot, const Chart *chart) {
  for (int i = 0; i < chart->mark_count; i++) {
    int col = plot_col(plot, canvas->charset, chart->marks[i].x);
    if (col >= 0 && next_in_column(canvas, plot, chart, 0, col) == i) {
      draw_block(canvas, plot, chart, i, col);
    }
  }
}
