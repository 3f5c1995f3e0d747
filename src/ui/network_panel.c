/* network_panel: a row for each layer, in the order of the computation: units, then activation and batch normalization
 * as they follow each other, then dropout. The selected row is always in view. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "lab/edit_mark.h"
#include "ui/edit.h"
#include "ui/overlay.h"
#include "ui/panels.h"
#include "ui/pin.h"

enum { GAP = 2, BN_WIDTH = 4, RATE_WIDTH = 4, MARKER_WIDTH = 3, MAX_FACTS = 5, SIDE_MIN_COLS = 72, SIDE_COLS = 30 };

/* Where the columns of the table lie; widths that are 0 are left out. */
typedef struct Columns {
  int name, units, middle, bar, rate; /* first column of each */
  int name_width, units_width, activation_width, bar_width;
  int width; /* of the whole table */
} Columns;

/* Short facts about the whole network, each on lines of its own. */
typedef struct Facts {
  int count;
  char text[MAX_FACTS][96];
  Role role[MAX_FACTS];
} Facts;

static const char *output_name(const UiState *ui) {
  Output output = ui->run.loaded.output;
  return output == OUTPUT_AUTO ? "" : OUTPUT_NAMES[output];
}

static int output_units(const UiState *ui) {
  return ui->run.loaded.output == OUTPUT_SOFTMAX ? ui->run.loaded.classes : 1;
}

static Columns columns_of(const UiState *ui, int col, int room) {
  const NetSpec *net = &ui->experiment.net;
  Columns c = {.name_width = net->hidden > 9 ? 8 : 7, .units_width = 3, .activation_width = 4};
  int most = larger(ui->run.loaded.features, ui->run.loaded.classes);
  for (int l = 0; l < net->hidden; l++) {
    most = larger(most, net->layers[l].units);
    c.activation_width = larger(c.activation_width, (int)strlen(ACTIVATION_NAMES[net->layers[l].activation]));
  }
  char digits[16];
  c.units_width = larger(c.units_width, snprintf(digits, sizeof digits, "%d", most));
  int middle_width = c.activation_width + GAP + BN_WIDTH;
  int fixed = MARKER_WIDTH + c.name_width + GAP + c.units_width + GAP + middle_width + GAP + RATE_WIDTH;
  int left = room - fixed - 2; /* a blank before the rate, and one at the frame */
  c.bar_width = left >= 10 ? 10 : left >= 5 ? 5 : 0;
  c.name = col + MARKER_WIDTH;
  c.units = c.name + c.name_width + GAP;
  c.middle = c.units + c.units_width + GAP;
  c.bar = c.middle + middle_width + GAP;
  c.rate = c.bar + (c.bar_width > 0 ? c.bar_width + 1 : 0);
  c.width = c.rate + RATE_WIDTH - col;
  return c;
}

/* ---- facts ---- */

