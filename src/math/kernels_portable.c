/* The kernels for whatever the compiler is told to build for: SSE2 on x86-64, NEON on arm64. */
#define KERNELS KERNELS_PORTABLE
#define KERNELS_NAME "portable"
#define WIDTH 4
#define MAX_PANELS 1
#define FOR_PANELS(X, rows) X(rows, 1)
#if defined(__aarch64__) /* 32 registers */
#define MAX_ROWS 6
#define FOR_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#else
#define MAX_ROWS 2
#define FOR_ROWS(X) X(1) X(2)
#endif
#include "math/kernel_template.h"
