/* status_line: how far loading or training is and how fast, or how it ended. What has no room is left out, the least
 * needed first.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"
#include "canvas/chart.h"
#include "ui/panels.h"
#include "ui/repeat.h"
#include "ui/twin.h"

enum { MAX_PARTS = 12, GAP = 3, BAR_MIN = 8, BAR_MAX = 40 };

typedef struct Line {
  int count;
  LinePart parts[MAX_PARTS];
  char text[MAX_PARTS][96];
  Style style[MAX_PARTS];
} Line;

static void add(Line *line, int priority, Style style, const char *format, ...) __attribute__((format(printf, 4, 5)));
static void add(Line *line, int priority, Style style, const char *format, ...) {
  int i = line->count++;
  va_list args;
  va_start(args, format);
  vsnprintf(line->text[i], sizeof line->text[i], format, args);
  va_end(args);
  line->parts[i] = (LinePart){.width = canvas_columns(line->text[i]), .priority = priority};
  line->style[i] = style;
}

/* What view_fit has chosen, from left to right. */
static void draw_chosen(View *view, int row, int col, const Line *line) {
  for (int i = 0; i < line->count; i++) {
    if (!line->parts[i].shown) {
      continue;
    }
    canvas_text(view->canvas, row, col, line->style[i], line->text[i]);
    col += line->parts[i].width + GAP;
  }
}

/* The columns of the line that are left by the repeat, which is always in sight, at its right. */
static int room_of(View *view) {
  char text[64];
  int room = view->canvas->cols - 2;
  if (view->ui->repeat.state == REPEAT_NONE) {
    return room;
  }
  repeat_status(view->ui, text, sizeof text);
  return room - canvas_columns(text) - GAP;
}

static void draw_repeat(View *view, int row) {
  static const Role ROLES[] = {[REPEAT_RUNNING] = ROLE_GOOD,
                               [REPEAT_STOPPED] = ROLE_WARN,
                               [REPEAT_DONE] = ROLE_TEXT,
                               [REPEAT_FAILED] = ROLE_BAD};
  char text[64];
  if (view->ui->repeat.state != REPEAT_NONE) {
    repeat_status(view->ui, text, sizeof text);
    canvas_text(view->canvas, row, view->canvas->cols - 1 - canvas_columns(text),
                STYLE_BOLD(ROLES[view->ui->repeat.state]), text);
  }
}

static void draw(View *view, int row, Line *line) {
  view_fit(line->parts, line->count, GAP, room_of(view));
  draw_chosen(view, row, 1, line);
}

/* "epoch 23/100 ▰▰▰▱▱ 23 %" and the line: the bar takes what room is left, up to a limit. */
static void draw_with_bar(View *view, int row, const char *head, double fraction, Line *line) {
  char percent[16];
  snprintf(percent, sizeof percent, "%3.0f %%", floor(100 * fraction));
  int fixed = canvas_columns(head) + 1 + 1 + canvas_columns(percent);
  int room = room_of(view) - fixed - GAP;
  int used = view_fit(line->parts, line->count, GAP, room - BAR_MIN);
  int bar = room - used < BAR_MIN ? 0 : room - used > BAR_MAX ? BAR_MAX : room - used;
  if (bar > view->canvas->cols / 5) {
    bar = view->canvas->cols / 5;
  }
  int col = 1 + canvas_text(view->canvas, row, 1, STYLE_BOLD(ROLE_TEXT), head) + 1;
  if (bar > 0) {
    canvas_bar(view->canvas, row, col, bar, fraction, STYLE(ROLE_GOOD), STYLE(ROLE_DIM));
    col += bar + 1;
  }
  col += canvas_text(view->canvas, row, col, STYLE_BOLD(ROLE_TEXT), percent) + GAP;
  draw_chosen(view, row, col, line);
}

static void add_twin(const UiState *ui, Line *line) {
  char text[48];
  twin_text(ui, text, sizeof text);
  if (*text) {
    add(line, 7, STYLE(ROLE_PINNED), "%s", text);
  }
}

/* ---- while training ---- */

static double done_fraction(const Progress *p) {
  double epochs = p->epoch + (p->batches > 0 ? (double)p->batch / p->batches : 0.0);
  return p->epochs > 0 ? epochs / p->epochs : 0.0;
}

