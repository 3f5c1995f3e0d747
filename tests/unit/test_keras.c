/* Whole networks against Keras itself: Keras 3.15.1 on JAX with set_floatx("float64"), so that the differences are
 * this program's roundings. The model is
 *   Sequential([Dense(5), BatchNormalization and Activation in one order or the other, Dense(4), likewise, Dense(K)])
 * on 6 features. Weights and data follow the formulas below; all of them are floats without rounding. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "net_fixture.h"
#include "train/trainer.h"

enum { FEATURES = 6, CLASSES = 3, MAX_ROWS = 40 };
static const double TOLERANCE = 3e-6;

/* Element `index` of variable `var` in the order of get_weights without the moving statistics, as if both layers had
 * batch normalization. None is 0, where |w| has no slope. */
static float initial_weight(int var, int index) { return ((float)((37 * index + 11 * var) % 61) - 30.5f) / 64.0f; }

static void set_weights(Net *net) {
  for (int v = 0; v < net->var_count; v++) {
    bool is_gamma = v % 4 == 2;
    Mat var = var_at(net, net->params, v);
    for (int i = 0; i < var.rows * var.cols; i++) {
      *mat_element(var, i / var.cols, i % var.cols) = initial_weight(v, i) + (is_gamma ? 1.0f : 0.0f);
    }
  }
}

typedef struct Data {
  float x[MAX_ROWS * FEATURES];
  int32_t labels[MAX_ROWS];
  float targets[MAX_ROWS];
} Data;

static void make_data(Data *data, int classes) {
  for (int i = 0; i < MAX_ROWS * FEATURES; i++) {
    data->x[i] = (float)(29 * i % 41 - 20) / 8.0f;
  }
  for (int r = 0; r < MAX_ROWS; r++) {
    data->labels[r] = (r * r + r / 3) % classes;
    data->targets[r] = (float)(17 * r % 23 - 11) / 4.0f;
  }
}

static LayerSpec layer_of(int units, Activation activation, bool batch_norm, BnPosition position) {
  return (LayerSpec){.units = units, .activation = activation, .batch_norm = batch_norm, .bn_position = position};
}

/* --- five steps of Adam ------------------------------------------------------------------------------------------ */

enum { BATCH = 8, STEPS = 5, LOSSES = STEPS + 1 };

/* The loss of each train_on_batch, with Adam(0.01, epsilon=1e-4), and of test_on_batch on all rows afterwards. Batch
 * normalization takes away what is added to its input, so some biases have gradients that are 0 but for roundings;
 * with the usual epsilon Adam makes steps of those (in Keras's floats too: 1e-4 in the last loss). */
static void train_five_steps(Net *net, Arena *arena, double losses[LOSSES]) {
  const OptimizerSpec adam = {.kind = OPTIMIZER_ADAM, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-4};
  Data data;
  make_data(&data, CLASSES);
  Optimizer optimizer;
  optimizer_create(&optimizer, arena, &adam, net->param_count);
  for (int step = 0; step <= STEPS; step++) {
    bool train = step < STEPS;
    int row = train ? step * BATCH : 0, rows = train ? BATCH : MAX_ROWS;
    Tally tally = {0};
    Mat logits = net_forward(net, (Pass){.train = train}, net_feed(net, data.x + row * FEATURES, NULL, rows));
    losses[step] = net_penalty(net) + loss_eval(net->spec.output, net->spec.loss, logits,
                                                (Truth){.labels = data.labels + row}, net_dlogits(net, rows), &tally);
    if (train) {
      net_backward(net, logits.rows, NULL);
      optimizer_step(&optimizer, 0.01, net->params, net->grads);
    }
  }
}

static Net *make_net(Arena *arena, LayerSpec first, LayerSpec second, double l1, double l2) {
  NetSpec spec = {.hidden = 2,
                  .layers = {first, second},
                  .bn_momentum = 0.99,
                  .bn_epsilon = 1e-3,
                  .output = OUTPUT_SOFTMAX,
                  .loss = LOSS_CROSSENTROPY,
                  .l1 = l1,
                  .l2 = l2};
  arena_init(arena, 0);
  Net *net = net_create(arena, &spec, FEATURES, CLASSES, 1);
  net_reserve(net, arena, MAX_ROWS);
  set_weights(net);
  return net;
}

