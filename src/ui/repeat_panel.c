/* repeat_panel: what the repeat says in words, and its bands and legend in the charts. */
#include <math.h>
#include <stdio.h>

#include "base/order.h"
#include "canvas/band.h"
#include "canvas/curve.h"
#include "ui/repeat.h"

enum { LEGEND_GAP = 2, SAMPLE_COLS = 3 };

/* ---- the panel ---- */

/* Which is A and which is B, then what the seeds say so far. */
static const char *panel_text(View *view) {
  const UiState *ui = view->ui;
  const UiRepeat *repeat = &ui->repeat;
  const char *arms = "";
  char sentence[512];
  if (repeat->state == REPEAT_FAILED) {
    return repeat->problem;
  }
  if (repeat->plan.arms > 1) {
    arms = arena_printf(view->frame, "A is the run behind, B is A with %s.\n", repeat->change);
  }
  if (repeat_seeds_done(ui) == 0) {
    return arena_printf(view->frame, "%s%s", arms,
                        repeat->state == REPEAT_RUNNING
                            ? "Trained from the start with each seed: the first one is under way."
                            : "Stopped before the first seed had its end.");
  }
  repeat_sentence(ui, sentence, sizeof sentence);
  return arena_printf(view->frame, "%s%s", arms, sentence);
}

int repeat_panel_rows(const UiState *ui, int cols) {
  enum { ONE = 110, TWO = 208, ARMS = 28, RAGGED = 4 }; /* columns of the words, and what a line's end leaves */
  const UiRepeat *repeat = &ui->repeat;
  int width = cols - 4 - RAGGED;
  if (!repeat_is_shown(ui)) {
    return 0;
  }
  int arms = repeat->plan.arms > 1 ? (ARMS + canvas_columns(repeat->change) - 1) / width + 1 : 0;
  return 2 + arms + ((repeat->plan.arms > 1 ? TWO : ONE) - 1) / width + 1;
}

void repeat_panel_draw(View *view, Rect rect) {
  const UiState *ui = view->ui;
  const UiRepeat *repeat = &ui->repeat;
  if (rect.rows < 3) {
    return;
  }
  bool running = repeat->state == REPEAT_RUNNING, failed = repeat->state == REPEAT_FAILED;
  int first = repeat->plan.first_seed, seeds = repeat->plan.seeds, done = repeat_seeds_done(ui);
  const char *title = done < seeds ? arena_printf(view->frame, "Repeat · after %d of %d seeds", done, seeds)
                                   : arena_printf(view->frame, "Repeat · seeds %d to %d", first, first + seeds - 1);
  Role role = failed ? ROLE_BAD : repeat_is_stale(ui) ? ROLE_DIM : ROLE_TEXT;
  canvas_box(view->canvas, rect, STYLE(failed ? ROLE_BAD : ROLE_BORDER), title, NULL);
  canvas_text_wrap(view->canvas, (Rect){rect.row + 1, rect.col + 2, rect.rows - 2, rect.cols - 4}, 0, STYLE(role),
                   panel_text(view));
  if (running) {
    view_hint(view, rect, ACTION_REPEAT, "stop");
  } else if (repeat_is_stale(ui)) {
    view_hint(view, rect, ACTION_REPEAT, "repeat the settings shown");
  } else {
    view_hint(view, rect, ACTION_CLOSE, "put away");
  }
}

/* ---- in the charts ---- */

/* Arm `arm`'s runs that have come to their end, laid over each other. */
static int arm_band(View *view, MetricId metric, int arm, BandPoint **points) {
  const UiRepeat *repeat = &view->ui->repeat;
  const Trail *trails[REPEAT_MOST_SEEDS];
  int count = 0;
  for (int seed = 0; seed < repeat->plan.seeds; seed++) {
    int run = seed * repeat->plan.arms + arm;
    if (repeat->results[run].outcome == RUN_FINISHED) {
      trails[count++] = &repeat->trails[run][metric];
    }
  }
  *points = ARENA_ARRAY(view->frame, BandPoint, TRAIL_CAPACITY);
  return trail_band(trails, count, *points);
}

