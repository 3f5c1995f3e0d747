#include "base/rng.h"

#include <math.h>

static inline void philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    uint64_t p0 = (uint64_t)PHILOX_M0 * c[0], p1 = (uint64_t)PHILOX_M1 * c[2];
    uint32_t high0 = (uint32_t)(p0 >> 32), high1 = (uint32_t)(p1 >> 32);
    c[0] = high1 ^ c[1] ^ k0;
    c[1] = (uint32_t)p1;
    c[2] = high0 ^ c[3] ^ k1;
    c[3] = (uint32_t)p0;
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
}

void rng_block(RngKey key, uint32_t block, uint32_t out[4]) {
  out[0] = block;
  out[1] = (uint32_t)key.step;
  out[2] = (uint32_t)(key.step >> 32);
  out[3] = rng_word(key);
  philox(out, (uint32_t)key.seed, (uint32_t)(key.seed >> 32));
}

Rng rng_start(RngKey key) { return (Rng){.key = key, .next_block = 0, .used = 4}; }

uint32_t rng_u32(Rng *rng) {
  if (rng->used == 4) {
    rng_block(rng->key, rng->next_block++, rng->values);
    rng->used = 0;
  }
  return rng->values[rng->used++];
}

uint32_t rng_below(Rng *rng, uint32_t bound) {
  uint64_t product = (uint64_t)rng_u32(rng) * bound;
  if ((uint32_t)product < bound) {
    uint32_t threshold = (0u - bound) % bound;
    while ((uint32_t)product < threshold) {
      product = (uint64_t)rng_u32(rng) * bound;
    }
  }
  return (uint32_t)(product >> 32);
}

float rng_uniform(Rng *rng) { return (float)(rng_u32(rng) >> 8) * 0x1p-24f; }

float rng_normal(Rng *rng) {
  double u = ((double)rng_u32(rng) + 1.0) * 0x1p-32; /* in (0, 1]: its logarithm is finite */
  double angle = (double)rng_u32(rng) * (0x1p-32 * 6.283185307179586);
  return (float)(sqrt(-2.0 * log(u)) * cos(angle));
}

float rng_truncated_normal(Rng *rng) {
  for (;;) {
    float value = rng_normal(rng);
    if (fabsf(value) <= 2.0f) {
      return value;
    }
  }
}

void rng_shuffle(Rng *rng, uint32_t *values, size_t count) {
  for (size_t i = count; i > 1; i--) {
    uint32_t j = rng_below(rng, (uint32_t)i);
    uint32_t value = values[i - 1];
    values[i - 1] = values[j];
    values[j] = value;
  }
}
