/* headless: `nnlab train`: an experiment from start to end without a screen. The numbers are those of the screen. */
#ifndef NNLAB_APP_HEADLESS_H
#define NNLAB_APP_HEADLESS_H

#include "app/options.h"
#include "app/paths.h"

/* Trains `preset` and reports on standard output; errors go to `err`. `origin` is the preset before --set.
 * SIGINT and SIGTERM end the run and keep what there is. Returns the exit status: 0 trained, 1 error (`err` is filled),
 * 3 diverged, 128 + signal. */
int headless_train(const Options *options, const Preset *preset, const Preset *origin, const Paths *paths, Error *err);

#endif
