#include "train/worker.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "train/channel.h"
#include "train/fork.h"
#include "train/pace.h"
#include "train/retrace.h"
#include "train/saver.h"
#include "train/setup.h"

static const double PROGRESS_INTERVAL = 0.016;
static const double LOAD_QUIET = 0.2; /* seconds of loading that a person need not hear of */

/* What the thread does when no command waits. */
typedef enum Mode { MODE_IDLE = 0, MODE_RUN, MODE_EPOCHS } Mode;

/* What the thread alone touches, but for setup.load.stop. */
typedef struct Lab {
  Experiment wanted; /* the settings as they were last set: a restart takes them */
  bool has_experiment;
  const KeptRun *kept; /* what the next run goes on as; NULL: a run of its own */
  Retrace retrace;     /* ... as long as it comes through what was done already */
  int64_t twin;        /* as in the command that asked for the run */
  Setup setup;
  Snapshots snapshots; /* of the run's epochs */
  Look look;
  Mode mode;
  int epochs_due; /* MODE_EPOCHS: how many more epochs, then pause */
  RunState state;
  int run;
  Pace pace;
  double sent_at; /* when progress was last sent */
  double load_began;
} Lab;

struct Worker {
  pthread_t thread;
  const char *datasets;
  Channel channel;
  Saver *saver; /* of the runs' snapshots */
  Lab lab;
};

/* --- what goes out ------------------------------------------------------------------------------------------------ */

static Progress lab_progress(const Lab *lab) {
  Progress progress = {.run = lab->run,
                       .state = lab->state,
                       .train = {(double)NAN, (double)NAN, (double)NAN},
                       .seconds = lab->pace.seconds,
                       .samples_per_second = lab->pace.rate,
                       .seconds_per_epoch = lab->pace.last_epoch_seconds};
  const Trainer *trainer = lab->setup.trainer;
  if (trainer) {
    progress.epoch = trainer->epoch;
    progress.epochs = trainer->experiment.train.epochs;
    progress.batch = trainer->batch;
    progress.batches = trainer_batches(trainer);
    progress.step = trainer->step;
    progress.parameters = net_parameters(trainer->net);
    progress.train = trainer_running(trainer);
    progress.learning_rate = trainer_rate(trainer);
    progress.kept_every = lab->snapshots.capacity > 0 ? lab->snapshots.spacing : 0;
    progress.look = lab->look;
  }
  return progress;
}

static void publish(Worker *worker, const Progress *progress) {
  worker->lab.sent_at = clock_now();
  channel_publish(&worker->channel, progress);
}

static void send_progress(Worker *worker) {
  Lab *lab = &worker->lab;
  pace_take_rate(&lab->pace);
  Progress progress = lab_progress(lab);
  publish(worker, &progress);
}

static void set_state(Worker *worker, RunState state, Mode mode) {
  worker->lab.state = state;
  worker->lab.mode = mode;
  send_progress(worker);
}

