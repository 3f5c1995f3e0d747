/* chart: ranges, legend and cursor, whole charts against tests/golden/canvas, and values that break arithmetic.
 * After an intended change of looks, run once with NNLAB_GOLDEN=write and read the difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/rng.h"
#include "base/str.h"
#include "chart_fixture.h"

/* ------------------------------------------------------------------ ranges */

/* The y labels from top to bottom, in a chart of 11 rows of plot. */
static const char *y_labels(const Chart *chart) {
  char *dump = arena_strdup(&arena, draw(CHARSET_ASCII, 13, 60, chart));
  char *labels = arena_alloc(&arena, 256, 1, 1);
  for (char *line = strtok(dump, "\n"); line; line = strtok(NULL, "\n")) {
    char label[32];
    char after;
    if (sscanf(line, "%15[-0-9.e ]%c", label, &after) == 2 && after == '+' && label[strspn(label, " ")]) {
      const char *text = label + strspn(label, " ");
      label[strcspn(text, " ") + (size_t)(text - label)] = '\0';
      (void)snprintf(labels + strlen(labels), 256 - strlen(labels), "%s%s", *labels ? " " : "", text);
    }
  }
  return labels;
}

static void test_y_range(void **state) {
  (void)state;
  static const struct {
    float a, b;
    bool from_zero, to_one, log;
    const char *labels;
  } cases[] = {
      {0.02f, 2.31f, true, false, false, "2 1 0"},
      {0.02f, 2.9f, true, false, false, "3 2 1 0"},
      {0.62f, 0.97f, false, true, false, "1.0 0.8 0.6"},
      {0.1f, 0.97f, true, true, false, "1.0 0.5 0.0"},
      {-1.7f, 0.8f, false, true, false, "1 0 -1 -2"},
      {-5, -3, true, false, false, "0 -2 -4"},
      {0.5f, 0.5f, false, false, false, "0.55 0.50 0.45"},
      {0, 0, false, false, false, "1 0 -1"},
      {0, 0, true, false, false, "1.0 0.5 0.0"},
      {1, 1, true, true, false, "1.0 0.5 0.0"},
      {-7, -7, false, false, false, "-6 -7 -8"},
      {2.302585f, 2.3025851f, false, false, false, "2.6 2.4 2.2 2.0"},
      {1e-8f, 1e8f, false, false, false, "1.0e8 5e7 0"},
      {1e-8f, 1e8f, false, false, true, "100000 1 1e-5"},
      {0.02f, 2.3f, false, false, true, "1 0.1"},
      {3, 3, false, false, true, "10 5 2 1"},
      {1e-45f, 3e-45f, false, false, false, "3.0e-45 2.5e-45 2.0e-45 1.5e-45"},
      {-FLT_MAX, FLT_MAX, false, false, false, "5e38 0 -5e38"},
      {1e-45f, FLT_MAX, false, false, true, "1e20 1 1e-20 1e-40"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ChartPoint points[] = {point(0, NAN), point(1, cases[i].a), point(2, INFINITY), point(3, cases[i].b),
                           point(4, -INFINITY)};
    ChartLine line = line_of(points, 5);
    Chart chart = {.lines = &line,
                   .line_count = 1,
                   .y_from_zero = cases[i].from_zero,
                   .y_to_one = cases[i].to_one,
                   .log_y = cases[i].log};
    assert_string_equal(y_labels(&chart), cases[i].labels);
  }
}

static void test_ranges_hold_buckets_and_nothing_infinite(void **state) {
  (void)state;
  ChartPoint points[] = {{.x = 0, .y = 5, .low = 1, .high = 9},
                         {.x = 1, .y = 5, .low = -INFINITY, .high = INFINITY},
                         {.x = INFINITY, .y = 5, .low = 5, .high = 5},
                         {.x = 2, .y = NAN, .low = 50, .high = 50},
                         {.x = 4, .y = 5, .low = NAN, .high = NAN}};
  ChartLine line = line_of(points, 5);
  Chart chart = {.lines = &line, .line_count = 1};
  assert_string_equal(y_labels(&chart), "10 5 0");
  const char *numbers = "\n    0          1         2         3         4\n";
  assert_non_null(strstr(draw(CHARSET_ASCII, 8, 46, &chart), numbers));
}

/* How many numbers stand below the axis, in the last row of a drawing; each must be whole and in the range. */
static int numbers_below(const char *dump, double low, double high) {
  const char *row = dump + strlen(dump) - 1;
  while (row[-1] != '\n') {
    row--;
  }
  int count = 0;
  for (char *word = strtok(arena_strdup(&arena, row), " \n"); word; word = strtok(NULL, " \n"), count++) {
    double value;
    assert_true(str_to_double(word, &value));
    assert_true(value >= low && value <= high);
  }
  return count;
}

static void test_numbers_below_the_axis_never_touch(void **state) {
  (void)state;
  Chart log = {.x_min = 1e-4f, .x_max = 0.9f, .log_x = true}, wide = {.x_min = 10000000, .x_max = 10000100};
  for (int cols = 40; cols < 160; cols++) {
    assert_in_range(numbers_below(draw(CHARSET_ASCII, 8, cols, &log), 1e-4, 0.9), 3, 12);
    assert_in_range(numbers_below(draw(CHARSET_ASCII, 8, cols, &wide), 1e7, 1e7 + 100), 2, 11);
  }
}

static void test_one_epoch_is_not_parted(void **state) {
  (void)state;
  Chart one = {.x_max = 1}, three = {.x_max = 3};
  assert_int_equal(numbers_below(draw(CHARSET_ASCII, 8, 100, &one), 0, 1), 2);
  assert_int_equal(numbers_below(draw(CHARSET_ASCII, 8, 100, &three), 0, 3), 4);
}

static void test_the_given_x_range_stays(void **state) {
  (void)state;
  ChartPoint points[60];
  for (int i = 0; i < 60; i++) {
    points[i] = point((float)i, (float)(i * i % 17));
  }
  for (Charset charset = CHARSET_BRAILLE; charset < CHARSET_COUNT; charset++) {
    ChartLine line = line_of(points, 30);
    line.pattern = LINE_DASHED;
    Chart chart = {.x_label = "epoch", .lines = &line, .line_count = 1, .x_max = 100, .y_max = 20};
    Canvas *early = canvas_create(&arena, 12, 72, charset), *late = canvas_create(&arena, 12, 72, charset);
    chart_draw(early, (Rect){0, 0, 12, 72}, &chart);
    line.count = 60;
    chart_draw(late, (Rect){0, 0, 12, 72}, &chart);
    int same_cols = 5 + 67 * 28 / 100; /* a point before the last one */
    for (int row = 0; row < 12; row++) {
      for (int col = 0; col < 72; col++) {
        bool old = col < same_cols || row == 11;
        assert_true(!old || canvas_at(early, row, col)->code == canvas_at(late, row, col)->code);
      }
    }
  }
}

/* ------------------------------------------------------------------ legend, cursor */

static const char *first_line(const char *dump) { return strtok(arena_strdup(&arena, dump), "\n"); }

static void test_legend_is_dropped_piece_by_piece(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, 1), point(1, 0.0213f), point(2, NAN)};
  ChartLine lines[] = {line_of(points, 3), line_of(points, 3), line_of(points, 2)};
  lines[0].label = "pinned";
  lines[1].label = "train";
  lines[2].label = "val";
  lines[0].pattern = LINE_DOTTED;
  lines[2].pattern = LINE_DASHED;
  Chart chart = {.title = "Loss", .lines = lines, .line_count = 3};
  static const struct {
    int cols;
    const char *line;
  } cases[] = {{70, "Loss                ┈┈ pinned 0.0213   ━━ train 0.0213   ╌╌ val 0.0213"},
               {56, "Loss                       ┈┈ pinned   ━━ train   ╌╌ val"},
               {40, "Loss       ┈┈ pinned   ━━ train   ╌╌ val"},
               {30, "Loss         ━━ train   ╌╌ val"},
               {16, "Loss      ╌╌ val"},
               {12, "Loss"},
               {8, "Loss"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(first_line(draw(CHARSET_BRAILLE, 8, cases[i].cols, &chart)), cases[i].line);
  }
}

