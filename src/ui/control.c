/* control: keys and clicks, and what they do in the Lab. */
#include "ui/control.h"

#include <math.h>

#include "ui/compare.h"
#include "ui/data.h"
#include "ui/edit.h"
#include "ui/overlay.h"
#include "ui/pin.h"
#include "ui/repeat.h"
#include "ui/run.h"
#include "ui/runs.h"
#include "ui/time.h"
#include "ui/twin.h"

/* ---- training ---- */

static void tell_ended(UiState *ui) {
  if (ui->run.progress.state == RUN_UNLOADED) {
    edit_notice(ui, false, "loading was stopped: r loads it again");
  } else if (ui->run.progress.state == RUN_FAILED) {
    edit_notice(ui, true, "it could not be loaded: change the settings (e), u takes a change back, r tries again");
  } else {
    edit_notice(ui, false, "the run has ended: r starts it again, n with the next seed");
  }
}

/* To both of a pair, where they have not ended. */
static bool post(UiState *ui, CommandKind kind) {
  return twin_post(ui, kind) && (run_has_ended(ui->run.progress.state) || edit_post_kind(ui, kind));
}

static void go(UiState *ui, CommandKind kind, RunState state) {
  if (post(ui, kind) && !run_has_ended(ui->run.progress.state)) {
    ui->run.progress.state = state;
  }
}

static void train(UiState *ui) {
  switch (twin_state(ui)) {
    case RUN_RUNNING:
      go(ui, COMMAND_PAUSE, RUN_PAUSED);
      break;
    case RUN_READY:
    case RUN_PAUSED:
      go(ui, COMMAND_START, RUN_RUNNING);
      break;
    case RUN_LOADING:
      if (post(ui, COMMAND_START)) {
        edit_notice(ui, false, "training starts as soon as the data is there");
      }
      break;
    default:
      tell_ended(ui);
      break;
  }
}

static void step(UiState *ui, CommandKind kind) {
  if (run_has_ended(twin_state(ui))) {
    tell_ended(ui);
  } else {
    post(ui, kind);
  }
}

static void new_seed(UiState *ui) {
  time_end(ui);
  double seed = param_get(&ui->experiment, PARAM_SEED, -1);
  if (!edit_set(ui, PARAM_SEED, -1, seed + 1)) {
    return;
  }
  edit_restart(ui);
  edit_notice(ui, false, "seed %d: other initial weights, split and batches", ui->experiment.train.seed);
}

static void stop(UiState *ui) {
  RunState state = twin_state(ui);
  if (state == RUN_RUNNING || state == RUN_PAUSED) {
    post(ui, COMMAND_STOP);
  } else {
    edit_notice(ui, false, "nothing is training");
  }
}

/* ---- the network ---- */

static void select_layer(UiState *ui, int layer) {
  int last = ui->experiment.net.hidden - 1;
  ui->layer = layer < -1 ? -1 : layer > last ? last : layer;
}

static bool on_layer(UiState *ui) {
  if (ui->layer >= 0) {
    return true;
  }
  edit_notice(ui, false, "the input has no batch normalization: select a Dense layer");
  return false;
}

static void toggle(UiState *ui, ParamId param) {
  if (on_layer(ui)) {
    edit_set(ui, param, ui->layer, 1 - param_get(&ui->experiment, param, ui->layer));
  }
}

/* A click on a bar's cell fills the bar up to that cell; on the last filled one, empties it. */
static void pick_rate(UiState *ui, int layer, double fraction, bool dragging) {
  select_layer(ui, layer);
  ParamId param = edit_dropout_param(ui);
  double rate = round(fraction * 20) / 20;
  bool again = fabs(rate - param_get(&ui->experiment, param, ui->layer)) < 1e-9;
  if (dragging && again) {
    return;
  }
  edit_set(ui, param, ui->layer, again ? 0.0 : rate);
}

/* ---- the charts ---- */

static void next_train_curve(UiState *ui) {
  ui->train_curve = (TrainCurve)((ui->train_curve + 1) % TRAIN_CURVE_COUNT);
  static const char *const WORDS[TRAIN_CURVE_COUNT] = {
      "training curve: Keras's, a running mean while dropout is on",
      "training curve: the same rows in inference mode, after each epoch",
      "training curve: both",
  };
  bool missing = ui->train_curve != TRAIN_CURVE_KERAS && !ui->experiment.train.evaluate_train;
  if (missing) {
    edit_notice(ui, false, "%s; it needs evaluate_train on (e)", WORDS[ui->train_curve]);
  } else {
    edit_notice(ui, false, "%s", WORDS[ui->train_curve]);
  }
}

