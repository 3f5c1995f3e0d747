/* Random numbers: that they are distributed as they claim to be, and that streams are independent. Seeds are fixed, so
 * a test either holds or not; family.h says how often another seed would fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/rng.h"
#include "family.h"
#include "near.h"
#include "statistics.h"

enum { SEED = 20, CHECKS = 21 };

/* --- The helper itself: SciPy's quantiles, and that what is not a number is not likely. --- */

static void assert_relative(double actual, double expected) { assert_near(actual / expected, 1.0, 1e-9); }

static void test_known_quantiles(void **state) {
  (void)state;
  static const struct {
    double freedom, above, statistic;
  } chi_squares[] = {
      {1, 0.5, 0.4549364231195724},   {1, 1e-9, 37.324893051362324},   {10, 0.05, 18.30703805327515},
      {10, 1e-9, 62.945457420558576}, {119, 1e-6, 207.1986092557202},  {119, 0.05, 145.46074022476486},
      {9801, 0.5, 9800.333341395595}, {9801, 1e-9, 10664.18747113867}, {64620, 1e-6, 66343.27386527447},
  };
  for (size_t i = 0; i < sizeof chi_squares / sizeof *chi_squares; i++) {
    double freedom = chi_squares[i].freedom, statistic = chi_squares[i].statistic;
    assert_relative(chi_square_above(statistic, freedom), chi_squares[i].above);
    assert_relative(chi_square_below(statistic, freedom), 1.0 - chi_squares[i].above);
  }
  assert_relative(chi_square_below(62925.51926912036, 64620), 1e-6);
  assert_relative(chi_square_below(0.33812600324495523, 10), 1e-6);
  assert_relative(chi_square_p(70.54955713688595, 23), 2e-6);
  assert_relative(chi_square_p(3.529926662532559, 23), 2e-6);
  assert_relative(normal_p(-1.9599639845400545), 0.05);
  assert_relative(normal_p(5.73072886823629), 1e-8);
  assert_relative(normal_cdf(-1.9599639845400545), 0.025);
  assert_relative(rare_p(20, 10), 2 * 0.0034543419758568334);
  assert_relative(rare_p(2, 10), 2 * 0.0027693957155115775);
  assert_relative(rare_p(0, 10), 2 * exp(-10));
}

static void test_known_distances(void **state) {
  (void)state;
  static const struct {
    double p, distance; /* times the root of a large count */
  } cases[] = {
      {0.5, 0.8275735551899059}, {0.05, 1.3580986393225507}, {0.01, 1.6276236115189504}, {1e-8, 3.0914258784994595}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_near(kolmogorov_p(cases[i].distance * 1e-6, (size_t)1e12) / cases[i].p, 1.0, 1e-5);
  }
  assert_near(kolmogorov_p(1e-9, 100), 1.0, 0.0);
}

static void test_no_number_is_not_likely(void **state) {
  (void)state;
  double none = (double)NAN;
  assert_true(isnan(chi_square_p(none, 10)) && isnan(normal_p(none)) && isnan(count_p(none, 10, 0.5)));
}

/* --- Random numbers. --- */

enum { DRAWS = 200000 };

typedef float Draw(Rng *rng);

static float *draw(Arena *arena, Draw *next) {
  float *values = arena_floats(arena, DRAWS);
  Rng rng = rng_start((RngKey){.seed = SEED, .purpose = RNG_TEST});
  for (size_t i = 0; i < DRAWS; i++) {
    values[i] = next(&rng);
  }
  return values;
}

static void accept_shape(void **state, const char *name, float *values, size_t count, const Shape *shape) {
  accept(state, name, mean_p(values, count, shape));
  accept(state, name, variance_p(values, count, shape));
  accept(state, name, distribution_p(values, count, shape));
}

static double neighbours_p(Arena *arena, const float *values, const Shape *shape) {
  enum { LAGS = 16 };
  float *x = arena_floats(arena, DRAWS);
  for (size_t i = 0; i < DRAWS; i++) {
    x[i] = (values[i] - (float)shape->mean) / (float)sqrt(shape->variance);
  }
  return lags_p((Sample){1, DRAWS, x, shape->kurtosis}, LAGS);
}

static double tails_p(const float *values) {
  const double bound = 3.5;
  int hits = 0;
  for (size_t i = 0; i < DRAWS; i++) {
    hits += fabs((double)values[i]) > bound;
  }
  return rare_p(hits, DRAWS * normal_p(bound));
}

