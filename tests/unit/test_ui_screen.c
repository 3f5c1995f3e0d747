/* ui: what is drawn where, and what a click there does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "ui_keys.h"

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

static void test_a_split_that_hides_something_is_told(void **state) {
  (void)state;
  UiState *ui = fixture_open(&fixture, 3);
  Loaded loaded = fixture_loaded(ui);
  snprintf(loaded.warning, sizeof loaded.warning, "the file is sorted by class");
  fixture_event(ui, (Event){.kind = EVENT_LOADED, .loaded = loaded});
  expect_text("the file is sorted by class", true);
  fixture_close(&fixture);
}

static void test_the_top_line_cuts_names_alone(void **state) {
  (void)state;
  UiState *ui = fixture_open(&fixture, 3);
  Loaded loaded = fixture_loaded(ui);
  snprintf(loaded.dataset, sizeof loaded.dataset, "a-rather-long-name-of-a-file");
  fixture_event(ui, (Event){.kind = EVENT_LOADED, .loaded = loaded});
  expect_text("400 rows", true);
  expect_text("ready", true);
  place_of(fixture_draw(&fixture, 36, 100), 0, "seed 7"); /* gives way first */
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

static void test_what_a_score_is_worth(void **state) {
  UiState *ui = *state;
  expect_text("majority 0.1125", true);
  expect_text("imbalanced", false);
  Loaded loaded = fixture_loaded(ui);
  loaded.baseline = (Baseline){.score = 0.9, .mae = NAN, .smallest = 3, .largest = 270};
  fixture_event(ui, (Event){.kind = EVENT_LOADED, .loaded = loaded});
  fixture_train(ui, RUN_RUNNING, 60, 0);
  expect_text("majority 0.9 ", true);
  expect_text("imbalanced 3 : 270 rows", true);
  fixture_event(ui, (Event){.kind = EVENT_ENDED, .ended = fixture_ended(ui, RUN_FINISHED)});
  expect_text("test accuracy 0.8413   majority 0.9", true);
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

int main(void) {
  const struct CMUnitTest tests[] = {
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
      UI_TEST(test_a_split_that_hides_something_is_told),
      UI_TEST(test_the_top_line_cuts_names_alone),
      UI_TEST(test_what_a_score_is_worth),
      UI_TEST(test_a_failure_lies_under_no_overlay),
      UI_TEST(test_edits_at_one_place_are_told_together),
      UI_TEST(test_drawing_changes_nothing),
  };
  return cmocka_run_group_tests_name("ui_screen", tests, NULL, NULL);
}
