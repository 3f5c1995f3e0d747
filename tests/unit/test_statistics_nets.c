/* A network's randomness: initial weights have the moments and the shape that their initializer claims, dropout drops
 * at its rate, and weights and masks are independent of each other, between elements, rows, units, layers, steps and
 * seeds. Seeds are fixed, so a test either holds or not; family.h says how often another seed would fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "family.h"
#include "near.h"
#include "nn/weights.h"
#include "statistics.h"

enum { SEED = 20, CHECKS = 68 };

/* `hidden` linear layers of `units` units. */
static Net *make_net(Arena *arena, NetSpec spec, int features, int units, uint64_t seed) {
  spec.output = OUTPUT_LINEAR;
  spec.loss = LOSS_MSE;
  for (int h = 0; h < spec.hidden; h++) {
    spec.layers[h] = (LayerSpec){.units = units, .activation = ACTIVATION_LINEAR};
  }
  return net_create(arena, &spec, features, 1, seed);
}

/* --- Initial weights. --- */

enum { FAN_IN = 480, FAN_OUT = 270, KERNEL = FAN_IN * FAN_OUT };

/* What an initializer claims: weights of the shape, times the scale. Uniform weights lie in -scale .. scale. */
typedef struct Claim {
  Initializer initializer;
  double variance; /* of the weights */
  bool uniform;
} Claim;

static const Claim CLAIMS[INIT_COUNT] = {
    {INIT_GLOROT_UNIFORM, 2.0 / (FAN_IN + FAN_OUT), true},
    {INIT_GLOROT_NORMAL, 2.0 / (FAN_IN + FAN_OUT), false},
    {INIT_HE_UNIFORM, 2.0 / FAN_IN, true},
    {INIT_HE_NORMAL, 2.0 / FAN_IN, false},
    {INIT_LECUN_UNIFORM, 1.0 / FAN_IN, true},
    {INIT_LECUN_NORMAL, 1.0 / FAN_IN, false},
};

static Shape shape_of(Claim claim) { return claim.uniform ? shape_uniform() : shape_truncated_normal(); }

static const float *draw_kernel(Arena *arena, Initializer initializer) {
  float *weights = arena_floats(arena, KERNEL);
  NetSpec spec = {.hidden = 1, .initializer = initializer};
  weights_get(make_net(arena, spec, FAN_IN, FAN_OUT, SEED), 0, weights);
  return weights;
}

/* The weights on the scale of the claimed shape: all are the shape's, if the claim is true. */
static float *scaled(Arena *arena, const float *weights, Claim claim) {
  Shape shape = shape_of(claim);
  double scale = sqrt(claim.variance / shape.variance);
  float *values = arena_floats(arena, KERNEL);
  for (size_t i = 0; i < KERNEL; i++) {
    values[i] = (float)((double)weights[i] / scale + shape.mean);
  }
  return values;
}

/* `values` are sorted: none lies beyond the shape's end, which one value's float may round across. */
static void check_bounds(const float *values, Claim claim) {
  Shape shape = shape_of(claim);
  const double rounding = 1e-6;
  assert_true(shape.cdf((double)values[0] + rounding) > 0.0);
  assert_true(shape.cdf((double)values[KERNEL - 1] - rounding) < 1.0);
}

static void test_initializers(void **state) {
  for (int i = 0; i < INIT_COUNT; i++) {
    Arena arena;
    arena_init(&arena, 0);
    const char *name = INITIALIZER_NAMES[i];
    Shape shape = shape_of(CLAIMS[i]);
    float *values = scaled(&arena, draw_kernel(&arena, CLAIMS[i].initializer), CLAIMS[i]);
    accept(state, name, mean_p(values, KERNEL, &shape));
    accept(state, name, variance_p(values, KERNEL, &shape));
    accept(state, name, distribution_p(values, KERNEL, &shape));
    check_bounds(values, CLAIMS[i]);
    arena_deinit(&arena);
  }
}

