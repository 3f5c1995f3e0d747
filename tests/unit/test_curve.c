/* curve: lines dot by dot in braille, blocks and ASCII, and the y scale that they have in common with the ticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "canvas/curve.h"
#include "chart_fixture.h"

/* Lines in a plot of 4 x 8 cells, the axis included, without title, numbers and y labels. */
static const char *plot_only(Charset charset, const ChartLine *lines, int count, float x_max, float y_max) {
  enum { ROWS = 4, COLS = 9 };
  Chart chart = {.lines = lines, .line_count = count, .x_max = x_max, .y_max = y_max};
  return draw(charset, ROWS, COLS, &chart);
}

static void test_straight_lines(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 0), point(10, 10)};
  ChartLine line = line_of(points, 2);
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 10, 10),
                      "│      ⢀⠔\n"
                      "│    ⡠⠒⠁\n"
                      "│ ⢀⠔⠊\n"
                      "└⠒⠁──────\n");
  assert_string_equal(plot_only(CHARSET_BLOCK, &line, 1, 10, 10),
                      "│      ▄▀\n"
                      "│    ▄▀\n"
                      "│  ▄▀\n"
                      "└▀▀──────\n");
  assert_string_equal(plot_only(CHARSET_ASCII, &line, 1, 10, 10),
                      "|      **\n"
                      "|    **\n"
                      "|  **\n"
                      "+**------\n");
}

static void test_a_steep_line_has_no_holes(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 0), point(7, 0), point(8, 10), point(15, 10)};
  ChartLine line = line_of(points, 4);
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10),
                      "│    ⡖⠒⠒⠒\n"
                      "│    ⡇\n"
                      "│   ⢸\n"
                      "└⠒⠒⠒⠚────\n");
}

static void test_patterns(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 20 / 3.0f), point(15, 20 / 3.0f)};
  ChartLine line = line_of(points, 2);
  static const struct {
    Charset charset;
    LinePattern pattern;
    const char *row;
  } cases[] = {{CHARSET_BRAILLE, LINE_SOLID, "│⠒⠒⠒⠒⠒⠒⠒⠒"},  {CHARSET_BRAILLE, LINE_DASHED, "│⠒⠒ ⠒⠒ ⠒⠒"},
               {CHARSET_BRAILLE, LINE_DOTTED, "│⠂⠐ ⠂⠐ ⠂⠐"}, {CHARSET_BLOCK, LINE_DASHED, "│▀▀ ▀▀ ▀▀"},
               {CHARSET_BLOCK, LINE_DOTTED, "│▀ ▀ ▀ ▀▀"},   {CHARSET_ASCII, LINE_SOLID, "|********"},
               {CHARSET_ASCII, LINE_DASHED, "|oooooooo"},   {CHARSET_ASCII, LINE_DOTTED, "|. . . .."},
               {CHARSET_BRAILLE, LINE_SPARSE, "│⠂  ⠂  ⠂⠐"}, {CHARSET_BRAILLE, LINE_SHORT, "│⠒⠂  ⠐⠒ ⠐"},
               {CHARSET_BLOCK, LINE_SPARSE, "│▀   ▀  ▀"},   {CHARSET_BLOCK, LINE_SHORT, "│▀▀    ▀▀"},
               {CHARSET_ASCII, LINE_SPARSE, "|,   ,  ,"},   {CHARSET_ASCII, LINE_SHORT, "|~~  ~~ ~"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    line.pattern = cases[i].pattern;
    char *dump = arena_strdup(&arena, plot_only(cases[i].charset, &line, 1, 15, 10));
    (void)strtok(dump, "\n");
    assert_string_equal(strtok(NULL, "\n"), cases[i].row);
  }
}

static void test_a_spike_survives_every_pattern(void **state) {
  (void)state;
  for (int at = 1; at < 15; at++) {
    for (LinePattern pattern = LINE_SOLID; pattern < LINE_PATTERN_COUNT; pattern++) {
      ChartPoint points[2048];
      for (int i = 0; i < 2048; i++) {
        points[i] = point((float)i, i == at * 128 ? 10 : 0);
      }
      ChartLine line = line_of(points, 2048);
      line.pattern = pattern;
      const char *dump = plot_only(CHARSET_BRAILLE, &line, 1, 2047, 10);
      int apex = 0;
      for (const char *at_cell = dump + strlen("│"); *at_cell != '\n';) {
        uint32_t code;
        at_cell += utf8_decode(at_cell, &code);
        apex += code > 0x2800 && (code & 0x12) != 0; /* a dot at the centre of the top row */
      }
      assert_int_equal(apex, 1);
    }
  }
}

