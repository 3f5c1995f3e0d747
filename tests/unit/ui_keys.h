/* ui_keys: a screen's state to press keys on, and the commands that come of it. Include after cmocka.h. */
#ifndef NNLAB_TESTS_UI_KEYS_H
#define NNLAB_TESTS_UI_KEYS_H

#include "ui/action.h"
#include "ui/edit.h"
#include "ui_fixture.h"

/* Each test gets the fixture's UiState, ready, as its state. */
#define UI_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static Fixture fixture;

static inline int setup(void **state) {
  *state = fixture_ready(&fixture);
  return 0;
}

static inline int teardown(void **state) {
  (void)state;
  fixture_close(&fixture);
  return 0;
}

static inline Command taken(UiState *ui, CommandKind kind) {
  Command command = {.kind = COMMAND_NONE};
  (void)ui_take_command(ui, &command);
  assert_int_equal(command.kind, kind);
  return command;
}

static inline void expect_set(UiState *ui, ParamId param, int layer, double value) {
  Command command = taken(ui, COMMAND_SET);
  assert_int_equal(command.param, param);
  assert_int_equal(command.layer, layer);
  assert_float_equal(command.value, value, 1e-12);
}

static inline void expect_nothing(UiState *ui) {
  Command command;
  assert_false(ui_take_command(ui, &command));
}

static inline void press(UiState *ui, const char *keys) {
  for (; *keys != '\0'; keys++) {
    fixture_key(ui, (uint32_t)*keys);
  }
}

static inline void set_state(UiState *ui, RunState run_state) { ui->run.progress.state = run_state; }

static inline bool notice_has(const UiState *ui, const char *words) { return strstr(ui->notice, words) != NULL; }

#endif
