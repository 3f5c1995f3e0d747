/* runs: the Runs screen: the table of the runs that have been kept, newest first. It shows RunRows, which others read
 * from the history piece by piece; what the person wants of the history waits as a RunsWish until the caller takes it.
 * Keys are in runs_control.c, the drawing in runs_screen.c. Drawing costs only the rows in sight.
 *
 * A run that is deleted is hidden, and can come back until the program ends: then the caller deletes those in
 * UiRuns.hidden for good. */
#ifndef NNLAB_UI_RUNS_H
#define NNLAB_UI_RUNS_H

#include "ui/action.h"
#include "ui/view.h"

/* Opens the Runs screen, and asks for its rows. */
void runs_open(UiState *ui);
/* Does an action on the screen; false when it is not one of its own. `argument`: the row or head that was clicked. */
bool runs_act(UiState *ui, Action action, int argument);
/* Wishes for a run to be opened in the Lab. */
void runs_wish_open(UiState *ui, int64_t id);
void runs_wheel(UiState *ui, int direction);
/* A key while a line is being typed. */
void runs_type(UiState *ui, uint32_t key);
/* The selected run; NULL: there is none. */
const RunRow *runs_selected(const UiState *ui);
/* What is typed, in a word: "filter"; what the keys do meanwhile. */
const char *runs_typed_name(const UiState *ui);

/* The screen without its bottom line. */
void runs_screen_draw(View *view);

#endif
