/* What whole runs do not show of losses and metrics (test_reference has those against Keras): a row counts the same
 * alone and among others, in a batch of any size, values that are no numbers are seen. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
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
} Case;

/* clang-format off */
static const Case CASES[] = {
    {"softmax", OUTPUT_SOFTMAX, LOSS_CROSSENTROPY, 3, 4,
     .logits = {1.5f, -0.5f, 0.25f, 2.0f, 0.5f, 0.5f, -1.0f, 0.5f, -3.0f, 4.0f, 2.5f, -0.125f},
     .labels = {3, 1, 2}},
    {"softmax of extreme logits", OUTPUT_SOFTMAX, LOSS_CROSSENTROPY, 4, 3,
     .logits = {1e4f, -1e4f, 0.0f, 1e4f, 1e4f, -1e4f, -1e4f, 0.0f, 1e4f, 1e4f, -1e4f, 3.0f},
     .labels = {1, 0, 2, 2}},
    {"sigmoid", OUTPUT_SIGMOID, LOSS_CROSSENTROPY, 6, 1,
     .logits = {2.0f, -1.5f, 0.0f, 0.0f, 0.25f, -4.0f}, .labels = {1, 1, 0, 0, 0, 0}},
    {"sigmoid of extreme logits", OUTPUT_SIGMOID, LOSS_CROSSENTROPY, 6, 1,
     .logits = {1e4f, -1e4f, 1e4f, -1e4f, 80.0f, -80.0f}, .labels = {1, 1, 0, 0, 0, 1}},
    {"mse", OUTPUT_LINEAR, LOSS_MSE, 5, 1,
     .logits = {1.5f, -0.25f, 3.0f, 0.5f, -2.0f}, .targets = {1.0f, 0.5f, 3.0f, -1.0f, 0.25f}},
    {"mae", OUTPUT_LINEAR, LOSS_MAE, 5, 1,
     .logits = {1.5f, -0.25f, 3.0f, 0.5f, -2.0f}, .targets = {1.0f, 0.5f, 3.0f, -1.0f, 0.25f}},
};
/* clang-format on */
enum { CASE_COUNT = sizeof CASES / sizeof *CASES };

/* Evaluates rows `from` .. `to` - 1 and writes the gradient (rows, cols). */
static double eval(const Case *c, int from, int to, float *gradient, Tally *tally) {
  static float memory[2][MAX_ROWS * LANES] __attribute__((aligned(64)));
  Truth truth = {.labels = c->labels + from, .targets = c->targets + from};
  Mat in = mat_view(memory[0], to - from, c->cols), out = mat_view(memory[1], c->cols, to - from);
  mat_from_rows(in, c->logits + from * c->cols);
  for (size_t i = 0; i < mat_size(in); i++) { /* pads may hold anything that is finite */
    in.at[i] = (int)(i % LANES) < c->cols ? in.at[i] : 5.0f;
  }
  double loss = loss_eval(c->output, c->loss, in, truth, out, tally);
  for (int i = 0; i < in.rows * in.cols; i++) {
    gradient[i] = *mat_element(out, i % in.cols, i / in.cols);
  }
  return loss;
}

static void assert_relative(const Case *c, const char *what, int index, double actual, double expected) {
  if (!(fabs(actual - expected) <= 3e-7 * fmax(fabs(expected), 0.5))) {
    fail_msg("%s: %s %d is %.9g, not %.9g", c->name, what, index, actual, expected);
  }
}

/* The loss of a batch is the mean of its rows' own, and a row's gradient its own divided by their number. */
static void test_a_batch_is_its_rows(void **state) {
  (void)state;
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    float gradient[MAX_LOGITS], own[MAX_LOGITS];
    Tally tally = {0};
    double mean = eval(c, 0, c->rows, gradient, &tally), total = 0.0;
    for (int r = 0; r < c->rows; r++) {
      total += eval(c, r, r + 1, own, &tally);
      for (int k = 0; k < c->cols; k++) {
        assert_relative(c, "gradient", r, (double)gradient[r * c->cols + k] * c->rows, (double)own[k]);
      }
    }
    assert_relative(c, "mean", 0, mean, total / c->rows);
  }
}

/* One row by the book, in doubles: its loss; slope (K) = softmax - one hot. */
static double softmax_row(Mat logits, int row, int label, double *slope, bool *correct) {
  double sum = 0.0;
  *correct = true;
  for (int k = 0; k < logits.cols; k++) {
    double z = (double)*mat_element(logits, row, k), picked = (double)*mat_element(logits, row, label);
    slope[k] = exp(z);
    sum += slope[k];
    *correct = *correct && (k < label ? z < picked : z <= picked);
  }
  double loss = log(sum / slope[label]);
  for (int k = 0; k < logits.cols; k++) {
    slope[k] = slope[k] / sum - (k == label);
  }
  return loss;
}

