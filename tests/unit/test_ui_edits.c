/* ui: undo, layers that come and go, and settings that wait for the restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "ui_keys.h"

/* ---- undo ---- */

static void test_undo(void **state) {
  UiState *ui = *state;
  press(ui, "lllbu");
  expect_set(ui, PARAM_DROPOUT, 0, 0.15);
  expect_set(ui, PARAM_BATCH_NORM, 0, 0);
  expect_nothing(ui);
  assert_true(notice_has(ui, "batch_norm is off again"));
  press(ui, "u"); /* the three presses are one change */
  expect_set(ui, PARAM_DROPOUT, 0, 0);
  press(ui, "u");
  expect_nothing(ui);
  assert_true(notice_has(ui, "nothing to undo"));
}

static void test_undo_keeps_changes_of_other_epochs_apart(void **state) {
  UiState *ui = *state;
  press(ui, " d");
  fixture_train(ui, RUN_RUNNING, 5, 0);
  press(ui, "l");
  press(ui, "u");
  assert_float_equal(ui->experiment.net.layers[0].dropout, 0.5, 1e-12);
  press(ui, "u");
  assert_float_equal(ui->experiment.net.layers[0].dropout, 0, 0);
}

static void test_undo_forgets_the_oldest(void **state) {
  UiState *ui = *state;
  press(ui, " ");
  for (int i = 0; i < UI_MAX_UNDO + 10; i++) {
    fixture_train(ui, RUN_RUNNING, i, 0);
    press(ui, "b");
  }
  assert_int_equal(ui->undo_count, UI_MAX_UNDO);
}

static void test_undo_outlives_a_failure(void **state) {
  UiState *ui = *state;
  press(ui, "b");
  assert_true(edit_set(ui, PARAM_ROWS, -1, 9));
  fixture_event(ui, (Event){.kind = EVENT_FAILED, .text = "too few rows"});
  while (ui->outbox_count > 0) {
    taken(ui, COMMAND_SET);
  }
  press(ui, "u");
  assert_string_equal(ui->notice, "undone: rows is 0 again"); /* it is tried at once: no word of an end */
  expect_set(ui, PARAM_ROWS, -1, 0);
  press(ui, "u");
  expect_set(ui, PARAM_BATCH_NORM, 0, 0);
}

static void test_undo_says_when_it_acts(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 2, 0);
  assert_true(edit_set(ui, PARAM_UNITS, 0, 64));
  ui->base.net.layers[0].units = 64; /* as a restart leaves it */
  press(ui, "u");
  assert_string_equal(ui->notice, "undone: units is 512 again, from the next restart on (r)");
  press(ui, "d");
  set_state(ui, RUN_FINISHED);
  press(ui, "u");
  assert_string_equal(ui->notice, "undone: dropout is 0 again (r trains with it)");
}

/* ---- layers ---- */

static void test_layers_are_added_and_removed_before_the_first_step(void **state) {
  UiState *ui = *state;
  press(ui, "jA");
  const NetSpec *net = &ui->experiment.net;
  assert_int_equal(net->hidden, 4);
  assert_int_equal(ui->layer, 2);
  assert_memory_equal(&net->layers[2], &net->layers[1], sizeof net->layers[1]);
  assert_int_equal(net->layers[3].units, 256);
  Command load = taken(ui, COMMAND_LOAD);
  assert_true(experiment_equal(&load.experiment, &ui->experiment));
  expect_nothing(ui);
  assert_int_equal(edit_waiting_count(ui), 0);
  press(ui, "D");
  taken(ui, COMMAND_LOAD);
  assert_true(experiment_equal(&ui->experiment, &fixture.presets[1].experiment));
  press(ui, "DDDD");
  assert_int_equal(net->hidden, 1);
  assert_int_equal(ui->layer, 0);
  assert_string_equal(ui->notice, "one hidden layer stays");
  press(ui, "uuuu");
  assert_true(experiment_equal(&ui->experiment, &fixture.presets[1].experiment));
  press(ui, "kkD");
  assert_true(notice_has(ui, "the input stays"));
  assert_int_equal(net->hidden, 3);
}

