/* param: a setting of an Experiment read, checked, set, shown and stepped by its row of the table (param_table.c). What
 * differs here is by type, never by setting. */
#include "lab/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fatal.h"
#include "base/str.h"
#include "lab/excerpt.h"

/* Where the value starts, in bytes from the start of `experiment`. */
static size_t place(const Experiment *experiment, const Param *param, int layer) {
  if (!param->per_layer) {
    return param->offset;
  }
  ASSERT(layer >= 0 && layer < experiment->net.hidden);
  return offsetof(Experiment, net.layers) + (size_t)layer * sizeof(LayerSpec) + param->offset;
}

double param_get(const Experiment *experiment, ParamId id, int layer) {
  const Param *param = param_at(id);
  const void *from = (const char *)experiment + place(experiment, param, layer);
  ASSERT(param->type != PARAM_TEXT);
  if (param->type == PARAM_REAL) {
    return *(const double *)from;
  }
  if (param->type == PARAM_BOOL) {
    return *(const bool *)from;
  }
  int whole; /* an int, or an enum of an int's size */
  memcpy(&whole, from, sizeof whole);
  return whole;
}

static void store(Experiment *experiment, const Param *param, int layer, double value) {
  void *to = (char *)experiment + place(experiment, param, layer);
  if (param->type == PARAM_REAL) {
    *(double *)to = value + 0.0; /* -0 becomes 0 */
  } else if (param->type == PARAM_BOOL) {
    *(bool *)to = value != 0;
  } else {
    int whole = (int)value;
    memcpy(to, &whole, sizeof whole);
  }
}

static const char *text_at(const Experiment *experiment, const Param *param) {
  return (const char *)experiment + place(experiment, param, 0);
}

/* ---- range ---- */

static void number_text(char *out, size_t size, double value) {
  if (value == floor(value) && fabs(value) < 1e15) {
    (void)snprintf(out, size, "%.0f", value); /* 50, not 5e+01 */
  } else {
    str_from_double(out, size, value);
  }
}

static bool in_range(const Param *param, double value) {
  bool low = param->min_open ? value > param->min : value >= param->min;
  bool high = param->max_open ? value < param->max : value <= param->max;
  return low && high; /* nan is neither */
}

static void choices_text(const Param *param, char *out, size_t size) {
  size_t used = 0;
  out[0] = '\0';
  for (int i = 0; i < param->name_count && used < size; i++) {
    used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? ", " : "", param->names[i]);
  }
}

static void number_range_text(const Param *param, char *out, size_t size) {
  char min[32], max[32], except[96] = "";
  number_text(min, sizeof min, param->min);
  number_text(max, sizeof max, param->max);
  if (param->min_open || param->max_open) {
    const char *and = param->min_open && param->max_open ? " and " : "";
    (void)snprintf(except, sizeof except, ", %s%s%s excluded", param->min_open ? min : "", and,
                   param->max_open ? max : "");
  }
  (void)snprintf(out, size, "%s .. %s%s", min, max, except);
}

void param_range_text(ParamId id, char *out, size_t size) {
  const Param *param = param_at(id);
  char choices[512];
  switch (param->type) {
    case PARAM_BOOL:
      str_copy(out, size, "on or off");
      return;
    case PARAM_CHOICE:
      choices_text(param, choices, sizeof choices);
      (void)snprintf(out, size, "one of %s", choices);
      return;
    case PARAM_TEXT:
      if (param->min > 0) {
        (void)snprintf(out, size, "a text of %.0f .. %.0f bytes", param->min, param->max);
      } else {
        (void)snprintf(out, size, "empty, or a text of up to %.0f bytes", param->max);
      }
      return;
    default:
      number_range_text(param, out, size);
  }
}

static Status fail_value(ParamId id, double value, Error *err) {
  const Param *param = param_at(id);
  char shown[64], range[512];
  number_text(shown, sizeof shown, value);
  param_range_text(id, range, sizeof range);
  if (in_range(param, value)) {
    return error_set(err, STATUS_RANGE, "%s: %s is not a whole number (%s)", param->key, shown, range);
  }
  bool is_number = param->type == PARAM_INT || param->type == PARAM_REAL;
  return error_set(err, STATUS_RANGE, "%s: %s is %s %s", param->key, shown, is_number ? "outside" : "not", range);
}

static Status check_value(ParamId id, double value, Error *err) {
  const Param *param = param_at(id);
  bool whole = param->type == PARAM_REAL || value == floor(value);
  return in_range(param, value) && whole ? STATUS_OK : fail_value(id, value, err);
}

static Status check_text(ParamId id, const char *text, Error *err) {
  const Param *param = param_at(id);
  char printable[512], range[64];
  double length = (double)strlen(text);
  if (length < param->min || length > param->max) {
    param_range_text(id, range, sizeof range);
    return error_set(err, STATUS_RANGE, "%s: '%s' has %.0f bytes (%s)", param->key, excerpt(text).text, length, range);
  }
  ASSERT(param->max < sizeof printable);
  str_printable(printable, sizeof printable, text);
  if (strcmp(printable, text) != 0) {
    return error_set(err, STATUS_RANGE, "%s: '%s' has characters that cannot be shown", param->key, excerpt(text).text);
  }
  return STATUS_OK;
}

Status param_check(const Experiment *experiment, ParamId id, int layer, Error *err) {
  const Param *param = param_at(id);
  return param->type == PARAM_TEXT ? check_text(id, text_at(experiment, param), err)
                                   : check_value(id, param_get(experiment, id, layer), err);
}

Status param_set(Experiment *experiment, ParamId id, int layer, double value, Error *err) {
  ASSERT(param_at(id)->type != PARAM_TEXT);
  Status status = check_value(id, value, err);
  if (status == STATUS_OK) {
    store(experiment, param_at(id), layer, value);
  }
  return status;
}

