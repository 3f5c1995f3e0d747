/* Matrices in panels and their products, for every set of kernels that this CPU runs: odd shapes against plain loops in
 * doubles, and to the bit against a chain of multiply-adds, fused where the set says so; any cut into spans. Masks
 * against rng_block. */
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/rng.h"
#include "death.h"
#include "math/kernels.h"
#include "math/mat.h"
#include "near.h"

typedef struct Shape {
  int rows, depth, cols;
} Shape;

/* Single elements, sides just under, at and over a register, a panel, a tile and several of each. */
static const Shape SHAPES[] = {
    {1, 1, 1},    {1, 7, 1},    {5, 1, 3},    {1, 1, 9},    {9, 1, 1},      {7, 8, 9},      {8, 9, 7},
    {15, 16, 17}, {17, 15, 16}, {16, 17, 15}, {1, 64, 3},   {33, 31, 65},   {63, 64, 65},   {65, 63, 64},
    {64, 65, 63}, {32, 30, 64}, {29, 64, 2},  {128, 5, 47}, {129, 130, 48}, {130, 49, 129}, {256, 33, 80},
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof *SHAPES };

static int setup(void **state) {
  static Arena arena;
  arena_init(&arena, 0);
  *state = &arena;
  return 0;
}

static int teardown(void **state) {
  kernels_use(NULL);
  arena_deinit(*state);
  return 0;
}

/* A matrix of normal numbers whose pads are not numbers. Behind it lies one line more, of 42s. */
static Mat random_mat(Arena *arena, int rows, int cols, uint32_t layer) {
  size_t size = mat_floats(rows, cols);
  Mat m = mat_view(arena_floats(arena, size + LANES), rows, cols);
  Rng rng = rng_start((RngKey){.seed = 8, .purpose = RNG_TEST, .layer = layer});
  for (size_t i = 0; i < size; i++) {
    m.at[i] = (float)NAN;
  }
  for (int i = 0; i < rows * cols; i++) {
    *mat_element(m, i / cols, i % cols) = rng_normal(&rng);
  }
  for (int i = 0; i < LANES; i++) {
    m.at[size + (size_t)i] = 42.0f;
  }
  return m;
}

/* The same, with pads of 0, as weights have them. */
static Mat random_weights(Arena *arena, int rows, int cols, uint32_t layer) {
  Mat m = random_mat(arena, rows, cols, layer);
  for (size_t i = 0; i < mat_size(m); i++) {
    m.at[i] = isnan(m.at[i]) ? 0.0f : m.at[i];
  }
  return m;
}

static void assert_untouched_behind(Mat m) {
  for (int i = 0; i < LANES; i++) {
    assert_true(m.at[mat_size(m) + (size_t)i] == 42.0f);
  }
}

static void assert_pads(Mat m, float value) {
  for (int row = 0; row < m.rows; row++) {
    for (int col = m.cols; col < mat_padded(m.cols); col++) {
      assert_true(*mat_element(m, row, col) == value);
    }
  }
}

static double element(Mat m, bool transposed, int row, int col) {
  return (double)*(transposed ? mat_element(m, col, row) : mat_element(m, row, col));
}

/* The promise of mat.h: term after term, and each multiply-add rounds as the set in use says. */
static float add_term(float sum, double a, double b) {
  float x = (float)a, y = (float)b;
  return kernels_used()->fused ? fmaf(x, y, sum) : sum + x * y;
}

/* c = a b + start, where an element's error may be a few roundings of the sum of its terms' magnitudes. */
static void check_product(Mat c, Mat a, bool a_transposed, Mat b, bool b_transposed, const float *start) {
  int depth = a_transposed ? a.rows : a.cols;
  for (int row = 0; row < c.rows; row++) {
    for (int col = 0; col < c.cols; col++) {
      double sum = start ? (double)start[col] : 0.0, magnitude = fabs(sum);
      float chain = (float)sum;
      for (int k = 0; k < depth; k++) {
        double left = element(a, a_transposed, row, k), right = element(b, b_transposed, k, col);
        chain = add_term(chain, left, right);
        sum += left * right;
        magnitude += fabs(left * right);
      }
      assert_near(*mat_element(c, row, col), sum, 4.0 * (double)FLT_EPSILON * magnitude);
      assert_true(*mat_element(c, row, col) == chain);
    }
  }
  assert_untouched_behind(c);
}

