/* Tests of ui: keys and clicks become commands and state, news from the worker becomes curves, marks and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "ui/action.h"
#include "ui/edit.h"
#include "ui_fixture.h"

static Fixture fixture;

static int setup(void **state) {
  *state = fixture_ready(&fixture);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  fixture_close(&fixture);
  return 0;
}

static Command taken(UiState *ui, CommandKind kind) {
  Command command = {.kind = COMMAND_NONE};
  (void)ui_take_command(ui, &command);
  assert_int_equal(command.kind, kind);
  return command;
}

static void expect_set(UiState *ui, ParamId param, int layer, double value) {
  Command command = taken(ui, COMMAND_SET);
  assert_int_equal(command.param, param);
  assert_int_equal(command.layer, layer);
  assert_float_equal(command.value, value, 1e-12);
}

static void expect_nothing(UiState *ui) {
  Command command;
  assert_false(ui_take_command(ui, &command));
}

static void press(UiState *ui, const char *keys) {
  for (; *keys != '\0'; keys++) {
    fixture_key(ui, (uint32_t)*keys);
  }
}

static void set_state(UiState *ui, RunState run_state) { ui->run.progress.state = run_state; }

static bool notice_has(const UiState *ui, const char *words) { return strstr(ui->notice, words) != NULL; }

/* ---- beginning ---- */

static void test_init_loads_and_may_start(void **state) {
  (void)state;
  UiState *ui = fixture_open(&fixture, 1);
  PresetList list = ui->presets;
  assert_int_equal(ui->run.progress.state, RUN_LOADING);
  Command load = taken(ui, COMMAND_LOAD);
  assert_memory_equal(&load.experiment, &list.items[1].experiment, sizeof load.experiment);
  expect_nothing(ui);
  ui_init(ui, list, &list.items[0], true, CHARSET_ASCII, PALETTE_NONE);
  taken(ui, COMMAND_LOAD);
  taken(ui, COMMAND_START);
  expect_nothing(ui);
  assert_int_equal(ui->charset, CHARSET_ASCII);
  assert_int_equal(ui->palette, PALETTE_NONE);
  fixture_close(&fixture);
}

/* ---- training ---- */

static void test_space_starts_pauses_and_resumes(void **state) {
  UiState *ui = *state;
  press(ui, " ");
  taken(ui, COMMAND_START);
  assert_int_equal(ui->run.progress.state, RUN_RUNNING);
  press(ui, " ");
  taken(ui, COMMAND_PAUSE);
  assert_int_equal(ui->run.progress.state, RUN_PAUSED);
  press(ui, " ");
  taken(ui, COMMAND_START);
  assert_int_equal(ui->run.progress.state, RUN_RUNNING);
  expect_nothing(ui);
}

static void test_space_while_loading_starts_after_it(void **state) {
  UiState *ui = *state;
  set_state(ui, RUN_LOADING);
  press(ui, " ");
  taken(ui, COMMAND_START);
  assert_int_equal(ui->run.progress.state, RUN_LOADING);
  assert_true(notice_has(ui, "as soon as"));
}

static void test_space_after_the_end_says_how_to_go_on(void **state) {
  UiState *ui = *state;
  static const RunState ends[] = {RUN_FINISHED, RUN_STOPPED, RUN_DIVERGED};
  for (int i = 0; i < 3; i++) {
    set_state(ui, ends[i]);
    press(ui, " ");
    expect_nothing(ui);
    assert_true(notice_has(ui, "r starts it again"));
    press(ui, ".");
    expect_nothing(ui);
  }
  press(ui, "y");
  assert_string_equal(ui->notice, ""); /* until the next key */
}

static void test_steps(void **state) {
  UiState *ui = *state;
  press(ui, ".");
  taken(ui, COMMAND_STEP_BATCH);
  press(ui, ",");
  taken(ui, COMMAND_STEP_EPOCH);
  press(ui, "..>");
  taken(ui, COMMAND_STEP_BATCH);
  taken(ui, COMMAND_STEP_BATCH);
  taken(ui, COMMAND_STEP_EPOCH);
  expect_nothing(ui);
}

static void test_restart(void **state) {
  UiState *ui = *state;
  press(ui, "r");
  taken(ui, COMMAND_RESTART);
  expect_nothing(ui); /* nothing has been trained yet: it stays ready */
  static const RunState begun[] = {RUN_RUNNING, RUN_PAUSED, RUN_FINISHED};
  for (int i = 0; i < 3; i++) {
    fixture_train(ui, begun[i], 2, 3);
    press(ui, "r");
    taken(ui, COMMAND_RESTART);
    taken(ui, COMMAND_START);
    expect_nothing(ui);
  }
  set_state(ui, RUN_FAILED);
  press(ui, "r");
  taken(ui, COMMAND_LOAD);
  taken(ui, COMMAND_START);
  expect_nothing(ui);
}

