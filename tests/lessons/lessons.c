/* lessons: is it true what the presets say? Trains every preset over several seeds, with the changes that its text
 * invites to, prints what came out, and checks each claim of the texts in every one of the seeds. A seed makes another
 * split, other wrong labels, other weights and batches. Seeds count up from the preset's own, as the key n does.
 *
 * Runs in the project's root. NNLAB_LESSON_SEEDS is the number of seeds, 5 where nothing is said. Uses all cores; a run
 * is one thread's work, so the results do not depend on how many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "lab/param.h"
#include "lab/preset.h"
#include "math/kernels.h"
#include "train/setup.h"

enum { SEEDS = 5, MAX_SEEDS = 100, MAX_THREADS = 64, MAX_SETTINGS = 3, ALL_LAYERS = -1 };

/* What is trained: a preset, with settings changed before the start, or while it trains. */
typedef struct Variant {
  const char *preset;
  const char *change;                 /* in words, for the table */
  const char *settings[MAX_SETTINGS]; /* as --set takes them */
  int edit_after;                     /* the epoch after which `edit` becomes `value`; 0 = no edit */
  ParamId edit;
  double value;
  int layer; /* or ALL_LAYERS */
} Variant;

typedef enum VariantId {
  BASELINE = 0,
  BASELINE_DROPOUT,
  OVERFITTING,
  OVERFITTING_THEN_DROPOUT,
  DROPOUT,
  DROPOUT_THEN_NONE,
  SLOW,
  SLOW_DROPOUT,
  SLOW_RELU,
  SLOW_THEN_ONE_NORM,
  NORM,
  NORM_BEFORE,
  BOTH,
  BOTH_NEITHER,
  BOTH_NORM_ALONE,
  BOTH_DROPOUT_ALONE,
  DEEPER,
  DEEPER_NORM_ALONE,
  DEEPER_DROPOUT_ALONE,
  DEEPER_THEN_NO_DROPOUT,
  VARIANTS
} VariantId;

#define PLAIN(preset_) .preset = (preset_), .change = "as it is"
#define CHANGED(preset_, change_, ...) .preset = (preset_), .change = (change_), .settings = {__VA_ARGS__}
#define EDITED(after_, param_, value_, layer_) \
  .edit_after = (after_), .edit = (param_), .value = (value_), .layer = (layer_)
static const Variant VARIANT[VARIANTS] = {
    [BASELINE] = {PLAIN("baseline")},
    [BASELINE_DROPOUT] = {CHANGED("baseline", "dropout 0.5", "dropout=0.5")},
    [OVERFITTING] = {PLAIN("overfitting")},
    [OVERFITTING_THEN_DROPOUT] = {CHANGED("overfitting", "dropout 0.5 after epoch 30", "epochs=60"),
                                  EDITED(30, PARAM_DROPOUT, 0.5, ALL_LAYERS)},
    [DROPOUT] = {PLAIN("dropout")},
    [DROPOUT_THEN_NONE] = {CHANGED("dropout", "no dropout after epoch 40", "epochs=70"),
                           EDITED(40, PARAM_DROPOUT, 0.0, ALL_LAYERS)},
    [SLOW] = {PLAIN("slow-and-unstable")},
    [SLOW_DROPOUT] = {CHANGED("slow-and-unstable", "dropout 0.5", "dropout=0.5", "epochs=80")},
    [SLOW_RELU] = {CHANGED("slow-and-unstable", "relu", "activation=relu", "epochs=10")},
    [SLOW_THEN_ONE_NORM] = {CHANGED("slow-and-unstable", "batch normalization in layer 4 after epoch 20", "epochs=40"),
                            EDITED(20, PARAM_BATCH_NORM, 1.0, 3)},
    [NORM] = {PLAIN("batch-normalization")},
    [NORM_BEFORE] = {CHANGED("batch-normalization", "before the activation", "batch_norm_position=before",
                             "epochs=40")},
    [BOTH] = {PLAIN("both-together")},
    [BOTH_NEITHER] = {CHANGED("both-together", "neither", "batch_norm=off", "dropout=0")},
    [BOTH_NORM_ALONE] = {CHANGED("both-together", "batch normalization alone", "dropout=0")},
    [BOTH_DROPOUT_ALONE] = {CHANGED("both-together", "dropout alone", "batch_norm=off")},
    [DEEPER] = {PLAIN("deeper")},
    [DEEPER_NORM_ALONE] = {CHANGED("deeper", "batch normalization alone", "dropout=0", "epochs=80")},
    [DEEPER_DROPOUT_ALONE] = {CHANGED("deeper", "dropout alone", "batch_norm=off", "epochs=60")},
    [DEEPER_THEN_NO_DROPOUT] = {CHANGED("deeper", "no dropout after epoch 30", "epochs=80"),
                                EDITED(30, PARAM_DROPOUT, 0.0, ALL_LAYERS)},
};
#undef PLAIN
#undef CHANGED
#undef EDITED

