#include "app/jobs.h"

#include <stdatomic.h>
#include <stdio.h>

#include "app/recorder.h"
#include "app/signals.h"
#include "app/version.h"
#include "base/crew.h"
#include "base/file.h"
#include "base/str.h"
#include "lab/difference.h"
#include "lab/param.h"
#include "store/finished.h"
#include "train/setup.h"
#include "train/straight.h"

enum {
  EXIT_DIVERGED = 3,
  STORE_PATIENCE = 5000 /* milliseconds: the other threads' commits are waited for, too */
};

typedef struct Shop Shop;

/* What one thread has. */
typedef struct Hand {
  Shop *shop;
  Setup setup;
  Recorder *recorder;
  Store *store;   /* for what has been trained before; NULL: nothing has */
  Result *result; /* of the run that is trained */
} Hand;

struct Shop {
  const Jobs *jobs;
  Hand *hands;
  RunList before;       /* the history as it was */
  atomic_bool failed;   /* nobody goes on, */
  Error err;            /* because of this: written by the first that fails */
  atomic_bool troubled; /* the history's trouble has been told */
};

static bool is_stopping(Shop *shop) { return signals_caught() != 0 || atomic_load(&shop->failed); }

/* The listener of setup.load. */
static void heed_stop(void *context) {
  Hand *hand = context;
  if (is_stopping(hand->shop)) {
    atomic_store(&hand->setup.load.stop, true);
  }
}

/* --- a run -------------------------------------------------------------------------------------------------------- */

/* Once is enough: the same trouble meets every run. */
static void tell_trouble(Hand *hand) {
  const char *trouble = recorder_trouble(hand->recorder);
  if (trouble && !atomic_exchange(&hand->shop->troubled, true)) {
    (void)fprintf(stderr, "nnlab: %s\n", trouble);
  }
}

static bool stops(void *context) { return is_stopping(((Hand *)context)->shop); }

static void note_step(void *context) { recorder_stepped(((Hand *)context)->recorder); }

static void note_epoch(void *context, const EpochReport *report) {
  Hand *hand = context;
  const Jobs *jobs = hand->shop->jobs;
  result_epoch(hand->result, report);
  recorder_epoch(hand->recorder, report);
  if (jobs->epoch) {
    jobs->epoch(jobs->context, (int)(hand->result - jobs->results), report);
  }
}

static void train(Hand *hand, Result *result) {
  const Follower follower = {.stops = stops, .stepped = note_step, .epoch = note_epoch, .context = hand};
  Ended ended;
  hand->result = result;
  straight_run(hand->setup.trainer, &follower, &ended);
  result->outcome = ended.outcome;
  result->digest = ended.digest;
  result->seconds = ended.seconds;
  str_copy(result->name, sizeof result->name, recorder_name(hand->recorder));
  recorder_ended(hand->recorder, &ended);
  tell_trouble(hand);
}

/* What cannot be read is trained again. */
static bool take_finished(Hand *hand, const Loaded *loaded, Result *result) {
  const StoredRun *run;
  EpochReport *epochs;
  int count = 0;
  Error err;
  Arena arena;
  arena_init(&arena, 0);
  bool found = finished_find(hand->store, &arena, &hand->shop->before, loaded, version_number(), &run, &epochs, &count,
                             &err) == STATUS_OK &&
               run;
  for (int i = 0; found && i < count; i++) {
    result_epoch(result, &epochs[i]);
  }
  if (found) {
    result->outcome = RUN_FINISHED;
    result->from_history = true;
    result->digest = run->digest;
    result->seconds = run->seconds;
    str_copy(result->name, sizeof result->name, run->name);
  }
  arena_deinit(&arena);
  return found;
}

