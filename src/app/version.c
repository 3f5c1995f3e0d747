#include "app/version.h"

#include <stdio.h>

#include "math/kernels.h"

#ifndef NNLAB_VERSION
#define NNLAB_VERSION "unknown"
#endif

const char *version_number(void) { return NNLAB_VERSION; }

void version_print(void) {
  (void)printf("nnlab %s\n", NNLAB_VERSION);
  (void)printf("kernels: %s, 1 thread\n", kernels_used()->name);
}
