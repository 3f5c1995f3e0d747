/* canvas: text, wide characters, clipping, boxes, bars and dumps; then random drawing, after which the grid must
 * still be sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "base/str.h"
#include "canvas/canvas.h"

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

static Canvas *make(int rows, int cols) { return canvas_create(&arena, rows, cols, CHARSET_BRAILLE); }
static Canvas *make_ascii(int rows, int cols) { return canvas_create(&arena, rows, cols, CHARSET_ASCII); }

static void expect(const Canvas *canvas, const char *dump) { assert_string_equal(canvas_dump(canvas, &arena), dump); }

/* No half of a wide character without the other, nothing that is not a printable character, nothing but ASCII where
 * that is wanted. */
static void expect_sound(const Canvas *canvas) {
  for (int row = 0; row < canvas->rows; row++) {
    for (int col = 0; col < canvas->cols; col++) {
      uint32_t code = canvas_at(canvas, row, col)->code;
      if (code == 0) {
        assert_true(col > 0 && utf8_width(canvas_at(canvas, row, col - 1)->code) == 2);
        continue;
      }
      int width = utf8_width(code);
      assert_in_range(width, 1, 2);
      assert_true(width == 1 || (col + 1 < canvas->cols && canvas_at(canvas, row, col + 1)->code == 0));
      assert_true(canvas->charset != CHARSET_ASCII || (code >= ' ' && code < 0x7F));
    }
  }
}

static void test_create(void **state) {
  (void)state;
  Canvas *canvas = make(-3, 0);
  assert_int_equal(canvas->rows, 1);
  assert_int_equal(canvas->cols, 1);
  expect(canvas, "\n");
  assert_null(canvas_at(canvas, 0, 1));
  assert_null(canvas_at(canvas, -1, 0));
}

static void test_clear(void **state) {
  (void)state;
  Canvas *canvas = make(2, 4);
  canvas_text(canvas, 0, 0, STYLE(ROLE_BAD), "abcd");
  canvas_clip(canvas, (Rect){1, 1, 1, 1});
  canvas_clear(canvas);
  expect(canvas, "\n\n");
  assert_string_equal(canvas_dump_roles(canvas, &arena), "\n\n");
  assert_int_equal(canvas_text(canvas, 0, 0, STYLE(ROLE_TEXT), "ab"), 2);
  expect(canvas, "ab\n\n");
}

static void test_text_is_cut_at_every_side(void **state) {
  (void)state;
  Canvas *canvas = make(2, 5);
  assert_int_equal(canvas_text(canvas, 0, -2, STYLE(ROLE_TEXT), "abcdefghij"), 10);
  assert_int_equal(canvas_text(canvas, 1, 3, STYLE(ROLE_TEXT), "xyz"), 3);
  assert_int_equal(canvas_text(canvas, -1, 0, STYLE(ROLE_TEXT), "above"), 5);
  assert_int_equal(canvas_text(canvas, 2, 0, STYLE(ROLE_TEXT), "below"), 5);
  assert_int_equal(canvas_text(canvas, 0, INT_MAX, STYLE(ROLE_TEXT), "far"), 3);
  assert_int_equal(canvas_text(canvas, INT_MIN, INT_MIN, STYLE(ROLE_TEXT), "far"), 3);
  expect(canvas, "cdefg\n   xy\n");
}

static void test_clip(void **state) {
  (void)state;
  Canvas *canvas = make(3, 6);
  Rect before = canvas_clip(canvas, (Rect){1, 1, 5, 3});
  assert_int_equal(before.cols, 6);
  canvas_fill(canvas, (Rect){-9, -9, 99, 99}, '.', STYLE(ROLE_TEXT));
  Rect outer = canvas_clip(canvas, (Rect){0, 2, 2, 9});
  canvas_fill(canvas, (Rect){INT_MIN, INT_MIN, INT_MAX, INT_MAX}, '?', STYLE(ROLE_TEXT));
  canvas_fill(canvas, (Rect){-1, -1, INT_MAX, INT_MAX}, '#', STYLE(ROLE_TEXT));
  canvas->clip = outer;
  canvas_text(canvas, 2, 0, STYLE(ROLE_TEXT), "abcdef");
  expect(canvas, "\n .##\n bcd\n");
}

