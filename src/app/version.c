#include "app/version.h"

#include <stdio.h>

#include "math/kernels.h"
#include "math/team.h"

#ifndef NNLAB_VERSION
#define NNLAB_VERSION "unknown"
#endif

const char *version_number(void) { return NNLAB_VERSION; }

void version_print(void) {
  (void)printf("nnlab %s\n", NNLAB_VERSION);
  Team *team = team_open(team_cores());
  (void)printf("kernels: %s\n", kernels_used()->name);
  (void)printf("threads: up to %d; it takes them %.2f us to share a piece of work\n", team_size(team),
               1e6 * team_handover(team));
  team_close(team);
}
