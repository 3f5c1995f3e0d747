#include "nn/schedule.h"

#include <math.h>

double schedule_rate(const ScheduleSpec *spec, double base, int64_t step, double progress) {
  double run = spec->kind == SCHEDULE_STEP ? 10.0 * progress + 1e-9 : progress; /* a sum of many parts may fall short */
  double part = spec->decay_steps > 0 ? (double)step / spec->decay_steps : run;
  switch (spec->kind) {
    case SCHEDULE_STEP:
      return base * pow(spec->decay_rate, floor(part));
    case SCHEDULE_EXPONENTIAL:
      return base * pow(spec->decay_rate, part);
    case SCHEDULE_COSINE: {
      double cosine = 0.5 * (1.0 + cos(3.14159265358979323846 * fmin(part, 1.0)));
      return base * ((1.0 - spec->alpha) * cosine + spec->alpha);
    }
    case SCHEDULE_CONSTANT:
    case SCHEDULE_PLATEAU:
    case SCHEDULE_COUNT:
      break;
  }
  return base;
}

static bool rises(Monitor monitor) { return monitor == MONITOR_VAL_SCORE; }

bool monitor_improved(Monitor monitor, double value, double best, double min_delta) {
  return rises(monitor) ? value > best + min_delta : value < best - min_delta;
}

double monitor_worst(Monitor monitor) { return rises(monitor) ? -(double)INFINITY : (double)INFINITY; }

void plateau_start(Plateau *plateau, Monitor monitor) { *plateau = (Plateau){.best = monitor_worst(monitor)}; }

double plateau_update(Plateau *plateau, const ScheduleSpec *spec, Monitor monitor, double value, double rate) {
  if (plateau->cooldown > 0) {
    plateau->cooldown--;
    plateau->wait = 0;
  }
  if (monitor_improved(monitor, value, plateau->best, spec->min_delta)) {
    plateau->best = value;
    plateau->wait = 0;
  } else if (plateau->cooldown == 0 && ++plateau->wait >= spec->patience && rate > spec->min_rate) {
    plateau->cooldown = spec->cooldown;
    plateau->wait = 0;
    return fmax(rate * spec->factor, spec->min_rate);
  }
  return rate;
}

void stopper_start(Stopper *stopper, Monitor monitor) {
  *stopper = (Stopper){.best = monitor_worst(monitor), .best_epoch = -1};
}

bool stopper_update(Stopper *stopper, const StopSpec *spec, int epoch, double value, bool *improved) {
  *improved = false;
  if (epoch < spec->start_from_epoch) {
    return false;
  }
  stopper->wait++;
  *improved = monitor_improved(spec->monitor, value, stopper->best, spec->min_delta);
  if (*improved) {
    stopper->best = value;
    stopper->best_epoch = epoch;
    stopper->wait = 0;
    return false;
  }
  return spec->on && stopper->wait >= spec->patience && epoch > 0;
}