static void test_layers_while_training_wait_for_the_restart(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 2, 0);
  press(ui, "D"); /* what was Dense 2 is now shown as Dense 1 */
  assert_true(notice_has(ui, "at the next") || notice_has(ui, "from the next restart"));
  press(ui, "bl");
  expect_nothing(ui); /* the run's own Dense 1 must not hear of it */
  assert_false(ui->experiment.net.layers[0].batch_norm);
  assert_int_equal(edit_waiting_count(ui), 1);
  press(ui, "+");
  expect_set(ui, PARAM_LEARNING_RATE, -1, 0.002); /* not a layer's: at once */
  press(ui, "uuu");
  expect_set(ui, PARAM_LEARNING_RATE, -1, 0.001);
  press(ui, "u");
  expect_nothing(ui);
  assert_string_equal(ui->notice, "undone: 3 hidden layers again");
  assert_int_equal(edit_waiting_count(ui), 0);
  press(ui, "b");
  expect_set(ui, PARAM_BATCH_NORM, 0, 1); /* the same layers again */
  press(ui, "Dr");
  Command load = taken(ui, COMMAND_LOAD);
  assert_int_equal(load.experiment.net.hidden, 2);
  taken(ui, COMMAND_START);
  expect_nothing(ui);
  assert_int_equal(edit_waiting_count(ui), 0);
}

static void test_toggled_rates_move_with_their_layers(void **state) {
  UiState *ui = *state;
  press(ui, "jjd"); /* Dense 3: 0.2 -> 0 */
  press(ui, "kA");  /* a new Dense 3; the old one is Dense 4 */
  press(ui, "jd");
  assert_float_equal(ui->experiment.net.layers[3].dropout, 0.2, 1e-12);
  press(ui, "dkkDjd");
  assert_int_equal(ui->layer, 2);
  assert_float_equal(ui->experiment.net.layers[2].dropout, 0.2, 1e-12);
}

static void test_layers_have_a_limit(void **state) {
  UiState *ui = *state;
  for (int i = 0; i < NET_MAX_HIDDEN + 3; i++) {
    press(ui, "A");
  }
  assert_int_equal(ui->experiment.net.hidden, NET_MAX_HIDDEN);
  assert_true(notice_has(ui, "do not fit"));
}

/* ---- what waits for a restart ---- */

static void select_setting(UiState *ui, ParamId param) {
  press(ui, "e");
  for (int i = 0; i < (int)param; i++) {
    fixture_key(ui, INPUT_DOWN);
  }
  assert_int_equal(ui->list_row, param);
}

static void test_settings_before_the_first_step_act_at_once(void **state) {
  UiState *ui = *state;
  select_setting(ui, PARAM_UNITS);
  fixture_key(ui, INPUT_RIGHT);
  expect_set(ui, PARAM_UNITS, 0, 528);
  assert_string_equal(ui->notice, ""); /* nothing waits: the worker makes the run anew */
  assert_int_equal(ui->base.net.layers[0].units, 528);
  press(ui, "q");
  assert_int_equal(ui->overlay, OVERLAY_NONE);
  expect_nothing(ui);
}

static void test_settings_while_training_wait_for_the_restart(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 2, 0);
  select_setting(ui, PARAM_UNITS);
  fixture_key(ui, INPUT_RIGHT);
  assert_true(notice_has(ui, "at the next restart (r)"));
  press(ui, "q");
  expect_set(ui, PARAM_UNITS, 0, 528);
  expect_nothing(ui);
  assert_int_equal(ui->base.net.layers[0].units, 512);
  press(ui, "r");
  taken(ui, COMMAND_RESTART);
  assert_int_equal(ui->base.net.layers[0].units, 528);
}

static void test_typed_values(void **state) {
  UiState *ui = *state;
  select_setting(ui, PARAM_LEARNING_RATE);
  press(ui, "\r-1\r");
  assert_true(ui->typing);
  assert_true(ui->notice_is_error);
  assert_true(notice_has(ui, "learning_rate"));
  expect_nothing(ui);
  fixture_key(ui, 127);
  fixture_key(ui, 127);
  fixture_key(ui, 127);
  press(ui, "0.03\r");
  assert_false(ui->typing);
  expect_set(ui, PARAM_LEARNING_RATE, -1, 0.03);
  press(ui, "\r9");
  fixture_key(ui, INPUT_ESCAPE);
  assert_false(ui->typing);
  assert_int_equal(ui->overlay, OVERLAY_SETTINGS);
  expect_nothing(ui);
  assert_float_equal(ui->experiment.train.optimizer.learning_rate, 0.03, 1e-12);
}

