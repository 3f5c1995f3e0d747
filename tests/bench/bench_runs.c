/* What the screens of the run history cost, as Markdown: reading the runs, which no frame may wait for, and drawing
 * them at 200 x 60, 30 frames a second being 33 ms each. Over a history of 10 000 short runs, six of 10 000 epochs and
 * one of a million, which this makes in a folder of its own. Usage: bench_runs */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "app/archive.h"
#include "app/comparer.h"
#include "base/clock.h"
#include "store/recording.h"

enum { LONG_RUNS = 6, ROWS = 60, COLS = 200 };
enum { FRAMES = 300, SLICES = 100000 };

static struct {
  char folder[64], path[128];
  Recorder *recorder;
  Archive *archive;
  Comparer *comparer;
  PresetList presets;
  UiState ui;
  Arena frame;
  int count;
  double times[SLICES];
} bench;

static void die(const Error *err) {
  (void)fprintf(stderr, "bench_runs: %s\n", err->text);
  exit(1);
}

static void check(Status status, const Error *err) {
  if (status != STATUS_OK) {
    die(err);
  }
}

/* --- the history -------------------------------------------------------------------------------------------------- */

static void remove_history(void) {
  static const char *const ends[] = {"", "-wal", "-shm"};
  char path[160];
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    (void)snprintf(path, sizeof path, "%s%s", bench.path, ends[i]);
    (void)unlink(path);
  }
  (void)rmdir(bench.folder);
}

/* One run as the program records it: of it the others are copies, which is quick. */
static void record_one(const Preset *preset) {
  Error err;
  Store *store;
  Recording *recording;
  Loaded loaded = {.experiment = preset->experiment, .dataset = "digits", .threads = 1};
  RunStart start = {.preset = preset, .loaded = &loaded, .version = "1", .kernels = "portable"};
  Ended ended = {.outcome = RUN_FINISHED, .epochs = 1, .step = 1};
  EpochReport report = {.epoch = 0, .step = 1};
  check(store_open(&store, bench.path, 1000, &err), &err);
  check(recording_begin(store, &start, &recording, &err), &err);
  check(recording_epoch(recording, &report, &err), &err);
  check(recording_end(recording, &ended, &err), &err);
  store_close(store);
}

#define NUMBERS(most) "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " most ") "
/* Curves that fall, with some noise. */
#define EPOCHS(run, most)                                                                     \
  NUMBERS(most)                                                                               \
  "INSERT OR REPLACE INTO epochs SELECT " run                                                 \
  ", i, i, f + x, 1 - f - x, 0, f + x, 1 - f - x, 0, f + 2 * x, 1 - f - 2 * x, 0, 0.01, 0.01" \
  " FROM (SELECT i, 1 / (1 + 0.01 * i) AS f, 0.00002 * ((i * 7919 + " run " * 104729) % 997) AS x FROM n)"

/* Runs of one epoch, then six long ones, then the longest. */
static const char *const STATEMENTS[] = {
    "PRAGMA synchronous=OFF", "BEGIN",
    "CREATE TEMP TABLE one AS SELECT * FROM runs; UPDATE one SET id = NULL",
    NUMBERS("10005") "INSERT INTO runs SELECT one.id, 'run-' || i, preset, title, differences, experiment, dataset,"
                     " fingerprint, regression, seed + i, parameters, train_rows, validation_rows, test_rows, weights, cpu,"
                     " cores, threads, kernels, version, parent, fork_epoch, twin, note, started, ended, outcome, epochs,"
                     " steps, seconds, (i % 97) / 100.0, best_epoch, (i % 89) / 100.0, gap, val_loss, kept_epoch, restored,"
                     " early, test_loss, test_score, test_mae, digest, bad_step, bad_layer, bad_value FROM n, one",
    EPOCHS("10002", "9999"), EPOCHS("10003", "9999"), EPOCHS("10004", "9999"), EPOCHS("10005", "9999"),
    EPOCHS("10006", "9999"), EPOCHS("10007", "9999"), EPOCHS("1", "999999"),
    "UPDATE runs SET id = 10008 WHERE id = 1; UPDATE epochs SET run = 10008 WHERE run = 1", "COMMIT"};

static void make_history(void) {
  static Preset preset = {.name = "baseline", .title = "Baseline", .lesson = "", .watch = "", .try_it = ""};
  sqlite3 *db;
  strcpy(bench.folder, "/tmp/nnlab-bench-XXXXXX");
  if (!mkdtemp(bench.folder)) {
    perror("mkdtemp");
    exit(1);
  }
  (void)snprintf(bench.path, sizeof bench.path, "%s/runs.db", bench.folder);
  (void)atexit(remove_history);
  preset.experiment = experiment_default();
  record_one(&preset);
  bench.presets = (PresetList){.count = 1, .items = &preset};
  if (sqlite3_open(bench.path, &db) != SQLITE_OK) {
    exit(1);
  }
  for (size_t i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++) {
    char *text = NULL;
    if (sqlite3_exec(db, STATEMENTS[i], NULL, NULL, &text) != SQLITE_OK) {
      (void)fprintf(stderr, "bench_runs: %s: %s\n", STATEMENTS[i], text);
      exit(1);
    }
  }
  (void)sqlite3_close(db);
}

