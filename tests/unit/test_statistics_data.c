/* The data's randomness: batch orders are uniform and independent between epochs and seeds; subset, split, order within
 * a part and label noise take every possibility as often as any other, jointly. Seeds are fixed, so a test either holds
 * or not; family.h says how often another seed would fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/rng.h"
#include "data/batcher.h"
#include "data/dataset.h"
#include "data/split.h"
#include "family.h"
#include "statistics.h"

enum { SEED = 20, CHECKS = 16, EACH = 30 /* hits expected of a cell */ };

/* --- Orders: of batches, and of shuffles that are wrong on purpose. --- */

enum { MOST_ROWS = 256 };

typedef void Deal(uint64_t seed, uint64_t epoch, int rows, uint32_t *order);

static void deal_batches(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  int32_t labels[MOST_ROWS];
  float x[MOST_ROWS] = {0};
  for (int r = 0; r < rows; r++) {
    labels[r] = r;
  }
  Part part = {.rows = rows, .x = x, .labels = labels};
  Arena arena;
  Batcher batcher;
  Batch batch;
  arena_init(&arena, 4096);
  batcher_create(&batcher, &arena, &part, rows, seed);
  batcher_start_epoch(&batcher, epoch);
  assert_true(batcher_next(&batcher, rows, &batch));
  for (int r = 0; r < rows; r++) {
    order[r] = (uint32_t)batch.labels[r];
  }
  arena_deinit(&arena);
}

/* Starts a wrong order: the rows as they are, and random numbers as the batcher has them. */
static Rng start_order(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  for (int r = 0; r < rows; r++) {
    order[r] = (uint32_t)r;
  }
  return rng_start((RngKey){.seed = seed, .step = epoch, .purpose = RNG_SHUFFLE});
}

static void exchange(uint32_t *order, int i, uint32_t j) {
  uint32_t row = order[i];
  order[i] = order[j];
  order[j] = row;
}

static void deal_all_but_the_last(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  Rng rng = start_order(seed, epoch, rows, order);
  rng_shuffle(&rng, order, (size_t)rows - 1);
}
/* Sattolo's algorithm: no row stays where it was. */
static void deal_cycles(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  Rng rng = start_order(seed, epoch, rows, order);
  for (int i = rows - 1; i > 0; i--) {
    exchange(order, i, rng_below(&rng, (uint32_t)i));
  }
}
/* Each row is exchanged with any: rows ^ rows ways cannot share out evenly over the orders. */
static void deal_with_any(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  Rng rng = start_order(seed, epoch, rows, order);
  for (int i = 0; i < rows; i++) {
    exchange(order, i, rng_below(&rng, (uint32_t)rows));
  }
}
/* Each row is in each place as often, but always behind the same. */
static void deal_rotations(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  Rng rng = start_order(seed, epoch, rows, order);
  uint32_t first = rng_below(&rng, (uint32_t)rows);
  for (int r = 0; r < rows; r++) {
    order[r] = (first + (uint32_t)r) % (uint32_t)rows;
  }
}
static void deal_once(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  (void)epoch;
  deal_batches(seed, 0, rows, order);
}
static void deal_the_sum(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  deal_batches(seed + epoch, 0, rows, order);
}
/* The order of the epoch before, each row a place on. */
static void deal_a_place_on(uint64_t seed, uint64_t epoch, int rows, uint32_t *order) {
  uint32_t before[MOST_ROWS];
  deal_batches(seed, 0, rows, before);
  for (int r = 0; r < rows; r++) {
    order[r] = before[((uint64_t)r + epoch) % (uint64_t)rows];
  }
}

/* Which of all orders of `count` different numbers this is. */
static int order_rank(const uint32_t *order, int count) {
  int rank = 0;
  for (int i = 0; i < count; i++) {
    int smaller = 0;
    for (int j = i + 1; j < count; j++) {
      smaller += order[j] < order[i];
    }
    rank = rank * (count - i) + smaller;
  }
  return rank;
}

/* All orders of five rows, over epochs. */
static double orders_p(Deal *deal) {
  enum { FEW = 5, ORDERS = 120 };
  int hits[ORDERS] = {0};
  for (uint64_t epoch = 0; epoch < (uint64_t)ORDERS * 3 * EACH; epoch++) {
    uint32_t order[FEW];
    deal(SEED, epoch, FEW, order);
    hits[order_rank(order, FEW)]++;
  }
  return cells_p(hits, ORDERS);
}

