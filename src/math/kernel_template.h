/* kernel_template: the kernels of one instruction set. What includes it defines
 *   KERNELS, KERNELS_NAME  the name of the Kernels, and what they are called
 *   WIDTH                  floats of a register
 *   MAX_ROWS, MAX_PANELS   the largest tile whose sums stay in registers
 *   FOR_ROWS, FOR_PANELS   X-macros over all sizes of a tile up to that one
 * and is compiled for that set (Makefile). */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/simd.h"
#include "math/kernels.h"

#if defined(__FMA__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { PARTS = LANES / WIDTH }; /* registers of a line */
_Static_assert(MAX_ROWS *MAX_PANELS <= TILE_LINES, "a tile of any set fits where one is kept");

typedef float Vector __attribute__((vector_size(4 * WIDTH)));
typedef int32_t Indices __attribute__((vector_size(4 * WIDTH)));

ALWAYS_INLINE Vector load(const float *at) { return *(const Vector *)at; }
ALWAYS_INLINE void store(float *at, Vector value) { *(Vector *)at = value; }

/* factor values + sum, rounded once where FUSED: asked for, because whether the compiler fuses what is written out
 * depends on how much it optimizes. */
#if WIDTH == 16
#define MULTIPLY_ADD(factor, values, sum) ((Vector)_mm512_fmadd_ps(_mm512_set1_ps(factor), (values), (sum)))
#elif WIDTH == 8
#define MULTIPLY_ADD(factor, values, sum) ((Vector)_mm256_fmadd_ps(_mm256_set1_ps(factor), (values), (sum)))
#elif defined(__FMA__)
#define MULTIPLY_ADD(factor, values, sum) ((Vector)_mm_fmadd_ps(_mm_set1_ps(factor), (values), (sum)))
#elif defined(__aarch64__)
#define MULTIPLY_ADD(factor, values, sum) ((Vector)vfmaq_n_f32((sum), (values), (factor)))
#else
#define MULTIPLY_ADD(factor, values, sum) ((sum) + (factor) * (values))
#endif
#if defined(__FMA__) || defined(__aarch64__)
#define FUSED true
#else
#define FUSED false
#endif

/* The sums of a tile. All bounds are constants in the end, and the loops over them are unrolled before gcc decides what
 * lives in registers: so they never see memory. */
typedef Vector Sums[MAX_ROWS][MAX_PANELS * PARTS];
#define UNROLLED _Pragma("GCC unroll 16")

/* Adds a term: its factors of the rows lie `row_step` apart. */
ALWAYS_INLINE void add_term(Sums sums, int rows, int panels, const float *a, int row_step, const float *v,
                            size_t v_panel) {
  Vector values[MAX_PANELS * PARTS];
  UNROLLED for (int p = 0; p < panels * PARTS; p++) {
    values[p] = load(v + (size_t)(p / PARTS) * v_panel + p % PARTS * WIDTH);
  }
  UNROLLED for (int i = 0; i < rows; i++) {
    float factor = a[i * row_step];
    UNROLLED for (int p = 0; p < panels * PARTS; p++) { sums[i][p] = MULTIPLY_ADD(factor, values[p], sums[i][p]); }
  }
}

/* The terms of one panel of `a`, which lies as rows. */
ALWAYS_INLINE void add_row_terms(Sums sums, int rows, int panels, const float *a, const float *v, size_t v_panel,
                                 int depth) {
#pragma GCC unroll 4 /* counting takes ports from the multiply-adds */
  for (int k = 0; k < depth; k++, a++, v += LANES) {
    add_term(sums, rows, panels, a, LANES, v, v_panel);
  }
}

/* Where in a tile a step has come to. */
typedef struct Place {
  size_t at; /* of the parameters */
  int line, row;
} Place;

ALWAYS_INLINE Vector square_root(Vector x) {
  Vector root = x;
  UNROLLED for (int l = 0; l < WIDTH; l++) { root[l] = sqrtf(x[l]); }
  return root;
}

ALWAYS_INLINE void step_line(const AdamTile *tile, Place *place) {
  UNROLLED for (int p = 0; p < PARTS; p++) {
    size_t at = place->at + (size_t)(p * WIDTH);
    Vector g = load(tile->g + place->line * LANES + p * WIDTH), m = load(tile->m + at), v = load(tile->v + at);
    m += (g - m) * tile->adam.take_1;
    v += (g * g - v) * tile->adam.take_2;
    store(tile->m + at, m);
    store(tile->v + at, v);
    store(tile->w + at, load(tile->w + at) - tile->adam.alpha * m / (square_root(v) + tile->adam.epsilon));
  }
  place->line++;
  place->at += LANES;
  if (++place->row == tile->rows) {
    place->at += tile->panel - (size_t)tile->rows * LANES;
    place->row = 0;
  }
}

