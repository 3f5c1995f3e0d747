/* repeat: `nnlab repeat`: an experiment with several seeds, alone or beside another on the same seeds. */
#ifndef NNLAB_APP_REPEAT_H
#define NNLAB_APP_REPEAT_H

#include "app/jobs.h"
#include "app/options.h"
#include "app/paths.h"

extern const char REPEAT_HELP[];

/* Trains `arm`, and what --vs and --vs-set make of it, and reports on standard output; errors go to `err`. Returns the
 * exit status: 0 trained, 1 error (`err` is filled), 3 every run diverged, 128 + signal. */
int repeat_train(const Options *options, Arena *arena, const PresetList *list, Arm arm, const Paths *paths, Error *err);

#endif
