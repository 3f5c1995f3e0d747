/* Which runs a filter means, what it refuses; and what makes one experiment another. */
#include <math.h>
#include <stdio.h>

#include "lab/difference.h"
#include "preset_fixture.h"
#include "store/run_filter.h"

static StoredRun run_of(void) {
  return (StoredRun){.id = 7,
                     .name = "overfitting-3",
                     .preset = "overfitting",
                     .title = "",
                     .differences = "dropout=0.5",
                     .experiment =
                         "learning_rate: 0.01\noptimizer: sgd\nlayers:\n  - units: 32\n    dropout: 0.5\n"
                         "  - units: 16\n    batch_norm: on\n",
                     .dataset = "digits",
                     .task = TASK_CLASSIFICATION,
                     .note = "too fast",
                     .edits = "",
                     .tags = "best tuned",
                     .outcome = OUTCOME_FINISHED,
                     .epochs = 30,
                     .best_score = 0.95,
                     .best_epoch = 11,
                     .last_score = 0.9,
                     .gap = NAN,
                     .val_loss = 0.2,
                     .test = {NAN, NAN, NAN}};
}

static void assert_holds(const char *text, bool wanted) {
  RunFilter filter;
  Error err;
  StoredRun run = run_of();
  if (run_filter_parse(text, &filter, &err) != STATUS_OK) {
    fail_msg("%s: %s", text, err.text);
  }
  if (run_filter_holds(&filter, &run) != wanted) {
    fail_msg("%s: %s", text, wanted ? "does not hold" : "holds");
  }
}

static void test_holds(void **state) {
  (void)state;
  static const char *const yes[] = {"",
                                    "  ",
                                    "val_accuracy > 0.9 dropout",
                                    "val_accuracy>0.9",
                                    "best>=0.95",
                                    "best<=0.95",
                                    "best == 0.95",
                                    "best != 0.9",
                                    "!cells",
                                    "OVER",
                                    "digits tuned",
                                    "tags=best",
                                    "tags = TUNED",
                                    "tags != tun",
                                    "outcome = finished",
                                    "outcome!=diverged",
                                    "note = \"too fast\"",
                                    "best_epoch = 12",
                                    "epochs < 31",
                                    "id=7",
                                    "dropout = 0.5",
                                    "dropout = 0",
                                    "units < 20",
                                    "batch_norm = on",
                                    "optimizer = sgd",
                                    "optimizer != adam",
                                    "learning_rate <= 0.01",
                                    "val_loss < 0.3 units = 32",
                                    "gap != 0",
                                    "\"ropout=0\""};
  static const char *const no[] = {"val_accuracy > 0.95",
                                   "diverged",
                                   "!dropout",
                                   "tags = bes",
                                   "tags != best",
                                   "gap < 1",
                                   "gap > -1",
                                   "test > 0",
                                   "val_r2 > 0",
                                   "outcome = diverged",
                                   "units > 32",
                                   "dropout > 0.5",
                                   "optimizer = adam",
                                   "best > 0.9 cells",
                                   "dropout learning_rate > 1",
                                   "name = overfitting",
                                   "\"ropout 0\""};
  for (int i = 0; i < LENGTH(yes); i++) {
    assert_holds(yes[i], true);
  }
  for (int i = 0; i < LENGTH(no); i++) {
    assert_holds(no[i], false);
  }
}

static void test_refuses(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"val_acuracy > 1", "place 1: no column 'val_acuracy'; did you mean 'val_accuracy'?"},
      {"dropuot > 1", "did you mean 'dropout'?"},
      {"a zzzzzzzz > 1", "place 3: no column 'zzzzzzzz': there are name, id"},
      {"best > high", "place 8: best is compared with a number, not 'high'"},
      {"best >", "place 7: best is compared with nothing"},
      {"> 3", "place 1: a word or a number belongs here"},
      {"best > > 3", "place 8: a word or a number belongs here"},
      {"outcome < finished", "place 11: outcome has words: compare it by = or !="},
      {"optimizer < adam", "compare it by = or !="},
      {"optimizer = adma", "did you mean 'adam'?"},
      {"batch_norm = 7", "batch_norm"},
      {"dropout = much", "place 11: dropout is compared with a number"},
      {"note = \"open", "place 8: a quote is not closed"},
      {"!", "place 2: a word"},
  };
  for (int i = 0; i < LENGTH(wrong); i++) {
    RunFilter filter;
    Error err = {0};
    if (run_filter_parse(wrong[i][0], &filter, &err) != STATUS_USAGE || !strstr(err.text, wrong[i][1])) {
      fail_msg("%s: said '%s'", wrong[i][0], err.text);
    }
  }
}

static void test_too_much(void **state) {
  (void)state;
  RunFilter filter;
  Error err;
  char text[1024] = "";
  for (int i = 0; i < RUN_FILTER_MAX_TERMS; i++) {
    strcat(text, "a ");
  }
  assert_int_equal(run_filter_parse(text, &filter, &err), STATUS_OK);
  strcat(text, "a");
  assert_int_equal(run_filter_parse(text, &filter, &err), STATUS_USAGE);
  memset(text, 'x', 500);
  text[500] = '\0';
  assert_int_equal(run_filter_parse(text, &filter, &err), STATUS_USAGE);
}

/* The assignments that are told make one experiment of the other. */
static void assign(void *context, const char *key, const char *from, const char *to) {
  char assignment[700];
  Error err;
  (void)from;
  (void)snprintf(assignment, sizeof assignment, "%s=%s", key, to);
  assert_int_equal(param_assign(context, assignment, &err), STATUS_OK);
}

static void assert_difference(const Experiment *from, const char *const *sets, int count, const char *wanted) {
  Experiment to = *from, made = *from;
  char text[512];
  Error err;
  for (int i = 0; i < count; i++) {
    assert_int_equal(param_assign(&to, sets[i], &err), STATUS_OK);
  }
  difference_text(from, &to, text, sizeof text);
  assert_string_equal(text, wanted);
  difference_each(from, &to, assign, &made);
  assert_true(experiment_equal(&made, &to));
}

static void test_difference(void **state) {
  (void)state;
  Experiment base = experiment_default(), uneven = base;
  Error err;
  assert_difference(&base, NULL, 0, "");
  assert_difference(&base, (const char *[]){"dropout=0.5", "epochs=7"}, 2, "dropout=0.5 epochs=7");
  assert_difference(&base, (const char *[]){"layers=3", "layers.2.units=9"}, 2, "layers=3 layers.2.units=9");
  assert_difference(&base, (const char *[]){"drop=a, b"}, 1, "drop=\"a, b\"");
  assert_int_equal(param_assign(&uneven, "layers=2", &err), STATUS_OK);
  assert_int_equal(param_assign(&uneven, "layers.1.dropout=0.25", &err), STATUS_OK);
  assert_difference(&uneven, (const char *[]){"dropout=0.5"}, 1, "dropout=0.5");
  assert_difference(&uneven, (const char *[]){"layers.1.dropout=0"}, 1, "dropout=0");
  assert_difference(&uneven, (const char *[]){"layers=1"}, 1, "layers=1");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_holds), cmocka_unit_test(test_refuses),
                                     cmocka_unit_test(test_too_much), cmocka_unit_test(test_difference)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
