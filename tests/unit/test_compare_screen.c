/* The Compare screen: marks, what its keys and clicks do and ask for, and what it looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/order.h"
#include "golden_fixture.h"
#include "ui/compare.h"
#include "ui/runs.h"
#include "ui_keys.h"

enum { ROWS = 8, FIRST_ID = 11, ROW_COUNT = 9 };

static UiState *ui = &fixture.ui;
static CompareRun runs[COMPARE_MOST];
static RunRow rows[ROWS];
static const char *const NAMES[ROWS] = {"overfitting-4", "baseline-3", "slow-and-unstable-2", "tuned", "baseline-2",
                                        "no-validation", "deeper-1",   "baseline-1"};

static void key(uint32_t code) { fixture_press(&fixture, code); }
static void keys(const char *text) { fixture_type(&fixture, text); }

static int open_runs(void **state) {
  setup(state);
  for (int i = 0; i < ROWS; i++) {
    rows[i] = (RunRow){.id = FIRST_ID - i, .name = NAMES[i], .preset = "p", .changes = "", .origin = "", .tags = ""};
    rows[i].note = rows[i].dataset = rows[i].started = "";
    rows[i].outcome = i == 0 ? OUTCOME_RUNNING : OUTCOME_FINISHED;
  }
  keys("3");
  ui_runs_news(ui, &(RunsNews){.rows = rows, .count = ROWS, .total = ROWS, .filter = "", .problem = ""});
  return 0;
}

#define COMPARE_TEST(test) cmocka_unit_test_setup_teardown(test, open_runs, teardown)

/* ---- the runs that the caller gives ---- */

/* A curve of its own for each place: `fast` falls sooner, and the validation loss of every second one turns. */
static EpochReport report_of(int place, int epoch, bool regression) {
  double k = epoch + 1, fast = 1.0 + 0.6 * place, fall = exp(-k * fast / 25.0);
  double val = 0.25 + 0.05 * place + fall + (place % 2 ? 0.004 * k : 0);
  return (EpochReport){.epoch = epoch,
                       .train = {0.1 + fall, 0.95 - 0.6 * fall, regression ? 40 + 30 * fall : NAN},
                       .train_eval = {0.05 + fall, 0.97 - 0.6 * fall, regression ? 38 + 30 * fall : NAN},
                       .val = {val, 0.97 - 0.05 * place - 0.6 * fall, regression ? 44 + 30 * fall : NAN}};
}

static void fill(CompareRun *run, int place, int64_t id, int epochs, bool regression) {
  memset(run, 0, sizeof *run);
  run->id = id;
  run->place = place;
  run->name = NAMES[FIRST_ID - id];
  run->task = regression ? TASK_REGRESSION : TASK_CLASSIFICATION;
  run->epochs = epochs;
  for (int e = 0; e < epochs; e++) {
    EpochReport report = report_of(place, e, regression);
    curves_push(run->curves, &report);
  }
}

static Comparison table_of(int count) {
  static const ComparisonRow all[ROW_COUNT] = {
      {.label = "layers", .values = {"1", "3", "4", "2", "1", "1"}, .best = -1},
      {.label = "dropout", .values = {"0", "0.5, 0.25, 0", "0", "0.5", "0.1", "0.9"}, .best = -1},
      {.label = "dataset", .values = {"digits", "my own table.csv", "digits", "moons", "iris", "xor"}, .best = -1},
      {.label = "best validation score",
       .values = {"0.9833", "0.9748", "0.9031", "0.8942", "0.8122", "-"},
       .is_result = true,
       .best = 0},
      {.label = "  in epoch", .values = {"61", "55", "40", "9", "12", "-"}, .is_result = true, .best = -1},
      {.label = "last validation score",
       .values = {"0.9721", "0.9745", "0.9021", "0.8742", "0.8022", "-"},
       .is_result = true,
       .best = 1},
      {.label = "lowest val_loss",
       .values = {"0.1012", "0.1212", "0.1412", "0.1612", "0.1812", "-"},
       .is_result = true,
       .best = 0},
      {.label = "seconds",
       .values = {"1.3012", "1.2112", "1.1112", "1.2612", "1.4812", "0.0010"},
       .is_result = true,
       .best = 5},
      {.label = "outcome",
       .values = {"finished", "running", "stopped", "diverged", "finished", "interrupted"},
       .is_result = true,
       .best = -1}};
  return (Comparison){.runs = count, .count = ROW_COUNT, .items = all};
}

