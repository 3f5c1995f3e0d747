/* palette: that it can be read, measured: contrast against the background, the distance between the colours of training
 * and validation, also as colour-blind eyes see them, and attributes alone where there are no colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "canvas/palette.h"

typedef struct Rgb {
  double r, g, b; /* linear light, 0..1 */
} Rgb;

static const Rgb BLACK = {0, 0, 0}, WHITE = {1, 1, 1};

static double linear(int byte) {
  double c = byte / 255.0;
  return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* xterm's colour cube and greys; 16 and above. */
static Rgb rgb256(int index) {
  static const int levels[] = {0, 95, 135, 175, 215, 255};
  assert_in_range(index, 16, 255);
  if (index >= 232) {
    double grey = linear(8 + 10 * (index - 232));
    return (Rgb){grey, grey, grey};
  }
  int cube = index - 16;
  return (Rgb){linear(levels[cube / 36]), linear(levels[cube / 6 % 6]), linear(levels[cube % 6])};
}

static double luminance(Rgb c) { return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b; }

/* WCAG 2.1: 3 for graphics and large text, 4.5 for text, 21 at most. */
static double contrast(Rgb a, Rgb b) {
  double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;
  return la > lb ? la / lb : lb / la;
}

static void expect_contrast(PaletteKind kind, Rgb background, double text, double lines) {
  for (Role role = ROLE_TEXT; role < ROLE_COUNT; role++) {
    PaletteEntry entry = palette_entry(kind, role);
    if (entry.fg256 >= 0) {
      double least = role == ROLE_BORDER ? lines : text;
      assert_true(contrast(rgb256(entry.fg256), background) >= least);
    }
  }
}

static void test_contrast(void **state) {
  (void)state;
  expect_contrast(PALETTE_DARK, BLACK, 4.5, 2);
  expect_contrast(PALETTE_LIGHT, WHITE, 4, 2);
  expect_contrast(PALETTE_COLORBLIND, BLACK, 4, 2);
  expect_contrast(PALETTE_COLORBLIND, WHITE, 2.5, 2); /* one palette for both backgrounds */
}

static double byte_of(double light) {
  light = fmin(fmax(light, 0), 1);
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055);
}

/* "redmean", a weighted distance between colours that comes close to what eyes see: 0..765. */
static double distance(Rgb a, Rgb b) {
  double dr = byte_of(a.r) - byte_of(b.r), dg = byte_of(a.g) - byte_of(b.g), db = byte_of(a.b) - byte_of(b.b);
  double mean = (byte_of(a.r) + byte_of(b.r)) / 2;
  return sqrt((2 + mean / 256) * dr * dr + 4 * dg * dg + (2 + (255 - mean) / 256) * db * db);
}

/* Machado, Oliveira, Fernandes: "A physiologically-based model for simulation of color vision deficiency" (2009), full
 * severity: protanopia, deuteranopia, tritanopia. */
static const double BLIND[3][9] = {
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}};

static Rgb seen_by(const double m[9], Rgb c) {
  return (Rgb){m[0] * c.r + m[1] * c.g + m[2] * c.b, m[3] * c.r + m[4] * c.g + m[5] * c.b,
               m[6] * c.r + m[7] * c.g + m[8] * c.b};
}

static void test_training_and_validation_differ_for_every_eye(void **state) {
  (void)state;
  static const PaletteKind kinds[] = {PALETTE_DARK, PALETTE_LIGHT, PALETTE_COLORBLIND};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    Rgb train = rgb256(palette_entry(kinds[i], ROLE_TRAIN).fg256),
        val = rgb256(palette_entry(kinds[i], ROLE_VAL).fg256);
    assert_true(distance(train, val) > 300);
    for (int eye = 0; eye < 3; eye++) {
      assert_true(distance(seen_by(BLIND[eye], train), seen_by(BLIND[eye], val)) > 200);
    }
  }
}

static void test_good_and_bad_differ_for_colour_blind_eyes(void **state) {
  (void)state;
  Rgb good = rgb256(palette_entry(PALETTE_COLORBLIND, ROLE_GOOD).fg256);
  Rgb bad = rgb256(palette_entry(PALETTE_COLORBLIND, ROLE_BAD).fg256);
  for (int eye = 0; eye < 3; eye++) {
    assert_true(distance(seen_by(BLIND[eye], good), seen_by(BLIND[eye], bad)) > 150);
  }
}