static Status run_job(Hand *hand, int run, Error *err) {
  const Jobs *jobs = hand->shop->jobs;
  const Arm *arm = &jobs->arm[run % jobs->arms];
  Result *result = &jobs->results[run];
  Experiment experiment = arm->preset->experiment;
  experiment.train.seed = result->seed;
  Status status = setup_load(&hand->setup, &experiment, jobs->datasets, err);
  if (status != STATUS_OK) {
    return status;
  }
  Loaded loaded = setup_loaded(&hand->setup);
  result_begin(result, loaded.task);
  if (hand->store && take_finished(hand, &loaded, result)) {
    return STATUS_OK;
  }
  loaded.twin = jobs->twin;
  recorder_loaded(hand->recorder, arm->origin, &loaded);
  train(hand, result);
  return STATUS_OK;
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

/* The first error counts; what was stopped on account of it, or of a signal, is none. */
static bool work(void *context, int number, int run) {
  Shop *shop = context;
  Error err;
  Status status = run_job(&shop->hands[number], run, &err);
  if (status != STATUS_OK && status != STATUS_STOPPED && !atomic_exchange(&shop->failed, true)) {
    shop->err = err;
  }
  return !is_stopping(shop);
}

static void tell(void *context, int run) {
  const Jobs *jobs = ((const Shop *)context)->jobs;
  if (jobs->results[run].outcome != RUN_NONE) {
    jobs->tell(jobs->context, run);
  }
}

static void open_hand(Hand *hand, Shop *shop) {
  hand->shop = shop;
  hand->recorder = recorder_open(shop->jobs->store, NULL, STORE_PATIENCE);
  recorder_tag(hand->recorder, shop->jobs->tag);
  setup_init(&hand->setup, 1);
  hand->setup.load.listener = heed_stop;
  hand->setup.load.context = hand;
}

/* Where the history cannot be read, all is trained; the recorder tells why. */
static void open_before(Shop *shop, int hands, Arena *arena) {
  const Jobs *jobs = shop->jobs;
  Error err;
  bool good = jobs->reuse && jobs->store && file_exists(jobs->store);
  for (int i = 0; good && i < hands; i++) {
    good = store_open(&shop->hands[i].store, jobs->store, STORE_PATIENCE, &err) == STATUS_OK;
  }
  if (good && history_runs(shop->hands[0].store, arena, &shop->before, &err) != STATUS_OK) {
    shop->before = (RunList){0};
  }
}

static void close_hand(Hand *hand) {
  store_close(hand->store);
  setup_deinit(&hand->setup);
  recorder_close(hand->recorder);
}

Status jobs_run(const Jobs *jobs, Error *err) {
  int runs = jobs->seeds * jobs->arms, hands = jobs->threads < runs ? jobs->threads : runs;
  Arena arena;
  arena_init(&arena, 0);
  Shop shop = {.jobs = jobs, .hands = ARENA_ARRAY(&arena, Hand, (size_t)hands)};
  for (int run = 0; run < runs; run++) {
    jobs->results[run].seed = jobs->first_seed + run / jobs->arms;
  }
  for (int i = 0; i < hands; i++) {
    open_hand(&shop.hands[i], &shop);
  }
  open_before(&shop, hands, &arena);
  signals_catch();
  bool started = crew_run(&(CrewPlan){.hands = hands, .jobs = runs, .work = work, .tell = tell, .context = &shop});
  for (int i = 0; i < hands; i++) {
    close_hand(&shop.hands[i]);
  }
  arena_deinit(&arena);
  if (!started) {
    return error_set(err, STATUS_IO, "no thread could be started: the system has no room for more");
  }
  return atomic_load(&shop.failed) ? error_set(err, shop.err.status, "%s", shop.err.text) : STATUS_OK;
}

const char *jobs_label(Arena *arena, const Arm *arm) {
  Experiment from = arm->origin->experiment;
  char changes[512];
  from.train.seed = arm->preset->experiment.train.seed;
  difference_text(&from, &arm->preset->experiment, changes, sizeof changes);
  return arena_printf(arena, "%s%s%s", arm->preset->name, *changes ? " " : "", changes);
}

Status jobs_choose_seeds(Jobs *jobs, int seeds, Error *err) {
  Experiment last = jobs->arm[0].preset->experiment;
  jobs->first_seed = last.train.seed;
  jobs->seeds = seeds;
  Status status = param_set(&last, PARAM_SEED, 0, (double)last.train.seed + seeds - 1, err);
  return status == STATUS_OK ? status : (err->status = STATUS_USAGE);
}

int jobs_exit_code(const Jobs *jobs) {
  int runs = jobs->arms * jobs->seeds;
  bool diverged = result_count(jobs->results, runs, 1, RUN_DIVERGED) == runs;
  return signals_caught() != 0 ? 128 + signals_caught() : diverged ? EXIT_DIVERGED : 0;
}