static void test_cursor(void **state) {
  (void)state;
  ChartPoint train[] = {point(0, 9), point(10, 8), point(20, 7.25f), point(30, 1)};
  ChartPoint val[] = {point(0, 5), point(10, NAN), point(11, 5)};
  ChartLine lines[] = {line_of(train, 4), line_of(val, 3)};
  lines[0].label = "train";
  lines[1].label = "val";
  Chart chart = {.title = "Loss", .lines = lines, .line_count = 2, .x_max = 30, .y_max = 10};
  chart.has_cursor = true;
  chart.cursor_x = 21;
  assert_string_equal(draw(CHARSET_BRAILLE, 8, 46, &chart),
                      "Loss           ━━ train 7.25     ━━ val -\n"
                      "  10┤⡀                           │\n"
                      "    │⠈⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀│\n"
                      "    │⡀              ⡀            ⠉⠒⠤⣀\n"
                      "    │                            │   ⠉⠒⠢⢄⡀\n"
                      "    │                            │       ⠈⠑⠢⢄⣀\n"
                      "   0┼─────────────┬─────────────┬│───────────┬\n"
                      "    0             10             21         30\n");
  chart.cursor_x = 10;
  assert_string_equal(draw(CHARSET_BRAILLE, 8, 46, &chart),
                      "Loss           ━━ train 8        ━━ val -\n"
                      "  10┤⡀            │\n"
                      "    │⠈⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀\n"
                      "    │⡀            │ ⡀            ⠉⠒⠤⣀\n"
                      "    │             │                  ⠉⠒⠢⢄⡀\n"
                      "    │             │                      ⠈⠑⠢⢄⣀\n"
                      "   0┼─────────────│─────────────┬────────────┬\n"
                      "    0             10            20          30\n");
  chart.cursor_x = NAN;
  assert_string_equal(draw(CHARSET_BRAILLE, 8, 46, &chart),
                      "Loss           ━━ train -        ━━ val -\n"
                      "  10┤⡀\n"
                      "    │⠈⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀\n"
                      "    │⡀              ⡀            ⠉⠒⠤⣀\n"
                      "    │                                ⠉⠒⠢⢄⡀\n"
                      "    │                                    ⠈⠑⠢⢄⣀\n"
                      "   0┼─────────────┬─────────────┬────────────┬\n"
                      "    0             10            20          30\n");
}

