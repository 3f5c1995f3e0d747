/* What a training step costs: the whole of trainer_step (shuffle, batch, forward, loss, backward, Adam), and the same
 * matrix products alone with OpenBLAS, a bound for whoever computes with it: of every Dense layer the output, the
 * kernel's gradient and, but for the first layer, the input's gradient, each on memory of its own.
 *
 * bench_step                  a table of the works below, one thread, medians of ROUNDS alternating rounds
 * bench_step works            their names and shapes, for the driver (bench.py)
 * bench_step KIND FEATURES HIDDEN UNITS CLASSES BATCH ROWS LAYERS THREADS
 *                             converses with the driver as the peers do (peers/protocol.py): KIND is "step" or
 *                             "products"; LAYERS is "full" (batch normalization and dropout 0.5 in every hidden layer)
 *                             or "plain" (neither) */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "math/kernels.h"
#include "train/setup.h"

enum { ROUNDS = 9, ROWS = 4096, STEPS_AT_ONCE = 16 };
static const double ROUND_SECONDS = 0.15;

typedef struct Work {
  const char *name;
  int features, hidden, units, classes, batch, rows;
  bool full;
} Work;

static const Work WORKS[] = {
    {"S", 64, 1, 32, 10, 32, ROWS, true},     {"D", 30, 10, 64, 2, 32, ROWS, true},
    {"T32", 784, 1, 128, 10, 32, ROWS, true}, {"T128", 784, 1, 128, 10, 128, ROWS, true},
    {"M", 784, 2, 512, 10, 128, ROWS, true},  {"L", 784, 4, 1024, 10, 256, ROWS, true},
};
enum { WORK_COUNT = sizeof WORKS / sizeof *WORKS };

static void fail(const char *text) {
  (void)fprintf(stderr, "bench_step: %s\n", text);
  exit(2);
}

/* --- a step ------------------------------------------------------------------------------------------------------ */

static float *random_floats(Arena *arena, size_t count, uint64_t seed) {
  Rng rng = rng_start((RngKey){.seed = seed, .purpose = RNG_TEST});
  float *at = arena_floats(arena, count);
  for (size_t i = 0; i < count; i++) {
    at[i] = rng_normal(&rng);
  }
  return at;
}

static Part random_part(Arena *arena, const Work *work, int rows) {
  Rng rng = rng_start((RngKey){.seed = 1, .purpose = RNG_TEST});
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)rows);
  for (int r = 0; r < rows; r++) {
    labels[r] = (int32_t)rng_below(&rng, (uint32_t)work->classes);
  }
  return (Part){.rows = rows, .x = random_floats(arena, (size_t)rows * (size_t)work->features, 2), .labels = labels};
}

static Experiment experiment_of(const Work *work) {
  Experiment experiment = experiment_default();
  experiment.net.hidden = work->hidden;
  for (int h = 0; h < work->hidden; h++) {
    experiment.net.layers[h] = (LayerSpec){.units = work->units,
                                           .activation = ACTIVATION_RELU,
                                           .batch_norm = work->full,
                                           .dropout = work->full ? 0.5 : 0.0};
  }
  experiment.train.batch_size = work->batch;
  experiment.train.epochs = 1000000;
  experiment.train.evaluate_train = false;
  return experiment;
}

static Trainer *make_trainer(Arena *arena, const Work *work) {
  Dataset *data = ARENA_ARRAY(arena, Dataset, 1);
  *data = (Dataset){
      .task = TASK_CLASSIFICATION, .features = work->features, .classes = work->classes, .target_scale = 1.0f};
  data->train = random_part(arena, work, work->rows);
  data->validation = random_part(arena, work, 64);
  Experiment experiment = experiment_of(work);
  Trainer *trainer;
  Error err;
  if (trainer_create(arena, &experiment, data, &trainer, &err) != STATUS_OK) {
    fail(err.text);
  }
  return trainer;
}

/* Evaluations run outside the clock. The last of their steps shuffles the next epoch's rows: that is done again. */
static double next_start(Trainer *trainer) {
  bool evaluated = trainer->phase != PHASE_BATCHES;
  while (trainer->phase != PHASE_BATCHES) {
    (void)trainer_step(trainer);
  }
  double start = clock_now();
  if (evaluated) {
    batcher_start_epoch(&trainer->batcher, (uint64_t)trainer->epoch);
  }
  return start;
}

