#include "lab/outcome.h"

const char *const OUTCOME_NAMES[OUTCOME_COUNT] = {"running", "finished", "stopped", "diverged", "interrupted"};