/* Each row in each place, over seeds. */
static double each_place_p(Deal *deal, int rows) {
  int hits[MOST_ROWS * MOST_ROWS] = {0};
  for (uint64_t seed = 0; seed < (uint64_t)rows * EACH; seed++) {
    uint32_t order[MOST_ROWS];
    deal(seed, 0, rows, order);
    for (int i = 0; i < rows; i++) {
      hits[i * rows + (int)order[i]]++;
    }
  }
  return places_p(hits, (size_t)rows);
}

/* Each pair of rows in these two places, over seeds. */
static double pair_p(Deal *deal, int place, int other) {
  enum { PAIR_ROWS = 20 };
  int hits[PAIR_ROWS * (PAIR_ROWS - 1)] = {0};
  for (uint64_t seed = 0; seed < (uint64_t)PAIR_ROWS * (PAIR_ROWS - 1) * EACH; seed++) {
    uint32_t order[PAIR_ROWS];
    deal(seed, 0, PAIR_ROWS, order);
    uint32_t first = order[place], second = order[other];
    hits[first * (PAIR_ROWS - 1) + second - (second > first)]++;
  }
  return cells_p(hits, (size_t)PAIR_ROWS * (PAIR_ROWS - 1));
}

/* Each row in each pair of places: one in an epoch, the other in the next, or at the next seed. */
static double move_p(Deal *deal, uint64_t seed_on, uint64_t epoch_on) {
  enum { MOVE_ROWS = 50 };
  int hits[MOVE_ROWS * MOVE_ROWS] = {0};
  for (uint64_t seed = 0; seed < (uint64_t)2 * MOVE_ROWS * EACH; seed += 2) {
    uint32_t order[MOVE_ROWS], next[MOVE_ROWS], place[MOVE_ROWS];
    deal(seed, 1, MOVE_ROWS, order);
    deal(seed + seed_on, 1 + epoch_on, MOVE_ROWS, next);
    for (uint32_t i = 0; i < MOVE_ROWS; i++) {
      place[order[i]] = i;
    }
    for (uint32_t i = 0; i < MOVE_ROWS; i++) {
      hits[place[next[i]] * MOVE_ROWS + i]++;
    }
  }
  return places_p(hits, MOVE_ROWS);
}

/* Whether the orders of neighbouring seeds and epochs go together, each with each. A product of two random orders, sum
 * x y, has the variance (sum x^2)^2 / (rows - 1), which the scale makes `rows`. */
static double grid_p(Deal *deal) {
  enum { SIDE = 10, GRID_ROWS = 200 };
  static float x[SIDE * SIDE * GRID_ROWS];
  double middle = 0.5 * (GRID_ROWS - 1), squares = GRID_ROWS * (GRID_ROWS * GRID_ROWS - 1.0) / 12.0;
  double scale = pow(GRID_ROWS * (GRID_ROWS - 1.0), 0.25) / sqrt(squares);
  for (uint64_t v = 0; v < (uint64_t)SIDE * SIDE; v++) {
    uint32_t order[GRID_ROWS];
    deal(v / SIDE, v % SIDE, GRID_ROWS, order);
    for (size_t i = 0; i < GRID_ROWS; i++) {
      x[v * GRID_ROWS + i] = (float)((order[i] - middle) * scale);
    }
  }
  return correlations_p((Sample){(size_t)SIDE * SIDE, GRID_ROWS, x, 1.0});
}

static void test_batch_orders(void **state) {
  accept(state, "orders", orders_p(deal_batches));
  accept(state, "places of 48 rows", each_place_p(deal_batches, 48));
  accept(state, "places of 101 rows", each_place_p(deal_batches, 101));
  accept(state, "the first pair", pair_p(deal_batches, 0, 1));
  accept(state, "the last pair", pair_p(deal_batches, 18, 19));
  accept(state, "the outer pair", pair_p(deal_batches, 0, 19));
  accept(state, "places in the next epoch", move_p(deal_batches, 0, 1));
  accept(state, "places at the next seed", move_p(deal_batches, 1, 0));
  accept(state, "places at the next seed in the epoch before", move_p(deal_batches, 1, UINT64_MAX));
  accept(state, "seeds and epochs", grid_p(deal_batches));
}

