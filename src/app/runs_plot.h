/* runs_plot: the curves of some stored runs as a picture (plot/plot.h). */
#ifndef NNLAB_APP_RUNS_PLOT_H
#define NNLAB_APP_RUNS_PLOT_H

#include "app/runs.h"

/* Writes options->file with the `count` runs, at most PLOT_MAX_RUNS. */
MUST_USE Status runs_plot(Store *store, const StoredRun *const *runs, int count, const RunsOptions *options,
                          Error *err);

#endif
