#include "plot/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "canvas/chart.h"
#include "plot/panel.h"

static const double MARGIN = 14, TITLE_ROW = 22, LEGEND_ROW = 15, TITLE_SIZE = 14;
static const double SAMPLE = 24, BEST_WIDTH = 112; /* of a line in the legend, of a column of best values */
static const double USUAL_AREA = 900.0 * 600.0;    /* pixels at which a unit is one of them */

Status plot_format(const char *path, PenFormat *format, Error *err) {
  static const char *const endings[PEN_FORMAT_COUNT] = {".svg", ".png", ".pdf"};
  for (int i = 0; i < PEN_FORMAT_COUNT; i++) {
    if (str_ends_in(path, endings[i])) {
      *format = (PenFormat)i;
      return STATUS_OK;
    }
  }
  return error_set(err, STATUS_USAGE, "%s: the ending says what is written: .svg, .png or .pdf", path);
}

/* --- legend ------------------------------------------------------------------------------------------------------- */

/* The text, or as much of it as `room` has place for. */
static const char *fit_text(Pen *pen, Arena *arena, const char *text, double room) {
  enum { LONGEST = 400 };
  char *fit = arena_alloc(arena, LONGEST + 4, 1, 1);
  if (strlen(text) <= LONGEST && pen_text_width(pen, text) <= room) {
    return text;
  }
  str_copy(fit, LONGEST, text);
  for (size_t length = strlen(fit); length > 0;) {
    while (--length > 0 && ((unsigned char)fit[length] & 0xC0) == 0x80) {
    }
    memcpy(fit + length, "…", sizeof "…");
    if (pen_text_width(pen, fit) <= room) {
      return fit;
    }
  }
  return "";
}

/* What the lines' styles mean; at the right the heads of the columns of best values. */
static void draw_styles(Pen *pen, Arena *arena, const Plot *plot, Box box) {
  static const struct {
    const char *text;
    PenDash dash;
  } styles[] = {{"train", DASH_NONE}, {"validation", DASH_LONG}};
  double x = box.x, y = box.y + LEGEND_ROW - 4;
  pen_text_style(pen, PLOT_FAINT_TEXT, PLOT_SMALL, false);
  for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
    pen_line_style(pen, PLOT_FAINT_TEXT, PLOT_LINE, styles[i].dash);
    pen_segment(pen, x, y - 3, SAMPLE, 0);
    pen_text(pen, x + SAMPLE + 5, y, ALIGN_LEFT, styles[i].text);
    x += SAMPLE + 5 + pen_text_width(pen, styles[i].text) + 16;
  }
  pen_line_style(pen, PLOT_FAINT_TEXT, PLOT_LINE, DASH_NONE);
  pen_ring(pen, x + PLOT_RING, y - 3, PLOT_RING);
  pen_text(pen, x + 12, y, ALIGN_LEFT, "best");
  for (int p = 0; p < plot->panel_count; p++) {
    double right = box.x + box.width - (plot->panel_count - 1 - p) * BEST_WIDTH;
    pen_text(pen, right, y, ALIGN_RIGHT, arena_printf(arena, "best val_%s", panel_key(plot, plot->panels[p])));
  }
}

static const char *best_text(Arena *arena, const PlotRun *run, PlotMetric metric) {
  PanelBest best = panel_best(run, metric);
  char value[32];
  if (best.epoch < 0) {
    return "-";
  }
  chart_value_label(value, sizeof value, best.value);
  return arena_printf(arena, "%s (%d)", value, best.epoch + 1);
}

static double widest_name(Pen *pen, const Plot *plot) {
  double widest = 0;
  for (int r = 0; r < plot->run_count; r++) {
    widest = fmax(widest, pen_text_width(pen, plot->runs[r].name));
  }
  return widest;
}

static void draw_legend(Pen *pen, Arena *arena, const Plot *plot, Box box) {
  double names = box.x + SAMPLE + 5, end = box.x + box.width - plot->panel_count * BEST_WIDTH;
  draw_styles(pen, arena, plot, box);
  pen_text_style(pen, PLOT_TEXT, PLOT_SMALL, true);
  double words = names + fmin(widest_name(pen, plot), (end - names) * 0.6) + 10;
  for (int r = 0; r < plot->run_count; r++) {
    const PlotRun *run = &plot->runs[r];
    double y = box.y + (r + 2) * LEGEND_ROW - 4;
    pen_line_style(pen, panel_colour(r), 4, DASH_NONE);
    pen_segment(pen, box.x, y - 3, SAMPLE, 0);
    pen_text_style(pen, PLOT_TEXT, PLOT_SMALL, true);
    pen_text(pen, names, y, ALIGN_LEFT, fit_text(pen, arena, run->name, words - names - 8));
    pen_text_style(pen, PLOT_TEXT, PLOT_SMALL, false);
    pen_text(pen, words, y, ALIGN_LEFT, fit_text(pen, arena, run->words, end - words));
    for (int p = 0; p < plot->panel_count; p++) {
      double right = box.x + box.width - (plot->panel_count - 1 - p) * BEST_WIDTH;
      pen_text(pen, right, y, ALIGN_RIGHT, best_text(arena, run, plot->panels[p]));
    }
  }
}

