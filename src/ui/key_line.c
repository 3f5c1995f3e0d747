/* key_line: the keys that matter where the screen stands. Each is a button too. */
#include "ui/compare.h"
#include "ui/panels.h"
#include "ui/run.h"
#include "ui/runs.h"
#include "ui/twin.h"

enum { MAX_ITEMS = 20, GAP = 2 };

/* One button, or two that share a word: "←→ rate". */
typedef struct KeyItem {
  Action action, second; /* ACTION_NONE: one button */
  const char *label;
  int priority;
} KeyItem;

typedef struct KeyLine {
  int count;
  KeyItem items[MAX_ITEMS];
} KeyLine;

static void add(KeyLine *line, int priority, Action action, Action second, const char *label) {
  if (line->count < MAX_ITEMS) {
    line->items[line->count++] = (KeyItem){action, second, label, priority};
  }
}

static const char *train_label(RunState state, bool wide) {
  return state == RUN_RUNNING ? "pause" : state == RUN_PAUSED ? "resume" : wide ? "start" : "train";
}

/* While the cursor stands at an epoch. */
static void time_keys(View *view, KeyLine *line) {
  const UiState *ui = view->ui;
  bool wide = lab_screen_is_wide(view->canvas);
  add(line, 12, ACTION_BACK, ACTION_AHEAD, "epoch");
  add(line, 3, ACTION_FAR_BACK, ACTION_FAR_AHEAD, "ten");
  add(line, 13, ACTION_FORK, ACTION_NONE, wide ? "fork here" : "fork");
  add(line, 14, ACTION_CLOSE, ACTION_NONE, wide ? "to the present" : "present");
  add(line, 7, ACTION_BATCH_NORM, ACTION_NONE, wide ? "batch norm" : "BN");
  add(line, 6, ACTION_DROPOUT, ACTION_NONE, wide ? "dropout" : "drop");
  add(line, 5, ACTION_LEFT, ACTION_RIGHT, "rate");
  add(line, 4, ACTION_UP, ACTION_DOWN, "layer");
  if (!run_has_ended(ui->run.progress.state)) {
    add(line, 8, ACTION_TRAIN, ACTION_NONE, train_label(ui->run.progress.state, wide));
  }
  add(line, 11, ACTION_HELP, ACTION_NONE, "help");
  add(line, 10, ACTION_QUIT, ACTION_NONE, "quit");
}

/* Short words where the line is short. What else the panels' own borders name there: the chart, the settings. */
static void lab_keys(View *view, KeyLine *line) {
  const UiState *ui = view->ui;
  RunState state = twin_state(ui);
  bool wide = lab_screen_is_wide(view->canvas), ended = run_has_ended(state);
  bool begun = ui->run.progress.step > 0 || ended, lesson = !lab_screen_shows_lesson(ui, view->canvas);
  bool arrows_are_words = view->canvas->charset == CHARSET_ASCII;
  if (state == RUN_LOADING && ui->run.progress.loading.seconds > 0) {
    add(line, 21, ACTION_CLOSE, ACTION_NONE, wide ? "stop loading" : "stop");
  }
  if (ended) {
    const char *label = state == RUN_UNLOADED ? "load" : wide ? "restart" : "rerun";
    add(line, 20, ACTION_RESTART, ACTION_NONE, label);
  } else {
    add(line, 20, ACTION_TRAIN, ACTION_NONE, train_label(state, wide));
    add(line, 2, ACTION_STEP_EPOCH, ACTION_NONE, "epoch");
  }
  add(line, 17, ACTION_BATCH_NORM, ACTION_NONE, wide ? "batch norm" : "BN");
  add(line, 16, ACTION_DROPOUT, ACTION_NONE, wide ? "dropout" : "drop");
  add(line, 15, ACTION_LEFT, ACTION_RIGHT, "rate");
  add(line, arrows_are_words ? 9 : 14, ACTION_UP, ACTION_DOWN, "layer");
  add(line, 4, ACTION_RATE_DOWN, ACTION_RATE_UP, "learning rate");
  if (!ended) {
    add(line, begun || wide ? 12 : 5, ACTION_RESTART, ACTION_NONE, wide ? "restart" : "rerun");
  }
  add(line, ui->twin.on ? 13 : 3, ACTION_TWIN, ACTION_NONE, ui->twin.on ? "end twins" : "twins");
  if (ui->run.last.epoch >= 0 && !ui->twin.on) {
    add(line, 3, ACTION_PIN, ACTION_NONE, ui->pin.marked ? "unpin" : "pin");
    add(line, 1, ACTION_REPEAT, ACTION_NONE, ui->repeat.state == REPEAT_RUNNING ? "stop repeat" : "repeat");
  }
  add(line, 8, ACTION_UNDO, ACTION_NONE, "undo");
  if (begun) {
    add(line, 3, ACTION_BACK, ACTION_AHEAD, "back in time");
  }
  add(line, 7, ACTION_SETTINGS, ACTION_NONE, "settings");
  if (lesson) {
    add(line, begun ? 11 : 13, ACTION_LESSON, ACTION_NONE, "lesson");
  }
  add(line, 12, ACTION_PRESETS, ACTION_NONE, wide ? "presets" : "open");
  add(line, 19, ACTION_HELP, ACTION_NONE, "help");
  add(line, 18, ACTION_QUIT, ACTION_NONE, "quit");
  if (lab_screen_shows_one_chart(ui, view->canvas)) {
    add(line, 6, ACTION_NEXT_CHART, ACTION_NONE, "chart");
  }
}

