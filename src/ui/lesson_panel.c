/* lesson_panel: the lesson's text, what to watch and what to try: as a panel of the Lab and as an overlay. */
#include <stdio.h>

#include "ui/overlay.h"
#include "ui/panels.h"

enum { LABEL_WIDTH = 7, OVERLAY_COLS = 76 };

/* Draws one text `indent` columns in; `line` is where it begins in the whole lesson, and moves on. */
static void draw_text(View *view, Rect rect, int skip, int *line, int indent, const char *text) {
  int top = *line - skip;
  int hidden = top < 0 ? -top : 0;
  int offset = top < 0 ? 0 : top;
  Rect place = {rect.row + offset, rect.col + indent, rect.rows - offset, rect.cols - indent};
  *line += canvas_text_wrap(view->canvas, place, hidden, STYLE(ROLE_TEXT), text);
}

static void draw_part(View *view, Rect rect, int skip, int *line, const char *label, const char *text) {
  if (text[0] == '\0') {
    return;
  }
  if (*line > 0) {
    (*line)++;
  }
  int row = *line - skip;
  if (row >= 0 && row < rect.rows) {
    canvas_text(view->canvas, rect.row + row, rect.col, STYLE_BOLD(ROLE_TITLE), label);
  }
  draw_text(view, rect, skip, line, LABEL_WIDTH, text);
}

int lesson_text_draw(View *view, Rect rect, int skip) {
  const Preset *preset = view->ui->preset;
  int line = 0;
  Rect clip = canvas_clip(view->canvas, rect);
  if (preset->lesson[0] != '\0') {
    draw_text(view, rect, skip, &line, 0, preset->lesson);
  }
  draw_part(view, rect, skip, &line, "Watch", preset->watch);
  draw_part(view, rect, skip, &line, "Try", preset->try_it);
  view->canvas->clip = clip;
  return line;
}

static const char *title_of(View *view) {
  int number = view_preset_number(view->ui);
  if (number == 0) {
    return "Lesson";
  }
  return arena_printf(view->frame, "Lesson %d of %d", number, view->ui->presets.count);
}

void lesson_panel_draw(View *view, Rect rect) {
  canvas_box(view->canvas, rect, STYLE(ROLE_BORDER), title_of(view), NULL);
  Rect inside = rect_inset(rect, 1);
  Rect text = {inside.row, inside.col + 1, inside.rows, inside.cols - 2};
  int lines = lesson_text_draw(view, text, 0);
  view_hit(view, rect, ACTION_LESSON, 0);
  if (lines > text.rows) {
    view_hint(view, rect, ACTION_LESSON, "more");
  }
}

/* The lines of the whole text when it is `cols` wide. */
static int count_lines(View *view, int cols) { return lesson_text_draw(view, (Rect){0, 0, 0, cols}, 0); }

void lesson_draw(View *view) {
  int room = view->canvas->cols - 8;
  int cols = room < OVERLAY_COLS ? room : OVERLAY_COLS;
  int lines = count_lines(view, cols);
  const char *title = arena_printf(view->frame, "%s · %s", title_of(view), view->ui->preset->title);
  Rect inside = overlay_box(view, lines > 0 ? lines : 1, cols, title, NULL);
  view->hits->page = inside.rows;
  view->hits->scroll_max = lines > inside.rows ? lines - inside.rows : 0;
  int skip = view->ui->scroll < view->hits->scroll_max ? view->ui->scroll : view->hits->scroll_max;
  lesson_text_draw(view, inside, skip);
  overlay_scrollbar(view, inside, skip, lines);
  if (lines == 0) {
    canvas_text(view->canvas, inside.row, inside.col, STYLE(ROLE_DIM), "This preset has no lesson text.");
  }
}
