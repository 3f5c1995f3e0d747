/* marks: where the words beside the lines go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "chart_fixture.h"

static void test_mark_texts_keep_clear_of_each_other_and_of_curves(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 10), point(30, 9), point(60, 0)};
  ChartLine line = line_of(points, 3);
  ChartMark marks[] = {{.x = 10, .text = "dropout 0.5", .style = STYLE(ROLE_MARK)},
                       {.x = 14, .text = "rate → 0.1", .style = STYLE(ROLE_MARK)},
                       {.x = 14, .text = "BN on", .style = STYLE(ROLE_MARK)},
                       {.x = 57, .text = "right edge", .style = STYLE(ROLE_MARK)},
                       {.x = 61, .text = "outside", .style = STYLE(ROLE_MARK)},
                       {.x = NAN, .text = "nowhere", .style = STYLE(ROLE_MARK)},
                       {.x = 30, .text = NULL, .style = STYLE(ROLE_MARK)}};
  Chart chart = {.lines = &line, .line_count = 1, .marks = marks, .mark_count = 7, .x_max = 60, .y_max = 10};
  assert_string_equal(draw(CHARSET_BRAILLE, 9, 66, &chart),
                      "  10┤⠢⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀        ┊               right edge ┊\n"
                      "    │          ┊   ┊       ⠉⠉⠉⠉⠉⠉⠉⠉⠑⠒⠤⣀⡀                      ┊\n"
                      "    │          ┊ dropout 0.5       ┊   ⠈⠑⠢⠤⣀                  ┊\n"
                      "   5┤          ┊   ┊ rate → 0.1    ┊        ⠉⠑⠢⢄⣀             ┊\n"
                      "    │          ┊   ┊ BN on         ┊             ⠉⠒⠢⢄⡀        ┊\n"
                      "    │          ┊   ┊               ┊                 ⠈⠉⠒⠤⢄⡀   ┊\n"
                      "    │          ┊   ┊               ┊                      ⠈⠑⠒⠤⣀⡀\n"
                      "   0┼──────────┊───┊─────┬─────────┊─────────┬─────────┬──────┊⠈⠑⠒\n"
                      "    0          10        20        30        40        50       60\n");
}

static void test_marks_in_one_column_are_a_block(void **state) {
  (void)state;
  ChartPoint falling[] = {point(0, 10), point(30, 1), point(60, 0)},
             rising[] = {point(0, 0), point(8, 9), point(60, 10)};
  ChartLine line = line_of(falling, 3);
  ChartMark marks[] = {{.x = 20, .text = "dropout 0.5", .style = STYLE(ROLE_MARK)},
                       {.x = 45, .text = "rate → 0.1", .style = STYLE(ROLE_MARK)},
                       {.x = 20, .text = "BN on", .style = STYLE(ROLE_MARK)},
                       {.x = 45, .text = "a much longer text", .style = STYLE(ROLE_MARK)},
                       {.x = 20.1f, .text = "momentum 0.9", .style = STYLE(ROLE_MARK)}};
  Chart chart = {.lines = &line, .line_count = 1, .marks = marks, .mark_count = 5, .x_max = 60, .y_max = 10};
  assert_string_equal(draw(CHARSET_BRAILLE, 9, 66, &chart),
                      "  10┤⠢⢄⡀                 ┊ dropout 0.5            ┊\n"
                      "    │  ⠈⠉⠒⠤⢄⡀            ┊ BN on                  ┊\n"
                      "    │       ⠈⠑⠒⠤⣀⡀       ┊ momentum 0.9           ┊\n"
                      "   5┤            ⠈⠑⠢⠤⣀   ┊     rate → 0.1         ┊\n"
                      "    │                 ⠉⠑⠢⢄⣀    a much longer text ┊\n"
                      "    │                    ┊ ⠉⠒⠢⢄⡀                  ┊\n"
                      "    │                    ┊     ⠈⠉⠒⠤⣀⣀⣀⣀⣀⣀⣀⣀⣀      ┊\n"
                      "   0┼──────────┬─────────┊─────────┬────────⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒\n"
                      "    0          10        20        30        40        50       60\n");
  line.points = rising;
  assert_string_equal(draw(CHARSET_BRAILLE, 9, 66, &chart),
                      "  10┤                    ┊  ⢀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠔\n"
                      "    │       ⢠⠋⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠁                     ┊\n"
                      "    │      ⡰⠁            ┊ dropout 0.5            ┊\n"
                      "   5┤    ⢀⠜              ┊ BN on                  ┊\n"
                      "    │   ⢀⠎               ┊ momentum 0.9           ┊\n"
                      "    │  ⡠⠃                ┊     rate → 0.1         ┊\n"
                      "    │ ⡔⠁                 ┊     a much longer text ┊\n"
                      "   0┼⠊─────────┬─────────┊─────────┬─────────┬────┊────┬─────────┬\n"
                      "    0          10        20        30        40        50       60\n");
}

static void test_words_stand_beside_their_own_line(void **state) {
  (void)state;
  ChartMark marks[] = {{.x = 30, .text = "one", .style = STYLE(ROLE_MARK)},
                       {.x = 31, .text = "two", .style = STYLE(ROLE_MARK)},
                       {.x = 35, .text = "three", .style = STYLE(ROLE_MARK)},
                       {.x = 42, .text = "four", .style = STYLE(ROLE_MARK)},
                       {.x = 48, .text = "five", .style = STYLE(ROLE_MARK)}};
  Chart chart = {.marks = marks, .mark_count = 5, .x_max = 60, .y_max = 10};
  assert_string_equal(draw(CHARSET_BRAILLE, 6, 66, &chart),
                      "  10┤                          one ┊┊ two      ┊ four\n"
                      "    │                              ┊┊   ┊ three      ┊ five\n"
                      "    │                              ┊┊   ┊      ┊     ┊\n"
                      "    │                              ┊┊   ┊      ┊     ┊\n"
                      "    │                              ┊┊   ┊      ┊     ┊\n"
                      "   0┼──────────┬─────────┬─────────┊┊───┊────┬─┊─────┊─┬─────────┬\n");
}

static void test_a_block_loses_its_last_rows_where_there_is_no_room(void **state) {
  (void)state;
  ChartMark marks[] = {{.x = 5, .text = "one", .style = STYLE(ROLE_MARK)},
                       {.x = 5, .text = "two", .style = STYLE(ROLE_MARK)},
                       {.x = 5, .text = "three", .style = STYLE(ROLE_MARK)},
                       {.x = 5, .text = "four", .style = STYLE(ROLE_MARK)}};
  Chart chart = {.marks = marks, .mark_count = 4, .x_max = 10};
  assert_string_equal(draw(CHARSET_BRAILLE, 4, 26, &chart),
                      "    │          ┊ one\n"
                      "    │          ┊ two\n"
                      "    │          ┊ three\n"
                      "    └──────────┊─────────┬\n");
}

static void test_mark_text_is_cut_before_it_is_dropped(void **state) {
  (void)state;
  ChartMark mark = {.x = 5, .text = "dropout of layer 2", .style = STYLE(ROLE_MARK)};
  Chart chart = {.marks = &mark, .mark_count = 1, .x_max = 10};
  assert_string_equal(draw(CHARSET_BRAILLE, 4, 26, &chart),
                      "    │          ┊ dropout …\n"
                      "    │          ┊\n"
                      "    │          ┊\n"
                      "    └──────────┊─────────┬\n");
  assert_string_equal(draw(CHARSET_BRAILLE, 4, 14, &chart),
                      "│      ┊\n"
                      "│      ┊\n"
                      "│      ┊\n"
                      "└──────┊─────┬\n");
}

/* A curve that falls steeply can cover all of an early mark's line: its words must be there all the same. */
static void test_words_of_a_covered_line(void **state) {
  (void)state;
  ChartPoint points[] = {{.x = 30, .y = 5, .low = 0, .high = 10}, point(31, 0), point(60, 0)};
  ChartLine line = line_of(points, 3);
  ChartMark mark = {.x = 30, .text = "BN on", .style = STYLE(ROLE_MARK)};
  Chart chart = {.lines = &line, .line_count = 1, .marks = &mark, .mark_count = 1, .x_max = 60, .y_max = 10};
  const char *drawn = draw(CHARSET_BRAILLE, 9, 66, &chart);
  assert_null(strstr(drawn, "┊"));
  assert_non_null(strstr(drawn, " BN on"));
}

