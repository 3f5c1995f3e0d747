/* runs_json: runs of the history as JSON, for `show --json` and `compare --json`. */
#ifndef NNLAB_APP_RUNS_JSON_H
#define NNLAB_APP_RUNS_JSON_H

#include <stdio.h>

#include "lab/comparison.h"
#include "store/history.h"

/* An object of every setting by its key, numbers and booleans as such; "layers" is an array of the hidden layers'. */
void runs_json_settings(FILE *out, const Experiment *experiment);
/* {"run":{as runs_table_json has it},"edits":[...],"settings":{...}} and a newline. */
MUST_USE Status runs_json_show(FILE *out, Store *store, const StoredRun *run, Error *err);
/* {"runs":[...],"differences":{"dropout":["0","0.5"],...}} and a newline. */
void runs_json_compare(FILE *out, const StoredRun *const *runs, const Comparison *comparison);

#endif
