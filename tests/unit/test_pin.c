/* The pinned run: which one it is, until when, and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/pin.h"
#include "ui_keys.h"

/* The worker begins the next run, which trains `epochs` epochs. */
static void next_run(UiState *ui, int epochs) {
  Command command;
  while (ui_take_command(ui, &command)) {
  }
  int run = ui->run.number > ui->stale_run ? ui->run.number + 1 : ui->stale_run + 1;
  ui_event(ui, &(Event){.kind = EVENT_LOADED, .run = run, .loaded = fixture_loaded(ui)});
  for (int e = 0; e < epochs; e++) {
    ui_event(ui, &(Event){.kind = EVENT_EPOCH, .run = run, .epoch = fixture_report(ui, e)});
  }
  Progress progress = fixture_progress(ui, RUN_RUNNING, epochs, 1);
  progress.run = run;
  ui_progress(ui, &progress);
}

static void expect_difference(const UiState *ui, const char *expected) {
  char text[128];
  pin_difference(ui, text, sizeof text);
  assert_string_equal(text, expected);
}

static void test_a_restart_pins_the_run_before(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 3);
  assert_null(pin_run(ui));
  press(ui, "d");
  press(ui, "r");
  next_run(ui, 0);
  const UiRun *pinned = pin_run(ui);
  assert_non_null(pinned);
  assert_int_equal(pinned->number, 1);
  assert_int_equal(pinned->last.epoch, 19);
  assert_int_equal(pinned->curves[METRIC_LOSS][CURVE_VAL].count, 20);
  assert_string_equal(pinned->title, "Overfitting");
  expect_difference(ui, "Dense 1 dropout 0 → 0.5");
  press(ui, "r"); /* a run without an epoch is no reference */
  next_run(ui, 5);
  assert_int_equal(pin_run(ui)->number, 1);
  press(ui, "r");
  next_run(ui, 0);
  assert_int_equal(pin_run(ui)->number, 3);
  expect_difference(ui, "");
}

static void test_what_the_hand_has_pinned_stays(void **state) {
  UiState *ui = *state;
  press(ui, "p");
  assert_true(notice_has(ui, "nothing to pin"));
  fixture_train(ui, RUN_RUNNING, 20, 0);
  press(ui, "p");
  assert_null(pin_run(ui)); /* the run shown needs no shadow */
  fixture_train(ui, RUN_RUNNING, 30, 0);
  press(ui, "r");
  next_run(ui, 7);
  assert_int_equal(pin_run(ui)->last.epoch, 29); /* to its end */
  press(ui, "r");
  next_run(ui, 7);
  assert_int_equal(pin_run(ui)->number, 1);
  edit_open(ui, &ui->presets.items[0]);
  next_run(ui, 7);
  assert_int_equal(pin_run(ui)->number, 1);
  press(ui, "p"); /* now this one */
  assert_null(pin_run(ui));
  int number = ui->run.number;
  press(ui, "r");
  next_run(ui, 1);
  assert_int_equal(pin_run(ui)->number, number);
}

static void test_unpinning(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 0);
  press(ui, "P");
  assert_true(notice_has(ui, "nothing is pinned"));
  press(ui, "pp");
  assert_true(notice_has(ui, "unpinned"));
  assert_false(ui->pin.marked);
  press(ui, "pr");
  next_run(ui, 2);
  assert_non_null(pin_run(ui));
  press(ui, "P");
  assert_null(pin_run(ui));
  press(ui, "r"); /* the hand has let go: a restart pins again */
  next_run(ui, 2);
  assert_int_equal(pin_run(ui)->number, 2);
}

static void test_another_lesson_lets_go_of_what_a_restart_pinned(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 0);
  press(ui, "r");
  edit_open(ui, &ui->presets.items[0]);
  next_run(ui, 3);
  assert_null(pin_run(ui));
}

/* What the fork leaves behind goes on as the reference. */
static void test_a_fork_pins_the_run_it_leaves(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 0);
  ui_event(ui, &(Event){.kind = EVENT_FORKED, .run = 2, .fork = {.parent = 1, .epoch = 8}});
  assert_int_equal(ui->run.last.epoch, 7);
  assert_int_equal(pin_run(ui)->number, 1);
  assert_int_equal(pin_run(ui)->last.epoch, 19);
}

/* An accuracy is not compared with an R2. */
static void test_another_task_is_not_compared(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 0);
  press(ui, "p");
  edit_open(ui, &ui->presets.items[2]);
  next_run(ui, 3);
  assert_null(pin_run(ui));
  edit_open(ui, &ui->presets.items[0]);
  next_run(ui, 3);
  assert_non_null(pin_run(ui));
}

/* Every setting there is: no list of those that can be told. */
static void test_every_setting_is_compared(void **state) {
  UiState *ui = *state;
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const Param *param = param_at(id);
    Experiment before = ui->experiment;
    char text[128];
    Error err;
    if (param->type == PARAM_TEXT) {
      assert_int_equal(param_set_text(&ui->experiment, id, 1, "other", &err), STATUS_OK);
    } else {
      double value = param_get(&before, id, 1), up = param_step(id, value, 1);
      assert_int_equal(param_set(&ui->experiment, id, 1, up != value ? up : param_step(id, value, -1), &err),
                       STATUS_OK);
    }
    ui->pin.run.experiment = before;
    pin_difference(ui, text, sizeof text);
    const char *key = strstr(text, param->key);
    assert_non_null(key);
    assert_true(param->per_layer ? strncmp(text, "Dense 2 ", 8) == 0 : key == text);
    assert_null(strstr(text, " · "));
    ui->experiment = before;
  }
}

static void test_many_differences_are_counted(void **state) {
  UiState *ui = *state;
  ui->pin.run.experiment = ui->experiment;
  ui->experiment.net.hidden = 2;
  ui->experiment.train.seed = 8;
  ui->experiment.train.epochs = 50;
  ui->experiment.net.layers[0].units = 64;
  snprintf(ui->experiment.data.source, sizeof ui->experiment.data.source, "%s",
           "a/path/that/is/far/too/long/for/a/line.csv");
  expect_difference(ui, "layers 3 → 2 · dataset digits → a/path/that/is/far/t · +3 more");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      UI_TEST(test_a_restart_pins_the_run_before),
      UI_TEST(test_what_the_hand_has_pinned_stays),
      UI_TEST(test_unpinning),
      UI_TEST(test_another_lesson_lets_go_of_what_a_restart_pinned),
      UI_TEST(test_a_fork_pins_the_run_it_leaves),
      UI_TEST(test_another_task_is_not_compared),
      UI_TEST(test_every_setting_is_compared),
      UI_TEST(test_many_differences_are_counted),
  };
  return cmocka_run_group_tests_name("pin", tests, NULL, NULL);
}
