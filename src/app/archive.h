/* archive: the run history as the Runs screen asks for it: its rows, read and filtered in pieces so that no frame waits
 * for a long history; a run to open; names, tags, notes, deletion. Threads: the UI thread. */
#ifndef NNLAB_APP_ARCHIVE_H
#define NNLAB_APP_ARCHIVE_H

#include "app/recorder.h"
#include "ui/ui.h"

typedef struct Archive Archive;

/* Shares the recorder's history, and must be closed before it. `presets`: those that a run may be of; they must live
 * as long, and so must the archive as the state that it opens runs in. */
Archive *archive_open(Recorder *recorder, const PresetList *presets);
/* Deletes the runs that the screen has hidden. */
void archive_close(Archive *archive, const UiRuns *runs);

/* Does what the screen wishes for; after each input. What takes longer goes on in archive_work. */
void archive_do(Archive *archive, UiState *ui);
/* Reads on for a few milliseconds; true when the screen has got its rows. */
bool archive_work(Archive *archive, UiState *ui);
/* A run that is recorded has got on, or (`ended`) has ended: an open screen gets its rows anew; while it only gets on,
 * at most every second, and so that reading takes a twentieth of the time. */
void archive_follow(Archive *archive, const UiState *ui, bool ended);
/* Whether there is something to read: archive_work is to be called soon. */
bool archive_is_busy(const Archive *archive);

#endif