static void test_typed_text_is_bounded_and_whole(void **state) {
  UiState *ui = *state;
  select_setting(ui, PARAM_ACTIVATION);
  press(ui, "\r");
  for (int i = 0; i < 2 * UI_MAX_TYPED; i++) {
    fixture_key(ui, 0x20AC);
  }
  assert_int_equal(strlen(ui->typed), (UI_MAX_TYPED - 1) / 3 * 3);
  fixture_key(ui, 127);
  assert_int_equal(strlen(ui->typed), (UI_MAX_TYPED - 1) / 3 * 3 - 3);
  fixture_key(ui, 21);
  press(ui, "rellu\r");
  assert_true(notice_has(ui, "did you mean"));
}

static void test_bool_settings_toggle_and_layers_change(void **state) {
  UiState *ui = *state;
  select_setting(ui, PARAM_BATCH_NORM);
  press(ui, "\r");
  expect_set(ui, PARAM_BATCH_NORM, 0, 1);
  press(ui, "\t\r");
  expect_set(ui, PARAM_BATCH_NORM, 1, 0);
  press(ui, "\t\t");
  assert_int_equal(ui->layer, 0);
}

static void test_contradicting_settings_are_refused(void **state) {
  UiState *ui = *state;
  select_setting(ui, PARAM_CLIPNORM);
  press(ui, "\r1\r");
  expect_set(ui, PARAM_CLIPNORM, -1, 1);
  fixture_key(ui, INPUT_DOWN);
  fixture_key(ui, INPUT_DOWN);
  assert_int_equal(ui->list_row, PARAM_CLIPVALUE);
  press(ui, "\r1\r");
  assert_true(ui->notice_is_error);
  expect_nothing(ui);
  assert_float_equal(ui->experiment.train.optimizer.clipvalue, 0, 0);
}

static void test_another_dataset_is_loaded(void **state) {
  UiState *ui = *state;
  select_setting(ui, PARAM_DATASET);
  press(ui, "\rdigits\r");
  expect_nothing(ui); /* the same again */
  press(ui, "\rspirals\r");
  assert_string_equal(taken(ui, COMMAND_LOAD).experiment.data.source, "spirals");
  Progress progress = fixture_progress(ui, RUN_RUNNING, 2, 0);
  progress.run = 2;
  ui_progress(ui, &progress);
  press(ui, "\rmoons\rq");
  expect_nothing(ui); /* a run that has begun goes on with its own data */
  press(ui, "r");
  Command load = taken(ui, COMMAND_LOAD);
  assert_string_equal(load.experiment.data.source, "moons");
  taken(ui, COMMAND_START);
  expect_nothing(ui);
  press(ui, "u");
  assert_string_equal(ui->experiment.data.source, "spirals");
  press(ui, "u");
  assert_string_equal(ui->notice, "undone: dataset is digits again");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      UI_TEST(test_undo),
      UI_TEST(test_undo_keeps_changes_of_other_epochs_apart),
      UI_TEST(test_undo_forgets_the_oldest),
      UI_TEST(test_undo_outlives_a_failure),
      UI_TEST(test_undo_says_when_it_acts),
      UI_TEST(test_layers_are_added_and_removed_before_the_first_step),
      UI_TEST(test_layers_while_training_wait_for_the_restart),
      UI_TEST(test_toggled_rates_move_with_their_layers),
      UI_TEST(test_layers_have_a_limit),
      UI_TEST(test_settings_before_the_first_step_act_at_once),
      UI_TEST(test_settings_while_training_wait_for_the_restart),
      UI_TEST(test_typed_values),
      UI_TEST(test_typed_text_is_bounded_and_whole),
      UI_TEST(test_bool_settings_toggle_and_layers_change),
      UI_TEST(test_contradicting_settings_are_refused),
      UI_TEST(test_another_dataset_is_loaded),
  };
  return cmocka_run_group_tests_name("ui_edits", tests, NULL, NULL);
}
