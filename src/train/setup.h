/* setup: from an experiment to a trainer: the table is opened, split and scaled, the network made. What a screen's
 * worker and a headless run have in common. One thread at a time. */
#ifndef NNLAB_TRAIN_SETUP_H
#define NNLAB_TRAIN_SETUP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/progress.h"
#include "lab/message.h"
#include "train/trainer.h"

typedef struct Setup {
  Arena arena;
  char dataset[64]; /* the table's name */
  char leak[256];   /* printable: which of its columns give the answer away; "" = none */
  Dataset data;
  Baseline baseline;
  Trainer *trainer;  /* NULL: nothing is loaded */
  int threads;       /* wanted; 0: setup_choose_team finds how many */
  int sharers;       /* runs that train at once in this process: each has its part of the threads */
  Team *team;        /* NULL: not needed so far */
  int team_threads;  /* that it was opened for */
  LoadProgress load; /* setup_load tells its listener, and stops when any thread sets load.stop */
} Setup;

/* `threads` share each training step: 1 .. TEAM_MAX_THREADS, or 0 for what setup_choose_team finds. Their number
 * changes no bit of the result. */
void setup_init(Setup *setup, int threads);
void setup_deinit(Setup *setup);
/* Lets go of the trainer and its data. */
void setup_forget(Setup *setup);
/* Makes `setup->trainer` anew for the experiment; what was there before is gone, also when this fails or is stopped
 * (STATUS_STOPPED). `datasets` is the folder of the data sets that go by name. */
MUST_USE Status setup_load(Setup *setup, const Experiment *experiment, const char *datasets, Error *err);
/* Settles how many threads share the steps of `setup->trainer`; setup_load has done it. Where none are wanted: one for
 * a small network, one for each core for a large one, and in between what measures faster now. Of either the run has
 * its part, one at least. */
void setup_choose_team(Setup *setup);
/* What there is to know about the run before its first step. */
Loaded setup_loaded(const Setup *setup);

#endif