/* clang-format off */
static const struct {
  Activation activation;
  BnPosition position;
  double losses[LOSSES];
} NETS[] = {
    {ACTIVATION_LINEAR, BN_AFTER, {1.28614035, 1.03451522, 0.997967892, 1.4329146, 1.45866331, 1.17836776}},
    {ACTIVATION_LINEAR, BN_BEFORE, {1.28614035, 1.03451522, 0.997967892, 1.4329146, 1.45866331, 1.17836776}},
    {ACTIVATION_RELU, BN_AFTER, {1.46572161, 1.26630461, 1.1773374, 1.36815323, 1.46194691, 1.13320967}},
    {ACTIVATION_RELU, BN_BEFORE, {1.25474649, 1.1234595, 1.0484833, 1.23886333, 1.22018115, 1.13607004}},
    {ACTIVATION_LEAKY_RELU, BN_AFTER, {1.40687461, 1.15922711, 1.12579239, 1.38480384, 1.44054373, 1.13576901}},
    {ACTIVATION_LEAKY_RELU, BN_BEFORE, {1.26919954, 1.09980082, 1.0382218, 1.27073782, 1.24685164, 1.14270808}},
    {ACTIVATION_ELU, BN_AFTER, {1.38962075, 1.08379057, 1.04054993, 1.40532248, 1.46374252, 1.15089484}},
    {ACTIVATION_ELU, BN_BEFORE, {1.29092874, 1.05916795, 1.01989176, 1.3290022, 1.31613228, 1.16166397}},
    {ACTIVATION_SELU, BN_AFTER, {1.34731479, 1.07396521, 1.00794854, 1.44062726, 1.46998469, 1.18315273}},
    {ACTIVATION_SELU, BN_BEFORE, {1.35325028, 1.0321807, 1.0035671, 1.41648409, 1.40506972, 1.19817545}},
    {ACTIVATION_GELU, BN_AFTER, {1.49007762, 1.10647476, 1.11058015, 1.38951507, 1.47148959, 1.13813909}},
    {ACTIVATION_GELU, BN_BEFORE, {1.26450694, 1.13503782, 1.05245206, 1.23073755, 1.23523923, 1.13992882}},
    {ACTIVATION_SILU, BN_AFTER, {1.46103877, 1.0998549, 1.07485305, 1.39692468, 1.49541854, 1.13784604}},
    {ACTIVATION_SILU, BN_BEFORE, {1.25662223, 1.1038182, 1.05396058, 1.23672788, 1.22942874, 1.14025005}},
    {ACTIVATION_TANH, BN_AFTER, {1.3430716, 1.07342348, 1.00161689, 1.40145816, 1.46768813, 1.14946089}},
    {ACTIVATION_TANH, BN_BEFORE, {1.20093756, 1.04133304, 1.02475056, 1.31159878, 1.27806768, 1.16446697}},
    {ACTIVATION_SIGMOID, BN_AFTER, {1.30185098, 1.05552004, 1.00745372, 1.40939829, 1.47136897, 1.09896251}},
    {ACTIVATION_SIGMOID, BN_BEFORE, {1.12183486, 1.0628923, 1.06446301, 1.16742761, 1.16247145, 1.10178712}},
    {ACTIVATION_SOFTPLUS, BN_AFTER, {1.38839124, 1.09765644, 1.04523133, 1.40651811, 1.4824378, 1.09701157}},
    {ACTIVATION_SOFTPLUS, BN_BEFORE, {1.21912355, 1.0589995, 1.025101, 1.23159096, 1.22685494, 1.10881428}},
};
/* clang-format on */

static void assert_losses(const char *activation, const char *position, const double *actual, const double *expected) {
  for (int i = 0; i < LOSSES; i++) {
    if (!(fabs(actual[i] - expected[i]) <= TOLERANCE)) {
      fail_msg("%s, batch normalization %s: loss %d is %.9g, not %.9g", activation, position, i, actual[i],
               expected[i]);
    }
  }
}