static void test_new_seed(void **state) {
  UiState *ui = *state;
  set_state(ui, RUN_RUNNING);
  press(ui, "n");
  expect_set(ui, PARAM_SEED, -1, 8);
  taken(ui, COMMAND_RESTART);
  taken(ui, COMMAND_START);
  expect_nothing(ui);
  assert_int_equal(ui->experiment.train.seed, 8);
  assert_int_equal(ui->base.train.seed, 8); /* nothing waits for another restart */
}

static void test_stop(void **state) {
  UiState *ui = *state;
  press(ui, "x");
  expect_nothing(ui);
  set_state(ui, RUN_PAUSED);
  press(ui, "x");
  taken(ui, COMMAND_STOP);
  expect_nothing(ui);
}

/* ---- the network ---- */

static void test_dropout_toggles_between_0_and_the_last_rate(void **state) {
  UiState *ui = *state;
  press(ui, "d");
  expect_set(ui, PARAM_DROPOUT, 0, 0.5);
  assert_float_equal(ui->experiment.net.layers[0].dropout, 0.5, 0);
  fixture_key(ui, INPUT_LEFT);
  expect_set(ui, PARAM_DROPOUT, 0, 0.45);
  press(ui, "d");
  expect_set(ui, PARAM_DROPOUT, 0, 0);
  press(ui, "d");
  expect_set(ui, PARAM_DROPOUT, 0, 0.45);
  press(ui, "jjd"); /* Dense 3 has the preset's rate */
  expect_set(ui, PARAM_DROPOUT, 2, 0);
  press(ui, "d");
  expect_set(ui, PARAM_DROPOUT, 2, 0.2);
  expect_nothing(ui);
}

static void test_input_row_has_its_own_dropout(void **state) {
  UiState *ui = *state;
  press(ui, "kkk");
  assert_int_equal(ui->layer, -1);
  press(ui, "d");
  expect_set(ui, PARAM_INPUT_DROPOUT, -1, 0.5);
  press(ui, "h");
  expect_set(ui, PARAM_INPUT_DROPOUT, -1, 0.45);
  assert_float_equal(ui->experiment.net.input_dropout, 0.45, 1e-12);
  press(ui, "bB");
  expect_nothing(ui);
  assert_true(notice_has(ui, "no batch normalization"));
}

static void test_selection_stays_on_the_layers(void **state) {
  UiState *ui = *state;
  for (int i = 0; i < 5; i++) {
    fixture_key(ui, INPUT_DOWN);
  }
  assert_int_equal(ui->layer, 2);
  fixture_key(ui, INPUT_HOME);
  assert_int_equal(ui->layer, -1);
  fixture_key(ui, INPUT_UP);
  assert_int_equal(ui->layer, -1);
}

static void test_rates_stay_between_0_and_1(void **state) {
  UiState *ui = *state;
  fixture_key(ui, INPUT_LEFT);
  expect_nothing(ui);
  for (int i = 0; i < 30; i++) {
    fixture_key(ui, INPUT_RIGHT);
  }
  expect_set(ui, PARAM_DROPOUT, 0, 1);
  expect_nothing(ui);
}

static void test_batch_norm_and_its_place(void **state) {
  UiState *ui = *state;
  press(ui, "b");
  expect_set(ui, PARAM_BATCH_NORM, 0, 1);
  assert_true(ui->experiment.net.layers[0].batch_norm);
  press(ui, "B");
  expect_set(ui, PARAM_BN_POSITION, 0, BN_BEFORE);
  press(ui, "jb");
  expect_set(ui, PARAM_BATCH_NORM, 1, 0);
  expect_nothing(ui);
}

static void test_learning_rate_walks_1_2_5(void **state) {
  UiState *ui = *state;
  static const double up[] = {0.002, 0.005, 0.01};
  for (int i = 0; i < 3; i++) {
    press(ui, "+");
    expect_set(ui, PARAM_LEARNING_RATE, -1, up[i]);
  }
  press(ui, "-");
  expect_set(ui, PARAM_LEARNING_RATE, -1, 0.005);
}

/* ---- the outbox ---- */

static void test_a_held_key_is_one_command(void **state) {
  UiState *ui = *state;
  for (int i = 0; i < 40; i++) {
    press(ui, i < 38 ? "+" : "l");
  }
  expect_set(ui, PARAM_LEARNING_RATE, -1, 100);
  expect_set(ui, PARAM_DROPOUT, 0, 0.1);
  expect_nothing(ui);
}

static void test_sets_do_not_pass_other_commands(void **state) {
  UiState *ui = *state;
  set_state(ui, RUN_RUNNING);
  press(ui, "l.l");
  expect_set(ui, PARAM_DROPOUT, 0, 0.05);
  taken(ui, COMMAND_STEP_BATCH);
  expect_set(ui, PARAM_DROPOUT, 0, 0.1);
  press(ui, "rr");
  taken(ui, COMMAND_RESTART);
  taken(ui, COMMAND_START);
  expect_nothing(ui);
}

