/* data_screen: where the panels of the Data screen lie, and its settings. From 100 columns on: columns (or pictures)
 * and first rows left, settings, classes and notes right. Where there is no room for rows and notes, Tab brings them in
 * the place of columns and classes. */
#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "ui/data.h"
#include "ui/edit.h"
#include "ui/overlay.h"
#include "ui/panels.h"

enum { WIDE_COLS = 100, RIGHT_MIN = 36, RIGHT_MAX = 64, ROWS_MIN_BODY = 26, NOTES_MIN = 7, KEY_COLS = 17 };
/* The lines that the box of columns has besides theirs. */
enum { COLUMNS_FRAME = 7 };

typedef struct Layout {
  Rect main, rows; /* columns or pictures; rows.rows 0: in the same place */
  Rect settings, classes, notes;
} Layout;

Rect data_box(View *view, Rect rect, bool focused, const char *title, const char *note) {
  canvas_box(view->canvas, rect, STYLE(focused ? ROLE_KEY : ROLE_BORDER), title, note);
  Rect inside = rect_inset(rect, 1);
  return (Rect){inside.row, inside.col + 1, inside.rows, larger(0, inside.cols - 2)};
}

/* The rows that what is predicted takes with its box, all of it. */
static int classes_rows(const UiState *ui) {
  enum { HISTOGRAM_ROWS = 9 };
  const Survey *survey = ui->data.survey;
  return 2 + (survey && survey->task == TASK_CLASSIFICATION ? survey->classes : HISTOGRAM_ROWS);
}

static Layout layout_of(const UiState *ui, Rect body) {
  Layout layout = {0};
  int right = larger(RIGHT_MIN, smaller(RIGHT_MAX, body.cols * 2 / 5)), left = body.cols - right;
  bool pictures = ui->data.survey && ui->data.survey->pictures > 0;
  int settings = data_setting_count(ui) + 4; /* the counts, their bar, the box */
  int rows = body.rows >= ROWS_MIN_BODY && !pictures ? larger(NOTES_MIN + 1, body.rows / 3) : 0;
  if (rows > 0 && ui->data.survey && ui->data.survey->points > 0) {
    rows = body.rows - ui->data.survey->profile.columns - COLUMNS_FRAME;
  }
  int under = body.rows - settings, classes = classes_rows(ui);
  int notes = under >= 2 * NOTES_MIN ? larger(NOTES_MIN, under - classes) : 0;
  int col = body.col + left;
  layout.main = (Rect){body.row, body.col, body.rows - rows, left};
  layout.rows = (Rect){body.row + body.rows - rows, body.col, rows, left};
  layout.settings = (Rect){body.row, col, settings, right};
  layout.classes = (Rect){body.row + settings, col, under - notes, right};
  layout.notes = (Rect){body.row + body.rows - notes, col, notes, right};
  return layout;
}

/* ---- the split and its settings ---- */

static void draw_counts(View *view, Rect inside) {
  const Survey *survey = view->ui->data.survey;
  static const struct {
    const char *name;
    Role role;
  } PARTS_SHOWN[PARTS] = {{"train", ROLE_TRAIN}, {"validation", ROLE_VAL}, {"test", ROLE_DIM}};
  int total = 0, col = inside.col, done = 0;
  bool busy = view->ui->data.busy; /* what stands there is of the settings before */
  for (int p = 0; survey && p < PARTS; p++) {
    total += survey->rows[p];
  }
  for (int p = 0; p < PARTS; p++) {
    char count[24] = "-";
    if (total > 0) {
      view_grouped(count, sizeof count, survey->rows[p]);
    }
    const char *name = p == PART_VALIDATION && inside.cols < 38 ? "val" : PARTS_SHOWN[p].name;
    col += canvas_printf(view->canvas, inside.row, col, busy ? STYLE(ROLE_DIM) : STYLE_BOLD(PARTS_SHOWN[p].role),
                         "%s %s", name, count) +
           2;
    done += total > 0 ? survey->rows[p] : 0;
    int until = total > 0 ? (int)((int64_t)done * inside.cols / total) : 0;
    int from = total > 0 ? (int)((int64_t)(done - survey->rows[p]) * inside.cols / total) : 0;
    static const uint32_t BLOCKS[PARTS] = {0x2588, 0x2593, 0x2591};
    static const char LETTERS[PARTS] = {'#', '+', '.'};
    bool ascii = view->canvas->charset == CHARSET_ASCII;
    canvas_fill(view->canvas, (Rect){inside.row + 1, inside.col + from, 1, until - from},
                ascii ? (uint32_t)LETTERS[p] : BLOCKS[p], STYLE(PARTS_SHOWN[p].role));
  }
}

/* A setting that is to be found by evidence shows what was found. */
static void value_text(const UiState *ui, ParamId param, char *out, size_t size) {
  const Survey *survey = ui->data.survey;
  char value[UI_MAX_TYPED];
  param_format(&ui->experiment, param, -1, value, sizeof value);
  bool columns = survey && survey->profile.columns > 0, found = columns && survey->profile.target >= 0;
  if (param == PARAM_TARGET && value[0] == '\0' && found) {
    snprintf(out, size, "%s (found)", survey->profile.column[survey->profile.target].name);
  } else if (param == PARAM_TARGET && value[0] == '\0') {
    str_copy(out, size, "auto");
  } else if (param == PARAM_DELIMITER && ui->experiment.data.format.delimiter == DELIMITER_AUTO && columns) {
    snprintf(out, size, "auto: %s", DELIMITER_NAMES[survey->profile.format.delimiter]);
  } else if (param == PARAM_DECIMAL && ui->experiment.data.format.decimal == DECIMAL_AUTO && columns) {
    snprintf(out, size, "auto: %s", DECIMAL_NAMES[survey->profile.format.decimal]);
  } else if (param == PARAM_TASK && ui->experiment.data.task == TASK_WISH_AUTO && survey && (found || !columns)) {
    snprintf(out, size, "auto: %s", survey->task == TASK_REGRESSION ? "regression" : "classification");
  } else if (param == PARAM_ROWS && ui->experiment.data.rows == 0) {
    str_copy(out, size, "all");
  } else {
    str_copy(out, size, value);
  }
}

