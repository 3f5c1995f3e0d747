#include "train/pace.h"

enum { SLICE_MOST = 64 };
static const double SLICE_SECONDS = 0.001;

void pace_start(Pace *pace, double seconds) {
  *pace = (Pace){.seconds = seconds, .rated_seconds = seconds, .slice = 1};
}

void pace_add(Pace *pace, double seconds) {
  pace->seconds += seconds;
  pace->epoch_seconds += seconds;
  if (seconds > SLICE_SECONDS) {
    pace->slice = pace->slice > 1 ? pace->slice / 2 : 1;
  } else if (seconds < 0.5 * SLICE_SECONDS && pace->slice < SLICE_MOST) {
    pace->slice *= 2;
  }
}

void pace_end_epoch(Pace *pace) {
  pace->last_epoch_seconds = pace->epoch_seconds;
  pace->epoch_seconds = 0.0;
}

void pace_take_rate(Pace *pace) {
  double spent = pace->seconds - pace->rated_seconds;
  if (pace->rows > 0 && spent > 0.0) {
    double now = (double)pace->rows / spent;
    pace->rate = pace->rate > 0.0 ? 0.8 * pace->rate + 0.2 * now : now;
  }
  pace->rows = 0;
  pace->rated_seconds = pace->seconds;
}