static void test_distributions(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  Shape uniform = shape_uniform(), normal = shape_normal(), within = shape_truncated_normal();
  assert_near(sqrt(within.variance), 0.87962566103423978, 1e-15); /* Keras's number */
  const struct {
    const char *name;
    Draw *next;
    const Shape *shape;
  } cases[] = {{"rng_uniform", rng_uniform, &uniform},
               {"rng_normal", rng_normal, &normal},
               {"rng_truncated_normal", rng_truncated_normal, &within}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    float *values = draw(&arena, cases[c].next);
    accept(state, cases[c].name, neighbours_p(&arena, values, cases[c].shape));
    accept_shape(state, cases[c].name, values, DRAWS, cases[c].shape);
  }
  accept(state, "rng_normal's tails", tails_p(draw(&arena, rng_normal)));
  arena_deinit(&arena);
}

static float uniform_a_bit_high(Rng *rng) { return rng_uniform(rng) * 0.98f + 0.02f; }
static float uniform_a_bit_narrow(Rng *rng) { return (rng_uniform(rng) - 0.5f) * 0.98f + 0.5f; }
static float normal_of_uniforms(Rng *rng) {
  return 2.0f * (rng_uniform(rng) + rng_uniform(rng) + rng_uniform(rng)) - 3.0f;
}
static float normal_clipped(Rng *rng) { return fmaxf(-2.0f, fminf(2.0f, rng_normal(rng))); }
static float normal_not_truncated(Rng *rng) { return rng_normal(rng) * 0.87962566f; }
/* Box-Muller from so few bits that nothing lies beyond sqrt(2 ln 256) = 3.33. */
static float normal_of_8_bits(Rng *rng) {
  float u = (float)(1 + rng_below(rng, 256)) / 256.0f;
  return sqrtf(-2.0f * logf(u)) * cosf(6.2831853f * rng_uniform(rng));
}
static void test_wrong_distributions(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  Shape uniform = shape_uniform(), normal = shape_normal(), within = shape_truncated_normal();
  reject(state, "a mean too high", mean_p(draw(&arena, uniform_a_bit_high), DRAWS, &uniform));
  reject(state, "too narrow a range", variance_p(draw(&arena, uniform_a_bit_narrow), DRAWS, &uniform));
  reject(state, "a sum of uniforms", distribution_p(draw(&arena, normal_of_uniforms), DRAWS, &normal));
  reject(state, "clipping", distribution_p(draw(&arena, normal_clipped), DRAWS, &within));
  reject(state, "no truncation", distribution_p(draw(&arena, normal_not_truncated), DRAWS, &within));
  reject(state, "short tails", tails_p(draw(&arena, normal_of_8_bits)));
  float *twice = draw(&arena, rng_uniform);
  for (size_t i = 1; i < DRAWS; i += 2) {
    twice[i] = twice[i - 1];
  }
  reject(state, "each value twice", neighbours_p(&arena, twice, &uniform));
  arena_deinit(&arena);
}

/* --- Below a bound. --- */

typedef uint32_t Below(Rng *rng, uint32_t bound);

static double below_p(Below *below, uint32_t bound) {
  enum { MOST = 64, EACH = 20000 };
  int hits[MOST] = {0};
  Rng rng = rng_start((RngKey){.seed = SEED, .purpose = RNG_TEST, .step = bound});
  for (uint32_t i = 0; i < bound * EACH; i++) {
    hits[below(&rng, bound)]++;
  }
  return cells_p(hits, bound);
}

static const uint32_t THIRD = 1u << 30;

/* Below 3/4 of 2^32: in three ways that differ by their rest, or in three that lie one above the other. */
static double great_bound_p(Below *below, bool by_rest) {
  enum { BELOW_DRAWS = 30000 };
  int hits[3] = {0};
  Rng rng = rng_start((RngKey){.seed = SEED, .purpose = RNG_TEST});
  for (int i = 0; i < BELOW_DRAWS; i++) {
    uint32_t value = below(&rng, 3 * THIRD);
    hits[by_rest ? value % 3 : value / THIRD]++;
  }
  return cells_p(hits, 3);
}

static void test_below_is_uniform(void **state) {
  static const uint32_t bounds[] = {2, 3, 10, 64};
  for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
    accept(state, "rng_below", below_p(rng_below, bounds[b]));
  }
  accept(state, "rng_below's rests", great_bound_p(rng_below, true));
  accept(state, "rng_below's thirds", great_bound_p(rng_below, false));
}

static uint32_t below_by_rest(Rng *rng, uint32_t bound) { return rng_u32(rng) % bound; }
static uint32_t below_by_scaling(Rng *rng, uint32_t bound) { return (uint32_t)((uint64_t)rng_u32(rng) * bound >> 32); }
static uint32_t below_of_8_bits(Rng *rng, uint32_t bound) { return (rng_u32(rng) >> 24) % bound; }
static uint32_t below_in_turn(Rng *rng, uint32_t bound) { return rng->next_block++ % bound; }