static void test_wrong_orders(void **state) {
  reject(state, "a last row that stays, by orders", orders_p(deal_all_but_the_last));
  reject(state, "a last row that stays, by places", each_place_p(deal_all_but_the_last, 48));
  reject(state, "a last row that stays, by pairs", pair_p(deal_all_but_the_last, 18, 19));
  reject(state, "cycles, by orders", orders_p(deal_cycles));
  reject(state, "cycles, by places", each_place_p(deal_cycles, 48));
  reject(state, "exchange with any, by orders", orders_p(deal_with_any));
  reject(state, "exchange with any, by places", each_place_p(deal_with_any, 48));
  reject(state, "rotations, by pairs", pair_p(deal_rotations, 0, 1));
  reject(state, "rotations, by far pairs", pair_p(deal_rotations, 0, 19));
  reject(state, "one order for all epochs", move_p(deal_once, 0, 1));
  reject(state, "one order for all epochs, each with each", grid_p(deal_once));
  reject(state, "the epoch before, moved", move_p(deal_a_place_on, 0, 1));
  reject(state, "the sum of seed and epoch", move_p(deal_the_sum, 1, UINT64_MAX));
  reject(state, "the sum of seed and epoch, each with each", grid_p(deal_the_sum));
}

/* --- Subset, split and label noise: what a seed draws is one of so many possibilities. --- */

/* Which of the possibilities (from 0) this seed draws. */
typedef int Draw(uint64_t seed);

static double draws_p(Draw *draw, int possibilities, int each) {
  enum { MOST = 1024 };
  int hits[MOST] = {0};
  assert_true(possibilities <= MOST);
  for (uint64_t seed = 0; seed < (uint64_t)possibilities * (uint64_t)each; seed++) {
    int drawn = draw(seed);
    assert_in_range(drawn, 0, possibilities - 1);
    hits[drawn]++;
  }
  return cells_p(hits, (size_t)possibilities);
}

/* Which of all subsets of its size this one is (the combinatorial number system). */
static int subset_rank(uint32_t subset) {
  int rank = 0, members = 0;
  for (int i = 0; subset >> i; i++) {
    if (subset >> i & 1) {
      members++;
      int ways = 1; /* i over members */
      for (int k = 1; k <= members; k++) {
        ways = ways * (i - members + k) / k;
      }
      rank += i < members ? 0 : ways;
    }
  }
  return rank;
}

