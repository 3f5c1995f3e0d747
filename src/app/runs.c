#include "app/runs.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "app/paths.h"
#include "app/replay.h"
#include "app/runs_json.h"
#include "app/runs_plot.h"
#include "app/runs_show.h"
#include "app/runs_table.h"
#include "base/file.h"
#include "base/str.h"
#include "math/team.h"
#include "plot/plot.h"
#include "store/labels.h"

enum { EXIT_USAGE = 2, STORE_PATIENCE = 2000 /* milliseconds */ };

/* What a command works on. */
typedef struct History {
  const RunsOptions *options;
  Arena arena;
  Store *store; /* NULL: nothing has been kept yet */
  RunList list;
} History;

/* `writes`: changes it. */
static Status open_history(History *history, const RunsOptions *options, bool writes, Error *err) {
  history->options = options;
  arena_init(&history->arena, 0);
  const char *path = paths_store(&history->arena, options->store);
  bool frozen = false;
  if (!path || !store_exists(path)) {
    return options->store ? error_set(err, STATUS_IO, "%s: there is no such file", path) : STATUS_OK;
  }
  Status status = writes ? store_open(&history->store, path, STORE_PATIENCE, err)
                         : store_open_to_read(&history->store, path, STORE_PATIENCE, &frozen, err);
  if (status == STATUS_OK && frozen) {
    (void)fprintf(stderr, "nnlab: %s: cannot be written, and is read as it is\n", path);
  }
  return status == STATUS_OK ? history_runs(history->store, &history->arena, &history->list, err) : status;
}

static void close_history(History *history) {
  store_close(history->store);
  arena_deinit(&history->arena);
}

static Status find(const History *history, int word, const StoredRun **run, Error *err) {
  return history_find(&history->list, history->options->words[word], run, err);
}

/* --- the commands ------------------------------------------------------------------------------------------------- */

static Status list_runs(History *history, Error *err) {
  const RunsOptions *options = history->options;
  bool none = history->list.count == 0;
  Status status = runs_table_choose(&history->list, options->filter, options->sort, err);
  if (status != STATUS_OK) {
    return status;
  }
  if (options->json) {
    runs_table_json(stdout, &history->list);
  } else if (options->csv) {
    runs_table_csv(stdout, &history->list);
  } else if (history->list.count > 0) {
    runs_table_print(stdout, &history->list);
  } else {
    (void)puts(none ? "No runs yet: nnlab train keeps each." : "No run is so.");
  }
  return STATUS_OK;
}

static Status find_all(const History *history, const StoredRun **runs, Error *err) {
  Status status = STATUS_OK;
  for (int i = 0; status == STATUS_OK && i < history->options->count; i++) {
    status = find(history, i, &runs[i], err);
  }
  return status;
}

static Status compare(History *history, Error *err) {
  const StoredRun *runs[RUNS_SHOW_MOST];
  Status status = find_all(history, runs, err);
  return status == STATUS_OK ? runs_show_compare(runs, history->options->count, history->options->json, err) : status;
}

static Status plot(History *history, Error *err) {
  const RunsOptions *options = history->options;
  const StoredRun *runs[PLOT_MAX_RUNS];
  Status status = find_all(history, runs, err);
  return status == STATUS_OK ? runs_plot(history->store, runs, options->count, options, err) : status;
}

static Status replay(History *history, Error *err) {
  const StoredRun *run;
  Paths paths;
  Status status = find(history, 0, &run, err);
  if (status == STATUS_OK) {
    status = paths_find(&history->arena, &paths, err);
  }
  return status == STATUS_OK ? replay_run(history->store, run, paths.datasets, history->options->threads, err) : status;
}

/* The named runs, or all. */
static Status choose(History *history, Error *err) {
  int count = history->options->count;
  StoredRun *chosen = ARENA_ARRAY(&history->arena, StoredRun, (size_t)count);
  Status status = STATUS_OK;
  for (int i = 0; status == STATUS_OK && i < count; i++) {
    const StoredRun *run;
    status = find(history, i, &run, err);
    if (status == STATUS_OK) {
      chosen[i] = *run;
    }
  }
  if (count > 0 && status == STATUS_OK) {
    history->list = (RunList){count, chosen};
  }
  return status;
}

