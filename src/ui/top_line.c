/* top_line: program, preset, data, seed and state, the last three at the right edge. */
#include <stdio.h>

#include "base/str.h"
#include "ui/panels.h"

static const struct {
  const char *dot;
  Role role;
} STATES[RUN_STATE_COUNT] = {
    [RUN_NONE] = {"○", ROLE_DIM},     [RUN_LOADING] = {"○", ROLE_DIM},  [RUN_READY] = {"○", ROLE_KEY},
    [RUN_RUNNING] = {"●", ROLE_GOOD}, [RUN_PAUSED] = {"‖", ROLE_WARN},  [RUN_FINISHED] = {"✓", ROLE_GOOD},
    [RUN_STOPPED] = {"■", ROLE_WARN}, [RUN_DIVERGED] = {"▲", ROLE_BAD}, [RUN_FAILED] = {"▲", ROLE_BAD},
};

enum { PART_TITLE, PART_DATA, PART_SEED, PART_STATE, PART_COUNT };

static void data_text(const UiState *ui, char *out, size_t size) {
  const Loaded *loaded = &ui->run.loaded;
  int rows = loaded->train_rows + loaded->validation_rows + loaded->test_rows;
  char name[40], count[24];
  str_printable(name, sizeof name, loaded->dataset[0] != '\0' ? loaded->dataset : ui->experiment.data.source);
  view_grouped(count, sizeof count, rows);
  snprintf(out, size, rows > 0 ? "%s (%s rows)" : "%s", name, count);
}

static void title_text(const UiState *ui, char *out, size_t size) {
  int number = view_preset_number(ui);
  if (number > 0) {
    snprintf(out, size, "%d %s", number, ui->preset->title);
  } else {
    str_copy(out, size, ui->preset->title);
  }
}

/* Columns of a text that may take a share of the line and is cut there. */
static int cut_width(const char *text, int most) {
  int columns = canvas_columns(text);
  return columns < most ? columns : most;
}

void top_line_draw(View *view, int row) {
  const UiState *ui = view->ui;
  Canvas *canvas = view->canvas;
  char text[PART_COUNT][128];
  title_text(ui, text[PART_TITLE], sizeof text[0]);
  data_text(ui, text[PART_DATA], sizeof text[0]);
  snprintf(text[PART_SEED], sizeof text[0], "seed %d", ui->experiment.train.seed);
  RunState state = ui->run.progress.state;
  snprintf(text[PART_STATE], sizeof text[0], "%s %s", STATES[state].dot, RUN_STATE_NAMES[state]);

  static const Role ROLES[PART_STATE] = {ROLE_TITLE, ROLE_TEXT, ROLE_DIM};
  LinePart parts[PART_COUNT] = {[PART_TITLE].priority = 3, [PART_DATA].priority = 2, [PART_STATE].priority = 4};
  for (int i = 0; i < PART_COUNT; i++) {
    parts[i].width = cut_width(text[i], canvas->cols * 3 / 10);
  }

  canvas_text(canvas, row, 1, STYLE_BOLD(ROLE_TITLE), "nnlab");
  canvas_text(canvas, row, 8, STYLE_BOLD(ROLE_FOCUS), " Lab ");
  int col = canvas->cols - 1 - view_fit(parts, PART_COUNT, 3, canvas->cols - 16);
  for (int i = 0; i < PART_STATE; i++) {
    if (!parts[i].shown) {
      continue;
    }
    canvas_text_fit(canvas, row, col, parts[i].width, i == 0 ? STYLE_BOLD(ROLES[i]) : STYLE(ROLES[i]), text[i]);
    col += parts[i].width + 3;
    if (i + 1 < PART_STATE && parts[i + 1].shown) {
      canvas_text(canvas, row, col - 2, STYLE(ROLE_DIM), "·");
    }
  }
  canvas_text_fit(canvas, row, col, parts[PART_STATE].width, STYLE_BOLD(STATES[state].role), text[PART_STATE]);
}
