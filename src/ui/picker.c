/* picker: the presets, and what the selected one is about. */
#include <stdio.h>
#include <string.h>

#include "ui/edit.h"
#include "ui/overlay.h"

enum { WANTED_COLS = 96, DETAIL_LINES = 9, TITLE_MIN = 12, TITLE_MAX = 32 };

bool picker_act(UiState *ui, Action action, int argument) {
  bool again = action == ACTION_PICK_ROW && argument == ui->list_row;
  if (action == ACTION_PICK_ROW) {
    ui->list_row = argument;
  }
  if (action == ACTION_ENTER || again) {
    bool known = ui->list_row >= 0 && ui->list_row < ui->presets.count;
    overlay_close(ui);
    if (known) {
      edit_open(ui, &ui->presets.items[ui->list_row]);
    }
    return true;
  }
  return action == ACTION_PICK_ROW || overlay_move(ui, action, ui->presets.count);
}

/* The first line of a text. */
static const char *first_line(Arena *frame, const char *text) {
  return arena_strndup(frame, text, strcspn(text, "\n"));
}

static int title_width(const PresetList *presets) {
  int width = TITLE_MIN;
  for (int i = 0; i < presets->count; i++) {
    int columns = canvas_columns(presets->items[i].title);
    if (columns > width) {
      width = columns;
    }
  }
  return width < TITLE_MAX ? width : TITLE_MAX;
}

static void draw_row(View *view, Rect inside, int row, int index, int title_cols) {
  const UiState *ui = view->ui;
  const Preset *preset = &ui->presets.items[index];
  bool selected = index == ui->list_row, open = view_same_preset(preset, ui->preset);
  canvas_printf(view->canvas, row, inside.col + 2, STYLE(ROLE_TEXT), "%2d", index + 1);
  canvas_text_fit(view->canvas, row, inside.col + 6, title_cols, STYLE(ROLE_TEXT), preset->title);
  canvas_text(view->canvas, row, inside.col + 6 + title_cols + 1, STYLE(ROLE_GOOD), open ? "●" : "");
  int col = 6 + title_cols + 4;
  canvas_text_fit(view->canvas, row, inside.col + col, inside.cols - col, STYLE(ROLE_DIM),
                  first_line(view->frame, preset->lesson));
  overlay_row(view, inside, row, selected, index);
}

/* "digits · 128 relu, 64 relu · adam 0.001 · 100 epochs" */
static const char *recipe(View *view, const Experiment *e) {
  char layers[160] = "";
  for (int l = 0; l < e->net.hidden; l++) {
    size_t used = strlen(layers);
    if (used + 48 > sizeof layers) {
      snprintf(layers + used, sizeof layers - used, ", …");
      break;
    }
    const LayerSpec *spec = &e->net.layers[l];
    snprintf(layers + used, sizeof layers - used, "%s%d %s%s", l > 0 ? ", " : "", spec->units,
             ACTIVATION_NAMES[spec->activation], spec->batch_norm ? " BN" : "");
  }
  char rate[48];
  param_format(e, PARAM_LEARNING_RATE, -1, rate, sizeof rate);
  return arena_printf(view->frame, "%s · %s · %s %s · %d epochs", e->data.source, layers,
                      OPTIMIZER_NAMES[e->train.optimizer.kind], rate, e->train.epochs);
}

static void draw_detail(View *view, Rect rect) {
  const PresetList *presets = &view->ui->presets;
  if (rect.rows < 3 || view->ui->list_row >= presets->count) {
    return;
  }
  const Preset *preset = &presets->items[view->ui->list_row];
  canvas_fill(view->canvas, (Rect){rect.row, rect.col, 1, rect.cols}, 0x2500, STYLE(ROLE_BORDER));
  canvas_text_fit(view->canvas, rect.row + 1, rect.col, rect.cols, STYLE(ROLE_TITLE),
                  recipe(view, &preset->experiment));
  Rect text = {rect.row + 2, rect.col, rect.rows - 2, rect.cols};
  canvas_text_wrap(view->canvas, text, 0, STYLE(ROLE_TEXT), preset->lesson);
}

void picker_draw(View *view) {
  const PresetList *presets = &view->ui->presets;
  int wanted = presets->count + 1 + DETAIL_LINES;
  Rect inside = overlay_box(view, wanted, WANTED_COLS, "Lessons", NULL);
  int detail = inside.rows - presets->count - 1;
  if (detail > DETAIL_LINES) {
    detail = DETAIL_LINES;
  }
  if (detail < 4) {
    detail = 0;
  }
  int shown = inside.rows - detail;
  if (shown > presets->count) {
    shown = presets->count;
  }
  view->hits->page = shown;
  int first = overlay_first(view->ui->list_row, presets->count, shown), width = title_width(presets);
  Rect clip = canvas_clip(view->canvas, inside);
  for (int i = 0; i < shown; i++) {
    draw_row(view, inside, inside.row + i, first + i, width);
  }
  draw_detail(view, (Rect){inside.row + inside.rows - detail, inside.col, detail, inside.cols});
  view->canvas->clip = clip;
  overlay_scrollbar(view, (Rect){inside.row, inside.col, shown, inside.cols}, first, presets->count);
  if (presets->count == 0) {
    canvas_text(view->canvas, inside.row, inside.col, STYLE(ROLE_DIM), "There are no presets.");
  }
}