static void next_smoothing(UiState *ui) {
  ui->smoothing = ui->smoothing < 0.3 ? 0.6 : ui->smoothing < 0.75 ? 0.9 : 0.0;
}

static void next_chart(UiState *ui) {
  int count = ui->run.loaded.task == TASK_REGRESSION ? METRIC_COUNT : METRIC_MAE;
  UiTwin *twin = &ui->twin;
  twin->shows_difference = twin->on && ui->hits.one_chart && !twin->shows_difference;
  if (twin->shows_difference) {
    return;
  }
  ui->chart = (MetricId)(((int)ui->chart + 1) % count);
}

static void next_charset(UiState *ui) {
  static const char *const WORDS[CHARSET_COUNT] = {"braille", "blocks", "ASCII"};
  ui->charset = (Charset)((ui->charset + 1) % CHARSET_COUNT);
  edit_notice(ui, false, "drawn in %s", WORDS[ui->charset]);
}

static void next_palette(UiState *ui) {
  ui->palette = (PaletteKind)((ui->palette + 1) % PALETTE_COUNT);
  edit_notice(ui, false, "colours: %s", palette_name(ui->palette));
}

/* ---- actions ---- */

static void act_on_run(UiState *ui, Action action) {
  switch (action) {
    case ACTION_TRAIN:
      train(ui);
      break;
    case ACTION_STEP_BATCH:
      step(ui, COMMAND_STEP_BATCH);
      break;
    case ACTION_STEP_EPOCH:
      step(ui, COMMAND_STEP_EPOCH);
      break;
    case ACTION_RESTART:
      edit_restart(ui);
      break;
    case ACTION_NEW_SEED:
      new_seed(ui);
      break;
    case ACTION_PIN:
      pin_toggle(ui);
      break;
    case ACTION_UNPIN:
      pin_drop(ui);
      break;
    case ACTION_REPEAT:
      repeat_toggle(ui);
      break;
    default:
      stop(ui);
      break;
  }
}

static void act_on_network(UiState *ui, Action action) {
  switch (action) {
    case ACTION_UP:
      select_layer(ui, ui->layer - 1);
      break;
    case ACTION_DOWN:
      select_layer(ui, ui->layer + 1);
      break;
    case ACTION_DROPOUT:
      edit_toggle_dropout(ui);
      break;
    case ACTION_LEFT:
      edit_step(ui, edit_dropout_param(ui), ui->layer, -1);
      break;
    case ACTION_RIGHT:
      edit_step(ui, edit_dropout_param(ui), ui->layer, +1);
      break;
    case ACTION_BATCH_NORM:
      toggle(ui, PARAM_BATCH_NORM);
      break;
    case ACTION_BN_POSITION:
      toggle(ui, PARAM_BN_POSITION);
      break;
    case ACTION_RATE_DOWN:
      edit_step(ui, PARAM_LEARNING_RATE, -1, -1);
      break;
    case ACTION_RATE_UP:
      edit_step(ui, PARAM_LEARNING_RATE, -1, +1);
      break;
    case ACTION_ADD_LAYER:
      edit_add_layer(ui);
      break;
    case ACTION_REMOVE_LAYER:
      edit_remove_layer(ui);
      break;
    case ACTION_SETTINGS:
      overlay_open(ui, OVERLAY_SETTINGS, PARAM_DATASET);
      break;
    case ACTION_REDO:
      edit_redo(ui);
      break;
    default:
      edit_undo(ui);
      break;
  }
}

static void act_on_time(UiState *ui, Action action) {
  enum { FAR = 10 };
  data_close(ui); /* the cursor is the Lab's */
  switch (action) {
    case ACTION_BACK:
      time_step(ui, -1);
      break;
    case ACTION_AHEAD:
      time_step(ui, +1);
      break;
    case ACTION_FAR_BACK:
      time_step(ui, -FAR);
      break;
    case ACTION_FAR_AHEAD:
      time_step(ui, +FAR);
      break;
    case ACTION_TWIN:
      twin_toggle(ui);
      break;
    default:
      time_fork(ui);
      break;
  }
}

