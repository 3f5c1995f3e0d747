/* The batcher: every row once an epoch, in an order that (seed, epoch) decides and nothing else does. That all orders
 * are as likely is test_statistics_data's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "arena_fixture.h"
#include "data/batcher.h"
#include "death.h"

/* Row r is of class r, or has the target -r. */
static Part make_part(Arena *arena, int rows, bool regression) {
  float *targets = arena_floats(arena, (size_t)rows);
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)rows);
  for (int r = 0; r < rows; r++) {
    labels[r] = r;
    targets[r] = -(float)r;
  }
  return (Part){.rows = rows, .labels = regression ? NULL : labels, .targets = regression ? targets : NULL};
}

/* Deals the whole epoch in batches of `batch_size`, checks each row, and writes down the order. */
static void deal_epoch(Batcher *batcher, uint64_t epoch, int batch_size, int *order) {
  int rows = batcher->part->rows, dealt = 0;
  Batch batch;
  batcher_start_epoch(batcher, epoch);
  while (batcher_next(batcher, batch_size, &batch)) {
    assert_int_equal(batch.rows, rows - dealt < batch_size ? rows - dealt : batch_size);
    for (int i = 0; i < batch.rows; i++) {
      int row = (int)batch.order[i];
      assert_true(batch.labels ? batch.labels[i] == row : batch.targets[i] == -(float)row);
      order[dealt++] = row;
    }
  }
  assert_int_equal(dealt, rows);
  assert_false(batcher_next(batcher, batch_size, &batch));
}

static void check_each_row_once(const int *order, int rows) {
  bool seen[256] = {false};
  for (int i = 0; i < rows; i++) {
    assert_in_range(order[i], 0, rows - 1);
    assert_false(seen[order[i]]);
    seen[order[i]] = true;
  }
}

static void every_row_is_dealt_once_an_epoch(void **state) {
  static const int sizes[] = {1, 2, 7, 32, 99, 100, 101, 5000};
  for (int regression = 0; regression < 2; regression++) {
    Part part = make_part(*state, 100, regression);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      Batcher batcher;
      batcher_create(&batcher, *state, &part, sizes[s], 1);
      for (uint64_t epoch = 0; epoch < 3; epoch++) {
        int order[100];
        deal_epoch(&batcher, epoch, sizes[s], order);
        check_each_row_once(order, 100);
      }
    }
  }
}

static void a_batch_has_labels_or_targets(void **state) {
  Part classes = make_part(*state, 5, false), numbers = make_part(*state, 5, true);
  Batcher batcher;
  Batch batch;
  batcher_create(&batcher, *state, &classes, 2, 1);
  batcher_start_epoch(&batcher, 0);
  assert_true(batcher_next(&batcher, 2, &batch));
  assert_true(batch.labels && !batch.targets);
  batcher_create(&batcher, *state, &numbers, 2, 1);
  batcher_start_epoch(&batcher, 0);
  assert_true(batcher_next(&batcher, 2, &batch));
  assert_true(!batch.labels && batch.targets);
}

static void nothing_is_dealt_before_an_epoch_begins(void **state) {
  Part part = make_part(*state, 5, false);
  Batcher batcher;
  Batch batch;
  batcher_create(&batcher, *state, &part, 2, 1);
  assert_false(batcher_next(&batcher, 2, &batch));
}

static void the_order_depends_on_seed_and_epoch_alone(void **state) {
  enum { ROWS = 200 };
  Part part = make_part(*state, ROWS, false);
  Batcher batcher, other, reseeded;
  int first[ROWS], again[ROWS], next[ROWS], small[ROWS], seed_2[ROWS];
  batcher_create(&batcher, *state, &part, 64, 1);
  batcher_create(&other, *state, &part, 7, 1);
  batcher_create(&reseeded, *state, &part, 64, 2);
  deal_epoch(&batcher, 5, 64, first);
  deal_epoch(&batcher, 6, 64, next);
  deal_epoch(&batcher, 5, 33, again); /* after other epochs, in other batches */
  deal_epoch(&other, 5, 7, small);    /* at once, in another batcher */
  deal_epoch(&reseeded, 5, 64, seed_2);
  assert_memory_equal(first, again, sizeof first);
  assert_memory_equal(first, small, sizeof first);
  assert_memory_not_equal(first, next, sizeof first);
  assert_memory_not_equal(first, seed_2, sizeof first);
}