/* Seconds a step, with its part of the epoch's shuffle. */
static double time_steps(void *subject, double seconds) {
  Trainer *trainer = subject;
  double spent = 0.0;
  int64_t first = trainer->step;
  while (spent < seconds) {
    double start = next_start(trainer);
    for (int i = 0; i < STEPS_AT_ONCE && trainer->phase == PHASE_BATCHES; i++) {
      (void)trainer_step(trainer);
    }
    spent += clock_now() - start;
  }
  return spent / (double)(trainer->step - first);
}

/* --- its products alone ------------------------------------------------------------------------------------------ */

typedef struct Product {
  int in, out;
  float *x, *w, *y;    /* (B, in), (in, out), (B, out) */
  float *dy, *dw, *dx; /* the gradients; dx is NULL in the first layer */
} Product;

typedef struct Products {
  int batch, count;
  Product at[NET_MAX_HIDDEN + 1];
} Products;

static Product make_product(Arena *arena, int batch, int in, int out, bool first) {
  size_t rows = (size_t)batch, kernel = (size_t)in * (size_t)out;
  return (Product){.in = in,
                   .out = out,
                   .x = random_floats(arena, rows * (size_t)in, 1),
                   .w = random_floats(arena, kernel, 2),
                   .y = arena_floats(arena, rows * (size_t)out),
                   .dy = random_floats(arena, rows * (size_t)out, 3),
                   .dw = arena_floats(arena, kernel),
                   .dx = first ? NULL : arena_floats(arena, rows * (size_t)in)};
}

static Products *make_products(Arena *arena, const Work *work) {
  Products *products = ARENA_ARRAY(arena, Products, 1);
  products->batch = work->batch;
  products->count = work->hidden + 1;
  for (int i = 0; i < products->count; i++) {
    int in = i > 0 ? work->units : work->features, out = i < work->hidden ? work->units : work->classes;
    products->at[i] = make_product(arena, work->batch, in, out, i == 0);
  }
  return products;
}

static void multiply(const Product *p, int batch) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, p->out, p->in, 1.0f, p->x, p->in, p->w, p->out, 0.0f,
              p->y, p->out);
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, p->in, p->out, batch, 1.0f, p->x, p->in, p->dy, p->out, 0.0f,
              p->dw, p->out);
  if (p->dx) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, p->in, p->out, 1.0f, p->dy, p->out, p->w, p->out, 0.0f,
                p->dx, p->in);
  }
}

static double time_products(void *subject, double seconds) {
  const Products *products = subject;
  double start = clock_now(), spent = 0.0;
  int64_t count = 0;
  for (; spent < seconds; spent = clock_now() - start, count++) {
    for (int i = 0; i < products->count; i++) {
      multiply(&products->at[i], products->batch);
    }
  }
  return spent / (double)count;
}

/* --- the table --------------------------------------------------------------------------------------------------- */

