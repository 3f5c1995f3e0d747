/* data: the Data screen: what the file holds, what is made of it, and the settings that say how. It shows a Survey
 * (data/survey.h) of the settings shown, made by another thread; a run that trains is not touched: what changes here
 * reaches it as any setting does. Layout and keys are in data_screen.c, the panels in data_columns.c and
 * data_panels.c. */
#ifndef NNLAB_UI_DATA_H
#define NNLAB_UI_DATA_H

#include "ui/action.h"
#include "ui/view.h"

/* Opens the Data screen; goes back to the Lab. */
void data_open(UiState *ui);
void data_close(UiState *ui);
/* Does an action on the screen; false when it is not one of its own. `argument` as data_columns_draw and the settings
 * list them for clicks: a column from 0, or -1 - setting. */
bool data_act(UiState *ui, Action action, int argument);
void data_wheel(UiState *ui, int direction);
/* Asks for a survey when the screen is open and the settings are not those of the latest one. */
void data_follow(UiState *ui);

/* Columns of the file (data_edit.c). They change the settings target, drop, numeric and categorical. */
typedef enum ColumnUse { USE_AS_NUMBERS = -1, USE_AS_JUDGED = 0, USE_AS_CATEGORIES = 1 } ColumnUse;
void data_predict(UiState *ui, int column);
void data_toggle_drop(UiState *ui, int column);
/* Whether the settings leave it out, before a survey says so. */
bool data_drops(const UiState *ui, int column);
/* How the settings want it read; one step from there towards numbers (-1) or categories (+1). */
ColumnUse data_use(const UiState *ui, int column);
void data_step_use(UiState *ui, int column, int direction);

/* The settings that the screen lists: their number, the one at `index`. */
int data_setting_count(const UiState *ui);
ParamId data_setting_at(const UiState *ui, int index);

/* The screen without its bottom line. */
void data_screen_draw(View *view);
/* Its panels, each with its box; nothing without a survey. */
void data_columns_draw(View *view, Rect rect, bool focused);
void data_pictures_draw(View *view, Rect rect, bool focused);
void data_classes_draw(View *view, Rect rect);
void data_rows_draw(View *view, Rect rect, bool focused); /* the points, where a set is made by rule */
void data_notes_draw(View *view, Rect rect);
/* The points of a set with two columns: the sign is the class, the colour the part. Without a box. */
void data_points_draw(View *view, Rect inside);
/* A box for a panel, lit where it has the keys; returns what is inside, a column from its sides. */
Rect data_box(View *view, Rect rect, bool focused, const char *title, const char *note);
/* `count` numbers as bars of `rows` x (count * width) cells, the largest as high as there is room. */
void data_histogram_draw(View *view, int row, int col, int rows, int width, const int *bins, int count, Style style);

#endif
