/* param: the table is complete and consistent; every setting has a place of its own; ranges, texts, arrow keys and
 * assignments do what param.h says, message for message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "death.h"
#include "lab/param.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* Every setting in the table's order: key, section, default, allowed range, and whether it changes while a run trains.
 */
static const struct {
  const char *key, *section, *value, *range;
  bool live;
} EXPECTED[] = {
    {"dataset", "data", "digits", "a text of 1 .. 255 bytes", false},
    {"rows", "data", "0", "0 .. 1000000", false},
    {"noise", "data", "0.1", "0 .. 10", false},
    {"validation_split", "data", "0.2", "0 .. 1, 0 and 1 excluded", false},
    {"test_split", "data", "0.1", "0 .. 1, 1 excluded", false},
    {"standardize", "data", "on", "on or off", false},
    {"scale_target", "data", "on", "on or off", false},
    {"label_noise", "data", "0", "0 .. 1", false},
    {"split", "data", "random", "one of random, keras", false},
    {"test_file", "data", "", "empty, or a text of up to 255 bytes", false},
    {"target", "data", "", "empty, or a text of up to 63 bytes", false},
    {"task", "data", "auto", "one of auto, classification, regression", false},
    {"drop", "data", "", "empty, or a text of up to 255 bytes", false},
    {"numeric", "data", "", "empty, or a text of up to 255 bytes", false},
    {"categorical", "data", "", "empty, or a text of up to 255 bytes", false},
    {"delimiter", "data", "auto", "one of auto, comma, semicolon, tab, pipe, blanks", false},
    {"decimal", "data", "auto", "one of auto, point, comma", false},
    {"quote", "data", "auto", "one of auto, double, single, none", false},
    {"header", "data", "auto", "one of auto, yes, no", false},
    {"encoding", "data", "auto", "one of auto, utf-8, latin-1", false},
    {"units", "layer", "128", "1 .. 8192", false},
    {"activation", "layer", "relu", "one of linear, relu, leaky_relu, elu, selu, gelu, silu, tanh, sigmoid, softplus",
     false},
    {"batch_norm", "layer", "off", "on or off", true},
    {"batch_norm_position", "layer", "after", "one of after, before", true},
    {"dropout", "layer", "0", "0 .. 1", true},
    {"input_dropout", "network", "0", "0 .. 1", true},
    {"initializer", "network", "glorot_uniform",
     "one of glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal", false},
    {"bn_momentum", "network", "0.99", "0 .. 1, 1 excluded", false},
    {"bn_epsilon", "network", "0.001", "0 .. 1, 0 excluded", false},
    {"output", "network", "auto", "one of auto, softmax, sigmoid, linear", false},
    {"loss", "network", "auto", "one of auto, crossentropy, mse, mae", false},
    {"l1", "network", "0", "0 .. 10", true},
    {"l2", "network", "0", "0 .. 10", true},
    {"optimizer", "optimizer", "adam", "one of sgd, rmsprop, adam, adamw", false},
    {"learning_rate", "optimizer", "0.001", "0 .. 100, 0 excluded", true},
    {"momentum", "optimizer", "0", "0 .. 1, 1 excluded", false},
    {"nesterov", "optimizer", "off", "on or off", false},
    {"rho", "optimizer", "0.9", "0 .. 1, 1 excluded", false},
    {"beta_1", "optimizer", "0.9", "0 .. 1, 1 excluded", false},
    {"beta_2", "optimizer", "0.999", "0 .. 1, 1 excluded", false},
    {"epsilon", "optimizer", "1e-07", "0 .. 1, 0 excluded", false},
    {"weight_decay", "optimizer", "0", "0 .. 1", true},
    {"clipnorm", "optimizer", "0", "0 .. 1000", false},
    {"global_clipnorm", "optimizer", "0", "0 .. 1000", false},
    {"clipvalue", "optimizer", "0", "0 .. 1000", false},
    {"schedule", "schedule", "constant", "one of constant, step, exponential, cosine, plateau", false},
    {"decay_steps", "schedule", "0", "0 .. 1000000000", false},
    {"decay_rate", "schedule", "0.9", "0 .. 1, 0 excluded", false},
    {"alpha", "schedule", "0", "0 .. 1", false},
    {"plateau_factor", "schedule", "0.1", "0 .. 1, 0 and 1 excluded", false},
    {"plateau_patience", "schedule", "10", "0 .. 100000", false},
    {"plateau_min_delta", "schedule", "0.0001", "0 .. 1000", false},
    {"plateau_cooldown", "schedule", "0", "0 .. 100000", false},
    {"min_lr", "schedule", "0", "0 .. 100", false},
    {"batch_size", "training", "32", "1 .. 65536", true},
    {"epochs", "training", "50", "1 .. 100000", true},
    {"seed", "training", "7", "0 .. 2147483647", false},
    {"early_stopping", "training", "off", "on or off", false},
    {"monitor", "training", "val_loss", "one of val_loss, val_score, loss", false},
    {"patience", "training", "5", "0 .. 100000", false},
    {"min_delta", "training", "0", "0 .. 1000", false},
    {"start_from_epoch", "training", "0", "0 .. 100000", false},
    {"restore_best_weights", "training", "off", "on or off", false},
    {"evaluate_train", "training", "on", "on or off", false},
    {"snapshot_memory", "training", "256", "0 .. 65536", false},
};
_Static_assert(LENGTH(EXPECTED) == PARAM_COUNT, "a setting without an expectation");