static void draw_setting(View *view, Rect inside, int row, int index, bool focused) {
  const UiState *ui = view->ui;
  ParamId param = data_setting_at(ui, index);
  int value = inside.col + KEY_COLS + 2, room = inside.cols - KEY_COLS - 2;
  char text[UI_MAX_TYPED + 16];
  value_text(ui, param, text, sizeof text);
  bool waits = edit_waits(ui, param, -1), selected = focused && index == ui->data.setting;
  canvas_text_fit(view->canvas, row, inside.col + 2, KEY_COLS, STYLE(ROLE_TEXT), param_at(param)->key);
  canvas_text_fit(view->canvas, row, value, room, waits ? STYLE_BOLD(ROLE_WARN) : STYLE(ROLE_TEXT), text);
  overlay_row(view, inside, row, selected, -1 - index);
  if (selected && ui->typing) {
    typed_draw(view, row, value, room);
  }
}

static void draw_settings(View *view, Rect rect, bool focused) {
  const UiState *ui = view->ui;
  const UiData *data = &ui->data;
  char note[48] = "";
  if (data->busy) {
    snprintf(note, sizeof note, data->share > 0.0 ? "reading %.0f %%" : "reading ...", 100.0 * data->share);
  } else if (edit_waiting_count(ui) > 0) {
    str_copy(note, sizeof note, "r trains with this");
  }
  Rect inside = data_box(view, rect, focused, "Split", note);
  draw_counts(view, inside);
  int count = data_setting_count(ui), rows = inside.rows - 2;
  for (int i = 0; i < count && i < rows; i++) {
    draw_setting(view, inside, inside.row + 2 + i, i, focused);
  }
  if (focused) {
    view->hits->page = rows;
  }
}

/* ---- the whole ---- */

/* Where there is no survey yet, or none to the latest question. */
static void draw_problem(View *view, Rect rect) {
  const UiData *data = &view->ui->data;
  Rect inside = data_box(view, rect, false, "Data", NULL);
  bool failed = data->problem[0] != '\0' && !data->busy;
  char text[64];
  snprintf(text, sizeof text, "reading ... %.0f %%", 100.0 * data->share);
  canvas_text_wrap(view->canvas, inside, 0, STYLE(failed ? ROLE_BAD : ROLE_DIM), failed ? data->problem : text);
}

/* Why the settings shown give no parts; "" = they do. */
static const char *problem_of(const UiData *data) {
  return data->problem[0] != '\0' ? data->problem : data->survey->problem;
}

/* In the place of the notes: the last answer is shown, and this is why there is no newer. */
static void draw_refusal(View *view, Rect rect) {
  Rect inside = data_box(view, rect, false, "These settings cannot be", NULL);
  canvas_text_wrap(view->canvas, inside, 0, STYLE(ROLE_BAD), problem_of(&view->ui->data));
}

static void draw_main(View *view, const Layout *layout) {
  const UiData *data = &view->ui->data;
  bool on_rows = data->focus == FOCUS_ROWS, has_rows = layout->rows.rows > 0;
  bool columns = data->focus == FOCUS_COLUMNS;
  if (on_rows && !has_rows && (data->survey->profile.first_rows > 0 || data->survey->points > 0)) {
    data_rows_draw(view, layout->main, true);
  } else if (data->survey->pictures > 0) {
    data_pictures_draw(view, layout->main, columns || on_rows);
  } else {
    data_columns_draw(view, layout->main, columns);
  }
  if (has_rows) {
    data_rows_draw(view, layout->rows, on_rows);
  }
}

static void draw_right(View *view, const Layout *layout) {
  const UiData *data = &view->ui->data;
  bool has_notes = layout->notes.rows > 0, refused = *problem_of(data) != '\0';
  bool notes_there = !has_notes && (data->focus == FOCUS_ROWS || refused);
  Rect notes = has_notes ? layout->notes : layout->classes;
  if (!notes_there) {
    data_classes_draw(view, layout->classes);
    if (!has_notes) {
      view_hint(view, layout->classes, ACTION_DATA_PANEL, "rows, notes");
    }
  }
  if (refused && (has_notes || notes_there)) {
    draw_refusal(view, notes);
  } else if (has_notes || notes_there) {
    data_notes_draw(view, notes);
  }
}

void data_screen_draw(View *view) {
  const UiState *ui = view->ui;
  Rect body = {1, 0, view->canvas->rows - 3, view->canvas->cols};
  Layout layout = layout_of(ui, body);
  top_line_draw(view, 0);
  draw_settings(view, layout.settings, ui->data.focus == FOCUS_SETTINGS);
  if (ui->data.survey) {
    draw_main(view, &layout);
    draw_right(view, &layout);
  } else {
    draw_problem(view, layout.main);
  }
  if (ui->overlay == OVERLAY_NONE) {
    view_notice(view, body);
  }
  status_line_draw(view, view->canvas->rows - 2);
}
