/* help: every action of the table, by group, in as many columns as have room. */
#include "base/str.h"
#include "ui/overlay.h"

enum { KEYS_WIDTH = 8, TEXT_WIDTH = 50, COLUMN_WIDTH = KEYS_WIDTH + 2 + TEXT_WIDTH, COLUMN_GAP = 4 };

static int group_lines(ActionGroup group) {
  int lines = 2; /* its title, and a blank line behind it */
  for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
    lines += action_info((Action)a)->group == group;
  }
  return lines;
}

/* The groups before `split` stand in the first column, the others in the second. */
static int column_lines(int from, int to) {
  int lines = 0;
  for (int g = from; g < to; g++) {
    lines += group_lines((ActionGroup)g);
  }
  return lines > 0 ? lines - 1 : 0;
}

static void draw_line(View *view, Rect rect, int line, const char *keys, const char *text) {
  int row = rect.row + line;
  canvas_text_fit(view->canvas, row, rect.col, KEYS_WIDTH, STYLE_BOLD(ROLE_KEY), keys);
  canvas_text_fit(view->canvas, row, rect.col + KEYS_WIDTH + 2, rect.cols - KEYS_WIDTH - 2, STYLE(ROLE_TEXT), text);
}

static void draw_groups(View *view, Rect rect, int from, int to, int skip) {
  int line = -skip;
  for (int g = from; g < to; g++) {
    canvas_text(view->canvas, rect.row + line++, rect.col, STYLE_BOLD(ROLE_TITLE), action_group_title((ActionGroup)g));
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
      if (action_info((Action)a)->group != (ActionGroup)g) {
        continue;
      }
      char keys[48];
      if (g == GROUP_MOUSE) {
        str_copy(keys, sizeof keys, "click");
      } else {
        action_keys_text((Action)a, view->canvas->charset, keys, sizeof keys);
      }
      draw_line(view, rect, line++, keys, action_info((Action)a)->help);
    }
    line++;
  }
}

void help_draw(View *view) {
  bool two = view->canvas->cols >= 2 * COLUMN_WIDTH - 12 + COLUMN_GAP + 8;
  int split = two ? GROUP_CHARTS : GROUP_COUNT;
  int first = column_lines(0, split), second = column_lines(split, GROUP_COUNT);
  int lines = first > second ? first : second;
  Rect inside = overlay_box(view, lines, two ? 2 * COLUMN_WIDTH + COLUMN_GAP : COLUMN_WIDTH, "Help", NULL);
  view->hits->page = inside.rows;
  view->hits->scroll_max = lines > inside.rows ? lines - inside.rows : 0;
  int skip = view->ui->scroll < view->hits->scroll_max ? view->ui->scroll : view->hits->scroll_max;
  int width = two ? (inside.cols - COLUMN_GAP) / 2 : inside.cols;
  Rect clip = canvas_clip(view->canvas, inside);
  draw_groups(view, (Rect){inside.row, inside.col, inside.rows, width}, 0, split, skip);
  draw_groups(view, (Rect){inside.row, inside.col + width + COLUMN_GAP, inside.rows, width}, split, GROUP_COUNT, skip);
  view->canvas->clip = clip;
  overlay_scrollbar(view, inside, skip, lines);
}
