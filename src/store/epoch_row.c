#include "store/epoch_row.h"

#include <math.h>

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

/* The run's totals, as the Runs screen shows them while it trains. */
static Status add_totals(Store *store, int64_t run, const EpochReport *epochs, int count, Error *err) {
  const EpochReport *last = &epochs[count - 1];
  double seconds = 0.0, best = (double)NAN, lowest = (double)NAN;
  double train = isnan(last->train_eval.score) ? last->train.score : last->train_eval.score;
  int best_epoch = 0;
  for (int i = 0; i < count; i++) {
    seconds += epochs[i].seconds;
    lowest = fmin(lowest, epochs[i].val.loss);
    if (epochs[i].val.score > best || (isnan(best) && !isnan(epochs[i].val.score))) {
      best = epochs[i].val.score;
      best_epoch = epochs[i].epoch;
    }
  }
  sqlite3_stmt *row = db_query(store, QUERY_ADD_TOTALS);
  (void)sqlite3_bind_int64(row, 1, run);
  (void)sqlite3_bind_int(row, 2, last->epoch + 1);
  (void)sqlite3_bind_int64(row, 3, last->step);
  (void)sqlite3_bind_double(row, 4, seconds);
  (void)sqlite3_bind_double(row, 5, best);
  (void)(isnan(best) ? sqlite3_bind_null(row, 6) : sqlite3_bind_int(row, 6, best_epoch));
  (void)sqlite3_bind_double(row, 7, last->val.score);
  (void)sqlite3_bind_double(row, 8, train - last->val.score);
  (void)sqlite3_bind_double(row, 9, lowest);
  return db_run(store, row, err);
}

Status epoch_row_add(Store *store, int64_t run, const EpochReport *epochs, int count, Error *err) {
  Status status = STATUS_OK;
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    status = add_one(store, run, &epochs[i], err);
  }
  return status == STATUS_OK && count > 0 ? add_totals(store, run, epochs, count, err) : status;
}
