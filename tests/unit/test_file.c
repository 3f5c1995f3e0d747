/* file: whole files in and out, with exact messages; a write that fails leaves the old contents and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

/* A folder of its own for each test, which must leave it empty. */
typedef struct Place {
  Arena arena;
  char folder[64];
  Error err;
  char *text;
  size_t length;
} Place;

static int enter(void **state) {
  Place *place = calloc(1, sizeof *place);
  assert_non_null(place);
  arena_init(&place->arena, 0);
  (void)strcpy(place->folder, "/tmp/nnlab-test-XXXXXX");
  *state = place;
  return mkdtemp(place->folder) ? 0 : -1;
}

static int leave(void **state) {
  Place *place = *state;
  int failed = rmdir(place->folder);
  arena_deinit(&place->arena);
  free(place);
  return failed;
}

static char *path_of(Place *place, const char *name) {
  return arena_printf(&place->arena, "%s/%s", place->folder, name);
}

static int count_files(const Place *place) {
  DIR *folder = opendir(place->folder);
  assert_non_null(folder);
  int count = -2; /* . and .. */
  while (readdir(folder)) {
    count++;
  }
  assert_int_equal(closedir(folder), 0);
  return count;
}

static void put(const char *path, const char *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static Status read_file(Place *place, const char *path, size_t limit) {
  return file_read(&place->arena, path, limit, &place->text, &place->length, &place->err);
}

static void assert_reads(Place *place, const char *path, const char *bytes, size_t length) {
  assert_int_equal(read_file(place, path, 1 << 20), STATUS_OK);
  assert_int_equal(place->length, length);
  assert_memory_equal(place->text, bytes, length);
  assert_int_equal(place->text[length], '\0');
}

static void assert_refused(Place *place, Status status, const char *message) {
  assert_int_equal(status, STATUS_IO);
  assert_int_equal(place->err.status, STATUS_IO);
  assert_string_equal(place->err.text, message);
}

static void test_read(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "a");
  put(path, "", 0);
  assert_reads(place, path, "", 0);
  put(path, "a,b\n1,2\n", 8);
  assert_reads(place, path, "a,b\n1,2\n", 8);
  put(path, "x\0y\0", 4);
  assert_reads(place, path, "x\0y\0", 4);
  enum { LARGE = 300001 };
  char *large = arena_alloc(&place->arena, LARGE, 1, 1);
  for (size_t i = 0; i < LARGE; i++) {
    large[i] = (char)(i * 31 % 251);
  }
  put(path, large, LARGE);
  assert_reads(place, path, large, LARGE);
  assert_int_equal(unlink(path), 0);
}

static void test_read_limit(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "a");
  put(path, "12345", 5);
  assert_int_equal(read_file(place, path, 5), STATUS_OK);
  assert_int_equal(place->length, 5);
  assert_refused(place, read_file(place, path, 4),
                 arena_printf(&place->arena, "%s: is larger than the 4 bytes that are read", path));
  put(path, "", 0); /* a limit under the first guess at the size is no hindrance */
  assert_int_equal(read_file(place, path, 0), STATUS_OK);
  assert_int_equal(truncate(path, (3 << 20) + 1), 0);
  assert_refused(place, read_file(place, path, 3 << 20),
                 arena_printf(&place->arena, "%s: is larger than the 3 MiB that are read", path));
  assert_int_equal(unlink(path), 0);
}

static void test_read_what_cannot_be_read(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "missing.csv");
  assert_refused(place, read_file(place, path, 100),
                 arena_printf(&place->arena, "%s: cannot open: No such file or directory", path));
  assert_refused(place, read_file(place, place->folder, 100),
                 arena_printf(&place->arena, "%s: is a directory, a file is needed", place->folder));
  assert_int_equal(file_read(&place->arena, path, 100, &place->text, &place->length, NULL), STATUS_IO);
}

/* A pipe tells no size and gives its bytes in pieces. */
static Status read_pipe(Place *place, const char *path, size_t length, size_t limit) {
  assert_int_equal(mkfifo(path, 0600), 0);
  (void)fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    (void)signal(SIGPIPE, SIG_IGN);
    int fd = open(path, O_WRONLY);
    for (size_t i = 0; i < length; i++) {
      char byte = (char)(i % 100);
      if (write(fd, &byte, 1) != 1) {
        break;
      }
    }
    _exit(0);
  }
  Status status = read_file(place, path, limit);
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_int_equal(unlink(path), 0);
  return status;
}

static void test_read_pipe(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "pipe");
  static const size_t lengths[] = {0, 3, 65535, 65536, 65537, 140000};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    assert_int_equal(read_pipe(place, path, lengths[i], 140000), STATUS_OK);
    assert_int_equal(place->length, lengths[i]);
    for (size_t k = 0; k < lengths[i]; k++) {
      assert_int_equal(place->text[k], k % 100);
    }
  }
  assert_refused(place, read_pipe(place, path, 11, 10),
                 arena_printf(&place->arena, "%s: is larger than the 10 bytes that are read", path));
}

