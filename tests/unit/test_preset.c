/* preset: what is given is read, what is not has its default; saving and loading is the identity, whatever the settings
 * and texts; every malformed file in tests/cases/presets gets exactly the message beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/str.h"
#include "lab/param.h"
#include "preset_fixture.h"

static const char CASES[] = "tests/cases/presets";

static Status parse(Fixture *fixture, const char *text) {
  return preset_parse(&fixture->arena, text, strlen(text), "my.yaml", &fixture->preset, &fixture->err);
}

static void assert_parses(Fixture *fixture, const char *text) {
  fixture->err.text[0] = '\0';
  Status status = parse(fixture, text);
  assert_string_equal(fixture->err.text, "");
  assert_int_equal(status, STATUS_OK);
}

/* ---- reading ---- */

static void test_example(void **state) {
  Fixture *fixture = *state;
  assert_parses(fixture,
                "title: Overfitting\n"
                "lesson: |\n"
                "  What this shows.\n"
                "\n"
                "  More.\n"
                "watch: What to look at.\n"
                "try: What to change.\n"
                "dataset: wine # a comment\n"
                "learning_rate: 0.01\n"
                "optimizer: sgd\n"
                "early_stopping: yes\n"
                "layers:\n"
                "  - units: 64\n"
                "    activation: tanh\n"
                "    batch_norm: on\n"
                "    batch_norm_position: before\n"
                "    dropout: 0.5\n"
                "  - units: 32\n");
  const Preset *preset = &fixture->preset;
  Experiment expected = experiment_default();
  strcpy(expected.data.source, "wine");
  expected.train.optimizer.learning_rate = 0.01;
  expected.train.optimizer.kind = OPTIMIZER_SGD;
  expected.train.early_stopping.on = true;
  expected.net.hidden = 2;
  expected.net.layers[0] = (LayerSpec){64, ACTIVATION_TANH, true, BN_BEFORE, 0.5};
  expected.net.layers[1] = (LayerSpec){32, ACTIVATION_RELU, false, BN_AFTER, 0};
  assert_string_equal(preset->name, "my");
  assert_string_equal(preset->path, "my.yaml");
  assert_string_equal(preset->title, "Overfitting");
  assert_string_equal(preset->lesson, "What this shows.\n\nMore.\n");
  assert_string_equal(preset->watch, "What to look at.");
  assert_string_equal(preset->try_it, "What to change.");
  assert_true(experiment_equal(&preset->experiment, &expected));
}

static void test_what_is_not_given(void **state) {
  Fixture *fixture = *state;
  const Experiment expected = experiment_default();
  static const char *const texts[] = {"{}", "title: my\n", "---\nepochs: 50\n...\n", "layers:\n  - {}\n", "title: ''"};
  for (int i = 0; i < LENGTH(texts); i++) {
    assert_parses(fixture, texts[i]);
    assert_string_equal(fixture->preset.title, "my");
    assert_string_equal(fixture->preset.lesson, "");
    assert_string_equal(fixture->preset.watch, "");
    assert_string_equal(fixture->preset.try_it, "");
    assert_true(experiment_equal(&fixture->preset.experiment, &expected));
  }
}

static void test_ways_to_write(void **state) {
  Fixture *fixture = *state;
  assert_parses(fixture,
                "\xEF\xBB\xBF%YAML 1.1\n---\r\ntitle: 'It''s'\r\nepochs: \"9\"\r\nlayers: [{dropout: .25}]\r\n");
  assert_string_equal(fixture->preset.title, "It's");
  assert_int_equal(fixture->preset.experiment.train.epochs, 9);
  assert_true(fixture->preset.experiment.net.layers[0].dropout == 0.25);
  assert_parses(fixture, "\xEF\xBB\xBFseed: 4\nepochs: 3\n");
  assert_int_equal(fixture->preset.experiment.train.seed, 4);
  assert_int_equal(fixture->preset.experiment.train.epochs, 3);
  assert_parses(fixture, "title: 5\nlesson: ~\nwatch: true\n\"seed\": 3");
  assert_string_equal(fixture->preset.title, "5");
  assert_string_equal(fixture->preset.lesson, "~");
  assert_string_equal(fixture->preset.watch, "true");
  assert_int_equal(fixture->preset.experiment.train.seed, 3);
}