static void test_table(void **state) {
  (void)state;
  const Experiment experiment = experiment_default();
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const Param *param = param_at(id);
    ParamId found = PARAM_COUNT;
    char value[64], range[256];
    param_format(&experiment, id, 0, value, sizeof value);
    param_range_text(id, range, sizeof range);
    assert_string_equal(param->key, EXPECTED[id].key);
    assert_string_equal(param->section, EXPECTED[id].section);
    assert_string_equal(value, EXPECTED[id].value);
    assert_string_equal(range, EXPECTED[id].range);
    assert_int_equal(param->live, EXPECTED[id].live);
    assert_int_equal(param->per_layer, strcmp(param->section, "layer") == 0);
    assert_true(param_find(param->key, &found));
    assert_int_equal(found, id); /* which no second row with this key would let be */
  }
}

/* What the screen and the README's list rely on. */
static void test_table_is_presentable(void **state) {
  (void)state;
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const Param *param = param_at(id);
    assert_non_null(param->unit);
    size_t length = strlen(param->help);
    assert_in_range(length, 10, 100);
    assert_true(param->help[length - 1] != '.');
    assert_int_equal(param->name_count > 0, param->type == PARAM_CHOICE);
    assert_int_equal(param->fallback_text != NULL, param->type == PARAM_TEXT);
    double steps = param->step < 1 ? 1 / param->step : param->step;
    assert_true(param->type == PARAM_TEXT || param->log_step || fabs(steps - round(steps)) < 1e-9);
    assert_true(param->type == PARAM_TEXT || param->step > 0);
  }
}

static void test_find_unknown(void **state) {
  (void)state;
  ParamId id = PARAM_SEED;
  assert_false(param_find("Dropout", &id));
  assert_false(param_find("", &id));
  assert_false(param_find("layers", &id));
  assert_int_equal(id, PARAM_SEED);
}

/* A value other than the present one. */
static double another(ParamId id, double value) {
  const Param *param = param_at(id);
  return param->type == PARAM_REAL ? (value == 0.25 ? 0.5 : 0.25) : value == param->min ? param->min + 1 : param->min;
}

/* How many of the values that `a` has are others in `b`. */
static int count_changes(const Experiment *a, const Experiment *b) {
  int changes = 0;
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    for (int layer = 0; layer < (param_at(id)->per_layer ? a->net.hidden : 1); layer++) {
      char text_a[512], text_b[512];
      param_format(a, id, layer, text_a, sizeof text_a);
      param_format(b, id, layer, text_b, sizeof text_b);
      changes += strcmp(text_a, text_b) != 0;
    }
  }
  return changes;
}

