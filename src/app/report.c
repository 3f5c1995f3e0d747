#include "app/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/json.h"
#include "base/str.h"
#include "canvas/chart.h"
#include "lab/param.h"

enum { CHART_ROWS = 12, CHART_COLS = 78 };

const char *report_score_name(Task task) { return task == TASK_REGRESSION ? "r2" : "accuracy"; }

/* --- words -------------------------------------------------------------------------------------------------------- */

static void print_metric(FILE *out, const char *prefix, const char *name, double value) {
  (void)fprintf(out, fabs(value) < 1e6 ? " - %s%s: %.4f" : " - %s%s: %.4g", prefix, name, value);
}

static void print_metrics(FILE *out, Task task, const char *prefix, const Metrics *metrics) {
  print_metric(out, prefix, "loss", metrics->loss);
  if (task == TASK_REGRESSION) {
    print_metric(out, prefix, "mae", metrics->mae);
  }
  print_metric(out, prefix, report_score_name(task), metrics->score);
}

static void format_seconds(char *out, size_t size, double seconds) {
  (void)snprintf(out, size, seconds < 0.1 ? "%.1fms" : "%.2fs", seconds < 0.1 ? 1e3 * seconds : seconds);
}

void report_epoch(FILE *out, Task task, const EpochReport *report, int epochs) {
  char seconds[32];
  format_seconds(seconds, sizeof seconds, report->seconds);
  (void)fprintf(out, "Epoch %d/%d - %s", report->epoch + 1, epochs, seconds);
  print_metrics(out, task, "", &report->train);
  print_metrics(out, task, "val_", &report->val);
  (void)fputc('\n', out);
}

static void print_dropout(FILE *out, double rate, const char *format) {
  char text[32];
  if (rate > 0.0) {
    str_from_double(text, sizeof text, rate);
    (void)fprintf(out, format, text);
  }
}

/* The layers as a Keras user would write them. */
static void print_network(FILE *out, const NetSpec *net, const Loaded *loaded) {
  print_dropout(out, net->input_dropout, "Dropout(%s), ");
  for (int h = 0; h < net->hidden; h++) {
    const LayerSpec *layer = &net->layers[h];
    bool before = layer->batch_norm && layer->bn_position == BN_BEFORE;
    (void)fprintf(out, "Dense(%d%s%s), ", layer->units, before ? "), BatchNormalization(), Activation(" : ", ",
                  ACTIVATION_NAMES[layer->activation]);
    if (layer->batch_norm && !before) {
      (void)fputs("BatchNormalization(), ", out);
    }
    print_dropout(out, layer->dropout, "Dropout(%s), ");
  }
  (void)fprintf(out, "Dense(%d, %s)\n", loaded->output == OUTPUT_SOFTMAX ? loaded->classes : 1,
                OUTPUT_NAMES[loaded->output]);
}

/* How a setting is told in the line of settings: always, never (another line tells it), or where it is not its default.
 */
typedef enum Telling { TELL_IF_CHANGED = 0, TELL_ALWAYS, TELL_NEVER } Telling;

static const Telling TELLING[PARAM_COUNT] = {
    [PARAM_OPTIMIZER] = TELL_ALWAYS,    [PARAM_LEARNING_RATE] = TELL_ALWAYS, [PARAM_BATCH_SIZE] = TELL_ALWAYS,
    [PARAM_INPUT_DROPOUT] = TELL_NEVER, [PARAM_EPOCHS] = TELL_NEVER,         [PARAM_SEED] = TELL_NEVER,
    [PARAM_DATASET] = TELL_NEVER,
};

static bool is_told(const Experiment *experiment, ParamId id) {
  const Param *param = param_at(id);
  if (param->per_layer || TELLING[id] == TELL_NEVER) {
    return false;
  }
  if (param->type == PARAM_TEXT) {
    char value[512];
    param_format(experiment, id, 0, value, sizeof value);
    return strcmp(value, param->fallback_text) != 0;
  }
  return TELLING[id] == TELL_ALWAYS || param_get(experiment, id, 0) != param->fallback;
}