static void data_keys(View *view, KeyLine *line) {
  const UiState *ui = view->ui;
  RunState state = ui->run.progress.state;
  bool wide = lab_screen_is_wide(view->canvas), settings = ui->data.focus == FOCUS_SETTINGS;
  add(line, 20, ACTION_LAB, ACTION_NONE, "Lab");
  add(line, 16, ACTION_DATA_PANEL, ACTION_NONE, wide ? "next panel" : "panel");
  add(line, 12, ACTION_UP, ACTION_DOWN, "select");
  if (settings) {
    add(line, 14, ACTION_DATA_LEFT, ACTION_DATA_RIGHT, "change");
    add(line, 13, ACTION_DATA_ENTER, ACTION_NONE, wide ? "type a value" : "type");
  } else if (ui->data.focus == FOCUS_COLUMNS && ui->data.survey && ui->data.survey->profile.first_rows > 0 &&
             ui->data.survey->pictures == 0) {
    add(line, 15, ACTION_DATA_ENTER, ACTION_NONE, wide ? "predict it" : "predict");
    add(line, 14, ACTION_DATA_DROP, ACTION_NONE, wide ? "use or not" : "use");
    add(line, 13, ACTION_DATA_LEFT, ACTION_DATA_RIGHT, wide ? "numbers, categories" : "type");
  }
  add(line, 8, ACTION_UNDO, ACTION_NONE, "undo");
  if (!run_has_ended(state)) {
    add(line, 9, ACTION_TRAIN, ACTION_NONE, train_label(state, wide));
  }
  add(line, 10, ACTION_RESTART, ACTION_NONE, wide ? "restart" : "rerun");
  add(line, 19, ACTION_HELP, ACTION_NONE, "help");
  add(line, 18, ACTION_QUIT, ACTION_NONE, "quit");
}

static void runs_keys(View *view, KeyLine *line) {
  bool wide = lab_screen_is_wide(view->canvas);
  add(line, 20, ACTION_LAB, ACTION_NONE, "Lab");
  add(line, 18, ACTION_RUNS_OPEN, ACTION_NONE, wide ? "open in the Lab" : "open");
  const RunRow *row = runs_selected(view->ui);
  if (row && row->outcome == OUTCOME_INTERRUPTED) {
    add(line, 17, ACTION_RUNS_RESUME, ACTION_NONE, "resume");
  }
  add(line, 12, ACTION_UP, ACTION_DOWN, "select");
  add(line, 15, ACTION_RUNS_MARK, ACTION_NONE, "mark");
  if (compare_count(view->ui) > 1) {
    add(line, 19, ACTION_RUNS_COMPARE, ACTION_NONE, "compare");
  }
  add(line, 16, ACTION_RUNS_SORT, ACTION_NONE, "sort");
  add(line, 9, ACTION_RUNS_TURN, ACTION_NONE, "turn");
  add(line, 17, ACTION_RUNS_FILTER, ACTION_NONE, "filter");
  add(line, 11, ACTION_RUNS_RENAME, ACTION_NONE, wide ? "rename" : "name");
  add(line, 13, ACTION_RUNS_TAG, ACTION_NONE, "tag");
  add(line, 10, ACTION_RUNS_NOTE, ACTION_NONE, "note");
  add(line, 15, ACTION_RUNS_DELETE, ACTION_NONE, wide ? "delete" : "del");
  if (view->ui->runs.hidden_count > 0) {
    add(line, 14, ACTION_RUNS_RESTORE, ACTION_NONE, wide ? "bring back" : "back");
  }
  add(line, 19, ACTION_HELP, ACTION_NONE, "help");
  add(line, 18, ACTION_QUIT, ACTION_NONE, "quit");
}

static void compare_keys(View *view, KeyLine *line) {
  bool wide = lab_screen_is_wide(view->canvas), two = compare_count(view->ui) > 1;
  add(line, 20, ACTION_RUNS, ACTION_NONE, "Runs");
  if (two) {
    add(line, 12, ACTION_COMPARE_LEFT, ACTION_COMPARE_RIGHT, "run");
    add(line, 15, ACTION_COMPARE_REMOVE, ACTION_NONE, wide ? "take out" : "out");
    add(line, 14, ACTION_BACK, ACTION_AHEAD, "epoch");
    add(line, 16, ACTION_COMPARE_CHART, ACTION_NONE, "chart");
    add(line, 13, ACTION_COMPARE_CURVES, ACTION_NONE, "curves");
    add(line, 10, ACTION_LOG_Y, ACTION_NONE, "log y");
    add(line, 11, ACTION_SMOOTHING, ACTION_NONE, wide ? "smoothing" : "smooth");
    add(line, 9, ACTION_UP, ACTION_DOWN, "scroll");
    add(line, 8, ACTION_COMPARE_OPEN, ACTION_NONE, wide ? "open in the Lab" : "open");
  }
  add(line, 19, ACTION_HELP, ACTION_NONE, "help");
  add(line, 18, ACTION_QUIT, ACTION_NONE, "quit");
}