/* What one set of kernels makes of a shape. */
typedef struct Products {
  Mat x, w, dy, y, g, dyt, dx;
  float *bias;
} Products;

static Products products_of(Arena *arena, Shape shape) {
  Products p = {.x = random_mat(arena, shape.rows, shape.depth, 1),
                .w = random_weights(arena, shape.depth, shape.cols, 2),
                .dy = random_weights(arena, shape.rows, shape.cols, 3),
                .y = random_mat(arena, shape.rows, shape.cols, 4),
                .g = random_mat(arena, shape.depth, shape.cols, 5),
                .dyt = random_mat(arena, shape.cols, shape.rows, 6),
                .dx = random_mat(arena, shape.rows, shape.depth, 7),
                .bias = random_weights(arena, 1, shape.cols, 8).at};
  mat_mul(p.y, p.x, p.w, p.bias, mat_all(p.y));
  mat_mul_at(p.g, p.x, p.dy, mat_all(p.x));
  mat_transpose(p.dyt, p.dy, mat_all(p.dy));
  mat_mul_bt(p.dx, p.dyt, p.w, mat_all(p.dx));
  return p;
}

static void for_every_set(Arena *arena, void (*check)(Arena *arena)) {
  int sets = 0;
  for (int i = 0; i < KERNEL_SETS; i++) {
    if (kernels_at(i)) {
      kernels_use(kernels_at(i));
      check(arena);
      sets++;
    }
  }
  assert_true(sets >= 1);
}

static void check_products(Arena *arena) {
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Products p = products_of(arena, SHAPES[s]);
    check_product(p.y, p.x, false, p.w, false, p.bias);
    check_product(p.g, p.x, true, p.dy, false, NULL);
    check_product(p.dx, p.dy, false, p.w, true, NULL);
    assert_pads(p.y, 0.0f);
    assert_pads(p.g, 0.0f);
    assert_pads(p.dx, 0.0f);
  }
}

static void test_products(void **state) { for_every_set(*state, check_products); }

static void check_transposes(Arena *arena) {
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Products p = products_of(arena, SHAPES[s]);
    for (int row = 0; row < p.dy.rows; row++) {
      for (int col = 0; col < p.dy.cols; col++) {
        assert_true(*mat_element(p.dyt, col, row) == *mat_element(p.dy, row, col));
      }
    }
    assert_pads(p.dyt, 0.0f);
    assert_untouched_behind(p.dyt);
  }
}

static void test_transpose(void **state) { for_every_set(*state, check_transposes); }

static void assert_same(Mat a, Mat b) { assert_memory_equal(a.at, b.at, mat_size(a) * sizeof(float)); }

/* Every panel of every result alone, in the opposite order: nothing else is written, and the bits are the same. */
static void check_spans(Arena *arena) {
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Products whole = products_of(arena, SHAPES[s]), p = products_of(arena, SHAPES[s]);
    p.y = random_mat(arena, p.y.rows, p.y.cols, 9);
    p.g = random_mat(arena, p.g.rows, p.g.cols, 9);
    p.dx = random_mat(arena, p.dx.rows, p.dx.cols, 9);
    p.dyt = random_mat(arena, p.dyt.rows, p.dyt.cols, 9);
    for (int i = mat_panels(p.y.cols) - 1; i >= 0; i--) {
      mat_mul(p.y, p.x, p.w, p.bias, (Span){i, i + 1});
      mat_transpose(p.dyt, p.dy, (Span){i, i + 1});
    }
    for (int i = mat_panels(p.x.cols) - 1; i >= 0; i--) {
      mat_mul_at(p.g, p.x, p.dy, (Span){i, i + 1});
      mat_mul_bt(p.dx, p.dyt, p.w, (Span){i, i + 1});
    }
    assert_same(p.y, whole.y);
    assert_same(p.g, whole.g);
    assert_same(p.dyt, whole.dyt);
    assert_same(p.dx, whole.dx);
  }
}

static void test_spans(void **state) { for_every_set(*state, check_spans); }

/* Adam, one operation after the other. */
static void step_plainly(MatStep step, Mat g) {
  for (size_t i = 0; i < mat_size(g); i++) {
    float *w = &step.w.at[i], *m = &step.m.at[i], *v = &step.v.at[i];
    *m += (g.at[i] - *m) * step.adam.take_1;
    *v += (g.at[i] * g.at[i] - *v) * step.adam.take_2;
    *w -= step.adam.alpha * *m / (sqrtf(*v) + step.adam.epsilon);
  }
}