static void print_settings(FILE *out, const Experiment *experiment) {
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    if (is_told(experiment, id)) {
      char value[512];
      param_format(experiment, id, 0, value, sizeof value);
      (void)fprintf(out, ", %s %s", param_at(id)->key, value);
    }
  }
  (void)fputc('\n', out);
}

void report_start(FILE *out, const RunRecord *record) {
  const Experiment *experiment = &record->preset->experiment;
  const Loaded *loaded = &record->loaded;
  (void)fprintf(out, "%s: %s, %d features, %d training, %d validation and %d test rows, seed %d\n",
                record->preset->title, loaded->dataset, loaded->features, loaded->train_rows, loaded->validation_rows,
                loaded->test_rows, experiment->train.seed);
  print_network(out, &experiment->net, loaded);
  (void)fprintf(out, "%" PRId64 " parameters", loaded->parameters);
  print_settings(out, experiment);
  if (*loaded->warning) {
    (void)fprintf(out, "Warning: %s\n", loaded->warning);
  }
  if (*loaded->leak) {
    (void)fprintf(out, "Warning: %s\n", loaded->leak);
  }
  if (baseline_is_imbalanced(&loaded->baseline)) {
    (void)fprintf(out, "Imbalanced: the smallest class has %d training rows, the largest %d\n",
                  loaded->baseline.smallest, loaded->baseline.largest);
  }
}

/* --- curves --------------------------------------------------------------------------------------------------------
 */

static ChartLine line_of(Arena *arena, const Series *series, const char *label, Role role, LinePattern pattern) {
  ChartPoint *points = ARENA_ARRAY(arena, ChartPoint, (size_t)series->count);
  for (int i = 0; i < series->count; i++) {
    const Bucket *bucket = &series->buckets[i];
    points[i] = (ChartPoint){(float)bucket->x, (float)bucket->mean, (float)bucket->min, (float)bucket->max};
  }
  return (ChartLine){
      .points = points, .count = series->count, .style = STYLE(role), .pattern = pattern, .label = label};
}

static void print_chart(FILE *out, Charset charset, const char *title, const Series *train, const Series *val,
                        bool score) {
  Arena arena;
  arena_init(&arena, 0);
  ChartLine lines[] = {line_of(&arena, train, "train", ROLE_TRAIN, LINE_SOLID),
                       line_of(&arena, val, "val", ROLE_VAL, LINE_DASHED)};
  Chart chart = {
      .title = title, .x_label = "epoch", .lines = lines, .line_count = 2, .y_from_zero = true, .y_to_one = score};
  Canvas *canvas = canvas_create(&arena, CHART_ROWS, CHART_COLS, charset);
  chart_draw(canvas, (Rect){0, 0, CHART_ROWS, CHART_COLS}, &chart);
  (void)fprintf(out, "\n%s", canvas_dump(canvas, &arena));
  arena_deinit(&arena);
}

static void print_best(FILE *out, const char *word, int width, const char *name, double value, int epoch) {
  if (epoch >= 0) {
    (void)fprintf(out, fabs(value) < 1e6 ? "%-*s %s %.4f in epoch %d\n" : "%-*s %s %.4g in epoch %d\n", width, word,
                  name, value, epoch + 1);
  }
}

void report_best(FILE *out, const Result *result, const char *best, const char *lowest, int width) {
  const char *score = result->task == TASK_REGRESSION ? "val_r2" : "val_accuracy";
  print_best(out, best, width, score, result->values[MEASURE_BEST_SCORE], result->best_epoch);
  print_best(out, lowest, width, "val_loss", result->values[MEASURE_LOWEST_LOSS], result->lowest_epoch);
}

