/* Snapshots: a trainer that is put back to an epoch gives the bits again that it gave from there on, whatever it is
 * made of and whatever became of it since; and the pool keeps first, best, latest and an even choice of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/order.h"
#include "lab/series.h"
#include "train/snapshot.h"
#include "train_fixture.h"

enum { MAX_EPOCHS = 24, MAX_CHANGES = 8 };

/* An edit before the first batch of which `step` is no more than the trainer's. */
typedef struct Change {
  int64_t step;
  ParamId param;
  int layer;
  double value;
} Change;

typedef struct Story {
  const char *name;
  Experiment experiment;
  int change_count;
  Change changes[MAX_CHANGES];
} Story;

/* What came of a run. */
typedef struct Curve {
  int epochs; /* done */
  EpochReport reports[MAX_EPOCHS];
  StepResult result;
  uint64_t digest; /* before the end, which may restore the best weights */
  Ended ended;
} Curve;

/* --- stories ------------------------------------------------------------------------------------------------------ */

static Story story(const char *name) {
  Story s = {.name = name, .experiment = small_experiment()};
  s.experiment.train.epochs = 6;
  return s;
}

static Story with_optimizer(OptimizerKind kind) {
  Story s = story(OPTIMIZER_NAMES[kind]);
  OptimizerSpec *optimizer = &s.experiment.train.optimizer;
  optimizer->kind = kind;
  optimizer->momentum = kind == OPTIMIZER_SGD || kind == OPTIMIZER_RMSPROP ? 0.9 : 0.0;
  optimizer->nesterov = kind == OPTIMIZER_SGD;
  optimizer->weight_decay = kind == OPTIMIZER_ADAMW ? 0.004 : 0.0;
  optimizer->global_clipnorm = kind == OPTIMIZER_SGD ? 1.0 : 0.0;
  s.experiment.net.l2 = kind == OPTIMIZER_RMSPROP ? 0.001 : 0.0;
  return s;
}

static Story with_schedule(ScheduleKind kind) {
  Story s = story(SCHEDULE_NAMES[kind]);
  ScheduleSpec *schedule = &s.experiment.train.schedule;
  schedule->kind = kind;
  schedule->decay_rate = 0.5;
  schedule->min_delta = 0.2; /* plateau: falls soon, and again */
  schedule->patience = 1;
  schedule->cooldown = 1;
  schedule->factor = 0.5;
  s.experiment.train.epochs = 9;
  return s;
}

static Story with_early_stopping(void) {
  Story s = story("early stopping");
  only_first_epoch_counts(&s.experiment, 4);
  s.change_count = 2; /* the best epoch's layers are not those at the end */
  s.changes[0] = (Change){8, PARAM_BATCH_NORM, 0, 0.0};
  s.changes[1] = (Change){9, PARAM_BN_POSITION, 1, 1.0};
  s.experiment.net.input_dropout = 0.1;
  s.experiment.data.label_noise = 0.3;
  return s;
}

static Story with_regression(void) {
  Story s = story("regression");
  (void)strcpy(s.experiment.data.source, "diabetes");
  s.experiment.net.layers[1].bn_position = BN_BEFORE;
  s.experiment.train.early_stopping = (StopSpec){.on = true, .patience = 30, .restore_best = true};
  return s;
}

/* 8 batches an epoch at first. The large batch takes larger buffers, which stay. */
static Story with_edits(void) {
  Story s = story("edits");
  s.experiment.train.schedule.kind = SCHEDULE_COSINE;
  s.experiment.train.epochs = 7;
  const Change changes[] = {
      {3, PARAM_DROPOUT, 0, 0.6},      {8, PARAM_BATCH_NORM, 1, 0.0},      {11, PARAM_LEARNING_RATE, -1, 0.003},
      {12, PARAM_BATCH_NORM, 0, 0.0},  {14, PARAM_BATCH_SIZE, -1, 300.0},  {16, PARAM_BATCH_SIZE, -1, 17.0},
      {40, PARAM_BN_POSITION, 0, 1.0}, {45, PARAM_INPUT_DROPOUT, -1, 0.2},
  };
  s.change_count = (int)(sizeof changes / sizeof *changes);
  memcpy(s.changes, changes, sizeof changes);
  return s;
}

