/* data_report: what `nnlab data` tells of a file: its format, its columns, what is predicted and what is dropped. */
#ifndef NNLAB_APP_DATA_REPORT_H
#define NNLAB_APP_DATA_REPORT_H

#include <stdbool.h>

#include "base/error.h"
#include "lab/experiment.h"

/* Reads the experiment's data set, which must be a file's, and prints what is in it: a table, or one JSON object.
 * `datasets` is the folder of the data sets that go by name. */
MUST_USE Status data_report(const Experiment *experiment, const char *datasets, bool json, Error *err);

#endif
