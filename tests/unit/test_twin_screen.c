/* The screen's twins: which commands go to which worker, whose news A follows, and what both look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden_fixture.h"
#include "ui/pin.h"
#include "ui/twin.h"
#include "ui_keys.h"

/* --- what the workers say ----------------------------------------------------------------------------------------- */

static Command taken_by_a(UiState *ui, CommandKind kind) {
  Command command = {.kind = COMMAND_NONE};
  (void)ui_twin_take_command(ui, &command);
  assert_int_equal(command.kind, kind);
  return command;
}

static void expect_nothing_for_a(UiState *ui) {
  Command command;
  assert_false(ui_twin_take_command(ui, &command));
}

static void take_all(UiState *ui) {
  Command command;
  while (ui_take_command(ui, &command) || ui_twin_take_command(ui, &command)) {
  }
}

static Event loaded_of(const UiState *ui, int run) {
  Event event = {.kind = EVENT_LOADED, .run = run, .loaded = fixture_loaded(ui)};
  event.loaded.twin = ui->twin.number;
  return event;
}

/* Both are ready: B's run is 2, A's is run `a` of its own worker. */
static void load_both(UiState *ui, int a) {
  Event event = loaded_of(ui, ui->run.number + 1);
  take_all(ui);
  ui_event(ui, &event);
  event = loaded_of(ui, a);
  ui_twin_event(ui, &event);
  Progress progress = fixture_progress(ui, RUN_READY, 0, 0);
  progress.run = ui->run.number;
  ui_progress(ui, &progress);
  progress.run = a;
  ui_twin_progress(ui, &progress);
}

static Event epoch_of(const UiState *ui, int run, int epoch) {
  return (Event){.kind = EVENT_EPOCH, .run = run, .epoch = fixture_report(ui, epoch)};
}

/* From epoch `from` on each is a little better in B than in A. */
static void train_both(UiState *ui, int a_epochs, int b_epochs, int from) {
  for (int e = ui->pin.run.last.epoch + 1; e < a_epochs; e++) {
    Event event = epoch_of(ui, ui->pin.run.number, e);
    ui_twin_event(ui, &event);
  }
  for (int e = ui->run.last.epoch + 1; e < b_epochs; e++) {
    Event event = epoch_of(ui, ui->run.number, e);
    double better = e < from ? 0.0 : 0.01 * (e - from);
    event.epoch.val.loss -= better;
    event.epoch.val.score += 0.3 * better;
    event.epoch.train.loss += better;
    event.epoch.train.score -= 0.3 * better;
    event.epoch.val.mae -= 30 * better;
    ui_event(ui, &event);
  }
  Progress progress = fixture_progress(ui, RUN_RUNNING, b_epochs, 4);
  progress.run = ui->run.number;
  progress.train = (Metrics){.loss = NAN, .score = NAN, .mae = NAN};
  progress.samples_per_second = 812345;
  progress.seconds_per_epoch = 0.4;
  progress.kept_every = 1;
  ui_progress(ui, &progress);
  progress.run = ui->pin.run.number;
  progress.epoch = a_epochs;
  ui_twin_progress(ui, &progress);
}

/* --- keys --------------------------------------------------------------------------------------------------------- */

static void test_twins_begin_with_the_settings_of_the_run_and_those_shown(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 3);
  press(ui, "d"); /* Dense 1 */
  expect_set(ui, PARAM_DROPOUT, 0, 0.5);
  press(ui, "t");
  Command b = taken(ui, COMMAND_RESTART), a = taken_by_a(ui, COMMAND_LOAD);
  assert_true(a.twin != 0 && a.twin == b.twin);
  assert_float_equal(a.experiment.net.layers[0].dropout, 0.0, 0.0);
  (void)taken(ui, COMMAND_START);
  (void)taken_by_a(ui, COMMAND_START);
  load_both(ui, 1);
  char text[128];
  pin_difference(ui, text, sizeof text);
  assert_string_equal(text, "Dense 1 dropout 0 → 0.5");
  press(ui, "b"); /* acts on B alone */
  expect_set(ui, PARAM_BATCH_NORM, 0, 1.0);
  expect_nothing_for_a(ui);
}

