#include "app/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "app/runs.h"
#include "base/crew.h"
#include "base/str.h"
#include "data/open.h"
#include "lab/param.h"
#include "lab/repeat_plan.h"
#include "lab/result.h"
#include "math/team.h"

static const char HELP[] =
    "nnlab: see how neural networks learn, and what batch normalization and dropout do\n"
    "\n"
    "  nnlab [NAME|FILE]           open a lesson in the terminal; without a name, the first\n"
    "  nnlab train [NAME|FILE]     train without a screen\n"
    "  nnlab repeat [NAME|FILE]    train it with several seeds, alone or beside another: see its --help\n"
    "  nnlab twin [NAME|FILE]      train it and what --set makes of it side by side: see its --help\n"
    "  nnlab sweep [NAME|FILE]     train it with every combination of some values: see its --help\n"
    "  nnlab resume RUN            train a run on that was interrupted: see its --help\n"
    "  nnlab presets               list the lessons\n"
    "  nnlab params                list every setting: key, range, default, meaning\n"
    "  nnlab show [NAME|FILE]      print a preset as YAML, to be changed and opened as a file\n"
    "  nnlab show RUN              everything of a run that was trained (--yaml: its settings alone;\n"
    "                              --json)\n"
    "  nnlab data NAME|FILE        what is in a table, and what will be done with it (--json)\n"
    "  nnlab init NAME|FILE        print a preset for a table, every decision spelled out\n"
    "  nnlab runs                  list the runs that were trained (on the screen: keys 3, 4); by RUN's name:\n"
    "  nnlab compare, plot, replay, export, rename, tag, note, delete: see nnlab COMMAND --help\n"
    "\n"
    "NAME is a name or number of `nnlab presets`, or else a data set's: iris, moons; an unknown name\n"
    "lists them all. FILE is a preset (.yaml) or a table (.csv, .tsv, .txt, .data, with .gz or\n"
    "without).\n"
    "\n"
    "Options of all that train or show:\n"
    "  --set KEY=VALUE     change a setting; may be given again and again:\n"
    "                      --set dropout=0.5 (every hidden layer), --set layers.2.batch_norm=on\n"
    "  --epochs N          the same as --set epochs=N\n"
    "  --seed N            the same as --set seed=N\n"
    "  --data FILE         the same as --set dataset=FILE: a preset on a table of your own\n"
    "  --target COLUMN     what is predicted: the name or number of a column\n"
    "  --task TASK         classification or regression, whatever the target looks like\n"
    "  --test FILE         test rows of their own, in place of test_split\n"
    "Option of all that train:\n"
    "  --threads N         how many threads share a step: 1 to 64; without it one for a small\n"
    "                      network, as many as there are cores for a large one, and in between\n"
    "                      what measures faster. It changes no bit\n"
    "  --store FILE        keep the run in this history instead of NNLAB_STORE or\n"
    "                      ~/.local/share/nnlab/runs.db; --no-store: in none\n"
    "Options of the screen:\n"
    "  --start             begin to train at once\n"
    "  --palette NAME      dark, light, colour-blind or none\n"
    "  --charset NAME      braille, block or ascii\n"
    "  --seeds N           how many seeds key N repeats a run with: 5\n"
    "Options of `nnlab train`:\n"
    "  --log FILE          write the epochs to FILE in the columns of Keras's CSVLogger\n"
    "  --json              print one JSON object and nothing else\n"
    "  --quiet             print the summary only, without epochs and curves\n"
    "  --digest            print \"digest\" and 16 digits that tell whether two runs ended with\n"
    "                      the same bits, and nothing else\n"
    "  --weights FILE      begin with the weights in FILE instead of drawn ones: NumPy's .npz,\n"
    "                      as numpy.savez(FILE, *model.get_weights()) writes it\n"
    "  --save-weights FILE write the weights at the end to FILE, in the same format\n"
    "\n"
    "  -h, --help          print this\n"
    "  -V, --version       print the version, the kernels and the threads in use\n"
    "\n"
    "Where standard output is no terminal, `nnlab` does what `nnlab train` does.\n"
    "Exit status: 0 trained to the end; 1 an error; 2 wrong usage; 3 the run diverged;\n"
    "130 interrupted (`nnlab train` still reports what was trained).\n";

