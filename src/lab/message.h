/* message: what crosses between the screen's thread and a worker's, as values: Command in, Progress (the latest) and
 * Event (each one) out. Never pointers into live state. */
#ifndef NNLAB_LAB_MESSAGE_H
#define NNLAB_LAB_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/baseline.h"
#include "lab/experiment.h"
#include "lab/param.h"

/* One measurement over rows. Not measured = not a number. */
typedef struct Metrics {
  double loss;  /* with the L1/L2 penalty, as Keras reports it */
  double score; /* accuracy, or R2 for regression */
  double mae;   /* regression: mean absolute error in the target's own unit */
} Metrics;

/* One change made to a run while it trains. It took effect before step `step` (from 0), in epoch `epoch` (from 0). */
typedef struct Edit {
  int epoch;
  int64_t step;
  double at; /* the place on the epoch axis: epochs done, with the fraction of the one under way */
  ParamId param;
  int layer; /* 0 .. hidden - 1; -1 for parameters that are not a layer's */
  double old_value, new_value;
} Edit;

typedef struct EpochReport {
  int epoch;          /* from 0 */
  int64_t step;       /* steps done at its end */
  Metrics train;      /* Keras's: running means with dropout on, weighted by rows */
  Metrics train_eval; /* the same rows in inference mode; not a number when it is not measured */
  Metrics val;
  double learning_rate; /* of the epoch's last step */
  double seconds;       /* training and evaluation of this epoch */
} EpochReport;

/* A run of the history, to be gone over again, or on with. Never changed. Texts are printable, never NULL. */
typedef struct KeptRun {
  int64_t id; /* its number there */
  const char *name;
  const char *snapshot; /* the file that its last snapshot is in, if there is one; "" = none is wanted */
  const char *weights;  /* the file that it began with; "" = drawn */
  const char *suspect;  /* " (why its numbers may be others here)"; "" = nothing is known */
  uint64_t fingerprint; /* of its data */
  int fork_epoch;       /* the epochs that it has from its parent; -1 = it is no fork */
  int epoch_count, edit_count;
  const EpochReport *epochs; /* all that ended */
  const Edit *edits;
} KeptRun;

typedef enum CommandKind {
  COMMAND_NONE = 0,
  COMMAND_LOAD,   /* load `experiment`'s data and make its run ready, paused; replaces what there was, and what is being
                     loaded */
  COMMAND_UNLOAD, /* stop loading: what the commands before this one load is not wanted. What is loaded stays */
  COMMAND_START,  /* train, or go on after a pause */
  COMMAND_PAUSE,
  COMMAND_STEP_BATCH, /* one batch, then pause */
  COMMAND_STEP_EPOCH, /* to the end of this epoch, then pause */
  COMMAND_SET,        /* `param` of `layer` becomes `value`, at the next batch; if it is not live: at the next restart;
                           before the first step: at once, as a new run that is ready, or trains if this one did */
  COMMAND_RESTART, /* the same seed and the settings as they are now, from the start; trains at once, unless the run was
                      ready or paused */
  COMMAND_STOP,    /* end the run here and keep its results: test score, best weights if they are to be restored */
  COMMAND_LOOK,    /* `look` of the progress becomes what the run was after `epoch` epochs; training goes on */
  COMMAND_FORK,    /* a new run goes on from the end of `epoch`, with `experiment`'s live settings, and trains; it takes
                      the place of the present one, whose later epochs are forgotten */
  COMMAND_COUNT
} CommandKind;

typedef struct Command {
  CommandKind kind;
  ParamId param;
  int layer;
  double value;
  int epoch;             /* COMMAND_LOOK, COMMAND_FORK: epochs done, from 0 */
  Experiment experiment; /* COMMAND_LOAD, COMMAND_FORK */
  const KeptRun *kept;   /* COMMAND_LOAD: the run that this one goes on as, of `experiment`; it must live as long as the
                            worker. NULL: a run of its own */
  int64_t twin;          /* COMMAND_LOAD, COMMAND_RESTART: the pair that the run belongs to, and with whose other one it
                            shares the cores; 0 = none */
} Command;

typedef enum RunState {
  RUN_NONE = 0, /* nothing loaded */
  RUN_LOADING,
  RUN_READY, /* loaded, not a step taken */
  RUN_RUNNING,
  RUN_PAUSED,
  RUN_FINISHED, /* all epochs, or early stopping */
  RUN_STOPPED,  /* by the user, or because its log could not be written */
  RUN_DIVERGED,
  RUN_FAILED,   /* could not be loaded */
  RUN_UNLOADED, /* its loading was stopped */
  RUN_STATE_COUNT
} RunState;

