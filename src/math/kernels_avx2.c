/* The kernels for AVX2 with FMA: 12 of the 16 registers hold sums. */
#if defined(__AVX2__)
#define KERNELS KERNELS_AVX2
#define KERNELS_NAME "avx2"
#define WIDTH 8
#define MAX_ROWS 6
#define MAX_PANELS 1
#define FOR_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#define FOR_PANELS(X, rows) X(rows, 1)
#include "math/kernel_template.h"
#else
typedef int nothing_for_this_cpu;
#endif
