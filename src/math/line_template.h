/* line_template: the part of kernel_template that works on the lines of a panel, one after the other. */

/* For results that need not be aligned. */
ALWAYS_INLINE void put(void *at, Vector value) { memcpy(at, &value, sizeof value); }

/* What a line adds to a sum. Arithmetic on registers, because gcc keeps sums of type Lanes in memory where a line is
 * more than one register. */
ALWAYS_INLINE Vector term_of(LineTerm term, const float *x, Vector mean, const float *dy) {
  if (term == LINE_VALUE) {
    return load(x);
  }
  Vector distance = load(x) - mean;
  return (term == LINE_SQUARE ? distance : load(dy)) * distance;
}

/* Four sums side by side: one would wait for itself at every row. */
ALWAYS_INLINE Vector sum_of(LineTerm term, const float *x, int rows, Vector mean, const float *dy) {
  Vector sums[4] = {{0}};
  int r = 0;
  for (; r + 4 <= rows; r += 4) {
    UNROLLED for (int i = 0; i < 4; i++) { sums[i] += term_of(term, x + (r + i) * LANES, mean, dy + (r + i) * LANES); }
  }
  for (; r < rows; r++) {
    sums[0] += term_of(term, x + r * LANES, mean, dy + r * LANES);
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static void sum_lines(LineTerm term, const float *x, int rows, const float *mean, const float *dy, float *out) {
  for (int at = 0; at < LANES; at += WIDTH) {
    switch (term) {
      case LINE_VALUE:
        put(out + at, sum_of(LINE_VALUE, x + at, rows, (Vector){0}, x));
        break;
      case LINE_SQUARE:
        put(out + at, sum_of(LINE_SQUARE, x + at, rows, load(mean + at), x));
        break;
      case LINE_PRODUCT:
        put(out + at, sum_of(LINE_PRODUCT, x + at, rows, load(mean + at), dy + at));
        break;
    }
  }
}

static void subtract_largest(float *z, int lines, float *most, int32_t *best) {
  for (int at = 0; at < LANES; at += WIDTH) {
    Vector largest = load(z + at);
    Indices line = {0};
    for (int k = 1; k < lines; k++) {
      Vector value = load(z + k * LANES + at);
      Indices more = value > largest;
      line = (more & k) | (~more & line);
      largest = (Vector)((more & (Indices)value) | (~more & (Indices)largest));
    }
    for (int k = 0; k < lines; k++) {
      store(z + k * LANES + at, load(z + k * LANES + at) - largest);
    }
    put(most + at, largest);
    put(best + at, (Vector)line);
  }
}
