#include "nn/dense.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

static void dense_forward(Layer *layer, Pass pass) {
  (void)pass;
  Dense *dense = (Dense *)layer;
  layer->y.rows = layer->x.rows;
  mat_fill_rows(layer->y, dense->bias);
  mat_mul(layer->y, layer->x, dense->kernel, 1.0f);
}

static void dense_backward(Layer *layer, Mat dy, Mat dx) {
  Dense *dense = (Dense *)layer;
  mat_mul_at(dense->kernel_grad, layer->x, dy);
  mat_sum_rows(dy, dense->bias_grad);
  if (dx.at) {
    mat_mul_bt(dx, dy, dense->kernel);
  }
}

const LayerOps DENSE_OPS = {
    .kind = LAYER_DENSE, .in_place = false, .forward = dense_forward, .backward = dense_backward};

/* Source: Keras initializers/random_initializers.py (VarianceScaling). A truncated normal's deviation is widened to
 * what it was before the cut. */
void dense_initialize(Dense *dense, Initializer initializer, uint64_t seed) {
  double fan_in = dense->kernel.rows, fan_out = dense->kernel.cols;
  bool glorot = initializer == INIT_GLOROT_UNIFORM || initializer == INIT_GLOROT_NORMAL;
  bool he = initializer == INIT_HE_UNIFORM || initializer == INIT_HE_NORMAL;
  bool uniform =
      initializer == INIT_GLOROT_UNIFORM || initializer == INIT_HE_UNIFORM || initializer == INIT_LECUN_UNIFORM;
  double variance = (he ? 2.0 : 1.0) / (glorot ? 0.5 * (fan_in + fan_out) : fan_in);
  float limit = (float)sqrt(3.0 * variance);
  float deviation = (float)(sqrt(variance) / 0.87962566103423978);
  Rng rng = rng_start((RngKey){.seed = seed, .purpose = RNG_INIT, .layer = (uint32_t)dense->base.hidden});
  for (size_t i = 0; i < mat_size(dense->kernel); i++) {
    dense->kernel.at[i] = uniform ? limit * (2.0f * rng_uniform(&rng) - 1.0f) : deviation * rng_truncated_normal(&rng);
  }
  memset(dense->bias, 0, (size_t)dense->base.out * sizeof *dense->bias);
}
