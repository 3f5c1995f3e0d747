#include "nn/dropout.h"

#include <math.h>

#include "base/fatal.h"
#include "base/rng.h"
#include "base/simd.h"

/* 65536 (rate 1) keeps nothing. */
static uint32_t keep_threshold(double rate) { return (uint32_t)lround(rate * 65536.0); }

MULTIVERSION static void apply_mask(const float *in, const uint16_t *random, uint32_t threshold, float scale,
                                    float *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float kept = in[i] * scale;
    out[i] = random[i] >= threshold ? kept : 0.0f;
  }
}

static void dropout_apply(const Dropout *dropout, const float *in, float *out, size_t count) {
  float scale = dropout->rate < 1.0 ? (float)(1.0 / (1.0 - dropout->rate)) : 0.0f;
  apply_mask(in, dropout->random, keep_threshold(dropout->rate), scale, out, count);
}

static void dropout_reserve(Layer *layer, Arena *arena, int rows) {
  ((Dropout *)layer)->random = arena_alloc(arena, (size_t)rows * (size_t)layer->out, sizeof(uint16_t), 64);
}

static void dropout_forward(Layer *layer, Pass pass) {
  ASSERT(pass.train);
  Dropout *dropout = (Dropout *)layer;
  layer->y.rows = layer->x.rows;
  size_t count = mat_size(layer->x);
  RngKey key = {
      .seed = pass.seed, .step = (uint64_t)pass.step, .purpose = RNG_DROPOUT, .layer = (uint32_t)layer->hidden};
  rng_fill_u16(key, dropout->random, count);
  dropout_apply(dropout, layer->x.at, layer->y.at, count);
}

static void dropout_backward(Layer *layer, Mat dy, Mat dx) {
  dropout_apply((const Dropout *)layer, dy.at, dx.at, mat_size(dy));
}

const LayerOps DROPOUT_OPS = {.kind = LAYER_DROPOUT,
                              .in_place = true,
                              .reserve = dropout_reserve,
                              .forward = dropout_forward,
                              .backward = dropout_backward};