static void test_empty(void **state) {
  (void)state;
  ChartPoint points[] = {point(0, NAN), point(NAN, 1)};
  ChartLine line = line_of(points, 2);
  Chart chart = {
      .title = "Loss", .x_label = "epoch", .empty_text = "starting", .lines = &line, .line_count = 1, .x_max = 30};
  assert_string_equal(draw(CHARSET_BRAILLE, 8, 46, &chart),
                      "Loss\n"
                      "    │\n"
                      "    │\n"
                      "    │                starting\n"
                      "    │\n"
                      "    │\n"
                      "    └─────────────┬─────────────┬─────── epoch\n"
                      "    0             10            20          30\n");
  chart.y_from_zero = chart.y_to_one = true;
  chart.x_max = 0;
  assert_string_equal(draw(CHARSET_BRAILLE, 8, 46, &chart),
                      "Loss\n"
                      "   1┤\n"
                      "    │\n"
                      "    │                starting\n"
                      "    │\n"
                      "    │\n"
                      "   0┼────────────────────┬────────────── epoch\n"
                      "    -1                   0                   1\n");
}

static void test_one_point(void **state) {
  (void)state;
  ChartPoint points[] = {point(1, 2.25f)};
  ChartLine line = line_of(points, 1);
  line.pattern = LINE_DOTTED;
  Chart chart = {.x_label = "epoch", .lines = &line, .line_count = 1};
  assert_string_equal(draw(CHARSET_BRAILLE, 8, 46, &chart),
                      "    │\n"
                      " 2.4┤\n"
                      "    │\n"
                      "    │                    ⠂\n"
                      " 2.2┤\n"
                      "    │\n"
                      " 2.0┼────────────────────┬────────────── epoch\n"
                      "    0                    1                   2\n");
  assert_string_equal(draw(CHARSET_BLOCK, 8, 46, &chart),
                      "    │\n"
                      " 2.4┤\n"
                      "    │\n"
                      "    │                    ▀\n"
                      " 2.2┤\n"
                      "    │\n"
                      " 2.0┼────────────────────┬────────────── epoch\n"
                      "    0                    1                   2\n");
  chart.log_x = chart.log_y = true;
  assert_string_equal(draw(CHARSET_ASCII, 8, 46, &chart),
                      "   5+\n"
                      "    |\n"
                      "    |\n"
                      "   2+                    .\n"
                      "    |\n"
                      "    |\n"
                      "   1+--------------------+-------------- epoch\n"
                      "   0.5                   1                   2\n");
}

