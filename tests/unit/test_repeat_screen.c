/* The repeat on the screen: what N and Esc do, which experiments are repeated, what the news make of it, and what it
 * looks like. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "golden_fixture.h"
#include "ui/repeat.h"
#include "ui_keys.h"

enum { ESCAPE = INPUT_ESCAPE, EPOCHS = 100 };

/* The next run, trained some epochs: the one before is pinned. */
static void restart(UiState *ui, int epochs) {
  Command command;
  press(ui, "r");
  while (ui_take_command(ui, &command)) {
  }
  int run = ui->run.number + 1;
  ui_event(ui, &(Event){.kind = EVENT_LOADED, .run = run, .loaded = fixture_loaded(ui)});
  for (int e = 0; e < epochs; e++) {
    EpochReport report = fixture_report(ui, e);
    report.val.loss *= 0.7;
    report.val.score += 0.05;
    ui_event(ui, &(Event){.kind = EVENT_EPOCH, .run = run, .epoch = report});
  }
  Progress progress = fixture_progress(ui, RUN_RUNNING, epochs, 1);
  progress.run = run;
  progress.seconds_per_epoch = 0.4;
  progress.samples_per_second = 812345;
  ui_progress(ui, &progress);
}

static RepeatPlan begun(UiState *ui) {
  RepeatPlan plan = {0};
  press(ui, "N");
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_START);
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_NONE);
  return plan;
}

static void tell(UiState *ui, int run, Event event) {
  event.run = run;
  ui_repeat_news(ui, &(RepeatNews){.plan = ui->repeat.plan.number, .event = event});
}

/* A run of the plan, up to some epochs; with all of them it ends. B is better by about 0.05. */
static void train(UiState *ui, int run, int epochs) {
  int arms = ui->repeat.plan.arms, seed = run / arms;
  bool better = run % arms == 1;
  tell(ui, run, (Event){.kind = EVENT_LOADED, .loaded = fixture_loaded(ui)});
  for (int e = 0; e < epochs; e++) {
    EpochReport report = fixture_report(ui, e);
    double wobble = fixture_wobble(13 * seed + 5 * better + e);
    report.val.loss = report.val.loss * (better ? 0.7 : 1.0) + 0.06 * (seed - 2) + 0.02 * wobble;
    report.val.score += (better ? 0.05 : 0.0) + 0.004 * (seed - 2) + 0.003 * wobble;
    tell(ui, run, (Event){.kind = EVENT_EPOCH, .epoch = report});
  }
  if (epochs == EPOCHS) {
    tell(ui, run, (Event){.kind = EVENT_ENDED, .ended = {.outcome = RUN_FINISHED, .epochs = EPOCHS}});
  }
}

static void end_plan(UiState *ui) { ui_repeat_news(ui, &(RepeatNews){.plan = ui->repeat.plan.number, .over = true}); }

static const char *status(const UiState *ui) {
  static char text[64];
  repeat_status(ui, text, sizeof text);
  return text;
}

static const char *sentence(const UiState *ui) {
  static char text[512];
  repeat_sentence(ui, text, sizeof text);
  return text;
}

/* ---- what is repeated ---- */

static void test_alone_without_a_pinned_run(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 3, 0);
  press(ui, "d");
  RepeatPlan plan = begun(ui);
  assert_int_equal(plan.arms, 1);
  assert_int_equal(plan.seeds, 5);
  assert_int_equal(plan.first_seed, 7);
  assert_true(experiment_equal(&plan.experiment[0], &ui->experiment));
  assert_ptr_equal(plan.preset[0], ui->preset);
  assert_string_equal(status(ui), "repeat 0/5   0 %");
}

static void test_beside_the_pinned_run(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 3, 0);
  press(ui, "d");
  restart(ui, 3);
  RepeatPlan plan = begun(ui);
  assert_int_equal(plan.arms, 2);
  assert_true(experiment_equal(&plan.experiment[0], &ui->pin.run.experiment));
  assert_true(experiment_equal(&plan.experiment[1], &ui->experiment));
  assert_ptr_equal(plan.preset[0], ui->preset);
  assert_string_equal(ui->repeat.change, "Dense 1 dropout 0 → 0.5");
}

static void test_the_run_shown_may_be_the_pinned_one(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 3, 0);
  press(ui, "pd");
  RepeatPlan plan = begun(ui);
  assert_int_equal(plan.arms, 2);
  assert_float_equal(plan.experiment[0].net.layers[0].dropout, 0.0, 0.0);
  assert_float_equal(plan.experiment[1].net.layers[0].dropout, 0.5, 0.0);
}