/* Setting one place changes that place and no other. */
static void test_every_setting_has_its_own_place(void **state) {
  (void)state;
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    for (int layer = 0; layer < (param_at(id)->per_layer ? 3 : 1) && param_at(id)->type != PARAM_TEXT; layer++) {
      Experiment experiment = experiment_default();
      experiment.net.hidden = 3;
      const Experiment before = experiment;
      double value = another(id, param_get(&experiment, id, layer));
      assert_int_equal(param_set(&experiment, id, layer, value, NULL), STATUS_OK);
      assert_true(param_get(&experiment, id, layer) == value);
      assert_int_equal(count_changes(&before, &experiment), 1);
      assert_false(experiment_equal(&experiment, &before));
      assert_int_equal(param_set(&experiment, id, layer, param_get(&before, id, layer), NULL), STATUS_OK);
      assert_memory_equal(&experiment, &before, sizeof before);
    }
  }
}

static void test_places(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  experiment.net.hidden = 2;
  assert_int_equal(param_set(&experiment, PARAM_DROPOUT, 1, 0.5, NULL), STATUS_OK);
  assert_int_equal(param_set(&experiment, PARAM_BATCH_NORM, 1, 1, NULL), STATUS_OK);
  assert_int_equal(param_set(&experiment, PARAM_ACTIVATION, 0, ACTIVATION_TANH, NULL), STATUS_OK);
  assert_int_equal(param_set(&experiment, PARAM_OPTIMIZER, 0, OPTIMIZER_SGD, NULL), STATUS_OK);
  assert_int_equal(param_set(&experiment, PARAM_MIN_RATE, 0, 1e-5, NULL), STATUS_OK);
  assert_int_equal(param_set(&experiment, PARAM_SEED, 0, 2147483647, NULL), STATUS_OK);
  assert_int_equal(param_set_text(&experiment, PARAM_DATASET, 0, "moons", NULL), STATUS_OK);
  assert_true(experiment.net.layers[1].dropout == 0.5 && experiment.net.layers[0].dropout == 0);
  assert_true(experiment.net.layers[1].batch_norm && !experiment.net.layers[0].batch_norm);
  assert_int_equal(experiment.net.layers[0].activation, ACTIVATION_TANH);
  assert_int_equal(experiment.train.optimizer.kind, OPTIMIZER_SGD);
  assert_true(experiment.train.schedule.min_rate == 1e-5);
  assert_int_equal(experiment.train.seed, 2147483647);
  assert_string_equal(experiment.data.source, "moons");
}

/* For every number: both ends, and what lies just outside them. */
static void test_ends_of_ranges(void **state) {
  (void)state;
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const Param *param = param_at(id);
    if (param->type == PARAM_TEXT) {
      continue;
    }
    bool real = param->type == PARAM_REAL;
    double below = real ? nextafter(param->min, -INFINITY) : param->min - 1;
    double above = real ? nextafter(param->max, INFINITY) : param->max + 1;
    Experiment experiment = experiment_default();
    const Experiment before = experiment;
    assert_int_equal(param_set(&experiment, id, 0, below, NULL), STATUS_RANGE);
    assert_int_equal(param_set(&experiment, id, 0, above, NULL), STATUS_RANGE);
    assert_int_equal(param_set(&experiment, id, 0, NAN, NULL), STATUS_RANGE);
    assert_int_equal(param_set(&experiment, id, 0, INFINITY, NULL), STATUS_RANGE);
    assert_int_equal(param_set(&experiment, id, 0, param->min + 0.5, NULL), real ? STATUS_OK : STATUS_RANGE);
    experiment = real ? before : experiment;
    assert_memory_equal(&experiment, &before, sizeof before);
    assert_int_equal(param_set(&experiment, id, 0, param->min, NULL), param->min_open ? STATUS_RANGE : STATUS_OK);
    assert_int_equal(param_set(&experiment, id, 0, param->max, NULL), param->max_open ? STATUS_RANGE : STATUS_OK);
  }
}