static void test_most_layers(void **state) {
  Fixture *fixture = *state;
  char text[1024] = "layers:\n";
  for (int i = 0; i < NET_MAX_HIDDEN; i++) {
    (void)sprintf(text + strlen(text), "  - units: %d\n", i + 1);
  }
  assert_parses(fixture, text);
  assert_int_equal(fixture->preset.experiment.net.hidden, NET_MAX_HIDDEN);
  for (int i = 0; i < NET_MAX_HIDDEN; i++) {
    assert_int_equal(fixture->preset.experiment.net.layers[i].units, i + 1);
  }
}

/* What could harm a terminal is gone before it is anywhere near one; a lesson keeps its lines. */
static void test_texts_are_printable(void **state) {
  Fixture *fixture = *state;
  assert_parses(fixture, "title: \"a\\e[2Jb\\nc\\u202Ed\\te\"\nlesson: \"x\\e[0m\\n\\n\\ty\\rz\\n\"\n");
  assert_string_equal(fixture->preset.title, "a?[2Jb c?d e");
  assert_string_equal(fixture->preset.lesson, "x?[0m\n\n y z\n");
}

static void test_names(void **state) {
  Fixture *fixture = *state;
  static const struct {
    const char *path, *name;
  } cases[] = {{"presets/02-overfitting.yaml", "overfitting"},
               {"overfitting.yml", "overfitting"},
               {"/a.b/c/10_batch-norm.yaml", "batch-norm"},
               {"my experiment", "my experiment"},
               {"x.yaml.bak", "x.yaml.bak"},
               {"2024.yaml", "2024"},
               {"2-.yaml", "2-"},
               {"02overfitting.yaml", "02overfitting"},
               {"a\x1b[31m.yaml", "a?[31m"},
               {".yaml", "unnamed"},
               {"", "unnamed"}};
  for (int i = 0; i < LENGTH(cases); i++) {
    assert_int_equal(preset_parse(&fixture->arena, "seed: 1", 7, cases[i].path, &fixture->preset, &fixture->err),
                     STATUS_OK);
    assert_string_equal(fixture->preset.name, cases[i].name);
    assert_string_equal(fixture->preset.title, cases[i].name);
    assert_string_equal(fixture->preset.path, cases[i].path);
  }
}

static void test_failure_leaves_the_preset_alone(void **state) {
  Fixture *fixture = *state;
  assert_parses(fixture, "title: Before\nepochs: 5\n");
  const Preset before = fixture->preset;
  assert_int_equal(parse(fixture, "title: After\nepochs: 6\nseed: x\n"), STATUS_PARSE);
  assert_memory_equal(&fixture->preset, &before, sizeof before);
  assert_int_equal(preset_parse(&fixture->arena, "epochs: x", 9, "my.yaml", &fixture->preset, NULL), STATUS_PARSE);
}

static void test_statuses(void **state) {
  Fixture *fixture = *state;
  assert_int_equal(parse(fixture, "a: [\n"), STATUS_PARSE);
  assert_int_equal(parse(fixture, "droput: 1\n"), STATUS_PARSE);
  assert_int_equal(parse(fixture, "momentum: 2\n"), STATUS_RANGE);
  assert_int_equal(parse(fixture, "clipnorm: 1\nclipvalue: 1\n"), STATUS_RANGE);
  assert_int_equal(preset_read(&fixture->arena, path_in(fixture, "none.yaml"), &fixture->preset, &fixture->err),
                   STATUS_IO);
}

/* Every key, misspelt by one letter, is recognised. */
static void test_nearest_of_every_key(void **state) {
  Fixture *fixture = *state;
  for (int i = 0; i < PARAM_COUNT; i++) {
    char text[64], expected[128];
    const char *key = param_at((ParamId)i)->key;
    (void)snprintf(text, sizeof text, "%s%c: 1\n", key, 'q');
    (void)snprintf(expected, sizeof expected, "my.yaml:1:1: unknown key '%sq'; did you mean '%s'?", key, key);
    assert_int_equal(parse(fixture, text), STATUS_PARSE);
    assert_string_equal(fixture->err.text, expected);
  }
}

/* ---- malformed files ---- */

