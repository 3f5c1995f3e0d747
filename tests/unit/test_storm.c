/* The thread under load: whatever is asked of it and however fast, nothing is lost and it ends when it is told to. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rng.h"
#include "math/mat.h"
#include "worker_log.h"

enum { RING = 1024, MAILBOX = 64 };

/* Progress and events leave under one lock, and each event before the progress that shows what it tells: once all
 * events are read, progress must show nothing that none of them told. */
static void check_nothing_is_lost(Log *log) {
  const Progress *progress = &log->progress;
  read_all(log);
  if (progress->run != log->run || progress->state == RUN_LOADING) {
    return; /* a run that is still being loaded */
  }
  bool over = progress->state == RUN_FINISHED || progress->state == RUN_STOPPED || progress->state == RUN_DIVERGED;
  assert_true(log->over || !over);
  assert_true(progress->epoch <= log->last_epoch + 1);
  assert_true(!progress->look.known || progress->look.epoch <= progress->look.asked);
  if (progress->step > log->edited) { /* otherwise progress may be older than the edit */
    assert_int_equal(progress->parameters, log->parameters);
  }
}

static Experiment storm_experiment(void) {
  Experiment experiment = small_experiment();
  experiment.data.rows = 60;
  experiment.net.hidden = 2;
  experiment.net.layers[0].units = 4;
  experiment.net.layers[1] = experiment.net.layers[0];
  experiment.train.epochs = 50;
  return experiment;
}

static Command random_command(Rng *rng) {
  static const CommandKind kinds[] = {COMMAND_START, COMMAND_PAUSE, COMMAND_STEP_BATCH, COMMAND_STEP_EPOCH};
  uint32_t roll = rng_below(rng, 1000);
  Command command = {.kind = COMMAND_SET, .layer = -1};
  if (roll < 300) {
    command.param = PARAM_DROPOUT;
    command.layer = (int)rng_below(rng, 2);
    command.value = 0.05 * rng_below(rng, 20);
  } else if (roll < 400) {
    command.param = PARAM_BATCH_NORM;
    command.layer = (int)rng_below(rng, 2);
    command.value = rng_below(rng, 2);
  } else if (roll < 500) {
    command.param = PARAM_BATCH_SIZE;
    command.value = 1 + rng_below(rng, 64);
  } else if (roll < 550) {
    command.kind = roll < 545 ? COMMAND_LOOK : COMMAND_FORK;
    command.epoch = (int)rng_below(rng, 55);
    command.experiment = storm_experiment();
    command.experiment.net.layers[0].dropout = 0.05 * rng_below(rng, 20);
    command.experiment.net.layers[1].batch_norm = rng_below(rng, 2) == 1;
  } else {
    command.kind = roll < 995 ? kinds[rng_below(rng, 4)] : roll < 998 ? COMMAND_RESTART : COMMAND_STOP;
  }
  return command;
}

/* 10^5 random commands, read now and then: no event is lost, whatever the thread is doing; note() and
 * check_nothing_is_lost() see to it. */
static void test_storm(void **state) {
  (void)state;
  enum { COMMANDS = 100000 };
  Experiment experiment = storm_experiment();
  Log *log = log_open(&experiment);
  Rng rng = rng_start((RngKey){.seed = 1, .purpose = RNG_TEST});
  for (int i = 0; i < COMMANDS; i++) {
    post(log, random_command(&rng));
    if (i % 20 == 0) {
      check_nothing_is_lost(log);
    }
  }
  post_kind(log, COMMAND_PAUSE);
  int runs = log->run;
  post_kind(log, COMMAND_RESTART);
  while (log->run <= runs) {
    wait_wake(log);
  }
  assert_int_equal(log->failed, 0);
  assert_true(log->edits > 1000 && log->ended > 20 && log->epochs > 1000 && log->forked > 100);
  post_kind(log, COMMAND_START);
  log_close(log);
}

/* Reads progress alone until the worker stands still: nobody makes room for its next event. */
static void fill_ring(Log *log) {
  Event none;
  struct pollfd fd = {.fd = worker_wake_fd(log->worker), .events = POLLIN};
  while (poll(&fd, 1, 500) == 1) {
    assert_int_equal(worker_read(log->worker, &log->progress, &none, 0), 0);
  }
}

/* A reader that never reads fills the ring: the worker waits, loses nothing, and still ends when it is told to. */
static void test_ends_with_a_full_ring(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  experiment.data.rows = 60;
  experiment.net.layers[0].units = 2;
  experiment.train.epochs = 100000;
  Log *log = log_open(&experiment);
  post_kind(log, COMMAND_START);
  fill_ring(log);
  Event *events = calloc(RING, sizeof *events);
  assert_int_equal(worker_read(log->worker, &log->progress, events, RING), RING);
  for (int i = 0; i < RING; i++) {
    note(log, &events[i]);
  }
  free(events);
  while (log->epochs < 2 * RING) { /* note() checks that each epoch follows the one before */
    wait_wake(log);
  }
  fill_ring(log);
  (void)alarm(20);
  log_close(log);
  (void)alarm(0);
}

/* Who was refused because the mailbox is full is woken when there is room. A pause in a run that is ready brings no
 * wake of its own. */
static void test_a_full_mailbox_wakes_the_reader(void **state) {
  (void)state;
  Experiment experiment = small_experiment();
  Command pause = {.kind = COMMAND_PAUSE};
  Log *log = log_open(&experiment);
  wait_state(log, RUN_READY);
  struct pollfd fd = {.fd = worker_wake_fd(log->worker), .events = POLLIN};
  for (int full = 0; full < 20;) {
    int posted = 0;
    while (posted <= 100 * MAILBOX && worker_post(log->worker, &pause)) {
      posted++;
    }
    if (posted <= 100 * MAILBOX) { /* otherwise it took them as fast as they came */
      assert_int_equal(poll(&fd, 1, 2000), 1);
      full++;
    }
    while (poll(&fd, 1, 20) == 1) { /* until it has taken all */
      read_all(log);
    }
  }
  log_close(log);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_storm),
      cmocka_unit_test(test_ends_with_a_full_ring),
      cmocka_unit_test(test_a_full_mailbox_wakes_the_reader),
  };
  return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
