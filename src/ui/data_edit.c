/* data_edit: what the Data screen changes: the settings that name columns, and those it lists. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "data/column_names.h"
#include "data/open.h"
#include "ui/data.h"
#include "ui/edit.h"

/* ---- lists of columns ---- */

/* Whether an item of a list means the column: by its name, or by its number (data/column_names.h). */
static bool means(const char *item, const char *name, int column) {
  int64_t number;
  return strcasecmp(item, name) == 0 || (str_to_i64(item + (*item == '#'), &number) && number == column + 1);
}

static void list_of(const UiState *ui, ParamId param, char list[UI_MAX_TYPED]) {
  param_format(&ui->experiment, param, -1, list, UI_MAX_TYPED);
}

static bool is_listed(const UiState *ui, ParamId param, int column) {
  char list[UI_MAX_TYPED], item[FRAME_NAME_SIZE];
  list_of(ui, param, list);
  for (const char *at = list; column_names_next(&at, item);) {
    if (means(item, ui->data.survey->profile.column[column].name, column)) {
      return true;
    }
  }
  return false;
}

/* Puts the column into the list of `param`, or takes it out. */
static void toggle_listed(UiState *ui, ParamId param, int column) {
  const char *name = ui->data.survey->profile.column[column].name;
  char list[UI_MAX_TYPED], next[UI_MAX_TYPED] = "", item[FRAME_NAME_SIZE];
  bool was = false, fits = true;
  list_of(ui, param, list);
  for (const char *at = list; column_names_next(&at, item);) {
    if (means(item, name, column)) {
      was = true;
    } else {
      fits = column_names_append(next, sizeof next, item) && fits;
    }
  }
  if (!was) {
    fits = column_names_append(next, sizeof next, name) && fits;
  }
  if (!fits) {
    edit_notice(ui, true, "%s: no more names have room there", param_at(param)->key);
    return;
  }
  edit_set_text(ui, param, -1, next);
}

/* ---- columns ---- */

static bool is_of_a_file(UiState *ui) {
  if (open_is_synthetic(ui->experiment.data.source)) {
    edit_notice(ui, false, "this set is made by rule: its columns are what they are");
    return false;
  }
  return true;
}

void data_predict(UiState *ui, int column) {
  const Profile *profile = &ui->data.survey->profile;
  if (is_of_a_file(ui) && column != profile->target) {
    edit_set_text(ui, PARAM_TARGET, -1, profile->column[column].name);
  }
}

void data_toggle_drop(UiState *ui, int column) {
  const Profile *profile = &ui->data.survey->profile;
  if (!is_of_a_file(ui)) {
    return;
  }
  if (column == profile->target) {
    edit_notice(ui, false, "'%s' is what is predicted: predict another column first", profile->column[column].name);
  } else if (!profile->column[column].used && !is_listed(ui, PARAM_DROP, column)) {
    edit_notice(ui, false, "'%s' is not used: %s; ← reads it as numbers, → as categories", profile->column[column].name,
                profile->column[column].why);
  } else {
    toggle_listed(ui, PARAM_DROP, column);
  }
}

bool data_drops(const UiState *ui, int column) { return is_listed(ui, PARAM_DROP, column); }

ColumnUse data_use(const UiState *ui, int column) {
  return is_listed(ui, PARAM_NUMERIC, column)       ? USE_AS_NUMBERS
         : is_listed(ui, PARAM_CATEGORICAL, column) ? USE_AS_CATEGORIES
                                                    : USE_AS_JUDGED;
}

void data_step_use(UiState *ui, int column, int direction) {
  if (!is_of_a_file(ui)) {
    return;
  }
  ColumnUse use = data_use(ui, column);
  if (use == USE_AS_NUMBERS || (use == USE_AS_JUDGED && direction < 0)) {
    if (use == USE_AS_JUDGED || direction > 0) {
      toggle_listed(ui, PARAM_NUMERIC, column);
    }
  } else if (use == USE_AS_JUDGED || direction < 0) {
    toggle_listed(ui, PARAM_CATEGORICAL, column);
  }
}

/* ---- settings ---- */

static const ParamId SETTINGS[] = {
    PARAM_DATASET,    PARAM_TARGET,    PARAM_TASK,        PARAM_SPLIT,        PARAM_VALIDATION_SPLIT,
    PARAM_TEST_SPLIT, PARAM_ROWS,      PARAM_STANDARDIZE, PARAM_SCALE_TARGET, PARAM_LABEL_NOISE,
    PARAM_NOISE,      PARAM_DELIMITER, PARAM_DECIMAL,
};
enum { SETTINGS_COUNT = (int)(sizeof SETTINGS / sizeof *SETTINGS) };

/* Those that mean something for the data that are shown. */
static bool is_shown(const UiState *ui, ParamId param) {
  bool made = open_is_synthetic(ui->experiment.data.source);
  bool regression = ui->data.survey && ui->data.survey->task == TASK_REGRESSION;
  switch (param) {
    case PARAM_DELIMITER:
    case PARAM_DECIMAL:
      return open_is_path(ui->experiment.data.source);
    case PARAM_TARGET:
    case PARAM_TASK:
      return !made && !(ui->data.survey && ui->data.survey->profile.columns == 0);
    case PARAM_NOISE:
      return made;
    case PARAM_SCALE_TARGET:
      return regression;
    case PARAM_LABEL_NOISE:
      return !regression || ui->experiment.data.label_noise > 0.0;
    default:
      return true;
  }
}

int data_setting_count(const UiState *ui) {
  int count = 0;
  for (int i = 0; i < SETTINGS_COUNT; i++) {
    count += is_shown(ui, SETTINGS[i]);
  }
  return count;
}

ParamId data_setting_at(const UiState *ui, int index) {
  for (int i = 0; i < SETTINGS_COUNT; i++) {
    if (is_shown(ui, SETTINGS[i]) && index-- == 0) {
      return SETTINGS[i];
    }
  }
  return PARAM_DATASET;
}
