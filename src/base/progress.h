/* progress: how far a long piece of work is, and whether it is still wanted. One thread works and writes `done`;
 * others read it, and may set `stop`. */
#ifndef NNLAB_BASE_PROGRESS_H
#define NNLAB_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct LoadProgress {
  atomic_size_t done, total; /* bytes of the file; total 0: nothing is being read */
  atomic_bool stop;
} LoadProgress;

#endif
