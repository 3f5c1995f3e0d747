/* overlay: what lies over the Lab: the preset picker, the settings, the help, the lesson. One is open at a time; q or
 * Escape closes it. Each is a file with its keys and its drawing. */
#ifndef NNLAB_UI_OVERLAY_H
#define NNLAB_UI_OVERLAY_H

#include <stdbool.h>

#include "ui/action.h"
#include "ui/ui.h"
#include "ui/view.h"

/* Opens it with `row` selected; -1: the row that fits (the picker's open preset). */
void overlay_open(UiState *ui, UiOverlay overlay, int row);
void overlay_close(UiState *ui);
/* Does an action in the open overlay; false when the Lab is to do it. */
bool overlay_act(UiState *ui, Action action, int argument);
void overlay_wheel(UiState *ui, int direction);
/* A key while a value is being typed. */
void overlay_type(UiState *ui, uint32_t key);
/* Draws the open one over a dimmed Lab. */
void overlay_draw(View *view);

/* Moves `row` in a list of `count` rows; false for actions that do not move. */
bool overlay_step(const UiState *ui, Action action, int count, int *row);
/* The same for the open overlay's selection. */
bool overlay_move(UiState *ui, Action action, int count);
/* The box of an overlay that wants `rows` x `cols` inside, in the middle of the screen, and what is inside it. */
Rect overlay_box(View *view, int rows, int cols, const char *title, const char *note);
/* Makes `row` of a list one that can be clicked, and marks it where it is selected. After its words are drawn. */
void overlay_row(View *view, Rect inside, int row, bool selected, int argument);
/* Where in `total` lines the ones shown from `first` lie: a thumb in the right side of the box around `inside`. */
void overlay_scrollbar(View *view, Rect inside, int first, int total);
/* The first row shown of a list so that `selected` is in the middle where it can be. */
int overlay_first(int selected, int count, int shown);

bool picker_act(UiState *ui, Action action, int argument);
void picker_draw(View *view);
bool settings_act(UiState *ui, Action action, int argument);
/* Toggles a setting, or begins to type its value; a key of that. */
void settings_enter(UiState *ui, ParamId param);
void settings_type(UiState *ui, uint32_t key);
/* The line that is being typed: a key of it, false where that is Enter or Escape; what there is so far, from (row, col)
 * on. */
bool typed_edit(UiState *ui, uint32_t key);
void typed_draw(View *view, int row, int col, int width);
void settings_draw(View *view);
void help_draw(View *view);
void lesson_draw(View *view);

#endif
