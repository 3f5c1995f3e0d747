#include "base/digest.h"

#include <string.h>

uint64_t digest_add(uint64_t digest, const void *memory, size_t bytes) {
  const unsigned char *at = memory;
  while (bytes > 0) {
    uint64_t word = 0;
    size_t part = bytes < sizeof word ? bytes : sizeof word;
    memcpy(&word, at, part);
    digest = (digest ^ word) * UINT64_C(0x100000001B3);
    digest ^= digest >> 32; /* words, unlike bytes, would leave the low bits unmixed */
    at += part;
    bytes -= part;
  }
  return digest;
}
