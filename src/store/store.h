/* store: the run history, one SQLite file: every run with its settings, edits, epochs and outcome. Several processes
 * may have it open at once. What the others in this folder do with it: recording.h writes a run as it goes, history.h
 * reads, labels.h names and removes.
 *
 * WAL journal, synchronous NORMAL: what has been committed outlives the process that is killed, not always a power cut;
 * the file stays whole through both. Threads: a store belongs to one thread at a time. */
#ifndef NNLAB_STORE_STORE_H
#define NNLAB_STORE_STORE_H

#include <stdbool.h>

#include "base/error.h"

typedef struct Store Store;

/* Opens the history at `path`, which must live as long, and makes the file and the folders above it where they are
 * missing. Brings an older version's file up to date, and keeps what runs have left whose process is gone: they become
 * `interrupted`. `patience`: milliseconds that a lock held by another process is waited for, here and later.
 * Errors (STATUS_IO; the text names the file, the cause and the cure): it cannot be read or written, it is damaged, it
 * belongs to another program or to a newer nnlab, it is locked. */
MUST_USE Status store_open(Store **store, const char *path, int patience, Error *err);
/* The same for who only reads. Where the file or its folder cannot be written, it is `frozen`: read as it is, without
 * what the tails of runs that were left hold (tail.h); an older version's file is an error. */
MUST_USE Status store_open_to_read(Store **store, const char *path, int patience, bool *frozen, Error *err);
/* Whether there is something at `path`, be it a history or not. */
bool store_exists(const char *path);
/* As it was opened with. */
const char *store_path(const Store *store);
/* With NULL does nothing. Recordings must have ended. */
void store_close(Store *store);

#endif
