#include "train/setup.h"

#include <math.h>

#include "base/clock.h"
#include "base/order.h"
#include "base/str.h"
#include "data/fingerprint.h"
#include "data/open.h"

void setup_init(Setup *setup, int threads) {
  *setup = (Setup){.threads = threads, .sharers = 1};
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

/* The table is read anew each time: its file may have changed. Its cells become the data set's. */
static Status load_data(Setup *setup, const Experiment *experiment, const char *datasets, Error *err) {
  const DataSpec *spec = &experiment->data;
  uint64_t seed = (uint64_t)experiment->train.seed;
  Table table;
  Status status = open_table(&setup->arena, spec, datasets, seed, &setup->load, &table, NULL, err);
  if (status == STATUS_OK) {
    status = progress_enter(&setup->load, LOAD_PREPARE, spec->source, err);
  }
  if (status == STATUS_OK) {
    str_copy(setup->dataset, sizeof setup->dataset, table.name);
    str_copy(setup->leak, sizeof setup->leak, table.leak ? table.leak : "");
    status = dataset_prepare(&setup->arena, &table, spec, seed, &setup->data, err);
  }
  if (status == STATUS_OK) {
    setup->baseline = baseline_measure(&setup->data);
  }
  return status;
}

/* Seconds that the passes of a step take, without what a step changes: forwards in inference mode, and backwards from
 * whatever gradient is there. The least of a few in a row: the first ones find their data in other cores' caches. */
static double time_passes(Net *net, const Part *part, int rows, Team *team) {
  enum { PASSES = 6 };
  double least = 1.0;
  net->team = team;
  for (int p = 0; p < PASSES; p++) {
    double start = clock_now();
    (void)net_forward(net, (Pass){.train = false}, net_feed(net, part->x, NULL, rows));
    net_backward(net, rows, NULL);
    least = fmin(least, clock_now() - start);
  }
  return least;
}

/* Whether a team is faster on batches of this network, in turn with one thread, for a moment at least. */
static bool sharing_pays(Net *net, const Part *part, int rows, Team *team) {
  enum { TURNS = 3 };
  static const double seconds = 0.002, gain = 0.95;
  double alone = 1.0, together = 1.0, start = clock_now();
  for (int turn = 0; turn < TURNS || clock_now() - start < seconds; turn++) {
    alone = fmin(alone, time_passes(net, part, rows, NULL));
    together = fmin(together, time_passes(net, part, rows, team));
  }
  return together < gain * alone;
}

static void open_team(Setup *setup, int threads) {
  if (setup->team && setup->team_threads != threads) {
    team_close(setup->team);
    setup->team = NULL;
  }
  if (!setup->team) {
    setup->team = team_open(threads);
    setup->team_threads = threads;
  }
}

/* Small networks are faster alone and large ones together, by far; in between it is measured. */
void setup_choose_team(Setup *setup) {
  static const double small = 1e6, large = 5e7;
  Net *net = setup->trainer->net;
  const Part *part = &setup->data.train;
  int batch = setup->trainer->experiment.train.batch_size, rows = batch < part->rows ? batch : part->rows;
  int threads = larger(1, (setup->threads > 0 ? setup->threads : team_cores()) / setup->sharers);
  double multiply_adds = (double)net->param_count * rows;
  net->team = NULL;
  if (threads == 1 || (setup->threads == 0 && multiply_adds < small)) {
    return;
  }
  open_team(setup, threads);
  bool pays = setup->threads > 0 || multiply_adds > large || sharing_pays(net, part, rows, setup->team);
  net->team = pays ? setup->team : NULL;
}

Status setup_load(Setup *setup, const Experiment *experiment, const char *datasets, Error *err) {
  setup_forget(setup);
  Trainer *trainer = NULL;
  Status status = experiment_check(experiment, err);
  if (status == STATUS_OK) {
    status = load_data(setup, experiment, datasets, err);
  }
  if (status == STATUS_OK) {
    status = progress_tell(&setup->load, experiment->data.source, err);
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
  Loaded loaded = {.experiment = setup->trainer->experiment,
                   .fingerprint = fingerprint_of(data),
                   .task = data->task,
                   .features = data->features,
                   .classes = data->classes,
                   .train_rows = data->train.rows,
                   .validation_rows = data->validation.rows,
                   .test_rows = data->test.rows,
                   .flipped_labels = data->flipped,
                   .batches = trainer_batches(setup->trainer),
                   .parameters = net_parameters(net),
                   .baseline = setup->baseline,
                   .threads = net->team ? team_size(net->team) : 1,
                   .output = net->spec.output,
                   .loss = net->spec.loss};
  str_copy(loaded.warning, sizeof loaded.warning, data->warning);
  str_copy(loaded.leak, sizeof loaded.leak, setup->leak);
  str_copy(loaded.dataset, sizeof loaded.dataset, setup->dataset);
  return loaded;
}
