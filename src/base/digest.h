/* digest: a 64-bit fingerprint of memory, to tell whether two runs gave the same bits. FNV-1a over 8-byte words; not
 * cryptographic. */
#ifndef NNLAB_BASE_DIGEST_H
#define NNLAB_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_START UINT64_C(0xCBF29CE484222325)

uint64_t digest_add(uint64_t digest, const void *memory, size_t bytes);

#endif