/* Gives what was asked for, as the caller does: run `place` has 60 + 8 * place epochs. */
static int give(bool regression) {
  int64_t ids[COMPARE_MOST];
  CompareNews news = {.problem = ""};
  assert_true(ui_take_comparison(ui, ids));
  for (int place = 0; place < COMPARE_MOST; place++) {
    if (ids[place] != 0) {
      fill(&runs[place], place, ids[place], 60 + 8 * place, regression);
      news.runs[news.count++] = &runs[place];
    }
  }
  news.table = table_of(news.count);
  ui_compare_news(ui, &news);
  return news.count;
}

static void open_pair(void) {
  keys("jmmc");
  assert_int_equal(give(false), 2);
}

static const char *screen(int r, int c) { return canvas_dump(fixture_draw(&fixture, r, c), &fixture.arena); }
static bool shows(const char *text) { return strstr(screen(36, 120), text) != NULL; }

/* ---- marks ---- */

static void test_marks(void **state) {
  (void)state;
  keys("m");
  assert_int_equal(runs_selected(ui)->id, FIRST_ID - 1); /* on to the next */
  keys("m");
  assert_int_equal(compare_count(ui), 2);
  assert_true(shows("2 marked"));
  assert_int_equal(compare_place(ui, FIRST_ID - 1), 1);
  keys("gm"); /* again: no more */
  assert_int_equal(compare_count(ui), 1);
  assert_int_equal(compare_place(ui, FIRST_ID), -1);
  assert_int_equal(compare_place(ui, FIRST_ID - 1), 1); /* its colour stays */
  keys("Gm");
  assert_int_equal(compare_place(ui, FIRST_ID - ROWS + 1), 0); /* the free one */
  assert_int_equal(compare_place(ui, FIRST_ID - 1), 1);
}

static void test_a_seventh_is_refused(void **state) {
  (void)state;
  keys("mmmmmm");
  assert_int_equal(compare_count(ui), COMPARE_MOST);
  assert_string_equal(ui->notice, "");
  keys("m");
  assert_int_equal(compare_count(ui), COMPARE_MOST);
  assert_true(ui->notice_is_error && notice_has(ui, "6 runs are marked"));
}

static void test_it_takes_two(void **state) {
  (void)state;
  keys("c");
  assert_int_equal(ui->screen, SCREEN_RUNS);
  assert_true(notice_has(ui, "no run is marked: m marks one"));
  keys("mc");
  assert_int_equal(ui->screen, SCREEN_RUNS);
  assert_true(notice_has(ui, "one run is marked: m marks another"));
  keys("4");
  assert_int_equal(ui->screen, SCREEN_COMPARE);
  assert_true(shows("One run is marked, and it takes two"));
  keys("3gm4");
  assert_true(shows("m marks a run there"));
  keys("x\r[]\tvhl"); /* nothing is there to act on */
  assert_int_equal(ui->screen, SCREEN_COMPARE);
}

static void test_a_deleted_run_is_marked_no_more(void **state) {
  (void)state;
  keys("jmkxx");
  assert_int_equal(ui->runs.hidden_count, 1);
  assert_int_equal(compare_count(ui), 0);
}

/* ---- the screen ---- */

static void test_it_asks_for_the_marked_runs(void **state) {
  int64_t ids[COMPARE_MOST];
  (void)state;
  keys("jmm");
  assert_false(ui_take_comparison(ui, ids));
  keys("c");
  assert_int_equal(ui->screen, SCREEN_COMPARE);
  assert_true(shows("Reading ..."));
  assert_true(ui_take_comparison(ui, ids));
  assert_int_equal(ids[0], FIRST_ID - 1);
  assert_int_equal(ids[1], FIRST_ID - 2);
  assert_int_equal(ids[2], 0);
  assert_false(ui_take_comparison(ui, ids));
}

static void test_a_run_is_taken_out(void **state) {
  int64_t ids[COMPARE_MOST];
  (void)state;
  keys("mmmc");
  give(false);
  keys("lx");
  assert_true(notice_has(ui, "baseline-3 is out of the comparison"));
  assert_true(ui_take_comparison(ui, ids));
  assert_true(ids[0] == FIRST_ID && ids[1] == 0 && ids[2] == FIRST_ID - 2); /* the others keep their colours */
  ui->compare.asks = true;
  assert_int_equal(give(false), 2);
  keys("x");
  ui->compare.asks = true;
  give(false);
  assert_true(shows("it takes two to compare"));
}

