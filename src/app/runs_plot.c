#include "app/runs_plot.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/difference.h"
#include "plot/plot.h"

/* The words of each run, while they are put together. */
typedef struct Legend {
  int count;
  char words[PLOT_MAX_RUNS][1024];
} Legend;

static void add_words(char *words, size_t size, const char *text) {
  size_t used = strlen(words);
  str_copy(words + used, size - used, used > 0 ? " " : "");
  used = strlen(words);
  str_copy(words + used, size - used, text);
}

/* "dropout=0.5" */
static void add_setting(void *context, const char *key, DifferenceText *values) {
  Legend *legend = context;
  for (int r = 0; r < legend->count; r++) {
    char word[sizeof(DifferenceText) + 80];
    (void)snprintf(word, sizeof word, "%s=%s", key, *values[r] ? values[r] : "-");
    add_words(legend->words[r], sizeof legend->words[r], word);
  }
}

/* What differs among several; of one, what was not as in its preset. And an end that is no ordinary one. */
static Status describe(Arena *arena, const StoredRun *const *runs, int count, Legend *legend, Error *err) {
  Experiment *experiments = ARENA_ARRAY(arena, Experiment, (size_t)count);
  Status status = STATUS_OK;
  legend->count = count;
  for (int r = 0; status == STATUS_OK && r < count; r++) {
    status = history_experiment(arena, runs[r], &experiments[r], err);
  }
  if (status == STATUS_OK && count == 1) {
    str_copy(legend->words[0], sizeof legend->words[0], runs[0]->differences);
  } else if (status == STATUS_OK) {
    difference_among(experiments, count, add_setting, legend);
  }
  for (int r = 0; status == STATUS_OK && r < count; r++) {
    if (runs[r]->outcome != OUTCOME_FINISHED && runs[r]->outcome != OUTCOME_STOPPED) {
      char word[32];
      (void)snprintf(word, sizeof word, "(%s)", OUTCOME_NAMES[runs[r]->outcome]);
      add_words(legend->words[r], sizeof legend->words[r], word);
    }
  }
  return status;
}

static Status load(Store *store, Arena *arena, const StoredRun *stored, PlotRun *run, Error *err) {
  EpochReport *epochs = NULL;
  Edit *edits = NULL;
  run->name = stored->name;
  run->task = stored->task;
  Status status = history_epochs(store, arena, stored->id, &epochs, &run->epoch_count, err);
  if (status == STATUS_OK) {
    status = history_edits(store, arena, stored->id, &edits, &run->edit_count, err);
  }
  run->epochs = epochs;
  run->edits = edits;
  return status;
}

static Status choose_panels(const char *word, const StoredRun *const *runs, int count, Plot *plot, Error *err) {
  static const char *const names[PLOT_METRIC_COUNT] = {"loss", "score", "mae"};
  if (!word) {
    plot->panel_count = 2;
    plot->panels[0] = PLOT_LOSS;
    plot->panels[1] = PLOT_SCORE;
    return STATUS_OK;
  }
  for (int m = 0; m < PLOT_METRIC_COUNT; m++) {
    if (strcmp(word, names[m]) == 0) {
      plot->panel_count = 1;
      plot->panels[0] = (PlotMetric)m;
    }
  }
  if (plot->panel_count == 0) {
    return error_set(err, STATUS_USAGE, "--metric: no '%s'; choose one of loss, score, mae", word);
  }
  for (int r = 0; plot->panels[0] == PLOT_MAE && r < count; r++) {
    if (runs[r]->task != TASK_REGRESSION) {
      return error_set(err, STATUS_USAGE, "--metric mae: %s is classification, which has no mae; choose loss or score",
                       runs[r]->name);
    }
  }
  return STATUS_OK;
}

static bool read_side(const char *text, int least, int *side) {
  int64_t value = 0;
  bool is_good = str_to_i64(text, &value) && value >= least && value <= PLOT_MAX_SIDE;
  *side = (int)value;
  return is_good;
}

/* "900x600" */
static Status read_size(const char *text, Plot *plot, Error *err) {
  char width[16];
  const char *by = strchr(text, 'x');
  size_t digits = by ? (size_t)(by - text) : 0;
  bool is_size = digits > 0 && digits < sizeof width;
  if (is_size) {
    str_copy(width, digits + 1, text);
    is_size = read_side(width, PLOT_MIN_WIDTH, &plot->width) && read_side(by + 1, PLOT_MIN_HEIGHT, &plot->height);
  }
  return is_size ? STATUS_OK
                 : error_set(err, STATUS_USAGE, "--size: '%s' is no size such as 900x600, from %dx%d to %dx%d", text,
                             PLOT_MIN_WIDTH, PLOT_MIN_HEIGHT, PLOT_MAX_SIDE, PLOT_MAX_SIDE);
}

static Status read_options(const RunsOptions *options, const StoredRun *const *runs, int count, Plot *plot,
                           Error *err) {
  PenFormat format;
  if (!options->file) {
    return error_set(err, STATUS_USAGE, "nnlab plot: -o FILE is missing; see nnlab plot --help");
  }
  Status status = plot_format(options->file, &format, err);
  if (status == STATUS_OK) {
    status = choose_panels(options->metric, runs, count, plot, err);
  }
  return status == STATUS_OK && options->size ? read_size(options->size, plot, err) : status;
}

static Status write(Store *store, Arena *arena, const StoredRun *const *runs, Plot *plot, const char *path,
                    Error *err) {
  PlotRun *items = ARENA_ARRAY(arena, PlotRun, (size_t)plot->run_count);
  Legend *legend = ARENA_NEW(arena, Legend);
  Status status = describe(arena, runs, plot->run_count, legend, err);
  int epochs = 0;
  for (int r = 0; status == STATUS_OK && r < plot->run_count; r++) {
    items[r].words = legend->words[r];
    status = load(store, arena, runs[r], &items[r], err);
    epochs += items[r].epoch_count;
  }
  plot->runs = items;
  if (status == STATUS_OK && epochs == 0) {
    return error_set(err, STATUS_RANGE, "%s: not one epoch ended, so there is no curve to draw", runs[0]->name);
  }
  return status == STATUS_OK ? plot_write(plot, path, err) : status;
}

Status runs_plot(Store *store, const StoredRun *const *runs, int count, const RunsOptions *options, Error *err) {
  char title[256];
  Plot plot = {.title = title, .width = 900, .height = 600, .log_y = options->log_y, .run_count = count};
  str_printable(title, sizeof title, options->title ? options->title : count == 1 ? runs[0]->title : "");
  Status status = read_options(options, runs, count, &plot, err);
  if (status == STATUS_OK) {
    Arena arena;
    arena_init(&arena, 0);
    status = write(store, &arena, runs, &plot, options->file, err);
    arena_deinit(&arena);
  }
  return status;
}
