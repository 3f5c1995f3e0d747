/* str: UTF-8 in and out, text made safe for a terminal, misspelt words, numbers that survive the way to text and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/str.h"

static void test_copy(void **state) {
  (void)state;
  static const struct {
    size_t size;
    const char *text, *copy;
  } cases[] = {
      {8, "adam", "adam"}, {5, "adam", "adam"}, {4, "adam", "ada"}, {1, "adam", ""}, {8, "", ""},
      {4, "aé", "aé"},     {3, "aé", "a"},      {2, "é", ""},       {4, "▰▰", "▰"},  {6, "▰▰", "▰"},
      {7, "▰▰", "▰▰"},     {5, "😀😀", "😀"},      {8, "😀😀", "😀"},     {9, "😀😀", "😀😀"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char out[16];
    memset(out, '#', sizeof out);
    str_copy(out, cases[i].size, cases[i].text);
    assert_string_equal(out, cases[i].copy);
    assert_int_equal(out[cases[i].size], '#');
  }
  char untouched = '#';
  str_copy(&untouched, 0, "adam");
  assert_int_equal(untouched, '#');
}

/* Every character of Unicode there and back. */
static void test_utf8_round_trip(void **state) {
  (void)state;
  for (uint32_t code = 1; code <= 0x10FFFF; code++) {
    if (code >= 0xD800 && code < 0xE000) {
      continue;
    }
    char text[5];
    uint32_t back = 0;
    int length = utf8_encode(code, text);
    int expected = 1 + (code >= 0x80) + (code >= 0x800) + (code >= 0x10000);
    if (length != expected || text[length] != '\0' || utf8_decode(text, &back) != length || back != code) {
      fail_msg("U+%04X became U+%04X, %d bytes", code, back, length);
    }
  }
}

static void test_utf8_encode_known(void **state) {
  (void)state;
  char text[5];
  assert_int_equal(utf8_encode(0x41, text), 1);
  assert_string_equal(text, "A");
  assert_int_equal(utf8_encode(0xE9, text), 2);
  assert_string_equal(text, "\xC3\xA9");
  assert_int_equal(utf8_encode(0x28FF, text), 3);
  assert_string_equal(text, "\xE2\xA3\xBF");
  assert_int_equal(utf8_encode(0x1F600, text), 4);
  assert_string_equal(text, "\xF0\x9F\x98\x80");
}

static void test_utf8_end(void **state) {
  (void)state;
  uint32_t code = 9;
  assert_int_equal(utf8_decode("", &code), 0);
  assert_int_equal(code, 0);
}

/* The first byte of each is wrong, whatever follows (after Markus Kuhn's "UTF-8 decoder stress test"). */
static void test_utf8_malformed(void **state) {
  (void)state;
  static const char *const cases[] = {
      "\x80", /* a continuation byte alone */
      "\xBF",
      "\x80\xBF",
      "\xC3", /* the end of the text in the middle */
      "\xE2\x82",
      "\xF0\x9F\x98",
      "\xC3(", /* a letter in the middle */
      "\xE2\x28\xA1",
      "\xE2\x82\x28",
      "\xF0\x28\x8C\xBC",
      "\xF0\x90\x28\xBC",
      "\xF0\x90\x8C\x28",
      "\xC3\xC3\xA9", /* another beginning in the middle */
      "\xC0\xAF",     /* longer than needed: '/' in two, three, four bytes */
      "\xC1\xBF",
      "\xE0\x80\xAF",
      "\xE0\x9F\xBF",
      "\xF0\x80\x80\xAF",
      "\xF0\x8F\xBF\xBF",
      "\xC0\x80",     /* a 0 in disguise */
      "\xED\xA0\x80", /* surrogates */
      "\xED\xBF\xBF",
      "\xF4\x90\x80\x80", /* above U+10FFFF */
      "\xF5\x80\x80\x80",
      "\xF8\x88\x80\x80\x80", /* five and six bytes */
      "\xFC\x84\x80\x80\x80\x80",
      "\xFE",
      "\xFF",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t code = 0;
    int length = utf8_decode(cases[i], &code);
    if (length != 1 || code != 0xFFFD) {
      fail_msg("case %zu gave U+%04X and %d", i, code, length);
    }
  }
}

