/* What each layer computes, against Keras's formulas worked out by hand or in doubles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "nn/net.h"

static NetSpec spec_of(int units) {
  NetSpec spec = {.hidden = 1, .bn_momentum = 0.99, .bn_epsilon = 1e-3, .output = OUTPUT_LINEAR, .loss = LOSS_MSE};
  spec.layers[0] = (LayerSpec){.units = units, .activation = ACTIVATION_LINEAR};
  return spec;
}

static Net *net_of(Arena *arena, const NetSpec *spec, int features, int outputs, int rows) {
  arena_init(arena, 0);
  Net *net = net_create(arena, spec, features, outputs, 1);
  net_reserve(net, arena, rows);
  return net;
}

static void test_dense(void **state) {
  (void)state;
  Arena arena;
  NetSpec spec = spec_of(2);
  Net *net = net_of(&arena, &spec, 3, 1, 2);
  Dense *dense = &net->hidden[0].dense;
  const float kernel[6] = {1, 2, 3, 4, 5, 6};
  mat_from_rows(dense->kernel, kernel);
  dense->bias[0] = 0.5f;
  dense->bias[1] = -1.0f;
  float x[6] = {1, 0, 2, -1, 1, 0};
  (void)net_forward(net, (Pass){.train = true}, net_feed(net, x, NULL, 2));
  const float expected[4] = {11.5f, 13.0f, 2.5f, 1.0f};
  float y[4];
  mat_to_rows(dense->base.y, y);
  assert_memory_equal(y, expected, sizeof expected);
  arena_deinit(&arena);
}

/* x = 1, 2, 3, 4 with momentum 0: mean 2.5, biased variance 1.25 (Keras, run). */
static void test_batch_norm_statistics(void **state) {
  (void)state;
  Arena arena;
  NetSpec spec = spec_of(1);
  spec.layers[0].batch_norm = true;
  spec.bn_momentum = 0.0;
  Net *net = net_of(&arena, &spec, 1, 1, 4);
  net->hidden[0].dense.kernel.at[0] = 1.0f;
  BatchNorm *norm = &net->hidden[0].norm;
  norm->gamma[0] = 2.0f;
  norm->beta[0] = 0.5f;
  float x[4] = {1, 2, 3, 4};
  (void)net_forward(net, (Pass){.train = true}, net_feed(net, x, NULL, 4));
  assert_near(norm->moving_mean[0], 2.5, 1e-7);
  assert_near(norm->moving_variance[0], 1.25, 1e-7);
  for (int i = 0; i < 4; i++) {
    assert_near(*mat_element(norm->base.y, i, 0), 2.0 * ((double)x[i] - 2.5) / sqrt(1.25 + 1e-3) + 0.5, 1e-6);
  }
  (void)net_forward(net, (Pass){.train = false}, net_feed(net, x, NULL, 1)); /* inference: by the moving statistics */
  assert_near(norm->base.y.at[0], 2.0 * (1.0 - 2.5) / sqrt(1.25 + 1e-3) + 0.5, 1e-6);
  assert_near(norm->moving_mean[0], 2.5, 0.0);
  arena_deinit(&arena);
}

/* moving = 0.99 moving + 0.01 batch, from 0 and 1, over batches of different means. */
static void test_batch_norm_moves_slowly(void **state) {
  (void)state;
  Arena arena;
  NetSpec spec = spec_of(1);
  spec.layers[0].batch_norm = true;
  Net *net = net_of(&arena, &spec, 1, 1, 2);
  net->hidden[0].dense.kernel.at[0] = 1.0f;
  double mean = 0.0, variance = 1.0;
  for (int step = 0; step < 50; step++) {
    float x[2] = {(float)step, (float)step + 4.0f};
    (void)net_forward(net, (Pass){.train = true}, net_feed(net, x, NULL, 2));
    mean = 0.99 * mean + 0.01 * (step + 2.0);
    variance = 0.99 * variance + 0.01 * 4.0;
  }
  assert_near(net->hidden[0].norm.moving_mean[0], mean, 1e-5);
  assert_near(net->hidden[0].norm.moving_variance[0], variance, 1e-5);
  arena_deinit(&arena);
}

