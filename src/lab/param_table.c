/* param_table: every setting, one row each. A new setting is a field in its struct, an id in param.h and a row here;
 * nothing else knows about single settings. Sources of the defaults: Keras 3 (layers, optimizers, callbacks). */
#include "lab/param.h"

#include <string.h>

#include "base/fatal.h"

/* Where a value lives. A row that names the wrong type for its field does not compile. */
/* clang-format off */
#define PLACE(home, type_, field) \
  .offset = _Generic(((home *)0)->field, type_: offsetof(home, field)), /* NOLINT(bugprone-macro-parentheses): a type */ \
  .per_layer = _Generic((home *)0, LayerSpec *: true, default: false)
/* clang-format on */

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* Type and place: `home` is Experiment, or LayerSpec for what every hidden layer has. */
#define INT(home, field) .type = PARAM_INT, PLACE(home, int, field)
#define REAL(home, field) .type = PARAM_REAL, PLACE(home, double, field)
#define BOOL(home, field) .type = PARAM_BOOL, PLACE(home, bool, field), RANGE(0, 1), STEP(1)
#define CHOICE(home, type_, field, choices)                                                          \
  .type = PARAM_CHOICE, PLACE(home, type_, field), .names = (choices), .name_count = COUNT(choices), \
  RANGE(0, COUNT(choices) - 1), STEP(1)
#define TEXT(home, field) .type = PARAM_TEXT, PLACE(home, char *, field), RANGE(1, sizeof(((home *)0)->field) - 1)
#define OPTIONAL_TEXT(home, field) \
  .type = PARAM_TEXT, PLACE(home, char *, field), RANGE(0, sizeof(((home *)0)->field) - 1)

#define KEY(section_, key_) .section = (section_), .key = (key_)

/* What is allowed: both ends, all but the low one, all but the high one, neither. */
#define RANGE(low, high) .min = (low), .max = (high)
#define ABOVE(low, high) RANGE(low, high), .min_open = true
#define BELOW(low, high) RANGE(low, high), .max_open = true
#define BETWEEN(low, high) RANGE(low, high), .min_open = true, .max_open = true

/* Arrow keys: multiples of a step, or 1, 2, 5, 10 ... from the first value above 0. */
#define STEP(by) .step = (by)
#define WALK(from) .step = (from), .log_step = true

#define LIVE .live = true
#define DEFAULT(value) .fallback = (value)
#define DEFAULT_TEXT(text) .fallback_text = (text)
#define SAYS(unit_, help_) .unit = (unit_), .help = (help_)

_Static_assert(sizeof(Activation) == sizeof(int) && sizeof(Monitor) == sizeof(int), "a choice is read as an int");