static void test_a_full_outbox_refuses_aloud(void **state) {
  UiState *ui = *state;
  for (int i = 0; i < UI_MAX_OUTBOX; i++) {
    press(ui, ".");
  }
  assert_string_equal(ui->notice, "");
  Experiment before = ui->experiment;
  int undo_count = ui->undo_count;
  press(ui, "d");
  assert_true(ui->notice_is_error);
  assert_true(notice_has(ui, "press again"));
  assert_memory_equal(&ui->experiment, &before, sizeof before);
  assert_int_equal(ui->undo_count, undo_count);
  press(ui, " ");
  assert_int_equal(ui->run.progress.state, RUN_READY);
  assert_int_equal(ui->outbox_count, UI_MAX_OUTBOX);
  taken(ui, COMMAND_STEP_BATCH);
  press(ui, "d");
  assert_float_equal(ui->experiment.net.layers[0].dropout, 0.5, 0);
}

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

/* ---- news ---- */

static void test_epochs_become_curves(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 30, 0);
  const UiRun *run = &ui->run;
  EpochReport ninth = fixture_report(ui, 8);
  const Series *val = &run->curves[METRIC_LOSS][CURVE_VAL];
  assert_int_equal(val->count, 30);
  assert_float_equal(val->buckets[8].x, 9, 0); /* epoch 8, from 0, ends at 9 */
  assert_float_equal(val->buckets[8].mean, ninth.val.loss, 1e-12);
  assert_float_equal(run->curves[METRIC_SCORE][CURVE_TRAIN].buckets[8].mean, ninth.train.score, 1e-12);
  assert_float_equal(run->curves[METRIC_LOSS][CURVE_TRAIN_EVAL].buckets[8].mean, ninth.train_eval.loss, 1e-12);
  int best = 0;
  for (int e = 1; e < 30; e++) {
    best = fixture_report(ui, e).val.loss < fixture_report(ui, best).val.loss ? e : best;
  }
  assert_int_equal(run->best[METRIC_LOSS].epoch, best);
  fixture_event(ui, (Event){.kind = EVENT_EPOCH, .epoch = ninth});
  assert_int_equal(val->count, 30); /* an epoch comes once */
}

static void test_best_score_is_the_highest(void **state) {
  UiState *ui = *state;
  static const double scores[] = {0.5, 0.9, NAN, 0.7};
  for (int e = 0; e < 4; e++) {
    EpochReport report = {.epoch = e, .val = {.loss = 1, .score = scores[e], .mae = NAN}};
    fixture_event(ui, (Event){.kind = EVENT_EPOCH, .epoch = report});
  }
  assert_int_equal(ui->run.best[METRIC_SCORE].epoch, 1);
  assert_int_equal(ui->run.best[METRIC_LOSS].epoch, 0); /* the first of equals */
  assert_int_equal(ui->run.best[METRIC_MAE].epoch, -1);
}

static void test_old_runs_are_not_heard(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 5, 0);
  Event loaded = {.kind = EVENT_LOADED, .run = 2, .loaded = fixture_loaded(ui)};
  ui_event(ui, &loaded);
  assert_int_equal(ui->run.number, 2);
  assert_int_equal(ui->run.curves[METRIC_LOSS][CURVE_VAL].count, 0);
  assert_int_equal(ui->run.best[METRIC_LOSS].epoch, -1);
  fixture_event(ui, (Event){.kind = EVENT_EPOCH, .epoch = fixture_report(ui, 5)}); /* of run 1 */
  Progress old = fixture_progress(ui, RUN_RUNNING, 6, 1);
  ui_progress(ui, &old);
  assert_int_equal(ui->run.curves[METRIC_LOSS][CURVE_VAL].count, 0);
  assert_int_equal(ui->run.progress.epoch, 0);
  assert_int_equal(ui->run.progress.state, RUN_READY);
}

static void test_a_load_silences_the_run_before(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 5, 0);
  press(ui, "ojj\r");
  taken(ui, COMMAND_LOAD);
  fixture_event(ui, (Event){.kind = EVENT_EPOCH, .epoch = fixture_report(ui, 5)});
  assert_int_equal(ui->run.curves[METRIC_LOSS][CURVE_VAL].count, 0);
  assert_int_equal(ui->run.progress.state, RUN_LOADING);
  Progress next = fixture_progress(ui, RUN_READY, 0, 0);
  next.run = 2;
  ui_progress(ui, &next);
  assert_int_equal(ui->run.progress.state, RUN_READY);
}

