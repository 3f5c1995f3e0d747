#include "ui/difference_chart.h"

#include <math.h>
#include <stdio.h>

#include "canvas/chart.h"
#include "ui/curves.h"

enum { NOTE_SIZE = 64 };

/* "-0.0213 at 23"; "" where there is nothing. */
static void note_text(const Series *difference, const DifferenceChart *chart, char *out, size_t size) {
  double end = difference->count > 0 ? difference->buckets[difference->count - 1].x : 0.0;
  const Bucket *bucket = series_at(difference, chart->has_cursor ? (double)chart->cursor_x : end);
  char value[32];
  out[0] = '\0';
  if (bucket && isfinite(bucket->mean)) {
    chart_value_label(value, sizeof value, bucket->mean);
    (void)snprintf(out, size, "%s%s at %.0f", bucket->mean > 0 ? "+" : "", value, bucket->x);
  }
}

static ChartLine line_of(View *view, const Series *difference, double smoothing, uint8_t attr) {
  ChartLine line = {.style = {ROLE_VAL, attr}};
  line.points = curves_points(view->frame, difference, smoothing, NULL, &line.count);
  return line;
}

/* Two curves that are the same to the bit are shown by a line in the middle. */
static bool is_zero(const Series *difference) {
  for (int i = 0; i < difference->count; i++) {
    if (difference->buckets[i].min != 0 || difference->buckets[i].max != 0) {
      return false;
    }
  }
  return true;
}

Rect difference_chart_draw(View *view, Rect rect, const DifferenceChart *chart) {
  Series *difference = ARENA_NEW(view->frame, Series);
  double smoothing = view->ui->smoothing;
  ChartLine lines[2];
  char note[NOTE_SIZE];
  int count = 0;
  series_difference(chart->from, chart->to, difference);
  if (smoothing > 0) {
    lines[count++] = line_of(view, difference, 0.0, ATTR_FAINT);
  }
  lines[count++] = line_of(view, difference, smoothing, 0);
  Chart drawn = {
      .x_label = "epoch",
      .empty_text = chart->empty_text,
      .lines = lines,
      .line_count = count,
      .x_min = 0,
      .x_max = chart->x_max,
      .y_from_zero = true,
      .has_cursor = chart->has_cursor,
      .cursor_x = chart->cursor_x,
      .level = {0, "equal"},
  };
  if (difference->count > 0 && is_zero(difference)) {
    drawn.y_min = -1;
    drawn.y_max = 1;
  }
  note_text(difference, chart, note, sizeof note);
  canvas_box(view->canvas, rect, STYLE(ROLE_BORDER), chart->title, *note ? note : NULL);
  return chart_draw(view->canvas, rect_inset(rect, 1), &drawn);
}
