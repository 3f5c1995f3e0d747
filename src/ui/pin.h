/* pin: the run that stays behind the live one as its reference: chosen by hand, or by a restart or fork. It is taken as
 * it stands when another run takes its place on the screen, so that its curves reach to its end. */
#ifndef NNLAB_UI_PIN_H
#define NNLAB_UI_PIN_H

#include "ui/ui.h"

/* Pins the run shown, in place of what was pinned; one that is pinned is so no longer. */
void pin_toggle(UiState *ui);
/* Nothing is pinned any more. */
void pin_drop(UiState *ui);
/* A restart or a fork: the run shown is the next one's reference, unless one was pinned by hand. */
void pin_next(UiState *ui);
/* Another lesson is opened: what a restart has pinned is no reference for that. */
void pin_open(UiState *ui);
/* To be called before the run shown is emptied. */
void pin_take(UiState *ui);
/* The pinned run; NULL where there is none, or none that can be compared. */
const UiRun *pin_run(const UiState *ui);
/* What the second experiment changes against the first, in words: "Dense 2 dropout 0 → 0.5". The first few, and how
 * many more; "" = nothing. */
void pin_words(const Experiment *from, const Experiment *to, char *out, size_t size);
/* What the settings shown change against those that the pinned run began with, in such words. */
void pin_difference(const UiState *ui, char *out, size_t size);

#endif