static void test_edits_become_marks(void **state) {
  UiState *ui = *state;
  fixture_edit(ui, 10.0, PARAM_DROPOUT, 1, 0, 0.05);
  fixture_edit(ui, 10.2, PARAM_LEARNING_RATE, -1, 0.001, 0.002);
  fixture_edit(ui, 10.4, PARAM_DROPOUT, 1, 0.05, 0.1); /* a held key */
  fixture_edit(ui, 10.45, PARAM_DROPOUT, 2, 0.2, 0);   /* another layer */
  fixture_edit(ui, 11.5, PARAM_DROPOUT, 1, 0.1, 0.15); /* not the same spot */
  assert_int_equal(ui->run.edit_count, 4);
  assert_float_equal(ui->run.edits[0].edit.at, 10.0, 0);
  assert_float_equal(ui->run.edits[0].edit.old_value, 0, 0);
  assert_float_equal(ui->run.edits[0].edit.new_value, 0.1, 0);
  assert_int_equal(ui->run.edits[2].edit.layer, 2);
}

static void edit_at_step(UiState *ui, int64_t step, double old_value, double new_value) {
  Edit edit = {.at = 10 + (double)step / 1000, .step = step, .param = PARAM_BATCH_SIZE, .layer = -1};
  edit.old_value = old_value;
  edit.new_value = new_value;
  fixture_event(ui, (Event){.kind = EVENT_EDIT, .edit = edit});
}

static void test_edits_that_cancel_out_stay_where_batches_saw_them(void **state) {
  UiState *ui = *state;
  edit_at_step(ui, 100, 32, 64);
  edit_at_step(ui, 100, 64, 32); /* no batch between them */
  assert_int_equal(ui->run.edit_count, 0);
  edit_at_step(ui, 100, 32, 65536);
  edit_at_step(ui, 101, 65536, 128);
  edit_at_step(ui, 101, 128, 32);
  assert_int_equal(ui->run.edit_count, 1);
  assert_float_equal(ui->run.edits[0].edit.old_value, 32, 0);
  assert_float_equal(ui->run.edits[0].edit.new_value, 32, 0);
  assert_float_equal(ui->run.edits[0].via, 65536, 0);
}

static void test_many_edits_are_bounded(void **state) {
  UiState *ui = *state;
  for (int i = 0; i < UI_MAX_EDITS + 50; i++) {
    fixture_edit(ui, i * 2.0, PARAM_BATCH_NORM, 0, i % 2, 1 - i % 2);
  }
  assert_int_equal(ui->run.edit_count, UI_MAX_EDITS);
}

static void test_the_end(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 7, 3);
  fixture_event(ui, (Event){.kind = EVENT_ENDED, .ended = fixture_ended(ui, RUN_DIVERGED)});
  assert_int_equal(ui->run.progress.state, RUN_DIVERGED);
  assert_true(ui->run.has_ended);
  assert_int_equal(ui->run.ended.bad_step, 1234);
  press(ui, "d");
  assert_true(notice_has(ui, "r trains again"));
}

static void test_failure_and_refusal(void **state) {
  UiState *ui = *state;
  fixture_event(ui, (Event){.kind = EVENT_REFUSED, .text = "label_noise waits for the next restart"});
  assert_string_equal(ui->notice, "label_noise waits for the next restart");
  fixture_event(ui, (Event){.kind = EVENT_FAILED, .text = "x.csv:1: \033[2Jbad"});
  assert_int_equal(ui->run.progress.state, RUN_FAILED);
  assert_string_equal(ui->run.failure, "x.csv:1: ?[2Jbad");
  press(ui, " ");
  assert_true(ui->notice_is_error);
}

/* ---- overlays ---- */

static void test_overlays_open_and_close(void **state) {
  UiState *ui = *state;
  static const struct {
    char key;
    UiOverlay overlay;
  } keys[] = {{'o', OVERLAY_PICKER}, {'e', OVERLAY_SETTINGS}, {'?', OVERLAY_HELP}, {'i', OVERLAY_LESSON}};
  for (int i = 0; i < 4; i++) {
    uint32_t closing[] = {'q', INPUT_ESCAPE, (uint32_t)keys[i].key};
    for (int c = 0; c < 3; c++) {
      fixture_key(ui, (uint32_t)keys[i].key);
      assert_int_equal(ui->overlay, keys[i].overlay);
      fixture_key(ui, closing[c]);
      assert_int_equal(ui->overlay, OVERLAY_NONE);
      assert_false(ui->quit);
    }
  }
  press(ui, "?o");
  assert_int_equal(ui->overlay, OVERLAY_PICKER); /* one opens over another */
  press(ui, "q");
  fixture_key(ui, INPUT_ESCAPE);
  assert_false(ui->quit);
  press(ui, "q");
  assert_true(ui->quit);
}

