/* edit_text: an edit in words, as its mark on a chart tells it. Pure. */
#ifndef NNLAB_LAB_EDIT_TEXT_H
#define NNLAB_LAB_EDIT_TEXT_H

#include "lab/message.h"

enum { EDIT_TEXT_SIZE = 256 }; /* bytes that always suffice */

/* "Dense 2 dropout 0 → 0.5", "Dense 1 BN on". `via` is a value between, which is told where the edit ends at the value
 * that it began with: "batch_size 32 → 65536 → 32"; not a number = none. */
void edit_text(const Edit *edit, double via, char *out, size_t size);
/* "Dense 1" for layer 0; "Input" for -1. */
void edit_layer_name(char *out, size_t size, int layer);

#endif