const char *options_help(void) { return HELP; }

enum {
  OPT_SET = 256,
  OPT_EPOCHS,
  OPT_SEED,
  OPT_DATA,
  OPT_TARGET,
  OPT_TASK,
  OPT_TEST,
  OPT_THREADS,
  OPT_LOG,
  OPT_JSON,
  OPT_QUIET,
  OPT_DIGEST,
  OPT_WEIGHTS,
  OPT_SAVE_WEIGHTS,
  OPT_STORE,
  OPT_NO_STORE,
  OPT_YAML,
  OPT_START,
  OPT_PALETTE,
  OPT_CHARSET,
  OPT_SEEDS,
  OPT_JOBS,
  OPT_VS,
  OPT_VS_SET,
  OPT_GRID,
  OPT_CSV
};

static const struct option LONG_OPTIONS[] = {{"set", required_argument, NULL, OPT_SET},
                                             {"epochs", required_argument, NULL, OPT_EPOCHS},
                                             {"seed", required_argument, NULL, OPT_SEED},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"target", required_argument, NULL, OPT_TARGET},
                                             {"task", required_argument, NULL, OPT_TASK},
                                             {"test", required_argument, NULL, OPT_TEST},
                                             {"threads", required_argument, NULL, OPT_THREADS},
                                             {"log", required_argument, NULL, OPT_LOG},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"quiet", no_argument, NULL, OPT_QUIET},
                                             {"digest", no_argument, NULL, OPT_DIGEST},
                                             {"weights", required_argument, NULL, OPT_WEIGHTS},
                                             {"save-weights", required_argument, NULL, OPT_SAVE_WEIGHTS},
                                             {"store", required_argument, NULL, OPT_STORE},
                                             {"no-store", no_argument, NULL, OPT_NO_STORE},
                                             {"yaml", no_argument, NULL, OPT_YAML},
                                             {"start", no_argument, NULL, OPT_START},
                                             {"palette", required_argument, NULL, OPT_PALETTE},
                                             {"charset", required_argument, NULL, OPT_CHARSET},
                                             {"seeds", required_argument, NULL, OPT_SEEDS},
                                             {"jobs", required_argument, NULL, OPT_JOBS},
                                             {"vs", required_argument, NULL, OPT_VS},
                                             {"vs-set", required_argument, NULL, OPT_VS_SET},
                                             {"grid", required_argument, NULL, OPT_GRID},
                                             {"csv", no_argument, NULL, OPT_CSV},
                                             {"help", no_argument, NULL, 'h'},
                                             {"version", no_argument, NULL, 'V'},
                                             {NULL, 0, NULL, 0}};

