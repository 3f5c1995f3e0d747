/* time: the cursor over the epochs of a run, and the fork that begins at it. While it is there, the settings shown are
 * those that were in force then; changes of them wait for the fork. Training goes on meanwhile. The cursor stands on
 * epochs that the worker keeps: where it has thinned them, on the nearest one before. */
#ifndef NNLAB_UI_TIME_H
#define NNLAB_UI_TIME_H

#include "ui/ui.h"

/* Moves the cursor by `count` kept epochs, from the latest on; past the latest it goes. */
void time_step(UiState *ui, int count);
/* Moves it to an epoch, or the nearest that there is. */
void time_go(UiState *ui, int epoch);
/* Ends it: what is shown is the present again. */
void time_end(UiState *ui);
/* A run goes on from the cursor with the settings shown. */
void time_fork(UiState *ui);
/* Takes the worker's answer out of the run's progress. */
void time_follow(UiState *ui);
/* Makes `next` the settings that a fork would begin with; false, with a notice, where `param` is not live or the
 * epoch's settings are not there yet. */
bool time_set(UiState *ui, const Experiment *next, ParamId param);
/* Takes back what was set since the cursor came to this epoch. */
void time_reset(UiState *ui);
/* The run that the screen shows becomes the one that was forked from it. */
void time_forked(UiState *ui, int number, const Fork *fork);

#endif
