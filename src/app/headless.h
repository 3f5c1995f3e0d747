/* headless: `nnlab train` and `nnlab resume`: an experiment from start to end without a screen. The numbers are those
 * of the screen. */
#ifndef NNLAB_APP_HEADLESS_H
#define NNLAB_APP_HEADLESS_H

#include "app/options.h"
#include "app/paths.h"
#include "lab/message.h"

/* Trains `preset` and reports on standard output; errors go to `err`. `origin` is the preset before --set. `kept`:
 * the run of the history, of this preset, that is resumed; NULL: none.
 * SIGINT and SIGTERM end the run and keep what there is. Returns the exit status: 0 trained, 1 error (`err` is filled),
 * 3 diverged, 128 + signal. */
int headless_train(const Options *options, const Preset *preset, const Preset *origin, const KeptRun *kept,
                   const Paths *paths, Error *err);

#endif