/* The case's file is copied to a block of exactly its size: reading past its end does not go unseen. */
static void assert_message(Fixture *fixture, const char *name) {
  char *text, *expected;
  size_t length, expected_length;
  const char *path = arena_printf(&fixture->arena, "%s/%s", CASES, name);
  const char *message_path = arena_printf(&fixture->arena, "%.*stxt", (int)strlen(path) - 4, path);
  assert_int_equal(file_read(&fixture->arena, path, 1 << 20, &text, &length, NULL), STATUS_OK);
  fixture->err.text[0] = '\0';
  Status found = file_read(&fixture->arena, message_path, 1 << 16, &expected, &expected_length, &fixture->err);
  assert_string_equal(fixture->err.text, "");
  assert_int_equal(found, STATUS_OK);
  char *exact = malloc(length > 0 ? length : 1);
  assert_non_null(exact);
  memcpy(exact, text, length);
  Error err = {0};
  Status status = preset_parse(&fixture->arena, exact, length, name, &fixture->preset, &err);
  free(exact);
  assert_int_not_equal(status, STATUS_OK);
  assert_int_equal(status, err.status);
  expected[strcspn(expected, "\n")] = '\0';
  assert_string_equal(err.text, expected);
}

static bool ends_with(const char *text, const char *ending) {
  size_t length = strlen(text), tail = strlen(ending);
  return length >= tail && strcmp(text + length - tail, ending) == 0;
}

static void test_malformed_files(void **state) {
  Fixture *fixture = *state;
  DIR *folder = opendir(CASES);
  assert_non_null(folder);
  int cases = 0, messages = 0;
  for (const struct dirent *entry; (entry = readdir(folder));) {
    if (ends_with(entry->d_name, ".yaml")) {
      assert_message(fixture, entry->d_name);
      cases++;
    }
    messages += ends_with(entry->d_name, ".txt");
  }
  (void)closedir(folder);
  assert_true(cases >= 45);
  assert_int_equal(messages, cases);
}

/* ---- writing ---- */

static void assert_same(const Preset *a, const Preset *b) {
  assert_string_equal(a->title, b->title);
  assert_string_equal(a->lesson, b->lesson);
  assert_string_equal(a->watch, b->watch);
  assert_string_equal(a->try_it, b->try_it);
  assert_true(experiment_equal(&a->experiment, &b->experiment));
}

static const char *format(Fixture *fixture, const Preset *preset) {
  char *text;
  size_t length;
  fixture->err.text[0] = '\0';
  Status status = preset_format(&fixture->arena, preset, &text, &length, &fixture->err);
  assert_string_equal(fixture->err.text, "");
  assert_int_equal(status, STATUS_OK);
  assert_int_equal(length, strlen(text));
  return text;
}

static void test_format(void **state) {
  Fixture *fixture = *state;
  assert_parses(fixture,
                "title: 'Batch size: why'\n"
                "lesson: \"Two\\n\\n  lines\\n\"\n"
                "watch: \"No end\\nof line\"\n"
                "try: ' blank \"first\"'\n"
                "learning_rate: 1e-3\n"
                "layers: [{units: 64, batch_norm: yes}, {dropout: .5}]\n");
  const char *text = format(fixture, &fixture->preset);
  const char *beginning =
      "title: \"Batch size: why\"\n"
      "lesson: |\n"
      "  Two\n"
      "\n"
      "    lines\n"
      "watch: |-\n"
      "  No end\n"
      "  of line\n"
      "try: \" blank \\\"first\\\"\"\n"
      "\n"
      "# data\n"
      "dataset: digits\n"
      "rows: 0\n";
  const char *layers =
      "\n"
      "# layer\n"
      "layers:\n"
      "  - units: 64\n"
      "    activation: relu\n"
      "    batch_norm: on\n"
      "    batch_norm_position: after\n"
      "    dropout: 0\n"
      "  - units: 128\n"
      "    activation: relu\n"
      "    batch_norm: off\n"
      "    batch_norm_position: after\n"
      "    dropout: 0.5\n"
      "\n"
      "# network\n"
      "input_dropout: 0\n";
  assert_true(strncmp(text, beginning, strlen(beginning)) == 0);
  assert_non_null(strstr(text, layers));
  assert_non_null(strstr(text, "\nlearning_rate: 0.001\n"));
  assert_true(ends_with(text, "\nsnapshot_memory: 256\n"));
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    const char *key = arena_printf(&fixture->arena, "%s: ", param_at(id)->key);
    bool not_given = param_at(id)->type == PARAM_TEXT && param_at(id)->min == 0;
    const char *line = arena_printf(&fixture->arena, "\n%s", key);
    assert_true(not_given ? strstr(text, line) == NULL : strstr(text, key) != NULL);
  }
}