static void test_batch_norm_of_one_row_is_beta(void **state) {
  (void)state;
  Arena arena;
  NetSpec spec = spec_of(3);
  spec.layers[0].batch_norm = true;
  Net *net = net_of(&arena, &spec, 2, 1, 1);
  BatchNorm *norm = &net->hidden[0].norm;
  for (int c = 0; c < 3; c++) {
    norm->beta[c] = (float)c - 0.25f;
  }
  float x[2] = {3.0f, -7.0f};
  Mat logits = net_forward(net, (Pass){.train = true}, net_feed(net, x, NULL, 1));
  assert_memory_equal(norm->base.y.at, norm->beta, 3 * sizeof(float));
  assert_true(isfinite(logits.at[0]));
  net_dlogits(net, 1).at[0] = 1.0f;
  net_backward(net, 1, NULL);
  for (size_t i = 0; i < net->param_count; i++) {
    assert_true(isfinite(net->grads[i]));
  }
  Mat gradient = net->hidden[0].dense.kernel_grad;
  for (size_t i = 0; i < mat_size(gradient); i++) { /* beta hides x from the loss */
    assert_near(gradient.at[i], 0.0, 0.0);
  }
  arena_deinit(&arena);
}

/* Sums over more rows than one block, far from 0: variance 1 around 1000. */
static void test_batch_norm_of_many_rows(void **state) {
  (void)state;
  enum { ROWS = 1000 };
  Arena arena;
  NetSpec spec = spec_of(1);
  spec.layers[0].batch_norm = true;
  spec.bn_momentum = 0.0;
  Net *net = net_of(&arena, &spec, 1, 1, ROWS);
  net->hidden[0].dense.kernel.at[0] = 1.0f;
  float x[ROWS];
  for (int i = 0; i < ROWS; i++) {
    x[i] = 1000.0f + (i % 2 == 0 ? 1.0f : -1.0f);
  }
  (void)net_forward(net, (Pass){.train = true}, net_feed(net, x, NULL, ROWS));
  assert_near(net->hidden[0].norm.moving_mean[0], 1000.0, 1e-4);
  assert_near(net->hidden[0].norm.moving_variance[0], 1.0, 1e-4);
  arena_deinit(&arena);
}

enum { MANY = 100000 };

/* Dropout on the input of a network with one row of `MANY` features; returns the dropped row. */
static const float *dropped(Arena *arena, double rate, uint64_t seed, int64_t step, float *x) {
  NetSpec spec = spec_of(1);
  spec.input_dropout = rate;
  Net *net = net_of(arena, &spec, MANY, 1, 1);
  for (int i = 0; i < MANY; i++) {
    x[i] = 3.0f;
  }
  (void)net_forward(net, (Pass){.train = true, .seed = seed, .step = step}, net_feed(net, x, NULL, 1));
  return net->input.base.y.at;
}

/* What is kept is divided by the probability of being kept, which is a multiple of 2^-16. How many are dropped, and
 * which, is test_statistics_nets's. */
static void test_dropout_keeps_the_expectation(void **state) {
  (void)state;
  static float x[MANY];
  const struct {
    double rate;
    int dropped; /* of 65536 */
  } cases[] = {{1e-6, 0}, {0.1, 6554}, {0.25, 16384}, {0.5, 32768}, {0.8, 52429}, {0.999, 65470}, {0.999999, 65536}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    Arena arena;
    const float *y = dropped(&arena, cases[c].rate, 9, 4, x);
    float kept = cases[c].dropped < 65536 ? 3.0f * (float)(65536.0 / (65536 - cases[c].dropped)) : 0.0f;
    for (int i = 0; i < MANY; i++) {
      assert_true(y[i] == 0.0f || y[i] == kept);
    }
    arena_deinit(&arena);
  }
}

