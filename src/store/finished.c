#include "store/finished.h"

#include <string.h>

#include "store/recording.h"

static bool is_of(const StoredRun *run, const Loaded *loaded, const char *yaml, const char *version) {
  return run->outcome == OUTCOME_FINISHED && run->has_digest && run->fingerprint == loaded->fingerprint &&
         run->fork_epoch < 0 && run->weights[0] == '\0' && strcmp(run->version, version) == 0 &&
         strcmp(run->experiment, yaml) == 0;
}

Status finished_find(Store *store, Arena *arena, const RunList *list, const Loaded *loaded, const char *version,
                     const StoredRun **found, EpochReport **epochs, int *count, Error *err) {
  char *yaml;
  Status status = recording_yaml(arena, &loaded->experiment, &yaml, err);
  *found = NULL;
  for (int i = list->count - 1; status == STATUS_OK && !*found && i >= 0; i--) {
    const StoredRun *run = &list->items[i];
    Edit *edits;
    int edit_count = 0;
    if (!is_of(run, loaded, yaml, version)) {
      continue;
    }
    status = history_edits(store, arena, run->id, &edits, &edit_count, err);
    if (status == STATUS_OK && edit_count == 0) {
      status = history_epochs(store, arena, run->id, epochs, count, err);
      *found = status == STATUS_OK && *count == run->epochs ? run : NULL;
    }
  }
  return status;
}
