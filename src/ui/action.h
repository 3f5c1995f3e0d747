/* action: everything a person can do, once: name, default keys, help, group. The table drives the keymap, the key line,
 * the help screen and scripts of keys. An action without keys is done with the mouse. */
#ifndef NNLAB_UI_ACTION_H
#define NNLAB_UI_ACTION_H

#include <stddef.h>
#include <stdint.h>

#include "canvas/canvas.h"
#include "canvas/input.h"

enum { ACTION_MAX_KEYS = 3, KEY_CTRL_R = 18 };

typedef enum ActionGroup {
  GROUP_RUN = 0,
  GROUP_NETWORK,
  GROUP_TIME,
  GROUP_RUNS, /* on the Runs screen alone, before all others */
  GROUP_CHARTS,
  GROUP_SCREEN,
  GROUP_DATA,    /* on the Data screen alone, before all others */
  GROUP_COMPARE, /* on the Compare screen alone, before all others */
  GROUP_MOUSE,
  GROUP_COUNT
} ActionGroup;

/* X(id, name, key, key, key, group, help): a key of 0 is none; the help is one line without a full stop. */
#define ACTION_LIST(X)                                                                           \
  X(TRAIN, "train", ' ', 0, 0, RUN, "start, pause or resume training")                           \
  X(STEP_BATCH, "step", '.', 0, 0, RUN, "train one batch, then pause")                           \
  X(STEP_EPOCH, "step-epoch", ',', '>', 0, RUN, "train to the end of the epoch, then pause")     \
  X(RESTART, "restart", 'r', 0, 0, RUN, "start again: same seed, the settings shown")            \
  X(NEW_SEED, "new-seed", 'n', 0, 0, RUN, "start again from the next seed")                      \
  X(STOP, "stop", 'x', 0, 0, RUN, "end the run here and keep its results")                       \
  X(PIN, "pin", 'p', 0, 0, RUN, "pin the run behind the next ones; unpin it")                    \
  X(UNPIN, "unpin", 'P', 0, 0, RUN, "unpin what is pinned")                                      \
  X(REPEAT, "repeat", 'N', 0, 0, RUN, "repeat over seeds, beside the pinned run")                \
  X(UP, "up", INPUT_UP, 'k', 0, NETWORK, "select the layer above")                               \
  X(DOWN, "down", INPUT_DOWN, 'j', 0, NETWORK, "select the layer below")                         \
  X(DROPOUT, "dropout", 'd', 0, 0, NETWORK, "dropout of the layer on or off")                    \
  X(LEFT, "lower", INPUT_LEFT, 'h', 0, NETWORK, "less dropout")                                  \
  X(RIGHT, "raise", INPUT_RIGHT, 'l', 0, NETWORK, "more dropout")                                \
  X(BATCH_NORM, "batch-norm", 'b', 0, 0, NETWORK, "batch normalization of the layer on or off")  \
  X(BN_POSITION, "bn-position", 'B', 0, 0, NETWORK, "batch norm before or after the activation") \
  X(RATE_DOWN, "slower", '-', '_', 0, NETWORK, "smaller learning rate")                          \
  X(RATE_UP, "faster", '+', '=', 0, NETWORK, "larger learning rate")                             \
  X(ADD_LAYER, "add-layer", 'A', 0, 0, NETWORK, "add a layer like the selected one, behind it")  \
  X(REMOVE_LAYER, "remove-layer", 'D', 0, 0, NETWORK, "remove the selected layer")               \
  X(SETTINGS, "settings", 'e', 0, 0, NETWORK, "all settings, with their ranges")                 \
  X(UNDO, "undo", 'u', 0, 0, NETWORK, "take the last change back")                               \
  X(REDO, "redo", 'U', KEY_CTRL_R, 0, NETWORK, "do again what was taken back")                   \
  X(BACK, "back", '[', 0, 0, TIME, "an epoch back: all panels show it")                          \
  X(AHEAD, "ahead", ']', 0, 0, TIME, "an epoch ahead, at last to the present")                   \
  X(FAR_BACK, "far-back", '{', 0, 0, TIME, "ten epochs back")                                    \
  X(FAR_AHEAD, "far-ahead", '}', 0, 0, TIME, "ten epochs ahead")                                 \
  X(FORK, "fork", 'f', 0, 0, TIME, "train on from there with the settings shown")                \
  X(TWIN, "twin", 't', 0, 0, TIME, "twins: as it began beside as shown; end them")               \
  X(TRAIN_CURVE, "train-curve", 'v', 0, 0, CHARTS, "train curve: Keras's, inference mode, both") \
  X(LOG_Y, "log-y", 'y', 0, 0, CHARTS, "logarithmic loss axis")                                  \
  X(SMOOTHING, "smoothing", 'w', 'm', 0, CHARTS, "smoothing 0, 0.6, 0.9")                        \
  X(NEXT_CHART, "chart", '\t', 0, 0, CHARTS, "the next chart, where not all have room")          \
  X(CHARSET, "charset", 'c', 0, 0, CHARTS, "draw in braille, blocks or ASCII")                   \
  X(PALETTE, "palette", 'C', 0, 0, CHARTS, "colours: dark, light, colour-blind, none")           \
  X(LAB, "lab", '1', 0, 0, SCREEN, "the Lab: the network and its curves")                        \
  X(DATA, "data", '2', 0, 0, SCREEN, "the data: columns, classes, rows, split")                  \
  X(RUNS, "runs", '3', 0, 0, SCREEN, "the runs kept: sort, filter, open, delete")                \
  X(COMPARE, "compare", '4', 0, 0, SCREEN, "the marked runs side by side")                       \
  X(PRESETS, "presets", 'o', 0, 0, SCREEN, "open another lesson")                                \
  X(LESSON, "lesson", 'i', 0, 0, SCREEN, "read the lesson")                                      \
  X(HELP, "help", '?', INPUT_F1, 0, SCREEN, "this list")                                         \
  X(ENTER, "enter", INPUT_ENTER, '\n', 0, SCREEN, "in a list: open, toggle or type a value")     \
  X(PAGE_UP, "page-up", INPUT_PAGE_UP, 0, 0, SCREEN, "a page up")                                \
  X(PAGE_DOWN, "page-down", INPUT_PAGE_DOWN, 0, 0, SCREEN, "a page down")                        \
  X(HOME, "home", INPUT_HOME, 'g', 0, SCREEN, "to the first row")                                \
  X(END, "end", INPUT_END, 'G', 0, SCREEN, "to the last row; to the present")                    \
  X(CLOSE, "close", INPUT_ESCAPE, 0, 0, SCREEN, "close; stop loading, repeats; to the present")  \
  X(QUIT, "quit", 'q', 0, 0, SCREEN, "close what lies over the Lab, or quit")                    \
  X(PICK_LAYER, "pick-layer", 0, 0, 0, MOUSE, "a layer: select it")                              \
  X(PICK_BATCH_NORM, "pick-batch-norm", 0, 0, 0, MOUSE, "BN: batch normalization on or off")     \
  X(PICK_RATE, "pick-rate", 0, 0, 0, MOUSE, "a dropout bar: set the rate; or drag")              \
  X(PICK_EPOCH, "pick-epoch", 0, 0, 0, MOUSE, "a chart: go to the epoch; or drag")               \
  X(DATA_PANEL, "data-panel", '\t', 0, 0, DATA, "the next panel: columns, split, rows")          \
  X(DATA_ENTER, "data-enter", INPUT_ENTER, '\n', 0, DATA, "predict the column; type a value")    \
  X(DATA_DROP, "data-drop", 'd', 0, 0, DATA, "leave the column out, or use it again")            \
  X(DATA_LEFT, "data-left", INPUT_LEFT, 'h', 0, DATA, "column as numbers; a smaller value")      \
  X(DATA_RIGHT, "data-right", INPUT_RIGHT, 'l', 0, DATA, "column as categories; a larger value") \
  X(RUNS_OPEN, "runs-open", INPUT_ENTER, '\n', 0, RUNS, "open the run in the Lab, ready")        \
  X(RUNS_RESUME, "runs-resume", 'R', 0, 0, RUNS, "train a run on that was interrupted")          \
  X(RUNS_MARK, "runs-mark", 'm', 0, 0, RUNS, "mark the run, to compare it; or not")              \
  X(RUNS_COMPARE, "runs-compare", 'c', 0, 0, RUNS, "compare the marked runs")                    \
  X(RUNS_SORT, "runs-sort", 's', 0, 0, RUNS, "sort by the next column")                          \
  X(RUNS_TURN, "runs-turn", 'S', 0, 0, RUNS, "turn the order round")                             \
  X(RUNS_FILTER, "runs-filter", '/', 0, 0, RUNS, "only the runs that are so: best > 0.9")        \
  X(RUNS_RENAME, "runs-rename", 'n', 0, 0, RUNS, "give the run another name")                    \
  X(RUNS_TAG, "runs-tag", 't', 0, 0, RUNS, "add a tag; -tag takes it away")                      \
  X(RUNS_NOTE, "runs-note", 'e', 0, 0, RUNS, "keep a line of text with the run")                 \
  X(RUNS_DELETE, "runs-delete", 'x', INPUT_DELETE, 0, RUNS, "delete the run")                    \
  X(RUNS_RESTORE, "runs-restore", 'u', 0, 0, RUNS, "bring back what was deleted last")           \
  X(COMPARE_LEFT, "compare-left", INPUT_LEFT, 'h', 0, COMPARE, "the run at the left")            \
  X(COMPARE_RIGHT, "compare-right", INPUT_RIGHT, 'l', 0, COMPARE, "the run at the right")        \
  X(COMPARE_REMOVE, "compare-out", 'x', INPUT_DELETE, 0, COMPARE, "take the run out")            \
  X(COMPARE_OPEN, "compare-open", INPUT_ENTER, '\n', 0, COMPARE, "open the run in the Lab")      \
  X(COMPARE_CHART, "compare-chart", '\t', 0, 0, COMPARE, "the next chart: loss, score")          \
  X(COMPARE_CURVES, "compare-curves", 'v', 0, 0, COMPARE, "curves: training, validation, both")  \
  X(PICK_RUN, "pick-run", 0, 0, 0, MOUSE, "a name over a column: select the run")                \
  X(PICK_HEAD, "pick-head", 0, 0, 0, MOUSE, "a head of the runs: sort; again: turn")             \
  X(PICK_ROW, "pick-row", 0, 0, 0, MOUSE, "a row of a list: select it, again: open it")

#define ACTION_ENUM(id, name, key1, key2, key3, group, help) ACTION_##id,
typedef enum Action { ACTION_NONE = 0, ACTION_LIST(ACTION_ENUM) ACTION_COUNT } Action;
#undef ACTION_ENUM

typedef struct ActionInfo {
  const char *name;
  uint32_t keys[ACTION_MAX_KEYS]; /* the first is the one shown; 0 = none */
  ActionGroup group;
  const char *help;
} ActionInfo;

const ActionInfo *action_info(Action action);
const char *action_group_title(ActionGroup group);
/* The action that a key does on the Lab and in what lies over a screen; ACTION_NONE: none. */
Action action_of_key(uint32_t key);
/* The same on the screen whose own actions are `own`: GROUP_DATA, GROUP_RUNS, GROUP_COMPARE. */
Action action_of_screen_key(ActionGroup own, uint32_t key);
/* A key's name as it is shown: "space", "↑" ("up" where only ASCII can be shown), "Tab", "b". */
void action_key_name(uint32_t key, Charset charset, char *out, size_t size);
/* All keys of an action: "↑ k". */
void action_keys_text(Action action, Charset charset, char *out, size_t size);

#endif
