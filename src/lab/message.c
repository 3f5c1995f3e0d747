#include "lab/message.h"

const char *const RUN_STATE_NAMES[RUN_STATE_COUNT] = {"none",     "loading", "ready",    "running", "paused",
                                                      "finished", "stopped", "diverged", "failed",  "not loaded"};
