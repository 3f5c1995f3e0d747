/* A training step allocates nothing: every call of the allocator is counted while steps, evaluations and the edits that
 * need no memory are made, by one thread and by several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/simd.h"
#include "train/snapshot.h"
#include "train_fixture.h"

static atomic_long calls;

#if defined(__GLIBC__) && !defined(SIMD_SANITIZED) /* a sanitizer has an allocator of its own */
#define COUNTED 1
/* NOLINTBEGIN: the allocator's own names, which it keeps for this purpose */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  atomic_fetch_add(&calls, 1);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  atomic_fetch_add(&calls, 1);
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  atomic_fetch_add(&calls, 1);
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  atomic_fetch_add(&calls, 1);
  return __libc_memalign(alignment, size);
}
/* NOLINTEND */
#else
#define COUNTED 0
#endif

/* Makes a whole run; returns how often memory was asked for from the first step to the last. */
static long calls_of_run(const Experiment *experiment, int threads) {
  Setup setup;
  Error err = {0};
  setup_init(&setup, threads);
  assert_int_equal(setup_load(&setup, experiment, "datasets", &err), STATUS_OK);
  Snapshots pool;
  snapshots_init(&pool);
  snapshots_begin(&pool, setup.trainer);
  long before = atomic_load(&calls);
  (void)run_epoch(setup.trainer);
  snapshots_keep(&pool, setup.trainer, 0.0);
  (void)edit(setup.trainer, PARAM_DROPOUT, 0, 0.5);
  (void)edit(setup.trainer, PARAM_BATCH_NORM, 1, 0.0);
  (void)edit(setup.trainer, PARAM_BATCH_NORM, 1, 1.0);
  (void)edit(setup.trainer, PARAM_LEARNING_RATE, 0, 0.002);
  (void)edit(setup.trainer, PARAM_BATCH_SIZE, 0, 17.0);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  snapshots_return(&pool, setup.trainer, snapshots_find(&pool, 1));
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  long after = atomic_load(&calls);
  snapshots_deinit(&pool);
  setup_deinit(&setup);
  return after - before;
}

static void test_the_count_counts(void **state) {
  (void)state;
  if (!COUNTED) {
    skip();
  }
  long before = atomic_load(&calls);
  free(malloc(1));
  free(calloc(1, 1));
  free(aligned_alloc(64, 64));
  assert_int_equal(atomic_load(&calls) - before, 3);
  Arena arena;
  arena_init(&arena, 0);
  (void)arena_floats(&arena, 100000);
  assert_true(atomic_load(&calls) - before > 3);
  arena_deinit(&arena);
}

static void test_steps_allocate_nothing(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.evaluate_train = true;
  experiment.train.early_stopping =
      (StopSpec){.on = true, .monitor = MONITOR_VAL_LOSS, .patience = 10, .restore_best = true};
  for (int kind = 0; kind < OPTIMIZER_COUNT; kind++) {
    experiment.train.optimizer.kind = (OptimizerKind)kind;
    experiment.train.optimizer.clipnorm = kind == OPTIMIZER_SGD ? 1.0 : 0.0;
    experiment.net.l2 = kind == OPTIMIZER_RMSPROP ? 0.001 : 0.0;
    assert_int_equal(calls_of_run(&experiment, 1), 0);
    assert_int_equal(calls_of_run(&experiment, 3), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_count_counts),
      cmocka_unit_test(test_steps_allocate_nothing),
  };
  return cmocka_run_group_tests_name("allocation", tests, NULL, NULL);
}
