/* The Runs screen: what its keys and clicks do and wish for, the order of its rows, and what it looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "golden_fixture.h"
#include "ui/runs.h"
#include "ui_keys.h"

enum { RUNS = 8, MANY = 10000 };

static const RunRow FIXED[RUNS] = {
    {.id = 12,
     .name = "overfitting-4",
     .preset = "overfitting",
     .changes = "layers.2.dropout=0.5 learning_rate=0.0005",
     .origin = "",
     .tags = "",
     .note = "",
     .dataset = "digits",
     .started = "2026-11-29 08:30",
     .best = 0.9248,
     .last = 0.9101,
     .gap = -0.1367,
     .best_epoch = 17,
     .epochs = 23,
     .seconds = 4.2,
     .outcome = OUTCOME_RUNNING},
    {.id = 11,
     .name = "baseline-3",
     .preset = "baseline",
     .changes = "",
     .origin = "",
     .tags = "reference",
     .note = "",
     .dataset = "digits",
     .started = "2026-11-29 08:12",
     .best = 0.9749,
     .last = 0.9721,
     .gap = 0.0279,
     .best_epoch = 41,
     .epochs = 60,
     .seconds = 1.31,
     .outcome = OUTCOME_FINISHED},
    {.id = 9,
     .name = "slow-and-unstable-2",
     .preset = "slow-and-unstable",
     .changes = "learning_rate=5 seed=8",
     .origin = "",
     .tags = "",
     .note = "the rate was far too high",
     .dataset = "digits",
     .started = "2026-11-28 21:05",
     .best = 0.1031,
     .last = NAN,
     .gap = NAN,
     .best_epoch = 1,
     .epochs = 3,
     .seconds = 0.05,
     .outcome = OUTCOME_DIVERGED},
    {.id = 8,
     .name = "tuned",
     .preset = "overfitting",
     .changes = "layers=4 dropout=0.5 batch_norm=on epochs=200 seed=11 dataset=\"my own table.csv\"",
     .origin = "",
     .tags = "good wide",
     .note = "",
     .dataset = "/home/somebody/my own table.csv",
     .started = "2026-11-28 20:00",
     .best = 0.9666,
     .last = 0.9555,
     .gap = 0.0421,
     .best_epoch = 158,
     .epochs = 200,
     .seconds = 3725,
     .outcome = OUTCOME_FINISHED},
    {.id = 7,
     .name = "house-prices-1",
     .preset = "house-prices.csv",
     .changes = "epochs=30",
     .origin = "",
     .tags = "",
     .note = "",
     .dataset = "house-prices.csv",
     .started = "2026-11-28 19:41",
     .best = -12.25,
     .last = -480.5,
     .gap = 481.25,
     .best_epoch = 2,
     .epochs = 30,
     .seconds = 262,
     .outcome = OUTCOME_STOPPED},
    {.id = 5,
     .name = "baseline-2",
     .preset = "baseline",
     .changes = "dropout=0.5",
     .origin = "fork of baseline-1 at epoch 23",
     .tags = "",
     .note = "",
     .dataset = "digits",
     .started = "2026-11-28 19:02",
     .best = 0.9749,
     .last = 0.9582,
     .gap = -0.0115,
     .best_epoch = 55,
     .epochs = 60,
     .seconds = 1.44,
     .outcome = OUTCOME_INTERRUPTED},
    {.id = 2,
     .name = "no-validation",
     .preset = "baseline",
     .changes = "validation_split=0",
     .origin = "",
     .tags = "",
     .note = "",
     .dataset = "digits",
     .started = "2026-11-27 10:00",
     .best = NAN,
     .last = NAN,
     .gap = NAN,
     .epochs = 0,
     .seconds = NAN,
     .outcome = OUTCOME_INTERRUPTED},
    {.id = 1,
     .name = "baseline-1",
     .preset = "baseline",
     .changes = "",
     .origin = "",
     .tags = "",
     .note = "",
     .dataset = "digits",
     .started = "2026-11-27 09:59",
     .best = 0.9694,
     .last = 0.9694,
     .gap = 0.0188,
     .best_epoch = 60,
     .epochs = 60,
     .seconds = 1.29,
     .outcome = OUTCOME_FINISHED},
};

static UiState *ui = &fixture.ui;

static void key(uint32_t code) { fixture_press(&fixture, code); }
static void keys(const char *text) { fixture_type(&fixture, text); }

/* In the other place each time, as the rows before must stay until then. */
static void give(const char *filter) {
  static RunRow places[2][RUNS];
  static int turn;
  RunRow *rows = memcpy(places[turn++ % 2], FIXED, sizeof FIXED);
  ui_runs_news(ui, &(RunsNews){.rows = rows, .count = RUNS, .total = RUNS, .filter = filter, .problem = ""});
}