/* One variant from one seed. */
typedef struct Run {
  const Variant *variant;
  Experiment experiment;
  int count;           /* epochs that ended */
  EpochReport *epochs; /* (experiment.train.epochs) */
  double seconds;
  bool failed; /* `err` says why */
  Error err;
} Run;

typedef struct Lessons {
  Arena arena;
  PresetList presets;
  int seeds;
  Run *runs; /* (VARIANTS, seeds) */
  atomic_int next;
} Lessons;

static Run *run_at(const Lessons *lessons, VariantId id, int seed) {
  return &lessons->runs[(int)id * lessons->seeds + seed];
}

/* ---- training ---- */

static void must(Status status, const Error *err) {
  if (status != STATUS_OK) {
    (void)fprintf(stderr, "lessons: %s\n", err->text);
    exit(2);
  }
}

static void prepare_run(Lessons *lessons, Run *run, const Variant *variant, int seed) {
  Error err;
  const Preset *preset;
  must(preset_find(&lessons->presets, variant->preset, &preset, &err), &err);
  *run = (Run){.variant = variant, .experiment = preset->experiment};
  for (int i = 0; i < MAX_SETTINGS && variant->settings[i]; i++) {
    must(param_assign(&run->experiment, variant->settings[i], &err), &err);
  }
  run->experiment.train.seed += seed;
  run->epochs = ARENA_ARRAY(&lessons->arena, EpochReport, (size_t)run->experiment.train.epochs);
}

static Status edit_layers(Trainer *trainer, const Variant *variant, Error *err) {
  Status status = STATUS_OK;
  for (int layer = 0; layer < trainer->experiment.net.hidden && status == STATUS_OK; layer++) {
    Edit edit;
    if (variant->layer == ALL_LAYERS || variant->layer == layer) {
      status = trainer_edit(trainer, variant->edit, layer, variant->value, &edit, err);
    }
  }
  return status;
}

static Status train(Run *run, Setup *setup) {
  Status status = setup_load(setup, &run->experiment, "datasets", &run->err);
  for (StepResult result = STEP_MORE; status == STATUS_OK && result != STEP_DONE;) {
    result = trainer_step(setup->trainer);
    if (result == STEP_DIVERGED) {
      return error_set(&run->err, STATUS_RANGE, "diverged in step %lld", (long long)setup->trainer->bad_step);
    }
    if (result == STEP_MORE) {
      continue;
    }
    run->epochs[run->count++] = setup->trainer->report;
    if (run->count == run->variant->edit_after) {
      status = edit_layers(setup->trainer, run->variant, &run->err);
    }
  }
  return status;
}

static void *work(void *argument) {
  Lessons *lessons = argument;
  flush_denormals();
  Setup setup;
  setup_init(&setup, 1);
  for (int i; (i = atomic_fetch_add(&lessons->next, 1)) < VARIANTS * lessons->seeds;) {
    Run *run = &lessons->runs[i];
    double start = clock_now();
    run->failed = train(run, &setup) != STATUS_OK;
    run->seconds = clock_now() - start;
  }
  setup_deinit(&setup);
  return NULL;
}

static void train_all(Lessons *lessons) {
  pthread_t threads[MAX_THREADS];
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  int wanted = cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : (int)cores, count = 0;
  while (count < wanted - 1 && pthread_create(&threads[count], NULL, work, lessons) == 0) {
    count++;
  }
  (void)work(lessons);
  for (int i = 0; i < count; i++) {
    (void)pthread_join(threads[i], NULL);
  }
}

/* ---- what came out ---- */

static const EpochReport *after(const Run *run, int epochs) { return &run->epochs[epochs - 1]; }
static const EpochReport *last(const Run *run) { return after(run, run->count); }

/* How far training, without dropout, is above validation at the end. */
static double gap(const Run *run) { return last(run)->train_eval.score - last(run)->val.score; }

/* The epoch, from 1, with the lowest validation loss. */
static int best_epoch(const Run *run) {
  int best = 1;
  for (int e = 2; e <= run->count; e++) {
    best = after(run, e)->val.loss < after(run, best)->val.loss ? e : best;
  }
  return best;
}

