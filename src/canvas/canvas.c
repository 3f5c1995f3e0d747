/* canvas: the grid, its shapes and its dumps; text is in text.c. Invariant of the grid: a cell with code 0 lies right
 * of a character of width 2, and right of each such character lies one. write_cell keeps it. */
#include "canvas/canvas.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "canvas/fold.h"

static int to_int(int64_t value) { return value > INT_MAX ? INT_MAX : value < INT_MIN ? INT_MIN : (int)value; }

Rect rect_intersect(Rect a, Rect b) {
  int row = a.row > b.row ? a.row : b.row;
  int col = a.col > b.col ? a.col : b.col;
  int64_t a_bottom = (int64_t)a.row + a.rows, b_bottom = (int64_t)b.row + b.rows;
  int64_t a_right = (int64_t)a.col + a.cols, b_right = (int64_t)b.col + b.cols;
  int64_t rows = (a_bottom < b_bottom ? a_bottom : b_bottom) - row;
  int64_t cols = (a_right < b_right ? a_right : b_right) - col;
  return (Rect){row, col, rows > 0 ? to_int(rows) : 0, cols > 0 ? to_int(cols) : 0};
}

Rect rect_inset(Rect rect, int by) {
  int64_t rows = rect.rows - 2 * (int64_t)by, cols = rect.cols - 2 * (int64_t)by;
  return (Rect){to_int((int64_t)rect.row + by), to_int((int64_t)rect.col + by), rows > 0 ? to_int(rows) : 0,
                cols > 0 ? to_int(cols) : 0};
}

bool rect_contains(Rect rect, int row, int col) {
  return row >= rect.row && col >= rect.col && (int64_t)row - rect.row < rect.rows &&
         (int64_t)col - rect.col < rect.cols;
}

static Rect whole(const Canvas *canvas) { return (Rect){0, 0, canvas->rows, canvas->cols}; }

Canvas *canvas_create(Arena *arena, int rows, int cols, Charset charset) {
  Canvas *canvas = ARENA_NEW(arena, Canvas);
  canvas->rows = rows > 1 ? rows : 1;
  canvas->cols = cols > 1 ? cols : 1;
  canvas->charset = charset;
  canvas->cells = ARENA_ARRAY(arena, Cell, (size_t)canvas->rows * (size_t)canvas->cols);
  canvas_clear(canvas);
  return canvas;
}

void canvas_clear(Canvas *canvas) {
  size_t count = (size_t)canvas->rows * (size_t)canvas->cols;
  for (size_t i = 0; i < count; i++) {
    canvas->cells[i] = (Cell){.code = ' ', .style = STYLE(ROLE_TEXT)};
  }
  canvas->clip = whole(canvas);
}

Rect canvas_clip(Canvas *canvas, Rect rect) {
  Rect before = canvas->clip;
  canvas->clip = rect_intersect(before, rect);
  return before;
}

