/* rng: the published known answers of Philox4x32-10, the vectorised fill against the plain function, and the ranges.
 * That the distributions are what they claim to be is test_statistics's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "base/rng.h"

static const RngKey KEY = {.seed = 7, .step = 3, .purpose = RNG_TEST, .layer = 1};

/* Random123's kat_vectors. The counter is (block, step low, step high, layer), the key is the seed. */
static void test_known_answers(void **state) {
  (void)state;
  static const struct {
    uint32_t counter[4], key[2], answer[4];
  } vectors[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    const uint32_t *c = vectors[i].counter, *k = vectors[i].key;
    RngKey key = {
        .seed = (uint64_t)k[1] << 32 | k[0], .step = (uint64_t)c[2] << 32 | c[1], .purpose = RNG_TEST, .layer = c[3]};
    uint32_t out[4];
    rng_block(key, c[0], out);
    assert_memory_equal(out, vectors[i].answer, sizeof out);
  }
}

/* The purpose is the counter's highest byte: it moves the values, and differs from any layer. */
static void test_purpose_is_part_of_the_counter(void **state) {
  (void)state;
  RngKey key = KEY, same = KEY;
  key.purpose = RNG_DROPOUT;
  same.layer |= (uint32_t)RNG_DROPOUT << 24;
  uint32_t out[4], expected[4], plain[4];
  rng_block(key, 5, out);
  rng_block(same, 5, expected);
  rng_block(KEY, 5, plain);
  assert_memory_equal(out, expected, sizeof out);
  assert_memory_not_equal(out, plain, sizeof out);
}

static void test_stream_is_the_blocks_in_order(void **state) {
  (void)state;
  Rng rng = rng_start(KEY), again = rng_start(KEY);
  for (uint32_t block = 0; block < 100; block++) {
    uint32_t values[4];
    rng_block(KEY, block, values);
    for (int i = 0; i < 4; i++) {
      assert_int_equal(rng_u32(&rng), values[i]);
    }
  }
  uint32_t first[4];
  rng_block(KEY, 0, first);
  assert_int_equal(rng_u32(&again), first[0]);
}

static void test_below_stays_below(void **state) {
  (void)state;
  static const uint32_t bounds[] = {1, 2, 3, 10, 64, 0xC0000000u, UINT32_MAX};
  for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
    Rng rng = rng_start(KEY);
    for (int i = 0; i < 10000; i++) {
      assert_true(rng_below(&rng, bounds[b]) < bounds[b]);
    }
  }
}

enum { SAMPLES = 200000 };

static void test_uniform_has_24_bits(void **state) {
  (void)state;
  bool odd = false;
  Rng rng = rng_start(KEY);
  for (int i = 0; i < SAMPLES; i++) {
    float value = rng_uniform(&rng), scaled = value * 0x1p24f;
    assert_true(value >= 0 && value < 1 && scaled == truncf(scaled));
    odd = odd || fmodf(scaled, 2) == 1;
  }
  assert_true(odd); /* all 24 bits are in use */
}

static void test_truncated_normal_is_drawn_again(void **state) {
  (void)state;
  Rng rng = rng_start(KEY);
  for (int i = 0; i < SAMPLES; i++) {
    assert_true(fabsf(rng_truncated_normal(&rng)) < 2); /* not clipped to 2 */
  }
}

static void test_shuffle_permutes(void **state) {
  (void)state;
  enum { COUNT = 1000 };
  uint32_t values[COUNT], again[COUNT];
  bool seen[COUNT] = {false};
  for (uint32_t i = 0; i < COUNT; i++) {
    values[i] = again[i] = i;
  }
  Rng rng = rng_start(KEY), same = rng_start(KEY);
  rng_shuffle(&rng, values, COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    assert_true(values[i] < COUNT && !seen[values[i]]);
    seen[values[i]] = true;
  }
  rng_shuffle(&same, again, COUNT);
  assert_memory_equal(values, again, sizeof values);
  rng_shuffle(&rng, values, 0);
  rng_shuffle(&rng, values, 1);
  assert_int_equal(values[0], again[0]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_answers),
      cmocka_unit_test(test_purpose_is_part_of_the_counter),
      cmocka_unit_test(test_stream_is_the_blocks_in_order),
      cmocka_unit_test(test_below_stays_below),
      cmocka_unit_test(test_uniform_has_24_bits),
      cmocka_unit_test(test_truncated_normal_is_drawn_again),
      cmocka_unit_test(test_shuffle_permutes),
  };
  return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
