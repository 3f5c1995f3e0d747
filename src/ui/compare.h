/* compare: the Compare screen: two to six runs that were marked on the Runs screen, on the same axes, with what differs
 * among them and what came of them. Marks are the comparison: a run that is taken out is marked no more. Keys are in
 * compare_control.c, the layout and the charts in compare_screen.c, the table in compare_table.c. */
#ifndef NNLAB_UI_COMPARE_H
#define NNLAB_UI_COMPARE_H

#include "ui/view.h"

/* Opens the screen, and asks for the marked runs. */
void compare_open(UiState *ui);
/* Does an action on the screen; false when it is not one of its own. `argument`: the place of a run that was clicked,
 * or the epochs of a chart; `fraction`: where on that. */
bool compare_act(UiState *ui, Action action, int argument, double fraction);
void compare_wheel(UiState *ui, int direction);
/* Puts the cursor there; outside of the charts: away. */
void compare_go(UiState *ui, int epoch);

/* How many runs are marked; a run's place among them, -1: it is not. */
int compare_count(const UiState *ui);
int compare_place(const UiState *ui, int64_t id);
/* Marks a run or takes its mark away; false and a notice where there are too many. */
bool compare_toggle(UiState *ui, int64_t id);
void compare_unmark(UiState *ui, int64_t id);

/* The metrics that the shown runs have; the last epoch of the longest. */
int compare_metrics(const UiState *ui);
int compare_epochs(const UiState *ui);
/* "val_loss", "accuracy": as Keras names it; "score" where some runs are of classification and some of regression. */
const char *compare_metric_name(View *view, MetricId metric, bool validation);
/* The chart that the key brings up next; a difference from METRIC_COUNT on. */
int compare_next_chart(const UiState *ui);
/* The curve that stands for training. */
CurveId compare_train_curve(const UiState *ui);
/* Whether the training curves are drawn, or those of validation. */
bool compare_draws(const UiState *ui, bool validation);

/* The screen without its bottom line. */
void compare_screen_draw(View *view);
/* The table's lines, without its frame; draws it. */
int compare_table_lines(View *view);
void compare_table_draw(View *view, Rect rect);
/* How a run's lines look. */
Style compare_style(const UiState *ui, const CompareRun *run);

#endif