static void test_twins_are_repeated(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 3);
  press(ui, "dt");
  load_both(ui, 1);
  press(ui, "N");
  RepeatPlan plan;
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_START);
  assert_int_equal(plan.arms, 2);
  assert_float_equal(plan.experiment[0].net.layers[0].dropout, 0.0, 0.0);
  assert_float_equal(plan.experiment[1].net.layers[0].dropout, 0.5, 0.0);
  assert_ptr_equal(plan.preset[0], ui->preset);
}

/* Nothing has been trained: both are ready, and what is changed then is B's, too. */
static void test_twins_of_a_run_that_is_ready(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  (void)taken(ui, COMMAND_RESTART);
  (void)taken_by_a(ui, COMMAND_LOAD);
  expect_nothing(ui);
  expect_nothing_for_a(ui);
  load_both(ui, 1);
  press(ui, "d ");
  expect_set(ui, PARAM_DROPOUT, 0, 0.5);
  (void)taken(ui, COMMAND_START);
  (void)taken_by_a(ui, COMMAND_START);
  expect_nothing_for_a(ui);
}

static void test_keys_of_training_act_on_both(void **state) {
  static const struct {
    const char *key;
    CommandKind kind;
  } KEYS[] = {{" ", COMMAND_START},      {" ", COMMAND_PAUSE},      {".", COMMAND_STEP_BATCH},
              {".", COMMAND_STEP_BATCH}, {",", COMMAND_STEP_EPOCH}, {"x", COMMAND_STOP}};
  UiState *ui = *state;
  press(ui, "t");
  load_both(ui, 1);
  for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
    press(ui, KEYS[i].key);
    (void)taken(ui, KEYS[i].kind);
    (void)taken_by_a(ui, KEYS[i].kind);
  }
}

/* What has ended is left in peace; the other one can still be paused. */
static void test_one_ends_before_the_other(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  load_both(ui, 1);
  press(ui, " ");
  train_both(ui, 30, 20, 5);
  take_all(ui);
  ui_event(ui, &(Event){.kind = EVENT_ENDED, .run = ui->run.number, .ended = fixture_ended(ui, RUN_DIVERGED)});
  press(ui, " ");
  (void)taken_by_a(ui, COMMAND_PAUSE);
  press(ui, " ");
  (void)taken_by_a(ui, COMMAND_START);
  expect_nothing(ui);
  ui_twin_event(ui, &(Event){.kind = EVENT_ENDED, .run = 1, .ended = fixture_ended(ui, RUN_FINISHED)});
  press(ui, " ");
  assert_true(notice_has(ui, "the run has ended"));
  expect_nothing_for_a(ui);
}

/* From the same seed, also when the next one is taken. */
static void test_both_start_again(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  load_both(ui, 1);
  press(ui, " ");
  train_both(ui, 30, 20, 5);
  take_all(ui);
  int64_t number = ui->twin.number;
  press(ui, "r");
  Command b = taken(ui, COMMAND_RESTART), a = taken_by_a(ui, COMMAND_LOAD);
  assert_true(a.twin == number + 1 && b.twin == number + 1);
  assert_int_equal(a.experiment.train.seed, 7);
  (void)taken_by_a(ui, COMMAND_START);
  load_both(ui, 2);
  assert_int_equal(ui->pin.run.last.epoch, -1);
  press(ui, "n");
  assert_int_equal(taken_by_a(ui, COMMAND_LOAD).experiment.train.seed, 8);
  load_both(ui, 3);
  press(ui, "e");
  fixture_key(ui, INPUT_ESCAPE);
  assert_true(edit_set(ui, PARAM_SEED, -1, 11)); /* before the first step */
  assert_int_equal(taken_by_a(ui, COMMAND_LOAD).experiment.train.seed, 11);
}