/* A table of `rows` rows, class by class as many of each, or without classes; prepared. */
static Dataset prepare(Arena *arena, int rows, int classes, DataSpec spec, uint64_t seed) {
  static const TableColumn column = {.name = "x"};
  static const char *const class_names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  float *x = arena_floats(arena, (size_t)rows);
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)rows);
  for (int r = 0; r < rows; r++) {
    labels[r] = r * classes / rows;
  }
  Table table = {.name = "made",
                 .task = classes > 0 ? TASK_CLASSIFICATION : TASK_REGRESSION,
                 .rows = rows,
                 .columns = 1,
                 .classes = classes,
                 .cells = x,
                 .labels = classes > 0 ? labels : NULL,
                 .targets = classes > 0 ? NULL : arena_floats(arena, (size_t)rows),
                 .column = &column,
                 .target_name = "target",
                 .class_names = class_names};
  Dataset dataset;
  Error err = {0};
  if (dataset_prepare(arena, &table, &spec, seed, &dataset, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return dataset;
}

/* A bit for each row of the table that is in the part. */
static uint32_t rows_of(const Part *part) {
  uint32_t rows = 0;
  for (int i = 0; i < part->rows; i++) {
    rows |= 1u << part->source[i];
  }
  return rows;
}

/* The members of `subset` by their places among those of `whole`. */
static uint32_t places_among(uint32_t subset, uint32_t whole) {
  uint32_t places = 0, place = 1;
  for (int i = 0; whole >> i; i++) {
    if (whole >> i & 1) {
      places |= subset >> i & 1 ? place : 0;
      place <<= 1;
    }
  }
  return places;
}

enum { TWO_OF_FOUR = 6, FOUR_OF_SIX = 15, ORDERS_OF_FOUR = 24 };

/* Two classes of four rows: two of each are for validation. */
static int draw_split(uint64_t seed) {
  const uint32_t first = 0x0F, second = 0xF0;
  Arena arena;
  arena_init(&arena, 4096);
  Dataset dataset = prepare(&arena, 8, 2, (DataSpec){.validation_split = 0.5}, seed);
  uint32_t rows = rows_of(&dataset.validation);
  arena_deinit(&arena);
  return subset_rank(rows & first) * TWO_OF_FOUR + subset_rank(places_among(rows & second, second));
}
static int draw_classes_alike(uint64_t seed) {
  int first = draw_split(seed) / TWO_OF_FOUR;
  return first * TWO_OF_FOUR + first;
}

/* Four of six rows are used, and two of the four are for validation. */
static int draw_subset(uint64_t seed) {
  Arena arena;
  arena_init(&arena, 4096);
  Dataset dataset = prepare(&arena, 6, 0, (DataSpec){.rows = 4, .validation_split = 0.5}, seed);
  uint32_t validation = rows_of(&dataset.validation), used = validation | rows_of(&dataset.train);
  arena_deinit(&arena);
  return subset_rank(used) * TWO_OF_FOUR + subset_rank(places_among(validation, used));
}
/* Rows in the table's order, by one and the same stream each time. */
static uint32_t draw_rows(uint64_t seed, uint32_t rows, int count, int wanted) {
  SplitPlan plan = {.parts = 2, .part_rows = {wanted, count - wanted}};
  uint32_t list[6], drawn = 0;
  int next = 0;
  for (uint32_t r = 0; rows >> r; r++) {
    if (rows >> r & 1) {
      list[next++] = r;
    }
  }
  Arena arena;
  arena_init(&arena, 4096);
  split_rows(&arena, rng_start((RngKey){.seed = seed, .purpose = RNG_SPLIT}), &plan, NULL, 0, list);
  arena_deinit(&arena);
  for (int i = 0; i < wanted; i++) {
    drawn |= 1u << list[i];
  }
  return drawn;
}
static int draw_subset_as_split(uint64_t seed) {
  uint32_t used = draw_rows(seed, 0x3F, 6, 4), training = draw_rows(seed, used, 4, 2);
  return subset_rank(used) * TWO_OF_FOUR + subset_rank(places_among(training, used));
}

static int draw_half_of_four(uint64_t seed) {
  Arena arena;
  arena_init(&arena, 4096);
  Dataset dataset = prepare(&arena, 4, 0, (DataSpec){.validation_split = 0.5}, seed);
  uint32_t rows = rows_of(&dataset.validation);
  arena_deinit(&arena);
  return subset_rank(rows);
}
static int draw_neighbouring_seeds(uint64_t seed) {
  return draw_half_of_four(2 * seed) * TWO_OF_FOUR + draw_half_of_four(2 * seed + 1);
}
static int draw_seeds_in_twos(uint64_t seed) { return draw_half_of_four(seed) * TWO_OF_FOUR + draw_half_of_four(seed); }

/* The order of the training rows, two of each class, by their numbers; by class first, it is wrong. */
static int draw_training_order(uint64_t seed, bool by_class) {
  uint32_t order[4] = {0};
  Arena arena;
  arena_init(&arena, 4096);
  Dataset dataset = prepare(&arena, 8, 2, (DataSpec){.validation_split = 0.5}, seed);
  int next = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < dataset.train.rows; i++) {
      if (by_class ? dataset.train.labels[i] == pass : pass == 0) {
        order[next++] = (uint32_t)dataset.train.source[i];
      }
    }
  }
  arena_deinit(&arena);
  assert_int_equal(next, 4);
  return order_rank(order, 4);
}
static int draw_order(uint64_t seed) { return draw_training_order(seed, false); }
static int draw_order_by_class(uint64_t seed) { return draw_training_order(seed, true); }

static void test_subsets_and_splits(void **state) {
  accept(state, "splits of two classes", draws_p(draw_split, TWO_OF_FOUR * TWO_OF_FOUR, 4 * EACH));
  accept(state, "subsets and their splits", draws_p(draw_subset, FOUR_OF_SIX * TWO_OF_FOUR, 2 * EACH));
  accept(state, "neighbouring seeds", draws_p(draw_neighbouring_seeds, TWO_OF_FOUR * TWO_OF_FOUR, 4 * EACH));
  accept(state, "the order within a part", draws_p(draw_order, ORDERS_OF_FOUR, 6 * EACH));
}