static void test_picker_opens_a_preset(void **state) {
  UiState *ui = *state;
  press(ui, "lo");
  assert_int_equal(ui->list_row, 1); /* the open one */
  press(ui, "jjjjjk\r");
  assert_int_equal(ui->overlay, OVERLAY_NONE);
  assert_ptr_equal(ui->preset, &fixture.presets[2]);
  Command load = taken(ui, COMMAND_LOAD); /* the waiting set was for the run before */
  assert_memory_equal(&load.experiment, &fixture.presets[2].experiment, sizeof load.experiment);
  expect_nothing(ui);
  assert_int_equal(ui->run.progress.state, RUN_LOADING);
  assert_int_equal(ui->layer, 0);
  assert_int_equal(ui->undo_count, 0);
}

static void test_help_scrolls_within_its_text(void **state) {
  UiState *ui = *state;
  press(ui, "?");
  fixture_draw(&fixture, 24, 80);
  int most = ui->hits.scroll_max;
  assert_true(most > 5);
  press(ui, "kj");
  assert_int_equal(ui->scroll, 1);
  fixture_key(ui, INPUT_END);
  assert_int_equal(ui->scroll, most);
  fixture_key(ui, INPUT_PAGE_DOWN);
  assert_int_equal(ui->scroll, most);
  fixture_key(ui, INPUT_HOME);
  assert_int_equal(ui->scroll, 0);
}

static void test_lab_keys_rest_in_an_overlay(void **state) {
  UiState *ui = *state;
  press(ui, "?rnxbd+");
  expect_nothing(ui);
  press(ui, "c");
  assert_int_equal(ui->charset, CHARSET_BLOCK); /* how it looks can be changed anywhere */
}

/* ---- charts ---- */

static void test_chart_keys(void **state) {
  UiState *ui = *state;
  press(ui, "y");
  assert_true(ui->log_y);
  static const double smoothing[] = {0.6, 0.9, 0};
  for (int i = 0; i < 3; i++) {
    press(ui, "w");
    assert_float_equal(ui->smoothing, smoothing[i], 0);
  }
  press(ui, "\t");
  assert_int_equal(ui->chart, METRIC_SCORE);
  press(ui, "\t");
  assert_int_equal(ui->chart, METRIC_LOSS); /* a classification has no MAE */
  ui->run.loaded.task = TASK_REGRESSION;
  press(ui, "\t\t");
  assert_int_equal(ui->chart, METRIC_MAE);
  press(ui, "v");
  assert_int_equal(ui->train_curve, TRAIN_CURVE_EVAL);
  press(ui, "vv");
  assert_int_equal(ui->train_curve, TRAIN_CURVE_KERAS);
  press(ui, "CC");
  assert_int_equal(ui->palette, PALETTE_COLORBLIND);
}

static void test_inference_curve_needs_its_setting(void **state) {
  UiState *ui = *state;
  ui->experiment.train.evaluate_train = false;
  press(ui, "v");
  assert_true(notice_has(ui, "evaluate_train"));
}

/* ---- the mouse ---- */

/* Where `text` (of characters one column wide) stands on the canvas, at `row` or anywhere if it is negative. */
static bool find_text(const Canvas *canvas, int row, const char *text, Rect *place) {
  int length = (int)strlen(text);
  for (int r = row < 0 ? 0 : row; r < (row < 0 ? canvas->rows : row + 1); r++) {
    for (int c = 0; c + length <= canvas->cols; c++) {
      int same = 0;
      while (same < length && canvas_at(canvas, r, c + same)->code == (uint32_t)text[same]) {
        same++;
      }
      if (same == length) {
        *place = (Rect){r, c, 1, length};
        return true;
      }
    }
  }
  return false;
}

static Rect place_of(const Canvas *canvas, int row, const char *text) {
  Rect place = {0};
  if (!find_text(canvas, row, text, &place)) {
    fail_msg("'%s' is not on the screen", text);
  }
  return place;
}

static void test_click_on_a_bn_mark(void **state) {
  UiState *ui = *state;
  static const int sizes[][2] = {{36, 120}, {24, 80}, {60, 200}};
  for (int s = 0; s < 3; s++) {
    Canvas *canvas = fixture_draw(&fixture, sizes[s][0], sizes[s][1]);
    bool was_on = ui->experiment.net.layers[2].batch_norm;
    Rect bn = place_of(canvas, place_of(canvas, -1, "Dense 3").row, "BN"); /* stands before the activation there */
    fixture_mouse(ui, MOUSE_PRESS, bn.row, bn.col + 3);
    expect_set(ui, PARAM_BATCH_NORM, 2, !was_on);
    assert_int_equal(ui->layer, 2);
    fixture_mouse(ui, MOUSE_PRESS, bn.row, bn.col + 4);
    expect_nothing(ui); /* beside it: only the row */
    was_on = ui->experiment.net.layers[0].batch_norm;
    bn = place_of(canvas, place_of(canvas, -1, "Dense 1").row, "BN");
    fixture_mouse(ui, MOUSE_PRESS, bn.row, bn.col);
    expect_set(ui, PARAM_BATCH_NORM, 0, !was_on);
  }
}