static void test_text_is_made_safe(void **state) {
  (void)state;
  Canvas *canvas = make(1, 40);
  const char *text =
      "a\x1b[2Jb\tc\nd\x07"
      "e\xff\xc3"
      "f\xe2\x80\xae"
      "g\x7f";
  assert_int_equal(canvas_text(canvas, 0, 0, STYLE(ROLE_TEXT), text), 18);
  expect(canvas, "a?[2Jb c d?e??f?g?\n");
  assert_int_equal(canvas_columns(text), 18);
}

static void test_combining_characters_are_dropped(void **state) {
  (void)state;
  Canvas *canvas = make(1, 8);
  assert_int_equal(canvas_text(canvas, 0, 0, STYLE(ROLE_TEXT), "e\xcc\x81x\xcc\x80\xcc\x81y"), 3);
  expect(canvas, "exy\n");
  canvas_put(canvas, 0, 1, 0x0301, STYLE(ROLE_TEXT));
  canvas_put(canvas, 0, 2, 0x1B, STYLE(ROLE_TEXT));
  expect(canvas, "e\n");
}

static void test_wide_characters_lose_no_half(void **state) {
  (void)state;
  Canvas *canvas = make(1, 6);
  assert_int_equal(canvas_text(canvas, 0, 0, STYLE(ROLE_TEXT), "猫犬鳥"), 6);
  expect(canvas, "猫犬鳥\n");
  canvas_text(canvas, 0, 1, STYLE(ROLE_TEXT), "x"); /* the right half of the first */
  expect(canvas, " x犬鳥\n");
  canvas_text(canvas, 0, 2, STYLE(ROLE_TEXT), "y"); /* the left half of the second */
  expect(canvas, " xy 鳥\n");
  canvas_text(canvas, 0, 3, STYLE(ROLE_TEXT), "虎"); /* its second cell is the left half of the third */
  expect(canvas, " xy虎\n");
  assert_int_equal(canvas_at(canvas, 0, 5)->code, ' ');
  expect_sound(canvas);
}

static void test_wide_characters_at_the_edges(void **state) {
  (void)state;
  Canvas *canvas = make(1, 5);
  canvas_text(canvas, 0, -1, STYLE(ROLE_TEXT), "猫犬鳥");
  expect(canvas, " 犬鳥\n");
  canvas_text(canvas, 0, 0, STYLE(ROLE_TEXT), "猫犬鳥");
  expect(canvas, "猫犬\n");
  canvas_clip(canvas, (Rect){0, 1, 1, 2});
  canvas_text(canvas, 0, 0, STYLE(ROLE_TEXT), "魚魚魚");
  expect(canvas, "\n");
  expect_sound(canvas);
  canvas_clear(canvas);
  canvas_fill(canvas, (Rect){0, 0, 1, 5}, 0x732B, STYLE(ROLE_TEXT));
  expect(canvas, "猫猫\n");
}

static void test_ascii(void **state) {
  (void)state;
  Canvas *canvas = make_ascii(3, 44);
  assert_int_equal(canvas_text(canvas, 0, 0, STYLE(ROLE_TEXT), "← ↑ → ↓ ● ○ ▸ · … – × R² é Ü ─ │ ╭ ┊ ✓ β ☃"), 42);
  assert_int_equal(canvas_text(canvas, 1, 0, STYLE(ROLE_TEXT), "猫!"), 3);
  canvas_fill(canvas, (Rect){2, 0, 1, 4}, 0x2588, STYLE(ROLE_TEXT));
  canvas_fill(canvas, (Rect){2, 4, 1, 3}, 0x732B, STYLE(ROLE_TEXT));
  expect(canvas,
         "< ^ > v * o > . . - x R2 e U - | + : + b ?\n??"
         "!\n####???\n");
}

static void test_printf(void **state) {
  (void)state;
  Canvas *canvas = make(1, 12);
  assert_int_equal(canvas_printf(canvas, 0, 1, STYLE(ROLE_TEXT), "%s %.2f", "loss", 0.5), 9);
  expect(canvas, " loss 0.50\n");
}

