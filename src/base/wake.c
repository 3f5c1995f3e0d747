#include "base/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool wake_open(Wake *wake) {
  if (pipe(wake->ends) != 0) {
    return false;
  }
  for (int i = 0; i < 2; i++) {
    (void)fcntl(wake->ends[i], F_SETFL, O_NONBLOCK);
    (void)fcntl(wake->ends[i], F_SETFD, FD_CLOEXEC);
  }
  return true;
}

void wake_close(Wake *wake) {
  (void)close(wake->ends[0]);
  (void)close(wake->ends[1]);
}

int wake_fd(const Wake *wake) { return wake->ends[0]; }

void wake_send(Wake *wake) {
  while (write(wake->ends[1], "", 1) < 0 && errno == EINTR) {
  } /* a full pipe wakes as well */
}

void wake_drain(Wake *wake) {
  char bytes[16];
  while (read(wake->ends[0], bytes, sizeof bytes) > 0) {
  }
}
