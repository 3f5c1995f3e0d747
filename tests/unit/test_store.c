/* The run history: what is written comes back, whatever happens to the process, the file and the disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/param.h"
#include "store/labels.h"
#include "store/query.h"
#include "store/run_column.h"
#include "store_fixture.h"

static void test_a_run_comes_back(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  add_epochs(fixture, recording, 0, 2);
  static const Edit edit = {
      .epoch = 2, .step = 20, .at = 2.0, .param = PARAM_BN_POSITION, .layer = 0, .old_value = 0, .new_value = 1};
  assert_int_equal(recording_edit(recording, &edit, &fixture->err), STATUS_OK);
  add_epochs(fixture, recording, 2, 5);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  store_close(store);
  store = open_store(fixture);
  RunList list = runs_of(fixture, store);
  assert_int_equal(list.count, 1);
  const StoredRun *run = &list.items[0];
  assert_string_equal(run->name, "moons-1");
  assert_string_equal(run->preset, "moons");
  assert_string_equal(run->title, "Two moons");
  assert_string_equal(run->differences, "dropout=0.5");
  assert_true(run->fingerprint == UINT64_C(0xFEDCBA9876543210));
  assert_int_equal(run->outcome, OUTCOME_FINISHED);
  assert_int_equal(run->epochs, 5);
  assert_int_equal(run->steps, 50);
  assert_true(run->best_score == 0.9);
  assert_int_equal(run->best_epoch, 3);
  assert_true(run->last_score == report_of(4).val.score);
  assert_true(run->gap == 0.7 - report_of(4).val.score);
  assert_true(run->val_loss == 0.1);
  assert_true(run->has_digest && run->digest == ENDED.digest);
  assert_true(run->early && run->test.score == 0.75 && run->seconds == 2.5);
  assert_true(run->started > 1e9 && run->ended >= run->started);
  assert_epochs(fixture, store, run->id, 5);
  Edit *edits;
  int count;
  assert_int_equal(history_edits(store, &fixture->arena, run->id, &edits, &count, &fixture->err), STATUS_OK);
  assert_int_equal(count, 1);
  assert_memory_equal(&edits[0], &edit, sizeof edit);
  Experiment experiment;
  assert_int_equal(history_experiment(&fixture->arena, run, &experiment, &fixture->err), STATUS_OK);
  assert_true(experiment.net.layers[0].dropout == 0.5);
  store_close(store);
}

static void add_edit(Fixture *fixture, Recording *recording, int epoch) {
  Edit edit = {.epoch = epoch, .step = 10 * epoch, .at = epoch, .param = PARAM_EPOCHS, .layer = -1};
  edit.old_value = 30 + epoch;
  edit.new_value = 31 + epoch;
  assert_int_equal(recording_edit(recording, &edit, &fixture->err), STATUS_OK);
}

/* It begins with its parent's epochs and the edits before it, and keeps them when the parent is deleted. */
static void test_a_run_in_pieces(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  const StoredRun *run;
  EpochReport *epochs;
  int count;
  add_epochs(fixture, recording, 0, 10);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  assert_int_equal(history_epochs_from(store, &fixture->arena, 1, 4, 3, &epochs, &count, &fixture->err), STATUS_OK);
  assert_int_equal(count, 3);
  assert_int_equal(epochs[0].epoch, 4);
  assert_int_equal(epochs[2].epoch, 6);
  assert_int_equal(history_epochs_from(store, &fixture->arena, 1, 8, 3, &epochs, &count, &fixture->err), STATUS_OK);
  assert_int_equal(count, 2);
  assert_int_equal(history_run(store, &fixture->arena, 1, &run, &fixture->err), STATUS_OK);
  assert_string_equal(run->name, "moons-1");
  assert_int_equal(history_run(store, &fixture->arena, 2, &run, &fixture->err), STATUS_USAGE);
  store_close(store);
}

