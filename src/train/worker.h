/* worker: a thread around a Trainer and the snapshots of its epochs. Commands go in, progress and events come out, all
 * as values; nothing that the thread works on is shared, but for a run that is resumed (Command.kept), which nobody
 * changes. Loading the data is the worker's too, so that the screen never
 * waits for a file.
 *
 * Commands wait in a bounded mailbox and are taken between two pieces of work. Progress is the latest value, sent at
 * most every 16 ms and at each change of state. Events are kept in a ring until they are read; a worker whose ring is
 * full waits for room or for the end. The thread blocks all signals but those of its own crashes. Threads: the
 * functions below belong to the one thread that opened the worker. */
#ifndef NNLAB_TRAIN_WORKER_H
#define NNLAB_TRAIN_WORKER_H

#include <stdbool.h>

#include "base/error.h"
#include "lab/message.h"

typedef struct Worker Worker;

/* Starts the thread. `datasets` is the folder of the data sets that go by name; it must outlive the worker. `threads`:
 * as for setup_init. */
MUST_USE Status worker_open(Worker **worker, const char *datasets, int threads, Error *err);
/* Ends the thread after its present piece of work, and frees everything. With NULL does nothing. */
void worker_close(Worker *worker);
/* Hands over a copy of the command; false when the mailbox is full (try again after the next wake). A COMMAND_SET
 * replaces a waiting one for the same setting when nothing else came between, a COMMAND_LOOK any such one. Never waits
 * for training. */
bool worker_post(Worker *worker, const Command *command);
/* Run `run` is kept in the history, so far with `epochs` epochs: its latest snapshot goes to the file `path` now and
 * then (train/saver.h). */
void worker_save(Worker *worker, int run, const char *path, int epochs);
/* Becomes readable when there is something to read; one worker_read may cover many wakes. */
int worker_wake_fd(const Worker *worker);
/* Copies the latest progress and takes up to `max` events, oldest first; returns how many. When it returns `max`, call
 * again. */
int worker_read(Worker *worker, Progress *progress, Event *events, int max);

#endif