/* Another seed is no other setting; other data cannot be compared. */
static void test_alone_where_nothing_can_be_compared(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 3, 0);
  restart(ui, 3);
  ui->experiment.train.seed = 12;
  RepeatPlan plan = begun(ui);
  assert_int_equal(plan.arms, 1);
  assert_int_equal(plan.first_seed, 12);
  repeat_drop(ui);
  press(ui, "d");
  snprintf(ui->pin.run.experiment.data.source, sizeof ui->pin.run.experiment.data.source, "iris");
  press(ui, "N");
  assert_int_equal(ui->repeat.plan.arms, 1);
}

static void test_seeds_that_are_out_of_range(void **state) {
  UiState *ui = *state;
  RepeatPlan plan;
  ui->experiment.train.seed = (int)param_at(PARAM_SEED)->max - 3;
  press(ui, "N");
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_NONE);
  assert_true(ui->notice_is_error && notice_has(ui, "seed"));
  ui->repeat.wanted = 4;
  press(ui, "N");
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_START);
}

/* ---- begin, stop, put away ---- */

static void test_the_key_stops_and_puts_away(void **state) {
  UiState *ui = *state;
  RepeatPlan plan = begun(ui);
  train(ui, 0, EPOCHS);
  press(ui, "N");
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_STOP);
  assert_int_equal(ui->repeat.state, REPEAT_STOPPED);
  tell(ui, 1, (Event){.kind = EVENT_LOADED, .loaded = fixture_loaded(ui)});
  tell(ui, 1, (Event){.kind = EVENT_ENDED, .ended = {.outcome = RUN_STOPPED}});
  end_plan(ui);
  assert_int_equal(ui->repeat.state, REPEAT_STOPPED);
  assert_int_equal(repeat_seeds_done(ui), 1);
  assert_true(repeat_is_shown(ui));
  press(ui, "N"); /* the same again is none */
  assert_false(repeat_is_shown(ui));
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_NONE);
  (void)begun(ui);
  fixture_key(ui, ESCAPE);
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_STOP);
  assert_true(repeat_is_shown(ui));
  press(ui, "d"); /* other settings: the key begins anew */
  plan = begun(ui);
  assert_int_equal(plan.number, 3);
  end_plan(ui);
  fixture_key(ui, ESCAPE);
  assert_false(repeat_is_shown(ui));
}

static void test_escape_leaves_the_past_first(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 20, 3);
  ui->run.progress.kept_every = 1;
  (void)begun(ui);
  press(ui, "[");
  assert_true(ui->time.on);
  fixture_key(ui, ESCAPE);
  assert_false(ui->time.on);
  assert_int_equal(ui->repeat.state, REPEAT_RUNNING);
}

static void test_another_lesson_puts_it_away(void **state) {
  UiState *ui = *state;
  RepeatPlan plan = begun(ui);
  press(ui, "o");
  fixture_key(ui, INPUT_UP);
  fixture_key(ui, INPUT_ENTER);
  assert_string_equal(ui->preset->name, "baseline");
  assert_int_equal(ui_take_repeat(ui, &plan), REPEAT_WISH_STOP);
  train(ui, 0, EPOCHS); /* news that come late */
  assert_false(repeat_is_shown(ui));
  assert_int_equal(ui->repeat.results[0].epochs, 0);
}

/* ---- news ---- */

static void test_news_make_the_sentence(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 3, 0);
  press(ui, "d");
  restart(ui, 3);
  (void)begun(ui);
  for (int run = 0; run < 5; run++) {
    train(ui, run, EPOCHS);
  }
  train(ui, 5, EPOCHS / 2);
  assert_int_equal(repeat_seeds_done(ui), 2);
  assert_float_equal(repeat_fraction(ui), 0.55, 1e-9);
  assert_string_equal(status(ui), "repeat 2/5  55 %");
  assert_non_null(strstr(sentence(ui), "higher on average, and better on 2 of 2 seeds"));
  for (int run = 6; run < 10; run++) {
    train(ui, run, EPOCHS);
  }
  for (int e = EPOCHS / 2; e < EPOCHS; e++) {
    tell(ui, 5, (Event){.kind = EVENT_EPOCH, .epoch = fixture_report(ui, e)});
  }
  tell(ui, 5, (Event){.kind = EVENT_ENDED, .ended = {.outcome = RUN_DIVERGED}});
  end_plan(ui);
  assert_string_equal(status(ui), "repeat 5/5: B better");
  assert_non_null(strstr(sentence(ui), "better on 4 of 4 seeds: the difference is larger than the spread"));
}

