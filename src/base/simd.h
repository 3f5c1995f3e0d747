/* simd: how one binary is fast on AVX-512, AVX2 and plain x86-64, and correct elsewhere. A kernel marked MULTIVERSION
 * is compiled for each and chosen when the program loads. The kernels are written so that every version does the same
 * operations in the same order: the bits do not depend on the choice. */
#ifndef NNLAB_BASE_SIMD_H
#define NNLAB_BASE_SIMD_H

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SIMD_SANITIZED 1 /* the choice runs before a sanitizer is ready */
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SIMD_SANITIZED 1
#endif
#endif

/* What is built for AVX2 or better anyway (-march=native) needs no choice, and gcc 12 cannot always compile one. */
#if defined(__x86_64__) && defined(__linux__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__AVX2__) && \
    !defined(SIMD_SANITIZED) && !defined(NNLAB_NO_MULTIVERSION)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* A cache line of floats: one AVX-512 register, two of AVX2, four of SSE and NEON. Arithmetic on it is element by
 * element. Pass pointers to it between functions, not values: how values travel depends on the instruction set. */
enum { LANES = 16 };
typedef float Lanes __attribute__((vector_size(4 * LANES)));

#endif
