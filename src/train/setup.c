#include "train/setup.h"

#include <string.h>

#include "base/str.h"

void setup_init(Setup *setup) {
  *setup = (Setup){.trainer = NULL};
  arena_init(&setup->table_arena, 0);
  arena_init(&setup->run_arena, 0);
}

void setup_deinit(Setup *setup) {
  arena_deinit(&setup->run_arena);
  arena_deinit(&setup->table_arena);
}

static bool has_table_for(const Setup *setup, const Experiment *experiment) {
  const DataSpec *now = &experiment->data, *then = &setup->table_spec;
  return setup->table.name[0] && strcmp(now->source, then->source) == 0 && now->rows == then->rows &&
         now->noise == then->noise && experiment->train.seed == setup->table_seed;
}

static Status open_table(Setup *setup, const Experiment *experiment, const char *datasets, Error *err) {
  const DataSpec *spec = &experiment->data;
  if (has_table_for(setup, experiment)) {
    return STATUS_OK;
  }
  arena_reset(&setup->table_arena);
  setup->table.name[0] = '\0';
  setup->table_spec = *spec;
  setup->table_seed = experiment->train.seed;
  Table table;
  Status status = table_open(&setup->table_arena, spec->source, datasets, spec->rows, spec->noise,
                             (uint64_t)experiment->train.seed, &table, err);
  if (status == STATUS_OK) {
    setup->table = table;
  }
  return status;
}

void setup_forget(Setup *setup) {
  setup->trainer = NULL;
  arena_reset(&setup->run_arena);
}

Status setup_load(Setup *setup, const Experiment *experiment, const char *datasets, Error *err) {
  setup_forget(setup);
  Status status = experiment_check(experiment, err);
  if (status == STATUS_OK) {
    status = open_table(setup, experiment, datasets, err);
  }
  if (status == STATUS_OK) {
    status = dataset_prepare(&setup->run_arena, &setup->table, &experiment->data, (uint64_t)experiment->train.seed,
                             &setup->data, err);
  }
  Trainer *trainer = NULL;
  if (status == STATUS_OK) {
    status = trainer_create(&setup->run_arena, experiment, &setup->data, &trainer, err);
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
  str_copy(loaded.dataset, sizeof loaded.dataset, setup->table.name);
  return loaded;
}
