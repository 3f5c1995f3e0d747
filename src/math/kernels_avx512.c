/* The kernels for AVX-512: 24 of the 32 registers hold sums. */
#if defined(__AVX512F__)
#define KERNELS KERNELS_AVX512
#define KERNELS_NAME "avx512"
#define WIDTH 16
#define MAX_ROWS 8
#define MAX_PANELS 3
#define FOR_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#define FOR_PANELS(X, rows) X(rows, 1) X(rows, 2) X(rows, 3)
#include "math/kernel_template.h"
#else
typedef int nothing_for_this_cpu;
#endif
