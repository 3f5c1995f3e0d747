/* arena_fixture: each test has an arena of its own as its state. Include after cmocka.h. */
#ifndef NNLAB_TESTS_ARENA_FIXTURE_H
#define NNLAB_TESTS_ARENA_FIXTURE_H

#include "base/arena.h"

static inline int setup(void **state) {
  static Arena arena;
  arena_init(&arena, 0);
  *state = &arena;
  return 0;
}

static inline int teardown(void **state) {
  arena_deinit(*state);
  return 0;
}

#endif