/* What each option has to do with: an option that would do nothing is an error. */
enum {
  LAB = 1 << VERB_LAB,
  TRAIN = 1 << VERB_TRAIN,
  SHOW = 1 << VERB_SHOW,
  DATA = 1 << VERB_DATA,
  INIT = 1 << VERB_INIT,
  REPEAT = 1 << VERB_REPEAT,
  SWEEP = 1 << VERB_SWEEP,
  RESUME = 1 << VERB_RESUME,
  MANY = REPEAT | SWEEP,
  TWIN = 1 << VERB_TWIN,
  ALL = LAB | TRAIN | SHOW | DATA | INIT | MANY | TWIN
};
static const struct {
  int option, verbs;
} USES[] = {{OPT_SET, ALL},
            {OPT_EPOCHS, LAB | TRAIN | SHOW | INIT | MANY | TWIN},
            {OPT_SEED, ALL},
            {OPT_DATA, LAB | TRAIN | SHOW | MANY | TWIN},
            {OPT_TARGET, ALL},
            {OPT_TASK, ALL},
            {OPT_TEST, ALL},
            {OPT_THREADS, LAB | TRAIN | RESUME},
            {OPT_LOG, LAB | TRAIN | RESUME},
            {OPT_JSON, LAB | TRAIN | SHOW | DATA | MANY | RESUME | TWIN},
            {OPT_QUIET, LAB | TRAIN | RESUME},
            {OPT_DIGEST, TRAIN | RESUME},
            {OPT_WEIGHTS, TRAIN},
            {OPT_SAVE_WEIGHTS, TRAIN | RESUME},
            {OPT_STORE, LAB | TRAIN | SHOW | MANY | RESUME | TWIN},
            {OPT_NO_STORE, LAB | TRAIN | MANY | TWIN},
            {OPT_YAML, SHOW},
            {OPT_START, LAB},
            {OPT_PALETTE, LAB},
            {OPT_CHARSET, LAB | TRAIN | RESUME},
            {OPT_SEEDS, LAB | MANY},
            {OPT_JOBS, MANY},
            {OPT_VS, REPEAT},
            {OPT_VS_SET, REPEAT},
            {OPT_GRID, SWEEP},
            {OPT_CSV, SWEEP}};

static Status check_uses(const Options *options, unsigned seen, const char *verb, Error *err) {
  for (size_t i = 0; i < sizeof USES / sizeof *USES; i++) {
    bool given = seen & 1u << (USES[i].option - OPT_SET);
    if (given && !(USES[i].verbs & 1 << options->verb)) {
      const char *name = LONG_OPTIONS[USES[i].option - OPT_SET].name;
      return options->verb == VERB_LAB
                 ? error_set(err, STATUS_USAGE, "--%s is an option of nnlab train; see nnlab --help", name)
                 : error_set(err, STATUS_USAGE, "--%s has nothing to do with nnlab %s; see nnlab --help", name, verb);
    }
  }
  if (options->verb == VERB_LAB && options->seeds > REPEAT_MOST_SEEDS) {
    return error_set(err, STATUS_USAGE, "--seeds: the screen repeats with at most %d seeds; nnlab repeat with %d",
                     REPEAT_MOST_SEEDS, RESULT_MOST_SEEDS);
  }
  if (options->json && options->csv) {
    return error_set(err, STATUS_USAGE, "--json and --csv: choose one");
  }
  if (options->json && options->yaml) {
    return error_set(err, STATUS_USAGE, "--json and --yaml: choose one; the JSON object has the settings too");
  }
  return options->json && options->digest
             ? error_set(err, STATUS_USAGE, "--json and --digest: choose one; the JSON object has the digest too")
             : STATUS_OK;
}

/* The index of `word` among `names`, or an error that lists them. */
static Status choose(const char *option, const char *word, const char *const *names, int count, int *chosen,
                     Error *err) {
  char list[256] = "";
  for (int i = 0; i < count; i++) {
    if (strcmp(word, names[i]) == 0) {
      *chosen = i;
      return STATUS_OK;
    }
    size_t used = strlen(list);
    str_copy(list + used, sizeof list - used, i > 0 ? ", " : "");
    used = strlen(list);
    str_copy(list + used, sizeof list - used, names[i]);
  }
  return error_set(err, STATUS_USAGE, "%s: no '%s'; choose one of %s", option, word, list);
}

static Status add(const char **texts, int *count, int most, const char *text, const char *option, Error *err) {
  if (*count == most) {
    return error_set(err, STATUS_USAGE, "%s: more than %d times", option, most);
  }
  texts[(*count)++] = text;
  return STATUS_OK;
}

Status options_add_set(Options *options, const char *assignment, Error *err) {
  return add(options->sets, &options->set_count, OPTIONS_MAX_SETS, assignment, "--set", err);
}

static Status take_count(const char *option, const char *text, int most, int *count, Error *err) {
  int64_t value;
  if (!str_to_i64(text, &value) || value < 1 || value > most) {
    return error_set(err, STATUS_USAGE, "%s: '%s' is no number from 1 to %d", option, text, most);
  }
  *count = (int)value;
  return STATUS_OK;
}

