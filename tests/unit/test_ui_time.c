/* The cursor over the epochs, forks, and doing again what was taken back: what the keys do and what is posted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "ui/pin.h"
#include "ui/time.h"
#include "ui_keys.h"

enum { EPOCHS = 23 };

/* As after 23 epochs, four batches into the next, with an edit at epoch 12; every `every`th epoch is kept. */
static UiState *trained(UiState *ui, int every) {
  fixture_train(ui, RUN_RUNNING, EPOCHS, 4);
  ui->run.progress.kept_every = every;
  fixture_edit(ui, 12.0, PARAM_DROPOUT, 1, 0, 0.5);
  ui->experiment.net.layers[1].dropout = 0.5;
  return ui;
}

static int taken_look(UiState *ui) { return taken(ui, COMMAND_LOOK).epoch; }

/* The worker's answer to a look at `asked`: dropout was 0 until epoch 12. */
static void answer(UiState *ui, int asked, int epoch) {
  Progress progress = ui->run.progress;
  progress.look = (Look){.known = true, .asked = asked, .epoch = epoch, .experiment = ui->base};
  progress.look.experiment.net.layers[1].dropout = epoch > 12 ? 0.5 : 0.0;
  ui_progress(ui, &progress);
}

static double dropout(const UiState *ui) { return ui->experiment.net.layers[1].dropout; }

static void test_the_cursor_walks(void **state) {
  UiState *ui = trained(*state, 1);
  press(ui, "[");
  assert_int_equal(taken_look(ui), EPOCHS);
  press(ui, "[[");
  assert_int_equal(taken_look(ui), EPOCHS - 2);
  expect_nothing(ui);
  press(ui, "]");
  assert_int_equal(taken_look(ui), EPOCHS - 1);
  press(ui, "{");
  assert_int_equal(taken_look(ui), EPOCHS - 11);
  press(ui, "{{{");
  assert_int_equal(taken_look(ui), 0);
  press(ui, "}");
  assert_int_equal(taken_look(ui), 10);
  press(ui, "}}");
  assert_int_equal(taken_look(ui), EPOCHS);
  assert_true(ui->time.on);
  press(ui, "]");
  assert_false(ui->time.on);
  expect_nothing(ui);
  press(ui, "]");
  assert_true(!ui->time.on && notice_has(ui, "present"));
}

/* Settings shown are those of then; the present ones come back. */
static void test_settings_follow_the_cursor(void **state) {
  UiState *ui = trained(*state, 1);
  const uint32_t back[] = {INPUT_ESCAPE, INPUT_END};
  for (int i = 0; i < 2; i++) {
    press(ui, "[{");
    assert_near(dropout(ui), 0.5, 0.0);
    answer(ui, 20, 20); /* to something else that was asked for */
    assert_false(ui->time.known);
    answer(ui, 13, 13);
    assert_near(dropout(ui), 0.5, 0.0);
    press(ui, "[");
    answer(ui, 12, 12);
    assert_near(dropout(ui), 0.0, 0.0);
    fixture_key(ui, back[i]);
    assert_false(ui->time.on);
    assert_near(dropout(ui), 0.5, 0.0);
    ui->outbox_count = 0;
  }
}

static void test_thinned_epochs(void **state) {
  UiState *ui = trained(*state, 4);
  press(ui, "[[");
  assert_int_equal(taken_look(ui), 20);
  press(ui, "[");
  assert_int_equal(taken_look(ui), 16);
  time_go(ui, 11);
  assert_int_equal(taken_look(ui), 11);
  answer(ui, 11, 8);
  assert_int_equal(ui->time.epoch, 8);
  assert_true(notice_has(ui, "every 4th is kept: this is epoch 8"));
  press(ui, "]");
  assert_int_equal(taken_look(ui), 12);
}

static void test_where_there_is_nothing_to_go_back_to(void **state) {
  UiState *ui = *state;
  press(ui, "[");
  assert_true(!ui->time.on && notice_has(ui, "Space trains"));
  trained(ui, 0);
  press(ui, "[");
  assert_true(!ui->time.on && notice_has(ui, "snapshot_memory"));
  press(ui, "f");
  assert_true(notice_has(ui, "[ goes back"));
  expect_nothing(ui);
}