static void test_minus_zero(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  assert_int_equal(param_set(&experiment, PARAM_DROPOUT, 0, -0.0, NULL), STATUS_OK);
  assert_false(signbit(experiment.net.layers[0].dropout));
}

static void test_set_messages(void **state) {
  (void)state;
  static const struct {
    ParamId id;
    double value;
    const char *message;
  } cases[] = {
      {PARAM_DROPOUT, 1.5, "dropout: 1.5 is outside 0 .. 1"},
      {PARAM_UNITS, 0, "units: 0 is outside 1 .. 8192"},
      {PARAM_UNITS, 64.5, "units: 64.5 is not a whole number (1 .. 8192)"},
      {PARAM_MOMENTUM, 1, "momentum: 1 is outside 0 .. 1, 1 excluded"},
      {PARAM_LEARNING_RATE, 0, "learning_rate: 0 is outside 0 .. 100, 0 excluded"},
      {PARAM_VALIDATION_SPLIT, 1, "validation_split: 1 is outside 0 .. 1, 0 and 1 excluded"},
      {PARAM_BATCH_SIZE, 100000, "batch_size: 100000 is outside 1 .. 65536"},
      {PARAM_BATCH_NORM, 2, "batch_norm: 2 is not on or off"},
      {PARAM_OPTIMIZER, 4, "optimizer: 4 is not one of sgd, rmsprop, adam, adamw"},
      {PARAM_LEARNING_RATE, NAN, "learning_rate: nan is outside 0 .. 100, 0 excluded"},
  };
  for (int i = 0; i < LENGTH(cases); i++) {
    Experiment experiment = experiment_default();
    Error err;
    assert_int_equal(param_set(&experiment, cases[i].id, 0, cases[i].value, &err), STATUS_RANGE);
    assert_string_equal(err.text, cases[i].message);
  }
}

static void test_text_messages(void **state) {
  (void)state;
  static const struct {
    ParamId id;
    Status status;
    const char *text, *message;
  } cases[] = {
      {PARAM_DROPOUT, STATUS_RANGE, "1.5", "dropout: 1.5 is outside 0 .. 1"},
      {PARAM_DROPOUT, STATUS_PARSE, "half", "dropout: 'half' is not a number (0 .. 1)"},
      {PARAM_DROPOUT, STATUS_PARSE, "", "dropout: no value (0 .. 1)"},
      {PARAM_DROPOUT, STATUS_PARSE, "0.5x", "dropout: '0.5x' is not a number (0 .. 1)"},
      {PARAM_EPOCHS, STATUS_PARSE, "1_000", "epochs: '1_000' is not a number (1 .. 100000)"},
      {PARAM_EPOCHS, STATUS_RANGE, "2.5", "epochs: 2.5 is not a whole number (1 .. 100000)"},
      {PARAM_EPOCHS, STATUS_RANGE, "99999999999999999999", "epochs: 1e+20 is outside 1 .. 100000"},
      {PARAM_BATCH_NORM, STATUS_PARSE, "maybe", "batch_norm: 'maybe' is not on or off"},
      {PARAM_BATCH_NORM, STATUS_PARSE, "1", "batch_norm: '1' is not on or off"},
      {PARAM_OPTIMIZER, STATUS_PARSE, "newton", "optimizer: no 'newton' (sgd, rmsprop, adam, adamw)"},
      {PARAM_ACTIVATION, STATUS_PARSE, "rellu",
       "activation: no 'rellu'; did you mean 'relu'? (linear, relu, leaky_relu, elu, selu, gelu, silu, tanh, sigmoid, "
       "softplus)"},
      {PARAM_DATASET, STATUS_PARSE, "", "dataset: no value (a text of 1 .. 255 bytes)"},
      {PARAM_DATASET, STATUS_RANGE, "a\x1b[2J", "dataset: 'a?[2J' has characters that cannot be shown"},
      {PARAM_SEED, STATUS_PARSE, "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeee",
       "seed: 'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeee' is not a number (0 .. 2147483647)"},
      {PARAM_SEED, STATUS_PARSE, "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeee",
       "seed: 'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee...' is not a number (0 .. 2147483647)"},
  };
  for (int i = 0; i < LENGTH(cases); i++) {
    Experiment experiment = experiment_default();
    const Experiment before = experiment;
    Error err;
    assert_int_equal(param_set_text(&experiment, cases[i].id, 0, cases[i].text, &err), cases[i].status);
    assert_string_equal(err.text, cases[i].message);
    assert_memory_equal(&experiment, &before, sizeof before);
  }
}