/* --- running them ------------------------------------------------------------------------------------------------- */

static void make_changes(const Story *s, Trainer *trainer, int *next) {
  while (trainer->phase == PHASE_BATCHES && *next < s->change_count && s->changes[*next].step <= trainer->step) {
    const Change *change = &s->changes[(*next)++];
    (void)edit(trainer, change->param, change->layer, change->value);
  }
}

/* Trains to the end; `pool` keeps each epoch. */
static Curve train_on(const Story *s, Trainer *trainer, Snapshots *pool) {
  Curve curve = {.result = STEP_MORE};
  int next = 0;
  while (next < s->change_count && s->changes[next].step < trainer->step) {
    next++; /* is in the snapshot */
  }
  while (curve.result < STEP_DONE) {
    make_changes(s, trainer, &next);
    curve.result = trainer_step(trainer);
    if (curve.result == STEP_EPOCH || curve.result == STEP_DONE) {
      curve.reports[trainer->report.epoch] = trainer->report;
      snapshots_keep(pool, trainer, trainer->epoch);
    }
  }
  curve.epochs = trainer->epoch;
  curve.digest = trainer_digest(trainer);
  trainer_end(trainer, RUN_FINISHED, &curve.ended);
  return curve;
}

static void expect_same_metrics(const Metrics *a, const Metrics *b) {
  assert_memory_equal(a, b, sizeof *a); /* bits: a not measured one is the same not a number */
}

static void expect_same_from(const Curve *parent, const Curve *fork, int epoch) {
  assert_int_equal(fork->epochs, parent->epochs);
  assert_int_equal(fork->result, parent->result);
  for (int e = epoch; e < parent->epochs; e++) {
    const EpochReport *a = &parent->reports[e], *b = &fork->reports[e];
    assert_int_equal(b->epoch, e);
    assert_int_equal(b->step, a->step);
    expect_same_metrics(&b->train, &a->train);
    expect_same_metrics(&b->train_eval, &a->train_eval);
    expect_same_metrics(&b->val, &a->val);
    assert_memory_equal(&b->learning_rate, &a->learning_rate, sizeof a->learning_rate);
  }
  assert_true(fork->digest == parent->digest && fork->ended.digest == parent->ended.digest);
  expect_same_metrics(&fork->ended.test, &parent->ended.test);
  assert_int_equal(fork->ended.best_epoch, parent->ended.best_epoch);
  assert_int_equal(fork->ended.early, parent->ended.early);
  assert_int_equal(fork->ended.restored, parent->ended.restored);
}

/* From each epoch, the last ones first: a return forgets what came after. */
static void expect_returns(const Story *s) {
  Setup setup;
  Snapshots pool;
  print_message("%s\n", s->name);
  load(&setup, &s->experiment);
  snapshots_init(&pool);
  snapshots_begin(&pool, setup.trainer);
  Curve parent = train_on(s, setup.trainer, &pool);
  for (int epoch = parent.epochs - 1; epoch >= 0; epoch--) {
    const Snapshot *snapshot = snapshots_find(&pool, epoch);
    assert_int_equal(snapshot->epoch, epoch);
    assert_near(snapshot->seconds, epoch, 0.0);
    snapshots_return(&pool, setup.trainer, snapshot);
    assert_int_equal(snapshots_find(&pool, MAX_EPOCHS)->epoch, epoch);
    Curve fork = train_on(s, setup.trainer, &pool);
    expect_same_from(&parent, &fork, epoch);
  }
  snapshots_deinit(&pool);
  setup_deinit(&setup);
}

