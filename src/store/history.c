#include "store/history.h"

#include <string.h>

#include "base/str.h"
#include "lab/param.h"
#include "lab/preset.h"
#include "store/db.h"
#include "store/tail.h"

/* Room for one more of `count` items: NULL while there is, else where they go on. */
static void *grow(Arena *arena, void *items, int count, size_t size) {
  bool full = count == 0 || (count >= 64 && (count & (count - 1)) == 0);
  if (!full) {
    return items;
  }
  void *larger = arena_alloc(arena, count == 0 ? 64 : 2 * (size_t)count, size, 16);
  if (count > 0) {
    memcpy(larger, items, (size_t)count * size);
  }
  return larger;
}

static Outcome outcome_of(const char *name) {
  for (int i = 0; i < OUTCOME_COUNT; i++) {
    if (strcmp(name, OUTCOME_NAMES[i]) == 0) {
      return (Outcome)i;
    }
  }
  return OUTCOME_INTERRUPTED;
}

/* Columns are read in the query's order. */
typedef struct Reader {
  Arena *arena;
  sqlite3_stmt *row;
  int column;
} Reader;

static const char *next_text(Reader *reader) { return db_text(reader->arena, reader->row, reader->column++); }
static int next_int(Reader *reader) { return sqlite3_column_int(reader->row, reader->column++); }
static int64_t next_i64(Reader *reader) { return sqlite3_column_int64(reader->row, reader->column++); }
static double next_real(Reader *reader) { return db_real(reader->row, reader->column++); }

static Metrics next_metrics(Reader *reader) {
  Metrics metrics;
  metrics.loss = next_real(reader);
  metrics.score = next_real(reader);
  metrics.mae = next_real(reader);
  return metrics;
}

static void read_start(Reader *reader, StoredRun *run) {
  run->id = next_i64(reader);
  run->name = next_text(reader);
  run->preset = next_text(reader);
  run->title = next_text(reader);
  run->differences = next_text(reader);
  run->experiment = next_text(reader);
  run->dataset = next_text(reader);
  run->fingerprint = (uint64_t)next_i64(reader);
  run->task = next_int(reader) ? TASK_REGRESSION : TASK_CLASSIFICATION;
  run->seed = next_int(reader);
  run->parameters = next_i64(reader);
  run->train_rows = next_int(reader);
  run->validation_rows = next_int(reader);
  run->test_rows = next_int(reader);
  run->weights = next_text(reader);
  run->cpu = next_text(reader);
  run->cores = next_int(reader);
  run->threads = next_int(reader);
  run->kernels = next_text(reader);
  run->version = next_text(reader);
  run->parent = next_i64(reader);
  run->parent_name = next_text(reader);
  run->fork_epoch = next_int(reader);
  run->twin = next_i64(reader);
  run->twin_name = next_text(reader);
  run->note = next_text(reader);
  run->tags = next_text(reader);
  run->started = next_real(reader);
  run->ended = next_real(reader);
}

static void read_end(Reader *reader, StoredRun *run) {
  run->outcome = outcome_of(next_text(reader));
  run->epochs = next_int(reader);
  run->steps = next_i64(reader);
  run->seconds = next_real(reader);
  run->best_score = next_real(reader);
  run->best_epoch = next_int(reader);
  run->last_score = next_real(reader);
  run->gap = next_real(reader);
  run->val_loss = next_real(reader);
  run->kept_epoch = next_int(reader);
  run->restored = next_int(reader) != 0;
  run->early = next_int(reader) != 0;
  run->test = next_metrics(reader);
  run->has_digest = sqlite3_column_type(reader->row, reader->column) != SQLITE_NULL;
  run->digest = (uint64_t)next_i64(reader);
  run->bad_step = next_i64(reader);
  run->bad_layer = next_text(reader);
  run->bad_value = next_real(reader);
  run->edits = next_text(reader);
}

static Status read_runs(Store *store, sqlite3_stmt *statement, Arena *arena, RunList *list, Error *err) {
  Status status;
  *list = (RunList){0};
  while (db_next_row(store, statement, &status, err)) {
    Reader reader = {arena, statement, 0};
    list->items = grow(arena, list->items, list->count, sizeof *list->items);
    StoredRun *run = &list->items[list->count++];
    *run = (StoredRun){0};
    read_start(&reader, run);
    read_end(&reader, run);
    if (store->frozen && run->outcome == OUTCOME_RUNNING && !tail_is_held(store->path, run->id)) {
      run->outcome = OUTCOME_INTERRUPTED;
    }
  }
  return status;
}

Status history_runs(Store *store, Arena *arena, RunList *list, Error *err) {
  return read_runs(store, db_query(store, QUERY_RUNS), arena, list, err);
}

Status history_page(Store *store, Arena *arena, int64_t before, int limit, RunList *list, Error *err) {
  sqlite3_stmt *statement = db_query(store, QUERY_PAGE);
  (void)sqlite3_bind_int64(statement, 1, before);
  (void)sqlite3_bind_int(statement, 2, limit);
  return read_runs(store, statement, arena, list, err);
}

Status history_run(Store *store, Arena *arena, int64_t id, const StoredRun **run, Error *err) {
  RunList list;
  Status status = history_page(store, arena, id + 1, 1, &list, err);
  if (status == STATUS_OK && (list.count == 0 || list.items[0].id != id)) {
    status = error_set(err, STATUS_USAGE, "the run is no more: another nnlab has deleted it");
  }
  *run = list.items;
  return status;
}