/* Changes at the cursor touch nothing but the fork to come. */
static void test_a_fork_takes_what_is_set_at_the_cursor(void **state) {
  UiState *ui = trained(*state, 1);
  press(ui, "[{");
  assert_int_equal(taken_look(ui), 13);
  ui->layer = 0;
  press(ui, "d");
  assert_true(notice_has(ui, "not there yet"));
  press(ui, "f");
  assert_true(notice_has(ui, "not there yet"));
  answer(ui, 13, 13);
  press(ui, "db");
  answer(ui, 13, 13); /* the worker's progress goes on saying it */
  assert_near(ui->experiment.net.layers[0].dropout, 0.5, 0.0);
  press(ui, "u");
  assert_near(ui->experiment.net.layers[0].dropout, 0.0, 0.0);
  press(ui, "d");
  expect_nothing(ui);
  press(ui, "f");
  Command fork = taken(ui, COMMAND_FORK);
  assert_int_equal(fork.epoch, 13);
  assert_near(fork.experiment.net.layers[0].dropout, 0.5, 0.0);
  assert_false(fork.experiment.net.layers[0].batch_norm);
  assert_near(fork.experiment.net.layers[1].dropout, 0.5, 0.0);
  assert_true(!ui->time.on && experiment_equal(&fork.experiment, &ui->experiment));
  expect_nothing(ui);
}

static void test_what_a_fork_cannot_have(void **state) {
  UiState *ui = trained(*state, 1);
  press(ui, "[{");
  answer(ui, EPOCHS - 10, EPOCHS - 10);
  ui->outbox_count = 0;
  press(ui, "A");
  assert_true(notice_has(ui, "keeps the layers"));
  press(ui, "D");
  assert_true(notice_has(ui, "keeps the layers"));
  assert_false(edit_set(ui, PARAM_UNITS, 0, 64));
  assert_true(notice_has(ui, "at a restart, not at a fork"));
  assert_true(edit_set(ui, PARAM_EPOCHS, -1, 13));
  press(ui, "f");
  assert_true(ui->time.on && notice_has(ui, "ends with epoch 13"));
  expect_nothing(ui);
}

/* What begins another run leaves the cursor, and its settings, first. */
static void test_other_runs_leave_the_cursor(void **state) {
  UiState *ui = trained(*state, 1);
  press(ui, "[{");
  answer(ui, 13, 13);
  press(ui, "[");
  answer(ui, 12, 12);
  ui->outbox_count = 0;
  press(ui, "r");
  assert_false(ui->time.on);
  assert_near(dropout(ui), 0.5, 0.0);
  (void)taken(ui, COMMAND_RESTART);
  press(ui, "[{");
  answer(ui, 12, 12);
  Event loaded = {.kind = EVENT_LOADED, .run = 2, .loaded = ui->run.loaded};
  ui_event(ui, &loaded);
  assert_false(ui->time.on);
  assert_int_equal(ui->run.last.epoch, -1);
}

static Event forked(int parent, int epoch) {
  return (Event){.kind = EVENT_FORKED, .run = parent + 1, .fork = {parent, epoch, (int64_t)epoch * 9}};
}

/* The curves up to the fork, its edits and its best stay; then it goes on. */
static void test_a_forked_run_begins_with_its_parents(void **state) {
  UiState *ui = trained(*state, 1);
  fixture_edit(ui, 20.0, PARAM_DROPOUT, 0, 0, 0.2);
  UiBest early = {.epoch = -1};
  for (int e = 0; e < 13; e++) {
    double value = fixture_report(ui, e).val.loss;
    early = early.epoch < 0 || value < early.value ? (UiBest){e, value} : early;
  }
  Event fork = forked(1, 13);
  ui_event(ui, &fork);
  const UiRun *run = &ui->run;
  assert_int_equal(run->number, 2);
  assert_int_equal(run->fork.epoch, 13);
  assert_int_equal(run->last.epoch, 12);
  const UiRun *pinned = pin_run(ui); /* how the parent went on */
  assert_non_null(pinned);
  assert_int_equal(pinned->number, 1);
  assert_int_equal(pinned->curves[METRIC_LOSS][CURVE_VAL].count, 23);
  assert_int_equal(run->edit_count, 1);
  assert_int_equal(run->best[METRIC_LOSS].epoch, early.epoch);
  assert_near(run->best[METRIC_LOSS].value, early.value, 0.0);
  for (int c = 0; c < CURVE_COUNT; c++) {
    assert_int_equal(run->curves[METRIC_LOSS][c].count, 13);
  }
  assert_near(series_last(&run->curves[METRIC_LOSS][CURVE_VAL]), fixture_report(ui, 12).val.loss, 0.0);
  Event next = {.kind = EVENT_EPOCH, .run = 2, .epoch = fixture_report(ui, 13)}, late = next;
  late.run = 1;
  late.epoch.epoch = 23;
  ui_event(ui, &late); /* the parent's, too late */
  ui_event(ui, &next);
  assert_int_equal(run->last.epoch, 13);
  assert_int_equal(run->curves[METRIC_LOSS][CURVE_VAL].count, 14);
}

