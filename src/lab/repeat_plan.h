/* repeat_plan: what crosses between the screen's thread and those that repeat an experiment behind it, as values. */
#ifndef NNLAB_LAB_REPEAT_PLAN_H
#define NNLAB_LAB_REPEAT_PLAN_H

#include "lab/message.h"
#include "lab/preset.h"

enum { REPEAT_MOST_ARMS = 2, REPEAT_MOST_SEEDS = 20, REPEAT_MOST_RUNS = REPEAT_MOST_ARMS * REPEAT_MOST_SEEDS };

/* Run `seed * arms + arm` trains an arm with `first_seed + seed`. */
typedef struct RepeatPlan {
  int number; /* later plans have larger ones */
  int arms, seeds, first_seed;
  Experiment experiment[REPEAT_MOST_ARMS]; /* whose seeds are not heeded */
  const Preset *preset[REPEAT_MOST_ARMS];  /* that they were made from: for the history */
} RepeatPlan;

/* The event's `run` is that of the plan, from 0: EVENT_LOADED, EVENT_EPOCH, EVENT_ENDED. At last, when nothing more
 * comes, `over`, with EVENT_NONE, or EVENT_FAILED where a run could not be loaded. */
typedef struct RepeatNews {
  int plan;
  bool over;
  Event event;
} RepeatNews;

#endif
