/* rng: the published known answers of Philox4x32-10, the vectorised fill against the plain function, and the
 * distributions. Seeds are fixed, so a test either holds or not; each statistical bound names its false-alarm rate p:
 * the chance that a perfect generator with another seed would cross it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
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

/* Pearson's statistic of `counts` against equal expectations. */
static double chi_square(const int *counts, int bins, double total) {
  double sum = 0, expected = total / bins;
  for (int i = 0; i < bins; i++) {
    sum += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return sum;
}

static void test_below_is_uniform(void **state) {
  (void)state;
  enum { DRAWS = 200000 };
  static const struct {
    uint32_t bound;
    double limit; /* chi-square of bound - 1 degrees of freedom, p = 1e-6 */
  } cases[] = {{2, 23.93}, {3, 27.63}, {10, 44.81}, {64, 131.4}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    Rng rng = rng_start(KEY);
    int counts[64] = {0};
    for (int i = 0; i < DRAWS; i++) {
      uint32_t value = rng_below(&rng, cases[c].bound);
      assert_true(value < cases[c].bound);
      counts[value]++;
    }
    assert_true(chi_square(counts, (int)cases[c].bound, DRAWS) < cases[c].limit);
  }
  Rng rng = rng_start(KEY);
  for (int i = 0; i < 100; i++) {
    assert_int_equal(rng_below(&rng, 1), 0);
  }
}

/* With a bound of 3/4 of 2^32, scaling without rejection would give every third value twice as often. */
static void test_below_has_no_bias(void **state) {
  (void)state;
  enum { DRAWS = 30000 };
  Rng rng = rng_start(KEY);
  int counts[3] = {0};
  for (int i = 0; i < DRAWS; i++) {
    counts[rng_below(&rng, 0xC0000000u) % 3]++;
  }
  assert_true(chi_square(counts, 3, DRAWS) < 27.63); /* 2 degrees of freedom, p = 1e-6 */
}

typedef struct Moments {
  double mean, variance, skewness, kurtosis;
} Moments;

static Moments moments_of(const float *values, int count) {
  double mean = 0, m2 = 0, m3 = 0, m4 = 0;
  for (int i = 0; i < count; i++) {
    mean += (double)values[i] / count;
  }
  for (int i = 0; i < count; i++) {
    double d = (double)values[i] - mean;
    m2 += d * d / count;
    m3 += d * d * d / count;
    m4 += d * d * d * d / count;
  }
  return (Moments){mean, m2, m3 / pow(m2, 1.5), m4 / (m2 * m2)};
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Kolmogorov and Smirnov's statistic times sqrt(count); over 2.694 with p = 1e-6. Sorts the values. */
static double ks_statistic(float *values, int count, double (*cdf)(double)) {
  qsort(values, (size_t)count, sizeof *values, by_value);
  double most = 0;
  for (int i = 0; i < count; i++) {
    double expected = cdf((double)values[i]);
    most = fmax(most, fmax(fabs(expected - (double)i / count), fabs(expected - (i + 1.0) / count)));
  }
  return most * sqrt(count);
}

static double uniform_cdf(double x) { return x; }
static double normal_cdf(double x) { return 0.5 * erfc(-x / sqrt(2)); }
static double truncated_cdf(double x) { return (normal_cdf(x) - normal_cdf(-2)) / (normal_cdf(2) - normal_cdf(-2)); }

enum { SAMPLES = 200000 };
static const double FIVE_SIGMA = 5; /* two-sided, p = 6e-7 */

static float *draw(Arena *arena, float (*next)(Rng *)) {
  arena_init(arena, 0);
  float *values = ARENA_ARRAY(arena, float, SAMPLES);
  Rng rng = rng_start(KEY);
  for (int i = 0; i < SAMPLES; i++) {
    values[i] = next(&rng);
  }
  return values;
}

static void test_uniform(void **state) {
  (void)state;
  Arena arena;
  float *values = draw(&arena, rng_uniform);
  bool odd = false;
  for (int i = 0; i < SAMPLES; i++) {
    float scaled = values[i] * 0x1p24f;
    assert_true(values[i] >= 0 && values[i] < 1 && scaled == truncf(scaled));
    odd = odd || fmodf(scaled, 2) == 1;
  }
  assert_true(odd); /* all 24 bits are in use */
  Moments m = moments_of(values, SAMPLES);
  assert_true(fabs(m.mean - 0.5) < FIVE_SIGMA * sqrt(1.0 / 12 / SAMPLES));
  assert_true(fabs(m.variance - 1.0 / 12) < FIVE_SIGMA * sqrt(1.0 / 180 / SAMPLES));
  assert_true(ks_statistic(values, SAMPLES, uniform_cdf) < 2.694);
  arena_deinit(&arena);
}

static void test_normal(void **state) {
  (void)state;
  Arena arena;
  float *values = draw(&arena, rng_normal);
  Moments m = moments_of(values, SAMPLES);
  assert_true(fabs(m.mean) < FIVE_SIGMA * sqrt(1.0 / SAMPLES));
  assert_true(fabs(m.variance - 1) < FIVE_SIGMA * sqrt(2.0 / SAMPLES));
  assert_true(fabs(m.skewness) < FIVE_SIGMA * sqrt(6.0 / SAMPLES));
  assert_true(fabs(m.kurtosis - 3) < FIVE_SIGMA * sqrt(24.0 / SAMPLES));
  double neighbours = 0;
  for (int i = 1; i < SAMPLES; i++) {
    neighbours += (double)values[i] * (double)values[i - 1] / SAMPLES;
  }
  assert_true(fabs(neighbours) < FIVE_SIGMA / sqrt(SAMPLES));
  assert_true(ks_statistic(values, SAMPLES, normal_cdf) < 2.694);
  assert_true(values[0] < -3.9f && values[SAMPLES - 1] > 3.9f); /* the tails are there: p = 1e-4 */
  arena_deinit(&arena);
}

static void test_truncated_normal(void **state) {
  (void)state;
  Arena arena;
  float *values = draw(&arena, rng_truncated_normal);
  Moments m = moments_of(values, SAMPLES);
  /* Deviation 0.87963; the standard error of the deviation is sqrt((kurtosis - 1) / 4 / n) of it, kurtosis 2.37. */
  assert_true(fabs(sqrt(m.variance) - 0.87963) < FIVE_SIGMA * 0.87963 * sqrt(1.37 / 4 / SAMPLES));
  assert_true(fabs(m.mean) < FIVE_SIGMA * 0.87963 / sqrt(SAMPLES));
  assert_true(ks_statistic(values, SAMPLES, truncated_cdf) < 2.694);
  assert_true(values[0] >= -2 && values[SAMPLES - 1] <= 2);
  assert_true(values[1] > -2 && values[SAMPLES - 2] < 2); /* drawn again, not clipped */
  arena_deinit(&arena);
}

/* Streams that differ in one part of the key alone. */
static void test_streams_are_independent(void **state) {
  (void)state;
  enum { VALUES = 100000 };
  RngKey others[] = {KEY, KEY, KEY, KEY, KEY, KEY};
  others[0].seed ^= 1;
  others[1].seed ^= UINT64_C(1) << 32;
  others[2].step ^= 1;
  others[3].step ^= UINT64_C(1) << 32;
  others[4].purpose = RNG_DROPOUT;
  others[5].layer ^= 1;
  for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
    Rng a = rng_start(KEY), b = rng_start(others[k]);
    double correlation = 0;
    int equal_bits = 0;
    for (int i = 0; i < VALUES; i++) {
      uint32_t x = rng_u32(&a), y = rng_u32(&b);
      correlation += (x * 0x1p-32 - 0.5) * (y * 0x1p-32 - 0.5) * 12 / VALUES;
      equal_bits += __builtin_popcount(~(x ^ y));
    }
    assert_true(fabs(correlation) < FIVE_SIGMA / sqrt(VALUES));
    assert_true(fabs(equal_bits - 16.0 * VALUES) < FIVE_SIGMA * sqrt(32.0 * VALUES) / 2);
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
  int moved = 0;
  for (uint32_t i = 0; i < COUNT; i++) {
    assert_true(values[i] < COUNT && !seen[values[i]]);
    seen[values[i]] = true;
    moved += values[i] != i;
  }
  assert_true(moved > COUNT - 10); /* one is expected to stay; p = 1e-7 */
  rng_shuffle(&same, again, COUNT);
  assert_memory_equal(values, again, sizeof values);
  rng_shuffle(&rng, values, 0);
  rng_shuffle(&rng, values, 1);
  assert_int_equal(values[0], again[0]);
}

static void test_shuffle_is_uniform(void **state) {
  (void)state;
  enum { SHUFFLES = 48000 };
  int counts[256] = {0}, used[24], orders = 0;
  Rng rng = rng_start(KEY);
  for (int i = 0; i < SHUFFLES; i++) {
    uint32_t v[4] = {0, 1, 2, 3};
    rng_shuffle(&rng, v, 4);
    counts[v[0] << 6 | v[1] << 4 | v[2] << 2 | v[3]]++;
  }
  for (int i = 0; i < 256; i++) {
    if (counts[i] > 0) {
      assert_true(orders < 24);
      used[orders++] = counts[i];
    }
  }
  assert_int_equal(orders, 24);
  assert_true(chi_square(used, 24, SHUFFLES) < 70.55); /* 23 degrees of freedom, p = 1e-6 */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_answers),
      cmocka_unit_test(test_purpose_is_part_of_the_counter),
      cmocka_unit_test(test_stream_is_the_blocks_in_order),
      cmocka_unit_test(test_below_is_uniform),
      cmocka_unit_test(test_below_has_no_bias),
      cmocka_unit_test(test_uniform),
      cmocka_unit_test(test_normal),
      cmocka_unit_test(test_truncated_normal),
      cmocka_unit_test(test_streams_are_independent),
      cmocka_unit_test(test_shuffle_permutes),
      cmocka_unit_test(test_shuffle_is_uniform),
  };
  return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
