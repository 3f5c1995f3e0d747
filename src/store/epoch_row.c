#include "store/epoch_row.h"

void epoch_row_bind(sqlite3_stmt *row, int at, const Metrics *metrics) {
  (void)sqlite3_bind_double(row, at, metrics->loss);
  (void)sqlite3_bind_double(row, at + 1, metrics->score);
  (void)sqlite3_bind_double(row, at + 2, metrics->mae);
}

static Status add_one(Store *store, int64_t run, const EpochReport *report, Error *err) {
  sqlite3_stmt *row = db_query(store, QUERY_ADD_EPOCH);
  (void)sqlite3_bind_int64(row, 1, run);
  (void)sqlite3_bind_int(row, 2, report->epoch);
  (void)sqlite3_bind_int64(row, 3, report->step);
  epoch_row_bind(row, 4, &report->train);
  epoch_row_bind(row, 7, &report->train_eval);
  epoch_row_bind(row, 10, &report->val);
  (void)sqlite3_bind_double(row, 13, report->learning_rate);
  (void)sqlite3_bind_double(row, 14, report->seconds);
  return db_run(store, row, err);
}

Status epoch_row_add(Store *store, int64_t run, const EpochReport *epochs, int count, Error *err) {
  Status status = STATUS_OK;
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    status = add_one(store, run, &epochs[i], err);
  }
  return status;
}
