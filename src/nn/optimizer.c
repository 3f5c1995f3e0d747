#include "nn/optimizer.h"

#include <math.h>
#include <string.h>

#include "base/fatal.h"
#include "base/simd.h"

static bool keeps_first(const OptimizerSpec *spec) {
  return spec->kind == OPTIMIZER_ADAM || spec->kind == OPTIMIZER_ADAMW || spec->momentum > 0.0;
}

static bool keeps_second(const OptimizerSpec *spec) { return spec->kind != OPTIMIZER_SGD; }

size_t optimizer_bytes_per_parameter(const OptimizerSpec *spec) {
  return sizeof(float) * ((size_t)keeps_first(spec) + (size_t)keeps_second(spec));
}

void optimizer_create(Optimizer *optimizer, Arena *arena, const OptimizerSpec *spec, size_t count) {
  *optimizer = (Optimizer){.spec = *spec, .count = count};
  optimizer->first = keeps_first(spec) ? arena_floats(arena, count) : NULL;
  optimizer->second = keeps_second(spec) ? arena_floats(arena, count) : NULL;
}

void optimizer_forget(Optimizer *optimizer, size_t start, size_t count) {
  ASSERT(start + count <= optimizer->count);
  if (optimizer->first) {
    memset(optimizer->first + start, 0, count * sizeof(float));
  }
  if (optimizer->second) {
    memset(optimizer->second + start, 0, count * sizeof(float));
  }
}

MULTIVERSION static void decay(float *restrict w, size_t count, float factor) {
  for (size_t i = 0; i < count; i++) {
    w[i] -= w[i] * factor;
  }
}

MULTIVERSION static void sgd_plain(float *restrict w, const float *restrict g, size_t count, float rate) {
  for (size_t i = 0; i < count; i++) {
    w[i] -= rate * g[i];
  }
}

MULTIVERSION static void sgd_momentum(float *restrict w, const float *restrict g, float *restrict v, size_t count,
                                      float rate, float momentum) {
  for (size_t i = 0; i < count; i++) {
    v[i] = momentum * v[i] - rate * g[i];
    w[i] += v[i];
  }
}

MULTIVERSION static void sgd_nesterov(float *restrict w, const float *restrict g, float *restrict v, size_t count,
                                      float rate, float momentum) {
  for (size_t i = 0; i < count; i++) {
    v[i] = momentum * v[i] - rate * g[i];
    w[i] += momentum * v[i] - rate * g[i];
  }
}

MULTIVERSION static void rmsprop_plain(float *restrict w, const float *restrict g, float *restrict s, size_t count,
                                       float rate, float rho, float epsilon) {
  for (size_t i = 0; i < count; i++) {
    s[i] = rho * s[i] + (1.0f - rho) * (g[i] * g[i]);
    w[i] -= rate * g[i] / sqrtf(s[i] + epsilon);
  }
}

MULTIVERSION static void rmsprop_momentum(float *restrict w, const float *restrict g, float *restrict s,
                                          float *restrict v, size_t count, float rate, float rho, float epsilon,
                                          float momentum) {
  for (size_t i = 0; i < count; i++) {
    s[i] = rho * s[i] + (1.0f - rho) * (g[i] * g[i]);
    v[i] = momentum * v[i] + rate * g[i] / sqrtf(s[i] + epsilon);
    w[i] -= v[i];
  }
}

MULTIVERSION static void adam(float *restrict w, const float *restrict g, float *restrict m, float *restrict v,
                              size_t count, Adam with) {
  for (size_t i = 0; i < count; i++) {
    m[i] += (g[i] - m[i]) * with.take_1;
    v[i] += (g[i] * g[i] - v[i]) * with.take_2;
    w[i] -= with.alpha * m[i] / (sqrtf(v[i]) + with.epsilon);
  }
}

void optimizer_begin(Optimizer *optimizer, double rate) {
  const OptimizerSpec *spec = &optimizer->spec;
  double t = (double)++optimizer->steps;
  bool corrected = spec->kind == OPTIMIZER_ADAM || spec->kind == OPTIMIZER_ADAMW;
  double correction = corrected ? sqrt(1.0 - pow(spec->beta_2, t)) / (1.0 - pow(spec->beta_1, t)) : 1.0;
  optimizer->rate = rate * correction;
  optimizer->decay = rate * spec->weight_decay;
}

static void update_sgd(const Optimizer *optimizer, float *w, const float *g, size_t start, size_t count) {
  const OptimizerSpec *spec = &optimizer->spec;
  float rate = (float)optimizer->rate, momentum = (float)spec->momentum;
  if (!optimizer->first) {
    sgd_plain(w, g, count, rate);
  } else if (spec->nesterov) {
    sgd_nesterov(w, g, optimizer->first + start, count, rate, momentum);
  } else {
    sgd_momentum(w, g, optimizer->first + start, count, rate, momentum);
  }
}

static void update_rmsprop(const Optimizer *optimizer, float *w, const float *g, size_t start, size_t count) {
  const OptimizerSpec *spec = &optimizer->spec;
  float rate = (float)optimizer->rate, rho = (float)spec->rho, epsilon = (float)spec->epsilon;
  if (optimizer->first) {
    rmsprop_momentum(w, g, optimizer->second + start, optimizer->first + start, count, rate, rho, epsilon,
                     (float)spec->momentum);
  } else {
    rmsprop_plain(w, g, optimizer->second + start, count, rate, rho, epsilon);
  }
}

static Adam adam_of(const Optimizer *optimizer) {
  const OptimizerSpec *spec = &optimizer->spec;
  return (Adam){.alpha = (float)optimizer->rate,
                .take_1 = (float)(1.0 - spec->beta_1),
                .take_2 = (float)(1.0 - spec->beta_2),
                .epsilon = (float)spec->epsilon};
}

void optimizer_update(const Optimizer *optimizer, float *params, const float *grads, size_t start, size_t count) {
  const OptimizerSpec *spec = &optimizer->spec;
  float *w = params + start;
  const float *g = grads + start;
  if (spec->weight_decay > 0.0) {
    decay(w, count, (float)optimizer->decay);
  }
  switch (spec->kind) {
    case OPTIMIZER_SGD:
      update_sgd(optimizer, w, g, start, count);
      break;
    case OPTIMIZER_RMSPROP:
      update_rmsprop(optimizer, w, g, start, count);
      break;
    case OPTIMIZER_ADAM:
    case OPTIMIZER_ADAMW:
      adam(w, g, optimizer->first + start, optimizer->second + start, count, adam_of(optimizer));
      break;
    case OPTIMIZER_COUNT:
      fatal("optimizer_update: no such optimizer");
  }
}

bool optimizer_takes_products(const OptimizerSpec *spec) {
  return (spec->kind == OPTIMIZER_ADAM || spec->kind == OPTIMIZER_ADAMW) && spec->weight_decay == 0.0;
}

void optimizer_update_product(const Optimizer *optimizer, float *params, size_t start, Mat x, Mat dy, Span panels) {
  MatStep step = {.adam = adam_of(optimizer),
                  .w = mat_view(params + start, x.cols, dy.cols),
                  .m = mat_view(optimizer->first + start, x.cols, dy.cols),
                  .v = mat_view(optimizer->second + start, x.cols, dy.cols)};
  mat_mul_at_step(step, x, dy, panels);
}

void optimizer_step(Optimizer *optimizer, double rate, float *params, const float *grads) {
  optimizer_begin(optimizer, rate);
  optimizer_update(optimizer, params, grads, 0, optimizer->count);
}