RepeatCurves repeat_curves(View *view, MetricId metric) {
  const UiRepeat *repeat = &view->ui->repeat;
  RepeatCurves curves = {.arms = repeat_is_shown(view->ui) ? repeat->plan.arms : 0};
  for (int arm = 0; arm < curves.arms; arm++) {
    bool behind = arm + 1 < curves.arms;
    BandPoint *band;
    int count = arm_band(view, metric, arm, &band);
    ChartPoint *around = ARENA_ARRAY(view->frame, ChartPoint, (size_t)count + 1);
    ChartPoint *means = ARENA_ARRAY(view->frame, ChartPoint, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
      around[i] = (ChartPoint){band[i].x, band[i].mean, band[i].low, band[i].high};
      means[i] = (ChartPoint){band[i].x, band[i].mean, band[i].mean, band[i].mean};
    }
    Style style = STYLE(behind ? ROLE_PINNED : ROLE_VAL);
    curves.means[arm] =
        (ChartLine){.points = means, .count = count, .style = style, .pattern = behind ? LINE_MEAN_BEHIND : LINE_MEAN};
    style.attr = ATTR_FAINT;
    curves.bands[arm] = (ChartBand){.points = around, .count = count, .phase = behind, .style = style};
  }
  return curves;
}

/* The mean where it is nearest before `epoch`, or at its end. */
static float mean_at(const ChartLine *mean, int epoch) {
  float value = mean->count > 0 ? mean->points[mean->count - 1].y : NAN;
  for (int i = 0; i < mean->count && epoch > 0 && mean->points[i].x <= (float)epoch; i++) {
    value = mean->points[i].y;
  }
  return value;
}

/* Runs of the arm that its mean is of. */
static int runs_of(const UiRepeat *repeat, int arm) {
  return result_count(repeat->results + arm, repeat->plan.seeds, repeat->plan.arms, RUN_FINISHED);
}

/* "mean of 5 seeds", or without the last word where it has no room. Returns the columns that all parts take. */
static int fit_legend(char *head, size_t size, LinePart *fit, int arms, int runs, int room) {
  int cols = 0;
  for (int shorter = 0; shorter < 2; shorter++) {
    snprintf(head, size, "mean of %d%s%s", runs, shorter ? "" : " seed", shorter || runs == 1 ? "" : "s");
    fit[0] = (LinePart){.width = canvas_columns(head), .priority = 1};
    cols = view_fit(fit, arms + 1, LEGEND_GAP, room);
    if (fit[0].shown) {
      break;
    }
  }
  return cols;
}

void repeat_legend_draw(View *view, int row, int from, int to, const RepeatCurves *curves, int epoch) {
  Canvas *canvas = view->canvas;
  char text[REPEAT_MOST_ARMS + 1][48], value[32];
  LinePart fit[REPEAT_MOST_ARMS + 1] = {0};
  int fewest = REPEAT_MOST_SEEDS;
  for (int arm = 0; arm < curves->arms; arm++) {
    fewest = smaller(fewest, runs_of(&view->ui->repeat, arm));
    chart_value_label(value, sizeof value, (double)mean_at(&curves->means[arm], epoch));
    snprintf(text[1 + arm], sizeof text[0], "%s %s", curves->arms == 1 ? "val" : arm == 0 ? "A" : "B", value);
    fit[1 + arm] = (LinePart){.width = canvas_columns(text[1 + arm]) + SAMPLE_COLS, .priority = 2 + arm};
  }
  int cols = fewest > 0 ? fit_legend(text[0], sizeof text[0], fit, curves->arms, fewest, to - from) : 0;
  if (cols <= 0) {
    return;
  }
  int col = from;
  canvas_fill(canvas, (Rect){row, col - 1, 1, cols + 2}, ' ', STYLE(ROLE_TEXT));
  for (int i = 0; i <= curves->arms; i++) {
    if (!fit[i].shown) {
      continue;
    }
    const ChartLine *mean = i > 0 ? &curves->means[i - 1] : NULL;
    if (mean) {
      const ChartBand *band = &curves->bands[i - 1];
      canvas_put(canvas, row, col, band_sample(canvas->charset, band), band->style);
      canvas_put(canvas, row, col + 1, curve_sample(canvas->charset, mean), mean->style);
    }
    canvas_text(canvas, row, mean ? col + SAMPLE_COLS : col, mean ? mean->style : STYLE(ROLE_DIM), text[i]);
    col += fit[i].width + LEGEND_GAP;
  }
}
