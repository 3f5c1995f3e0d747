/* ui: the screen as a value. Input, events and progress change a UiState; ui_draw turns it into cells. Pure: no clock,
 * no terminal, no thread; commands for the worker wait in the outbox until the caller takes them.
 * The loop around it: ui_input for each key or click, ui_event and ui_progress for what the worker says,
 * ui_take_command until there is none, ui_draw, and the hits it listed go back into `hits` for the next click. A
 * UiState is large (about 2 MB): keep it in an arena. Threads: the UI thread only. */
#ifndef NNLAB_UI_UI_H
#define NNLAB_UI_UI_H

#include <stdbool.h>

#include "canvas/canvas.h"
#include "canvas/input.h"
#include "canvas/palette.h"
#include "data/survey.h"
#include "lab/edit_mark.h"
#include "lab/message.h"
#include "lab/preset.h"
#include "lab/repeat_plan.h"
#include "lab/result.h"
#include "lab/series.h"
#include "lab/trail.h"
#include "ui/compare_state.h"
#include "ui/curves.h"
#include "ui/run_row.h"

enum { UI_MAX_EDITS = 256, UI_MAX_OUTBOX = 32, UI_MAX_HITS = 256, UI_MAX_UNDO = 64, UI_MAX_TYPED = 256 };
enum { UI_MAX_TWIN_OUTBOX = 16 };
enum { UI_MIN_ROWS = 16, UI_MIN_COLS = 60 };

typedef enum UiOverlay {
  OVERLAY_NONE = 0,
  OVERLAY_PICKER,
  OVERLAY_SETTINGS,
  OVERLAY_HELP,
  OVERLAY_LESSON,
  OVERLAY_COUNT
} UiOverlay;

typedef enum UiScreen { SCREEN_LAB = 0, SCREEN_DATA, SCREEN_RUNS, SCREEN_COMPARE } UiScreen;

/* What the keys of the Data screen are for. */
typedef enum DataFocus { FOCUS_COLUMNS = 0, FOCUS_SETTINGS, FOCUS_ROWS, FOCUS_COUNT } DataFocus;

/* The Data screen's own state. */
typedef struct UiData {
  Survey *survey;       /* that is shown; NULL before the first. The caller frees it (ui_news) */
  bool has_asked, asks; /* a question has been put; one waits for ui_take_question */
  Experiment asked;     /* the settings that the latest question was about */
  bool busy;
  double share;      /* of the file, read so far */
  char problem[512]; /* why there is no answer to it; "" = none */
  DataFocus focus;
  int column, setting; /* that is selected: of the profile's columns, of the screen's settings */
  int picture, row;    /* the first ones shown */
} UiData;

typedef enum TrainCurve { TRAIN_CURVE_KERAS = 0, TRAIN_CURVE_EVAL, TRAIN_CURVE_BOTH, TRAIN_CURVE_COUNT } TrainCurve;

/* Where a click does something: the rectangle and the Action (ui/action.h) with its argument. */
typedef struct UiHit {
  Rect rect;
  int action;
  int argument; /* layer, or row of a list; the action says which */
} UiHit;

/* What a drawn frame tells about itself. */
typedef struct UiHits {
  int count;
  UiHit items[UI_MAX_HITS]; /* a later one lies above those before it */
  Rect network;             /* where the wheel moves the selection */
  int scroll_max;           /* how far the overlay's text can be scrolled */
  int page;                 /* lines that the overlay shows at once */
  bool one_chart;           /* there is room for one alone */
} UiHits;

/* The best validation value of a metric so far, by epoch (from 0; -1 = none). */
typedef struct UiBest {
  int epoch;
  double value;
} UiBest;

/* What the screen keeps of a run. */
typedef struct UiRun {
  int number;            /* 0 = none yet */
  const Preset *preset;  /* that it was made from */
  char title[64];        /* of that */
  Experiment experiment; /* as it began: `edits` are not in it */
  Fork fork;             /* where it comes from */
  Loaded loaded;
  Progress progress;
  Series curves[METRIC_COUNT][CURVE_COUNT]; /* epoch k (from 0) lies at x = k + 1 */
  UiBest best[METRIC_COUNT];
  int edit_count; /* the first UI_MAX_EDITS are kept */
  EditMark edits[UI_MAX_EDITS];
  bool has_ended;
  Ended ended;
  EpochReport last;  /* the latest epoch; epoch = -1: none */
  char failure[512]; /* why it is not loaded */
} UiRun;

/* The run that stays behind the live one; see pin.h. */
typedef struct UiPin {
  bool by_hand; /* a restart does not pin another */
  bool marked;  /* the run shown will be the pinned one */
  UiRun run;    /* number 0: none yet */
} UiPin;

typedef enum RepeatState {
  REPEAT_NONE = 0,
  REPEAT_RUNNING,
  REPEAT_STOPPED, /* by the person: what has been trained stays */
  REPEAT_DONE,
  REPEAT_FAILED /* `problem` says why */
} RepeatState;

typedef enum RepeatWish { REPEAT_WISH_NONE = 0, REPEAT_WISH_START, REPEAT_WISH_STOP } RepeatWish;

/* The settings shown, trained with several seeds behind the screen, and beside them those of the pinned run; see
 * repeat.h. */
typedef struct UiRepeat {
  int wanted; /* seeds of the next one */
  RepeatState state;
  RepeatWish wish;  /* that has not been taken */
  RepeatPlan plan;  /* number 0: none yet */
  char change[256]; /* what makes B of A; "" = there is one experiment alone, which is arm 0 */
  Result results[REPEAT_MOST_RUNS];
  Trail trails[REPEAT_MOST_RUNS][METRIC_COUNT]; /* of the validation rows */
  char problem[512];
} UiRepeat;