static void test_dropout_at_its_ends(void **state) {
  (void)state;
  static float x[MANY];
  Arena arena;
  const float *y = dropped(&arena, 1.0, 9, 4, x);
  for (int i = 0; i < MANY; i++) {
    assert_true(y[i] == 0.0f);
  }
  arena_deinit(&arena);
  NetSpec spec = spec_of(4);
  spec.layers[0].dropout = 0.5;
  Net *net = net_of(&arena, &spec, 2, 1, 3);
  float in[6] = {1, 2, 3, 4, 5, 6};
  Mat with = net_forward(net, (Pass){.train = false, .seed = 1, .step = 1}, net_feed(net, in, NULL, 3));
  float kept[3], all[3];
  mat_to_rows(with, kept);
  net_set_dropout(net, 0, 0.0);
  Mat without = net_forward(net, (Pass){.train = true, .seed = 1, .step = 1}, net_feed(net, in, NULL, 3));
  mat_to_rows(without, all);
  assert_memory_equal(kept, all, sizeof kept); /* in inference dropout is the identity */
  arena_deinit(&arena);
}

static void test_masks_come_again(void **state) {
  (void)state;
  static float x[MANY], first[MANY];
  Arena arena;
  memcpy(first, dropped(&arena, 0.5, 9, 4, x), sizeof first);
  arena_deinit(&arena);
  assert_memory_equal(first, dropped(&arena, 0.5, 9, 4, x), sizeof first);
  arena_deinit(&arena);
}

/* A toggle in one layer moves no other layer's weights and no other layer's masks. */
static void test_toggles_are_independent(void **state) {
  (void)state;
  Arena first_arena, second_arena;
  NetSpec spec = spec_of(16);
  spec.hidden = 2;
  spec.layers[1] = spec.layers[0];
  spec.layers[0].dropout = 0.5;
  Net *first = net_of(&first_arena, &spec, 5, 1, 8);
  spec.layers[1].dropout = 0.3;
  spec.layers[1].batch_norm = true;
  Net *second = net_of(&second_arena, &spec, 5, 1, 8);
  assert_int_equal(first->param_count, second->param_count);
  assert_memory_equal(first->params, second->params, first->param_count * sizeof(float));
  float x[40];
  for (int i = 0; i < 40; i++) {
    x[i] = (float)i * 0.1f;
  }
  Pass pass = {.train = true, .seed = 3, .step = 17};
  (void)net_forward(first, pass, net_feed(first, x, NULL, 8));
  (void)net_forward(second, pass, net_feed(second, x, NULL, 8));
  assert_memory_equal(first->hidden[0].dropout.base.y.at, second->hidden[0].dropout.base.y.at, 8 * 16 * sizeof(float));
  arena_deinit(&first_arena);
  arena_deinit(&second_arena);
}

/* The kernel's distribution is test_statistics_nets's. */
static void test_biases_begin_at_0(void **state) {
  (void)state;
  enum { UNITS = 200 };
  for (int i = 0; i < INIT_COUNT; i++) {
    Arena arena;
    NetSpec spec = spec_of(UNITS);
    spec.initializer = (Initializer)i;
    Net *net = net_of(&arena, &spec, 3, 1, 1);
    for (int c = 0; c < UNITS; c++) {
      assert_near(net->hidden[0].dense.bias[c], 0.0, 0.0);
    }
    arena_deinit(&arena);
  }
}

/* softplus(0) = ln 2 and the like, and that not-a-number is not hidden: relu must not turn it into 0. */
static void test_activations(void **state) {
  (void)state;
  const struct {
    Activation activation;
    double x, y;
  } cases[] = {
      {ACTIVATION_RELU, -2.0, 0.0},
      {ACTIVATION_LEAKY_RELU, -2.0, -0.4},
      {ACTIVATION_ELU, -1.0, exp(-1.0) - 1.0},
      {ACTIVATION_SELU, -1.0, 1.0507009873554805 * 1.6732632423543772 * (exp(-1.0) - 1.0)},
      {ACTIVATION_SELU, 2.0, 2.0 * 1.0507009873554805},
      {ACTIVATION_GELU, 1.0, 0.5 * (1.0 + erf(1.0 / sqrt(2.0)))},
      {ACTIVATION_GELU, -1e6, 0.0},
      {ACTIVATION_SILU, 2.0, 2.0 / (1.0 + exp(-2.0))},
      {ACTIVATION_TANH, 0.3, tanh(0.3)},
      {ACTIVATION_SIGMOID, -3.0, 1.0 / (1.0 + exp(3.0))},
      {ACTIVATION_SOFTPLUS, 0.0, log(2.0)},
      {ACTIVATION_SOFTPLUS, 200.0, 200.0},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    Arena arena;
    NetSpec spec = spec_of(1);
    spec.layers[0].activation = cases[c].activation;
    Net *net = net_of(&arena, &spec, 1, 1, 1);
    net->hidden[0].dense.kernel.at[0] = 1.0f;
    float x = (float)cases[c].x;
    (void)net_forward(net, (Pass){.train = true}, net_feed(net, &x, NULL, 1));
    double y = (double)net->hidden[0].activation.base.y.at[0];
    assert_near(y, cases[c].y, 1e-6 + 2e-6 * fabs(cases[c].y));
    x = (float)NAN;
    (void)net_forward(net, (Pass){.train = true}, net_feed(net, &x, NULL, 1));
    assert_true(isnan(net->hidden[0].activation.base.y.at[0]));
    arena_deinit(&arena);
  }
}

