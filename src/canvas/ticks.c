/* ticks: round positions on an axis, and how numbers are written beside it. The comparisons leave room for what
 * rounding does to multiples of 0.1. */
#include "canvas/ticks.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canvas/chart.h"

static const double EPSILON = 1e-9; /* 0.3 / 0.1 is not quite 3 */

/* Powers of ten that are whole divide exactly, and 0.1 comes out as the nearest double to 0.1. */
static double power_of_ten(int exponent) { return exponent < 0 ? 1 / pow(10, -exponent) : pow(10, exponent); }

static int exponent_of(double value) { return (int)floor(log10(value) + EPSILON); }

double round_up(double value) {
  double power = power_of_ten(exponent_of(value));
  double digits = value / power * (1 - EPSILON);
  return (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10) * power;
}

double round_down(double value) {
  double power = power_of_ten(exponent_of(value));
  double digits = value / power * (1 + EPSILON);
  return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
}

double round_step(double low, double high, int max) {
  static const double TINY = 1e-300, LARGE = 1e300, COUNTABLE = 1e15;
  if (!(high - low > TINY) || !(high < LARGE) || !(low > -LARGE)) {
    return 0;
  }
  for (double step = round_up((high - low) / max);; step = round_up(step * 1.5)) {
    double first = ceil(low / step - EPSILON), last = floor(high / step + EPSILON);
    if (fmax(fabs(first), fabs(last)) > COUNTABLE) {
      return 0;
    }
    if (last - first + 1 <= max) {
      return step;
    }
  }
}

static int ticks_linear(double low, double high, int max, double *ticks) {
  double step = round_step(low, high, max);
  if (step <= 0) {
    return 0;
  }
  int count = 0;
  double last = floor(high / step + EPSILON);
  for (double k = ceil(low / step - EPSILON); k <= last && count < max; k++) {
    ticks[count++] = k * step + 0.0; /* no -0 */
  }
  return count;
}

/* Every power of ten, or every second, third ... where they are too many. */
static int ticks_powers(double low, double high, int max, double *ticks) {
  int first = (int)ceil(log10(low) - EPSILON), last = (int)floor(log10(high) + EPSILON);
  int stride = 1;
  while (floor((double)last / stride) - ceil((double)first / stride) + 1 > max) {
    stride++;
  }
  int count = 0;
  for (int k = (int)ceil((double)first / stride) * stride; k <= last && count < max; k += stride) {
    ticks[count++] = power_of_ten(k);
  }
  return count;
}

static int ticks_log(double low, double high, int max, double *ticks) {
  int count = 0;
  double value = round_up(low);
  for (; value <= high * (1 + EPSILON) && count < max; value = round_up(value * 1.5)) {
    ticks[count++] = value;
  }
  bool all = value > high * (1 + EPSILON);
  if (!all) {
    count = ticks_powers(low, high, max, ticks);
  }
  return count >= 2 || max < 2 ? count : ticks_linear(low, high, max, ticks);
}

int chart_ticks(double low, double high, int max, bool log_scale, double *ticks) {
  static const double TINY = 1e-300;
  if (max < 1 || !isfinite(high) || !(high > low) || (log_scale && !(low > TINY))) {
    return 0;
  }
  return log_scale ? ticks_log(low, high, max, ticks) : ticks_linear(low, high, max, ticks);
}

/* The decimals that write `step` in full: 2 for 0.25, -3 for 2000. At most two more than its first digit. */
static int decimals_of(double step) {
  int decimals = -exponent_of(step);
  for (int more = 0; more < 2; more++) {
    double scaled = step * power_of_ten(decimals + more);
    if (fabs(scaled - nearbyint(scaled)) < 1e-6) {
      return decimals + more;
    }
  }
  return decimals + 2;
}

/* 1.50e+08 -> 1.50e8 */
static void shorten_exponent(char *text) {
  char *e = strchr(text, 'e');
  if (e) {
    long exponent = strtol(e + 1, NULL, 10);
    (void)snprintf(e + 1, strlen(e), "%ld", exponent);
  }
}

void chart_tick_label(char *out, size_t size, double value, double step) {
  step = fabs(step);
  if (!isfinite(value) || !isfinite(step) || step < 1e-300) {
    chart_value_label(out, size, value);
    return;
  }
  enum { DECIMALS_MAX = 4 };
  static const double LARGE = 1e6;
  int decimals = decimals_of(step);
  if (fabs(value) < step * 1e-6) {
    value = 0; /* the rounding of k * step, and no minus before it */
  }
  if (decimals <= DECIMALS_MAX && fabs(value) < LARGE) {
    (void)snprintf(out, size, "%.*f", decimals > 0 ? decimals : 0, value);
  } else if (value == 0) {
    (void)snprintf(out, size, "0");
  } else {
    char text[64];
    int digits = exponent_of(fabs(value)) + decimals;
    (void)snprintf(text, sizeof text, "%.*e", digits < 0 ? 0 : digits > 9 ? 9 : digits, value);
    shorten_exponent(text);
    (void)snprintf(out, size, "%s", text);
  }
}

void chart_value_label(char *out, size_t size, double value) {
  if (isnan(value)) {
    (void)snprintf(out, size, "nan"); /* printf may write -nan */
  } else if (fabs(value) >= 9999.5 && fabs(value) < 999999.5) {
    (void)snprintf(out, size, "%.0f", value);
  } else {
    int digits = fabs(value) < 0.1 ? 3 : 4; /* four decimals are enough for an eye: 0.0213, 0.2134 */
    (void)snprintf(out, size, "%.*g", digits, value + 0.0);
  }
}
