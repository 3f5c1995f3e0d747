#include "app/replay.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/kept.h"
#include "train/retrace.h"
#include "train/setup.h"

typedef struct Replay {
  const StoredRun *run;
  KeptRun kept;
  Arena arena;
  Setup setup;
  Retrace retrace;
} Replay;

/* Up to where the run came, which may have been stopped within an epoch. One that diverged does so again. */
static bool is_over(const Replay *replay) {
  const StoredRun *run = replay->run;
  return run->outcome != OUTCOME_DIVERGED && replay->retrace.epoch == replay->kept.epoch_count &&
         (!run->has_digest || replay->setup.trainer->step >= run->steps);
}

static Status train(Replay *replay, StepResult *result, Error *err) {
  Trainer *trainer = replay->setup.trainer;
  Retrace *retrace = &replay->retrace;
  Status status = STATUS_OK;
  *result = STEP_MORE;
  while (status == STATUS_OK && *result != STEP_DONE && *result != STEP_DIVERGED) {
    status = retrace_edits(retrace, trainer, err);
    if (status != STATUS_OK || is_over(replay) || trainer_is_done(trainer)) {
      break;
    }
    *result = trainer_step(trainer);
    if (*result == STEP_EPOCH || *result == STEP_DONE) {
      status = retrace_epoch(retrace, trainer, err);
    }
    if (*result == STEP_DONE && retrace_goes_on(retrace, trainer)) {
      *result = STEP_EPOCH;
    }
  }
  return status;
}

static Status compare_end(Replay *replay, StepResult result, Error *err) {
  const StoredRun *run = replay->run;
  const char *suspect = replay->kept.suspect;
  int epochs = replay->retrace.epoch;
  Ended ended;
  if (epochs < replay->kept.epoch_count) {
    return error_set(err, STATUS_RANGE, "%s: it ended after %d epochs, and %d were kept%s", run->name, epochs,
                     replay->kept.epoch_count, suspect);
  }
  if (!run->has_digest) {
    (void)printf("%s: all %d epochs are the same; it was left before its end, so there is no digest to compare\n",
                 run->name, epochs);
    return STATUS_OK;
  }
  bool diverged = result == STEP_DIVERGED;
  if (diverged != (run->outcome == OUTCOME_DIVERGED)) {
    return error_set(err, STATUS_RANGE, "%s: it %s now, and %s then%s", run->name,
                     diverged ? "diverged" : "did not diverge", diverged ? "did not" : "did", suspect);
  }
  trainer_end(replay->setup.trainer, diverged ? RUN_DIVERGED : RUN_FINISHED, &ended);
  if (ended.digest != run->digest) {
    return error_set(err, STATUS_RANGE,
                     "%s: all %d epochs are the same, but the digest is %016" PRIx64 ", not %016" PRIx64 "%s",
                     run->name, epochs, ended.digest, run->digest, suspect);
  }
  (void)printf("%s: all %d epochs and the digest %016" PRIx64 " are the same\n", run->name, epochs, run->digest);
  return STATUS_OK;
}

/* From the start, whatever snapshot there is. */
static Status load(Replay *replay, Store *store, const char *datasets, Error *err) {
  Experiment experiment;
  Status status = history_experiment(&replay->arena, replay->run, &experiment, err);
  if (status == STATUS_OK) {
    status = kept_read(store, &replay->arena, replay->run, &replay->kept, err);
    replay->kept.snapshot = "";
  }
  if (status == STATUS_OK) {
    status = setup_load(&replay->setup, &experiment, datasets, err);
  }
  return status == STATUS_OK ? retrace_start(&replay->retrace, replay->setup.trainer,
                                             setup_loaded(&replay->setup).fingerprint, &replay->kept, err)
                             : status;
}

Status replay_run(Store *store, const StoredRun *run, const char *datasets, int threads, Error *err) {
  Replay replay = {.run = run};
  StepResult result = STEP_MORE;
  if (run->outcome == OUTCOME_RUNNING) {
    return error_set(err, STATUS_USAGE, "%s is still training: it can be replayed when it has ended", run->name);
  }
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
