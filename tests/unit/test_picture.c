/* Grey pictures in half blocks: which cell shows which pixels, enlarged, made smaller, and without greys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arena_fixture.h"
#include "canvas/picture.h"

static Canvas *draw(Arena *arena, Charset charset, const unsigned char *pixels, int width, int height, int zoom) {
  Canvas *canvas = canvas_create(arena, picture_rows(height, zoom), picture_cols(width, zoom), charset);
  canvas_picture(canvas, 0, 0, pixels, width, height, zoom);
  return canvas;
}

static void expect_shades(const Canvas *canvas, int row, int col, int top, int bottom) {
  int role = canvas_at(canvas, row, col)->style.role;
  assert_in_range(role, ROLE_SHADES, ROLE_END - 1);
  assert_int_equal(shade_top(role), top);
  assert_int_equal(shade_bottom(role), bottom);
}

static void a_cell_holds_two_pixels(void **state) {
  const unsigned char pixels[] = {0, 255, 110, 255, 0, 146};
  Canvas *canvas = draw(*state, CHARSET_BRAILLE, pixels, 3, 2, 1);
  assert_int_equal(canvas->rows, 1);
  assert_int_equal(canvas->cols, 3);
  expect_shades(canvas, 0, 0, 0, 7);
  expect_shades(canvas, 0, 1, 7, 0);
  expect_shades(canvas, 0, 2, 3, 4);
  assert_string_equal(canvas_dump(canvas, *state), "▄▀▒\n");
}

static void an_odd_height_ends_in_black(void **state) {
  const unsigned char pixels[] = {255, 255, 255};
  Canvas *canvas = draw(*state, CHARSET_BLOCK, pixels, 1, 3, 1);
  assert_int_equal(canvas->rows, 2);
  expect_shades(canvas, 0, 0, 7, 7);
  expect_shades(canvas, 1, 0, 7, 0);
}

static void zoom_repeats_and_averages(void **state) {
  const unsigned char pixels[] = {0, 255, 255, 0};
  Canvas *large = draw(*state, CHARSET_BRAILLE, pixels, 2, 2, 2);
  assert_string_equal(canvas_dump(large, *state), "  ██\n██\n");
  Canvas *small = draw(*state, CHARSET_BRAILLE, pixels, 2, 2, -2);
  assert_int_equal(small->cols, 1);
  expect_shades(small, 0, 0, 3, 0);
}

static void ascii_has_letters(void **state) {
  const unsigned char pixels[] = {0, 128, 255, 0, 128, 255};
  assert_string_equal(canvas_dump(draw(*state, CHARSET_ASCII, pixels, 3, 2, 1), *state), " +@\n");
}

static void what_lies_outside_is_dropped(void **state) {
  const unsigned char pixels[16] = {255};
  Canvas *canvas = canvas_create(*state, 1, 1, CHARSET_BRAILLE);
  canvas_picture(canvas, -1, -1, pixels, 4, 4, 3);
  canvas_picture(canvas, 5, 5, pixels, 4, 4, -4);
  assert_int_equal(canvas->rows, 1);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ARENA(a_cell_holds_two_pixels),      WITH_ARENA(an_odd_height_ends_in_black),
      WITH_ARENA(zoom_repeats_and_averages),    WITH_ARENA(ascii_has_letters),
      WITH_ARENA(what_lies_outside_is_dropped),
  };
  return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
