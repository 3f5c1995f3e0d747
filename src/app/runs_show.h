/* runs_show: one run in full, or some side by side, on standard output. */
#ifndef NNLAB_APP_RUNS_SHOW_H
#define NNLAB_APP_RUNS_SHOW_H

#include "lab/difference.h"
#include "store/history.h"

enum { RUNS_SHOW_MOST = DIFFERENCE_MOST }; /* side by side */

/* Where it came from, what came of it, its edits and its settings. */
MUST_USE Status runs_show_print(Store *store, const StoredRun *run, Error *err);
/* What its settings do not say, as a comment of YAML: where it comes from, and its edits; else nothing. */
void runs_show_course(const StoredRun *run);
/* What differs among their settings, and their results: a column for each run; or as JSON
 * (app/runs_json.h). */
MUST_USE Status runs_show_compare(const StoredRun *const *runs, int count, bool json, Error *err);

#endif