static void test_texts_that_are_read(void **state) {
  (void)state;
  static const struct {
    ParamId id;
    const char *text;
    double value;
  } cases[] = {{PARAM_DROPOUT, "0.5", 0.5},     {PARAM_DROPOUT, ".5", 0.5},        {PARAM_DROPOUT, "5e-1", 0.5},
               {PARAM_DROPOUT, "1", 1},         {PARAM_EPOCHS, "1e3", 1000},       {PARAM_EPOCHS, "20.0", 20},
               {PARAM_EPOCHS, "+7", 7},         {PARAM_BATCH_NORM, "on", 1},       {PARAM_BATCH_NORM, "OFF", 0},
               {PARAM_BATCH_NORM, "True", 1},   {PARAM_STANDARDIZE, "false", 0},   {PARAM_BATCH_NORM, "yes", 1},
               {PARAM_STANDARDIZE, "no", 0},    {PARAM_ACTIVATION, "softplus", 9}, {PARAM_MONITOR, "loss", 2},
               {PARAM_BN_POSITION, "before", 1}};
  for (int i = 0; i < LENGTH(cases); i++) {
    Experiment experiment = experiment_default();
    assert_int_equal(param_set_text(&experiment, cases[i].id, 0, cases[i].text, NULL), STATUS_OK);
    assert_true(param_get(&experiment, cases[i].id, 0) == cases[i].value);
  }
}

/* 255 bytes are a data set's longest name. */
static void test_longest_text(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  char name[257], back[512];
  memset(name, 'd', 256);
  name[256] = '\0';
  assert_int_equal(param_set_text(&experiment, PARAM_DATASET, 0, name, NULL), STATUS_RANGE);
  assert_string_equal(experiment.data.source, "digits");
  assert_int_equal(param_set_text(&experiment, PARAM_DATASET, 0, name + 1, NULL), STATUS_OK);
  param_format(&experiment, PARAM_DATASET, 0, back, sizeof back);
  assert_string_equal(back, name + 1);
}

static double random_value(Rng *rng, const Param *param) {
  double unit = (rng_u32(rng) + 0.5) / 4294967296.0;
  double value = param->min + unit * unit * unit * (param->max - param->min);
  return param->type == PARAM_REAL ? value : floor(value);
}

static void test_format_reads_back(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 5, .purpose = RNG_TEST});
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    for (int round = 0; round < 200 && param_at(id)->type != PARAM_TEXT; round++) {
      Experiment experiment = experiment_default(), back = experiment;
      double value = random_value(&rng, param_at(id));
      char text[64];
      assert_int_equal(param_set(&experiment, id, 0, value, NULL), STATUS_OK);
      param_format(&experiment, id, 0, text, sizeof text);
      assert_int_equal(param_set_text(&back, id, 0, text, NULL), STATUS_OK);
      assert_true(param_get(&back, id, 0) == value);
    }
  }
}

static void test_format_value(void **state) {
  (void)state;
  static const struct {
    ParamId id;
    double value;
    const char *text;
  } cases[] = {{PARAM_DROPOUT, 0.5, "0.5"},
               {PARAM_EPOCHS, 50, "50"},
               {PARAM_EPOCHS, 100000, "100000"},
               {PARAM_SEED, 2147483647, "2147483647"},
               {PARAM_LEARNING_RATE, 100, "100"},
               {PARAM_LEARNING_RATE, 0.1, "0.1"},
               {PARAM_LEARNING_RATE, 1.0 / 3, "0.3333333333333333"},
               {PARAM_EPSILON, 1e-7, "1e-07"},
               {PARAM_BATCH_NORM, 1, "on"},
               {PARAM_BATCH_NORM, 0, "off"},
               {PARAM_ACTIVATION, ACTIVATION_LEAKY_RELU, "leaky_relu"}};
  for (int i = 0; i < LENGTH(cases); i++) {
    char text[64];
    param_format_value(cases[i].id, cases[i].value, text, sizeof text);
    assert_string_equal(text, cases[i].text);
  }
}

