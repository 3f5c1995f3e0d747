/* difference_chart: how far one curve lies above another, over the epochs that both have, with the line where they are
 * equal. */
#ifndef NNLAB_UI_DIFFERENCE_CHART_H
#define NNLAB_UI_DIFFERENCE_CHART_H

#include "lab/series.h"
#include "ui/view.h"

typedef struct DifferenceChart {
  const char *title;       /* "val loss: twin - live" */
  const Series *from, *to; /* the curve is `to` less `from` (series_difference) */
  const char *empty_text;  /* while there is no epoch that both have */
  float x_max;             /* epochs: of the charts beside it, so that the axes agree */
  bool has_cursor;         /* a vertical cursor at cursor_x, where the value in the frame then is from */
  float cursor_x;
} DifferenceChart;

/* Draws it with its frame, smoothed as the state says (the raw curve faint behind), and the difference at the cursor,
 * or the latest, in the frame. Returns where the curve lies, from epoch 0 to x_max; empty when nothing was drawn. */
Rect difference_chart_draw(View *view, Rect rect, const DifferenceChart *chart);

#endif
