#include "data/npz.h"

#include <stdbool.h>
#include <string.h>

#include "base/file.h"

static const char ENDING[] = ".npy";

/* What people try first. */
static Status refuse_others(const char *bytes, size_t length, const char *path, Error *err) {
  static const struct {
    const char *magic, *what;
  } others[] = {{"\x89HDF", "an HDF5 file, Keras's own format"},
                {"\x93NUMPY", "a single .npy array"},
                {"\x80\x04", "a pickled Python object"},
                {"\x80\x02", "a pickled Python object"}};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    size_t size = strlen(others[i].magic);
    if (length >= size && memcmp(bytes, others[i].magic, size) == 0) {
      return error_set(err, STATUS_PARSE, "%s: is %s: save an .npz file with numpy.savez(file, *model.get_weights())",
                       path, others[i].what);
    }
  }
  return STATUS_OK;
}

static Status parse_member(Arena *arena, Arena *scratch, const ZipMember *member, const char *path, NpzArray *out,
                           Error *err) {
  size_t length = strlen(member->name), ending = strlen(ENDING);
  if (length <= ending || strcmp(member->name + length - ending, ENDING) != 0) {
    return error_set(err, STATUS_PARSE,
                     "%s: '%s' is no .npy array: save an .npz file with numpy.savez(file, *model.get_weights())", path,
                     member->name);
  }
  out->name = arena_strndup(arena, member->name, length - ending);
  return npy_parse(arena, member->bytes, member->length, arena_printf(scratch, "%s: %s", path, out->name), &out->array,
                   err);
}

static Status parse_members(Arena *arena, Arena *scratch, const Zip *zip, const char *path, Npz *npz, Error *err) {
  Npz read = {.arrays = ARENA_ARRAY(arena, NpzArray, (size_t)zip->count), .count = zip->count};
  for (int i = 0; i < zip->count; i++) {
    Status status = parse_member(arena, scratch, &zip->members[i], path, &read.arrays[i], err);
    if (status != STATUS_OK) {
      return status;
    }
  }
  *npz = read;
  return STATUS_OK;
}

Status npz_parse(Arena *arena, const char *bytes, size_t length, size_t limit, const char *path, Npz *npz, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  Zip zip;
  Status status = refuse_others(bytes, length, path, err);
  if (status == STATUS_OK) {
    status = zip_parse(&scratch, bytes, length, limit, path, &zip, err);
  }
  if (status == STATUS_OK) {
    status = parse_members(arena, &scratch, &zip, path, npz, err);
  }
  arena_deinit(&scratch);
  return status;
}

Status npz_read(Arena *arena, const char *path, size_t limit, Npz *npz, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  char *bytes;
  size_t length;
  Status status = file_read(&scratch, path, limit, &bytes, &length, err);
  if (status == STATUS_OK) {
    status = npz_parse(arena, bytes, length, limit, path, npz, err);
  }
  arena_deinit(&scratch);
  return status;
}

static Status check_size(const Npz *npz, const char *path, Error *err) {
  size_t bytes = 0;
  for (int i = 0; i < npz->count; i++) {
    bytes += npz->arrays[i].array.count * sizeof(float);
  }
  bool fits = npz->count <= ZIP_MAX_MEMBERS && bytes <= ZIP_MAX_BYTES - ((size_t)npz->count + 1) * 1024;
  return fits ? STATUS_OK
              : error_set(err, STATUS_RANGE, "%s: cannot write: %d arrays of %.1f GB in all, an .npz file holds %.1f",
                          path, npz->count, (double)bytes / 1e9, (double)ZIP_MAX_BYTES / 1e9);
}

Status npz_write(const char *path, const Npz *npz, Error *err) {
  Status status = check_size(npz, path, err);
  if (status != STATUS_OK) {
    return status;
  }
  Arena scratch;
  arena_init(&scratch, 0);
  Zip zip = {.members = ARENA_ARRAY(&scratch, ZipMember, (size_t)npz->count), .count = npz->count};
  for (int i = 0; i < npz->count; i++) {
    ZipMember *member = &zip.members[i];
    member->name = arena_printf(&scratch, "%s%s", npz->arrays[i].name, ENDING);
    member->bytes = npy_pack(&scratch, &npz->arrays[i].array, &member->length);
  }
  size_t length;
  const char *bytes = zip_pack(&scratch, &zip, &length);
  status = file_write_atomic(path, bytes, length, err);
  arena_deinit(&scratch);
  return status;
}
