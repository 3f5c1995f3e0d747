/* twin: `nnlab twin`: an experiment and what --set makes of it, trained at the same time from the same weights, batches
 * and random numbers, epoch by epoch side by side. */
#ifndef NNLAB_APP_TWIN_H
#define NNLAB_APP_TWIN_H

#include "app/jobs.h"
#include "app/options.h"
#include "app/paths.h"

/* The text of nnlab twin --help. */
extern const char TWIN_HELP[];
/* Trains B, which is `arm`, and A; returns the program's exit status. */
int twin_train(const Options *options, Arena *arena, const PresetList *list, Arm arm, const Paths *paths, Error *err);

#endif
