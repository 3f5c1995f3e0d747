#include "math/mat.h"

#include <string.h>

#include "base/digest.h"
#include "base/fatal.h"
#include "base/order.h"
#include "math/kernels.h"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

enum {
  BLOCK = LANES * LANES, /* floats of 16 lines */
  GATHER_AHEAD = 3       /* rows of a data set that are on their way from memory while one is copied */
};

/* The columns that panel `panel` of m has, without pads. */
static int panel_cols(Mat m, int panel) { return smaller(m.cols - panel * LANES, LANES); }

static void put_line(float *line, const float *values, int cols) {
  memcpy(line, values, (size_t)cols * sizeof *line);
  memset(line + cols, 0, (size_t)(LANES - cols) * sizeof *line);
}

void mat_from_rows(Mat m, const float *values) {
  for (int p = 0; p < mat_panels(m.cols); p++) {
    float *panel = mat_panel(m, p);
    for (int r = 0; r < m.rows; r++) {
      put_line(panel + r * LANES, values + (size_t)r * (size_t)m.cols + p * LANES, panel_cols(m, p));
    }
  }
}

void mat_to_rows(Mat m, float *values) {
  for (int p = 0; p < mat_panels(m.cols); p++) {
    const float *panel = mat_panel(m, p);
    for (int r = 0; r < m.rows; r++) {
      memcpy(values + (size_t)r * (size_t)m.cols + p * LANES, panel + r * LANES,
             (size_t)panel_cols(m, p) * sizeof *values);
    }
  }
}

uint64_t mat_digest(Mat m, uint64_t digest) {
  for (int p = 0; p < mat_panels(m.cols); p++) {
    const float *panel = mat_panel(m, p);
    for (int r = 0; r < m.rows; r++) {
      digest = digest_add(digest, panel + r * LANES, (size_t)panel_cols(m, p) * sizeof *panel);
    }
  }
  return digest;
}

void mat_gather(Mat m, const float *values, const uint32_t *order, Span panels) {
  for (int r = 0; r < m.rows; r++) {
    int later = smaller(r + GATHER_AHEAD, m.rows - 1);
    const float *row = values + (order ? (size_t)order[r] : (size_t)r) * (size_t)m.cols;
    const float *next = values + (order ? (size_t)order[later] : (size_t)later) * (size_t)m.cols;
    for (int p = panels.from; p < panels.to; p++) {
      float *line = mat_panel(m, p) + r * LANES;
      int cols = panel_cols(m, p);
      __builtin_prefetch(next + p * LANES, 0, 2);
      if (cols == LANES) {
        memcpy(line, row + p * LANES, LANES * sizeof *line);
      } else {
        put_line(line, row + p * LANES, cols);
      }
    }
  }
}

void mat_mul(Mat y, Mat x, Mat w, const float *bias, Span panels) {
  ASSERT(x.cols == w.rows && y.rows == x.rows && y.cols == w.cols);
  const Kernels *kernels = kernels_used();
  Tile tile = {.a_panel = (size_t)x.rows * LANES,
               .depth = x.cols,
               .v_panel = (size_t)w.rows * LANES,
               .c_panel = (size_t)y.rows * LANES};
  for (int p = panels.from, count; p < panels.to; p += count) {
    count = mat_even_part(panels.to - p, kernels->max_panels);
    tile.v = mat_panel(w, p);
    tile.start = bias + p * LANES;
    for (int r = 0, rows; r < y.rows; r += rows) {
      rows = mat_even_part(y.rows - r, kernels->max_rows);
      tile.a = x.at + r * LANES;
      tile.c = mat_panel(y, p) + r * LANES;
      kernels->multiply_rows(&tile, rows, count);
    }
  }
}

/* The rows of g that belong to one panel of x. */
static void mul_at_panel(const Kernels *kernels, Mat g, Mat x, Mat dy, int panel) {
  const AdamTile no_step = {.lines = 0};
  Tile tile = {.depth = x.rows, .v_panel = (size_t)dy.rows * LANES, .c_panel = (size_t)g.rows * LANES};
  int panels = mat_panels(g.cols), cols = panel_cols(x, panel);
  for (int p = 0, count; p < panels; p += count) {
    count = mat_even_part(panels - p, kernels->max_panels);
    tile.v = mat_panel(dy, p);
    for (int i = 0, rows; i < cols; i += rows) {
      rows = mat_even_part(cols - i, kernels->max_rows);
      tile.a = mat_panel(x, panel) + i;
      tile.c = mat_panel(g, p) + (panel * LANES + i) * LANES;
      kernels->multiply_columns(&tile, rows, count, &no_step);
    }
  }
}

void mat_mul_at(Mat g, Mat x, Mat dy, Span panels) {
  ASSERT(x.rows == dy.rows && g.rows == x.cols && g.cols == dy.cols);
  const Kernels *kernels = kernels_used();
  for (int p = panels.from; p < panels.to; p++) {
    mul_at_panel(kernels, g, x, dy, p);
  }
}

