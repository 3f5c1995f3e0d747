/* ui_fixture: a UiState in known situations, from fixed values alone: its own presets, and curves made by formula. */
#ifndef NNLAB_TESTS_UI_FIXTURE_H
#define NNLAB_TESTS_UI_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "lab/experiment.h"
#include "ui/ui.h"

enum { FIXTURE_PRESETS = 4 };

typedef struct Fixture {
  Arena arena;
  Preset presets[FIXTURE_PRESETS];
  UiState ui;
} Fixture;

static inline Preset fixture_preset(const char *name, const char *title, const char *lesson) {
  Preset preset = {.path = "", .title = title, .lesson = lesson, .watch = "", .try_it = ""};
  snprintf(preset.name, sizeof preset.name, "%s", name);
  preset.experiment = experiment_default();
  preset.experiment.net.hidden = 1;
  preset.experiment.net.layers[0] = (LayerSpec){.units = 128, .activation = ACTIVATION_RELU};
  preset.experiment.train.optimizer.kind = OPTIMIZER_ADAM;
  preset.experiment.train.optimizer.learning_rate = 0.001;
  preset.experiment.train.batch_size = 32;
  preset.experiment.train.epochs = 100;
  preset.experiment.train.seed = 7;
  preset.experiment.train.evaluate_train = true;
  snprintf(preset.experiment.data.source, sizeof preset.experiment.data.source, "digits");
  return preset;
}

static inline Preset fixture_overfitting(void) {
  Preset preset =
      fixture_preset("overfitting", "Overfitting",
                     "Watch the two curves part: the network starts to learn the noise in 400 digits.\n\n"
                     "A network with far more weights than it has rows to learn from can learn every row by "
                     "heart. What it learns then is no longer about digits but about these rows.");
  preset.watch = "The validation loss turns up while the training loss still falls.";
  preset.try_it = "Press d on Dense 1 while it trains, and look at the next ten epochs.";
  NetSpec *net = &preset.experiment.net;
  net->hidden = 3;
  net->layers[0] = (LayerSpec){.units = 512, .activation = ACTIVATION_RELU};
  net->layers[1] = (LayerSpec){.units = 512, .activation = ACTIVATION_RELU, .batch_norm = true};
  net->layers[2] = (LayerSpec){
      .units = 256, .activation = ACTIVATION_RELU, .batch_norm = true, .bn_position = BN_BEFORE, .dropout = 0.2};
  preset.experiment.data.label_noise = 0.2;
  return preset;
}

static inline Preset fixture_regression(void) {
  Preset preset = fixture_preset("diabetes", "Regression", "How far diabetes has gone a year later, from ten numbers.");
  NetSpec *net = &preset.experiment.net;
  net->hidden = 2;
  net->layers[0] = (LayerSpec){.units = 64, .activation = ACTIVATION_LEAKY_RELU, .dropout = 0.5};
  net->layers[1] = (LayerSpec){.units = 64, .activation = ACTIVATION_LEAKY_RELU, .dropout = 0.5};
  snprintf(preset.experiment.data.source, sizeof preset.experiment.data.source, "diabetes");
  preset.experiment.train.epochs = 150;
  return preset;
}

/* 12 hidden layers, a title and a data set that are too long. */
static inline Preset fixture_deep(void) {
  Preset preset = fixture_preset("deep", "A very deep network whose title is far too long for the line it stands in",
                                 "Twelve layers of sigmoid units: slow.");
  NetSpec *net = &preset.experiment.net;
  net->hidden = 12;
  for (int l = 0; l < net->hidden; l++) {
    net->layers[l] = (LayerSpec){.units = 64, .activation = ACTIVATION_SIGMOID, .batch_norm = l % 2 == 0};
  }
  snprintf(preset.experiment.data.source, sizeof preset.experiment.data.source,
           "/home/somebody/measurements/2024/spring/a-rather-long-name-of-a-file.csv");
  return preset;
}

/* A Fixture is large: keep it static. Opens preset `index`; nothing is loaded yet. */
static inline UiState *fixture_open(Fixture *f, int index) {
  arena_init(&f->arena, 0);
  f->presets[0] = fixture_preset("baseline", "Baseline", "One hidden layer learns to read digits.");
  f->presets[1] = fixture_overfitting();
  f->presets[2] = fixture_regression();
  f->presets[3] = fixture_deep();
  PresetList list = {.count = FIXTURE_PRESETS, .items = f->presets};
  ui_init(&f->ui, list, &f->presets[index], false, CHARSET_BRAILLE, PALETTE_DARK);
  return &f->ui;
}

