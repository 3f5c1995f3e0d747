#include "plot/pen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>

struct Pen {
  PenFormat format;
  cairo_surface_t *surface;
  cairo_t *cairo;
  Colour line, ink;
  FILE *out; /* to `bytes` */
  char *bytes;
  size_t length;
};

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned length) {
  return fwrite(bytes, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *surface_of(Pen *pen, int width, int height) {
  switch (pen->format) {
    case PEN_SVG:
      return cairo_svg_surface_create_for_stream(take_bytes, pen->out, width, height);
    case PEN_PDF:
      return cairo_pdf_surface_create_for_stream(take_bytes, pen->out, width, height);
    default:
      return cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  }
}

static void set_colour(const Pen *pen, Colour colour) {
  cairo_set_source_rgb(pen->cairo, (colour >> 16 & 255) / 255.0, (colour >> 8 & 255) / 255.0, (colour & 255) / 255.0);
}

Status pen_open(Pen **pen, PenFormat format, int width, int height, double scale, Error *err) {
  Pen *made = calloc(1, sizeof *made);
  FILE *out = made ? open_memstream(&made->bytes, &made->length) : NULL;
  if (!out) {
    free(made);
    return error_set(err, STATUS_IO, "cannot draw: %s", strerror(errno));
  }
  made->format = format;
  made->out = out;
  made->surface = surface_of(made, width, height);
  made->cairo = cairo_create(made->surface);
  set_colour(made, 0xFFFFFF);
  cairo_paint(made->cairo);
  cairo_scale(made->cairo, scale, scale);
  cairo_set_line_join(made->cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE); /* a text is as wide in every format and size */
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(made->cairo, options);
  cairo_font_options_destroy(options);
  *pen = made;
  return STATUS_OK;
}

Status pen_close(Pen *pen, char **bytes, size_t *length, Error *err) {
  cairo_status_t result = cairo_status(pen->cairo);
  if (result == CAIRO_STATUS_SUCCESS && pen->format == PEN_PNG) {
    result = cairo_surface_write_to_png_stream(pen->surface, take_bytes, pen->out);
  }
  cairo_destroy(pen->cairo);
  cairo_surface_finish(pen->surface);
  result = result == CAIRO_STATUS_SUCCESS ? cairo_surface_status(pen->surface) : result;
  cairo_surface_destroy(pen->surface);
  bool failed = ferror(pen->out) != 0;
  failed = fclose(pen->out) != 0 || failed || result != CAIRO_STATUS_SUCCESS;
  if (failed) {
    free(pen->bytes);
  } else {
    *bytes = pen->bytes;
    *length = pen->length;
  }
  free(pen);
  return failed ? error_set(err, STATUS_IO, "cannot draw: %s", cairo_status_to_string(result)) : STATUS_OK;
}

void pen_line_style(Pen *pen, Colour colour, double width, PenDash dash) {
  static const struct {
    double lengths[2];
    int count;
  } dashes[] = {[DASH_NONE] = {{0}, 0}, [DASH_LONG] = {{5, 3}, 2}, [DASH_DOTS] = {{1, 2.5}, 2}};
  pen->line = colour;
  cairo_set_line_width(pen->cairo, width);
  cairo_set_dash(pen->cairo, dashes[dash].lengths, dashes[dash].count, 0);
}

void pen_text_style(Pen *pen, Colour colour, double size, bool bold) {
  pen->ink = colour;
  cairo_select_font_face(pen->cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(pen->cairo, size);
}

void pen_clip(Pen *pen, Box box) {
  cairo_save(pen->cairo);
  cairo_rectangle(pen->cairo, box.x, box.y, box.width, box.height);
  cairo_clip(pen->cairo);
}

void pen_unclip(Pen *pen) { cairo_restore(pen->cairo); }

void pen_move(Pen *pen, double x, double y) { cairo_move_to(pen->cairo, x, y); }
void pen_draw(Pen *pen, double x, double y) { cairo_line_to(pen->cairo, x, y); }

void pen_stroke(Pen *pen) {
  set_colour(pen, pen->line);
  cairo_stroke(pen->cairo);
}

void pen_segment(Pen *pen, double x, double y, double dx, double dy) {
  pen_move(pen, x, y);
  pen_draw(pen, x + dx, y + dy);
  pen_stroke(pen);
}

static void circle(Pen *pen, double x, double y, double radius, Colour fill) {
  cairo_new_path(pen->cairo);
  cairo_arc(pen->cairo, x, y, radius, 0, 6.283185307179586);
  cairo_close_path(pen->cairo);
  set_colour(pen, fill);
  cairo_fill_preserve(pen->cairo);
}

void pen_dot(Pen *pen, double x, double y, double radius) {
  circle(pen, x, y, radius, pen->line);
  cairo_new_path(pen->cairo);
}

void pen_ring(Pen *pen, double x, double y, double radius) {
  circle(pen, x, y, radius, 0xFFFFFF);
  pen_stroke(pen);
}

double pen_text_width(Pen *pen, const char *text) {
  cairo_text_extents_t extents;
  cairo_text_extents(pen->cairo, text, &extents);
  return extents.x_advance;
}

void pen_text(Pen *pen, double x, double y, PenAlign align, const char *text) {
  double width = align == ALIGN_LEFT ? 0 : pen_text_width(pen, text);
  set_colour(pen, pen->ink);
  cairo_move_to(pen->cairo, align == ALIGN_MIDDLE ? x - width / 2 : x - width, y);
  cairo_show_text(pen->cairo, text);
  cairo_new_path(pen->cairo);
}