static void test_every_activation_and_position(void **state) {
  (void)state;
  for (size_t n = 0; n < sizeof NETS / sizeof *NETS; n++) {
    Arena arena;
    Net *net = make_net(&arena, layer_of(5, NETS[n].activation, true, NETS[n].position),
                        layer_of(4, NETS[n].activation, true, NETS[n].position), 0.0, 0.0);
    double losses[LOSSES];
    train_five_steps(net, &arena, losses);
    assert_losses(ACTIVATION_NAMES[NETS[n].activation], BN_POSITION_NAMES[NETS[n].position], losses, NETS[n].losses);
    arena_deinit(&arena);
  }
}

/* tanh, batch normalization after the first activation and before the second, kernel_regularizer=L1L2(0.01, 0.02) on
 * every Dense: everything that training moves, after the five steps. */
static const double PENALIZED_LOSSES[LOSSES] = {1.43728745, 1.26911378, 1.24498955, 1.53446758, 1.49246623, 1.3831774};
/* clang-format off */
static const double TRAINED[] = {
    /* first Dense's kernel and bias, gamma, beta */
    -0.429843677, 0.13951584, -0.283941365, 0.335161333, -0.103651502, -0.398796405, 0.115326741, -0.205919108,
    0.314888353, -0.00779700092, -0.369717636, 0.122712192, -0.174330599, 0.323159063, 0.0292063514, -0.340974304,
    0.207506102, -0.209704406, 0.387963899, -0.0198083393, -0.306805942, 0.266119563, -0.162222233, 0.45759554,
    0.0172139576, -0.277416065, 0.223886636, -0.0823238542, 0.42115793, 0.117707013,
    -0.312572455, 0.311235827, -0.121227074, -0.461950325, 0.120784998,
    0.870152269, 1.4188676, 1.07441544, 0.668171044, 1.29897562,
    0.0390624793, -0.335937617, 0.242187508, -0.132812618, 0.445312537,
    /* second */
    0.175253427, -0.134817358, 0.368122514, -0.00422598068, -0.290910353, 0.225723871, -0.131878939, 0.407545887,
    0.0708886314, -0.263848021, 0.229121037, -0.112172053, -0.429780264, 0.0819264012, -0.229965372, 0.262714862,
    -0.0392219258, -0.440912628, 0.0970304408, -0.264088255,
    0.382812521, 0.00781251563, -0.367187536, 0.210937218,
    0.573850124, 1.20892214, 0.771506969, 1.35493645,
    -0.274404259, 0.393363192, 0.0203099296, -0.382480015,
    /* output */
    -0.0235812348, -0.415853208, 0.125222225, -0.251585151, 0.38367095, -0.0173510138, -0.364743404, 0.147211716,
    -0.206235785, 0.346650925, 2.24554441e-05, -0.333496853,
    0.103441539, -0.208862367, 0.273770961,
};
static const double MOVING_MEANS[2][5] = {
    {-0.00951232854, 0.0119324867, -0.00372544769, -0.0159959737, 0.00516407145},
    {0.0270134937, -0.0175121762, -0.00776277855, -0.00529946294},
};
static const double MOVING_VARIANCES[2][5] = {
    {0.964936256, 0.955943823, 0.957779706, 0.963866651, 0.953548849},
    {0.997985899, 0.997155309, 0.994954646, 0.98739934},
};
/* clang-format on */

static void assert_trained(const Net *net) {
  const double *expected = TRAINED;
  for (int v = 0; v < net->var_count; v++) {
    Mat var = var_at(net, net->params, v);
    for (int i = 0; i < var.rows * var.cols; i++, expected++) {
      double actual = (double)*mat_element(var, i / var.cols, i % var.cols);
      if (!(fabs(actual - *expected) <= TOLERANCE)) {
        fail_msg("element %d of variable %d is %.9g, not %.9g", i, v, actual, *expected);
      }
    }
  }
  assert_int_equal(expected - TRAINED, sizeof TRAINED / sizeof *TRAINED);
}

