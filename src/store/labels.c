#include "store/labels.h"

#include <string.h>

#include "base/str.h"
#include "store/db.h"
#include "store/snapshot_place.h"

enum { NAME_MAX_BYTES = 60 };

static bool is_word(const char *text) {
  char printable[NAME_MAX_BYTES + 2];
  str_printable(printable, sizeof printable, text);
  return *text && *text != '-' && *text != '@' && strlen(text) <= NAME_MAX_BYTES && strcmp(text, printable) == 0 &&
         !strpbrk(text, " ,\"<>=!");
}

Status labels_rename(Store *store, int64_t run, const char *name, Error *err) {
  int64_t number;
  if (!is_word(name) || str_to_i64(name, &number) || strcmp(name, "last") == 0) {
    return error_set(err, STATUS_USAGE,
                     "'%s' cannot be a run's name: one word of at most %d bytes, not a number, not 'last', without "
                     "- in front and , \" < > = !",
                     name, NAME_MAX_BYTES);
  }
  sqlite3_stmt *statement = db_query(store, QUERY_RENAME);
  (void)sqlite3_bind_int64(statement, 1, run);
  db_bind_text(statement, 2, name);
  Status status = db_run(store, statement, err);
  if (status != STATUS_OK && (sqlite3_errcode(store->db) & 0xFF) == SQLITE_CONSTRAINT) {
    return error_set(err, STATUS_USAGE, "there is a run '%s' already", name);
  }
  return status;
}

Status labels_tag(Store *store, int64_t run, const char *tag, bool add, Error *err) {
  if (!is_word(tag)) {
    return error_set(err, STATUS_USAGE,
                     "'%s' cannot be a tag: one word of at most %d bytes, without - in front and , \" < > = !", tag,
                     NAME_MAX_BYTES);
  }
  sqlite3_stmt *statement = db_query(store, add ? QUERY_ADD_TAG : QUERY_REMOVE_TAG);
  (void)sqlite3_bind_int64(statement, 1, run);
  db_bind_text(statement, 2, tag);
  return db_run(store, statement, err);
}

Status labels_note(Store *store, int64_t run, const char *note, Error *err) {
  char printable[1024];
  str_printable(printable, sizeof printable, note);
  sqlite3_stmt *statement = db_query(store, QUERY_NOTE);
  (void)sqlite3_bind_int64(statement, 1, run);
  db_bind_text(statement, 2, printable);
  return db_run(store, statement, err);
}

Status labels_delete(Store *store, int64_t run, Error *err) {
  sqlite3_stmt *statement = db_query(store, QUERY_DELETE);
  (void)sqlite3_bind_int64(statement, 1, run);
  Status status = db_run(store, statement, err);
  if (status == STATUS_OK) {
    snapshot_place_remove(store->path, run);
  }
  return status;
}