static void act_on_charts(UiState *ui, Action action) {
  switch (action) {
    case ACTION_TRAIN_CURVE:
      next_train_curve(ui);
      break;
    case ACTION_LOG_Y:
      ui->log_y = !ui->log_y;
      break;
    case ACTION_SMOOTHING:
      next_smoothing(ui);
      break;
    case ACTION_NEXT_CHART:
      next_chart(ui);
      break;
    case ACTION_CHARSET:
      next_charset(ui);
      break;
    default:
      next_palette(ui);
      break;
  }
}

/* What is nearest to the person's mind. */
static void close_one(UiState *ui) {
  if (ui->run.progress.state == RUN_LOADING) {
    post(ui, COMMAND_UNLOAD);
  }
  if (ui->time.on) {
    time_end(ui);
  } else {
    repeat_close(ui);
  }
}

static void act_on_screen(UiState *ui, Action action) {
  int page = 8;
  switch (action) {
    case ACTION_LAB:
      data_close(ui);
      break;
    case ACTION_DATA:
      time_end(ui);
      data_open(ui);
      break;
    case ACTION_RUNS:
      time_end(ui);
      runs_open(ui);
      break;
    case ACTION_COMPARE:
      time_end(ui);
      compare_open(ui);
      break;
    case ACTION_PRESETS:
      overlay_open(ui, OVERLAY_PICKER, -1);
      break;
    case ACTION_LESSON:
      overlay_open(ui, OVERLAY_LESSON, 0);
      break;
    case ACTION_HELP:
      overlay_open(ui, OVERLAY_HELP, 0);
      break;
    case ACTION_ENTER:
      overlay_open(ui, OVERLAY_SETTINGS, ui->layer < 0 ? PARAM_INPUT_DROPOUT : PARAM_UNITS);
      break;
    case ACTION_PAGE_UP:
      select_layer(ui, ui->layer - page);
      break;
    case ACTION_PAGE_DOWN:
      select_layer(ui, ui->layer + page);
      break;
    case ACTION_HOME:
      select_layer(ui, -1);
      break;
    case ACTION_END:
      if (ui->time.on) {
        time_end(ui);
      } else {
        select_layer(ui, NET_MAX_HIDDEN);
      }
      break;
    case ACTION_QUIT:
      ui->quit = true;
      break;
    case ACTION_CLOSE:
      close_one(ui);
      break;
    default:
      break;
  }
}

static void act_on_click(UiState *ui, Action action, int argument, double fraction) {
  if (action == ACTION_PICK_RATE) {
    pick_rate(ui, argument, fraction, false);
    return;
  }
  if (action == ACTION_PICK_EPOCH) {
    time_go(ui, (int)lround(fraction * argument));
    return;
  }
  select_layer(ui, argument);
  if (action == ACTION_PICK_BATCH_NORM) {
    toggle(ui, PARAM_BATCH_NORM);
  }
}

/* What is for the layers of the network has no place on the other screens; what is for charts has where there are some.
 */
static bool is_lab_only(UiScreen screen, Action action) {
  ActionGroup group = action_info(action)->group;
  bool everywhere = action == ACTION_SETTINGS || action == ACTION_UNDO || action == ACTION_REDO ||
                    action == ACTION_CHARSET || action == ACTION_PALETTE || action == ACTION_ENTER ||
                    (screen == SCREEN_COMPARE && (action == ACTION_LOG_Y || action == ACTION_SMOOTHING));
  bool lab = group == GROUP_NETWORK || group == GROUP_TIME || group == GROUP_CHARTS || group == GROUP_MOUSE;
  return lab && !everywhere;
}

/* Whether what lies over the Lab, or another screen, has done it. */
static bool act_above(UiState *ui, Action action, int argument, double fraction) {
  if (ui->overlay != OVERLAY_NONE && overlay_act(ui, action, argument)) {
    return true;
  }
  if (ui->overlay != OVERLAY_NONE || ui->screen == SCREEN_LAB) {
    return false;
  }
  UiScreen screen = ui->screen;
  bool done = screen == SCREEN_DATA      ? data_act(ui, action, argument)
              : screen == SCREEN_COMPARE ? compare_act(ui, action, argument, fraction)
                                         : runs_act(ui, action, argument);
  return done || is_lab_only(screen, action);
}

