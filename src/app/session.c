#include "app/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/archive.h"
#include "app/comparer.h"
#include "app/repeats.h"
#include "base/clock.h"
#include "base/order.h"
#include "base/str.h"
#include "term/term.h"
#include "train/surveyor.h"
#include "train/worker.h"
#include "ui/ui.h"

enum {
  EVENTS_AT_ONCE = 32,
  SURVEY_MILLISECONDS = 100,
  LATE_MILLISECONDS = 5,
  STORE_PATIENCE = 250 /* milliseconds that a key may wait for the run history */
};
static const double FRAME_SECONDS = 1.0 / 30.0;

typedef struct Session {
  Term *term;
  Worker *worker;
  Surveyor *surveyor;
  Recorder *recorder;
  Archive *archive;
  Comparer *comparer;
  Repeats *repeats;
  const Preset *first, *origin; /* the preset that was opened first, and what it was before --set */
  int recorded;                 /* number of the run that the recorder knows, */
  int epochs;                   /* and how many of its epochs */
  UiState ui;
  Arena frame; /* emptied before each drawing */
  bool dirty;  /* the screen does not show the state */
  bool urgent; /* ... and the user has just pressed something */
  double drawn_at;
  int signal; /* that ends the program; 0: none */
  bool has_waiting;
  Command waiting; /* could not be posted yet: the mailbox was full */
  Event events[EVENTS_AT_ONCE];
} Session;

static void read_terminal(Session *session) {
  for (;;) {
    TermEvent event = term_next(session->term);
    switch (event.kind) {
      case TERM_NONE:
        return;
      case TERM_INPUT:
        ui_input(&session->ui, event.input);
        archive_do(session->archive, &session->ui);
        repeats_do(session->repeats, &session->ui);
        break;
      case TERM_QUIT:
        session->signal = event.signal;
        return;
      case TERM_RESIZE:
        break;
    }
    session->dirty = session->urgent = true;
  }
}

/* Of a run that the screen has left already it is not known which preset it was of. */
static void record_loaded(Session *session, const Event *event) {
  const Preset *preset = session->ui.preset;
  if (event->run > session->ui.stale_run) {
    recorder_loaded(session->recorder, preset == session->first ? session->origin : preset, &event->loaded);
    session->recorded = event->run;
    session->epochs = 0;
  }
}

static void record_event(Session *session, const Event *event) {
  if (event->kind == EVENT_LOADED) {
    record_loaded(session, event);
  } else if (event->kind == EVENT_FORKED && event->fork.parent == session->recorded) {
    recorder_forked(session->recorder, &event->fork);
    session->epochs = event->fork.epoch;
    session->recorded = event->run;
  }
  if (event->run != session->recorded) {
    return;
  }
  switch (event->kind) {
    case EVENT_EPOCH:
      session->epochs = event->epoch.epoch + 1;
      recorder_epoch(session->recorder, &event->epoch);
      archive_follow(session->archive, &session->ui, false);
      break;
    case EVENT_EDIT:
      recorder_edit(session->recorder, &event->edit);
      break;
    case EVENT_ENDED:
      recorder_ended(session->recorder, &event->ended);
      archive_follow(session->archive, &session->ui, true);
      break;
    default:
      break;
  }
}

static void record_progress(Session *session, const Progress *progress) {
  if (progress->run == session->recorded && progress->step > 0) {
    recorder_stepped(session->recorder);
  }
  if (progress->state != RUN_RUNNING) {
    recorder_flush(session->recorder);
  }
  const char *snapshot = recorder_snapshot(session->recorder);
  if (*snapshot) {
    worker_save(session->worker, session->recorded, snapshot, session->epochs);
  }
}

/* A history that cannot be written is told in the notice's line, and no reason to stop. */
static void tell_trouble(Session *session) {
  const char *trouble = recorder_trouble(session->recorder);
  if (trouble) {
    Event event = {.kind = EVENT_REFUSED, .run = session->recorded};
    str_copy(event.text, sizeof event.text, trouble);
    ui_event(&session->ui, &event);
  }
}

static void read_worker(Session *session) {
  Progress progress;
  int count;
  do {
    count = worker_read(session->worker, &progress, session->events, EVENTS_AT_ONCE);
    for (int i = 0; i < count; i++) {
      ui_event(&session->ui, &session->events[i]);
      record_event(session, &session->events[i]);
    }
  } while (count == EVENTS_AT_ONCE);
  ui_progress(&session->ui, &progress);
  record_progress(session, &progress);
  tell_trouble(session);
  session->dirty = true;
}

static void read_surveyor(Session *session) {
  SurveyNews news;
  surveyor_read(session->surveyor, &news);
  survey_free(ui_news(&session->ui, &news));
  session->dirty = true;
}

static void ask_surveyor(Session *session) {
  DataSpec spec;
  uint64_t seed;
  if (ui_take_question(&session->ui, &spec, &seed)) {
    surveyor_ask(session->surveyor, &spec, seed);
  }
}

static void post_commands(Session *session) {
  while (session->has_waiting || ui_take_command(&session->ui, &session->waiting)) {
    session->has_waiting = !worker_post(session->worker, &session->waiting);
    if (session->has_waiting) {
      return;
    }
  }
}

