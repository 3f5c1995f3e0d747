/* data_points: the rows of a set with two columns, as points in a plane. */
#include "base/order.h"
#include "ui/data.h"

/* Of a class; more classes begin again. */
static uint32_t class_sign(int k) {
  static const char SIGNS[] = {'o', 'x', '+', '*', '#', '%'};
  return (uint32_t)SIGNS[k % (int)sizeof SIGNS];
}

static void draw_legend(View *view, Rect line) {
  const Survey *survey = view->ui->data.survey;
  int col = line.col;
  for (int k = 0; k < survey->classes && col < line.col + line.cols; k++) {
    canvas_put(view->canvas, line.row, col, class_sign(k), STYLE_BOLD(ROLE_TEXT));
    col += 2;
    col += canvas_text_fit(view->canvas, line.row, col, larger(0, line.col + line.cols - col), STYLE(ROLE_DIM),
                           survey->class_names[k]);
    col += 2;
  }
}

/* The cell of `value` among `cells` of the range of a column. */
static int place(const ColumnProfile *column, float value, int cells) {
  double width = column->max - column->min;
  double share = width > 0.0 ? ((double)value - column->min) / width : 0.5;
  return (int)(share * (cells - 1) + 0.5);
}

void data_points_draw(View *view, Rect inside) {
  static const Role ROLES[PARTS] = {ROLE_TRAIN, ROLE_VAL, ROLE_DIM};
  const Survey *survey = view->ui->data.survey;
  const ColumnProfile *x = &survey->profile.column[0], *y = &survey->profile.column[1];
  int rows = inside.rows - 1;
  Rect clip = canvas_clip(view->canvas, inside);
  for (int i = 0; i < survey->points && rows > 0; i++) {
    int part = survey->point_part[i];
    int col = inside.col + place(x, survey->point[2 * i], inside.cols);
    int row = inside.row + rows - 1 - place(y, survey->point[2 * i + 1], rows);
    canvas_put(view->canvas, row, col, class_sign(survey->point_class[i]), STYLE(part < 0 ? ROLE_DIM : ROLES[part]));
  }
  draw_legend(view, (Rect){inside.row + larger(rows, 0), inside.col, 1, inside.cols});
  view->canvas->clip = clip;
}
