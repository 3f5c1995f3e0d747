/* fuzz_npz: any bytes as an .npz file, and as the one member of a sound archive, which no checksum protects. What is
 * refused gets a printable message that begins with the path; what is read can be packed, and reads back to the same.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fatal.h"
#include "base/str.h"
#include "data/npz.h"
#include "data/zip.h"

enum { LIMIT = 1 << 28 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(Arena *arena, const NpyArray *array) {
  NpyArray again;
  Error err;
  size_t length, again_length;
  const char *bytes = npy_pack(arena, array, &length);
  ASSERT(npy_parse(arena, bytes, length, "again", &again, &err) == STATUS_OK);
  ASSERT(again.rank == array->rank && again.count == array->count);
  ASSERT(memcmp(again.shape, array->shape, (size_t)array->rank * sizeof *array->shape) == 0);
  ASSERT(array->count == 0 || memcmp(again.values, array->values, array->count * sizeof(float)) == 0);
  const char *again_bytes = npy_pack(arena, &again, &again_length);
  ASSERT(again_length == length && memcmp(again_bytes, bytes, length) == 0);
}

static void check_parse(Arena *arena, const char *bytes, size_t length) {
  Npz npz;
  Error err = {0};
  Status status = npz_parse(arena, bytes, length, LIMIT, "fuzz.npz", &npz, &err);
  if (status == STATUS_OK) {
    for (int i = 0; i < npz.count; i++) {
      check_round_trip(arena, &npz.arrays[i].array);
    }
    return;
  }
  char printable[sizeof err.text];
  str_printable(printable, sizeof printable, err.text);
  ASSERT(status == STATUS_PARSE && err.status == status);
  ASSERT(strncmp(err.text, "fuzz.npz:", 9) == 0 && strcmp(err.text, printable) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Arena arena;
  arena_init(&arena, 0);
  check_parse(&arena, (const char *)data, size);
  ZipMember member = {.name = "x.npy", .bytes = (const char *)data, .length = size};
  size_t length;
  const char *packed = zip_pack(&arena, &(Zip){&member, 1}, &length);
  check_parse(&arena, packed, length);
  arena_deinit(&arena);
  return 0;
}