static void test_buckets_show_minimum_to_maximum(void **state) {
  (void)state;
  ChartPoint points[] = {{.x = 4, .y = 5, .low = 0, .high = 10}};
  ChartLine line = line_of(points, 1);
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10),
                      "│  ⡆\n"
                      "│  ⡇\n"
                      "│  ⡇\n"
                      "└──⠃─────\n");
  points[0].low = NAN;
  points[0].high = INFINITY;
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10),
                      "│\n"
                      "│  ⡀\n"
                      "│\n"
                      "└────────\n");
}

static void test_gaps(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 0), point(4, 0), point(6, NAN), point(8, 10), point(12, INFINITY), point(15, 0)};
  ChartLine line = line_of(points, 6);
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10),
                      "│    ⠂\n"
                      "│\n"
                      "│\n"
                      "└⠒⠒⠂────⠐\n");
  assert_string_equal(plot_only(CHARSET_ASCII, &line, 1, 15, 10),
                      "|    *\n"
                      "|\n"
                      "|\n"
                      "+***----*\n");
}

static void test_a_line_is_cut_at_the_range(void **state) {
  (void)state;
  ChartPoint points[] = {point(-15, -20), point(30, 40)}; /* y = 4/3 x */
  ChartLine line = line_of(points, 2);
  const char *cut = plot_only(CHARSET_BRAILLE, &line, 1, 15, 20);
  ChartPoint inside[] = {point(0, 0), point(15, 20)};
  ChartLine same = line_of(inside, 2);
  assert_string_equal(cut, plot_only(CHARSET_BRAILLE, &same, 1, 15, 20));
  assert_string_equal(plot_only(CHARSET_BLOCK, &line, 1, 15, 6),
                      "│  ▄▀\n"
                      "│ ▄▀\n"
                      "│ █\n"
                      "└▀───────\n");
}

static void test_lines_in_one_cell(void **state) {
  (void)state;
  ChartPoint low[] = {point(0, 5.5f), point(15, 5.5f)}, high[] = {point(0, 8), point(15, 8)};
  ChartLine lines[] = {line_of(low, 2), line_of(high, 2)};
  lines[1].style = STYLE(ROLE_VAL);
  Chart chart = {.lines = lines, .line_count = 2, .x_max = 15, .y_max = 10};
  Canvas *canvas = canvas_create(&arena, 4, 9, CHARSET_BRAILLE);
  chart_draw(canvas, (Rect){0, 0, 4, 9}, &chart);
  assert_int_equal(canvas_at(canvas, 1, 3)->code, 0x2800 + 0x09 + 0xC0); /* dots of both */
  assert_int_equal(canvas_at(canvas, 1, 3)->style.role, ROLE_VAL);       /* the later line's colour */
  lines[0].style.attr = ATTR_FAINT;
  chart_draw(canvas, (Rect){0, 0, 4, 9}, &chart);
  assert_int_equal(canvas_at(canvas, 1, 3)->code, 0x2800 + 0x09); /* a faint line makes room */
}

/* ------------------------------------------------------------------ the y scale */

/* The only row, in a chart of 30 columns, that has both `label` beside the axis and a flat curve at `value`. */
static int row_of_label_and_curve(const Chart *range, Charset charset, int rows, double value, const char *label) {
  ChartPoint points[] = {point(0, (float)value), point(9, (float)value)};
  ChartLine line = line_of(points, 2);
  Chart chart = *range;
  chart.lines = &line;
  chart.line_count = 1;
  Canvas *canvas = canvas_create(&arena, rows, 30, charset);
  chart_draw(canvas, (Rect){0, 0, rows, 30}, &chart);
  int found = -1;
  for (int row = 0; row < rows; row++) {
    bool curve = canvas_at(canvas, row, 9)->style.role == ROLE_TRAIN;
    for (int col = 0; col < 4 && curve; col++) {
      curve = canvas_at(canvas, row, col)->code == (uint32_t)label[col];
    }
    assert_true(!curve || found < 0);
    found = curve ? row : found;
  }
  assert_true(found >= 0);
  return found;
}

static void check_ticks(const Chart *range, Charset charset, int rows) {
  double ticks[64];
  int axis_row = rows - 1 - (rows >= 7), before = 0, least = rows, most = 0;
  int count = chart_ticks((double)range->y_min, (double)range->y_max, axis_row / 3 + 1, range->log_y, ticks);
  if (count < 2) { /* the ends instead */
    ticks[0] = (double)range->y_min;
    ticks[1] = (double)range->y_max;
    count = 2;
  }
  for (int i = 0; i < count; i++) {
    char label[16], padded[32];
    chart_tick_label(label, sizeof label, ticks[i], range->log_y ? ticks[i] : ticks[1] - ticks[0]);
    (void)snprintf(padded, sizeof padded, "%4s", label);
    int row = row_of_label_and_curve(range, charset, rows, ticks[i], padded);
    if (i > 0) {
      least = before - row < least ? before - row : least;
      most = before - row > most ? before - row : most;
    } else if (ticks[0] == (double)range->y_min) {
      assert_int_equal(row, axis_row);
    }
    before = row;
  }
  assert_true(most - least <= 1 || range->log_y); /* 1, 2, 5, 10 are not evenly spaced */
}

