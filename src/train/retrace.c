#include "train/retrace.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "train/snapshot_file.h"
#include "train/weight_file.h"

static bool is_same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static bool are_same(const Metrics *a, const Metrics *b) {
  return is_same(a->loss, b->loss) && is_same(a->score, b->score) && is_same(a->mae, b->mae);
}

static Status compare(const KeptRun *run, const EpochReport *now, const EpochReport *then, Error *err) {
  const struct {
    const char *what;
    const Metrics *now, *then;
  } pairs[] = {{"training", &now->train, &then->train},
               {"training in inference mode", &now->train_eval, &then->train_eval},
               {"validation", &now->val, &then->val}};
  if (then->epoch != now->epoch || then->step != now->step) {
    return error_set(err, STATUS_RANGE,
                     "%s: epoch %d ends after step %" PRId64 ", and was kept as epoch %d, step %" PRId64, run->name,
                     now->epoch + 1, now->step, then->epoch + 1, then->step);
  }
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    if (!are_same(pairs[i].now, pairs[i].then)) {
      return error_set(err, STATUS_RANGE, "%s: epoch %d differs in %s: loss %.9g, score %.9g; kept were %.9g, %.9g%s",
                       run->name, now->epoch + 1, pairs[i].what, pairs[i].now->loss, pairs[i].now->score,
                       pairs[i].then->loss, pairs[i].then->score, run->suspect);
    }
  }
  return STATUS_OK;
}

/* --- where it begins ---------------------------------------------------------------------------------------------- */

/* A history that was deleted may have left a snapshot of another run by this number: its last epoch tells. The data are
 * known to be the run's, whatever path leads to them. */
static Status check_snapshot(const KeptRun *run, const Trainer *trainer, Snapshot *snapshot, size_t count, Error *err) {
  snapshot->experiment.data = trainer->experiment.data;
  Status status = snapshot_file_fits(trainer, snapshot, count, err);
  if (status != STATUS_OK) {
    return status;
  }
  if (snapshot->epoch > run->epoch_count) {
    return error_set(err, STATUS_RANGE, "the snapshot is of epoch %d, and %d were kept", snapshot->epoch,
                     run->epoch_count);
  }
  return snapshot->epoch > 0 ? compare(run, &snapshot->report, &run->epochs[snapshot->epoch - 1], err) : STATUS_OK;
}

static Status take_snapshot(Retrace *retrace, Trainer *trainer, Error *err) {
  const KeptRun *run = retrace->run;
  Snapshot snapshot;
  float *values;
  size_t count;
  Arena arena;
  arena_init(&arena, 0);
  Status status = snapshot_file_read(&arena, run->snapshot, &snapshot, &values, &count, err);
  if (status == STATUS_OK) {
    status = check_snapshot(run, trainer, &snapshot, count, err);
  }
  if (status == STATUS_OK) {
    snapshot_restore(trainer, &snapshot, values);
    retrace->epoch = retrace->start = snapshot.epoch;
    retrace->seconds = snapshot.seconds;
    while (retrace->edit < run->edit_count && run->edits[retrace->edit].step < snapshot.step) {
      retrace->edit++;
    }
  }
  arena_deinit(&arena);
  return status;
}

Status retrace_start(Retrace *retrace, Trainer *trainer, uint64_t fingerprint, const KeptRun *run, Error *err) {
  Error why = {0};
  *retrace = (Retrace){.run = run};
  if (fingerprint != run->fingerprint) {
    return error_set(err, STATUS_RANGE, "%s: the data are not what they were: their fingerprint differs%s", run->name,
                     run->suspect);
  }
  if (*run->snapshot && file_exists(run->snapshot)) {
    if (take_snapshot(retrace, trainer, &why) == STATUS_OK) {
      return STATUS_OK;
    }
    str_copy(retrace->why_start, sizeof retrace->why_start, why.text);
  }
  return *run->weights ? weight_file_read(trainer->net, run->weights, err) : STATUS_OK;
}

void retrace_words(const Retrace *retrace, char *out, size_t size) {
  const KeptRun *run = retrace->run;
  char where[sizeof retrace->why_start + 64];
  if (retrace->start > 0) {
    (void)snprintf(where, sizeof where, "goes on after epoch %d", retrace->start);
  } else if (*retrace->why_start) {
    (void)snprintf(where, sizeof where, "begins at its start: its snapshot cannot be used: %s", retrace->why_start);
  } else {
    str_copy(where, sizeof where, "begins at its start: there is no snapshot of it");
  }
  (void)snprintf(out, size, "%s %s%s%s", run->name, where, *run->suspect ? "; its numbers may be others here" : "",
                 run->suspect);
}

/* --- as it goes --------------------------------------------------------------------------------------------------- */

bool retrace_is_on(const Retrace *retrace) {
  const KeptRun *run = retrace->run;
  return run && (retrace->epoch < run->epoch_count || retrace->edit < run->edit_count);
}

const Edit *retrace_next_edit(Retrace *retrace, const Trainer *trainer) {
  const KeptRun *run = retrace->run;
  bool due = run && retrace->edit < run->edit_count && trainer->phase == PHASE_BATCHES &&
             run->edits[retrace->edit].step == trainer->step;
  return due ? &run->edits[retrace->edit++] : NULL;
}

Status retrace_edits(Retrace *retrace, Trainer *trainer, Error *err) {
  Status status = STATUS_OK;
  for (const Edit *edit; status == STATUS_OK && (edit = retrace_next_edit(retrace, trainer));) {
    Edit made;
    status = trainer_edit(trainer, edit->param, edit->layer, edit->new_value, &made, err);
  }
  return status;
}

Status retrace_epoch(Retrace *retrace, const Trainer *trainer, Error *err) {
  const KeptRun *run = retrace->run;
  if (!run || retrace->epoch >= run->epoch_count) {
    return STATUS_OK;
  }
  const EpochReport *then = &run->epochs[retrace->epoch++];
  Status status = retrace->differed ? STATUS_OK : compare(run, &trainer->report, then, err);
  retrace->differed = retrace->differed || status != STATUS_OK;
  return status;
}

bool retrace_goes_on(const Retrace *retrace, const Trainer *trainer) {
  return retrace->run && trainer->epoch <= retrace->run->fork_epoch;
}