static Status export_runs(History *history, Error *err) {
  const char *path = history->options->file;
  if (!path) {
    return error_set(err, STATUS_USAGE, "nnlab export: --csv FILE is missing; see nnlab export --help");
  }
  Status status = choose(history, err);
  if (status != STATUS_OK) {
    return status;
  }
  FILE *out = fopen(path, "w");
  if (!out) {
    return error_set(err, STATUS_IO, "%s: cannot write: %s", path, strerror(errno));
  }
  status = runs_table_export(out, history->store, &history->list, err);
  bool written = !ferror(out);
  written = fclose(out) == 0 && written;
  return status == STATUS_OK && !written ? error_set(err, STATUS_IO, "%s: cannot write: %s", path, strerror(errno))
                                         : status;
}

static Status rename_run(History *history, Error *err) {
  const StoredRun *run;
  Status status = find(history, 0, &run, err);
  return status == STATUS_OK ? labels_rename(history->store, run->id, history->options->words[1], err) : status;
}

static Status tag_run(History *history, Error *err) {
  const RunsOptions *options = history->options;
  const StoredRun *run;
  Status status = find(history, 0, &run, err);
  for (int i = 1; status == STATUS_OK && i < options->count; i++) {
    status = labels_tag(history->store, run->id, options->words[i], !options->remove, err);
  }
  return status;
}

static Status note_run(History *history, Error *err) {
  const StoredRun *run;
  Status status = find(history, 0, &run, err);
  return status == STATUS_OK ? labels_note(history->store, run->id, history->options->words[1], err) : status;
}

/* All are found before one is deleted. */
static Status delete_runs(History *history, Error *err) {
  Status status = choose(history, err);
  for (int i = 0; status == STATUS_OK && i < history->list.count; i++) {
    const StoredRun *run = &history->list.items[i];
    status = run->outcome == OUTCOME_RUNNING
                 ? error_set(err, STATUS_USAGE, "%s is still training: end it first", run->name)
                 : labels_delete(history->store, run->id, err);
  }
  return status;
}

/* --- their command lines ------------------------------------------------------------------------------------------ */

enum {
  OPT_STORE = 256,
  OPT_FILTER,
  OPT_SORT,
  OPT_JSON,
  OPT_CSV,
  OPT_CSV_FILE,
  OPT_REMOVE,
  OPT_THREADS,
  OPT_METRIC,
  OPT_SIZE,
  OPT_TITLE,
  OPT_LOG_Y
};
#define COMMON \
  {"store", required_argument, NULL, OPT_STORE}, {"help", no_argument, NULL, 'h'}, { NULL, 0, NULL, 0 }

static const struct option PLAIN[] = {COMMON};
static const struct option OF_RUNS[] = {{"filter", required_argument, NULL, OPT_FILTER},
                                        {"sort", required_argument, NULL, OPT_SORT},
                                        {"json", no_argument, NULL, OPT_JSON},
                                        {"csv", no_argument, NULL, OPT_CSV},
                                        COMMON};
static const struct option OF_COMPARE[] = {{"json", no_argument, NULL, OPT_JSON}, COMMON};
static const struct option OF_EXPORT[] = {{"csv", required_argument, NULL, OPT_CSV_FILE}, COMMON};
static const struct option OF_PLOT[] = {
    {"output", required_argument, NULL, 'o'},    {"metric", required_argument, NULL, OPT_METRIC},
    {"size", required_argument, NULL, OPT_SIZE}, {"title", required_argument, NULL, OPT_TITLE},
    {"log-y", no_argument, NULL, OPT_LOG_Y},     COMMON};
static const struct option OF_TAG[] = {{"remove", no_argument, NULL, OPT_REMOVE}, COMMON};
static const struct option OF_REPLAY[] = {{"threads", required_argument, NULL, OPT_THREADS}, COMMON};

#define RUN_HELP                                                           \
  "\nRUN is a name, the beginning of one name alone, a number, or last.\n" \
  "--store FILE: another history than NNLAB_STORE or ~/.local/share/nnlab/runs.db\n"

