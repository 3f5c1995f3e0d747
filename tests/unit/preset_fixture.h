/* preset_fixture: an arena and a new, empty folder for each test of presets. */
#ifndef NNLAB_TESTS_UNIT_PRESET_FIXTURE_H
#define NNLAB_TESTS_UNIT_PRESET_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "lab/preset.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

typedef struct Fixture {
  Arena arena;
  Preset preset;
  Error err;
  char folder[64]; /* a new, empty one */
} Fixture;

static inline int setup(void **state) {
  Fixture *fixture = calloc(1, sizeof *fixture);
  assert_non_null(fixture);
  arena_init(&fixture->arena, 0);
  strcpy(fixture->folder, "/tmp/nnlab-preset-XXXXXX");
  assert_non_null(mkdtemp(fixture->folder));
  *state = fixture;
  return 0;
}

static inline int teardown(void **state) {
  Fixture *fixture = *state;
  DIR *folder = opendir(fixture->folder);
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder));) {
    (void)unlinkat(dirfd(folder), entry->d_name, 0);
  }
  (void)closedir(folder);
  assert_int_equal(rmdir(fixture->folder), 0);
  arena_deinit(&fixture->arena);
  free(fixture);
  return 0;
}

static inline const char *path_in(Fixture *fixture, const char *name) {
  return arena_printf(&fixture->arena, "%s/%s", fixture->folder, name);
}

static inline void write_file(Fixture *fixture, const char *name, const char *text) {
  assert_int_equal(file_write_atomic(path_in(fixture, name), text, strlen(text), NULL), STATUS_OK);
}

#endif