/* --- what is measured --------------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void begin(void) { bench.count = 0; }

static void add(double since) {
  if (bench.count < SLICES) {
    bench.times[bench.count++] = clock_now() - since;
  }
}

static void report(const char *what) {
  int count = bench.count;
  qsort(bench.times, (size_t)count, sizeof *bench.times, by_value);
  (void)printf("| %s (%d) | %.2f | %.2f | %.2f |\n", what, count, 1e3 * bench.times[count / 2],
               1e3 * bench.times[count * 99 / 100], 1e3 * bench.times[count - 1]);
}

static void press(uint32_t key) {
  ui_input(&bench.ui, (Input){.kind = INPUT_KEY, .key = key});
  archive_do(bench.archive, &bench.ui);
}

static void draw(void) {
  UiHits hits;
  arena_reset(&bench.frame);
  Canvas *canvas = canvas_create(&bench.frame, ROWS, COLS, CHARSET_BRAILLE);
  ui_draw(&bench.ui, canvas, &bench.frame, &hits);
  bench.ui.hits = hits;
}

/* What a loop of the program spends before it draws and looks for keys again. */
static void read_rows(void) {
  double whole = clock_now();
  begin();
  do {
    double begun = clock_now();
    (void)archive_work(bench.archive, &bench.ui);
    add(begun);
  } while (archive_is_busy(bench.archive));
  whole = clock_now() - whole;
  report("Runs, a slice of reading its rows");
  (void)printf("| Runs, all %d rows | %.0f | | |\n", bench.ui.runs.count, 1e3 * whole);
}

static void read_curves(const char *slice, const char *all) {
  double whole = clock_now();
  begin();
  while (comparer_patience(bench.comparer, &bench.ui) == 0) {
    double begun = clock_now();
    (void)comparer_work(bench.comparer, &bench.ui);
    add(begun);
  }
  whole = clock_now() - whole;
  report(slice);
  (void)printf("| %s | %.0f | | |\n", all, 1e3 * whole);
}

/* From a key to the frame that shows it. */
static void press_and_draw(const char *what, const char *keys) {
  begin();
  for (int i = 0; i < FRAMES; i++) {
    double begun = clock_now();
    press((uint32_t)keys[i % (int)strlen(keys)]);
    draw();
    add(begun);
  }
  report(what);
}

static double resident_mb(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file) {
    char text[128];
    char *rest = fgets(text, sizeof text, file) ? strchr(text, ' ') : NULL;
    pages = rest ? strtol(rest, NULL, 10) : 0;
    (void)fclose(file);
  }
  return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* Of what the program has, more than when this began. */
static void report_memory(const char *what, double before) {
  (void)printf("| %s: more memory, MB | %.1f | | |\n", what, resident_mb() - before);
}

static void bench_compare(void) {
  double before = resident_mb();
  press('j'); /* the longest is the first */
  for (int i = 0; i < LONG_RUNS; i++) {
    press('m');
  }
  press('c');
  read_curves("Compare, a slice of reading 6 x 10 000 epochs", "Compare, all 60 000 epochs");
  press_and_draw("Compare, a frame of 6 runs, both curves", "hl");
  press('w');
  press_and_draw("Compare, the same smoothed", "hl");
  press('[');
  press_and_draw("Compare, the same with the cursor moving", "[[[[]]]]");
  report_memory("Compare, 6 x 10 000 epochs", before);
}

/* Two marks, one of which is the longest run's. */
static void bench_longest(void) {
  press('3');
  read_rows();
  for (int i = 0; i < 5; i++) { /* all but one of the long ones */
    press('k');
    press('m');
    press('k');
  }
  press('g');
  press('m');
  double before = resident_mb();
  press('c');
  read_curves("Compare, a slice of reading 1 000 000 epochs", "Compare, all 1 000 000 epochs");
  press_and_draw("Compare, a frame of it beside 10 000 epochs", "hl");
  report_memory("Compare, 1 000 000 epochs in the place of 10 000", before);
}

int main(void) {
  Error err;
  Store *store;
  make_history();
  (void)printf("| the run history at %d x %d, ms (samples) | median | p99 | most |\n|---|---|---|---|\n", COLS, ROWS);
  arena_init(&bench.frame, (size_t)256 * 1024);
  bench.recorder = recorder_open(bench.path, NULL, 1000);
  double begun = clock_now();
  check(recorder_store(bench.recorder, &store, &err), &err);
  (void)printf("| opening the history | %.2f | | |\n", 1e3 * (clock_now() - begun));
  ui_init(&bench.ui, bench.presets, &bench.presets.items[0], false, CHARSET_BRAILLE, PALETTE_DARK);
  bench.archive = archive_open(bench.recorder, &bench.presets);
  bench.comparer = comparer_open(bench.recorder);
  press('3');
  read_rows();
  press_and_draw("Runs, a row down", "j");
  press_and_draw("Runs, to the end and back", "Gg");
  press_and_draw("Runs, sorted anew", "s");
  while (bench.ui.runs.order != RUNS_BY_AGE) {
    press('s');
  }
  press('g');
  bench_compare();
  bench_longest();
  comparer_close(bench.comparer);
  archive_close(bench.archive, &bench.ui.runs);
  recorder_close(bench.recorder);
  arena_deinit(&bench.frame);
  return 0;
}
