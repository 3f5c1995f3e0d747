/* nnlab: see how neural networks learn. See src/README.md for the map of the source. */
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/data_report.h"
#include "app/headless.h"
#include "app/lists.h"
#include "app/options.h"
#include "app/paths.h"
#include "app/repeat.h"
#include "app/resume.h"
#include "app/runs.h"
#include "app/session.h"
#include "app/sweep.h"
#include "app/twin.h"
#include "app/version.h"
#include "math/mat.h"

enum { EXIT_USAGE = 2 };

static int complain(const Error *err) {
  (void)fflush(stdout);
  (void)fprintf(stderr, "nnlab: %s\n", err->text);
  return err->status == STATUS_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}

/* nnlab show RUN: what is no preset, and no file. */
static bool may_be_run(const Options *options) {
  return options->verb == VERB_SHOW && options->target && options->set_count == 0 && !options_is_file(options->target);
}

/* `err` says why it is no preset, and then also why it is no run. */
static Status show_run(const Options *options, Error *err) {
  Error no_run, no_preset = *err;
  Status status = runs_show(options->store, options->target, options->yaml, options->json, &no_run);
  return status == STATUS_OK ? status : error_set(err, no_run.status, "%s; and %s", no_preset.text, no_run.text);
}

static int run_preset(const Options *options, Arena *arena, const PresetList *list, const Paths *paths) {
  Error err = {0};
  const Preset *preset, *origin;
  int code = EXIT_SUCCESS;
  if (options_preset(options, arena, list, paths->datasets, &preset, &origin, &err) != STATUS_OK) {
    return may_be_run(options) && show_run(options, &err) == STATUS_OK ? EXIT_SUCCESS : complain(&err);
  }
  if (options->verb == VERB_DATA) {
    code = data_report(&preset->experiment, paths->datasets, options->json, &err) == STATUS_OK ? EXIT_SUCCESS
                                                                                               : EXIT_FAILURE;
  } else if (options->verb == VERB_INIT) {
    code = lists_init(preset, arena, paths->datasets, &err) == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
  } else if (options->verb == VERB_SHOW) {
    code = lists_show(preset, arena, options->json, &err) == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
  } else if (options->verb == VERB_REPEAT) {
    code = repeat_train(options, arena, list, (Arm){preset, origin}, paths, &err);
  } else if (options->verb == VERB_SWEEP) {
    code = sweep_train(options, arena, (Arm){preset, origin}, paths, &err);
  } else if (options->verb == VERB_TWIN) {
    code = twin_train(options, arena, list, (Arm){preset, origin}, paths, &err);
  } else if (options->verb == VERB_LAB && isatty(STDOUT_FILENO)) {
    code = session_run(options, list, preset, origin, paths, &err);
  } else {
    code = headless_train(options, preset, origin, NULL, paths, &err);
  }
  return err.text[0] ? complain(&err) : code;
}

/* `word`: what stands before --help, or NULL. */
static const char *help_on(const char *word) {
  return word && strcmp(word, "repeat") == 0   ? REPEAT_HELP
         : word && strcmp(word, "sweep") == 0  ? SWEEP_HELP
         : word && strcmp(word, "resume") == 0 ? RESUME_HELP
         : word && strcmp(word, "twin") == 0   ? TWIN_HELP
                                               : options_help();
}

static int run(const Options *options, Arena *arena) {
  Error err = {0};
  Paths paths;
  PresetList list;
  switch (options->verb) {
    case VERB_HELP:
      (void)fputs(help_on(options->target), stdout);
      return EXIT_SUCCESS;
    case VERB_VERSION:
      version_print();
      return EXIT_SUCCESS;
    case VERB_PARAMS:
      lists_params();
      return EXIT_SUCCESS;
    default:
      break;
  }
  if (paths_find(arena, &paths, &err) != STATUS_OK || preset_list(arena, paths.presets, &list, &err) != STATUS_OK) {
    return complain(&err);
  }
  paths.store = options->no_store ? NULL : paths_store(arena, options->store);
  if (options->verb == VERB_PRESETS) {
    lists_presets(&list);
    return EXIT_SUCCESS;
  }
  if (options->verb == VERB_RESUME) {
    int code = resume_train(options, arena, &paths, &err);
    return err.text[0] ? complain(&err) : code;
  }
  return run_preset(options, arena, &list, &paths);
}

/* All but the commands of the run history. */
static int lab_main(int argc, char **argv) {
  Arena arena;
  arena_init(&arena, 0);
  Options options;
  Error err = {0};
  int code = options_parse(&arena, argc, argv, &options, &err) == STATUS_OK ? run(&options, &arena) : complain(&err);
  const char *near = code == EXIT_USAGE && argc > 1 ? options_command_near(argv[1]) : NULL;
  if (near) {
    (void)fprintf(stderr, "nnlab: did you mean 'nnlab %s'?\n", near);
  }
  arena_deinit(&arena);
  return code;
}

int main(int argc, char **argv) {
  (void)setlocale(LC_CTYPE, ""); /* and nothing else: numbers are read and written with a point everywhere */
  int code = argc > 1 && runs_is_command(argv[1]) ? runs_main(argc - 1, argv + 1) : lab_main(argc, argv);
  if (fflush(stdout) != 0 && code == EXIT_SUCCESS) {
    code = EXIT_FAILURE;
  }
  return code;
}