/* Each initializer's weights under each other's claim; where the variance is the same the shape is not. */
static void test_initializers_mistaken(void **state) {
  for (int i = 0; i < INIT_COUNT; i++) {
    Arena arena;
    arena_init(&arena, 0);
    const float *weights = draw_kernel(&arena, CLAIMS[i].initializer);
    for (int other = 0; other < INIT_COUNT; other++) {
      if (other != i) {
        Shape shape = shape_of(CLAIMS[other]);
        float *values = scaled(&arena, weights, CLAIMS[other]);
        bool same_variance = fabs(CLAIMS[i].variance / CLAIMS[other].variance - 1.0) < 1e-9;
        reject(state, INITIALIZER_NAMES[i],
               same_variance ? distribution_p(values, KERNEL, &shape) : variance_p(values, KERNEL, &shape));
      }
    }
    arena_deinit(&arena);
  }
}

static void test_weights_a_bit_off(void **state) {
  for (int i = 0; i < INIT_COUNT; i++) {
    Arena arena;
    arena_init(&arena, 0);
    Shape shape = shape_of(CLAIMS[i]);
    float *high = scaled(&arena, draw_kernel(&arena, CLAIMS[i].initializer), CLAIMS[i]);
    for (size_t w = 0; w < KERNEL; w++) {
      high[w] += 0.03f * (float)sqrt(shape.variance);
    }
    reject(state, "a mean 3 % of a deviation too high", mean_p(high, KERNEL, &shape));
    Claim claim = CLAIMS[i];
    claim.variance *= 1.02 * 1.02;
    float *narrow = scaled(&arena, draw_kernel(&arena, claim.initializer), claim);
    reject(state, "a deviation 2 % too small", variance_p(narrow, KERNEL, &shape));
    arena_deinit(&arena);
  }
}

enum { NET_SEEDS = 16, NET_LAYERS = 8, NET_UNITS = 32 };

typedef uint64_t SeedOf(int seed, int layer);
typedef int LayerOf(int layer);

/* The kernels (units, units) of several layers and seeds, one a variable; LeCun's variance, 1 / units, is made 1. */
static Sample draw_kernels(Arena *arena, Initializer initializer, SeedOf *seed_of, LayerOf *layer_of) {
  const size_t kernel = (size_t)NET_UNITS * NET_UNITS, count = NET_SEEDS * NET_LAYERS * kernel;
  float *x = arena_floats(arena, count), *next = x;
  NetSpec spec = {.hidden = NET_LAYERS, .initializer = initializer};
  for (int s = 0; s < NET_SEEDS; s++) {
    for (int l = 0; l < NET_LAYERS; l++, next += kernel) {
      weights_get(make_net(arena, spec, NET_UNITS, NET_UNITS, seed_of(s, l)), 2 * layer_of(l), next);
    }
  }
  Shape shape = initializer == INIT_LECUN_NORMAL ? shape_truncated_normal() : shape_uniform();
  for (size_t i = 0; i < count; i++) {
    x[i] *= (float)sqrt(NET_UNITS);
  }
  return (Sample){(size_t)NET_SEEDS * NET_LAYERS, kernel, x, shape.kurtosis};
}

static uint64_t its_seed(int seed, int layer) {
  (void)layer;
  return (uint64_t)seed + 1;
}
static uint64_t seed_plus_layer(int seed, int layer) { return (uint64_t)seed + (uint64_t)layer; }
static uint64_t seed_by_halves(int seed, int layer) {
  (void)layer;
  return (uint64_t)(seed / 2);
}
static int its_layer(int layer) { return layer; }
static int first_layer(int layer) {
  (void)layer;
  return 0;
}