static void test_printf_cuts_long_text_at_a_whole_character(void **state) {
  (void)state;
  for (int lead = 0; lead < 4; lead++) {
    char text[4096] = {0};
    memset(text, 'a', (size_t)lead);
    for (int i = lead; i + 3 < 4000; i += 3) {
      memcpy(text + i, "→", 3);
    }
    Canvas *canvas = make(1, 1000);
    int columns = canvas_printf(canvas, 0, 0, STYLE(ROLE_TEXT), "%s", text);
    assert_in_range(columns, 670, 700);
    assert_int_equal(canvas_at(canvas, 0, columns - 1)->code, 0x2192);
    assert_int_equal(canvas_at(canvas, 0, columns)->code, ' ');
  }
}

static void test_fit(void **state) {
  (void)state;
  Canvas *canvas = make(6, 10);
  assert_int_equal(canvas_text_fit(canvas, 0, 0, 5, STYLE(ROLE_TEXT), "abcde"), 5);
  assert_int_equal(canvas_text_fit(canvas, 1, 0, 5, STYLE(ROLE_TEXT), "abcdef"), 5);
  assert_int_equal(canvas_text_fit(canvas, 2, 0, 1, STYLE(ROLE_TEXT), "ab"), 1);
  assert_int_equal(canvas_text_fit(canvas, 3, 0, 0, STYLE(ROLE_TEXT), "ab"), 0);
  assert_int_equal(canvas_text_fit(canvas, 3, 0, -7, STYLE(ROLE_TEXT), "ab"), 0);
  assert_int_equal(canvas_text_fit(canvas, 4, 0, 4, STYLE(ROLE_TEXT), "猫犬鳥"), 3); /* no room for half a dog */
  assert_int_equal(canvas_text_fit(canvas, 5, 0, 5, STYLE(ROLE_TEXT), "猫犬鳥"), 5);
  expect(canvas, "abcde\nabcd…\n…\n\n猫…\n猫犬…\n");
  Canvas *ascii = make_ascii(1, 10);
  canvas_text_fit(ascii, 0, 0, 4, STYLE(ROLE_TEXT), "abcdef");
  expect(ascii, "abc~\n");
}

static void expect_wrap(int cols, const char *text, int lines, const char *dump) {
  Canvas *canvas = make(lines > 0 ? lines : 1, cols + 2);
  assert_int_equal(canvas_text_wrap(canvas, (Rect){0, 1, lines, cols}, 0, STYLE(ROLE_TEXT), text), lines);
  expect(canvas, dump);
}

static void test_wrap(void **state) {
  (void)state;
  expect_wrap(10, "the quick brown fox", 2, " the quick\n brown fox\n");
  expect_wrap(9, "the quick brown fox", 2, " the quick\n brown fox\n");
  expect_wrap(8, "the quick brown fox", 4, " the\n quick\n brown\n fox\n");
  expect_wrap(4, "abcdefghij kl", 4, " abcd\n efgh\n ij\n kl\n");
  expect_wrap(4, "abcd    \nef  gh", 3, " abcd\n ef\n gh\n");
  expect_wrap(8, "a\n\nb\n", 3, " a\n\n b\n");
  expect_wrap(8, "a\n\n", 2, " a\n\n");
  expect_wrap(8, "", 0, "\n");
  expect_wrap(8, "  - item one", 2, "   - item\n one\n");
  expect_wrap(4, "猫犬鳥", 2, " 猫犬\n 鳥\n");
  expect_wrap(1, "猫a", 2, "\n a\n"); /* nothing fits, nothing hangs */
}

static void test_wrap_skips_and_cuts(void **state) {
  (void)state;
  Canvas *canvas = make(4, 6);
  const char *text = "a b c d e f g h i j";
  assert_int_equal(canvas_text_wrap(canvas, (Rect){1, 1, 2, 3}, 1, STYLE(ROLE_TEXT), text), 5);
  expect(canvas, "\n c d\n e f\n\n");
  assert_int_equal(canvas_text_wrap(canvas, (Rect){0, 0, 4, 0}, 0, STYLE(ROLE_TEXT), text), 0);
  assert_int_equal(canvas_text_wrap(canvas, (Rect){0, 0, 4, -5}, 0, STYLE(ROLE_TEXT), text), 0);
  assert_int_equal(canvas_text_wrap(canvas, (Rect){0, 0, 0, 3}, INT_MIN, STYLE(ROLE_TEXT), text), 5);
}

