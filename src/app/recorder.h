/* recorder: keeps what is trained in the run history, if it can. It never stops a training: what goes wrong is told
 * once, and the run goes on without history. A run is kept from its first step on. Threads: one. */
#ifndef NNLAB_APP_RECORDER_H
#define NNLAB_APP_RECORDER_H

#include "lab/message.h"
#include "lab/preset.h"
#include "store/store.h"

typedef struct Recorder Recorder;

/* `path`: the history's file (paths_store), opened at the first run; NULL: nothing is kept. `weights`: the file that
 * runs begin with, or NULL. `patience`: as for store_open. Both texts must live as long. */
Recorder *recorder_open(const char *path, const char *weights, int patience);
/* A number for a pair of twins (Loaded.twin), and as many after it as a process may want: no other pair has them. */
int64_t recorder_new_twins(void);
/* The tag of runs that begin from now on: one word, which must live as long; NULL: none. */
void recorder_tag(Recorder *recorder, const char *tag);
/* The name of the run that is under way, until it ends; "" where it is not kept. */
const char *recorder_name(const Recorder *recorder);
/* The file for the snapshots of the run that is under way (train/saver.h); "" where it is not kept. */
const char *recorder_snapshot(const Recorder *recorder);
/* A run that is under way is left as interrupted. */
void recorder_close(Recorder *recorder);

/* A run is ready, of this preset (as it was before --set and the like), or one that is resumed (`loaded->resumes`),
 * whatever its preset; one that is under way is left. */
void recorder_loaded(Recorder *recorder, const Preset *preset, const Loaded *loaded);
/* The run that is under way, or has ended, is left for a fork of it. A fork of a run that is not kept is not kept. */
void recorder_forked(Recorder *recorder, const Fork *fork);
/* It has taken a step. May be told again and again. */
void recorder_stepped(Recorder *recorder);
void recorder_epoch(Recorder *recorder, const EpochReport *report);
void recorder_edit(Recorder *recorder, const Edit *edit);
void recorder_ended(Recorder *recorder, const Ended *ended);
/* Training pauses: others may see all that there is so far. */
void recorder_flush(Recorder *recorder);

/* The history that runs are kept in, for others to read and label, on this thread; NULL: nothing has been kept yet.
 * Looking makes no file. STATUS_USAGE when nothing is ever kept. */
MUST_USE Status recorder_store(Recorder *recorder, Store **store, Error *err);

/* What has gone wrong since the last call; NULL = nothing. The text lives until the next call of any of these. */
const char *recorder_trouble(Recorder *recorder);

#endif
