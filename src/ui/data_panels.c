/* data_panels: the Data screen's classes, first rows and notes. */
#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "ui/data.h"

/* ---- what is predicted ---- */

enum { CLASS_NAME_MIN = 6, CLASS_NAME_MAX = 16, CLASS_COUNT_COLS = 7 };

static int class_total(const Survey *survey, int k) {
  return survey->class_rows[PART_TRAIN][k] + survey->class_rows[PART_VALIDATION][k] + survey->class_rows[PART_TEST][k];
}

/* Where the parts could not be made: of the whole file. */
static int class_count(const Survey *survey, int k) {
  int split = class_total(survey, k);
  bool whole = *survey->problem && k < survey->profile.classes;
  return whole ? survey->profile.class_rows[k] : split;
}

/* In the one line of `inside`. */
static void draw_class(View *view, Rect inside, int k, int most, int names) {
  const Survey *survey = view->ui->data.survey;
  Canvas *canvas = view->canvas;
  int all = class_count(survey, k), train = survey->class_rows[PART_TRAIN][k];
  int validation = survey->class_rows[PART_VALIDATION][k], row = inside.row, col = inside.col;
  canvas_text_fit(canvas, row, col, names, STYLE(ROLE_TEXT), survey->class_names[k]);
  canvas_printf(canvas, row, col + names, STYLE(ROLE_TEXT), "%*d ", CLASS_COUNT_COLS, all);
  col += names + CLASS_COUNT_COLS + 1;
  int room = larger(0, inside.col + inside.cols - col), bar = (int)((int64_t)all * room / most);
  bar = all > 0 ? larger(bar, 1) : 0;
  train = *survey->problem ? all : train; /* no parts: the whole file's */
  int until_train = all > 0 ? (int)(((int64_t)bar * train + all / 2) / all) : 0;
  int until_validation = all > 0 ? (int)(((int64_t)bar * (train + validation) + all / 2) / all) : 0;
  bool ascii = canvas->charset == CHARSET_ASCII;
  for (int i = 0; i < bar; i++) {
    Role role = i < until_train ? ROLE_TRAIN : i < until_validation ? ROLE_VAL : ROLE_DIM;
    uint32_t code = ascii ? (uint32_t)(role == ROLE_TRAIN ? '#'
                                       : role == ROLE_VAL ? '+'
                                                          : '.')
                          : (uint32_t)(role == ROLE_TRAIN ? 0x2588
                                       : role == ROLE_VAL ? 0x2593
                                                          : 0x2591);
    canvas_put(canvas, row, col + i, code, STYLE(role));
  }
}

/* In columns side by side where one does not hold them all; then there is less room for bars, or none. */
static void draw_class_list(View *view, Rect inside) {
  const Survey *survey = view->ui->data.survey;
  int most = 1, names = CLASS_NAME_MIN, classes = survey->classes;
  for (int k = 0; k < classes; k++) {
    most = larger(most, class_count(survey, k));
    names = larger(names, smaller(CLASS_NAME_MAX, canvas_columns(survey->class_names[k])));
  }
  int rows = larger(1, inside.rows), room = larger(1, inside.cols / (names + CLASS_COUNT_COLS + 2));
  int across = larger(1, smaller((classes + rows - 1) / rows, room)), cols = inside.cols / across;
  int shown = classes <= across * rows ? classes : across * rows - 1;
  for (int k = 0; k < shown; k++) {
    Rect cell = {inside.row + k % rows, inside.col + k / rows * cols, 1, across > 1 ? cols - 2 : cols};
    draw_class(view, cell, k, most, names);
  }
  if (shown < classes) {
    canvas_printf(view->canvas, inside.row + rows - 1, inside.col + (across - 1) * cols, STYLE(ROLE_DIM),
                  across > 1 ? "+ %d more" : "and %d more", classes - shown);
  }
}

