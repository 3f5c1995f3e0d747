/* The Data screen: what its keys and clicks change, when it asks for a survey, and what it looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "golden_fixture.h"
#include "ui/data.h"
#include "ui/edit.h"
#include "ui_fixture.h"

static Fixture fixture;
static UiState *ui = &fixture.ui;

static void key(uint32_t code) { fixture_press(&fixture, code); }
static void keys(const char *text) { fixture_type(&fixture, text); }

/* Answers the screen's question, as the surveyor does. */
static void answer(void) {
  DataSpec spec;
  uint64_t seed;
  SurveyNews news = {0};
  Error err = {0};
  if (ui_take_question(ui, &spec, &seed)) {
    if (survey_make(&spec, "datasets", seed, NULL, &news.survey, &err) != STATUS_OK) {
      str_printable(news.problem, sizeof news.problem, err.text);
    }
    survey_free(ui_news(ui, &news));
  }
}

/* The Data screen of these data, with the run ready. */
static void open_data(const char *source) {
  fixture_ready(&fixture);
  str_copy(ui->experiment.data.source, sizeof ui->experiment.data.source, source);
  ui->base = ui->experiment;
  keys("2");
  answer();
}

static void close_data(void) {
  survey_free(ui->data.survey);
  fixture_close(&fixture);
}

static void open_passengers(void) { open_data("tests/cases/tables/passengers.csv"); }

static const Profile *profile(void) { return &ui->data.survey->profile; }

static void select_column(const char *name) {
  for (int c = 0; c < profile()->columns; c++) {
    if (strcmp(profile()->column[c].name, name) == 0) {
      ui->data.column = c;
      return;
    }
  }
  fail_msg("no column %s", name);
}

static void test_it_opens_and_closes(void **state) {
  (void)state;
  open_passengers();
  assert_int_equal(ui->screen, SCREEN_DATA);
  key(INPUT_ESCAPE);
  assert_int_equal(ui->screen, SCREEN_LAB);
  keys("2");
  ui->run.progress.state = RUN_LOADING;
  key(INPUT_ESCAPE);
  assert_int_equal(ui->screen, SCREEN_DATA); /* it stops loading */
  ui->run.progress.state = RUN_READY;
  keys("2?");
  assert_int_equal(ui->overlay, OVERLAY_HELP);
  keys("q1");
  assert_int_equal(ui->screen, SCREEN_LAB);
  keys("2[");
  assert_int_equal(ui->screen, SCREEN_DATA);
  assert_false(ui->quit);
  keys("q");
  assert_true(ui->quit);
  close_data();
}

static void test_it_asks_when_the_data_change(void **state) {
  DataSpec spec;
  uint64_t seed;
  (void)state;
  open_passengers();
  key(INPUT_DOWN);
  assert_false(ui_take_question(ui, &spec, &seed));
  edit_set(ui, PARAM_EPOCHS, -1, 12);
  key(INPUT_DOWN);
  assert_false(ui_take_question(ui, &spec, &seed)); /* no setting of the data */
  edit_set(ui, PARAM_VALIDATION_SPLIT, -1, 0.5);
  key(INPUT_DOWN);
  assert_true(ui->data.busy);
  assert_true(ui_take_question(ui, &spec, &seed));
  assert_true(spec.validation_split == 0.5);
  assert_int_equal(seed, 7);
  keys("12"); /* the file may have changed in between */
  assert_true(ui_take_question(ui, &spec, &seed));
  close_data();
}

static void test_enter_predicts_the_column(void **state) {
  (void)state;
  open_passengers();
  select_column("Fare");
  key(INPUT_ENTER);
  assert_string_equal(ui->experiment.data.target, "Fare");
  answer();
  assert_int_equal(ui->data.survey->task, TASK_REGRESSION);
  assert_string_equal(profile()->column[profile()->target].name, "Fare");
  keys("u");
  answer();
  assert_string_equal(ui->experiment.data.target, "");
  assert_int_equal(ui->data.survey->task, TASK_CLASSIFICATION);
  close_data();
}

static void test_d_leaves_a_column_out(void **state) {
  (void)state;
  open_passengers();
  select_column("Sex");
  keys("d");
  answer();
  assert_string_equal(ui->experiment.data.drop, "Sex");
  assert_false(profile()->column[ui->data.column].used);
  select_column("Age");
  keys("d");
  answer();
  assert_string_equal(ui->experiment.data.drop, "Sex,Age");
  select_column("Sex");
  keys("d");
  answer();
  assert_string_equal(ui->experiment.data.drop, "Age");
  assert_true(profile()->column[ui->data.column].used);
  select_column("Survived");
  keys("d");
  assert_string_equal(ui->experiment.data.drop, "Age");
  assert_non_null(strstr(ui->notice, "is what is predicted"));
  close_data();
}

