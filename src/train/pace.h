/* pace: how long a run has trained and how fast it goes, from times that the caller measures. */
#ifndef NNLAB_TRAIN_PACE_H
#define NNLAB_TRAIN_PACE_H

#include <stdint.h>

typedef struct Pace {
  double seconds;            /* of training in this run */
  double epoch_seconds;      /* in this epoch */
  double last_epoch_seconds; /* of the last whole one; 0: none yet */
  double rate;               /* rows a second, recently; 0: not known yet */
  int slice;                 /* pieces of work between two looks at the clock */
  double rated_seconds;      /* `seconds` when the rate was last taken */
  int64_t rows;              /* trained since then, counted by the caller */
} Pace;

/* Of a run that has trained `seconds` so far. */
void pace_start(Pace *pace, double seconds);
/* Pieces of work took so long. Their number is brought to about a millisecond's. */
void pace_add(Pace *pace, double seconds);
void pace_end_epoch(Pace *pace);
/* Brings the rate up to date. */
void pace_take_rate(Pace *pace);

#endif