static void test_click_and_drag_on_a_dropout_bar(void **state) {
  UiState *ui = *state;
  Canvas *canvas = fixture_draw(&fixture, 36, 120);
  Rect name = place_of(canvas, -1, "Dense 2"), rate = place_of(canvas, name.row, "0.00");
  int bar = rate.col - 11; /* ten cells and a blank */
  fixture_mouse(ui, MOUSE_PRESS, name.row, bar + 4);
  expect_set(ui, PARAM_DROPOUT, 1, 0.5);
  fixture_mouse(ui, MOUSE_DRAG, name.row, bar + 4);
  expect_nothing(ui);
  fixture_mouse(ui, MOUSE_DRAG, name.row, bar + 6);
  expect_set(ui, PARAM_DROPOUT, 1, 0.7);
  fixture_mouse(ui, MOUSE_DRAG, name.row - 1, bar + 2); /* the hand slips to Dense 1 */
  expect_nothing(ui);
  fixture_mouse(ui, MOUSE_PRESS, name.row, bar + 6); /* the last filled cell again: off */
  expect_set(ui, PARAM_DROPOUT, 1, 0);
  Rect input = place_of(canvas, -1, "Input");
  fixture_mouse(ui, MOUSE_PRESS, input.row, bar);
  expect_set(ui, PARAM_INPUT_DROPOUT, -1, 0.1);
}

static void test_click_selects_a_layer(void **state) {
  UiState *ui = *state;
  Canvas *canvas = fixture_draw(&fixture, 24, 80);
  Rect name = place_of(canvas, -1, "Dense 3");
  fixture_mouse(ui, MOUSE_PRESS, name.row, name.col);
  assert_int_equal(ui->layer, 2);
  Rect output = place_of(canvas, -1, "Output");
  fixture_mouse(ui, MOUSE_PRESS, output.row, output.col);
  assert_int_equal(ui->layer, 2);
  expect_nothing(ui);
}

static void test_wheel_moves_the_selection(void **state) {
  UiState *ui = *state;
  fixture_draw(&fixture, 24, 80);
  fixture_mouse(ui, MOUSE_WHEEL_DOWN, 3, 5);
  assert_int_equal(ui->layer, 1);
  fixture_mouse(ui, MOUSE_WHEEL_DOWN, 18, 5); /* over the chart */
  assert_int_equal(ui->layer, 1);
  fixture_mouse(ui, MOUSE_WHEEL_UP, 3, 5);
  assert_int_equal(ui->layer, 0);
}

static void test_keys_of_the_bottom_line_can_be_clicked(void **state) {
  UiState *ui = *state;
  Canvas *canvas = fixture_draw(&fixture, 36, 120);
  Rect start = place_of(canvas, 35, "start"), rate = place_of(canvas, 35, "rate");
  fixture_mouse(ui, MOUSE_PRESS, 35, start.col + 4);
  taken(ui, COMMAND_START);
  fixture_mouse(ui, MOUSE_PRESS, 35, rate.col - 2); /* → */
  fixture_mouse(ui, MOUSE_PRESS, 35, rate.col);
  expect_set(ui, PARAM_DROPOUT, 0, 0.1);
  fixture_mouse(ui, MOUSE_PRESS, 35, rate.col - 3); /* ← */
  expect_set(ui, PARAM_DROPOUT, 0, 0.05);
  Rect help = place_of(canvas, 35, "help");
  fixture_mouse(ui, MOUSE_PRESS, 35, help.col - 2);
  assert_int_equal(ui->overlay, OVERLAY_HELP);
  canvas = fixture_draw(&fixture, 36, 120);
  fixture_mouse(ui, MOUSE_PRESS, 35, place_of(canvas, 35, "close").col);
  assert_int_equal(ui->overlay, OVERLAY_NONE);
}

static void test_every_key_of_the_bottom_line_is_a_button(void **state) {
  (void)state;
  for (int cols = UI_MIN_COLS; cols <= 200; cols += 20) {
    Canvas *canvas = fixture_draw(&fixture, 24, cols);
    for (int c = 0; c < cols; c++) {
      bool hit = false;
      for (int i = 0; i < fixture.ui.hits.count; i++) {
        hit = hit || rect_contains(fixture.ui.hits.items[i].rect, 23, c);
      }
      bool is_word = canvas_at(canvas, 23, c)->code != ' ';
      assert_true(hit || !is_word);
    }
  }
}

static void test_clicks_in_the_picker(void **state) {
  UiState *ui = *state;
  press(ui, "o");
  Canvas *canvas = fixture_draw(&fixture, 24, 80);
  Rect row = place_of(canvas, -1, "Baseline");
  fixture_mouse(ui, MOUSE_PRESS, row.row, row.col);
  assert_int_equal(ui->list_row, 0);
  assert_int_equal(ui->overlay, OVERLAY_PICKER);
  fixture_mouse(ui, MOUSE_PRESS, row.row, row.col);
  assert_ptr_equal(ui->preset, &fixture.presets[0]);
  taken(ui, COMMAND_LOAD);
}

