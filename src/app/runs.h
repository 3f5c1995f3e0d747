/* runs: the commands of the run history: nnlab runs, compare, plot, replay, export, rename, tag, note and delete. */
#ifndef NNLAB_APP_RUNS_H
#define NNLAB_APP_RUNS_H

#include <stdbool.h>

#include "store/history.h"

/* What the commands' options say; each command knows some of them. */
typedef struct RunsOptions {
  const char *store;                 /* the history's file; NULL: the usual one */
  const char *filter;                /* store/run_filter.h; "" = every run */
  const char *sort;                  /* a column, - before it turns the order; NULL: oldest first */
  const char *file;                  /* that is written */
  const char *metric, *size, *title; /* of a picture; NULL: not given */
  bool json, csv, remove, log_y;
  int threads; /* 0: not given */
  int count;   /* words behind the command */
  char **words;
} RunsOptions;

/* Whether `word` is one of the commands. */
bool runs_is_command(const char *word);
/* The name of command `index`; NULL behind the last. */
const char *runs_command(int index);
/* Does the command argv[0] with what follows it; returns the exit status, like main. */
int runs_main(int argc, char **argv);
/* nnlab show RUN: everything of the run `word`, or its settings alone as YAML, or all as JSON. */
MUST_USE Status runs_show(const char *store, const char *word, bool yaml, bool json, Error *err);

#endif
