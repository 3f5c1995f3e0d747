/* runs_table: many runs on standard output or in a file: a table, JSON, CSV. */
#ifndef NNLAB_APP_RUNS_TABLE_H
#define NNLAB_APP_RUNS_TABLE_H

#include <stdio.h>

#include "store/history.h"
#include "store/run_filter.h"

/* Keeps those for which the filter holds, in the order of `sort` (RunsOptions). STATUS_USAGE: no such column. */
MUST_USE Status runs_table_choose(RunList *list, const char *filter, const char *sort, Error *err);
void runs_table_print(FILE *out, const RunList *list);
/* An array, one run on each line. */
void runs_table_json(FILE *out, const RunList *list);
/* One of them: an object. */
void runs_table_json_run(FILE *out, const StoredRun *run);
void runs_table_csv(FILE *out, const RunList *list);
/* Every epoch of every run: a line each, the run's name in front. */
MUST_USE Status runs_table_export(FILE *out, Store *store, const RunList *list, Error *err);
/* "fork of overfitting-1 at epoch 20", "twin of overfitting-1"; "" for other runs. */
void runs_table_origin(char *out, size_t size, const StoredRun *run);
/* The same and its own edits: "fork of overfitting-1 at epoch 20, layers.1.dropout=0.5 at 20". */
void runs_table_course(char *out, size_t size, const StoredRun *run);
/* "0.9666", "-" where it is not a number. */
void runs_table_number(char *out, size_t size, double value);

#endif