/* ------------------------------------------------------------------ whole charts */

enum { EPOCHS = 46, BATCHES = 8, PINNED = 100 };

/* Curves as a network makes them, by arithmetic that gives the same floats everywhere. */
typedef struct Sample {
  ChartPoint raw[EPOCHS * BATCHES], smooth[EPOCHS * BATCHES], val[EPOCHS], pinned[PINNED];
  ChartLine lines[4];
  ChartMark marks[3];
  Chart chart;
} Sample;

static float fall(float x, float from, float to, float speed) { return to + (from - to) / (1 + x * x / speed); }

/* `best` is the value that no measurement passes: 0 for a loss, 1 for an accuracy. */
static void sample_points(Sample *sample, float from, float train, float val, float rise, float best) {
  Rng rng = rng_start((RngKey){.seed = 3, .purpose = RNG_TEST});
  for (int i = 0; i < EPOCHS * BATCHES; i++) {
    float x = (float)(i + 1) / BATCHES, y = fall(x, from, train, 40);
    sample->smooth[i] = point(x, y);
    sample->raw[i] = point(x, fmaxf(0, y + (y - best) * 0.8f * (rng_uniform(&rng) - 0.5f)));
  }
  for (int i = 0; i < EPOCHS; i++) {
    float x = (float)(i + 1);
    sample->val[i] = point(x, fall(x, from, val, 30) + rise * x + (from - val) * 0.02f * (rng_uniform(&rng) - 0.5f));
  }
  for (int i = 0; i < PINNED; i++) {
    float x = (float)(i + 1);
    sample->pinned[i] = point(x, fall(x, from, (train + val) / 2, 90));
  }
}

static Sample *sample_create(void) {
  Sample *sample = ARENA_NEW(&arena, Sample);
  sample_points(sample, 2.3f, 0.02f, 0.35f, 0.012f, 0);
  sample->lines[0] = (ChartLine){sample->pinned, PINNED, STYLE(ROLE_PINNED), LINE_DOTTED, "pinned"};
  sample->lines[1] = (ChartLine){sample->raw, EPOCHS * BATCHES, {ROLE_TRAIN, ATTR_FAINT}, LINE_SOLID, NULL};
  sample->lines[2] = (ChartLine){sample->smooth, EPOCHS * BATCHES, STYLE(ROLE_TRAIN), LINE_SOLID, "train"};
  sample->lines[3] = (ChartLine){sample->val, EPOCHS, STYLE(ROLE_VAL), LINE_DASHED, "val"};
  sample->marks[0] = (ChartMark){23, "Dense 2 dropout 0 → 0.5", STYLE(ROLE_MARK)};
  sample->marks[1] = (ChartMark){31, "BN on Dense 1", STYLE(ROLE_MARK)};
  sample->marks[2] = (ChartMark){88, "rate 0.001 → 0.01", STYLE(ROLE_MARK)};
  sample->chart = (Chart){.title = "Loss",
                          .x_label = "epoch",
                          .lines = sample->lines,
                          .line_count = 4,
                          .marks = sample->marks,
                          .mark_count = 3,
                          .x_max = 100,
                          .y_from_zero = true};
  return sample;
}