static void test_a_fork_is_whole(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  for (int e = 0; e < 5; e++) {
    add_edit(fixture, recording, e + 1);
    add_epochs(fixture, recording, e, e + 1);
  }
  assert_int_equal(recording_run(recording), 1);
  assert_int_equal(recording_end(recording, NULL, &fixture->err), STATUS_OK);
  recording = begin_fork(fixture, store, 1, 3);
  assert_int_equal(recording_run(recording), 2);
  add_edit(fixture, recording, 3);
  add_epochs(fixture, recording, 3, 5);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  RunList list = runs_of(fixture, store);
  assert_int_equal(list.items[0].fork_epoch, -1);
  assert_int_equal(list.items[0].outcome, OUTCOME_INTERRUPTED);
  const StoredRun *fork = &list.items[1];
  assert_int_equal(fork->parent, 1);
  assert_string_equal(fork->parent_name, "moons-1");
  assert_int_equal(fork->fork_epoch, 3);
  assert_int_equal(fork->epochs, 5);
  assert_non_null(strstr(list.items[0].edits, " at 1, "));
  assert_null(strchr(fork->edits, ','));
  assert_non_null(strstr(fork->edits, " at 3"));
  assert_true(fork->val_loss == 3.1 && fork->best_score == 0.9 && fork->best_epoch == 3);
  assert_int_equal(labels_delete(store, 1, &fixture->err), STATUS_OK);
  list = runs_of(fixture, store);
  assert_true(list.items[0].parent == 0 && list.items[0].fork_epoch == 3);
  assert_string_equal(list.items[0].parent_name, "");
  assert_epochs(fixture, store, 2, 5);
  Edit *edits;
  int count;
  assert_int_equal(history_edits(store, &fixture->arena, 2, &edits, &count, &fixture->err), STATUS_OK);
  assert_int_equal(count, 3);
  for (int i = 0; i < count; i++) {
    assert_int_equal(edits[i].step, 10 * (i + 1));
  }
  assert_int_equal(try_begin(fixture, store, 1, 3, &recording), STATUS_IO);
  assert_non_null(strstr(fixture->err.text, "number 1, is no longer there"));
  assert_int_equal(runs_of(fixture, store).count, 1);
  store_close(store);
}

/* Batches of commits, more than wait at once. */
static void test_many_quick_epochs(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  add_epochs(fixture, recording, 0, 3000);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  assert_epochs(fixture, store, 1, 3000);
  store_close(store);
}

/* A child records `epochs` and is killed; what it has been told is kept is there. */
static void record_and_die(Fixture *fixture, int epochs) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    Store *store = open_store(fixture);
    add_epochs(fixture, begin(fixture, store), 0, epochs);
    (void)raise(SIGKILL);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_killed_runs_lose_nothing(void **state) {
  Fixture *fixture = *state;
  static const int epochs[] = {0, 1, 7, 255, 256, 257, 1000};
  for (int i = 0; i < LENGTH(epochs); i++) {
    record_and_die(fixture, epochs[i]);
  }
  Store *store = open_store(fixture);
  RunList list = runs_of(fixture, store);
  assert_int_equal(list.count, LENGTH(epochs));
  for (int i = 0; i < list.count; i++) {
    assert_int_equal(list.items[i].outcome, OUTCOME_INTERRUPTED);
    assert_int_equal(list.items[i].epochs, epochs[i]);
    assert_false(list.items[i].has_digest);
    assert_epochs(fixture, store, list.items[i].id, epochs[i]);
  }
  store_close(store);
}

/* Two at once: each sees the other's run as under way, both keep theirs under names of their own. */
static void test_two_at_once(void **state) {
  Fixture *fixture = *state;
  Store *one = open_store(fixture), *other = open_store(fixture);
  Recording *first = begin(fixture, one), *second = begin(fixture, other);
  Store *reader = open_store(fixture);
  for (int e = 0; e < 400; e++) {
    add_epochs(fixture, first, e, e + 1);
    add_epochs(fixture, second, e, e + 1);
  }
  assert_int_equal(recording_flush(first, &fixture->err), STATUS_OK);
  RunList list = runs_of(fixture, reader);
  assert_int_equal(list.count, 2);
  assert_int_equal(list.items[0].outcome, OUTCOME_RUNNING);
  assert_int_equal(list.items[0].epochs, 400);
  assert_int_equal(list.items[1].outcome, OUTCOME_RUNNING);
  assert_string_equal(list.items[1].name, "moons-2");
  assert_int_equal(recording_end(first, &ENDED, &fixture->err), STATUS_OK);
  assert_int_equal(recording_end(second, NULL, &fixture->err), STATUS_OK);
  list = runs_of(fixture, reader);
  assert_int_equal(list.items[0].outcome, OUTCOME_FINISHED);
  assert_int_equal(list.items[1].outcome, OUTCOME_INTERRUPTED);
  assert_int_equal(list.items[1].epochs, 400);
  store_close(one);
  store_close(other);
  store_close(reader);
}

