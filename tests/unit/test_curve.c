/* curve: lines dot by dot in braille, blocks and ASCII. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "canvas/chart.h"

static Arena arena;

static int setup(void **state) {
  (void)state;
  arena_init(&arena, 0);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  arena_deinit(&arena);
  return 0;
}

static ChartPoint point(float x, float y) { return (ChartPoint){.x = x, .y = y, .low = y, .high = y}; }

static ChartLine line_of(const ChartPoint *points, int count) {
  return (ChartLine){.points = points, .count = count, .style = STYLE(ROLE_TRAIN)};
}

static const char *draw(Charset charset, int rows, int cols, const Chart *chart) {
  Canvas *canvas = canvas_create(&arena, rows, cols, charset);
  chart_draw(canvas, (Rect){0, 0, rows, cols}, chart);
  return canvas_dump(canvas, &arena);
}

/* One line in a range of exactly `rows` x `cols` cells of plot, without title, numbers and y labels: the plot alone. */
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
                      "│     ⢀⠔⠊\n"
                      "│  ⢀⡠⠊⠁\n"
                      "│⡠⠔⠁\n"
                      "└────────\n");
  assert_string_equal(plot_only(CHARSET_BLOCK, &line, 1, 10, 10),
                      "│     ▄▄▀\n"
                      "│   ▄▀\n"
                      "│▄▀▀\n"
                      "└────────\n");
  assert_string_equal(plot_only(CHARSET_ASCII, &line, 1, 10, 10),
                      "|      **\n"
                      "|  ****\n"
                      "|**\n"
                      "+--------\n");
}

static void test_a_steep_line_has_no_holes(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 0), point(7, 0), point(8, 10), point(15, 10)};
  ChartLine line = line_of(points, 4);
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10),
                      "│    ⡏⠉⠉⠉\n"
                      "│   ⢠⠃\n"
                      "│⣀⣀⣀⣸\n"
                      "└────────\n");
}

static void test_patterns(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 5.5f), point(15, 5.5f)};
  ChartLine line = line_of(points, 2);
  static const struct {
    Charset charset;
    LinePattern pattern;
    const char *row;
  } cases[] = {{CHARSET_BRAILLE, LINE_SOLID, "│⠒⠒⠒⠒⠒⠒⠒⠒"},  {CHARSET_BRAILLE, LINE_DASHED, "│⠒⠒ ⠒⠒ ⠒⠒"},
               {CHARSET_BRAILLE, LINE_DOTTED, "│⠂⠐ ⠂⠐ ⠂⠐"}, {CHARSET_BLOCK, LINE_DASHED, "│▀▀ ▀▀ ▀▀"},
               {CHARSET_BLOCK, LINE_DOTTED, "│▀ ▀ ▀ ▀▀"},   {CHARSET_ASCII, LINE_SOLID, "|********"},
               {CHARSET_ASCII, LINE_DASHED, "|oooooooo"},   {CHARSET_ASCII, LINE_DOTTED, "|. . . .."}};
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
    for (LinePattern pattern = LINE_SOLID; pattern <= LINE_DOTTED; pattern++) {
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
        apex += code > 0x2800 && (code & 0x09) != 0; /* a dot in the top row of dots */
      }
      assert_int_equal(apex, 1);
    }
  }
}

static void test_buckets_show_minimum_to_maximum(void **state) {
  (void)state;
  ChartPoint points[] = {{.x = 4, .y = 5, .low = 0, .high = 10}};
  ChartLine line = line_of(points, 1);
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10), "│  ⡇\n│  ⡇\n│  ⡇\n└────────\n");
  points[0].low = NAN;
  points[0].high = INFINITY;
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10), "│\n│  ⠄\n│\n└────────\n");
}

static void test_gaps(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 0), point(4, 0), point(6, NAN), point(8, 10), point(12, INFINITY), point(15, 0)};
  ChartLine line = line_of(points, 6);
  assert_string_equal(plot_only(CHARSET_BRAILLE, &line, 1, 15, 10), "│    ⠁\n│\n│⣀⣀⡀    ⢀\n└────────\n");
  assert_string_equal(plot_only(CHARSET_ASCII, &line, 1, 15, 10), "|    *\n|\n|***    *\n+--------\n");
}

static void test_a_line_is_cut_at_the_range(void **state) {
  (void)state;
  ChartPoint points[] = {point(-15, -20), point(30, 40)}; /* y = 4/3 x */
  ChartLine line = line_of(points, 2);
  const char *cut = plot_only(CHARSET_BRAILLE, &line, 1, 15, 20);
  ChartPoint inside[] = {point(0, 0), point(15, 20)};
  ChartLine same = line_of(inside, 2);
  assert_string_equal(cut, plot_only(CHARSET_BRAILLE, &same, 1, 15, 20));
  assert_string_equal(plot_only(CHARSET_BLOCK, &line, 1, 15, 6), "│  █\n│ █\n│▄▀\n└────────\n");
}

static void test_lines_in_one_cell(void **state) {
  (void)state;
  ChartPoint low[] = {point(0, 4), point(15, 4)}, high[] = {point(0, 6.5f), point(15, 6.5f)};
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
  };
  return cmocka_run_group_tests_name("curve", tests, NULL, NULL);
}