static void the_batch_size_may_change_within_an_epoch(void **state) {
  enum { ROWS = 100 };
  static const int sizes[] = {32, 1, 50, 7, 64}, expected[] = {32, 1, 50, 7, 10};
  Part part = make_part(*state, ROWS, false);
  Batcher batcher;
  int whole[ROWS], dealt = 0;
  batcher_create(&batcher, *state, &part, 64, 1);
  deal_epoch(&batcher, 3, 64, whole);
  batcher_start_epoch(&batcher, 3);
  for (int b = 0; b < 5; b++) {
    Batch batch;
    assert_true(batcher_next(&batcher, sizes[b], &batch));
    assert_int_equal(batch.rows, expected[b]);
    for (int i = 0; i < batch.rows; i++) {
      assert_int_equal(batch.labels[i], whole[dealt++]);
    }
  }
  Batch batch;
  assert_false(batcher_next(&batcher, 64, &batch));
  assert_int_equal(dealt, ROWS);
}

static void an_epoch_can_be_left_early(void **state) {
  Part part = make_part(*state, 50, false);
  Batcher batcher;
  Batch batch;
  int order[50], fresh[50];
  batcher_create(&batcher, *state, &part, 8, 1);
  deal_epoch(&batcher, 1, 8, fresh);
  batcher_start_epoch(&batcher, 0);
  assert_true(batcher_next(&batcher, 8, &batch));
  deal_epoch(&batcher, 1, 8, order);
  assert_memory_equal(order, fresh, sizeof order);
}

static void dealing_takes_no_memory(void **state) {
  Part part = make_part(*state, 100, false);
  Batcher batcher;
  batcher_create(&batcher, *state, &part, 16, 1);
  Arena before = *(Arena *)*state;
  const char *mark = arena_alloc(*state, 1, 1, 1);
  int order[100];
  for (uint64_t epoch = 0; epoch < 10; epoch++) {
    deal_epoch(&batcher, epoch, 16, order);
  }
  const char *after = arena_alloc(*state, 1, 1, 1);
  assert_ptr_equal(after, mark + 1);
  assert_ptr_equal(before.head, ((Arena *)*state)->head);
}

static void ask_for_more_than_there_is_room_for(void) {
  Arena arena;
  arena_init(&arena, 0);
  Part part = make_part(&arena, 50, false);
  Batcher batcher;
  Batch batch;
  batcher_create(&batcher, &arena, &part, 8, 1);
  batcher_start_epoch(&batcher, 0);
  (void)batcher_next(&batcher, 9, &batch);
}

static void a_batch_over_the_room_is_a_broken_promise(void **state) {
  (void)state;
  Death death = death_of(ask_for_more_than_there_is_room_for);
  assert_int_equal(death.signal, SIGABRT);
  assert_non_null(strstr(death.text, "rows <= batcher->max_batch does not hold"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_row_is_dealt_once_an_epoch, setup, teardown),
      cmocka_unit_test_setup_teardown(a_batch_has_labels_or_targets, setup, teardown),
      cmocka_unit_test_setup_teardown(nothing_is_dealt_before_an_epoch_begins, setup, teardown),
      cmocka_unit_test_setup_teardown(the_order_depends_on_seed_and_epoch_alone, setup, teardown),
      cmocka_unit_test_setup_teardown(the_batch_size_may_change_within_an_epoch, setup, teardown),
      cmocka_unit_test_setup_teardown(an_epoch_can_be_left_early, setup, teardown),
      cmocka_unit_test_setup_teardown(dealing_takes_no_memory, setup, teardown),
      cmocka_unit_test_setup_teardown(a_batch_over_the_room_is_a_broken_promise, setup, teardown),
  };
  return cmocka_run_group_tests_name("batcher", tests, NULL, NULL);
}