/* Each tile's step is made while the next tile of the gradient is computed. */
void mat_mul_at_step(MatStep step, Mat x, Mat dy, Span panels) {
  ASSERT(x.rows == dy.rows && step.w.rows == x.cols && step.w.cols == dy.cols);
  const Kernels *kernels = kernels_used();
  float gradients[2][TILE_LINES * LANES] __attribute__((aligned(64)));
  AdamTile waiting = {.adam = step.adam, .panel = (size_t)x.cols * LANES, .lines = 0};
  Tile tile = {.depth = x.rows, .v_panel = (size_t)dy.rows * LANES, .c = gradients[0]};
  int end = smaller(panels.to * LANES, x.cols);
  for (int p = 0, count; p < mat_panels(dy.cols); p += count) {
    count = mat_even_part(mat_panels(dy.cols) - p, kernels->max_panels);
    tile.v = mat_panel(dy, p);
    for (int row = panels.from * LANES, rows; row < end; row += rows) {
      rows = mat_even_part(smaller(end - row, LANES - row % LANES), kernels->max_rows);
      tile.a = mat_panel(x, row / LANES) + row % LANES;
      tile.c_panel = (size_t)rows * LANES;
      kernels->multiply_columns(&tile, rows, count, &waiting);
      waiting.w = mat_element(step.w, row, p * LANES);
      waiting.m = mat_element(step.m, row, p * LANES);
      waiting.v = mat_element(step.v, row, p * LANES);
      waiting.g = tile.c;
      waiting.rows = rows;
      waiting.lines = rows * count;
      tile.c = tile.c == gradients[0] ? gradients[1] : gradients[0];
    }
  }
  kernels->adam_step(&waiting);
}

/* Transposes 16 lines, of which `rows` are there and `cols` elements count, into `cols` lines. */
static void transpose_part(const Kernels *kernels, const float *from, float *to, int rows, int cols) {
  if (rows == LANES && cols == LANES) {
    kernels->transpose(from, to);
    return;
  }
  float whole[BLOCK] __attribute__((aligned(64))), transposed[BLOCK] __attribute__((aligned(64)));
  if (rows < LANES) {
    memcpy(whole, from, (size_t)rows * LANES * sizeof *whole);
    memset(whole + rows * LANES, 0, (size_t)(LANES - rows) * LANES * sizeof *whole);
    from = whole;
  }
  kernels->transpose(from, transposed);
  memcpy(to, transposed, (size_t)cols * LANES * sizeof *to);
}

void mat_transpose(Mat t, Mat m, Span panels) {
  ASSERT(t.rows == m.cols && t.cols == m.rows);
  const Kernels *kernels = kernels_used();
  for (int p = panels.from; p < panels.to; p++) {
    for (int r = 0; r < m.rows; r += LANES) {
      transpose_part(kernels, mat_panel(m, p) + r * LANES, mat_panel(t, r / LANES) + p * BLOCK,
                     smaller(m.rows - r, LANES), panel_cols(m, p));
    }
  }
}

/* One panel of dx, as the transpose of w dyt: 16 rows of that, as many panels at a time as a tile takes. */
static void mul_bt_panel(const Kernels *kernels, Mat dx, Mat dyt, Mat w, int panel) {
  float block[LANES / 4][BLOCK] __attribute__((aligned(64)));
  int cols = panel_cols(dx, panel), row_panels = mat_panels(dx.rows);
  if (cols < LANES) {
    memset(block, 0, sizeof block); /* the pads */
  }
  Tile tile = {
      .a_panel = (size_t)w.rows * LANES, .depth = w.cols, .v_panel = (size_t)dyt.rows * LANES, .c_panel = BLOCK};
  for (int b = 0, count; b < row_panels; b += count) {
    count = mat_even_part(row_panels - b, kernels->max_panels);
    tile.v = mat_panel(dyt, b);
    for (int i = 0, rows; i < cols; i += rows) {
      rows = mat_even_part(cols - i, kernels->max_rows);
      tile.a = w.at + (panel * LANES + i) * LANES;
      tile.c = block[0] + i * LANES;
      kernels->multiply_rows(&tile, rows, count);
    }
    for (int i = 0; i < count; i++) {
      int row = (b + i) * LANES;
      transpose_part(kernels, block[i], mat_panel(dx, panel) + row * LANES, LANES, smaller(dx.rows - row, LANES));
    }
  }
}

void mat_mul_bt(Mat dx, Mat dyt, Mat w, Span panels) {
  ASSERT(dyt.rows == w.cols && dyt.cols == dx.rows && dx.cols == w.rows);
  const Kernels *kernels = kernels_used();
  ASSERT(kernels->max_panels <= LANES / 4);
  for (int p = panels.from; p < panels.to; p++) {
    mul_bt_panel(kernels, dx, dyt, w, p);
  }
}

void mat_sum_rows(Mat m, float *out, Span panels) {
  for (int p = panels.from; p < panels.to; p++) {
    const float *lines = mat_panel(m, p);
    kernels_used()->sum_lines(LINE_VALUE, lines, m.rows, lines, lines, out + p * LANES);
  }
}

void flush_denormals(void) {
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | 0x8040u); /* flush to zero, denormals are zero */
#elif defined(__aarch64__)
  unsigned long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | (1ul << 24)));
#endif
}
