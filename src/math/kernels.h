/* kernels: the innermost loops of the products, of Adam's step, of sums over a batch and of the dropout masks, in one
 * version for each instruction set that has fused multiply-adds and a portable one. The sets differ in how large a tile
 * of the result they keep in registers, never in the order of the sums: all that fuse multiply-adds give the same bits
 * (tests/unit/test_mat.c). Threads: any.
 */
#ifndef NNLAB_MATH_KERNELS_H
#define NNLAB_MATH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

/* A tile of a product: c (rows, panels) = start + a (rows, depth) v (depth, panels). Rows of v and c are rows of their
 * panels. `a` lies in one of two ways:
 *   as rows of a matrix:              a(i, k) = a[k / 16 * a_panel + i * 16 + k % 16]
 *   as columns of one of its panels:  a(i, k) = a[k * 16 + i] */
typedef struct Tile {
  const float *a;
  size_t a_panel; /* floats from a panel to the next */
  int depth;
  const float *v;
  size_t v_panel;
  const float *start; /* (panels * 16): what every row starts from; NULL: 0 */
  float *c;
  size_t c_panel;
} Tile;

/* What Adam's step is made with: m += (g - m) take_1; v += (g^2 - v) take_2; w -= alpha m / (sqrt(v) + epsilon).
 * Each operation rounds. Source: Keras optimizers/adam.py, its bias correction in alpha. */
typedef struct Adam {
  float alpha, take_1, take_2, epsilon;
} Adam;

/* A step on a tile of parameters, as large as one of a product. */
typedef struct AdamTile {
  Adam adam;
  float *w, *m, *v; /* parameters and moments: `rows` lines of each panel */
  size_t panel;     /* floats from a panel of them to the next */
  const float *g;   /* their gradients, line after line */
  int rows, lines;  /* of a panel; of all panels: 0 for no step */
} AdamTile;

enum { TILE_LINES = 24 }; /* that a tile has at most, in any set */

/* What a line of x adds to a sum over the rows: itself, its squared distance from the mean, that distance times dy. */
typedef enum LineTerm { LINE_VALUE = 0, LINE_SQUARE, LINE_PRODUCT } LineTerm;

typedef struct Kernels {
  const char *name;
  bool fused;               /* multiply-adds round once */
  int max_rows, max_panels; /* of a tile */
  void (*multiply_rows)(const Tile *tile, int rows, int panels);
  /* Makes a step meanwhile: its divisions and the multiply-adds wait for different parts of a CPU. */
  void (*multiply_columns)(const Tile *tile, int rows, int panels, const AdamTile *meanwhile);
  void (*adam_step)(const AdamTile *tile);
  /* to (16, 16) = the transpose of from (16, 16), both a line after the other. */
  void (*transpose)(const float *from, float *to);
  /* out (16) = the sum of the terms of all lines of x (rows, 16), in an order that depends on `rows` alone, with mean
   * (16) and dy (rows, 16), which are not read where the term does not name them. `out` need not be aligned. */
  void (*sum_lines)(LineTerm term, const float *x, int rows, const float *mean, const float *dy, float *out);
  /* most (16), best (16) = the largest of the lines of z (lines, 16) and the first line that holds it, for each of the
   * 16 columns; z becomes z - most. `most` and `best` need not be aligned. */
  void (*subtract_largest)(float *z, int lines, float *most, int32_t *best);
  /* Lines of 16 random 16-bit values: line i is the 32-bit values 8 i .. 8 i + 7 of the stream, of each the low half
   * first. Fills `out` with `count` lines: `first`, `first + stride` and so on. */
  void (*random_lines)(RngKey key, uint32_t first, uint32_t stride, uint16_t *out, size_t count);
} Kernels;

/* The sets of this kind of CPU, best first; NULL where this one cannot run it. */
enum { KERNEL_SETS = 3 };
const Kernels *kernels_at(int index);
/* The set in use: the best that runs, or the one that the environment variable NNLAB_KERNELS names, if that runs. */
const Kernels *kernels_used(void);
/* Puts another set in use, or for NULL the one that would be: for tests, between products only. */
void kernels_use(const Kernels *kernels);

#endif
