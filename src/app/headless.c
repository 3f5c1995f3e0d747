#include "app/headless.h"

#include <errno.h>
#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/recorder.h"
#include "app/report.h"
#include "app/signals.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "train/retrace.h"
#include "train/saver.h"
#include "train/setup.h"
#include "train/weight_file.h"

enum {
  EXIT_DIVERGED = 3,
  BAR_COLS = 20,
  STORE_PATIENCE = 2000, /* milliseconds */
  THE_RUN = 1            /* for the saver */
};
static const double BAR_INTERVAL = 0.1; /* seconds between two drawings of the progress bar */
static const double LOAD_QUIET = 0.5;   /* seconds of loading without a bar */

typedef struct Headless {
  const Options *options;
  const Preset *origin;
  Recorder *recorder;
  Saver *saver;
  const KeptRun *kept; /* the run that is resumed, or NULL */
  Retrace retrace;
  Setup setup;
  RunRecord record;
  FILE *log;
  bool bar;       /* a progress bar on standard error */
  bool bar_shown; /* it is there now, and must go before a line is printed */
  double bar_at, load_began;
  double started, epoch_started;
  bool left; /* before it was where it had been: it can be resumed as before */
} Headless;

static void bar_clear(Headless *run) {
  if (run->bar_shown) {
    (void)fputs("\r\033[K", stderr);
    run->bar_shown = false;
  }
}

typedef struct Bar {
  char text[BAR_COLS + 1];
} Bar;

static Bar bar_make(double done, double total) {
  int filled = total > 0.0 ? (int)(done * BAR_COLS / total) : 0;
  Bar bar = {""};
  for (int i = 0; i < BAR_COLS; i++) {
    bar.text[i] = i < filled ? '=' : i == filled ? '>' : '.';
  }
  return bar;
}

/* The listener of setup.load: "Reading big.csv [=====>..............] 29% of 50.0 MB". */
static void bar_load(void *context) {
  Headless *run = context;
  LoadProgress *load = &run->setup.load;
  double now = clock_now();
  if (signals_caught()) {
    atomic_store(&load->stop, true);
  }
  if (!run->bar || !load->path || now - run->load_began < LOAD_QUIET || now - run->bar_at < BAR_INTERVAL) {
    return;
  }
  char name[64];
  double done = (double)load->done, total = (double)load->total;
  str_printable(name, sizeof name, file_name(load->path));
  if (total > 0.0) {
    (void)fprintf(stderr, "\rReading %s [%s] %.0f%% of %.1f MB\033[K", name, bar_make(done, total).text,
                  100.0 * done / total, total / 1e6);
  } else {
    (void)fprintf(stderr, "\rReading %s: %.1f MB\033[K", name, done / 1e6);
  }
  run->bar_shown = true;
  run->bar_at = now;
}

static void bar_draw(Headless *run, double now) {
  const Trainer *trainer = run->setup.trainer;
  int batches = trainer_batches(trainer);
  (void)fprintf(stderr, "\rEpoch %d/%d %d/%d [%s] loss: %.4f\033[K", trainer->epoch + 1,
                trainer->experiment.train.epochs, trainer->batch, batches, bar_make(trainer->batch, batches).text,
                trainer_running(trainer).loss);
  run->bar_shown = true;
  run->bar_at = now;
}

/* --- what happens at an epoch's end ------------------------------------------------------------------------------ */

static void keep_epoch(Headless *run, const EpochReport *report) {
  RunRecord *record = &run->record;
  double x = report->epoch + 1;
  record->last = *report;
  result_epoch(&record->result, report);
  if (run->setup.trainer->stopper.best_epoch == report->epoch) {
    record->best = *report;
  }
  series_push(&record->loss, x, report->train.loss);
  series_push(&record->val_loss, x, report->val.loss);
  series_push(&record->score, x, report->train.score);
  series_push(&record->val_score, x, report->val.score);
}

static bool with_rate(const Headless *run) {
  return run->record.preset->experiment.train.schedule.kind == SCHEDULE_PLATEAU;
}

