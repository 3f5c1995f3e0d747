/* options: the command line, read. */
#ifndef NNLAB_APP_OPTIONS_H
#define NNLAB_APP_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "canvas/canvas.h"
#include "canvas/palette.h"
#include "lab/preset.h"

typedef enum Verb {
  VERB_LAB = 0, /* the screen */
  VERB_TRAIN,
  VERB_PRESETS,
  VERB_PARAMS,
  VERB_SHOW,
  VERB_DATA,   /* what is in a file */
  VERB_INIT,   /* a preset for a file, with every decision spelled out */
  VERB_REPEAT, /* several seeds */
  VERB_SWEEP,  /* several values of several settings */
  VERB_RESUME, /* a run of the history goes on */
  VERB_TWIN,   /* two runs, some settings apart */
  VERB_HELP,
  VERB_VERSION
} Verb;

enum { OPTIONS_MAX_SETS = 64, OPTIONS_MAX_GRIDS = 16 };

typedef struct Options {
  Verb verb;
  const char *target; /* a preset's name or number, a YAML file, a data set's name or a file; NULL = the first lesson */
  int set_count;
  const char *sets[OPTIONS_MAX_SETS]; /* key=value, in order: --epochs and --seed are here too */
  const char *log;                    /* files; NULL = none */
  const char *weights, *save_weights;
  int threads;       /* that share a step; 0: not given */
  const char *store; /* the run history's file; NULL = not given */
  int seeds, jobs;   /* how many, of nnlab repeat and sweep; 0: not given */
  const char *vs;    /* the preset that is compared; NULL = not given */
  int vs_set_count;  /* what is changed in it alone */
  const char *vs_sets[OPTIONS_MAX_SETS];
  int grid_count;
  const char *grids[OPTIONS_MAX_GRIDS]; /* key=value,value: of nnlab sweep */
  bool no_store, yaml, csv;
  bool json, quiet, digest, start;
  bool has_charset;
  Charset charset;
  PaletteKind palette;
} Options;

/* Reads the arguments; what is wrong with them is STATUS_USAGE. Texts are kept by reference or in the arena. */
MUST_USE Status options_parse(Arena *arena, int argc, char **argv, Options *options, Error *err);
/* The command that a word nobody knows may have meant; NULL: none, or the word is one. */
const char *options_command_near(const char *word);
/* Whether a target is a file, by its looks: a preset of one's own, or a table. */
bool options_is_file(const char *target);
/* The text of --help. */
const char *options_help(void);
/* Adds an assignment to those of --set. */
MUST_USE Status options_add_set(Options *options, const char *assignment, Error *err);
/* The preset that `options->target` names, with the --set assignments done: one of the list, a YAML file, or the
 * defaults on a CSV file or on a data set, by its name in the folder `datasets`. `origin` is the same without the
 * assignments. STATUS_USAGE lists the names. */
MUST_USE Status options_preset(const Options *options, Arena *arena, const PresetList *list, const char *datasets,
                               const Preset **preset, const Preset **origin, Error *err);

#endif