static void test_below_with_bias(void **state) {
  reject(state, "8 bits for a bound of 48", below_p(below_of_8_bits, 48));
  reject(state, "one value after the other", below_p(below_in_turn, 10));
  reject(state, "the rest of a division", great_bound_p(below_by_rest, false));
  reject(state, "scaling without rejection", great_bound_p(below_by_scaling, true));
}

/* --- Streams: neighbours in each part of the key, bit by bit. --- */

enum {
  SEEDS = 5,
  STEPS = 4,
  PURPOSES = RNG_DROPOUT + 1,
  STREAM_LAYERS = 3,
  STREAMS = SEEDS * STEPS * PURPOSES * STREAM_LAYERS
};

typedef Rng Start(RngKey key);

static RngKey key_of(size_t stream) {
  static const uint64_t seeds[SEEDS] = {1, 2, 3, UINT64_C(1) << 32, UINT64_C(1) << 63};
  static const uint64_t steps[STEPS] = {0, 1, 2, UINT64_C(1) << 32};
  size_t layer = stream % STREAM_LAYERS, purpose = stream / STREAM_LAYERS % PURPOSES;
  size_t step = stream / STREAM_LAYERS / PURPOSES % STEPS, seed = stream / STREAM_LAYERS / PURPOSES / STEPS;
  return (RngKey){.seed = seeds[seed], .step = steps[step], .purpose = (RngPurpose)purpose, .layer = (uint32_t)layer};
}

static Sample streams_of(Arena *arena, Start *start) {
  enum { WORDS = 16, BITS = 32 };
  float *x = arena_floats(arena, (size_t)STREAMS * WORDS * BITS), *next = x;
  for (size_t s = 0; s < STREAMS; s++) {
    Rng rng = start(key_of(s));
    for (int w = 0; w < WORDS; w++) {
      uint32_t word = rng_u32(&rng);
      for (int b = 0; b < BITS; b++) {
        *next++ = word >> b & 1 ? 1.0f : -1.0f;
      }
    }
  }
  return (Sample){STREAMS, (size_t)WORDS * BITS, x, 1.0};
}

static void test_streams_are_independent(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  Sample streams = streams_of(&arena, rng_start);
  accept(state, "each stream's bits", means_p(streams));
  accept(state, "two streams' bits", correlations_p(streams));
  arena_deinit(&arena);
}

static Rng start_with_a_sum(RngKey key) {
  return rng_start((RngKey){.seed = key.seed + key.step, .purpose = key.purpose, .layer = key.layer});
}
static Rng start_without_purpose(RngKey key) {
  key.layer += (uint32_t)key.purpose;
  key.purpose = RNG_TEST;
  return rng_start(key);
}
static Rng start_with_short_seed(RngKey key) {
  key.seed = (uint32_t)key.seed;
  return rng_start(key);
}
/* As seeding a multiplicative generator with seeds in a row does. */
static Rng start_with_the_seed(RngKey key) {
  Rng rng = rng_start(key);
  rng.used = 0;
  for (uint32_t i = 0; i < 4; i++) {
    rng.values[i] = (uint32_t)key.seed * 16807u + (uint32_t)key.step + i;
  }
  return rng;
}

static void test_streams_that_meet(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  reject(state, "the sum of seed and step", correlations_p(streams_of(&arena, start_with_a_sum)));
  reject(state, "the sum of purpose and layer", correlations_p(streams_of(&arena, start_without_purpose)));
  reject(state, "a seed of 32 bits", correlations_p(streams_of(&arena, start_with_short_seed)));
  reject(state, "a seed that is not mixed", means_p(streams_of(&arena, start_with_the_seed)));
  arena_deinit(&arena);
}

static int start_family(void **state) {
  static Family family = {.checks = CHECKS};
  *state = &family;
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_quantiles),         cmocka_unit_test(test_known_distances),
      cmocka_unit_test(test_no_number_is_not_likely), cmocka_unit_test(test_distributions),
      cmocka_unit_test(test_wrong_distributions),     cmocka_unit_test(test_below_is_uniform),
      cmocka_unit_test(test_below_with_bias),         cmocka_unit_test(test_streams_are_independent),
      cmocka_unit_test(test_streams_that_meet),       cmocka_unit_test(the_checks_are_counted),
  };
  return cmocka_run_group_tests_name("statistics", tests, start_family, NULL);
}