/* Those of the commands that train many runs. */
static Status take_option_of_many(int option, Options *options, Error *err) {
  switch (option) {
    case OPT_SEEDS:
      return take_count("--seeds", optarg, RESULT_MOST_SEEDS, &options->seeds, err);
    case OPT_JOBS:
      return take_count("--jobs", optarg, CREW_MAX_HANDS, &options->jobs, err);
    case OPT_VS:
      options->vs = optarg;
      return STATUS_OK;
    case OPT_GRID:
      return add(options->grids, &options->grid_count, OPTIONS_MAX_GRIDS, optarg, "--grid", err);
    case OPT_CSV:
      options->csv = true;
      return STATUS_OK;
    default: /* OPT_VS_SET */
      return add(options->vs_sets, &options->vs_set_count, OPTIONS_MAX_SETS, optarg, "--vs-set", err);
  }
}

/* How the screen is drawn. */
static Status take_look(int option, Options *options, Error *err) {
  static const char *const charsets[CHARSET_COUNT] = {"braille", "block", "ascii"};
  const char *palettes[PALETTE_COUNT];
  int chosen = 0;
  if (option == OPT_CHARSET) {
    Status status = choose("--charset", optarg, charsets, CHARSET_COUNT, &chosen, err);
    options->has_charset = true;
    options->charset = (Charset)chosen;
    return status;
  }
  for (int i = 0; i < PALETTE_COUNT; i++) {
    palettes[i] = palette_name((PaletteKind)i);
  }
  Status status = choose("--palette", optarg, palettes, PALETTE_COUNT, &chosen, err);
  options->palette = (PaletteKind)chosen;
  return status;
}

static Status take_option(Arena *arena, int option, char **argv, Options *options, Error *err) {
  static const char *const keys[] = {[OPT_EPOCHS - OPT_SET] = "epochs", [OPT_SEED - OPT_SET] = "seed",
                                     [OPT_DATA - OPT_SET] = "dataset",  [OPT_TARGET - OPT_SET] = "target",
                                     [OPT_TASK - OPT_SET] = "task",     [OPT_TEST - OPT_SET] = "test_file"};
  const char *key;
  switch (option) {
    case OPT_SET:
    case OPT_EPOCHS:
    case OPT_SEED:
    case OPT_DATA:
    case OPT_TARGET:
    case OPT_TASK:
    case OPT_TEST:
      key = keys[option - OPT_SET];
      return options_add_set(options, key ? arena_printf(arena, "%s=%s", key, optarg) : optarg, err);
    case OPT_THREADS:
      return take_count("--threads", optarg, TEAM_MAX_THREADS, &options->threads, err);
    case OPT_LOG:
      options->log = optarg;
      break;
    case OPT_JSON:
      options->json = true;
      break;
    case OPT_QUIET:
      options->quiet = true;
      break;
    case OPT_DIGEST:
      options->digest = options->quiet = true;
      break;
    case OPT_WEIGHTS:
      options->weights = optarg;
      break;
    case OPT_SAVE_WEIGHTS:
      options->save_weights = optarg;
      break;
    case OPT_STORE:
      options->store = optarg;
      break;
    case OPT_NO_STORE:
      options->no_store = true;
      break;
    case OPT_YAML:
      options->yaml = true;
      break;
    case OPT_START:
      options->start = true;
      break;
    case OPT_PALETTE:
    case OPT_CHARSET:
      return take_look(option, options, err);
    case 'h':
      options->verb = VERB_HELP;
      break;
    case 'V':
      options->verb = VERB_VERSION;
      break;
    default: {
      const char *word = optopt && optopt < 256 ? arena_printf(arena, "-%c", optopt) : argv[optind - 1];
      return error_set(err, STATUS_USAGE,
                       option == ':' ? "%s needs a value; see nnlab --help" : "no option %s; see nnlab --help",
                       option == ':' ? argv[optind - 1] : word);
    }
  }
  return STATUS_OK;
}