static void print_outcome(FILE *out, const Ended *ended, int threads) {
  if (ended->outcome == RUN_DIVERGED) {
    (void)fprintf(
        out, "Diverged at step %" PRId64 ": %s is %s. Try a smaller learning rate, batch normalization or clipping.\n",
        ended->bad_step, ended->bad_layer, str_nonfinite(ended->bad_value));
    return;
  }
  char seconds[32];
  format_seconds(seconds, sizeof seconds, ended->seconds);
  (void)fprintf(out, "%s after %d epoch%s in %s on %d thread%s",
                ended->outcome == RUN_STOPPED ? "Stopped"
                : ended->early                ? "Stopped early"
                                              : "Finished",
                ended->epochs, ended->epochs == 1 ? "" : "s", seconds, threads, threads == 1 ? "" : "s");
  if (ended->restored) {
    (void)fprintf(out, "; the weights are those of epoch %d", ended->best_epoch + 1);
  }
  (void)fputc('\n', out);
}

static void print_baseline(FILE *out, Task task, const Baseline *baseline) {
  bool regression = task == TASK_REGRESSION;
  if (!isfinite(baseline->score)) {
    return;
  }
  (void)fputs("Baseline", out);
  if (regression) {
    print_metric(out, "val_", "mae", baseline->mae);
  }
  print_metric(out, "val_", report_score_name(task), baseline->score);
  (void)fprintf(out, " (always %s)\n", regression ? "the training median; the mean" : "the largest class");
}

void report_summary(FILE *out, const RunRecord *record) {
  Task task = record->loaded.task;
  print_outcome(out, &record->ended, record->loaded.threads);
  if (record->best.epoch >= 0) {
    report_best(out, &record->result, "Best", "Lowest", 0);
  }
  if (isfinite(record->ended.test.loss)) {
    (void)fputs("Test", out);
    print_metrics(out, task, "", &record->ended.test);
    (void)fputc('\n', out);
  }
  print_baseline(out, task, &record->loaded.baseline);
  (void)fprintf(out, "Digest %016" PRIx64 "\n", record->ended.digest);
}

void report_charts(FILE *out, const RunRecord *record, Charset charset) {
  const char *score = record->loaded.task == TASK_REGRESSION ? "R2" : "Accuracy";
  if (record->last.epoch >= 0) {
    print_chart(out, charset, "Loss", &record->loss, &record->val_loss, false);
    print_chart(out, charset, score, &record->score, &record->val_score, true);
  }
}

void report_digest(FILE *out, const RunRecord *record) {
  (void)fprintf(out, "digest %016" PRIx64 "\n", record->ended.digest);
}

/* --- JSON ----------------------------------------------------------------------------------------------------------
 */

static void json_metrics(FILE *out, Task task, const char *prefix, const Metrics *metrics) {
  char key[32];
  (void)snprintf(key, sizeof key, "%sloss", prefix);
  json_number(out, key, metrics->loss);
  (void)fputc(',', out);
  if (task == TASK_REGRESSION) {
    (void)snprintf(key, sizeof key, "%smae", prefix);
    json_number(out, key, metrics->mae);
    (void)fputc(',', out);
  }
  (void)snprintf(key, sizeof key, "%s%s", prefix, report_score_name(task));
  json_number(out, key, metrics->score);
}

static void json_epoch(FILE *out, Task task, const char *key, const EpochReport *report) {
  (void)fprintf(out, ",\"%s\":", key);
  if (report->epoch < 0) {
    (void)fputs("null", out);
    return;
  }
  (void)fprintf(out, "{\"epoch\":%d,", report->epoch + 1);
  json_metrics(out, task, "", &report->train);
  (void)fputc(',', out);
  json_metrics(out, task, "val_", &report->val);
  (void)fputc('}', out);
}

static void json_best(FILE *out, const Result *result, Measure measure, int epoch) {
  const char *key = measure_key(measure, result->task);
  (void)fputc(',', out);
  json_number(out, key, result->values[measure]);
  (void)fprintf(out, ",\"%s_epoch\":", key);
  (void)(epoch < 0 ? fputs("null", out) : fprintf(out, "%d", epoch + 1));
}

