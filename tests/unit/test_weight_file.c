/* Weight files: which array goes where, and what is said where they do not fit. The files are NumPy's
 * (tests/cases/npz/make.py) or are made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "data/npz.h"
#include "lab/experiment.h"
#include "nn/weights.h"
#include "train/weight_file.h"

#define CASES "tests/cases/npz/"

typedef struct Place {
  Arena arena;
  char path[64]; /* a file of the test's own */
} Place;

static int enter(void **state) {
  Place *place = calloc(1, sizeof *place);
  assert_non_null(place);
  arena_init(&place->arena, 0);
  (void)strcpy(place->path, "/tmp/nnlab-test-XXXXXX");
  int fd = mkstemp(place->path);
  *state = place;
  return fd >= 0 ? close(fd) : -1;
}

static int leave(void **state) {
  Place *place = *state;
  int failed = unlink(place->path);
  arena_deinit(&place->arena);
  free(place);
  return failed;
}

/* Dense(units[i]) ..., those with their bit in `norms` normalized, and Dense(2), on 2 features. */
static Net *net_of(Arena *arena, const int *units, int hidden, unsigned norms) {
  NetSpec spec = experiment_default().net;
  Error err;
  int outputs;
  spec.hidden = hidden;
  spec.output = OUTPUT_SOFTMAX;
  for (int h = 0; h < hidden; h++) {
    spec.layers[h] = (LayerSpec){.units = units[h], .activation = ACTIVATION_RELU, .batch_norm = norms >> h & 1};
  }
  assert_int_equal(net_resolve(&spec, 2, &outputs, &err), STATUS_OK);
  assert_int_equal(outputs, 2);
  Net *net = net_create(arena, &spec, 2, outputs, 1);
  net_reserve(net, arena, 4);
  return net;
}

/* The network of make.py. */
static Net *numpy_net(Arena *arena) { return net_of(arena, (int[]){3}, 1, 1); }

static size_t size_of(const Net *net, int index) {
  WeightInfo info = weights_info(net, index);
  return (size_t)info.rows * (size_t)info.cols;
}

static void check_weights(const Net *net) {
  for (int i = 0; i < weights_count(net); i++) {
    float values[16];
    weights_get(net, i, values);
    for (size_t k = 0; k < size_of(net, i); k++) {
      assert_true(values[k] == (float)(i + 1) + (float)k / 8.0f);
    }
  }
}

static void files_of_numpy_are_read(void **state) {
  static const char *const files[] = {"named.npz", "compressed.npz", "float64.npz",    "float16.npz", "fortran.npz",
                                      "zip64.npz", "versions.npz",   "model-name.npz", "stream.npz",  "positions.npz"};
  Place *place = *state;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    Net *net = numpy_net(&place->arena);
    Error err;
    if (weight_file_read(net, arena_printf(&place->arena, CASES "%s", files[i]), &err) != STATUS_OK) {
      fail_msg("%s", err.text);
    }
    assert_int_equal(weights_count(net), 8);
    check_weights(net);
  }
}

/* The moving statistics count: for gamma 5, beta 6, mean 7 and so on, inference gives what the formula says. */
static void statistics_are_used(void **state) {
  Place *place = *state;
  Net *net = numpy_net(&place->arena);
  Error err;
  assert_int_equal(weight_file_read(net, CASES "named.npz", &err), STATUS_OK);
  float x[2] = {1.0f, -2.0f};
  Mat logits = net_forward(net, (Pass){.train = false}, net_feed(net, x, NULL, 1));
  for (int k = 0; k < 2; k++) {
    double expected = 8 + k / 8.0;
    for (int c = 0; c < 3; c++) {
      double dense = fmax(0.0, 1 + c / 8.0 - 2 * (1 + (3 + c) / 8.0) + 2 + c / 8.0);
      double normal = (dense - (5 + c / 8.0)) / sqrt(6 + c / 8.0 + net->spec.bn_epsilon);
      expected += (normal * (3 + c / 8.0) + 4 + c / 8.0) * (7 + (2 * c + k) / 8.0);
    }
    assert_true(fabs((double)logits.at[k] - expected) < 1e-4);
  }
}

