/* preset: a YAML file that holds an experiment and its lesson. Flat keys, those of the parameter table, a `layers:`
 * list of hidden layers, and the lesson's texts:
 *
 *     title: Overfitting
 *     lesson: |
 *       What this shows.
 *     watch: What to look at.
 *     try: What to change.
 *     dataset: digits
 *     learning_rate: 0.001
 *     layers:
 *       - units: 128
 *         activation: relu
 *         batch_norm: off
 *         dropout: 0.5
 *
 * What is not given has its default. */
#ifndef NNLAB_LAB_PRESET_H
#define NNLAB_LAB_PRESET_H

#include "base/arena.h"
#include "base/error.h"
#include "lab/experiment.h"

typedef struct Preset {
  char name[64]; /* the file's name without folder, ordering number and ending: presets/02-overfitting.yaml ->
                    "overfitting" */
  const char *path;
  const char *title;  /* printable, one line; the name when not given. From the arena, like all texts; never NULL */
  const char *lesson; /* as in the file, printable but for its newlines; "" when not given */
  const char *watch;
  const char *try_it;
  Experiment experiment;
} Preset;

/* Reads a preset from text; `path` is for messages and the name. Errors name file, line, column, key, value, allowed
 * range, and the nearest known key for a misspelt one: "my.yaml:7:3: unknown key 'droput'; did you mean 'dropout'?".
 * Duplicate keys, anchors, aliases and tags, several documents, nesting where a value belongs, and settings that
 * contradict each other (experiment_check) are errors. On failure `preset` is untouched. `text` may hold any bytes. */
MUST_USE Status preset_parse(Arena *arena, const char *text, size_t length, const char *path, Preset *preset,
                             Error *err);
MUST_USE Status preset_read(Arena *arena, const char *path, Preset *preset, Error *err);
/* The preset as YAML that preset_parse reads back to the same values: every setting, grouped by section. What is not
 * printable in a text is written as preset_parse would have made it. From the arena, with a 0 byte behind it. Settings
 * that preset_parse would refuse are refused here, too. */
MUST_USE Status preset_format(Arena *arena, const Preset *preset, char **text, size_t *length, Error *err);
/* Writes it to `path`, atomically. */
MUST_USE Status preset_write(const Preset *preset, const char *path, Error *err);

typedef struct PresetList {
  int count;
  const Preset *items; /* in the order of the file names: the lessons' order */
} PresetList;

/* Reads every *.yaml file of `folder`. A file that cannot be read or parsed is an error, and so are two presets of one
 * name. */
MUST_USE Status preset_list(Arena *arena, const char *folder, PresetList *list, Error *err);
/* By name, by number from 1, or by the title's first word where only one title begins with it; capital letters do not
 * matter. STATUS_USAGE names the presets there are and the nearest. */
MUST_USE Status preset_find(const PresetList *list, const char *name, const Preset **preset, Error *err);

#endif
