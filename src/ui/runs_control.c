/* runs_control: the Runs screen's keys, what it wishes for, and the order of its rows. */
#include "ui/runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "ui/compare.h"
#include "ui/edit.h"
#include "ui/overlay.h"

/* ---- the order ---- */

static const char *text_of(const RunRow *row, RunsOrder order) {
  switch (order) {
    case RUNS_BY_NAME:
      return row->name;
    case RUNS_BY_PRESET:
      return row->preset;
    case RUNS_BY_OUTCOME:
      return OUTCOME_NAMES[row->outcome];
    case RUNS_BY_CHANGES:
      return row->changes;
    default:
      return NULL;
  }
}

static double number_of(const RunRow *row, RunsOrder order) {
  switch (order) {
    case RUNS_BY_BEST:
      return row->best;
    case RUNS_BY_BEST_EPOCH:
      return row->best_epoch > 0 ? row->best_epoch : (double)NAN;
    case RUNS_BY_LAST:
      return row->last;
    case RUNS_BY_GAP:
      return row->gap;
    case RUNS_BY_EPOCHS:
      return row->epochs;
    case RUNS_BY_TIME:
      return row->seconds;
    default:
      return (double)row->id;
  }
}

/* What has no number comes last either way; of equals the newer comes first. */
static int compare_rows(const void *a, const void *b, void *context) {
  const RunRow *left = a, *right = b;
  const UiRuns *runs = context;
  int by, newer = (left->id < right->id) - (left->id > right->id);
  if (text_of(left, runs->order)) {
    by = strcmp(text_of(left, runs->order), text_of(right, runs->order));
  } else {
    double x = number_of(left, runs->order), y = number_of(right, runs->order);
    if (isnan(x) || isnan(y)) {
      by = (isnan(x) != 0) - (isnan(y) != 0);
      return by != 0 ? by : newer;
    }
    by = (x < y) - (x > y);
  }
  by = runs->turned ? -by : by;
  return by != 0 ? by : newer;
}

static int64_t selected_id(const UiState *ui) {
  const RunRow *row = runs_selected(ui);
  return row ? row->id : 0;
}

/* The selection goes with its run; where that is gone, its place stays. */
static void select_id(UiRuns *runs, int64_t id) {
  runs->row = larger(0, smaller(runs->row, runs->count - 1));
  for (int i = 0; i < runs->count; i++) {
    if (runs->rows[i].id == id) {
      runs->row = i;
      return;
    }
  }
}

static void sort_rows(UiRuns *runs, int64_t selected) {
  if (runs->count > 1) {
    qsort_r(runs->rows, (size_t)runs->count, sizeof *runs->rows, compare_rows, runs);
  }
  select_id(runs, selected);
}

static void order_by(UiState *ui, RunsOrder order, bool turned) {
  ui->runs.order = order;
  ui->runs.turned = turned;
  sort_rows(&ui->runs, selected_id(ui));
}

/* ---- wishes and their answers ---- */

static void wish(UiState *ui, RunsWishKind kind, int64_t id, const char *text) {
  ui->runs.wish = (RunsWish){.kind = kind, .id = id};
  str_copy(ui->runs.wish.text, sizeof ui->runs.wish.text, text);
}

void runs_wish_open(UiState *ui, int64_t id) { wish(ui, WISH_OPEN, id, ""); }

static void refresh(UiState *ui) {
  wish(ui, WISH_REFRESH, 0, "");
  ui->runs.busy = true;
}

bool ui_take_wish(UiState *ui, RunsWish *taken) {
  *taken = ui->runs.wish;
  ui->runs.wish.kind = WISH_NONE;
  return taken->kind != WISH_NONE;
}

static bool is_hidden(const UiRuns *runs, int64_t id) {
  for (int i = 0; i < runs->hidden_count; i++) {
    if (runs->hidden[i] == id) {
      return true;
    }
  }
  return false;
}