static MatStep random_step(Arena *arena, Shape shape) {
  MatStep step = {.adam = {.alpha = 0.01f, .take_1 = 0.1f, .take_2 = 0.001f, .epsilon = 1e-7f},
                  .w = random_weights(arena, shape.depth, shape.cols, 1),
                  .m = random_weights(arena, shape.depth, shape.cols, 2),
                  .v = random_weights(arena, shape.depth, shape.cols, 3)};
  for (size_t i = 0; i < mat_size(step.v); i++) {
    step.v.at[i] *= step.v.at[i];
  }
  return step;
}

/* A product's step against the product, and then the step: two panels at a time, from the last on. */
static void check_steps(Arena *arena) {
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Products p = products_of(arena, SHAPES[s]);
    MatStep step = random_step(arena, SHAPES[s]), expected = random_step(arena, SHAPES[s]);
    step_plainly(expected, p.g);
    for (int to = mat_panels(p.x.cols); to > 0; to -= 2) {
      mat_mul_at_step(step, p.x, p.dy, (Span){to > 2 ? to - 2 : 0, to});
    }
    assert_same(step.w, expected.w);
    assert_same(step.m, expected.m);
    assert_same(step.v, expected.v);
    assert_untouched_behind(step.w);
    assert_untouched_behind(step.m);
  }
}

static void test_steps(void **state) { for_every_set(*state, check_steps); }

/* The promise of mat.h: a run gives the same bits whether the CPU has AVX-512 or only AVX2. */
static void test_sets_that_fuse_agree(void **state) {
  Products first[SHAPE_COUNT];
  int sets = 0;
  for (int i = 0; i < KERNEL_SETS; i++) {
    if (kernels_at(i) && kernels_at(i)->fused) {
      kernels_use(kernels_at(i));
      for (int s = 0; s < SHAPE_COUNT; s++) {
        Products p = products_of(*state, SHAPES[s]);
        if (sets > 0) {
          assert_same(p.y, first[s].y);
          assert_same(p.g, first[s].g);
          assert_same(p.dx, first[s].dx);
        } else {
          first[s] = p;
        }
      }
      sets++;
    }
  }
  if (sets < 2) {
    skip(); /* nothing to compare on this CPU */
  }
}

/* A value that is not finite makes its row of the product not finite, and no other: divergence can be placed. */
static void check_not_a_number(Arena *arena) {
  Products p = products_of(arena, (Shape){19, 20, 21});
  *mat_element(p.x, 7, 18) = INFINITY;
  memset(p.w.at, 0, mat_size(p.w) * sizeof(float));
  mat_mul(p.y, p.x, p.w, p.bias, mat_all(p.y));
  for (int row = 0; row < p.y.rows; row++) {
    for (int col = 0; col < p.y.cols; col++) {
      float value = *mat_element(p.y, row, col);
      assert_true(row == 7 ? isnan(value) : value == p.bias[col]);
    }
  }
}

static void test_not_a_number_stays_in_its_row(void **state) { for_every_set(*state, check_not_a_number); }

static float lines[3 * LANES] __attribute__((aligned(64)));
static Mat small(int rows, int cols) { return mat_view(lines, rows, cols); }
static void mul_mismatched(void) { mat_mul(small(2, 2), small(2, 3), small(2, 2), lines, (Span){0, 1}); }
static void mul_at_mismatched(void) { mat_mul_at(small(2, 2), small(3, 2), small(2, 2), (Span){0, 1}); }
static void step_mismatched(void) {
  mat_mul_at_step((MatStep){.w = small(2, 2)}, small(2, 3), small(2, 2), (Span){0, 1});
}
static void mul_bt_mismatched(void) { mat_mul_bt(small(2, 2), small(3, 2), small(2, 2), (Span){0, 1}); }
static void transpose_mismatched(void) { mat_transpose(small(2, 2), small(3, 2), (Span){0, 1}); }

static void test_shapes_must_fit(void **state) {
  (void)state;
  void (*const cases[])(void) = {mul_mismatched, mul_at_mismatched, step_mismatched, mul_bt_mismatched,
                                 transpose_mismatched};
  for (int c = 0; c < 5; c++) {
    Death death = death_of(cases[c]);
    assert_int_equal(death.signal, SIGABRT);
    assert_non_null(strstr(death.text, "does not hold"));
  }
}