static void overlay_keys(View *view, KeyLine *line) {
  const UiState *ui = view->ui;
  bool list = ui->overlay == OVERLAY_PICKER || ui->overlay == OVERLAY_SETTINGS;
  add(line, 8, ACTION_UP, ACTION_DOWN, list ? "select" : "scroll");
  if (ui->overlay == OVERLAY_PICKER) {
    add(line, 9, ACTION_ENTER, ACTION_NONE, "open");
  }
  if (ui->overlay == OVERLAY_SETTINGS) {
    add(line, 7, ACTION_LEFT, ACTION_RIGHT, "change");
    add(line, 6, ACTION_ENTER, ACTION_NONE, "type a value");
    add(line, 5, ACTION_NEXT_CHART, ACTION_NONE, "next layer");
    add(line, 4, ACTION_UNDO, ACTION_NONE, "undo");
  }
  add(line, 3, ACTION_PAGE_UP, ACTION_PAGE_DOWN, "page");
  add(line, 10, ACTION_QUIT, ACTION_NONE, "close");
}

static int key_width(Charset charset, Action action) {
  if (action == ACTION_NONE) {
    return 0;
  }
  char name[16];
  action_key_name(action_info(action)->keys[0], charset, name, sizeof name);
  return canvas_columns(name);
}

static bool is_word(Charset charset, Action action) { return key_width(charset, action) > 1; }

/* "PgUp PgDn" needs a blank that "←→" does not. */
static int item_width(Charset charset, const KeyItem *item) {
  int between = item->second != ACTION_NONE && is_word(charset, item->second) ? 1 : 0;
  return key_width(charset, item->action) + between + key_width(charset, item->second) + 1 +
         canvas_columns(item->label);
}

static int draw_key(View *view, int row, int col, Action action) {
  char name[16];
  action_key_name(action_info(action)->keys[0], view->canvas->charset, name, sizeof name);
  return canvas_text(view->canvas, row, col, STYLE_BOLD(ROLE_KEY), name);
}

static void draw_item(View *view, int row, int col, const KeyItem *item) {
  int start = col;
  col += draw_key(view, row, col, item->action);
  if (item->second != ACTION_NONE) {
    view_hit(view, (Rect){row, start, 1, col - start}, item->action, 0);
    if (is_word(view->canvas->charset, item->second)) {
      col++;
    }
    start = col;
    col += draw_key(view, row, col, item->second);
  }
  col += 1 + canvas_text(view->canvas, row, col + 1, STYLE(ROLE_DIM), item->label);
  view_hit(view, (Rect){row, start, 1, col - start}, item->second != ACTION_NONE ? item->second : item->action, 0);
}

void key_line_draw(View *view, int row) {
  KeyLine line = {0};
  LinePart parts[MAX_ITEMS] = {0};
  if (view->ui->typing) {
    const char *what = view->ui->runs.typing != WISH_NONE
                           ? "type it: Enter takes it, Ctrl-U empties the line, Esc leaves it as it was"
                           : "type a value: Enter sets it, Esc leaves it as it was";
    canvas_text(view->canvas, row, 1, STYLE(ROLE_DIM), what);
    return;
  }
  if (view->ui->overlay == OVERLAY_NONE && view->ui->screen == SCREEN_DATA) {
    data_keys(view, &line);
  } else if (view->ui->overlay == OVERLAY_NONE && view->ui->screen == SCREEN_RUNS) {
    runs_keys(view, &line);
  } else if (view->ui->overlay == OVERLAY_NONE && view->ui->screen == SCREEN_COMPARE) {
    compare_keys(view, &line);
  } else if (view->ui->overlay == OVERLAY_NONE && view->ui->time.on) {
    time_keys(view, &line);
  } else if (view->ui->overlay == OVERLAY_NONE) {
    lab_keys(view, &line);
  } else {
    overlay_keys(view, &line);
  }
  for (int i = 0; i < line.count; i++) {
    parts[i] =
        (LinePart){.width = item_width(view->canvas->charset, &line.items[i]), .priority = line.items[i].priority};
  }
  view_fit(parts, line.count, GAP, view->canvas->cols - 2);
  int col = 1;
  for (int i = 0; i < line.count; i++) {
    if (!parts[i].shown) {
      continue;
    }
    draw_item(view, row, col, &line.items[i]);
    col += parts[i].width + GAP;
  }
}