/* "OpenBLAS 0.3.21 SkylakeX": the library, and the kernel set it runs on. */
static void blas_text(char *out, size_t size) {
  char name[32], version[32];
  if (sscanf(openblas_get_config(), "%31s %31s", name, version) != 2) {
    fail("OpenBLAS does not say which version it is");
  }
  (void)snprintf(out, size, "%s %s %s", name, version, openblas_get_corename());
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void bench(const Work *work) {
  Arena arena;
  arena_init(&arena, 0);
  Trainer *trainer = make_trainer(&arena, work);
  Products *bare = make_products(&arena, work);
  double steps[ROUNDS], products[ROUNDS];
  (void)time_steps(trainer, ROUND_SECONDS);
  for (int r = 0; r < ROUNDS; r++) {
    steps[r] = time_steps(trainer, ROUND_SECONDS);
    products[r] = time_products(bare, ROUND_SECONDS);
  }
  qsort(steps, ROUNDS, sizeof *steps, by_value);
  qsort(products, ROUNDS, sizeof *products, by_value);
  char shape[64];
  (void)snprintf(shape, sizeof shape, "%-4s %d-%dx%d-%d b%d", work->name, work->features, work->units, work->hidden,
                 work->classes, work->batch);
  (void)printf("%-26s %10.1f %10.1f .. %-10.1f %10.1f %8.2f\n", shape, 1e6 * steps[ROUNDS / 2], 1e6 * steps[0],
               1e6 * steps[ROUNDS - 1], 1e6 * products[ROUNDS / 2], steps[ROUNDS / 2] / products[ROUNDS / 2]);
  arena_deinit(&arena);
}

static void print_table(void) {
  char blas[128];
  blas_text(blas, sizeof blas);
  (void)printf("training step, one thread; products: %s\n", blas);
  (void)printf("%-26s %10s %24s %10s %8s\n", "work", "us, median", "least .. most", "products", "ratio");
  for (int w = 0; w < WORK_COUNT; w++) {
    bench(&WORKS[w]);
  }
}

static void print_works(void) {
  for (int w = 0; w < WORK_COUNT; w++) {
    const Work *work = &WORKS[w];
    (void)printf("%s %d %d %d %d %d %d\n", work->name, work->features, work->hidden, work->units, work->classes,
                 work->batch, work->rows);
  }
}

/* --- the conversation with the driver ---------------------------------------------------------------------------- */

static int read_count(const char *text) {
  char *end;
  long count = strtol(text, &end, 10);
  if (*end || count < 1 || count > 1 << 24) {
    fail("a shape is of whole numbers from 1");
  }
  return (int)count;
}

static Work read_work(char **words) {
  if (strcmp(words[6], "full") != 0 && strcmp(words[6], "plain") != 0) {
    fail("LAYERS is full or plain");
  }
  Work work = {"",
               read_count(words[0]),
               read_count(words[1]),
               read_count(words[2]),
               read_count(words[3]),
               read_count(words[4]),
               read_count(words[5]),
               strcmp(words[6], "full") == 0};
  if (work.hidden > NET_MAX_HIDDEN || work.batch > work.rows) {
    fail("too many layers, or a batch larger than the rows");
  }
  return work;
}

static void answer(double (*measure)(void *, double), void *subject) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    (void)printf("%.9g\n", measure(subject, strtod(line, NULL)));
    (void)fflush(stdout);
  }
}

static void say_ready(const char *library, int threads) {
  (void)printf("ready %s%s%d thread%s\n", library, *library ? ", " : "", threads, threads == 1 ? "" : "s");
  (void)fflush(stdout);
}

static void serve_steps(const Work *work, int threads) {
  Setup setup;
  setup_init(&setup, threads == 1 ? 1 : 0); /* more than one: as many as the program would take itself */
  setup.trainer = make_trainer(&setup.arena, work);
  setup.data = *setup.trainer->data;
  setup_choose_team(&setup);
  (void)time_steps(setup.trainer, ROUND_SECONDS);
  say_ready(kernels_used()->name, setup_loaded(&setup).threads);
  answer(time_steps, setup.trainer);
  setup_deinit(&setup);
}

static void serve_products(const Work *work, int threads) {
  Arena arena;
  arena_init(&arena, 0);
  Products *products = make_products(&arena, work);
  char blas[128];
  blas_text(blas, sizeof blas);
  openblas_set_num_threads(threads);
  (void)time_products(products, ROUND_SECONDS);
  say_ready(blas, threads);
  answer(time_products, products);
  arena_deinit(&arena);
}

int main(int argc, char **argv) {
  openblas_set_num_threads(1);
  if (argc == 1) {
    print_table();
  } else if (argc == 2 && strcmp(argv[1], "works") == 0) {
    print_works();
  } else if (argc == 10 && strcmp(argv[1], "step") == 0) {
    Work work = read_work(argv + 2);
    serve_steps(&work, read_count(argv[9]));
  } else if (argc == 10 && strcmp(argv[1], "products") == 0) {
    Work work = read_work(argv + 2);
    serve_products(&work, read_count(argv[9]));
  } else {
    fail("usage: bench_step [works | step WORK... | products WORK...]; see the head of bench_step.c");
  }
  return 0;
}