static void add_fact(Facts *facts, Role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void add_fact(Facts *facts, Role role, const char *format, ...) {
  if (facts->count == MAX_FACTS) {
    return;
  }
  va_list args;
  va_start(args, format);
  vsnprintf(facts->text[facts->count], sizeof facts->text[0], format, args);
  va_end(args);
  facts->role[facts->count++] = role;
}

static void append(char *text, size_t size, const char *word, const char *value) {
  size_t used = strlen(text);
  snprintf(text + used, size - used, "%s%s%s%s", used > 0 ? " · " : "", word, value[0] != '\0' ? " " : "", value);
}

static void append_param(const UiState *ui, char *text, size_t size, ParamId param, const char *word) {
  if (param_get(&ui->experiment, param, -1) <= 0) {
    return;
  }
  char value[48];
  param_format(&ui->experiment, param, -1, value, sizeof value);
  append(text, size, word, value);
}

/* What a score is worth on this data. */
static void append_baseline(const UiState *ui, char *text, size_t size) {
  const Baseline *baseline = &ui->run.loaded.baseline;
  MetricId metric = ui->run.loaded.task == TASK_REGRESSION ? METRIC_MAE : METRIC_SCORE;
  double value;
  char words[40];
  if (view_baseline(ui, metric, &value, words, sizeof words)) {
    append(text, size, words, "");
  }
  if (baseline_is_imbalanced(baseline)) {
    char rows[32];
    snprintf(rows, sizeof rows, "%d : %d rows", baseline->smallest, baseline->largest);
    append(text, size, "imbalanced", rows);
  }
}

/* What holds the network back, or steadies it, besides dropout and batch normalization. */
static void regularizers(const UiState *ui, char *text, size_t size) {
  append_param(ui, text, size, PARAM_LABEL_NOISE, "label noise");
  append_param(ui, text, size, PARAM_L1, "l1");
  append_param(ui, text, size, PARAM_L2, "l2");
  append_param(ui, text, size, PARAM_WEIGHT_DECAY, "weight decay");
  append_param(ui, text, size, PARAM_CLIPNORM, "clipnorm");
  append_param(ui, text, size, PARAM_GLOBAL_CLIPNORM, "global clipnorm");
  append_param(ui, text, size, PARAM_CLIPVALUE, "clipvalue");
  if (ui->experiment.train.early_stopping.on) {
    append(text, size, "early stopping", "");
  }
}

static void optimizer_fact(const UiState *ui, Facts *facts) {
  const TrainSpec *train = &ui->experiment.train;
  const char *name = OPTIMIZER_NAMES[train->optimizer.kind];
  char rate[48];
  param_format(&ui->experiment, PARAM_LEARNING_RATE, -1, rate, sizeof rate);
  double actual = ui->time.on ? ui->time.look.learning_rate : ui->run.progress.learning_rate;
  if (train->schedule.kind != SCHEDULE_CONSTANT && actual > 0) {
    add_fact(facts, ROLE_TEXT, "%s · lr %s → %s %.3g", name, rate, ui->time.on ? "then" : "now", actual);
  } else {
    add_fact(facts, ROLE_TEXT, "%s · learning rate %s", name, rate);
  }
}

static bool units_wait(const UiState *ui) {
  bool waits = false;
  for (int l = 0; l < ui->experiment.net.hidden; l++) {
    waits = waits || edit_waits(ui, PARAM_UNITS, l);
  }
  return waits;
}

/* Of the network that trains: what waits for a restart is not in it. */
static void weights_fact(const UiState *ui, Facts *facts) {
  const UiRun *run = &ui->run;
  int batch = ui->experiment.train.batch_size;
  int64_t weights = run->progress.parameters > 0 ? run->progress.parameters : run->loaded.parameters;
  if (weights <= 0 || ui->time.on) {
    add_fact(facts, ROLE_DIM, "batch %d", batch);
    return;
  }
  char number[32];
  view_grouped(number, sizeof number, weights);
  add_fact(facts, ROLE_DIM, "batch %d · %s weights%s", batch, number, units_wait(ui) ? " now" : "");
}

static Facts facts_of(const UiState *ui) {
  Facts facts = {0};
  char text[96];
  optimizer_fact(ui, &facts);
  weights_fact(ui, &facts);
  text[0] = '\0';
  append_baseline(ui, text, sizeof text);
  regularizers(ui, text, sizeof text);
  if (text[0] != '\0') {
    add_fact(&facts, ROLE_DIM, "%s", text);
  }
  if (pin_run(ui) != NULL) {
    pin_difference(ui, text, sizeof text);
    const char *same = ui->twin.on ? "as A so far" : "the same settings";
    add_fact(&facts, ROLE_PINNED, "%s: %s", ui->twin.on ? "twin B" : "pinned", text[0] != '\0' ? text : same);
  }
  int waiting = edit_waiting_count(ui);
  if (waiting == 1) {
    add_fact(&facts, ROLE_WARN, "* 1 setting waits: press r");
  } else if (waiting > 1) {
    add_fact(&facts, ROLE_WARN, "* %d settings wait: press r", waiting);
  }
  return facts;
}

/* The fact with line breaks between its parts where `cols` columns are full. */
static void flow(char *out, size_t size, const char *text, int cols) {
  static const char SEPARATOR[] = " · ";
  size_t used = 0;
  int line = 0;
  out[0] = '\0';
  while (*text != '\0') {
    const char *end = strstr(text, SEPARATOR);
    int length = (int)(end != NULL ? (size_t)(end - text) : strlen(text));
    char part[96];
    snprintf(part, sizeof part, "%.*s", length, text);
    int width = canvas_columns(part);
    bool breaks = line > 0 && line + 3 + width > cols;
    used += (size_t)snprintf(out + used, size - used, "%s%s", line == 0 ? "" : breaks ? "\n" : SEPARATOR, part);
    line = (line == 0 || breaks ? 0 : line + 3) + width;
    text += length;
    text += *text != '\0' ? sizeof SEPARATOR - 1 : 0;
  }
}

/* Lines of one fact; draws them into `rect`. */
static int draw_fact(Canvas *canvas, Rect rect, const Facts *facts, int index) {
  char text[2 * sizeof facts->text[0]];
  flow(text, sizeof text, facts->text[index], rect.cols);
  return canvas_text_wrap(canvas, rect, 0, STYLE(facts->role[index]), text);
}

static int facts_lines(const Facts *facts, int cols) {
  Cell cell = {0};
  Canvas none = {.rows = 1, .cols = 1, .cells = &cell}; /* its clip lets nothing through */
  int lines = 0;
  for (int i = 0; i < facts->count; i++) {
    lines += draw_fact(&none, (Rect){0, 0, 0, cols}, facts, i);
  }
  return lines;
}

/* A fact has as many lines as the others leave it, cut in the last one. */
static void draw_facts(View *view, Rect rect, const Facts *facts) {
  int row = rect.row, end = rect.row + rect.rows;
  for (int i = 0; i < facts->count && row < end; i++) {
    int room = end - row - (facts->count - i - 1);
    int lines = draw_fact(view->canvas, (Rect){row, rect.col, 0, rect.cols}, facts, i);
    if (lines <= room) {
      row += draw_fact(view->canvas, (Rect){row, rect.col, lines, rect.cols}, facts, i);
    } else {
      canvas_text_fit(view->canvas, row++, rect.col, rect.cols, STYLE(facts->role[i]), facts->text[i]);
    }
  }
}

/* ---- rows ---- */

static void draw_dropout(View *view, int row, const Columns *c, int layer, double rate) {
  Canvas *canvas = view->canvas;
  bool on = rate > 0;
  if (c->bar_width > 0) {
    canvas_bar(canvas, row, c->bar, c->bar_width, rate, STYLE(ROLE_ON), STYLE(ROLE_DIM));
    view_hit(view, (Rect){row, c->bar, 1, c->bar_width}, ACTION_PICK_RATE, layer);
  }
  canvas_printf(canvas, row, c->rate, on ? STYLE_BOLD(ROLE_ON) : STYLE(ROLE_DIM), "%.2f", rate);
}

static void draw_layer(View *view, int row, const Columns *c, int layer) {
  Canvas *canvas = view->canvas;
  const LayerSpec *spec = &view->ui->experiment.net.layers[layer];
  const char *activation = ACTIVATION_NAMES[spec->activation];
  int bn = spec->bn_position == BN_BEFORE ? c->middle : c->middle + c->activation_width + GAP;
  int act = spec->bn_position == BN_BEFORE ? c->middle + BN_WIDTH + GAP : c->middle;
  canvas_printf(canvas, row, c->units, STYLE(ROLE_TEXT), "%*d", c->units_width, spec->units);
  if (edit_waits(view->ui, PARAM_UNITS, layer)) {
    canvas_text(canvas, row, c->units + c->units_width, STYLE(ROLE_WARN), "*");
  }
  canvas_text(canvas, row, act, STYLE(ROLE_TEXT), activation);
  canvas_text(canvas, row, bn, spec->batch_norm ? STYLE_BOLD(ROLE_ON) : STYLE(ROLE_DIM),
              spec->batch_norm ? "BN ●" : "BN ○");
  view_hit(view, (Rect){row, bn, 1, BN_WIDTH}, ACTION_PICK_BATCH_NORM, layer);
  draw_dropout(view, row, c, layer, spec->dropout);
}

static void draw_row(View *view, Rect inside, int row, const Columns *c, int layer) {
  const UiState *ui = view->ui;
  Canvas *canvas = view->canvas;
  bool is_output = layer == ui->experiment.net.hidden, selected = layer == ui->layer;
  char name[24];
  edit_mark_layer(name, sizeof name, layer);
  if (!is_output) {
    view_hit(view, (Rect){row, inside.col, 1, inside.cols}, ACTION_PICK_LAYER, layer);
  }
  canvas_text(canvas, row, c->name, STYLE(ROLE_TEXT), is_output ? "Output" : name);
  if (selected) {
    canvas_text(canvas, row, inside.col + 1, STYLE(ROLE_TEXT), "▸");
    canvas_restyle(canvas, (Rect){row, inside.col, 1, c->name + c->name_width + 1 - inside.col},
                   STYLE_BOLD(ROLE_FOCUS));
  }
  if (layer >= 0 && !is_output) {
    draw_layer(view, row, c, layer);
    return;
  }
  int units = is_output ? output_units(ui) : ui->run.loaded.features;
  if (ui->run.loaded.features > 0) {
    canvas_printf(canvas, row, c->units, STYLE(ROLE_TEXT), "%*d", c->units_width, units);
  }
  if (is_output) {
    canvas_text(canvas, row, c->middle, STYLE(ROLE_TEXT), output_name(ui));
  } else {
    draw_dropout(view, row, c, -1, ui->experiment.net.input_dropout);
  }
}

static void draw_heads(View *view, int row, const Columns *c) {
  Canvas *canvas = view->canvas;
  canvas_text(canvas, row, c->name, STYLE(ROLE_DIM), "layer");
  canvas_text(canvas, row, c->units + c->units_width - 5, STYLE(ROLE_DIM), "units");
  canvas_text(canvas, row, c->bar, STYLE(ROLE_DIM), c->bar_width > 0 ? "dropout" : "drop");
}

/* ---- the panel ---- */

static bool facts_beside(int cols) { return cols - 2 >= SIDE_MIN_COLS; }

/* What the table and a line leave beside them in a panel that is `cols` wide inside. */
static Columns side_columns(const UiState *ui, int col, int cols) { return columns_of(ui, col, cols - SIDE_COLS); }
static int side_cols(const UiState *ui, int cols) { return cols - side_columns(ui, 0, cols).width - 7; }

int network_panel_rows(const UiState *ui, int cols) {
  Facts facts = facts_of(ui);
  int table = 1 + ui->experiment.net.hidden + 2;
  if (!facts_beside(cols)) {
    return 2 + table + 1 + facts_lines(&facts, cols - 4);
  }
  return 2 + larger(table, facts_lines(&facts, side_cols(ui, cols - 2)));
}

void network_panel_draw(View *view, Rect rect) {
  const UiState *ui = view->ui;
  Canvas *canvas = view->canvas;
  Rect inside = rect_inset(rect, 1);
  Facts facts = facts_of(ui);
  int count = ui->experiment.net.hidden + 2;
  bool beside = facts_beside(rect.cols);
  int below = beside ? 0 : facts_lines(&facts, inside.cols - 2);
  if (!beside && inside.rows < count + below) {
    below = inside.rows >= 7 ? 1 : 0;
  }
  int shown = inside.rows - below;
  bool has_heads = shown > count || shown >= 8;
  shown -= has_heads;
  if (shown > count) {
    shown = count;
  }
  int first = overlay_first(ui->layer + 1, count, shown);
  const char *note = NULL;
  if (shown < count) {
    note = arena_printf(view->frame, "%d-%d of %d", first + 1, first + shown, count);
  }

  const char *title = ui->time.on ? arena_printf(view->frame, "Network at epoch %d", ui->time.epoch) : "Network";
  canvas_box(canvas, rect, STYLE(ui->time.on ? ROLE_KEY : ROLE_BORDER), title, note);
  Rect clip = canvas_clip(canvas, inside);
  view->hits->network = rect;
  Columns c = beside ? side_columns(ui, inside.col, inside.cols) : columns_of(ui, inside.col, inside.cols);
  if (has_heads) {
    draw_heads(view, inside.row, &c);
  }
  for (int i = 0; i < shown; i++) {
    draw_row(view, inside, inside.row + has_heads + i, &c, first + i - 1);
  }
  if (beside) {
    int col = inside.col + c.width + 3;
    canvas_fill(canvas, (Rect){inside.row, col, inside.rows, 1}, 0x2502, STYLE(ROLE_BORDER));
    draw_facts(view, (Rect){inside.row, col + 3, inside.rows, side_cols(ui, inside.cols)}, &facts);
  } else {
    int row = inside.row + inside.rows - below;
    draw_facts(view, (Rect){row, inside.col + 1, below, inside.cols - 2}, &facts);
  }
  canvas->clip = clip;
}
