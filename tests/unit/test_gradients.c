/* Every layer, activation, loss and penalty: the backward pass against the slopes of the forward pass. A wrong sign
 * gives an error near 1; the float arithmetic gives less than LIMIT. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "nn/gradcheck.h"

enum { ROWS = 24, FEATURES = 7, MANY_FEATURES = 67, CLASSES = 4 };
static const double LIMIT = 0.05, STEP = 5e-4;

typedef struct Problem {
  Arena arena;
  float x[ROWS * MANY_FEATURES];
  int32_t labels[ROWS];
  float targets[ROWS];
} Problem;

static void problem_make(Problem *problem) {
  Rng rng = rng_start((RngKey){.seed = 11, .purpose = RNG_TEST});
  arena_init(&problem->arena, 0);
  for (int i = 0; i < ROWS * MANY_FEATURES; i++) {
    problem->x[i] = rng_normal(&rng);
  }
  for (int i = 0; i < ROWS; i++) {
    problem->labels[i] = (int32_t)rng_below(&rng, CLASSES);
    problem->targets[i] = 0.5f + rng_normal(&rng);
  }
}

static NetSpec spec_of(int hidden, Activation activation) {
  NetSpec spec = {.hidden = hidden,
                  .initializer = INIT_GLOROT_UNIFORM,
                  .bn_momentum = 0.99,
                  .bn_epsilon = 1e-3,
                  .output = OUTPUT_SOFTMAX,
                  .loss = LOSS_CROSSENTROPY};
  for (int h = 0; h < hidden; h++) {
    spec.layers[h] = (LayerSpec){.units = 9 + 3 * h, .activation = activation};
  }
  return spec;
}

/* Moves what starts at 0 or 1 away from there, so that every term of a derivative counts. */
static void disturb(Net *net, float amount) {
  Rng rng = rng_start((RngKey){.seed = 5, .purpose = RNG_TEST});
  for (size_t i = 0; i < net->param_count; i++) {
    net->params[i] += amount * rng_normal(&rng);
  }
}

static void check_features(NetSpec spec, int features, float amount, const char *what) {
  Problem problem;
  problem_make(&problem);
  int outputs = spec.output == OUTPUT_SOFTMAX ? CLASSES : 1;
  for (int i = 0; i < ROWS && spec.output == OUTPUT_SIGMOID; i++) {
    problem.labels[i] %= 2;
  }
  Net *net = net_create(&problem.arena, &spec, features, outputs, 3);
  net_reserve(net, &problem.arena, ROWS);
  disturb(net, amount);
  Truth truth = {.labels = problem.labels, .targets = problem.targets};
  GradCheck check = gradcheck_net(net, (Pass){.train = true, .seed = 1, .step = 4},
                                  net_feed(net, problem.x, NULL, ROWS), truth, STEP, 77);
  if (!(check.error < LIMIT)) {
    fail_msg("%s: variable %d: the gradient says %g, the slope is %g (error %.4f)", what, check.var, check.expected,
             check.measured, check.error);
  }
  arena_deinit(&problem.arena);
}

static void check_disturbed(NetSpec spec, float amount, const char *what) {
  check_features(spec, FEATURES, amount, what);
}

static void check_spec(NetSpec spec, const char *what) { check_disturbed(spec, 0.2f, what); }

static void test_activations(void **state) {
  (void)state;
  for (int a = 0; a < ACTIVATION_COUNT; a++) {
    check_spec(spec_of(2, (Activation)a), ACTIVATION_NAMES[a]);
  }
}

static void test_batch_norm(void **state) {
  (void)state;
  for (int position = 0; position < BN_POSITION_COUNT; position++) {
    NetSpec spec = spec_of(3, ACTIVATION_TANH);
    for (int h = 0; h < spec.hidden; h++) {
      spec.layers[h].batch_norm = true;
      spec.layers[h].bn_position = (BnPosition)position;
    }
    check_spec(spec, BN_POSITION_NAMES[position]);
    spec.layers[1].batch_norm = false;
    check_spec(spec, "batch normalization in some layers");
  }
}