extern const char *const RUN_STATE_NAMES[RUN_STATE_COUNT];

/* How far the loading of a run's data is. */
typedef struct Loading {
  LoadStage stage;
  char file[64];      /* LOAD_READ: printable, without its folder; "" = none */
  double done, total; /* its bytes; total 0 = not known */
  double seconds;     /* since it began; 0 = nothing to tell yet */
} Loading;

/* The answer to COMMAND_LOOK: an epoch of the run that can be gone back to. */
typedef struct Look {
  bool known;            /* false: nothing was asked for in this run */
  int asked;             /* the command's epoch */
  int epoch;             /* the nearest one before it, or it, that is kept, in epochs done; -1: none is */
  Experiment experiment; /* the settings in force at its end */
  double learning_rate;  /* of its last step; 0 at the start */
} Look;

/* The latest state of a run; sent at most every 16 ms and at each change of state. */
typedef struct Progress {
  int run; /* number of the run: events and progress of older runs have smaller ones */
  RunState state;
  int epoch, epochs;  /* epochs done, epochs wanted */
  int batch, batches; /* batches done in this epoch, batches in it */
  int64_t step;       /* batches since the start */
  int64_t parameters; /* trainable, as the network is now; 0 = not known */
  Metrics train;      /* Keras's running means over this epoch so far */
  double learning_rate;
  double seconds;            /* spent training (not paused) */
  double samples_per_second; /* training rows, recently */
  double seconds_per_epoch;  /* recently; 0 = not known yet */
  Loading loading;           /* RUN_LOADING */
  int kept_every;            /* every so many epochs there is one to go back to; 0 = never */
  Look look;
} Progress;

typedef enum EventKind {
  EVENT_NONE = 0,
  EVENT_LOADED,   /* `loaded`: a run is ready; also after COMMAND_RESTART */
  EVENT_FORKED,   /* `fork`: a run has begun that goes on from an epoch of the one before, on the same data */
  EVENT_EPOCH,    /* `epoch` */
  EVENT_EDIT,     /* `edit`: a COMMAND_SET has taken effect */
  EVENT_REFUSED,  /* `text`: a command that cannot be done, and why */
  EVENT_ENDED,    /* `ended`: the run's state is finished, stopped or diverged */
  EVENT_FAILED,   /* `text`: the run could not be loaded */
  EVENT_UNLOADED, /* its loading was stopped */
  EVENT_COUNT
} EventKind;

/* What there is to know about a run before its first step. */
typedef struct Loaded {
  Experiment experiment; /* what the run is made from */
  uint64_t fingerprint;  /* of the prepared data (data/fingerprint.h) */
  char dataset[64];      /* printable */
  Task task;
  int features, classes;
  int train_rows, validation_rows, test_rows, flipped_labels;
  int batches; /* in an epoch */
  int64_t parameters;
  int threads;                 /* that share a step */
  int64_t resumes;             /* the run of the history that this one goes on as; 0 = none */
  int kept_epochs, kept_edits; /* ... and what was kept of it when it was read */
  int64_t twin;                /* the command's: two runs that share it are twins; 0 = none */
  Baseline baseline;
  char warning[256]; /* printable: what the split hides from training; "" = nothing */
  char leak[256];    /* printable: which columns give the answer away; "" = none */
  Output output;     /* resolved: never AUTO */
  Loss loss;         /* resolved */
} Loaded;

/* Where a run comes from that did not begin at the start. */
typedef struct Fork {
  int parent; /* number of the run that it goes on from; 0 = none */
  int epoch;  /* epochs done there */
  int64_t step;
} Fork;

typedef struct Ended {
  RunState outcome;
  int epochs; /* epochs done */
  int64_t step;
  int best_epoch;  /* from 0; by the monitored value; -1 = none */
  bool restored;   /* the weights are those of the best epoch */
  bool early;      /* early stopping ended it */
  Metrics test;    /* not a number without test rows */
  uint64_t digest; /* of the final parameters and batch-norm statistics */
  double seconds;
  /* diverged: where the first value that is not finite was seen */
  int64_t bad_step;   /* from 1: the batch that was under way, or the last one where an evaluation found it */
  char bad_layer[32]; /* "Dense 3", "Output", "loss" */
  double bad_value;   /* nan or an infinity */
} Ended;

typedef struct Event {
  EventKind kind;
  int run;
  union {
    Loaded loaded;
    Fork fork;
    EpochReport epoch;
    Edit edit;
    Ended ended;
    char text[512]; /* printable */
  };
} Event;

#endif
