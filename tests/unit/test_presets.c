/* presets: every lesson that comes with the program loads, is complete and fits the screen, names no result that could
 * become untrue, and trains. What a lesson claims about the curves is checked by tests/lessons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/param.h"
#include "lab/preset.h"
#include "math/mat.h"
#include "train/setup.h"

enum { LESSONS = 7, MAX_TEXT = 900, TEXTS = 3 };

typedef struct Lessons {
  Arena arena;
  PresetList list;
} Lessons;

static int load(void **state) {
  Lessons *lessons = calloc(1, sizeof *lessons);
  assert_non_null(lessons);
  arena_init(&lessons->arena, 0);
  Error err;
  if (preset_list(&lessons->arena, "presets", &lessons->list, &err) != STATUS_OK) {
    print_error("%s\n", err.text);
    return -1;
  }
  *state = lessons;
  return 0;
}

static int unload(void **state) {
  Lessons *lessons = *state;
  arena_deinit(&lessons->arena);
  free(lessons);
  return 0;
}

static const Preset *find(const Lessons *lessons, const char *name) {
  const Preset *preset;
  Error err;
  if (preset_find(&lessons->list, name, &preset, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return preset;
}

static void test_lessons_are_in_order(void **state) {
  static const char *const NAMES[LESSONS] = {
      "baseline", "overfitting", "dropout", "slow-and-unstable", "batch-normalization", "both-together", "deeper"};
  const Lessons *lessons = *state;
  assert_int_equal(lessons->list.count, LESSONS);
  for (int i = 0; i < LESSONS; i++) {
    assert_string_equal(lessons->list.items[i].name, NAMES[i]);
  }
}

static void texts_of(const Preset *preset, const char *texts[TEXTS]) {
  texts[0] = preset->lesson;
  texts[1] = preset->watch;
  texts[2] = preset->try_it;
}

static void test_texts_are_complete_and_fit(void **state) {
  const Lessons *lessons = *state;
  for (int i = 0; i < lessons->list.count; i++) {
    const Preset *preset = &lessons->list.items[i];
    const char *texts[TEXTS];
    texts_of(preset, texts);
    size_t length = 0;
    assert_string_not_equal(preset->title, preset->name); /* one was given */
    for (int t = 0; t < TEXTS; t++) {
      assert_true(strlen(texts[t]) > 40);
      length += strlen(texts[t]);
    }
    if (length >= MAX_TEXT) {
      fail_msg("%s: %zu characters of text do not fit the screen", preset->path, length);
    }
  }
}

/* ---- numbers in texts ---- */

/* Is the number a value of this setting, or a fraction's percentage? */
static bool is_value(const Experiment *experiment, ParamId id, double number) {
  int layers = param_at(id)->per_layer ? experiment->net.hidden : 1;
  for (int layer = 0; layer < layers; layer++) {
    double value = param_get(experiment, id, layer);
    if (fabs(number - value) < 1e-9 || (value > 0.0 && value < 1.0 && fabs(number - 100.0 * value) < 1e-9)) {
      return true;
    }
  }
  return false;
}

/* A value of a setting that lessons speak of, or one of the few others that are no results: the outputs for ten digits,
 * the rate that the dropout key sets, the mean and deviation that batch normalization makes. */
static bool is_allowed(const Experiment *experiment, double number) {
  static const ParamId SETTINGS[] = {PARAM_LABEL_NOISE,   PARAM_UNITS,      PARAM_DROPOUT,
                                     PARAM_LEARNING_RATE, PARAM_BATCH_SIZE, PARAM_EPOCHS};
  static const double OTHERS[] = {10.0, 0.5, 0.0, 1.0};
  bool allowed = false;
  for (size_t i = 0; i < sizeof SETTINGS / sizeof SETTINGS[0]; i++) {
    allowed = allowed || is_value(experiment, SETTINGS[i], number);
  }
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    allowed = allowed || number == OTHERS[i];
  }
  return allowed;
}

/* The first number in the text that is not allowed; NULL when all are. */
static const char *find_result(const Experiment *experiment, const char *text) {
  while (*text) {
    if (!isdigit((unsigned char)*text)) {
      text++;
      continue;
    }
    char *end;
    double number = strtod(text, &end);
    if (!is_allowed(experiment, number)) {
      return text;
    }
    text = end;
  }
  return NULL;
}

static void test_results_are_recognized(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  experiment.data.label_noise = 0.2;
  assert_null(find_result(&experiment, "Dense(128, relu), Dropout(0.5), 20 % of the labels, a rate of 0.2."));
  assert_string_equal(find_result(&experiment, "20 % noise gives 0.913."), "0.913.");
  assert_string_equal(find_result(&experiment, "It reaches 97 %."), "97 %.");
  assert_string_equal(find_result(&experiment, "Dense(12, relu)"), "12, relu)");
  assert_string_equal(find_result(&experiment, "an accuracy of 0.9"), "0.9"); /* though it is the default of beta_1 */
}

static void test_texts_name_no_results(void **state) {
  const Lessons *lessons = *state;
  for (int i = 0; i < lessons->list.count; i++) {
    const Preset *preset = &lessons->list.items[i];
    const char *texts[TEXTS];
    texts_of(preset, texts);
    for (int t = 0; t < TEXTS; t++) {
      const char *result = find_result(&preset->experiment, texts[t]);
      if (result) {
        fail_msg("%s: a number that is no setting: %.20s", preset->path, result);
      }
    }
  }
}

