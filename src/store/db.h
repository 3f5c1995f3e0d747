/* db: the SQLite connection, for the files of this folder alone: statements, transactions, errors in words. */
#ifndef NNLAB_STORE_DB_H
#define NNLAB_STORE_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "store/query.h"
#include "store/store.h"

struct Store {
  sqlite3 *db;
  const char *path;
  int patience;
  bool frozen;                           /* only read: runs that were left are not ended here */
  sqlite3_stmt *statements[QUERY_COUNT]; /* prepared when first needed */
};

/* The statement, ready to be bound and stepped; NULL when it cannot be prepared: db_error tells why. */
sqlite3_stmt *db_query(Store *store, QueryId id);
/* Steps a statement that gives no rows to its end, and makes it ready for the next time. With NULL: an error. */
MUST_USE Status db_run(Store *store, sqlite3_stmt *statement, Error *err);
/* Steps to the next row. False at the end and after an error, which is then in `status`; the statement is ready for the
 * next time. */
bool db_next_row(Store *store, sqlite3_stmt *statement, Status *status, Error *err);
/* Statements without values, one after the other. */
MUST_USE Status db_execute(Store *store, const char *sql, Error *err);
/* BEGIN IMMEDIATE. */
MUST_USE Status db_begin(Store *store, Error *err);
/* COMMIT if `status` is good, else ROLLBACK; returns what came of it. */
MUST_USE Status db_finish(Store *store, Status status, Error *err);
/* The connection's latest error: file, cause and cure. */
Status db_error(const Store *store, Error *err);
/* Whether the latest error was a lock that another process holds: what was tried may be tried again. */
bool db_is_busy(const Store *store);

/* Texts are copied; NULL stays NULL. Not a number becomes NULL, and back. */
void db_bind_text(sqlite3_stmt *statement, int at, const char *text);
const char *db_text(Arena *arena, sqlite3_stmt *statement, int column); /* never NULL; printable */
double db_real(sqlite3_stmt *statement, int column);

/* Another connection to the same history, for another thread. */
MUST_USE Status db_join(const Store *store, Store **joined, Error *err);

/* Makes the tables, or brings those of an older version up to date. */
MUST_USE Status schema_prepare(Store *store, Error *err);
/* Whether the tables are those of this version: writes nothing. */
MUST_USE Status schema_check(Store *store, Error *err);
/* Ends what processes that are gone have left (recording.c). */
MUST_USE Status recording_recover(Store *store, Error *err);

#endif
