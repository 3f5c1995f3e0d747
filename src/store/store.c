#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/db.h"

/* Makes the folders above `path` that are missing. What cannot be made, opening the file will tell. */
static void make_folders(const char *path) {
  char folder[4096];
  size_t length = strlen(path);
  for (size_t i = 1; i < length && i < sizeof folder; i++) {
    if (path[i] == '/') {
      memcpy(folder, path, i);
      folder[i] = '\0';
      (void)mkdir(folder, 0700);
    }
  }
}

/* Writes nothing when the file cannot be written: a reader of it is told, too, as runs may have to be ended. */
static Status prepare(Store *store, int patience, Error *err) {
  make_folders(store->path);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK) {
    return store->db ? db_error(store, err) : error_set(err, STATUS_IO, "not enough memory");
  }
  (void)sqlite3_busy_timeout(store->db, patience);
  Status status = schema_prepare(store, err);
  return status == STATUS_OK ? recording_recover(store, err) : status;
}

Status store_open(Store **out, const char *path, int patience, Error *err) {
  Store *store = calloc(1, sizeof *store);
  if (!store) {
    return error_set(err, STATUS_IO, "not enough memory");
  }
  store->path = path;
  Status status = prepare(store, patience, err);
  if (status == STATUS_OK) {
    *out = store;
  } else {
    store_close(store);
  }
  return status;
}

const char *store_path(const Store *store) { return store->path; }

void store_close(Store *store) {
  if (!store) {
    return;
  }
  for (int i = 0; i < QUERY_COUNT; i++) {
    (void)sqlite3_finalize(store->statements[i]);
  }
  (void)sqlite3_close(store->db);
  free(store);
}
