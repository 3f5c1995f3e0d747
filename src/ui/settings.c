/* settings: the parameter table, to read and to change. A row is a ParamId; those of a layer are the selected layer's.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ui/edit.h"
#include "ui/overlay.h"

enum {
  WANTED_COLS = 86,
  KEY_WIDTH = 24,
  VALUE_WIDTH = 18,
  LIVE_DOT = 0x25CF,
  FOOT_LINES = 3,
  INPUT_BACKSPACE = 127,
  CTRL_H = 8,
  CTRL_U = 21
};

static int layer_of(const UiState *ui) { return ui->layer < 0 ? 0 : ui->layer; }

/* ---- keys ---- */

/* A text that may be empty is typed from what it is, so that it can be emptied. */
static bool can_be_empty(ParamId param) { return param_at(param)->type == PARAM_TEXT && param_at(param)->min < 1; }

static void begin_typing(UiState *ui, ParamId param) {
  ui->typing = true;
  ui->typed_param = param;
  ui->typed[0] = '\0';
  char value[UI_MAX_TYPED];
  if (can_be_empty(param)) {
    param_format(&ui->experiment, param, layer_of(ui), value, sizeof value);
    str_copy(ui->typed, sizeof ui->typed, value);
  }
}

void settings_enter(UiState *ui, ParamId param) {
  if (param_at(param)->type == PARAM_BOOL) {
    edit_set(ui, param, layer_of(ui), 1 - param_get(&ui->experiment, param, layer_of(ui)));
  } else {
    begin_typing(ui, param);
  }
}

static void next_layer(UiState *ui) {
  int hidden = ui->experiment.net.hidden;
  ui->layer = hidden > 0 ? (layer_of(ui) + 1) % hidden : 0;
}

static void pick(UiState *ui, int row) {
  bool again = row == ui->list_row;
  ui->typing = false;
  ui->list_row = row;
  if (again) {
    settings_enter(ui, (ParamId)row);
  }
}

bool settings_act(UiState *ui, Action action, int argument) {
  ParamId param = (ParamId)ui->list_row;
  switch (action) {
    case ACTION_LEFT:
      edit_step(ui, param, layer_of(ui), -1);
      return true;
    case ACTION_RIGHT:
      edit_step(ui, param, layer_of(ui), +1);
      return true;
    case ACTION_ENTER:
      settings_enter(ui, param);
      return true;
    case ACTION_PICK_ROW:
      pick(ui, argument);
      return true;
    case ACTION_NEXT_CHART:
      next_layer(ui);
      return true;
    case ACTION_UNDO:
      edit_undo(ui);
      return true;
    default:
      return overlay_move(ui, action, PARAM_COUNT);
  }
}

static void type_character(UiState *ui, uint32_t key) {
  char bytes[5];
  size_t used = strlen(ui->typed);
  if (key < ' ' || key >= INPUT_UP || utf8_width(key) == 0) {
    return;
  }
  size_t more = (size_t)utf8_encode(key, bytes);
  if (used + more < sizeof ui->typed) {
    memcpy(ui->typed + used, bytes, more + 1);
  }
}

static void rub_out(UiState *ui) {
  size_t used = strlen(ui->typed);
  while (used > 0 && (ui->typed[used - 1] & 0xC0) == 0x80) {
    used--;
  }
  ui->typed[used > 0 ? used - 1 : 0] = '\0';
}

bool typed_edit(UiState *ui, uint32_t key) {
  switch (key) {
    case INPUT_ESCAPE:
    case INPUT_ENTER:
    case '\n':
      return false;
    case INPUT_BACKSPACE:
    case CTRL_H:
      rub_out(ui);
      return true;
    case CTRL_U:
      ui->typed[0] = '\0';
      return true;
    default:
      type_character(ui, key);
      return true;
  }
}

void settings_type(UiState *ui, uint32_t key) {
  if (typed_edit(ui, key)) {
    return;
  }
  if (key == INPUT_ESCAPE || (ui->typed[0] == '\0' && !can_be_empty(ui->typed_param)) ||
      edit_set_text(ui, ui->typed_param, layer_of(ui), ui->typed)) {
    ui->typing = false;
  }
}

/* ---- drawing ---- */

/* The list's lines: a blank line and a title before each section, then its rows. */
static bool starts_section(int id) {
  return id == 0 || strcmp(param_at((ParamId)id)->section, param_at((ParamId)(id - 1))->section) != 0;
}

static int lines_before(int id) {
  int lines = 0;
  for (int i = 0; i < id; i++) {
    lines += 1 + (starts_section(i) ? 1 + (i > 0) : 0);
  }
  return lines + (id < PARAM_COUNT && starts_section(id) ? 1 + (id > 0) : 0);
}

static void draw_section(View *view, Rect inside, int row, ParamId id) {
  const Param *p = param_at(id);
  char title[64];
  if (p->per_layer) {
    snprintf(title, sizeof title, "%s: Dense %d of %d", p->section, layer_of(view->ui) + 1,
             view->ui->experiment.net.hidden);
  } else {
    str_copy(title, sizeof title, p->section);
  }
  canvas_text(view->canvas, row, inside.col, STYLE_BOLD(ROLE_TITLE), title);
}