/* Six are too many to be far apart for every eye: the distance of neighbours in a chart's legend. */
static void test_runs_differ_for_every_eye(void **state) {
  (void)state;
  for (PaletteKind kind = PALETTE_DARK; kind < PALETTE_NONE; kind++) {
    for (int a = ROLE_RUN; a <= ROLE_RUN_LAST; a++) {
      for (int b = ROLE_RUN; b < a; b++) {
        PaletteEntry left = palette_entry(kind, (Role)a), right = palette_entry(kind, (Role)b);
        assert_true(distance(rgb256(left.fg256), rgb256(right.fg256)) > 150);
        assert_int_not_equal(left.fg16, right.fg16);
        for (int eye = 0; eye < 3; eye++) {
          assert_true(distance(seen_by(BLIND[eye], rgb256(left.fg256)), seen_by(BLIND[eye], rgb256(right.fg256))) >
                      110);
        }
      }
    }
  }
}

static int look256(PaletteKind kind, Role role) {
  PaletteEntry entry = palette_entry(kind, role);
  return entry.fg256 * 16 + entry.attr;
}

static int look16(PaletteKind kind, Role role) {
  PaletteEntry entry = palette_entry(kind, role);
  return entry.fg16 * 16 + entry.attr;
}

/* Roles that stand side by side on the screen. */
static void test_neighbours_look_different(void **state) {
  (void)state;
  static const Role pairs[][2] = {{ROLE_TRAIN, ROLE_VAL},  {ROLE_TRAIN, ROLE_PINNED}, {ROLE_VAL, ROLE_PINNED},
                                  {ROLE_TEXT, ROLE_FOCUS}, {ROLE_TEXT, ROLE_TITLE},   {ROLE_TEXT, ROLE_KEY},
                                  {ROLE_DIM, ROLE_KEY},    {ROLE_TEXT, ROLE_WARN},    {ROLE_TEXT, ROLE_BAD},
                                  {ROLE_WARN, ROLE_BAD},   {ROLE_GOOD, ROLE_WARN},    {ROLE_GOOD, ROLE_BAD},
                                  {ROLE_ON, ROLE_DIM},     {ROLE_FOCUS, ROLE_BAD},    {ROLE_TRAIN, ROLE_BAD},
                                  {ROLE_TITLE, ROLE_DIM},  {ROLE_FOCUS, ROLE_KEY}};
  for (PaletteKind kind = PALETTE_DARK; kind < PALETTE_COUNT; kind++) {
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
      assert_int_not_equal(look256(kind, pairs[i][0]), look256(kind, pairs[i][1]));
      assert_int_not_equal(look16(kind, pairs[i][0]), look16(kind, pairs[i][1]));
    }
  }
}

static void test_colours_are_in_range(void **state) {
  (void)state;
  for (PaletteKind kind = PALETTE_DARK; kind < PALETTE_COUNT; kind++) {
    for (Role role = ROLE_TEXT; role < ROLE_COUNT; role++) {
      PaletteEntry entry = palette_entry(kind, role);
      assert_true(entry.fg256 == -1 || (entry.fg256 >= 16 && entry.fg256 <= 255)); /* below 16 a theme may repaint */
      assert_in_range(entry.fg16 + 1, 0, 16);
      assert_in_range(entry.attr, 0, 15);
      assert_true(kind != PALETTE_NONE || (entry.fg256 == -1 && entry.fg16 == -1));
      assert_true(kind == PALETTE_LIGHT || entry.fg16 != 8); /* bright black on black */
    }
  }
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(palette_name(PALETTE_DARK), "dark");
  assert_string_equal(palette_name(PALETTE_LIGHT), "light");
  assert_string_equal(palette_name(PALETTE_COLORBLIND), "colour-blind");
  assert_string_equal(palette_name(PALETTE_NONE), "none");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_contrast),
      cmocka_unit_test(test_training_and_validation_differ_for_every_eye),
      cmocka_unit_test(test_runs_differ_for_every_eye),
      cmocka_unit_test(test_good_and_bad_differ_for_colour_blind_eyes),
      cmocka_unit_test(test_neighbours_look_different),
      cmocka_unit_test(test_colours_are_in_range),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests_name("palette", tests, NULL, NULL);
}