void control_act(UiState *ui, Action action, int argument, double fraction) {
  if (act_above(ui, action, argument, fraction)) {
    return;
  }
  switch (action_info(action)->group) {
    case GROUP_RUN:
      act_on_run(ui, action);
      break;
    case GROUP_NETWORK:
      act_on_network(ui, action);
      break;
    case GROUP_TIME:
      act_on_time(ui, action);
      break;
    case GROUP_CHARTS:
      act_on_charts(ui, action);
      break;
    case GROUP_SCREEN:
      act_on_screen(ui, action);
      break;
    default:
      act_on_click(ui, action, argument, fraction);
      break;
  }
}

/* ---- input ---- */

static const UiHit *hit_at(const UiHits *hits, int row, int col) {
  for (int i = hits->count - 1; i >= 0; i--) {
    if (rect_contains(hits->items[i].rect, row, col)) {
      return &hits->items[i];
    }
  }
  return NULL;
}

static double hit_fraction(const UiHit *hit, int col) {
  if (hit->action == ACTION_PICK_EPOCH) { /* an axis: its first column is its start, its last one its end */
    return hit->rect.cols > 1 ? (double)(col - hit->rect.col) / (hit->rect.cols - 1) : 0.0;
  }
  return hit->rect.cols > 0 ? (col - hit->rect.col + 1.0) / hit->rect.cols : 0.0;
}

static void wheel(UiState *ui, Input input, int direction) {
  if (ui->overlay != OVERLAY_NONE) {
    overlay_wheel(ui, direction);
  } else if (ui->screen == SCREEN_DATA) {
    data_wheel(ui, direction);
  } else if (ui->screen == SCREEN_RUNS) {
    runs_wheel(ui, direction);
  } else if (ui->screen == SCREEN_COMPARE) {
    compare_wheel(ui, direction);
  } else if (rect_contains(ui->hits.network, input.row, input.col)) {
    select_layer(ui, ui->layer + direction);
  }
}

static void mouse(UiState *ui, Input input) {
  if (input.mouse == MOUSE_WHEEL_UP || input.mouse == MOUSE_WHEEL_DOWN) {
    wheel(ui, input, input.mouse == MOUSE_WHEEL_UP ? -1 : 1);
    return;
  }
  const UiHit *hit = hit_at(&ui->hits, input.row, input.col);
  if (hit == NULL || hit->action == ACTION_NONE) {
    return;
  }
  double fraction = hit_fraction(hit, input.col);
  if (input.mouse == MOUSE_PRESS) {
    ui->notice[0] = '\0';
    control_act(ui, (Action)hit->action, hit->argument, fraction);
  } else if (input.mouse == MOUSE_DRAG && hit->action == ACTION_PICK_RATE && ui->layer == hit->argument) {
    pick_rate(ui, hit->argument, fraction, true);
  } else if (input.mouse == MOUSE_DRAG && hit->action == ACTION_PICK_EPOCH && ui->screen == SCREEN_COMPARE) {
    compare_go(ui, (int)lround(fraction * hit->argument));
  } else if (input.mouse == MOUSE_DRAG && hit->action == ACTION_PICK_EPOCH && ui->time.on) {
    time_go(ui, (int)lround(fraction * hit->argument));
  }
}

static void press(UiState *ui, uint32_t key) {
  ui->notice[0] = '\0';
  if (ui->typing && ui->runs.typing != WISH_NONE) {
    runs_type(ui, key);
    return;
  }
  if (ui->typing) {
    overlay_type(ui, key);
    return;
  }
  static const ActionGroup OWN[] = {[SCREEN_LAB] = GROUP_COUNT,
                                    [SCREEN_DATA] = GROUP_DATA,
                                    [SCREEN_RUNS] = GROUP_RUNS,
                                    [SCREEN_COMPARE] = GROUP_COMPARE};
  Action action = ui->overlay == OVERLAY_NONE ? action_of_screen_key(OWN[ui->screen], key) : action_of_key(key);
  if (action != ACTION_NONE) {
    control_act(ui, action, 0, 0.0);
  }
}

void ui_input(UiState *ui, Input input) {
  int64_t asked = ui->runs.asked;
  if (input.kind == INPUT_MOUSE) {
    mouse(ui, input);
  } else if (input.kind == INPUT_KEY) {
    press(ui, input.key);
  }
  bool answers = input.kind == INPUT_KEY || (input.kind == INPUT_MOUSE && input.mouse == MOUSE_PRESS);
  if (answers && ui->runs.asked == asked) {
    ui->runs.asked = 0; /* whatever was pressed has answered the question */
  }
  data_follow(ui);
}