static void test_rects(void **state) {
  (void)state;
  Rect inside = rect_inset((Rect){2, 3, 5, 6}, 1);
  assert_true(inside.row == 3 && inside.col == 4 && inside.rows == 3 && inside.cols == 4);
  inside = rect_inset((Rect){0, 0, 1, 6}, 1);
  assert_true(inside.rows == 0 && inside.cols == 4);
  assert_true(rect_contains((Rect){1, 1, 2, 2}, 2, 2));
  assert_false(rect_contains((Rect){1, 1, 2, 2}, 3, 2));
  assert_false(rect_contains((Rect){1, 1, 2, 2}, 2, 0));
  assert_false(rect_contains((Rect){INT_MAX, 0, 9, 9}, INT_MIN, 0));
  Rect none = rect_intersect((Rect){0, 0, 2, 2}, (Rect){5, 5, 2, 2});
  assert_true(none.rows == 0 && none.cols == 0);
}

static void test_box(void **state) {
  (void)state;
  Canvas *canvas = make(5, 24);
  Rect box = {0, 0, 5, 24};
  canvas_box(canvas, box, STYLE(ROLE_BORDER), "Loss", "log y");
  canvas_box_divider(canvas, box, 2, STYLE(ROLE_BORDER), "Verdict");
  canvas_box_divider(canvas, box, 4, STYLE(ROLE_BORDER), "not on a side");
  expect(canvas,
         "╭─ Loss ─────── log y ─╮\n"
         "│                      │\n"
         "├─ Verdict ────────────┤\n"
         "│                      │\n"
         "╰──────────────────────╯\n");
  const char *roles = canvas_dump_roles(canvas, &arena);
  assert_memory_equal(roles, "dddccccdddddddddbbbbbddd\n", 25); /* border, title, border, note, border */
}

static void test_box_without_room(void **state) {
  (void)state;
  Canvas *canvas = make(3, 12);
  canvas_box(canvas, (Rect){0, 0, 3, 12}, STYLE(ROLE_FOCUS), "Accuracy", "note");
  expect(canvas, "╭─ Accur… ─╮\n│          │\n╰──────────╯\n");
  assert_int_equal(canvas_at(canvas, 0, 3)->style.role, ROLE_FOCUS);
  canvas_clear(canvas);
  canvas_box(canvas, (Rect){0, 0, 3, 6}, STYLE(ROLE_BORDER), "Accuracy", NULL);
  expect(canvas, "╭────╮\n│    │\n╰────╯\n");
  canvas_clear(canvas);
  canvas_box(canvas, (Rect){0, 0, 1, 12}, STYLE(ROLE_BORDER), "x", "y");
  canvas_box(canvas, (Rect){0, 0, 3, -12}, STYLE(ROLE_BORDER), "x", "y");
  canvas_box(canvas, (Rect){0, 0, INT_MAX, INT_MAX}, STYLE(ROLE_BORDER), "x", "y");
  expect(canvas, "\n\n\n");
  Canvas *ascii = make_ascii(3, 12);
  canvas_box(ascii, (Rect){0, 0, 3, 12}, STYLE(ROLE_BORDER), "Net", NULL);
  expect(ascii, "+- Net ----+\n|          |\n+----------+\n");
}

static void test_box_note_needs_room(void **state) {
  (void)state;
  Canvas *canvas = make(2, 18);
  canvas_box(canvas, (Rect){0, 0, 2, 18}, STYLE(ROLE_BORDER), "Loss", "log y");
  expect(canvas, "╭─ Loss ─ log y ─╮\n╰────────────────╯\n");
  canvas_clear(canvas);
  canvas_box(canvas, (Rect){0, 0, 2, 17}, STYLE(ROLE_BORDER), "Loss", "log y");
  expect(canvas, "╭─ Loss ────────╮\n╰───────────────╯\n");
}

