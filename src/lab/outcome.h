/* outcome: how a run that has been kept stands. */
#ifndef NNLAB_LAB_OUTCOME_H
#define NNLAB_LAB_OUTCOME_H

typedef enum Outcome {
  OUTCOME_RUNNING = 0, /* its process is alive */
  OUTCOME_FINISHED,    /* all epochs, or early stopping */
  OUTCOME_STOPPED,     /* by the person */
  OUTCOME_DIVERGED,
  OUTCOME_INTERRUPTED, /* left before its end: its process is gone, or went on to another run */
  OUTCOME_COUNT
} Outcome;

extern const char *const OUTCOME_NAMES[OUTCOME_COUNT];

#endif
