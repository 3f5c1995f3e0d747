/* Golden screens: what the Lab and its overlays look like, from fixed values. A difference is printed line by line;
 * UPDATE_GOLDEN=1 writes the files anew. Also: every size from 1 x 1 on can be drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/rng.h"
#include "golden_fixture.h"
#include "ui/action.h"
#include "ui_fixture.h"

static Fixture fixture;

/* Compares the screen as it stands at this size; `name` gets the size added. */
static void expect_screen(const char *name, int cols, int rows) {
  Canvas *canvas = fixture_draw(&fixture, rows, cols);
  expect_golden(&fixture.arena, arena_printf(&fixture.arena, "%s-%dx%d", name, cols, rows),
                canvas_dump(canvas, &fixture.arena));
}

static void expect_three_sizes(const char *name) {
  expect_screen(name, 120, 36);
  expect_screen(name, 80, 24);
  expect_screen(name, 200, 60);
  fixture_close(&fixture);
}

static void press(const char *keys) {
  for (; *keys != '\0'; keys++) {
    fixture_draw(&fixture, 24, 80);
    fixture_key(&fixture.ui, (uint32_t)*keys);
  }
}

static void test_loading(void **state) {
  (void)state;
  fixture_open(&fixture, 0);
  expect_screen("loading", 80, 24);
  fixture_close(&fixture);
}

/* After a while there is something to tell. */
static void test_loading_for_long(void **state) {
  (void)state;
  UiState *ui = fixture_open(&fixture, 3);
  Progress progress = fixture_progress(ui, RUN_LOADING, 0, 0);
  progress.loading =
      (Loading){.file = "a-rather-long-name-of-a-file.csv", .done = 22.4e6, .total = 51e6, .seconds = 0.7};
  ui_progress(ui, &progress);
  expect_screen("loading-long", 120, 36);
  expect_screen("loading-long", 80, 24);
  progress.loading.total = 0; /* a pipe's */
  ui_progress(ui, &progress);
  expect_screen("loading-pipe", 80, 24);
  progress.loading = (Loading){.stage = LOAD_JUDGE, .seconds = 1.5};
  ui_progress(ui, &progress);
  expect_screen("loading-judge", 80, 24);
  fixture_event(ui, (Event){.kind = EVENT_UNLOADED});
  expect_screen("unloaded", 120, 36);
  expect_screen("unloaded", 80, 24);
  fixture_close(&fixture);
}

static void test_ready(void **state) {
  (void)state;
  fixture_ready(&fixture);
  expect_three_sizes("ready");
}

static void test_starting(void **state) {
  (void)state;
  fixture_ready(&fixture);
  press(" ");
  expect_screen("starting", 80, 24);
  fixture_close(&fixture);
}

static void test_running_with_edits(void **state) {
  (void)state;
  fixture_running(&fixture);
  expect_three_sizes("running");
}

static void test_first_epoch_is_a_moving_head(void **state) {
  (void)state;
  UiState *ui = fixture_ready(&fixture);
  fixture_train(ui, RUN_RUNNING, 1, 6);
  ui->run.progress.epochs = 4;
  expect_screen("head", 80, 24);
  fixture_close(&fixture);
}

static void test_paused(void **state) {
  (void)state;
  UiState *ui = fixture_running(&fixture);
  ui->run.progress.state = RUN_PAUSED;
  press("u");
  expect_screen("paused", 120, 36);
  expect_screen("paused", 80, 24);
  fixture_close(&fixture);
}

/* The cursor at an epoch before both edits, with a change that waits for a fork. */
static void test_back_in_time(void **state) {
  (void)state;
  UiState *ui = fixture_running(&fixture);
  ui->run.progress.kept_every = 1;
  press("[{[");
  Progress progress = ui->run.progress;
  progress.look = (Look){.known = true, .asked = 12, .epoch = 12, .experiment = ui->base};
  ui_progress(ui, &progress);
  press("d");
  expect_three_sizes("time");
}

static void test_fork(void **state) {
  (void)state;
  UiState *ui = fixture_running(&fixture);
  Event fork = {.kind = EVENT_FORKED, .run = 2, .fork = {1, 12, 108}};
  ui_event(ui, &fork);
  Edit edit = {
      .epoch = 12, .step = 108, .at = 12, .param = PARAM_DROPOUT, .layer = 1, .old_value = 0, .new_value = 0.5};
  Event event = {.kind = EVENT_EDIT, .run = 2, .edit = edit};
  ui_event(ui, &event);
  for (int e = 12; e < 17; e++) {
    event = (Event){.kind = EVENT_EPOCH, .run = 2, .epoch = fixture_report(ui, e)};
    event.epoch.val.loss *= 0.8;
    ui_event(ui, &event);
  }
  expect_three_sizes("fork");
}