/* Or the difference of their curves would be one of other rows. */
static void test_both_have_the_same_data(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  load_both(ui, 1);
  assert_true(edit_set_text(ui, PARAM_TARGET, -1, "age"));
  assert_string_equal(taken_by_a(ui, COMMAND_LOAD).experiment.data.target, "age");
  load_both(ui, 2);
  assert_true(edit_set(ui, PARAM_VALIDATION_SPLIT, -1, 0.3));
  assert_float_equal(taken_by_a(ui, COMMAND_LOAD).experiment.data.validation_split, 0.3, 0.0);
  load_both(ui, 3);
  assert_true(edit_set(ui, PARAM_LABEL_NOISE, -1, 0.4)); /* of B alone */
  expect_nothing_for_a(ui);
  press(ui, " ");
  train_both(ui, 5, 5, 0);
  take_all(ui);
  assert_true(edit_set_text(ui, PARAM_TARGET, -1, "sex")); /* waits for the restart */
  expect_nothing_for_a(ui);
  press(ui, "r");
  Command a = taken_by_a(ui, COMMAND_LOAD);
  assert_string_equal(a.experiment.data.target, "sex");
  assert_true(a.experiment.data.label_noise != ui->experiment.data.label_noise);
}

static void test_only_this_pairs_news_is_a(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  Event old = loaded_of(ui, 1);
  old.loaded.twin--;
  ui_twin_event(ui, &old);
  assert_int_equal(ui->pin.run.number, 0);
  load_both(ui, 2);
  Event event = epoch_of(ui, 1, 0); /* of the run before */
  ui_twin_event(ui, &event);
  assert_int_equal(ui->pin.run.last.epoch, -1);
  event.run = 2;
  ui_twin_event(ui, &event);
  assert_int_equal(ui->pin.run.last.epoch, 0);
  assert_int_equal(ui->run.last.epoch, -1);
}

static void test_the_end_of_twins(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  load_both(ui, 1);
  press(ui, " ");
  train_both(ui, 30, 20, 5);
  press(ui, "p");
  assert_true(notice_has(ui, "twin A"));
  press(ui, "P");
  assert_true(notice_has(ui, "twin A"));
  take_all(ui);
  press(ui, "t");
  (void)taken_by_a(ui, COMMAND_STOP);
  assert_int_equal(pin_run(ui)->last.epoch, 29);
  press(ui, "r"); /* B alone, and A no more the pinned one */
  assert_true(taken(ui, COMMAND_RESTART).twin == 0);
  expect_nothing_for_a(ui);
  ui_event(ui, &(Event){.kind = EVENT_LOADED, .run = 3, .loaded = fixture_loaded(ui)});
  assert_int_equal(pin_run(ui)->last.epoch, 19);
}

static void test_another_lesson_ends_twins(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  edit_open(ui, &ui->presets.items[0]);
  assert_false(ui->twin.on);
  Event late = loaded_of(ui, 1);
  ui_twin_event(ui, &late);
  assert_null(pin_run(ui));
  assert_true(taken(ui, COMMAND_LOAD).twin == 0);
}

static void test_a_fork_of_b_leaves_a(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  load_both(ui, 1);
  press(ui, " ");
  train_both(ui, 30, 20, 5);
  int b = ui->run.number;
  ui_event(ui, &(Event){.kind = EVENT_FORKED, .run = b + 1, .fork = {.parent = b, .epoch = 8}});
  assert_int_equal(ui->run.last.epoch, 7);
  assert_int_equal(pin_run(ui)->last.epoch, 29);
  Event event = epoch_of(ui, 1, 30);
  ui_twin_event(ui, &event);
  assert_int_equal(pin_run(ui)->last.epoch, 30);
}

static void test_nothing_to_make_a_twin_of(void **state) {
  UiState *ui = *state;
  edit_open(ui, &ui->presets.items[0]);
  press(ui, "t");
  assert_false(ui->twin.on);
  assert_true(notice_has(ui, "nothing is loaded yet"));
}