/* A finished run, whose best epoch was early, trains on. */
static void test_a_fork_of_a_run_that_ended(void **state) {
  UiState *ui = trained(*state, 1);
  fixture_train(ui, RUN_RUNNING, 100, 0);
  fixture_event(ui, (Event){.kind = EVENT_ENDED, .ended = fixture_ended(ui, RUN_FINISHED)});
  ui->run.progress.kept_every = 1;
  press(ui, "[");
  answer(ui, 100, 100);
  press(ui, "f");
  assert_true(notice_has(ui, "ends with epoch 100"));
  press(ui, "[");
  answer(ui, 99, 99);
  ui->outbox_count = 0;
  press(ui, "f");
  (void)taken(ui, COMMAND_FORK);
  Event fork = forked(1, 99);
  ui_event(ui, &fork);
  assert_true(!ui->run.has_ended && ui->run.progress.state == RUN_RUNNING);
}

/* A mark of changes on both sides of the fork ends with what was in force at it. */
static void test_a_mark_across_the_fork(void **state) {
  UiState *ui = trained(*state, 1);
  fixture_edit(ui, 12.4, PARAM_DROPOUT, 1, 0.5, 0.9);
  assert_int_equal(ui->run.edit_count, 1);
  press(ui, "[{");
  ui->run.edits[0].edit.step = 100;
  ui->run.edits[0].last_step = 120;
  answer(ui, 13, 13);
  press(ui, "f");
  Event fork = forked(1, 13);
  ui_event(ui, &fork);
  assert_int_equal(ui->run.edit_count, 1);
  assert_near(ui->run.edits[0].edit.new_value, 0.5, 0.0);
}

static const UiHit *chart_hit(const UiState *ui) {
  for (int i = 0; i < ui->hits.count; i++) {
    if (ui->hits.items[i].action == ACTION_PICK_EPOCH) {
      return &ui->hits.items[i];
    }
  }
  fail_msg("no chart can be clicked");
  return NULL;
}

static void test_the_mouse_moves_the_cursor(void **state) {
  UiState *ui = trained(*state, 1);
  fixture_draw(&fixture, 36, 120);
  Rect plot = chart_hit(ui)->rect;
  fixture_mouse(ui, MOUSE_PRESS, plot.row + 2, plot.col);
  assert_int_equal(taken_look(ui), 0);
  fixture_mouse(ui, MOUSE_DRAG, plot.row + 2, plot.col + (plot.cols - 1) / 5);
  assert_in_range(taken_look(ui), 19, 20);
  fixture_mouse(ui, MOUSE_DRAG, plot.row + 2, plot.col + plot.cols - 1);
  assert_int_equal(taken_look(ui), EPOCHS); /* of 100: no later one is there */
  fixture_mouse(ui, MOUSE_RELEASE, plot.row + 2, plot.col + plot.cols - 1);
  assert_true(ui->time.on);
}

/* ---- redo ---- */

static void test_redo(void **state) {
  UiState *ui = *state;
  press(ui, "U");
  assert_true(notice_has(ui, "nothing to do again"));
  ui->layer = 0;
  press(ui, "db");
  press(ui, "uu");
  assert_true(!ui->experiment.net.layers[0].batch_norm && ui->experiment.net.layers[0].dropout == 0);
  press(ui, "U");
  assert_true(notice_has(ui, "redone: dropout is 0.5 again"));
  fixture_key(ui, KEY_CTRL_R);
  assert_true(ui->experiment.net.layers[0].batch_norm && ui->experiment.net.layers[0].dropout == 0.5);
  press(ui, "U");
  assert_true(notice_has(ui, "nothing to do again"));
  press(ui, "u");
  assert_false(ui->experiment.net.layers[0].batch_norm);
  press(ui, "+"); /* another change: what was taken back is gone */
  press(ui, "U");
  assert_true(notice_has(ui, "nothing to do again"));
}

static void test_redo_of_layers(void **state) {
  UiState *ui = *state;
  int hidden = ui->experiment.net.hidden;
  press(ui, "A");
  press(ui, "u");
  assert_int_equal(ui->experiment.net.hidden, hidden);
  press(ui, "U");
  assert_int_equal(ui->experiment.net.hidden, hidden + 1);
  press(ui, "u");
  assert_int_equal(ui->experiment.net.hidden, hidden);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      UI_TEST(test_the_cursor_walks),
      UI_TEST(test_settings_follow_the_cursor),
      UI_TEST(test_thinned_epochs),
      UI_TEST(test_where_there_is_nothing_to_go_back_to),
      UI_TEST(test_a_fork_takes_what_is_set_at_the_cursor),
      UI_TEST(test_what_a_fork_cannot_have),
      UI_TEST(test_other_runs_leave_the_cursor),
      UI_TEST(test_a_forked_run_begins_with_its_parents),
      UI_TEST(test_a_fork_of_a_run_that_ended),
      UI_TEST(test_a_mark_across_the_fork),
      UI_TEST(test_the_mouse_moves_the_cursor),
      UI_TEST(test_redo),
      UI_TEST(test_redo_of_layers),
  };
  return cmocka_run_group_tests_name("ui time", tests, NULL, NULL);
}
