/* compare_control: the marks, the questions for runs, and the Compare screen's keys. */
#include "ui/compare.h"

#include <math.h>

#include "base/order.h"
#include "base/str.h"
#include "ui/edit.h"
#include "ui/runs.h"

/* ---- marks ---- */

int compare_count(const UiState *ui) {
  int count = 0;
  for (int place = 0; place < COMPARE_MOST; place++) {
    count += ui->compare.marked[place] != 0;
  }
  return count;
}

int compare_place(const UiState *ui, int64_t id) {
  for (int place = 0; place < COMPARE_MOST; place++) {
    if (ui->compare.marked[place] == id) {
      return place;
    }
  }
  return -1;
}

void compare_unmark(UiState *ui, int64_t id) {
  int place = compare_place(ui, id);
  if (place >= 0) {
    ui->compare.marked[place] = 0;
  }
}

bool compare_toggle(UiState *ui, int64_t id) {
  if (compare_place(ui, id) >= 0) {
    compare_unmark(ui, id);
    return true;
  }
  int place = compare_place(ui, 0);
  if (place < 0) {
    edit_notice(ui, true, "%d runs are marked, and more cannot be told apart: m on one of them takes its mark away",
                COMPARE_MOST);
    return false;
  }
  ui->compare.marked[place] = id;
  return true;
}

/* ---- questions and answers ---- */

void compare_open(UiState *ui) {
  ui->screen = SCREEN_COMPARE;
  ui->compare.asks = true;
}

bool ui_take_comparison(UiState *ui, int64_t ids[COMPARE_MOST]) {
  bool asks = ui->compare.asks;
  ui->compare.asks = false;
  for (int place = 0; place < COMPARE_MOST; place++) {
    ids[place] = ui->compare.marked[place];
  }
  return asks;
}

/* The place of the shown run that is `by` behind the selected one; of the nearest where that is none of them. */
static int neighbour(const UiCompare *compare, int by) {
  int at = 0;
  for (int i = 0; i < compare->news.count; i++) {
    at = compare->news.runs[i]->place <= compare->place ? i : at;
  }
  at = larger(0, smaller(at + by, compare->news.count - 1));
  return compare->news.count > 0 ? compare->news.runs[at]->place : 0;
}

void ui_compare_news(UiState *ui, const CompareNews *news) {
  UiCompare *compare = &ui->compare;
  compare->news = *news;
  str_copy(compare->problem, sizeof compare->problem, news->problem);
  compare->news.problem = compare->problem;
  compare->place = neighbour(compare, 0);
  if (compare->has_cursor) {
    compare_go(ui, compare->epoch);
  }
}

void ui_compare_gone(UiState *ui, int64_t id) {
  compare_unmark(ui, id);
  edit_notice(ui, true, "a marked run is no more: another nnlab has deleted it");
}

/* ---- what is shown ---- */

int compare_metrics(const UiState *ui) {
  for (int i = 0; i < ui->compare.news.count; i++) {
    if (ui->compare.news.runs[i]->task == TASK_REGRESSION) {
      return METRIC_COUNT;
    }
  }
  return METRIC_MAE;
}

int compare_epochs(const UiState *ui) {
  int epochs = 0;
  for (int i = 0; i < ui->compare.news.count; i++) {
    epochs = larger(epochs, ui->compare.news.runs[i]->epochs);
  }
  return epochs;
}

CurveId compare_train_curve(const UiState *ui) {
  return ui->train_curve == TRAIN_CURVE_EVAL ? CURVE_TRAIN_EVAL : CURVE_TRAIN;
}

bool compare_draws(const UiState *ui, bool validation) {
  return ui->compare.curves != (validation ? CURVES_TRAIN : CURVES_VAL);
}

void compare_go(UiState *ui, int epoch) {
  int epochs = compare_epochs(ui);
  ui->compare.has_cursor = epochs > 0 && epoch <= epochs;
  ui->compare.epoch = larger(1, epoch);
}

/* ---- keys ---- */

static const CompareRun *selected(const UiState *ui) {
  const CompareNews *news = &ui->compare.news;
  for (int i = 0; i < news->count; i++) {
    if (news->runs[i]->place == ui->compare.place) {
      return news->runs[i];
    }
  }
  return NULL;
}

