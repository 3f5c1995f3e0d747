/* twin: two runs at once, from the same weights, batches and random numbers. A is the run as it began, B has the
 * settings shown: what is changed acts on B alone. B is the run shown, and A the pinned one, which goes on: another
 * worker trains it (ui_twin_event and its like in ui.h). Neither waits for the other. */
#ifndef NNLAB_UI_TWIN_H
#define NNLAB_UI_TWIN_H

#include "ui/ui.h"

/* Begins a pair, or ends it: then A stops and stays behind as the pinned run. */
void twin_toggle(UiState *ui);
/* Another lesson is opened. */
void twin_close(UiState *ui);
/* B starts again: so does A, and trains if `train`. Without a pair does nothing, as all that follows. */
void twin_restart(UiState *ui, bool train);
/* A takes what twins have in common (lab/param.h), where that of B has been changed before its first step. */
void twin_follow(UiState *ui);
/* Posts a command to A, unless it has ended. False, with a notice, when there is no room. */
bool twin_post(UiState *ui, CommandKind kind);

/* The pair that B's commands belong to; 0 = none. */
int64_t twin_number(const UiState *ui);
/* What the keys of training act on: B's state, or A's where B has ended and A goes on. */
RunState twin_state(const UiState *ui);
/* How far A is, in words: "A 43/60", "A finished". "" without a pair. */
void twin_text(const UiState *ui, char *out, size_t size);

#endif