static void test_kernels_are_independent(void **state) {
  static const Initializer initializers[] = {INIT_LECUN_UNIFORM, INIT_LECUN_NORMAL};
  for (int i = 0; i < 2; i++) {
    Arena arena;
    arena_init(&arena, 0);
    Sample kernels = draw_kernels(&arena, initializers[i], its_seed, its_layer);
    accept(state, "kernels' means", means_p(kernels));
    accept(state, "kernels of layers and seeds", correlations_p(kernels));
    accept(state, "weights of rows and columns", lags_p(kernels, (size_t)2 * NET_UNITS));
    arena_deinit(&arena);
  }
}

static void test_kernels_that_depend(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  Sample all = draw_kernels(&arena, INIT_LECUN_UNIFORM, its_seed, first_layer);
  reject(state, "the same kernel in each layer", correlations_p(all));
  Sample sums = draw_kernels(&arena, INIT_LECUN_UNIFORM, seed_plus_layer, first_layer);
  reject(state, "the sum of seed and layer", correlations_p(sums));
  Sample halves = draw_kernels(&arena, INIT_LECUN_UNIFORM, seed_by_halves, its_layer);
  reject(state, "a seed without its lowest bit", correlations_p(halves));
  arena_deinit(&arena);
}

static void test_kernels_of_like_rows(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  Sample kernels = draw_kernels(&arena, INIT_LECUN_UNIFORM, its_seed, its_layer);
  float *x = arena_floats(&arena, kernels.variables * kernels.observations);
  for (size_t i = 0; i < kernels.variables * kernels.observations; i++) {
    x[i] = kernels.x[i / NET_UNITS % 2 ? i - NET_UNITS : i];
  }
  kernels.x = x;
  reject(state, "each row twice", lags_p(kernels, (size_t)2 * NET_UNITS));
  arena_deinit(&arena);
}

/* --- Dropout: layers that are fed ones, so that what comes out shows the mask. --- */

static Net *make_net_of_ones(Arena *arena, int hidden, int features, int units, int rows) {
  NetSpec spec = {.hidden = hidden};
  Net *net = make_net(arena, spec, features, units, SEED);
  net_reserve(net, arena, rows);
  for (int i = 0; i < weights_count(net); i++) {
    WeightInfo info = weights_info(net, i);
    size_t count = (size_t)info.rows * (size_t)info.cols;
    float *values = arena_floats(arena, count);
    for (size_t w = 0; w < count; w++) {
      values[w] = info.rank == 1 ? 1.0f : 0.0f; /* biases alone speak */
    }
    weights_set(net, i, values);
  }
  return net;
}

static Mat ones(Arena *arena, int rows, int features) {
  Mat x = mat_view(arena_floats(arena, mat_floats(rows, features)), rows, features);
  for (size_t i = 0; i < mat_size(x); i++) {
    x.at[i] = 1.0f;
  }
  return x;
}

/* Whether the dropout on the input (layer 0) or in a hidden layer (from 1) has dropped element `i`, row by row. */
static bool is_dropped(const Net *net, int layer, int i) {
  Mat y = layer == 0 ? net->input.base.y : net->hidden[layer - 1].dropout.base.y;
  return *mat_element(y, i / y.cols, i % y.cols) == 0.0f;
}

/* How often a layer with this rate drops, against a claim. So many elements that a claim which is one hundredth off
 * lies ten deviations away. */
static double rate_p(int units, double rate, double claim) {
  enum { RATE_ROWS = 256 };
  const double deviations = 10.0, off = 0.01;
  double wanted = pow(deviations / off, 2.0) * (1.0 - claim) / claim, trials = 0.0, hits = 0.0;
  Arena arena;
  arena_init(&arena, 0);
  Net *net = make_net_of_ones(&arena, 1, 1, units, RATE_ROWS);
  net_set_dropout(net, 0, rate);
  Mat x = ones(&arena, RATE_ROWS, 1);
  for (int64_t step = 0; trials < wanted; step++) {
    (void)net_forward(net, (Pass){.train = true, .seed = SEED, .step = step}, x);
    int dropped = 0;
    for (int i = 0; i < RATE_ROWS * units; i++) {
      dropped += is_dropped(net, 1, i);
    }
    hits += dropped;
    trials += (double)RATE_ROWS * units;
  }
  arena_deinit(&arena);
  return count_p(hits, trials, claim);
}

