/* history: the runs of a store, read: their list, one by its name, its epochs and edits. */
#ifndef NNLAB_STORE_HISTORY_H
#define NNLAB_STORE_HISTORY_H

#include "base/arena.h"
#include "lab/message.h"
#include "lab/outcome.h"
#include "store/store.h"

/* A run. Texts are printable, never NULL. Epochs count from 0; -1 = none. What was not measured is not a number. */
typedef struct StoredRun {
  int64_t id;
  const char *name;        /* unique */
  const char *preset;      /* the preset's name, */
  const char *title;       /* its title, */
  const char *differences; /* and what was not as there: "dropout=0.5 epochs=30" */
  const char *experiment;  /* YAML: every setting (lab/preset.h) */
  const char *dataset;
  uint64_t fingerprint; /* of the prepared data */
  Task task;
  int seed;
  int64_t parameters;
  int train_rows, validation_rows, test_rows;
  const char *weights; /* the file that it began with; "" = drawn */
  const char *cpu, *kernels, *version;
  int cores, threads;
  int64_t parent;          /* the run that it was forked from; 0 = none, or deleted */
  const char *parent_name; /* "" likewise */
  int fork_epoch;          /* the epochs that it has from its parent; -1 = it is no fork */
  int64_t twin;            /* twins share it; 0 = none */
  const char *twin_name;   /* the other one's; "" = none, or deleted */
  const char *note;
  const char *tags;      /* with blanks between */
  double started, ended; /* seconds since 1970 */
  Outcome outcome;
  int epochs; /* all this is as far as it has been committed; the scores and losses of a fork are of its own epochs */
  int64_t steps;
  double seconds;    /* spent training */
  double best_score; /* the highest validation score, in epoch */
  int best_epoch;
  double last_score; /* the last epoch's validation score */
  double gap;        /* the last training score less it */
  double val_loss;   /* the lowest */
  bool has_digest;   /* what follows is known of runs that have ended */
  int kept_epoch;    /* the best by the monitored value */
  bool restored, early;
  Metrics test;
  uint64_t digest;
  int64_t bad_step;
  const char *bad_layer;
  double bad_value;
  const char *edits; /* its own, not its parent's, with the epochs done then: "layers.1.dropout=0.5 at 10, ..." */
} StoredRun;

typedef struct RunList {
  int count;
  StoredRun *items; /* oldest first */
} RunList;

MUST_USE Status history_runs(Store *store, Arena *arena, RunList *list, Error *err);
/* The newest `limit` runs whose id is below `before`, the newest first: a long history in pieces. */
MUST_USE Status history_page(Store *store, Arena *arena, int64_t before, int limit, RunList *list, Error *err);
/* By `last`, name, number (or @number), or the beginning of one name alone. STATUS_USAGE says what there is. */
MUST_USE Status history_find(const RunList *list, const char *word, const StoredRun **run, Error *err);
MUST_USE Status history_epochs(Store *store, Arena *arena, int64_t run, EpochReport **epochs, int *count, Error *err);
/* Those from epoch `first` on, at most `most`: a long run in pieces. */
MUST_USE Status history_epochs_from(Store *store, Arena *arena, int64_t run, int first, int most, EpochReport **epochs,
                                    int *count, Error *err);
/* The run with this id, which must be there: STATUS_USAGE when it is not. */
MUST_USE Status history_run(Store *store, Arena *arena, int64_t id, const StoredRun **run, Error *err);
/* An edit of a setting that this nnlab does not have is an error. */
MUST_USE Status history_edits(Store *store, Arena *arena, int64_t run, Edit **edits, int *count, Error *err);
/* The run's experiment, as it began. */
MUST_USE Status history_experiment(Arena *arena, const StoredRun *run, Experiment *experiment, Error *err);

#endif
