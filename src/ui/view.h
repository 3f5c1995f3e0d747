/* view: what the panels share while one frame is drawn: where to, from what, and the words for numbers. */
#ifndef NNLAB_UI_VIEW_H
#define NNLAB_UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "canvas/canvas.h"
#include "ui/action.h"
#include "ui/ui.h"

typedef struct View {
  const UiState *ui;
  Canvas *canvas;
  Arena *frame;
  UiHits *hits;
} View;

/* A click inside `rect` does `action`. */
void view_hit(View *view, Rect rect, Action action, int argument);
/* The notice, if there is one, in the bottom line of `box`. */
void view_notice(View *view, Rect box);
/* Whether `row` is the one above the status line, and there is a notice on it. */
bool view_notice_covers(const View *view, int row);

/* A key and what it does in the bottom line of `box`, at its right, as a button; nothing while a notice stands there.
 */
void view_hint(View *view, Rect box, Action action, const char *label);

/* A part of a line that gives way when the line has no room for all. */
typedef struct LinePart {
  int width;
  int priority; /* the lowest goes first */
  bool shown;
} LinePart;

/* Says which parts are shown when `gap` columns lie between two and `room` columns are there. Returns the columns that
 * they take. */
int view_fit(LinePart *parts, int count, int gap, int room);

/* "429 834": thousands set apart. */
void view_grouped(char *out, size_t size, int64_t value);
/* "812", "812 k", "1.2 M" */
void view_magnitude(char *out, size_t size, double value);
/* "31 s", "4 min 05 s", "2 h 10 min" */
void view_duration(char *out, size_t size, double seconds);
/* "Loss", "Accuracy" or "R2", "MAE" */
const char *view_metric_name(const UiState *ui, MetricId metric);
/* The same within a sentence: "loss", "accuracy". */
const char *view_metric_word(const UiState *ui, MetricId metric);
/* What the loaded run's metric is compared with, and in a word how one gets it: "majority 0.63", "mean R2 0", "median
 * MAE 57". False where there is none. */
bool view_baseline(const UiState *ui, MetricId metric, double *value, char *out, size_t size);
/* One metric's value out of a measurement. */
double view_metric(const Metrics *metrics, MetricId metric);
/* Whether two presets are one lesson: a copy that has other settings still is. */
bool view_same_preset(const Preset *a, const Preset *b);
/* The open preset's place in the list from 1; 0 when it is not in it. */
int view_preset_number(const UiState *ui);

#endif
