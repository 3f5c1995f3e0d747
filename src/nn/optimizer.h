/* optimizer: from gradients to new parameters. Loops over contiguous memory; the state lies beside the parameters,
 * element for element. Source: Keras optimizers/{sgd,rmsprop,adam,adamw}.py, whose order is: clip, weight decay, step.
 */
#ifndef NNLAB_NN_OPTIMIZER_H
#define NNLAB_NN_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "math/mat.h"
#include "nn/spec.h"

typedef struct Optimizer {
  OptimizerSpec spec;
  size_t count;  /* parameters */
  int64_t steps; /* taken: Keras's `iterations` */
  float *first;  /* (count): momentum (sgd, rmsprop), first moment (adam); NULL where it is not needed */
  float *second; /* (count): mean square (rmsprop), second moment (adam); NULL where it is not needed */
  double rate;   /* of the step under way; adam's with its bias correction */
  double decay;  /* what each parameter loses in it, as a fraction */
} Optimizer;

/* The bytes of state that a kind keeps for each parameter. */
size_t optimizer_bytes_per_parameter(const OptimizerSpec *spec);
void optimizer_create(Optimizer *optimizer, Arena *arena, const OptimizerSpec *spec, size_t count);
/* A step with learning rate `rate` is begun once, and then made piece by piece, each parameter once: parameters `start`
 * .. `start + count - 1` of params and grads, which are (optimizer->count), aligned to 64 bytes. Pieces may be made in
 * any order and by several threads. */
void optimizer_begin(Optimizer *optimizer, double rate);
void optimizer_update(const Optimizer *optimizer, float *params, const float *grads, size_t start, size_t count);
/* Whether the gradient of a kernel may come as a product: adam without weight decay. */
bool optimizer_takes_products(const OptimizerSpec *spec);
/* A piece of the step: the rows of the kernel (x.cols, dy.cols) at `start` that belong to the span of x, with the
 * gradient x' dy. */
void optimizer_update_product(const Optimizer *optimizer, float *params, size_t start, Mat x, Mat dy, Span panels);
/* Begins a step and makes it in one piece. */
void optimizer_step(Optimizer *optimizer, double rate, float *params, const float *grads);
/* Forgets the moments of parameters `start` .. `start + count - 1`. */
void optimizer_forget(Optimizer *optimizer, size_t start, size_t count);

#endif
