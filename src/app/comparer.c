/* comparer: each run has a place, as on the screen. The words and numbers of the table are made anew whenever the runs
 * are others or one has got on; the curves only grow. */
#include "app/comparer.h"

#include <stdlib.h>
#include <string.h>

#include "app/side_by_side.h"
#include "base/clock.h"
#include "base/fatal.h"

enum { PIECE = 512 /* epochs */ };
static const double WORK_SECONDS = 0.004, FOLLOW_SECONDS = 1.0, FOLLOW_SHARE = 0.05;

typedef struct Place {
  int64_t id; /* 0 = nobody's */
  Outcome outcome;
  bool whole; /* all its epochs are read, as far as is known */
  CompareRun run;
} Place;

struct Comparer {
  Recorder *recorder;
  Place places[COMPARE_MOST];
  Arena table, piece; /* the names and the table; a piece of the epochs */
  CompareNews news;
  bool stale; /* the table is to be made */
  bool busy;
  double begun, follow_at; /* when this reading began; when the next may */
};

Comparer *comparer_open(Recorder *recorder) {
  Comparer *comparer = calloc(1, sizeof *comparer);
  if (!comparer) {
    fatal("not enough memory");
  }
  comparer->recorder = recorder;
  arena_init(&comparer->table, 0);
  arena_init(&comparer->piece, 0);
  return comparer;
}

void comparer_close(Comparer *comparer) {
  arena_deinit(&comparer->table);
  arena_deinit(&comparer->piece);
  free(comparer);
}

static void begin(Comparer *comparer) {
  comparer->stale = comparer->busy = true;
  comparer->begun = clock_now();
}

/* Runs that are there already keep their curves. */
static void take_ids(Comparer *comparer, const int64_t *ids) {
  for (int p = 0; p < COMPARE_MOST; p++) {
    Place *place = &comparer->places[p];
    if (ids[p] != place->id) {
      memset(place, 0, sizeof *place);
      place->id = ids[p];
      place->run.id = ids[p];
      place->run.place = p;
    }
  }
  begin(comparer);
}

static bool is_training(const Place *place) { return place->id != 0 && place->outcome == OUTCOME_RUNNING; }

static bool any_is_training(const Comparer *comparer) {
  for (int p = 0; p < COMPARE_MOST; p++) {
    if (is_training(&comparer->places[p])) {
      return true;
    }
  }
  return false;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

/* `run`, as it stands now. */
static void follow_run(Place *place, const StoredRun *run) {
  place->whole = place->whole && place->outcome != OUTCOME_RUNNING;
  place->outcome = run->outcome;
  place->run.name = run->name;
  place->run.task = run->task;
}

static Status make_table(Comparer *comparer, UiState *ui, Store *store, Error *err) {
  const StoredRun *runs[COMPARE_MOST];
  CompareNews *news = &comparer->news;
  arena_reset(&comparer->table);
  *news = (CompareNews){0};
  for (int p = 0; p < COMPARE_MOST; p++) {
    Place *place = &comparer->places[p];
    if (place->id == 0) {
      continue;
    }
    Status status = history_run(store, &comparer->table, place->id, &runs[news->count], err);
    if (status == STATUS_USAGE) {
      ui_compare_gone(ui, place->id);
      place->id = 0;
      continue;
    }
    if (status != STATUS_OK) {
      return status;
    }
    follow_run(place, runs[news->count]);
    news->runs[news->count++] = &place->run;
  }
  comparer->stale = false;
  return news->count > 0 ? side_by_side(&comparer->table, runs, news->count, &news->table, err) : STATUS_OK;
}

/* --- the curves --------------------------------------------------------------------------------------------------- */

static Status read_piece(Comparer *comparer, Store *store, Place *place, Error *err) {
  EpochReport *epochs;
  int count;
  arena_reset(&comparer->piece);
  Status status =
      history_epochs_from(store, &comparer->piece, place->id, place->run.epochs, PIECE, &epochs, &count, err);
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    curves_push(place->run.curves, &epochs[i]);
    place->run.epochs = epochs[i].epoch + 1;
  }
  place->whole = count < PIECE;
  return status;
}

static Place *next_to_read(Comparer *comparer) {
  for (int p = 0; p < COMPARE_MOST; p++) {
    if (comparer->places[p].id != 0 && !comparer->places[p].whole) {
      return &comparer->places[p];
    }
  }
  return NULL;
}

/* --- work --------------------------------------------------------------------------------------------------------- */

static Status read_on(Comparer *comparer, UiState *ui, Error *err) {
  Store *store = NULL;
  double begun = clock_now();
  Status status = recorder_store(comparer->recorder, &store, err);
  if (status != STATUS_OK || !store) {
    comparer->news = (CompareNews){0};
    comparer->busy = false;
    return status;
  }
  if (comparer->stale) {
    status = make_table(comparer, ui, store, err);
  }
  Place *place = next_to_read(comparer);
  while (status == STATUS_OK && place && clock_now() - begun < WORK_SECONDS) {
    status = read_piece(comparer, store, place, err);
    place = next_to_read(comparer);
  }
  comparer->busy = status == STATUS_OK && place;
  return status;
}

bool comparer_work(Comparer *comparer, UiState *ui) {
  int64_t ids[COMPARE_MOST];
  Error err = {0};
  if (ui_take_comparison(ui, ids)) {
    take_ids(comparer, ids);
  } else if (!comparer->busy && comparer_patience(comparer, ui) == 0) {
    begin(comparer);
  }
  if (!comparer->busy) {
    return false;
  }
  Status status = read_on(comparer, ui, &err);
  if (!comparer->busy) {
    double now = clock_now(), pause = (now - comparer->begun) / FOLLOW_SHARE;
    comparer->follow_at = now + (pause > FOLLOW_SECONDS ? pause : FOLLOW_SECONDS);
  }
  comparer->news.busy = comparer->busy;
  comparer->news.problem = status == STATUS_OK ? "" : err.text;
  ui_compare_news(ui, &comparer->news);
  return true;
}

int comparer_patience(const Comparer *comparer, const UiState *ui) {
  if (ui->compare.asks || comparer->busy) {
    return 0;
  }
  if (ui->screen != SCREEN_COMPARE || !any_is_training(comparer)) {
    return -1;
  }
  double left = comparer->follow_at - clock_now();
  return left > 0 ? (int)(left * 1000) + 1 : 0;
}