static const char *const NASTY[] = {"a",
                                    " ",
                                    "\n",
                                    "\n\n",
                                    ":",
                                    ": ",
                                    "#",
                                    " #",
                                    "- ",
                                    "-",
                                    "---",
                                    "\n---\n",
                                    "...",
                                    "\"",
                                    "'",
                                    "\\",
                                    "\\n",
                                    "|",
                                    ">",
                                    "|-\n",
                                    "&a",
                                    "*a",
                                    "!!int",
                                    "%YAML",
                                    "@",
                                    "`",
                                    "{",
                                    "}",
                                    "[",
                                    "]",
                                    ",",
                                    "? ",
                                    "?",
                                    "<<",
                                    "~",
                                    "null",
                                    "true",
                                    "0x1F",
                                    "1e5",
                                    "title:",
                                    "layers:",
                                    "  x",
                                    "x  ",
                                    "word ",
                                    "other ",
                                    "\xC3\xA9",
                                    "\xE6\xBC\xA2",
                                    "\xF0\x9F\x98\x80",
                                    "\xC2\xA0",
                                    "\xEF\xBF\xBD",
                                    "e\xCC\x81",
                                    "longer words "};

static const char *random_text(Fixture *fixture, Rng *rng, bool lines) {
  uint32_t pieces = rng_below(rng, 8) == 0 ? 400 : rng_below(rng, 7);
  size_t size = pieces * 16 + 1, used = 0;
  char *text = arena_alloc(&fixture->arena, size, 1, 1);
  for (uint32_t i = 0; i < pieces; i++) {
    const char *piece = NASTY[rng_below(rng, LENGTH(NASTY))];
    str_copy(text + used, size - used, lines || !strchr(piece, '\n') ? piece : "");
    used += strlen(text + used);
  }
  return text;
}

static double random_value(Rng *rng, const Param *param) {
  double unit = (rng_u32(rng) + 0.5) / 4294967296.0;
  double value = param->min + unit * unit * unit * (param->max - param->min);
  return param->type == PARAM_REAL ? value : (double)(int64_t)value;
}

static void random_setting(Fixture *fixture, Rng *rng, Experiment *experiment, ParamId id, int layer) {
  if (param_at(id)->type != PARAM_TEXT) {
    assert_int_equal(param_set(experiment, id, layer, random_value(rng, param_at(id)), NULL), STATUS_OK);
    return;
  }
  const char *text = random_text(fixture, rng, false);
  if (strlen(text) > 0 && strlen(text) < 256) {
    assert_int_equal(param_set_text(experiment, id, layer, text, NULL), STATUS_OK);
  }
}

static Preset random_preset(Fixture *fixture, Rng *rng) {
  Preset preset = {.title = random_text(fixture, rng, false),
                   .lesson = random_text(fixture, rng, true),
                   .watch = random_text(fixture, rng, true),
                   .try_it = random_text(fixture, rng, true)};
  preset.title = preset.title[0] ? preset.title : "my"; /* the name, where there is no title */
  do {
    preset.experiment = experiment_default();
    preset.experiment.net.hidden = 1 + (int)rng_below(rng, NET_MAX_HIDDEN);
    for (ParamId id = 0; id < PARAM_COUNT; id++) {
      int places = param_at(id)->per_layer ? preset.experiment.net.hidden : 1;
      for (int layer = 0; layer < places; layer++) {
        random_setting(fixture, rng, &preset.experiment, id, layer);
      }
    }
    preset.experiment.train.optimizer.clipnorm *= rng_below(rng, 2);
    preset.experiment.train.optimizer.global_clipnorm = 0;
    preset.experiment.train.optimizer.clipvalue = 0;
  } while (experiment_check(&preset.experiment, NULL) != STATUS_OK);
  return preset;
}

static void test_format_and_parse_are_the_identity(void **state) {
  Fixture *fixture = *state;
  for (uint32_t i = 0; i < 2000; i++) {
    Rng rng = rng_start((RngKey){.seed = 11, .step = i, .purpose = RNG_TEST});
    Preset preset = random_preset(fixture, &rng);
    const char *text = format(fixture, &preset);
    assert_parses(fixture, text);
    assert_same(&preset, &fixture->preset);
    assert_string_equal(format(fixture, &fixture->preset), text);
    arena_reset(&fixture->arena);
  }
}