static void expect_golden(const char *name, const char *dump) {
  const char *path = arena_printf(&arena, "tests/golden/canvas/%s.txt", name);
  const char *mode = getenv("NNLAB_GOLDEN");
  Error err;
  if (mode && strcmp(mode, "write") == 0) {
    assert_int_equal(file_write_atomic(path, dump, strlen(dump), &err), STATUS_OK);
  }
  char *golden = NULL;
  size_t length = 0;
  assert_int_equal(file_read(&arena, path, 1 << 20, &golden, &length, &err), STATUS_OK);
  assert_string_equal(dump, golden);
}

static void test_golden_charts(void **state) {
  (void)state;
  static const char *const names[CHARSET_COUNT] = {"braille", "block", "ascii"};
  static const int sizes[][2] = {{12, 72}, {8, 40}, {25, 160}};
  for (Charset charset = CHARSET_BRAILLE; charset < CHARSET_COUNT; charset++) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      Sample *sample = sample_create();
      const char *dump = draw(charset, sizes[i][0], sizes[i][1], &sample->chart);
      expect_golden(arena_printf(&arena, "loss_%dx%d_%s", sizes[i][1], sizes[i][0], names[charset]), dump);
    }
  }
}

static void test_golden_variants(void **state) {
  (void)state;
  Sample *sample = sample_create();
  sample->chart.log_y = true;
  sample->chart.has_cursor = true;
  sample->chart.cursor_x = 40;
  expect_golden("log_cursor_100x20_braille", draw(CHARSET_BRAILLE, 20, 100, &sample->chart));
  sample_points(sample, 0.1f, 1, 0.92f, 0, 1);
  sample->chart = (Chart){.title = "Accuracy",
                          .x_label = "epoch",
                          .lines = sample->lines,
                          .line_count = 4,
                          .x_max = 100,
                          .y_from_zero = true,
                          .y_to_one = true};
  expect_golden("accuracy_72x12_braille", draw(CHARSET_BRAILLE, 12, 72, &sample->chart));
}

/* ------------------------------------------------------------------ what must not break */

static void test_too_small(void **state) {
  (void)state;
  Sample *sample = sample_create();
  for (int rows = -1; rows < 12; rows++) {
    for (int cols = -1; cols < 70; cols++) {
      Canvas *canvas = canvas_create(&arena, 14, 72, CHARSET_ASCII);
      canvas_fill(canvas, canvas->clip, '#', STYLE(ROLE_TEXT));
      chart_draw(canvas, (Rect){1, 1, rows, cols}, &sample->chart);
      bool drawn = rows >= 3 && cols >= 8;
      for (int row = 0; row < 14; row++) {
        for (int col = 0; col < 72; col++) {
          bool inside = drawn && rect_contains((Rect){1, 1, rows, cols}, row, col);
          assert_int_equal(canvas_at(canvas, row, col)->code != '#', inside);
        }
      }
      arena_reset(&arena);
      sample = sample_create();
    }
  }
}

static float any_float(Rng *rng) {
  static const float extremes[] = {0,         -0.0f, FLT_MAX, -FLT_MAX, FLT_MIN, 1e-45f, -1e-45f,  INFINITY,
                                   -INFINITY, NAN,   1e8f,    1e-8f,    1,       -1,     16777216, 1e30f};
  return rng_below(rng, 3) == 0 ? extremes[rng_below(rng, sizeof extremes / sizeof *extremes)]
                                : rng_normal(rng) * (float)rng_below(rng, 100);
}

