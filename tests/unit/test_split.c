/* The split: sums are exact, classes are spread evenly, guarantees are kept wherever they can be, and every row
 * goes where the shares say. That all ways to split are as likely is test_statistics_data's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "arena_fixture.h"
#include "data/split.h"

static void exact_fractions_stay_exact(void **state) {
  SplitPlan plan = {.parts = 3, .part_rows = {105, 30, 15}, .guaranteed = 3};
  int shares[9];
  split_shares(*state, &plan, (int[]){50, 50, 50}, 3, shares);
  assert_memory_equal(shares, ((int[]){35, 10, 5, 35, 10, 5, 35, 10, 5}), sizeof shares);
  split_shares(*state, &plan, (int[]){20, 100, 30}, 3, shares);
  assert_memory_equal(shares, ((int[]){14, 4, 2, 70, 20, 10, 21, 6, 3}), sizeof shares);
}

static void the_largest_remainders_get_the_odd_rows(void **state) {
  SplitPlan plan = {.parts = 2, .part_rows = {7, 3}, .guaranteed = 0};
  int shares[6];
  split_shares(*state, &plan, (int[]){5, 3, 2}, 3, shares); /* exactly 1.5, 0.9, 0.6 for the second part */
  assert_memory_equal(shares, ((int[]){4, 1, 2, 1, 1, 1}), sizeof shares);
}

static void a_rare_class_is_in_every_part(void **state) {
  SplitPlan plan = {.parts = 3, .part_rows = {80, 10, 10}, .guaranteed = 3};
  int shares[6];
  split_shares(*state, &plan, (int[]){97, 3}, 2, shares);
  assert_memory_equal(shares, ((int[]){79, 9, 9, 1, 1, 1}), sizeof shares);
  split_shares(*state, &plan, (int[]){98, 2}, 2, shares); /* too few for all three: the test goes without */
  assert_memory_equal(shares, ((int[]){79, 9, 10, 1, 1, 0}), sizeof shares);
  split_shares(*state, &plan, (int[]){99, 1}, 2, shares);
  assert_memory_equal(shares, ((int[]){79, 10, 10, 1, 0, 0}), sizeof shares);
}

/* Random classes and parts: sums hold both ways, shares are near their fractions, and no class is without a row in a
 * guaranteed part unless that part has fewer rows than there are classes that need one. */
static void random_plans_keep_all_promises(void **state) {
  Rng rng = rng_start((RngKey){.seed = 3});
  for (int trial = 0; trial < 20000; trial++) {
    int classes = 1 + (int)rng_below(&rng, 8), rows = 0, class_rows[8], shares[24];
    for (int k = 0; k < classes; k++) {
      class_rows[k] = 1 + (int)rng_below(&rng, trial % 2 ? 60 : 5);
      rows += class_rows[k];
    }
    SplitPlan plan = {.parts = 3, .guaranteed = trial % 3 ? 3 : 0};
    plan.part_rows[1] = (int)rng_below(&rng, (uint32_t)rows);
    plan.part_rows[2] = (int)rng_below(&rng, (uint32_t)(rows - plan.part_rows[1]));
    plan.part_rows[0] = rows - plan.part_rows[1] - plan.part_rows[2];
    split_shares(*state, &plan, class_rows, classes, shares);
    for (int part = 0; part < 3; part++) {
      int sum = 0, without = 0, needing = 0;
      for (int k = 0; k < classes; k++) {
        int share = shares[3 * k + part];
        double exact = (double)class_rows[k] * plan.part_rows[part] / rows;
        assert_true(share >= 0);
        assert_true(plan.guaranteed > 0 || fabs(share - exact) < 2.0);
        sum += share;
        needing += part < class_rows[k];
        without += part < class_rows[k] && share == 0;
      }
      assert_int_equal(sum, plan.part_rows[part]);
      if (plan.guaranteed > 0) {
        assert_int_equal(without, needing > plan.part_rows[part] ? needing - plan.part_rows[part] : 0);
      }
    }
    for (int k = 0; k < classes; k++) {
      assert_int_equal(shares[3 * k] + shares[3 * k + 1] + shares[3 * k + 2], class_rows[k]);
    }
  }
}

/* Splits rows 0 .. count - 1 with this seed. */
static void split(Arena *arena, uint64_t seed, const SplitPlan *plan, const int32_t *labels, int classes,
                  uint32_t *rows, uint32_t count) {
  for (uint32_t r = 0; r < count; r++) {
    rows[r] = r;
  }
  split_rows(arena, rng_start((RngKey){.seed = seed, .purpose = RNG_SPLIT}), plan, labels, classes, rows);
}

static void rows_go_where_the_shares_say(void **state) {
  enum { ROWS = 60 };
  int32_t labels[ROWS];
  for (int r = 0; r < ROWS; r++) {
    labels[r] = r < 30 ? 0 : r < 50 ? 1 : 2;
  }
  SplitPlan plan = {.parts = 3, .part_rows = {36, 18, 6}, .guaranteed = 3};
  static const int expected[3][3] = {{18, 12, 6}, {9, 6, 3}, {3, 2, 1}};
  for (uint64_t seed = 0; seed < 50; seed++) {
    uint32_t rows[ROWS], *next = rows;
    bool seen[ROWS] = {false};
    split(*state, seed, &plan, labels, 3, rows, ROWS);
    for (int part = 0; part < 3; part++) {
      int counts[3] = {0};
      for (int i = 0; i < plan.part_rows[part]; i++, next++) {
        assert_true(*next < ROWS && !seen[*next]);
        seen[*next] = true;
        counts[labels[*next]]++;
      }
      assert_memory_equal(counts, expected[part], sizeof counts);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(exact_fractions_stay_exact, setup, teardown),
      cmocka_unit_test_setup_teardown(the_largest_remainders_get_the_odd_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(a_rare_class_is_in_every_part, setup, teardown),
      cmocka_unit_test_setup_teardown(random_plans_keep_all_promises, setup, teardown),
      cmocka_unit_test_setup_teardown(rows_go_where_the_shares_say, setup, teardown),
  };
  return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
