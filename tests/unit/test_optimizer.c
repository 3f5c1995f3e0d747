/* Every optimizer and every kind of clipping against Keras itself: Keras 3.15.1 on JAX, computing in doubles, so that
 * the differences are this program's roundings alone. (Keras in floats rounds Adam's bias correction: it is 2e-6 off.)
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "net_fixture.h"
#include "nn/net.h"
#include "nn/optimizer.h"

/* --- steps ---------------------------------------------------------------------------------------------------------
 * keras.optimizers.X(...).apply([gradient], [variable]) for six steps, with learning_rate set before each. */

enum { WEIGHTS = 4, STEPS = 6, COPIES = 9, COUNT = WEIGHTS * COPIES + 1 }; /* vectors of each width and a rest */

static const float START[WEIGHTS] = {1.0f, -0.5f, 0.25f, 2.0f};
static const double RATES[STEPS] = {0.1, 0.1, 0.05, 0.05, 0.2, 0.2};
/* The last weight's gradients are so small that the place of epsilon decides its step. */
static const float GRADIENTS[STEPS][WEIGHTS] = {
    {0.5f, -2.0f, 0.0f, 0x1p-20f},  {-0.25f, 1.5f, 0.125f, 0x1p-20f}, {1.0f, -8.0f, 0.0f, -0x1p-19f},
    {0.75f, 0.0f, -0.5f, 0x1p-20f}, {-1.5f, 0.5f, 0.25f, 0.0f},       {0.0625f, 3.0f, -0.125f, 0x1p-18f},
};

typedef struct Case {
  const char *name;
  OptimizerSpec spec;
  double first[WEIGHTS], last[WEIGHTS]; /* the weights after one step and after six */
} Case;

#define RHO .rho = 0.9, .epsilon = 1e-7
#define BETAS .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-7

/* clang-format off */
static const Case CASES[] = {
    {"SGD()", {.kind = OPTIMIZER_SGD},
     {0.95, -0.3, 0.25, 1.9999999}, {1.175, -0.75, 0.2375, 1.99999909}},
    {"SGD(weight_decay=0.05)", {.kind = OPTIMIZER_SGD, .weight_decay = 0.05},
     {0.945, -0.2975, 0.24875, 1.9899999}, {1.14020537, -0.742893999, 0.229181917, 1.930955}},
    {"SGD(momentum=0.9)", {.kind = OPTIMIZER_SGD, .momentum = 0.9},
     {0.95, -0.3, 0.25, 1.9999999}, {1.152023, 0.408453, 0.19656125, 1.9999986}},
    {"SGD(momentum=0.9, nesterov=True)", {.kind = OPTIMIZER_SGD, .momentum = 0.9, .nesterov = true},
     {0.905, -0.12, 0.25, 1.99999982}, {1.3118207, 0.0676077, 0.189405125, 1.99999783}},
    {"SGD(momentum=0.8, nesterov=True, weight_decay=0.05)",
     {.kind = OPTIMIZER_SGD, .momentum = 0.8, .nesterov = true, .weight_decay = 0.05},
     {0.905, -0.1375, 0.24875, 1.98999983}, {1.29272317, -0.254087188, 0.192813223, 1.93095399}},
    {"RMSprop()", {.kind = OPTIMIZER_RMSPROP, RHO},
     {0.683772866, -0.183772274, 0.25, 1.99969842}, {1.06599919, -0.515551311, -0.0529863036, 1.99713503}},
    {"RMSprop(rho=0.5, epsilon=1e-3)", {.kind = OPTIMIZER_RMSPROP, .rho = 0.5, .epsilon = 1e-3},
     {0.859140958, -0.358613986, 0.25, 1.99999698}, {1.06084994, -0.629907434, 0.130608257, 1.99997135}},
    {"RMSprop(momentum=0.7)", {.kind = OPTIMIZER_RMSPROP, RHO, .momentum = 0.7},
     {0.683772866, -0.183772274, 0.25, 1.99969842}, {0.730907611, -0.0459259378, -0.63255272, 1.99629777}},
    {"RMSprop(momentum=0.7, weight_decay=0.05)",
     {.kind = OPTIMIZER_RMSPROP, RHO, .momentum = 0.7, .weight_decay = 0.05},
     {0.678772866, -0.181272274, 0.24875, 1.98969842}, {0.713102845, -0.0452386443, -0.625484888, 1.92728174}},
    {"Adam()", {.kind = OPTIMIZER_ADAM, BETAS},
     {0.900000632, -0.400000158, 0.25, 1.9768298}, {0.785692532, -0.222859796, 0.229806198, 1.87354742}},
    {"Adam(beta_1=0.8, beta_2=0.9, epsilon=1e-3)",
     {.kind = OPTIMIZER_ADAM, .beta_1 = 0.8, .beta_2 = 0.9, .epsilon = 1e-3},
     {0.900628481, -0.400157864, 0.25, 1.99996985}, {0.822811045, -0.252481158, 0.234392784, 1.9997589}},
    {"Adam(weight_decay=0.05)", {.kind = OPTIMIZER_ADAM, BETAS, .weight_decay = 0.05},
     {0.895000632, -0.397500158, 0.24875, 1.9668298}, {0.756369146, -0.210811768, 0.223008638, 1.80608953}},
    {"AdamW()", {.kind = OPTIMIZER_ADAMW, BETAS, .weight_decay = 0.004},
     {0.899600632, -0.399800158, 0.2499, 1.9760298}, {0.783314977, -0.221881473, 0.229254881, 1.8680815}},
};
/* clang-format on */
enum { CASE_COUNT = sizeof CASES / sizeof *CASES };

