/* chart_fixture: an arena for each test, and charts drawn to text. Include after cmocka.h. */
#ifndef NNLAB_TESTS_CHART_FIXTURE_H
#define NNLAB_TESTS_CHART_FIXTURE_H

#include "canvas/chart.h"

static Arena arena;

static inline int setup(void **state) {
  (void)state;
  arena_init(&arena, 0);
  return 0;
}

static inline int teardown(void **state) {
  (void)state;
  arena_deinit(&arena);
  return 0;
}

static inline ChartPoint point(float x, float y) { return (ChartPoint){.x = x, .y = y, .low = y, .high = y}; }

static inline ChartLine line_of(const ChartPoint *points, int count) {
  return (ChartLine){.points = points, .count = count, .style = STYLE(ROLE_TRAIN)};
}

static inline const char *draw(Charset charset, int rows, int cols, const Chart *chart) {
  Canvas *canvas = canvas_create(&arena, rows, cols, charset);
  chart_draw(canvas, (Rect){0, 0, rows, cols}, chart);
  return canvas_dump(canvas, &arena);
}

#endif
