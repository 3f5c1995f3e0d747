/* fork: what a run was after an epoch, and going on from there as another run. One thread at a time. */
#ifndef NNLAB_TRAIN_FORK_H
#define NNLAB_TRAIN_FORK_H

#include "train/snapshot.h"

/* The answer to a COMMAND_LOOK; with NULL there is no epoch to go back to. */
Look fork_look(const Snapshots *snapshots, int epoch);
/* Puts `trainer` (NULL: nothing is loaded) where a COMMAND_FORK goes on from, with the settings that were in force
 * there, and forgets the later snapshots. Fills `fork` but for its parent, and the seconds spent training up to there.
 * Errors: no such epoch is kept; other layers are wanted; with the epochs wanted nothing is left to train. */
MUST_USE Status fork_run(Snapshots *snapshots, Trainer *trainer, const Command *command, Fork *fork, double *seconds,
                         Error *err);
/* The edit, a COMMAND_SET, behind `edit` in the table's order that brings a live setting of `now` to what is wanted;
 * false: there is none. Begins with a COMMAND_NONE. */
bool fork_next_edit(const Experiment *now, const Experiment *wanted, Command *edit);

#endif