static void test_rows_come_and_go(void **state) {
  for (int s = 0; s < SHAPE_COUNT; s++) {
    int rows = SHAPES[s].rows, cols = SHAPES[s].cols;
    size_t count = (size_t)rows * (size_t)cols;
    float *values = arena_floats(*state, count), *back = arena_floats(*state, count);
    for (int i = 0; i < rows * cols; i++) {
      values[i] = (float)(i + 1);
    }
    Mat m = random_mat(*state, rows, cols, 1);
    mat_from_rows(m, values);
    mat_to_rows(m, back);
    assert_memory_equal(back, values, sizeof(float) * count);
    assert_true(*mat_element(m, rows - 1, cols - 1) == (float)(rows * cols));
    assert_pads(m, 0.0f);
    assert_untouched_behind(m);
  }
}

static void test_gather(void **state) {
  enum { COLS = 37, ROWS = 3 };
  float values[5 * COLS];
  for (int i = 0; i < 5 * COLS; i++) {
    values[i] = (float)i;
  }
  const uint32_t order[ROWS] = {4, 0, 4}, straight[ROWS] = {0, 1, 2};
  for (int given = 0; given < 2; given++) {
    Mat m = random_mat(*state, ROWS, COLS, 1);
    mat_gather(m, values, given ? order : NULL, (Span){1, 3});
    assert_true(isnan(*mat_element(m, 0, 15)) || *mat_element(m, 0, 15) != values[15]); /* not asked for */
    mat_gather(m, values, given ? order : NULL, (Span){0, 1});
    for (int row = 0; row < ROWS; row++) {
      for (int col = 0; col < COLS; col++) {
        assert_true(*mat_element(m, row, col) == values[(given ? order : straight)[row] * COLS + (uint32_t)col]);
      }
    }
    assert_pads(m, 0.0f);
    assert_untouched_behind(m);
  }
}

static void test_sum_rows(void **state) {
  for (int s = 0; s < SHAPE_COUNT; s++) {
    Mat m = random_weights(*state, SHAPES[s].rows, SHAPES[s].cols, 1), sums = random_mat(*state, 1, m.cols, 2);
    mat_sum_rows(m, sums.at, mat_all(m));
    for (int col = 0; col < m.cols; col++) {
      double sum = 0.0, magnitude = 0.0;
      for (int row = 0; row < m.rows; row++) {
        sum += element(m, false, row, col);
        magnitude += fabs(element(m, false, row, col));
      }
      assert_near(*mat_element(sums, 0, col), sum, 4.0 * (double)FLT_EPSILON * magnitude);
    }
    assert_pads(sums, 0.0f);
    assert_untouched_behind(sums);
  }
}