static void test_finished(void **state) {
  (void)state;
  fixture_finished(&fixture, RUN_FINISHED);
  expect_three_sizes("finished");
}

static void test_diverged(void **state) {
  (void)state;
  fixture_finished(&fixture, RUN_DIVERGED);
  expect_three_sizes("diverged");
}

static void test_failed(void **state) {
  (void)state;
  UiState *ui = fixture_open(&fixture, 3);
  Event event = {.kind = EVENT_FAILED, .run = 1};
  snprintf(event.text, sizeof event.text,
           "/home/somebody/measurements/2024/spring/a-rather-long-name-of-a-file.csv:17: 4 fields, the header has 5");
  ui_event(ui, &event);
  expect_screen("failed", 120, 36);
  expect_screen("failed", 80, 24);
  press("e");
  expect_screen("failed-settings", 100, 30);
  fixture_close(&fixture);
}

/* A long column of facts, edits in one place and one that came back, layers that wait for the restart. */
static void test_much_to_tell(void **state) {
  (void)state;
  UiState *ui = fixture_ready(&fixture);
  fixture_train(ui, RUN_RUNNING, 30, 3);
  Experiment *e = &ui->experiment;
  e->train.schedule.kind = ui->base.train.schedule.kind = SCHEDULE_COSINE;
  e->train.optimizer.clipnorm = ui->base.train.optimizer.clipnorm = 1;
  e->train.early_stopping.on = ui->base.train.early_stopping.on = true;
  ui->run.progress.learning_rate = 1e-5;
  fixture_edit(ui, 20.0, PARAM_BATCH_NORM, 1, 1, 0);
  fixture_edit(ui, 20.2, PARAM_DROPOUT, 1, 0, 0.5);
  fixture_edit(ui, 20.3, PARAM_BATCH_SIZE, -1, 32, 65536);
  fixture_edit(ui, 20.7, PARAM_BATCH_SIZE, -1, 65536, 32);
  press("D");
  expect_three_sizes("much");
}

static void test_regression(void **state) {
  (void)state;
  fixture_regressing(&fixture);
  expect_three_sizes("regression");
}

static void test_curves(void **state) {
  (void)state;
  UiState *ui = fixture_running(&fixture);
  ui->experiment.train.optimizer.clipnorm = 1;
  press("ywvv");
  expect_screen("curves", 120, 36);
  press("\t");
  expect_screen("curves-accuracy", 80, 24);
  fixture_close(&fixture);
}

static void test_deep_network_scrolls(void **state) {
  (void)state;
  UiState *ui = fixture_open(&fixture, 3);
  fixture_load(ui);
  ui->layer = 9;
  expect_screen("deep", 120, 36);
  expect_screen("deep", 80, 24);
  expect_screen("deep", 60, 16);
  fixture_close(&fixture);
}

static void test_picker(void **state) {
  (void)state;
  fixture_ready(&fixture);
  press("oj");
  expect_three_sizes("picker");
}

static void test_settings(void **state) {
  (void)state;
  fixture_running(&fixture);
  press("ejjjlk");
  expect_three_sizes("settings");
}

static void test_settings_typing_with_error(void **state) {
  (void)state;
  fixture_running(&fixture);
  press("ejjj\r1.5\r");
  expect_screen("settings-error", 120, 36);
  expect_screen("settings-error", 80, 24);
  fixture_close(&fixture);
}

static void test_help(void **state) {
  (void)state;
  fixture_running(&fixture);
  press("?");
  expect_three_sizes("help");
}

static void test_lesson(void **state) {
  (void)state;
  fixture_running(&fixture);
  press("i");
  expect_three_sizes("lesson");
}

static void test_ascii(void **state) {
  (void)state;
  UiState *ui = fixture_running(&fixture);
  ui->charset = CHARSET_ASCII;
  Canvas *canvas = fixture_draw(&fixture, 36, 120);
  for (int i = 0; i < canvas->rows * canvas->cols; i++) {
    assert_in_range(canvas->cells[i].code, ' ', '~');
  }
  expect_screen("ascii", 120, 36);
  expect_screen("ascii", 80, 24);
  ui->charset = CHARSET_BLOCK;
  expect_screen("blocks", 80, 24);
  fixture_close(&fixture);
}

