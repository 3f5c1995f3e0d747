/* The band between lines: where it lies in every charset, and that curves stay on top of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "canvas/band.h"
#include "canvas/chart.h"
#include "golden_fixture.h"

enum { COUNT = 40 };

static Arena memory;

static int setup(void **state) {
  (void)state;
  arena_init(&memory, 0);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  arena_deinit(&memory);
  return 0;
}

static ChartPoint point(float x, float y) { return (ChartPoint){.x = x, .y = y, .low = y, .high = y}; }

typedef struct Sample {
  ChartPoint around[2][COUNT], means[2][COUNT], live[COUNT];
  ChartBand bands[2];
  ChartLine lines[3];
  Chart chart;
} Sample;

/* Two groups of runs that part, their means, and a live run among the second. */
static Sample *sample_create(void) {
  Sample *s = ARENA_NEW(&memory, Sample);
  for (int i = 0; i < COUNT; i++) {
    float x = (float)(i + 1), base = 1.6F / (1 + 0.25F * x), rise = 0.02F * x;
    for (int group = 0; group < 2; group++) {
      float mean = base + (group == 0 ? rise : 0.1F), wide = 0.05F + 0.004F * x;
      s->around[group][i] = (ChartPoint){x, mean, mean - wide, mean + wide};
      s->means[group][i] = point(x, mean);
    }
    s->live[i] = point(x, base + 0.11F + 0.04F * sinf(x));
  }
  for (int group = 0; group < 2; group++) {
    Style style = STYLE(group == 0 ? ROLE_PINNED : ROLE_VAL);
    s->lines[group] = (ChartLine){.points = s->means[group], .count = COUNT};
    s->lines[group].pattern = group == 0 ? LINE_MEAN_BEHIND : LINE_MEAN;
    s->lines[group].style = style;
    style.attr = ATTR_FAINT;
    s->bands[group] = (ChartBand){s->around[group], COUNT, 1 - group, style};
  }
  s->lines[2] = (ChartLine){.points = s->live, .count = 25, .style = STYLE(ROLE_VAL)};
  s->lines[2].pattern = LINE_DASHED;
  s->chart = (Chart){.x_label = "epoch",
                     .lines = s->lines,
                     .line_count = 3,
                     .x_max = COUNT,
                     .y_from_zero = true,
                     .bands = s->bands,
                     .band_count = 2};
  return s;
}

static void test_golden_bands(void **state) {
  (void)state;
  static const char *const names[CHARSET_COUNT] = {"braille", "block", "ascii"};
  for (Charset charset = CHARSET_BRAILLE; charset < CHARSET_COUNT; charset++) {
    const char *name = arena_printf(&memory, "canvas/band_72x16_%s", names[charset]);
    Canvas *canvas = canvas_create(&memory, 16, 72, charset);
    chart_draw(canvas, (Rect){0, 0, 16, 72}, &sample_create()->chart);
    expect_golden(&memory, name, canvas_dump(canvas, &memory));
  }
}

static void test_curves_are_on_top(void **state) {
  (void)state;
  for (Charset charset = CHARSET_BRAILLE; charset < CHARSET_COUNT; charset++) {
    Sample *s = sample_create();
    const Rect rect = {0, 0, 16, 72};
    Canvas *without = canvas_create(&memory, 16, 72, charset), *with = canvas_create(&memory, 16, 72, charset);
    chart_draw(with, rect, &s->chart);
    s->chart.band_count = 0;
    s->chart.y_max = 1.6F; /* the range that the bands have made */
    chart_draw(without, rect, &s->chart);
    int covered = 0, behind = 0;
    for (int i = 0; i < 14 * 72; i++) { /* above the axis */
      const Cell *alone = &without->cells[i], *both = &with->cells[i];
      if (curve_covers(alone) && i % 72 >= 6) {
        assert_int_equal(alone->code, both->code);
        assert_int_equal(alone->style.role, both->style.role);
        covered++;
      }
      behind += both->style.attr == ATTR_FAINT;
    }
    assert_true(covered > 60 && behind > 60);
  }
}

/* The rows that a cell of the band has: between those of its lowest and highest value. */
static void test_the_band_lies_between_its_values(void **state) {
  (void)state;
  const ChartPoint points[] = {{0, 5, 4, 6}, {10, 5, 4, 6}, {11, 5, NAN, 6}, {12, 5, 4, 6}, {20, 2, 1, 9}};
  for (Charset charset = CHARSET_BRAILLE; charset < CHARSET_COUNT; charset++) {
    Canvas *canvas = canvas_create(&memory, 21, 41, charset);
    Plot plot = {.rect = {0, 0, 21, 41}, .x = {0, 20, false, true}, .y = {0, 10, false, true}};
    ChartBand band = {points, 5, 0, STYLE(ROLE_VAL)};
    band_draw(canvas, &plot, &band);
    int cells[41] = {0};
    for (int row = 0; row < 21; row++) {
      for (int col = 0; col < 41; col++) {
        bool drawn = canvas_at(canvas, row, col)->code != ' ';
        cells[col] += drawn;
        if (drawn && col <= 24) {
          assert_in_range(row, 8, 12); /* values 6 .. 4 of 10 .. 0, two rows each */
        }
      }
    }
    assert_int_equal(cells[10], 5);
    assert_int_equal(cells[22], 0); /* the gap */
    assert_int_equal(cells[40], 17);
  }
}

#define BAND_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {BAND_TEST(test_golden_bands), BAND_TEST(test_curves_are_on_top),
                                     BAND_TEST(test_the_band_lies_between_its_values)};
  return cmocka_run_group_tests_name("band", tests, NULL, NULL);
}
