/* Tests of ui: keys and clicks become commands and state, news from the worker becomes curves, marks and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "ui_keys.h"

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

static void test_escape_stops_loading(void **state) {
  UiState *ui = *state;
  fixture_key(ui, INPUT_ESCAPE);
  expect_nothing(ui); /* it is loaded */
  set_state(ui, RUN_LOADING);
  fixture_key(ui, INPUT_ESCAPE);
  fixture_key(ui, INPUT_ESCAPE);
  (void)taken(ui, COMMAND_UNLOAD);
  expect_nothing(ui);
  fixture_event(ui, (Event){.kind = EVENT_UNLOADED});
  assert_int_equal(ui->run.progress.state, RUN_UNLOADED);
  press(ui, " ,");
  assert_true(notice_has(ui, "r loads it again"));
  expect_nothing(ui);
  press(ui, "r");
  (void)taken(ui, COMMAND_LOAD);
  expect_nothing(ui);
  fixture_event(ui, (Event){.kind = EVENT_UNLOADED}); /* of the run that the load replaces */
  assert_int_equal(ui->run.progress.state, RUN_LOADING);
}

/* As after a failure: what was wrong may be what is changed. */
static void test_a_change_after_a_stopped_load_loads(void **state) {
  UiState *ui = *state;
  fixture_event(ui, (Event){.kind = EVENT_UNLOADED});
  edit_set_text(ui, PARAM_DATASET, -1, "wine");
  assert_string_equal(taken(ui, COMMAND_LOAD).experiment.data.source, "wine");
  assert_int_equal(ui->run.progress.state, RUN_LOADING);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_init_loads_and_may_start),
      UI_TEST(test_space_starts_pauses_and_resumes),
      UI_TEST(test_space_while_loading_starts_after_it),
      UI_TEST(test_space_after_the_end_says_how_to_go_on),
      UI_TEST(test_escape_stops_loading),
      UI_TEST(test_a_change_after_a_stopped_load_loads),
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
  };
  return cmocka_run_group_tests_name("ui", tests, NULL, NULL);
}