static void add_speed(Line *line, const Progress *p) {
  char text[48];
  if (p->samples_per_second > 0) {
    view_magnitude(text, sizeof text, p->samples_per_second);
    add(line, 3, STYLE(ROLE_DIM), "%s samples/s", text);
  }
  if (p->seconds_per_epoch <= 0) {
    return;
  }
  view_duration(text, sizeof text, p->seconds_per_epoch);
  add(line, 2, STYLE(ROLE_DIM), "%s/epoch", text);
  double left = (1 - done_fraction(p)) * p->epochs * p->seconds_per_epoch;
  view_duration(text, sizeof text, left > 0 ? left : 0);
  add(line, 5, STYLE(ROLE_TEXT), "ETA %s", text);
}

/* The epoch under way, from 1, as Keras counts; at rest between two epochs, those done. */
static int shown_epoch(const Progress *p, int epochs) {
  bool under_way = p->state == RUN_RUNNING || (p->state == RUN_PAUSED && p->batch > 0);
  return under_way && p->epoch < epochs ? p->epoch + 1 : p->epoch;
}

static void draw_training(View *view, int row) {
  const UiState *ui = view->ui;
  const Progress *p = &ui->run.progress;
  int epochs = p->epochs > 0 ? p->epochs : ui->experiment.train.epochs;
  char head[48], epochs_text[16];
  int width = snprintf(epochs_text, sizeof epochs_text, "%d", epochs);
  snprintf(head, sizeof head, "epoch %*d/%d", width, shown_epoch(p, epochs), epochs);
  Line line = {0};
  add_twin(ui, &line);
  if (p->batches > 0) {
    int digits = snprintf(epochs_text, sizeof epochs_text, "%d", p->batches);
    add(&line, 4, STYLE(ROLE_TEXT), "batch %*d/%d", digits, p->batch, p->batches);
  }
  add_speed(&line, p);
  draw_with_bar(view, row, head, done_fraction(p), &line);
}

/* ---- while loading ---- */

/* "reading big.csv ▰▰▰▱▱ 43 %   22 MB of 50 MB   31 MB/s   ETA 0.9 s"; no bar where the size is not known. */
static void draw_loading(View *view, int row) {
  static const char *const WORDS[LOAD_STAGE_COUNT] = {"reading", "judging the columns", "preparing the rows"};
  const Loading *loading = &view->ui->run.progress.loading;
  char head[96], done[24], total[24], rate[24], left[24];
  bool sized = loading->total > 0;
  Line line = {0};
  snprintf(head, sizeof head, "%s %s", WORDS[loading->stage], loading->file);
  if (!sized) {
    add(&line, 4, STYLE_BOLD(ROLE_TEXT), "%s", head);
  }
  if (loading->done > 0) {
    double speed = loading->done / loading->seconds;
    view_magnitude(done, sizeof done, loading->done);
    view_magnitude(total, sizeof total, loading->total);
    view_magnitude(rate, sizeof rate, speed);
    view_duration(left, sizeof left, (loading->total - loading->done) / speed);
    add(&line, 3, STYLE(ROLE_TEXT), "%sB%s%s%s", done, sized ? " of " : "", sized ? total : "", sized ? "B" : "");
    add(&line, 1, STYLE(ROLE_DIM), "%sB/s", rate);
    add(&line, 2, STYLE(ROLE_TEXT), "%s%s", sized ? "ETA " : "", sized ? left : "");
  }
  if (sized) {
    draw_with_bar(view, row, head, loading->done / loading->total, &line);
  } else {
    draw(view, row, &line);
  }
}

/* ---- after it ---- */

static void add_test(const UiState *ui, Line *line) {
  const Metrics *test = &ui->run.ended.test;
  if (!isfinite(test->loss)) {
    return;
  }
  char loss[32], score[32], mae[32];
  chart_value_label(loss, sizeof loss, test->loss);
  chart_value_label(score, sizeof score, test->score);
  chart_value_label(mae, sizeof mae, test->mae);
  bool regression = ui->run.loaded.task == TASK_REGRESSION;
  if (regression) {
    add(line, 5, STYLE_BOLD(ROLE_TEXT), "test R2 %s  MAE %s", score, mae);
  } else {
    add(line, 5, STYLE_BOLD(ROLE_TEXT), "test accuracy %s", score);
  }
  double value;
  char baseline[40];
  if (view_baseline(ui, regression ? METRIC_MAE : METRIC_SCORE, &value, baseline, sizeof baseline)) {
    add(line, 4, STYLE(ROLE_DIM), "%s", baseline);
  }
  if (!regression) {
    add(line, 1, STYLE(ROLE_TEXT), "test loss %s", loss);
  }
}