static void test_the_selection_moves(void **state) {
  (void)state;
  keys("mmmc");
  give(false);
  keys("h");
  assert_int_equal(ui->compare.place, 0);
  key(INPUT_RIGHT);
  assert_int_equal(ui->compare.place, 1);
  keys("lll");
  assert_int_equal(ui->compare.place, 2);
}

static void test_charts_and_curves(void **state) {
  static const int order[] = {METRIC_SCORE, METRIC_COUNT, METRIC_COUNT + METRIC_SCORE, METRIC_LOSS};
  (void)state;
  open_pair();
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    keys("\t");
    assert_int_equal(ui->compare.chart, order[i]);
  }
  keys("\t\t");
  assert_non_null(strstr(screen(24, 80), "val_loss: slow-and-unstable-2 − baseline-3"));
  keys("v");
  assert_int_equal(ui->compare.curves, CURVES_VAL);
  assert_true(shows("━━ val") && !shows(" train "));
  keys("v");
  assert_true(shows("━━ train") && !shows("╌╌ val"));
  keys("vyw");
  assert_true(ui->log_y && ui->smoothing > 0.5);
  assert_true(shows("loss · log y · smooth 0.6"));
  keys("bdnu"); /* layers and settings are not in sight */
  assert_int_equal(ui->screen, SCREEN_COMPARE);
}

static void test_the_cursor_reads_values(void **state) {
  (void)state;
  open_pair(); /* of 60 and 68 epochs */
  keys("]");
  assert_false(ui->compare.has_cursor);
  keys("[");
  assert_int_equal(ui->compare.epoch, 68);
  assert_true(shows("val_loss at 68"));
  keys("{");
  assert_int_equal(ui->compare.epoch, 58);
  char value[32];
  snprintf(value, sizeof value, "%.6g", report_of(1, 57, false).val.loss);
  assert_true(shows(value));
  keys("}}");
  assert_false(ui->compare.has_cursor);
  keys("[{{{{{{{{{");
  assert_int_equal(ui->compare.epoch, 1);
  key(INPUT_ESCAPE);
  assert_false(ui->compare.has_cursor);
  assert_int_equal(ui->screen, SCREEN_COMPARE);
  key(INPUT_ESCAPE);
  assert_int_equal(ui->screen, SCREEN_RUNS);
}

static UiHit hit_of(Action action, int argument) {
  fixture_draw(&fixture, 36, 120);
  for (int i = 0; i < ui->hits.count; i++) {
    if (ui->hits.items[i].action == (int)action && (argument < 0 || ui->hits.items[i].argument == argument)) {
      return ui->hits.items[i];
    }
  }
  fail_msg("%s %d is nowhere", action_info(action)->name, argument);
  return (UiHit){0};
}

static void test_clicks(void **state) {
  (void)state;
  open_pair();
  UiHit hit = hit_of(ACTION_PICK_RUN, 1);
  fixture_mouse(ui, MOUSE_PRESS, hit.rect.row, hit.rect.col);
  assert_int_equal(ui->compare.place, 1);
  hit = hit_of(ACTION_PICK_EPOCH, -1);
  fixture_mouse(ui, MOUSE_PRESS, hit.rect.row, hit.rect.col + hit.rect.cols - 1);
  assert_int_equal(ui->compare.epoch, 68);
  fixture_mouse(ui, MOUSE_DRAG, hit.rect.row, hit.rect.col + hit.rect.cols / 2);
  assert_in_range(ui->compare.epoch, 33, 36);
  hit = hit_of(ACTION_COMPARE, -1);
  keys("1");
  fixture_mouse(ui, MOUSE_PRESS, hit.rect.row, hit.rect.col);
  assert_int_equal(ui->screen, SCREEN_COMPARE);
}

static void test_the_table_scrolls(void **state) {
  (void)state;
  open_pair();
  fixture_draw(&fixture, 24, 80);
  int hidden = ui->hits.scroll_max;
  assert_int_equal(hidden, ROW_COUNT - ui->hits.page);
  fixture_key(ui, 'k');
  assert_int_equal(ui->compare.scroll, 0);
  fixture_key(ui, 'G');
  assert_int_equal(ui->compare.scroll, hidden);
  assert_non_null(strstr(screen(24, 80), "outcome"));
  fixture_mouse(ui, MOUSE_WHEEL_UP, 20, 10);
  assert_int_equal(ui->compare.scroll, larger(0, hidden - 3));
}

