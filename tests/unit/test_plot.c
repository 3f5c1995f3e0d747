/* Pictures of curves: what is in the file, for what the runs hold. Curves are counted in the SVG, whose colours and
 * paths are text. */
#include "preset_fixture.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

#include "plot/plot.h"

enum { EPOCHS = 8 };
static const char *const STROKES[] = {"stroke:rgb(0%,44.7", "stroke:rgb(83.5", "stroke:rgb(0%,61.9"};

static void fill(EpochReport *epochs, int count) {
  for (int e = 0; e < count; e++) {
    epochs[e] = (EpochReport){.epoch = e,
                              .train = {1.0 / (e + 1), 1 - 1.0 / (e + 2), 10.0 / (e + 1)},
                              .val = {e < 4 ? 1.0 - 0.1 * e : 0.5 + 0.1 * e, e < 4 ? 0.1 * e : 0.2, 3}};
  }
}

static Plot plot_of(const PlotRun *runs, int count) {
  return (Plot){.title = "A title",
                .width = 900,
                .height = 600,
                .panel_count = 2,
                .panels = {PLOT_LOSS, PLOT_SCORE},
                .run_count = count,
                .runs = runs};
}

static const char *written(Fixture *fixture, const Plot *plot, const char *name, size_t *length) {
  char *bytes = NULL;
  const char *path = path_in(fixture, name);
  Status status = plot_write(plot, path, &fixture->err);
  if (status != STATUS_OK) {
    print_error("%s\n", fixture->err.text);
  }
  assert_int_equal(status, STATUS_OK);
  assert_int_equal(file_read(&fixture->arena, path, 1 << 24, &bytes, length, &fixture->err), STATUS_OK);
  return bytes;
}

static const char *svg_of(Fixture *fixture, const Plot *plot) {
  size_t length;
  return written(fixture, plot, "picture.svg", &length);
}

static int count_of(const char *text, const char *word) {
  int count = 0;
  for (; (text = strstr(text, word)); text += strlen(word)) {
    count++;
  }
  return count;
}

static void test_each_run_has_its_lines(void **state) {
  Fixture *fixture = *state;
  EpochReport epochs[EPOCHS];
  fill(epochs, EPOCHS);
  const PlotRun runs[] = {{.name = "first & <one>", .words = "dropout=0", .epochs = epochs, .epoch_count = EPOCHS},
                          {.name = "second", .words = "dropout=0.5", .epochs = epochs, .epoch_count = EPOCHS - 2}};
  Plot plot = plot_of(runs, 2);
  const char *svg = svg_of(fixture, &plot);
  assert_non_null(strstr(svg, "<title>A title</title>"));
  assert_non_null(strstr(svg, "first &amp; &lt;one&gt;: dropout=0\nsecond: dropout=0.5</desc>"));
  for (int r = 0; r < 2; r++) { /* a bar in the legend; in each panel two curves and a ring */
    assert_int_equal(count_of(svg, STROKES[r]), 1 + 2 * 3);
  }
  assert_int_equal(count_of(svg, STROKES[2]), 0);
  assert_int_equal(count_of(svg, "stroke-dasharray:5,3"), 1 + 2 * 2); /* validation, and what dashes mean */
  plot.panel_count = 1;
  assert_int_equal(count_of(svg_of(fixture, &plot), STROKES[0]), 1 + 3);
}

static void test_edits_are_marked(void **state) {
  Fixture *fixture = *state;
  EpochReport epochs[EPOCHS];
  fill(epochs, EPOCHS);
  const Edit edits[] = {{.step = 20, .at = 2, .param = PARAM_DROPOUT, .new_value = 0.5},
                        {.step = 40, .at = 4, .param = PARAM_DROPOUT, .old_value = 0.5, .new_value = 0.6},
                        {.step = 40, .at = 4, .param = PARAM_DROPOUT, .old_value = 0.6, .new_value = 0.7}};
  const PlotRun run = {
      .name = "r", .words = "", .epochs = epochs, .epoch_count = EPOCHS, .edits = edits, .edit_count = LENGTH(edits)};
  Plot plot = plot_of(&run, 1);
  assert_int_equal(count_of(svg_of(fixture, &plot), "stroke-dasharray:1,2.5"), 2 * 2);
}

/* The curve's path begins again behind a gap; a value alone is a dot. */
static void test_gaps(void **state) {
  Fixture *fixture = *state;
  EpochReport epochs[EPOCHS];
  fill(epochs, EPOCHS);
  for (int e = 0; e < EPOCHS; e++) {
    epochs[e].val.loss = NAN;
  }
  const PlotRun run = {.name = "r", .words = "", .epochs = epochs, .epoch_count = EPOCHS};
  Plot plot = plot_of(&run, 1);
  plot.panel_count = 1;
  assert_int_equal(count_of(svg_of(fixture, &plot), STROKES[0]), 1 + 1); /* no validation, no best */
  epochs[3].train.loss = INFINITY;
  assert_int_equal(count_of(svg_of(fixture, &plot), STROKES[0]), 1 + 2);
  epochs[1].train.loss = epochs[5].train.loss = NAN;
  const char *svg = svg_of(fixture, &plot);
  assert_int_equal(count_of(svg, STROKES[0]), 1 + 1);
  assert_int_equal(count_of(svg, "fill:rgb(0%,44.7"), 3);
}

