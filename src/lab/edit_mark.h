/* edit_mark: the edits of a run as a chart marks them: near ones as one, in words. Pure. */
#ifndef NNLAB_LAB_EDIT_MARK_H
#define NNLAB_LAB_EDIT_MARK_H

#include "lab/message.h"

enum { EDIT_MARK_SIZE = 256 }; /* bytes that suffice for the words */

/* Changes of one setting that lie at one place are one mark. */
typedef struct EditMark {
  Edit edit;         /* where the first took effect; from the value before it to the value after the last */
  int64_t last_step; /* where the last did */
  double via;        /* the latest value between that a batch was trained with; not a number = none */
} EditMark;

/* Adds an edit, none of which is earlier than those before it, to the `count` marks. It joins the mark of the same
 * setting within `spot` epochs, and takes it away if the value comes back before a batch was trained with another. Of
 * more than `most` marks the first are kept. */
void edit_mark_add(EditMark *marks, int *count, int most, const Edit *edit, double spot);
/* "Dense 2 dropout 0 → 0.5", "Dense 1 BN on"; "batch_size 32 → 65536 → 32" where the value came back. */
void edit_mark_text(const EditMark *mark, char *out, size_t size);
/* "Dense 1" for layer 0; "Input" for -1. */
void edit_mark_layer(char *out, size_t size, int layer);

#endif
