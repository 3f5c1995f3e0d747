/* Keras's own numbers: every case of tests/reference/cases is an experiment in nnlab's settings that Keras has run.
 * Here it runs through the real trainer, from the same weights, and everything that Keras gave is compared: the metrics
 * of each epoch, the learning rates, the epoch that was best, the test rows, the weights at the end, CSVLogger's file.
 * A number agrees when it is within its array's tolerance times the largest magnitude in that array of Keras's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/str.h"
#include "lab/param.h"
#include "nn/weights.h"
#include "reference_file.h"
#include "train/trainer.h"

#define CASES "tests/reference/cases"
enum { MAX_EPOCHS = 64, MAX_STEPS = 2048, MAX_VALUES = 1 << 18 };

/* --- an experiment and its data ---------------------------------------------------------------------------------- */

typedef struct Run {
  Arena arena;
  const ReferenceRecord *record;
  Experiment experiment;
  Dataset data;
  Trainer *trainer;
  int epochs, steps;
  EpochReport reports[MAX_EPOCHS];
  double rates[MAX_STEPS];
  Ended ended;
  char *log; /* as nnlab train --log writes it */
  size_t log_length;
} Run;

static const ReferenceArray *find_array(const ReferenceRecord *record, const char *name) {
  const ReferenceArray *array = reference_find(record, name);
  if (!array) {
    fail_msg("%s has no array %s", record->name, name);
  }
  return array;
}

static Part make_part(Arena *arena, const ReferenceRecord *data, const char *name, bool labels) {
  const ReferenceArray *x = reference_find(data, arena_printf(arena, "%s/x", name));
  if (!x) {
    return (Part){.rows = 0};
  }
  const ReferenceArray *y = find_array(data, arena_printf(arena, "%s/y", name));
  float *features = arena_floats(arena, x->count), *targets = arena_floats(arena, y->count);
  int32_t *classes = ARENA_ARRAY(arena, int32_t, y->count);
  for (size_t i = 0; i < x->count; i++) {
    features[i] = (float)x->values[i];
  }
  for (size_t i = 0; i < y->count; i++) {
    targets[i] = (float)y->values[i];
    classes[i] = (int32_t)y->values[i];
  }
  return (Part){
      .rows = (int)y->count, .x = features, .labels = labels ? classes : NULL, .targets = labels ? NULL : targets};
}

static Dataset make_dataset(Arena *arena, const ReferenceRecord *data) {
  int classes = (int)find_array(data, "classes")->values[0];
  bool labels = classes > 0;
  size_t features = find_array(data, "train/x")->count / find_array(data, "train/y")->count;
  return (Dataset){.task = labels ? TASK_CLASSIFICATION : TASK_REGRESSION,
                   .features = (int)features,
                   .classes = classes,
                   .train = make_part(arena, data, "train", labels),
                   .validation = make_part(arena, data, "validation", labels),
                   .test = make_part(arena, data, "test", labels),
                   .target_scale = 1.0f};
}

