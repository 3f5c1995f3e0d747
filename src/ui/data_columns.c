/* data_columns: the Data screen's list of columns, each with what it holds, and more of the selected one; or, where the
 * columns are pixels, the first pictures. */
#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "canvas/picture.h"
#include "ui/data.h"
#include "ui/overlay.h"

enum { NAME_MIN = 12, NAME_MAX = 24, TYPE_COLS = 9, ROOMY_COLS = 50, FOOT_LINES = 3 };

/* ---- histograms ---- */

void data_histogram_draw(View *view, int row, int col, int rows, int width, const int *bins, int count, Style style) {
  static const char letters[] = " .:-=+*#@";
  bool ascii = view->canvas->charset == CHARSET_ASCII;
  int most = 1;
  for (int b = 0; b < count; b++) {
    most = larger(most, bins[b]);
  }
  for (int b = 0; b < count; b++) {
    int eighths = (int)((int64_t)bins[b] * 8 * rows / most);
    eighths = bins[b] > 0 ? larger(eighths, 1) : 0; /* what is there is seen */
    for (int r = 0; r < rows; r++) {
      int filled = larger(0, smaller(8, eighths - 8 * (rows - 1 - r)));
      uint32_t code = filled == 0 ? ' ' : ascii ? (uint32_t)letters[filled] : (uint32_t)(0x2580 + filled);
      canvas_fill(view->canvas, (Rect){row + r, col + b * width, 1, width}, code, style);
    }
  }
}

/* ---- one column ---- */

static bool is_used(const UiState *ui, int c) { return ui->data.survey->profile.column[c].used && !data_drops(ui, c); }

static const char *mark_of(const UiState *ui, int c) {
  return c == ui->data.survey->profile.target ? "→" : is_used(ui, c) ? " " : "-";
}

static Style style_of(const UiState *ui, int c) {
  bool target = c == ui->data.survey->profile.target;
  return target ? STYLE_BOLD(ROLE_ON) : STYLE(is_used(ui, c) ? ROLE_TEXT : ROLE_DIM);
}

static void levels_text(const ColumnProfile *column, char *out, size_t size) {
  size_t used = 0;
  str_copy(out, size, "");
  for (int i = 0; i < column->top_levels && used + 1 < size; i++) {
    int length =
        snprintf(out + used, size - used, "%s%s %d", i > 0 ? ", " : "", column->top_level[i], column->top_rows[i]);
    used += length > 0 ? (size_t)length : 0;
  }
}

static bool has_histogram(const ColumnProfile *column) {
  return column->has_range && column->type != COLUMN_CONSTANT && column->top_levels == 0;
}

/* With half as many bins where all have no room; returns the columns it takes. */
static int draw_small_histogram(View *view, int row, int col, int room, const ColumnProfile *column) {
  int pairs[PROFILE_BINS / 2];
  for (int b = 0; b < PROFILE_BINS / 2; b++) {
    pairs[b] = column->bins[2 * b] + column->bins[2 * b + 1];
  }
  bool all = room >= PROFILE_BINS;
  int bins = all ? PROFILE_BINS : PROFILE_BINS / 2;
  data_histogram_draw(view, row, col, 1, 1, all ? column->bins : pairs, bins, STYLE(ROLE_TRAIN));
  return bins;
}

static void draw_contents(View *view, int row, int col, int room, const ColumnProfile *column, Style style) {
  char text[256], min[32], max[32];
  if (has_histogram(column)) {
    int bins = draw_small_histogram(view, row, col, room, column);
    profile_show(column, column->min, 4, min, sizeof min);
    profile_show(column, column->max, 4, max, sizeof max);
    snprintf(text, sizeof text, "%s .. %s", min, max);
    canvas_text_fit(view->canvas, row, col + bins + 1, larger(0, room - bins - 1), style, text);
  } else if (column->top_levels > 0 && column->type != COLUMN_TEXT && column->type != COLUMN_ID) {
    levels_text(column, text, sizeof text);
    canvas_text_fit(view->canvas, row, col, room, style, text);
  } else {
    canvas_text_fit(view->canvas, row, col, room, STYLE(ROLE_DIM), column->why);
  }
}

static bool is_roomy(Rect inside) { return inside.cols >= ROOMY_COLS; }

