/* panels: the parts of the Lab screen, each drawn into the rectangle it is given. */
#ifndef NNLAB_UI_PANELS_H
#define NNLAB_UI_PANELS_H

#include "canvas/chart.h"
#include "ui/view.h"

/* The Lab without its bottom line; see lab_screen.c for the layout. */
void lab_screen_draw(View *view);
/* Whether the layout has two columns; whether one chart alone has room. */
bool lab_screen_is_wide(const Canvas *canvas);
bool lab_screen_shows_one_chart(const UiState *ui, const Canvas *canvas);
bool lab_screen_shows_lesson(const UiState *ui, const Canvas *canvas);

/* Program, preset, data, seed, state. */
void top_line_draw(View *view, int row);
/* The rows that the network panel takes with its frame when all layers are in view. */
int network_panel_rows(const UiState *ui, int cols);
void network_panel_draw(View *view, Rect rect);
void chart_panel_draw(View *view, Rect rect, MetricId metric);
/* How many epochs the axis has, for other charts of the run. */
int chart_panel_epochs(const UiState *ui);
/* Twins: the difference of their validation curves. */
void twin_panel_draw(View *view, Rect rect, MetricId metric);
/* Over a chart, where the run diverged or could not be loaded. */
void outcome_panel_draw(View *view, Rect rect);
/* The lines that the lesson's text takes when `cols` wide; draws it from line `skip` on. */
int lesson_text_draw(View *view, Rect rect, int skip);
void lesson_panel_draw(View *view, Rect rect);
/* Progress while training, results after it. */
void status_line_draw(View *view, int row);
/* The keys that matter now, each of which can be clicked. */
void key_line_draw(View *view, int row);

#endif