/* A history that cannot be written is told on standard error, and no reason to stop. */
static void tell_trouble(Headless *run) {
  const char *trouble = recorder_trouble(run->recorder);
  if (trouble) {
    bar_clear(run);
    (void)fprintf(stderr, "nnlab: %s\n", trouble);
  }
}

/* Kept before it is printed: what was seen is there. False when the log cannot be written. */
static bool end_epoch(Headless *run, double now) {
  Task task = run->record.loaded.task;
  EpochReport report = run->setup.trainer->report;
  report.seconds = now - run->epoch_started;
  run->epoch_started = now;
  keep_epoch(run, &report);
  recorder_epoch(run->recorder, &report);
  tell_trouble(run);
  bar_clear(run);
  if (!run->options->json && !run->options->quiet) {
    report_epoch(stdout, task, &report, run->setup.trainer->experiment.train.epochs);
    (void)fflush(stdout);
  }
  if (run->log) {
    report_csv_line(run->log, task, with_rate(run), &report);
    return fflush(run->log) == 0;
  }
  return true;
}

/* For the case that the process dies. */
static void save(Headless *run, double now) {
  const Trainer *trainer = run->setup.trainer;
  const char *path = recorder_snapshot(run->recorder);
  if (*path) {
    saver_allow(run->saver, THE_RUN, path, trainer->epoch);
    saver_offer(run->saver, THE_RUN, trainer, run->retrace.seconds + now - run->started);
  }
}

/* A run that is resumed comes again through what it had done after its snapshot. */
static Status make_edits(Headless *run, StepResult *result, Error *err) {
  Status status = retrace_edits(&run->retrace, run->setup.trainer, err);
  if (status == STATUS_OK && *result != STEP_DIVERGED && trainer_is_done(run->setup.trainer)) {
    *result = STEP_DONE; /* the epochs are now no more than are done */
  }
  return status;
}

static void compare_epoch(Headless *run) {
  Error differs;
  if (retrace_epoch(&run->retrace, run->setup.trainer, &differs) != STATUS_OK) {
    bar_clear(run);
    (void)fprintf(stderr, "nnlab: %s; what was kept stays\n", differs.text);
  }
}

/* --- the run -------------------------------------------------------------------------------------------------------
 */

static Status log_error(const Headless *run, Error *err) {
  return error_set(err, STATUS_IO, "%s: cannot write: %s", run->options->log, strerror(errno));
}

static void end_run(Headless *run, StepResult result) {
  RunState outcome = result == STEP_DONE ? RUN_FINISHED : result == STEP_DIVERGED ? RUN_DIVERGED : RUN_STOPPED;
  double seconds = run->retrace.seconds + clock_now() - run->started;
  bar_clear(run);
  run->left = outcome == RUN_STOPPED && retrace_is_on(&run->retrace);
  if (run->left) {
    (void)fprintf(stderr, "nnlab: %s is left as it was: nnlab resume goes on with it\n", run->kept->name);
    return;
  }
  saver_end(run->saver, THE_RUN);
  trainer_end(run->setup.trainer, outcome, &run->record.ended);
  run->record.ended.seconds = seconds;
  recorder_ended(run->recorder, &run->record.ended);
  tell_trouble(run);
}

/* Errors: a log that cannot be written. It ends the run; what has been trained is there. */
static Status train(Headless *run, Error *err) {
  Trainer *trainer = run->setup.trainer;
  StepResult result = STEP_MORE;
  run->started = run->epoch_started = run->bar_at = clock_now();
  Status status = make_edits(run, &result, err);
  while (!signals_caught() && status == STATUS_OK && result != STEP_DONE && result != STEP_DIVERGED) {
    int row = trainer->batcher.next;
    bool batches = trainer->phase == PHASE_BATCHES;
    result = trainer_step(trainer);
    recorder_stepped(run->recorder);
    run->record.samples += batches ? trainer->batcher.next - row : 0;
    if (result == STEP_EPOCH || result == STEP_DONE) {
      status = end_epoch(run, clock_now()) ? STATUS_OK : log_error(run, err);
      compare_epoch(run);
      result = retrace_goes_on(&run->retrace, trainer) ? STEP_EPOCH : result;
    }
    if (result == STEP_EPOCH) {
      save(run, clock_now());
    }
    if (status == STATUS_OK && retrace_is_on(&run->retrace)) {
      status = make_edits(run, &result, err);
    }
    if (run->bar && clock_now() - run->bar_at >= BAR_INTERVAL) {
      bar_draw(run, clock_now());
    }
  }
  end_run(run, result);
  return status;
}