/* The largest fall of the validation accuracy from one epoch to the next, after `epochs` epochs. */
static double largest_fall(const Run *run, int epochs) {
  double largest = 0.0;
  for (int e = epochs + 1; e <= run->count; e++) {
    largest = fmax(largest, after(run, e - 1)->val.score - after(run, e)->val.score);
  }
  return largest;
}

/* The best validation accuracy within the first `epochs` epochs. */
static double best_score(const Run *run, int epochs) {
  double best = 0.0;
  for (int e = 1; e <= epochs; e++) {
    best = fmax(best, after(run, e)->val.score);
  }
  return best;
}

enum { FIGURES = 7 };

static void figures_of(const Run *run, double figures[FIGURES]) {
  const EpochReport *end = last(run);
  double values[FIGURES] = {
      end->train.score, end->train_eval.score, end->val.score, end->val.loss, after(run, best_epoch(run))->val.loss,
      best_epoch(run),  run->seconds};
  memcpy(figures, values, sizeof values);
}

static void print_figures(const char *name, const double figures[FIGURES]) {
  printf("#   %-8s %8.3f %8.3f %8.3f %9.3f %8.3f %8.1f %7.2f\n", name, figures[0], figures[1], figures[2], figures[3],
         figures[4], figures[5], figures[6]);
}

static void print_variant(const Lessons *lessons, VariantId id) {
  double mean[FIGURES] = {0}, figures[FIGURES];
  char name[16];
  printf("#\n# %s: %s\n", VARIANT[id].preset, VARIANT[id].change);
  printf("#   %-8s %8s %8s %8s %9s %8s %8s %7s\n", "", "train", "in eval", "val", "val loss", "lowest", "epoch",
         "seconds");
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = run_at(lessons, id, seed);
    if (run->failed) {
      printf("#   seed %d: %s\n", run->experiment.train.seed, run->err.text);
      continue;
    }
    figures_of(run, figures);
    (void)snprintf(name, sizeof name, "seed %d", run->experiment.train.seed);
    print_figures(name, figures);
    for (int i = 0; i < FIGURES; i++) {
      mean[i] += figures[i] / lessons->seeds;
    }
  }
  print_figures("mean", mean);
}

static void print_table(const Lessons *lessons) {
  printf("# %s, %d seeds; accuracies and losses after the last epoch\n", kernels_used()->name, lessons->seeds);
  for (VariantId id = 0; id < VARIANTS; id++) {
    print_variant(lessons, id);
  }
}

/* ---- the claims ---- */

static void claim(const Run *run, bool holds, const char *claimed) {
  if (!holds) {
    fail_msg("%s, %s, seed %d: not so: %s", run->variant->preset, run->variant->change, run->experiment.train.seed,
             claimed);
  }
}

/* That the condition holds for the run; the message names both. */
#define CLAIM(run, condition) claim((run), (condition), #condition)

static const Run *trained(const Lessons *lessons, VariantId id, int seed) {
  const Run *run = run_at(lessons, id, seed);
  if (run->failed) {
    fail_msg("%s, %s, seed %d: %s", run->variant->preset, run->variant->change, run->experiment.train.seed,
             run->err.text);
  }
  return run;
}

/* "Both losses fall, both accuracies rise. In the end training stays a little better than validation." */
static void baseline_has_a_small_gap(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, BASELINE, seed);
    CLAIM(run, last(run)->train.loss < 0.1 * after(run, 1)->train.loss);
    CLAIM(run, last(run)->val.loss < 0.6 * after(run, 1)->val.loss);
    CLAIM(run, last(run)->val.score > 0.95);
    CLAIM(run, gap(run) > 0.0 && gap(run) < 0.05);
  }
}

/* "Press d and r for dropout; there is nothing to cure, and little changes." */
static void baseline_needs_no_dropout(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *plain = trained(lessons, BASELINE, seed), *run = trained(lessons, BASELINE_DROPOUT, seed);
    CLAIM(run, fabs(last(run)->val.score - last(plain)->val.score) < 0.03);
  }
}

/* "Then it learns the wrong labels too: the training loss goes on falling, but the validation loss turns and rises."
 * "The validation loss has its lowest point early." "More epochs do not help." */
static void overfitting_is_seen(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, OVERFITTING, seed);
    int best = best_epoch(run);
    CLAIM(run, best <= run->count / 4);
    CLAIM(run, last(run)->val.loss > 1.3 * after(run, best)->val.loss);
    CLAIM(run, last(run)->train.loss < 0.1 * after(run, best)->train.loss);
    CLAIM(run, last(run)->train_eval.score > 0.98);
    CLAIM(run, gap(run) > 0.07);
    CLAIM(run, last(run)->val.score < best_score(run, run->count / 4) - 0.02);
    CLAIM(run, last(run)->val.loss > 0.95 * after(run, run->count / 2)->val.loss);
  }
}

