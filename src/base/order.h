/* order: the smaller and the larger of two whole numbers; the order of floats. */
#ifndef NNLAB_BASE_ORDER_H
#define NNLAB_BASE_ORDER_H

static inline int smaller(int a, int b) { return a < b ? a : b; }
static inline int larger(int a, int b) { return a > b ? a : b; }

/* Of two floats that are numbers, for qsort and bsearch. */
static inline int order_floats(const void *a, const void *b) {
  float left = *(const float *)a, right = *(const float *)b;
  return (left > right) - (left < right);
}

#endif
