/* column_names: columns as people name them: "age", "#3" or 3 (from 1), several separated by commas, quoted as in CSV
 * where a name has a comma. Any thread. */
#ifndef NNLAB_DATA_COLUMN_NAMES_H
#define NNLAB_DATA_COLUMN_NAMES_H

#include <stdbool.h>

#include "data/frame.h"

/* Takes the next name from the list at `*list` into `out`; false at its end. */
bool column_names_next(const char **list, char out[FRAME_NAME_SIZE]);
/* Adds a name to a list of at most `size` bytes, quoted where that is needed; false, and the list as it was, where it
 * has no room. */
bool column_names_append(char *list, size_t size, const char *name);
/* The column that `name` means: its exact name, else the only one that differs by capitals alone, else its number. The
 * error names the setting `key`, and the nearest name. */
MUST_USE Status column_names_find(const Frame *frame, const char *path, const char *key, const char *name, int *column,
                                  Error *err);

#endif
