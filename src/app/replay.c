#include "app/replay.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/version.h"
#include "base/machine.h"
#include "math/kernels.h"
#include "train/setup.h"
#include "train/weight_file.h"

typedef struct Replay {
  const StoredRun *run;
  Arena arena;
  Setup setup;
  EpochReport *epochs;
  Edit *edits;
  int epoch_count, edit_count;
  int epoch, edit; /* the next to be compared, and made */
} Replay;

static bool is_same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static bool are_same(const Metrics *a, const Metrics *b) {
  return is_same(a->loss, b->loss) && is_same(a->score, b->score) && is_same(a->mae, b->mae);
}

/* What may be the reason that the numbers are others: another program, another CPU. */
static const char *suspect(const StoredRun *run) {
  char cpu[128];
  machine_cpu(cpu, sizeof cpu);
  return strcmp(run->version, version_number()) != 0       ? " (another version of nnlab trained it)"
         : strcmp(run->kernels, kernels_used()->name) != 0 ? " (it was trained with other kernels: see NNLAB_KERNELS)"
         : strcmp(run->cpu, cpu) != 0                      ? " (it was trained on another CPU)"
                                                           : "";
}

static Status compare_epoch(Replay *replay, Error *err) {
  const EpochReport *now = &replay->setup.trainer->report, *then = &replay->epochs[replay->epoch];
  const struct {
    const char *what;
    const Metrics *now, *then;
  } pairs[] = {{"training", &now->train, &then->train},
               {"training in inference mode", &now->train_eval, &then->train_eval},
               {"validation", &now->val, &then->val}};
  if (then->epoch != now->epoch || then->step != now->step) {
    return error_set(err, STATUS_RANGE,
                     "%s: epoch %d ends after step %" PRId64 ", and was kept as epoch %d, step %" PRId64,
                     replay->run->name, now->epoch + 1, now->step, then->epoch + 1, then->step);
  }
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    if (!are_same(pairs[i].now, pairs[i].then)) {
      return error_set(err, STATUS_RANGE, "%s: epoch %d differs in %s: loss %.9g, score %.9g; kept were %.9g, %.9g%s",
                       replay->run->name, now->epoch + 1, pairs[i].what, pairs[i].now->loss, pairs[i].now->score,
                       pairs[i].then->loss, pairs[i].then->score, suspect(replay->run));
    }
  }
  replay->epoch++;
  return STATUS_OK;
}

/* The edits that were made before the next step. */
static Status make_edits(Replay *replay, Error *err) {
  Trainer *trainer = replay->setup.trainer;
  Status status = STATUS_OK;
  while (status == STATUS_OK && replay->edit < replay->edit_count && trainer->phase == PHASE_BATCHES &&
         replay->edits[replay->edit].step == trainer->step) {
    const Edit *edit = &replay->edits[replay->edit++];
    Edit made;
    status = trainer_edit(trainer, edit->param, edit->layer, edit->new_value, &made, err);
  }
  return status;
}

/* Up to where the run came, which may have been stopped within an epoch. One that diverged does so again. */
static bool is_over(const Replay *replay) {
  const StoredRun *run = replay->run;
  return run->outcome != OUTCOME_DIVERGED && replay->epoch == replay->epoch_count &&
         (!run->has_digest || replay->setup.trainer->step >= run->steps);
}

/* A fork may begin where its parent had ended: it goes on. */
static bool has_ended(const Replay *replay, StepResult result) {
  return result == STEP_DIVERGED || (result == STEP_DONE && replay->setup.trainer->epoch > replay->run->fork_epoch);
}

static Status train(Replay *replay, StepResult *result, Error *err) {
  Status status = STATUS_OK;
  *result = STEP_MORE;
  while (status == STATUS_OK && !has_ended(replay, *result)) {
    status = make_edits(replay, err);
    if (status != STATUS_OK || is_over(replay) || trainer_is_done(replay->setup.trainer)) {
      break;
    }
    *result = trainer_step(replay->setup.trainer);
    if ((*result == STEP_EPOCH || *result == STEP_DONE) && replay->epoch < replay->epoch_count) {
      status = compare_epoch(replay, err);
    }
  }
  return status;
}

static Status compare_end(Replay *replay, StepResult result, Error *err) {
  const StoredRun *run = replay->run;
  Ended ended;
  if (replay->epoch < replay->epoch_count) {
    return error_set(err, STATUS_RANGE, "%s: it ended after %d epochs, and %d were kept%s", run->name, replay->epoch,
                     replay->epoch_count, suspect(run));
  }
  if (!run->has_digest) {
    (void)printf("%s: all %d epochs are the same; it was left before its end, so there is no digest to compare\n",
                 run->name, replay->epoch);
    return STATUS_OK;
  }
  bool diverged = result == STEP_DIVERGED;
  if (diverged != (run->outcome == OUTCOME_DIVERGED)) {
    return error_set(err, STATUS_RANGE, "%s: it %s now, and %s then%s", run->name,
                     diverged ? "diverged" : "did not diverge", diverged ? "did not" : "did", suspect(run));
  }
  trainer_end(replay->setup.trainer, diverged ? RUN_DIVERGED : RUN_FINISHED, &ended);
  if (ended.digest != run->digest) {
    return error_set(err, STATUS_RANGE,
                     "%s: all %d epochs are the same, but the digest is %016" PRIx64 ", not %016" PRIx64 "%s",
                     run->name, replay->epoch, ended.digest, run->digest, suspect(run));
  }
  (void)printf("%s: all %d epochs and the digest %016" PRIx64 " are the same\n", run->name, replay->epoch, run->digest);
  return STATUS_OK;
}

static Status load(Replay *replay, Store *store, const char *datasets, Error *err) {
  const StoredRun *run = replay->run;
  Experiment experiment;
  Status status = history_experiment(&replay->arena, run, &experiment, err);
  if (status == STATUS_OK) {
    status = history_epochs(store, &replay->arena, run->id, &replay->epochs, &replay->epoch_count, err);
  }
  if (status == STATUS_OK) {
    status = history_edits(store, &replay->arena, run->id, &replay->edits, &replay->edit_count, err);
  }
  if (status == STATUS_OK) {
    status = setup_load(&replay->setup, &experiment, datasets, err);
  }
  if (status == STATUS_OK && setup_loaded(&replay->setup).fingerprint != run->fingerprint) {
    return error_set(err, STATUS_RANGE, "%s: the data are not what they were: their fingerprint differs%s", run->name,
                     suspect(run));
  }
  return status == STATUS_OK && *run->weights ? weight_file_read(replay->setup.trainer->net, run->weights, err)
                                              : status;
}

Status replay_run(Store *store, const StoredRun *run, const char *datasets, int threads, Error *err) {
  Replay replay = {.run = run};
  StepResult result = STEP_MORE;
  arena_init(&replay.arena, 0);
  setup_init(&replay.setup, threads);
  Status status = load(&replay, store, datasets, err);
  if (status == STATUS_OK) {
    status = train(&replay, &result, err);
  }
  if (status == STATUS_OK) {
    status = compare_end(&replay, result, err);
  }
  setup_deinit(&replay.setup);
  arena_deinit(&replay.arena);
  return status;
}