static void test_bar(void **state) {
  (void)state;
  static const struct {
    double fraction;
    const char *shown;
  } cases[] = {{0, "----"},   {0.124, "----"},       {0.125, "#---"},
               {0.5, "##--"}, {1, "####"},           {1e300, "####"},
               {-1, "----"},  {(double)NAN, "----"}, {(double)INFINITY, "####"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Canvas *canvas = make_ascii(1, 8);
    canvas_bar(canvas, 0, 0, 4, cases[i].fraction, STYLE(ROLE_ON), STYLE(ROLE_DIM));
    assert_string_equal(strtok(canvas_dump(canvas, &arena), "\n"), cases[i].shown);
  }
  Canvas *canvas = make(1, 8);
  canvas_bar(canvas, 0, 0, 5, 0.5, STYLE(ROLE_ON), STYLE(ROLE_DIM));
  canvas_bar(canvas, 0, 6, INT_MAX, 0.5, STYLE(ROLE_ON), STYLE(ROLE_DIM));
  canvas_bar(canvas, 0, INT_MAX, INT_MAX, 1, STYLE(ROLE_ON), STYLE(ROLE_DIM));
  canvas_bar(canvas, 0, 0, -1, 1, STYLE(ROLE_ON), STYLE(ROLE_DIM));
  expect(canvas, "▰▰▰▱▱ ▰▰\n");
  assert_string_equal(canvas_dump_roles(canvas, &arena), "kkkbbakk\n");
}

static void test_restyle_and_role_dump(void **state) {
  (void)state;
  Canvas *canvas = make(2, 8);
  canvas_text(canvas, 0, 0, STYLE(ROLE_TRAIN), "ab");
  canvas_text(canvas, 0, 3, STYLE_BOLD(ROLE_VAL), "c");
  assert_string_equal(canvas_dump_roles(canvas, &arena), "ggaH\n\n");
  canvas_restyle(canvas, (Rect){0, 1, 9, 5}, STYLE(ROLE_FOCUS));
  assert_string_equal(canvas_dump_roles(canvas, &arena), "geeeee\naeeeee\n");
  expect(canvas, "ab c\n\n");
}

/* ------------------------------------------------------------------ random drawing */

static int any_int(Rng *rng) {
  static const int extremes[] = {INT_MIN, INT_MIN + 1, -1, 0, 1, INT_MAX - 1, INT_MAX};
  return rng_below(rng, 6) == 0 ? extremes[rng_below(rng, 7)] : (int)rng_below(rng, 48) - 12;
}

static Rect any_rect(Rng *rng) { return (Rect){any_int(rng), any_int(rng), any_int(rng), any_int(rng)}; }

static Style any_style(Rng *rng) { return (Style){(uint8_t)rng_below(rng, ROLE_COUNT), (uint8_t)rng_below(rng, 16)}; }

static void any_text(Rng *rng, char *out, size_t size) {
  static const char *const pieces[] = {
      "a",    " ",    "\n", "\t", "word", "猫",   "e\xcc\x81", "\xe2\x80\xae",  "\x1b[", "\xff",
      "\xe7", "\xf0", "─",  "⣿",  "😀",    "\r\n", "→",         "long-word-here"};
  size_t used = 0;
  for (uint32_t left = rng_below(rng, 24); left > 0; left--) {
    const char *piece = pieces[rng_below(rng, sizeof pieces / sizeof *pieces)];
    if (used + strlen(piece) + 1 < size) {
      memcpy(out + used, piece, strlen(piece));
      used += strlen(piece);
    }
  }
  out[used] = '\0';
}

static void draw_anything(Canvas *canvas, Rng *rng) {
  char text[256];
  any_text(rng, text, sizeof text);
  Rect rect = any_rect(rng);
  Style style = any_style(rng);
  switch (rng_below(rng, 10)) {
    case 0:
      assert_int_equal(canvas_text(canvas, rect.row, rect.col, style, text), canvas_columns(text));
      break;
    case 1: {
      int columns = canvas_text_fit(canvas, rect.row, rect.col, rect.cols, style, text);
      assert_true(columns <= (rect.cols > 0 ? rect.cols : 0) && columns <= canvas_columns(text));
      break;
    }
    case 2:
      assert_true(canvas_text_wrap(canvas, rect, any_int(rng), style, text) <= (int)strlen(text));
      break;
    case 3:
      canvas_fill(canvas, rect, rng_below(rng, 2) ? 0x732B : rng_below(rng, 0x300), style);
      break;
    case 4:
      canvas_restyle(canvas, rect, style);
      break;
    case 5:
      canvas_box(canvas, rect, style, rng_below(rng, 2) ? text : NULL, rng_below(rng, 2) ? text : NULL);
      break;
    case 6:
      canvas_box_divider(canvas, rect, any_int(rng), style, text);
      break;
    case 7:
      canvas_bar(canvas, rect.row, rect.col, rect.cols, (double)rng_normal(rng), style, style);
      break;
    case 8:
      canvas_put(canvas, rect.row, rect.col, rng_u32(rng) >> rng_below(rng, 32), style);
      break;
    default:
      canvas_printf(canvas, rect.row, rect.col, style, "%s%d", text, rect.rows);
  }
}

static void test_random_drawing_leaves_a_sound_grid(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 1, .purpose = RNG_TEST});
  for (int round = 0; round < 300; round++) {
    arena_reset(&arena);
    Canvas *canvas = canvas_create(&arena, (int)rng_below(&rng, 20), (int)rng_below(&rng, 40),
                                   (Charset)rng_below(&rng, CHARSET_COUNT));
    for (int i = 0; i < 60; i++) {
      Rect before = canvas_clip(canvas, any_rect(&rng));
      draw_anything(canvas, &rng);
      canvas->clip = rng_below(&rng, 4) ? before : canvas->clip;
    }
    expect_sound(canvas);
    const char *dump = canvas_dump(canvas, &arena);
    assert_true(strlen(dump) >= (size_t)canvas->rows);
  }
}