static void assert_weights(const Case *c, int step, const float *weights, const double *expected) {
  for (int i = 0; i < COUNT; i++) {
    if (!(fabs((double)weights[i] - expected[i % WEIGHTS]) <= 4e-7)) {
      fail_msg("%s: weight %d after step %d is %.9g, not %.9g", c->name, i, step, (double)weights[i],
               expected[i % WEIGHTS]);
    }
  }
}

/* Takes steps `from` .. `to` - 1. */
static void take_steps(Optimizer *optimizer, float *weights, float *gradients, int from, int to) {
  for (int step = from; step < to; step++) {
    for (int i = 0; i < COUNT; i++) {
      gradients[i] = GRADIENTS[step][i % WEIGHTS];
    }
    optimizer_step(optimizer, RATES[step], weights, gradients);
  }
}

static void test_steps(void **state) {
  (void)state;
  for (int c = 0; c < CASE_COUNT; c++) {
    Arena arena;
    arena_init(&arena, 0);
    float *weights = arena_floats(&arena, COUNT), *gradients = arena_floats(&arena, COUNT);
    for (int i = 0; i < COUNT; i++) {
      weights[i] = START[i % WEIGHTS];
    }
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &CASES[c].spec, COUNT);
    take_steps(&optimizer, weights, gradients, 0, 1);
    assert_weights(&CASES[c], 1, weights, CASES[c].first);
    take_steps(&optimizer, weights, gradients, 1, STEPS);
    assert_weights(&CASES[c], STEPS, weights, CASES[c].last);
    assert_int_equal(optimizer.steps, STEPS);
    arena_deinit(&arena);
  }
}

static void test_state_is_as_large_as_it_says(void **state) {
  (void)state;
  for (int c = 0; c < CASE_COUNT; c++) {
    Arena arena;
    arena_init(&arena, 0);
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &CASES[c].spec, COUNT);
    size_t blocks = (size_t)(optimizer.first != NULL) + (size_t)(optimizer.second != NULL);
    assert_int_equal(optimizer_bytes_per_parameter(&CASES[c].spec), blocks * sizeof(float));
    arena_deinit(&arena);
  }
}

/* What is forgotten starts again at 0; its neighbours keep their moments. */
static void test_forget(void **state) {
  (void)state;
  for (int c = 0; c < CASE_COUNT; c++) {
    Arena arena;
    arena_init(&arena, 0);
    float *weights = arena_floats(&arena, COUNT), *gradients = arena_floats(&arena, COUNT);
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &CASES[c].spec, COUNT);
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
  for (int c = 0; c < CASE_COUNT; c++) {
    Arena arena;
    arena_init(&arena, 0);
    float *weights = arena_floats(&arena, COUNT), *gradients = arena_floats(&arena, COUNT);
    Optimizer optimizer;
    optimizer_create(&optimizer, &arena, &CASES[c].spec, COUNT);
    gradients[3] = (float)NAN;
    optimizer_step(&optimizer, 0.1, weights, gradients);
    for (int i = 0; i < COUNT; i++) {
      assert_true(isnan(weights[i]) == (i == 3));
    }
    arena_deinit(&arena);
  }
}

