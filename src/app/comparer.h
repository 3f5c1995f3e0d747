/* comparer: the runs that the Compare screen shows, read from the history in pieces, so that no frame waits for long
 * runs, and read on while they are trained, here or by another nnlab. Threads: the UI thread. */
#ifndef NNLAB_APP_COMPARER_H
#define NNLAB_APP_COMPARER_H

#include "app/recorder.h"
#include "ui/ui.h"

typedef struct Comparer Comparer;

/* Shares the recorder's history, and must be closed before it. Must live as long as the state that it gives runs to. */
Comparer *comparer_open(Recorder *recorder);
void comparer_close(Comparer *comparer);

/* Takes what the screen asks for and reads on for a few milliseconds; true when the screen has got something. */
bool comparer_work(Comparer *comparer, UiState *ui);
/* Milliseconds until comparer_work has something to do; -1: only a key can bring it. */
int comparer_patience(const Comparer *comparer, const UiState *ui);

#endif