/* No file is written over that this run reads or writes too. */
static Status check_written(const Headless *run, const char *option, const char *path, Error *err) {
  const Preset *preset = run->record.preset;
  const char *what = file_is_same(path, preset->experiment.data.source) ? "the table that is trained on"
                     : file_is_same(path, preset->path)                 ? "the preset that is trained"
                                                                        : NULL;
  return what ? error_set(err, STATUS_USAGE, "%s %s: this is %s", option, path, what) : STATUS_OK;
}

static Status check_paths(const Headless *run, Error *err) {
  const char *log = run->options->log, *from = run->options->weights, *to = run->options->save_weights;
  if (log && from && file_is_same(log, from)) {
    return error_set(err, STATUS_USAGE, "--log %s: these are the weights that are trained from", log);
  }
  if (log && to && file_is_same_target(log, to)) {
    return error_set(err, STATUS_USAGE, "--log and --save-weights: both are %s", log);
  }
  Status status = log ? check_written(run, "--log", log, err) : STATUS_OK;
  if (status == STATUS_OK && to) {
    status = check_written(run, "--save-weights", to, err);
  }
  return status == STATUS_OK && to ? file_check_writable(to, err) : status;
}

static Status open_log(Headless *run, Error *err) {
  if (!run->options->log) {
    return STATUS_OK;
  }
  run->log = fopen(run->options->log, "w");
  if (!run->log) {
    return log_error(run, err);
  }
  report_csv_header(run->log, run->record.loaded.task, with_rate(run));
  return STATUS_OK;
}

static Status close_log(const Headless *run, Error *err) {
  return run->log && fclose(run->log) != 0 ? log_error(run, err) : STATUS_OK;
}

static Status load(Headless *run, const char *datasets, Error *err) {
  Status status = check_paths(run, err);
  if (status == STATUS_OK) {
    run->load_began = clock_now();
    status = setup_load(&run->setup, &run->record.preset->experiment, datasets, err);
    bar_clear(run);
  }
  if (status == STATUS_OK && run->options->weights) {
    status = weight_file_read(run->setup.trainer->net, run->options->weights, err);
  }
  return status;
}

/* A run that diverged would write over good weights with those that are not. */
static Status save_weights(const Headless *run, Error *err) {
  const char *path = run->options->save_weights;
  const Ended *ended = &run->record.ended;
  if (path && ended->outcome == RUN_DIVERGED && !ended->restored) {
    (void)fprintf(stderr, "nnlab: %s: not written: the run diverged\n", path);
    return STATUS_OK;
  }
  return path ? weight_file_write(run->setup.trainer->net, path, err) : STATUS_OK;
}

static Status report(const Headless *run, Error *err) {
  bool unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  Charset charset = run->options->has_charset ? run->options->charset : unicode ? CHARSET_BRAILLE : CHARSET_ASCII;
  if (run->options->json) {
    report_json(stdout, &run->record);
  } else if (run->options->digest) {
    report_digest(stdout, &run->record);
  } else {
    report_summary(stdout, &run->record);
    if (!run->options->quiet) {
      report_charts(stdout, &run->record, charset);
    }
  }
  return fflush(stdout) == 0 && !ferror(stdout)
             ? STATUS_OK
             : error_set(err, STATUS_IO, "standard output: cannot write: %s", strerror(errno));
}

static void tell_start(const Headless *run) {
  char words[1024];
  bool talks = !run->options->json && !run->options->quiet;
  retrace_words(&run->retrace, words, sizeof words);
  if (talks) {
    (void)printf("%s\n", words);
  } else if (*run->retrace.why_start || *run->kept->suspect) {
    (void)fprintf(stderr, "nnlab: %s\n", words);
  }
}

