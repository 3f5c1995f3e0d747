#include "app/archive.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/kept.h"
#include "app/resume.h"
#include "app/runs_table.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/str.h"
#include "store/labels.h"
#include "store/run_filter.h"

enum { PIECE = 16 /* runs */, FIRST_ROWS = 1024 };
static const double WORK_SECONDS = 0.004, FOLLOW_SECONDS = 1.0, FOLLOW_SHARE = 0.05;

/* Rows, and the texts that they point at. */
typedef struct Rows {
  Arena arena;
  RunRow *items; /* room for `room` */
  int count, room;
} Rows;

struct Archive {
  Recorder *recorder;
  const PresetList *presets;
  Rows shown, coming;
  Arena piece;  /* the stored runs of a piece */
  Arena opened; /* the presets of runs that have been opened */
  char filter_text[RUNS_MAX_TEXT];
  RunFilter filter;
  bool busy, again;        /* again: from the start when this reading is done */
  double begun, follow_at; /* when the reading began; when the next for a run that gets on may begin */
  int64_t before;          /* runs with a lower id are still to be read */
  int total;               /* read so far */
};

Archive *archive_open(Recorder *recorder, const PresetList *presets) {
  Archive *archive = calloc(1, sizeof *archive);
  if (!archive) {
    fatal("not enough memory");
  }
  archive->recorder = recorder;
  archive->presets = presets;
  arena_init(&archive->shown.arena, 0);
  arena_init(&archive->coming.arena, 0);
  arena_init(&archive->piece, 0);
  arena_init(&archive->opened, 0);
  return archive;
}

void archive_close(Archive *archive, const UiRuns *runs) {
  Error err;
  Store *store;
  Status status = recorder_store(archive->recorder, &store, &err);
  for (int i = 0; status == STATUS_OK && store && i < runs->hidden_count; i++) {
    status = labels_delete(store, runs->hidden[i], &err); /* what stays is seen the next time */
  }
  arena_deinit(&archive->shown.arena);
  arena_deinit(&archive->coming.arena);
  arena_deinit(&archive->piece);
  arena_deinit(&archive->opened);
  free(archive->shown.items);
  free(archive->coming.items);
  free(archive);
}

/* --- the rows ----------------------------------------------------------------------------------------------------- */

static void begin_list(Archive *archive) {
  archive->busy = true;
  archive->again = false;
  archive->begun = clock_now();
  archive->before = INT64_MAX;
  archive->total = archive->coming.count = 0;
  arena_reset(&archive->coming.arena);
}

static const char *keep(Arena *arena, const char *text) {
  return *text ? arena_strndup(arena, text, strlen(text)) : "";
}