static void test_what_fails_is_told(void **state) {
  UiState *ui = *state;
  (void)begun(ui);
  RepeatNews news = {.plan = ui->repeat.plan.number - 1, .over = true, .event = {.kind = EVENT_FAILED, .text = "old"}};
  ui_repeat_news(ui, &news);
  assert_int_equal(ui->repeat.state, REPEAT_RUNNING); /* of a plan before */
  news.plan++;
  ui_repeat_news(ui, &news);
  assert_string_equal(status(ui), "repeat 0/5: failed");
  assert_true(ui->notice_is_error && notice_has(ui, "old"));
}

/* ---- what it looks like ---- */

static void expect_screen(UiState *ui, const char *name, int cols, int rows) {
  ui->notice[0] = '\0';
  Canvas *canvas = fixture_draw(&fixture, rows, cols);
  expect_golden(&fixture.arena, arena_printf(&fixture.arena, "%s-%dx%d", name, cols, rows),
                canvas_dump(canvas, &fixture.arena));
}

static UiState *repeated(UiState *ui, int epochs) {
  fixture_train(ui, RUN_RUNNING, EPOCHS, 0);
  press(ui, "d");
  restart(ui, epochs);
  (void)begun(ui);
  for (int run = 0; run < 10; run++) {
    train(ui, run, EPOCHS);
  }
  end_plan(ui);
  return ui;
}

static void test_two_are_repeated(void **state) {
  UiState *ui = repeated(*state, 30);
  expect_screen(ui, "repeat", 120, 36);
  expect_screen(ui, "repeat", 80, 24);
  expect_screen(ui, "repeat", 200, 60);
  expect_screen(ui, "repeat", 60, 16);
  expect_golden(&fixture.arena, "roles-repeat-120x36",
                canvas_dump_roles(fixture_draw(&fixture, 36, 120), &fixture.arena));
  ui->charset = CHARSET_ASCII;
  expect_screen(ui, "repeat-ascii", 80, 24);
  ui->charset = CHARSET_BLOCK;
  expect_screen(ui, "repeat-blocks", 80, 24);
}

/* Other settings have taken the place of those that were repeated. */
static void test_what_is_old_is_told(void **state) {
  UiState *ui = repeated(*state, 30);
  assert_false(repeat_is_stale(ui));
  ui->experiment.train.seed++; /* another start of the same */
  assert_false(repeat_is_stale(ui));
  press(ui, "b");
  assert_true(repeat_is_stale(ui));
  expect_screen(ui, "repeat-old", 80, 24);
}

static void test_one_is_being_repeated(void **state) {
  UiState *ui = *state;
  fixture_train(ui, RUN_RUNNING, 30, 4);
  (void)begun(ui);
  expect_screen(ui, "repeat-begun", 120, 36);
  train(ui, 0, EPOCHS);
  train(ui, 1, EPOCHS);
  train(ui, 2, 40);
  expect_screen(ui, "repeat-one", 120, 36);
  expect_screen(ui, "repeat-one", 80, 24);
}

static void test_every_size_can_be_drawn(void **state) {
  (void)repeated(*state, 30);
  for (int rows = 1; rows < 70; rows += 1 + rows / 20) {
    for (int cols = 1; cols < 220; cols += 1 + cols / 20) {
      (void)fixture_draw(&fixture, rows, cols);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {UI_TEST(test_alone_without_a_pinned_run),
                                     UI_TEST(test_beside_the_pinned_run),
                                     UI_TEST(test_the_run_shown_may_be_the_pinned_one),
                                     UI_TEST(test_alone_where_nothing_can_be_compared),
                                     UI_TEST(test_seeds_that_are_out_of_range),
                                     UI_TEST(test_the_key_stops_and_puts_away),
                                     UI_TEST(test_escape_leaves_the_past_first),
                                     UI_TEST(test_another_lesson_puts_it_away),
                                     UI_TEST(test_news_make_the_sentence),
                                     UI_TEST(test_what_fails_is_told),
                                     UI_TEST(test_two_are_repeated),
                                     UI_TEST(test_what_is_old_is_told),
                                     UI_TEST(test_one_is_being_repeated),
                                     UI_TEST(test_every_size_can_be_drawn)};
  return cmocka_run_group_tests_name("repeat on the screen", tests, NULL, NULL);
}