static int missing_cols(Rect inside) { return is_roomy(inside) ? 9 : 6; }

static int name_cols(Rect inside) { return larger(NAME_MIN, smaller(NAME_MAX, inside.cols / 4)); }

static void draw_column(View *view, Rect inside, int row, int c, bool focused) {
  const UiState *ui = view->ui;
  const ColumnProfile *column = &ui->data.survey->profile.column[c];
  Canvas *canvas = view->canvas;
  Style style = style_of(ui, c);
  int col = inside.col + 2, names = name_cols(inside), end = inside.col + inside.cols;
  canvas_text(canvas, row, col, style, mark_of(ui, c));
  canvas_text_fit(canvas, row, col + 2, names, style, column->name);
  col += names + 3;
  ColumnUse use = data_use(ui, c);
  canvas_text_fit(canvas, row, col, TYPE_COLS - 1, use == USE_AS_JUDGED ? style : STYLE_BOLD(ROLE_ON),
                  COLUMN_TYPE_NAMES[column->type]);
  col += TYPE_COLS;
  if (column->missing > 0) {
    canvas_printf(canvas, row, col, STYLE(ROLE_WARN), "%*d", missing_cols(inside) - 2, column->missing);
  }
  col += missing_cols(inside);
  draw_contents(view, row, col, larger(0, end - col), column, style);
  overlay_row(view, inside, row, focused && c == ui->data.column, c);
}

static void draw_head(View *view, Rect inside) {
  int col = inside.col + 4, names = name_cols(inside);
  canvas_text_fit(view->canvas, inside.row, col, names, STYLE(ROLE_DIM), "column");
  canvas_text(view->canvas, inside.row, col + names + 1, STYLE(ROLE_DIM), "type");
  col += names + 1 + TYPE_COLS;
  canvas_text(view->canvas, inside.row, col, STYLE(ROLE_DIM), is_roomy(inside) ? "missing" : "miss");
  col += missing_cols(inside);
  canvas_text_fit(view->canvas, inside.row, col, inside.col + inside.cols - col, STYLE(ROLE_DIM),
                  is_roomy(inside) ? "what it holds" : "holds");
}

/* ---- the selected one ---- */

static void becomes_text(const UiState *ui, int c, char *out, size_t size) {
  const Survey *survey = ui->data.survey;
  const ColumnProfile *column = &survey->profile.column[c];
  int features = survey->column_features[c];
  if (c == survey->profile.target) {
    snprintf(out, size, "predicted (%s)", survey->profile.target_why);
  } else if (!column->used) {
    snprintf(out, size, "not used: %s", column->why);
  } else if (features == 0) {
    str_copy(out, size, "used");
  } else {
    bool category = column->type == COLUMN_CATEGORY;
    const char *how = category ? ", one for each level but the rare" : column->missing > 0 ? ", with its missing" : "";
    snprintf(out, size, "becomes %d feature%s%s%s%s", features, features == 1 ? "" : "s", features > 1 ? how : "",
             *column->why ? "; " : "", column->why);
  }
}

static void holds_text(const ColumnProfile *column, char *out, size_t size) {
  char many[48], min[32], max[32], mean[32];
  snprintf(many, sizeof many, column->levels > PROFILE_MANY && column->has_range ? "over %d" : "%d",
           smaller(column->levels, column->has_range ? PROFILE_MANY : column->levels));
  if (column->has_range) {
    profile_show(column, column->min, 6, min, sizeof min);
    profile_show(column, column->max, 6, max, sizeof max);
    profile_show(column, column->mean, 6, mean, sizeof mean);
    snprintf(out, size, "%s .. %s, mean %s, %s different", min, max, mean, many);
  } else {
    snprintf(out, size, "%s different", many);
  }
}

