/* What runs over several seeds say in a sentence. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab/verdict.h"

static Result finished(double best) {
  return (Result){.outcome = RUN_FINISHED, .values = {[MEASURE_BEST_SCORE] = best}};
}

static void test_of_two(void **state) {
  (void)state;
  static const struct {
    int seeds;
    double a[4], b[4]; /* not a number: the run diverged */
    const char *says;
  } cases[] = {
      {4,
       {0.90, 0.91, 0.92, 0.93},
       {0.95, 0.97, 0.96, 0.99},
       "B's best validation accuracy is 0.0525 higher on average, and better on 4 of 4 seeds: the difference is larger "
       "than the spread of the seeds explains (95 % interval +0.0373 .. +0.0677)."},
      {3,
       {0.90, 0.91, 0.92},
       {0.91, 0.90, 0.91},
       "B's best validation accuracy is 0.0033 lower on average, and better on 1 of 3 seeds: the difference is within "
       "the spread of the seeds, and does not tell which is better (95 % interval -0.0320 .. +0.0254)."},
      {2, {0.9, 0.8}, {0.9, 0.8}, "The best validation accuracy of A and B is the same on each of 2 seeds."},
      {3,
       {0.9, NAN, 0.9},
       {0.95, 0.96, NAN},
       "Whether A and B differ takes two seeds at least that both train to the end on: here is one. A diverged on 1 of "
       "3 seeds. B diverged on 1 of 3 seeds."},
      {1,
       {NAN},
       {0.9},
       "Whether A and B differ takes two seeds at least that both train to the end on: here is none. A diverged on 1 "
       "of 1 seeds."},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    Result results[8];
    char text[512];
    for (int i = 0; i < 2 * cases[c].seeds; i++) {
      results[i] = finished(i % 2 == 0 ? cases[c].a[i / 2] : cases[c].b[i / 2]);
      results[i].outcome = isnan(results[i].values[0]) ? RUN_DIVERGED : RUN_FINISHED;
    }
    verdict_of_two(results, cases[c].seeds, text, sizeof text);
    assert_string_equal(text, cases[c].says);
  }
}

static void test_of_one(void **state) {
  (void)state;
  char text[512];
  Result results[4] = {finished(0.9), finished(0.95), {.outcome = RUN_DIVERGED}, {.outcome = RUN_NONE}};
  verdict_of_one(results, 4, text, sizeof text);
  assert_string_equal(text,
                      "Best validation accuracy: 0.9250 on average of 2 seeds, from 0.9000 to 0.9500. 1 more "
                      "diverged and stands for nothing.");
  results[0].task = TASK_REGRESSION;
  verdict_of_one(results, 1, text, sizeof text);
  assert_string_equal(text, "Best validation R2: 0.9000 on average of 1 seed, from 0.9000 to 0.9000.");
  verdict_of_one(results + 3, 1, text, sizeof text);
  assert_string_equal(text, "What the seeds say takes a run that trains to its end: here is none.");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_of_two), cmocka_unit_test(test_of_one)};
  return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