ALWAYS_INLINE void step_lines(const AdamTile *tile, Place *place, int count) {
  for (int i = 0; i < count && place->line < tile->lines; i++) {
    step_line(tile, place);
  }
}

static void adam_step(const AdamTile *tile) {
  Place place = {0};
  step_lines(tile, &place, tile->lines);
}

/* All terms of `a`, which lies as columns, and between them the lines of a step, a few at a time: a burst of divisions
 * would keep what follows it waiting. */
ALWAYS_INLINE void add_column_terms(Sums sums, int rows, int panels, const Tile *tile, const AdamTile *meanwhile) {
  enum { TERMS = 2 }; /* between two shares */
  const float *a = tile->a, *v = tile->v;
  int left = tile->depth, share = (meanwhile->lines * TERMS + left - 1) / left;
  Place place = {0};
  for (; left % TERMS > 0; left--, a += LANES, v += LANES) {
    add_term(sums, rows, panels, a, 1, v, tile->v_panel);
  }
  for (; left > 0; left -= TERMS) {
    UNROLLED for (int k = 0; k < TERMS; k++, a += LANES, v += LANES) {
      add_term(sums, rows, panels, a, 1, v, tile->v_panel);
    }
    step_lines(meanwhile, &place, share);
  }
  step_lines(meanwhile, &place, meanwhile->lines);
}

ALWAYS_INLINE void multiply_tile(const Tile *tile, int rows, int panels, bool by_row, const AdamTile *meanwhile) {
  Sums sums;
  UNROLLED for (int p = 0; p < panels * PARTS; p++) {
    Vector start = tile->start ? load(tile->start + p * WIDTH) : (Vector){0};
    UNROLLED for (int i = 0; i < rows; i++) { sums[i][p] = start; }
  }
  if (by_row) {
    const float *a = tile->a, *v = tile->v;
    for (int left = tile->depth; left > 0; left -= LANES, a += tile->a_panel, v += LANES * LANES) {
      add_row_terms(sums, rows, panels, a, v, tile->v_panel, left < LANES ? left : LANES);
    }
  } else {
    add_column_terms(sums, rows, panels, tile, meanwhile);
  }
  UNROLLED for (int i = 0; i < rows; i++) {
    UNROLLED for (int p = 0; p < panels * PARTS; p++) {
      store(tile->c + (size_t)(p / PARTS) * tile->c_panel + i * LANES + p % PARTS * WIDTH, sums[i][p]);
    }
  }
}

#define CASE_PANELS(rows, panels)                         \
  case panels:                                            \
    multiply_tile(tile, rows, panels, by_row, meanwhile); \
    return;
#define CASE_ROWS(rows)             \
  case rows:                        \
    switch (panels) {               \
      FOR_PANELS(CASE_PANELS, rows) \
      default:                      \
        return;                     \
    }

ALWAYS_INLINE void multiply(const Tile *tile, int rows, int panels, bool by_row, const AdamTile *meanwhile) {
  switch (rows) {
    FOR_ROWS(CASE_ROWS)
    default:
      return;
  }
}

static void multiply_rows(const Tile *tile, int rows, int panels) { multiply(tile, rows, panels, true, NULL); }

static void multiply_columns(const Tile *tile, int rows, int panels, const AdamTile *meanwhile) {
  multiply(tile, rows, panels, false, meanwhile);
}

/* Four floats of a line; QUADS: and those 4, 8 and 12 lines below, as many as a register holds. */
typedef float Quad __attribute__((vector_size(16)));
#define QUAD(at, row) (*(const Quad *)((at) + (row)*LANES))
#define PAIR(at, row) __builtin_shufflevector(QUAD(at, row), QUAD(at, (row) + 4), 0, 1, 2, 3, 4, 5, 6, 7)