static const char *const VERBS[] = {
    [VERB_TRAIN] = "train",   [VERB_PRESETS] = "presets", [VERB_PARAMS] = "params", [VERB_SHOW] = "show",
    [VERB_DATA] = "data",     [VERB_INIT] = "init",       [VERB_REPEAT] = "repeat", [VERB_SWEEP] = "sweep",
    [VERB_RESUME] = "resume", [VERB_TWIN] = "twin"};
enum { VERB_TOTAL = sizeof VERBS / sizeof *VERBS };

const char *options_command_near(const char *word) {
  const char *names[64];
  size_t count = 0;
  for (int v = VERB_TRAIN; v < VERB_TOTAL; v++) {
    names[count++] = VERBS[v];
  }
  for (int i = 0; runs_command(i) && count < sizeof names / sizeof *names; i++) {
    names[count++] = runs_command(i);
  }
  const char *nearest = str_nearest(word, names, count);
  return nearest && strcmp(nearest, word) != 0 ? nearest : NULL;
}

Status options_parse(Arena *arena, int argc, char **argv, Options *options, Error *err) {
  *options = (Options){.verb = VERB_LAB};
  opterr = 0;
  optind = 1;
  unsigned seen = 0;
  for (int option; (option = getopt_long(argc, argv, ":hV", LONG_OPTIONS, NULL)) != -1;) {
    Status status = option >= OPT_SEEDS ? take_option_of_many(option, options, err)
                                        : take_option(arena, option, argv, options, err);
    if (status != STATUS_OK) {
      return status;
    }
    seen |= option >= OPT_SET ? 1u << (option - OPT_SET) : 0;
  }
  int words = argc - optind;
  for (int v = VERB_TRAIN; words > 0 && options->verb == VERB_LAB && v < VERB_TOTAL; v++) {
    if (strcmp(argv[optind], VERBS[v]) == 0) {
      options->verb = (Verb)v;
      optind++;
      words--;
    }
  }
  bool lists = options->verb == VERB_PRESETS || options->verb == VERB_PARAMS;
  bool other = options->verb == VERB_HELP || options->verb == VERB_VERSION;
  if (!other && words > (lists ? 0 : 1)) {
    return error_set(err, STATUS_USAGE, "'%s' is one word too many; see nnlab --help", argv[optind + (lists ? 0 : 1)]);
  }
  options->target = words > 0 ? argv[optind] : NULL;
  return other ? STATUS_OK : check_uses(options, seen, VERBS[options->verb], err);
}

static bool is_yaml(const char *path) { return str_ends_in(path, ".yaml") || str_ends_in(path, ".yml"); }

bool options_is_file(const char *target) { return is_yaml(target) || open_is_path(target); }

/* Keras's defaults on a table of the user's own. */
static Status preset_of_data(Arena *arena, const char *path, Preset *preset, Error *err) {
  const char *slash = strrchr(path, '/');
  char title[64];
  preset->experiment = experiment_default();
  if (strlen(path) >= sizeof preset->experiment.data.source) {
    return error_set(err, STATUS_USAGE, "%s: the path is too long", path);
  }
  str_copy(preset->experiment.data.source, sizeof preset->experiment.data.source, path);
  str_printable(title, sizeof title, slash ? slash + 1 : path);
  str_copy(preset->name, sizeof preset->name, title);
  preset->title = arena_strdup(arena, title);
  preset->path = arena_strdup(arena, path);
  preset->lesson = preset->watch = preset->try_it = "";
  return STATUS_OK;
}

/* Whatever is wrong with a value, the command line is at fault. */
static Status assign_sets(const Options *options, Experiment *experiment, Error *err) {
  Status status = STATUS_OK;
  for (int i = 0; status == STATUS_OK && i < options->set_count; i++) {
    status = param_assign(experiment, options->sets[i], err);
  }
  if (status == STATUS_OK && options->set_count > 0) {
    status = experiment_check(experiment, err);
  }
  return status == STATUS_OK ? STATUS_OK : (err->status = STATUS_USAGE);
}