/* --- screens ------------------------------------------------------------------------------------------------------ */

static void expect_screen(const char *name, int cols, int rows) {
  Canvas *canvas = fixture_draw(&fixture, rows, cols);
  expect_golden(&fixture.arena, arena_printf(&fixture.arena, "%s-%dx%d", name, cols, rows),
                canvas_dump(canvas, &fixture.arena));
}

static void open_twins(UiState *ui) {
  press(ui, "t");
  load_both(ui, 1);
  press(ui, " ");
  train_both(ui, 12, 12, 100);
  press(ui, "d");
  Edit edit = {.epoch = 12, .step = 108, .at = 12.0, .param = PARAM_DROPOUT, .layer = 0, .new_value = 0.5};
  ui_event(ui, &(Event){.kind = EVENT_EDIT, .run = ui->run.number, .edit = edit});
  train_both(ui, 31, 23, 12);
}

static void test_twins(void **state) {
  UiState *ui = *state;
  open_twins(ui);
  expect_screen("twin", 120, 36);
  expect_screen("twin", 200, 60);
  expect_screen("twin", 80, 24);
  press(ui, "\t"); /* where there is room for one: the difference, then the next metric */
  expect_screen("twin-loss-less", 80, 24);
  press(ui, "\t");
  expect_screen("twin-accuracy", 80, 24);
  press(ui, "\tcc");
  expect_screen("twin-ascii", 80, 24);
  ui->smoothing = 0.6;
  ui->charset = CHARSET_BRAILLE;
  expect_screen("twin-smooth", 120, 36);
}

/* A has ended, and the cursor stands at an epoch of both. */
static void test_twins_back_in_time(void **state) {
  UiState *ui = *state;
  open_twins(ui);
  ui_twin_event(ui, &(Event){.kind = EVENT_ENDED, .run = 1, .ended = fixture_ended(ui, RUN_FINISHED)});
  expect_screen("twin-ended", 120, 36);
  press(ui, "[[[");
  expect_screen("twin-time", 120, 36);
}

static void test_regression_twins(void **state) {
  (void)state;
  fixture_close(&fixture);
  UiState *ui = fixture_open(&fixture, 2);
  fixture_load(ui);
  open_twins(ui);
  expect_screen("twin-regression", 200, 60);
  press(ui, "\t\t");
  expect_screen("twin-regression", 120, 36);
}

/* Before A is there, and with an epoch of one alone. */
static void test_every_size_can_be_drawn(void **state) {
  UiState *ui = *state;
  press(ui, "t");
  for (int turn = 0; turn < 4; turn++) {
    for (int rows = 14; rows < 62; rows += 7) {
      for (int cols = 58; cols < 204; cols += 19) {
        (void)fixture_draw(&fixture, rows, cols);
        press(ui, "\t");
      }
    }
    if (turn == 0) {
      load_both(ui, 1);
    } else if (turn == 1) {
      train_both(ui, 1, 0, 0);
    } else {
      open_twins(ui);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      UI_TEST(test_twins_begin_with_the_settings_of_the_run_and_those_shown),
      UI_TEST(test_twins_are_repeated),
      UI_TEST(test_twins_of_a_run_that_is_ready),
      UI_TEST(test_keys_of_training_act_on_both),
      UI_TEST(test_one_ends_before_the_other),
      UI_TEST(test_both_start_again),
      UI_TEST(test_both_have_the_same_data),
      UI_TEST(test_only_this_pairs_news_is_a),
      UI_TEST(test_the_end_of_twins),
      UI_TEST(test_another_lesson_ends_twins),
      UI_TEST(test_a_fork_of_b_leaves_a),
      UI_TEST(test_nothing_to_make_a_twin_of),
      UI_TEST(test_twins),
      UI_TEST(test_twins_back_in_time),
      UI_TEST(test_regression_twins),
      UI_TEST(test_every_size_can_be_drawn),
  };
  return cmocka_run_group_tests_name("twin_screen", tests, NULL, NULL);
}
