/* edit: every way in which a person changes the experiment or asks something of the worker. A change is seen at once in
 * UiState.experiment and posted as a command; when the outbox has no room, neither happens and the notice says so. */
#ifndef NNLAB_UI_EDIT_H
#define NNLAB_UI_EDIT_H

#include <stdbool.h>

#include "ui/ui.h"

/* The one line for the person, until the next key. */
void edit_notice(UiState *ui, bool is_error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Posts a command. A set of the same parameter that still waits takes the new value; a load replaces all that waits.
 * False, with a notice, when there is no room. */
bool edit_post(UiState *ui, const Command *command);
bool edit_post_kind(UiState *ui, CommandKind kind);

/* Sets a parameter, checked against its range and the other settings; false, with a notice, when refused. */
bool edit_set(UiState *ui, ParamId param, int layer, double value);
/* The same from text, as a person types it. */
bool edit_set_text(UiState *ui, ParamId param, int layer, const char *text);
/* One press of an arrow key: up or down by the parameter's step. */
void edit_step(UiState *ui, ParamId param, int layer, int direction);
/* Takes the last change back; does again what was taken back last, unless there was another change since. */
void edit_undo(UiState *ui);
void edit_redo(UiState *ui);

/* Dropout of the selected row (the input's or a layer's). */
ParamId edit_dropout_param(const UiState *ui);
void edit_toggle_dropout(UiState *ui);

/* A copy of the selected layer behind it, which is then selected; the selected layer goes. Like a setting that is not
 * live: at once before the first step, then at the next restart. */
void edit_add_layer(UiState *ui);
void edit_remove_layer(UiState *ui);

/* Whether the setting waits for the next restart; how many do (layers added or removed count as one). */
bool edit_waits(const UiState *ui, ParamId param, int layer);
int edit_waiting_count(const UiState *ui);

/* Loads the settings shown as a new run. */
void edit_load(UiState *ui);
/* Starts the same experiment again with the settings shown, and trains, unless nothing has been trained yet. */
bool edit_restart(UiState *ui);
/* Opens a preset, ready and not started. */
void edit_open(UiState *ui, const Preset *preset);
/* The same with other settings than the preset's own. */
void edit_open_with(UiState *ui, const Preset *preset, const Experiment *experiment);

/* The place on the epoch axis where training stands. */
double edit_place(const UiState *ui);
/* Changes of one parameter that lie this near to each other are one to a person: a held key. In epochs. */
double edit_same_spot(const UiState *ui);
/* Whether no step has been taken: the worker then makes the run anew with whatever is set. */
bool edit_is_untouched(const UiState *ui);

#endif