static void test_printable(void **state) {
  (void)state;
  static const struct {
    const char *text, *shown;
  } cases[] = {
      {"", ""},
      {"Dense 1 · relu – größe 日本 😀", "Dense 1 · relu – größe 日本 😀"},
      {"a\nb\tc\rd", "a b c d"},
      {"\x1b[31mred\x1b[0m", "?[31mred?[0m"}, /* a colour */
      {"\x1b]0;title\x07", "?]0;title?"},     /* a window's title */
      {"\x1bP+q\x1b\\", "?P+q?\\"},           /* a device's answer */
      {"a\bb\x7f\x0e", "a?b??"},
      {"\xC2\x9B"
       "31m",
       "?31m"}, /* C1: CSI in one character */
      {"\xC2\x80\xC2\x85\xC2\x9D\xC2\x9F", "????"},
      {"\x9B"
       "31m",
       "?31m"},                 /* the same as a bare byte */
      {"\xC2\xA0", "\xC2\xA0"}, /* the first after C1: a blank that does not break */
      {"gpj.\xE2\x80\xAE"
       "exe",
       "gpj.?exe"}, /* U+202E, right to left override */
      {"\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD", "????"},
      {"\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", "????"}, /* isolates */
      {"\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", "???"},                  /* marks of direction */
      {"a\xE2\x80\x8B"
       "b\xE2\x81\xA0"
       "c\xEF\xBB\xBF",
       "a?b?c?"},                                           /* invisible: U+200B, U+2060, U+FEFF */
      {"\xC2\xAD\xCD\x8F\xE1\x85\x9F\xE3\x85\xA4", "????"}, /* soft hyphen, joiner, Hangul fillers */
      {"\xE2\x80\xA8\xE2\x80\xA9", "??"},                   /* U+2028, U+2029 */
      {"\xF3\xA0\x81\x81", "?"},                            /* a tag character */
      {"\xEE\x80\x80\xF4\x80\x80\x80", "??"},               /* private use: any glyph at all */
      {"\xEF\xBF\xBE\xEF\xBF\xBF", "??"},                   /* no characters */
      {"\xEF\xBF\xBD", "\xEF\xBF\xBD"},                     /* U+FFFD itself may be shown */
      {"caf\xE9", "caf?"},                                  /* Latin-1 */
      {"\xC3\xC3\xA9\xFF", "?é?"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char out[128];
    str_printable(out, sizeof out, cases[i].text);
    assert_string_equal(out, cases[i].shown);
  }
}

/* Whatever goes in, what comes out is the same when it goes in again, and holds no control byte. */
static void test_printable_on_noise(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 1});
  for (int round = 0; round < 20000; round++) {
    char noise[40], out[40], again[40];
    for (size_t i = 0; i < sizeof noise; i++) {
      noise[i] = (char)rng_below(&rng, 256);
    }
    noise[rng_below(&rng, sizeof noise)] = '\0';
    noise[sizeof noise - 1] = '\0';
    str_printable(out, sizeof out, noise);
    str_printable(again, sizeof again, out);
    assert_string_equal(again, out);
    for (const char *c = out; *c; c++) {
      assert_true((unsigned char)*c >= 0x20 && *c != 0x7F);
    }
  }
}

static void test_printable_is_cut_whole(void **state) {
  (void)state;
  static const char *const cuts[] = {"", "", "a", "a", "a", "a▰", "a▰?", "a▰?b", "a▰?b"};
  for (size_t size = 1; size < sizeof cuts / sizeof *cuts; size++) {
    char out[16];
    memset(out, '#', sizeof out);
    str_printable(out, size,
                  "a▰\x1b"
                  "b");
    assert_string_equal(out, cuts[size]);
    assert_int_equal(out[size], '#');
  }
  char untouched = '#';
  str_printable(&untouched, 0, "a");
  assert_int_equal(untouched, '#');
}

