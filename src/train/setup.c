#include "train/setup.h"

#include <math.h>

#include "base/clock.h"
#include "base/str.h"

void setup_init(Setup *setup, int threads) {
  *setup = (Setup){.threads = threads};
  arena_init(&setup->arena, 0);
}

void setup_deinit(Setup *setup) {
  arena_deinit(&setup->arena);
  team_close(setup->team);
}

void setup_forget(Setup *setup) {
  setup->trainer = NULL;
  arena_reset(&setup->arena);
}

/* The table is read anew each time: its file may have changed. It is gone when the rows have been prepared. */
static Status load_data(Setup *setup, const Experiment *experiment, const char *datasets, Error *err) {
  const DataSpec *spec = &experiment->data;
  uint64_t seed = (uint64_t)experiment->train.seed;
  Table table;
  Arena arena;
  arena_init(&arena, 0);
  Status status = table_open(&arena, spec->source, datasets, spec->rows, spec->noise, seed, &table, err);
  if (status == STATUS_OK) {
    str_copy(setup->dataset, sizeof setup->dataset, table.name);
    status = dataset_prepare(&setup->arena, &table, spec, seed, &setup->data, err);
  }
  arena_deinit(&arena);
  return status;
}

/* Seconds that a forward pass takes, the least of a few, in inference mode: it changes nothing. */
static double time_forward(Net *net, const Part *part, int rows, Team *team) {
  enum { TIMES = 5 };
  double least = 1.0;
  net->team = team;
  for (int t = 0; t < TIMES; t++) {
    double start = clock_now();
    (void)net_forward(net, (Pass){.train = false}, net_feed(net, part->x, NULL, rows));
    least = fmin(least, clock_now() - start);
  }
  return least;
}

/* Whether a team is faster on batches of this network: plain where they are small or large, else measured. */
static bool sharing_pays(Net *net, const Part *part, int rows, Team *team) {
  static const double small = 2e5, large = 5e7, gain = 0.9;
  double multiply_adds = (double)net->param_count * rows;
  if (multiply_adds < small || multiply_adds > large) {
    return multiply_adds > large;
  }
  double alone = time_forward(net, part, rows, NULL), together = time_forward(net, part, rows, team);
  return together < gain * alone;
}

void setup_choose_team(Setup *setup) {
  Trainer *trainer = setup->trainer;
  int threads = setup->threads > 0 ? setup->threads : team_cores();
  int rows = trainer->experiment.train.batch_size < setup->data.train.rows ? trainer->experiment.train.batch_size
                                                                           : setup->data.train.rows;
  if (!setup->team && threads > 1) {
    setup->team = team_open(threads);
  }
  bool shared =
      setup->team && (setup->threads > 0 || sharing_pays(trainer->net, &setup->data.train, rows, setup->team));
  trainer->net->team = shared ? setup->team : NULL;
}

Status setup_load(Setup *setup, const Experiment *experiment, const char *datasets, Error *err) {
  setup_forget(setup);
  Trainer *trainer = NULL;
  Status status = experiment_check(experiment, err);
  if (status == STATUS_OK) {
    status = load_data(setup, experiment, datasets, err);
  }
  if (status == STATUS_OK) {
    status = trainer_create(&setup->arena, experiment, &setup->data, &trainer, err);
  }
  setup->trainer = trainer;
  if (status == STATUS_OK) {
    setup_choose_team(setup);
  }
  return status;
}

Loaded setup_loaded(const Setup *setup) {
  const Dataset *data = &setup->data;
  const Net *net = setup->trainer->net;
  Loaded loaded = {.task = data->task,
                   .features = data->features,
                   .classes = data->classes,
                   .train_rows = data->train.rows,
                   .validation_rows = data->validation.rows,
                   .test_rows = data->test.rows,
                   .flipped_labels = data->flipped,
                   .batches = trainer_batches(setup->trainer),
                   .parameters = net_parameters(net),
                   .threads = net->team ? team_size(net->team) : 1,
                   .output = net->spec.output,
                   .loss = net->spec.loss};
  str_copy(loaded.dataset, sizeof loaded.dataset, setup->dataset);
  return loaded;
}