/* A column's sum in the order that sum_lines promises: every fourth line, what is left over with the first ones. */
static float plain_sum(LineTerm term, const float *x, int rows, float mean, const float *dy) {
  float sums[4] = {0.0f};
  for (int r = 0; r < rows; r++) {
    float distance = x[r * LANES] - mean;
    float terms[] = {x[r * LANES], distance * distance, dy[r * LANES] * distance};
    sums[r < rows - rows % 4 ? r % 4 : 0] += terms[term];
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static void check_line_sums(Arena *arena) {
  Mat x = random_mat(arena, 70, LANES, 1), dy = random_mat(arena, 70, LANES, 2), mean = random_mat(arena, 1, LANES, 3);
  for (int rows = 1; rows <= 70; rows++) {
    for (LineTerm term = LINE_VALUE; term <= LINE_PRODUCT; term++) {
      Mat out = random_mat(arena, 1, LANES, 4);
      kernels_used()->sum_lines(term, x.at, rows, mean.at, dy.at, out.at);
      for (int l = 0; l < LANES; l++) {
        assert_true(out.at[l] == plain_sum(term, x.at + l, rows, mean.at[l], dy.at + l));
      }
      assert_untouched_behind(out);
    }
  }
}

static void test_line_sums_have_one_order(void **state) { for_every_set(*state, check_line_sums); }

static void check_largest(Arena *arena) {
  enum { LINES = 9 };
  Mat z = random_mat(arena, LINES, LANES, 1), before = random_mat(arena, LINES, LANES, 1);
  float most[LANES];
  int32_t best[LANES];
  *mat_element(z, 4, 3) = *mat_element(z, 7, 3) = 50.0f; /* two are the largest: the first counts */
  *mat_element(z, 5, 6) = (float)NAN;                    /* larger than nothing */
  *mat_element(z, 8, 15) = INFINITY;
  mat_to_rows(z, before.at);
  kernels_used()->subtract_largest(z.at, LINES, most, best);
  for (int l = 0; l < LANES; l++) {
    int largest = 0;
    for (int k = 1; k < LINES; k++) {
      largest = before.at[k * LANES + l] > before.at[largest * LANES + l] ? k : largest;
    }
    assert_int_equal(best[l], largest);
    assert_true(most[l] == before.at[largest * LANES + l]);
    for (int k = 0; k < LINES; k++) {
      float expected = before.at[k * LANES + l] - most[l], got = z.at[k * LANES + l];
      assert_true(isnan(expected) ? isnan(got) : got == expected);
    }
  }
  assert_int_equal(best[3], 4);
  assert_untouched_behind(z);
}

static void test_largest_is_the_first(void **state) { for_every_set(*state, check_largest); }

/* Value v of line i is half of one of the stream's 32-bit values 8 i .. 8 i + 7. */
static void check_lines(RngKey key, uint32_t first, uint32_t stride, size_t count) {
  enum { MOST = 80, SENTINEL = 0xABCD };
  uint16_t out[(MOST + 1) * LANES];
  for (size_t i = 0; i < (MOST + 1) * LANES; i++) {
    out[i] = SENTINEL;
  }
  kernels_used()->random_lines(key, first, stride, out, count);
  for (size_t i = 0; i < count * LANES; i++) {
    uint32_t line = first + (uint32_t)(i / LANES) * stride, block[4];
    rng_block(key, 2 * line + (uint32_t)(i / 8 % 2), block);
    assert_int_equal(out[i], (block[i / 2 % 4] >> (i % 2 * 16)) & 0xFFFF);
  }
  for (size_t i = count * LANES; i < (MOST + 1) * LANES; i++) {
    assert_int_equal(out[i], SENTINEL); /* nothing is written behind the end */
  }
}

static void check_random_lines(Arena *arena) {
  (void)arena;
  const RngKey key = {.seed = 7, .step = 11, .purpose = RNG_DROPOUT, .layer = 2};
  const RngKey extreme = {.seed = UINT64_MAX, .step = UINT64_MAX - 1, .purpose = RNG_DROPOUT, .layer = 32};
  for (size_t count = 0; count <= 70; count++) {
    check_lines(key, 0, 1, count);
    check_lines(key, 3, 5, count);
  }
  check_lines(extreme, 511, 512, 80);
}

static void test_random_lines_are_the_stream(void **state) { for_every_set(*state, check_random_lines); }

/* On a thread of its own: the setting is the thread's, and the other tests keep their denormals. */
static void *halve_the_smallest(void *half) {
  volatile float smallest = FLT_MIN;
  flush_denormals();
  *(float *)half = smallest * 0.5f;
  return NULL;
}

static void test_flush_denormals(void **state) {
  (void)state;
#if defined(__SSE2__) || defined(__aarch64__)
  volatile float smallest = FLT_MIN;
  pthread_t thread;
  float half = 1.0f;
  assert_int_equal(pthread_create(&thread, NULL, halve_the_smallest, &half), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_true(half == 0.0f);
  assert_true(smallest * 0.5f > 0.0f);
#else
  (void)halve_the_smallest;
  skip();
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_products, setup, teardown),
      cmocka_unit_test_setup_teardown(test_transpose, setup, teardown),
      cmocka_unit_test_setup_teardown(test_spans, setup, teardown),
      cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
      cmocka_unit_test_setup_teardown(test_sets_that_fuse_agree, setup, teardown),
      cmocka_unit_test_setup_teardown(test_not_a_number_stays_in_its_row, setup, teardown),
      cmocka_unit_test_setup_teardown(test_shapes_must_fit, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rows_come_and_go, setup, teardown),
      cmocka_unit_test_setup_teardown(test_gather, setup, teardown),
      cmocka_unit_test_setup_teardown(test_sum_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(test_line_sums_have_one_order, setup, teardown),
      cmocka_unit_test_setup_teardown(test_largest_is_the_first, setup, teardown),
      cmocka_unit_test_setup_teardown(test_random_lines_are_the_stream, setup, teardown),
      cmocka_unit_test(test_flush_denormals),
  };
  return cmocka_run_group_tests_name("mat", tests, NULL, NULL);
}
