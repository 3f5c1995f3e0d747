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
  STORE_PATIENCE = 250 /* milliseconds that a key may wait for the run history */
};
static const double FRAME_SECONDS = 1.0 / 30.0;

/* A worker, and what goes between it and the screen: the run shown, or a twin's A. */
typedef struct Lane {
  Worker *worker;
  Recorder *recorder;
  int recorded; /* number of the run that the recorder knows, */
  int epochs;   /* and how many of its epochs */
  void (*event)(UiState *ui, const Event *event);
  void (*progress)(UiState *ui, const Progress *progress);
  bool (*take)(UiState *ui, Command *command);
  bool has_waiting;
  Command waiting; /* could not be posted yet: the mailbox was full */
} Lane;

enum { LANE_SHOWN, LANE_TWIN, LANE_COUNT };

typedef struct Session {
  Term *term;
  Lane lanes[LANE_COUNT];
  Surveyor *surveyor;
  Archive *archive;
  Comparer *comparer;
  Repeats *repeats;
  const Preset *first, *origin; /* the preset that was opened first, and what it was before --set */
  UiState ui;
  Arena frame; /* emptied before each drawing */
  bool dirty;  /* the screen does not show the state */
  bool urgent; /* ... and the user has just pressed something */
  double drawn_at;
  int signal; /* that ends the program; 0: none */
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
static void record_loaded(Session *session, Lane *lane, const Event *event) {
  const UiState *ui = &session->ui;
  bool left = lane == &session->lanes[LANE_TWIN] ? !ui->twin.on || event->loaded.twin != ui->twin.number
                                                 : event->run <= ui->stale_run;
  if (!left) {
    recorder_loaded(lane->recorder, ui->preset == session->first ? session->origin : ui->preset, &event->loaded);
    lane->recorded = event->run;
    lane->epochs = 0;
  }
}

static void record_event(Session *session, Lane *lane, const Event *event) {
  if (event->kind == EVENT_LOADED) {
    record_loaded(session, lane, event);
  } else if (event->kind == EVENT_FORKED && event->fork.parent == lane->recorded) {
    recorder_forked(lane->recorder, &event->fork);
    lane->epochs = event->fork.epoch;
    lane->recorded = event->run;
  }
  if (event->run != lane->recorded) {
    return;
  }
  switch (event->kind) {
    case EVENT_EPOCH:
      lane->epochs = event->epoch.epoch + 1;
      recorder_epoch(lane->recorder, &event->epoch);
      archive_follow(session->archive, &session->ui, false);
      break;
    case EVENT_EDIT:
      recorder_edit(lane->recorder, &event->edit);
      break;
    case EVENT_ENDED:
      recorder_ended(lane->recorder, &event->ended);
      archive_follow(session->archive, &session->ui, true);
      break;
    default:
      break;
  }
}

static void record_progress(const Lane *lane, const Progress *progress) {
  if (progress->run == lane->recorded && progress->step > 0) {
    recorder_stepped(lane->recorder);
  }
  if (progress->state != RUN_RUNNING) {
    recorder_flush(lane->recorder);
  }
  const char *snapshot = recorder_snapshot(lane->recorder);
  if (*snapshot) {
    worker_save(lane->worker, lane->recorded, snapshot, lane->epochs);
  }
}

/* A history that cannot be written is told in the notice's line, and no reason to stop. */
static void tell_trouble(Session *session, const Lane *lane) {
  const char *trouble = recorder_trouble(lane->recorder);
  if (trouble) {
    Event event = {.kind = EVENT_REFUSED, .run = lane->recorded};
    str_copy(event.text, sizeof event.text, trouble);
    ui_event(&session->ui, &event);
  }
}

static void read_worker(Session *session, Lane *lane) {
  Progress progress;
  int count;
  do {
    count = worker_read(lane->worker, &progress, session->events, EVENTS_AT_ONCE);
    for (int i = 0; i < count; i++) {
      lane->event(&session->ui, &session->events[i]);
      record_event(session, lane, &session->events[i]);
    }
  } while (count == EVENTS_AT_ONCE);
  lane->progress(&session->ui, &progress);
  record_progress(lane, &progress);
  tell_trouble(session, lane);
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

static void post_commands(UiState *ui, Lane *lane) {
  while (lane->has_waiting || lane->take(ui, &lane->waiting)) {
    lane->has_waiting = !worker_post(lane->worker, &lane->waiting);
    if (lane->has_waiting) {
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

static int sooner(int a, int b) { return a < 0 || b < 0 ? larger(a, b) : smaller(a, b); }

/* Milliseconds until there is something to do by the clock: -1 = only input or another thread can bring it. */
static int patience(const Session *session) {
  if (archive_is_busy(session->archive)) {
    return 0;
  }
  double left = FRAME_SECONDS - (clock_now() - session->drawn_at);
  int idle = session->ui.data.busy ? SURVEY_MILLISECONDS : -1; /* how far it has read is looked up */
  int frame = !session->dirty ? idle : left > 0.0 ? (int)(left * 1000.0) + 1 : 0;
  int reading = comparer_patience(session->comparer, &session->ui);
  return sooner(sooner(frame, reading), repeats_patience(session->repeats));
}

static void loop(Session *session) {
  struct pollfd fds[] = {{.fd = term_input_fd(session->term), .events = POLLIN},
                         {.fd = term_signal_fd(session->term), .events = POLLIN},
                         {.fd = surveyor_wake_fd(session->surveyor), .events = POLLIN},
                         {.fd = worker_wake_fd(session->lanes[LANE_SHOWN].worker), .events = POLLIN},
                         {.fd = worker_wake_fd(session->lanes[LANE_TWIN].worker), .events = POLLIN},
                         {.fd = repeats_wake_fd(session->repeats), .events = POLLIN}};
  while (!session->ui.quit && session->signal == 0) {
    for (int i = 0; i < LANE_COUNT; i++) {
      post_commands(&session->ui, &session->lanes[i]);
    }
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
    if (fds[2].revents || session->ui.data.busy) {
      read_surveyor(session);
    }
    if (fds[3 + LANE_COUNT].revents || repeats_patience(session->repeats) == 0) {
      repeats_read(session->repeats, &session->ui, session->archive);
      session->dirty = true;
    }
    for (int i = 0; i < LANE_COUNT; i++) {
      if (fds[3 + i].revents) {
        read_worker(session, &session->lanes[i]);
      }
    }
  }
}

static Status open_session(Session *session, const Options *options, const Paths *paths, Error *err) {
  const char *datasets = paths->datasets;
  Status status = term_open(&session->term, options->palette, err);
  for (int i = 0; status == STATUS_OK && i < LANE_COUNT; i++) {
    status = worker_open(&session->lanes[i].worker, datasets, options->threads, err);
  }
  if (status == STATUS_OK) {
    status = surveyor_open(&session->surveyor, datasets, err);
  }
  if (status == STATUS_OK) {
    status = repeats_open(&session->repeats, paths, session->first, session->origin, err);
  }
  if (status != STATUS_OK) {
    term_close(session->term);
    for (int i = 0; i < LANE_COUNT; i++) {
      worker_close(session->lanes[i].worker);
    }
    surveyor_close(session->surveyor);
  }
  return status;
}

static void begin_lanes(Session *session, const char *store) {
  Lane *shown = &session->lanes[LANE_SHOWN], *twin = &session->lanes[LANE_TWIN];
  shown->event = ui_event;
  shown->progress = ui_progress;
  shown->take = ui_take_command;
  twin->event = ui_twin_event;
  twin->progress = ui_twin_progress;
  twin->take = ui_twin_take_command;
  for (int i = 0; i < LANE_COUNT; i++) {
    session->lanes[i].recorder = recorder_open(store, NULL, STORE_PATIENCE);
  }
}

static void close_lane(Session *session, Lane *lane) {
  read_worker(session, lane); /* what has ended since is kept, too */
  worker_close(lane->worker);
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
  session->ui.twin.number = recorder_new_twins();
  session->ui.repeat.wanted = options->seeds > 0 ? options->seeds : session->ui.repeat.wanted;
  begin_lanes(session, paths->store);
  session->archive = archive_open(session->lanes[LANE_SHOWN].recorder, &session->ui.presets);
  session->comparer = comparer_open(session->lanes[LANE_SHOWN].recorder);
  session->dirty = session->urgent = true;
  loop(session);
  int number = session->signal;
  term_close(session->term); /* first: the worker may need a moment to end its step */
  for (int i = 0; i < LANE_COUNT; i++) {
    close_lane(session, &session->lanes[i]);
  }
  repeats_end(session->repeats);
  repeats_read(session->repeats, &session->ui, session->archive);
  repeats_close(session->repeats);
  surveyor_close(session->surveyor);
  survey_free(session->ui.data.survey);
  archive_close(session->archive, &session->ui.runs);
  comparer_close(session->comparer);
  for (int i = 0; i < LANE_COUNT; i++) {
    recorder_close(session->lanes[i].recorder);
  }
  arena_deinit(&session->frame);
  free(session);
  if (number != 0) {
    end_by_signal(number);
  }
  return EXIT_SUCCESS;
}
