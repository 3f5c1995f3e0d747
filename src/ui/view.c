/* view: hits, lines that give way, words for numbers. */
#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "canvas/chart.h"

void view_hit(View *view, Rect rect, Action action, int argument) {
  UiHits *hits = view->hits;
  if (hits->count == UI_MAX_HITS || rect.rows <= 0 || rect.cols <= 0) {
    return;
  }
  hits->items[hits->count++] = (UiHit){.rect = rect, .action = (int)action, .argument = argument};
}

void view_notice(View *view, Rect box) {
  const char *text = view->ui->notice;
  if (text[0] == '\0' || box.cols < 12) {
    return;
  }
  Style style = STYLE_BOLD(view->ui->notice_is_error ? ROLE_BAD : ROLE_KEY);
  int row = box.row + box.rows - 1, room = box.cols - 6, width = canvas_columns(text);
  if (width > room) {
    width = room;
  }
  canvas_fill(view->canvas, (Rect){row, box.col + 2, 1, width + 2}, ' ', style);
  canvas_text_fit(view->canvas, row, box.col + 3, room, style, text);
}

bool view_notice_covers(const View *view, int row) {
  return view->ui->notice[0] != '\0' && row == view->canvas->rows - 3;
}

void view_hint(View *view, Rect box, Action action, const char *label) {
  char key[16];
  action_key_name(action_info(action)->keys[0], view->canvas->charset, key, sizeof key);
  int key_cols = canvas_columns(key), cols = key_cols + canvas_columns(label) + 3;
  int row = box.row + box.rows - 1, col = box.col + box.cols - 2 - cols;
  if (view_notice_covers(view, row) || col <= box.col + 1) {
    return;
  }
  canvas_fill(view->canvas, (Rect){row, col, 1, cols}, ' ', STYLE(ROLE_TEXT));
  canvas_text(view->canvas, row, col + 1, STYLE_BOLD(ROLE_KEY), key);
  canvas_text(view->canvas, row, col + key_cols + 2, STYLE(ROLE_DIM), label);
  view_hit(view, (Rect){row, col, 1, cols}, action, 0);
}

int view_fit(LinePart *parts, int count, int gap, int room) {
  int total = -gap;
  for (int i = 0; i < count; i++) {
    parts[i].shown = parts[i].width > 0;
    if (parts[i].shown) {
      total += parts[i].width + gap;
    }
  }
  while (total > room) {
    LinePart *first = NULL;
    for (int i = 0; i < count; i++) {
      if (parts[i].shown && (first == NULL || parts[i].priority < first->priority)) {
        first = &parts[i];
      }
    }
    if (first == NULL) {
      return 0;
    }
    first->shown = false;
    total -= first->width + gap;
  }
  return total;
}

void view_grouped(char *out, size_t size, int64_t value) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%lld", (long long)value);
  size_t used = 0;
  for (int i = 0; i < length && used + 2 < size; i++) {
    if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
      out[used++] = ' ';
    }
    out[used++] = digits[i];
  }
  if (size > 0) {
    out[used] = '\0';
  }
}

void view_magnitude(char *out, size_t size, double value) {
  if (!(value >= 0) || value > 1e15) {
    snprintf(out, size, "-");
  } else if (value < 999.5) {
    snprintf(out, size, "%.0f", value);
  } else if (value < 999.5e3) {
    snprintf(out, size, value < 9.95e3 ? "%.1f k" : "%.0f k", value / 1e3);
  } else {
    snprintf(out, size, value < 9.95e6 ? "%.1f M" : "%.0f M", value / 1e6);
  }
}

void view_duration(char *out, size_t size, double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) {
    snprintf(out, size, "-");
  } else if (seconds < 0.0995) {
    snprintf(out, size, "%.0f ms", seconds * 1e3);
  } else if (seconds < 9.95) {
    snprintf(out, size, "%.1f s", seconds);
  } else if (seconds < 99.5) {
    snprintf(out, size, "%.0f s", seconds);
  } else if (seconds < 3600) {
    int whole = (int)seconds;
    snprintf(out, size, "%d min %02d s", whole / 60, whole % 60);
  } else {
    int64_t minutes = (int64_t)(seconds / 60);
    snprintf(out, size, "%lld h %02d min", (long long)(minutes / 60), (int)(minutes % 60));
  }
}

const char *view_metric_name(const UiState *ui, MetricId metric) {
  if (metric == METRIC_LOSS) {
    return "Loss";
  }
  if (metric == METRIC_MAE) {
    return "MAE";
  }
  return ui->run.loaded.task == TASK_REGRESSION ? "R2" : "Accuracy";
}

const char *view_metric_word(const UiState *ui, MetricId metric) {
  const char *name = view_metric_name(ui, metric);
  return metric == METRIC_LOSS ? "loss" : *name == 'A' ? "accuracy" : name;
}

bool view_baseline(const UiState *ui, MetricId metric, double *value, char *out, size_t size) {
  const Loaded *loaded = &ui->run.loaded;
  bool regression = loaded->task == TASK_REGRESSION;
  *value = metric == METRIC_SCORE ? loaded->baseline.score : loaded->baseline.mae;
  if (metric == METRIC_LOSS || loaded->train_rows == 0 || !isfinite(*value)) {
    return false;
  }
  char number[32];
  chart_value_label(number, sizeof number, *value);
  snprintf(out, size, "%s %s", metric == METRIC_MAE ? "median MAE" : regression ? "mean R2" : "majority", number);
  return true;
}

double view_metric(const Metrics *metrics, MetricId metric) {
  return metric == METRIC_LOSS ? metrics->loss : metric == METRIC_SCORE ? metrics->score : metrics->mae;
}

bool view_same_preset(const Preset *a, const Preset *b) {
  return a == b || (strcmp(a->name, b->name) == 0 && strcmp(a->path, b->path) == 0);
}

int view_preset_number(const UiState *ui) {
  for (int i = 0; i < ui->presets.count; i++) {
    if (view_same_preset(&ui->presets.items[i], ui->preset)) {
      return i + 1;
    }
  }
  return 0;
}