static void test_click_beside_an_overlay_closes_it(void **state) {
  UiState *ui = *state;
  press(ui, "o");
  fixture_draw(&fixture, 24, 80);
  fixture_mouse(ui, MOUSE_PRESS, 3, 3); /* its frame or what it leaves blank */
  assert_int_equal(ui->overlay, OVERLAY_PICKER);
  fixture_mouse(ui, MOUSE_PRESS, 4, 0);
  assert_int_equal(ui->overlay, OVERLAY_NONE);
}

static void test_hints_in_the_borders_are_buttons(void **state) {
  UiState *ui = *state;
  Canvas *canvas = fixture_draw(&fixture, 24, 80);
  Rect chart = place_of(canvas, 21, "Accuracy");
  Rect settings = place_of(canvas, -1, "settings");
  fixture_mouse(ui, MOUSE_PRESS, chart.row, chart.col);
  assert_int_equal(ui->chart, METRIC_SCORE);
  place_of(fixture_draw(&fixture, 24, 80), 21, "Loss");
  fixture_mouse(ui, MOUSE_PRESS, settings.row, settings.col);
  assert_int_equal(ui->overlay, OVERLAY_SETTINGS);
}

static void test_clicks_in_the_settings(void **state) {
  UiState *ui = *state;
  press(ui, "e");
  Canvas *canvas = fixture_draw(&fixture, 36, 120);
  Rect row = place_of(canvas, -1, "test_split");
  fixture_mouse(ui, MOUSE_PRESS, row.row, row.col);
  assert_int_equal(ui->list_row, PARAM_TEST_SPLIT);
  assert_false(ui->typing);
  fixture_mouse(ui, MOUSE_PRESS, row.row, row.col);
  assert_true(ui->typing);
}

/* ---- drawing ---- */

static void expect_text(const char *text, bool is_there) {
  Rect place;
  if (find_text(fixture_draw(&fixture, 24, 80), -1, text, &place) != is_there) {
    fail_msg("'%s' is %s the screen", text, is_there ? "not on" : "on");
  }
}

static void test_the_epoch_under_way_is_counted(void **state) {
  UiState *ui = *state;
  expect_text("epoch   0/100", true);
  fixture_train(ui, RUN_RUNNING, 44, 9);
  expect_text("epoch  45/100", true);
  fixture_train(ui, RUN_PAUSED, 44, 3);
  expect_text("epoch  45/100", true);
  fixture_train(ui, RUN_PAUSED, 44, 0);
  expect_text("epoch  44/100", true);
  fixture_train(ui, RUN_RUNNING, 100, 0);
  expect_text("epoch 100/100", true);
}

static void test_weights_follow_the_network(void **state) {
  UiState *ui = *state;
  expect_text("429 834 weights", true);
  Progress progress = fixture_progress(ui, RUN_RUNNING, 2, 0);
  progress.parameters = 430858;
  ui_progress(ui, &progress);
  expect_text("430 858 weights", true);
  assert_true(edit_set(ui, PARAM_UNITS, 0, 64));
  expect_text("430 858 weights now", true);
  expect_text("64*", true);
}

static void test_a_lesson_with_other_settings_keeps_its_number(void **state) {
  UiState *ui = *state;
  Preset copy = *ui->preset;
  copy.experiment.train.epochs = 5;
  ui_init(ui, ui->presets, &copy, false, CHARSET_BRAILLE, PALETTE_DARK);
  expect_text("2 Overfitting", true);
  press(ui, "o");
  assert_int_equal(ui->list_row, 1);
  press(ui, "qi");
  expect_text("Lesson 2 of 4", true);
}

static void test_the_top_line_cuts_names_alone(void **state) {
  (void)state;
  UiState *ui = fixture_open(&fixture, 3);
  Loaded loaded = fixture_loaded(ui);
  snprintf(loaded.dataset, sizeof loaded.dataset, "a-rather-long-name-of-a-file");
  fixture_event(ui, (Event){.kind = EVENT_LOADED, .loaded = loaded});
  expect_text("400 rows", true);
  expect_text("seed 7", true);
  expect_text("ready", true);
  Preset own = *ui->preset;
  own.title = "good.csv";
  ui->preset = &own;
  snprintf(ui->run.loaded.dataset, sizeof ui->run.loaded.dataset, "good");
  Rect place;
  Canvas *canvas = fixture_draw(&fixture, 24, 80);
  Rect title = place_of(canvas, 0, "good.csv");
  place_of(canvas, 0, "400 rows");
  assert_false(find_text(canvas, 0, "good   ", &place));
  assert_int_equal(place_of(canvas, 0, "400 rows").col, title.col + 8 + 3);
}

