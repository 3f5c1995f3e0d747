/* pen: ink on a page that becomes a file's bytes. All of cairo is behind it. Lengths and places are in units of the
 * page, y downwards; text is printable UTF-8. What goes wrong while it draws is told by pen_close. Threads: one. */
#ifndef NNLAB_PLOT_PEN_H
#define NNLAB_PLOT_PEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef enum PenFormat { PEN_SVG = 0, PEN_PNG, PEN_PDF, PEN_FORMAT_COUNT } PenFormat;
typedef enum PenDash { DASH_NONE = 0, DASH_LONG, DASH_DOTS } PenDash;
typedef enum PenAlign { ALIGN_LEFT = 0, ALIGN_MIDDLE, ALIGN_RIGHT } PenAlign;
typedef uint32_t Colour; /* 0xRRGGBB */

typedef struct Box {
  double x, y, width, height;
} Box;

typedef struct Pen Pen;

/* A white page of `width` x `height` pixels (points in a PDF), each unit being `scale` of them. End it with pen_close.
 */
MUST_USE Status pen_open(Pen **pen, PenFormat format, int width, int height, double scale, Error *err);
/* Ends the page: `bytes`, to be freed, are the file's. The pen is gone, also after an error. */
MUST_USE Status pen_close(Pen *pen, char **bytes, size_t *length, Error *err);

/* How what follows looks. */
void pen_line_style(Pen *pen, Colour colour, double width, PenDash dash);
void pen_text_style(Pen *pen, Colour colour, double size, bool bold);
/* What follows shows inside `box` only, until pen_unclip. */
void pen_clip(Pen *pen, Box box);
void pen_unclip(Pen *pen);

/* A line from place to place: pen_move, pen_draw ..., pen_stroke. */
void pen_move(Pen *pen, double x, double y);
void pen_draw(Pen *pen, double x, double y);
void pen_stroke(Pen *pen);
/* From (x, y) over (dx, dy). */
void pen_segment(Pen *pen, double x, double y, double dx, double dy);
/* A circle in the line's style: filled, or white within. */
void pen_dot(Pen *pen, double x, double y, double radius);
void pen_ring(Pen *pen, double x, double y, double radius);

/* On the base line y; x is its left end, middle or right end. */
void pen_text(Pen *pen, double x, double y, PenAlign align, const char *text);
double pen_text_width(Pen *pen, const char *text);

#endif
