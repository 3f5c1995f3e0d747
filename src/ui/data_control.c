/* data_control: the Data screen's questions for surveys, their answers, and its keys. */
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "ui/data.h"
#include "ui/edit.h"
#include "ui/overlay.h"

/* ---- questions and answers ---- */

static bool differ(const Experiment *a, const Experiment *b) {
  char text_a[UI_MAX_TYPED], text_b[UI_MAX_TYPED];
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    if (strcmp(param_at(id)->section, "data") != 0 && id != PARAM_SEED) {
      continue;
    }
    param_format(a, id, -1, text_a, sizeof text_a);
    param_format(b, id, -1, text_b, sizeof text_b);
    if (strcmp(text_a, text_b) != 0) {
      return true;
    }
  }
  return false;
}

void data_follow(UiState *ui) {
  UiData *data = &ui->data;
  if (ui->screen != SCREEN_DATA || (data->has_asked && !differ(&data->asked, &ui->experiment))) {
    return;
  }
  data->asked = ui->experiment;
  data->has_asked = data->asks = data->busy = true;
  data->share = 0.0;
}

bool ui_take_question(UiState *ui, DataSpec *spec, uint64_t *seed) {
  if (!ui->data.asks) {
    return false;
  }
  ui->data.asks = false;
  *spec = ui->data.asked.data;
  *seed = (uint64_t)ui->data.asked.train.seed;
  return true;
}

Survey *ui_news(UiState *ui, const SurveyNews *news) {
  UiData *data = &ui->data;
  data->busy = news->busy || data->asks;
  data->share = news->share;
  str_copy(data->problem, sizeof data->problem, news->problem);
  if (!news->survey) {
    return NULL;
  }
  Survey *before = data->survey;
  data->survey = news->survey;
  if (!before || strcmp(before->dataset, news->survey->dataset) != 0) {
    data->column = data->picture = data->row = 0;
  }
  data->column = larger(0, smaller(data->column, news->survey->profile.columns - 1));
  data->setting = smaller(data->setting, data_setting_count(ui) - 1);
  return before;
}

/* ---- keys ---- */

void data_open(UiState *ui) {
  ui->screen = SCREEN_DATA;
  ui->data.has_asked = false; /* the file may have changed */
}

void data_close(UiState *ui) { ui->screen = SCREEN_LAB; }

static bool has_columns(const UiState *ui) {
  return ui->data.survey && ui->data.survey->profile.columns > 0 && ui->data.survey->pictures == 0;
}

/* The selection or first row of the panel that has the keys, and how many it can be. */
static int *cursor_of(UiState *ui, int *count) {
  UiData *data = &ui->data;
  const Survey *survey = data->survey;
  *count = 0;
  switch (data->focus) {
    case FOCUS_SETTINGS:
      *count = data_setting_count(ui);
      return &data->setting;
    case FOCUS_ROWS:
      *count = survey ? survey->profile.first_rows : 0;
      return &data->row;
    default:
      *count = !survey ? 0 : survey->pictures > 0 ? survey->pictures : survey->profile.columns;
      return survey && survey->pictures > 0 ? &data->picture : &data->column;
  }
}

static bool move(UiState *ui, Action action) {
  int count, *cursor = cursor_of(ui, &count);
  return overlay_step(ui, action, count, cursor);
}

void data_wheel(UiState *ui, int direction) {
  for (int i = 0; i < 3; i++) {
    move(ui, direction < 0 ? ACTION_UP : ACTION_DOWN);
  }
}

static void act_on_column(UiState *ui, Action action) {
  int column = ui->data.column;
  if (!has_columns(ui)) {
    edit_notice(ui, false, "the columns are pixels: Tab goes to the settings");
  } else if (action == ACTION_DATA_ENTER) {
    data_predict(ui, column);
  } else if (action == ACTION_DATA_DROP) {
    data_toggle_drop(ui, column);
  } else {
    data_step_use(ui, column, action == ACTION_DATA_LEFT ? -1 : 1);
  }
}

/* The selected column is the one that the rows are shown around. */
static void act_on_rows(UiState *ui, Action action) {
  int last = ui->data.survey ? ui->data.survey->profile.first_columns - 1 : 0;
  int by = action == ACTION_DATA_LEFT ? -1 : action == ACTION_DATA_RIGHT ? 1 : 0;
  ui->data.column = larger(0, smaller(ui->data.column + by, last));
}

static void act_on_setting(UiState *ui, Action action) {
  ParamId param = data_setting_at(ui, ui->data.setting);
  if (action == ACTION_DATA_ENTER) {
    settings_enter(ui, param);
  } else if (action != ACTION_DATA_DROP) {
    edit_step(ui, param, -1, action == ACTION_DATA_LEFT ? -1 : 1);
  }
}

/* A click selects; a click on what is selected does what Enter does. */
static void pick(UiState *ui, int argument) {
  UiData *data = &ui->data;
  bool setting = argument < 0;
  int row = setting ? -1 - argument : argument, *cursor = setting ? &data->setting : &data->column;
  bool again = row == *cursor && data->focus == (setting ? FOCUS_SETTINGS : FOCUS_COLUMNS);
  data->focus = setting ? FOCUS_SETTINGS : FOCUS_COLUMNS;
  *cursor = row;
  if (again && setting) {
    act_on_setting(ui, ACTION_DATA_ENTER);
  } else if (again) {
    act_on_column(ui, ACTION_DATA_ENTER);
  }
}

bool data_act(UiState *ui, Action action, int argument) {
  UiData *data = &ui->data;
  switch (action) {
    case ACTION_DATA_PANEL:
      data->focus = (DataFocus)((data->focus + 1) % FOCUS_COUNT);
      return true;
    case ACTION_DATA_ENTER:
    case ACTION_DATA_DROP:
    case ACTION_DATA_LEFT:
    case ACTION_DATA_RIGHT:
      if (data->focus == FOCUS_SETTINGS) {
        act_on_setting(ui, action);
      } else if (data->focus == FOCUS_ROWS) {
        act_on_rows(ui, action);
      } else {
        act_on_column(ui, action);
      }
      return true;
    case ACTION_PICK_ROW:
      pick(ui, argument);
      return true;
    case ACTION_CLOSE:
      if (ui->run.progress.state == RUN_LOADING) {
        return false; /* it stops that, as in the Lab */
      }
      data_close(ui);
      return true;
    default:
      return move(ui, action);
  }
}