static void test_dropout_rate(void **state) {
  static const struct {
    int units;
    double rate;
  } cases[] = {{1001, 0.1}, {1024, 0.2}, {48, 1.0 / 3.0}, {1001, 0.5}, {37, 0.5}, {1024, 0.8}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    int units = cases[c].units;
    double rate = cases[c].rate;
    accept(state, "the dropout's rate", rate_p(units, rate, rate));
    reject(state, "a rate 1 % too high", rate_p(units, rate * 1.01, rate));
    reject(state, "a rate 1 % too low", rate_p(units, rate * 0.99, rate));
  }
}

enum { STEPS = 32, LAYERS = 3, ROWS = 32 };

/* Masks with mean 0 and variance 1. */
typedef struct Masks {
  size_t units;
  float *x; /* (STEPS, LAYERS, ROWS, units) */
  double kurtosis;
} Masks;

static size_t masks_size(const Masks *masks) { return STEPS * LAYERS * ROWS * masks->units; }

typedef struct Place {
  size_t step, layer, row, unit;
} Place;

static Place place_of(const Masks *masks, size_t i) {
  size_t row = i / masks->units, layer = row / ROWS;
  return (Place){layer / LAYERS, layer % LAYERS, row % ROWS, i % masks->units};
}

static size_t index_of(const Masks *masks, Place p) {
  return ((p.step * LAYERS + p.layer) * ROWS + p.row) * masks->units + p.unit;
}

typedef Pass When(int i);

static Pass at_step(int i) { return (Pass){.train = true, .seed = SEED, .step = i}; }
static Pass at_great_step(int i) { return (Pass){.train = true, .seed = SEED, .step = (int64_t)i << 32}; }
static Pass at_seed(int i) { return (Pass){.train = true, .seed = (uint64_t)i}; }
static Pass at_great_seed(int i) { return (Pass){.train = true, .seed = (uint64_t)i << 32}; }
static Pass at_seed_and_step(int i) { return (Pass){.train = true, .seed = (uint64_t)i % 6, .step = i / 6}; }
/* Streams that meet where seed and step have the same sum. */
static Pass at_sum(int i) {
  Pass pass = at_seed_and_step(i);
  return (Pass){.train = true, .seed = pass.seed + (uint64_t)pass.step};
}
static Pass at_one_step(int i) {
  (void)i;
  return at_step(0);
}

static Masks draw_masks(Arena *arena, int units, double rate, When *when) {
  Masks masks = {.units = (size_t)units, .kurtosis = 1.0 / (rate * (1.0 - rate)) - 3.0};
  masks.x = arena_floats(arena, masks_size(&masks));
  Net *net = make_net_of_ones(arena, LAYERS - 1, units, units, ROWS);
  Mat x = ones(arena, ROWS, units);
  net_set_input_dropout(net, rate);
  for (int h = 0; h < LAYERS - 1; h++) {
    net_set_dropout(net, h, rate);
  }
  float dropped = (float)sqrt((1.0 - rate) / rate), kept = -1.0f / dropped, *next = masks.x;
  for (int s = 0; s < STEPS; s++) {
    (void)net_forward(net, when(s), x);
    for (int l = 0; l < LAYERS; l++) {
      for (int i = 0; i < ROWS * units; i++) {
        *next++ = is_dropped(net, l, i) ? dropped : kept;
      }
    }
  }
  return masks;
}

typedef enum Axis { AXIS_STEP = 0, AXIS_ROW, AXIS_UNIT, AXIS_COUNT } Axis;

