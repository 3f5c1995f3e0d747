/* marks: vertical lines below the curves; words in places that are found by looking at the cells already drawn. */
#include "canvas/marks.h"

#include <stddef.h>

enum { MARK_LINE = 0x250A, CURSOR_LINE = 0x2502, LEVEL_LINE = 0x2504, TEXT_LEAST = 6 };

static uint32_t mark_glyph(Charset charset) { return charset == CHARSET_ASCII ? ':' : MARK_LINE; }
static uint32_t cursor_glyph(Charset charset) { return charset == CHARSET_ASCII ? '|' : CURSOR_LINE; }

static uint32_t level_glyph(Charset charset) { return charset == CHARSET_ASCII ? '-' : LEVEL_LINE; }

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

/* Blanks behind words: more than before them, so that it is plain which line is theirs; and how far from it they may
 * be. */
enum { GAP = 2, AWAY_MOST = 4 };

static bool is_gap(const Canvas *canvas, const Plot *plot, int row, int col, bool over_lines) {
  return !rect_contains(plot->rect, row, col) || is_free(canvas, plot, row, col, over_lines);
}

/* How strict a place must be: words that interrupt another mark's line, or that stand where curves cover the mark's
 * own, are second best. */
typedef struct Terms {
  bool over_lines, line_covered;
} Terms;

/* The columns for words from the blank at `before` on in direction `step`, at most `wanted`, with the gap behind them.
 */
static int free_cols(const Canvas *canvas, const Plot *plot, int row, int before, int step, int wanted, Terms terms) {
  int best = 0;
  if (!is_free(canvas, plot, row, before, false)) {
    return 0;
  }
  for (int cols = 1; cols <= wanted && is_free(canvas, plot, row, before + cols * step, terms.over_lines); cols++) {
    int last = before + cols * step;
    bool gap = is_gap(canvas, plot, row, last + step, terms.over_lines);
    if (gap && is_gap(canvas, plot, row, last + GAP * step, terms.over_lines)) {
      best = cols;
    }
  }
  return best;
}

/* Whether words behind `before` are plainly this mark's: no other line stands between. */
static bool is_own(const Canvas *canvas, const Block *block, int row, int before, int step, Terms terms) {
  if (!terms.line_covered && !is_line(canvas, row, block->mark_col)) {
    return false;
  }
  for (int col = block->mark_col + step; col != before; col += step) {
    if (is_line(canvas, row, col)) {
      return false;
    }
  }
  return true;
}

/* The columns that all rows of the block have from `row` on, behind the blank at `before`. */
static int block_cols(const Canvas *canvas, const Plot *plot, const Block *block, int row, int before, int step,
                      Terms terms) {
  int cols = block->cols;
  for (int i = 0; i < block->rows && cols > 0; i++) {
    bool own = is_own(canvas, block, row + i, before, step, terms);
    cols = own ? free_cols(canvas, plot, row + i, before, step, cols, terms) : 0;
  }
  return cols;
}

/* The first place that holds the whole block, from the top row down, right of the mark before left of it, and next to
 * it before a little away: a curve often jumps where an edit was made. Otherwise the widest place. */
static Slot find_slot(const Canvas *canvas, const Plot *plot, const Block *block, Terms terms) {
  Slot best = {0, 0, 0};
  int last = plot->rect.row + plot->rect.rows - block->rows;
  for (int row = plot->rect.row; row <= last && best.cols < block->cols; row++) {
    for (int away = 0; away <= AWAY_MOST && best.cols < block->cols; away++) {
      int right = block->mark_col + 1 + away, left = block->mark_col - 1 - away;
      int right_cols = block_cols(canvas, plot, block, row, right, 1, terms);
      if (right_cols > best.cols) {
        best = (Slot){row, right + 1, right_cols};
      }
      int left_cols = block_cols(canvas, plot, block, row, left, -1, terms);
      if (left_cols > best.cols) {
        best = (Slot){row, left - left_cols, left_cols};
      }
    }
  }
  return best;
}

/* A place on the strictest terms that give the words whole, or else the widest. */
static Slot find_best_slot(const Canvas *canvas, const Plot *plot, const Block *block) {
  static const Terms order[] = {{false, false}, {true, false}, {false, true}, {true, true}};
  Slot best = {0, 0, 0};
  for (size_t i = 0; i < sizeof order / sizeof *order && best.cols < block->cols; i++) {
    Slot slot = find_slot(canvas, plot, block, order[i]);
    best = slot.cols > best.cols ? slot : best;
  }
  return best;
}

/* Makes the block lower where there is no place for all of its rows. */
static Slot place_block(const Canvas *canvas, const Plot *plot, Block *block) {
  Slot slot = {0, 0, 0};
  int least = block->cols < TEXT_LEAST ? block->cols : TEXT_LEAST;
  for (; block->rows > 0; block->rows--) {
    slot = find_best_slot(canvas, plot, block);
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
  Slot slot = place_block(canvas, plot, &block);
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

/* ---- the level ---- */

/* On the canvas; -1 where it is not drawn. */
static int level_row(const Canvas *canvas, const Plot *plot, const Chart *chart) {
  int row = chart->level.text ? plot_row(plot, canvas->charset, (double)chart->level.y) : -1;
  return row >= 0 && row < plot->rect.rows - 1 ? plot->rect.row + row : -1;
}

void marks_draw_level(Canvas *canvas, const Plot *plot, const Chart *chart) {
  int row = level_row(canvas, plot, chart);
  if (row >= 0) {
    canvas_fill(canvas, (Rect){row, plot->rect.col, 1, plot->rect.cols}, level_glyph(canvas->charset), STYLE(ROLE_DIM));
  }
}

/* The rightmost column of `row` from which `cols` cells are blank or the level's; -1 = none. */
static int level_text_col(const Canvas *canvas, const Plot *plot, int row, int cols) {
  int run = 0;
  for (int col = plot->rect.col + plot->rect.cols - 1; col >= plot->rect.col; col--) {
    const Cell *cell = canvas_at(canvas, row, col);
    bool free = cell && (cell->code == ' ' || cell->code == level_glyph(canvas->charset));
    run = free ? run + 1 : 0;
    if (run == cols) {
      return col;
    }
  }
  return -1;
}

void marks_draw_level_text(Canvas *canvas, const Plot *plot, const Chart *chart) {
  static const int rows[] = {0, -1, 1};
  int level = level_row(canvas, plot, chart), bottom = plot->rect.row + plot->rect.rows - 1;
  int cols = level >= 0 ? canvas_columns(chart->level.text) + 2 : 0;
  for (int i = 0; level >= 0 && i < 3; i++) {
    int row = level + rows[i];
    int col = row >= plot->rect.row && row < bottom ? level_text_col(canvas, plot, row, cols) : -1;
    if (col >= 0) {
      canvas_fill(canvas, (Rect){row, col, 1, cols}, ' ', STYLE(ROLE_DIM));
      canvas_text(canvas, row, col + 1, STYLE(ROLE_DIM), chart->level.text);
      return;
    }
  }
}
