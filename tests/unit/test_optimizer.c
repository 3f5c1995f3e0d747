/* What whole runs do not show of optimizers and clipping (test_reference has those against Keras): every place of the
 * block is treated alike, moments can be forgotten, and values that are no numbers or too large are seen. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "net_fixture.h"
#include "nn/net.h"
#include "nn/optimizer.h"

enum { WEIGHTS = 4, STEPS = 6, COPIES = 9, COUNT = WEIGHTS * COPIES + 1 }; /* vectors of each width and a rest */

static const float START[WEIGHTS] = {1.0f, -0.5f, 0.25f, 2.0f};
static const double RATES[STEPS] = {0.1, 0.1, 0.05, 0.05, 0.2, 0.2};
static const float GRADIENTS[STEPS][WEIGHTS] = {
    {0.5f, -2.0f, 0.0f, 0x1p-20f},  {-0.25f, 1.5f, 0.125f, 0x1p-20f}, {1.0f, -8.0f, 0.0f, -0x1p-19f},
    {0.75f, 0.0f, -0.5f, 0x1p-20f}, {-1.5f, 0.5f, 0.25f, 0.0f},       {0.0625f, 3.0f, -0.125f, 0x1p-18f},
};

#define RHO .rho = 0.9, .epsilon = 1e-7
#define BETAS .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-7

static const OptimizerSpec SPECS[] = {
    {.kind = OPTIMIZER_SGD},
    {.kind = OPTIMIZER_SGD, .weight_decay = 0.05},
    {.kind = OPTIMIZER_SGD, .momentum = 0.9},
    {.kind = OPTIMIZER_SGD, .momentum = 0.8, .nesterov = true, .weight_decay = 0.05},
    {.kind = OPTIMIZER_RMSPROP, RHO},
    {.kind = OPTIMIZER_RMSPROP, RHO, .momentum = 0.7},
    {.kind = OPTIMIZER_ADAM, BETAS},
    {.kind = OPTIMIZER_ADAM, BETAS, .weight_decay = 0.05},
    {.kind = OPTIMIZER_ADAMW, BETAS, .weight_decay = 0.004},
};
enum { SPEC_COUNT = sizeof SPECS / sizeof *SPECS };

/* Takes steps `from` .. `to` - 1. */
static void take_steps(Optimizer *optimizer, float *weights, float *gradients, int from, int to) {
  for (int step = from; step < to; step++) {
    for (int i = 0; i < COUNT; i++) {
      gradients[i] = GRADIENTS[step][i % WEIGHTS];
    }
    optimizer_step(optimizer, RATES[step], weights, gradients);
  }
}

/* The block ends in the middle of a vector: its last weights step as the first do. */
static void test_every_place_takes_the_same_step(void **state) {
  (void)state;
  for (int s = 0; s < SPEC_COUNT; s++) {
    Arena arena;
    arena_init(&arena, 0);
    float *weights = arena_floats(&arena, COUNT), *gradients = arena_floats(&arena, COUNT);
    for (int i = 0; i < COUNT; i++) {
      weights[i] = START[i % WEIGHTS];
    }
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &SPECS[s], COUNT);
    take_steps(&optimizer, weights, gradients, 0, STEPS);
    for (int i = 0; i < COUNT; i++) {
      assert_true(weights[i] != START[i % WEIGHTS] && weights[i] == weights[i % WEIGHTS]);
    }
    assert_int_equal(optimizer.steps, STEPS);
    arena_deinit(&arena);
  }
}

static void test_state_is_as_large_as_it_says(void **state) {
  (void)state;
  for (int s = 0; s < SPEC_COUNT; s++) {
    Arena arena;
    arena_init(&arena, 0);
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &SPECS[s], COUNT);
    size_t blocks = (size_t)(optimizer.first != NULL) + (size_t)(optimizer.second != NULL);
    assert_int_equal(optimizer_bytes_per_parameter(&SPECS[s]), blocks * sizeof(float));
    arena_deinit(&arena);
  }
}

/* What is forgotten starts again at 0; its neighbours keep their moments. */
static void test_forget(void **state) {
  (void)state;
  for (int s = 0; s < SPEC_COUNT; s++) {
    Arena arena;
    arena_init(&arena, 0);
    float *weights = arena_floats(&arena, COUNT), *gradients = arena_floats(&arena, COUNT);
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &SPECS[s], COUNT);
    take_steps(&optimizer, weights, gradients, 0, 2);
    optimizer_forget(&optimizer, 5, 3);
    float *const moments[] = {optimizer.first, optimizer.second};
    for (int m = 0; m < 2; m++) {
      for (int i = 0; i < COUNT && moments[m]; i++) {
        assert_true(i >= 5 && i < 8 ? moments[m][i] == 0.0f : moments[m][i] == moments[m][i % WEIGHTS]);
        assert_true(moments[m][i % WEIGHTS] != 0.0f);
      }
    }
    assert_int_equal(optimizer.steps, 2);
    arena_deinit(&arena);
  }
}

