/* canvas: a grid of styled cells that a screen is drawn on. Pure: no terminal is needed, so every screen is a value
 * that a test can print. term/ copies it to the terminal.
 *
 * Coordinates are (row, column) from 0 at the top left. Whatever lies outside the grid or the clip rectangle is
 * dropped: no caller checks bounds, and a pane of 0 or negative size draws nothing.
 * Threads: a canvas belongs to one thread. */
#ifndef NNLAB_CANVAS_CANVAS_H
#define NNLAB_CANVAS_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* What a cell means. A palette (canvas/palette.h) says how that looks. */
typedef enum Role {
  ROLE_TEXT = 0,
  ROLE_DIM,    /* labels, hints, axes */
  ROLE_TITLE,  /* names of panels and the program */
  ROLE_BORDER, /* box lines */
  ROLE_FOCUS,  /* the selected row, the key cursor */
  ROLE_KEY,    /* a key that can be pressed */
  ROLE_TRAIN,  /* everything measured on training rows */
  ROLE_VAL,    /* everything measured on validation rows */
  ROLE_PINNED, /* the reference run */
  ROLE_MARK,   /* an edit's mark on the curves */
  ROLE_ON,     /* a toggle that is on, the filled part of a bar */
  ROLE_GOOD,
  ROLE_WARN,
  ROLE_BAD,
  ROLE_RUN, /* the first of several runs side by side; ROLE_RUN + 1 is the second, and so on: ROLE_RUNS in all */
  ROLE_RUN_LAST = ROLE_RUN + 5,
  ROLE_COUNT
} Role;

enum { ROLE_RUNS = ROLE_RUN_LAST - ROLE_RUN + 1 };
enum { ATTR_BOLD = 1, ATTR_UNDERLINE = 2, ATTR_REVERSE = 4, ATTR_FAINT = 8 };

typedef struct Style {
  uint8_t role; /* Role */
  uint8_t attr; /* ATTR_ bits */
} Style;

#define STYLE(role_) ((Style){.role = (uint8_t)(role_), .attr = 0})
#define STYLE_BOLD(role_) ((Style){.role = (uint8_t)(role_), .attr = ATTR_BOLD})

/* How finely shapes can be drawn, detected from the locale, changed by a key. ASCII draws everything (boxes, bars,
 * curves, marks) with bytes below 128. */
typedef enum Charset { CHARSET_BRAILLE = 0, CHARSET_BLOCK, CHARSET_ASCII, CHARSET_COUNT } Charset;

typedef struct Cell {
  uint32_t code; /* Unicode; 0 = the right half of the wide character before it */
  Style style;
} Cell;

typedef struct Rect {
  int row, col, rows, cols;
} Rect;

typedef struct Canvas {
  int rows, cols;
  Charset charset;
  Rect clip;   /* drawing outside is dropped; the whole grid unless canvas_clip narrowed it */
  Cell *cells; /* rows * cols, row-major */
} Canvas;

/* A blank canvas (spaces, ROLE_TEXT) from the arena, at least 1 x 1. */
Canvas *canvas_create(Arena *arena, int rows, int cols, Charset charset);
/* Makes the whole grid blank and takes the clip off: the start of a frame. */
void canvas_clear(Canvas *canvas);
/* Narrows drawing to `rect` cut with the present clip; returns the clip before, to be put back. */
Rect canvas_clip(Canvas *canvas, Rect rect);
/* The cell at (row, col), or NULL outside the grid. */
const Cell *canvas_at(const Canvas *canvas, int row, int col);

/* Draws one character; returns the columns it takes, 1 or 2. What has no width (control, combining) becomes a blank.
 * Where half of a wide character is overwritten or clipped, its other half becomes a blank. */
int canvas_put(Canvas *canvas, int row, int col, uint32_t code, Style style);
/* Draws text from (row, col) to the right; returns the columns it takes (also those that were clipped), which do not
 * depend on the charset. The text is shown safely whatever its bytes are: control characters and bytes that are not
 * UTF-8 become '?', newlines and tabs a blank, combining characters are dropped. Characters that `charset` ASCII
 * cannot show become a fitting ASCII one (arrows, bullets, dots, dashes, letters without their accents) or '?'. */
int canvas_text(Canvas *canvas, int row, int col, Style style, const char *text);
/* The columns that canvas_text takes for `text`. */
int canvas_columns(const char *text);
int canvas_printf(Canvas *canvas, int row, int col, Style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The same, cut to `width` columns with an ellipsis ('~' in ASCII) at the cut; returns the columns drawn. */
int canvas_text_fit(Canvas *canvas, int row, int col, int width, Style style, const char *text);
/* Wraps at blanks (or inside words longer than the width) into `rect`; an empty line of the text stays one, a final
 * newline makes none. Skips the first `skip` lines. Returns how many lines the whole text takes; 0 where the
 * rectangle has no columns. */
int canvas_text_wrap(Canvas *canvas, Rect rect, int skip, Style style, const char *text);
void canvas_fill(Canvas *canvas, Rect rect, uint32_t code, Style style);
/* Changes the style of cells that are drawn, and leaves their characters: a selection bar. */
void canvas_restyle(Canvas *canvas, Rect rect, Style style);

/* A box with round corners (or + - |) around `rect`; `title` (may be NULL) in the top line, `note` (may be NULL) at the
 * right of the top line when there is room. The title has ROLE_TITLE in a ROLE_BORDER box, otherwise the box's own
 * style, so that a box in ROLE_FOCUS has its name lit. What is inside the box stays. */
void canvas_box(Canvas *canvas, Rect rect, Style style, const char *title, const char *note);
/* A line that joins the left and right sides of a box at `row`, with a title. */
void canvas_box_divider(Canvas *canvas, Rect box, int row, Style style, const char *title);
/* What is inside a box: `rect` without `by` cells on each side, never of negative size. */
Rect rect_inset(Rect rect, int by);
Rect rect_intersect(Rect a, Rect b);
bool rect_contains(Rect rect, int row, int col);

/* A bar of `width` cells, `fraction` (0..1, clamped; not a number = 0) of it filled, to the nearest cell: ▰▰▱▱ in
 * braille, ██░░ in blocks (fonts without braille often lack the former), ##-- in ASCII. */
void canvas_bar(Canvas *canvas, int row, int col, int width, double fraction, Style filled, Style empty);

/* The grid as UTF-8 text, one line a row, trailing blanks cut: for golden tests and headless output. From the arena. */
char *canvas_dump(const Canvas *canvas, Arena *arena);
/* The same with each cell's role as a letter (a = ROLE_TEXT ... and upper case where an attribute is set); only blanks
 * in plain ROLE_TEXT are cut at the end. */
char *canvas_dump_roles(const Canvas *canvas, Arena *arena);

#endif