/* The pair of twins whose A is the pinned run, and whose B is the one shown (ui/twin.h). */
typedef struct UiTwin {
  bool on;
  bool shows_difference; /* where one chart alone has room */
  int64_t number;        /* of the latest pair: those that begin count on from what the caller has set */
  int outbox_count;
  Command outbox[UI_MAX_TWIN_OUTBOX]; /* for A's worker */
} UiTwin;

/* A change, for undo: of one setting, or of what a command to set cannot carry (the data set, the number of layers).
 * `at` is where on the epoch axis of which run it was made. */
typedef struct UiChange {
  ParamId param;
  int layer, run;
  double at, old_value;
  bool is_whole; /* undone by bringing back `before` and `shape`; the values above do not count */
  int shape;
  Experiment before;
} UiChange;

/* The cursor over the epochs of the run (ui/time.h). */
typedef struct UiTime {
  bool on;
  bool known; /* `look` is the epoch's: the settings shown are those of then, and what was set since */
  int epoch;  /* epochs done */
  Look look;
  Experiment live; /* the settings shown before, which come back */
  int live_shape;
} UiTime;

typedef struct UiState {
  PresetList presets;
  const Preset *preset;  /* the one that is open */
  Experiment experiment; /* the settings as shown: edits are seen at once */
  Experiment base;       /* the settings that the run was made from: what is not live and differs waits for a restart */
  /* Which list of layers `experiment` and `base` have: they differ while an added or removed layer waits for a restart.
   * `shapes` lists have been numbered so far. */
  int shape, base_shape, shapes;
  UiRun run;
  UiPin pin;
  UiRepeat repeat;
  UiTwin twin;
  UiTime time;
  int stale_run; /* events and progress up to this run belong to what was replaced */
  UiScreen screen;
  UiData data;
  UiRuns runs;
  UiCompare compare;
  UiOverlay overlay;
  int layer;            /* the selected row of the network panel: -1 = Input, 0 .. hidden - 1 */
  int list_row, scroll; /* of the overlay */
  bool typing;          /* the value of a setting is being typed */
  ParamId typed_param;  /* which one's */
  char typed[UI_MAX_TYPED];
  double last_rate[NET_MAX_HIDDEN + 1]; /* the rate that toggling dropout brings back; [0] is the input's */
  TrainCurve train_curve;
  MetricId chart; /* the chart that is shown where there is no room for all */
  bool log_y;
  double smoothing; /* 0 = off */
  Charset charset;
  PaletteKind palette;
  char notice[512]; /* one line for the person: why something was refused, what waits for a restart; "" = none */
  bool notice_is_error;
  bool quit;
  int undo_count;
  UiChange undo[UI_MAX_UNDO]; /* the oldest are forgotten */
  int redo_count;
  UiChange redo[UI_MAX_UNDO]; /* what was taken back, the latest last */
  int outbox_count;
  Command outbox[UI_MAX_OUTBOX];
  UiHits hits; /* of the latest drawn frame, given back by the caller (ui_draw changes no state) */
} UiState;

/* Opens `preset`: posts COMMAND_LOAD, and COMMAND_START behind it if `start`. The presets must outlive the state. */
void ui_init(UiState *ui, PresetList presets, const Preset *preset, bool start, Charset charset, PaletteKind palette);
void ui_input(UiState *ui, Input input);
void ui_event(UiState *ui, const Event *event);
void ui_progress(UiState *ui, const Progress *progress);
/* Takes the question that the Data screen wants answered by a survey; false when there is none. */
bool ui_take_question(UiState *ui, DataSpec *spec, uint64_t *seed);
/* How that stands. Returns the survey that is shown no more, for the caller to free; NULL: none. */
Survey *ui_news(UiState *ui, const SurveyNews *news);
/* Takes what the Runs screen wants of the history; false when there is nothing. To be asked for after each input. */
bool ui_take_wish(UiState *ui, RunsWish *wish);
void ui_runs_news(UiState *ui, const RunsNews *news);
/* A wish cannot be: says why, and lets its text be typed again. */
void ui_runs_refused(UiState *ui, const RunsWish *refused, const char *why);
/* Takes the runs that the Compare screen wants to show, by their places (0 = none); false when it has not asked since
 * the last time. */
bool ui_take_comparison(UiState *ui, int64_t ids[COMPARE_MOST]);
void ui_compare_news(UiState *ui, const CompareNews *news);
/* A run that is marked is no more. */
void ui_compare_gone(UiState *ui, int64_t id);
/* Opens a run in the Lab, ready: the lesson that it was of, with the settings that it began with. `preset` must outlive
 * the state. */
void ui_open_run(UiState *ui, const Preset *preset, const Experiment *experiment, const char *notice);
/* Trains a run of the history on in the Lab; `now`: its settings with its edits. `kept` must outlive the worker. */
void ui_resume_run(UiState *ui, const Preset *preset, const Experiment *experiment, const Experiment *now,
                   const KeptRun *kept);
/* Takes what is wanted of those who repeat experiments behind the screen; REPEAT_WISH_START fills `plan`. */
RepeatWish ui_take_repeat(UiState *ui, RepeatPlan *plan);
void ui_repeat_news(UiState *ui, const RepeatNews *news);
/* Draws everything onto the canvas, whatever its size, and lists what can be clicked. */
void ui_draw(const UiState *ui, Canvas *canvas, Arena *frame, UiHits *hits);
/* Takes the oldest waiting command; false when there is none. */
bool ui_take_command(UiState *ui, Command *command);
/* The same three for the worker of a twin's A. */
void ui_twin_event(UiState *ui, const Event *event);
void ui_twin_progress(UiState *ui, const Progress *progress);
bool ui_twin_take_command(UiState *ui, Command *command);

#endif