static void json_baseline(FILE *out, Task task, const Baseline *baseline) {
  bool regression = task == TASK_REGRESSION;
  (void)fputs(",\"baseline\":{", out);
  if (regression) {
    json_number(out, "val_mae", baseline->mae);
    (void)fputc(',', out);
  }
  json_number(out, regression ? "val_r2" : "val_accuracy", baseline->score);
  (void)fputc('}', out);
  if (!regression) {
    (void)fprintf(out, ",\"imbalanced\":%s", baseline_is_imbalanced(baseline) ? "true" : "false");
  }
}

void report_json(FILE *out, const RunRecord *record) {
  const Ended *ended = &record->ended;
  Task task = record->loaded.task;
  (void)fputs("{\"preset\":", out);
  json_text(out, record->preset->name);
  (void)fputs(",\"dataset\":", out);
  json_text(out, record->loaded.dataset);
  (void)fprintf(out,
                ",\"seed\":%d,\"epochs\":%d,\"outcome\":\"%s\",\"early_stopped\":%s,\"digest\":\"%016" PRIx64 "\",",
                record->preset->experiment.train.seed, ended->epochs, RUN_STATE_NAMES[ended->outcome],
                ended->early ? "true" : "false", ended->digest);
  json_number(out, "seconds", ended->seconds);
  (void)fputc(',', out);
  json_number(out, "samples_per_second", ended->seconds > 0.0 ? (double)record->samples / ended->seconds : 0.0);
  (void)fprintf(out, ",\"threads\":%d", record->loaded.threads);
  json_best(out, &record->result, MEASURE_BEST_SCORE, record->result.best_epoch);
  json_best(out, &record->result, MEASURE_LOWEST_LOSS, record->result.lowest_epoch);
  json_baseline(out, task, &record->loaded.baseline);
  json_epoch(out, task, "best", &record->best);
  json_epoch(out, task, "last", &record->last);
  (void)fputs(",\"test\":", out);
  if (isfinite(ended->test.loss)) {
    (void)fputc('{', out);
    json_metrics(out, task, "", &ended->test);
    (void)fputc('}', out);
  } else {
    (void)fputs("null", out);
  }
  if (ended->outcome == RUN_DIVERGED) {
    (void)fprintf(out, ",\"diverged\":{\"step\":%" PRId64 ",\"layer\":\"%s\",\"value\":\"%s\"}", ended->bad_step,
                  ended->bad_layer, str_nonfinite(ended->bad_value));
  }
  (void)fputs("}\n", out);
}

/* --- CSVLogger ------------------------------------------------------------------------------------------------------
 */

static void csv_number(FILE *out, double value) {
  char text[32];
  str_from_double(text, sizeof text, value);
  (void)fprintf(out, ",%s", text);
}

void report_csv_header(FILE *out, Task task, bool with_rate) {
  const char *rate = with_rate ? ",learning_rate" : "";
  if (task == TASK_REGRESSION) {
    (void)fprintf(out, "epoch%s,loss,mae,r2,val_loss,val_mae,val_r2\n", rate);
  } else {
    (void)fprintf(out, "epoch,accuracy%s,loss,val_accuracy,val_loss\n", rate);
  }
}

void report_csv_line(FILE *out, Task task, bool with_rate, const EpochReport *report) {
  (void)fprintf(out, "%d", report->epoch);
  if (task != TASK_REGRESSION) {
    csv_number(out, report->train.score);
  }
  if (with_rate) {
    csv_number(out, report->learning_rate);
  }
  csv_number(out, report->train.loss);
  if (task == TASK_REGRESSION) {
    csv_number(out, report->train.mae);
    csv_number(out, report->train.score);
    csv_number(out, report->val.loss);
    csv_number(out, report->val.mae);
    csv_number(out, report->val.score);
  } else {
    csv_number(out, report->val.score);
    csv_number(out, report->val.loss);
  }
  (void)fputc('\n', out);
}