static int any_int(Rng *rng) {
  static const int extremes[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
  return rng_below(rng, 8) == 0 ? extremes[rng_below(rng, 5)] : (int)rng_below(rng, 90) - 10;
}

static void random_line(Rng *rng, ChartPoint *points, int capacity, ChartLine *line) {
  static const char *const labels[] = {NULL, "train", "验证", "", "a\x1b[31m"};
  line->points = points;
  line->count = (int)rng_below(rng, (uint32_t)capacity + 1);
  bool ordered = rng_below(rng, 4) > 0;
  for (int i = 0; i < line->count; i++) {
    points[i] = (ChartPoint){any_float(rng), any_float(rng), any_float(rng), any_float(rng)};
    points[i].x = ordered ? (float)i * 0.7f : points[i].x;
  }
  line->style = (Style){(uint8_t)rng_below(rng, ROLE_COUNT), (uint8_t)(rng_below(rng, 2) * ATTR_FAINT)};
  line->pattern = (LinePattern)rng_below(rng, LINE_PATTERN_COUNT);
  line->label = labels[rng_below(rng, 5)];
}

static void test_random_charts(void **state) {
  (void)state;
  static const char *const texts[] = {NULL, "", "epoch",
                                      "a long text that fits nowhere at all, not even in a wide chart", "验"};
  Rng rng = rng_start((RngKey){.seed = 4, .purpose = RNG_TEST});
  for (int round = 0; round < 3000; round++) {
    arena_reset(&arena);
    ChartPoint points[3][64];
    ChartLine lines[3];
    ChartMark marks[4];
    ChartBand bands[2];
    for (int i = 0; i < 3; i++) {
      random_line(&rng, points[i], 64, &lines[i]);
    }
    for (int i = 0; i < 4; i++) {
      marks[i] = (ChartMark){any_float(&rng), texts[rng_below(&rng, 5)], STYLE(ROLE_MARK)};
    }
    for (int i = 0; i < 2; i++) {
      bands[i] = (ChartBand){points[i], lines[i].count, i, lines[i].style};
    }
    uint32_t flags = rng_u32(&rng);
    Chart chart = {texts[rng_below(&rng, 5)],
                   texts[rng_below(&rng, 5)],
                   texts[rng_below(&rng, 5)],
                   lines,
                   (int)rng_below(&rng, 4),
                   marks,
                   (int)rng_below(&rng, 5),
                   any_float(&rng),
                   any_float(&rng),
                   any_float(&rng),
                   any_float(&rng),
                   flags & 1,
                   flags & 2,
                   flags & 4,
                   flags & 8,
                   flags & 16,
                   any_float(&rng),
                   {any_float(&rng), texts[rng_below(&rng, 5)]},
                   bands,
                   (int)rng_below(&rng, 3)};
    Charset charset = (Charset)rng_below(&rng, CHARSET_COUNT);
    Canvas *canvas = canvas_create(&arena, 30, 80, charset);
    canvas_fill(canvas, canvas->clip, '#', STYLE(ROLE_BAD));
    Rect rect = {any_int(&rng), any_int(&rng), any_int(&rng), any_int(&rng)};
    chart_draw(canvas, rect, &chart);
    for (int i = 0; i < 30 * 80; i++) {
      const Cell *cell = &canvas->cells[i];
      assert_true(rect_contains(rect, i / 80, i % 80) || cell->code == '#');
      assert_true(charset != CHARSET_ASCII || (cell->code >= ' ' && cell->code < 0x7F));
    }
  }
}

static void test_a_chart_wider_than_any_terminal(void **state) {
  (void)state;
  Sample *sample = sample_create();
  sample->chart.y_max = 3;
  Canvas *canvas = canvas_create(&arena, 10, 5000, CHARSET_BRAILLE);
  chart_draw(canvas, (Rect){0, 0, 10, 5000}, &sample->chart);
  assert_int_equal(canvas_at(canvas, 8, 4)->code, 0x253C);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_y_range, setup, teardown),
      cmocka_unit_test_setup_teardown(test_ranges_hold_buckets_and_nothing_infinite, setup, teardown),
      cmocka_unit_test_setup_teardown(test_numbers_below_the_axis_never_touch, setup, teardown),
      cmocka_unit_test_setup_teardown(test_one_epoch_is_not_parted, setup, teardown),
      cmocka_unit_test_setup_teardown(test_the_given_x_range_stays, setup, teardown),
      cmocka_unit_test_setup_teardown(test_legend_is_dropped_piece_by_piece, setup, teardown),
      cmocka_unit_test_setup_teardown(test_cursor, setup, teardown),
      cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
      cmocka_unit_test_setup_teardown(test_one_point, setup, teardown),
      cmocka_unit_test_setup_teardown(test_golden_charts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_golden_variants, setup, teardown),
      cmocka_unit_test_setup_teardown(test_too_small, setup, teardown),
      cmocka_unit_test_setup_teardown(test_random_charts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_chart_wider_than_any_terminal, setup, teardown),
  };
  return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