/* Each nasty piece alone, as the beginning, the middle and the end of a text. */
static void test_nasty_texts(void **state) {
  Fixture *fixture = *state;
  static const char *const frames[] = {"%s", "%sa", "a%s", "a%sb", "%s\n", "\n%s", "a\n%s\nb", "%s\n\n", "a\n%s"};
  for (int i = 0; i < LENGTH(NASTY) * LENGTH(frames); i++) {
    const char *piece = NASTY[i / LENGTH(frames)], *frame = frames[i % LENGTH(frames)], *slot = strstr(frame, "%s");
    Preset preset = {.title = "t", .watch = "", .try_it = piece, .experiment = experiment_default()};
    preset.lesson = arena_printf(&fixture->arena, "%.*s%s%s", (int)(slot - frame), frame, piece, slot + strlen("%s"));
    assert_parses(fixture, format(fixture, &preset));
    assert_same(&preset, &fixture->preset);
  }
}

static void test_format_makes_texts_printable(void **state) {
  Fixture *fixture = *state;
  Preset preset = {
      .title = "a\tb\x1b\xff", .lesson = "x\r\ny\x07", .watch = "", .try_it = "", .experiment = experiment_default()};
  assert_parses(fixture, format(fixture, &preset));
  assert_string_equal(fixture->preset.title, "a b??");
  assert_string_equal(fixture->preset.lesson, "x \ny?");
}

static void test_format_refuses_what_parse_would(void **state) {
  Fixture *fixture = *state;
  char *text;
  size_t length;
  assert_parses(fixture, "{}");
  fixture->preset.experiment.train.optimizer.clipnorm = 1;
  fixture->preset.experiment.train.optimizer.clipvalue = 1;
  assert_int_equal(preset_format(&fixture->arena, &fixture->preset, &text, &length, &fixture->err), STATUS_RANGE);
  assert_string_equal(fixture->err.text,
                      "clipnorm and clipvalue: only one kind of clipping may be on; set the other to 0");
  assert_int_equal(preset_write(&fixture->preset, path_in(fixture, "x.yaml"), &fixture->err), STATUS_RANGE);
  assert_false(file_exists(path_in(fixture, "x.yaml")));
}

static void test_write_and_read(void **state) {
  Fixture *fixture = *state;
  const char *path = path_in(fixture, "03-mine.yaml");
  Preset back;
  assert_parses(fixture, "title: Mine\nlesson: |\n  a\n  b\nepochs: 9\nlayers: [{units: 3}, {units: 4}]\n");
  assert_int_equal(preset_write(&fixture->preset, path, &fixture->err), STATUS_OK);
  assert_int_equal(preset_read(&fixture->arena, path, &back, &fixture->err), STATUS_OK);
  assert_same(&fixture->preset, &back);
  assert_string_equal(back.name, "mine");
  assert_string_equal(back.path, path);
  assert_int_equal(preset_write(&fixture->preset, path_in(fixture, "no/such.yaml"), &fixture->err), STATUS_IO);
}

static void test_large_file(void **state) {
  Fixture *fixture = *state;
  size_t size = (size_t)2 << 20;
  char *text = arena_alloc(&fixture->arena, size + 1, 1, 1);
  memset(text, '#', size);
  write_file(fixture, "large.yaml", text);
  const char *path = path_in(fixture, "large.yaml");
  assert_int_equal(preset_read(&fixture->arena, path, &fixture->preset, &fixture->err), STATUS_IO);
  assert_string_equal(fixture->err.text,
                      arena_printf(&fixture->arena, "%s: is larger than the 1 MiB that are read", path));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_example),
      TEST(test_what_is_not_given),
      TEST(test_ways_to_write),
      TEST(test_most_layers),
      TEST(test_texts_are_printable),
      TEST(test_names),
      TEST(test_failure_leaves_the_preset_alone),
      TEST(test_statuses),
      TEST(test_nearest_of_every_key),
      TEST(test_malformed_files),
      TEST(test_format),
      TEST(test_format_and_parse_are_the_identity),
      TEST(test_nasty_texts),
      TEST(test_format_makes_texts_printable),
      TEST(test_format_refuses_what_parse_would),
      TEST(test_write_and_read),
      TEST(test_large_file),
  };
  return cmocka_run_group_tests_name("preset", tests, NULL, NULL);
}