static void act_on_selected(UiState *ui, Action action) {
  const CompareRun *run = selected(ui);
  if (!run) {
    edit_notice(ui, false, "no run is selected");
  } else if (action == ACTION_COMPARE_OPEN) {
    runs_wish_open(ui, run->id);
  } else {
    compare_unmark(ui, run->id);
    ui->compare.asks = true;
    edit_notice(ui, false, "%s is out of the comparison: on the Runs screen m marks it again", run->name);
  }
}

static void next_curves(UiState *ui) {
  static const char *const WORDS[COMPARE_CURVES_COUNT] = {"curves: training and validation", "curves: validation alone",
                                                          "curves: training alone"};
  ui->compare.curves = (CompareCurves)((ui->compare.curves + 1) % COMPARE_CURVES_COUNT);
  edit_notice(ui, false, "%s", WORDS[ui->compare.curves]);
}

/* The metrics, then the difference in each, where two runs have one. */
int compare_next_chart(const UiState *ui) {
  const UiCompare *compare = &ui->compare;
  int metrics = compare_metrics(ui), last = compare->news.count == 2 ? METRIC_COUNT + metrics - 1 : metrics - 1;
  return compare->chart >= last ? 0 : compare->chart == metrics - 1 ? METRIC_COUNT : compare->chart + 1;
}

static void move_cursor(UiState *ui, int by) {
  bool on = ui->compare.has_cursor;
  int from = on ? ui->compare.epoch : compare_epochs(ui) + 1;
  if (on || by < 0) {
    compare_go(ui, from + by);
  }
}

static void scroll_to(UiState *ui, int line) { ui->compare.scroll = larger(0, smaller(line, ui->hits.scroll_max)); }

void compare_wheel(UiState *ui, int direction) { scroll_to(ui, ui->compare.scroll + 3 * direction); }

/* Those that move: the selection, the cursor, the table. */
static bool move(UiState *ui, Action action) {
  enum { FAR = 10 };
  UiCompare *compare = &ui->compare;
  int page = larger(1, ui->hits.page - 1);
  switch (action) {
    case ACTION_COMPARE_LEFT:
    case ACTION_COMPARE_RIGHT:
      compare->place = neighbour(compare, action == ACTION_COMPARE_LEFT ? -1 : 1);
      return true;
    case ACTION_BACK:
    case ACTION_AHEAD:
      move_cursor(ui, action == ACTION_BACK ? -1 : 1);
      return true;
    case ACTION_FAR_BACK:
    case ACTION_FAR_AHEAD:
      move_cursor(ui, action == ACTION_FAR_BACK ? -FAR : FAR);
      return true;
    case ACTION_UP:
    case ACTION_DOWN:
      scroll_to(ui, compare->scroll + (action == ACTION_UP ? -1 : 1));
      return true;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
      scroll_to(ui, compare->scroll + (action == ACTION_PAGE_UP ? -page : page));
      return true;
    case ACTION_HOME:
    case ACTION_END:
      scroll_to(ui, action == ACTION_HOME ? 0 : ui->hits.scroll_max);
      return true;
    default:
      return false;
  }
}

/* Away goes first what lies over the screen: the cursor. */
static bool close_screen(UiState *ui) {
  if (ui->run.progress.state == RUN_LOADING) {
    return false; /* it stops that, as in the Lab */
  }
  if (ui->compare.has_cursor) {
    ui->compare.has_cursor = false;
  } else {
    runs_open(ui);
  }
  return true;
}

bool compare_act(UiState *ui, Action action, int argument, double fraction) {
  switch (action) {
    case ACTION_COMPARE_OPEN:
    case ACTION_COMPARE_REMOVE:
      act_on_selected(ui, action);
      return true;
    case ACTION_COMPARE_CURVES:
      next_curves(ui);
      return true;
    case ACTION_COMPARE_CHART:
      ui->compare.chart = compare_next_chart(ui);
      return true;
    case ACTION_PICK_EPOCH:
      compare_go(ui, (int)lround(fraction * argument));
      return true;
    case ACTION_PICK_RUN:
      ui->compare.place = argument;
      return true;
    case ACTION_CLOSE:
      return close_screen(ui);
    case ACTION_UNDO: /* of settings, which are not in sight */
    case ACTION_REDO:
      return true;
    default:
      return move(ui, action);
  }
}