static void test_arrows_say_what_a_column_is(void **state) {
  (void)state;
  open_passengers();
  select_column("Pclass");
  assert_int_equal(profile()->column[ui->data.column].type, COLUMN_INTEGER);
  key(INPUT_RIGHT);
  answer();
  assert_string_equal(ui->experiment.data.categorical, "Pclass");
  assert_int_equal(profile()->column[ui->data.column].type, COLUMN_CATEGORY);
  assert_int_equal(ui->data.survey->column_features[ui->data.column], 3);
  key(INPUT_RIGHT); /* that is as far as it goes */
  assert_string_equal(ui->experiment.data.categorical, "Pclass");
  key(INPUT_LEFT);
  assert_string_equal(ui->experiment.data.categorical, "");
  key(INPUT_LEFT);
  answer();
  assert_string_equal(ui->experiment.data.numeric, "Pclass");
  key(INPUT_LEFT);
  assert_string_equal(ui->experiment.data.numeric, "Pclass");
  key(INPUT_RIGHT);
  assert_string_equal(ui->experiment.data.numeric, "");
  close_data();
}

static void test_names_with_commas_and_numbers_are_known(void **state) {
  (void)state;
  char folder[] = "/tmp/nnlab-data-XXXXXX", path[64];
  Error err;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/a.csv", folder);
  const char *text = "\"size, \"\"cm\"\"\",b,y\n1,4,p\n2,5,q\n3,7,p\n9,8,q\n2,5,p\n8,3,q\n1,7,p\n5,2,q\n";
  assert_int_equal(file_write_atomic(path, text, strlen(text), &err), STATUS_OK);
  open_data(path);
  keys("gd");
  assert_string_equal(ui->experiment.data.drop, "\"size, \"\"cm\"\"\"");
  answer();
  assert_string_equal(ui->data.problem, "");
  assert_false(profile()->column[0].used);
  keys("d");
  assert_string_equal(ui->experiment.data.drop, "");
  edit_set_text(ui, PARAM_DROP, -1, "#2");
  answer();
  ui->data.column = 1;
  keys("d");
  assert_string_equal(ui->experiment.data.drop, "");
  close_data();
  (void)remove(path);
  (void)remove(folder);
}

static void test_settings_step_and_are_typed(void **state) {
  (void)state;
  open_passengers();
  key('\t');
  assert_int_equal(ui->data.focus, FOCUS_SETTINGS);
  while (data_setting_at(ui, ui->data.setting) != PARAM_VALIDATION_SPLIT) {
    key(INPUT_DOWN);
  }
  key(INPUT_RIGHT);
  assert_true(fabs(ui->experiment.data.validation_split - 0.25) < 1e-12);
  answer();
  assert_int_equal(ui->data.survey->rows[PART_VALIDATION], 11);
  key(INPUT_ENTER);
  keys("0.5");
  key(INPUT_ENTER);
  assert_false(ui->typing);
  assert_true(ui->experiment.data.validation_split == 0.5);
  close_data();
}

static void test_a_text_can_be_emptied(void **state) {
  (void)state;
  open_passengers();
  edit_set_text(ui, PARAM_TARGET, -1, "Age");
  key('\t');
  ui->data.setting = 1;
  assert_int_equal(data_setting_at(ui, 1), PARAM_TARGET);
  key(INPUT_ENTER);
  assert_string_equal(ui->typed, "Age");
  for (int i = 0; i < 3; i++) {
    key(127);
  }
  key(INPUT_ENTER);
  assert_string_equal(ui->experiment.data.target, "");
  assert_false(ui->typing);
  close_data();
}

static void test_what_is_wrong_keeps_the_columns_in_sight(void **state) {
  (void)state;
  open_passengers();
  edit_set_text(ui, PARAM_TARGET, -1, "Nobody");
  key(INPUT_DOWN);
  answer();
  assert_non_null(strstr(ui->data.survey->problem, "Nobody"));
  assert_int_equal(profile()->columns, 9);
  const char *screen = canvas_dump(fixture_draw(&fixture, 24, 80), &fixture.arena);
  assert_non_null(strstr(screen, "Nobody"));
  assert_non_null(strstr(screen, "Embarked"));
  close_data();
}

static void test_a_click_selects_and_again_predicts(void **state) {
  (void)state;
  open_passengers();
  fixture_draw(&fixture, 36, 120);
  fixture_mouse(ui, MOUSE_PRESS, 8, 10);
  assert_string_equal(profile()->column[ui->data.column].name, "Age");
  fixture_draw(&fixture, 36, 120);
  fixture_mouse(ui, MOUSE_PRESS, 8, 10);
  assert_string_equal(ui->experiment.data.target, "Age");
  fixture_mouse(ui, MOUSE_PRESS, 8, 80);
  assert_int_equal(ui->data.focus, FOCUS_SETTINGS);
  assert_int_equal(data_setting_at(ui, ui->data.setting), PARAM_VALIDATION_SPLIT);
  fixture_mouse(ui, MOUSE_PRESS, 0, 8);
  assert_int_equal(ui->screen, SCREEN_LAB);
  close_data();
}

