/* schema: the tables, and how those of each version become those of the next. */
#include "base/clock.h"
#include "store/db.h"

/* "nnla" */
#define APPLICATION 0x6E6E6C61
enum { VERSION_TEXT = 64 };

/* MIGRATIONS[v] makes version v + 1 of version v. What has been released is never changed: a new version is a new row.
 */
static const char *const MIGRATIONS[] = {
    "CREATE TABLE runs ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, preset TEXT NOT NULL, title TEXT NOT NULL,"
    " differences TEXT NOT NULL, experiment TEXT NOT NULL,"
    " dataset TEXT NOT NULL, fingerprint INTEGER NOT NULL, regression INTEGER NOT NULL, seed INTEGER NOT NULL,"
    " parameters INTEGER, train_rows INTEGER, validation_rows INTEGER, test_rows INTEGER, weights TEXT,"
    " cpu TEXT, cores INTEGER, threads INTEGER, kernels TEXT, version TEXT,"
    " parent INTEGER REFERENCES runs ON DELETE SET NULL, fork_epoch INTEGER, twin INTEGER,"
    " note TEXT NOT NULL DEFAULT '', started REAL NOT NULL, ended REAL, outcome TEXT NOT NULL,"
    " epochs INTEGER, steps INTEGER, seconds REAL, best_score REAL, best_epoch INTEGER, last_score REAL, gap REAL,"
    " val_loss REAL, kept_epoch INTEGER, restored INTEGER, early INTEGER, test_loss REAL, test_score REAL,"
    " test_mae REAL, digest INTEGER, bad_step INTEGER, bad_layer TEXT, bad_value REAL);"
    "CREATE TABLE epochs ("
    " run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, epoch INTEGER NOT NULL, step INTEGER NOT NULL,"
    " loss REAL, score REAL, mae REAL, eval_loss REAL, eval_score REAL, eval_mae REAL,"
    " val_loss REAL, val_score REAL, val_mae REAL, learning_rate REAL, seconds REAL,"
    " PRIMARY KEY (run, epoch)) WITHOUT ROWID;"
    "CREATE TABLE edits ("
    " run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, number INTEGER NOT NULL, epoch INTEGER NOT NULL,"
    " step INTEGER NOT NULL, at REAL NOT NULL, param TEXT NOT NULL, layer INTEGER NOT NULL,"
    " old_value TEXT NOT NULL, new_value TEXT NOT NULL, PRIMARY KEY (run, number)) WITHOUT ROWID;"
    "CREATE TABLE tags ("
    " run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, tag TEXT NOT NULL,"
    " PRIMARY KEY (run, tag)) WITHOUT ROWID;",
    /* Opening looks for runs that have not ended: it must not read all that have. */
    "CREATE INDEX running ON runs (id) WHERE outcome = 'running';",
    /* Twins find each other. */
    "CREATE INDEX twins ON runs (twin) WHERE twin NOTNULL;",
    /* The best of a fork were its parent's, too; and the totals of runs under way were not kept. */
    "UPDATE runs SET"
    " epochs = coalesce(epochs, (SELECT count(*) FROM epochs e WHERE e.run = runs.id)),"
    " steps = coalesce(steps, (SELECT max(e.step) FROM epochs e WHERE e.run = runs.id)),"
    " seconds = coalesce(seconds, (SELECT sum(e.seconds) FROM epochs e WHERE e.run = runs.id)),"
    " best_score = (SELECT max(e.val_score) FROM epochs e WHERE e.run = runs.id AND e.epoch >= coalesce(fork_epoch, "
    "0)),"
    " best_epoch = (SELECT e.epoch FROM epochs e WHERE e.run = runs.id AND e.epoch >= coalesce(fork_epoch, 0)"
    "  AND e.val_score NOTNULL ORDER BY e.val_score DESC, e.epoch LIMIT 1),"
    " last_score = (SELECT e.val_score FROM epochs e WHERE e.run = runs.id AND e.epoch >= coalesce(fork_epoch, 0)"
    "  ORDER BY e.epoch DESC LIMIT 1),"
    " gap = (SELECT coalesce(e.eval_score, e.score) - e.val_score FROM epochs e WHERE e.run = runs.id"
    "  AND e.epoch >= coalesce(fork_epoch, 0) ORDER BY e.epoch DESC LIMIT 1),"
    " val_loss = (SELECT min(e.val_loss) FROM epochs e WHERE e.run = runs.id AND e.epoch >= coalesce(fork_epoch, 0))"
    " WHERE fork_epoch NOTNULL OR outcome = 'running';"};