static void draw_foot(View *view, Rect rect) {
  const UiState *ui = view->ui;
  int c = ui->data.column;
  const ColumnProfile *column = &ui->data.survey->profile.column[c];
  static const char *const USES[] = {"as numbers, as you asked", "", "as categories, as you asked"};
  char text[512], line[640];
  canvas_fill(view->canvas, (Rect){rect.row, rect.col, 1, rect.cols}, 0x2500, STYLE(ROLE_BORDER));
  holds_text(column, text, sizeof text);
  const char *use = USES[data_use(ui, c) + 1];
  snprintf(line, sizeof line, "%s: %s%s%s", column->name, text, *use ? "; " : "", use);
  canvas_text_fit(view->canvas, rect.row + 1, rect.col, rect.cols, STYLE(ROLE_TEXT), line);
  becomes_text(ui, c, text, sizeof text);
  canvas_text_fit(view->canvas, rect.row + 2, rect.col, rect.cols, STYLE(ROLE_DIM), text);
}

void data_columns_draw(View *view, Rect rect, bool focused) {
  const UiState *ui = view->ui;
  const Profile *profile = &ui->data.survey->profile;
  char title[96], note[96];
  snprintf(title, sizeof title, "%d columns", profile->columns);
  snprintf(note, sizeof note, "%s, header %s", DELIMITER_NAMES[profile->format.delimiter],
           HEADER_NAMES[profile->format.header]);
  bool file = profile->format.delimiter != DELIMITER_AUTO;
  Rect inside = data_box(view, rect, focused, title, file ? note : NULL);
  int foot = inside.rows > FOOT_LINES + 4 ? FOOT_LINES : 0;
  Rect list = {inside.row + 1, inside.col, inside.rows - 1 - foot, inside.cols};
  draw_head(view, inside);
  int first = overlay_first(ui->data.column, profile->columns, list.rows);
  for (int r = 0; r < list.rows && first + r < profile->columns; r++) {
    draw_column(view, list, list.row + r, first + r, focused);
  }
  overlay_scrollbar(view, list, first, profile->columns);
  if (focused) {
    view->hits->page = list.rows;
  }
  if (foot > 0) {
    draw_foot(view, (Rect){inside.row + inside.rows - foot, inside.col, foot, inside.cols});
  }
}

/* ---- pictures ---- */

/* The largest zoom at which some pictures have room side by side, more of them before each is made larger than it is;
 * what is smallest is shown whatever there is. */
static int choose_zoom(const Survey *survey, Rect inside) {
  static const int zooms[] = {4, 3, 2, 1, -2, -3, -4, -8};
  enum { COUNT = (int)(sizeof zooms / sizeof *zooms), WANTED = 4, WANTED_ENLARGED = 12 };
  for (int i = 0; i < COUNT - 1; i++) {
    int cols = picture_cols(survey->picture_width, zooms[i]) + 1;
    int rows = picture_rows(survey->picture_height, zooms[i]) + 1;
    int wanted = zooms[i] > 1 ? WANTED_ENLARGED : WANTED;
    if (((inside.cols + 1) / cols) * (inside.rows / rows) >= wanted) {
      return zooms[i];
    }
  }
  return zooms[COUNT - 1];
}

void data_pictures_draw(View *view, Rect rect, bool focused) {
  const UiState *ui = view->ui;
  const Survey *survey = ui->data.survey;
  int width = survey->picture_width, height = survey->picture_height;
  char title[96];
  snprintf(title, sizeof title, "The first %d pictures, %d x %d", survey->pictures, width, height);
  Rect inside = data_box(view, rect, focused, title, NULL);
  int zoom = choose_zoom(survey, inside), cols = picture_cols(width, zoom), rows = picture_rows(height, zoom);
  int across = larger(1, (inside.cols + 1) / (cols + 1));
  int lines = larger(1, inside.rows / (rows + 1)), first = ui->data.picture / across * across;
  first = larger(0, smaller(first, (survey->pictures + across - 1) / across * across - across * lines));
  Rect clip = canvas_clip(view->canvas, inside);
  for (int i = 0; i < across * lines && first + i < survey->pictures; i++) {
    int row = inside.row + i / across * (rows + 1), col = inside.col + i % across * (cols + 1), at = first + i;
    const char *name = survey->class_names[survey->picture_class[at]];
    canvas_text_fit(view->canvas, row, col, cols, STYLE(ROLE_DIM), name);
    canvas_picture(view->canvas, row + 1, col, survey->pixels + (size_t)at * (size_t)(width * height), width, height,
                   zoom);
  }
  view->canvas->clip = clip;
  if (focused) {
    view->hits->page = across * lines + 1;
  }
}