static RunsWish wished(RunsWishKind kind) {
  RunsWish wish;
  (void)ui_take_wish(ui, &wish);
  assert_int_equal(wish.kind, kind);
  return wish;
}

static int open_runs(void **state) {
  setup(state);
  keys("3");
  wished(WISH_REFRESH);
  give("");
  return 0;
}

#define RUNS_TEST(test) cmocka_unit_test_setup_teardown(test, open_runs, teardown)

static void expect_order(const int64_t *ids) {
  for (int i = 0; i < RUNS; i++) {
    assert_int_equal(ui->runs.rows[i].id, ids[i]);
  }
}

static void test_it_opens_and_closes(void **state) {
  (void)state;
  assert_int_equal(ui->screen, SCREEN_RUNS);
  key(INPUT_ESCAPE);
  assert_int_equal(ui->screen, SCREEN_LAB);
  keys("32");
  assert_int_equal(ui->screen, SCREEN_DATA);
  keys("3?");
  assert_int_equal(ui->overlay, OVERLAY_HELP);
  keys("3");
  assert_int_equal(ui->overlay, OVERLAY_NONE);
  assert_false(ui->quit);
  wished(WISH_REFRESH);
  keys("q");
  assert_true(ui->quit);
}

static void test_training_goes_on(void **state) {
  (void)state;
  keys(" ");
  taken(ui, COMMAND_START);
  keys("bdD"); /* what is for the layers is not for the runs */
  expect_nothing(ui);
}

static void test_the_selection_moves(void **state) {
  (void)state;
  key(INPUT_UP);
  assert_int_equal(runs_selected(ui)->id, 12);
  key(INPUT_DOWN);
  keys("j");
  assert_int_equal(runs_selected(ui)->id, 9);
  keys("G");
  assert_int_equal(runs_selected(ui)->id, 1);
  key(INPUT_DOWN);
  assert_int_equal(runs_selected(ui)->id, 1);
  keys("k");
  assert_int_equal(runs_selected(ui)->id, 2);
  keys("g");
  assert_int_equal(runs_selected(ui)->id, 12);
  key(INPUT_PAGE_DOWN);
  assert_int_equal(runs_selected(ui)->id, 1);
  key(INPUT_PAGE_UP);
  assert_int_equal(runs_selected(ui)->id, 12);
  fixture_mouse(ui, MOUSE_WHEEL_DOWN, 10, 10);
  assert_int_equal(runs_selected(ui)->id, 8);
}