/* A variable for each layer and each place on the axis. */
static Sample arrange(Arena *arena, const Masks *masks, Axis axis) {
  const size_t sizes[AXIS_COUNT] = {STEPS, ROWS, masks->units};
  size_t variables = LAYERS * sizes[axis], observations = masks_size(masks) / variables;
  float *x = arena_floats(arena, masks_size(masks));
  size_t *filled = ARENA_ARRAY(arena, size_t, variables);
  for (size_t i = 0; i < masks_size(masks); i++) {
    Place p = place_of(masks, i);
    const size_t along[AXIS_COUNT] = {p.step, p.row, p.unit};
    size_t v = p.layer * sizes[axis] + along[axis];
    x[v * observations + filled[v]++] = masks->x[i];
  }
  return (Sample){variables, observations, x, masks->kurtosis};
}

static void test_masks_are_independent(void **state) {
  static const struct {
    const char *name;
    int units;
    double rate;
    When *when;
  } cases[] = {{"masks over steps", 48, 0.5, at_step},
               {"masks of odd width over steps", 37, 0.2, at_step},
               {"masks over seeds", 37, 0.5, at_seed},
               {"masks over seeds and steps", 40, 0.4, at_seed_and_step},
               {"masks over great steps", 48, 0.2, at_great_step},
               {"masks over great seeds", 32, 0.8, at_great_seed}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    Arena arena;
    arena_init(&arena, 0);
    Masks masks = draw_masks(&arena, cases[c].units, cases[c].rate, cases[c].when);
    for (int axis = 0; axis < AXIS_COUNT; axis++) {
      Sample sample = arrange(&arena, &masks, (Axis)axis);
      accept(state, cases[c].name, means_p(sample));
      accept(state, cases[c].name, correlations_p(sample));
    }
    arena_deinit(&arena);
  }
}

/* Ways in which masks can depend on each other: each element takes the place of another. */
static Place steps_alike(Place p) { return (Place){0, p.layer, p.row, p.unit}; }
static Place layers_alike(Place p) { return (Place){p.step, 0, p.row, p.unit}; }
static Place rows_alike(Place p) { return (Place){p.step, p.layer, 0, p.unit}; }
static Place units_alike(Place p) { return (Place){p.step, p.layer, p.row, 0}; }
static Place rows_in_twos(Place p) { return (Place){p.step, p.layer, p.row & ~(size_t)1, p.unit}; }
static Place units_in_twos(Place p) { return (Place){p.step, p.layer, p.row, p.unit & ~(size_t)1}; }
static Place step_plus_layer(Place p) { return (Place){(p.step + p.layer) % STEPS, 0, p.row, p.unit}; }
static Place layers_shifted(Place p) { return (Place){p.step, 0, (p.row + p.layer) % ROWS, p.unit}; }

typedef double Check(Sample sample);

static void test_masks_that_depend(void **state) {
  static const struct {
    const char *name;
    Place (*source)(Place);
    Axis axis;
    Check *check;
  } faults[] = {{"the same mask each step", steps_alike, AXIS_STEP, correlations_p},
                {"units that stay dropped", steps_alike, AXIS_UNIT, means_p},
                {"the same mask in each layer", layers_alike, AXIS_UNIT, correlations_p},
                {"one mask for all rows", rows_alike, AXIS_UNIT, means_p},
                {"rows in twos", rows_in_twos, AXIS_ROW, correlations_p},
                {"whole rows dropped", units_alike, AXIS_ROW, means_p},
                {"units in twos", units_in_twos, AXIS_UNIT, correlations_p},
                {"the sum of step and layer", step_plus_layer, AXIS_STEP, correlations_p},
                {"the layer before, a row on", layers_shifted, AXIS_ROW, correlations_p}};
  Arena arena;
  arena_init(&arena, 0);
  Masks masks = draw_masks(&arena, 48, 0.5, at_step), wrong = masks;
  wrong.x = arena_floats(&arena, masks_size(&masks));
  for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
    for (size_t i = 0; i < masks_size(&masks); i++) {
      wrong.x[i] = masks.x[index_of(&masks, faults[f].source(place_of(&masks, i)))];
    }
    reject(state, faults[f].name, faults[f].check(arrange(&arena, &wrong, faults[f].axis)));
  }
  Masks stuck = draw_masks(&arena, 48, 0.5, at_one_step), sums = draw_masks(&arena, 48, 0.5, at_sum);
  reject(state, "a step that does not move", correlations_p(arrange(&arena, &stuck, AXIS_STEP)));
  reject(state, "the sum of seed and step", correlations_p(arrange(&arena, &sums, AXIS_STEP)));
  arena_deinit(&arena);
}