static void draw_target_histogram(View *view, Rect inside) {
  const Profile *profile = &view->ui->data.survey->profile;
  const ColumnProfile *target = &profile->column[larger(0, profile->target)];
  int rows = smaller(inside.rows - 1, 8), width = larger(1, smaller(4, inside.cols / PROFILE_BINS));
  if (rows < 1 || !target->has_range) {
    return;
  }
  data_histogram_draw(view, inside.row, inside.col, rows, width, target->bins, PROFILE_BINS, STYLE(ROLE_TRAIN));
  char low[32], high[32];
  profile_show(target, target->min, 4, low, sizeof low);
  profile_show(target, target->max, 4, high, sizeof high);
  canvas_text(view->canvas, inside.row + rows, inside.col, STYLE(ROLE_DIM), low);
  canvas_text(view->canvas, inside.row + rows, inside.col + width * PROFILE_BINS - (int)strlen(high), STYLE(ROLE_DIM),
              high);
}

void data_classes_draw(View *view, Rect rect) {
  const Survey *survey = view->ui->data.survey;
  const Profile *profile = &survey->profile;
  bool none = profile->columns > 0 && profile->target < 0;
  const char *target = none ? "nothing" : profile->columns > 0 ? profile->column[profile->target].name : "label";
  char title[128], note[64] = "";
  if (none) {
    snprintf(title, sizeof title, "Nothing is predicted");
  } else if (survey->task == TASK_REGRESSION) {
    snprintf(title, sizeof title, "%s: regression", target);
    snprintf(note, sizeof note, "mean: R2 0");
  } else {
    snprintf(title, sizeof title, "%s: %d classes", target, survey->classes);
    if (!*survey->problem) {
      snprintf(note, sizeof note, "majority %.1f %%", 100.0 * survey->baseline);
    }
  }
  Rect inside = data_box(view, rect, false, title, note);
  Rect clip = canvas_clip(view->canvas, inside);
  if (none) {
    canvas_text_wrap(view->canvas, inside, 0, STYLE(ROLE_DIM), "see why under Notes, or choose a column");
  } else if (survey->task == TASK_REGRESSION) {
    draw_target_histogram(view, inside);
  } else {
    draw_class_list(view, inside);
  }
  view->canvas->clip = clip;
}

/* ---- the first rows ---- */

enum { CELL_MIN = 4, CELL_MAX = 18 };

static const char *cell_at(const Profile *profile, int row, int column) {
  return profile->first_cells[row * profile->first_columns + column];
}

static int cell_cols(const Profile *profile, int column) {
  int cols = larger(CELL_MIN, canvas_columns(profile->column[column].name));
  for (int r = 0; r < profile->first_rows; r++) {
    cols = larger(cols, canvas_columns(cell_at(profile, r, column)));
  }
  return smaller(cols, CELL_MAX);
}

static bool is_right_aligned(const ColumnProfile *column) { return column->has_range && column->top_levels == 0; }

static void draw_cell(View *view, int row, int col, int cols, bool right, Style style, const char *text) {
  int columns = canvas_columns(text);
  int indent = right && columns < cols ? cols - columns : 0;
  canvas_text_fit(view->canvas, row, col + indent, cols - indent, style, text);
}

/* The first column that is shown, so that the selected one is in sight with as many before it as have room. */
static int first_column(const Profile *profile, int selected, int room) {
  int first = smaller(selected, profile->first_columns - 1), used = cell_cols(profile, first);
  while (first > 0 && used + 2 + cell_cols(profile, first - 1) <= room) {
    used += 2 + cell_cols(profile, --first);
  }
  return first;
}

static void draw_rows(View *view, Rect inside) {
  const UiData *data = &view->ui->data;
  const Profile *profile = &data->survey->profile;
  int col = inside.col, end = inside.col + inside.cols;
  int top = larger(0, smaller(data->row, profile->first_rows - (inside.rows - 1)));
  for (int c = first_column(profile, data->column, inside.cols); c < profile->first_columns && col < end; c++) {
    const ColumnProfile *column = &profile->column[c];
    int cols = smaller(cell_cols(profile, c), end - col);
    bool right = is_right_aligned(column);
    Style style = c == profile->target ? STYLE(ROLE_ON) : STYLE(column->used ? ROLE_TEXT : ROLE_DIM);
    Style head = {.role = style.role, .attr = (uint8_t)(ATTR_BOLD | (c == data->column ? ATTR_UNDERLINE : 0))};
    draw_cell(view, inside.row, col, cols, right, head, column->name);
    for (int r = 0; r + 1 < inside.rows && top + r < profile->first_rows; r++) {
      const char *text = cell_at(profile, top + r, c);
      bool missing = *text == '\0';
      draw_cell(view, inside.row + 1 + r, col, cols, right, missing ? STYLE(ROLE_WARN) : style, missing ? "-" : text);
    }
    col += cols + 2;
  }
}