Status history_epochs(Store *store, Arena *arena, int64_t run, EpochReport **epochs, int *count, Error *err) {
  return history_epochs_from(store, arena, run, 0, -1, epochs, count, err);
}

Status history_epochs_from(Store *store, Arena *arena, int64_t run, int first, int most, EpochReport **epochs,
                           int *count, Error *err) {
  Status status;
  sqlite3_stmt *statement = db_query(store, QUERY_EPOCHS);
  (void)sqlite3_bind_int64(statement, 1, run);
  (void)sqlite3_bind_int(statement, 2, first);
  (void)sqlite3_bind_int(statement, 3, most);
  *epochs = NULL;
  *count = 0;
  while (db_next_row(store, statement, &status, err)) {
    Reader reader = {arena, statement, 0};
    *epochs = grow(arena, *epochs, *count, sizeof **epochs);
    EpochReport *report = &(*epochs)[(*count)++];
    report->epoch = next_int(&reader);
    report->step = next_i64(&reader);
    report->train = next_metrics(&reader);
    report->train_eval = next_metrics(&reader);
    report->val = next_metrics(&reader);
    report->learning_rate = next_real(&reader);
    report->seconds = next_real(&reader);
  }
  return status;
}

/* Values stand as texts, so that a choice's number may change with the version. */
static Status read_value(ParamId param, const char *text, double *value, Error *err) {
  Experiment scratch = experiment_default();
  Status status = param_set_text(&scratch, param, 0, text, err);
  *value = status == STATUS_OK ? param_get(&scratch, param, 0) : 0.0;
  return status;
}

static Status read_edit(Reader *reader, Edit *edit, Error *err) {
  *edit = (Edit){.epoch = next_int(reader)};
  edit->step = next_i64(reader);
  edit->at = next_real(reader);
  const char *key = next_text(reader);
  if (!param_find(key, &edit->param) || param_at(edit->param)->type == PARAM_TEXT) {
    return error_set(err, STATUS_IO, "the run has an edit of '%s', which is no setting of this nnlab", key);
  }
  edit->layer = next_int(reader);
  Status status = read_value(edit->param, next_text(reader), &edit->old_value, err);
  return status == STATUS_OK ? read_value(edit->param, next_text(reader), &edit->new_value, err) : status;
}

Status history_edits(Store *store, Arena *arena, int64_t run, Edit **edits, int *count, Error *err) {
  Status status;
  sqlite3_stmt *statement = db_query(store, QUERY_EDITS);
  (void)sqlite3_bind_int64(statement, 1, run);
  *edits = NULL;
  *count = 0;
  while (db_next_row(store, statement, &status, err)) {
    Reader reader = {arena, statement, 0};
    *edits = grow(arena, *edits, *count, sizeof **edits);
    status = read_edit(&reader, &(*edits)[*count], err);
    if (status != STATUS_OK) {
      (void)sqlite3_reset(statement);
      break;
    }
    (*count)++;
  }
  return status;
}

Status history_experiment(Arena *arena, const StoredRun *run, Experiment *experiment, Error *err) {
  Preset preset;
  Status status = preset_parse(arena, run->experiment, strlen(run->experiment), run->name, &preset, err);
  if (status == STATUS_OK) {
    *experiment = preset.experiment;
  }
  return status;
}

/* --- a run by its name -------------------------------------------------------------------------------------------- */

static Status none_found(const RunList *list, const char *word, Error *err) {
  const char *names[256];
  size_t count = 0;
  for (int i = list->count - 1; i >= 0 && count < sizeof names / sizeof *names; i--) {
    names[count++] = list->items[i].name;
  }
  const char *near = str_nearest(word, names, count);
  return near ? error_set(err, STATUS_USAGE, "no run '%s'; did you mean '%s'?", word, near)
              : error_set(err, STATUS_USAGE, "no run '%s'; nnlab runs lists those there are", word);
}

static Status several_found(const RunList *list, const char *word, Error *err) {
  char names[256] = "";
  for (int i = 0; i < list->count; i++) {
    if (strncmp(list->items[i].name, word, strlen(word)) == 0) {
      size_t used = strlen(names);
      str_copy(names + used, sizeof names - used, used > 0 ? ", " : "");
      used = strlen(names);
      str_copy(names + used, sizeof names - used, list->items[i].name);
    }
  }
  return error_set(err, STATUS_USAGE, "'%s' begins the names of several runs: %s", word, names);
}

Status history_find(const RunList *list, const char *word, const StoredRun **run, Error *err) {
  int64_t id = -1;
  int begun = 0;
  (void)str_to_i64(word + (*word == '@'), &id);
  if (list->count == 0) {
    return error_set(err, STATUS_USAGE, "no run '%s': none has been kept yet", word);
  }
  if (strcmp(word, "last") == 0) {
    *run = &list->items[list->count - 1];
    return STATUS_OK;
  }
  for (int i = 0; i < list->count; i++) {
    const StoredRun *item = &list->items[i];
    if (strcmp(item->name, word) == 0 || item->id == id) {
      *run = item;
      return STATUS_OK;
    }
    if (*word && strncmp(item->name, word, strlen(word)) == 0) {
      *run = item;
      begun++;
    }
  }
  return begun == 1 ? STATUS_OK : begun > 1 ? several_found(list, word, err) : none_found(list, word, err);
}
