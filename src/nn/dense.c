#include "nn/dense.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

static void dense_forward(Layer *layer, const Pass *pass, Span panels) {
  (void)pass;
  const Dense *dense = (const Dense *)layer;
  mat_mul(layer->y, layer->x, dense->kernel, dense->bias, panels);
}

const LayerOps DENSE_OPS = {.kind = LAYER_DENSE, .forward = dense_forward};

void dense_bias_gradient(Dense *dense, Mat dy, Span panels) { mat_sum_rows(dy, dense->bias_grad, panels); }

void dense_input_gradient(const Dense *dense, Mat dyt, Mat dx, Span panels) {
  mat_mul_bt(dx, dyt, dense->kernel, panels);
}

void dense_kernel_gradient(Dense *dense, Mat dy, Span panels) {
  mat_mul_at(dense->kernel_grad, dense->base.x, dy, panels);
}

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
  for (int row = 0; row < dense->kernel.rows; row++) {
    for (int col = 0; col < dense->kernel.cols; col++) {
      *mat_element(dense->kernel, row, col) =
          uniform ? limit * (2.0f * rng_uniform(&rng) - 1.0f) : deviation * rng_truncated_normal(&rng);
    }
  }
  memset(dense->bias, 0, (size_t)mat_padded(dense->base.out) * sizeof *dense->bias);
}