static void test_a_run_opens_in_the_lab(void **state) {
  RunsWish wish;
  (void)state;
  open_pair();
  (void)ui_take_wish(ui, &wish); /* for the rows */
  keys("l\r");
  assert_true(ui_take_wish(ui, &wish));
  assert_int_equal(wish.kind, WISH_OPEN);
  assert_int_equal(wish.id, FIRST_ID - 2);
}

static void test_a_run_that_is_gone(void **state) {
  (void)state;
  open_pair();
  ui_compare_gone(ui, FIRST_ID - 1);
  assert_int_equal(compare_count(ui), 1);
  assert_true(notice_has(ui, "another nnlab has deleted it"));
  ui_compare_news(ui, &(CompareNews){.problem = "runs.db: is damaged"});
  assert_true(shows("runs.db: is damaged"));
}

/* The memory of a run's curves is what it was, and a single bad epoch is still seen. */
static void test_a_million_epochs(void **state) {
  enum { MANY = 1000000, BAD = 654321 };
  CompareRun *run = &runs[0];
  (void)state;
  fill(run, 0, FIRST_ID, 0, false);
  for (int e = 0; e < MANY; e++) {
    EpochReport report = report_of(0, e, false);
    report.val.loss = e == BAD ? 50.0 : report.val.loss;
    curves_push(run->curves, &report);
  }
  run->epochs = MANY;
  const Series *val = &run->curves[METRIC_LOSS][CURVE_VAL];
  assert_true(val->count > SERIES_CAPACITY / 2 && val->count <= SERIES_CAPACITY);
  assert_true(series_at(val, BAD + 1)->max == 50.0);
  fill(&runs[1], 1, FIRST_ID - 1, 300, false);
  ui->compare.marked[0] = FIRST_ID;
  ui->compare.marked[1] = FIRST_ID - 1;
  ui->screen = SCREEN_COMPARE;
  ui_compare_news(ui, &(CompareNews){.count = 2, .runs = {run, &runs[1]}, .table = table_of(2), .problem = ""});
  keys("[");
  assert_true(shows("val_loss at 1000000") && shows("~0.25"));
}

/* ---- what it looks like ---- */

static void golden(const char *name, int r, int c) {
  expect_golden(&fixture.arena, arena_printf(&fixture.arena, "compare-%s-%dx%d", name, c, r), screen(r, c));
}

static void golden_sizes(const char *name) {
  golden(name, 24, 80);
  golden(name, 36, 120);
  golden(name, 60, 200);
}

static void test_golden_pair(void **state) {
  (void)state;
  open_pair();
  golden_sizes("pair");
  expect_golden(&fixture.arena, "roles-compare-120x36",
                canvas_dump_roles(fixture_draw(&fixture, 36, 120), &fixture.arena));
  keys("[{{l");
  golden_sizes("cursor");
  keys("\t\t");
  golden("difference", 24, 80);
  ui->charset = CHARSET_ASCII;
  golden("ascii", 24, 80);
  golden("small", 16, 60);
}

static void test_golden_six(void **state) {
  (void)state;
  keys("mmmmmmc");
  give(false);
  keys("vlll");
  golden_sizes("six");
}

static void test_golden_regression(void **state) {
  (void)state;
  keys("mmmc");
  give(true);
  keys("\t\t");
  golden_sizes("regression");
}

static void test_golden_reasons(void **state) {
  (void)state;
  keys("4");
  golden("none", 24, 80);
  keys("3m4");
  golden("one", 24, 80);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      COMPARE_TEST(test_marks),
      COMPARE_TEST(test_a_seventh_is_refused),
      COMPARE_TEST(test_it_takes_two),
      COMPARE_TEST(test_a_deleted_run_is_marked_no_more),
      COMPARE_TEST(test_it_asks_for_the_marked_runs),
      COMPARE_TEST(test_a_run_is_taken_out),
      COMPARE_TEST(test_the_selection_moves),
      COMPARE_TEST(test_charts_and_curves),
      COMPARE_TEST(test_the_cursor_reads_values),
      COMPARE_TEST(test_clicks),
      COMPARE_TEST(test_the_table_scrolls),
      COMPARE_TEST(test_a_run_opens_in_the_lab),
      COMPARE_TEST(test_a_run_that_is_gone),
      COMPARE_TEST(test_a_million_epochs),
      COMPARE_TEST(test_golden_pair),
      COMPARE_TEST(test_golden_six),
      COMPARE_TEST(test_golden_regression),
      COMPARE_TEST(test_golden_reasons),
  };
  return cmocka_run_group_tests_name("compare_screen", tests, NULL, NULL);
}
