/* action: the table of actions, and the names of keys. */
#include "ui/action.h"

#include <stdio.h>

#include "base/str.h"

#define ACTION_ROW(id, name_, key1, key2, key3, group_, help_) \
  [ACTION_##id] = {.name = name_, .keys = {key1, key2, key3}, .group = GROUP_##group_, .help = help_},
static const ActionInfo ACTIONS[ACTION_COUNT] = {[ACTION_NONE] = {.name = "none", .group = GROUP_SCREEN, .help = ""},
                                                 ACTION_LIST(ACTION_ROW)};
#undef ACTION_ROW

static const char *const GROUP_TITLES[GROUP_COUNT] = {
    [GROUP_RUN] = "Training",
    [GROUP_NETWORK] = "Network",
    [GROUP_TIME] = "Time",
    [GROUP_RUNS] = "On the Runs screen",
    [GROUP_CHARTS] = "Charts",
    [GROUP_SCREEN] = "Screen",
    [GROUP_DATA] = "On the Data screen",
    [GROUP_COMPARE] = "On the Compare screen",
    [GROUP_MOUSE] = "Mouse",
};

static const struct {
  uint32_t key;
  const char *name, *ascii; /* NULL: the same */
} KEY_NAMES[] = {
    {' ', "space", NULL},        {INPUT_ENTER, "Enter", NULL},  {'\n', "^J", NULL},
    {INPUT_ESCAPE, "Esc", NULL}, {'\t', "Tab", NULL},           {127, "Backspace", NULL},
    {INPUT_UP, "↑", "up"},       {INPUT_DOWN, "↓", "down"},     {INPUT_LEFT, "←", "left"},
    {INPUT_RIGHT, "→", "right"}, {INPUT_PAGE_UP, "PgUp", NULL}, {INPUT_PAGE_DOWN, "PgDn", NULL},
    {INPUT_HOME, "Home", NULL},  {INPUT_END, "End", NULL},      {INPUT_BACKTAB, "Shift-Tab", NULL},
    {INPUT_DELETE, "Del", NULL}, {INPUT_F1, "F1", NULL},        {KEY_CTRL_R, "^R", NULL},
};

const ActionInfo *action_info(Action action) {
  return &ACTIONS[action > ACTION_NONE && action < ACTION_COUNT ? action : ACTION_NONE];
}

const char *action_group_title(ActionGroup group) { return GROUP_TITLES[group]; }

static bool is_of_a_screen(ActionGroup group) {
  return group == GROUP_DATA || group == GROUP_RUNS || group == GROUP_COMPARE;
}

static bool has_key(Action action, uint32_t key) {
  const uint32_t *keys = ACTIONS[action].keys;
  return key != 0 && (keys[0] == key || keys[1] == key || keys[2] == key);
}

Action action_of_key(uint32_t key) {
  for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
    if (!is_of_a_screen(ACTIONS[a].group) && has_key((Action)a, key)) {
      return (Action)a;
    }
  }
  return ACTION_NONE;
}

Action action_of_screen_key(ActionGroup own, uint32_t key) {
  for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
    if (ACTIONS[a].group == own && has_key((Action)a, key)) {
      return (Action)a;
    }
  }
  return action_of_key(key);
}

void action_key_name(uint32_t key, Charset charset, char *out, size_t size) {
  for (size_t i = 0; i < sizeof KEY_NAMES / sizeof KEY_NAMES[0]; i++) {
    if (KEY_NAMES[i].key == key) {
      bool ascii = charset == CHARSET_ASCII && KEY_NAMES[i].ascii != NULL;
      str_copy(out, size, ascii ? KEY_NAMES[i].ascii : KEY_NAMES[i].name);
      return;
    }
  }
  char text[5] = "";
  if (key >= ' ' && key < INPUT_UP) {
    utf8_encode(key, text);
  }
  str_copy(out, size, text);
}

void action_keys_text(Action action, Charset charset, char *out, size_t size) {
  const ActionInfo *info = action_info(action);
  size_t used = 0;
  str_copy(out, size, "");
  for (int k = 0; k < ACTION_MAX_KEYS && info->keys[k] != 0; k++) {
    if (info->keys[k] == '\n') {
      continue; /* the same key as Enter to a person */
    }
    char name[16];
    action_key_name(info->keys[k], charset, name, sizeof name);
    if (used < size) {
      used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? " " : "", name);
    }
  }
}