static void test_every_optimizer(void **state) {
  (void)state;
  for (int kind = 0; kind < OPTIMIZER_COUNT; kind++) {
    Story s = with_optimizer((OptimizerKind)kind);
    expect_returns(&s);
  }
}

static void test_every_schedule(void **state) {
  (void)state;
  for (int kind = 0; kind < SCHEDULE_COUNT; kind++) {
    Story s = with_schedule((ScheduleKind)kind);
    expect_returns(&s);
  }
}

static void test_callbacks_noise_regression_and_edits(void **state) {
  (void)state;
  Story stories[] = {with_early_stopping(), with_regression(), with_edits()};
  for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
    expect_returns(&stories[i]);
  }
}

/* The best weights are the ones so far, with the layers that they had, whatever the run came to later. */
static void test_ends_where_it_returned_to(void **state) {
  (void)state;
  Story s = story("best so far");
  s.experiment.train.early_stopping = (StopSpec){.on = true, .patience = 30, .restore_best = true};
  Setup setup;
  Snapshots pool;
  Ended expected, ended;
  load(&setup, &s.experiment);
  snapshots_init(&pool);
  snapshots_begin(&pool, setup.trainer);
  assert_int_equal(run_epoch(setup.trainer), STEP_EPOCH);
  snapshots_keep(&pool, setup.trainer, 0.0);
  trainer_end(setup.trainer, RUN_STOPPED, &expected);
  snapshots_return(&pool, setup.trainer, snapshots_find(&pool, 1));
  s.change_count = 1;
  s.changes[0] = (Change){8, PARAM_BATCH_NORM, 0, 0.0};
  Curve curve = train_on(&s, setup.trainer, &pool);
  assert_true(curve.ended.best_epoch > 0 && expected.best_epoch == 0);
  snapshots_return(&pool, setup.trainer, snapshots_find(&pool, 1));
  trainer_end(setup.trainer, RUN_STOPPED, &ended);
  assert_true(ended.digest == expected.digest && ended.restored);
  expect_same_metrics(&ended.test, &expected.test);
  snapshots_deinit(&pool);
  setup_deinit(&setup);
}

/* What is not finite is gone with the epochs that it came from. */
static void test_returns_from_a_divergence(void **state) {
  (void)state;
  Story calm = story("calm"), wild = calm;
  wild.change_count = 1;
  wild.changes[0] = (Change){27, PARAM_LEARNING_RATE, -1, 100.0};
  for (int h = 0; h < 2; h++) {
    calm.experiment.net.layers[h].batch_norm = wild.experiment.net.layers[h].batch_norm = false;
  }
  calm.experiment.train.optimizer.kind = wild.experiment.train.optimizer.kind = OPTIMIZER_SGD;
  Setup setup;
  Snapshots pool;
  load(&setup, &calm.experiment);
  snapshots_init(&pool);
  snapshots_begin(&pool, setup.trainer);
  Curve expected = train_on(&calm, setup.trainer, &pool);
  snapshots_return(&pool, setup.trainer, snapshots_find(&pool, 0));
  Curve diverged = train_on(&wild, setup.trainer, &pool);
  assert_int_equal(diverged.result, STEP_DIVERGED);
  snapshots_return(&pool, setup.trainer, snapshots_find(&pool, 3));
  Curve fork = train_on(&calm, setup.trainer, &pool);
  expect_same_from(&expected, &fork, 3);
  assert_true(fork.ended.bad_step == 0 && fork.ended.bad_layer[0] == '\0');
  snapshots_deinit(&pool);
  setup_deinit(&setup);
}

/* --- the pool ----------------------------------------------------------------------------------------------------- */

static Experiment tiny_experiment(void) {
  Experiment experiment = experiment_default();
  (void)strcpy(experiment.data.source, "moons");
  experiment.data.rows = 60;
  experiment.net.layers[0].units = 4;
  experiment.train.snapshot_memory = 1;
  experiment.train.epochs = 3000;
  return experiment;
}

