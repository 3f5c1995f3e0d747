/* The split: sums are exact, classes are spread evenly, guarantees are kept wherever they can be, and every row is as
 * likely as another to land in each place. Statistical tests have fixed seeds and state their false-alarm rate p. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "data/split.h"

static int setup(void **state) {
  static Arena arena;
  arena_init(&arena, 0);
  *state = &arena;
  return 0;
}

static int teardown(void **state) {
  arena_deinit(*state);
  return 0;
}

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

/* Over many seeds, each of 40 rows of two uneven classes is in validation as often as its class's share says. The
 * statistic is chi-square with 19 + 19 degrees of freedom; 94.59 is crossed with p = 1e-6. */
static void every_row_of_a_class_is_as_likely_to_validate(void **state) {
  enum { ROWS = 40, SEEDS = 4000, EACH = 20, TAKEN = 6 };
  int32_t labels[ROWS];
  int hits[ROWS] = {0};
  for (int r = 0; r < ROWS; r++) {
    labels[r] = r % 2;
  }
  SplitPlan plan = {.parts = 3, .part_rows = {24, 2 * TAKEN, 4}, .guaranteed = 3};
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    uint32_t rows[ROWS];
    split(*state, seed, &plan, labels, 2, rows, ROWS);
    for (int i = 24; i < 24 + 2 * TAKEN; i++) {
      hits[rows[i]]++;
    }
    arena_reset(*state);
  }
  double f = (double)TAKEN / EACH, chi = 0;
  for (int r = 0; r < ROWS; r++) {
    chi += pow(hits[r] - SEEDS * f, 2) / (SEEDS * f * (1 - f)) * (EACH - 1.0) / EACH;
  }
  assert_true(chi < 94.59);
  assert_true(chi > 10.0); /* nor too even to be random: p = 1.4e-6 */
}

/* All 24 orders of the training part's four rows, two of each class, are equally likely: 23 degrees of freedom, 70.55
 * is crossed with p = 1e-6. Which rows they are differs by seed, so the order is that of their numbers' ranks. */
static void the_order_within_a_part_is_uniform(void **state) {
  enum { ROWS = 8, PART = 4, ORDERS = 24, SEEDS = 24 * 1000 };
  static const int32_t labels[ROWS] = {0, 0, 0, 0, 1, 1, 1, 1};
  SplitPlan plan = {.parts = 2, .part_rows = {PART, ROWS - PART}, .guaranteed = 2};
  int hits[ORDERS] = {0};
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    uint32_t rows[ROWS];
    split(*state, seed, &plan, labels, 2, rows, ROWS);
    int order = 0;
    for (int i = 0; i < PART; i++) {
      int smaller = 0;
      for (int j = i + 1; j < PART; j++) {
        smaller += rows[j] < rows[i];
      }
      order = order * (PART - i) + smaller;
    }
    hits[order]++;
    arena_reset(*state);
  }
  double chi = 0;
  for (int i = 0; i < ORDERS; i++) {
    chi += pow(hits[i] - (double)SEEDS / ORDERS, 2) / ((double)SEEDS / ORDERS);
  }
  assert_true(chi < 70.55);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(exact_fractions_stay_exact, setup, teardown),
      cmocka_unit_test_setup_teardown(the_largest_remainders_get_the_odd_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(a_rare_class_is_in_every_part, setup, teardown),
      cmocka_unit_test_setup_teardown(random_plans_keep_all_promises, setup, teardown),
      cmocka_unit_test_setup_teardown(rows_go_where_the_shares_say, setup, teardown),
      cmocka_unit_test_setup_teardown(every_row_of_a_class_is_as_likely_to_validate, setup, teardown),
      cmocka_unit_test_setup_teardown(the_order_within_a_part_is_uniform, setup, teardown),
  };
  return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