static inline void fixture_close(Fixture *f) { arena_deinit(&f->arena); }

static inline Loaded fixture_loaded(const UiState *ui) {
  if (strcmp(ui->preset->name, "diabetes") == 0) {
    return (Loaded){.dataset = "diabetes",
                    .task = TASK_REGRESSION,
                    .features = 10,
                    .train_rows = 309,
                    .validation_rows = 89,
                    .test_rows = 44,
                    .batches = 10,
                    .parameters = 4929,
                    .baseline = {.score = 0, .mae = 61.5},
                    .output = OUTPUT_LINEAR,
                    .loss = LOSS_MSE};
  }
  return (Loaded){.dataset = "digits",
                  .task = TASK_CLASSIFICATION,
                  .features = 64,
                  .classes = 10,
                  .train_rows = 280,
                  .validation_rows = 80,
                  .test_rows = 40,
                  .batches = 9,
                  .parameters = 429834,
                  .baseline = {.score = 0.1125, .mae = NAN, .smallest = 26, .largest = 30},
                  .output = OUTPUT_SOFTMAX,
                  .loss = LOSS_CROSSENTROPY};
}

static inline void fixture_event(UiState *ui, Event event) {
  event.run = 1;
  ui_event(ui, &event);
}

static inline Progress fixture_progress(const UiState *ui, RunState state, int epoch, int batch) {
  int epochs = ui->preset->experiment.train.epochs;
  return (Progress){.run = 1,
                    .state = state,
                    .epoch = epoch,
                    .epochs = epochs,
                    .batch = batch,
                    .batches = 9,
                    .step = epoch * 9 + batch,
                    .learning_rate = 0.001,
                    .train = {.loss = NAN, .score = NAN, .mae = NAN}};
}

/* The run is loaded and waits; the LOAD is taken out of the outbox. */
static inline void fixture_load(UiState *ui) {
  Command command;
  while (ui_take_command(ui, &command)) {
  }
  fixture_event(ui, (Event){.kind = EVENT_LOADED, .loaded = fixture_loaded(ui)});
  Progress progress = fixture_progress(ui, RUN_READY, 0, 0);
  ui_progress(ui, &progress);
}

/* Deterministic wobble in -1 .. 1. */
static inline double fixture_wobble(int k) { return ((k * 7919 + 104729) % 2003) / 1001.0 - 1.0; }

static inline EpochReport fixture_report(const UiState *ui, int epoch) {
  double e = epoch + 1.0, wobble = fixture_wobble(epoch);
  bool regression = ui->run.loaded.task == TASK_REGRESSION;
  double train = 2.3 / (1 + 0.35 * e), val = 2.35 / (1 + 0.45 * e) + 0.012 * e + 0.03 * wobble;
  Metrics m_train = {.loss = train, .score = 1 - 0.9 / (1 + 0.5 * e), .mae = NAN};
  Metrics m_val = {.loss = val, .score = 0.86 - 0.8 / (1 + 0.6 * e) + 0.008 * wobble, .mae = NAN};
  if (regression) {
    m_train =
        (Metrics){.loss = 2.0 / (1 + 0.1 * e), .score = 0.9 - 2.4 / (1 + 0.4 * e), .mae = 20 + 60 / (1 + 0.1 * e)};
    m_val = (Metrics){.loss = 2.2 / (1 + 0.2 * e) + 0.3 + 0.02 * wobble,
                      .score = 0.5 - 3.6 / (1 + 0.6 * e) + 0.01 * wobble,
                      .mae = 44 + 50 / (1 + 0.2 * e) + wobble};
  }
  Metrics eval = {.loss = m_train.loss * 0.8, .score = m_train.score * 1.02, .mae = m_train.mae};
  return (EpochReport){.epoch = epoch,
                       .step = (epoch + 1) * 9,
                       .train = m_train,
                       .train_eval = eval,
                       .val = m_val,
                       .learning_rate = 0.001,
                       .seconds = 0.4};
}