/* "Press space to pause after the turn, d on each layer for dropout 0.5, and space to go on." */
static void dropout_helps_while_it_trains(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, OVERFITTING_THEN_DROPOUT, seed);
    CLAIM(run, after(run, 35)->val.score > after(run, 30)->val.score + 0.02);
    CLAIM(run, last(run)->val.loss < 0.9 * after(run, 30)->val.loss);
  }
}

/* "The validation loss stays low and the gap between the accuracies small. Validation can even lead." */
static void dropout_closes_the_gap(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *plain = trained(lessons, OVERFITTING, seed), *run = trained(lessons, DROPOUT, seed);
    CLAIM(run, gap(run) < gap(plain) - 0.05);
    CLAIM(run, last(run)->val.score > last(plain)->val.score + 0.02);
    CLAIM(run, last(run)->val.loss < 0.8 * last(plain)->val.loss);
    CLAIM(run, last(run)->val.score > last(run)->train.score);
    CLAIM(run, last(run)->train_eval.score > last(run)->train.score + 0.03);
  }
}

/* "Pause, press d on each layer and go on: without dropout the validation loss climbs again." */
static void without_dropout_it_overfits_again(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, DROPOUT_THEN_NONE, seed);
    CLAIM(run, last(run)->val.loss > 1.3 * after(run, 40)->val.loss);
    CLAIM(run, last(run)->val.score < after(run, 40)->val.score - 0.02);
  }
}

/* "Nothing happens for many epochs: the network guesses." "From one epoch to the next the accuracy can fall far."
 * "This is not overfitting, for training is no better than validation." */
static void slow_and_unstable_is_seen(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, SLOW, seed);
    CLAIM(run, best_score(run, 20) < 0.22);
    CLAIM(run, after(run, 20)->train.score < 0.15);
    CLAIM(run, best_score(run, 50) < 0.5);
    CLAIM(run, last(run)->val.score > 0.6);
    CLAIM(run, largest_fall(run, 0) > 0.08);
    CLAIM(run, gap(run) < 0.08);
  }
}

/* "Dropout would be the wrong remedy." */
static void dropout_does_not_speed_up(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, SLOW_DROPOUT, seed);
    CLAIM(run, best_score(run, run->count) < 0.3);
  }
}

/* "b on the last layer for batch normalization, and space to go on." "Make each activation relu: that helps too." */
static void one_norm_or_relu_speeds_up(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, SLOW_THEN_ONE_NORM, seed), *relu = trained(lessons, SLOW_RELU, seed);
    CLAIM(run, after(run, 20)->val.score < 0.2);
    CLAIM(run, after(run, 21)->train.score > 0.5);
    CLAIM(run, last(run)->val.score > 0.9);
    CLAIM(relu, last(relu)->val.score > 0.9);
  }
}

/* "Training is good after the first epoch. Validation starts late, catches up, and ends higher than in the lesson
 * before." "Training is fast, and steadier." */
static void norm_is_fast_and_steadier(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *plain = trained(lessons, SLOW, seed), *run = trained(lessons, NORM, seed);
    CLAIM(run, after(run, 1)->train.score > 0.7);
    CLAIM(run, after(run, 1)->val.score < 0.4);
    CLAIM(run, best_score(run, 15) > 0.9);
    CLAIM(run, last(run)->val.score > last(plain)->val.score + 0.05);
    CLAIM(run, largest_fall(run, 20) < largest_fall(plain, 20));
  }
}

/* "Press B on each layer to normalize before the activation, then r: here both work." */
static void norm_works_before_the_activation(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, NORM_BEFORE, seed);
    CLAIM(run, after(run, 1)->train.score > 0.6);
    CLAIM(run, best_score(run, 15) > 0.9);
    CLAIM(run, last(run)->val.score > 0.9);
  }
}

