#include "nn/activation.h"

#include "base/simd.h"
#include "math/elementary.h"

#define SELU_SCALE 1.05070098735548049342f
#define SELU_AT_MINUS (SELU_SCALE * 1.67326324235437728481f) /* scale * alpha */
#define LEAKY_SLOPE 0.2f

/* The normal distribution's Phi(x), and 0 where the approximation of erf no longer tells it from 0. */
static inline float normal_cdf(float x) {
  return x < -5.5f ? 0.0f : 0.5f * (1.0f + elem_erf(x * 0.70710678118654752f));
}
static inline float normal_density(float x) { return 0.39894228040143268f * elem_exp(-0.5f * x * x); }
static inline float silu_slope(float x) {
  float s = elem_sigmoid(x);
  return s * (1.0f + x * (1.0f - s));
}

/* name, f(x), f'(x) from x and y = f(x). `x < 0 ? ... : x` lets not-a-number through, so that divergence is seen. */
/* clang-format off */
#define ACTIVATIONS(X)                                                                                         \
  X(linear,     x,                                                          1.0f)                              \
  X(relu,       (x < 0.0f ? 0.0f : x),                                      (x > 0.0f ? 1.0f : 0.0f))          \
  X(leaky_relu, (x < 0.0f ? LEAKY_SLOPE * x : x),                           (x > 0.0f ? 1.0f : LEAKY_SLOPE))   \
  X(elu,        (x < 0.0f ? elem_expm1_negative(x) : x),                    (x > 0.0f ? 1.0f : y + 1.0f))      \
  X(selu,       (x < 0.0f ? SELU_AT_MINUS * elem_expm1_negative(x) : SELU_SCALE * x),                          \
                                                                (x > 0.0f ? SELU_SCALE : y + SELU_AT_MINUS))   \
  X(gelu,       (x * normal_cdf(x)),                            (normal_cdf(x) + x * normal_density(x)))       \
  X(silu,       (x * elem_sigmoid(x)),                          silu_slope(x))                                 \
  X(tanh,       elem_tanh(x),                                   (1.0f - y * y))                                \
  X(sigmoid,    elem_sigmoid(x),                                (y * (1.0f - y)))                              \
  X(softplus,   elem_softplus(x),                               elem_sigmoid(x))
/* clang-format on */

#define DEFINE(name, f, slope)                                                                             \
  MULTIVERSION static void name##_forward(const float *restrict xs, float *restrict ys, size_t count) {    \
    for (size_t i = 0; i < count; i++) {                                                                   \
      float x = xs[i];                                                                                     \
      ys[i] = f;                                                                                           \
    }                                                                                                      \
  }                                                                                                        \
  MULTIVERSION static void name##_backward(const float *xs, const float *ys, const float *dys, float *dxs, \
                                           size_t count) {                                                 \
    for (size_t i = 0; i < count; i++) {                                                                   \
      float x = xs[i], y = ys[i];                                                                          \
      (void)x;                                                                                             \
      (void)y;                                                                                             \
      dxs[i] = dys[i] * (slope);                                                                           \
    }                                                                                                      \
  }
ACTIVATIONS(DEFINE)

typedef struct Functions {
  void (*forward)(const float *xs, float *ys, size_t count);
  void (*backward)(const float *xs, const float *ys, const float *dys, float *dxs, size_t count);
} Functions;

#define ROW(name, f, slope) {name##_forward, name##_backward},
static const Functions FUNCTIONS[] = {ACTIVATIONS(ROW)};
_Static_assert(sizeof FUNCTIONS / sizeof *FUNCTIONS == ACTIVATION_COUNT, "a row for each, in the order of the enum");

static const Functions *functions_of(const Layer *layer) {
  return &FUNCTIONS[((const ActivationLayer *)layer)->activation];
}

static void activation_forward(Layer *layer, const Pass *pass, Span panels) {
  (void)pass;
  const float *x = mat_panel(layer->x, panels.from);
  functions_of(layer)->forward(x, mat_panel(layer->y, panels.from), mat_span_size(layer->x, panels));
}

static void activation_backward(Layer *layer, Mat d, Span panels) {
  const float *x = mat_panel(layer->x, panels.from), *y = mat_panel(layer->y, panels.from);
  float *at = mat_panel(d, panels.from);
  functions_of(layer)->backward(x, y, at, at, mat_span_size(d, panels));
}

const LayerOps ACTIVATION_OPS = {
    .kind = LAYER_ACTIVATION, .forward = activation_forward, .backward = activation_backward};