static Cell *cell_at(const Canvas *canvas, int row, int col) {
  return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

const Cell *canvas_at(const Canvas *canvas, int row, int col) {
  return rect_contains(whole(canvas), row, col) ? cell_at(canvas, row, col) : NULL;
}

static bool can_draw(const Canvas *canvas, int row, int col) {
  return rect_contains(canvas->clip, row, col) && rect_contains(whole(canvas), row, col);
}

/* Writes one cell. A wide character that loses a half by it becomes a blank: half a character is never shown. */
static void write_cell(Canvas *canvas, int row, int col, uint32_t code, Style style) {
  Cell *cell = cell_at(canvas, row, col);
  if (cell->code == 0 && col > 0) {
    cell[-1].code = ' ';
  }
  if (col + 1 < canvas->cols && cell[1].code == 0) {
    cell[1].code = ' ';
  }
  *cell = (Cell){.code = code, .style = style};
}

static void write_wide(Canvas *canvas, int row, int col, uint32_t code, Style style) {
  bool left = can_draw(canvas, row, col), right = col < INT_MAX && can_draw(canvas, row, col + 1);
  uint32_t only_half = canvas->charset == CHARSET_ASCII ? '?' : ' ';
  if (left) {
    write_cell(canvas, row, col, only_half, style);
  }
  if (right) {
    write_cell(canvas, row, col + 1, only_half, style);
  }
  if (left && right && canvas->charset != CHARSET_ASCII) {
    cell_at(canvas, row, col)->code = code;
    cell_at(canvas, row, col + 1)->code = 0;
  }
}

/* utf8_width searches tables, and most of a screen is ASCII, lines and braille. */
static int fast_width(uint32_t code) {
  bool ascii = code >= ' ' && code < 0x7F, shape = code >= 0x2500 && code <= 0x28FF;
  return ascii || shape ? 1 : utf8_width(code);
}

int canvas_put(Canvas *canvas, int row, int col, uint32_t code, Style style) {
  int width = fast_width(code);
  if (width == 2) {
    write_wide(canvas, row, col, code, style);
    return 2;
  }
  if (can_draw(canvas, row, col)) {
    uint32_t shown = width == 0 ? ' ' : canvas->charset == CHARSET_ASCII ? fold_to_ascii(code) : code;
    write_cell(canvas, row, col, shown, style);
  }
  return 1;
}

void canvas_fill(Canvas *canvas, Rect rect, uint32_t code, Style style) {
  Rect part = rect_intersect(rect_intersect(rect, canvas->clip), whole(canvas));
  Rect before = canvas_clip(canvas, part);
  for (int row = part.row; row < part.row + part.rows; row++) {
    for (int col = part.col; col < part.col + part.cols;) {
      col += canvas_put(canvas, row, col, code, style);
    }
  }
  canvas->clip = before;
}

void canvas_restyle(Canvas *canvas, Rect rect, Style style) {
  Rect part = rect_intersect(rect_intersect(rect, canvas->clip), whole(canvas));
  for (int row = part.row; row < part.row + part.rows; row++) {
    for (int col = part.col; col < part.col + part.cols; col++) {
      cell_at(canvas, row, col)->style = style;
    }
  }
}

typedef struct BoxGlyphs {
  uint32_t horizontal, vertical, top_left, top_right, bottom_left, bottom_right, join_left, join_right;
} BoxGlyphs;

static BoxGlyphs box_glyphs(Charset charset) {
  return charset == CHARSET_ASCII ? (BoxGlyphs){'-', '|', '+', '+', '+', '+', '+', '+'}
                                  : (BoxGlyphs){0x2500, 0x2502, 0x256D, 0x256E, 0x2570, 0x256F, 0x251C, 0x2524};
}

/* The title in a box's line, "─ title ─"; returns the first column behind it. */
static int box_title(Canvas *canvas, Rect box, int row, Style style, const char *title) {
  int room = box.cols - 6;
  if (!title || !*title || room < 1) {
    return box.col + 2;
  }
  Style shown = style.role == ROLE_BORDER ? STYLE(ROLE_TITLE) : style;
  int width = canvas_text_fit(canvas, row, box.col + 3, room, shown, title);
  canvas_put(canvas, row, box.col + 2, ' ', style);
  canvas_put(canvas, row, box.col + 3 + width, ' ', style);
  return box.col + 4 + width;
}

static void box_note(Canvas *canvas, Rect box, int first, const char *note) {
  int width = note ? canvas_columns(note) : 0;
  int col = box.col + box.cols - width - 3;
  if (width > 0 && col - 2 >= first) {
    canvas_put(canvas, box.row, col - 1, ' ', STYLE(ROLE_BORDER));
    canvas_text(canvas, box.row, col, STYLE(ROLE_DIM), note);
    canvas_put(canvas, box.row, col + width, ' ', STYLE(ROLE_BORDER));
  }
}

/* Boxes are never that far out or that large, and the sums below them stay in range. */
static bool box_is_sane(Rect box) {
  enum { FAR = 1 << 24 };
  return box.rows >= 2 && box.cols >= 2 && box.rows < FAR && box.cols < FAR && box.row > -FAR && box.row < FAR &&
         box.col > -FAR && box.col < FAR;
}

void canvas_box(Canvas *canvas, Rect rect, Style style, const char *title, const char *note) {
  if (!box_is_sane(rect)) {
    return;
  }
  BoxGlyphs glyphs = box_glyphs(canvas->charset);
  int bottom = rect.row + rect.rows - 1, right = rect.col + rect.cols - 1;
  canvas_fill(canvas, (Rect){rect.row, rect.col, 1, rect.cols}, glyphs.horizontal, style);
  canvas_fill(canvas, (Rect){bottom, rect.col, 1, rect.cols}, glyphs.horizontal, style);
  canvas_fill(canvas, (Rect){rect.row, rect.col, rect.rows, 1}, glyphs.vertical, style);
  canvas_fill(canvas, (Rect){rect.row, right, rect.rows, 1}, glyphs.vertical, style);
  canvas_put(canvas, rect.row, rect.col, glyphs.top_left, style);
  canvas_put(canvas, rect.row, right, glyphs.top_right, style);
  canvas_put(canvas, bottom, rect.col, glyphs.bottom_left, style);
  canvas_put(canvas, bottom, right, glyphs.bottom_right, style);
  int free_from = box_title(canvas, rect, rect.row, style, title);
  box_note(canvas, rect, free_from, note);
}

void canvas_box_divider(Canvas *canvas, Rect box, int row, Style style, const char *title) {
  if (!box_is_sane(box) || row <= box.row || row >= box.row + box.rows - 1) {
    return;
  }
  BoxGlyphs glyphs = box_glyphs(canvas->charset);
  canvas_fill(canvas, (Rect){row, box.col, 1, box.cols}, glyphs.horizontal, style);
  canvas_put(canvas, row, box.col, glyphs.join_left, style);
  canvas_put(canvas, row, box.col + box.cols - 1, glyphs.join_right, style);
  (void)box_title(canvas, box, row, style, title);
}

void canvas_bar(Canvas *canvas, int row, int col, int width, double fraction, Style filled, Style empty) {
  static const uint32_t on[CHARSET_COUNT] = {0x25B0, 0x2588, '#'}, off[CHARSET_COUNT] = {0x25B1, 0x2591, '-'};
  if (width <= 0) {
    return;
  }
  double part = fraction > 0 ? fmin(fraction, 1) : 0; /* not a number is not above 0 */
  int full = (int)(part * width + 0.5);
  canvas_fill(canvas, (Rect){row, col, 1, full}, on[canvas->charset], filled);
  canvas_fill(canvas, (Rect){row, to_int((int64_t)col + full), 1, width - full}, off[canvas->charset], empty);
}

char *canvas_dump(const Canvas *canvas, Arena *arena) {
  size_t cells = (size_t)canvas->rows * (size_t)canvas->cols;
  char *text = ARENA_ARRAY(arena, char, cells * 4 + (size_t)canvas->rows + 1);
  char *end = text;
  for (int row = 0; row < canvas->rows; row++) {
    char *line_end = end;
    for (int col = 0; col < canvas->cols; col++) {
      uint32_t code = cell_at(canvas, row, col)->code;
      char shown[5];
      int length = code == 0 ? 0 : utf8_encode(code, shown);
      memcpy(end, shown, (size_t)length);
      end += length;
      line_end = code == ' ' ? line_end : end;
    }
    end = line_end;
    *end++ = '\n';
  }
  *end = '\0';
  return text;
}

char *canvas_dump_roles(const Canvas *canvas, Arena *arena) {
  size_t cells = (size_t)canvas->rows * (size_t)canvas->cols;
  char *text = ARENA_ARRAY(arena, char, cells + (size_t)canvas->rows + 1);
  char *end = text;
  for (int row = 0; row < canvas->rows; row++) {
    char *line_end = end;
    for (int col = 0; col < canvas->cols; col++) {
      const Cell *cell = cell_at(canvas, row, col);
      bool blank = cell->code == ' ' && cell->style.role == ROLE_TEXT && cell->style.attr == 0;
      *end++ = (char)((cell->style.attr ? 'A' : 'a') + cell->style.role);
      line_end = blank ? line_end : end;
    }
    end = line_end;
    *end++ = '\n';
  }
  *end = '\0';
  return text;
}
