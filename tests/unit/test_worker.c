/* The thread around the trainer: what the screen sees must be what a run without a screen gives, whatever is asked of
 * it and however fast. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "math/mat.h"
#include "near.h"
#include "train/setup.h"
#include "train/worker.h"

enum { DEADLINE_MS = 60000, MAX_EVENTS = 64, MAX_EDITS = 4096 };

static Experiment small_experiment(void) {
  Experiment experiment = experiment_default();
  experiment.data.rows = 200;
  experiment.net.layers[0].units = 16;
  experiment.net.layers[0].dropout = 0.2;
  experiment.train.epochs = 5;
  return experiment;
}

/* Everything that came out of a worker, in order. */
typedef struct Log {
  Worker *worker;
  Progress progress;
  int epochs, loaded, ended, edits, refused, failed;
  int run;        /* of the latest EVENT_LOADED */
  int last_epoch; /* of that run; -1 = none: each must follow the one before */
  Ended end;
  Loaded data;
  EpochReport epoch;
  Edit edit[MAX_EDITS];
  char text[512];
} Log;

static void note(Log *log, const Event *event) {
  switch (event->kind) {
    case EVENT_LOADED:
      assert_true(event->run > log->run);
      log->run = event->run;
      log->data = event->loaded;
      log->last_epoch = -1;
      log->loaded++;
      break;
    case EVENT_EPOCH:
      assert_int_equal(event->run, log->run);
      assert_int_equal(event->epoch.epoch, log->last_epoch + 1);
      log->last_epoch++;
      log->epoch = event->epoch;
      log->epochs++;
      break;
    case EVENT_EDIT:
      log->edit[log->edits % MAX_EDITS] = event->edit;
      log->edits++;
      break;
    case EVENT_REFUSED:
      log->refused++;
      strcpy(log->text, event->text);
      break;
    case EVENT_ENDED:
      log->end = event->ended;
      log->ended++;
      break;
    case EVENT_FAILED:
      log->failed++;
      strcpy(log->text, event->text);
      break;
    default:
      fail_msg("an event of no kind");
  }
}

static void read_all(Log *log) {
  static Event events[MAX_EVENTS];
  int count;
  do {
    count = worker_read(log->worker, &log->progress, events, MAX_EVENTS);
    for (int i = 0; i < count; i++) {
      note(log, &events[i]);
    }
  } while (count == MAX_EVENTS);
}

static void wait_wake(Log *log) {
  struct pollfd fd = {.fd = worker_wake_fd(log->worker), .events = POLLIN};
  if (poll(&fd, 1, DEADLINE_MS) != 1) {
    fail_msg("nothing came from the worker (state %s)", RUN_STATE_NAMES[log->progress.state]);
  }
  read_all(log);
}

static void wait_state(Log *log, RunState state) {
  while (log->progress.state != state) {
    wait_wake(log);
  }
}

static void post(Log *log, Command command) {
  while (!worker_post(log->worker, &command)) {
    wait_wake(log); /* the mailbox is full: the worker is taking from it */
  }
}

static void post_kind(Log *log, CommandKind kind) { post(log, (Command){.kind = kind}); }

static void post_set(Log *log, ParamId param, int layer, double value) {
  post(log, (Command){.kind = COMMAND_SET, .param = param, .layer = layer, .value = value});
}

static Log *log_open(const Experiment *experiment) {
  Error err = {0};
  Log *log = calloc(1, sizeof *log);
  log->last_epoch = -1;
  assert_int_equal(worker_open(&log->worker, "datasets", &err), STATUS_OK);
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = *experiment});
  return log;
}

static void log_close(Log *log) {
  worker_close(log->worker);
  free(log);
}

/* The digest without a worker, with one edit before `step` if `param` is given. */
static uint64_t plain_digest(const Experiment *experiment, int64_t step, const Command *set) {
  Setup setup;
  Error err = {0};
  Ended ended;
  setup_init(&setup);
  assert_int_equal(setup_load(&setup, experiment, "datasets", &err), STATUS_OK);
  StepResult result = STEP_MORE;
  bool edited = !set;
  while (result != STEP_DONE && result != STEP_DIVERGED) {
    if (!edited && setup.trainer->step == step && setup.trainer->phase == PHASE_BATCHES) {
      Edit edit;
      assert_int_equal(trainer_edit(setup.trainer, set->param, set->layer, set->value, &edit, &err), STATUS_OK);
      edited = true;
    }
    result = trainer_step(setup.trainer);
  }
  trainer_end(setup.trainer, RUN_FINISHED, &ended);
  setup_deinit(&setup);
  return ended.digest;
}

