#include "app/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/version.h"
#include "base/fatal.h"
#include "base/file.h"
#include "math/kernels.h"
#include "math/team.h"
#include "store/recording.h"
#include "store/snapshot_place.h"

struct Recorder {
  const char *path, *weights, *tag;
  int patience;
  Store *store;
  Recording *recording; /* of the run that is under way */
  int64_t run;          /* the number of the latest that was begun; 0: it is not kept */
  bool waits;           /* a run is ready, and has not been begun */
  Preset preset;        /* ... of this */
  Loaded loaded;
  int64_t parent; /* ... and a fork of this one; 0: of none */
  Fork fork;
  char snapshot[4096]; /* where its snapshots go */
  char trouble[1200];
  bool has_trouble;
};

Recorder *recorder_open(const char *path, const char *weights, int patience) {
  Recorder *recorder = calloc(1, sizeof *recorder);
  if (!recorder) {
    fatal("not enough memory");
  }
  recorder->path = path;
  recorder->weights = weights;
  recorder->patience = patience;
  return recorder;
}

const char *recorder_snapshot(const Recorder *recorder) { return recorder->recording ? recorder->snapshot : ""; }

/* Microseconds since 1970. */
int64_t recorder_new_twins(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void recorder_tag(Recorder *recorder, const char *tag) { recorder->tag = tag; }

const char *recorder_name(const Recorder *recorder) {
  return recorder->recording ? recording_name(recorder->recording) : "";
}

/* The run goes on unrecorded; the next one is tried anew. */
static void give_up(Recorder *recorder, const Error *err) {
  (void)snprintf(recorder->trouble, sizeof recorder->trouble, "%s; this run is not kept", err->text);
  recorder->has_trouble = true;
  recording_drop(recorder->recording);
  recorder->recording = NULL;
  recorder->run = 0;
}

static void begin(Recorder *recorder) {
  Error err;
  RunStart start = {.preset = &recorder->preset,
                    .loaded = &recorder->loaded,
                    .weights = recorder->weights,
                    .version = version_number(),
                    .kernels = kernels_used()->name,
                    .cores = team_cores(),
                    .parent = recorder->parent,
                    .fork_epoch = recorder->fork.epoch,
                    .fork_step = recorder->fork.step,
                    .twin = recorder->parent > 0 ? 0 : recorder->loaded.twin,
                    .tag = recorder->tag};
  Status status = recorder->store ? STATUS_OK : store_open(&recorder->store, recorder->path, recorder->patience, &err);
  int64_t resumes = recorder->loaded.resumes;
  if (status == STATUS_OK) {
    status = resumes > 0 ? recording_resume(recorder->store, resumes, recorder->loaded.kept_epochs,
                                            recorder->loaded.kept_edits, &recorder->recording, &err)
                         : recording_begin(recorder->store, &start, &recorder->recording, &err);
  }
  if (status != STATUS_OK) {
    give_up(recorder, &err);
    return;
  }
  recorder->run = recording_run(recorder->recording);
  snapshot_place(recorder->path, recorder->run, recorder->snapshot, sizeof recorder->snapshot);
}

static void end(Recorder *recorder, const Ended *ended) {
  Error err;
  Recording *recording = recorder->recording;
  recorder->recording = NULL;
  recorder->waits = false;
  if (recording && recording_end(recording, ended, &err) != STATUS_OK) {
    give_up(recorder, &err);
  }
}

void recorder_close(Recorder *recorder) {
  end(recorder, NULL);
  store_close(recorder->store);
  free(recorder);
}

void recorder_loaded(Recorder *recorder, const Preset *preset, const Loaded *loaded) {
  end(recorder, NULL);
  recorder->run = recorder->parent = 0;
  recorder->waits = recorder->path != NULL;
  recorder->preset = *preset;
  recorder->loaded = *loaded;
}

/* One that waits for its first step is forked at its start: the fork is all there is of it. */
void recorder_forked(Recorder *recorder, const Fork *fork) {
  Error err;
  if (recorder->waits || !recorder->path) {
    return;
  }
  end(recorder, NULL);
  if (recorder->run == 0) {
    (void)error_set(&err, STATUS_IO, "the run that was forked is not in the history");
    give_up(recorder, &err);
    return;
  }
  recorder->waits = true;
  recorder->loaded.resumes = 0;
  recorder->parent = recorder->run;
  recorder->fork = *fork;
}

void recorder_stepped(Recorder *recorder) {
  if (recorder->waits) {
    recorder->waits = false;
    begin(recorder);
  }
}

void recorder_epoch(Recorder *recorder, const EpochReport *report) {
  Error err;
  recorder_stepped(recorder);
  if (recorder->recording && recording_epoch(recorder->recording, report, &err) != STATUS_OK) {
    give_up(recorder, &err);
  }
}

void recorder_edit(Recorder *recorder, const Edit *edit) {
  Error err;
  recorder_stepped(recorder);
  if (recorder->recording && recording_edit(recorder->recording, edit, &err) != STATUS_OK) {
    give_up(recorder, &err);
  }
}

void recorder_ended(Recorder *recorder, const Ended *ended) {
  if (ended->step > 0) {
    recorder_stepped(recorder);
  }
  end(recorder, ended);
}

void recorder_flush(Recorder *recorder) {
  Error err;
  if (recorder->recording && recording_flush(recorder->recording, &err) != STATUS_OK) {
    give_up(recorder, &err);
  }
}

Status recorder_store(Recorder *recorder, Store **store, Error *err) {
  Status status = STATUS_OK;
  if (!recorder->path) {
    return error_set(err, STATUS_USAGE,
                     "No run is kept: --no-store says so, or there is no home; --store names a file");
  }
  if (!recorder->store && store_exists(recorder->path)) {
    status = store_open(&recorder->store, recorder->path, recorder->patience, err);
  }
  *store = recorder->store;
  return status;
}

const char *recorder_trouble(Recorder *recorder) {
  const char *trouble = recorder->has_trouble ? recorder->trouble : NULL;
  recorder->has_trouble = false;
  return trouble;
}
