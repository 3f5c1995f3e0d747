#include "app/kept.h"

#include <string.h>

#include "app/version.h"
#include "base/machine.h"
#include "math/kernels.h"
#include "store/snapshot_place.h"

const char *kept_suspect(const StoredRun *run) {
  char cpu[128];
  machine_cpu(cpu, sizeof cpu);
  return strcmp(run->version, version_number()) != 0       ? " (another version of nnlab trained it)"
         : strcmp(run->kernels, kernels_used()->name) != 0 ? " (it was trained with other kernels: see NNLAB_KERNELS)"
         : strcmp(run->cpu, cpu) != 0                      ? " (it was trained on another CPU)"
                                                           : "";
}

Status kept_read(Store *store, Arena *arena, const StoredRun *run, KeptRun *kept, Error *err) {
  char place[4096];
  EpochReport *epochs;
  Edit *edits;
  snapshot_place(store_path(store), run->id, place, sizeof place);
  *kept = (KeptRun){.id = run->id,
                    .name = run->name,
                    .snapshot = arena_strdup(arena, place),
                    .weights = run->weights,
                    .suspect = kept_suspect(run),
                    .fingerprint = run->fingerprint,
                    .fork_epoch = run->fork_epoch};
  Status status = history_epochs(store, arena, run->id, &epochs, &kept->epoch_count, err);
  if (status == STATUS_OK) {
    status = history_edits(store, arena, run->id, &edits, &kept->edit_count, err);
  }
  if (status == STATUS_OK) {
    kept->epochs = epochs;
    kept->edits = edits;
  }
  return status;
}