/* Walks from `from` and expects each of the values, to the bit. */
static void assert_walk(ParamId id, double from, int direction, const double *expected, int count) {
  double value = from;
  for (int i = 0; i < count; i++) {
    value = param_step(id, value, direction);
    assert_true(value == expected[i]);
  }
}

#define WALK(id, from, direction, ...)                                  \
  assert_walk((id), (from), (direction), (const double[]){__VA_ARGS__}, \
              (int)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)))

static void test_steps_by_fractions(void **state) {
  (void)state;
  WALK(PARAM_DROPOUT, 0, 1, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
       0.85, 0.9, 0.95, 1, 1);
  WALK(PARAM_DROPOUT, 1, -1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2,
       0.15, 0.1, 0.05, 0, 0);
  WALK(PARAM_DROPOUT, 0.33, 1, 0.35, 0.4);
  WALK(PARAM_DROPOUT, 0.33, -1, 0.3, 0.25);
  WALK(PARAM_DROPOUT, 0.1 + 0.05, 1, 0.2); /* 0.15000000000000002 counts as 0.15 */
  WALK(PARAM_DROPOUT, 0.1 + 0.2, -1, 0.25);
  WALK(PARAM_VALIDATION_SPLIT, 0.1, -1, 0.05, 0.05);
  WALK(PARAM_VALIDATION_SPLIT, 0.9, 1, 0.95, 0.95);
  WALK(PARAM_BETA_2, 0.997, 1, 0.998, 0.999, 0.999);
  WALK(PARAM_BN_MOMENTUM, 0.99, -1, 0.98, 0.97);
}

static void test_steps_by_ones_and_more(void **state) {
  (void)state;
  WALK(PARAM_UNITS, 128, 1, 144, 160);
  WALK(PARAM_UNITS, 20, -1, 16, 1, 1);
  WALK(PARAM_UNITS, 8190, 1, 8192, 8192);
  WALK(PARAM_SEED, 7, 1, 8, 9);
  WALK(PARAM_SEED, 1, -1, 0, 0);
  WALK(PARAM_BATCH_NORM, 0, 1, 1, 1);
  WALK(PARAM_BATCH_NORM, 1, -1, 0, 0);
  WALK(PARAM_OPTIMIZER, OPTIMIZER_ADAM, 1, OPTIMIZER_ADAMW, OPTIMIZER_ADAMW);
  WALK(PARAM_OPTIMIZER, OPTIMIZER_RMSPROP, -1, OPTIMIZER_SGD, OPTIMIZER_SGD);
}

static void test_steps_by_round_numbers(void **state) {
  (void)state;
  WALK(PARAM_LEARNING_RATE, 0.001, 1, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 100);
  WALK(PARAM_LEARNING_RATE, 0.001, -1, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5, 5e-6, 2e-6, 1e-6, 1e-6);
  WALK(PARAM_LEARNING_RATE, 0.003, 1, 0.005);
  WALK(PARAM_LEARNING_RATE, 0.003, -1, 0.002);
  WALK(PARAM_LEARNING_RATE, 0.00099, 1, 0.001);
  WALK(PARAM_LEARNING_RATE, 1e-9, 1, 1e-6);
  WALK(PARAM_LEARNING_RATE, 1e-9, -1, 1e-9);
  WALK(PARAM_WEIGHT_DECAY, 0, 1, 1e-6, 2e-6, 5e-6, 1e-5);
  WALK(PARAM_WEIGHT_DECAY, 2e-6, -1, 1e-6, 0, 0);
  WALK(PARAM_WEIGHT_DECAY, 0.5, 1, 1, 1);
  WALK(PARAM_BATCH_SIZE, 32, 1, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 65536, 65536);
  WALK(PARAM_BATCH_SIZE, 32, -1, 20, 10, 5, 2, 1, 1);
  WALK(PARAM_BATCH_SIZE, 65536, -1, 50000);
  WALK(PARAM_ROWS, 0, 1, 100, 200, 500, 1000);
  WALK(PARAM_ROWS, 150, -1, 100, 0, 0);
}