void data_rows_draw(View *view, Rect rect, bool focused) {
  const Survey *survey = view->ui->data.survey;
  const Profile *profile = &survey->profile;
  char title[64];
  char rows[24];
  if (survey->points > 0) {
    data_points_draw(view, data_box(view, rect, focused, "Points", "colour: train, validation"));
    return;
  }
  view_grouped(rows, sizeof rows, profile->rows);
  snprintf(title, sizeof title, "First rows of %s", rows);
  Rect inside = data_box(view, rect, focused, profile->columns > 0 ? title : "First rows", "- missing");
  if (profile->first_rows == 0) {
    canvas_text_wrap(view->canvas, inside, 0, STYLE(ROLE_DIM),
                     survey->pictures > 0 ? "pictures: see at their side" : "made by rule, not read from a file");
    return;
  }
  Rect clip = canvas_clip(view->canvas, inside);
  draw_rows(view, inside);
  view->canvas->clip = clip;
  if (focused) {
    view->hits->page = inside.rows - 1;
  }
}

/* ---- what was done, and what to beware of ---- */

typedef struct Notes {
  View *view;
  Rect left; /* the lines that are free */
} Notes;

static void note(Notes *notes, Role role, const char *text) {
  if (notes->left.rows <= 0) {
    return;
  }
  int lines = canvas_text_wrap(notes->view->canvas, notes->left, 0, STYLE(role), text);
  notes->left.row += lines;
  notes->left.rows -= lines;
}

static void note_count(Notes *notes, int count, const char *one, const char *many) {
  if (count > 0) {
    note(notes, ROLE_TEXT, arena_printf(notes->view->frame, "· %d %s", count, count == 1 ? one : many));
  }
}

void data_notes_draw(View *view, Rect rect) {
  const Survey *survey = view->ui->data.survey;
  const Profile *profile = &survey->profile;
  Rect inside = data_box(view, rect, false, "Notes", NULL);
  Notes notes = {view, inside};
  Rect clip = canvas_clip(view->canvas, inside);
  if (*survey->warning) {
    note(&notes, ROLE_WARN, survey->warning);
  }
  if (profile->columns > 0 && *profile->leak) {
    note(&notes, ROLE_WARN, profile->leak);
  }
  for (int i = 0; i < profile->notes; i++) {
    note(&notes, ROLE_TEXT, arena_printf(view->frame, "· %s", profile->note[i]));
  }
  int unused = 0;
  for (int c = 0; c < profile->columns; c++) {
    unused += !profile->column[c].used;
  }
  note_count(&notes, unused, "column is not used (-)", "columns are not used (-)");
  note_count(&notes, profile->rows_without_target, "row without a target is left out",
             "rows without a target are left out");
  note_count(&notes, survey->filled, "missing number got the training median",
             "missing numbers got the training median");
  note_count(&notes, survey->flipped, "training label is made wrong (label_noise)",
             "training labels are made wrong (label_noise)");
  note_count(&notes, profile->short_rows, "row is short: its rest is missing", "rows are short: their rest is missing");
  note_count(&notes, profile->long_rows, "row has too many fields and is left out",
             "rows have too many fields and are left out");
  note_count(&notes, profile->comment_lines, "comment line", "comment lines");
  if (notes.left.rows == inside.rows) {
    note(&notes, ROLE_DIM, "nothing is missing, nothing was left out");
  }
  view->canvas->clip = clip;
}
