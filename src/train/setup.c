#include "train/setup.h"

#include "base/str.h"

void setup_init(Setup *setup) {
  *setup = (Setup){.trainer = NULL};
  arena_init(&setup->arena, 0);
}

void setup_deinit(Setup *setup) { arena_deinit(&setup->arena); }

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
                   .output = net->spec.output,
                   .loss = net->spec.loss};
  str_copy(loaded.dataset, sizeof loaded.dataset, setup->dataset);
  return loaded;
}