static void test_runs_to_the_end(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  assert_int_equal(log->loaded, 1);
  assert_int_equal(log->epochs, 0);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->epochs, 5);
  assert_int_equal(log->ended, 1);
  assert_int_equal(log->progress.epoch, 5);
  assert_true(log->end.digest == plain_digest(&experiment, 0, NULL));
  log_close(log);
}

static void test_pausing_changes_nothing(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 20;
  Log *log = log_open(&experiment);
  for (int i = 0; i < 30; i++) {
    post_kind(log, i % 3 == 0 ? COMMAND_START : i % 3 == 1 ? COMMAND_PAUSE : COMMAND_STEP_BATCH);
    if (i % 3 == 2) {
      wait_wake(log);
    }
  }
  post_kind(log, COMMAND_STEP_EPOCH);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->epochs, 20);
  assert_true(log->end.digest == plain_digest(&experiment, 0, NULL));
  log_close(log);
}

static void test_steps(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  int batches = log->data.batches;
  for (int64_t step = 1; step <= batches; step++) {
    post_kind(log, COMMAND_STEP_BATCH);
    while (log->progress.state != RUN_PAUSED || log->progress.step < step) {
      wait_wake(log);
    }
    assert_int_equal(log->progress.step, step);
  }
  assert_int_equal(log->epochs, 1); /* the evaluation belongs to the epoch's last batch */
  post_kind(log, COMMAND_STEP_EPOCH);
  while (log->epochs < 2 || log->progress.state != RUN_PAUSED) {
    wait_wake(log);
  }
  assert_int_equal(log->progress.step, 2 * batches);
  log_close(log);
}

static void test_an_edit_equals_a_paused_edit(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Command set = {.kind = COMMAND_SET, .param = PARAM_BATCH_NORM, .layer = 0, .value = 1.0};
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  for (int64_t step = 1; step <= 7; step++) {
    post_kind(log, COMMAND_STEP_BATCH);
  }
  post(log, set);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 1);
  assert_int_equal(log->edit[0].step, 7);
  assert_true(log->end.digest == plain_digest(&experiment, 7, &set));
  log_close(log);
}

/* An edit that arrives while the network trains is recorded with the step at which it acted: replaying it there gives
 * the same bits. */
static void test_a_live_edit_can_be_replayed(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 400;
  Command set = {.kind = COMMAND_SET, .param = PARAM_DROPOUT, .layer = 0, .value = 0.5};
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  while (log->epochs < 3) {
    wait_wake(log);
  }
  post(log, set);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 1);
  assert_true(log->edit[0].step > 0);
  assert_true(log->end.digest == plain_digest(&experiment, log->edit[0].step, &set));
  log_close(log);
}

/* Before the first step a setting belongs to the run's start: no edit, and the same bits as if it had been so. */
static void test_a_setting_before_the_start_is_no_edit(void **state) {
  (void)state;
  Experiment experiment = small_experiment(), wanted = experiment;
  wanted.net.layers[0].batch_norm = true;
  wanted.net.layers[0].units = 20;
  Log *log = log_open(&experiment);
  post_set(log, PARAM_BATCH_NORM, 0, 1.0);
  post_set(log, PARAM_UNITS, 0, 20.0);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->edits, 0);
  assert_int_equal(log->refused, 0);
  assert_true(log->end.digest == plain_digest(&wanted, 0, NULL));
  log_close(log);
}

static void test_restart_takes_what_waited(void **state) {
  (void)state;
  Experiment experiment = small_experiment(), wanted = experiment;
  wanted.data.label_noise = 0.2;
  wanted.train.seed++;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_STEP_EPOCH);
  while (log->epochs < 1) {
    wait_wake(log);
  }
  post_set(log, PARAM_LABEL_NOISE, 0, 0.2);
  post_set(log, PARAM_SEED, 0, wanted.train.seed);
  post_kind(log, COMMAND_RESTART);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  assert_int_equal(log->run, 2);
  assert_true(log->data.flipped_labels > 0);
  assert_true(log->end.digest == plain_digest(&wanted, 0, NULL));
  log_close(log);
}

static void test_stop_keeps_results(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.epochs = 100000;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  while (log->epochs < 2) {
    wait_wake(log);
  }
  post_kind(log, COMMAND_STOP);
  wait_state(log, RUN_STOPPED);
  assert_int_equal(log->end.outcome, RUN_STOPPED);
  assert_true(log->end.test.loss > 0.0 && log->end.epochs >= 2);
  post_kind(log, COMMAND_START);
  while (log->refused < 1) {
    wait_wake(log);
  }
  assert_string_equal(log->text, "the run is over: restart it to train again");
  log_close(log);
}

