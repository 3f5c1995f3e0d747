/* elementary: exp, tanh, erf and their kin for floats, written so that a loop over them vectorises without -ffast-math
 * (no calls, no branches, no conversions that trap). Each is within a few units in the last place of the true value
 * (tests/unit/test_elementary.c states how many, and where not); not-a-number stays not-a-number, infinities give the
 * limits. */
#ifndef NNLAB_MATH_ELEMENTARY_H
#define NNLAB_MATH_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

static inline uint32_t float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline float float_from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline float elem_abs(float x) { return float_from_bits(float_bits(x) & 0x7FFFFFFFu); }
/* The magnitude of `x` with the sign of `sign`. */
static inline float elem_copysign(float x, float sign) {
  return float_from_bits((float_bits(x) & 0x7FFFFFFFu) | (float_bits(sign) & 0x80000000u));
}

/* e^x = 2^n e^r with |r| <= ln 2 / 2; the polynomial is Cephes's expf. */
static inline float elem_exp(float x) {
  x = x > 88.8f ? 88.8f : x; /* comparisons let not-a-number through */
  x = x < -104.0f ? -104.0f : x;
  const float round = 12582912.0f; /* 1.5 * 2^23: adding it leaves the nearest integer in the low bits */
  float shifted = x * 1.44269504088896341f + round;
  float n = shifted - round;
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  int32_t power = (int32_t)(float_bits(shifted) - float_bits(round));
  int32_t half = power >> 1; /* 2^n in two factors: n may lie beyond a float's exponents */
  float first = float_from_bits((uint32_t)(half + 127) << 23);
  float second = float_from_bits((uint32_t)(power - half + 127) << 23);
  return p * first * second;
}

/* ln(1 + u) for 0 <= u <= 1, as 2 artanh(u / (2 + u)). */
static inline float elem_log1p_unit(float u) {
  float s = u / (2.0f + u);
  float q = s * s;
  float p = 1.0f / 15.0f;
  p = p * q + 1.0f / 13.0f;
  p = p * q + 1.0f / 11.0f;
  p = p * q + 1.0f / 9.0f;
  p = p * q + 1.0f / 7.0f;
  p = p * q + 1.0f / 5.0f;
  p = p * q + 1.0f / 3.0f;
  return 2.0f * s + 2.0f * s * q * p;
}

static inline float elem_sigmoid(float x) { return 1.0f / (1.0f + elem_exp(-x)); }

/* Cephes's tanhf: a polynomial near 0, where 1 - 2 / (e^2x + 1) would lose digits. */
static inline float elem_tanh(float x) {
  float a = elem_abs(x);
  float far = 1.0f - 2.0f / (elem_exp(2.0f * a) + 1.0f);
  float q = x * x;
  float p = -5.70498872745e-3f;
  p = p * q + 2.06390887954e-2f;
  p = p * q + -5.37397155531e-2f;
  p = p * q + 1.33314422036e-1f;
  p = p * q + -3.33332819422e-1f;
  float near = p * q * x + x;
  return a < 0.625f ? near : elem_copysign(far, x);
}

/* ln(1 + e^x) */
static inline float elem_softplus(float x) { return (x < 0.0f ? 0.0f : x) + elem_log1p_unit(elem_exp(-elem_abs(x))); }

/* The rational approximation of Eigen and XLA, good to 4e-7 absolutely: it may exceed 1 by that. */
static inline float elem_erf(float x) {
  x = x > 4.0f ? 4.0f : x;
  x = x < -4.0f ? -4.0f : x;
  float q = x * x;
  float p = -2.72614225801306e-10f;
  p = p * q + 2.77068142495902e-08f;
  p = p * q + -2.10102402082508e-06f;
  p = p * q + -5.69250639462346e-05f;
  p = p * q + -7.34990630326855e-04f;
  p = p * q + -2.95459980854025e-03f;
  p = p * q + -1.60960333262415e-02f;
  float d = -1.45660718464996e-05f;
  d = d * q + -2.13374055278905e-04f;
  d = d * q + -1.68282697438203e-03f;
  d = d * q + -7.37332916720468e-03f;
  d = d * q + -1.42647390514189e-02f;
  return x * p / d;
}

/* e^x - 1 for x <= 0: a series near 0, where e^x - 1 would lose digits. */
static inline float elem_expm1_negative(float x) {
  float p = 1.0f / 5040.0f;
  p = p * x + 1.0f / 720.0f;
  p = p * x + 1.0f / 120.0f;
  p = p * x + 1.0f / 24.0f;
  p = p * x + 1.0f / 6.0f;
  p = p * x + 0.5f;
  float near = p * x * x + x;
  return x > -0.5f ? near : elem_exp(x) - 1.0f;
}

#endif
