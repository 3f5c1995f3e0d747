/* rng: random numbers as a function, not a state. A value depends on (seed, purpose, layer, step, index) alone, so
 * initial weights, batch order, one layer's dropout masks and synthetic data are independent streams: toggling dropout
 * in one layer moves no other random number, two runs stay comparable, and any moment can be replayed.
 * The function is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 * Threads: values only; any thread. */
#ifndef NNLAB_BASE_RNG_H
#define NNLAB_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef enum RngPurpose {
  RNG_TEST = 0,
  RNG_SYNTHETIC, /* points of a synthetic data set */
  RNG_SUBSET,    /* which rows of the data set are used */
  RNG_SPLIT,     /* train, validation, test */
  RNG_NOISE,     /* which training labels are flipped, and to what */
  RNG_INIT,      /* initial weights; layer = index of the Dense layer */
  RNG_SHUFFLE,   /* batch order; step = epoch */
  RNG_DROPOUT    /* masks; layer = 0 for the input, k for hidden layer k; step = training step */
} RngPurpose;

/* Names a stream of 2^34 32-bit values. */
typedef struct RngKey {
  uint64_t seed;
  uint64_t step;
  RngPurpose purpose;
  uint32_t layer;
} RngKey;

/* The four 32-bit values number 4 * block .. 4 * block + 3 of the stream. */
void rng_block(RngKey key, uint32_t block, uint32_t out[4]);

/* What the function is made of, for those who compute many blocks side by side. The counter of a block is (block, step
 * low, step high, rng_word(key)), its key the seed (low, high); a round multiplies and adds these. */
enum { PHILOX_ROUNDS = 10 };
#define PHILOX_M0 0xD2511F53u
#define PHILOX_M1 0xCD9E8D57u
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u
static inline uint32_t rng_word(RngKey key) { return (uint32_t)key.purpose << 24 | key.layer; }

/* Reads a stream in order. */
typedef struct Rng {
  RngKey key;
  uint32_t next_block;
  uint32_t used; /* values of `values` that are spent: 4 = none left */
  uint32_t values[4];
} Rng;

Rng rng_start(RngKey key);
uint32_t rng_u32(Rng *rng);
/* Uniform in 0 .. bound - 1, without bias (Lemire 2019); bound > 0. */
uint32_t rng_below(Rng *rng, uint32_t bound);
/* Uniform in [0, 1): 24 bits. */
float rng_uniform(Rng *rng);
/* Standard normal (Box-Muller). */
float rng_normal(Rng *rng);
/* Standard normal, drawn again until it lies within +-2. Its deviation is 0.8796. */
float rng_truncated_normal(Rng *rng);
/* A uniformly random order of the `count` values (Fisher-Yates). */
void rng_shuffle(Rng *rng, uint32_t *values, size_t count);

#endif