/* --- page --------------------------------------------------------------------------------------------------------- */

static void draw_page(Pen *pen, Arena *arena, const Plot *plot, double width, double height) {
  Box box = {MARGIN, MARGIN, width - 2 * MARGIN, (plot->run_count + 1) * LEGEND_ROW};
  if (*plot->title) {
    pen_text_style(pen, PLOT_TEXT, TITLE_SIZE, true);
    pen_text(pen, box.x, box.y + TITLE_SIZE - 2, ALIGN_LEFT, fit_text(pen, arena, plot->title, box.width));
    box.y += TITLE_ROW;
  }
  draw_legend(pen, arena, plot, box);
  double top = box.y + box.height + 4;
  double each = (height - 8 - top) / plot->panel_count;
  for (int p = 0; p < plot->panel_count; p++) {
    panel_draw(pen, arena, plot, plot->panels[p], (Box){0, top + p * each, width, each});
  }
}

/* --- file --------------------------------------------------------------------------------------------------------- */

static void put_escaped(FILE *out, const char *text) {
  for (; *text; text++) {
    const char *name = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : NULL;
    if (name) {
      (void)fputs(name, out);
    } else {
      (void)fputc(*text, out);
    }
  }
}

/* In an SVG text is outlines: who searches it, or has it read aloud, needs it as text too. */
static Status add_description(const Plot *plot, char **bytes, size_t *length, Error *err) {
  char *described = NULL;
  size_t size = 0;
  const char *root = strstr(*bytes, "<svg"), *inside = root ? strchr(root, '>') : NULL;
  FILE *out = inside ? open_memstream(&described, &size) : NULL;
  if (!out) {
    return error_set(err, STATUS_IO, "cannot describe the picture");
  }
  size_t head = (size_t)(inside + 1 - *bytes);
  (void)fwrite(*bytes, 1, head, out);
  (void)fputs("\n<title>", out);
  put_escaped(out, *plot->title ? plot->title : "Training curves");
  (void)fputs("</title>\n<desc>", out);
  for (int r = 0; r < plot->run_count; r++) {
    put_escaped(out, r > 0 ? "\n" : "");
    put_escaped(out, plot->runs[r].name);
    put_escaped(out, *plot->runs[r].words ? ": " : "");
    put_escaped(out, plot->runs[r].words);
  }
  (void)fputs("</desc>", out);
  (void)fwrite(*bytes + head, 1, *length - head, out);
  bool failed = ferror(out) != 0;
  if (fclose(out) != 0 || failed) {
    free(described);
    return error_set(err, STATUS_IO, "cannot describe the picture: not enough memory");
  }
  free(*bytes);
  *bytes = described;
  *length = size;
  return STATUS_OK;
}

static Status draw(const Plot *plot, PenFormat format, char **bytes, size_t *length, Error *err) {
  double scale = fmax(sqrt((double)plot->width * plot->height / USUAL_AREA), 0.8);
  Pen *pen;
  Status status = pen_open(&pen, format, plot->width, plot->height, scale, err);
  if (status != STATUS_OK) {
    return status;
  }
  Arena arena;
  arena_init(&arena, 0);
  draw_page(pen, &arena, plot, plot->width / scale, plot->height / scale);
  arena_deinit(&arena);
  status = pen_close(pen, bytes, length, err);
  return status == STATUS_OK && format == PEN_SVG ? add_description(plot, bytes, length, err) : status;
}

Status plot_write(const Plot *plot, const char *path, Error *err) {
  PenFormat format = PEN_SVG;
  char *bytes = NULL;
  size_t length = 0;
  Status status = plot_format(path, &format, err);
  if (status == STATUS_OK) {
    status = file_check_writable(path, err);
  }
  if (status == STATUS_OK) {
    status = draw(plot, format, &bytes, &length, err);
  }
  if (status == STATUS_OK) {
    status = file_write_atomic(path, bytes, length, err);
  }
  free(bytes);
  return status;
}
