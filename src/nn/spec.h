/* spec: what a network and its training are made of, as plain values with Keras's names. The names of every choice, in
 * the order of its enum, are here too: they are what YAML files, --set and the screen show.
 * Sources: Keras 3 (keras/src/layers, optimizers, initializers, callbacks). */
#ifndef NNLAB_NN_SPEC_H
#define NNLAB_NN_SPEC_H

#include <stdbool.h>

enum { NET_MAX_HIDDEN = 32, NET_MAX_UNITS = 8192 };

typedef enum Activation {
  ACTIVATION_LINEAR = 0,
  ACTIVATION_RELU,
  ACTIVATION_LEAKY_RELU, /* slope 0.2 below 0 */
  ACTIVATION_ELU,        /* alpha 1 */
  ACTIVATION_SELU,
  ACTIVATION_GELU, /* exact: x * Phi(x) */
  ACTIVATION_SILU,
  ACTIVATION_TANH,
  ACTIVATION_SIGMOID,
  ACTIVATION_SOFTPLUS,
  ACTIVATION_COUNT
} Activation;

typedef enum BnPosition { BN_AFTER = 0, BN_BEFORE, BN_POSITION_COUNT } BnPosition; /* the activation */

typedef enum Initializer {
  INIT_GLOROT_UNIFORM = 0,
  INIT_GLOROT_NORMAL,
  INIT_HE_UNIFORM,
  INIT_HE_NORMAL,
  INIT_LECUN_UNIFORM,
  INIT_LECUN_NORMAL,
  INIT_COUNT
} Initializer;

/* AUTO: softmax for three classes or more, sigmoid for two, linear for regression. */
typedef enum Output { OUTPUT_AUTO = 0, OUTPUT_SOFTMAX, OUTPUT_SIGMOID, OUTPUT_LINEAR, OUTPUT_COUNT } Output;
/* AUTO: the cross-entropy that belongs to the output; mse for linear. */
typedef enum Loss { LOSS_AUTO = 0, LOSS_CROSSENTROPY, LOSS_MSE, LOSS_MAE, LOSS_COUNT } Loss;

typedef enum OptimizerKind {
  OPTIMIZER_SGD = 0,
  OPTIMIZER_RMSPROP,
  OPTIMIZER_ADAM,
  OPTIMIZER_ADAMW,
  OPTIMIZER_COUNT
} OptimizerKind;

typedef enum ScheduleKind {
  SCHEDULE_CONSTANT = 0,
  SCHEDULE_STEP,        /* rate * decay_rate ^ floor(step / decay_steps): ExponentialDecay(staircase=True) */
  SCHEDULE_EXPONENTIAL, /* rate * decay_rate ^ (step / decay_steps) */
  SCHEDULE_COSINE,      /* CosineDecay(alpha = schedule_alpha) over decay_steps */
  SCHEDULE_PLATEAU,     /* ReduceLROnPlateau on the monitored value */
  SCHEDULE_COUNT
} ScheduleKind;

typedef enum Monitor {
  MONITOR_VAL_LOSS = 0,
  MONITOR_VAL_SCORE, /* val_accuracy, or val_r2 for regression */
  MONITOR_LOSS,
  MONITOR_COUNT
} Monitor;

/* One hidden layer: Dense(units), its activation, BatchNormalization if on, Dropout(rate) if > 0. */
typedef struct LayerSpec {
  int units;
  Activation activation;
  bool batch_norm;
  BnPosition bn_position;
  double dropout; /* fraction of the units dropped, 0..1 */
} LayerSpec;

typedef struct NetSpec {
  int hidden; /* 1 .. NET_MAX_HIDDEN */
  LayerSpec layers[NET_MAX_HIDDEN];
  double input_dropout;
  Initializer initializer;
  double bn_momentum, bn_epsilon;
  Output output;
  Loss loss;
  double l1, l2; /* on every Dense kernel: l1 * sum |w| + l2 * sum w^2, part of the loss */
} NetSpec;

typedef struct OptimizerSpec {
  OptimizerKind kind;
  double learning_rate;
  double momentum; /* sgd, rmsprop */
  bool nesterov;   /* sgd */
  double rho;      /* rmsprop */
  double beta_1, beta_2;
  double epsilon;
  double weight_decay;                         /* decoupled: w -= rate * weight_decay * w; any optimizer */
  double clipnorm, global_clipnorm, clipvalue; /* 0 = off; at most one */
} OptimizerSpec;

typedef struct ScheduleSpec {
  ScheduleKind kind;
  int decay_steps; /* 0: one tenth of the run's steps (step), the run's steps (exponential, cosine) */
  double decay_rate;
  double alpha; /* cosine: the last rate as a fraction of the first */
  /* plateau */
  double factor, min_delta, min_rate;
  int patience, cooldown;
} ScheduleSpec;

typedef struct StopSpec {
  bool on;
  Monitor monitor;
  int patience;
  double min_delta;
  int start_from_epoch;
  bool restore_best;
} StopSpec;

typedef struct TrainSpec {
  OptimizerSpec optimizer;
  ScheduleSpec schedule;
  StopSpec early_stopping;
  int batch_size, epochs;
  int seed;
  bool evaluate_train; /* also measure the training rows in inference mode after each epoch */
  int snapshot_memory; /* MB for snapshots of epochs; 0 = none */
} TrainSpec;

extern const char *const ACTIVATION_NAMES[ACTIVATION_COUNT];
extern const char *const BN_POSITION_NAMES[BN_POSITION_COUNT];
extern const char *const INITIALIZER_NAMES[INIT_COUNT];
extern const char *const OUTPUT_NAMES[OUTPUT_COUNT];
extern const char *const LOSS_NAMES[LOSS_COUNT];
extern const char *const OPTIMIZER_NAMES[OPTIMIZER_COUNT];
extern const char *const SCHEDULE_NAMES[SCHEDULE_COUNT];
extern const char *const MONITOR_NAMES[MONITOR_COUNT];

#endif
