#include "train/straight.h"

#include "base/clock.h"

void straight_run(Trainer *trainer, const Follower *follower, Ended *ended) {
  double start = clock_now(), epoch_start = start;
  StepResult step = STEP_MORE;
  while (step != STEP_DONE && step != STEP_DIVERGED && !follower->stops(follower->context)) {
    step = trainer_step(trainer);
    if (follower->stepped) {
      follower->stepped(follower->context);
    }
    if (step == STEP_EPOCH || step == STEP_DONE) {
      EpochReport report = trainer->report;
      report.seconds = clock_now() - epoch_start;
      epoch_start += report.seconds;
      follower->epoch(follower->context, &report);
    }
  }
  double seconds = clock_now() - start;
  trainer_end(trainer, step == STEP_DONE ? RUN_FINISHED : step == STEP_DIVERGED ? RUN_DIVERGED : RUN_STOPPED, ended);
  ended->seconds = seconds;
}