/* Within each four of a register: a0 b0 a1 b1, or a2 b2 a3 b3. */
#if WIDTH == 16
#define QUADS(at) \
  __builtin_shufflevector(PAIR(at, 0), PAIR(at, 8), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#elif WIDTH == 8
#define QUADS(at) PAIR(at, 0)
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#else
#define QUADS(at) QUAD(at, 0)
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

/* Four columns of WIDTH lines become four lines. Nothing crosses from one four of a register to another but by loads,
 * which on AVX2 are cheaper than what shuffles a whole register. */
ALWAYS_INLINE void transpose_columns(const float *from, float *to) {
  Vector a = QUADS(from), b = QUADS(from + LANES), c = QUADS(from + 2 * LANES), d = QUADS(from + 3 * LANES);
  Vector ac = ZIP_LOW(a, c), bd = ZIP_LOW(b, d);
  store(to, ZIP_LOW(ac, bd));
  store(to + LANES, ZIP_HIGH(ac, bd));
  ac = ZIP_HIGH(a, c);
  bd = ZIP_HIGH(b, d);
  store(to + 2 * LANES, ZIP_LOW(ac, bd));
  store(to + 3 * LANES, ZIP_HIGH(ac, bd));
}

static void transpose(const float *from, float *to) {
  for (int r = 0; r < LANES; r += WIDTH) {
    for (int c = 0; c < LANES; c += 4) {
      transpose_columns(from + r * LANES + c, to + c * LANES + r);
    }
  }
}

/* A register of 64-bit values: of each word of a counter only the low half counts. */
typedef uint64_t Longs __attribute__((vector_size(4 * WIDTH)));
enum { BLOCKS = WIDTH / 2 };

#if WIDTH == 16
#define MULTIPLY_LOW(a, b) ((Longs)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))
#define ZIP_LONGS(a, b, from)                                                                                    \
  __builtin_shufflevector(a, b, (from), (from) + 8, (from) + 1, (from) + 9, (from) + 2, (from) + 10, (from) + 3, \
                          (from) + 11)
#elif WIDTH == 8
#define MULTIPLY_LOW(a, b) ((Longs)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))
#define ZIP_LONGS(a, b, from) __builtin_shufflevector(a, b, (from), (from) + 4, (from) + 1, (from) + 5)
#else
#define MULTIPLY_LOW(a, b) (((a)&0xFFFFFFFFu) * (b))
#define ZIP_LONGS(a, b, from) __builtin_shufflevector(a, b, (from), (from) + 2)
#endif

/* The rounds of rng_block (base/rng.c) on the counters of two registers of blocks: one would wait for itself. */
ALWAYS_INLINE void philox(Longs c[2][4], uint32_t k0, uint32_t k1) {
  const Longs m0 = (Longs){0} + PHILOX_M0, m1 = (Longs){0} + PHILOX_M1;
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    UNROLLED for (int i = 0; i < 2; i++) {
      Longs p0 = MULTIPLY_LOW(c[i][0], m0), p1 = MULTIPLY_LOW(c[i][2], m1);
      c[i][0] = (p1 >> 32) ^ c[i][1] ^ (uint64_t)k0;
      c[i][1] = p1;
      c[i][2] = (p0 >> 32) ^ c[i][3] ^ (uint64_t)k1;
      c[i][3] = p0;
    }
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
}

static void random_lines(RngKey key, uint32_t first, uint32_t stride, uint16_t *out, size_t count) {
  Longs block, zero = {0}; /* of the first line's two blocks, and so on */
  for (uint32_t b = 0; b < BLOCKS; b++) {
    block[b] = 2 * (first + b / 2 * stride) + b % 2;
  }
  for (size_t line = 0; line < count; line += BLOCKS) {
    Longs c[2][4], lines[4];
    UNROLLED for (int i = 0; i < 2; i++) {
      c[i][0] = block;
      c[i][1] = zero + (key.step & 0xFFFFFFFFu);
      c[i][2] = zero + (key.step >> 32);
      c[i][3] = zero + rng_word(key);
      block += (uint64_t)(BLOCKS * stride);
    }
    philox(c, (uint32_t)key.seed, (uint32_t)(key.seed >> 32));
    UNROLLED for (int i = 0; i < 2; i++) {
      Longs low = (c[i][0] & 0xFFFFFFFFu) | c[i][1] << 32, high = (c[i][2] & 0xFFFFFFFFu) | c[i][3] << 32;
      lines[2 * i] = ZIP_LONGS(low, high, 0);
      lines[2 * i + 1] = ZIP_LONGS(low, high, BLOCKS / 2);
    }
    size_t left = count - line;
    memcpy(out + line * LANES, lines, left < BLOCKS ? left * LANES * sizeof *out : sizeof lines);
  }
}

#include "math/line_template.h"

const Kernels KERNELS = {.name = KERNELS_NAME,
                         .fused = FUSED,
                         .max_rows = MAX_ROWS,
                         .max_panels = MAX_PANELS,
                         .multiply_rows = multiply_rows,
                         .multiply_columns = multiply_columns,
                         .adam_step = adam_step,
                         .transpose = transpose,
                         .sum_lines = sum_lines,
                         .subtract_largest = subtract_largest,
                         .random_lines = random_lines};