void typed_draw(View *view, int row, int col, int width) {
  Rect field = {row, col - 1, 1, width + 1};
  canvas_fill(view->canvas, field, ' ', STYLE(ROLE_TEXT));
  const char *text = view->ui->typed;
  while (canvas_columns(text) > width - 1) { /* the end is what is being typed */
    uint32_t code;
    text += utf8_decode(text, &code);
  }
  int columns = canvas_text(view->canvas, row, col, STYLE_BOLD(ROLE_KEY), text);
  canvas_fill(view->canvas, (Rect){row, col + columns, 1, 1}, 0x2588, STYLE(ROLE_KEY));
}

static void draw_value(View *view, int row, int col, ParamId id) {
  const UiState *ui = view->ui;
  int layer = layer_of(ui);
  char value[256], preset_value[256];
  param_format(&ui->experiment, id, layer, value, sizeof value);
  bool added = param_at(id)->per_layer && layer >= ui->preset->experiment.net.hidden;
  param_format(added ? &ui->experiment : &ui->preset->experiment, id, layer, preset_value, sizeof preset_value);
  bool changed = added || strcmp(value, preset_value) != 0;
  canvas_text_fit(view->canvas, row, col, VALUE_WIDTH, changed ? STYLE_BOLD(ROLE_ON) : STYLE(ROLE_TEXT), value);
}

static void draw_row(View *view, Rect inside, int row, ParamId id) {
  const UiState *ui = view->ui;
  Canvas *canvas = view->canvas;
  bool selected = (int)id == ui->list_row;
  int value = inside.col + 2 + KEY_WIDTH, note = value + VALUE_WIDTH + 1;
  canvas_text_fit(canvas, row, inside.col + 2, KEY_WIDTH - 3, STYLE(ROLE_TEXT), param_at(id)->key);
  if (param_at(id)->live) {
    canvas_put(canvas, row, value - 2, LIVE_DOT, STYLE(ROLE_GOOD));
  }
  draw_value(view, row, value, id);
  int room = inside.col + inside.cols - note;
  if (edit_waits(ui, id, layer_of(ui))) {
    canvas_text_fit(canvas, row, note, room, STYLE(ROLE_WARN), "at the next restart");
  } else {
    char range[160];
    param_range_text(id, range, sizeof range);
    canvas_text_fit(canvas, row, note, room, STYLE(ROLE_DIM), range);
  }
  overlay_row(view, inside, row, selected, (int)id);
  if (selected && ui->typing) {
    typed_draw(view, row, value, VALUE_WIDTH);
  }
}

static void draw_list(View *view, Rect rect) {
  int total = lines_before(PARAM_COUNT);
  int first = overlay_first(lines_before(view->ui->list_row), total, rect.rows);
  Rect clip = canvas_clip(view->canvas, rect);
  for (int id = 0; id < PARAM_COUNT; id++) {
    int line = lines_before(id) - first;
    if (line < 0 || line > rect.rows) {
      continue;
    }
    if (starts_section(id) && line > 0) {
      draw_section(view, rect, rect.row + line - 1, (ParamId)id);
    }
    if (line < rect.rows) {
      draw_row(view, rect, rect.row + line, (ParamId)id);
    }
  }
  view->canvas->clip = clip;
  overlay_scrollbar(view, rect, first, total);
}

/* Help and unit of the selected setting, and when a change of it acts. */
static void draw_foot(View *view, Rect rect) {
  const Param *p = param_at((ParamId)view->ui->list_row);
  canvas_fill(view->canvas, (Rect){rect.row, rect.col, 1, rect.cols}, 0x2500, STYLE(ROLE_BORDER));
  canvas_text_fit(view->canvas, rect.row + 1, rect.col, rect.cols, STYLE(ROLE_TEXT), p->help);
  const char *when = p->live ? "acts at the next batch" : "acts at the next restart";
  char line[192], range[128];
  param_range_text((ParamId)view->ui->list_row, range, sizeof range);
  snprintf(line, sizeof line, "%s%s%s · %s", range, p->unit[0] != '\0' ? " " : "", p->unit, when);
  canvas_text_fit(view->canvas, rect.row + 2, rect.col, rect.cols, STYLE(ROLE_DIM), line);
}

void settings_draw(View *view) {
  Rect inside =
      overlay_box(view, lines_before(PARAM_COUNT) + FOOT_LINES, WANTED_COLS, "Settings", "● changes while training");
  int foot = inside.rows > FOOT_LINES + 3 ? FOOT_LINES : 0;
  view->hits->page = inside.rows - foot;
  draw_list(view, (Rect){inside.row, inside.col, inside.rows - foot, inside.cols});
  if (foot > 0) {
    draw_foot(view, (Rect){inside.row + inside.rows - foot, inside.col, foot, inside.cols});
  }
}