enum { NEWEST = sizeof MIGRATIONS / sizeof *MIGRATIONS };

static Status read_number(Store *store, QueryId id, int64_t *number, Error *err) {
  Status status;
  sqlite3_stmt *statement = db_query(store, id);
  *number = 0;
  while (db_next_row(store, statement, &status, err)) {
    *number = sqlite3_column_int64(statement, 0);
  }
  return status;
}

/* Whose file it is, and of which version: 0 = nobody's yet. */
static Status read_version(Store *store, int64_t *version, Error *err) {
  int64_t application = 0, tables = 0;
  Status status = read_number(store, QUERY_APPLICATION, &application, err);
  if (status == STATUS_OK) {
    status = read_number(store, QUERY_TABLES, &tables, err);
  }
  if (status == STATUS_OK) {
    status = read_number(store, QUERY_VERSION, version, err);
  }
  if (status != STATUS_OK) {
    return status;
  }
  if (application != APPLICATION && (application != 0 || tables > 0 || *version != 0)) {
    return error_set(err, STATUS_IO, "%s: is another program's database: name another file with --store", store->path);
  }
  if (*version > NEWEST) {
    return error_set(err, STATUS_IO,
                     "%s: was written by a newer nnlab (its version is %lld, this nnlab knows up to %d): use that one, "
                     "or name another file with --store",
                     store->path, (long long)*version, (int)NEWEST);
  }
  return STATUS_OK;
}

static Status migrate(Store *store, Error *err) {
  int64_t version = 0;
  Status status = db_begin(store, err);
  if (status != STATUS_OK) {
    return status;
  }
  status = read_version(store, &version, err); /* another process may have been quicker */
  for (; status == STATUS_OK && version < NEWEST; version++) {
    char stamp[VERSION_TEXT];
    (void)sqlite3_snprintf(sizeof stamp, stamp, "PRAGMA user_version=%d", (int)version + 1);
    status = db_execute(store, MIGRATIONS[version], err);
    if (status == STATUS_OK) {
      status = db_execute(store, stamp, err);
    }
  }
  if (status == STATUS_OK) {
    char stamp[VERSION_TEXT];
    (void)sqlite3_snprintf(sizeof stamp, stamp, "PRAGMA application_id=%d", APPLICATION);
    status = db_execute(store, stamp, err);
  }
  return db_finish(store, status, err);
}

/* All at one moment: another connection may be making the tables now. */
static Status look(Store *store, int64_t *version, Error *err) {
  Status status = db_execute(store, "BEGIN", err);
  return status == STATUS_OK ? db_finish(store, read_version(store, version, err), err) : status;
}

/* SQLite does not wait where two connections make a new file's journal WAL at once, as each might wait for the other:
 * then it is tried again for a moment. A lock that has been waited for is not. */
static Status set_up(Store *store, Error *err) {
  static const double moment = 0.05; /* seconds */
  double start = clock_now();
  for (;;) {
    Status status =
        db_execute(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON", err);
    if (status == STATUS_OK || !db_is_busy(store) || clock_now() - start > moment) {
      return status;
    }
    (void)sqlite3_sleep(2);
  }
}

Status schema_prepare(Store *store, Error *err) {
  int64_t version = 0;
  Status status = look(store, &version, err);
  if (status == STATUS_OK) {
    status = set_up(store, err);
  }
  return status == STATUS_OK && version < NEWEST ? migrate(store, err) : status;
}

Status schema_check(Store *store, Error *err) {
  int64_t version = 0;
  Status status = look(store, &version, err);
  if (status == STATUS_OK && version < NEWEST) {
    return error_set(err, STATUS_IO,
                     "%s: was written by an older nnlab, and cannot be brought up to date where it is: "
                     "copy it, and name the copy with --store",
                     store->path);
  }
  return status;
}