static void test_parameters_with_penalties(void **state) {
  (void)state;
  Arena arena;
  Net *net = make_net(&arena, layer_of(5, ACTIVATION_TANH, true, BN_AFTER),
                      layer_of(4, ACTIVATION_TANH, true, BN_BEFORE), 0.01, 0.02);
  double losses[LOSSES];
  train_five_steps(net, &arena, losses);
  assert_losses("tanh, penalties", "after and before", losses, PENALIZED_LOSSES);
  assert_trained(net);
  for (int h = 0; h < 2; h++) {
    for (int c = 0; c < net->hidden[h].norm.base.out; c++) {
      assert_near(net->hidden[h].norm.moving_mean[c], MOVING_MEANS[h][c], TOLERANCE);
      assert_near(net->hidden[h].norm.moving_variance[c], MOVING_VARIANCES[h][c], TOLERANCE);
    }
  }
  arena_deinit(&arena);
}

/* --- fit ----------------------------------------------------------------------------------------------------------
 * model.fit(22 rows, batch_size=4, epochs=2, shuffle=False, validation_data=(7 rows)): the last batch has two rows. */

enum { TRAIN_ROWS = 22, VALIDATION_ROWS = 7, EPOCHS = 2 };

typedef struct Fit {
  const char *name;
  int classes; /* 0: regression */
  NetSpec net;
  OptimizerSpec optimizer;
  ScheduleSpec schedule;
  struct {
    double loss, score, val_loss, val_score, val_mae;
  } history[EPOCHS];
} Fit;

