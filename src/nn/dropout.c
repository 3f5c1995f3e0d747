#include "nn/dropout.h"

#include <math.h>

#include "base/fatal.h"
#include "base/rng.h"
#include "base/simd.h"
#include "math/kernels.h"

/* 65536 (rate 1) keeps nothing. */
enum { RANDOM_VALUES = 65536 };
static uint32_t keep_threshold(double rate) { return (uint32_t)lround(rate * RANDOM_VALUES); }

MULTIVERSION static void apply_mask(const float *in, const uint16_t *random, uint32_t threshold, float scale,
                                    float *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float kept = in[i] * scale;
    out[i] = random[i] >= threshold ? kept : 0.0f;
  }
}

static void dropout_apply(const Dropout *dropout, Mat in, Mat out, Span panels) {
  uint32_t threshold = keep_threshold(dropout->rate), kept = RANDOM_VALUES - threshold;
  float scale = kept > 0 ? (float)((double)RANDOM_VALUES / kept) : 0.0f; /* of the rate that the threshold gives */
  size_t start = mat_span_size(in, (Span){0, panels.from});
  apply_mask(in.at + start, dropout->random + start, threshold, scale, out.at + start, mat_span_size(in, panels));
}

static void dropout_reserve(Layer *layer, Arena *arena, int rows) {
  ((Dropout *)layer)->random = arena_alloc(arena, mat_floats(rows, layer->out), sizeof(uint16_t), 64);
}

static void dropout_forward(Layer *layer, const Pass *pass, Span panels) {
  ASSERT(pass->train);
  const Dropout *dropout = (const Dropout *)layer;
  RngKey key = {
      .seed = pass->seed, .step = (uint64_t)pass->step, .purpose = RNG_DROPOUT, .layer = (uint32_t)layer->hidden};
  size_t rows = (size_t)layer->x.rows;
  for (int p = panels.from; p < panels.to; p++) {
    kernels_used()->random_lines(key, (uint32_t)p, (uint32_t)mat_panels(layer->out),
                                 dropout->random + (size_t)p * rows * LANES, rows);
  }
  dropout_apply(dropout, layer->x, layer->y, panels);
}

static void dropout_backward(Layer *layer, Mat d, Span panels) { dropout_apply((const Dropout *)layer, d, d, panels); }

const LayerOps DROPOUT_OPS = {
    .kind = LAYER_DROPOUT, .reserve = dropout_reserve, .forward = dropout_forward, .backward = dropout_backward};