static void test_every_order(void **state) {
  static const struct {
    RunsOrder order;
    int64_t ids[RUNS], turned[RUNS];
  } orders[] = {
      {RUNS_BY_NAME, {1, 5, 11, 7, 2, 12, 9, 8}, {8, 9, 12, 2, 7, 11, 5, 1}},
      {RUNS_BY_PRESET, {11, 5, 2, 1, 7, 12, 8, 9}, {9, 12, 8, 7, 11, 5, 2, 1}},
      {RUNS_BY_BEST, {11, 5, 1, 8, 12, 9, 7, 2}, {7, 9, 12, 8, 1, 11, 5, 2}},
      {RUNS_BY_BEST_EPOCH, {8, 1, 5, 11, 12, 7, 9, 2}, {9, 7, 12, 11, 5, 1, 8, 2}},
      {RUNS_BY_LAST, {11, 1, 5, 8, 12, 7, 9, 2}, {7, 12, 8, 5, 1, 11, 9, 2}},
      {RUNS_BY_GAP, {7, 8, 11, 1, 5, 12, 9, 2}, {12, 5, 1, 11, 8, 7, 9, 2}},
      {RUNS_BY_EPOCHS, {8, 11, 5, 1, 7, 12, 9, 2}, {2, 9, 12, 7, 11, 5, 1, 8}},
      {RUNS_BY_TIME, {8, 7, 12, 5, 11, 1, 9, 2}, {9, 1, 11, 5, 12, 7, 8, 2}},
      {RUNS_BY_OUTCOME, {9, 11, 8, 1, 5, 2, 12, 7}, {7, 12, 5, 2, 11, 8, 1, 9}},
      {RUNS_BY_CHANGES, {11, 1, 5, 7, 12, 8, 9, 2}, {2, 9, 8, 12, 7, 5, 11, 1}},
      {RUNS_BY_AGE, {12, 11, 9, 8, 7, 5, 2, 1}, {1, 2, 5, 7, 8, 9, 11, 12}},
  };
  (void)state;
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
    keys("s");
    assert_int_equal(ui->runs.order, orders[i].order);
    expect_order(orders[i].ids);
    keys("S");
    expect_order(orders[i].turned);
  }
}

static void test_the_selection_stays_with_its_run(void **state) {
  (void)state;
  keys("jj");
  assert_int_equal(runs_selected(ui)->id, 9);
  keys("sss");
  assert_int_equal(runs_selected(ui)->id, 9);
  give("");
  assert_int_equal(runs_selected(ui)->id, 9);
  assert_int_equal(ui->runs.rows[0].id, 11); /* still by best */
}

/* The middle of the first place that does this. */
static UiHit hit_of(Action action, int argument) {
  fixture_draw(&fixture, 36, 120);
  for (int i = 0; i < ui->hits.count; i++) {
    if (ui->hits.items[i].action == (int)action && ui->hits.items[i].argument == argument) {
      return ui->hits.items[i];
    }
  }
  fail_msg("%s %d is nowhere", action_info(action)->name, argument);
  return (UiHit){0};
}

static void click(Action action, int argument) {
  UiHit hit = hit_of(action, argument);
  fixture_mouse(ui, MOUSE_PRESS, hit.rect.row, hit.rect.col);
  fixture_mouse(ui, MOUSE_RELEASE, hit.rect.row, hit.rect.col);
}

static void test_clicks(void **state) {
  RunsWish wish;
  (void)state;
  click(ACTION_PICK_HEAD, RUNS_BY_GAP);
  assert_int_equal(ui->runs.rows[0].id, 7);
  click(ACTION_PICK_HEAD, RUNS_BY_GAP);
  assert_int_equal(ui->runs.rows[0].id, 12);
  click(ACTION_PICK_ROW, 3);
  assert_int_equal(ui->runs.row, 3);
  assert_false(ui_take_wish(ui, &wish));
  click(ACTION_PICK_ROW, 3);
  assert_int_equal(wished(WISH_OPEN).id, ui->runs.rows[3].id);
  click(ACTION_LAB, 0);
  assert_int_equal(ui->screen, SCREEN_LAB);
  click(ACTION_RUNS, 0);
  assert_int_equal(ui->screen, SCREEN_RUNS);
}

static void test_a_run_opens_in_the_lab(void **state) {
  (void)state;
  keys("j\r");
  assert_int_equal(wished(WISH_OPEN).id, 11);
  Experiment experiment = fixture.presets[0].experiment;
  experiment.net.layers[0].dropout = 0.25;
  ui_open_run(ui, &fixture.presets[0], &experiment, "baseline-3 as it began");
  assert_int_equal(ui->screen, SCREEN_LAB);
  assert_ptr_equal(ui->preset, &fixture.presets[0]);
  assert_true(experiment_equal(&ui->experiment, &experiment));
  Command load = taken(ui, COMMAND_LOAD);
  assert_true(experiment_equal(&load.experiment, &experiment));
  expect_nothing(ui); /* ready, not started */
  assert_true(notice_has(ui, "as it began"));
}