/* Trains on fixed curves up to `epochs` epochs, and `batch` batches into the next. */
static inline void fixture_train(UiState *ui, RunState state, int epochs, int batch) {
  for (int e = ui->run.last.epoch + 1; e < epochs; e++) {
    fixture_event(ui, (Event){.kind = EVENT_EPOCH, .epoch = fixture_report(ui, e)});
  }
  Progress progress = fixture_progress(ui, state, epochs, batch);
  EpochReport next = fixture_report(ui, epochs);
  if (batch > 0) {
    progress.train = next.train;
  }
  progress.samples_per_second = 812345;
  progress.seconds_per_epoch = 0.4;
  progress.seconds = 0.4 * epochs;
  ui_progress(ui, &progress);
}

static inline void fixture_edit(UiState *ui, double at, ParamId param, int layer, double old_value, double new_value) {
  Edit edit = {.epoch = (int)at,
               .step = (int64_t)(at * 9),
               .at = at,
               .param = param,
               .layer = layer,
               .old_value = old_value,
               .new_value = new_value};
  fixture_event(ui, (Event){.kind = EVENT_EDIT, .edit = edit});
}

static inline Ended fixture_ended(const UiState *ui, RunState outcome) {
  Ended ended = {.outcome = outcome,
                 .epochs = ui->run.last.epoch + 1,
                 .step = (ui->run.last.epoch + 1) * 9,
                 .best_epoch = 8,
                 .digest = 0x0123456789abcdefULL,
                 .seconds = 41.25,
                 .test = {.loss = 0.7312, .score = 0.8413, .mae = 43.21}};
  if (outcome == RUN_DIVERGED) {
    ended.test = (Metrics){.loss = NAN, .score = NAN, .mae = NAN};
    ended.bad_step = 1234;
    ended.bad_value = INFINITY;
    snprintf(ended.bad_layer, sizeof ended.bad_layer, "Dense 2");
  }
  return ended;
}

static inline void fixture_key(UiState *ui, uint32_t key) { ui_input(ui, (Input){.kind = INPUT_KEY, .key = key}); }

static inline void fixture_mouse(UiState *ui, MouseKind kind, int row, int col) {
  ui_input(ui, (Input){.kind = INPUT_MOUSE, .mouse = kind, .row = row, .col = col});
}

/* Draws and gives the hits back, as the program's loop does. */
static inline Canvas *fixture_draw(Fixture *f, int rows, int cols) {
  Canvas *canvas = canvas_create(&f->arena, rows, cols, f->ui.charset);
  UiHits hits;
  ui_draw(&f->ui, canvas, &f->arena, &hits);
  f->ui.hits = hits;
  return canvas;
}

/* ---- the situations ---- */

static inline UiState *fixture_ready(Fixture *f) {
  UiState *ui = fixture_open(f, 1);
  fixture_load(ui);
  return ui;
}

static inline UiState *fixture_running(Fixture *f) {
  UiState *ui = fixture_ready(f);
  fixture_key(ui, ' ');
  fixture_train(ui, RUN_RUNNING, 23, 4);
  ui->experiment.net.layers[1].dropout = 0.5;
  ui->experiment.net.layers[0].batch_norm = true;
  ui->layer = 1;
  fixture_edit(ui, 12.0, PARAM_DROPOUT, 1, 0, 0.5);
  fixture_edit(ui, 18.4, PARAM_BATCH_NORM, 0, 0, 1);
  return ui;
}

static inline UiState *fixture_finished(Fixture *f, RunState outcome) {
  UiState *ui = fixture_running(f);
  if (outcome != RUN_DIVERGED) {
    fixture_train(ui, RUN_RUNNING, ui->experiment.train.epochs, 0);
  }
  fixture_event(ui, (Event){.kind = EVENT_ENDED, .ended = fixture_ended(ui, outcome)});
  return ui;
}

static inline UiState *fixture_regressing(Fixture *f) {
  UiState *ui = fixture_open(f, 2);
  fixture_load(ui);
  fixture_key(ui, ' ');
  fixture_train(ui, RUN_RUNNING, 60, 3);
  return ui;
}

/* A key on the screen of the usual size, drawn before, as keys act on what was drawn; and each letter of a text. */
static inline void fixture_press(Fixture *f, uint32_t code) {
  fixture_draw(f, 36, 120);
  fixture_key(&f->ui, code);
}

static inline void fixture_type(Fixture *f, const char *text) {
  for (; *text; text++) {
    fixture_press(f, (uint32_t)(unsigned char)*text);
  }
}

#endif
