/* Losses, their gradients and the metrics against Keras itself (Keras 3.15.1 on JAX): losses called with
 * from_logits=True on one row and on all rows, jax.grad of the latter; metrics by update_state on logits, or on their
 * sigmoid. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "nn/loss.h"

enum { MAX_ROWS = 6, MAX_LOGITS = 12 };

typedef struct Case {
  const char *name;
  Output output;
  Loss loss;
  int rows, cols;
  float logits[MAX_LOGITS];
  int32_t labels[MAX_ROWS];
  float targets[MAX_ROWS];
  double row_losses[MAX_ROWS], mean;
  double gradient[MAX_LOGITS]; /* of the mean */
  double score;                /* accuracy or R2 */
} Case;

/* clang-format off */
static const Case CASES[] = {
    {"SparseCategoricalCrossentropy, SparseCategoricalAccuracy (the first of equal logits counts)",
     OUTPUT_SOFTMAX, LOSS_CROSSENTROPY, 3, 4,
     .logits = {1.5f, -0.5f, 0.25f, 2.0f, 0.5f, 0.5f, -1.0f, 0.5f, -3.0f, 4.0f, 2.5f, -0.125f},
     .labels = {3, 1, 2},
     .row_losses = {0.621860395, 1.17035299, 1.71527712}, .mean = 1.1691635,
     .gradient = {0.108557783, 0.0146916983, 0.0311023256, -0.154351807, 0.103419135, -0.229914198, 0.0230759282,
                  0.103419135, 0.000245088936, 0.268772654, -0.273362048, 0.00434430533},
     .score = 0.333333333},
    {"SparseCategoricalCrossentropy of extreme logits", OUTPUT_SOFTMAX, LOSS_CROSSENTROPY, 4, 3,
     .logits = {1e4f, -1e4f, 0.0f, 1e4f, 1e4f, -1e4f, -1e4f, 0.0f, 1e4f, 1e4f, -1e4f, 3.0f},
     .labels = {1, 0, 2, 2},
     .row_losses = {20000, 0.693147181, 0, 9997}, .mean = 7499.42329,
     .gradient = {0.25, -0.25, 0, -0.125, 0.125, 0, 0, 0, 0, 0.25, 0, -0.25},
     .score = 0.5},
    {"BinaryCrossentropy, BinaryAccuracy (0.5 is not over 0.5)", OUTPUT_SIGMOID, LOSS_CROSSENTROPY, 6, 1,
     .logits = {2.0f, -1.5f, 0.0f, 0.0f, 0.25f, -4.0f}, .labels = {1, 1, 0, 0, 0, 0},
     .row_losses = {0.126928017, 1.70141327, 0.693147182, 0.693147182, 0.825939417, 0.0181499273}, .mean = 0.676454167,
     .gradient = {-0.0198671543, -0.136262417, 0.0833333358, 0.0833333358, 0.0936960863, 0.00299770175},
     .score = 0.666666667},
    {"BinaryCrossentropy of extreme logits", OUTPUT_SIGMOID, LOSS_CROSSENTROPY, 6, 1,
     .logits = {1e4f, -1e4f, 1e4f, -1e4f, 80.0f, -80.0f}, .labels = {1, 1, 0, 0, 0, 1},
     .row_losses = {0, 10000, 10000, 0, 80, 80}, .mean = 3360,
     .gradient = {0, -0.166666672, 0.166666672, 0, 0.166666672, -0.166666672},
     .score = 0.333333333},
    {"MeanSquaredError, R2Score", OUTPUT_LINEAR, LOSS_MSE, 5, 1,
     .logits = {1.5f, -0.25f, 3.0f, 0.5f, -2.0f}, .targets = {1.0f, 0.5f, 3.0f, -1.0f, 0.25f},
     .row_losses = {0.25, 0.5625, 0, 2.25, 5.0625}, .mean = 1.625, .gradient = {0.2, -0.3, 0, 0.6, -0.9},
     .score = 0.0441176482},
    {"MeanAbsoluteError (where it has no slope: 0, as with TensorFlow and Torch; JAX takes a side)",
     OUTPUT_LINEAR, LOSS_MAE, 5, 1,
     .logits = {1.5f, -0.25f, 3.0f, 0.5f, -2.0f}, .targets = {1.0f, 0.5f, 3.0f, -1.0f, 0.25f},
     .row_losses = {0.5, 0.75, 0, 1.5, 2.25}, .mean = 1, .gradient = {0.2, -0.2, 0, 0.2, -0.2},
     .score = 0.0441176482},
    {"R2Score far from 0", OUTPUT_LINEAR, LOSS_MSE, 5, 1,
     .logits = {1001.5f, 999.75f, 1003.0f, 1000.5f, 998.0f}, .targets = {1001.0f, 1000.5f, 1003.0f, 999.0f, 1000.25f},
     .row_losses = {0.25, 0.5625, 0, 2.25, 5.0625}, .mean = 1.625, .gradient = {0.2, -0.3, 0, 0.6, -0.9},
     .score = 0.0441176482},
};
/* clang-format on */
enum { CASE_COUNT = sizeof CASES / sizeof *CASES };