#define BATCH_NORM .bn_momentum = 0.99, .bn_epsilon = 1e-3
#define PLAIN(units_, name) \
  { .units = units_, .activation = ACTIVATION_##name }
#define NORMED(units_, name, position) \
  { .units = units_, .activation = ACTIVATION_##name, .batch_norm = true, .bn_position = BN_##position }

/* clang-format off */
static const Fit FITS[] = {
    {"Adam(ExponentialDecay(0.02, 5, 0.7), epsilon=1e-4), L1L2(0.001, 0.002)", 3,
     {.hidden = 2, .layers = {NORMED(5, RELU, AFTER), NORMED(4, RELU, BEFORE)}, BATCH_NORM, .l1 = 0.001, .l2 = 0.002},
     {.kind = OPTIMIZER_ADAM, .learning_rate = 0.02, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-4},
     {.kind = SCHEDULE_EXPONENTIAL, .decay_steps = 5, .decay_rate = 0.7},
     {{1.17744951, 0.318181818, 1.08496799, 0.285714286, NAN},
      {1.10629262, 0.318181818, 1.10373063, 0.285714286, NAN}}},
    {"RMSprop(0.01, momentum=0.5, clipnorm=0.3), BinaryCrossentropy", 2,
     {.hidden = 2, .layers = {NORMED(5, SILU, BEFORE), PLAIN(4, SILU)}, BATCH_NORM},
     {.kind = OPTIMIZER_RMSPROP, .learning_rate = 0.01, .momentum = 0.5, .rho = 0.9, .epsilon = 1e-7, .clipnorm = 0.3},
     {.kind = SCHEDULE_CONSTANT},
     {{0.718649642, 0.409090909, 0.672226701, 0.571428571, NAN},
      {0.656969255, 0.681818182, 0.672098207, 0.571428571, NAN}}},
    {"SGD(CosineDecay(0.01, 12, alpha=0.1), momentum=0.9, nesterov=True, weight_decay=0.01), mse, L2(0.01)", 0,
     {.hidden = 2, .layers = {PLAIN(5, GELU), NORMED(4, GELU, AFTER)}, BATCH_NORM, .l2 = 0.01},
     {.kind = OPTIMIZER_SGD, .learning_rate = 0.01, .momentum = 0.9, .nesterov = true, .weight_decay = 0.01},
     {.kind = SCHEDULE_COSINE, .alpha = 0.1},
     {{3.53742762, -0.248615682, 3.16269106, 0.0399439372, 1.53255837},
      {3.06300562, -0.0776048526, 3.34589032, -0.0145306364, 1.60455263}}},
    {"AdamW(ExponentialDecay(0.02, 4, 0.5, staircase=True), epsilon=1e-4, weight_decay=0.05, global_clipnorm=0.5), "
     "mae", 0,
     {.hidden = 2, .layers = {NORMED(5, TANH, BEFORE), NORMED(4, TANH, AFTER)}, BATCH_NORM, .loss = LOSS_MAE},
     {.kind = OPTIMIZER_ADAMW, .learning_rate = 0.02, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-4,
      .weight_decay = 0.05, .global_clipnorm = 0.5},
     {.kind = SCHEDULE_STEP, .decay_steps = 4, .decay_rate = 0.5},
     {{1.57145372, -0.348399222, 1.70548211, -0.109747618, 1.70548211},
      {1.20725118, 0.202394679, 1.69725313, -0.0980451778, 1.69725313}}},
};
/* clang-format on */

static Part part_of(const Data *data, int classes, int row, int rows) {
  return (Part){.rows = rows,
                .x = data->x + row * FEATURES,
                .labels = classes > 0 ? data->labels + row : NULL,
                .targets = classes > 0 ? NULL : data->targets + row};
}

static StepResult fit_epoch(Trainer *trainer) {
  for (uint32_t r = 0; r < TRAIN_ROWS; r++) {
    trainer->batcher.order[r] = r; /* shuffle=False */
  }
  StepResult result;
  do {
    result = trainer_step(trainer);
  } while (result == STEP_MORE);
  return result;
}

static void assert_metric(const Fit *fit, int epoch, const char *what, double actual, double expected) {
  if (!(fabs(actual - expected) <= TOLERANCE)) {
    fail_msg("%s: %s of epoch %d is %.9g, not %.9g", fit->name, what, epoch, actual, expected);
  }
}

static void check_fit(const Fit *fit) {
  Data data;
  make_data(&data, fit->classes > 0 ? fit->classes : CLASSES);
  const Dataset dataset = {.task = fit->classes > 0 ? TASK_CLASSIFICATION : TASK_REGRESSION,
                           .features = FEATURES,
                           .classes = fit->classes,
                           .train = part_of(&data, fit->classes, 0, TRAIN_ROWS),
                           .validation = part_of(&data, fit->classes, TRAIN_ROWS, VALIDATION_ROWS),
                           .target_scale = 1.0f};
  const Experiment experiment = {
      .net = fit->net,
      .train = {.optimizer = fit->optimizer, .schedule = fit->schedule, .batch_size = 4, .epochs = EPOCHS}};
  Arena arena;
  arena_init(&arena, 0);
  Trainer *trainer;
  Error err = {0};
  if (trainer_create(&arena, &experiment, &dataset, &trainer, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  set_weights(trainer->net);
  for (int e = 0; e < EPOCHS; e++) {
    assert_int_equal(fit_epoch(trainer), e + 1 < EPOCHS ? STEP_EPOCH : STEP_DONE);
    const EpochReport *report = &trainer->report;
    assert_metric(fit, e, "loss", report->train.loss, fit->history[e].loss);
    assert_metric(fit, e, "score", report->train.score, fit->history[e].score);
    assert_metric(fit, e, "val_loss", report->val.loss, fit->history[e].val_loss);
    assert_metric(fit, e, "val_score", report->val.score, fit->history[e].val_score);
    if (fit->classes == 0) {
      assert_metric(fit, e, "val_mae", report->val.mae, fit->history[e].val_mae);
    }
  }
  arena_deinit(&arena);
}

static void test_fit(void **state) {
  (void)state;
  for (size_t f = 0; f < sizeof FITS / sizeof *FITS; f++) {
    check_fit(&FITS[f]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_activation_and_position),
      cmocka_unit_test(test_parameters_with_penalties),
      cmocka_unit_test(test_fit),
  };
  return cmocka_run_group_tests_name("keras", tests, NULL, NULL);
}
