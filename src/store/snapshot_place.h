/* snapshot_place: where the last snapshots of a history's runs are: in a folder beside it, a file for each run that is
 * under way or was left before its end. All files together are bounded: the oldest go first. What cannot be done is
 * left undone: a run without a snapshot goes on from its start. */
#ifndef NNLAB_STORE_SNAPSHOT_PLACE_H
#define NNLAB_STORE_SNAPSHOT_PLACE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that the files of a history may take, but for one that is newer. */
#define SNAPSHOT_BUDGET ((size_t)1 << 30)

/* The file of run `run` of the history at `store`; "" when the path is too long. */
void snapshot_place(const char *store, int64_t run, char *out, size_t size);
/* For a run that is under way: makes room: what a killed process had half written of this run goes, and the oldest
 * files until the others take no more than `budget` bytes. */
void snapshot_place_prepare(const char *store, int64_t run, size_t budget);
/* Also what is half written, and the folder with the last file. */
void snapshot_place_remove(const char *store, int64_t run);

#endif