/* --- Within one mask: -1 and 1 at rate 1/2, element by element. --- */

enum { WIDTH = 1001, LONG_ROWS = 64, LONG = WIDTH * LONG_ROWS, LONG_STEPS = 8, LAGS = 300, OCTET = 8 };

/* (LONG_STEPS, LONG_ROWS, WIDTH) */
static float *draw_long_masks(Arena *arena) {
  Net *net = make_net_of_ones(arena, 1, 1, WIDTH, LONG_ROWS);
  float *x = arena_floats(arena, (size_t)LONG_STEPS * LONG), *next = x;
  net_set_dropout(net, 0, 0.5);
  for (int s = 0; s < LONG_STEPS; s++) {
    (void)net_forward(net, at_step(s), ones(arena, LONG_ROWS, 1));
    for (int i = 0; i < LONG; i++) {
      *next++ = is_dropped(net, 1, i) ? 1.0f : -1.0f;
    }
  }
  return x;
}

/* Whether all patterns of eight neighbours are as frequent, which shows what pairs alone do not. */
static double patterns_p(const float *x) {
  int hits[1 << OCTET] = {0};
  for (size_t i = 0; i < (size_t)LONG_STEPS * LONG; i += OCTET) {
    int pattern = 0;
    for (size_t b = 0; b < OCTET; b++) {
      pattern = 2 * pattern + (x[i + b] > 0.0f);
    }
    hits[pattern]++;
  }
  return cells_p(hits, 1 << OCTET);
}

static double elements_p(const float *x) { return lags_p((Sample){1, LONG, x, 1.0}, LAGS); }

static void test_elements_are_independent(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  const float *x = draw_long_masks(&arena);
  accept(state, "elements of a mask", elements_p(x));
  accept(state, "patterns in a mask", patterns_p(x));
  arena_deinit(&arena);
}

static void test_elements_that_depend(void **state) {
  Arena arena;
  arena_init(&arena, 0);
  const float *drawn = draw_long_masks(&arena);
  float *x = arena_floats(&arena, (size_t)LONG_STEPS * LONG);
  for (size_t i = 0; i < LONG; i++) {
    x[i] = drawn[i / 256 * 256 + i % 128];
  }
  reject(state, "lanes that come twice", elements_p(x));
  for (size_t i = 0; i < (size_t)LONG_STEPS * LONG; i++) {
    float odd = 1.0f;
    for (size_t b = i / OCTET * OCTET; b < i; b++) {
      odd *= drawn[b];
    }
    x[i] = i % OCTET == OCTET - 1 ? odd : drawn[i]; /* any seven of the eight are independent */
  }
  reject(state, "a bit of parity", patterns_p(x));
  arena_deinit(&arena);
}

static int start_family(void **state) {
  static Family family = {.checks = CHECKS};
  *state = &family;
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_initializers),         cmocka_unit_test(test_initializers_mistaken),
      cmocka_unit_test(test_weights_a_bit_off),    cmocka_unit_test(test_kernels_are_independent),
      cmocka_unit_test(test_kernels_that_depend),  cmocka_unit_test(test_kernels_of_like_rows),
      cmocka_unit_test(test_dropout_rate),         cmocka_unit_test(test_masks_are_independent),
      cmocka_unit_test(test_masks_that_depend),    cmocka_unit_test(test_elements_are_independent),
      cmocka_unit_test(test_elements_that_depend), cmocka_unit_test(the_checks_are_counted),
  };
  return cmocka_run_group_tests_name("statistics of networks", tests, start_family, NULL);
}