static Experiment make_experiment(const ReferenceRecord *record) {
  Experiment experiment = experiment_default();
  Error err = {0};
  for (int i = 0; i < record->setting_count; i++) {
    if (param_assign(&experiment, record->settings[i], &err) != STATUS_OK) {
      fail_msg("%s", err.text);
    }
  }
  if (experiment_check(&experiment, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return experiment;
}

static void set_start(Net *net, const ReferenceRecord *start, Arena *arena) {
  assert_int_equal(weights_count(net), start->array_count);
  for (int w = 0; w < weights_count(net); w++) {
    WeightInfo info = weights_info(net, w);
    const ReferenceArray *array = &start->arrays[w];
    assert_string_equal(array->name, info.name);
    assert_int_equal(array->count, info.rows * info.cols);
    float *values = arena_floats(arena, array->count);
    for (size_t i = 0; i < array->count; i++) {
      values[i] = (float)array->values[i];
    }
    weights_set(net, w, values);
  }
}

static void create_trainer(Run *run) {
  Error err = {0};
  run->data = make_dataset(&run->arena, run->record->data);
  if (trainer_create(&run->arena, &run->experiment, &run->data, &run->trainer, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
}

static void train(Run *run) {
  Trainer *trainer = run->trainer;
  FILE *log = open_memstream(&run->log, &run->log_length);
  bool with_rate = run->experiment.train.schedule.kind == SCHEDULE_PLATEAU;
  report_csv_header(log, run->data.task, with_rate);
  StepResult result;
  do {
    if (trainer->phase == PHASE_BATCHES && run->steps < MAX_STEPS) {
      run->rates[run->steps++] = trainer_rate(trainer);
    }
    result = trainer_step(trainer);
    if (result != STEP_MORE && run->epochs < MAX_EPOCHS) {
      report_csv_line(log, run->data.task, with_rate, &trainer->report);
      run->reports[run->epochs++] = trainer->report;
    }
  } while (result == STEP_MORE || result == STEP_EPOCH);
  assert_int_equal(result, STEP_DONE);
  trainer_end(trainer, RUN_FINISHED, &run->ended);
  (void)fclose(log);
}

/* --- what came out, by the name that the fixtures give it ----------------------------------------------------------
 */

typedef struct Values {
  size_t count;
  double *at;
} Values;

static Values one_value(Arena *arena, double value) {
  Values values = {.count = 1, .at = ARENA_NEW(arena, double)};
  values.at[0] = value;
  return values;
}

static const struct {
  const char *name;
  size_t offset; /* in EpochReport */
} SERIES[] = {
    {"loss", offsetof(EpochReport, train.loss)},
    {"val_loss", offsetof(EpochReport, val.loss)},
    {"accuracy", offsetof(EpochReport, train.score)},
    {"val_accuracy", offsetof(EpochReport, val.score)},
    {"r2", offsetof(EpochReport, train.score)},
    {"val_r2", offsetof(EpochReport, val.score)},
    {"mae", offsetof(EpochReport, train.mae)},
    {"val_mae", offsetof(EpochReport, val.mae)},
    {"learning_rate", offsetof(EpochReport, learning_rate)},
};

static bool find_series(Run *run, const char *name, Values *values) {
  for (size_t s = 0; s < sizeof SERIES / sizeof *SERIES; s++) {
    if (strcmp(SERIES[s].name, name) == 0) {
      *values = (Values){.count = (size_t)run->epochs, .at = ARENA_ARRAY(&run->arena, double, MAX_EPOCHS)};
      for (int e = 0; e < run->epochs; e++) {
        memcpy(&values->at[e], (const char *)&run->reports[e] + SERIES[s].offset, sizeof(double));
      }
      return true;
    }
  }
  return false;
}

/* "test/loss", "train_eval/r2" */
static bool find_evaluated(Run *run, const char *name, Values *values) {
  bool test = strncmp(name, "test/", 5) == 0, train_eval = strncmp(name, "train_eval/", 11) == 0;
  if (!test && !train_eval) {
    return false;
  }
  const Metrics *metrics = test ? &run->ended.test : &run->reports[run->epochs - 1].train_eval;
  const char *metric = strchr(name, '/') + 1;
  *values = one_value(&run->arena, strcmp(metric, "loss") == 0  ? metrics->loss
                                   : strcmp(metric, "mae") == 0 ? metrics->mae
                                                                : metrics->score);
  return true;
}

static bool find_whole_run(Run *run, const char *name, Values *values) {
  if (strcmp(name, "rates") == 0) {
    *values = (Values){.count = (size_t)run->steps, .at = run->rates};
  } else if (strcmp(name, "epochs") == 0) {
    *values = one_value(&run->arena, run->epochs);
  } else if (strcmp(name, "best_epoch") == 0) {
    *values = one_value(&run->arena, run->ended.best_epoch);
  } else {
    return false;
  }
  return true;
}

static bool find_weights(Run *run, const char *name, Values *values) {
  const Net *net = run->trainer->net;
  for (int w = 0; w < weights_count(net); w++) {
    WeightInfo info = weights_info(net, w);
    if (strcmp(info.name, name) == 0) {
      size_t count = (size_t)info.rows * (size_t)info.cols;
      float *floats = arena_floats(&run->arena, count);
      *values = (Values){.count = count, .at = ARENA_ARRAY(&run->arena, double, count)};
      weights_get(net, w, floats);
      for (size_t i = 0; i < count; i++) {
        values->at[i] = (double)floats[i];
      }
      return true;
    }
  }
  return false;
}

/* "bound/dense/kernel": the largest magnitude; "moments/dense/kernel": mean and standard deviation. */
static bool find_statistic(Run *run, const char *name, Values *values) {
  bool bound = strncmp(name, "bound/", 6) == 0, moments = strncmp(name, "moments/", 8) == 0;
  Values weights;
  if ((!bound && !moments) || !find_weights(run, strchr(name, '/') + 1, &weights)) {
    return false;
  }
  double largest = 0.0, sum = 0.0, squares = 0.0, count = (double)weights.count;
  for (size_t i = 0; i < weights.count; i++) {
    largest = fmax(largest, fabs(weights.at[i]));
    sum += weights.at[i];
    squares += weights.at[i] * weights.at[i];
  }
  *values = one_value(&run->arena, largest);
  if (moments) {
    *values = (Values){.count = 2, .at = ARENA_ARRAY(&run->arena, double, 2)};
    values->at[0] = sum / count;
    values->at[1] = sqrt(squares / count - sum / count * (sum / count));
  }
  return true;
}

/* "log/val_loss": the file's column of that name. */
static bool find_log_column(Run *run, const char *name, Values *values) {
  if (strncmp(name, "log/", 4) != 0) {
    return false;
  }
  char *rest = arena_strdup(&run->arena, run->log), *header = strsep(&rest, "\n");
  int column = 0;
  for (char *title; (title = strsep(&header, ",")) && strcmp(title, name + 4) != 0;) {
    column++;
  }
  *values = (Values){.count = 0, .at = ARENA_ARRAY(&run->arena, double, MAX_EPOCHS)};
  for (char *line; (line = strsep(&rest, "\n")) && line[0];) {
    char *field = NULL;
    for (int c = 0; c <= column; c++) {
      field = strsep(&line, ",");
    }
    if (!field || !str_to_double(field, &values->at[values->count++])) {
      return false;
    }
  }
  return true;
}

static Values find_values(Run *run, const char *name) {
  Values values;
  if (find_series(run, name, &values) || find_evaluated(run, name, &values) || find_whole_run(run, name, &values) ||
      find_statistic(run, name, &values) || find_log_column(run, name, &values) || find_weights(run, name, &values)) {
    return values;
  }
  fail_msg("nothing here is called %s", name);
  return (Values){.count = 0};
}

/* --- comparison -------------------------------------------------------------------------------------------------- */

static void compare(const ReferenceArray *expected, Values actual, const char *note) {
  if (actual.count != expected->count) {
    fail_msg("%s: %zu numbers, Keras has %zu", expected->name, actual.count, expected->count);
    return;
  }
  double largest = 0.0;
  for (size_t i = 0; i < expected->count; i++) {
    largest = fmax(largest, fabs(expected->values[i]));
  }
  for (size_t i = 0; i < expected->count; i++) {
    if (!(fabs(actual.at[i] - expected->values[i]) <= expected->tolerance * largest)) {
      fail_msg("%s: number %zu is %.9g, Keras has %.9g; %.3g of the largest (%.9g) is allowed. %s", expected->name, i,
               actual.at[i], expected->values[i], expected->tolerance, largest, note);
    }
  }
}

/* The log's columns are Keras's, in its order. */
static void compare_header(Run *run) {
  char header[512] = "";
  size_t length = 0;
  for (int i = 0; i < run->record->array_count; i++) {
    const char *name = run->record->arrays[i].name;
    if (strncmp(name, "log/", 4) == 0) {
      length += (size_t)snprintf(header + length, sizeof header - length, "%s%s", length > 0 ? "," : "", name + 4);
    }
  }
  if (length > 0) {
    run->log[strcspn(run->log, "\n")] = '\0';
    assert_string_equal(run->log, header);
  }
}

static void compare_all(Run *run) {
  assert_true(run->record->array_count > 0);
  for (int i = 0; i < run->record->array_count; i++) {
    compare(&run->record->arrays[i], find_values(run, run->record->arrays[i].name), run->record->note);
  }
  compare_header(run);
}

/* --- validation_split -------------------------------------------------------------------------------------------- */

/* How many of the case's rows train and how many validate. */
static void count_split(Run *run, SplitKind kind, double counts[2]) {
  int rows = run->experiment.data.rows;
  const TableColumn column = {.name = "x"};
  Table table = {.name = "rows",
                 .task = TASK_REGRESSION,
                 .rows = rows,
                 .columns = 1,
                 .cells = arena_floats(&run->arena, (size_t)rows),
                 .targets = arena_floats(&run->arena, (size_t)rows),
                 .column = &column,
                 .target_name = "y"};
  Error err = {0};
  run->experiment.data.split = kind;
  if (dataset_prepare(&run->arena, &table, &run->experiment.data, 7, &run->data, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  counts[0] = run->data.train.rows;
  counts[1] = run->data.validation.rows;
}

/* A random split rounds to the nearest row, which may be one apart; split keras is Keras's to the row. */
static void check_split(Run *run) {
  double counts[2];
  const ReferenceArray *expected = find_array(run->record, "split");
  count_split(run, SPLIT_RANDOM, counts);
  compare(expected, (Values){.count = 2, .at = counts}, run->record->note);
  count_split(run, SPLIT_KERAS, counts);
  assert_memory_equal(counts, expected->values, sizeof counts);
  for (int i = 0; i < run->data.validation.rows; i++) {
    assert_int_equal(run->data.validation.source[i], run->data.train.rows + i);
  }
}

/* A case without data asks for the split's rows; one without a start, how weights begin. */
static void test_case(void **state) {
  Run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  run->record = *state;
  run->experiment = make_experiment(run->record);
  arena_init(&run->arena, 0);
  if (!run->record->data) {
    check_split(run);
  } else {
    create_trainer(run);
    if (run->record->start) {
      set_start(run->trainer->net, run->record->start, &run->arena);
      train(run);
    }
    compare_all(run);
  }
  arena_deinit(&run->arena);
  free(run->log);
  free(run);
}

/* --- one test for each case -------------------------------------------------------------------------------------- */

/* The files of CASES, and how many cases each has: a case that is not there cannot fail. */
static const struct {
  const char *name;
  int cases;
} FILES[] = {
    {"activations", 60},  {"batch_norm", 24},  {"dropout", 25}, {"early_stopping", 21},
    {"fit", 25},          {"initializers", 7}, {"losses", 23},  {"optimizers", 67},
    {"regularizers", 18}, {"schedules", 21},   {"splits", 25},
};
enum { FILE_COUNT = sizeof FILES / sizeof *FILES };

static Status read_files(Arena *arena, ReferenceFile *files, Error *err) {
  Status status = STATUS_OK;
  for (int f = 0; status == STATUS_OK && f < FILE_COUNT; f++) {
    status = reference_read(arena, arena_printf(arena, CASES "/%s.txt", FILES[f].name), &files[f], err);
  }
  return status;
}

static void test_no_case_is_missing(void **state) {
  const ReferenceFile *files = *state;
  for (int f = 0; f < FILE_COUNT; f++) {
    int cases = 0;
    for (int r = 0; r < files[f].count; r++) {
      cases += files[f].records[r].kind == REFERENCE_CASE;
    }
    if (cases != FILES[f].cases) {
      fail_msg("%s.txt: %d cases, not the %d of the table FILES", FILES[f].name, cases, FILES[f].cases);
    }
  }
}

static void test_no_file_is_forgotten(void **state) {
  (void)state;
  DIR *folder = opendir(CASES);
  int count = 0;
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder));) {
    count += strstr(entry->d_name, ".txt") != NULL;
  }
  (void)closedir(folder);
  assert_int_equal(count, FILE_COUNT);
}

static size_t list_tests(ReferenceFile *files, struct CMUnitTest *tests) {
  size_t cases = 0;
  tests[cases++] =
      (struct CMUnitTest){.name = "no case is missing", .test_func = test_no_case_is_missing, .initial_state = files};
  tests[cases++] = (struct CMUnitTest)cmocka_unit_test(test_no_file_is_forgotten);
  for (int f = 0; f < FILE_COUNT; f++) {
    for (int r = 0; r < files[f].count; r++) {
      ReferenceRecord *record = &files[f].records[r];
      if (record->kind == REFERENCE_CASE) {
        tests[cases++] = (struct CMUnitTest){.name = record->name, .test_func = test_case, .initial_state = record};
      }
    }
  }
  return cases;
}

int main(void) {
  Arena arena;
  arena_init(&arena, 0);
  ReferenceFile files[FILE_COUNT];
  Error err;
  if (read_files(&arena, files, &err) != STATUS_OK) {
    (void)printf("Bail out! %s\n", err.text);
    return EXIT_FAILURE;
  }
  size_t records = 0;
  for (int f = 0; f < FILE_COUNT; f++) {
    records += (size_t)files[f].count;
  }
  struct CMUnitTest *tests = ARENA_ARRAY(&arena, struct CMUnitTest, records + 2);
  size_t count = list_tests(files, tests);
  int failed = _cmocka_run_group_tests("reference", tests, count, NULL, NULL);
  arena_deinit(&arena);
  return failed;
}
