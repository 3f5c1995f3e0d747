#include "app/repeats.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"
#include "train/repeater.h"

enum { AT_ONCE = 32, PLANS = 4, STORE_PATIENCE = 250 /* milliseconds, as for the run on the screen */ };
static const double HELD_SECONDS = 0.005, MORE_SECONDS = 0.017;

/* What the history has to know of a plan. */
typedef struct Origin {
  int plan, arms;
  const Preset *preset[REPEAT_MOST_ARMS];
} Origin;

struct Repeats {
  const char *store;
  const Preset *first, *first_origin;
  Repeater *repeater;
  double again_at;                       /* when it is read without a wake; 0: it is not */
  Origin origins[PLANS];                 /* of the latest plans, by their number */
  int troubled;                          /* the plan whose trouble with the history has been told */
  Recorder *recorders[REPEAT_MOST_RUNS]; /* of the runs under way */
  RepeatNews news[AT_ONCE];
};

Status repeats_open(Repeats **out, const Paths *paths, const Preset *first, const Preset *origin, Error *err) {
  Repeats *repeats = calloc(1, sizeof *repeats);
  if (!repeats) {
    return error_set(err, STATUS_IO, "not enough memory");
  }
  repeats->store = paths->store;
  repeats->first = first;
  repeats->first_origin = origin;
  Status status = repeater_open(&repeats->repeater, paths->datasets, true, err);
  if (status != STATUS_OK) {
    free(repeats);
    return status;
  }
  *out = repeats;
  return STATUS_OK;
}

static void close_recorder(Repeats *repeats, int run) {
  if (repeats->recorders[run]) {
    recorder_close(repeats->recorders[run]);
    repeats->recorders[run] = NULL;
  }
}

void repeats_end(Repeats *repeats) { repeater_end(repeats->repeater); }

void repeats_close(Repeats *repeats) {
  if (!repeats) {
    return;
  }
  repeater_close(repeats->repeater);
  for (int run = 0; run < REPEAT_MOST_RUNS; run++) {
    close_recorder(repeats, run);
  }
  free(repeats);
}

void repeats_do(Repeats *repeats, UiState *ui) {
  RepeatPlan plan;
  RepeatWish wish = ui_take_repeat(ui, &plan);
  if (wish == REPEAT_WISH_STOP) {
    repeater_stop(repeats->repeater);
  } else if (wish == REPEAT_WISH_START) {
    Origin *origin = &repeats->origins[plan.number % PLANS];
    *origin = (Origin){.plan = plan.number, .arms = plan.arms};
    for (int arm = 0; arm < plan.arms; arm++) {
      const Preset *preset = plan.preset[arm];
      origin->preset[arm] = preset == repeats->first ? repeats->first_origin : preset;
    }
    repeater_start(repeats->repeater, &plan);
  }
}

int repeats_wake_fd(const Repeats *repeats) { return repeater_wake_fd(repeats->repeater); }

int repeats_patience(const Repeats *repeats) {
  double left = repeats->again_at - clock_now();
  return repeats->again_at <= 0.0 ? -1 : left > 0.0 ? (int)(left * 1000.0) + 1 : 0;
}

/* Once for a plan: the same trouble meets all its runs. */
static void tell_trouble(Repeats *repeats, Recorder *recorder, int plan, UiState *ui) {
  const char *trouble = recorder_trouble(recorder);
  if (trouble && repeats->troubled != plan) {
    Event event = {.kind = EVENT_REFUSED};
    str_copy(event.text, sizeof event.text, trouble);
    ui_event(ui, &event);
    repeats->troubled = plan;
  }
}

static void begin_record(Repeats *repeats, const RepeatNews *news) {
  int run = news->event.run;
  const Origin *origin = &repeats->origins[news->plan % PLANS];
  close_recorder(repeats, run);
  if (origin->plan == news->plan) {
    repeats->recorders[run] = recorder_open(repeats->store, NULL, STORE_PATIENCE);
    recorder_tag(repeats->recorders[run], "repeat");
    recorder_loaded(repeats->recorders[run], origin->preset[run % origin->arms], &news->event.loaded);
  }
}

static void record(Repeats *repeats, const RepeatNews *news, UiState *ui, Archive *archive) {
  const Event *event = &news->event;
  if (event->kind == EVENT_LOADED) {
    begin_record(repeats, news);
  }
  Recorder *recorder = repeats->recorders[event->run];
  if (!recorder) {
    return;
  }
  if (event->kind == EVENT_EPOCH) {
    recorder_epoch(recorder, &event->epoch);
  } else if (event->kind == EVENT_ENDED) {
    recorder_ended(recorder, &event->ended);
  }
  tell_trouble(repeats, recorder, news->plan, ui);
  if (event->kind == EVENT_ENDED) {
    close_recorder(repeats, event->run);
    archive_follow(archive, ui, true);
  }
}

/* An epoch that comes within 16 ms of a wake wakes nobody: it is looked for. */
void repeats_read(Repeats *repeats, UiState *ui, Archive *archive) {
  int count, total = 0;
  do {
    count = repeater_read(repeats->repeater, repeats->news, AT_ONCE);
    for (int i = 0; i < count; i++) {
      const RepeatNews *news = &repeats->news[i];
      ui_repeat_news(ui, news);
      if (!news->over) {
        record(repeats, news, ui, archive);
      }
    }
    total += count > 0 ? count : 0;
  } while (count == AT_ONCE);
  double now = clock_now();
  if (count < 0 || total > 0) {
    repeats->again_at = now + (count < 0 ? HELD_SECONDS : MORE_SECONDS);
  } else if (now >= repeats->again_at) {
    repeats->again_at = 0.0;
  }
}
