#include "math/kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern const Kernels KERNELS_PORTABLE;
#if defined(__x86_64__)
extern const Kernels KERNELS_AVX512, KERNELS_AVX2;
#endif

const Kernels *kernels_at(int index) {
#if defined(__x86_64__)
  if (index == 0) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma") ? &KERNELS_AVX512 : NULL;
  }
  if (index == 1) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &KERNELS_AVX2 : NULL;
  }
#endif
  return index == KERNEL_SETS - 1 ? &KERNELS_PORTABLE : NULL;
}

static const Kernels *kernels_choose(void) {
  const char *wanted = getenv("NNLAB_KERNELS");
  const Kernels *best = NULL;
  for (int i = KERNEL_SETS - 1; i >= 0; i--) {
    const Kernels *kernels = kernels_at(i);
    if (kernels && wanted && strcmp(kernels->name, wanted) == 0) {
      return kernels;
    }
    best = kernels ? kernels : best;
  }
  return best;
}

static _Atomic(const Kernels *) the_kernels; /* NULL: not chosen yet; every thread would choose the same */

const Kernels *kernels_used(void) {
  const Kernels *kernels = atomic_load_explicit(&the_kernels, memory_order_relaxed);
  if (!kernels) {
    kernels = kernels_choose();
    kernels_use(kernels);
  }
  return kernels;
}

void kernels_use(const Kernels *kernels) { atomic_store_explicit(&the_kernels, kernels, memory_order_relaxed); }