/* A fork's best are of its own epochs; those of a run under way are kept at each commit. */
static void test_totals_as_it_goes(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store), *fork;
  assert_int_equal(runs_of(fixture, store).items[0].best_epoch, -1);
  for (int to = 1; to < 6; to++) {
    add_epochs(fixture, recording, to - 1, to);
    assert_int_equal(recording_flush(recording, &fixture->err), STATUS_OK);
    const StoredRun *run = run_at(fixture, store, 0);
    assert_int_equal(run->outcome, OUTCOME_RUNNING);
    assert_int_equal(run->epochs, to);
    assert_int_equal(run->steps, 10 * to);
    assert_true(run->seconds == 0.25 * to && run->val_loss == 0.1);
    assert_int_equal(run->best_epoch, to > 3 ? 3 : to - 1);
    assert_true(run->best_score == report_of(run->best_epoch).val.score);
    assert_true(run->last_score == report_of(to - 1).val.score && run->gap == 0.7 - run->last_score);
  }
  fork = begin_fork(fixture, store, 1, 4);
  const StoredRun *run = run_at(fixture, store, 1);
  assert_true(run->epochs == 4 && run->steps == 40 && run->best_epoch == -1 && isnan(run->best_score));
  add_epochs(fixture, fork, 4, 6);
  assert_int_equal(recording_flush(fork, &fixture->err), STATUS_OK);
  run = run_at(fixture, store, 1);
  assert_true(run->epochs == 6 && run->best_epoch == 5 && run->val_loss == 4.1);
  assert_int_equal(recording_end(fork, &ENDED, &fixture->err), STATUS_OK);
  run = run_at(fixture, store, 1);
  assert_true(run->epochs == 6 && run->best_epoch == 5 && run->val_loss == 4.1);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  store_close(store);
}

/* It is one run again: what it is told again is passed over, and nobody else can take it up meanwhile. */
static void test_a_run_goes_on(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture), *other = open_store(fixture);
  Recording *recording = begin(fixture, store), *none = NULL;
  add_epochs(fixture, recording, 0, 2);
  add_edit(fixture, recording, 2);
  add_epochs(fixture, recording, 2, 3);
  assert_int_equal(recording_resume(other, 1, 3, 1, &none, &fixture->err), STATUS_USAGE);
  assert_int_equal(recording_end(recording, NULL, &fixture->err), STATUS_OK);
  assert_int_equal(recording_resume(store, 1, 3, 0, &recording, &fixture->err), STATUS_USAGE);
  assert_int_equal(recording_resume(store, 1, 2, 1, &recording, &fixture->err), STATUS_USAGE);
  assert_non_null(strstr(fixture->err.text, "another nnlab has gone on with it"));
  assert_int_equal(recording_resume(store, 1, 3, 1, &recording, &fixture->err), STATUS_OK);
  assert_int_equal(recording_resume(other, 1, 3, 1, &none, &fixture->err), STATUS_USAGE);
  assert_int_equal(runs_of(fixture, other).items[0].outcome, OUTCOME_RUNNING);
  assert_string_equal(recording_name(recording), "moons-1");
  add_edit(fixture, recording, 2);
  EpochReport differing = report_of(2);
  differing.val.loss = 77.0;
  assert_int_equal(recording_epoch(recording, &differing, &fixture->err), STATUS_OK);
  add_edit(fixture, recording, 3);
  add_epochs(fixture, recording, 3, 5);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  RunList list = runs_of(fixture, other);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.items[0].outcome, OUTCOME_FINISHED);
  assert_int_equal(list.items[0].epochs, 5);
  assert_true(list.items[0].val_loss == 0.1 && list.items[0].digest == ENDED.digest);
  assert_epochs(fixture, other, 1, 5);
  Edit *edits;
  int count;
  assert_int_equal(history_edits(other, &fixture->arena, 1, &edits, &count, &fixture->err), STATUS_OK);
  assert_int_equal(count, 2);
  assert_int_equal(edits[1].step, 30);
  assert_int_equal(recording_resume(store, 1, 5, 2, &none, &fixture->err), STATUS_USAGE);
  store_close(store);
  store_close(other);
}

static void *let_go_of(void *file) {
  (void)usleep(20 * 1000);
  assert_int_equal(close(*(int *)file), 0);
  return NULL;
}