static void test_dropout(void **state) {
  (void)state;
  const double rates[] = {0.1, 0.5, 0.8};
  for (int i = 0; i < 3; i++) {
    NetSpec spec = spec_of(2, ACTIVATION_SILU);
    spec.layers[0].dropout = spec.layers[1].dropout = rates[i];
    spec.input_dropout = 0.3;
    check_spec(spec, "dropout");
    spec.layers[0].batch_norm = spec.layers[1].batch_norm = true;
    check_spec(spec, "dropout behind batch normalization");
  }
}

static void test_losses(void **state) {
  (void)state;
  NetSpec spec = spec_of(2, ACTIVATION_TANH);
  check_spec(spec, "softmax and cross-entropy");
  spec.output = OUTPUT_SIGMOID;
  check_spec(spec, "sigmoid and binary cross-entropy");
  spec.output = OUTPUT_LINEAR;
  spec.loss = LOSS_MSE;
  check_spec(spec, "mse");
  spec.loss = LOSS_MAE;
  check_spec(spec, "mae");
}

static void test_penalties(void **state) {
  (void)state;
  NetSpec spec = spec_of(2, ACTIVATION_TANH);
  spec.l2 = 0.05;
  check_spec(spec, "l2");
  spec.l2 = 0.0;
  spec.l1 = 0.03;
  check_spec(spec, "l1");
  spec.l2 = 0.02;
  check_spec(spec, "l1 and l2");
}

static void test_depth(void **state) {
  (void)state;
  NetSpec spec = spec_of(NET_MAX_HIDDEN, ACTIVATION_TANH);
  for (int h = 0; h < spec.hidden; h++) {
    spec.layers[h].units = 6;
    spec.layers[h].batch_norm = h % 8 == 0;
  }
  check_disturbed(spec, 0.02f, "32 hidden layers");
}

/* Several panels of everything, the last ones with pads: more than go backwards at once, and an odd number. */
static void test_width(void **state) {
  (void)state;
  for (int penalized = 0; penalized < 2; penalized++) {
    NetSpec spec = spec_of(2, ACTIVATION_TANH);
    spec.layers[0].units = 70;
    spec.layers[1].units = 35;
    spec.l1 = penalized ? 0.03 : 0.0;
    spec.l2 = penalized ? 0.05 : 0.0;
    check_features(spec, MANY_FEATURES, 0.02f, penalized ? "wide, l1 and l2" : "wide");
    spec.layers[0].batch_norm = spec.layers[1].batch_norm = true;
    spec.layers[1].bn_position = BN_BEFORE;
    spec.layers[0].dropout = spec.input_dropout = 0.3;
    check_features(spec, MANY_FEATURES, 0.02f, penalized ? "wide, all of it" : "wide, normalized and dropped");
  }
}

static void backward_to_nan(Layer *layer, Mat d, Span panels) {
  ACTIVATION_OPS.backward(layer, d, panels);
  d.at[0] = (float)NAN;
}

/* A gradient that is not a number must not pass for a small error, though all others are right. */
static void test_nan_is_the_worst_error(void **state) {
  (void)state;
  LayerOps ops = ACTIVATION_OPS;
  ops.backward = backward_to_nan;
  Problem problem;
  problem_make(&problem);
  NetSpec spec = spec_of(2, ACTIVATION_TANH);
  Net *net = net_create(&problem.arena, &spec, FEATURES, CLASSES, 3);
  net_reserve(net, &problem.arena, ROWS);
  net->hidden[0].activation.base.ops = &ops;
  Truth truth = {.labels = problem.labels, .targets = problem.targets};
  GradCheck check = gradcheck_net(net, (Pass){.train = true, .seed = 1, .step = 4},
                                  net_feed(net, problem.x, NULL, ROWS), truth, STEP, 77);
  assert_true(isnan(check.error));
  assert_int_equal(check.var, 0); /* the first layer's kernel */
  arena_deinit(&problem.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_activations), cmocka_unit_test(test_batch_norm),
      cmocka_unit_test(test_dropout),     cmocka_unit_test(test_losses),
      cmocka_unit_test(test_penalties),   cmocka_unit_test(test_depth),
      cmocka_unit_test(test_width),       cmocka_unit_test(test_nan_is_the_worst_error),
  };
  return cmocka_run_group_tests_name("gradients", tests, NULL, NULL);
}