static void test_roles(void **state) {
  (void)state;
  fixture_running(&fixture);
  expect_golden(&fixture.arena, "roles-running-120x36",
                canvas_dump_roles(fixture_draw(&fixture, 36, 120), &fixture.arena));
  press("e");
  expect_golden(&fixture.arena, "roles-settings-80x24",
                canvas_dump_roles(fixture_draw(&fixture, 24, 80), &fixture.arena));
  fixture_close(&fixture);
}

/* The run before, with dropout now: behind the live one, in every charset. */
static UiState *restart_with_dropout(void) {
  UiState *ui = fixture_ready(&fixture);
  fixture_train(ui, RUN_RUNNING, 60, 0);
  press("dr");
  Command command;
  while (ui_take_command(ui, &command)) {
  }
  ui_event(ui, &(Event){.kind = EVENT_LOADED, .run = 2, .loaded = fixture_loaded(ui)});
  for (int e = 0; e < 40; e++) {
    Event event = {.kind = EVENT_EPOCH, .run = 2, .epoch = fixture_report(ui, e)};
    event.epoch.train.loss += 0.4;
    event.epoch.val.loss -= 0.2;
    event.epoch.train.score -= 0.15;
    event.epoch.val.score += 0.06;
    ui_event(ui, &event);
  }
  Progress progress = fixture_progress(ui, RUN_PAUSED, 40, 0);
  progress.run = 2;
  ui_progress(ui, &progress);
  return ui;
}

static void test_pinned(void **state) {
  (void)state;
  UiState *ui = restart_with_dropout();
  expect_golden(&fixture.arena, "roles-pinned-120x36",
                canvas_dump_roles(fixture_draw(&fixture, 36, 120), &fixture.arena));
  expect_screen("pinned", 120, 36);
  expect_screen("pinned", 80, 24);
  expect_screen("pinned", 200, 60);
  ui->charset = CHARSET_ASCII;
  expect_screen("pinned-ascii", 80, 24);
  ui->charset = CHARSET_BLOCK;
  expect_screen("pinned-blocks", 80, 24);
  fixture_close(&fixture);
}

static void test_too_small(void **state) {
  (void)state;
  fixture_running(&fixture);
  expect_screen("small", 60, 16);
  expect_screen("too-small", 59, 16);
  expect_screen("too-small", 40, 10);
  assert_int_equal(fixture.ui.hits.count, 0);
  fixture_close(&fixture);
}

/* ---- every size ---- */

static uint32_t below(Rng *rng, uint32_t bound) { return rng_below(rng, bound); }

/* A state that nobody planned: random keys, clicks and news, with values that are no numbers among them. */
static void shake(Rng *rng, int rows, int cols) {
  UiState *ui = &fixture.ui;
  uint32_t choice = below(rng, 8);
  if (choice < 4) {
    Action action = (Action)(1 + below(rng, ACTION_COUNT - 1));
    uint32_t key = action_info(action)->keys[0];
    fixture_key(ui, key != 0 && action != ACTION_QUIT ? key : 'a' + below(rng, 26));
  } else if (choice < 6) {
    fixture_mouse(ui, (MouseKind)below(rng, 5), (int)below(rng, (uint32_t)rows), (int)below(rng, (uint32_t)cols));
  } else if (choice == 6) {
    static const double values[] = {NAN, INFINITY, -INFINITY, 0, -1e30, 1e30, 0.5};
    EpochReport report = fixture_report(ui, ui->run.last.epoch + 1);
    report.val.loss = values[below(rng, 7)];
    report.train.score = values[below(rng, 7)];
    Event event = {.kind = EVENT_EPOCH, .run = ui->run.number, .epoch = report};
    ui_event(ui, &event);
  } else {
    Progress progress =
        fixture_progress(ui, (RunState)below(rng, RUN_STATE_COUNT), (int)below(rng, 200), (int)below(rng, 9));
    progress.run = ui->run.number;
    progress.epochs = (int)below(rng, 3) * 50;
    progress.batches = (int)below(rng, 2) * 9;
    progress.train.loss = below(rng, 2) ? 1.5 : NAN;
    progress.seconds_per_epoch = below(rng, 2) ? 1e-3 : 1e7;
    ui_progress(ui, &progress);
  }
  Command command;
  while (ui_take_command(ui, &command)) {
  }
}

