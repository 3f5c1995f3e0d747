/* experiment: the default is Keras's and the tutorial's; equality sees every setting; contradictions are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/experiment.h"
#include "lab/param.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

static void test_default(void **state) {
  (void)state;
  const Experiment experiment = experiment_default();
  const OptimizerSpec *optimizer = &experiment.train.optimizer;
  assert_string_equal(experiment.data.source, "digits");
  assert_int_equal(experiment.net.hidden, 1);
  assert_int_equal(experiment.net.layers[0].units, 128);
  assert_int_equal(experiment.net.layers[0].activation, ACTIVATION_RELU);
  assert_false(experiment.net.layers[0].batch_norm);
  assert_int_equal(experiment.net.layers[0].bn_position, BN_AFTER);
  assert_true(experiment.net.layers[0].dropout == 0);
  assert_true(experiment.net.bn_momentum == 0.99 && experiment.net.bn_epsilon == 1e-3);
  assert_int_equal(optimizer->kind, OPTIMIZER_ADAM);
  assert_true(optimizer->learning_rate == 1e-3 && optimizer->beta_1 == 0.9 && optimizer->beta_2 == 0.999);
  assert_true(optimizer->epsilon == 1e-7 && optimizer->rho == 0.9 && optimizer->weight_decay == 0);
  assert_int_equal(experiment.train.batch_size, 32);
  assert_int_equal(experiment.train.seed, 7);
  assert_int_equal(experiment_check(&experiment, NULL), STATUS_OK);
}

/* What lies behind the last hidden layer is a default layer too: a layer more is never one of 0 units. */
static void test_default_fills_all_layers(void **state) {
  (void)state;
  Experiment experiment = experiment_default();
  experiment.net.hidden = NET_MAX_HIDDEN;
  assert_int_equal(experiment.net.layers[NET_MAX_HIDDEN - 1].units, 128);
  assert_int_equal(experiment_check(&experiment, NULL), STATUS_OK);
}

static void test_equal(void **state) {
  (void)state;
  Experiment a = experiment_default(), b = a;
  assert_true(experiment_equal(&a, &b));
  b.net.layers[1].units = 5; /* is not a hidden layer */
  assert_true(experiment_equal(&a, &b));
  b.net.hidden = 2;
  assert_false(experiment_equal(&a, &b));
  a.net.hidden = 2;
  assert_false(experiment_equal(&a, &b));
  a.net.layers[1].units = 5;
  assert_true(experiment_equal(&a, &b));
  assert_int_equal(param_assign(&b, "dataset=iris", NULL), STATUS_OK);
  assert_false(experiment_equal(&a, &b));
}

static void test_contradictions(void **state) {
  (void)state;
  static const struct {
    const char *settings[4];
    const char *message; /* NULL: no contradiction */
  } cases[] = {
      {{"clipnorm=1", "clipvalue=0.5"},
       "clipnorm and clipvalue: only one kind of clipping may be on; set the other to 0"},
      {{"clipnorm=1", "global_clipnorm=1"},
       "clipnorm and global_clipnorm: only one kind of clipping may be on; set the other to 0"},
      {{"global_clipnorm=1", "clipvalue=1"},
       "global_clipnorm and clipvalue: only one kind of clipping may be on; set the other to 0"},
      {{"clipvalue=1"}, NULL},
      {{"validation_split=0.7", "test_split=0.3"},
       "validation_split and test_split: 0.7 and 0.3 leave no rows to train on"},
      {{"validation_split=0.6", "test_split=0.5"},
       "validation_split and test_split: 0.6 and 0.5 leave no rows to train on"},
      {{"validation_split=0.7", "test_split=0.25"}, NULL},
      {{"optimizer=sgd", "nesterov=on"}, "nesterov: needs momentum above 0"},
      {{"optimizer=sgd", "nesterov=on", "momentum=0.9"}, NULL},
      {{"optimizer=adam", "nesterov=on"}, NULL},
      {{"output=linear", "loss=crossentropy"}, "loss: crossentropy needs output softmax or sigmoid, not linear"},
      {{"output=softmax", "loss=mse"}, "loss: mse needs output linear, not softmax"},
      {{"output=sigmoid", "loss=mae"}, "loss: mae needs output linear, not sigmoid"},
      {{"output=sigmoid", "loss=crossentropy"}, NULL},
      {{"output=linear", "loss=mae"}, NULL},
      {{"output=auto", "loss=mse"}, NULL},
      {{"output=linear", "loss=auto"}, NULL},
      {{"schedule=plateau", "min_lr=0.01"}, "min_lr: 0.01 is above learning_rate 0.001"},
      {{"schedule=plateau", "min_lr=0.001"}, NULL},
      {{"schedule=cosine", "min_lr=0.01"}, NULL},
  };
  for (int i = 0; i < LENGTH(cases); i++) {
    Experiment experiment = experiment_default();
    Error err = {0};
    for (int k = 0; cases[i].settings[k]; k++) {
      assert_int_equal(param_assign(&experiment, cases[i].settings[k], NULL), STATUS_OK);
    }
    assert_int_equal(experiment_check(&experiment, &err), cases[i].message ? STATUS_RANGE : STATUS_OK);
    assert_string_equal(err.text, cases[i].message ? cases[i].message : "");
  }
}

/* An experiment that was not made through the table is held to it all the same. */
static void test_ranges(void **state) {
  (void)state;
  Error err;
  Experiment experiment = experiment_default();
  experiment.net.hidden = 0;
  assert_int_equal(experiment_check(&experiment, &err), STATUS_RANGE);
  assert_string_equal(err.text, "layers: 0 is outside 1 .. 32");
  experiment.net.hidden = 33;
  assert_int_equal(experiment_check(&experiment, &err), STATUS_RANGE);
  experiment = experiment_default();
  experiment.net.hidden = 3;
  experiment.net.layers[2].dropout = -1;
  assert_int_equal(experiment_check(&experiment, &err), STATUS_RANGE);
  assert_string_equal(err.text, "dropout: -1 is outside 0 .. 1");
  experiment.net.layers[2].dropout = (double)NAN;
  assert_int_equal(experiment_check(&experiment, &err), STATUS_RANGE);
  experiment.net.hidden = 2;
  assert_int_equal(experiment_check(&experiment, &err), STATUS_OK);
  strcpy(experiment.data.source, "a\nb");
  assert_int_equal(experiment_check(&experiment, &err), STATUS_RANGE);
  assert_string_equal(err.text, "dataset: 'a b' has characters that cannot be shown");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_default), cmocka_unit_test(test_default_fills_all_layers),
      cmocka_unit_test(test_equal),   cmocka_unit_test(test_contradictions),
      cmocka_unit_test(test_ranges),
  };
  return cmocka_run_group_tests_name("experiment", tests, NULL, NULL);
}