static const char *date_text(Arena *arena, double seconds) {
  char text[32] = "";
  time_t time = (time_t)seconds;
  struct tm local;
  if (localtime_r(&time, &local)) {
    (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
  }
  return keep(arena, text);
}

static RunRow row_of(Arena *arena, const StoredRun *run) {
  char course[1024];
  runs_table_course(course, sizeof course, run);
  return (RunRow){.id = run->id,
                  .name = keep(arena, run->name),
                  .preset = keep(arena, run->preset),
                  .changes = keep(arena, run->differences),
                  .origin = keep(arena, course),
                  .tags = keep(arena, run->tags),
                  .note = keep(arena, run->note),
                  .dataset = keep(arena, run->dataset),
                  .started = date_text(arena, run->started),
                  .best = run->best_score,
                  .last = run->last_score,
                  .gap = run->gap,
                  .best_epoch = run->best_epoch + 1,
                  .epochs = run->epochs,
                  .seconds = run->seconds,
                  .outcome = run->outcome};
}

static void add_row(Rows *rows, const StoredRun *run) {
  if (rows->count == rows->room) {
    int room = rows->room > 0 ? 2 * rows->room : FIRST_ROWS;
    RunRow *items = realloc(rows->items, (size_t)room * sizeof *items);
    if (!items) {
      fatal("not enough memory");
    }
    rows->items = items;
    rows->room = room;
  }
  rows->items[rows->count++] = row_of(&rows->arena, run);
}

/* Those that are shown are given up only when the next ones are whole. */
static void give_rows(Archive *archive, UiState *ui, const char *problem) {
  Rows before = archive->shown;
  archive->shown = archive->coming;
  archive->coming = before;
  archive->busy = false;
  RunsNews news = {.rows = archive->shown.items,
                   .count = archive->shown.count,
                   .total = archive->total,
                   .filter = archive->filter_text,
                   .problem = problem};
  ui_runs_news(ui, &news);
  double now = clock_now(), pause = (now - archive->begun) / FOLLOW_SHARE;
  archive->follow_at = now + (pause > FOLLOW_SECONDS ? pause : FOLLOW_SECONDS);
  if (archive->again) {
    begin_list(archive);
  }
}

/* The next runs; `last`: there are no more. */
static Status read_piece(Archive *archive, Store *store, bool *last, Error *err) {
  RunList list;
  arena_reset(&archive->piece);
  Status status = history_page(store, &archive->piece, archive->before, PIECE, &list, err);
  if (status != STATUS_OK) {
    return status;
  }
  for (int i = 0; i < list.count; i++) {
    if (run_filter_holds(&archive->filter, &list.items[i])) {
      add_row(&archive->coming, &list.items[i]);
    }
  }
  archive->total += list.count;
  archive->before = list.count > 0 ? list.items[list.count - 1].id : 0;
  *last = list.count < PIECE;
  return STATUS_OK;
}

bool archive_work(Archive *archive, UiState *ui) {
  Error err = {0};
  Store *store = NULL;
  bool last = false;
  double begun = clock_now();
  if (!archive->busy) {
    return false;
  }
  Status status = recorder_store(archive->recorder, &store, &err);
  while (status == STATUS_OK && store && !last && clock_now() - begun < WORK_SECONDS) {
    status = read_piece(archive, store, &last, &err);
  }
  if (status == STATUS_OK && store && !last) {
    return false;
  }
  if (status != STATUS_OK) {
    archive->total = archive->coming.count = 0;
  }
  give_rows(archive, ui, status == STATUS_OK ? "" : err.text);
  return true;
}

bool archive_is_busy(const Archive *archive) { return archive->busy; }

void archive_follow(Archive *archive, const UiState *ui, bool ended) {
  if (ui->screen != SCREEN_RUNS || (!ended && clock_now() < archive->follow_at)) {
    return;
  }
  if (archive->busy) {
    archive->again = true;
  } else {
    begin_list(archive);
  }
}

/* --- wishes ------------------------------------------------------------------------------------------------------- */

static Status take_filter(Archive *archive, const RunsWish *wish, Error *err) {
  RunFilter filter;
  Status status = run_filter_parse(wish->text, &filter, err);
  if (status == STATUS_OK) {
    archive->filter = filter;
    str_copy(archive->filter_text, sizeof archive->filter_text, wish->text);
  }
  return status;
}

/* The lesson that the run was of; one of the run's own where that is no more. */
static const Preset *preset_of(Archive *archive, const UiState *ui, const StoredRun *run, const Preset *own) {
  for (int i = 0; i < archive->presets->count; i++) {
    if (strcmp(archive->presets->items[i].name, run->preset) == 0) {
      return &archive->presets->items[i];
    }
  }
  if (strcmp(ui->preset->name, run->preset) == 0) {
    return ui->preset;
  }
  Preset *preset = ARENA_ARRAY(&archive->opened, Preset, 1);
  *preset = *own;
  str_copy(preset->name, sizeof preset->name, run->preset);
  preset->title = keep(&archive->opened, run->title);
  return preset;
}

static Status parse_run(Archive *archive, const StoredRun *run, Preset *own, Error *err) {
  return preset_parse(&archive->opened, run->experiment, strlen(run->experiment), run->name, own, err);
}

static Status open_run(Archive *archive, UiState *ui, Store *store, int64_t id, Error *err) {
  const StoredRun *run;
  Preset own;
  Edit *edits;
  int count = 0;
  arena_reset(&archive->piece);
  Status status = history_run(store, &archive->piece, id, &run, err);
  if (status == STATUS_OK) {
    status = parse_run(archive, run, &own, err);
  }
  if (status != STATUS_OK) {
    return status;
  }
  bool edited = history_edits(store, &archive->piece, id, &edits, &count, err) == STATUS_OK && count > 0;
  const char *notice =
      arena_printf(&archive->piece, "%s as it began, ready: space trains%s%s%s%s", run->name,
                   edited ? "; the edits made while it trained are left out" : "",
                   run->outcome == OUTCOME_INTERRUPTED ? "; R on the Runs screen goes on where it was interrupted" : "",
                   *run->weights ? "; it began with " : "", run->weights);
  ui_open_run(ui, preset_of(archive, ui, run, &own), &own.experiment, notice);
  return STATUS_OK;
}

/* What the worker is given lives as long as the archive. */
static Status resume_run(Archive *archive, UiState *ui, Store *store, int64_t id, Error *err) {
  const StoredRun *run;
  Preset own = {.name = ""};
  KeptRun *kept = ARENA_NEW(&archive->opened, KeptRun);
  Status status = history_run(store, &archive->opened, id, &run, err);
  if (status == STATUS_OK) {
    status = resume_check(run, err);
  }
  if (status == STATUS_OK) {
    status = parse_run(archive, run, &own, err);
  }
  if (status == STATUS_OK) {
    status = kept_read(store, &archive->opened, run, kept, err);
  }
  Experiment now = own.experiment;
  for (int e = 0; status == STATUS_OK && e < kept->edit_count; e++) {
    status = param_set(&now, kept->edits[e].param, kept->edits[e].layer, kept->edits[e].new_value, err);
  }
  if (status == STATUS_OK) {
    ui_resume_run(ui, preset_of(archive, ui, run, &own), &own.experiment, &now, kept);
  }
  return status;
}

/* The words of a line, one tag each; "-word" takes one away. */
static Status tag_run(Store *store, const RunsWish *wish, Error *err) {
  char words[RUNS_MAX_TEXT], *rest = words;
  Status status = STATUS_OK;
  str_copy(words, sizeof words, wish->text);
  for (char *word; status == STATUS_OK && (word = strsep(&rest, " "));) {
    bool away = *word == '-';
    if (*word) {
      status = labels_tag(store, wish->id, word + away, !away, err);
    }
  }
  return status;
}

static Status do_wish(Archive *archive, UiState *ui, const RunsWish *wish, Error *err) {
  Store *store = NULL;
  Status status = recorder_store(archive->recorder, &store, err);
  if (wish->kind == WISH_REFRESH) {
    return STATUS_OK; /* what is wrong is told in the place of the rows */
  }
  if (wish->kind == WISH_FILTER) {
    return take_filter(archive, wish, err);
  }
  if (status != STATUS_OK || !store) {
    return status;
  }
  switch (wish->kind) {
    case WISH_OPEN:
      return open_run(archive, ui, store, wish->id, err);
    case WISH_RESUME:
      return resume_run(archive, ui, store, wish->id, err);
    case WISH_RENAME:
      return labels_rename(store, wish->id, wish->text, err);
    case WISH_TAG:
      return tag_run(store, wish, err);
    default:
      return labels_note(store, wish->id, wish->text, err);
  }
}

void archive_do(Archive *archive, UiState *ui) {
  Error err = {0};
  RunsWish wish;
  if (!ui_take_wish(ui, &wish)) {
    return;
  }
  if (do_wish(archive, ui, &wish, &err) != STATUS_OK) {
    ui_runs_refused(ui, &wish, err.text);
  } else if (wish.kind != WISH_OPEN && wish.kind != WISH_RESUME) {
    begin_list(archive);
  }
}
