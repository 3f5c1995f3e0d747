/* overlay: opening, closing, moving and framing what lies over the Lab. */
#include "ui/overlay.h"

static int clamp(int value, int low, int high) {
  return value > high ? (high < low ? low : high) : value < low ? low : value;
}

static int open_preset(const UiState *ui) {
  int number = view_preset_number(ui);
  return number > 0 ? number - 1 : 0;
}

void overlay_open(UiState *ui, UiOverlay overlay, int row) {
  ui->overlay = overlay;
  ui->list_row = row >= 0 ? row : open_preset(ui);
  ui->scroll = 0;
  ui->typing = false;
}

void overlay_close(UiState *ui) {
  ui->overlay = OVERLAY_NONE;
  ui->typing = false;
}

bool overlay_step(const UiState *ui, Action action, int count, int *row) {
  int page = ui->hits.page > 1 ? ui->hits.page - 1 : 1, at = *row;
  switch (action) {
    case ACTION_UP:
      at--;
      break;
    case ACTION_DOWN:
      at++;
      break;
    case ACTION_PAGE_UP:
      at -= page;
      break;
    case ACTION_PAGE_DOWN:
      at += page;
      break;
    case ACTION_HOME:
      at = 0;
      break;
    case ACTION_END:
      at = count - 1;
      break;
    default:
      return false;
  }
  *row = clamp(at, 0, count > 0 ? count - 1 : 0);
  return true;
}

bool overlay_move(UiState *ui, Action action, int count) { return overlay_step(ui, action, count, &ui->list_row); }

static bool scroll_act(UiState *ui, Action action) {
  int page = ui->hits.page > 1 ? ui->hits.page - 1 : 1;
  int scroll = ui->scroll;
  switch (action) {
    case ACTION_UP:
      scroll--;
      break;
    case ACTION_DOWN:
      scroll++;
      break;
    case ACTION_PAGE_UP:
      scroll -= page;
      break;
    case ACTION_TRAIN:
    case ACTION_PAGE_DOWN:
      scroll += page;
      break;
    case ACTION_HOME:
      scroll = 0;
      break;
    case ACTION_END:
      scroll = ui->hits.scroll_max;
      break;
    default:
      return false;
  }
  ui->scroll = clamp(scroll, 0, ui->hits.scroll_max);
  return true;
}

static bool own_act(UiState *ui, Action action, int argument) {
  switch (ui->overlay) {
    case OVERLAY_PICKER:
      return picker_act(ui, action, argument);
    case OVERLAY_SETTINGS:
      return settings_act(ui, action, argument);
    default:
      return scroll_act(ui, action);
  }
}

/* The action whose key opened the overlay closes it too. */
static Action opener(UiOverlay overlay) {
  static const Action OPENERS[OVERLAY_COUNT] = {
      [OVERLAY_PICKER] = ACTION_PRESETS,
      [OVERLAY_SETTINGS] = ACTION_SETTINGS,
      [OVERLAY_HELP] = ACTION_HELP,
      [OVERLAY_LESSON] = ACTION_LESSON,
  };
  return OPENERS[overlay];
}

bool overlay_act(UiState *ui, Action action, int argument) {
  if (own_act(ui, action, argument)) {
    return true;
  }
  switch (action) {
    case ACTION_CLOSE:
    case ACTION_QUIT:
      overlay_close(ui);
      return true;
    case ACTION_CHARSET:
    case ACTION_PALETTE:
      return false;
    case ACTION_LAB:
    case ACTION_DATA:
    case ACTION_RUNS:
    case ACTION_COMPARE:
    case ACTION_PRESETS:
    case ACTION_SETTINGS:
    case ACTION_HELP:
    case ACTION_LESSON: {
      bool same = action == opener(ui->overlay);
      overlay_close(ui);
      return same;
    }
    default:
      return true;
  }
}

void overlay_wheel(UiState *ui, int direction) {
  if (ui->typing) {
    return;
  }
  for (int i = 0; i < 3; i++) {
    own_act(ui, direction < 0 ? ACTION_UP : ACTION_DOWN, 0);
  }
}

void overlay_type(UiState *ui, uint32_t key) { settings_type(ui, key); }

/* ---- drawing ---- */

int overlay_first(int selected, int count, int shown) { return clamp(selected - shown / 2, 0, count - shown); }

Rect overlay_box(View *view, int rows, int cols, const char *title, const char *note) {
  Canvas *canvas = view->canvas;
  int room_rows = canvas->rows - 3, room_cols = canvas->cols - 4; /* the top line and the bottom two stay in sight */
  Rect box = {.rows = clamp(rows + 2, 3, room_rows), .cols = clamp(cols + 4, 10, room_cols)};
  box.row = 1 + (room_rows - box.rows) / 2;
  box.col = 2 + (room_cols - box.cols) / 2;
  canvas_fill(canvas, box, ' ', STYLE(ROLE_TEXT));
  canvas_box(canvas, box, STYLE(ROLE_KEY), title, note);
  view_hit(view, box, ACTION_NONE, 0);
  view_notice(view, box);
  Rect inside = rect_inset(box, 1);
  return (Rect){inside.row, inside.col + 1, inside.rows, inside.cols - 2};
}

void overlay_row(View *view, Rect inside, int row, bool selected, int argument) {
  Rect bar = {row, inside.col - 1, 1, inside.cols + 2};
  view_hit(view, bar, ACTION_PICK_ROW, argument);
  if (!selected) {
    return;
  }
  canvas_text(view->canvas, row, inside.col, STYLE(ROLE_TEXT), "▸");
  canvas_restyle(view->canvas, bar, STYLE_BOLD(ROLE_FOCUS));
}

void overlay_scrollbar(View *view, Rect inside, int first, int total) {
  if (total <= inside.rows || inside.rows <= 0) {
    return;
  }
  int length = clamp(inside.rows * inside.rows / total, 1, inside.rows);
  int top = (inside.rows - length) * first / (total - inside.rows);
  Rect thumb = {inside.row + top, inside.col + inside.cols + 1, length, 1};
  canvas_fill(view->canvas, thumb, 0x2588, STYLE(ROLE_KEY));
}

void overlay_draw(View *view) {
  static void (*const DRAW[OVERLAY_COUNT])(View *) = {
      [OVERLAY_PICKER] = picker_draw,
      [OVERLAY_SETTINGS] = settings_draw,
      [OVERLAY_HELP] = help_draw,
      [OVERLAY_LESSON] = lesson_draw,
  };
  if (DRAW[view->ui->overlay] == NULL) {
    return;
  }
  Rect lab = {1, 0, view->canvas->rows - 3, view->canvas->cols};
  canvas_restyle(view->canvas, lab, STYLE(ROLE_DIM));
  view->hits->network = (Rect){0}; /* the Lab below is out of reach: a click on it closes */
  view_hit(view, (Rect){0, 0, view->canvas->rows, view->canvas->cols}, ACTION_CLOSE, 0);
  DRAW[view->ui->overlay](view);
}
