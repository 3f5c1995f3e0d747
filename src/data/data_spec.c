#include "data/data_spec.h"

const char *const TASK_WISH_NAMES[TASK_WISHES] = {"auto", "classification", "regression"};
const char *const SPLIT_NAMES[2] = {"random", "keras"};