/* --- clipping ------------------------------------------------------------------------------------------------------
 * keras.optimizers.SGD(1.0, ...).apply(gradients, variables that are 0): the gradients as they were used. */

/* A 3-2-1 network's variables one after the other: kernel (3, 2), bias, gamma, beta, kernel (2, 1), bias. */
enum { VARIABLES = 6, GRADIENT_COUNT = 15 };
static const float RAW[GRADIENT_COUNT] = {0.5f, -1.0f, 2.0f, 0.25f, -0.125f, 1.5f, 0.25f, -0.5f,
                                          3.0f, -4.0f, 0.0f, 0.0f,  0.5f,    0.5f, -8.0f};

/* clang-format off */
static const struct {
  const char *name;
  OptimizerSpec spec;
  double expected[GRADIENT_COUNT];
} CLIPS[] = {
    {"no clipping", {0},
     {0.5, -1, 2, 0.25, -0.125, 1.5, 0.25, -0.5, 3, -4, 0, 0, 0.5, 0.5, -8}},
    {"clipnorm=1", {.clipnorm = 1.0},
     {0.181630644, -0.363261287, 0.726522575, 0.0908153218, -0.0454076609, 0.544891931, 0.25, -0.5, 0.6, -0.8, 0, 0,
      0.5, 0.5, -1}},
    {"clipnorm=5.5", {.clipnorm = 5.5},
     {0.5, -1, 2, 0.25, -0.125, 1.5, 0.25, -0.5, 3, -4, 0, 0, 0.5, 0.5, -5.5}},
    {"global_clipnorm=2", {.global_clipnorm = 2.0},
     {0.101330789, -0.202661578, 0.405323155, 0.0506653944, -0.0253326972, 0.303992367, 0.0506653944, -0.101330789,
      0.607984733, -0.810646311, 0, 0, 0.101330789, 0.101330789, -1.62129262}},
    {"global_clipnorm=100", {.global_clipnorm = 100.0},
     {0.5, -1, 2, 0.25, -0.125, 1.5, 0.25, -0.5, 3, -4, 0, 0, 0.5, 0.5, -8}},
    {"clipvalue=0.5", {.clipvalue = 0.5},
     {0.5, -0.5, 0.5, 0.25, -0.125, 0.5, 0.25, -0.5, 0.5, -0.5, 0, 0, 0.5, 0.5, -0.5}},
};
/* clang-format on */

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

static void test_clip(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof CLIPS / sizeof *CLIPS; c++) {
    Arena arena;
    Net *net = small_net(&arena);
    assert_int_equal(net->var_count, VARIABLES);
    for (int i = 0; i < GRADIENT_COUNT; i++) {
      *gradient_at(net, i) = RAW[i];
    }
    net_clip(net, &CLIPS[c].spec);
    for (int i = 0; i < GRADIENT_COUNT; i++) {
      double clipped = (double)*gradient_at(net, i);
      if (!(fabs(clipped - CLIPS[c].expected[i]) <= 3e-7 * fabs(CLIPS[c].expected[i]))) {
        fail_msg("%s: gradient %d is %.9g, not %.9g", CLIPS[c].name, i, clipped, CLIPS[c].expected[i]);
      }
    }
    arena_deinit(&arena);
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
      cmocka_unit_test(test_steps),  cmocka_unit_test(test_state_is_as_large_as_it_says),
      cmocka_unit_test(test_forget), cmocka_unit_test(test_not_a_number_reaches_the_weights),
      cmocka_unit_test(test_clip),   cmocka_unit_test(test_clip_of_extremes),
  };
  return cmocka_run_group_tests_name("optimizer", tests, NULL, NULL);
}