static void test_width(void **state) {
  (void)state;
  static const struct {
    uint32_t code;
    int width;
  } cases[] = {
      {'a', 1},    {' ', 1},    {0, 0},      {0x1B, 0},   {0x7F, 0},   {0x9B, 0},    {0xA0, 1},    {0xE9, 1},
      {0x300, 0},  {0x36F, 0},  {0x370, 1},  {0x200B, 0}, {0x202E, 0}, {0x20D7, 0},  {0x2500, 1},  {0x28FF, 1},
      {0x25B0, 1}, {0x25CF, 1}, {0x1100, 2}, {0x3042, 2}, {0x4E00, 2}, {0x9FFF, 2},  {0xAC00, 2},  {0xD7A3, 2},
      {0xFF01, 2}, {0xFF60, 2}, {0xFF61, 1}, {0xFFFD, 1}, {0xFE0F, 0}, {0x1F600, 2}, {0x20000, 2}, {0x2026, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (utf8_width(cases[i].code) != cases[i].width) {
      fail_msg("U+%04X is %d wide, not %d", cases[i].code, utf8_width(cases[i].code), cases[i].width);
    }
  }
  assert_int_equal(utf8_columns(""), 0);
  assert_int_equal(utf8_columns("Dense 1 ▰▱"), 10);
  assert_int_equal(utf8_columns("e\xCC\x81 日本"), 6);
  assert_int_equal(utf8_columns("\xFF\xC3"), 2); /* a replacement character for each byte */
}

static void test_distance(void **state) {
  (void)state;
  static const struct {
    const char *a, *b;
    int distance;
  } cases[] = {
      {"", "", 0},
      {"relu", "relu", 0},
      {"relu", "rellu", 1},
      {"relu", "rlu", 1},
      {"relu", "rely", 1},
      {"relu", "rleu", 1},
      {"", "adam", 4},
      {"adam", "", 4},
      {"kitten", "sitting", 3},
      {"ca", "abc", 3}, /* optimal string alignment, not Damerau's 2 */
      {"dropout", "droput", 1},
      {"batch_norm", "batchnorm", 1},
      {"learning_rate", "lerning_raet", 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(str_distance(cases[i].a, cases[i].b), cases[i].distance);
    assert_int_equal(str_distance(cases[i].b, cases[i].a), cases[i].distance);
  }
  char longest[64], too_long[65];
  memset(longest, 'a', 63);
  memset(too_long, 'a', 64);
  longest[63] = too_long[64] = '\0';
  assert_int_equal(str_distance(longest, longest), 0);
  assert_int_equal(str_distance(longest, ""), 63);
  assert_int_equal(str_distance(too_long, too_long), 64);
  assert_int_equal(str_distance("a", too_long), 64);
}

static void test_nearest(void **state) {
  (void)state;
  static const char *const keys[] = {"dropout", "batch_norm", "learning_rate", "units", "l1", "l2"};
  static const struct {
    const char *word, *nearest;
  } cases[] = {
      {"droput", "dropout"},
      {"Dropout", "dropout"},
      {"batchnorm", "batch_norm"},
      {"learning_rte", "learning_rate"},
      {"unit", "units"},
      {"untis", "units"},
      {"l2", "l2"},
      {"l3", "l1"},
      {"momentum", NULL},
      {"xyzzy", NULL},
      {"", NULL},
      {"rate", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *nearest = str_nearest(cases[i].word, keys, sizeof keys / sizeof *keys);
    if (cases[i].nearest) {
      assert_non_null(nearest);
      assert_string_equal(nearest, cases[i].nearest);
    } else {
      assert_null(nearest);
    }
  }
  assert_null(str_nearest("droput", keys, 0));
}

static void test_to_double(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
  } good[] = {
      {"0", 0},    {"-0", -0.0},     {"1", 1},           {"+1", 1},      {"-2.5", -2.5},
      {".5", 0.5}, {"5.", 5},        {"1e3", 1000},      {"1E-3", 1e-3}, {"-1.5e+2", -150},
      {"007", 7},  {"1e308", 1e308}, {"5e-324", 5e-324}, {"1e-400", 0},  {"0.1000000000000000055511151231257827", 0.1},
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    double value = 99;
    assert_true(str_to_double(good[i].text, &value));
    assert_true(value == good[i].value && signbit(value) == signbit(good[i].value));
  }
  static const char *const bad[] = {"",      " ",    "a",     "1a",     "1 ",  " 1",   "\t1", "+",        "-",
                                    ".",     "-.",   "e5",    ".e5",    "1e",  "1e+",  "1,5", "1.2.3",    "--1",
                                    "+-1",   "nan",  "NaN",   "-nan",   "inf", "-inf", "INF", "infinity", "0x10",
                                    "0X1p3", "-0x1", "1e309", "-1e999", "1\n", "1_000"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    double value;
    if (str_to_double(bad[i], &value)) {
      fail_msg("'%s' was read as %g", bad[i], value);
    }
  }
}

static void test_to_i64(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t value;
  } good[] = {{"0", 0},
              {"-0", 0},
              {"42", 42},
              {"+42", 42},
              {"-42", -42},
              {"010", 10},
              {"9223372036854775807", INT64_MAX},
              {"-9223372036854775808", INT64_MIN}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    int64_t value = 99;
    assert_true(str_to_i64(good[i].text, &value));
    assert_true(value == good[i].value);
  }
  static const char *const bad[] = {"",
                                    " ",
                                    "a",
                                    "1a",
                                    "1 ",
                                    " 1",
                                    "+",
                                    "-",
                                    "--1",
                                    "+-1",
                                    "1.0",
                                    "1e3",
                                    "0x10",
                                    "1,000",
                                    "9223372036854775808",
                                    "-9223372036854775809",
                                    "99999999999999999999"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    int64_t value;
    if (str_to_i64(bad[i], &value)) {
      fail_msg("'%s' was read as %lld", bad[i], (long long)value);
    }
  }
}

static void test_from_float_known(void **state) {
  (void)state;
  static const struct {
    float value;
    const char *text;
  } cases[] = {
      {0.0f, "0"},
      {-0.0f, "-0"},
      {0.1f, "0.1"},
      {0.3f, "0.3"},
      {1.0f / 3, "0.33333334"},
      {1e-3f, "0.001"},
      {1e-7f, "1e-07"},
      {30, "30"},
      {100, "100"},
      {-20, "-20"},
      {8192, "8192"},
      {500000, "500000"},
      {1e6f, "1e+06"},
      {16777216, "16777216"},
      {0.999f, "0.999"},
      {FLT_MAX, "3.4028235e+38"},
      {FLT_MIN, "1.1754944e-38"},
      {FLT_TRUE_MIN, "1e-45"},
      {INFINITY, "inf"},
      {-INFINITY, "-inf"},
      {NAN, "nan"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char out[32];
    str_from_float(out, sizeof out, cases[i].value);
    assert_string_equal(out, cases[i].text);
  }
}

static void test_from_double_known(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = {
      {0, "0"},
      {-0.0, "-0"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1.0 / 3, "0.3333333333333333"},
      {1e-5, "1e-05"},
      {50, "50"},
      {999999, "999999"},
      {1234567, "1234567"},
      {1e22, "1e+22"},
      {-0.25, "-0.25"},
      {9007199254740993.0, "9007199254740992"},
      {DBL_MAX, "1.7976931348623157e+308"},
      {DBL_MIN, "2.2250738585072014e-308"},
      {DBL_TRUE_MIN, "5e-324"},
      {(double)INFINITY, "inf"},
      {-(double)INFINITY, "-inf"},
      {(double)NAN, "nan"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char out[32];
    str_from_double(out, sizeof out, cases[i].value);
    assert_string_equal(out, cases[i].text);
  }
}

/* Random bits: every exponent, subnormal numbers too. */
static void test_from_float_round_trip(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 2});
  for (int i = 0; i < 40000; i++) {
    uint32_t bits = rng_u32(&rng);
    float value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value)) {
      continue;
    }
    char out[32];
    double back = 0;
    str_from_float(out, sizeof out, value);
    float same = str_to_double(out, &back) ? (float)back : 0;
    if (same != value || signbit(same) != signbit(value)) {
      fail_msg("%a became %s", (double)value, out);
    }
  }
}

