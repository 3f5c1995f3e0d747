/* top_line: program, preset, data, rows, seed and state, all but the first at the right edge. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "ui/panels.h"
#include "ui/twin.h"

static const struct {
  const char *dot;
  Role role;
} STATES[RUN_STATE_COUNT] = {
    [RUN_NONE] = {"○", ROLE_DIM},      [RUN_LOADING] = {"○", ROLE_DIM},  [RUN_READY] = {"○", ROLE_KEY},
    [RUN_RUNNING] = {"●", ROLE_GOOD},  [RUN_PAUSED] = {"‖", ROLE_WARN},  [RUN_FINISHED] = {"✓", ROLE_GOOD},
    [RUN_STOPPED] = {"■", ROLE_WARN},  [RUN_DIVERGED] = {"▲", ROLE_BAD}, [RUN_FAILED] = {"▲", ROLE_BAD},
    [RUN_UNLOADED] = {"■", ROLE_WARN},
};

enum { PART_TITLE, PART_DATA, PART_ROWS, PART_SEED, PART_STATE, PART_COUNT };
enum { NAME_COL = 1, NAME_COLS = 5, GAP = 3, CUT_LEAST = 10, TABS_FROM_COLS = 72 };

/* The screens, each with its key, as buttons; returns the columns that they take. */
static int draw_tabs(View *view, int row, int col) {
  static const struct {
    Action action;
    UiScreen screen;
    const char *name;
  } TABS[] = {{ACTION_LAB, SCREEN_LAB, "Lab"},
              {ACTION_DATA, SCREEN_DATA, "Data"},
              {ACTION_RUNS, SCREEN_RUNS, "Runs"},
              {ACTION_COMPARE, SCREEN_COMPARE, "Compare"}};
  int start = col;
  if (view->canvas->cols < TABS_FROM_COLS) {
    return 0;
  }
  for (size_t i = 0; i < sizeof TABS / sizeof *TABS; i++) {
    char key[16];
    action_key_name(action_info(TABS[i].action)->keys[0], view->canvas->charset, key, sizeof key);
    bool here = TABS[i].screen == view->ui->screen;
    int from = col + 2;
    col = from + canvas_text(view->canvas, row, from, STYLE_BOLD(ROLE_KEY), key);
    Style style = here ? (Style){ROLE_TITLE, ATTR_BOLD | ATTR_UNDERLINE} : STYLE(ROLE_DIM);
    col += 1 + canvas_text(view->canvas, row, col + 1, style, TABS[i].name);
    view_hit(view, (Rect){row, from, 1, col - from}, TABS[i].action, 0);
  }
  return col - start;
}

/* Whether the title is the name of the data's file, which then need not be told again. */
static bool is_named_after(const char *title, const char *data) {
  const char *file = file_name(data);
  size_t length = strlen(file);
  bool begins = strncmp(title, file, length) == 0;
  return begins && (title[length] == '\0' || title[length] == '.');
}

static void data_text(const UiState *ui, char *out, size_t size) {
  const char *loaded = ui->run.loaded.dataset;
  str_printable(out, size, loaded[0] != '\0' ? loaded : ui->experiment.data.source);
  if (is_named_after(ui->preset->title, out)) {
    out[0] = '\0';
  }
}

static void rows_text(const UiState *ui, char *out, size_t size) {
  const Loaded *loaded = &ui->run.loaded;
  int rows = loaded->train_rows + loaded->validation_rows + loaded->test_rows;
  char count[24];
  view_grouped(count, sizeof count, rows);
  snprintf(out, size, "%s%s", rows > 0 ? count : "", rows > 0 ? " rows" : "");
}

static void title_text(const UiState *ui, char *out, size_t size) {
  int number = view_preset_number(ui);
  if (number > 0) {
    snprintf(out, size, "%d %s", number, ui->preset->title);
  } else {
    str_copy(out, size, ui->preset->title);
  }
}

static int line_width(const LinePart *parts) {
  int width = -GAP;
  for (int i = 0; i < PART_COUNT; i++) {
    width += parts[i].width > 0 ? parts[i].width + GAP : 0;
  }
  return width;
}

/* Cuts the longer of title and data until all fits: what the names leave is worth more than their ends. False when
 * nothing more can be cut. */
static bool cut_names(LinePart *parts, int room) {
  for (int over = line_width(parts) - room; over > 0; over--) {
    LinePart *longer = parts[PART_DATA].width > parts[PART_TITLE].width ? &parts[PART_DATA] : &parts[PART_TITLE];
    if (longer->width <= CUT_LEAST) {
      return false;
    }
    longer->width--;
  }
  return true;
}

/* Cuts the names, whole parts only where that is not enough: the names then have the room of those. */
static void make_fit(LinePart *parts, int room) {
  static const int GIVE_WAY[] = {PART_SEED, PART_DATA, PART_ROWS};
  int title = parts[PART_TITLE].width, data = parts[PART_DATA].width;
  for (int i = 0; !cut_names(parts, room) && i < 3; i++) {
    parts[PART_TITLE].width = title;
    parts[PART_DATA].width = data;
    parts[GIVE_WAY[i]].width = 0;
    data = parts[PART_DATA].width;
  }
}

void top_line_draw(View *view, int row) {
  const UiState *ui = view->ui;
  Canvas *canvas = view->canvas;
  char text[PART_COUNT][256];
  title_text(ui, text[PART_TITLE], sizeof text[0]);
  data_text(ui, text[PART_DATA], sizeof text[0]);
  rows_text(ui, text[PART_ROWS], sizeof text[0]);
  snprintf(text[PART_SEED], sizeof text[0], "seed %d", ui->experiment.train.seed);
  RunState state = twin_state(ui);
  snprintf(text[PART_STATE], sizeof text[0], "%s %s%s", STATES[state].dot, ui->twin.on ? "twins " : "",
           RUN_STATE_NAMES[state]);

  static const Role ROLES[PART_STATE] = {ROLE_TITLE, ROLE_TEXT, ROLE_TEXT, ROLE_DIM};
  static const int PRIORITIES[PART_COUNT] = {3, 1, 2, 0, 4};
  LinePart parts[PART_COUNT];
  for (int i = 0; i < PART_COUNT; i++) {
    parts[i] = (LinePart){.width = canvas_columns(text[i]), .priority = PRIORITIES[i]};
  }
  canvas_text(canvas, row, NAME_COL, STYLE_BOLD(ROLE_TITLE), "nnlab");
  int tabs = draw_tabs(view, row, NAME_COL + NAME_COLS);
  int room = canvas->cols - NAME_COL - NAME_COLS - tabs - GAP - 1;
  make_fit(parts, room);
  int col = canvas->cols - 1 - view_fit(parts, PART_COUNT, GAP, room);
  bool first = true;
  for (int i = 0; i < PART_STATE; i++) {
    if (!parts[i].shown) {
      continue;
    }
    if (!first) {
      canvas_text(canvas, row, col - 2, STYLE(ROLE_DIM), "·");
    }
    first = false;
    canvas_text_fit(canvas, row, col, parts[i].width, i == 0 ? STYLE_BOLD(ROLES[i]) : STYLE(ROLES[i]), text[i]);
    col += parts[i].width + GAP;
  }
  canvas_text_fit(canvas, row, col, parts[PART_STATE].width, STYLE_BOLD(STATES[state].role), text[PART_STATE]);
}