/* Whatever the numbers are, there is a picture. */
static void test_wild_values(void **state) {
  static const double wild[] = {NAN, INFINITY, -INFINITY, 0, -1e30, 1e30, 1e-300, 1e300};
  Fixture *fixture = *state;
  EpochReport epochs[LENGTH(wild)];
  PlotRun run = {.name = "", .words = "", .epochs = epochs};
  for (run.epoch_count = 1; run.epoch_count <= LENGTH(wild); run.epoch_count++) {
    for (int e = 0; e < run.epoch_count; e++) {
      double value = wild[run.epoch_count - 1 - e];
      epochs[e] = (EpochReport){.epoch = e, .train = {value, value, value}, .val = {value, value, value}};
    }
    for (int log_y = 0; log_y < 2; log_y++) {
      size_t length;
      Plot plot = plot_of(&run, 1);
      plot.log_y = log_y;
      (void)written(fixture, &plot, "wild.png", &length);
      assert_null(strstr(svg_of(fixture, &plot), "nan"));
    }
  }
}

/* A run of any length is a picture of bounded size, and its spike is in it. */
static void test_a_long_run(void **state) {
  enum { LONG = 50000 };
  Fixture *fixture = *state;
  EpochReport *epochs = ARENA_ARRAY(&fixture->arena, EpochReport, LONG);
  for (int e = 0; e < LONG; e++) {
    double value = e == LONG / 2 ? 30 : 0.5;
    epochs[e] = (EpochReport){.epoch = e, .train = {value, value, value}, .val = {NAN, NAN, NAN}};
  }
  const PlotRun run = {.name = "long", .words = "", .epochs = epochs, .epoch_count = LONG};
  Plot plot = plot_of(&run, 1);
  size_t length;
  plot.panel_count = 1;
  const char *svg = written(fixture, &plot, "long.svg", &length);
  assert_true(length < 400000);
  const char *spike = strstr(svg, STROKES[0]);
  spike = strstr(spike + 1, STROKES[0]);
  assert_non_null(spike);
  const char *path = strstr(spike, " d=\"M");
  double highest = 1e9;
  assert_non_null(path);
  for (const char *at = path + 4; *at == 'M' || *at == 'L';) { /* "M 52.1 300 L 53.4 290.5 " */
    char *end;
    (void)strtod(at + 1, &end);
    highest = fmin(highest, strtod(end, &end));
    at = end + 1;
  }
  assert_true(highest < 150); /* near the top of the panel */
}

static unsigned big_endian(const char *bytes) {
  unsigned value = 0;
  for (int i = 0; i < 4; i++) {
    value = value << 8 | (unsigned char)bytes[i];
  }
  return value;
}

static void test_formats(void **state) {
  Fixture *fixture = *state;
  EpochReport epochs[EPOCHS];
  PlotRun runs[PLOT_MAX_RUNS];
  size_t length;
  char long_text[2000];
  fill(epochs, EPOCHS);
  memset(long_text, 'w', sizeof long_text);
  long_text[sizeof long_text - 1] = '\0';
  for (int r = 0; r < PLOT_MAX_RUNS; r++) {
    runs[r] = (PlotRun){.name = "é…語", .words = long_text, .epochs = epochs, .epoch_count = EPOCHS};
  }
  Plot plot = plot_of(runs, PLOT_MAX_RUNS);
  plot.width = PLOT_MIN_WIDTH;
  plot.height = PLOT_MIN_HEIGHT;
  const char *png = written(fixture, &plot, "picture.PNG", &length);
  assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
  assert_int_equal(big_endian(png + 16), PLOT_MIN_WIDTH);
  assert_int_equal(big_endian(png + 20), PLOT_MIN_HEIGHT);
  const char *pdf = written(fixture, &plot, "picture.pdf", &length);
  assert_memory_equal(pdf, "%PDF-1.", 7);
  assert_non_null(strstr(svg_of(fixture, &plot), "width=\"400pt\""));
}

static void assert_refused(Fixture *fixture, const char *path, Status status, const char *cause) {
  EpochReport epochs[EPOCHS];
  fill(epochs, EPOCHS);
  const PlotRun run = {.name = "r", .words = "", .epochs = epochs, .epoch_count = EPOCHS};
  Plot plot = plot_of(&run, 1);
  assert_int_equal(plot_write(&plot, path, &fixture->err), status);
  assert_non_null(strstr(fixture->err.text, path));
  assert_non_null(strstr(fixture->err.text, cause));
}

static void test_places_that_cannot_be(void **state) {
  Fixture *fixture = *state;
  assert_refused(fixture, path_in(fixture, "curves.jpg"), STATUS_USAGE, ".svg, .png or .pdf");
  assert_refused(fixture, path_in(fixture, "curves"), STATUS_USAGE, ".svg, .png or .pdf");
  assert_refused(fixture, "/proc/nnlab/curves.svg", STATUS_IO, "cannot write");
  const char *folder = path_in(fixture, "folder.png");
  assert_int_equal(mkdir(folder, 0700), 0);
  assert_refused(fixture, folder, STATUS_IO, "is a directory");
  assert_int_equal(rmdir(folder), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_each_run_has_its_lines),
      TEST(test_edits_are_marked),
      TEST(test_gaps),
      TEST(test_wild_values),
      TEST(test_a_long_run),
      TEST(test_formats),
      TEST(test_places_that_cannot_be),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