static void test_nothing_is_drawn_outside_the_clip(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 2, .purpose = RNG_TEST});
  for (int round = 0; round < 300; round++) {
    arena_reset(&arena);
    Canvas *canvas = make(12, 30);
    canvas_fill(canvas, canvas->clip, '#', STYLE(ROLE_BAD));
    Rect clip = {(int)rng_below(&rng, 12), (int)rng_below(&rng, 30), (int)rng_below(&rng, 12),
                 (int)rng_below(&rng, 30)};
    canvas_clip(canvas, clip);
    for (int i = 0; i < 10; i++) {
      draw_anything(canvas, &rng);
    }
    for (int row = 0; row < canvas->rows; row++) {
      for (int col = 0; col < canvas->cols; col++) {
        const Cell *cell = canvas_at(canvas, row, col);
        assert_true(rect_contains(clip, row, col) || (cell->code == '#' && cell->style.role == ROLE_BAD));
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_create, setup, teardown),
      cmocka_unit_test_setup_teardown(test_clear, setup, teardown),
      cmocka_unit_test_setup_teardown(test_text_is_cut_at_every_side, setup, teardown),
      cmocka_unit_test_setup_teardown(test_clip, setup, teardown),
      cmocka_unit_test_setup_teardown(test_text_is_made_safe, setup, teardown),
      cmocka_unit_test_setup_teardown(test_combining_characters_are_dropped, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wide_characters_lose_no_half, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wide_characters_at_the_edges, setup, teardown),
      cmocka_unit_test_setup_teardown(test_ascii, setup, teardown),
      cmocka_unit_test_setup_teardown(test_printf, setup, teardown),
      cmocka_unit_test_setup_teardown(test_printf_cuts_long_text_at_a_whole_character, setup, teardown),
      cmocka_unit_test_setup_teardown(test_fit, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wrap, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wrap_skips_and_cuts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rects, setup, teardown),
      cmocka_unit_test_setup_teardown(test_box, setup, teardown),
      cmocka_unit_test_setup_teardown(test_box_without_room, setup, teardown),
      cmocka_unit_test_setup_teardown(test_box_note_needs_room, setup, teardown),
      cmocka_unit_test_setup_teardown(test_bar, setup, teardown),
      cmocka_unit_test_setup_teardown(test_restyle_and_role_dump, setup, teardown),
      cmocka_unit_test_setup_teardown(test_random_drawing_leaves_a_sound_grid, setup, teardown),
      cmocka_unit_test_setup_teardown(test_nothing_is_drawn_outside_the_clip, setup, teardown),
  };
  return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
