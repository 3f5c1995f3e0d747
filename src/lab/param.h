/* param: every setting of an experiment, once: its key, type, range, step, default, unit, one line of help, and where
 * it lives in Experiment. This table drives YAML loading and saving, `--set key=value`, the settings panel, edits while
 * training, validation messages and the README's list. Keys are Keras's argument names where Keras has them.
 *
 * A value crosses the program as a double (booleans 0 and 1, choices their index); texts go by param_set_text and
 * param_format alone: asking for the value of one is a broken invariant. */
#ifndef NNLAB_LAB_PARAM_H
#define NNLAB_LAB_PARAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lab/experiment.h"

typedef enum ParamType { PARAM_INT = 0, PARAM_REAL, PARAM_BOOL, PARAM_CHOICE, PARAM_TEXT } ParamType;

typedef enum ParamId {
  /* data */
  PARAM_DATASET = 0,
  PARAM_ROWS,
  PARAM_NOISE,
  PARAM_VALIDATION_SPLIT,
  PARAM_TEST_SPLIT,
  PARAM_STANDARDIZE,
  PARAM_SCALE_TARGET,
  PARAM_LABEL_NOISE,
  PARAM_SPLIT,
  PARAM_TEST_FILE,
  PARAM_TARGET,
  PARAM_TASK,
  PARAM_DROP,
  PARAM_NUMERIC,
  PARAM_CATEGORICAL,
  PARAM_DELIMITER,
  PARAM_DECIMAL,
  PARAM_QUOTE,
  PARAM_HEADER,
  PARAM_ENCODING,
  /* each hidden layer */
  PARAM_UNITS,
  PARAM_ACTIVATION,
  PARAM_BATCH_NORM,
  PARAM_BN_POSITION,
  PARAM_DROPOUT,
  /* network */
  PARAM_INPUT_DROPOUT,
  PARAM_INITIALIZER,
  PARAM_BN_MOMENTUM,
  PARAM_BN_EPSILON,
  PARAM_OUTPUT,
  PARAM_LOSS,
  PARAM_L1,
  PARAM_L2,
  /* optimizer */
  PARAM_OPTIMIZER,
  PARAM_LEARNING_RATE,
  PARAM_MOMENTUM,
  PARAM_NESTEROV,
  PARAM_RHO,
  PARAM_BETA_1,
  PARAM_BETA_2,
  PARAM_EPSILON,
  PARAM_WEIGHT_DECAY,
  PARAM_CLIPNORM,
  PARAM_GLOBAL_CLIPNORM,
  PARAM_CLIPVALUE,
  /* schedule */
  PARAM_SCHEDULE,
  PARAM_DECAY_STEPS,
  PARAM_DECAY_RATE,
  PARAM_ALPHA,
  PARAM_PLATEAU_FACTOR,
  PARAM_PLATEAU_PATIENCE,
  PARAM_PLATEAU_MIN_DELTA,
  PARAM_PLATEAU_COOLDOWN,
  PARAM_MIN_RATE,
  /* training */
  PARAM_BATCH_SIZE,
  PARAM_EPOCHS,
  PARAM_SEED,
  PARAM_EARLY_STOPPING,
  PARAM_MONITOR,
  PARAM_PATIENCE,
  PARAM_MIN_DELTA,
  PARAM_START_FROM_EPOCH,
  PARAM_RESTORE_BEST,
  PARAM_EVALUATE_TRAIN,
  PARAM_SNAPSHOT_MEMORY,
  PARAM_COUNT
} ParamId;

typedef struct Param {
  const char *key;     /* "learning_rate" */
  const char *section; /* "data", "layer", "network", "optimizer", "schedule", "training" */
  const char *unit;    /* "rows", "epochs", "" */
  const char *help;    /* one line, no full stop */
  ParamType type;
  int name_count;
  const char *const *names;  /* PARAM_CHOICE: the choices, in the enum's order */
  const char *fallback_text; /* PARAM_TEXT: the default */
  double fallback;           /* the default of all others */
  double min, max;           /* inclusive; PARAM_TEXT: the bytes of the text */
  double step;               /* one press of an arrow key: a whole number, or 1 / a whole number */
  size_t offset;             /* inside Experiment (or LayerSpec) of an int, double, bool, enum or char[] */
  bool min_open, max_open;   /* min, max themselves are not allowed */
  bool log_step;             /* arrow keys walk 1, 2, 5, 10, 20 ... instead; `step` is the first value above 0 */
  bool per_layer;            /* lives in each LayerSpec; `offset` is then inside LayerSpec */
  bool live;                 /* may be changed while a run trains; the others take effect at the next restart */
} Param;

const Param *param_at(ParamId id);
/* The parameter with this key; false when there is none. */
bool param_find(const char *key, ParamId *id);
/* Whether twins have the setting in common, because their scores would else be of other rows, or of another target:
 * the seed, and of the data all but drop, standardize, scale_target and label_noise. */
bool param_is_common(ParamId id);

/* The value in `experiment`; `layer` (0 .. hidden - 1) matters for per-layer parameters alone. */
double param_get(const Experiment *experiment, ParamId id, int layer);
/* Is the value that `experiment` has in its range? STATUS_RANGE, with param_set's message, when not. */
MUST_USE Status param_check(const Experiment *experiment, ParamId id, int layer, Error *err);
/* Checks the range (STATUS_RANGE: "dropout: 1.5 is outside 0 .. 1") and sets it; on failure nothing changes. */
MUST_USE Status param_set(Experiment *experiment, ParamId id, int layer, double value, Error *err);
/* Reads `text` as the parameter's type (STATUS_PARSE when it is none) and sets it. Booleans: true/false, on/off,
 * yes/no in any case. A misspelt choice's message names the choices and the nearest: "activation: no 'rellu'; did you
 * mean 'relu'? (linear, relu, ...)". A text must be printable. */
MUST_USE Status param_set_text(Experiment *experiment, ParamId id, int layer, const char *text, Error *err);
/* `key=value` as --set takes it: "learning_rate=0.01"; "dropout=0.5" sets it in every hidden layer,
 * "layers.2.dropout=0.5" in the second (from 1); "layers=3" makes it three hidden layers, new ones copies of the last.
 * STATUS_USAGE when there is no such key. What several assignments make together, experiment_check judges. */
MUST_USE Status param_assign(Experiment *experiment, const char *assignment, Error *err);
/* The value as text that param_set_text reads back to the same value. */
void param_format(const Experiment *experiment, ParamId id, int layer, char *out, size_t size);
/* A value of this parameter as text ("0.5", "on", "relu"). */
void param_format_value(ParamId id, double value, char *out, size_t size);
/* The next value from `value` in `direction` (+1 or -1) as the arrow keys walk it; stays inside the range. */
double param_step(ParamId id, double value, int direction);
/* The allowed range in words: "1 .. 8192", "0 .. 1, 1 excluded", "on or off", "one of linear, relu, ...". */
void param_range_text(ParamId id, char *out, size_t size);
/* The nearest known key ("layers" is one) to a misspelt one, or NULL. */
const char *param_nearest_key(const char *key);

#endif