static void drop_hidden(UiRuns *runs) {
  int kept = 0;
  for (int i = 0; i < runs->count && runs->hidden_count > 0; i++) {
    if (!is_hidden(runs, runs->rows[i].id)) {
      runs->rows[kept++] = runs->rows[i];
    }
  }
  runs->count = runs->hidden_count > 0 ? kept : runs->count;
}

void ui_runs_news(UiState *ui, const RunsNews *news) {
  UiRuns *runs = &ui->runs;
  int64_t selected = selected_id(ui);
  runs->rows = news->rows;
  runs->count = news->count;
  runs->total = news->total;
  runs->has_rows = true;
  runs->busy = false;
  str_copy(runs->filter, sizeof runs->filter, news->filter);
  str_printable(runs->problem, sizeof runs->problem, news->problem);
  drop_hidden(runs);
  sort_rows(runs, selected);
}

static void begin_typing(UiState *ui, RunsWishKind kind, const char *text) {
  ui->typing = true;
  ui->runs.typing = kind;
  str_copy(ui->typed, sizeof ui->typed, text);
}

static void stop_typing(UiState *ui) {
  if (ui->runs.typing != WISH_NONE) {
    ui->typing = false;
    ui->runs.typing = WISH_NONE;
  }
}

void ui_runs_refused(UiState *ui, const RunsWish *refused, const char *why) {
  edit_notice(ui, true, "%s", why);
  ui->runs.busy = false;
  if (ui->screen == SCREEN_RUNS && refused->kind >= WISH_FILTER) {
    begin_typing(ui, refused->kind, refused->text);
  }
}

void ui_open_run(UiState *ui, const Preset *preset, const Experiment *experiment, const char *notice) {
  edit_open_with(ui, preset, experiment);
  edit_notice(ui, false, "%s", notice);
}

void ui_resume_run(UiState *ui, const Preset *preset, const Experiment *experiment, const Experiment *now,
                   const KeptRun *kept) {
  edit_open_with(ui, preset, experiment);
  ui->outbox[0].kept = kept; /* the load's, before which the outbox was emptied */
  ui->experiment = *now;
  edit_post_kind(ui, COMMAND_START);
}

/* ---- keys ---- */

void runs_open(UiState *ui) {
  ui->screen = SCREEN_RUNS;
  refresh(ui);
}

const RunRow *runs_selected(const UiState *ui) {
  return ui->runs.row < ui->runs.count ? &ui->runs.rows[ui->runs.row] : NULL;
}

static bool move(UiState *ui, Action action) { return overlay_step(ui, action, ui->runs.count, &ui->runs.row); }

void runs_wheel(UiState *ui, int direction) {
  for (int i = 0; i < 3 && !ui->typing; i++) {
    move(ui, direction < 0 ? ACTION_UP : ACTION_DOWN);
  }
}

/* Asks first, as `asked` says: the press that asked is the one before. */
static void delete_run(UiState *ui, const RunRow *row) {
  UiRuns *runs = &ui->runs;
  if (row->outcome == OUTCOME_RUNNING) {
    edit_notice(ui, true, "%s is still training: end it first", row->name);
  } else if (runs->hidden_count == RUNS_MAX_HIDDEN) {
    edit_notice(ui, true, "%d runs are deleted when nnlab ends: quit before you delete more", RUNS_MAX_HIDDEN);
  } else if (runs->asked != row->id) {
    runs->asked = row->id;
    edit_notice(ui, false, "x again deletes %s with its epochs, any other key keeps it", row->name);
  } else {
    edit_notice(ui, false, "%s is deleted when nnlab ends: u brings it back", row->name);
    compare_unmark(ui, row->id);
    runs->hidden[runs->hidden_count++] = row->id;
    drop_hidden(runs);
    select_id(runs, 0);
  }
}

static void restore_run(UiState *ui) {
  if (ui->runs.hidden_count == 0) {
    edit_notice(ui, false, "no run has been deleted");
    return;
  }
  ui->runs.hidden_count--;
  refresh(ui);
  edit_notice(ui, false, "the run that was deleted last is back");
}

/* And on to the next one, as marks come in rows. */
static void mark(UiState *ui, const RunRow *row) {
  if (compare_toggle(ui, row->id)) {
    move(ui, ACTION_DOWN);
  }
}