/* A path in a preset is one from its own folder, and does not leave it: a preset from elsewhere reads no other files.
 */
static Status keep_inside(const Preset *preset, const char *key, char *source, size_t size, Error *err) {
  const char *slash = strrchr(preset->path, '/');
  int folder = slash ? (int)(slash - preset->path) + 1 : 0;
  char whole[1024];
  if (!open_is_path(source)) {
    return STATUS_OK;
  }
  bool leaves =
      source[0] == '/' || strncmp(source, "../", 3) == 0 || strstr(source, "/../") || str_ends_in(source, "/..");
  if (leaves) {
    return error_set(err, STATUS_USAGE,
                     "%s: %s: '%s' is outside the preset's folder: if it is to be read, say so by --%s %s",
                     preset->path, key, source, strcmp(key, "dataset") == 0 ? "data" : "test", source);
  }
  int length = snprintf(whole, sizeof whole, "%.*s%s", folder, preset->path, source);
  if (length < 0 || (size_t)length >= size) {
    return error_set(err, STATUS_USAGE, "%s: %s: the path '%s' is too long from here: go to its folder", preset->path,
                     key, source);
  }
  str_copy(source, size, whole);
  return STATUS_OK;
}

/* Of the paths that the command line did not replace. */
static Status keep_paths_inside(Preset *preset, DataSpec *as_read, Error *err) {
  DataSpec *data = &preset->experiment.data;
  Status status = STATUS_OK;
  if (strcmp(data->source, as_read->source) == 0) {
    status = keep_inside(preset, "dataset", data->source, sizeof data->source, err);
    str_copy(as_read->source, sizeof as_read->source, data->source);
  }
  if (status == STATUS_OK && strcmp(data->test_source, as_read->test_source) == 0) {
    status = keep_inside(preset, "test_file", data->test_source, sizeof data->test_source, err);
    str_copy(as_read->test_source, sizeof as_read->test_source, data->test_source);
  }
  return status;
}

/* A preset of the list, or the defaults on a data set: a preset's name wins. */
static Status preset_by_name(const char *name, Arena *arena, const PresetList *list, const char *datasets,
                             Preset *preset, Error *err) {
  const Preset *found;
  Error unknown;
  if (preset_find(list, name, &found, &unknown) == STATUS_OK) {
    *preset = *found;
    return STATUS_OK;
  }
  if (open_is_name(name, datasets)) {
    return preset_of_data(arena, name, preset, err);
  }
  return error_set(err, unknown.status, "%s; no data set either (%s)", unknown.text, open_names(arena, datasets));
}

Status options_preset(const Options *options, Arena *arena, const PresetList *list, const char *datasets,
                      const Preset **out, const Preset **origin, Error *err) {
  Preset *preset = ARENA_NEW(arena, Preset), *as_read = ARENA_NEW(arena, Preset);
  const char *target = options->target;
  Status status = STATUS_OK;
  *out = preset;
  *origin = as_read;
  if (!target && list->count == 0) {
    return error_set(err, STATUS_IO,
                     "there is no preset to open; set NNLAB_DATA to the folder that holds presets/ and datasets/");
  }
  if (!target) {
    *preset = list->items[0];
  } else if (is_yaml(target)) {
    status = preset_read(arena, target, preset, err);
  } else if (open_is_path(target)) {
    status = preset_of_data(arena, target, preset, err);
  } else {
    status = preset_by_name(target, arena, list, datasets, preset, err);
  }
  *as_read = *preset;
  bool own_file = target && is_yaml(target);
  if (status == STATUS_OK) {
    status = assign_sets(options, &preset->experiment, err);
  }
  return status == STATUS_OK && own_file ? keep_paths_inside(preset, &as_read->experiment.data, err) : status;
}