static void what_is_written_reads_back(void **state) {
  Place *place = *state;
  const int units[] = {5, 1, 4};
  Net *from = net_of(&place->arena, units, 3, 5), *to = net_of(&place->arena, units, 3, 5);
  Error err;
  for (int i = 0; i < weights_count(from); i++) {
    float values[32];
    for (size_t k = 0; k < size_of(from, i); k++) {
      values[k] = 0.1f * (float)(i + 1) + (float)k;
    }
    weights_set(from, i, values);
  }
  assert_int_equal(weight_file_write(from, place->path, &err), STATUS_OK);
  assert_int_equal(weight_file_read(to, place->path, &err), STATUS_OK);
  for (int i = 0; i < weights_count(from); i++) {
    float a[32], b[32];
    weights_get(from, i, a);
    weights_get(to, i, b);
    assert_memory_equal(a, b, size_of(from, i) * sizeof(float));
  }
}

static void arrays_are_written_in_keras_order(void **state) {
  static const char *const names[] = {"dense/kernel",
                                      "dense/bias",
                                      "batch_normalization/gamma",
                                      "batch_normalization/beta",
                                      "batch_normalization/moving_mean",
                                      "batch_normalization/moving_variance",
                                      "dense_1/kernel",
                                      "dense_1/bias"};
  Place *place = *state;
  Npz npz;
  Error err;
  assert_int_equal(weight_file_write(numpy_net(&place->arena), place->path, &err), STATUS_OK);
  assert_int_equal(npz_read(&place->arena, place->path, 4096, &npz, &err), STATUS_OK);
  assert_int_equal(npz.count, 8);
  for (int i = 0; i < npz.count; i++) {
    assert_string_equal(npz.arrays[i].name, names[i]);
  }
}

/* --- what does not fit -------------------------------------------------------------------------------------------- */

/* The message follows the path and ": "; the network keeps its weights. */
static void check_refused(Place *place, Net *net, const char *path, const char *message) {
  Error err = {0};
  float before[32], after[32];
  weights_get(net, 0, before);
  assert_int_not_equal(weight_file_read(net, path, &err), STATUS_OK);
  assert_string_equal(err.text, arena_printf(&place->arena, "%s: %s", path, message));
  weights_get(net, 0, after);
  assert_memory_equal(before, after, size_of(net, 0) * sizeof(float));
}

static void other_networks_are_refused(void **state) {
  static const struct {
    int hidden, units[2];
    unsigned norms;
    const char *message;
  } cases[] = {
      {1, {4}, 1, "dense/kernel is 2 x 3, the network needs 2 x 4: set layers.1.units=3"},
      {2, {3, 3}, 1, "has 2 kernels (2-D arrays), the network needs 3: set layers=1"},
      {1, {3}, 0, "has a batch normalization in layer 1, the network has none: set layers.1.batch_norm=on"},
  };
  Place *place = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Net *net = net_of(&place->arena, cases[i].units, cases[i].hidden, cases[i].norms);
    check_refused(place, net, CASES "named.npz", cases[i].message);
  }
  Net *net = net_of(&place->arena, (int[]){4}, 1, 1);
  check_refused(place, net, CASES "positions.npz",
                "arr_0 (dense/kernel) is 2 x 3, the network needs 2 x 4: set layers.1.units=3");
}

/* A member that says that it unpacks to 96 MiB: it is not even tried, since these weights are 29 numbers. */
static void far_more_than_is_needed_is_refused(void **state) {
  Place *place = *state;
  char *bytes, *entry;
  size_t length;
  Error err;
  assert_int_equal(file_read(&place->arena, CASES "compressed.npz", 4096, &bytes, &length, &err), STATUS_OK);
  for (entry = bytes; memcmp(entry, "PK\1\2", 4) != 0;) {
    entry++;
  }
  entry[27] = 6;
  assert_int_equal(file_write_atomic(place->path, bytes, length, &err), STATUS_OK);
  check_refused(place, numpy_net(&place->arena), place->path,
                "dense/kernel.npy: takes 100663448 bytes, at most 67109096 are read in all: leave out what is not "
                "needed");
}

