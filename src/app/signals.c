#include "app/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int the_signal;

static void on_signal(int number) { atomic_store(&the_signal, number); }

int signals_caught(void) { return atomic_load(&the_signal); }

void signals_catch(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  (void)sigemptyset(&action.sa_mask);
  (void)sigaction(SIGINT, &action, NULL);
  (void)sigaction(SIGTERM, &action, NULL);
}
