/* repeats: what the screen repeats behind itself: takes the screen's wishes to the repeater, and its news to the screen
 * and to the run history, where each run is kept as nnlab repeat keeps it. Threads: the UI thread. */
#ifndef NNLAB_APP_REPEATS_H
#define NNLAB_APP_REPEATS_H

#include "app/archive.h"
#include "app/paths.h"

typedef struct Repeats Repeats;

/* `first` is a preset that was changed by --set, `origin` what it was before. All must live as long. */
MUST_USE Status repeats_open(Repeats **repeats, const Paths *paths, const Preset *first, const Preset *origin,
                             Error *err);
/* Ends what is under way; what there is to read of it (repeats_read) is then complete. */
void repeats_end(Repeats *repeats);
/* The same, and frees everything; runs whose end has not been read are left as interrupted. With NULL does nothing. */
void repeats_close(Repeats *repeats);
/* Does what the screen wants; after each input. */
void repeats_do(Repeats *repeats, UiState *ui);
int repeats_wake_fd(const Repeats *repeats);
/* Tells the screen and the history what is new, and the archive of runs that have ended. */
void repeats_read(Repeats *repeats, UiState *ui, Archive *archive);
/* Milliseconds until it is to be read again without a wake; -1: it is not. */
int repeats_patience(const Repeats *repeats);

#endif