static void test_a_tick_is_in_the_row_of_its_value(void **state) {
  (void)state;
  static const Chart ranges[] = {{.x_max = 9, .y_max = 1},
                                 {.x_max = 9, .y_max = 3},
                                 {.x_max = 9, .y_min = -2, .y_max = 2},
                                 {.x_max = 9, .y_min = 0.25f, .y_max = 4.75f},
                                 {.x_max = 9, .y_min = 1, .y_max = 1000, .log_y = true}};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    for (Charset charset = CHARSET_BRAILLE; charset < CHARSET_COUNT; charset++) {
      for (int rows = 5; rows < 50; rows++) {
        check_ticks(&ranges[i], charset, rows);
        arena_reset(&arena);
      }
    }
  }
}

static void test_a_value_is_in_the_row_whose_centre_is_nearest(void **state) {
  (void)state;
  for (Charset charset = CHARSET_BRAILLE; charset < CHARSET_COUNT; charset++) {
    for (int rows = 2; rows < 60; rows++) {
      Plot plot = {.rect = {5, 5, rows, 30}, .y = {.low = -3, .high = 7, .known = true}};
      int before = rows - 1;
      for (int i = 0; i <= 1000; i++) {
        int row = plot_row(&plot, charset, -3 + i * 0.01);
        assert_true(row == before || row == before - 1);
        assert_true(fabs(row - (1 - i * 0.001) * (rows - 1)) < 0.501);
        before = row;
      }
      assert_int_equal(before, 0);
      assert_int_equal(plot_row(&plot, charset, -3 - 6.0 / (rows - 1)), -1);
      assert_int_equal(plot_row(&plot, charset, 7 + 6.0 / (rows - 1)), -1);
    }
  }
}

static void test_nothing_is_below_the_axis_line(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 0), point(4, 0), point(5, -50), point(6, 0.1f), point(9, 0)};
  ChartLine line = line_of(points, 5);
  Chart chart = {.x_label = "epoch", .lines = &line, .line_count = 1, .x_max = 29, .y_max = 10};
  assert_string_equal(draw(CHARSET_BRAILLE, 6, 40, &chart),
                      "  10┤\n"
                      "    │\n"
                      "    │\n"
                      "    │\n"
                      "    │\n"
                      "   0┼⠒⠒⠒⠒⠒⠂─⠒⠒⠒⠒─┬───────────┬──── epoch\n");
  assert_string_equal(draw(CHARSET_BLOCK, 6, 40, &chart),
                      "  10┤\n"
                      "    │\n"
                      "    │\n"
                      "    │\n"
                      "    │\n"
                      "   0┼▀▀▀▀▀▀─▀▀▀▀▀┬──────────┬───── epoch\n");
  points[4].x = 29;
  assert_string_equal(draw(CHARSET_BRAILLE, 6, 40, &chart),
                      "  10┤\n"
                      "    │\n"
                      "    │\n"
                      "    │\n"
                      "    │\n"
                      "   0┼⠒⠒⠒⠒⠒⠂─⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒\n");
  points[3] = point(20, 10);
  assert_string_equal(draw(CHARSET_ASCII, 6, 40, &chart),
                      "  10+                       **\n"
                      "    |                       * **\n"
                      "    |                      *    **\n"
                      "    |                      *      **\n"
                      "    |                     *         **\n"
                      "   0+******------+--------*-+-- epoch **\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_straight_lines, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_steep_line_has_no_holes, setup, teardown),
      cmocka_unit_test_setup_teardown(test_patterns, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_spike_survives_every_pattern, setup, teardown),
      cmocka_unit_test_setup_teardown(test_buckets_show_minimum_to_maximum, setup, teardown),
      cmocka_unit_test_setup_teardown(test_gaps, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_line_is_cut_at_the_range, setup, teardown),
      cmocka_unit_test_setup_teardown(test_lines_in_one_cell, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_tick_is_in_the_row_of_its_value, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_value_is_in_the_row_whose_centre_is_nearest, setup, teardown),
      cmocka_unit_test_setup_teardown(test_nothing_is_below_the_axis_line, setup, teardown),
  };
  return cmocka_run_group_tests_name("curve", tests, NULL, NULL);
}