/* ---- text ---- */

static Status parse_number(ParamId id, const char *text, double *value, Error *err) {
  if (str_to_double(text, value)) {
    return STATUS_OK;
  }
  char range[512];
  param_range_text(id, range, sizeof range);
  return error_set(err, STATUS_PARSE, "%s: '%s' is not a number (%s)", param_at(id)->key, excerpt(text).text, range);
}

static Status parse_bool(ParamId id, const char *text, double *value, Error *err) {
  static const char *const words[] = {"off", "on", "false", "true", "no", "yes"}; /* no, yes by turns */
  for (int i = 0; i < (int)(sizeof words / sizeof *words); i++) {
    if (strcasecmp(text, words[i]) == 0) {
      *value = i % 2;
      return STATUS_OK;
    }
  }
  return error_set(err, STATUS_PARSE, "%s: '%s' is not on or off", param_at(id)->key, excerpt(text).text);
}

static Status parse_choice(ParamId id, const char *text, double *value, Error *err) {
  const Param *param = param_at(id);
  for (int i = 0; i < param->name_count; i++) {
    if (strcmp(text, param->names[i]) == 0) {
      *value = i;
      return STATUS_OK;
    }
  }
  char choices[512];
  choices_text(param, choices, sizeof choices);
  const char *nearest = str_nearest(text, param->names, (size_t)param->name_count);
  if (nearest) {
    return error_set(err, STATUS_PARSE, "%s: no '%s'; did you mean '%s'? (%s)", param->key, excerpt(text).text, nearest,
                     choices);
  }
  return error_set(err, STATUS_PARSE, "%s: no '%s' (%s)", param->key, excerpt(text).text, choices);
}

static Status set_string(Experiment *experiment, ParamId id, const char *text, Error *err) {
  Status status = check_text(id, text, err);
  if (status == STATUS_OK) {
    const Param *param = param_at(id);
    str_copy((char *)experiment + place(experiment, param, 0), (size_t)param->max + 1, text);
  }
  return status;
}

Status param_set_text(Experiment *experiment, ParamId id, int layer, const char *text, Error *err) {
  typedef Status Parse(ParamId id, const char *text, double *value, Error *err);
  static Parse *const parsers[] = {[PARAM_INT] = parse_number,
                                   [PARAM_REAL] = parse_number,
                                   [PARAM_BOOL] = parse_bool,
                                   [PARAM_CHOICE] = parse_choice};
  const Param *param = param_at(id);
  if (*text == '\0' && !(param->type == PARAM_TEXT && param->min == 0)) {
    char range[512];
    param_range_text(id, range, sizeof range);
    return error_set(err, STATUS_PARSE, "%s: no value (%s)", param->key, range);
  }
  if (param->type == PARAM_TEXT) {
    return set_string(experiment, id, text, err);
  }
  double value;
  Status status = parsers[param->type](id, text, &value, err);
  return status == STATUS_OK ? param_set(experiment, id, layer, value, err) : status;
}

void param_format_value(ParamId id, double value, char *out, size_t size) {
  const Param *param = param_at(id);
  ASSERT(param->type != PARAM_TEXT);
  if (param->type == PARAM_CHOICE) {
    ASSERT(in_range(param, value));
    str_copy(out, size, param->names[(int)value]);
  } else if (param->type == PARAM_BOOL) {
    str_copy(out, size, value != 0 ? "on" : "off");
  } else {
    number_text(out, size, value);
  }
}

void param_format(const Experiment *experiment, ParamId id, int layer, char *out, size_t size) {
  const Param *param = param_at(id);
  if (param->type == PARAM_TEXT) {
    str_copy(out, size, text_at(experiment, param));
  } else {
    param_format_value(id, param_get(experiment, id, layer), out, size);
  }
}

/* ---- arrow keys ---- */

enum { PLACES = 1000000000 }; /* values nearer than 1 / PLACES of a step count as on the step */

/* The next multiple of `step`. A fraction is divided by its whole inverse, so that 3 steps of 0.05 are 0.15 exactly. */
static double next_multiple(double value, double step, int direction) {
  double steps = value / step, slack = 1.0 / PLACES;
  steps = direction > 0 ? floor(steps + slack) + 1 : ceil(steps - slack) - 1;
  return step < 1 ? steps / round(1 / step) : steps * step;
}

/* Number `index` of ... 0.1 (-3), 0.2, 0.5, 1 (0), 2, 5, 10 (3) ...: powers of ten are exact, so are these. */
static double round_value(int index) {
  static const double digits[] = {1, 2, 5};
  int digit = ((index % 3) + 3) % 3, power = (index - digit) / 3;
  return power < 0 ? digits[digit] / pow(10, -power) : digits[digit] * pow(10, power);
}

static double next_round(double value, double first, int direction) {
  double slack = 1.0 / PLACES;
  if (direction < 0 && value <= first * (1 + slack)) {
    return 0;
  }
  if (value < first * (1 - slack)) {
    return first;
  }
  int index = 3 * (int)floor(log10(value)) + (direction > 0 ? -1 : 4);
  while (direction > 0 ? round_value(index) <= value * (1 + slack) : round_value(index) >= value * (1 - slack)) {
    index += direction;
  }
  return round_value(index);
}

double param_step(ParamId id, double value, int direction) {
  const Param *param = param_at(id);
  ASSERT(param->type != PARAM_TEXT && direction != 0);
  double next =
      param->log_step ? next_round(value, param->step, direction) : next_multiple(value, param->step, direction);
  if (next > param->max) {
    next = param->max;
  } else if (next < param->min) {
    next = param->min;
  }
  return in_range(param, next) ? next : value;
}