static const struct {
  const char *name, *help;
  const struct option *options;
  int least, most; /* words */
  bool writes;     /* to the history */
  Status (*act)(History *history, Error *err);
} COMMANDS[] = {
    {"runs",
     "nnlab runs [--filter CONDITIONS] [--sort COLUMN] [--json|--csv]   list what has been trained\n\n"
     "best, at, last: the validation score (accuracy or R2), the epoch of the best; gap: how far the last training\n"
     "score is above the last of validation; changes: what was not as in the preset, [tags]; of a fork best and "
     "last\n"
     "are of its own epochs.\n"
     "CONDITIONS must all hold: a column or a setting of nnlab params compared by = != < <= > >= with a number or a\n"
     "word, or a word that name, preset, changes, data, tags or edits contain; !word: that none contains.\n"
     "COLUMN: name, id, preset, changes, data, seed, best, best_epoch, last, gap, val_accuracy, val_r2, val_loss,\n"
     "test, epochs, time, outcome, tags, note, started, parent, fork_epoch, twin, edits; numbers from the highest, "
     "-COLUMN "
     "from the lowest.\n\n"
     "  nnlab runs --filter 'val_accuracy > 0.9 dropout' --sort best\n"
     "  nnlab runs --filter 'outcome = diverged learning_rate >= 0.1' --json\n" RUN_HELP,
     OF_RUNS, 0, 0, false, list_runs},
    {"compare",
     "nnlab compare RUN RUN... [--json]   the settings that differ, and the results side by side\n\n"
     "On the screen, with the curves: key 3, m on the runs, c.\n\n"
     "  nnlab compare overfitting-1 dropout-1\n" RUN_HELP,
     OF_COMPARE, 2, RUNS_SHOW_MOST, false, compare},
    {"plot",
     "nnlab plot RUN... -o FILE [options]   the curves of one to six runs as a picture: .svg, .png or .pdf\n\n"
     "A colour for each run; training is solid, validation dashed, a ring the best epoch, a dotted line an edit. The\n"
     "legend says what differs among the runs, or of one what was not as in its preset.\n"
     "  --metric NAME   loss, score (accuracy or R2) or mae alone, instead of loss above score\n"
     "  --log-y         a logarithmic axis of loss and mae\n"
     "  --size WxH      pixels (points in a PDF), 400x300 to 8192x8192; 900x600. Text grows with the picture\n"
     "  --title TEXT    stands above; of one run else its preset's title\n\n"
     "  nnlab plot overfitting-1 dropout-1 -o curves.svg\n"
     "  nnlab plot last -o loss.png --metric loss --size 1600x900\n" RUN_HELP,
     OF_PLOT, 1, PLOT_MAX_RUNS, false, plot},
    {"replay",
     "nnlab replay RUN [--threads N]   train it again, edits included, and compare every epoch and the digest\n\n"
     "Ends with 1 and names the first epoch that is not the same to the bit.\n\n"
     "  nnlab replay last\n" RUN_HELP,
     OF_REPLAY, 1, 1, false, replay},
    {"export",
     "nnlab export [RUN...] --csv FILE   every epoch of every run, or of these, in one table\n\n"
     "  nnlab export --csv history.csv\n" RUN_HELP,
     OF_EXPORT, 0, 4096, false, export_runs},
    {"rename", "nnlab rename RUN NAME   give a run another name\n\n  nnlab rename last best-so-far\n" RUN_HELP, PLAIN,
     2, 2, true, rename_run},
    {"tag",
     "nnlab tag RUN TAG... [--remove]   add tags to a run, or take them away\n\n"
     "  nnlab tag last tuned; nnlab runs --filter 'tags = tuned'\n" RUN_HELP,
     OF_TAG, 2, 64, true, tag_run},
    {"note",
     "nnlab note RUN TEXT   keep a line of text with a run\n\n  nnlab note last 'the rate was too high'\n" RUN_HELP,
     PLAIN, 2, 2, true, note_run},
    {"delete", "nnlab delete RUN...   delete runs, with their epochs\n\n  nnlab delete overfitting-3\n" RUN_HELP, PLAIN,
     1, 4096, true, delete_runs}};
enum { COMMAND_TOTAL = sizeof COMMANDS / sizeof *COMMANDS };

static int find_command(const char *word) {
  for (int i = 0; i < COMMAND_TOTAL; i++) {
    if (strcmp(COMMANDS[i].name, word) == 0) {
      return i;
    }
  }
  return -1;
}

bool runs_is_command(const char *word) { return find_command(word) >= 0; }

const char *runs_command(int index) { return index < COMMAND_TOTAL ? COMMANDS[index].name : NULL; }

