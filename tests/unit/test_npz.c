/* .npz files: what NumPy itself has written (tests/cases/npz/make.py) is read, what is written is NumPy's to the byte,
 * and damage of every kind is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena_fixture.h"
#include "base/file.h"
#include "data/npz.h"
#include "data/zip.h"

#define CASES "tests/cases/npz/"

enum { LIMIT = 1 << 21 }; /* bytes; the cases are smaller */

/* As in make.py. */
enum { ARRAYS = 8 };
static const struct {
  const char *name;
  int rank;
  size_t shape[2];
} EXPECTED[ARRAYS] = {{"dense/kernel", 2, {2, 3}},
                      {"dense/bias", 1, {3}},
                      {"batch_normalization/gamma", 1, {3}},
                      {"batch_normalization/beta", 1, {3}},
                      {"batch_normalization/moving_mean", 1, {3}},
                      {"batch_normalization/moving_variance", 1, {3}},
                      {"dense_1/kernel", 2, {3, 2}},
                      {"dense_1/bias", 1, {2}}};

static char *read_case(Arena *arena, const char *name, size_t *length) {
  char *bytes;
  Error err;
  if (file_read(arena, arena_printf(arena, CASES "%s", name), 4096, &bytes, length, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return bytes;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static void check_array(const NpyArray *array, int index) {
  size_t count = 1;
  assert_int_equal(array->rank, EXPECTED[index].rank);
  for (int d = 0; d < array->rank; d++) {
    assert_int_equal(array->shape[d], EXPECTED[index].shape[d]);
    count *= array->shape[d];
  }
  assert_int_equal(array->count, count);
  for (size_t i = 0; i < count; i++) {
    assert_true(array->values[i] == (float)(index + 1) + (float)i / 8.0f);
  }
}

/* `name` says what array 0 .. ARRAYS - 1 is called. */
static void check_file(Arena *arena, const char *file, const char *prefix, bool named) {
  Npz npz;
  Error err;
  if (npz_read(arena, arena_printf(arena, CASES "%s", file), LIMIT, &npz, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  assert_int_equal(npz.count, ARRAYS);
  for (int i = 0; i < ARRAYS; i++) {
    const char *name = named ? arena_printf(arena, "%s%s", prefix, EXPECTED[i].name) : arena_printf(arena, "arr_%d", i);
    assert_string_equal(npz.arrays[i].name, name);
    check_array(&npz.arrays[i].array, i);
  }
}

static void what_numpy_writes_is_read(void **state) {
  check_file(*state, "named.npz", "", true);
  check_file(*state, "compressed.npz", "", true);
  check_file(*state, "float64.npz", "", true);
  check_file(*state, "float16.npz", "", true);
  check_file(*state, "fortran.npz", "", true);
  check_file(*state, "versions.npz", "", true);
  check_file(*state, "stream.npz", "", true);
  check_file(*state, "zip64.npz", "", true);
  check_file(*state, "model-name.npz", "sequential/", true);
  check_file(*state, "positions.npz", "", false);
}

static void what_is_no_array_of_floats_is_refused(void **state) {
  static const struct {
    const char *file, *message;
  } cases[] = {
      {"bad-big-endian.npz", ": x: has dtype '>f4': save it as float32 (array.astype('<f4'))"},
      {"bad-integers.npz", ": x: has dtype '<i8': save it as float32 (array.astype('<f4'))"},
      {"bad-objects.npz", ": x: has dtype '|O': save it as float32 (array.astype('<f4'))"},
      {"bad-structured.npz",
       ": x: the header '{'descr': [('a', '<f4'), ('b', '<f4')], 'fortran_order': False, 'shape': (2,), }' is not that "
       "of a plain array of numbers"},
      {"bad-dimensions.npz",
       ": x: the header '{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }' is not that "
       "of a plain array of numbers"},
      {"bad-single.npy", ": is a single .npy array: save an .npz file with numpy.savez(file, *model.get_weights())"},
      {"bad-member.npz",
       ": 'config.json' is no .npy array: save an .npz file with numpy.savez(file, *model.get_weights())"},
      {"bad-no-array.npz", ": x: is no .npy array"},
      {"make.py", ": is no ZIP archive"},
      {"none.npz", ": cannot open: No such file or directory"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Npz npz = {.count = -1};
    Error err = {0};
    const char *path = arena_printf(*state, CASES "%s", cases[i].file);
    assert_int_not_equal(npz_read(*state, path, LIMIT, &npz, &err), STATUS_OK);
    assert_string_equal(err.text, arena_printf(*state, "%s%s", path, cases[i].message));
    assert_int_equal(npz.count, -1);
  }
}

/* --- headers ------------------------------------------------------------------------------------------------------ */

static Status parse_npy(Arena *arena, const char *header, size_t data, NpyArray *array, Error *err) {
  size_t size = strlen(header), length = 10 + size + data;
  char *bytes = arena_alloc(arena, length, 1, 1);
  memcpy(bytes, "\x93NUMPY\1", 8);
  bytes[8] = (char)(size & 0xFF);
  bytes[9] = (char)(size >> 8);
  memcpy(bytes + 10, header, size);
  return npy_parse(arena, bytes, length, "w.npz: x", array, err);
}

static void headers_in_any_order_are_read(void **state) {
  static const struct {
    const char *header;
    int rank;
    size_t count;
  } cases[] = {{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", 2, 6},
               {"{\"shape\": (2, 3,), \"descr\": \"<f4\", \"fortran_order\": True}", 2, 6},
               {"{'fortran_order':False,'shape':(6,),'descr':'<f4'}   \n", 1, 6},
               {"{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 0, 1},
               {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 1073741824), }", 2, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    NpyArray array;
    Error err = {0};
    if (parse_npy(*state, cases[i].header, 4 * cases[i].count, &array, &err) != STATUS_OK) {
      fail_msg("%s: %s", cases[i].header, err.text);
    }
    assert_int_equal(array.rank, cases[i].rank);
    assert_int_equal(array.count, cases[i].count);
  }
}

static void other_headers_are_refused(void **state) {
  static const char *const cases[] = {"",
                                      "{",
                                      "{}",
                                      "{'descr': '<f4', 'fortran_order': False}",
                                      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)",
                                      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
                                      "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
                                      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,, 2)}",
                                      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
                                      "{'descr': '<f4', 'fortran_order': False, 'shape': [1]}",
                                      "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
                                      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
                                      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
                                      "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}",
                                      "{'descr': '<f4' 'fortran_order': False 'shape': (1,)}"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    NpyArray array;
    Error err = {0};
    if (parse_npy(*state, cases[i], 4, &array, &err) != STATUS_PARSE) {
      fail_msg("read: %s", cases[i]);
    }
    assert_string_equal(
        err.text, arena_printf(*state, "w.npz: x: the header '%s' is not that of a plain array of numbers", cases[i]));
  }
}

static void check_refused(Arena *arena, const char *shape, size_t data, const char *message) {
  NpyArray array;
  Error err = {0};
  const char *header = arena_printf(arena, "{'descr': '<f4', 'fortran_order': False, 'shape': %s}", shape);
  assert_int_equal(parse_npy(arena, header, data, &array, &err), STATUS_PARSE);
  assert_string_equal(err.text, message);
}

/* Before anything is allocated: no shape makes the program take more memory than its file has bytes. */
static void shapes_must_fit_the_bytes(void **state) {
  check_refused(*state, "(2, 3)", 23, "w.npz: x: 23 bytes of numbers, its shape 2 x 3 and dtype '<f4' take 24");
  check_refused(*state, "(2, 3)", 25, "w.npz: x: 25 bytes of numbers, its shape 2 x 3 and dtype '<f4' take 24");
  check_refused(*state, "()", 0, "w.npz: x: 0 bytes of numbers, its shape a single number and dtype '<f4' take 4");
  check_refused(*state, "(1073741825,)", 4, "w.npz: x: has more than 1073741824 numbers");
  check_refused(*state, "(65536, 65536)", 4, "w.npz: x: has more than 1073741824 numbers");
  check_refused(*state, "(4294967296, 4294967296)", 0, "w.npz: x: has more than 1073741824 numbers");
  check_refused(*state, "(99999999999999999999999999999,)", 4, "w.npz: x: has more than 1073741824 numbers");
}

static void other_versions_are_refused(void **state) {
  NpyArray array;
  Error err = {0};
  size_t length;
  char *bytes = read_case(*state, "kernel.npy", &length);
  bytes[6] = 4;
  assert_int_equal(npy_parse(*state, bytes, length, "k", &array, &err), STATUS_PARSE);
  assert_string_equal(err.text, "k: is a .npy array of version 4.0: versions 1.0 to 3.0 are read");
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static float read_number(Arena *arena, const char *descr, const void *number, size_t size) {
  NpyArray array;
  Error err = {0};
  const char *header = arena_printf(arena, "{'descr': '%s', 'fortran_order': False, 'shape': ()}", descr);
  size_t start = 10 + strlen(header);
  char *bytes = arena_alloc(arena, start + size, 1, 1);
  memcpy(bytes, "\x93NUMPY\1", 8);
  bytes[8] = (char)strlen(header);
  memcpy(bytes + 10, header, strlen(header));
  memcpy(bytes + start, number, size);
  assert_int_equal(npy_parse(arena, bytes, start + size, "x", &array, &err), STATUS_OK);
  return array.values[0];
}

static float half(Arena *arena, uint16_t bits) { return read_number(arena, "<f2", &bits, sizeof bits); }
static float narrowed(Arena *arena, double value) { return read_number(arena, "<f8", &value, sizeof value); }

static void numbers_are_converted(void **state) {
  assert_true(half(*state, 0x3C00) == 1.0f);
  assert_true(half(*state, 0xC101) == -2.501953125f);
  assert_true(half(*state, 0x7BFF) == 65504.0f);
  assert_true(half(*state, 0x0001) == 0x1p-24f);
  assert_true(half(*state, 0x83FF) == -1023.0f * 0x1p-24f);
  assert_true(half(*state, 0x8000) == 0.0f && signbit(half(*state, 0x8000)));
  assert_true(isinf(half(*state, 0xFC00)) && signbit(half(*state, 0xFC00)));
  assert_true(isnan(half(*state, 0x7C01)));
  assert_true(narrowed(*state, 0.1) == 0.1f);
  assert_true(narrowed(*state, -3.4028234663852886e38) == -3.40282347e38f);
  assert_true(narrowed(*state, 1e300) == INFINITY);
  assert_true(narrowed(*state, -1e39) == -INFINITY);
  assert_true(isnan(narrowed(*state, (double)NAN)));
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static NpyArray array_of(Arena *arena, int index) {
  NpyArray array = {.rank = EXPECTED[index].rank, .count = 1};
  for (int d = 0; d < array.rank; d++) {
    array.shape[d] = EXPECTED[index].shape[d];
    array.count *= array.shape[d];
  }
  array.values = arena_floats(arena, array.count);
  for (size_t i = 0; i < array.count; i++) {
    array.values[i] = (float)(index + 1) + (float)i / 8.0f;
  }
  return array;
}

static Npz npz_of(Arena *arena) {
  Npz npz = {.arrays = ARENA_ARRAY(arena, NpzArray, ARRAYS), .count = ARRAYS};
  for (int i = 0; i < ARRAYS; i++) {
    npz.arrays[i] = (NpzArray){EXPECTED[i].name, array_of(arena, i)};
  }
  return npz;
}

static void check_packed(Arena *arena, int index, const char *file) {
  NpyArray array = array_of(arena, index);
  size_t length, expected_length;
  const char *bytes = npy_pack(arena, &array, &length), *expected = read_case(arena, file, &expected_length);
  assert_int_equal(length, expected_length);
  assert_memory_equal(bytes, expected, length);
}

static void arrays_are_written_as_numpy_does(void **state) {
  check_packed(*state, 0, "kernel.npy");
  check_packed(*state, 1, "bias.npy");
}

static void what_is_written_reads_back(void **state) {
  Npz npz = npz_of(*state), again;
  Error err = {0};
  char path[] = "/tmp/nnlab-test-XXXXXX", *first, *second;
  size_t first_length, second_length;
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(close(fd), 0);
  assert_int_equal(npz_write(path, &npz, &err), STATUS_OK);
  assert_int_equal(file_read(*state, path, 4096, &first, &first_length, &err), STATUS_OK);
  assert_int_equal(npz_read(*state, path, LIMIT, &again, &err), STATUS_OK);
  assert_int_equal(again.count, ARRAYS);
  for (int i = 0; i < ARRAYS; i++) {
    assert_string_equal(again.arrays[i].name, EXPECTED[i].name);
    check_array(&again.arrays[i].array, i);
  }
  assert_int_equal(npz_write(path, &again, &err), STATUS_OK);
  assert_int_equal(file_read(*state, path, 4096, &second, &second_length, &err), STATUS_OK);
  assert_int_equal(first_length, second_length);
  assert_memory_equal(first, second, first_length);
  assert_int_equal(unlink(path), 0);
}

/* The archive's own fields, as the format has them: what another reader looks at. */
static void an_archive_is_written_field_by_field(void **state) {
  static const char expected[] =
      "PK\3\4\x14\0\0\0\0\0\0\0\x21\0\xC2\x41\x24\x35\3\0\0\0\3\0\0\0\1\0\0\0"
      "nabc"
      "PK\1\2\x14\0\x14\0\0\0\0\0\0\0\x21\0\xC2\x41\x24\x35\3\0\0\0\3\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0n"
      "PK\5\6\0\0\0\0\1\0\1\0\x2F\0\0\0\x22\0\0\0\0\0";
  ZipMember member = {.name = "n", .bytes = "abc", .length = 3}; /* its CRC-32 is 0x352441C2 */
  size_t length;
  const char *bytes = zip_pack(*state, &(Zip){&member, 1}, &length);
  assert_int_equal(length, sizeof expected - 1);
  assert_memory_equal(bytes, expected, length);
}

/* --- damage ------------------------------------------------------------------------------------------------------- */

static void check_damage(Arena *arena, const char *bytes, size_t length, const char *message) {
  Npz npz;
  Error err = {0};
  assert_int_equal(npz_parse(arena, bytes, length, LIMIT, "w.npz", &npz, &err), STATUS_PARSE);
  assert_string_equal(err.text, message);
}

/* Byte `at` of the first local record, of its entry, or of the end (which is `from`) is set to `value`. */
static void check_patch(Arena *arena, const char *file, const char *from, size_t at, int value, const char *message) {
  size_t length;
  char *bytes = read_case(arena, file, &length), *mark = bytes;
  while (memcmp(mark, from, 4) != 0) {
    mark++;
  }
  mark[at] = (char)value;
  check_damage(arena, bytes, length, message);
}

#define LOCAL "PK\3\4"
#define ENTRY "PK\1\2"
#define END "PK\5\6"

static void damage_is_told(void **state) {
#define FIRST "w.npz: dense/kernel.npy: "
#define AGAIN ": the ZIP archive is damaged, save it again"
  check_patch(*state, "named.npz", ENTRY, 16, 0, FIRST "its CRC-32 is wrong, so the file is damaged: save it again");
  check_patch(*state, "named.npz", ENTRY, 8, 1, FIRST "is encrypted: save it without a password");
  check_patch(*state, "named.npz", ENTRY, 10, 12, FIRST "is packed by method 12: only stored and deflated are read");
  check_patch(*state, "named.npz", ENTRY, 24, 7, FIRST "its sizes contradict each other");
  check_patch(*state, "named.npz", ENTRY, 43, 0x70, FIRST "its bytes are not where the directory says: save it again");
  check_patch(*state, "named.npz", LOCAL, 0, 'Q', FIRST "its bytes are not where the directory says: save it again");
  check_patch(*state, "compressed.npz", ENTRY, 24, 7, FIRST "its deflated bytes are damaged: save it again");
  check_patch(*state, "compressed.npz", ENTRY, 26, 0x10, FIRST "its sizes contradict each other");
  check_patch(*state, "compressed.npz", ENTRY, 27, 0x81,
              FIRST "takes 2164261016 bytes, at most 2097152 are read in all: leave out what is not needed");
  check_patch(*state, "zip64.npz", ENTRY, 60 + 4, 0, FIRST "its zip64 field is damaged");
  check_patch(*state, "zip64.npz", ENTRY, 46 + 16 + 4 + 15, 1, FIRST "its sizes contradict each other");
  check_patch(*state, "named.npz", ENTRY, 46, 0,
              "w.npz: a member's name must have 1 to 255 characters, none of them NUL");
  check_patch(*state, "named.npz", ENTRY, 0, 'Q', "w.npz: an entry of the directory is missing" AGAIN);
  check_patch(*state, "named.npz", ENTRY, 33, 0xFF, "w.npz: an entry of the directory is cut off" AGAIN);
  check_patch(*state, "named.npz", END, 13, 0xFF, "w.npz: the directory is not where it should be" AGAIN);
  check_patch(*state, "named.npz", END, 4, 1, "w.npz: is one part of a ZIP archive in several");
  check_patch(*state, "named.npz", END, 0, 'Q', "w.npz: the end is missing" AGAIN);
#undef FIRST
#undef AGAIN
}

static void members_have_a_limit(void **state) {
  size_t length;
  char *bytes = read_case(*state, "named.npz", &length), *end = bytes + length - 22;
  end[8] = end[10] = 1;
  end[9] = end[11] = 4;
  check_damage(*state, bytes, length, "w.npz: has more than 1024 members");
}

/* An archive of 1829 bytes, whose last member says that it unpacks to 1160: with the others that is more. */
static void bytes_have_a_limit(void **state) {
  size_t length;
  char *bytes = read_case(*state, "compressed.npz", &length), *last = bytes + length - 22;
  Npz npz;
  Error err = {0};
  assert_int_equal(length, 1829);
  assert_int_equal(npz_parse(*state, bytes, length, 1829, "w.npz", &npz, &err), STATUS_OK);
  assert_int_equal(npz_parse(*state, bytes, length, 1828, "w.npz", &npz, &err), STATUS_PARSE);
  assert_string_equal(err.text, "w.npz: 1829 bytes, at most 1828 are read: leave out what is not needed");
  while (memcmp(last, ENTRY, 4) != 0) {
    last--;
  }
  last[25] = 4;
  assert_int_equal(npz_parse(*state, bytes, length, 2000, "w.npz", &npz, &err), STATUS_PARSE);
  assert_string_equal(err.text,
                      "w.npz: dense_1/bias.npy: takes 1160 bytes, at most 2000 are read in all: leave out what is not "
                      "needed");
}

static void a_name_is_there_once(void **state) {
  size_t length;
  const char *npy = read_case(*state, "kernel.npy", &length);
  ZipMember members[] = {{"x.npy", npy, length}, {"y.npy", npy, length}, {"x.npy", npy, length}};
  const char *bytes = zip_pack(*state, &(Zip){members, 3}, &length);
  check_damage(*state, bytes, length, "w.npz: x.npy: is there twice");
}

static void other_formats_are_known(void **state) {
#define CURE ": save an .npz file with numpy.savez(file, *model.get_weights())"
  check_damage(*state, "\x89HDF\r\n", 6, "w.npz: is an HDF5 file, Keras's own format" CURE);
  check_damage(*state, "\x80\4\x95", 3, "w.npz: is a pickled Python object" CURE);
  check_damage(*state, "", 0, "w.npz: is no ZIP archive");
#undef CURE
}

/* Cut anywhere, the file is refused; with a bit of any byte turned over, it is refused or the numbers are the same
 * (there are fields that nobody needs). */
static void check_every_damage(Arena *arena, const char *file) {
  size_t length;
  const char *bytes = read_case(arena, file, &length);
  Arena scratch;
  Npz npz;
  Error err;
  arena_init(&scratch, 0);
  for (size_t cut = 0; cut < length; cut++) {
    assert_int_equal(npz_parse(&scratch, bytes, cut, LIMIT, "w.npz", &npz, &err), STATUS_PARSE);
    arena_reset(&scratch);
  }
  for (size_t at = 0; at < length; at++) {
    char *other = arena_strndup(&scratch, bytes, length);
    other[at] = (char)(other[at] ^ 1 << at % 8);
    if (npz_parse(&scratch, other, length, LIMIT, "w.npz", &npz, &err) == STATUS_OK) {
      assert_int_equal(npz.count, ARRAYS);
      for (int i = 0; i < ARRAYS; i++) {
        check_array(&npz.arrays[i].array, i);
      }
    }
    arena_reset(&scratch);
  }
  arena_deinit(&scratch);
}

static void no_damage_goes_unseen(void **state) {
  check_every_damage(*state, "named.npz");
  check_every_damage(*state, "compressed.npz");
  check_every_damage(*state, "zip64.npz");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_numpy_writes_is_read, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_no_array_of_floats_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(headers_in_any_order_are_read, setup, teardown),
      cmocka_unit_test_setup_teardown(other_headers_are_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(shapes_must_fit_the_bytes, setup, teardown),
      cmocka_unit_test_setup_teardown(other_versions_are_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(numbers_are_converted, setup, teardown),
      cmocka_unit_test_setup_teardown(arrays_are_written_as_numpy_does, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_written_reads_back, setup, teardown),
      cmocka_unit_test_setup_teardown(an_archive_is_written_field_by_field, setup, teardown),
      cmocka_unit_test_setup_teardown(damage_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(members_have_a_limit, setup, teardown),
      cmocka_unit_test_setup_teardown(bytes_have_a_limit, setup, teardown),
      cmocka_unit_test_setup_teardown(a_name_is_there_once, setup, teardown),
      cmocka_unit_test_setup_teardown(other_formats_are_known, setup, teardown),
      cmocka_unit_test_setup_teardown(no_damage_goes_unseen, setup, teardown),
  };
  return cmocka_run_group_tests_name("npz", tests, NULL, NULL);
}
