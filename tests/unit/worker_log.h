/* worker_log: a worker, and everything that comes out of it, checked as it comes: runs, epochs and edits must follow
 * each other. Include after cmocka.h. */
#ifndef NNLAB_TESTS_WORKER_LOG_H
#define NNLAB_TESTS_WORKER_LOG_H

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "train/worker.h"

enum { DEADLINE_MS = 60000, MAX_EVENTS = 64, MAX_EDITS = 4096, MAX_FORK_EPOCH = 64 };

static inline Experiment small_experiment(void) {
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
  int epochs, loaded, forked, ended, edits, refused, failed, unloaded;
  /* of the latest run: */
  int run;
  int last_epoch;                           /* -1 = none: each must follow the one before */
  bool over;                                /* it has ended: once */
  int64_t edited;                           /* the step of its latest edit; -1 = none */
  int64_t parameters;                       /* as its edits left it */
  int64_t parameters_after[MAX_FORK_EPOCH]; /* so many epochs */
  Fork fork;
  double in_use[PARAM_COUNT][2]; /* what the latest edit made of it; not a number = not edited yet */
  double val_losses;             /* their sum over its epochs */
  Ended end;
  Loaded data;
  EpochReport epoch;
  Edit edit[MAX_EDITS];
  char text[512];
} Log;

static inline void note_loaded(Log *log, const Event *event) {
  assert_int_equal(event->run, log->run + 1);
  log->run = event->run;
  log->data = event->loaded;
  log->last_epoch = -1;
  log->over = false;
  log->val_losses = 0.0;
  log->edited = -1;
  log->parameters = log->parameters_after[0] = event->loaded.parameters;
  for (int i = 0; i < 2 * PARAM_COUNT; i++) {
    log->in_use[i / 2][i % 2] = (double)NAN;
  }
  log->loaded++;
}

/* The run goes on from an epoch of the one before, as it was then. */
static inline void note_forked(Log *log, const Event *event) {
  const Fork *fork = &event->fork;
  assert_int_equal(event->run, log->run + 1);
  assert_int_equal(fork->parent, log->run);
  assert_true(fork->epoch >= 0 && fork->epoch <= log->last_epoch + 1 && fork->epoch < MAX_FORK_EPOCH);
  log->run = event->run;
  log->last_epoch = fork->epoch - 1;
  log->over = false;
  log->edited = fork->step;
  log->parameters = log->parameters_after[fork->epoch];
  for (int i = 0; i < 2 * PARAM_COUNT; i++) {
    log->in_use[i / 2][i % 2] = (double)NAN;
  }
  log->fork = *fork;
  log->forked++;
}

/* Every edit goes on from where the one before left the setting. */
static inline void note_edit(Log *log, const Edit *edit) {
  assert_true(edit->layer < 2 && edit->step >= log->edited);
  double *in_use = &log->in_use[edit->param][edit->layer > 0];
  if (!isnan(*in_use)) {
    assert_near(edit->old_value, *in_use, 0.0);
  }
  *in_use = edit->new_value;
  log->edited = edit->step;
  if (edit->param == PARAM_BATCH_NORM) { /* in networks whose layers have 4 units: the storm's */
    log->parameters += edit->new_value > 0.0 ? 8 : -8;
  }
  log->edit[log->edits++ % MAX_EDITS] = *edit;
}

static inline void note(Log *log, const Event *event) {
  if (event->kind != EVENT_LOADED && event->kind != EVENT_FORKED && event->kind != EVENT_FAILED &&
      event->kind != EVENT_UNLOADED) {
    assert_int_equal(event->run, log->run);
  }
  switch (event->kind) {
    case EVENT_LOADED:
      note_loaded(log, event);
      break;
    case EVENT_FORKED:
      note_forked(log, event);
      break;
    case EVENT_EPOCH:
      assert_false(log->over);
      assert_int_equal(event->epoch.epoch, log->last_epoch + 1);
      log->last_epoch++;
      log->epoch = event->epoch;
      if (log->last_epoch + 1 < MAX_FORK_EPOCH) {
        log->parameters_after[log->last_epoch + 1] = log->parameters;
      }
      log->val_losses += event->epoch.val.loss;
      log->epochs++;
      break;
    case EVENT_EDIT:
      assert_false(log->over);
      note_edit(log, &event->edit);
      break;
    case EVENT_REFUSED:
      log->refused++;
      strcpy(log->text, event->text);
      break;
    case EVENT_ENDED:
      assert_false(log->over);
      log->over = true;
      log->end = event->ended;
      log->ended++;
      break;
    case EVENT_FAILED:
      log->run = event->run;
      log->failed++;
      strcpy(log->text, event->text);
      break;
    case EVENT_UNLOADED:
      log->run = event->run;
      log->unloaded++;
      break;
    default:
      fail_msg("an event of no kind");
  }
}

static inline void read_all(Log *log) {
  static Event events[MAX_EVENTS];
  int count;
  do {
    count = worker_read(log->worker, &log->progress, events, MAX_EVENTS);
    for (int i = 0; i < count; i++) {
      note(log, &events[i]);
    }
  } while (count == MAX_EVENTS);
}

static inline void wait_wake(Log *log) {
  struct pollfd fd = {.fd = worker_wake_fd(log->worker), .events = POLLIN};
  if (poll(&fd, 1, DEADLINE_MS) != 1) {
    fail_msg("nothing came from the worker (state %s)", RUN_STATE_NAMES[log->progress.state]);
  }
  read_all(log);
}

static inline void wait_state(Log *log, RunState state) {
  while (log->progress.state != state) {
    wait_wake(log);
  }
}

static inline void post(Log *log, Command command) {
  while (!worker_post(log->worker, &command)) {
    wait_wake(log); /* the mailbox is full: the worker is taking from it */
  }
}

static inline void post_kind(Log *log, CommandKind kind) { post(log, (Command){.kind = kind}); }

static inline void post_set(Log *log, ParamId param, int layer, double value) {
  post(log, (Command){.kind = COMMAND_SET, .param = param, .layer = layer, .value = value});
}

static inline Log *log_open(const Experiment *experiment) {
  Error err = {0};
  Log *log = calloc(1, sizeof *log);
  log->last_epoch = -1;
  assert_int_equal(worker_open(&log->worker, "datasets", 0, &err), STATUS_OK);
  post(log, (Command){.kind = COMMAND_LOAD, .experiment = *experiment});
  return log;
}

static inline void log_close(Log *log) {
  worker_close(log->worker);
  free(log);
}

#endif
