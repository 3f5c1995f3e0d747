/* run: what the screen keeps of a run, and how it follows what a worker tells of it. */
#ifndef NNLAB_UI_RUN_H
#define NNLAB_UI_RUN_H

#include <stdbool.h>

#include "ui/ui.h"

/* An empty run with this number. */
void run_clear(UiRun *run, int number);
void run_epoch(UiRun *run, const EpochReport *report);
void run_end(UiRun *run, const Ended *ended);
/* It has no data, and why. */
void run_fail(UiRun *run, RunState state, const char *why);

bool run_has_ended(RunState state);
/* Whether there is nothing to train: it could not be loaded, or its loading was stopped. */
bool run_has_no_data(RunState state);

#endif