static void compare_marked(UiState *ui) {
  int count = compare_count(ui);
  if (count > 1) {
    compare_open(ui);
  } else {
    edit_notice(ui, false,
                count == 0 ? "no run is marked: m marks one, and c compares two to six"
                           : "one run is marked: m marks another, and c compares them");
  }
}

static void act_on_run(UiState *ui, Action action) {
  const RunRow *row = runs_selected(ui);
  if (!row) {
    edit_notice(ui, false, "no run is selected");
    return;
  }
  switch (action) {
    case ACTION_RUNS_OPEN:
      runs_wish_open(ui, row->id);
      break;
    case ACTION_RUNS_MARK:
      mark(ui, row);
      break;
    case ACTION_RUNS_RESUME:
      wish(ui, WISH_RESUME, row->id, "");
      break;
    case ACTION_RUNS_RENAME:
      begin_typing(ui, WISH_RENAME, row->name);
      break;
    case ACTION_RUNS_TAG:
      begin_typing(ui, WISH_TAG, "");
      break;
    case ACTION_RUNS_NOTE:
      begin_typing(ui, WISH_NOTE, row->note);
      break;
    default:
      delete_run(ui, row);
      break;
  }
}

/* A click selects; a click on what is selected opens it. */
static void pick_row(UiState *ui, int row) {
  bool again = row == ui->runs.row;
  ui->runs.row = larger(0, smaller(row, ui->runs.count - 1));
  if (again) {
    act_on_run(ui, ACTION_RUNS_OPEN);
  }
}

bool runs_act(UiState *ui, Action action, int argument) {
  UiRuns *runs = &ui->runs;
  stop_typing(ui); /* a click elsewhere leaves it */
  switch (action) {
    case ACTION_RUNS_SORT:
      order_by(ui, (RunsOrder)((runs->order + 1) % RUNS_ORDER_COUNT), false);
      return true;
    case ACTION_RUNS_TURN:
      order_by(ui, runs->order, !runs->turned);
      return true;
    case ACTION_PICK_HEAD:
      order_by(ui, (RunsOrder)argument, argument == (int)runs->order && !runs->turned);
      return true;
    case ACTION_RUNS_FILTER:
      begin_typing(ui, WISH_FILTER, runs->filter);
      return true;
    case ACTION_RUNS_RESTORE:
      restore_run(ui);
      return true;
    case ACTION_RUNS_COMPARE:
      compare_marked(ui);
      return true;
    case ACTION_RUNS_OPEN:
    case ACTION_RUNS_RESUME:
    case ACTION_RUNS_MARK:
    case ACTION_RUNS_RENAME:
    case ACTION_RUNS_TAG:
    case ACTION_RUNS_NOTE:
    case ACTION_RUNS_DELETE:
      act_on_run(ui, action);
      return true;
    case ACTION_PICK_ROW:
      pick_row(ui, argument);
      return true;
    case ACTION_CLOSE:
      if (ui->run.progress.state == RUN_LOADING) {
        return false; /* it stops that, as in the Lab */
      }
      ui->screen = SCREEN_LAB;
      return true;
    case ACTION_REDO: /* of settings, which are not in sight */
      return true;
    default:
      return move(ui, action);
  }
}

void runs_type(UiState *ui, uint32_t key) {
  RunsWishKind kind = ui->runs.typing;
  if (typed_edit(ui, key)) {
    return;
  }
  stop_typing(ui);
  if (key != INPUT_ESCAPE) {
    wish(ui, kind, kind == WISH_FILTER ? 0 : selected_id(ui), ui->typed);
    ui->runs.busy = true;
  }
}

const char *runs_typed_name(const UiState *ui) {
  static const char *const NAMES[WISH_KIND_COUNT] = {
      [WISH_FILTER] = "filter", [WISH_RENAME] = "name", [WISH_TAG] = "tag", [WISH_NOTE] = "note"};
  const char *name = NAMES[ui->runs.typing];
  return name ? name : "";
}