static void test_a_failure_lies_under_no_overlay(void **state) {
  UiState *ui = *state;
  fixture_event(ui, (Event){.kind = EVENT_FAILED, .text = "bad table"});
  expect_text("bad table", true);
  expect_text("could not be loaded: see above", true);
  press(ui, "e");
  expect_text("bad table", false);
}

static void test_edits_at_one_place_are_told_together(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 30, 0);
  fixture_edit(ui, 20.0, PARAM_BATCH_NORM, 1, 1, 0);
  fixture_edit(ui, 20.2, PARAM_DROPOUT, 1, 0, 0.5);
  fixture_edit(ui, 20.4, PARAM_BATCH_NORM, 2, 1, 0);
  Canvas *canvas = fixture_draw(&fixture, 24, 80);
  Rect first = place_of(canvas, -1, "Dense 2 BN off"), last = place_of(canvas, -1, "Dense 3 BN off");
  assert_int_equal(last.row, first.row + 2);
  assert_int_equal(last.col, first.col);
  fixture_edit(ui, 20.5, PARAM_DROPOUT, 2, 0.2, 0.5);
  fixture_edit(ui, 20.6, PARAM_BATCH_NORM, 0, 0, 1);
  expect_text("+2 more", true);
  expect_text("Dense 2 BN off", false);
  expect_text("Dense 1 BN on", true);
}

static void test_drawing_changes_nothing(void **state) {
  UiState *ui = *state;
  UiState *before = malloc(sizeof *before);
  assert_non_null(before);
  press(ui, " ywd");
  fixture_train(ui, RUN_RUNNING, 9, 2);
  memcpy(before, ui, sizeof *before);
  Canvas *canvas = canvas_create(&fixture.arena, 36, 120, CHARSET_BRAILLE);
  UiHits hits;
  ui_draw(ui, canvas, &fixture.arena, &hits);
  assert_memory_equal(before, ui, sizeof *before);
  free(before);
}

#define UI_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_init_loads_and_may_start),
      UI_TEST(test_space_starts_pauses_and_resumes),
      UI_TEST(test_space_while_loading_starts_after_it),
      UI_TEST(test_space_after_the_end_says_how_to_go_on),
      UI_TEST(test_steps),
      UI_TEST(test_restart),
      UI_TEST(test_new_seed),
      UI_TEST(test_stop),
      UI_TEST(test_dropout_toggles_between_0_and_the_last_rate),
      UI_TEST(test_input_row_has_its_own_dropout),
      UI_TEST(test_selection_stays_on_the_layers),
      UI_TEST(test_rates_stay_between_0_and_1),
      UI_TEST(test_batch_norm_and_its_place),
      UI_TEST(test_learning_rate_walks_1_2_5),
      UI_TEST(test_a_held_key_is_one_command),
      UI_TEST(test_sets_do_not_pass_other_commands),
      UI_TEST(test_a_full_outbox_refuses_aloud),
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
      UI_TEST(test_epochs_become_curves),
      UI_TEST(test_best_score_is_the_highest),
      UI_TEST(test_old_runs_are_not_heard),
      UI_TEST(test_a_load_silences_the_run_before),
      UI_TEST(test_edits_become_marks),
      UI_TEST(test_edits_that_cancel_out_stay_where_batches_saw_them),
      UI_TEST(test_many_edits_are_bounded),
      UI_TEST(test_the_end),
      UI_TEST(test_failure_and_refusal),
      UI_TEST(test_overlays_open_and_close),
      UI_TEST(test_picker_opens_a_preset),
      UI_TEST(test_help_scrolls_within_its_text),
      UI_TEST(test_lab_keys_rest_in_an_overlay),
      UI_TEST(test_chart_keys),
      UI_TEST(test_inference_curve_needs_its_setting),
      UI_TEST(test_click_on_a_bn_mark),
      UI_TEST(test_click_and_drag_on_a_dropout_bar),
      UI_TEST(test_click_selects_a_layer),
      UI_TEST(test_wheel_moves_the_selection),
      UI_TEST(test_keys_of_the_bottom_line_can_be_clicked),
      UI_TEST(test_every_key_of_the_bottom_line_is_a_button),
      UI_TEST(test_clicks_in_the_picker),
      UI_TEST(test_click_beside_an_overlay_closes_it),
      UI_TEST(test_hints_in_the_borders_are_buttons),
      UI_TEST(test_clicks_in_the_settings),
      UI_TEST(test_the_epoch_under_way_is_counted),
      UI_TEST(test_weights_follow_the_network),
      UI_TEST(test_a_lesson_with_other_settings_keeps_its_number),
      UI_TEST(test_the_top_line_cuts_names_alone),
      UI_TEST(test_a_failure_lies_under_no_overlay),
      UI_TEST(test_edits_at_one_place_are_told_together),
      UI_TEST(test_drawing_changes_nothing),
  };
  return cmocka_run_group_tests_name("ui", tests, NULL, NULL);
}