static void send_text(Worker *worker, EventKind kind, const char *text) {
  Event event = {.kind = kind, .run = worker->lab.run};
  str_printable(event.text, sizeof event.text, text);
  channel_send(&worker->channel, &event);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static void send_loaded(Worker *worker, const Loaded *loaded) {
  Event event = {.kind = EVENT_LOADED, .run = worker->lab.run, .loaded = *loaded};
  event.loaded.twin = worker->lab.twin;
  channel_send(&worker->channel, &event);
}

/* The listener of setup.load. */
static void tell_loading(void *context) {
  Worker *worker = context;
  Lab *lab = &worker->lab;
  const LoadProgress *load = &lab->setup.load;
  double now = clock_now();
  if (now - lab->load_began < LOAD_QUIET || now - lab->sent_at < PROGRESS_INTERVAL) {
    return;
  }
  Progress progress = lab_progress(lab);
  progress.loading = (Loading){
      .stage = load->stage, .done = (double)load->done, .total = (double)load->total, .seconds = now - lab->load_began};
  str_printable(progress.loading.file, sizeof progress.loading.file, load->path ? file_name(load->path) : "");
  publish(worker, &progress);
}

static void unload(Worker *worker) {
  Event event = {.kind = EVENT_UNLOADED, .run = worker->lab.run};
  setup_forget(&worker->lab.setup);
  channel_send(&worker->channel, &event);
  set_state(worker, RUN_UNLOADED, MODE_IDLE);
}

static void count_run(Lab *lab, double seconds) {
  lab->run++;
  pace_start(&lab->pace, seconds);
  lab->look = (Look){.known = false};
  lab->retrace = (Retrace){.run = NULL};
}

/* --- a run of the history goes on -----------------------------------------------------------------------------------
 */

/* `loaded` stays what the run began with: its edits are told as events. */
static Status resume_run(Lab *lab, const KeptRun *kept, Loaded *loaded, Error *err) {
  Status status = retrace_start(&lab->retrace, lab->setup.trainer, loaded->fingerprint, kept, err);
  loaded->resumes = kept->id;
  loaded->kept_epochs = kept->epoch_count;
  loaded->kept_edits = kept->edit_count;
  for (int e = 0; status == STATUS_OK && e < kept->edit_count; e++) {
    const Edit *edit = &kept->edits[e];
    status = param_set(&lab->wanted, edit->param, edit->layer, edit->new_value, err);
  }
  pace_start(&lab->pace, lab->retrace.seconds);
  if (status != STATUS_OK) { /* a run that is refused must not be trained, neither as this one nor as another */
    setup_forget(&lab->setup);
    lab->retrace = (Retrace){.run = NULL};
  }
  return status;
}

/* --- loading, in the end --------------------------------------------------------------------------------------------
 */

/* Makes a new run of the wanted settings. */
static void begin_run(Worker *worker) {
  Lab *lab = &worker->lab;
  const KeptRun *kept = lab->kept;
  Error err = {0};
  lab->kept = NULL; /* a restart begins a run of its own */
  setup_forget(&lab->setup);
  count_run(lab, 0.0);
  lab->load_began = clock_now();
  set_state(worker, RUN_LOADING, MODE_IDLE);
  Status status = setup_load(&lab->setup, &lab->wanted, worker->datasets, &err);
  Loaded loaded = {.resumes = 0};
  if (status == STATUS_OK) {
    loaded = setup_loaded(&lab->setup);
    status = kept ? resume_run(lab, kept, &loaded, &err) : STATUS_OK;
  }
  if (status == STATUS_OK) {
    snapshots_begin(&lab->snapshots, lab->setup.trainer);
    send_loaded(worker, &loaded);
    if (kept) {
      char words[512];
      channel_send_kept(&worker->channel, lab->run, kept, lab->retrace.start, lab->retrace.edit);
      retrace_words(&lab->retrace, words, sizeof words);
      send_text(worker, EVENT_REFUSED, words);
    }
    set_state(worker, lab->setup.trainer->step > 0 ? RUN_PAUSED : RUN_READY, MODE_IDLE);
  } else if (status == STATUS_STOPPED) {
    unload(worker);
  } else {
    send_text(worker, EVENT_FAILED, err.text);
    set_state(worker, RUN_FAILED, MODE_IDLE);
  }
}

/* --- training ------------------------------------------------------------------------------------------------------
 */

static bool is_over(RunState state) { return state == RUN_FINISHED || state == RUN_STOPPED || state == RUN_DIVERGED; }

static void end_run(Worker *worker, RunState outcome) {
  Lab *lab = &worker->lab;
  Event event = {.kind = EVENT_ENDED, .run = lab->run};
  saver_end(worker->saver, lab->run); /* before the history removes what it has written */
  trainer_end(lab->setup.trainer, outcome, &event.ended);
  event.ended.seconds = lab->pace.seconds;
  channel_send(&worker->channel, &event);
  set_state(worker, outcome, MODE_IDLE);
}

static void send_epoch(Worker *worker) {
  Lab *lab = &worker->lab;
  Event event = {.kind = EVENT_EPOCH, .run = lab->run, .epoch = lab->setup.trainer->report};
  event.epoch.seconds = lab->pace.epoch_seconds;
  pace_end_epoch(&lab->pace);
  channel_send(&worker->channel, &event);
}

/* At most `most` pieces of work; ends sooner when something has come of one, or a command waits. */
static StepResult train_pieces(Worker *worker, int most) {
  Lab *lab = &worker->lab;
  Trainer *trainer = lab->setup.trainer;
  StepResult result;
  int pieces = 0;
  do {
    int row = trainer->batcher.next;
    bool batches = trainer->phase == PHASE_BATCHES;
    result = trainer_step(trainer);
    lab->pace.rows += batches ? trainer->batcher.next - row : 0;
  } while (result == STEP_MORE && ++pieces < most && !atomic_load(&worker->channel.has_mail));
  return result;
}

/* `result`: what becomes of the run where a fork comes again through its parent's end. */
static void follow_epoch(Worker *worker, StepResult *result) {
  Lab *lab = &worker->lab;
  Trainer *trainer = lab->setup.trainer;
  Error err;
  if (retrace_epoch(&lab->retrace, trainer, &err) != STATUS_OK) {
    send_text(worker, EVENT_REFUSED, err.text);
  }
  *result = retrace_goes_on(&lab->retrace, trainer) ? STEP_EPOCH : *result;
  snapshots_keep(&lab->snapshots, trainer, lab->pace.seconds);
  if (*result == STEP_EPOCH) {
    saver_offer(worker->saver, lab->run, trainer, lab->pace.seconds);
  }
}

/* At most `most` pieces of work, and what follows from them. */
static void train_some(Worker *worker, int most) {
  Lab *lab = &worker->lab;
  double start = clock_now();
  StepResult result = train_pieces(worker, retrace_is_on(&lab->retrace) ? 1 : most);
  double now = clock_now();
  pace_add(&lab->pace, now - start);
  if (result == STEP_EPOCH || result == STEP_DONE) {
    send_epoch(worker);
    follow_epoch(worker, &result);
  }
  if (result == STEP_DONE) {
    end_run(worker, RUN_FINISHED);
  } else if (result == STEP_DIVERGED) {
    end_run(worker, RUN_DIVERGED);
  } else if (result == STEP_EPOCH && lab->mode == MODE_EPOCHS && --lab->epochs_due == 0) {
    set_state(worker, RUN_PAUSED, MODE_IDLE);
  } else if (now - lab->sent_at >= PROGRESS_INTERVAL) {
    send_progress(worker);
  }
}

/* --- commands ------------------------------------------------------------------------------------------------------
 */

/* Whether there is a run that can go on; says why not, unless it is what was stopped: the command was for that. */
static bool can_go(Worker *worker) {
  Lab *lab = &worker->lab;
  if (lab->state == RUN_UNLOADED) {
    return false;
  }
  if (!lab->setup.trainer) {
    send_text(worker, EVENT_REFUSED, "nothing is loaded that could be trained");
    return false;
  }
  if (is_over(lab->state)) {
    send_text(worker, EVENT_REFUSED, "the run is over: restart it to train again");
    return false;
  }
  return true;
}

static void command_step_epoch(Worker *worker) {
  Lab *lab = &worker->lab;
  if (can_go(worker)) {
    lab->epochs_due = lab->mode == MODE_EPOCHS ? lab->epochs_due + 1 : 1;
    set_state(worker, RUN_RUNNING, MODE_EPOCHS);
  }
}

/* An evaluation that is under way ends first, undisturbed. */
static void finish_evaluation(Worker *worker) {
  Lab *lab = &worker->lab;
  while (lab->setup.trainer->phase != PHASE_BATCHES && !is_over(lab->state) && !atomic_load(&worker->channel.over)) {
    train_some(worker, 1);
  }
}

static void edit_run(Worker *worker, const Command *command) {
  Lab *lab = &worker->lab;
  Error err;
  Event event = {.kind = EVENT_EDIT, .run = lab->run};
  finish_evaluation(worker);
  if (is_over(lab->state)) {
    return;
  }
  if (trainer_edit(lab->setup.trainer, command->param, command->layer, command->value, &event.edit, &err) !=
      STATUS_OK) {
    send_text(worker, EVENT_REFUSED, err.text);
  } else if (event.edit.new_value != event.edit.old_value) {
    channel_send(&worker->channel, &event);
    send_progress(worker);
    if (trainer_is_done(lab->setup.trainer)) {
      end_run(worker, RUN_FINISHED); /* the epochs are now no more than are done */
    }
  }
}

/* The edits that the run had made before its next step. */
static void follow_edits(Worker *worker) {
  Lab *lab = &worker->lab;
  const Edit *edit;
  while (!is_over(lab->state) && (edit = retrace_next_edit(&lab->retrace, lab->setup.trainer))) {
    edit_run(worker, &(Command){.param = edit->param, .layer = edit->layer, .value = edit->new_value});
  }
}

static void train_on(Worker *worker, int most) {
  follow_edits(worker);
  if (!is_over(worker->lab.state)) {
    train_some(worker, most);
  }
}

/* Done at once, so that a key pressed five times steps five times; the evaluation that follows an epoch's last batch
 * belongs to it. */
static void command_step_batch(Worker *worker) {
  Lab *lab = &worker->lab;
  if (!can_go(worker)) {
    return;
  }
  lab->state = RUN_RUNNING;
  lab->mode = MODE_RUN;
  finish_evaluation(worker);
  train_on(worker, 1);
  finish_evaluation(worker);
  if (!is_over(lab->state)) {
    set_state(worker, RUN_PAUSED, MODE_IDLE);
  }
}

/* A run that is resumed comes to where it was before anything else is made of it, unless something else is loaded. */
static void finish_retrace(Worker *worker) {
  Lab *lab = &worker->lab;
  while (lab->setup.trainer && retrace_is_on(&lab->retrace) && !is_over(lab->state) &&
         !atomic_load(&worker->channel.over) && !atomic_load(&lab->setup.load.stop)) {
    follow_edits(worker);
    if (retrace_is_on(&lab->retrace) && !is_over(lab->state)) {
      train_some(worker, 1);
    }
  }
}

/* Returns true when the run must be made anew: nothing has been trained yet, so the setting belongs to its start. */
static bool command_set(Worker *worker, const Command *command) {
  Lab *lab = &worker->lab;
  const Param *param = param_at(command->param);
  Error err;
  if (!lab->has_experiment) {
    send_text(worker, EVENT_REFUSED, "nothing is loaded that could be changed");
    return false;
  }
  Experiment before = lab->wanted;
  Status status = param_set(&lab->wanted, command->param, command->layer, command->value, &err);
  if (status == STATUS_OK) {
    status = experiment_check(&lab->wanted, &err);
  }
  if (status != STATUS_OK) {
    lab->wanted = before;
    send_text(worker, EVENT_REFUSED, err.text);
    return false;
  }
  if (!lab->setup.trainer || (lab->setup.trainer->step == 0 && !is_over(lab->state))) {
    return !experiment_equal(&before, &lab->wanted);
  }
  if (param->live && !is_over(lab->state)) {
    edit_run(worker, command);
  } /* otherwise it waits in `wanted` for the next restart */
  return false;
}

static void join_twin(Lab *lab, int64_t twin) {
  lab->twin = twin;
  lab->setup.sharers = twin != 0 ? 2 : 1;
}

static void command_restart(Worker *worker, const Command *command) {
  Lab *lab = &worker->lab;
  bool go = lab->state == RUN_RUNNING || is_over(lab->state);
  join_twin(lab, command->twin);
  begin_run(worker);
  if (go && lab->state == RUN_READY) {
    set_state(worker, RUN_RUNNING, MODE_RUN);
  }
}

static void command_fork(Worker *worker, const Command *command) {
  Lab *lab = &worker->lab;
  Error err;
  Event event = {.kind = EVENT_FORKED, .fork.parent = lab->run};
  double seconds;
  if (fork_run(&lab->snapshots, lab->setup.trainer, command, &event.fork, &seconds, &err) != STATUS_OK) {
    send_text(worker, EVENT_REFUSED, err.text);
    return;
  }
  count_run(lab, seconds);
  event.run = lab->run;
  channel_send(&worker->channel, &event);
  lab->wanted = command->experiment;
  lab->state = RUN_RUNNING;
  Command edit = {.kind = COMMAND_NONE};
  while (fork_next_edit(&lab->setup.trainer->experiment, &lab->wanted, &edit)) {
    edit_run(worker, &edit);
  }
  set_state(worker, RUN_RUNNING, MODE_RUN);
}

/* Returns true when the run must be made anew. */
static bool obey(Worker *worker, const Command *command) {
  Lab *lab = &worker->lab;
  if (command->kind == COMMAND_SET || command->kind == COMMAND_STOP || command->kind == COMMAND_FORK) {
    finish_retrace(worker);
    if (retrace_is_on(&lab->retrace) && !is_over(lab->state)) {
      return false; /* something else is loaded, or nothing any more: it is left, and can be resumed */
    }
  }
  switch (command->kind) {
    case COMMAND_LOAD:
      lab->wanted = command->experiment;
      lab->kept = command->kept;
      lab->has_experiment = true;
      join_twin(lab, command->twin);
      begin_run(worker);
      break;
    case COMMAND_START:
      if (can_go(worker)) {
        set_state(worker, RUN_RUNNING, MODE_RUN);
      }
      break;
    case COMMAND_STEP_BATCH:
      command_step_batch(worker);
      break;
    case COMMAND_STEP_EPOCH:
      command_step_epoch(worker);
      break;
    case COMMAND_PAUSE:
      if (lab->state == RUN_RUNNING) {
        set_state(worker, RUN_PAUSED, MODE_IDLE);
      }
      break;
    case COMMAND_SET:
      return command_set(worker, command);
    case COMMAND_RESTART:
      if (lab->has_experiment) {
        command_restart(worker, command);
      }
      break;
    case COMMAND_STOP:
      if (lab->state == RUN_RUNNING || lab->state == RUN_PAUSED) {
        end_run(worker, RUN_STOPPED);
      }
      break;
    case COMMAND_LOOK:
      lab->look = fork_look(lab->setup.trainer ? &lab->snapshots : NULL, command->epoch);
      send_progress(worker);
      break;
    case COMMAND_FORK:
      command_fork(worker, command);
      break;
    case COMMAND_UNLOAD: /* is heard before it is taken */
    case COMMAND_NONE:
    case COMMAND_COUNT:
      break;
  }
  return false;
}

/* Makes the run anew with settings that were changed before its first step, and goes on as it was. */
static void renew(Worker *worker) {
  Lab *lab = &worker->lab;
  Mode mode = lab->mode;
  begin_run(worker);
  if (mode != MODE_IDLE && lab->state == RUN_READY) {
    set_state(worker, RUN_RUNNING, mode);
  }
}

static void obey_all(Worker *worker) {
  bool stale = false;
  Command command;
  while (!atomic_load(&worker->channel.over) &&
         (atomic_load(&worker->channel.has_mail) || (!stale && worker->lab.mode == MODE_IDLE))) {
    if (channel_take(&worker->channel, worker->lab.mode == MODE_IDLE, &command)) {
      if (stale && command.kind != COMMAND_SET) {
        renew(worker);
        stale = false;
      }
      stale = obey(worker, &command) || stale;
    }
  }
  if (stale && !atomic_load(&worker->channel.over)) {
    renew(worker);
  }
}

static void *worker_main(void *argument) {
  Worker *worker = argument;
  while (!atomic_load(&worker->channel.over)) {
    if (worker->lab.mode == MODE_IDLE || atomic_load(&worker->channel.has_mail)) {
      obey_all(worker);
    } else {
      train_on(worker, worker->lab.pace.slice);
    }
  }
  return NULL;
}

/* --- the opener's side ------------------------------------------------------------------------------------------- */

bool worker_post(Worker *worker, const Command *command) { return channel_post(&worker->channel, command); }

void worker_save(Worker *worker, int run, const char *path, int epochs) {
  saver_allow(worker->saver, run, path, epochs);
}

int worker_wake_fd(const Worker *worker) { return wake_fd(&worker->channel.wake); }

int worker_read(Worker *worker, Progress *progress, Event *events, int max) {
  return channel_read(&worker->channel, progress, events, max);
}

Status worker_open(Worker **out, const char *datasets, int threads, Error *err) {
  Worker *worker = calloc(1, sizeof *worker);
  if (!worker || !channel_open(&worker->channel, &worker->lab.setup.load.stop)) {
    free(worker);
    return error_set(err, STATUS_IO, "cannot start a worker: %s", strerror(errno));
  }
  if (saver_open(&worker->saver, err) != STATUS_OK) {
    channel_close(&worker->channel);
    free(worker);
    return STATUS_IO;
  }
  worker->datasets = datasets;
  setup_init(&worker->lab.setup, threads);
  worker->lab.setup.load.listener = tell_loading;
  worker->lab.setup.load.context = worker;
  snapshots_init(&worker->lab.snapshots);
  int failed = thread_start(&worker->thread, worker_main, worker);
  if (failed != 0) {
    saver_close(worker->saver);
    channel_close(&worker->channel);
    free(worker);
    return error_set(err, STATUS_IO, "cannot start a worker thread: %s", strerror(failed));
  }
  *out = worker;
  return STATUS_OK;
}

void worker_close(Worker *worker) {
  if (!worker) {
    return;
  }
  channel_end(&worker->channel);
  (void)pthread_join(worker->thread, NULL);
  saver_close(worker->saver);
  channel_close(&worker->channel);
  setup_deinit(&worker->lab.setup);
  snapshots_deinit(&worker->lab.snapshots);
  free(worker);
}
