/* epoch_row: an epoch as a row of the history. For the files of this folder alone. */
#ifndef NNLAB_STORE_EPOCH_ROW_H
#define NNLAB_STORE_EPOCH_ROW_H

#include "lab/message.h"
#include "store/db.h"

/* Three values, from the place `at` on. */
void epoch_row_bind(sqlite3_stmt *row, int at, const Metrics *metrics);
/* Adds epochs to the run, but for those that it has, and to its totals; in a transaction. */
MUST_USE Status epoch_row_add(Store *store, int64_t run, const EpochReport *epochs, int count, Error *err);

#endif