static void test_a_run_that_trains_is_left_alone(void **state) {
  (void)state;
  open_passengers();
  fixture_train(ui, RUN_RUNNING, 5, 2);
  Command command;
  while (ui_take_command(ui, &command)) {
  }
  key('\t');
  ui->data.setting = 4; /* validation_split */
  key(INPUT_RIGHT);
  assert_true(edit_waits(ui, PARAM_VALIDATION_SPLIT, -1));
  while (ui_take_command(ui, &command)) {
    assert_int_equal(command.kind, COMMAND_SET); /* kept for the next restart */
  }
  keys(" ");
  assert_true(ui_take_command(ui, &command));
  assert_int_equal(command.kind, COMMAND_PAUSE);
  close_data();
}

static void expect_screen(const char *name, int cols, int rows) {
  Canvas *canvas = fixture_draw(&fixture, rows, cols);
  expect_golden(&fixture.arena, arena_printf(&fixture.arena, "data-%s-%dx%d", name, cols, rows),
                canvas_dump(canvas, &fixture.arena));
}

static void test_screens(void **state) {
  static const struct {
    const char *name, *source;
  } SETS[] = {{"passengers", "tests/cases/tables/passengers.csv"},
              {"digits", "digits"},
              {"diabetes", "diabetes"},
              {"moons", "moons"}};
  (void)state;
  for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++) {
    open_data(SETS[i].source);
    expect_screen(SETS[i].name, 120, 36);
    expect_screen(SETS[i].name, 80, 24);
    expect_screen(SETS[i].name, 200, 60);
    keys("\t\t");
    expect_screen(arena_printf(&fixture.arena, "%s-rows", SETS[i].name), 80, 24);
    ui->charset = CHARSET_ASCII;
    expect_screen(arena_printf(&fixture.arena, "%s-ascii", SETS[i].name), 80, 24);
    close_data();
  }
}

static void test_many_classes_stand_side_by_side(void **state) {
  (void)state;
  char path[] = "/tmp/nnlab-classes-XXXXXX";
  FILE *file = fdopen(mkstemp(path), "w");
  assert_non_null(file);
  fputs("size,kind\n", file);
  for (int i = 0; i < 26 * 8; i++) {
    fprintf(file, "%d,kind %c\n", i * i % 97, 'a' + i % 26);
  }
  fclose(file);
  open_data(path);
  unlink(path);
  const char *text = canvas_dump(fixture_draw(&fixture, 40, 140), &fixture.arena);
  for (int k = 0; k < 26; k++) {
    assert_non_null(strstr(text, arena_printf(&fixture.arena, "kind %c      8", 'a' + k)));
  }
  text = canvas_dump(fixture_draw(&fixture, 36, 120), &fixture.arena);
  assert_non_null(strstr(text, "+ 9 more"));
  close_data();
}

static void test_every_size_can_be_drawn(void **state) {
  static const char *const SOURCES[] = {"tests/cases/tables/passengers.csv", "digits", "diabetes", "moons"};
  (void)state;
  for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++) {
    open_data(SOURCES[i]);
    for (int rows = 1; rows < 50; rows += 3) {
      for (int cols = 1; cols < 150; cols += 7) {
        ui->data.focus = (DataFocus)((rows + cols) % FOCUS_COUNT);
        fixture_draw(&fixture, rows, cols);
      }
    }
    close_data();
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_it_opens_and_closes),
      cmocka_unit_test(test_it_asks_when_the_data_change),
      cmocka_unit_test(test_enter_predicts_the_column),
      cmocka_unit_test(test_d_leaves_a_column_out),
      cmocka_unit_test(test_arrows_say_what_a_column_is),
      cmocka_unit_test(test_names_with_commas_and_numbers_are_known),
      cmocka_unit_test(test_settings_step_and_are_typed),
      cmocka_unit_test(test_a_text_can_be_emptied),
      cmocka_unit_test(test_what_is_wrong_keeps_the_columns_in_sight),
      cmocka_unit_test(test_a_click_selects_and_again_predicts),
      cmocka_unit_test(test_a_run_that_trains_is_left_alone),
      cmocka_unit_test(test_screens),
      cmocka_unit_test(test_many_classes_stand_side_by_side),
      cmocka_unit_test(test_every_size_can_be_drawn),
  };
  return cmocka_run_group_tests_name("data_screen", tests, NULL, NULL);
}