static void add_best(const UiState *ui, Line *line, MetricId metric, const char *words) {
  const UiBest *best = &ui->run.best[metric];
  if (best->epoch >= 0) {
    char value[32];
    chart_value_label(value, sizeof value, best->value);
    add(line, metric == METRIC_LOSS ? 2 : 1, STYLE(ROLE_TEXT), "%s %s in epoch %d", words, value, best->epoch + 1);
  }
}

static void draw_ended(View *view, int row) {
  const UiState *ui = view->ui;
  const Ended *ended = &ui->run.ended;
  bool good = ended->outcome == RUN_FINISHED;
  char seconds[32];
  view_duration(seconds, sizeof seconds, ended->seconds);
  Line line = {0};
  add(&line, 6,
      STYLE_BOLD(good                             ? ROLE_GOOD
                 : ended->outcome == RUN_DIVERGED ? ROLE_BAD
                                                  : ROLE_WARN),
      "%s", ended->early ? "stopped early" : RUN_STATE_NAMES[ended->outcome]);
  add_twin(ui, &line);
  add(&line, 3, STYLE(ROLE_TEXT), "%d epoch%s in %s", ended->epochs, ended->epochs == 1 ? "" : "s", seconds);
  if (ended->outcome == RUN_DIVERGED) {
    char step[32];
    view_grouped(step, sizeof step, ended->bad_step);
    add(&line, 5, STYLE(ROLE_TEXT), "step %s: %s is %s", step, ended->bad_layer, str_nonfinite(ended->bad_value));
    add(&line, 4, STYLE(ROLE_TEXT), "try a smaller learning rate");
  } else {
    add_best(ui, &line, METRIC_LOSS, "lowest val_loss");
    add_best(ui, &line, METRIC_SCORE, ui->run.loaded.task == TASK_REGRESSION ? "best val_r2" : "best val_accuracy");
  }
  if (ended->restored) {
    add(&line, 5, STYLE(ROLE_TEXT), "weights of epoch %d", ended->best_epoch + 1);
  }
  add_test(ui, &line);
  add(&line, 3, STYLE(ROLE_DIM), "digest %016llx", (unsigned long long)ended->digest);
  draw(view, row, &line);
}

/* ---- at the cursor ---- */

static void add_value(const UiState *ui, Line *line, int priority, MetricId metric, CurveId curve, const char *name) {
  const Bucket *bucket = series_at(&ui->run.curves[metric][curve], ui->time.epoch);
  if (ui->time.epoch > 0 && bucket != NULL && bucket->finite > 0) {
    char value[32];
    chart_value_label(value, sizeof value, bucket->mean);
    add(line, priority, STYLE(curve == CURVE_VAL ? ROLE_VAL : ROLE_TRAIN), "%s %s", name, value);
  }
}

static void draw_cursor(View *view, int row) {
  const UiState *ui = view->ui;
  const char *score = ui->run.loaded.task == TASK_REGRESSION ? "R2" : "accuracy";
  char val_score[32];
  snprintf(val_score, sizeof val_score, "val %s", score);
  Line line = {0};
  add(&line, 8, STYLE_BOLD(ROLE_FOCUS), "at epoch %d of %d", ui->time.epoch, ui->run.last.epoch + 1);
  add_value(ui, &line, 4, METRIC_LOSS, CURVE_TRAIN, "loss");
  add_value(ui, &line, 3, METRIC_SCORE, CURVE_TRAIN, score);
  add_value(ui, &line, 6, METRIC_LOSS, CURVE_VAL, "val loss");
  add_value(ui, &line, 5, METRIC_SCORE, CURVE_VAL, val_score);
  draw(view, row, &line);
}

void status_line_draw(View *view, int row) {
  const UiState *ui = view->ui;
  const UiRun *run = &ui->run;
  draw_repeat(view, row);
  if (ui->time.on) {
    draw_cursor(view, row);
  } else if (run->has_ended) {
    draw_ended(view, row);
  } else if (run->progress.state == RUN_LOADING && run->progress.loading.seconds > 0) {
    draw_loading(view, row);
  } else if (run->progress.state == RUN_UNLOADED) {
    canvas_text_fit(view->canvas, row, 1, room_of(view), STYLE(ROLE_WARN),
                    "loading was stopped: r loads it again · o opens another lesson");
  } else if (run->progress.state == RUN_FAILED) {
    canvas_text_fit(view->canvas, row, 1, room_of(view), STYLE(ROLE_BAD),
                    "it could not be loaded: see above · e settings · u undo · r tries again");
  } else {
    draw_training(view, row);
  }
}
