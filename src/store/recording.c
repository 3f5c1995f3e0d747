#include "store/recording.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/machine.h"
#include "base/str.h"
#include "data/open.h"
#include "lab/difference.h"
#include "store/committer.h"
#include "store/epoch_row.h"
#include "store/labels.h"
#include "store/snapshot_place.h"
#include "store/tail.h"

enum { MOST_PENDING = COMMITTER_BATCH };
_Static_assert(TAIL_PLACES == 2 * MOST_PENDING, "one half is committed while the other is filled");
static const double COMMIT_INTERVAL = 0.1;

struct Recording {
  Store *store;
  int64_t run;
  char name[80];
  Tail tail;
  int edits;
  int kept_epochs, kept_edits; /* of a run that was resumed: those that are told again; kept_edits counts down */
  int pending_count;
  EpochReport pending[MOST_PENDING]; /* ended, not committed; in the tail file, too */
  int half;                          /* of the tail's places: the other one holds what is being committed */
  Committer *committer;              /* NULL: not needed yet, or cannot be had */
  double committed_at;
};

/* A run that is resumed, as it was read. */
typedef struct Kept {
  int64_t run;
  int epochs, edits;
} Kept;

static double unix_time(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- the run's row ------------------------------------------------------------------------------------------------ */

/* "my table.csv" -> "my-table": what can be typed and never looks like an option. */
static void name_stem(const Preset *preset, char *out, size_t size) {
  size_t used = 0;
  for (const char *c = preset->name; *c && used + 1 < size && strcmp(c, ".csv") != 0; c++) {
    bool good = isalnum((unsigned char)*c) || *c == '_' || (used > 0 && *c == '.');
    if (good || (used > 0 && out[used - 1] != '-')) {
      out[used++] = good ? *c : '-';
    }
  }
  out[used] = '\0';
  if (used == 0) {
    str_copy(out, size, "run");
  }
}

static Status next_name(Store *store, const Preset *preset, char *out, size_t size, Error *err) {
  char stem[64];
  Status status;
  name_stem(preset, stem, sizeof stem);
  sqlite3_stmt *statement = db_query(store, QUERY_NEXT_NAME);
  db_bind_text(statement, 1, stem);
  while (db_next_row(store, statement, &status, err)) {
    str_copy(out, size, (const char *)sqlite3_column_text(statement, 0));
  }
  return status;
}

static void make_absolute(char *source, size_t size) {
  char whole[PATH_MAX];
  if (open_is_path(source) && realpath(source, whole) && strlen(whole) < size) {
    str_copy(source, size, whole);
  }
}

/* As YAML that reads back to the run's experiment, from wherever it is read. */
Status recording_yaml(Arena *arena, const Experiment *experiment, char **text, Error *err) {
  Preset bare = {.title = "", .lesson = "", .watch = "", .try_it = "", .experiment = *experiment};
  DataSpec *data = &bare.experiment.data;
  size_t length;
  make_absolute(data->source, sizeof data->source);
  make_absolute(data->test_source, sizeof data->test_source);
  return preset_format(arena, &bare, text, &length, err);
}

static void bind_run(sqlite3_stmt *row, const RunStart *start, const char *name, const char *yaml) {
  const Loaded *loaded = start->loaded;
  char differences[2048], cpu[128], weights[PATH_MAX];
  difference_text(&start->preset->experiment, &loaded->experiment, differences, sizeof differences);
  machine_cpu(cpu, sizeof cpu);
  db_bind_text(row, 1, name);
  db_bind_text(row, 2, start->preset->name);
  db_bind_text(row, 3, start->preset->title);
  db_bind_text(row, 4, differences);
  db_bind_text(row, 5, yaml);
  db_bind_text(row, 6, loaded->dataset);
  (void)sqlite3_bind_int64(row, 7, (int64_t)loaded->fingerprint);
  (void)sqlite3_bind_int(row, 8, loaded->task == TASK_REGRESSION);
  (void)sqlite3_bind_int(row, 9, loaded->experiment.train.seed);
  (void)sqlite3_bind_int64(row, 10, loaded->parameters);
  (void)sqlite3_bind_int(row, 11, loaded->train_rows);
  (void)sqlite3_bind_int(row, 12, loaded->validation_rows);
  (void)sqlite3_bind_int(row, 13, loaded->test_rows);
  db_bind_text(row, 14, start->weights && realpath(start->weights, weights) ? weights : start->weights);
  db_bind_text(row, 15, cpu);
  (void)sqlite3_bind_int(row, 16, start->cores);
  (void)sqlite3_bind_int(row, 17, loaded->threads);
  db_bind_text(row, 18, start->kernels);
  db_bind_text(row, 19, start->version);
  if (start->parent > 0) {
    (void)sqlite3_bind_int64(row, 20, start->parent);
    (void)sqlite3_bind_int(row, 21, start->fork_epoch);
  } else {
    (void)sqlite3_bind_null(row, 20);
    (void)sqlite3_bind_null(row, 21);
  }
  (void)(start->twin > 0 ? sqlite3_bind_int64(row, 22, start->twin) : sqlite3_bind_null(row, 22));
  (void)sqlite3_bind_double(row, 23, unix_time());
}

static Status add_run(Recording *recording, const RunStart *start, Error *err) {
  Store *store = recording->store;
  char *yaml;
  Arena arena;
  arena_init(&arena, 0);
  Status status = recording_yaml(&arena, &start->loaded->experiment, &yaml, err);
  if (status == STATUS_OK) {
    status = next_name(store, start->preset, recording->name, sizeof recording->name, err);
  }
  if (status == STATUS_OK) {
    sqlite3_stmt *row = db_query(store, QUERY_ADD_RUN);
    bind_run(row, start, recording->name, yaml);
    status = db_run(store, row, err);
    recording->run = sqlite3_last_insert_rowid(store->db);
  }
  arena_deinit(&arena);
  return status == STATUS_OK && start->tag ? labels_tag(store, recording->run, start->tag, true, err) : status;
}

/* Nobody else writes to the parent, but it may have been deleted. */
static Status copy_parent(Recording *recording, const RunStart *start, Error *err) {
  Store *store = recording->store;
  sqlite3_stmt *row = db_query(store, QUERY_COPY_EPOCHS);
  (void)sqlite3_bind_int64(row, 1, recording->run);
  (void)sqlite3_bind_int64(row, 2, start->parent);
  (void)sqlite3_bind_int(row, 3, start->fork_epoch);
  Status status = db_run(store, row, err);
  if (status != STATUS_OK) {
    return status;
  }
  if (sqlite3_changes(store->db) != start->fork_epoch) {
    return error_set(err, STATUS_IO, "%s: the run that was forked, number %lld, is no longer there", store->path,
                     (long long)start->parent);
  }
  row = db_query(store, QUERY_COPY_EDITS);
  (void)sqlite3_bind_int64(row, 1, recording->run);
  (void)sqlite3_bind_int64(row, 2, start->parent);
  (void)sqlite3_bind_int64(row, 3, start->fork_step);
  status = db_run(store, row, err);
  recording->edits = sqlite3_changes(store->db);
  row = db_query(store, QUERY_SUM_UP);
  (void)sqlite3_bind_int64(row, 1, recording->run);
  return status == STATUS_OK ? db_run(store, row, err) : status;
}

/* Only one can: who comes second finds it running. */
static Status take_up(Recording *recording, const Kept *kept, Error *err) {
  Store *store = recording->store;
  int64_t run = kept->run;
  sqlite3_stmt *row = db_query(store, QUERY_TAKE_UP);
  (void)sqlite3_bind_int64(row, 1, run);
  Status status = db_run(store, row, err);
  if (status == STATUS_OK && sqlite3_changes(store->db) != 1) {
    return error_set(err, STATUS_USAGE, "run %lld is no more, or another nnlab trains it", (long long)run);
  }
  recording->run = run;
  row = db_query(store, QUERY_KEPT);
  (void)sqlite3_bind_int64(row, 1, run);
  while (status == STATUS_OK && db_next_row(store, row, &status, err)) {
    str_copy(recording->name, sizeof recording->name, (const char *)sqlite3_column_text(row, 0));
    recording->kept_epochs = sqlite3_column_int(row, 1);
    recording->kept_edits = recording->edits = sqlite3_column_int(row, 2);
  }
  if (status == STATUS_OK && (recording->kept_epochs != kept->epochs || recording->kept_edits != kept->edits)) {
    return error_set(err, STATUS_USAGE, "%s: another nnlab has gone on with it meanwhile: resume it again",
                     recording->name);
  }
  return status;
}

/* Locked before others can see it: they would take it for one that was left. */
static Status make(Store *store, const RunStart *start, const Kept *kept, Recording **out, Error *err) {
  Recording *recording = calloc(1, sizeof *recording);
  if (!recording) {
    return error_set(err, STATUS_IO, "not enough memory");
  }
  recording->store = store;
  recording->tail.fd = -1;
  Status status = db_begin(store, err);
  if (status == STATUS_OK) {
    status = start ? add_run(recording, start, err) : take_up(recording, kept, err);
    if (status == STATUS_OK && start && start->parent > 0) {
      status = copy_parent(recording, start, err);
    }
    if (status == STATUS_OK) {
      tail_create(&recording->tail, store->path, recording->run);
    }
    if (status == STATUS_OK && !start && recording->tail.fd < 0) { /* it would be taken for one that was left, again */
      status = error_set(err, STATUS_IO,
                         "%s: cannot be locked, as a run that is resumed must be: end what else uses it, or copy the "
                         "history to a disk with locks",
                         recording->tail.path);
    }
    status = db_finish(store, status, err);
  }
  if (status != STATUS_OK) {
    tail_remove(&recording->tail);
    free(recording);
    return status;
  }
  recording->committed_at = clock_now();
  *out = recording;
  return STATUS_OK;
}

Status recording_begin(Store *store, const RunStart *start, Recording **recording, Error *err) {
  Status status = make(store, start, NULL, recording, err);
  if (status == STATUS_OK) {
    snapshot_place_remove(store->path, (*recording)->run); /* left by a history that was here before */
    snapshot_place_prepare(store->path, (*recording)->run, SNAPSHOT_BUDGET);
  }
  return status;
}

Status recording_resume(Store *store, int64_t run, int epochs, int edits, Recording **recording, Error *err) {
  Status status = make(store, NULL, &(Kept){run, epochs, edits}, recording, err);
  if (status == STATUS_OK) {
    snapshot_place_prepare(store->path, run, SNAPSHOT_BUDGET);
  }
  return status;
}

int64_t recording_run(const Recording *recording) { return recording->run; }
const char *recording_name(const Recording *recording) { return recording->name; }

/* --- as it goes --------------------------------------------------------------------------------------------------- */

static Status add_pending(const Recording *recording, Error *err) {
  return epoch_row_add(recording->store, recording->run, recording->pending, recording->pending_count, err);
}

/* In a transaction: what waits, and nothing waits any more if `status` and the commit are good. */
static Status commit(Recording *recording, Status status, Error *err) {
  status = db_finish(recording->store, status, err);
  if (status == STATUS_OK) {
    recording->pending_count = 0;
    recording->committed_at = clock_now();
  }
  return status;
}

/* Commits what waits on this thread, which waits for the other one. */
Status recording_flush(Recording *recording, Error *err) {
  Status status = recording->committer ? committer_finish(recording->committer, err) : STATUS_OK;
  if (status != STATUS_OK || recording->pending_count == 0) {
    return status;
  }
  status = db_begin(recording->store, err);
  return status == STATUS_OK ? commit(recording, add_pending(recording, err), err) : status;
}

/* Hands over what waits to the other thread; when it has no time, later will do, unless there is no more room. */
static Status hand_over(Recording *recording, bool full, Error *err) {
  bool taken = false;
  if (!recording->committer) {
    recording->committer = committer_open(recording->store, recording->run);
  }
  if (!recording->committer) {
    return recording_flush(recording, err);
  }
  Status status = committer_give(recording->committer, recording->pending, recording->pending_count, full, &taken, err);
  if (taken) {
    recording->pending_count = 0;
    recording->half = !recording->half;
    recording->committed_at = clock_now();
  }
  return status;
}

Status recording_epoch(Recording *recording, const EpochReport *report, Error *err) {
  if (report->epoch < recording->kept_epochs) {
    return STATUS_OK;
  }
  int place = recording->pending_count++;
  recording->pending[place] = *report;
  if (!recording->tail.places) {
    return recording_flush(recording, err);
  }
  tail_put(&recording->tail, recording->half * MOST_PENDING + place, report);
  bool full = recording->pending_count == MOST_PENDING;
  bool due = full || clock_now() - recording->committed_at >= COMMIT_INTERVAL;
  return due ? hand_over(recording, full, err) : STATUS_OK;
}

static Status add_edit(Recording *recording, const Edit *edit, Error *err) {
  sqlite3_stmt *row = db_query(recording->store, QUERY_ADD_EDIT);
  char before[64], after[64];
  param_format_value(edit->param, edit->old_value, before, sizeof before);
  param_format_value(edit->param, edit->new_value, after, sizeof after);
  (void)sqlite3_bind_int64(row, 1, recording->run);
  (void)sqlite3_bind_int(row, 2, recording->edits++);
  (void)sqlite3_bind_int(row, 3, edit->epoch);
  (void)sqlite3_bind_int64(row, 4, edit->step);
  (void)sqlite3_bind_double(row, 5, edit->at);
  db_bind_text(row, 6, param_at(edit->param)->key);
  (void)sqlite3_bind_int(row, 7, edit->layer);
  db_bind_text(row, 8, before);
  db_bind_text(row, 9, after);
  return db_run(recording->store, row, err);
}

Status recording_edit(Recording *recording, const Edit *edit, Error *err) {
  if (recording->kept_edits > 0) {
    recording->kept_edits--;
    return STATUS_OK;
  }
  Status status = recording->committer ? committer_finish(recording->committer, err) : STATUS_OK;
  if (status == STATUS_OK) {
    status = db_begin(recording->store, err);
  }
  if (status != STATUS_OK) {
    return status;
  }
  status = add_pending(recording, err);
  if (status == STATUS_OK) {
    status = add_edit(recording, edit, err);
  }
  return commit(recording, status, err);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static Status end_run(Store *store, int64_t run, const char *outcome, Error *err) {
  sqlite3_stmt *row = db_query(store, QUERY_END_RUN);
  (void)sqlite3_bind_int64(row, 1, run);
  db_bind_text(row, 2, outcome);
  (void)sqlite3_bind_double(row, 3, unix_time());
  return db_run(store, row, err);
}

static Status add_details(Store *store, int64_t run, const Ended *ended, Error *err) {
  sqlite3_stmt *row = db_query(store, QUERY_END_DETAILS);
  (void)sqlite3_bind_int64(row, 1, run);
  (void)sqlite3_bind_int64(row, 2, ended->step);
  (void)sqlite3_bind_double(row, 3, ended->seconds);
  (void)sqlite3_bind_int(row, 4, ended->best_epoch);
  (void)sqlite3_bind_int(row, 5, ended->restored);
  (void)sqlite3_bind_int(row, 6, ended->early);
  epoch_row_bind(row, 7, &ended->test);
  (void)sqlite3_bind_int64(row, 10, (int64_t)ended->digest);
  (void)sqlite3_bind_int64(row, 11, ended->bad_step);
  db_bind_text(row, 12, ended->bad_layer);
  (void)sqlite3_bind_double(row, 13, ended->bad_value);
  return db_run(store, row, err);
}

Status recording_end(Recording *recording, const Ended *ended, Error *err) {
  Store *store = recording->store;
  Status status = recording->committer ? committer_finish(recording->committer, err) : STATUS_OK;
  if (status == STATUS_OK) {
    status = db_begin(store, err);
  }
  if (status == STATUS_OK) {
    status = add_pending(recording, err);
    if (status == STATUS_OK) {
      status = end_run(store, recording->run, ended ? RUN_STATE_NAMES[ended->outcome] : "interrupted", err);
    }
    if (status == STATUS_OK && ended) {
      status = add_details(store, recording->run, ended, err);
    }
    status = commit(recording, status, err);
  }
  if (status == STATUS_OK) {
    tail_remove(&recording->tail);
  }
  if (status == STATUS_OK && ended) {
    snapshot_place_remove(store->path, recording->run);
  }
  recording_drop(recording);
  return status;
}

void recording_drop(Recording *recording) {
  if (recording) {
    committer_close(recording->committer);
    tail_leave(&recording->tail);
    free(recording);
  }
}

/* --- what others have left ---------------------------------------------------------------------------------------- */

static Status keep_tail(Store *store, int64_t run, Tail *tail, Error *err) {
  Status status = db_begin(store, err);
  if (status != STATUS_OK) {
    return status;
  }
  if (tail->fd < 0 && tail_take(tail, store->path, run) == TAIL_HELD) {
    return db_finish(store, STATUS_OK, err); /* another process was quicker, and the run goes on again */
  }
  EpochReport report;
  for (int place = 0; status == STATUS_OK && place < TAIL_PLACES; place++) {
    status = tail_get(tail, place, &report) ? epoch_row_add(store, run, &report, 1, err) : STATUS_OK;
  }
  if (status == STATUS_OK) {
    status = end_run(store, run, "interrupted", err);
  }
  return db_finish(store, status, err);
}

static Status recover_run(Store *store, int64_t run, Error *err) {
  Tail tail = {.fd = -1};
  if (tail_take(&tail, store->path, run) == TAIL_HELD) {
    return STATUS_OK;
  }
  Status status = keep_tail(store, run, &tail, err);
  if (status == STATUS_OK) {
    tail_remove(&tail);
  }
  tail_leave(&tail);
  return status;
}

Status recording_recover(Store *store, Error *err) {
  enum { AT_ONCE = 256 };
  int64_t runs[AT_ONCE]; /* listed first: a statement that is being read from keeps others from writing */
  int count = 0;
  Status status;
  sqlite3_stmt *statement = db_query(store, QUERY_UNFINISHED);
  while (db_next_row(store, statement, &status, err)) {
    if (count < AT_ONCE) {
      runs[count++] = sqlite3_column_int64(statement, 0);
    }
  }
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    status = recover_run(store, runs[i], err);
  }
  return status;
}
