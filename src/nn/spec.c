#include "nn/spec.h"

const char *const ACTIVATION_NAMES[ACTIVATION_COUNT] = {"linear", "relu", "leaky_relu", "elu",     "selu",
                                                        "gelu",   "silu", "tanh",       "sigmoid", "softplus"};
const char *const BN_POSITION_NAMES[BN_POSITION_COUNT] = {"after", "before"};
const char *const INITIALIZER_NAMES[INIT_COUNT] = {"glorot_uniform", "glorot_normal", "he_uniform",
                                                   "he_normal",      "lecun_uniform", "lecun_normal"};
const char *const OUTPUT_NAMES[OUTPUT_COUNT] = {"auto", "softmax", "sigmoid", "linear"};
const char *const LOSS_NAMES[LOSS_COUNT] = {"auto", "crossentropy", "mse", "mae"};
const char *const OPTIMIZER_NAMES[OPTIMIZER_COUNT] = {"sgd", "rmsprop", "adam", "adamw"};
const char *const SCHEDULE_NAMES[SCHEDULE_COUNT] = {"constant", "step", "exponential", "cosine", "plateau"};
const char *const MONITOR_NAMES[MONITOR_COUNT] = {"val_loss", "val_score", "loss"};
