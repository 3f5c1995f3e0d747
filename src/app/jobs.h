/* jobs: many runs, several at once: each is trained by one thread alone, with the numbers that nnlab train gives it,
 * and kept in the run history. */
#ifndef NNLAB_APP_JOBS_H
#define NNLAB_APP_JOBS_H

#include "lab/preset.h"
#include "lab/result.h"

typedef struct Arm {
  const Preset *preset; /* what is trained; its seed is not heeded */
  const Preset *origin; /* the preset before --set */
} Arm;

/* Run `seed * arms + arm` trains an arm with `first_seed + seed`: all arms with the first seed, then with the next. */
typedef struct Jobs {
  int arms, seeds, first_seed;
  const Arm *arm;               /* (arms) */
  Result *results;              /* (seeds, arms), zeroed; filled */
  int threads;                  /* that train at once */
  const char *datasets, *store; /* as in Paths */
  const char *tag;              /* that the runs get in the history */
  int64_t twin;                 /* of all runs (Loaded.twin); 0 = none */
  bool reuse;                   /* what has been trained already is taken from the history */
  /* Told of each run that has ended, in the runs' order, on the thread that called jobs_run. */
  void (*tell)(void *context, int run);
  /* Told of each epoch, on the thread that trains the run; NULL: nobody is. */
  void (*epoch)(void *context, int run, const EpochReport *report);
  void *context; /* of both */
} Jobs;

/* What the arm is, in a line: "overfitting dropout=0.5", from the arena. */
const char *jobs_label(Arena *arena, const Arm *arm);
/* That many seeds from that of the first arm on. STATUS_USAGE: the last would be out of range. */
MUST_USE Status jobs_choose_seeds(Jobs *jobs, int seeds, Error *err);
/* Trains. The first run that cannot be loaded ends all: the error is its own. SIGINT and SIGTERM end all after the step
 * under way, which is no error; a second one ends the program. */
MUST_USE Status jobs_run(const Jobs *jobs, Error *err);
/* The program's exit status after jobs_run: 0; 3 if every run diverged; 128 + signal. */
int jobs_exit_code(const Jobs *jobs);

#endif
