/* sweep: `nnlab sweep`: every combination of some settings' values, each over the same seeds. */
#ifndef NNLAB_APP_SWEEP_H
#define NNLAB_APP_SWEEP_H

#include "app/jobs.h"
#include "app/options.h"
#include "app/paths.h"

extern const char SWEEP_HELP[];

/* Trains every combination of --grid on `arm`, but for runs that the history has, and reports on standard output;
 * errors go to `err`. Returns the exit status: 0 trained, 1 error (`err` is filled), 3 every run diverged,
 * 128 + signal. */
int sweep_train(const Options *options, Arena *arena, Arm arm, const Paths *paths, Error *err);

#endif
