#include "term/blit.h"

#include <stdlib.h>
#include <wchar.h>

static const uint32_t CODE_UNKNOWN = 0xFFFFFFFFu;
static const Cell BLANK = {.code = ' ', .style = {.role = ROLE_TEXT}};

static int count_colors(void) {
  const char *refusal = getenv("NO_COLOR"); /* no-color.org: any text that is not empty */
  if ((refusal && *refusal) || !has_colors() || start_color() != OK || COLOR_PAIRS <= ROLE_COUNT) {
    return 0;
  }
  /* Beyond 256 a number is not an index but a mixture of red, green and blue; the first 8 remain what they were. */
  return COLORS > 256 ? 8 : COLORS == 256 ? 256 : COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 0;
}

void blit_init(Blit *blit, bool is_utf8) {
  *blit = (Blit){.is_utf8 = is_utf8, .colors = count_colors(), .background = COLOR_BLACK, .palette = PALETTE_COUNT};
  arena_init(&blit->arena, 0);
  if (blit->colors > 0 && use_default_colors() == OK) {
    blit->background = -1;
  }
}

void blit_deinit(Blit *blit) { arena_deinit(&blit->arena); }

static void forget(Blit *blit) {
  for (int i = 0; i < blit->rows * blit->cols; i++) {
    blit->shown[i].code = CODE_UNKNOWN;
  }
}

void blit_resize(Blit *blit, int rows, int cols) {
  arena_reset(&blit->arena);
  blit->rows = rows;
  blit->cols = cols;
  blit->shown = ARENA_ARRAY(&blit->arena, Cell, (size_t)rows * (size_t)cols);
  blit->line = ARENA_ARRAY(&blit->arena, Cell, (size_t)cols);
  blit->out = ARENA_ARRAY(&blit->arena, cchar_t, (size_t)cols);
  forget(blit);
}

static attr_t curses_attr(unsigned attr) {
  return ((attr & ATTR_BOLD) ? A_BOLD : 0u) | ((attr & ATTR_UNDERLINE) ? A_UNDERLINE : 0u) |
         ((attr & ATTR_REVERSE) ? A_REVERSE : 0u) | ((attr & ATTR_FAINT) ? A_DIM : 0u);
}

static Look make_look(const Blit *blit, PaletteEntry entry, short pair) {
  Look look = {.attr = curses_attr(entry.attr), .pair = 0};
  int color = blit->colors == 256 ? entry.fg256 : blit->colors > 0 ? entry.fg16 : -1;
  if (blit->colors == 8 && color >= 8) {
    look.attr |= A_BOLD;
    color -= 8;
  }
  if (color >= 0 && init_pair(pair, (short)color, blit->background) == OK) {
    look.pair = pair;
  }
  return look;
}

/* xterm's greys 232 .. 255, from the darkest to the lightest, are the 256 colours' last. */
static void make_shades(Blit *blit) {
  static const short greys[SHADES] = {16, 235, 239, 242, 245, 248, 252, 231};
  for (int role = ROLE_SHADES; role < ROLE_END; role++) {
    short pair = (short)(role + 1);
    bool made = blit->colors == 256 && pair < COLOR_PAIRS && blit->palette != PALETTE_NONE &&
                init_pair(pair, greys[shade_top(role)], greys[shade_bottom(role)]) == OK;
    blit->looks[role] = (Look){.attr = A_NORMAL, .pair = made ? pair : (short)0};
  }
}

void blit_set_palette(Blit *blit, PaletteKind palette) {
  if (palette == blit->palette) {
    return;
  }
  blit->palette = palette;
  for (int role = 0; role < ROLE_COUNT; role++) {
    blit->looks[role] = make_look(blit, palette_entry(palette, (Role)role), (short)(role + 1));
  }
  make_shades(blit);
  forget(blit);
}

static bool cell_equal(Cell a, Cell b) {
  return a.code == b.code && a.style.role == b.style.role && a.style.attr == b.style.attr;
}

/* What libc does not take for as wide as the canvas does would shift the rest of the line. */
static wchar_t shown_code(const Blit *blit, uint32_t code, bool is_wide) {
  if (code >= ' ' && code < 127 && !is_wide) {
    return (wchar_t)code;
  }
  return blit->is_utf8 && wcwidth((wchar_t)code) == (is_wide ? 2 : 1) ? (wchar_t)code : L'?';
}

static void put_cell(const Blit *blit, cchar_t *out, wchar_t code, Style style) {
  Look look = blit->looks[style.role < ROLE_END ? style.role : ROLE_TEXT];
  if (style.role >= ROLE_SHADES && look.pair != 0) {
    code = 0x2580; /* ▀: the pair's colours are its halves */
  }
  wchar_t text[2] = {code, L'\0'};
  look.attr |= curses_attr(style.attr);
  if (code == L' ' && !(look.attr & (A_UNDERLINE | A_REVERSE))) {
    look = (Look){.attr = A_NORMAL}; /* a blank has no foreground: equal blanks cost less */
  }
  (void)setcchar(out, text, look.attr, look.pair, NULL);
}

/* The row of the canvas as wide as the screen. Half a wide character is a blank. */
static void load_line(Blit *blit, const Canvas *canvas, int row) {
  for (int col = 0; col < blit->cols; col++) {
    bool inside = row < canvas->rows && col < canvas->cols;
    blit->line[col] = inside ? canvas->cells[row * canvas->cols + col] : BLANK;
  }
  if (blit->line[0].code == 0) {
    blit->line[0] = BLANK;
  }
  if (blit->cols < canvas->cols && row < canvas->rows && canvas->cells[row * canvas->cols + blit->cols].code == 0) {
    blit->line[blit->cols - 1] = BLANK;
  }
}

static void put_span(Blit *blit, int row, int from, int to) {
  int count = 0;
  while (from > 0 && blit->line[from].code == 0) {
    from--;
  }
  for (int col = from; col < to; col++) {
    Cell cell = blit->line[col];
    bool is_wide = col + 1 < blit->cols && blit->line[col + 1].code == 0;
    wchar_t code = shown_code(blit, cell.code, is_wide);
    put_cell(blit, &blit->out[count++], code, cell.style);
    if (is_wide) {
      col++;
      if (code == L'?') {
        put_cell(blit, &blit->out[count++], L' ', cell.style);
      }
    }
  }
  (void)mvadd_wchnstr(row, from, blit->out, count);
}

static bool blit_row(Blit *blit, const Canvas *canvas, int row) {
  Cell *shown = &blit->shown[(size_t)row * (size_t)blit->cols];
  int from = 0, to = blit->cols;
  load_line(blit, canvas, row);
  while (from < to && cell_equal(shown[from], blit->line[from])) {
    from++;
  }
  while (to > from && cell_equal(shown[to - 1], blit->line[to - 1])) {
    to--;
  }
  if (from == to) {
    return false;
  }
  put_span(blit, row, from, to);
  for (int col = from; col < to; col++) {
    shown[col] = blit->line[col];
  }
  return true;
}

bool blit_canvas(Blit *blit, const Canvas *canvas) {
  bool changed = false;
  for (int row = 0; row < blit->rows; row++) {
    changed = blit_row(blit, canvas, row) || changed;
  }
  return changed;
}
