/* arena: memory comes zeroed, aligned and apart, whatever the sizes; strings are whole; what cannot be had is fatal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "death.h"

static bool all_bytes(const unsigned char *bytes, size_t count, unsigned char value) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] != value) {
      return false;
    }
  }
  return true;
}

static void test_empty(void **state) {
  (void)state;
  Arena arena;
  arena_init(&arena, 0);
  assert_null(arena.head);
  assert_true(arena.block_size == 65536);
  arena_reset(&arena);
  arena_deinit(&arena);
  arena_init(&arena, 100);
  assert_true(arena.block_size == 100);
}

/* Sizes from 0 over the block size's edges to several blocks: nothing overlaps, everything begins as zero. */
static void test_apart_and_zeroed(void **state) {
  (void)state;
  enum { COUNT = 600, BLOCK = 512 };
  Arena arena;
  arena_init(&arena, BLOCK);
  unsigned char *memory[COUNT];
  for (int round = 0; round < 3; round++) { /* the second round meets memory that the first one left dirty */
    for (size_t i = 0; i < COUNT; i++) {
      memory[i] = arena_alloc(&arena, i, 3, 1);
      assert_non_null(memory[i]);
      assert_true(all_bytes(memory[i], 3 * i, 0));
      memset(memory[i], (int)(i % 255) + 1, 3 * i);
    }
    for (size_t i = 0; i < COUNT; i++) {
      assert_true(all_bytes(memory[i], 3 * i, (unsigned char)(i % 255 + 1)));
    }
    arena_reset(&arena);
    assert_null(arena.head);
  }
  arena_deinit(&arena);
}

static void test_alignment(void **state) {
  (void)state;
  Arena arena;
  arena_init(&arena, 256);
  for (size_t i = 0; i < 200; i++) {
    for (size_t align = 1; align <= 64; align *= 2) {
      (void)arena_alloc(&arena, i % 5 + 1, 1, 1); /* leaves the fill at an odd place */
      assert_true((uintptr_t)arena_alloc(&arena, 1, align, align) % align == 0);
    }
    (void)arena_alloc(&arena, i % 3 + 1, 1, 1);
    float *floats = arena_floats(&arena, i % 7 + 1);
    assert_true((uintptr_t)floats % 64 == 0);
    assert_true(floats[i % 7] == 0.0f);
  }
  arena_deinit(&arena);
}

static void test_typed(void **state) {
  (void)state;
  Arena arena;
  arena_init(&arena, 0);
  (void)ARENA_NEW(&arena, char);
  double *one = ARENA_NEW(&arena, double);
  assert_true((uintptr_t)one % _Alignof(double) == 0);
  uint64_t *many = ARENA_ARRAY(&arena, uint64_t, 1000);
  assert_true((uintptr_t)many % _Alignof(uint64_t) == 0);
  *one = 1.5;
  memset(many, 0xFF, 1000 * sizeof *many);
  assert_true(*one == 1.5);
  arena_deinit(&arena);
}

/* A request that just fits stays in its block; one byte more opens the next. */
static void test_block_edge(void **state) {
  (void)state;
  Arena arena;
  arena_init(&arena, 128);
  (void)arena_alloc(&arena, 1, 64, 1);
  const ArenaBlock *first = arena.head;
  (void)arena_alloc(&arena, 1, 64, 1);
  assert_ptr_equal(arena.head, first);
  (void)arena_alloc(&arena, 1, 1, 1);
  assert_ptr_not_equal(arena.head, first);
  arena_deinit(&arena);
}

static void test_larger_than_a_block(void **state) {
  (void)state;
  Arena arena;
  arena_init(&arena, 64);
  enum { SIZE = 1 << 20 };
  unsigned char *small = arena_alloc(&arena, 1, 10, 1);
  unsigned char *large = arena_alloc(&arena, SIZE, 1, 64);
  memset(small, 1, 10);
  assert_true(all_bytes(large, SIZE, 0));
  memset(large, 2, SIZE);
  assert_true(all_bytes(small, 10, 1));
  arena_deinit(&arena);
}

static void test_strings(void **state) {
  (void)state;
  Arena arena;
  arena_init(&arena, 64);
  char original[] = "Dropout(0.5)";
  char *copy = arena_strdup(&arena, original);
  (void)arena_strdup(&arena, "what comes next leaves the final 0 alone");
  assert_ptr_not_equal(copy, original);
  original[0] = 'X';
  assert_string_equal(copy, "Dropout(0.5)");
  assert_string_equal(arena_strdup(&arena, ""), "");
  assert_string_equal(arena_strndup(&arena, "batch norm", 5), "batch");
  assert_string_equal(arena_strndup(&arena, "batch", 0), "");
  assert_memory_equal(arena_strndup(&arena, "a\0b", 3), "a\0b", 4);
  assert_string_equal(arena_printf(&arena, "%s %d", "epoch", 7), "epoch 7");
  assert_string_equal(arena_printf(&arena, "%s", ""), "");
  const char *wide = arena_printf(&arena, "%300d|", 42); /* longer than a block */
  assert_true(strlen(wide) == 301);
  assert_string_equal(wide + 298, "42|");
  arena_deinit(&arena);
}

static void ask_for_too_many(void) {
  Arena arena;
  arena_init(&arena, 0);
  (void)arena_alloc(&arena, SIZE_MAX / 4, 8, 8); /* the product would wrap around */
}

static void ask_for_too_much(void) {
  Arena arena;
  arena_init(&arena, 0);
  (void)arena_alloc(&arena, SIZE_MAX / 4, 1, 1);
}

static void give_back_a_stranger(void) {
  Arena arena;
  arena_init(&arena, 0);
  arena_disown(&arena, &arena);
}

/* What is taken over goes with the arena; what was given back is the caller's. The sanitizers count. */
static void test_memory_taken_over(void **state) {
  (void)state;
  Arena arena;
  arena_init(&arena, 0);
  for (int round = 0; round < 2; round++) {
    unsigned char *memory[3];
    for (int i = 0; i < 3; i++) {
      memory[i] = malloc(100);
      assert_non_null(memory[i]);
      arena_adopt(&arena, memory[i]);
    }
    arena_disown(&arena, memory[1]);
    arena_reset(&arena);
    assert_null(arena.guests);
    memset(memory[1], 1, 100);
    free(memory[1]);
  }
  arena_deinit(&arena);
  Death death = death_of(give_back_a_stranger);
  assert_int_equal(death.signal, SIGABRT);
  assert_non_null(strstr(death.text, "nnlab: arena: memory is to be given back that was not taken over"));
}

static void test_out_of_memory_is_fatal(void **state) {
  (void)state;
  Death death = death_of(ask_for_too_many);
  assert_int_equal(death.signal, SIGABRT);
  assert_non_null(strstr(death.text, "nnlab: out of memory: 4611686018427387903 objects of 8 bytes"));
  death = death_of(ask_for_too_much);
  assert_int_equal(death.signal, SIGABRT);
  assert_non_null(strstr(death.text, "nnlab: out of memory: 4611686018427387903 bytes were not to be had"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_apart_and_zeroed),
      cmocka_unit_test(test_alignment),
      cmocka_unit_test(test_typed),
      cmocka_unit_test(test_block_edge),
      cmocka_unit_test(test_larger_than_a_block),
      cmocka_unit_test(test_strings),
      cmocka_unit_test(test_memory_taken_over),
      cmocka_unit_test(test_out_of_memory_is_fatal),
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
