#include "app/resume.h"

#include <stdlib.h>
#include <string.h>

#include "app/headless.h"
#include "app/kept.h"
#include "base/str.h"

enum { STORE_PATIENCE = 2000 /* milliseconds */ };

const char RESUME_HELP[] =
    "nnlab resume RUN [options of nnlab train]   train a run on that was interrupted\n\n"
    "It goes on from its last snapshot, which is written every few seconds while it trains, with its edits in force "
    "and\n"
    "under its own name, and ends with the bits of a run that was never interrupted. Without a snapshot it begins at "
    "its\n"
    "start. Epochs that it comes through again are compared with those that were kept.\n\n"
    "--log, --json, --quiet, --digest, --save-weights, --threads, --charset: as for nnlab train\n\n"
    "  nnlab runs --filter 'outcome = interrupted'\n"
    "  nnlab resume last\n\n"
    "RUN is a name, the beginning of one name alone, a number, or last.\n"
    "--store FILE: another history than NNLAB_STORE or ~/.local/share/nnlab/runs.db\n";

Status resume_check(const StoredRun *run, Error *err) {
  if (run->outcome == OUTCOME_RUNNING) {
    return error_set(err, STATUS_USAGE, "%s is still training", run->name);
  }
  return run->outcome == OUTCOME_INTERRUPTED
             ? STATUS_OK
             : error_set(err, STATUS_USAGE,
                         "%s has come to its end (%s): only a run that was interrupted can be resumed", run->name,
                         OUTCOME_NAMES[run->outcome]);
}

/* As it began, under the names of what it was of. */
static Status read_preset(Arena *arena, const StoredRun *run, Preset *preset, Error *err) {
  Status status = preset_parse(arena, run->experiment, strlen(run->experiment), run->name, preset, err);
  if (status == STATUS_OK) {
    str_copy(preset->name, sizeof preset->name, run->preset);
    preset->title = run->title;
    preset->path = "";
  }
  return status;
}

static Status read_run(const char *word, Store *store, Arena *arena, Preset *preset, KeptRun *kept, Error *err) {
  RunList list;
  const StoredRun *run = NULL;
  Status status = history_runs(store, arena, &list, err);
  if (status == STATUS_OK) {
    status = history_find(&list, word, &run, err);
  }
  if (status == STATUS_OK) {
    status = resume_check(run, err);
  }
  if (status == STATUS_OK) {
    status = read_preset(arena, run, preset, err);
  }
  return status == STATUS_OK ? kept_read(store, arena, run, kept, err) : status;
}

int resume_train(const Options *options, Arena *arena, const Paths *paths, Error *err) {
  Store *store = NULL;
  Preset preset;
  KeptRun kept;
  if (!options->target) {
    (void)error_set(err, STATUS_USAGE, "nnlab resume: which run? nnlab runs lists them; see nnlab resume --help");
    return EXIT_FAILURE;
  }
  if (!paths->store || !store_exists(paths->store)) {
    (void)error_set(err, STATUS_USAGE, "no run '%s': none has been kept yet", options->target);
    return EXIT_FAILURE;
  }
  Status status = store_open(&store, paths->store, STORE_PATIENCE, err);
  if (status == STATUS_OK) {
    status = read_run(options->target, store, arena, &preset, &kept, err);
    store_close(store);
  }
  return status == STATUS_OK ? headless_train(options, &preset, &preset, &kept, paths, err) : EXIT_FAILURE;
}
