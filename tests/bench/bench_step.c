/* What a training step costs: the whole of trainer_step (batch, forward, loss, backward, Adam) on networks with batch
 * normalization and dropout 0.5 in every hidden layer, on one thread, and the same matrix products alone, which is what
 * a step cannot be faster than with this BLAS. Medians of ROUNDS alternating rounds. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "math/mat.h"
#include "train/trainer.h"

enum { ROUNDS = 9, ROWS = 4096 };
static const double ROUND_SECONDS = 0.15;

typedef struct Work {
  const char *name;
  int features, hidden, units, classes, batch;
} Work;

static const Work WORKS[] = {
    {"S    64-32-10 b32", 64, 1, 32, 10, 32},           {"D    30-64x10-2 b32", 30, 10, 64, 2, 32},
    {"T32  784-128-10 b32", 784, 1, 128, 10, 32},       {"T128 784-128-10 b128", 784, 1, 128, 10, 128},
    {"M    784-512-512-10 b128", 784, 2, 512, 10, 128}, {"L    784-1024x4-10 b256", 784, 4, 1024, 10, 256},
};

static Part random_part(Arena *arena, const Work *work, int rows) {
  Rng rng = rng_start((RngKey){.seed = 1, .purpose = RNG_TEST});
  float *x = arena_floats(arena, (size_t)rows * (size_t)work->features);
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)rows);
  for (size_t i = 0; i < (size_t)rows * (size_t)work->features; i++) {
    x[i] = rng_normal(&rng);
  }
  for (int r = 0; r < rows; r++) {
    labels[r] = (int32_t)rng_below(&rng, (uint32_t)work->classes);
  }
  return (Part){.rows = rows, .x = x, .labels = labels};
}

static Experiment experiment_of(const Work *work) {
  Experiment experiment = experiment_default();
  experiment.net.hidden = work->hidden;
  for (int h = 0; h < work->hidden; h++) {
    experiment.net.layers[h] =
        (LayerSpec){.units = work->units, .activation = ACTIVATION_RELU, .batch_norm = true, .dropout = 0.5};
  }
  experiment.train.batch_size = work->batch;
  experiment.train.epochs = 100000;
  experiment.train.evaluate_train = false;
  return experiment;
}

/* Seconds a step, over steps alone: evaluations run outside the clock. */
static double time_steps(Trainer *trainer) {
  double spent = 0.0;
  int64_t first = trainer->step;
  while (spent < ROUND_SECONDS) {
    while (trainer->phase != PHASE_BATCHES) {
      (void)trainer_step(trainer);
    }
    double start = clock_now();
    for (int i = 0; i < 16 && trainer->phase == PHASE_BATCHES; i++) {
      (void)trainer_step(trainer);
    }
    spent += clock_now() - start;
  }
  return spent / (double)(trainer->step - first);
}

/* Seconds for a step's matrix products alone, by OpenBLAS, row-major: forward, and the gradients of kernel and input.
 */
static double time_products(const Net *net, int batch, float *memory) {
  double start = clock_now(), spent = 0.0;
  int64_t count = 0;
  for (; spent < ROUND_SECONDS; spent = clock_now() - start, count++) {
    float *x = memory;
    for (int h = 0; h <= net->spec.hidden; h++) {
      const Dense *dense = h < net->spec.hidden ? &net->hidden[h].dense : &net->output;
      int in = dense->base.in, out = dense->base.out;
      float *y = x + batch * in, *w = y + batch * out, *g = w + in * out;
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, out, in, 1.0f, x, in, w, out, 0.0f, y, out);
      cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, in, out, batch, 1.0f, x, in, y, out, 0.0f, g, out);
      if (h > 0) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, in, out, 1.0f, y, out, w, out, 0.0f, x, in);
      }
      x = g + in * out;
    }
  }
  return spent / (double)count;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void bench(const Work *work) {
  Arena arena;
  arena_init(&arena, 0);
  Dataset data = {
      .task = TASK_CLASSIFICATION, .features = work->features, .classes = work->classes, .target_scale = 1.0f};
  data.train = random_part(&arena, work, ROWS);
  data.validation = random_part(&arena, work, 64);
  Experiment experiment = experiment_of(work);
  Trainer *trainer;
  Error err;
  if (trainer_create(&arena, &experiment, &data, &trainer, &err) != STATUS_OK) {
    (void)fprintf(stderr, "%s\n", err.text);
    exit(1);
  }
  float *memory = arena_floats(&arena, 20000000);
  if (getenv("T"))
    trainer->net->team = team_open(atoi(getenv("T")));
  double steps[ROUNDS], products[ROUNDS];
  (void)time_steps(trainer);
  for (int r = 0; r < ROUNDS; r++) {
    steps[r] = time_steps(trainer);
    products[r] = getenv("NP") ? 1.0 : time_products(trainer->net, work->batch, memory);
  }
  qsort(steps, ROUNDS, sizeof *steps, by_value);
  qsort(products, ROUNDS, sizeof *products, by_value);
  (void)printf("%-26s %10.1f %10.1f .. %-10.1f %10.1f %8.2f\n", work->name, 1e6 * steps[ROUNDS / 2], 1e6 * steps[0],
               1e6 * steps[ROUNDS - 1], 1e6 * products[ROUNDS / 2], steps[ROUNDS / 2] / products[ROUNDS / 2]);
  arena_deinit(&arena);
}

int main(int argc, char **argv) {
  openblas_set_num_threads(1);
  flush_denormals();
  (void)printf("training step, one thread, %s\n", openblas_get_corename());
  (void)printf("%-26s %10s %24s %10s %8s\n", "work", "us, median", "least .. most", "products", "ratio");
  for (size_t w = 0; w < sizeof WORKS / sizeof *WORKS; w++) {
    if (argc > 1 && !strstr(WORKS[w].name, argv[1]))
      continue;
    bench(&WORKS[w]);
  }
  return 0;
}