/* Rows lie 16 side by side, classes too: some batches and numbers of classes that fill that, and some that do not. */
static void check_softmax(int rows, int classes) {
  enum { MOST_ROWS = 49, MOST_CLASSES = 33 };
  static float memory[2][64 * 64] __attribute__((aligned(64)));
  int32_t labels[MOST_ROWS];
  Mat logits = mat_view(memory[0], rows, classes), dlogits = mat_view(memory[1], classes, rows);
  Rng rng = rng_start((RngKey){.seed = (uint64_t)rows, .step = (uint64_t)classes, .purpose = RNG_TEST});
  for (size_t i = 0; i < mat_size(logits); i++) {
    logits.at[i] = (float)rng_below(&rng, 8) - 4.0f; /* whole numbers: the largest is often not alone */
  }
  double loss = 0.0, slope[MOST_CLASSES];
  int right = 0;
  for (int r = 0; r < rows; r++) {
    bool correct;
    labels[r] = (int32_t)rng_below(&rng, (uint32_t)classes);
    loss += softmax_row(logits, r, labels[r], slope, &correct);
    right += correct;
  }
  Tally tally = {0};
  (void)loss_eval(OUTPUT_SOFTMAX, LOSS_CROSSENTROPY, logits, (Truth){.labels = labels}, dlogits, &tally);
  assert_near(tally.loss, loss, 1e-6 * loss);
  assert_int_equal(tally.correct, right);
  for (int r = 0; r < rows; r++) {
    bool correct;
    (void)softmax_row(logits, r, labels[r], slope, &correct);
    for (int k = 0; k < classes; k++) {
      assert_near((double)*mat_element(dlogits, k, r) * rows, slope[k], 5e-7);
    }
  }
}

static void test_softmax_of_any_size(void **state) {
  (void)state;
  static const int sizes[][2] = {{1, 3}, {15, 16}, {16, 10}, {17, 17}, {32, 15}, {49, 33}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    check_softmax(sizes[i][0], sizes[i][1]);
  }
}

/* Where the absolute error has no slope it is 0, as in Keras on TensorFlow and Torch; on JAX it takes a side. */
static void test_no_slope_at_the_target(void **state) {
  (void)state;
  const Case exact = {"exact", OUTPUT_LINEAR, LOSS_MAE, 3, 1, .logits = {2, 2, 3}, .targets = {2, 3, 2}};
  float gradient[MAX_LOGITS];
  Tally tally = {0};
  (void)eval(&exact, 0, 3, gradient, &tally);
  assert_true(gradient[0] == 0.0f && gradient[1] < 0.0f && gradient[2] > 0.0f);
}

/* A row weighs the same whatever the batches were: 1, 1 and 9 are 11 / 3 on average, not the batches' 1 and 9. */
static void test_a_tally_weighs_rows(void **state) {
  (void)state;
  const Case ones = {"1, 1, 3", OUTPUT_LINEAR, LOSS_MSE, 3, 1, .logits = {1.0f, 1.0f, 3.0f}};
  float gradient[MAX_LOGITS];
  Tally tally = {0};
  (void)eval(&ones, 0, 2, gradient, &tally);
  (void)eval(&ones, 2, 3, gradient, &tally);
  assert_near(tally_loss(&tally), 11.0 / 3.0, 1e-15);
  assert_near(tally_mae(&tally), 5.0 / 3.0, 1e-15);
  for (const Case *c = CASES; c < CASES + CASE_COUNT; c++) {
    Tally whole = {0}, batches = {0};
    (void)eval(c, 0, c->rows, gradient, &whole);
    for (int r = 0; r < c->rows; r += 2) {
      (void)eval(c, r, r + 2 < c->rows ? r + 2 : c->rows, gradient, &batches);
    }
    assert_int_equal(batches.rows, c->rows);
    assert_int_equal(batches.correct, whole.correct);
    assert_relative(c, "loss", 0, tally_loss(&batches), tally_loss(&whole));
    if (c->output == OUTPUT_LINEAR) {
      assert_relative(c, "score", 0, tally_r2(&batches), tally_r2(&whole));
    }
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
      assert_true(isnan(eval(&bad, 0, c->rows, gradient, &tally)));
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
    assert_true(!isfinite(eval(&bad, 0, c->rows, gradient, &tally)));
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
  (void)eval(&equal, 0, 3, gradient, &tally);
  assert_true(isnan(tally_r2(&tally))); /* Keras says 0 */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_batch_is_its_rows),
      cmocka_unit_test(test_softmax_of_any_size),
      cmocka_unit_test(test_no_slope_at_the_target),
      cmocka_unit_test(test_a_tally_weighs_rows),
      cmocka_unit_test(test_not_a_number_gives_not_a_number),
      cmocka_unit_test(test_an_infinite_logit_is_not_finite),
      cmocka_unit_test(test_metrics_that_are_not_there),
  };
  return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