static void check_frame(const Canvas *canvas) {
  const UiHits *hits = &fixture.ui.hits;
  Rect whole = {0, 0, canvas->rows, canvas->cols};
  assert_memory_equal(&canvas->clip, &whole, sizeof whole);
  assert_true(hits->count <= UI_MAX_HITS);
  for (int i = 0; i < hits->count; i++) {
    assert_in_range(hits->items[i].action, ACTION_NONE, ACTION_COUNT - 1);
    assert_true(hits->items[i].rect.rows > 0 && hits->items[i].rect.cols > 0);
  }
}

static void draw_and_check(int rows, int cols) {
  Arena frame;
  arena_init(&frame, 1 << 20);
  Canvas *canvas = canvas_create(&frame, rows, cols, fixture.ui.charset);
  UiHits hits;
  ui_draw(&fixture.ui, canvas, &frame, &hits);
  fixture.ui.hits = hits;
  check_frame(canvas);
  arena_deinit(&frame);
}

static void test_every_size(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 5, .purpose = RNG_TEST});
  for (int preset = 0; preset < FIXTURE_PRESETS; preset++) {
    UiState *ui = fixture_open(&fixture, preset);
    fixture_load(ui);
    for (int rows = 1; rows <= 70; rows += 1 + rows / 12) {
      for (int cols = 1 + preset; cols <= 220; cols += 4 + cols / 12) {
        shake(&rng, rows, cols);
        draw_and_check(rows, cols);
      }
    }
    fixture_close(&fixture);
  }
}

/* Around the limits of the layouts nothing is skipped. */
static void test_sizes_around_the_limits(void **state) {
  (void)state;
  static const int edges[][2] = {{16, 60}, {24, 80}, {18, 100}, {30, 100}, {45, 101}};
  UiState *ui = fixture_regressing(&fixture);
  for (int e = 0; e < 5; e++) {
    for (int d = 0; d < 9; d++) {
      for (int overlay = 0; overlay < OVERLAY_COUNT; overlay++) {
        ui->overlay = (UiOverlay)overlay;
        ui->list_row = 0;
        draw_and_check(edges[e][0] - 1 + d / 3, edges[e][1] - 1 + d % 3);
      }
    }
  }
  fixture_close(&fixture);
}

/* Whether "▸" is somewhere on the screen. */
static bool shows_selection(const Canvas *canvas) {
  for (int i = 0; i < canvas->rows * canvas->cols; i++) {
    if (canvas->cells[i].code == 0x25B8) {
      return true;
    }
  }
  return false;
}

static void test_selected_layer_is_always_in_view(void **state) {
  (void)state;
  static const int sizes[][2] = {{16, 60}, {24, 80}, {17, 100}, {36, 120}, {60, 200}};
  UiState *ui = fixture_open(&fixture, 3);
  fixture_load(ui);
  ui->experiment.net.hidden = NET_MAX_HIDDEN;
  for (int s = 0; s < 5; s++) {
    for (ui->layer = -1; ui->layer < NET_MAX_HIDDEN; ui->layer++) {
      assert_true(shows_selection(fixture_draw(&fixture, sizes[s][0], sizes[s][1])));
    }
  }
  fixture_close(&fixture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_loading),
      cmocka_unit_test(test_loading_for_long),
      cmocka_unit_test(test_ready),
      cmocka_unit_test(test_starting),
      cmocka_unit_test(test_running_with_edits),
      cmocka_unit_test(test_first_epoch_is_a_moving_head),
      cmocka_unit_test(test_paused),
      cmocka_unit_test(test_back_in_time),
      cmocka_unit_test(test_fork),
      cmocka_unit_test(test_finished),
      cmocka_unit_test(test_diverged),
      cmocka_unit_test(test_failed),
      cmocka_unit_test(test_much_to_tell),
      cmocka_unit_test(test_regression),
      cmocka_unit_test(test_curves),
      cmocka_unit_test(test_deep_network_scrolls),
      cmocka_unit_test(test_picker),
      cmocka_unit_test(test_settings),
      cmocka_unit_test(test_settings_typing_with_error),
      cmocka_unit_test(test_help),
      cmocka_unit_test(test_lesson),
      cmocka_unit_test(test_ascii),
      cmocka_unit_test(test_roles),
      cmocka_unit_test(test_pinned),
      cmocka_unit_test(test_too_small),
      cmocka_unit_test(test_every_size),
      cmocka_unit_test(test_sizes_around_the_limits),
      cmocka_unit_test(test_selected_layer_is_always_in_view),
  };
  return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