/* ---- settings ---- */

static void test_baseline_is_the_default_network(void **state) {
  const Preset *preset = find(*state, "baseline");
  Experiment expected = experiment_default();
  assert_int_equal(expected.net.layers[0].units, 128);
  assert_int_equal(expected.net.layers[0].activation, ACTIVATION_RELU);
  expected.train.epochs = preset->experiment.train.epochs;
  assert_true(experiment_equal(&preset->experiment, &expected));
}

/* Lessons 2 and 3 are a pair: only dropout differs. */
static void test_dropout_is_overfitting_with_dropout(void **state) {
  Experiment plain = find(*state, "overfitting")->experiment, remedy = find(*state, "dropout")->experiment;
  assert_false(experiment_equal(&plain, &remedy));
  for (int l = 0; l < remedy.net.hidden; l++) {
    assert_true(remedy.net.layers[l].dropout == 0.5);
    remedy.net.layers[l].dropout = 0.0;
  }
  assert_true(experiment_equal(&plain, &remedy));
}

/* So are 4 and 5: only batch normalization differs, and it is after the activation. */
static void test_batch_normalization_is_slow_with_norm(void **state) {
  Experiment plain = find(*state, "slow-and-unstable")->experiment;
  Experiment remedy = find(*state, "batch-normalization")->experiment;
  assert_false(experiment_equal(&plain, &remedy));
  for (int l = 0; l < remedy.net.hidden; l++) {
    assert_true(remedy.net.layers[l].batch_norm);
    assert_int_equal(remedy.net.layers[l].bn_position, BN_AFTER);
    remedy.net.layers[l].batch_norm = false;
  }
  assert_true(experiment_equal(&plain, &remedy));
}

/* Lesson 6 is Dense(128, relu), BatchNormalization, Dropout(0.5), Dense(10, softmax) on the data of 2 and 3. */
static void test_both_is_the_baseline_with_both(void **state) {
  const Experiment *both = &find(*state, "both-together")->experiment;
  Experiment expected = find(*state, "baseline")->experiment;
  expected.data = find(*state, "overfitting")->experiment.data;
  expected.net.layers[0].batch_norm = true;
  expected.net.layers[0].dropout = 0.5;
  assert_true(experiment_equal(both, &expected));
}

/* Lesson 7 is the network of 5 with the dropout of 3 on the data of 2. */
static void test_deeper_has_both_problems(void **state) {
  const Experiment *deeper = &find(*state, "deeper")->experiment;
  Experiment expected = find(*state, "batch-normalization")->experiment;
  expected.data = find(*state, "overfitting")->experiment.data;
  for (int l = 0; l < expected.net.hidden; l++) {
    expected.net.layers[l].dropout = 0.5;
  }
  assert_true(experiment_equal(deeper, &expected));
}

static void test_format_and_parse_is_the_identity(void **state) {
  Lessons *lessons = *state;
  for (int i = 0; i < lessons->list.count; i++) {
    const Preset *preset = &lessons->list.items[i];
    char *text;
    size_t length;
    Preset again;
    Error err;
    assert_int_equal(preset_format(&lessons->arena, preset, &text, &length, &err), STATUS_OK);
    assert_int_equal(preset_parse(&lessons->arena, text, length, preset->path, &again, &err), STATUS_OK);
    assert_string_equal(again.name, preset->name);
    assert_string_equal(again.title, preset->title);
    assert_string_equal(again.lesson, preset->lesson);
    assert_string_equal(again.watch, preset->watch);
    assert_string_equal(again.try_it, preset->try_it);
    assert_true(experiment_equal(&again.experiment, &preset->experiment));
  }
}

static void test_every_preset_trains_three_steps(void **state) {
  const Lessons *lessons = *state;
  Setup setup;
  setup_init(&setup, 1);
  for (int i = 0; i < lessons->list.count; i++) {
    Error err;
    assert_int_equal(setup_load(&setup, &lessons->list.items[i].experiment, "datasets", &err), STATUS_OK);
    for (int step = 0; step < 3; step++) {
      assert_int_equal(trainer_step(setup.trainer), STEP_MORE);
    }
    assert_int_equal(setup.trainer->step, 3);
    assert_true(isfinite(trainer_running(setup.trainer).loss));
    assert_true(isfinite(trainer_evaluate(setup.trainer, &setup.data.validation).loss));
  }
  setup_deinit(&setup);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lessons_are_in_order),
      cmocka_unit_test(test_texts_are_complete_and_fit),
      cmocka_unit_test(test_results_are_recognized),
      cmocka_unit_test(test_texts_name_no_results),
      cmocka_unit_test(test_baseline_is_the_default_network),
      cmocka_unit_test(test_dropout_is_overfitting_with_dropout),
      cmocka_unit_test(test_batch_normalization_is_slow_with_norm),
      cmocka_unit_test(test_both_is_the_baseline_with_both),
      cmocka_unit_test(test_deeper_has_both_problems),
      cmocka_unit_test(test_format_and_parse_is_the_identity),
      cmocka_unit_test(test_every_preset_trains_three_steps),
  };
  return cmocka_run_group_tests_name("presets", tests, load, unload);
}
