/* error and fatal: an error's text is printable and whole; the fatal hook runs once, before the message, and the
 * process ends by SIGABRT. What ends the process runs in a child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/fatal.h"
#include "death.h"

static void test_error_set(void **state) {
  (void)state;
  Error err = {STATUS_OK, "old"};
  assert_int_equal(error_set(&err, STATUS_PARSE, "%s:%d: %d fields, the header has %d", "wine.csv", 17, 4, 5),
                   STATUS_PARSE);
  assert_int_equal(err.status, STATUS_PARSE);
  assert_string_equal(err.text, "wine.csv:17: 4 fields, the header has 5");
  assert_int_equal(error_set(NULL, STATUS_IO, "%d", 1), STATUS_IO);
  assert_int_equal(STATUS_OK, 0);
}

static void test_error_around_an_error(void **state) {
  (void)state;
  Error err;
  (void)error_set(&err, STATUS_IO, "no such file");
  (void)error_set(&err, STATUS_USAGE, "presets: %s", err.text);
  assert_string_equal(err.text, "presets: no such file");
  assert_int_equal(err.status, STATUS_USAGE);
}

static void test_error_is_printable(void **state) {
  (void)state;
  Error err;
  (void)error_set(&err, STATUS_PARSE,
                  "a\x1b[2Jb\nc\xff\xe2\x80\xae"
                  "d é");
  assert_string_equal(err.text, "a?[2Jb c??d é");
}

/* A text that is too long ends at a whole character, wherever the cut falls. */
static void test_error_is_cut_whole(void **state) {
  (void)state;
  char text[2001];
  for (int shift = 0; shift < 4; shift++) {
    memset(text, 'x', sizeof text);
    for (int i = shift; i + 3 < (int)sizeof text; i += 3) {
      memcpy(text + i, "▰", 3);
    }
    text[sizeof text - 1] = '\0';
    Error err;
    (void)error_set(&err, STATUS_PARSE, "%s", text);
    size_t length = strlen(err.text);
    assert_true(length > sizeof err.text - 4 && length < sizeof err.text);
    assert_memory_equal(err.text, text, length);
    assert_int_equal((length - (size_t)shift) % 3, 0);
  }
}

static void hook_a(void) { (void)!write(STDERR_FILENO, "[a]", 3); }
static void hook_b(void) { (void)!write(STDERR_FILENO, "[b]", 3); }

static void test_hook_is_exchanged(void **state) {
  (void)state;
  assert_true(fatal_hook_set(hook_a) == NULL);
  assert_true(fatal_hook_set(hook_b) == hook_a);
  assert_true(fatal_hook_set(NULL) == hook_b);
  assert_true(fatal_hook_set(NULL) == NULL);
}

static void end_with_hook(void) {
  (void)fatal_hook_set(hook_a);
  (void)fatal_hook_set(hook_b);
  fatal("layer %d has %s", 3, "no units");
}

static void end_without_hook(void) { fatal("%s", "stop"); }

static void hook_that_fails(void) {
  (void)!write(STDERR_FILENO, "[again]", 7);
  fatal("inside");
}

static void end_in_the_hook(void) {
  (void)fatal_hook_set(hook_that_fails);
  fatal("outside");
}

/* As the terminal's handler does it; by then there is nothing left to run. */
static void on_abort(int number) {
  (void)number;
  fatal_hook_run(); /* NOLINT(bugprone-signal-handler,cert-sig30-c): made for it */
}

static void end_with_a_handler(void) {
  (void)signal(SIGABRT, on_abort);
  end_with_hook();
}

static void test_fatal(void **state) {
  (void)state;
  Death death = death_of(end_with_hook);
  assert_int_equal(death.signal, SIGABRT);
  assert_string_equal(death.text, "[b]nnlab: layer 3 has no units\n");
  death = death_of(end_without_hook);
  assert_int_equal(death.signal, SIGABRT);
  assert_string_equal(death.text, "nnlab: stop\n");
  death = death_of(end_in_the_hook);
  assert_int_equal(death.signal, SIGABRT);
  assert_string_equal(death.text, "[again]nnlab: inside\n");
  death = death_of(end_with_a_handler);
  assert_int_equal(death.signal, SIGABRT);
  assert_string_equal(death.text, "[b]nnlab: layer 3 has no units\n");
}

static void run_hook_twice(void) {
  (void)fatal_hook_set(hook_a);
  fatal_hook_run();
  fatal_hook_run();
}

static void test_hook_runs_once(void **state) {
  (void)state;
  Death death = death_of(run_hook_twice);
  assert_int_equal(death.signal, 0);
  assert_string_equal(death.text, "[a]");
}

enum { ASSERT_LINE = __LINE__ + 1 };
static void break_an_assert(void) { ASSERT(1 + 1 == 3); }

static void test_assert(void **state) {
  (void)state;
  Death death = death_of(break_an_assert);
  char expected[200];
  (void)snprintf(expected, sizeof expected, "nnlab: %s:%d: 1 + 1 == 3 does not hold\n", __FILE__, ASSERT_LINE);
  assert_int_equal(death.signal, SIGABRT);
  assert_string_equal(death.text, expected);
  int count = 0;
  ASSERT(++count == 1);
  assert_int_equal(count, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_error_set),          cmocka_unit_test(test_error_around_an_error),
      cmocka_unit_test(test_error_is_printable), cmocka_unit_test(test_error_is_cut_whole),
      cmocka_unit_test(test_hook_is_exchanged),  cmocka_unit_test(test_fatal),
      cmocka_unit_test(test_hook_runs_once),     cmocka_unit_test(test_assert),
  };
  return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
