/* golden_fixture: a screen's text against a file of tests/golden/. A difference is printed line by line;
 * UPDATE_GOLDEN=1 writes the files anew. Include after cmocka.h. */
#ifndef NNLAB_TESTS_GOLDEN_FIXTURE_H
#define NNLAB_TESTS_GOLDEN_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"

static inline void print_line(const char *sign, const char *line) {
  print_error("%s %.*s\n", sign, (int)strcspn(line, "\n"), line);
}

static inline const char *next_line(const char *line) {
  const char *end = strchr(line, '\n');
  return end != NULL ? end + 1 : line + strlen(line);
}

static inline void print_difference(const char *expected, const char *actual) {
  for (int row = 0; *expected != '\0' || *actual != '\0'; row++) {
    size_t length = strcspn(expected, "\n");
    bool same = length == strcspn(actual, "\n") && strncmp(expected, actual, length) == 0;
    if (!same) {
      print_error("row %d\n", row);
      print_line("-", expected);
      print_line("+", actual);
    }
    expected = next_line(expected);
    actual = next_line(actual);
  }
}

static inline void expect_golden(Arena *arena, const char *name, const char *text) {
  Error err;
  const char *path = arena_printf(arena, "tests/golden/%s.txt", name);
  const char *update = getenv("UPDATE_GOLDEN");
  if (update != NULL && strcmp(update, "1") == 0) {
    assert_int_equal(file_write_atomic(path, text, strlen(text), &err), STATUS_OK);
    return;
  }
  char *expected;
  size_t length;
  if (file_read(arena, path, 1 << 20, &expected, &length, &err) != STATUS_OK) {
    fail_msg("%s (UPDATE_GOLDEN=1 writes it)", err.text);
  }
  if (strcmp(expected, text) != 0) {
    print_difference(expected, text);
    fail_msg("%s: the screen is another (UPDATE_GOLDEN=1 accepts it)", path);
  }
}

#endif