/* The weights of `net` as arrays that a test may spoil before they are written. */
static Npz npz_of(Arena *arena, const Net *net) {
  Npz npz = {.arrays = ARENA_ARRAY(arena, NpzArray, 64), .count = weights_count(net)};
  for (int i = 0; i < npz.count; i++) {
    WeightInfo info = weights_info(net, i);
    NpyArray *array = &npz.arrays[i].array;
    npz.arrays[i].name = arena_strdup(arena, info.name);
    *array = (NpyArray){.rank = info.rank, .count = size_of(net, i)};
    array->shape[0] = (size_t)(info.rank == 2 ? info.rows : info.cols);
    array->shape[1] = (size_t)info.cols;
    array->values = arena_floats(arena, array->count);
    weights_get(net, i, array->values);
  }
  return npz;
}

static void check_npz(Place *place, Net *net, const Npz *npz, const char *message) {
  Error err;
  assert_int_equal(npz_write(place->path, npz, &err), STATUS_OK);
  check_refused(place, net, place->path, message);
}

static void set_shape(NpyArray *array, Arena *arena, int rank, size_t first, size_t second) {
  *array = (NpyArray){.rank = rank, .shape = {first, second}, .count = rank == 2 ? first * second : first};
  array->values = arena_floats(arena, array->count);
}

static void each_shape_has_its_cure(void **state) {
  static const struct {
    int array, rank;
    size_t shape[2];
    const char *message;
  } cases[] = {
      {0,
       2,
       {3, 2},
       "dense/kernel is 3 x 2, the network needs 2 x 3: transpose it: the rows of a kernel are the "
       "layer's inputs"},
      {0, 2, {7, 3}, "dense/kernel is 7 x 3, the network needs 2 x 3: the data set has 2 features"},
      {6,
       2,
       {3, 4},
       "dense_1/kernel is 3 x 4, the network needs 3 x 2: the units of the output are those that the "
       "data set needs"},
      {6,
       2,
       {9, 2},
       "dense_1/kernel is 9 x 2, the network needs 3 x 2: its arrays are not those of one network in "
       "the order of get_weights"},
      {1,
       1,
       {4},
       "dense/bias is 4, the network needs 3: its arrays are not those of one network in the order of "
       "get_weights"},
  };
  Place *place = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Net *net = numpy_net(&place->arena);
    Npz npz = npz_of(&place->arena, net);
    set_shape(&npz.arrays[cases[i].array].array, &place->arena, cases[i].rank, cases[i].shape[0], cases[i].shape[1]);
    check_npz(place, net, &npz, cases[i].message);
  }
}

static void other_arrays_are_refused(void **state) {
  Place *place = *state;
  Net *net = numpy_net(&place->arena);
  Npz npz = npz_of(&place->arena, net);
  npz.count = 0;
  check_npz(place, net, &npz, "has no arrays: save them with numpy.savez(file, *model.get_weights())");
  npz = npz_of(&place->arena, net);
  npz.arrays[7].name = "dense_4/bias";
  check_npz(place, net, &npz,
            "no array dense_1/bias among the 8 from 'dense/kernel' to 'dense_4/bias': rename them, or save without "
            "names: numpy.savez(file, *model.get_weights())");
  npz = npz_of(&place->arena, net);
  npz.count = 9;
  npz.arrays[8].name = "iteration";
  set_shape(&npz.arrays[8].array, &place->arena, 1, 1, 0);
  check_npz(place, net, &npz, "the network has no array 'iteration': leave it out");
  npz.arrays[8].name = "other/dense/bias";
  check_npz(place, net, &npz, "the network has no array 'other/dense/bias': leave it out");
  for (int i = 0; i < 9; i++) {
    npz.arrays[i].name = arena_printf(&place->arena, "arr_%d", i);
  }
  check_npz(place, net, &npz,
            "9 arrays, the network needs 8: kernel and bias of each layer, and gamma, beta, moving_mean and "
            "moving_variance where batch normalization is on");
}

/* Where both layers have as many units, only the order tells which one the statistics belong to. */
static void normalization_of_another_layer_is_refused(void **state) {
  Place *place = *state;
  const int units[] = {3, 3};
  Npz second = npz_of(&place->arena, net_of(&place->arena, units, 2, 2));
  check_npz(place, net_of(&place->arena, units, 2, 1), &second,
            "has no batch normalization in layer 1, the network has one: set layers.1.batch_norm=off");
}

