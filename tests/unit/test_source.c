/* The bytes of a file, plain and gzip: the same however large the parts are that it is read in, and never a part of a
 * file for the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "data/source.h"

enum { MOST = 1 << 20 };

typedef struct Bytes {
  size_t length;
  unsigned char bytes[MOST];
} Bytes;

static Bytes packed, unpacked;
static char path[32];

static void write_file(const void *bytes, size_t length) {
  Error err = {0};
  assert_int_equal(file_write_atomic(path, bytes, length, &err), STATUS_OK);
}

/* Appends a member of `count` bytes `fill`. */
static void append_member(int fill, size_t count) {
  z_stream stream = {0};
  unsigned char *text = malloc(count + 1);
  assert_non_null(text);
  memset(text, fill, count);
  assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = text;
  stream.avail_in = (unsigned)count;
  stream.next_out = packed.bytes + packed.length;
  stream.avail_out = (unsigned)(MOST - packed.length);
  assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.length += stream.total_out;
  (void)deflateEnd(&stream);
  free(text);
}

static Status read_in_parts(size_t part, Error *err) {
  Source source;
  Status status = source_open(&source, path, NULL, err);
  unpacked.length = 0;
  for (size_t got = 1; status == STATUS_OK && got > 0; unpacked.length += got) {
    size_t room = MOST - unpacked.length;
    status = source_read(&source, (char *)unpacked.bytes + unpacked.length, part < room ? part : room, &got, err);
  }
  source_close(&source);
  return status;
}

static void expect(Status wanted, size_t length, const char *words) {
  static const size_t parts[] = {997, 4096, 300000, MOST};
  for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
    Error err = {0};
    assert_int_equal(read_in_parts(parts[p], &err), wanted);
    if (wanted == STATUS_OK) {
      assert_int_equal(unpacked.length, length);
    } else {
      assert_non_null(strstr(err.text, words));
    }
  }
}

static void a_file_that_is_cut_off_is_never_whole(void **state) {
  (void)state;
  packed.length = 0;
  append_member('a', 524869); /* ends beyond twice zlib's usual buffer, and packs into little */
  for (size_t length = 2; length < packed.length; length += 23) {
    write_file(packed.bytes, length);
    expect(STATUS_PARSE, 0, "damaged, or cut off: unexpected end of file");
  }
  write_file(packed.bytes, packed.length);
  expect(STATUS_OK, 524869, "");
  assert_int_equal(unpacked.bytes[524868], 'a');
}

static void members_follow_each_other(void **state) {
  (void)state;
  packed.length = 0;
  append_member('a', 1000);
  append_member('b', 0);
  append_member('c', 300001);
  write_file(packed.bytes, packed.length);
  expect(STATUS_OK, 301001, "");
  assert_int_equal(unpacked.bytes[999], 'a');
  assert_int_equal(unpacked.bytes[1000], 'c');
  write_file(packed.bytes, packed.length - 9); /* the last one's trailer and a byte */
  expect(STATUS_PARSE, 0, "unexpected end of file");
}

static void what_follows_the_last_member_is_passed_over(void **state) {
  (void)state;
  packed.length = 0;
  append_member('a', 10);
  memcpy(packed.bytes + packed.length, "\0\0\0\x1F", 4);
  write_file(packed.bytes, packed.length + 4);
  expect(STATUS_OK, 10, "");
}

static void damage_is_told(void **state) {
  (void)state;
  packed.length = 0;
  append_member('a', 10);
  packed.bytes[packed.length - 6] ^= 1; /* the check sum */
  write_file(packed.bytes, packed.length);
  expect(STATUS_PARSE, 0, "damaged, or cut off: incorrect data check");
}

static void plain_files_are_as_they_are(void **state) {
  (void)state;
  static const char *const texts[] = {"", "\x1F", "\x1F\x8A", "x", "a,b\n1,2\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    write_file(texts[i], strlen(texts[i]));
    expect(STATUS_OK, strlen(texts[i]), "");
    assert_memory_equal(unpacked.bytes, texts[i], strlen(texts[i]));
  }
  memset(packed.bytes, 'z', 600000);
  write_file(packed.bytes, 600000);
  expect(STATUS_OK, 600000, "");
  assert_memory_equal(unpacked.bytes, packed.bytes, 600000);
}

static int make_path(void **state) {
  (void)state;
  (void)snprintf(path, sizeof path, "/tmp/nnlab-source-XXXXXX");
  int file = mkstemp(path);
  return file < 0 || close(file) != 0;
}

static int remove_path(void **state) {
  (void)state;
  return unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_that_is_cut_off_is_never_whole),
      cmocka_unit_test(members_follow_each_other),
      cmocka_unit_test(what_follows_the_last_member_is_passed_over),
      cmocka_unit_test(damage_is_told),
      cmocka_unit_test(plain_files_are_as_they_are),
  };
  return cmocka_run_group_tests_name("source", tests, make_path, remove_path);
}