/* A level widens no bounds; its words keep clear of the curve, on the line or beside it. */
static void test_level(void **state) {
  (void)state;
  ChartPoint rising[] = {point(0, 0), point(10, 10)}, flat[] = {point(0, 5), point(10, 5)};
  ChartLine line = line_of(rising, 2);
  Chart chart = {.lines = &line, .line_count = 1, .x_max = 10, .y_max = 10, .level = {5, "half 5"}};
  assert_string_equal(draw(CHARSET_BRAILLE, 5, 24, &chart),
                      "  10┤                ⢀⡠⠔\n"
                      "    │     half 5 ⣀⠤⠒⠊⠁\n"
                      "    │┄┄┄┄┄┄┄⣀⡠⠔⠊⠉┄┄┄┄┄┄┄\n"
                      "    │  ⢀⡠⠤⠒⠉\n"
                      "   0┼⠒⠊⠁───────────────┬\n");
  const char *on_it = draw(CHARSET_ASCII, 5, 40, &chart);
  assert_non_null(strstr(on_it, "*----- half 5\n"));
  line.points = flat;
  assert_non_null(strstr(draw(CHARSET_ASCII, 5, 24, &chart), "half 5\n    |*******"));
  chart.level.y = 11;
  assert_null(strstr(draw(CHARSET_BRAILLE, 5, 24, &chart), "half"));
  chart.level.y = 0; /* the axis */
  assert_null(strstr(draw(CHARSET_BRAILLE, 5, 24, &chart), "half"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_mark_texts_keep_clear_of_each_other_and_of_curves, setup, teardown),
      cmocka_unit_test_setup_teardown(test_marks_in_one_column_are_a_block, setup, teardown),
      cmocka_unit_test_setup_teardown(test_words_stand_beside_their_own_line, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_block_loses_its_last_rows_where_there_is_no_room, setup, teardown),
      cmocka_unit_test_setup_teardown(test_words_of_a_covered_line, setup, teardown),
      cmocka_unit_test_setup_teardown(test_level, setup, teardown),
      cmocka_unit_test_setup_teardown(test_mark_text_is_cut_before_it_is_dropped, setup, teardown),
  };
  return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