/* Whatever the setting: a walk goes one way, stays in range, ends, and every value on it is short to write. */
static void test_every_walk(void **state) {
  (void)state;
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    for (int direction = -1; direction <= 1 && param_at(id)->type != PARAM_TEXT; direction += 2) {
      Experiment experiment = experiment_default();
      double value = param_at(id)->fallback;
      for (int i = 0; i < 500; i++) {
        char text[64];
        double next = param_step(id, value, direction);
        assert_true(direction > 0 ? next >= value : next <= value);
        assert_int_equal(param_set(&experiment, id, 0, next, NULL), STATUS_OK);
        param_format_value(id, next, text, sizeof text);
        assert_true(param_at(id)->type != PARAM_REAL || strlen(text) <= 7);
        value = next;
      }
    }
  }
}

static void test_assign(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  assert_int_equal(param_assign(&experiment, "learning_rate=0.01", NULL), STATUS_OK);
  assert_true(experiment.train.optimizer.learning_rate == 0.01);
  assert_int_equal(param_assign(&experiment, " dataset = my data.csv ", NULL), STATUS_OK);
  assert_string_equal(experiment.data.source, "my data.csv");
  assert_int_equal(param_assign(&experiment, "dataset=a=b.csv", NULL), STATUS_OK);
  assert_string_equal(experiment.data.source, "a=b.csv");
}

static void test_assign_layers(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  LayerSpec *layers = experiment.net.layers;
  assert_int_equal(param_assign(&experiment, "units=64", NULL), STATUS_OK);
  assert_int_equal(param_assign(&experiment, "layers=3", NULL), STATUS_OK);
  assert_int_equal(experiment.net.hidden, 3);
  assert_true(layers[0].units == 64 && layers[1].units == 64 && layers[2].units == 64);
  assert_int_equal(param_assign(&experiment, "layers.2.dropout=0.5", NULL), STATUS_OK);
  assert_true(layers[0].dropout == 0 && layers[1].dropout == 0.5 && layers[2].dropout == 0);
  assert_int_equal(param_assign(&experiment, "dropout=0.25", NULL), STATUS_OK);
  assert_true(layers[0].dropout == 0.25 && layers[1].dropout == 0.25 && layers[2].dropout == 0.25);
  assert_true(layers[3].dropout == 0);
  assert_int_equal(param_assign(&experiment, "layers=1", NULL), STATUS_OK);
  assert_int_equal(experiment.net.hidden, 1);
  assert_int_equal(param_assign(&experiment, "layers=32", NULL), STATUS_OK);
  assert_true(experiment.net.hidden == 32 && layers[31].dropout == 0.25);
}

