#include "store/db.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

sqlite3_stmt *db_query(Store *store, QueryId id) {
  sqlite3_stmt **statement = &store->statements[id];
  if (!*statement) {
    (void)sqlite3_prepare_v3(store->db, QUERY_SQL[id], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
  }
  return *statement;
}

bool db_next_row(Store *store, sqlite3_stmt *statement, Status *status, Error *err) {
  int result = statement ? sqlite3_step(statement) : SQLITE_ERROR;
  *status = result == SQLITE_ROW || result == SQLITE_DONE ? STATUS_OK : db_error(store, err);
  if (result != SQLITE_ROW && statement) {
    (void)sqlite3_reset(statement);
  }
  return result == SQLITE_ROW;
}

Status db_run(Store *store, sqlite3_stmt *statement, Error *err) {
  Status status;
  while (db_next_row(store, statement, &status, err)) {
  }
  return status;
}

Status db_execute(Store *store, const char *sql, Error *err) {
  return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK : db_error(store, err);
}

Status db_begin(Store *store, Error *err) { return db_run(store, db_query(store, QUERY_BEGIN), err); }

Status db_finish(Store *store, Status status, Error *err) {
  if (status == STATUS_OK) {
    status = db_run(store, db_query(store, QUERY_COMMIT), err);
  }
  if (status != STATUS_OK && !sqlite3_get_autocommit(store->db)) {
    (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
  }
  return status;
}

bool db_is_busy(const Store *store) {
  int code = sqlite3_errcode(store->db) & 0xFF;
  return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

Status db_error(const Store *store, Error *err) {
  static const char another[] = "or name another file with --store";
  int code = sqlite3_errcode(store->db) & 0xFF;
  const char *why = sqlite3_errmsg(store->db), *path = store->path;
  switch (code) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return error_set(err, STATUS_IO, "%s: is damaged, or no run history (%s): move it away, %s", path, why, another);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error_set(err, STATUS_IO, "%s: another program keeps it locked (%s): end that, %s", path, why, another);
    case SQLITE_FULL:
      return error_set(err, STATUS_IO, "%s: the disk is full (%s): free some space, %s", path, why, another);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return error_set(err, STATUS_IO, "%s: cannot be written (%s): make it and its folder writable, %s", path, why,
                       another);
    default:
      return error_set(err, STATUS_IO, "%s: cannot be read or written (%s): look after its disk, %s", path, why,
                       another);
  }
}

void db_bind_text(sqlite3_stmt *statement, int at, const char *text) {
  (void)sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

/* Newlines matter in YAML, and are all that would be lost: what is written here is printable already. A file that
 * someone else has changed must not reach the terminal raw. */
const char *db_text(Arena *arena, sqlite3_stmt *statement, int column) {
  const char *text = (const char *)sqlite3_column_text(statement, column);
  size_t size = text ? strlen(text) + 1 : 1;
  char *copy = arena_strdup(arena, text ? text : ""), *out = arena_alloc(arena, size, 1, 1);
  size_t used = 0;
  for (char *line = copy, *end; line; line = end ? end + 1 : NULL) {
    end = strchr(line, '\n');
    if (end) {
      *end = '\0';
    }
    str_printable(out + used, size - used, line);
    used += strlen(out + used);
    if (end) {
      out[used++] = '\n';
    }
  }
  return out;
}

double db_real(sqlite3_stmt *statement, int column) {
  return sqlite3_column_type(statement, column) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(statement, column);
}