static void test_wrong_subsets_and_splits(void **state) {
  reject(state, "classes split alike", draws_p(draw_classes_alike, TWO_OF_FOUR * TWO_OF_FOUR, 4 * EACH));
  reject(state, "one stream for two", draws_p(draw_subset_as_split, FOUR_OF_SIX * TWO_OF_FOUR, 2 * EACH));
  reject(state, "seeds in twos", draws_p(draw_seeds_in_twos, TWO_OF_FOUR * TWO_OF_FOUR, 4 * EACH));
  reject(state, "rows by class", draws_p(draw_order_by_class, ORDERS_OF_FOUR, 6 * EACH));
}

/* Label noise on four training rows, one of each class: two are flipped, each to one of three other classes. */
typedef struct Flips {
  uint32_t places, classes; /* a bit for each row that is flipped: by its place in the part, by its class */
  int shifts[2];            /* 0 .. 2: how far from its class it went, less 1 */
} Flips;

static Flips draw_flips(uint64_t seed) {
  Arena arena;
  arena_init(&arena, 4096);
  Dataset dataset = prepare(&arena, 8, 4, (DataSpec){.validation_split = 0.5, .label_noise = 0.5}, seed);
  Flips flips = {0};
  int count = 0;
  for (int i = 0; i < dataset.train.rows; i++) {
    int class = dataset.train.source[i] / 2, shift = (dataset.train.labels[i] - class + 4) % 4;
    if (shift > 0) {
      assert_true(count < 2);
      flips.places |= 1u << i;
      flips.classes |= 1u << class;
      flips.shifts[count++] = shift - 1;
    }
  }
  arena_deinit(&arena);
  assert_int_equal(count, 2);
  return flips;
}

enum { SHIFTS = 9 };

static int draw_flipped_places(uint64_t seed) {
  Flips flips = draw_flips(seed);
  return (subset_rank(flips.places) * 3 + flips.shifts[0]) * 3 + flips.shifts[1];
}
static int draw_flipped_classes(uint64_t seed) {
  Flips flips = draw_flips(seed);
  return (subset_rank(flips.classes) * 3 + flips.shifts[0]) * 3 + flips.shifts[1];
}
static int draw_first_flipped(uint64_t seed) { return draw_flipped_places(seed) % SHIFTS; }
static int draw_next_class(uint64_t seed) { return draw_flipped_classes(seed) / SHIFTS * SHIFTS; }
static int draw_one_shift(uint64_t seed) {
  Flips flips = draw_flips(seed);
  return (subset_rank(flips.places) * 3 + flips.shifts[0]) * 3 + flips.shifts[0];
}

static void test_label_noise(void **state) {
  accept(state, "flipped rows", draws_p(draw_flipped_places, TWO_OF_FOUR * SHIFTS, 2 * EACH));
  accept(state, "flipped classes", draws_p(draw_flipped_classes, TWO_OF_FOUR * SHIFTS, 2 * EACH));
}

static void test_wrong_label_noise(void **state) {
  reject(state, "the first rows flipped", draws_p(draw_first_flipped, TWO_OF_FOUR * SHIFTS, 2 * EACH));
  reject(state, "always the next class", draws_p(draw_next_class, TWO_OF_FOUR * SHIFTS, 2 * EACH));
  reject(state, "one shift for all", draws_p(draw_one_shift, TWO_OF_FOUR * SHIFTS, 2 * EACH));
}

static int start_family(void **state) {
  static Family family = {.checks = CHECKS};
  *state = &family;
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_batch_orders),       cmocka_unit_test(test_wrong_orders),
      cmocka_unit_test(test_subsets_and_splits), cmocka_unit_test(test_wrong_subsets_and_splits),
      cmocka_unit_test(test_label_noise),        cmocka_unit_test(test_wrong_label_noise),
      cmocka_unit_test(the_checks_are_counted),
  };
  return cmocka_run_group_tests_name("statistics of data", tests, start_family, NULL);
}