static void test_assign_messages(void **state) {
  (void)state;
  static const struct {
    const char *assignment;
    Status status;
    const char *message;
  } cases[] = {
      {"verbose", STATUS_USAGE, "'verbose': write KEY=VALUE, as in learning_rate=0.01"},
      {"", STATUS_USAGE, "'': write KEY=VALUE, as in learning_rate=0.01"},
      {"=5", STATUS_USAGE, "unknown key ''"},
      {"droput=0.5", STATUS_USAGE, "unknown key 'droput'; did you mean 'dropout'?"},
      {"qwertyuiop=1", STATUS_USAGE, "unknown key 'qwertyuiop'"},
      {"layer=3", STATUS_USAGE, "unknown key 'layer'; did you mean 'layers'?"},
      {"dropout=2", STATUS_RANGE, "dropout: 2 is outside 0 .. 1"},
      {"epochs=", STATUS_PARSE, "epochs: no value (1 .. 100000)"},
      {"layers=0", STATUS_RANGE, "layers: 0 is outside 1 .. 32"},
      {"layers=33", STATUS_RANGE, "layers: 33 is outside 1 .. 32"},
      {"layers=two", STATUS_PARSE, "layers: 'two' is not a whole number (1 .. 32)"},
      {"layers.3.dropout=0.5", STATUS_RANGE, "layers: no layer '3'; there are 1 .. 2"},
      {"layers.0.dropout=0.5", STATUS_RANGE, "layers: no layer '0'; there are 1 .. 2"},
      {"layers.x.dropout=0.5", STATUS_RANGE, "layers: no layer 'x'; there are 1 .. 2"},
      {"layers.2=0.5", STATUS_USAGE, "'layers.2': write layers.NUMBER.KEY, as in layers.2.dropout"},
      {"layers.2.droput=0.5", STATUS_USAGE, "unknown key 'droput'; did you mean 'dropout'?"},
      {"layers.2.epochs=9", STATUS_USAGE, "epochs is not a layer's setting: write epochs=9"},
  };
  for (int i = 0; i < LENGTH(cases); i++) {
    Experiment experiment = experiment_default();
    experiment.net.hidden = 2;
    const Experiment before = experiment;
    Error err;
    assert_int_equal(param_assign(&experiment, cases[i].assignment, &err), cases[i].status);
    assert_string_equal(err.text, cases[i].message);
    assert_memory_equal(&experiment, &before, sizeof before);
  }
}

static void test_assign_too_long(void **state) {
  (void)state;
  char assignment[2000];
  Experiment experiment = experiment_default();
  Error err;
  memset(assignment, 'k', sizeof assignment);
  assignment[sizeof assignment - 1] = '\0';
  memcpy(assignment + 1000, "=1", 3);
  assert_int_equal(param_assign(&experiment, assignment, &err), STATUS_USAGE);
  assert_string_equal(err.text, "'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk...': is too long");
}

static void test_nearest_key(void **state) {
  (void)state;
  assert_string_equal(param_nearest_key("learning_rat"), "learning_rate");
  assert_string_equal(param_nearest_key("batchsize"), "batch_size");
  assert_string_equal(param_nearest_key("layer"), "layers");
  assert_null(param_nearest_key("qwertyuiop"));
}

static void ask_for_a_texts_value(void) {
  Experiment experiment = experiment_default();
  (void)param_get(&experiment, PARAM_DATASET, 0);
}

static void ask_beyond_the_layers(void) {
  Experiment experiment = experiment_default();
  (void)param_get(&experiment, PARAM_DROPOUT, 1);
}

static void test_broken_invariants(void **state) {
  (void)state;
  assert_int_equal(death_of(ask_for_a_texts_value).signal, SIGABRT);
  assert_int_equal(death_of(ask_beyond_the_layers).signal, SIGABRT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_table_is_presentable),
      cmocka_unit_test(test_find_unknown),
      cmocka_unit_test(test_every_setting_has_its_own_place),
      cmocka_unit_test(test_places),
      cmocka_unit_test(test_ends_of_ranges),
      cmocka_unit_test(test_minus_zero),
      cmocka_unit_test(test_set_messages),
      cmocka_unit_test(test_text_messages),
      cmocka_unit_test(test_texts_that_are_read),
      cmocka_unit_test(test_longest_text),
      cmocka_unit_test(test_format_reads_back),
      cmocka_unit_test(test_format_value),
      cmocka_unit_test(test_steps_by_fractions),
      cmocka_unit_test(test_steps_by_ones_and_more),
      cmocka_unit_test(test_steps_by_round_numbers),
      cmocka_unit_test(test_every_walk),
      cmocka_unit_test(test_assign),
      cmocka_unit_test(test_assign_layers),
      cmocka_unit_test(test_assign_messages),
      cmocka_unit_test(test_assign_too_long),
      cmocka_unit_test(test_nearest_key),
      cmocka_unit_test(test_broken_invariants),
  };
  return cmocka_run_group_tests_name("param", tests, NULL, NULL);
}
