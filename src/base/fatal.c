#include "base/fatal.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static _Atomic(FatalHook *) the_hook;

FatalHook *fatal_hook_set(FatalHook *hook) { return atomic_exchange(&the_hook, hook); }

void fatal_hook_run(void) {
  FatalHook *hook = atomic_exchange(&the_hook, NULL);
  if (hook) {
    hook();
  }
}

void fatal(const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(text, sizeof text, format, args);
  va_end(args);
  fatal_hook_run();
  (void)fprintf(stderr, "nnlab: %s\n", text);
  abort();
}