/* Who has recovered the run removes its file a moment later: it is waited for. */
static void test_a_run_goes_on_from_under_a_lock(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  pthread_t thread;
  assert_int_equal(recording_end(recording, NULL, &fixture->err), STATUS_OK);
  const char *path = path_in(fixture, "runs.db-run1");
  int file = open(path, O_RDWR | O_CREAT, 0600);
  assert_true(file >= 0 && flock(file, LOCK_EX) == 0);
  assert_int_equal(recording_resume(store, 1, 0, 0, &recording, &fixture->err), STATUS_IO);
  assert_non_null(strstr(fixture->err.text, "cannot be locked"));
  assert_int_equal(runs_of(fixture, store).items[0].outcome, OUTCOME_INTERRUPTED);
  assert_int_equal(pthread_create(&thread, NULL, let_go_of, &file), 0);
  assert_int_equal(recording_resume(store, 1, 0, 0, &recording, &fixture->err), STATUS_OK);
  assert_int_equal(pthread_join(thread, NULL), 0);
  Store *other = open_store(fixture);
  assert_int_equal(runs_of(fixture, other).items[0].outcome, OUTCOME_RUNNING);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  store_close(other);
  store_close(store);
}

/* --- what goes wrong ---------------------------------------------------------------------------------------------- */

static void assert_refused(Fixture *fixture, const char *path, const char *cause) {
  Store *store = NULL;
  assert_int_equal(store_open(&store, path, 10, &fixture->err), STATUS_IO);
  assert_null(store);
  if (strncmp(fixture->err.text, path, strlen(path)) != 0 || !strstr(fixture->err.text, cause) ||
      !strstr(fixture->err.text, "--store")) {
    fail_msg("said: %s", fixture->err.text);
  }
}