static void test_what_cannot_be_loaded(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  strcpy(experiment.data.source, "digit");
  Log *log = log_open(&experiment);
  wait_state(log, RUN_FAILED);
  assert_int_equal(log->failed, 1);
  assert_non_null(strstr(log->text, "digits"));
  post_kind(log, COMMAND_START);
  while (log->refused < 1) {
    wait_wake(log);
  }
  experiment = small_experiment();
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = experiment});
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_FINISHED);
  log_close(log);
}

static void test_diverged(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.train.optimizer.kind = OPTIMIZER_SGD;
  experiment.train.optimizer.learning_rate = 100.0;
  experiment.train.epochs = 1000;
  experiment.net.hidden = 4;
  for (int h = 1; h < 4; h++) {
    experiment.net.layers[h] = experiment.net.layers[0];
  }
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  wait_state(log, RUN_DIVERGED);
  assert_int_equal(log->end.outcome, RUN_DIVERGED);
  assert_true(!isfinite(log->end.bad_value));
  log_close(log);
}

/* 10^5 random commands, read now and then: no event is lost (note() checks that epochs follow each other and runs do
 * not go back), every edit is answered, and the thread ends when it is told to, in whatever it is doing. */
static void test_storm(void **state) {
  (void)state;
  enum { COMMANDS = 100000 };
  Experiment experiment = small_experiment();
  experiment.data.rows = 60;
  experiment.net.layers[0].units = 4;
  experiment.train.epochs = 50;
  Log *log = log_open(&experiment);
  Rng rng = rng_start((RngKey){.seed = 1, .purpose = RNG_TEST});
  for (int i = 0; i < COMMANDS; i++) {
    uint32_t roll = rng_below(&rng, 1000);
    if (roll < 300) {
      post_set(log, PARAM_DROPOUT, 0, 0.05 * rng_below(&rng, 20));
    } else if (roll < 400) {
      post_set(log, PARAM_BATCH_NORM, 0, rng_below(&rng, 2));
    } else if (roll < 500) {
      post_set(log, PARAM_BATCH_SIZE, 0, 1 + rng_below(&rng, 64));
    } else if (roll < 995) {
      static const CommandKind kinds[] = {COMMAND_START, COMMAND_PAUSE, COMMAND_STEP_BATCH, COMMAND_STEP_EPOCH};
      post_kind(log, kinds[rng_below(&rng, 4)]);
    } else {
      post_kind(log, roll < 998 ? COMMAND_RESTART : COMMAND_STOP);
    }
    if (roll % 50 == 0) {
      read_all(log);
    }
  }
  post_kind(log, COMMAND_RESTART);
  post_kind(log, COMMAND_PAUSE);
  int runs = log->run;
  post_kind(log, COMMAND_RESTART);
  while (log->run <= runs) {
    wait_wake(log);
  }
  assert_int_equal(log->failed, 0);
  post_kind(log, COMMAND_START);
  log_close(log);
}

/* A reader that never reads fills the ring; the thread must still end at once. */
static void test_ends_with_a_full_ring(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.data.rows = 60;
  experiment.net.layers[0].units = 2;
  experiment.train.epochs = 100000;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  while (log->epochs < 3) {
    wait_wake(log);
  }
  Progress progress = log->progress;
  Event event;
  int64_t before;
  do { /* reads progress, but of the events only one: the ring fills until the worker waits */
    before = progress.step;
    struct pollfd fd = {.fd = worker_wake_fd(log->worker), .events = POLLIN};
    (void)poll(&fd, 1, 200);
    (void)worker_read(log->worker, &progress, &event, 1);
  } while (progress.step > before);
  log_close(log);
}

int main(void) {
  blas_init();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_runs_to_the_end),
      cmocka_unit_test(test_pausing_changes_nothing),
      cmocka_unit_test(test_steps),
      cmocka_unit_test(test_an_edit_equals_a_paused_edit),
      cmocka_unit_test(test_a_live_edit_can_be_replayed),
      cmocka_unit_test(test_a_setting_before_the_start_is_no_edit),
      cmocka_unit_test(test_restart_takes_what_waited),
      cmocka_unit_test(test_stop_keeps_results),
      cmocka_unit_test(test_what_cannot_be_loaded),
      cmocka_unit_test(test_diverged),
      cmocka_unit_test(test_storm),
      cmocka_unit_test(test_ends_with_a_full_ring),
  };
  return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