static void test_not_a_number_reaches_the_weights(void **state) {
  (void)state;
  for (int s = 0; s < SPEC_COUNT; s++) {
    Arena arena;
    arena_init(&arena, 0);
    float *weights = arena_floats(&arena, COUNT), *gradients = arena_floats(&arena, COUNT);
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &SPECS[s], COUNT);
    gradients[3] = (float)NAN;
    optimizer_step(&optimizer, 0.1, weights, gradients);
    for (int i = 0; i < COUNT; i++) {
      assert_true(isnan(weights[i]) == (i == 3));
    }
    arena_deinit(&arena);
  }
}

/* Steps on a kernel (33, 17) that begins a line late in the block; the gradient comes as a product, or computed. */
static float *weights_after_products(Arena *arena, const OptimizerSpec *spec, bool as_product) {
  enum { ROWS = 19, IN = 33, OUT = 17 };
  size_t count = mat_floats(IN, OUT) + LANES;
  float *weights = arena_floats(arena, count), *gradients = arena_floats(arena, count);
  Mat x = mat_view(arena_floats(arena, mat_floats(ROWS, IN)), ROWS, IN);
  Mat dy = mat_view(arena_floats(arena, mat_floats(ROWS, OUT)), ROWS, OUT);
  Optimizer optimizer;
  optimizer_create(&optimizer, arena, spec, count);
  Rng rng = rng_start((RngKey){.seed = 3, .purpose = RNG_TEST});
  for (int step = 0; step < STEPS; step++) {
    for (int i = 0; i < ROWS * IN; i++) {
      *mat_element(x, i / IN, i % IN) = rng_normal(&rng);
      *mat_element(dy, i / IN, i % OUT) = rng_normal(&rng);
    }
    optimizer_begin(&optimizer, RATES[step]);
    if (as_product) {
      optimizer_update_product(&optimizer, weights, LANES, x, dy, mat_all(x));
    } else {
      mat_mul_at(mat_view(gradients + LANES, IN, OUT), x, dy, mat_all(x));
      optimizer_update(&optimizer, weights, gradients, LANES, count - LANES);
    }
  }
  return weights;
}

static void test_products_are_worth_their_gradients(void **state) {
  (void)state;
  int taken = 0;
  for (int s = 0; s < SPEC_COUNT; s++) {
    Arena arena;
    arena_init(&arena, 0);
    if (optimizer_takes_products(&SPECS[s])) {
      const float *product = weights_after_products(&arena, &SPECS[s], true);
      const float *gradient = weights_after_products(&arena, &SPECS[s], false);
      assert_memory_equal(product, gradient, (mat_floats(33, 17) + LANES) * sizeof(float));
      assert_true(product[0] == 0.0f && product[LANES] != 0.0f);
      taken++;
    }
    arena_deinit(&arena);
  }
  assert_int_equal(taken, 1); /* plain adam: the others decay their weights, or are no adam */
}

static Net *small_net(Arena *arena) {
  NetSpec spec = {.hidden = 1, .bn_momentum = 0.99, .bn_epsilon = 1e-3, .output = OUTPUT_LINEAR, .loss = LOSS_MSE};
  spec.layers[0] = (LayerSpec){.units = 2, .batch_norm = true};
  arena_init(arena, 0);
  Net *net = net_create(arena, &spec, 3, 1, 1);
  net_reserve(net, arena, 1);
  return net;
}

/* Where gradient `index` of the list lies in the network's block. */
static float *gradient_at(Net *net, int index) {
  for (int v = 0;; v++) {
    Mat var = var_at(net, net->grads, v);
    if (index < var.rows * var.cols) {
      return mat_element(var, index / var.cols, index % var.cols);
    }
    index -= var.rows * var.cols;
  }
}

/* Gradients whose squares no float holds are clipped all the same; not-a-number is never clipped away. */
static void test_clip_of_extremes(void **state) {
  (void)state;
  const OptimizerSpec specs[] = {{.clipnorm = 1.0}, {.global_clipnorm = 1.0}, {.clipvalue = 1.0}};
  for (int s = 0; s < 3; s++) {
    Arena arena;
    Net *net = small_net(&arena);
    *gradient_at(net, 2) = FLT_MAX;
    net_clip(net, &specs[s]);
    assert_near(*gradient_at(net, 2), 1.0, 1e-6);
    *gradient_at(net, 2) = (float)NAN;
    net_clip(net, &specs[s]);
    assert_true(isnan(*gradient_at(net, 2)));
    arena_deinit(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_place_takes_the_same_step),
      cmocka_unit_test(test_state_is_as_large_as_it_says),
      cmocka_unit_test(test_forget),
      cmocka_unit_test(test_products_are_worth_their_gradients),
      cmocka_unit_test(test_not_a_number_reaches_the_weights),
      cmocka_unit_test(test_clip_of_extremes),
  };
  return cmocka_run_group_tests_name("optimizer", tests, NULL, NULL);
}