/* The statistics of layer 2 with layer 1 in inference mode, taken in chunks smaller than the data. */
static void test_measured_statistics(void **state) {
  (void)state;
  enum { ROWS = 100 };
  Arena arena;
  NetSpec spec = spec_of(3);
  spec.layers[0].activation = ACTIVATION_TANH;
  Net *net = net_of(&arena, &spec, 2, 1, 16);
  Rng rng = rng_start((RngKey){.seed = 2, .purpose = RNG_TEST});
  static float x[ROWS * 2];
  for (int i = 0; i < ROWS * 2; i++) {
    x[i] = rng_normal(&rng);
  }
  double sum[3] = {0}, squares[3] = {0};
  for (int r = 0; r < ROWS; r++) {
    (void)net_forward(net, (Pass){.train = false}, net_feed(net, x + 2 * r, NULL, 1));
    for (int c = 0; c < 3; c++) {
      double a = (double)net->hidden[0].activation.base.y.at[c];
      sum[c] += a;
      squares[c] += a * a;
    }
  }
  net_set_batch_norm(net, 0, true, BN_AFTER);
  net_measure_batch_norm(net, 0, x, ROWS);
  for (int c = 0; c < 3; c++) {
    double mean = sum[c] / ROWS;
    assert_near(net->hidden[0].norm.moving_mean[c], mean, 1e-6);
    assert_near(net->hidden[0].norm.moving_variance[c], squares[c] / ROWS - mean * mean, 1e-6);
    assert_near(net->hidden[0].norm.gamma[c], 1.0, 0.0);
    assert_near(net->hidden[0].norm.beta[c], 0.0, 0.0);
  }
  arena_deinit(&arena);
}

static void test_parameters_are_counted_as_keras_does(void **state) {
  (void)state;
  Arena arena;
  NetSpec spec = spec_of(128);
  spec.output = OUTPUT_SOFTMAX;
  spec.loss = LOSS_CROSSENTROPY;
  Net *net = net_of(&arena, &spec, 64, 10, 1);
  assert_int_equal(net_parameters(net), 64 * 128 + 128 + 128 * 10 + 10);
  net_set_batch_norm(net, 0, true, BN_AFTER);
  assert_int_equal(net_parameters(net), 64 * 128 + 128 + 2 * 128 + 128 * 10 + 10);
  arena_deinit(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dense),
      cmocka_unit_test(test_batch_norm_statistics),
      cmocka_unit_test(test_batch_norm_moves_slowly),
      cmocka_unit_test(test_batch_norm_of_one_row_is_beta),
      cmocka_unit_test(test_batch_norm_of_many_rows),
      cmocka_unit_test(test_dropout_keeps_the_expectation),
      cmocka_unit_test(test_dropout_at_its_ends),
      cmocka_unit_test(test_masks_come_again),
      cmocka_unit_test(test_toggles_are_independent),
      cmocka_unit_test(test_biases_begin_at_0),
      cmocka_unit_test(test_activations),
      cmocka_unit_test(test_measured_statistics),
      cmocka_unit_test(test_parameters_are_counted_as_keras_does),
  };
  return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}