static void test_the_filter_is_typed(void **state) {
  RunsWish wish;
  (void)state;
  keys("/best > 0.9 q");
  assert_int_equal(ui->screen, SCREEN_RUNS); /* q was a letter */
  key(127);
  key(INPUT_ENTER);
  assert_string_equal(wished(WISH_FILTER).text, "best > 0.9 ");
  assert_string_equal(ui->runs.filter, ""); /* the rows shown are still those of before */
  give("best > 0.9");
  keys("/");
  assert_string_equal(ui->typed, "best > 0.9");
  keys("x");
  key(INPUT_ESCAPE);
  assert_false(ui_take_wish(ui, &wish));
  assert_string_equal(ui->runs.filter, "best > 0.9");
  keys("/");
  click(ACTION_LAB, 0); /* leaves the line */
  assert_false(ui->typing);
  keys("3");
  assert_int_equal(ui->screen, SCREEN_RUNS);
}

static void test_a_refused_line_is_typed_again(void **state) {
  (void)state;
  keys("/best >\r");
  RunsWish wish = wished(WISH_FILTER);
  ui_runs_refused(ui, &wish, "filter, place 7: best is compared with nothing");
  assert_true(ui->notice_is_error && notice_has(ui, "compared with nothing"));
  assert_false(ui->runs.busy);
  keys(" 0.5\r");
  assert_string_equal(wished(WISH_FILTER).text, "best > 0.5");
}

static void test_name_tags_and_note_are_typed(void **state) {
  (void)state;
  keys("jjn");
  assert_string_equal(ui->typed, "slow-and-unstable-2");
  key(21); /* Ctrl-U */
  keys("too-fast\r");
  RunsWish wish = wished(WISH_RENAME);
  assert_int_equal(wish.id, 9);
  assert_string_equal(wish.text, "too-fast");
  keys("tbad -good\r");
  wish = wished(WISH_TAG);
  assert_int_equal(wish.id, 9);
  assert_string_equal(wish.text, "bad -good");
  keys("e");
  assert_string_equal(ui->typed, "the rate was far too high");
  keys(".\r");
  assert_string_equal(wished(WISH_NOTE).text, "the rate was far too high.");
}

static bool is_shown(int64_t id) {
  for (int i = 0; i < ui->runs.count; i++) {
    if (ui->runs.rows[i].id == id) {
      return true;
    }
  }
  return false;
}

static void test_deleting_asks_and_can_be_undone(void **state) {
  (void)state;
  keys("jx");
  assert_true(notice_has(ui, "x again deletes baseline-3"));
  keys("px"); /* p has kept it: x asks again */
  assert_true(notice_has(ui, "x again deletes baseline-3"));
  keys("jx");
  assert_int_equal(ui->runs.hidden_count, 0);
  key(INPUT_DELETE);
  assert_int_equal(ui->runs.hidden_count, 1);
  assert_false(is_shown(9));
  assert_int_equal(ui->runs.count, RUNS - 1);
  assert_int_equal(runs_selected(ui)->id, 8); /* the place stays */
  give("");
  assert_false(is_shown(9));
  keys("u");
  assert_int_equal(ui->runs.hidden_count, 0);
  wished(WISH_REFRESH);
  give("");
  assert_true(is_shown(9));
  keys("u");
  assert_true(notice_has(ui, "no run has been deleted"));
}

static void test_a_run_under_way_stays(void **state) {
  (void)state;
  keys("xx");
  assert_true(notice_has(ui, "still training"));
  assert_int_equal(ui->runs.hidden_count, 0);
}