static Status begin_resumed(Headless *run, Error *err) {
  Status status = retrace_start(&run->retrace, run->setup.trainer, run->record.loaded.fingerprint, run->kept, err);
  if (status != STATUS_OK) {
    return status;
  }
  recorder_stepped(run->recorder);
  if (!*recorder_snapshot(run->recorder)) {
    const char *trouble = recorder_trouble(run->recorder);
    return error_set(err, STATUS_IO, "%s", trouble ? trouble : "no run is kept");
  }
  tell_start(run);
  return STATUS_OK;
}

/* The epochs before the one that a resumed run goes on with. */
static void tell_epochs(Headless *run) {
  for (int e = 0; run->kept && e < run->retrace.start; e++) {
    const EpochReport *report = &run->kept->epochs[e];
    keep_epoch(run, report);
    if (run->log) {
      report_csv_line(run->log, run->record.loaded.task, with_rate(run), report);
    }
    run->record.samples += run->record.loaded.train_rows;
  }
}

static Status begin(Headless *run, const char *datasets, Error *err) {
  Status status = load(run, datasets, err);
  if (status != STATUS_OK) {
    return status;
  }
  run->record.loaded = setup_loaded(&run->setup);
  if (run->kept) {
    run->record.loaded.resumes = run->kept->id;
    run->record.loaded.kept_epochs = run->kept->epoch_count;
    run->record.loaded.kept_edits = run->kept->edit_count;
  }
  recorder_loaded(run->recorder, run->origin, &run->record.loaded);
  run->record.best.epoch = run->record.last.epoch = -1;
  result_begin(&run->record.result, run->record.loaded.task);
  if (run->kept) {
    status = begin_resumed(run, err);
  }
  if (status == STATUS_OK && !run->options->json && !run->options->quiet) {
    report_start(stdout, &run->record);
  }
  if (status == STATUS_OK) {
    status = open_log(run, err);
  }
  if (status == STATUS_OK) {
    tell_epochs(run);
  }
  return status;
}

/* What has been trained is told and kept whatever else cannot be written; of a run that was left there is nothing to
 * tell. The first error counts. */
static Status run_experiment(Headless *run, Error *err) {
  Status (*const after[])(const Headless *, Error *) = {close_log, report, save_weights};
  Status status = train(run, err);
  size_t count = run->left ? 1 : sizeof after / sizeof *after;
  for (size_t i = 0; i < count; i++) {
    Status next = after[i](run, status == STATUS_OK ? err : NULL);
    status = status == STATUS_OK ? next : status;
  }
  return status;
}

int headless_train(const Options *options, const Preset *preset, const Preset *origin, const KeptRun *kept,
                   const Paths *paths, Error *err) {
  Headless *run = calloc(1, sizeof *run);
  if (!run) {
    (void)error_set(err, STATUS_IO, "not enough memory");
    return EXIT_FAILURE;
  }
  run->options = options;
  run->origin = origin;
  run->kept = kept;
  run->recorder = recorder_open(paths->store, options->weights, STORE_PATIENCE);
  run->record.preset = preset;
  run->bar = !options->quiet && isatty(STDERR_FILENO) && isatty(STDOUT_FILENO);
  signals_catch();
  setup_init(&run->setup, options->threads);
  run->setup.load.listener = bar_load;
  run->setup.load.context = run;
  Status status = saver_open(&run->saver, err);
  if (status == STATUS_OK) {
    status = begin(run, paths->datasets, err);
  }
  if (status == STATUS_OK) {
    status = run_experiment(run, err);
  }
  if (status == STATUS_STOPPED) { /* by a signal, while it loaded: whoever sent it knows */
    err->text[0] = '\0';
    status = STATUS_OK;
  }
  int code = status != STATUS_OK                         ? EXIT_FAILURE
             : signals_caught()                          ? 128 + signals_caught()
             : run->record.ended.outcome == RUN_DIVERGED ? EXIT_DIVERGED
                                                         : EXIT_SUCCESS;
  saver_close(run->saver);
  recorder_close(run->recorder);
  setup_deinit(&run->setup);
  free(run);
  return code;
}
