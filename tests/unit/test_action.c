/* Tests of ui/action: the table is whole, no key does two things, and every action does something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>

#include "base/str.h"
#include "ui/action.h"
#include "ui_fixture.h"

static Fixture fixture;

static void test_no_key_is_bound_twice(void **state) {
  (void)state;
  for (int a = 1; a < ACTION_COUNT; a++) {
    for (int k = 0; k < ACTION_MAX_KEYS; k++) {
      uint32_t key = action_info((Action)a)->keys[k];
      ActionGroup group = action_info((Action)a)->group;
      bool own = group == GROUP_DATA || group == GROUP_RUNS || group == GROUP_COMPARE;
      Action does = own ? action_of_screen_key(group, key) : action_of_key(key);
      if (key != 0 && does != (Action)a) {
        fail_msg("key %#x of %s does %s", key, action_info((Action)a)->name, action_info(does)->name);
      }
    }
  }
}

static void test_names_and_help_are_whole(void **state) {
  (void)state;
  for (int a = 1; a < ACTION_COUNT; a++) {
    const ActionInfo *info = action_info((Action)a);
    size_t length = strlen(info->help);
    assert_true(strlen(info->name) > 0);
    assert_in_range(length, 8, 44); /* what a column of the help has room for at 120 columns */
    assert_true(info->help[length - 1] != '.');
    assert_true(info->group == GROUP_MOUSE ? info->keys[0] == 0 : info->keys[0] != 0);
    for (int b = 1; b < a; b++) {
      assert_string_not_equal(info->name, action_info((Action)b)->name);
      assert_string_not_equal(info->help, action_info((Action)b)->help);
    }
  }
}

static void test_reserved_keys_are_free(void **state) {
  (void)state;
  const char *reserved = "a";
  for (const char *key = reserved; *key != '\0'; key++) {
    assert_int_equal(action_of_key((uint32_t)*key), ACTION_NONE);
  }
  assert_int_equal(action_of_key(0), ACTION_NONE);
}

static void test_unknown_actions_are_none(void **state) {
  (void)state;
  assert_string_equal(action_info(ACTION_NONE)->name, "none");
  assert_ptr_equal(action_info((Action)-1), action_info(ACTION_NONE));
  assert_ptr_equal(action_info(ACTION_COUNT), action_info(ACTION_NONE));
}

static void test_key_names(void **state) {
  (void)state;
  char text[48];
  action_key_name(' ', CHARSET_BRAILLE, text, sizeof text);
  assert_string_equal(text, "space");
  action_key_name('B', CHARSET_BRAILLE, text, sizeof text);
  assert_string_equal(text, "B");
  action_key_name(INPUT_F1 + 100, CHARSET_BRAILLE, text, sizeof text);
  assert_string_equal(text, "");
  action_keys_text(ACTION_UP, CHARSET_BRAILLE, text, sizeof text);
  assert_string_equal(text, "↑ k");
  action_keys_text(ACTION_UP, CHARSET_ASCII, text, sizeof text);
  assert_string_equal(text, "up k");
  action_keys_text(ACTION_RIGHT, CHARSET_ASCII, text, sizeof text);
  assert_string_equal(text, "right l");
  action_keys_text(ACTION_ENTER, CHARSET_BRAILLE, text, sizeof text);
  assert_string_equal(text, "Enter");
  action_keys_text(ACTION_PICK_LAYER, CHARSET_BRAILLE, text, sizeof text);
  assert_string_equal(text, "");
}

/* ---- every action does something ---- */

enum { SITUATIONS = 11 };

static void open_deep(void) {
  UiState *ui = fixture_open(&fixture, 3);
  fixture_load(ui);
  ui->layer = 5;
  ui->chart = METRIC_LOSS;
}

/* Two runs. */
static void open_runs(void) {
  static RunRow rows[2];
  for (int i = 0; i < 2; i++) {
    rows[i] = (RunRow){.id = 2 - i,
                       .name = "a",
                       .preset = "",
                       .changes = "",
                       .origin = "",
                       .tags = "",
                       .note = "",
                       .dataset = "",
                       .started = "",
                       .outcome = OUTCOME_FINISHED};
  }
  fixture_ready(&fixture);
  fixture_key(&fixture.ui, '3');
  ui_runs_news(&fixture.ui, &(RunsNews){.rows = rows, .count = 2, .total = 2, .filter = "", .problem = ""});
}

