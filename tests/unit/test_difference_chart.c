/* difference_chart: one curve less another, with the line where they are equal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden_fixture.h"
#include "ui/difference_chart.h"
#include "ui_keys.h"

static Series from, to;

static void push_curves(int epochs) {
  series_clear(&from);
  series_clear(&to);
  for (int k = 1; k <= epochs; k++) {
    series_push(&from, k, 0.4 + exp(-k / 8.0) + 0.004 * k);
    series_push(&to, k, 0.5 + exp(-k / 5.0));
  }
}

static const char *drawn(int cols, bool has_cursor) {
  Canvas *canvas = canvas_create(&fixture.arena, 12, cols, CHARSET_BRAILLE);
  View view = {.ui = &fixture.ui, .canvas = canvas, .frame = &fixture.arena, .hits = &fixture.ui.hits};
  DifferenceChart chart = {.title = "val loss: tuned - baseline",
                           .from = &from,
                           .to = &to,
                           .empty_text = "nothing to compare yet",
                           .x_max = 50,
                           .has_cursor = has_cursor,
                           .cursor_x = 10};
  Rect plot = difference_chart_draw(&view, (Rect){0, 0, 12, cols}, &chart);
  assert_true(plot.rows > 0 && plot.cols > 0);
  return canvas_dump(canvas, &fixture.arena);
}

static void test_the_curve_and_the_zero_line(void **state) {
  (void)state;
  push_curves(40);
  expect_golden(&fixture.arena, "difference-chart-60x12", drawn(60, false));
}

static void test_the_value_at_the_cursor(void **state) {
  (void)state;
  push_curves(40);
  assert_non_null(strstr(drawn(60, false), " -0.0664 at 40 "));
  assert_non_null(strstr(drawn(60, true), " -0.0912 at 10 "));
}

static void test_nothing_in_common(void **state) {
  (void)state;
  push_curves(0);
  const char *text = drawn(60, false);
  assert_non_null(strstr(text, "nothing to compare yet"));
  assert_null(strstr(text, " at "));
}

static void test_smoothing_keeps_the_raw_curve_behind(void **state) {
  (void)state;
  push_curves(40);
  const char *raw = drawn(60, false);
  fixture.ui.smoothing = 0.6;
  assert_string_not_equal(raw, drawn(60, false));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      UI_TEST(test_the_curve_and_the_zero_line),
      UI_TEST(test_the_value_at_the_cursor),
      UI_TEST(test_nothing_in_common),
      UI_TEST(test_smoothing_keeps_the_raw_curve_behind),
  };
  return cmocka_run_group_tests_name("difference_chart", tests, NULL, NULL);
}