static void test_check_writable(void **state) {
  Place *place = *state;
  const char *inside = path_of(place, "none/a");
  assert_int_equal(file_check_writable("a-file-that-is-not-there", &place->err), STATUS_OK);
  assert_int_equal(file_check_writable("/a-file-that-is-not-there", &place->err),
                   geteuid() == 0 ? STATUS_OK : STATUS_IO);
  assert_int_equal(file_check_writable(path_of(place, "a"), &place->err), STATUS_OK);
  assert_refused(place, file_check_writable(inside, &place->err),
                 arena_printf(&place->arena, "%s: cannot write: No such file or directory", inside));
  assert_refused(place, file_check_writable(place->folder, &place->err),
                 arena_printf(&place->arena, "%s: is a directory, a file is needed", place->folder));
  assert_int_equal(count_files(place), 0);
}

static void test_is_same(void **state) {
  Place *place = *state;
  const char *a = path_of(place, "a"), *b = path_of(place, "b");
  assert_false(file_is_same(a, a)); /* not there */
  assert_true(file_is_same_target(a, path_of(place, "./a")));
  assert_false(file_is_same_target(a, b));
  assert_false(file_is_same_target(a, path_of(place, "none/a")));
  put(a, "", 0);
  assert_false(file_is_same_target(a, b));
  assert_false(file_is_same_target(b, a));
  put(b, "", 0);
  assert_true(file_is_same(a, path_of(place, "./a")));
  assert_false(file_is_same(a, b));
  assert_int_equal(unlink(b), 0);
  assert_int_equal(link(a, b), 0);
  assert_true(file_is_same(a, b));
  assert_true(file_is_same_target(a, b));
  assert_int_equal(unlink(a), 0);
  assert_int_equal(unlink(b), 0);
}

static void test_exists(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "a");
  assert_false(file_exists(path));
  assert_false(file_exists(place->folder));
  put(path, "", 0);
  assert_true(file_exists(path));
  assert_int_equal(unlink(path), 0);
}

static void test_write(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "a");
  assert_int_equal(file_write_atomic(path, "one\0two", 7, &place->err), STATUS_OK);
  assert_reads(place, path, "one\0two", 7);
  assert_int_equal(file_write_atomic(path, "", 0, &place->err), STATUS_OK);
  assert_reads(place, path, "", 0);
  assert_int_equal(count_files(place), 1);
  assert_int_equal(unlink(path), 0);
}

/* Who has the old file open reads the old contents to their end. */
static void test_write_is_atomic(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "a");
  put(path, "old contents", 12);
  int fd = open(path, O_RDONLY);
  assert_int_equal(file_write_atomic(path, "new", 3, &place->err), STATUS_OK);
  char seen[20] = "";
  assert_int_equal(read(fd, seen, sizeof seen), 12);
  assert_string_equal(seen, "old contents");
  assert_int_equal(close(fd), 0);
  assert_reads(place, path, "new", 3);
  assert_int_equal(unlink(path), 0);
}

static void test_write_follows_the_umask(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "a");
  static const mode_t masks[] = {022, 077, 002};
  for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
    mode_t before = umask(masks[i]);
    assert_int_equal(file_write_atomic(path, "x", 1, &place->err), STATUS_OK);
    assert_int_equal(umask(before), masks[i]); /* and leaves it as it was */
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0666 & ~masks[i]);
    assert_int_equal(unlink(path), 0);
  }
}

static void test_write_what_cannot_be_written(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "missing/a");
  assert_refused(place, file_write_atomic(path, "x", 1, &place->err),
                 arena_printf(&place->arena, "%s: cannot write: No such file or directory", path));
  path = path_of(place, "folder");
  assert_int_equal(mkdir(path, 0700), 0);
  assert_refused(place, file_write_atomic(path, "x", 1, &place->err),
                 arena_printf(&place->arena, "%s: cannot write: Is a directory", path));
  assert_int_equal(count_files(place), 1); /* the temporary file is gone */
  assert_int_equal(rmdir(path), 0);
  char *longest = arena_alloc(&place->arena, 5001, 1, 1);
  memset(longest, 'p', 5000);
  assert_int_equal(file_write_atomic(longest, "x", 1, &place->err), STATUS_IO);
  assert_memory_equal(place->err.text, longest, sizeof place->err.text - 1);
}

/* A disk that fills up in the middle, played by a limit on the size of files. */
static void test_failed_write_keeps_the_old_file(void **state) {
  Place *place = *state;
  const char *path = path_of(place, "a");
  put(path, "old", 3);
  enum { LARGE = 100000 };
  const char *large = arena_alloc(&place->arena, LARGE, 1, 1);
  struct rlimit before;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit small = {4096, before.rlim_max};
  (void)signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  Status status = file_write_atomic(path, large, LARGE, &place->err);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  (void)signal(SIGXFSZ, SIG_DFL);
  assert_refused(place, status, arena_printf(&place->arena, "%s: cannot write: File too large", path));
  assert_int_equal(count_files(place), 1);
  assert_reads(place, path, "old", 3);
  assert_int_equal(unlink(path), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_read),
      TEST(test_read_limit),
      TEST(test_read_what_cannot_be_read),
      TEST(test_read_pipe),
      TEST(test_check_writable),
      TEST(test_is_same),
      TEST(test_exists),
      TEST(test_write),
      TEST(test_write_is_atomic),
      TEST(test_write_follows_the_umask),
      TEST(test_write_what_cannot_be_written),
      TEST(test_failed_write_keeps_the_old_file),
  };
  return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