/* Two runs side by side, the second one selected, the cursor in their middle. */
static void open_compare(void) {
  static CompareRun runs[2];
  UiState *ui = &fixture.ui;
  CompareNews news = {.count = 2, .table = {.runs = 2}, .problem = ""};
  for (int r = 0; r < 2; r++) {
    runs[r] = (CompareRun){.id = 2 - r, .place = r, .name = "a", .epochs = 40};
    news.runs[r] = &runs[r];
  }
  fixture_key(ui, 'c');
  ui_compare_news(ui, &news);
  ui->compare.has_cursor = true;
  ui->compare.epoch = 20;
  ui->compare.place = 1;
}

/* One of two runs has been deleted; both are marked; they are compared. */
static void open_history(int index) {
  open_runs();
  for (int i = 0; i < 2; i++) {
    fixture_key(&fixture.ui, index == 8 ? 'x' : 'm');
  }
  if (index == 10) {
    open_compare();
  }
}

static void situation(int index) {
  static const uint32_t overlays[] = {'e', 'o', '?', 'i'};
  if (index >= 8) {
    open_history(index);
  } else if (index == 0) {
    fixture_running(&fixture);
    fixture_key(&fixture.ui, '+'); /* something to undo */
    fixture_key(&fixture.ui, 'p'); /* and to unpin */
    fixture.ui.run.progress.kept_every = 1;
  } else if (index == 6) {
    fixture_running(&fixture);
    fixture_key(&fixture.ui, '+');
    fixture_key(&fixture.ui, 'u'); /* something to do again */
  } else if (index == 7) {
    UiState *ui = fixture_running(&fixture);
    ui->run.progress.kept_every = 1;
    fixture_key(ui, '[');
    fixture_key(ui, '[');
    Progress progress = ui->run.progress;
    progress.look = (Look){.known = true, .asked = 22, .epoch = 22, .experiment = ui->base};
    ui_progress(ui, &progress); /* an epoch to fork at */
  } else {
    open_deep();
    if (index >= 2) {
      fixture_key(&fixture.ui, overlays[index - 2]);
    }
  }
  fixture_draw(&fixture, 24, 80);
}

/* Whether the key changes anything but the line that speaks to the person. */
static bool key_acts(uint32_t key, UiState *before) {
  memcpy(before, &fixture.ui, sizeof *before);
  fixture_key(&fixture.ui, key);
  memcpy(fixture.ui.notice, before->notice, sizeof before->notice);
  fixture.ui.notice_is_error = before->notice_is_error;
  return memcmp(before, &fixture.ui, sizeof *before) != 0;
}

static void test_every_key_does_something(void **state) {
  (void)state;
  UiState *before = malloc(sizeof *before);
  assert_non_null(before);
  for (int a = 1; a < ACTION_COUNT; a++) {
    for (int k = 0; k < ACTION_MAX_KEYS && action_info((Action)a)->keys[k] != 0; k++) {
      bool acts = false;
      for (int s = 0; s < SITUATIONS && !acts; s++) {
        situation(s);
        acts = key_acts(action_info((Action)a)->keys[k], before);
        fixture_close(&fixture);
      }
      if (!acts) {
        fail_msg("%s does nothing by key %#x", action_info((Action)a)->name, action_info((Action)a)->keys[k]);
      }
    }
  }
  free(before);
}

/* The actions of the mouse can be reached: each has a place on some screen. */
static void test_every_mouse_action_has_a_place(void **state) {
  (void)state;
  bool seen[ACTION_COUNT] = {false};
  for (int s = 0; s < SITUATIONS; s++) {
    situation(s);
    for (int i = 0; i < fixture.ui.hits.count; i++) {
      seen[fixture.ui.hits.items[i].action] = true;
    }
    fixture_close(&fixture);
  }
  for (int a = 1; a < ACTION_COUNT; a++) {
    if (action_info((Action)a)->group == GROUP_MOUSE && !seen[a]) {
      fail_msg("%s is nowhere on the screen", action_info((Action)a)->name);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_key_is_bound_twice),
      cmocka_unit_test(test_names_and_help_are_whole),
      cmocka_unit_test(test_reserved_keys_are_free),
      cmocka_unit_test(test_unknown_actions_are_none),
      cmocka_unit_test(test_key_names),
      cmocka_unit_test(test_every_key_does_something),
      cmocka_unit_test(test_every_mouse_action_has_a_place),
  };
  return cmocka_run_group_tests_name("action", tests, NULL, NULL);
}