static void draw(Session *session) {
  int rows, cols;
  UiHits hits;
  term_size(session->term, &rows, &cols);
  term_set_palette(session->term, session->ui.palette);
  arena_reset(&session->frame);
  Canvas *canvas = canvas_create(&session->frame, rows, cols, session->ui.charset);
  ui_draw(&session->ui, canvas, &session->frame, &hits);
  session->ui.hits = hits;
  term_blit(session->term, canvas);
  session->dirty = session->urgent = false;
  session->drawn_at = clock_now();
}

/* Milliseconds until there is something to do by the clock: -1 = only input or another thread can bring it. */
static int patience(const Session *session) {
  if (archive_is_busy(session->archive)) {
    return 0;
  }
  double left = FRAME_SECONDS - (clock_now() - session->drawn_at);
  if (repeats_are_late(session->repeats)) {
    return LATE_MILLISECONDS;
  }
  int idle = session->ui.data.busy ? SURVEY_MILLISECONDS : -1; /* how far it has read is looked up */
  int frame = !session->dirty ? idle : left > 0.0 ? (int)(left * 1000.0) + 1 : 0;
  int reading = comparer_patience(session->comparer, &session->ui);
  return frame < 0 || reading < 0 ? larger(frame, reading) : smaller(frame, reading);
}

static void loop(Session *session) {
  struct pollfd fds[] = {{.fd = term_input_fd(session->term), .events = POLLIN},
                         {.fd = term_signal_fd(session->term), .events = POLLIN},
                         {.fd = worker_wake_fd(session->worker), .events = POLLIN},
                         {.fd = surveyor_wake_fd(session->surveyor), .events = POLLIN},
                         {.fd = repeats_wake_fd(session->repeats), .events = POLLIN}};
  while (!session->ui.quit && session->signal == 0) {
    post_commands(session);
    ask_surveyor(session);
    session->dirty = archive_work(session->archive, &session->ui) || session->dirty;
    session->dirty = comparer_work(session->comparer, &session->ui) || session->dirty;
    if (session->dirty && (session->urgent || clock_now() - session->drawn_at >= FRAME_SECONDS)) {
      draw(session);
    }
    if (poll(fds, sizeof fds / sizeof *fds, patience(session)) < 0 && errno != EINTR) {
      break;
    }
    if (fds[0].revents || fds[1].revents) {
      read_terminal(session);
    }
    if (fds[2].revents) {
      read_worker(session);
    }
    if (fds[3].revents || session->ui.data.busy) {
      read_surveyor(session);
    }
    if (fds[4].revents || repeats_are_late(session->repeats)) {
      repeats_read(session->repeats, &session->ui, session->archive);
      session->dirty = true;
    }
  }
}

static Status open_session(Session *session, const Options *options, const Paths *paths, Error *err) {
  const char *datasets = paths->datasets;
  Status status = term_open(&session->term, options->palette, err);
  if (status == STATUS_OK) {
    status = worker_open(&session->worker, datasets, options->threads, err);
  }
  if (status == STATUS_OK) {
    status = surveyor_open(&session->surveyor, datasets, err);
  }
  if (status == STATUS_OK) {
    status = repeats_open(&session->repeats, paths, session->first, session->origin, err);
  }
  if (status != STATUS_OK) {
    term_close(session->term);
    worker_close(session->worker);
    surveyor_close(session->surveyor);
  }
  return status;
}

/* Ends the program as the signal would have, so that whoever started it sees that. */
static void end_by_signal(int number) {
  (void)signal(number, SIG_DFL);
  (void)raise(number);
}

int session_run(const Options *options, const PresetList *list, const Preset *preset, const Preset *origin,
                const Paths *paths, Error *err) {
  Session *session = calloc(1, sizeof *session);
  if (!session) {
    (void)error_set(err, STATUS_IO, "not enough memory");
    return EXIT_FAILURE;
  }
  session->first = preset;
  session->origin = origin;
  if (open_session(session, options, paths, err) != STATUS_OK) {
    free(session);
    return EXIT_FAILURE;
  }
  Charset charset = options->has_charset ? options->charset : term_charset(session->term);
  arena_init(&session->frame, (size_t)256 * 1024);
  ui_init(&session->ui, *list, preset, options->start, charset, options->palette);
  session->recorder = recorder_open(paths->store, NULL, STORE_PATIENCE);
  session->archive = archive_open(session->recorder, &session->ui.presets);
  session->comparer = comparer_open(session->recorder);
  session->ui.repeat.wanted = options->seeds > 0 ? options->seeds : session->ui.repeat.wanted;
  session->dirty = session->urgent = true;
  loop(session);
  int number = session->signal;
  term_close(session->term); /* first: the worker may need a moment to end its step */
  read_worker(session);      /* what has ended since is kept, too */
  worker_close(session->worker);
  repeats_read(session->repeats, &session->ui, session->archive);
  repeats_close(session->repeats);
  surveyor_close(session->surveyor);
  survey_free(session->ui.data.survey);
  archive_close(session->archive, &session->ui.runs);
  comparer_close(session->comparer);
  recorder_close(session->recorder);
  arena_deinit(&session->frame);
  free(session);
  if (number != 0) {
    end_by_signal(number);
  }
  return EXIT_SUCCESS;
}
