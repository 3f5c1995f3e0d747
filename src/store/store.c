#include "store/store.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
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

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool store_exists(const char *path) {
  struct stat info;
  return stat(path, &info) == 0;
}

static void disconnect(Store *store) {
  for (int i = 0; i < QUERY_COUNT; i++) {
    (void)sqlite3_finalize(store->statements[i]);
    store->statements[i] = NULL;
  }
  (void)sqlite3_close(store->db);
  store->db = NULL;
}

static Status connect(Store *store, const char *name, int flags, int patience, Error *err) {
  store->patience = patience;
  if (sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
    return store->db ? db_error(store, err) : error_set(err, STATUS_IO, "not enough memory");
  }
  (void)sqlite3_busy_timeout(store->db, patience);
  return STATUS_OK;
}

/* Writes nothing when the file cannot be written: a reader of it is told, too, as runs may have to be ended. */
static Status prepare(Store *store, int patience, Error *err) {
  if (is_folder(store->path)) {
    return error_set(err, STATUS_IO,
                     "%s: is a folder, and the run history is a file: name one in it, with --store or "
                     "NNLAB_STORE: %s/runs.db",
                     store->path, store->path);
  }
  make_folders(store->path);
  Status status = connect(store, store->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, patience, err);
  if (status == STATUS_OK) {
    status = schema_prepare(store, err);
  }
  return status == STATUS_OK ? recording_recover(store, err) : status;
}

static Status settle(Store *store, Status status, Store **out) {
  if (status == STATUS_OK) {
    *out = store;
  } else {
    store_close(store);
  }
  return status;
}

static Store *create(const char *path, Error *err) {
  Store *store = calloc(1, sizeof *store);
  if (!store) {
    (void)error_set(err, STATUS_IO, "not enough memory");
    return NULL;
  }
  store->path = path;
  return store;
}

Status store_open(Store **out, const char *path, int patience, Error *err) {
  Store *store = create(path, err);
  return store ? settle(store, prepare(store, patience, err), out) : STATUS_IO;
}

Status db_join(const Store *other, Store **out, Error *err) {
  Store *store = create(other->path, err);
  if (!store) {
    return STATUS_IO;
  }
  Status status = connect(store, other->path, SQLITE_OPEN_READWRITE, other->patience, err);
  status = status == STATUS_OK ? db_execute(store, "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON", err) : status;
  return settle(store, status, out);
}

/* --- without writing ---------------------------------------------------------------------------------------------- */

static bool is_writable(const char *path) {
  char copy[4096];
  str_copy(copy, sizeof copy, path); /* dirname changes it */
  return access(path, W_OK) == 0 && access(dirname(copy), W_OK | X_OK) == 0;
}

/* The path as a URI: %, ? and # mean something there. */
static void uri_of(const char *path, const char *query, char *out, size_t size) {
  size_t used = (size_t)snprintf(out, size, "file:");
  for (const char *c = path; *c && used + 4 < size; c++) {
    used += (size_t)snprintf(out + used, size - used, strchr("%?#", *c) ? "%%%02X" : "%c", (unsigned char)*c);
  }
  (void)snprintf(out + used, size - used, "%s", query);
}

/* As it is, together with those who write it; where the files that this takes cannot be made, nobody writes it. */
static Status open_frozen(Store *store, int patience, Error *err) {
  static const char *const queries[] = {"?mode=ro", "?immutable=1"};
  char uri[3 * 4096];
  Status status = STATUS_IO;
  for (size_t q = 0; q < sizeof queries / sizeof *queries && status != STATUS_OK; q++) {
    if (q > 0 && db_is_busy(store)) {
      break; /* somebody does write it */
    }
    disconnect(store);
    uri_of(store->path, queries[q], uri, sizeof uri);
    status = connect(store, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, patience, err);
    status = status == STATUS_OK ? schema_check(store, err) : status;
  }
  return status;
}

Status store_open_to_read(Store **out, const char *path, int patience, bool *frozen, Error *err) {
  *frozen = store_exists(path) && !is_folder(path) && !is_writable(path);
  if (!*frozen) {
    return store_open(out, path, patience, err);
  }
  Store *store = create(path, err);
  if (store) {
    store->frozen = true;
  }
  return store ? settle(store, open_frozen(store, patience, err), out) : STATUS_IO;
}

const char *store_path(const Store *store) { return store->path; }

void store_close(Store *store) {
  if (!store) {
    return;
  }
  disconnect(store);
  free(store);
}