static void run_sql(Fixture *fixture, const char *sql) {
  sqlite3 *db;
  assert_int_equal(sqlite3_open(file_of(fixture), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_a_file_of_another_kind(void **state) {
  Fixture *fixture = *state;
  write_file(fixture, "runs.db", "This is a letter, and long enough to be taken for the head of a database, or so.\n");
  assert_refused(fixture, file_of(fixture), "damaged");
}

static void test_a_damaged_file(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  add_epochs(fixture, recording, 0, 300);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  store_close(store);
  FILE *file = fopen(file_of(fixture), "r+");
  assert_non_null(file);
  assert_int_equal(fseek(file, 100, SEEK_SET), 0); /* the root page's head, behind the file's */
  for (int i = 0; i < 3000; i++) {
    assert_int_equal(fputc(0x5A, file), 0x5A);
  }
  assert_int_equal(fclose(file), 0);
  assert_refused(fixture, file_of(fixture), "damaged");
}

/* Each has the other's name, as long as that is there. A history of before their index is brought up to date. */
static void test_twins_find_each_other(void **state) {
  Fixture *fixture = *state;
  Preset preset = {.name = "p", .title = "", .experiment = experiment_default()};
  Loaded loaded = {.experiment = preset.experiment};
  store_close(open_store(fixture));
  run_sql(fixture, "DROP INDEX twins; PRAGMA user_version=2");
  Store *store = open_store(fixture);
  for (int i = 0; i < 5; i++) {
    Recording *recording;
    RunStart start = {.preset = &preset, .loaded = &loaded, .version = "1", .kernels = "portable", .twin = i / 2};
    assert_int_equal(recording_begin(store, &start, &recording, &fixture->err), STATUS_OK);
    assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  }
  static const char *const OTHERS[] = {"", "", "p-4", "p-3", ""};
  RunList list = runs_of(fixture, store);
  for (int i = 0; i < 5; i++) {
    assert_string_equal(list.items[i].twin_name, OTHERS[i]);
    assert_string_equal(run_column_text(&list.items[i], RUN_COLUMN_TWIN), OTHERS[i]);
  }
  assert_int_equal(labels_delete(store, 4, &fixture->err), STATUS_OK);
  list = runs_of(fixture, store);
  assert_string_equal(list.items[2].twin_name, "");
  store_close(store);
}

static void test_another_programs_database(void **state) {
  Fixture *fixture = *state;
  run_sql(fixture, "CREATE TABLE bills (id)");
  assert_refused(fixture, file_of(fixture), "another program's");
}

static void test_a_newer_version(void **state) {
  Fixture *fixture = *state;
  store_close(open_store(fixture));
  run_sql(fixture, "PRAGMA user_version=99");
  assert_refused(fixture, file_of(fixture), "newer nnlab");
}

static int count_column(void *count, int columns, char **texts, char **names) {
  (void)names;
  *(int *)count += columns > 3 && strstr(texts[3], "INDEX running") != NULL;
  return 0;
}

/* A history of the first version gets the index, by which opening finds the runs that have not ended. */
static void test_an_older_version(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  assert_int_equal(recording_end(begin(fixture, store), &ENDED, &fixture->err), STATUS_OK);
  store_close(store);
  run_sql(fixture, "DROP INDEX running; DROP INDEX twins; PRAGMA user_version=1");
  store = open_store(fixture);
  assert_int_equal(runs_of(fixture, store).count, 1);
  store_close(store);
  sqlite3 *db;
  int uses = 0;
  assert_int_equal(sqlite3_open(file_of(fixture), &db), SQLITE_OK);
  const char *plan = arena_printf(&fixture->arena, "EXPLAIN QUERY PLAN %s", QUERY_SQL[QUERY_UNFINISHED]);
  assert_int_equal(sqlite3_exec(db, plan, count_column, &uses, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  assert_int_equal(uses, 1);
}

static void test_no_place_to_write(void **state) { assert_refused(*state, "/proc/nnlab/runs.db", "cannot be written"); }

static void test_a_file_that_cannot_be_written(void **state) {
  Fixture *fixture = *state;
  if (geteuid() == 0) {
    skip(); /* root may write everything */
  }
  store_close(open_store(fixture));
  assert_int_equal(chmod(fixture->folder, 0500), 0);
  Store *store = open_store(fixture);
  Preset preset = {.name = "p", .title = "", .experiment = experiment_default()};
  Loaded loaded = {.experiment = preset.experiment};
  RunStart start = {.preset = &preset, .loaded = &loaded, .version = "1", .kernels = "portable"};
  Recording *recording;
  Status status = recording_begin(store, &start, &recording, &fixture->err);
  store_close(store);
  assert_int_equal(chmod(fixture->folder, 0700), 0);
  assert_int_equal(status, STATUS_IO);
  assert_non_null(strstr(fixture->err.text, "cannot be written"));
}

/* Another connection holds the lock: opening and beginning fail in time; a run that is recorded already goes on, and
 * its epochs are kept when the lock is gone. */
static void test_a_locked_file(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  sqlite3 *db;
  assert_int_equal(sqlite3_open(file_of(fixture), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  (void)usleep(110 * 1000); /* a commit is due */
  add_epochs(fixture, recording, 0, 3);
  Preset preset = {.name = "p", .title = "", .experiment = experiment_default()};
  Loaded loaded = {.experiment = preset.experiment};
  RunStart start = {.preset = &preset, .loaded = &loaded, .version = "1", .kernels = "portable"};
  Recording *none;
  assert_int_equal(recording_begin(store, &start, &none, &fixture->err), STATUS_IO);
  assert_non_null(strstr(fixture->err.text, "locked"));
  assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  assert_int_equal(recording_end(recording, NULL, &fixture->err), STATUS_OK);
  assert_epochs(fixture, store, 1, 3);
  store_close(store);
}

static void *let_go(void *db) {
  (void)usleep(120 * 1000);
  (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return NULL;
}

/* Who begins to wait when an attempt is nearly over waits for another one. */
static void test_a_lock_that_goes_in_time(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  sqlite3 *db;
  pthread_t thread;
  assert_int_equal(sqlite3_open(file_of(fixture), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  (void)usleep(110 * 1000); /* a commit is due */
  assert_int_equal(pthread_create(&thread, NULL, let_go, db), 0);
  add_epochs(fixture, recording, 0, 1);
  (void)usleep(80 * 1000); /* of the store's 100 */
  Status status = recording_flush(recording, &fixture->err);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_int_equal(status, STATUS_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  assert_int_equal(recording_end(recording, &ENDED, &fixture->err), STATUS_OK);
  assert_epochs(fixture, store, 1, 1);
  store_close(store);
}

static void test_a_full_disk(void **state) {
  Fixture *fixture = *state;
  if (mount("none", fixture->folder, "tmpfs", 0, "size=128k") != 0) {
    skip(); /* no right to mount */
  }
  Store *store = open_store(fixture);
  Recording *recording = begin(fixture, store);
  Status status = STATUS_OK;
  for (int e = 0; status == STATUS_OK && e < 100000; e++) {
    EpochReport report = report_of(e);
    status = recording_epoch(recording, &report, &fixture->err);
  }
  char text[sizeof fixture->err.text];
  strcpy(text, fixture->err.text);
  recording_drop(recording);
  store_close(store);
  Store *again = NULL;
  Status reopened = store_open(&again, file_of(fixture), 10, &fixture->err);
  store_close(again);
  assert_int_equal(umount2(fixture->folder, MNT_DETACH), 0);
  assert_int_equal(status, STATUS_IO);
  assert_non_null(strstr(text, "the disk is full"));
  assert_true(reopened == STATUS_OK || strstr(fixture->err.text, "the disk is full"));
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static const StoredRun *find(Fixture *fixture, const RunList *list, const char *word) {
  const StoredRun *run = NULL;
  return history_find(list, word, &run, &fixture->err) == STATUS_OK ? run : NULL;
}

static void test_names_and_labels(void **state) {
  Fixture *fixture = *state;
  Store *store = open_store(fixture);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(recording_end(begin(fixture, store), &ENDED, &fixture->err), STATUS_OK);
  }
  assert_int_equal(labels_rename(store, 2, "tuned", &fixture->err), STATUS_OK);
  assert_int_equal(labels_rename(store, 3, "tuned", &fixture->err), STATUS_USAGE);
  assert_int_equal(labels_rename(store, 3, "17", &fixture->err), STATUS_USAGE);
  assert_int_equal(labels_rename(store, 3, "last", &fixture->err), STATUS_USAGE);
  assert_int_equal(labels_rename(store, 3, "a b", &fixture->err), STATUS_USAGE);
  assert_int_equal(labels_tag(store, 2, "best", true, &fixture->err), STATUS_OK);
  assert_int_equal(labels_tag(store, 2, "a", true, &fixture->err), STATUS_OK);
  assert_int_equal(labels_tag(store, 2, "a", true, &fixture->err), STATUS_OK);
  assert_int_equal(labels_note(store, 2, "a\tnote", &fixture->err), STATUS_OK);
  RunList list = runs_of(fixture, store);
  assert_string_equal(list.items[1].tags, "a best");
  assert_string_equal(list.items[1].note, "a note");
  assert_int_equal(find(fixture, &list, "tuned")->id, 2);
  assert_int_equal(find(fixture, &list, "tu")->id, 2);
  assert_int_equal(find(fixture, &list, "last")->id, 3);
  assert_int_equal(find(fixture, &list, "1")->id, 1);
  assert_int_equal(find(fixture, &list, "@3")->id, 3);
  assert_null(find(fixture, &list, "moons"));
  assert_non_null(strstr(fixture->err.text, "moons-1, moons-3"));
  assert_null(find(fixture, &list, "tumed"));
  assert_non_null(strstr(fixture->err.text, "did you mean 'tuned'?"));
  assert_null(find(fixture, &list, ""));
  assert_int_equal(labels_tag(store, 2, "a", false, &fixture->err), STATUS_OK);
  assert_int_equal(labels_delete(store, 1, &fixture->err), STATUS_OK);
  list = runs_of(fixture, store);
  assert_int_equal(list.count, 2);
  assert_string_equal(list.items[0].tags, "best");
  assert_int_equal(recording_end(begin(fixture, store), NULL, &fixture->err), STATUS_OK);
  list = runs_of(fixture, store);
  assert_string_equal(list.items[2].name, "moons-4"); /* numbers go on from the highest */
  store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_a_run_comes_back),
                                     TEST(test_a_run_in_pieces),
                                     TEST(test_a_fork_is_whole),
                                     TEST(test_many_quick_epochs),
                                     TEST(test_killed_runs_lose_nothing),
                                     TEST(test_two_at_once),
                                     TEST(test_totals_as_it_goes),
                                     TEST(test_a_run_goes_on),
                                     TEST(test_a_run_goes_on_from_under_a_lock),
                                     TEST(test_a_file_of_another_kind),
                                     TEST(test_a_damaged_file),
                                     TEST(test_another_programs_database),
                                     TEST(test_twins_find_each_other),
                                     TEST(test_a_newer_version),
                                     TEST(test_an_older_version),
                                     TEST(test_no_place_to_write),
                                     TEST(test_a_file_that_cannot_be_written),
                                     TEST(test_a_locked_file),
                                     TEST(test_a_lock_that_goes_in_time),
                                     TEST(test_a_full_disk),
                                     TEST(test_names_and_labels)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