static void values_must_be_usable(void **state) {
  Place *place = *state;
  Net *net = numpy_net(&place->arena);
  Npz npz = npz_of(&place->arena, net);
  npz.arrays[0].array.values[4] = NAN;
  check_npz(place, net, &npz, "dense/kernel: number 5 of 6 is nan: weights must be finite floats");
  npz.arrays[0].array.values[4] = -INFINITY;
  check_npz(place, net, &npz, "dense/kernel: number 5 of 6 is -inf: weights must be finite floats");
  npz.arrays[0].array.values[4] = 0.0f;
  npz.arrays[5].array.values[2] = -0.5f;
  check_npz(place, net, &npz, "batch_normalization/moving_variance: number 3 of 3 is -0.5: a variance is not negative");
}

/* In any order, where all have their names: backwards; the normalization last, or first; kernels and biases apart. */
static void named_arrays_may_stand_in_any_order(void **state) {
  static const int orders[][8] = {
      {7, 6, 5, 4, 3, 2, 1, 0}, {0, 1, 6, 7, 2, 3, 4, 5}, {2, 3, 4, 5, 0, 1, 6, 7}, {0, 6, 1, 7, 2, 3, 4, 5}};
  Place *place = *state;
  Npz npz;
  Error err;
  assert_int_equal(npz_read(&place->arena, CASES "named.npz", 4096, &npz, &err), STATUS_OK);
  for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
    Net *net = numpy_net(&place->arena);
    Npz ordered = {.arrays = ARENA_ARRAY(&place->arena, NpzArray, 8), .count = npz.count};
    for (int i = 0; i < npz.count; i++) {
      ordered.arrays[i] = npz.arrays[orders[o][i]];
    }
    assert_int_equal(npz_write(place->path, &ordered, &err), STATUS_OK);
    if (weight_file_read(net, place->path, &err) != STATUS_OK) {
      fail_msg("%s", err.text);
    }
    check_weights(net);
  }
}

/* arr_10 comes after arr_9, wherever it stands in the file. */
static void positions_are_numbers(void **state) {
  Place *place = *state;
  const int units[] = {3, 3, 3, 3, 3};
  Net *net = net_of(&place->arena, units, 5, 0), *again = net_of(&place->arena, units, 5, 0);
  Npz npz = npz_of(&place->arena, net), sorted = npz;
  Error err;
  static const int by_letters[] = {0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9};
  assert_int_equal(npz.count, 12);
  sorted.arrays = ARENA_ARRAY(&place->arena, NpzArray, 12);
  for (int i = 0; i < 12; i++) {
    npz.arrays[i].array.values[0] = (float)i;
    npz.arrays[i].name = arena_printf(&place->arena, "arr_%d", i);
  }
  for (int i = 0; i < 12; i++) {
    sorted.arrays[i] = npz.arrays[by_letters[i]];
  }
  assert_int_equal(npz_write(place->path, &sorted, &err), STATUS_OK);
  assert_int_equal(weight_file_read(again, place->path, &err), STATUS_OK);
  for (int i = 0; i < 12; i++) {
    float values[16];
    weights_get(again, i, values);
    assert_true(values[0] == (float)i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(files_of_numpy_are_read, enter, leave),
      cmocka_unit_test_setup_teardown(statistics_are_used, enter, leave),
      cmocka_unit_test_setup_teardown(what_is_written_reads_back, enter, leave),
      cmocka_unit_test_setup_teardown(arrays_are_written_in_keras_order, enter, leave),
      cmocka_unit_test_setup_teardown(other_networks_are_refused, enter, leave),
      cmocka_unit_test_setup_teardown(far_more_than_is_needed_is_refused, enter, leave),
      cmocka_unit_test_setup_teardown(each_shape_has_its_cure, enter, leave),
      cmocka_unit_test_setup_teardown(other_arrays_are_refused, enter, leave),
      cmocka_unit_test_setup_teardown(normalization_of_another_layer_is_refused, enter, leave),
      cmocka_unit_test_setup_teardown(values_must_be_usable, enter, leave),
      cmocka_unit_test_setup_teardown(named_arrays_may_stand_in_any_order, enter, leave),
      cmocka_unit_test_setup_teardown(positions_are_numbers, enter, leave),
  };
  return cmocka_run_group_tests_name("weight_file", tests, NULL, NULL);
}
