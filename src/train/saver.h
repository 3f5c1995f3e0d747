/* saver: a thread that writes a run's latest snapshot to a file, now and then, for the case that the process dies. Who
 * trains offers its epochs, which costs a look at the clock, or a copy of the state when it is time; saver_offer and
 * saver_allow never wait.
 * The thread writes at the lowest priority, so seldom that copying and writing take no more than a fiftieth of the
 * time.
 *
 * A snapshot is written when the history holds the epochs before it, and no more once its run has ended. Threads: any.
 */
#ifndef NNLAB_TRAIN_SAVER_H
#define NNLAB_TRAIN_SAVER_H

#include "base/error.h"
#include "train/trainer.h"

typedef struct Saver Saver;

/* From a run's first saver_allow to its first file, and from one to the next, it is three seconds at least, or as many
 * as NNLAB_SAVE_SECONDS says. */
MUST_USE Status saver_open(Saver **saver, Error *err);
/* What is being written, and what may be, is written first. With NULL does nothing. */
void saver_close(Saver *saver);

/* Run `run`, the caller's number for it, is kept in the history, so far with `epochs` epochs; its snapshots go to the
 * file `path`, whose folder is made. One call for each epoch or several. */
void saver_allow(Saver *saver, int run, const char *path, int epochs);
/* The run has ended: its file, if it is still being written, is not left there. May wait for the thread to look at a
 * few values; never for a disk. */
void saver_end(Saver *saver, int run);
/* An epoch has ended that is not the last: the trainer as for snapshot_take. */
void saver_offer(Saver *saver, int run, const Trainer *trainer, double seconds);

#endif
