#include "nn/gradcheck.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/rng.h"
#include "math/vec.h"

/* Slopes below this (relative to a loss of about 1) are noise of the float arithmetic. */
static const double FLOOR = 1e-2;

static double loss_at(Net *net, Pass pass, Mat x, Truth truth) {
  Tally tally = {0};
  Mat logits = net_forward(net, pass, x);
  return loss_eval(net->spec.output, net->spec.loss, logits, truth, net_dlogits(net, x.rows), &tally) +
         net_penalty(net);
}

/* Makes `direction` a unit vector: the gradient's, or a random one. False when the gradient is 0. */
static bool choose_direction(const float *gradient, size_t count, bool random, uint64_t seed, float *direction) {
  Rng rng = rng_start((RngKey){.seed = seed, .purpose = RNG_TEST, .step = count});
  for (size_t i = 0; i < count; i++) {
    direction[i] = random ? rng_normal(&rng) : gradient[i];
  }
  double norm = sqrt(vec_sum_squares(direction, count));
  if (!(norm > 0.0 || isnan(norm))) {
    return false;
  }
  vec_scale(direction, count, (float)(1.0 / norm));
  return true;
}

static void move(float *params, const float *start, const float *direction, size_t count, double distance) {
  for (size_t i = 0; i < count; i++) {
    params[i] = (float)((double)start[i] + distance * (double)direction[i]);
  }
}

static double dot(const float *a, const float *b, size_t count) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) {
    sum += (double)a[i] * (double)b[i];
  }
  return sum;
}

/* start and direction: room for the variable. */
static GradCheck check_var(Net *net, Pass pass, Mat x, Truth truth, double step, const float *direction, float *start,
                           int var) {
  float *params = net->params + net->vars[var].offset;
  size_t count = net->vars[var].count;
  memcpy(start, params, count * sizeof *start);
  double distance = step * (sqrt(vec_sum_squares(start, count)) + 0.1 * sqrt((double)count));
  move(params, start, direction, count, distance);
  double above = loss_at(net, pass, x, truth);
  move(params, start, direction, count, -distance);
  double below = loss_at(net, pass, x, truth);
  memcpy(params, start, count * sizeof *start);
  GradCheck check = {.var = var, .measured = (above - below) / (2.0 * distance)};
  check.expected = dot(net->grads + net->vars[var].offset, direction, count);
  check.error = fabs(check.expected - check.measured) / (fabs(check.expected) + fabs(check.measured) + FLOOR);
  return check;
}

GradCheck gradcheck_net(Net *net, Pass pass, Mat x, Truth truth, double step, uint64_t seed) {
  float *start = malloc(2 * net->param_count * sizeof *start);
  ASSERT(start);
  float *direction = start + net->param_count;
  GradCheck worst = {.var = -1};
  Tally tally = {0};
  Mat logits = net_forward(net, pass, x);
  (void)loss_eval(net->spec.output, net->spec.loss, logits, truth, net_dlogits(net, x.rows), &tally);
  net_backward(net, x.rows, NULL);
  for (int var = 0; var < net->var_count; var++) {
    for (int random = 0; random < 2; random++) {
      const float *gradient = net->grads + net->vars[var].offset;
      if (choose_direction(gradient, net->vars[var].count, random, seed + (uint64_t)var, direction)) {
        GradCheck check = check_var(net, pass, x, truth, step, direction, start, var);
        bool worse = check.error > worst.error || isnan(check.error); /* nan is the worst error, and stays */
        worst = (worse && !isnan(worst.error)) || worst.var < 0 ? check : worst;
      }
    }
  }
  free(start);
  return worst;
}