/* "It does not cure overfitting." "Batch normalization alone overfits." "Dropout alone does most of the work." */
static void each_remedy_has_its_own_task(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *both = trained(lessons, BOTH, seed), *neither = trained(lessons, BOTH_NEITHER, seed);
    const Run *norm = trained(lessons, BOTH_NORM_ALONE, seed), *dropout = trained(lessons, BOTH_DROPOUT_ALONE, seed);
    CLAIM(neither, gap(neither) > 0.07);
    CLAIM(norm, gap(norm) > 0.07);
    CLAIM(norm, last(norm)->val.score < last(neither)->val.score + 0.02);
    CLAIM(dropout, last(dropout)->val.score > last(neither)->val.score + 0.02);
    CLAIM(both, last(both)->val.score > last(neither)->val.score + 0.01);
    CLAIM(both, gap(both) < gap(neither) - 0.05);
    CLAIM(both, last(both)->val.loss < 0.9 * last(neither)->val.loss);
    CLAIM(both, last(both)->val.loss < 0.9 * last(norm)->val.loss);
  }
}

/* "Neither remedy is enough here. With dropout alone, training does not get going. With batch normalization alone it
 * is fast, and overfits. With both it is fast, and the training accuracy comes to rest near the share of right
 * labels." */
static void deeper_needs_both(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *both = trained(lessons, DEEPER, seed);
    const Run *norm = trained(lessons, DEEPER_NORM_ALONE, seed),
              *dropout = trained(lessons, DEEPER_DROPOUT_ALONE, seed);
    double right = 1.0 - both->experiment.data.label_noise;
    CLAIM(dropout, best_score(dropout, dropout->count) < 0.3);
    CLAIM(norm, best_score(norm, 15) > 0.75);
    CLAIM(norm, gap(norm) > 0.07);
    CLAIM(both, best_score(both, 15) > 0.8);
    CLAIM(both, fabs(last(both)->train_eval.score - right) < 0.04);
    CLAIM(both, last(both)->val.score > last(both)->train_eval.score + 0.05);
    CLAIM(both, last(both)->val.score > last(norm)->val.score + 0.03);
  }
}

/* "Pause, press d on each layer and go on: it begins to overfit." */
static void deeper_without_dropout_overfits(void **state) {
  const Lessons *lessons = *state;
  for (int seed = 0; seed < lessons->seeds; seed++) {
    const Run *run = trained(lessons, DEEPER_THEN_NO_DROPOUT, seed);
    CLAIM(run, last(run)->train.score > 1.0 - run->experiment.data.label_noise + 0.02);
    CLAIM(run, last(run)->val.loss > 1.2 * after(run, 30)->val.loss);
    CLAIM(run, last(run)->val.score < after(run, 30)->val.score - 0.02);
  }
}

static int wanted_seeds(void) {
  const char *text = getenv("NNLAB_LESSON_SEEDS");
  int64_t seeds = SEEDS;
  bool readable = !text || str_to_i64(text, &seeds);
  return !readable || seeds < 1 ? 1 : seeds > MAX_SEEDS ? MAX_SEEDS : (int)seeds;
}

int main(void) {
  Lessons lessons = {.seeds = wanted_seeds()};
  arena_init(&lessons.arena, 0);
  Error err;
  must(preset_list(&lessons.arena, "presets", &lessons.presets, &err), &err);
  lessons.runs = ARENA_ARRAY(&lessons.arena, Run, (size_t)(VARIANTS * lessons.seeds));
  for (int i = 0; i < VARIANTS * lessons.seeds; i++) {
    prepare_run(&lessons, &lessons.runs[i], &VARIANT[i / lessons.seeds], i % lessons.seeds);
  }
  train_all(&lessons);
  print_table(&lessons);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(baseline_has_a_small_gap, &lessons),
      cmocka_unit_test_prestate(baseline_needs_no_dropout, &lessons),
      cmocka_unit_test_prestate(overfitting_is_seen, &lessons),
      cmocka_unit_test_prestate(dropout_helps_while_it_trains, &lessons),
      cmocka_unit_test_prestate(dropout_closes_the_gap, &lessons),
      cmocka_unit_test_prestate(without_dropout_it_overfits_again, &lessons),
      cmocka_unit_test_prestate(slow_and_unstable_is_seen, &lessons),
      cmocka_unit_test_prestate(dropout_does_not_speed_up, &lessons),
      cmocka_unit_test_prestate(one_norm_or_relu_speeds_up, &lessons),
      cmocka_unit_test_prestate(norm_is_fast_and_steadier, &lessons),
      cmocka_unit_test_prestate(norm_works_before_the_activation, &lessons),
      cmocka_unit_test_prestate(each_remedy_has_its_own_task, &lessons),
      cmocka_unit_test_prestate(deeper_needs_both, &lessons),
      cmocka_unit_test_prestate(deeper_without_dropout_overfits, &lessons),
  };
  int failed = cmocka_run_group_tests_name("lessons", tests, NULL, NULL);
  arena_deinit(&lessons.arena);
  return failed;
}