static void test_from_double_round_trip(void **state) {
  (void)state;
  Rng rng = rng_start((RngKey){.seed = 3});
  for (int i = 0; i < 20000; i++) {
    uint64_t bits = (uint64_t)rng_u32(&rng) << 32;
    bits |= rng_u32(&rng);
    double value, back = 0;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value)) {
      continue;
    }
    char out[32];
    str_from_double(out, sizeof out, value);
    if (!str_to_double(out, &back) || back != value || signbit(back) != signbit(value)) {
      fail_msg("%a became %s", value, out);
    }
  }
}

static void test_ends_in(void **state) {
  (void)state;
  assert_true(str_ends_in("a.csv", ".csv"));
  assert_true(str_ends_in("A.CSV", ".csv"));
  assert_false(str_ends_in(".csv", ".csv")); /* nothing before it */
  assert_false(str_ends_in("a.csv.gz", ".csv"));
  assert_false(str_ends_in("", ".csv"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_copy),
      cmocka_unit_test(test_utf8_round_trip),
      cmocka_unit_test(test_utf8_encode_known),
      cmocka_unit_test(test_utf8_end),
      cmocka_unit_test(test_utf8_malformed),
      cmocka_unit_test(test_printable),
      cmocka_unit_test(test_printable_on_noise),
      cmocka_unit_test(test_printable_is_cut_whole),
      cmocka_unit_test(test_width),
      cmocka_unit_test(test_distance),
      cmocka_unit_test(test_nearest),
      cmocka_unit_test(test_to_double),
      cmocka_unit_test(test_to_i64),
      cmocka_unit_test(test_from_float_known),
      cmocka_unit_test(test_from_double_known),
      cmocka_unit_test(test_from_float_round_trip),
      cmocka_unit_test(test_from_double_round_trip),
      cmocka_unit_test(test_ends_in),
  };
  return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