static void test_the_last_run_deleted(void **state) {
  (void)state;
  for (int i = 0; i < RUNS; i++) {
    keys("Gxx");
  }
  assert_int_equal(ui->runs.count, 1);
  assert_int_equal(ui->runs.hidden_count, RUNS - 1);
  assert_int_equal(runs_selected(ui)->id, 12);
}

static void test_without_runs(void **state) {
  (void)state;
  ui_runs_news(ui, &(RunsNews){.filter = "", .problem = ""});
  keys("\rxntesSGgk");
  assert_null(runs_selected(ui));
  keys("x");
  assert_true(notice_has(ui, "no run is selected"));
  ui_runs_news(ui, &(RunsNews){.filter = "", .problem = "runs.db: is damaged"});
  assert_non_null(strstr(canvas_dump(fixture_draw(&fixture, 24, 80), &fixture.arena), "runs.db: is damaged"));
}

/* A frame of ten thousand runs costs what one of a hundred does: only those in sight are drawn. */
static void test_many_runs_draw_as_few(void **state) {
  static RunRow rows[MANY];
  double seconds[2] = {INFINITY, INFINITY};
  (void)state;
  for (int i = 0; i < MANY; i++) {
    rows[i] = FIXED[i % RUNS];
    rows[i].id = MANY - i;
  }
  for (int round = 0; round < 40; round++) {
    int count = round % 2 ? MANY : 100;
    ui_runs_news(ui, &(RunsNews){.rows = rows, .count = count, .total = MANY, .filter = "", .problem = ""});
    double begun = clock_now();
    fixture_draw(&fixture, 60, 200);
    double took = clock_now() - begun;
    seconds[round % 2] = took < seconds[round % 2] ? took : seconds[round % 2];
    assert_true(ui->hits.count < UI_MAX_HITS);
  }
  assert_true(seconds[1] < 2 * seconds[0]);
}

static void golden(const char *name, int r, int c) {
  Canvas *canvas = fixture_draw(&fixture, r, c);
  expect_golden(&fixture.arena, arena_printf(&fixture.arena, "runs-%s-%dx%d", name, c, r),
                canvas_dump(canvas, &fixture.arena));
}

static void golden_sizes(const char *name) {
  golden(name, 24, 80);
  golden(name, 36, 120);
  golden(name, 60, 200);
}

static void test_golden_screens(void **state) {
  (void)state;
  keys("jjj");
  golden_sizes("table");
  ui->charset = CHARSET_ASCII;
  golden("ascii", 24, 80);
  ui->charset = CHARSET_BRAILLE;
  keys("sss/best > 0.5");
  golden_sizes("typing");
  key(INPUT_ESCAPE);
  keys("Gx");
  golden("asks", 24, 80);
  keys("x");
  golden("deleted", 24, 80);
  ui_runs_news(ui, &(RunsNews){.total = RUNS, .filter = "best > 2", .problem = ""});
  golden("none", 24, 80);
  golden("none", 16, 60);
  ui_runs_news(ui, &(RunsNews){.filter = "", .problem = ""});
  golden("empty", 24, 80);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RUNS_TEST(test_it_opens_and_closes),
      RUNS_TEST(test_training_goes_on),
      RUNS_TEST(test_the_selection_moves),
      RUNS_TEST(test_every_order),
      RUNS_TEST(test_the_selection_stays_with_its_run),
      RUNS_TEST(test_clicks),
      RUNS_TEST(test_a_run_opens_in_the_lab),
      RUNS_TEST(test_the_filter_is_typed),
      RUNS_TEST(test_a_refused_line_is_typed_again),
      RUNS_TEST(test_name_tags_and_note_are_typed),
      RUNS_TEST(test_deleting_asks_and_can_be_undone),
      RUNS_TEST(test_a_run_under_way_stays),
      RUNS_TEST(test_the_last_run_deleted),
      RUNS_TEST(test_without_runs),
      RUNS_TEST(test_many_runs_draw_as_few),
      RUNS_TEST(test_golden_screens),
  };
  return cmocka_run_group_tests_name("runs_screen", tests, NULL, NULL);
}