static Status take_option(int option, const char *name, char **argv, RunsOptions *options, Error *err) {
  int64_t threads = 0;
  switch (option) {
    case OPT_STORE:
      options->store = optarg;
      return STATUS_OK;
    case OPT_FILTER:
      options->filter = optarg;
      return STATUS_OK;
    case OPT_SORT:
      options->sort = optarg;
      return STATUS_OK;
    case OPT_JSON:
      options->json = true;
      return STATUS_OK;
    case OPT_CSV:
      options->csv = true;
      return STATUS_OK;
    case OPT_CSV_FILE:
    case 'o':
      options->file = optarg;
      return STATUS_OK;
    case OPT_METRIC:
      options->metric = optarg;
      return STATUS_OK;
    case OPT_SIZE:
      options->size = optarg;
      return STATUS_OK;
    case OPT_TITLE:
      options->title = optarg;
      return STATUS_OK;
    case OPT_LOG_Y:
      options->log_y = true;
      return STATUS_OK;
    case OPT_REMOVE:
      options->remove = true;
      return STATUS_OK;
    case OPT_THREADS:
      if (!str_to_i64(optarg, &threads) || threads < 1 || threads > TEAM_MAX_THREADS) {
        return error_set(err, STATUS_USAGE, "--threads: '%s' is no number from 1 to %d", optarg, TEAM_MAX_THREADS);
      }
      options->threads = (int)threads;
      return STATUS_OK;
    case ':':
      return error_set(err, STATUS_USAGE, "%s needs a value; see nnlab %s --help", argv[optind - 1], name);
    default:
      return error_set(err, STATUS_USAGE, "nnlab %s has no option %s; see nnlab %s --help", name, argv[optind - 1],
                       name);
  }
}

/* `help`: it is asked for, and nothing else is wanted. */
static Status parse(int command, int argc, char **argv, RunsOptions *options, bool *help, Error *err) {
  const char *name = COMMANDS[command].name, *shorts = COMMANDS[command].options == OF_PLOT ? ":ho:" : ":h";
  *options = (RunsOptions){.filter = ""};
  opterr = 0;
  optind = 1;
  for (int option; (option = getopt_long(argc, argv, shorts, COMMANDS[command].options, NULL)) != -1;) {
    *help = *help || option == 'h';
    Status status = option == 'h' ? STATUS_OK : take_option(option, name, argv, options, err);
    if (status != STATUS_OK) {
      return status;
    }
  }
  options->words = argv + optind;
  options->count = argc - optind;
  if (!*help && (options->count < COMMANDS[command].least || options->count > COMMANDS[command].most)) {
    return error_set(err, STATUS_USAGE, "nnlab %s: %s; see nnlab %s --help", name,
                     options->count < COMMANDS[command].least ? "a word is missing" : "there are too many words", name);
  }
  return options->json && options->csv ? error_set(err, STATUS_USAGE, "--json and --csv: choose one") : STATUS_OK;
}

static int complain(const Error *err) {
  (void)fflush(stdout);
  (void)fprintf(stderr, "nnlab: %s\n", err->text);
  return err->status == STATUS_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}

int runs_main(int argc, char **argv) {
  int command = find_command(argv[0]);
  RunsOptions options;
  Error err = {0};
  bool help = false;
  if (parse(command, argc, argv, &options, &help, &err) != STATUS_OK) {
    return complain(&err);
  }
  if (help) {
    (void)fputs(COMMANDS[command].help, stdout);
    return EXIT_SUCCESS;
  }
  History history = {0};
  Status status = open_history(&history, &options, COMMANDS[command].writes, &err);
  if (status == STATUS_OK) {
    status = COMMANDS[command].act(&history, &err);
  }
  close_history(&history);
  return status == STATUS_OK ? EXIT_SUCCESS : complain(&err);
}

Status runs_show(const char *store, const char *word, bool yaml, bool json, Error *err) {
  RunsOptions options = {.store = store};
  const StoredRun *run = NULL;
  History history = {0};
  Status status = open_history(&history, &options, false, err);
  if (status == STATUS_OK) {
    status = history_find(&history.list, word, &run, err);
  }
  if (status == STATUS_OK && yaml) {
    runs_show_course(run);
    (void)fputs(run->experiment + strspn(run->experiment, "\n"), stdout);
  } else if (status == STATUS_OK && json) {
    status = runs_json_show(stdout, history.store, run, err);
  } else if (status == STATUS_OK) {
    status = runs_show_print(history.store, run, err);
  }
  close_history(&history);
  return status;
}