/* clang-format off */
static const Param PARAMS[PARAM_COUNT] = {
  [PARAM_DATASET] = {
    KEY("data", "dataset"), TEXT(Experiment, data.source),
    DEFAULT_TEXT("digits"),
    SAYS("", "data set: a name (digits, moons, ...) or the path of a CSV file")},
  [PARAM_ROWS] = {
    KEY("data", "rows"), INT(Experiment, data.rows),
    RANGE(0, 1000000), WALK(100), DEFAULT(0),
    SAYS("rows", "rows of the data set to use, drawn at random; 0 = all")},
  [PARAM_NOISE] = {
    KEY("data", "noise"), REAL(Experiment, data.noise),
    RANGE(0, 10), STEP(0.05), DEFAULT(0.1),
    SAYS("", "synthetic sets: deviation of the noise added to each coordinate")},
  [PARAM_VALIDATION_SPLIT] = {
    KEY("data", "validation_split"), REAL(Experiment, data.validation_split),
    BETWEEN(0, 1), STEP(0.05), DEFAULT(0.2),
    SAYS("", "fraction of the rows that validate")},
  [PARAM_TEST_SPLIT] = {
    KEY("data", "test_split"), REAL(Experiment, data.test_split),
    BELOW(0, 1), STEP(0.05), DEFAULT(0.1),
    SAYS("", "fraction of the rows kept for the test at the end; 0 = no test")},
  [PARAM_STANDARDIZE] = {
    KEY("data", "standardize"), BOOL(Experiment, data.standardize),
    DEFAULT(true),
    SAYS("", "scale each feature to mean 0 and deviation 1 over the training rows")},
  [PARAM_SCALE_TARGET] = {
    KEY("data", "scale_target"), BOOL(Experiment, data.scale_target),
    DEFAULT(true),
    SAYS("", "regression: scale the target likewise; mae stays in its own unit")},
  [PARAM_LABEL_NOISE] = {
    KEY("data", "label_noise"), REAL(Experiment, data.label_noise),
    RANGE(0, 1), STEP(0.05), DEFAULT(0),
    SAYS("", "fraction of the training labels replaced by a wrong class")},
  [PARAM_SPLIT] = {
    KEY("data", "split"), CHOICE(Experiment, SplitKind, data.split, SPLIT_NAMES),
    DEFAULT(SPLIT_RANDOM),
    SAYS("", "random: shuffled, every class in every part; keras: the last rows validate, unshuffled")},
  [PARAM_TEST_FILE] = {
    KEY("data", "test_file"), OPTIONAL_TEXT(Experiment, data.test_source),
    DEFAULT_TEXT(""),
    SAYS("", "CSV file of test rows, in place of test_split")},
  [PARAM_TARGET] = {
    KEY("data", "target"), OPTIONAL_TEXT(Experiment, data.target),
    DEFAULT_TEXT(""),
    SAYS("", "column to predict, a name or #number; empty: found by name or evidence")},
  [PARAM_TASK] = {
    KEY("data", "task"), CHOICE(Experiment, TaskWish, data.task, TASK_WISH_NAMES),
    DEFAULT(TASK_WISH_AUTO),
    SAYS("", "what the target is; auto: few different values are classes")},
  [PARAM_DROP] = {
    KEY("data", "drop"), OPTIONAL_TEXT(Experiment, data.drop),
    DEFAULT_TEXT(""),
    SAYS("", "columns that are not used: names or #numbers, separated by commas")},
  [PARAM_NUMERIC] = {
    KEY("data", "numeric"), OPTIONAL_TEXT(Experiment, data.numeric),
    DEFAULT_TEXT(""),
    SAYS("", "columns that are numbers, whatever they look like")},
  [PARAM_CATEGORICAL] = {
    KEY("data", "categorical"), OPTIONAL_TEXT(Experiment, data.categorical),
    DEFAULT_TEXT(""),
    SAYS("", "columns that are categories, whatever they look like")},
  [PARAM_DELIMITER] = {
    KEY("data", "delimiter"), CHOICE(Experiment, Delimiter, data.format.delimiter, DELIMITER_NAMES),
    DEFAULT(DELIMITER_AUTO),
    SAYS("", "what separates the fields of a CSV file")},
  [PARAM_DECIMAL] = {
    KEY("data", "decimal"), CHOICE(Experiment, Decimal, data.format.decimal, DECIMAL_NAMES),
    DEFAULT(DECIMAL_AUTO),
    SAYS("", "decimal sign of a CSV file")},
  [PARAM_QUOTE] = {
    KEY("data", "quote"), CHOICE(Experiment, Quote, data.format.quote, QUOTE_NAMES),
    DEFAULT(QUOTE_AUTO),
    SAYS("", "quotes of a CSV file")},
  [PARAM_HEADER] = {
    KEY("data", "header"), CHOICE(Experiment, Header, data.format.header, HEADER_NAMES),
    DEFAULT(HEADER_AUTO),
    SAYS("", "whether a CSV file's first row names its columns")},
  [PARAM_ENCODING] = {
    KEY("data", "encoding"), CHOICE(Experiment, Encoding, data.format.encoding, ENCODING_NAMES),
    DEFAULT(ENCODING_AUTO),
    SAYS("", "how a CSV file writes letters beyond ASCII")},

  [PARAM_UNITS] = {
    KEY("layer", "units"), INT(LayerSpec, units),
    RANGE(1, NET_MAX_UNITS), STEP(16), DEFAULT(128),
    SAYS("units", "outputs of the Dense layer")},
  [PARAM_ACTIVATION] = {
    KEY("layer", "activation"), CHOICE(LayerSpec, Activation, activation, ACTIVATION_NAMES),
    DEFAULT(ACTIVATION_RELU),
    SAYS("", "activation of the layer")},
  [PARAM_BATCH_NORM] = {
    KEY("layer", "batch_norm"), BOOL(LayerSpec, batch_norm),
    LIVE, DEFAULT(false),
    SAYS("", "BatchNormalization in this layer")},
  [PARAM_BN_POSITION] = {
    KEY("layer", "batch_norm_position"), CHOICE(LayerSpec, BnPosition, bn_position, BN_POSITION_NAMES),
    LIVE, DEFAULT(BN_AFTER),
    SAYS("", "batch normalization after or before the activation")},
  [PARAM_DROPOUT] = {
    KEY("layer", "dropout"), REAL(LayerSpec, dropout),
    LIVE, RANGE(0, 1), STEP(0.05), DEFAULT(0),
    SAYS("", "fraction of the layer's outputs dropped while training")},

  [PARAM_INPUT_DROPOUT] = {
    KEY("network", "input_dropout"), REAL(Experiment, net.input_dropout),
    LIVE, RANGE(0, 1), STEP(0.05), DEFAULT(0),
    SAYS("", "fraction of the inputs dropped while training")},
  [PARAM_INITIALIZER] = {
    KEY("network", "initializer"), CHOICE(Experiment, Initializer, net.initializer, INITIALIZER_NAMES),
    DEFAULT(INIT_GLOROT_UNIFORM),
    SAYS("", "initial weights of every Dense layer")},
  [PARAM_BN_MOMENTUM] = {
    KEY("network", "bn_momentum"), REAL(Experiment, net.bn_momentum),
    BELOW(0, 1), STEP(0.01), DEFAULT(0.99),
    SAYS("", "batch normalization: what the moving mean and variance keep per batch")},
  [PARAM_BN_EPSILON] = {
    KEY("network", "bn_epsilon"), REAL(Experiment, net.bn_epsilon),
    ABOVE(0, 1), WALK(1e-8), DEFAULT(1e-3),
    SAYS("", "batch normalization: added to the variance")},
  [PARAM_OUTPUT] = {
    KEY("network", "output"), CHOICE(Experiment, Output, net.output, OUTPUT_NAMES),
    DEFAULT(OUTPUT_AUTO),
    SAYS("", "output activation; auto: what the task needs")},
  [PARAM_LOSS] = {
    KEY("network", "loss"), CHOICE(Experiment, Loss, net.loss, LOSS_NAMES),
    DEFAULT(LOSS_AUTO),
    SAYS("", "loss; auto: what belongs to the output")},
  [PARAM_L1] = {
    KEY("network", "l1"), REAL(Experiment, net.l1),
    LIVE, RANGE(0, 10), WALK(1e-6), DEFAULT(0),
    SAYS("", "l1 * sum |w| over every kernel is added to the loss")},
  [PARAM_L2] = {
    KEY("network", "l2"), REAL(Experiment, net.l2),
    LIVE, RANGE(0, 10), WALK(1e-6), DEFAULT(0),
    SAYS("", "l2 * sum w^2 over every kernel is added to the loss")},

  [PARAM_OPTIMIZER] = {
    KEY("optimizer", "optimizer"), CHOICE(Experiment, OptimizerKind, train.optimizer.kind, OPTIMIZER_NAMES),
    DEFAULT(OPTIMIZER_ADAM),
    SAYS("", "how gradients become steps")},
  [PARAM_LEARNING_RATE] = {
    KEY("optimizer", "learning_rate"), REAL(Experiment, train.optimizer.learning_rate),
    LIVE, ABOVE(0, 100), WALK(1e-6), DEFAULT(0.001),
    SAYS("", "size of a step, before the schedule")},
  [PARAM_MOMENTUM] = {
    KEY("optimizer", "momentum"), REAL(Experiment, train.optimizer.momentum),
    BELOW(0, 1), STEP(0.05), DEFAULT(0),
    SAYS("", "sgd, rmsprop: what a step keeps of the one before")},
  [PARAM_NESTEROV] = {
    KEY("optimizer", "nesterov"), BOOL(Experiment, train.optimizer.nesterov),
    DEFAULT(false),
    SAYS("", "sgd: Nesterov's momentum")},
  [PARAM_RHO] = {
    KEY("optimizer", "rho"), REAL(Experiment, train.optimizer.rho),
    BELOW(0, 1), STEP(0.01), DEFAULT(0.9),
    SAYS("", "rmsprop: decay of the mean square")},
  [PARAM_BETA_1] = {
    KEY("optimizer", "beta_1"), REAL(Experiment, train.optimizer.beta_1),
    BELOW(0, 1), STEP(0.01), DEFAULT(0.9),
    SAYS("", "adam, adamw: decay of the mean")},
  [PARAM_BETA_2] = {
    KEY("optimizer", "beta_2"), REAL(Experiment, train.optimizer.beta_2),
    BELOW(0, 1), STEP(0.001), DEFAULT(0.999),
    SAYS("", "adam, adamw: decay of the mean square")},
  [PARAM_EPSILON] = {
    KEY("optimizer", "epsilon"), REAL(Experiment, train.optimizer.epsilon),
    ABOVE(0, 1), WALK(1e-8), DEFAULT(1e-7),
    SAYS("", "rmsprop, adam, adamw: keeps the divisor from 0")},
  [PARAM_WEIGHT_DECAY] = {
    KEY("optimizer", "weight_decay"), REAL(Experiment, train.optimizer.weight_decay),
    LIVE, RANGE(0, 1), WALK(1e-6), DEFAULT(0),
    SAYS("", "w -= rate * weight_decay * w each step; 0 makes adamw plain adam, Keras gives it 0.004")},
  [PARAM_CLIPNORM] = {
    KEY("optimizer", "clipnorm"), REAL(Experiment, train.optimizer.clipnorm),
    RANGE(0, 1000), WALK(0.01), DEFAULT(0),
    SAYS("", "largest norm of each gradient array; 0 = off")},
  [PARAM_GLOBAL_CLIPNORM] = {
    KEY("optimizer", "global_clipnorm"), REAL(Experiment, train.optimizer.global_clipnorm),
    RANGE(0, 1000), WALK(0.01), DEFAULT(0),
    SAYS("", "largest norm of all gradients together; 0 = off")},
  [PARAM_CLIPVALUE] = {
    KEY("optimizer", "clipvalue"), REAL(Experiment, train.optimizer.clipvalue),
    RANGE(0, 1000), WALK(0.01), DEFAULT(0),
    SAYS("", "largest absolute value of a gradient; 0 = off")},

  [PARAM_SCHEDULE] = {
    KEY("schedule", "schedule"), CHOICE(Experiment, ScheduleKind, train.schedule.kind, SCHEDULE_NAMES),
    DEFAULT(SCHEDULE_CONSTANT),
    SAYS("", "how the learning rate changes over the run")},
  [PARAM_DECAY_STEPS] = {
    KEY("schedule", "decay_steps"), INT(Experiment, train.schedule.decay_steps),
    RANGE(0, 1000000000), WALK(10), DEFAULT(0),
    SAYS("steps", "step, exponential, cosine: steps of one decay; 0 = the run's steps (step: a tenth)")},
  [PARAM_DECAY_RATE] = {
    KEY("schedule", "decay_rate"), REAL(Experiment, train.schedule.decay_rate),
    ABOVE(0, 1), STEP(0.05), DEFAULT(0.9),
    SAYS("", "step, exponential: the rate's factor per decay_steps")},
  [PARAM_ALPHA] = {
    KEY("schedule", "alpha"), REAL(Experiment, train.schedule.alpha),
    RANGE(0, 1), STEP(0.05), DEFAULT(0),
    SAYS("", "cosine: the last rate as a fraction of the first")},
  [PARAM_PLATEAU_FACTOR] = {
    KEY("schedule", "plateau_factor"), REAL(Experiment, train.schedule.factor),
    BETWEEN(0, 1), STEP(0.05), DEFAULT(0.1),
    SAYS("", "plateau: the rate's factor when the monitored value stalls")},
  [PARAM_PLATEAU_PATIENCE] = {
    KEY("schedule", "plateau_patience"), INT(Experiment, train.schedule.patience),
    RANGE(0, 100000), STEP(1), DEFAULT(10),
    SAYS("epochs", "plateau: epochs without improvement before the rate falls")},
  [PARAM_PLATEAU_MIN_DELTA] = {
    KEY("schedule", "plateau_min_delta"), REAL(Experiment, train.schedule.min_delta),
    RANGE(0, 1000), WALK(1e-6), DEFAULT(1e-4),
    SAYS("", "plateau: the least change that is an improvement")},
  [PARAM_PLATEAU_COOLDOWN] = {
    KEY("schedule", "plateau_cooldown"), INT(Experiment, train.schedule.cooldown),
    RANGE(0, 100000), STEP(1), DEFAULT(0),
    SAYS("epochs", "plateau: epochs to wait after the rate fell")},
  [PARAM_MIN_RATE] = {
    KEY("schedule", "min_lr"), REAL(Experiment, train.schedule.min_rate),
    RANGE(0, 100), WALK(1e-8), DEFAULT(0),
    SAYS("", "plateau: the rate falls no lower")},

  [PARAM_BATCH_SIZE] = {
    KEY("training", "batch_size"), INT(Experiment, train.batch_size),
    LIVE, RANGE(1, 65536), WALK(1), DEFAULT(32),
    SAYS("rows", "training rows per step")},
  [PARAM_EPOCHS] = {
    KEY("training", "epochs"), INT(Experiment, train.epochs),
    LIVE, RANGE(1, 100000), WALK(1), DEFAULT(50),
    SAYS("epochs", "passes over the training rows")},
  [PARAM_SEED] = {
    KEY("training", "seed"), INT(Experiment, train.seed),
    RANGE(0, 2147483647), STEP(1), DEFAULT(7),
    SAYS("", "the same seed gives the same split, weights, batches and masks")},
  [PARAM_EARLY_STOPPING] = {
    KEY("training", "early_stopping"), BOOL(Experiment, train.early_stopping.on),
    DEFAULT(false),
    SAYS("", "stop when the monitored value no longer improves")},
  [PARAM_MONITOR] = {
    KEY("training", "monitor"), CHOICE(Experiment, Monitor, train.early_stopping.monitor, MONITOR_NAMES),
    DEFAULT(MONITOR_VAL_LOSS),
    SAYS("", "what early stopping, the plateau schedule and the best epoch go by")},
  [PARAM_PATIENCE] = {
    KEY("training", "patience"), INT(Experiment, train.early_stopping.patience),
    RANGE(0, 100000), STEP(1), DEFAULT(5),
    SAYS("epochs", "early stopping: epochs without improvement before it stops")},
  [PARAM_MIN_DELTA] = {
    KEY("training", "min_delta"), REAL(Experiment, train.early_stopping.min_delta),
    RANGE(0, 1000), WALK(1e-6), DEFAULT(0),
    SAYS("", "early stopping: the least change that is an improvement")},
  [PARAM_START_FROM_EPOCH] = {
    KEY("training", "start_from_epoch"), INT(Experiment, train.early_stopping.start_from_epoch),
    RANGE(0, 100000), STEP(1), DEFAULT(0),
    SAYS("epochs", "early stopping: epochs before it begins to watch")},
  [PARAM_RESTORE_BEST] = {
    KEY("training", "restore_best_weights"), BOOL(Experiment, train.early_stopping.restore_best),
    DEFAULT(false),
    SAYS("", "early stopping: end with the weights of the best epoch")},
  [PARAM_EVALUATE_TRAIN] = {
    KEY("training", "evaluate_train"), BOOL(Experiment, train.evaluate_train),
    DEFAULT(true),
    SAYS("", "also measure the training rows without dropout after each epoch")},
  [PARAM_SNAPSHOT_MEMORY] = {
    KEY("training", "snapshot_memory"), INT(Experiment, train.snapshot_memory),
    RANGE(0, 65536), WALK(10), DEFAULT(256),
    SAYS("MB", "for the epochs that the screen can go back to; 0 = none")},
};
/* clang-format on */

const Param *param_at(ParamId id) {
  ASSERT((int)id >= 0 && id < PARAM_COUNT);
  return &PARAMS[id];
}

bool param_find(const char *key, ParamId *id) {
  for (int i = 0; i < PARAM_COUNT; i++) {
    if (strcmp(PARAMS[i].key, key) == 0) {
      *id = (ParamId)i;
      return true;
    }
  }
  return false;
}

bool param_is_common(ParamId id) {
  bool own = id == PARAM_DROP || id == PARAM_STANDARDIZE || id == PARAM_SCALE_TARGET || id == PARAM_LABEL_NOISE;
  return id == PARAM_SEED || (id <= PARAM_ENCODING && !own);
}
