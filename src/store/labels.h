/* labels: what a person adds to a run, or takes away: its name, tags, note, or the whole run. */
#ifndef NNLAB_STORE_LABELS_H
#define NNLAB_STORE_LABELS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* STATUS_USAGE when it is another run's name, or none that can be told from a number, an option or `last`. */
MUST_USE Status labels_rename(Store *store, int64_t run, const char *name, Error *err);
/* Adds the tag, or takes it away; a tag is one word. */
MUST_USE Status labels_tag(Store *store, int64_t run, const char *tag, bool add, Error *err);
/* Replaces the note; "" removes it. */
MUST_USE Status labels_note(Store *store, int64_t run, const char *note, Error *err);
/* With its epochs, edits, tags and snapshot. */
MUST_USE Status labels_delete(Store *store, int64_t run, Error *err);

#endif