/* Evaluates rows `from` .. `to` - 1; the gradient (rows, cols) is written beside the logits, or in their place. */
static double eval(const Case *c, int from, int to, float *gradient, bool in_place, Tally *tally) {
  static float memory[2][MAX_ROWS * LANES] __attribute__((aligned(64)));
  Truth truth = {.labels = c->labels + from, .targets = c->targets + from};
  Mat in = mat_view(memory[0], to - from, c->cols), out = mat_view(memory[in_place ? 0 : 1], to - from, c->cols);
  mat_from_rows(in, c->logits + from * c->cols);
  for (size_t i = 0; i < mat_size(in); i++) { /* pads may hold anything that is finite */
    in.at[i] = (int)(i % LANES) < c->cols ? in.at[i] : 5.0f;
  }
  double loss = loss_eval(c->output, c->loss, in, truth, out, tally);
  mat_to_rows(out, gradient);
  for (size_t i = 0; i < mat_size(out); i++) {
    assert_true((int)(i % LANES) < c->cols || out.at[i] == 0.0f);
  }
  return loss;
}

static void assert_relative(const Case *c, const char *what, int index, double actual, double expected) {
  if (!(fabs(actual - expected) <= 3e-7 * fmax(fabs(expected), 0.5))) {
    fail_msg("%s: %s %d is %.9g, not %.9g", c->name, what, index, actual, expected);
  }
}

static void test_losses(void **state) {
  (void)state;
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    float gradient[MAX_LOGITS];
    Tally tally = {0};
    for (int r = 0; r < c->rows; r++) {
      assert_relative(c, "the loss of row", r, eval(c, r, r + 1, gradient, false, &tally), c->row_losses[r]);
    }
    assert_relative(c, "mean", 0, eval(c, 0, c->rows, gradient, false, &tally), c->mean);
  }
}

static void test_gradients(void **state) {
  (void)state;
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    for (int in_place = 0; in_place < 2; in_place++) {
      float gradient[MAX_LOGITS];
      Tally tally = {0};
      (void)eval(c, 0, c->rows, gradient, in_place, &tally);
      for (int i = 0; i < c->rows * c->cols; i++) {
        assert_relative(c, "gradient", i, (double)gradient[i], c->gradient[i]);
      }
    }
  }
}

static void test_scores(void **state) {
  (void)state;
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    float gradient[MAX_LOGITS];
    Tally tally = {0};
    (void)eval(c, 0, c->rows, gradient, false, &tally);
    assert_relative(c, "score", 0, c->output == OUTPUT_LINEAR ? tally_r2(&tally) : tally_accuracy(&tally), c->score);
    if (c->output == OUTPUT_LINEAR) {
      assert_relative(c, "mae", 0, tally_mae(&tally), 1.0);
    }
  }
}

/* A row weighs the same whatever the batches were: in Keras, model.evaluate of the outputs 1, 1, 3 for targets 0 in
 * batches of two gives 3.66666667, the mean of the rows, not of the batches (5). */
static void test_a_tally_weighs_rows(void **state) {
  (void)state;
  const Case ones = {"1, 1, 3", OUTPUT_LINEAR, LOSS_MSE, 3, 1, .logits = {1.0f, 1.0f, 3.0f}};
  float gradient[MAX_LOGITS];
  Tally tally = {0};
  (void)eval(&ones, 0, 2, gradient, false, &tally);
  (void)eval(&ones, 2, 3, gradient, false, &tally);
  assert_near(tally_loss(&tally), 3.66666667, 1e-8);
  assert_near(tally_mae(&tally), 1.66666667, 1e-8);
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    tally = (Tally){0};
    for (int r = 0; r < c->rows; r += 2) {
      (void)eval(c, r, r + 2 < c->rows ? r + 2 : c->rows, gradient, false, &tally);
    }
    assert_int_equal(tally.rows, c->rows);
    assert_relative(c, "loss", 0, tally_loss(&tally), c->mean);
    assert_relative(c, "score", 0, c->output == OUTPUT_LINEAR ? tally_r2(&tally) : tally_accuracy(&tally), c->score);
  }
}

static void test_not_a_number_gives_not_a_number(void **state) {
  (void)state;
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    for (int i = 0; i < c->rows * c->cols; i++) {
      Case bad = *c;
      bad.logits[i] = (float)NAN;
      float gradient[MAX_LOGITS];
      Tally tally = {0};
      assert_true(isnan(eval(&bad, 0, c->rows, gradient, false, &tally)));
      assert_true(isnan(tally_loss(&tally)));
      assert_true(c->loss == LOSS_MAE || isnan(gradient[i])); /* a sign has no nan */
    }
  }
}

static void test_an_infinite_logit_is_not_finite(void **state) {
  (void)state;
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    Case bad = *c;
    bad.logits[0] = c->output == OUTPUT_SIGMOID ? -INFINITY : INFINITY; /* to the wrong side of label 1 */
    float gradient[MAX_LOGITS];
    Tally tally = {0};
    assert_true(!isfinite(eval(&bad, 0, c->rows, gradient, false, &tally)));
  }
}

static void test_metrics_that_are_not_there(void **state) {
  (void)state;
  Tally none = {0};
  assert_true(isnan(tally_loss(&none)) && isnan(tally_accuracy(&none)) && isnan(tally_r2(&none)));
  assert_true(isnan(tally_mae(&none)));
  const Case equal = {"equal targets", OUTPUT_LINEAR, LOSS_MSE, 3, 1, .logits = {2, 2, 3}, .targets = {2, 2, 2}};
  float gradient[MAX_LOGITS];
  Tally tally = {0};
  (void)eval(&equal, 0, 3, gradient, false, &tally);
  assert_true(isnan(tally_r2(&tally))); /* Keras says 0 */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_losses),
      cmocka_unit_test(test_gradients),
      cmocka_unit_test(test_scores),
      cmocka_unit_test(test_a_tally_weighs_rows),
      cmocka_unit_test(test_not_a_number_gives_not_a_number),
      cmocka_unit_test(test_an_infinite_logit_is_not_finite),
      cmocka_unit_test(test_metrics_that_are_not_there),
  };
  return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