/* All kept epochs are what they should be; returns their number. */
static int check_kept(const Snapshots *pool, const Trainer *trainer) {
  int best = trainer->stopper.best_epoch + 1, expected = 0;
  for (int epoch = 0; epoch <= trainer->epoch; epoch++) {
    bool kept = epoch % pool->spacing == 0 || epoch == best || epoch == trainer->epoch;
    if (kept) {
      assert_int_equal(snapshots_find(pool, epoch)->epoch, epoch);
      expected++;
    } else {
      assert_true(snapshots_find(pool, epoch)->epoch < epoch);
    }
  }
  assert_int_equal(pool->count, expected);
  return expected;
}

static void test_a_full_pool_is_thinned(void **state) {
  (void)state;
  Setup setup;
  Snapshots pool;
  Experiment experiment = tiny_experiment();
  load(&setup, &experiment);
  snapshots_init(&pool);
  snapshots_begin(&pool, setup.trainer);
  int capacity = pool.capacity;
  assert_true(capacity > 50 && capacity < 300);
  StepResult result = STEP_MORE;
  while (result != STEP_DONE) {
    result = run_epoch(setup.trainer);
    assert_true(result == STEP_EPOCH || result == STEP_DONE);
    snapshots_keep(&pool, setup.trainer, 0.0);
    if (setup.trainer->epoch % 61 == 0 || result == STEP_DONE) {
      int kept = check_kept(&pool, setup.trainer);
      assert_true(kept <= capacity && kept >= smaller(setup.trainer->epoch + 1, capacity / 2 - 2));
    }
  }
  assert_true(pool.spacing >= 8 && pool.capacity == capacity && pool.pool_bytes <= (size_t)1 << 20);
  uint64_t digest = trainer_digest(setup.trainer);
  const Snapshot *early = snapshots_find(&pool, 1000);
  assert_true(early->epoch > 1000 - pool.spacing);
  snapshots_return(&pool, setup.trainer, early);
  assert_int_equal(run_all(setup.trainer), STEP_DONE);
  assert_true(trainer_digest(setup.trainer) == digest);
  snapshots_deinit(&pool);
  setup_deinit(&setup);
}

/* None are kept where three have no room, and as many as a Series has values where more have. */
static void test_the_memory_allowed(void **state) {
  (void)state;
  Setup setup;
  Snapshots pool;
  Experiment experiment = tiny_experiment();
  snapshots_init(&pool);
  const int memory[] = {0, 1, 64}, units[] = {4, 1000, 4};
  for (int i = 0; i < 3; i++) {
    experiment.train.snapshot_memory = memory[i];
    experiment.net.layers[0].units = units[i];
    experiment.net.hidden = i == 1 ? 2 : 1;
    experiment.net.layers[1] = experiment.net.layers[0];
    load(&setup, &experiment);
    snapshots_begin(&pool, setup.trainer);
    assert_int_equal(run_epoch(setup.trainer), STEP_EPOCH);
    snapshots_keep(&pool, setup.trainer, 0.0);
    if (i < 2) {
      assert_null(snapshots_find(&pool, 100));
    } else {
      assert_int_equal(pool.capacity, SERIES_CAPACITY);
      assert_int_equal(snapshots_find(&pool, 100)->epoch, 1);
    }
    setup_deinit(&setup);
  }
  snapshots_deinit(&pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_optimizer),
      cmocka_unit_test(test_every_schedule),
      cmocka_unit_test(test_callbacks_noise_regression_and_edits),
      cmocka_unit_test(test_ends_where_it_returned_to),
      cmocka_unit_test(test_returns_from_a_divergence),
      cmocka_unit_test(test_a_full_pool_is_thinned),
      cmocka_unit_test(test_the_memory_allowed),
  };
  return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
