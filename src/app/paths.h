/* paths: where the presets and the data sets are: where NNLAB_DATA says, beside the binary's source tree, or where they
 * were installed. */
#ifndef NNLAB_APP_PATHS_H
#define NNLAB_APP_PATHS_H

#include "base/arena.h"
#include "base/error.h"

typedef struct Paths {
  const char *presets; /* folders, from the arena */
  const char *datasets;
  const char *store; /* the run history's file (paths_store); NULL: none is kept */
} Paths;

/* The first place that holds both folders of: $NNLAB_DATA (which must, when it is set); two folders above the
 * binary's (the source tree, for build/release/nnlab); share/nnlab beside the binary's folder; the folder that was
 * given when nnlab was built. */
MUST_USE Status paths_find(Arena *arena, Paths *paths, Error *err);
/* The run history's file: `wanted` (of --store) if not NULL, $NNLAB_STORE, or nnlab/runs.db in $XDG_DATA_HOME, which is
 * ~/.local/share if not set. NULL where there is no home to put it in. */
const char *paths_store(Arena *arena, const char *wanted);

#endif
