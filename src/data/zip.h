/* zip: the members of a ZIP archive that is in memory, and the bytes of a new one. Members are stored or deflated,
 * their sizes may stand in zip64 fields, and they may have been written to a stream: places, sizes and checksums are
 * taken from the directory at the archive's end. What is written is stored, with the date 1980-01-01, so that the same
 * members give the same bytes. Source: PKWARE, "APPNOTE.TXT", version 6.3.10; zlib for deflate and CRC-32. Any thread.
 */
#ifndef NNLAB_DATA_ZIP_H
#define NNLAB_DATA_ZIP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { ZIP_MAX_MEMBERS = 1024, ZIP_MAX_NAME = 255 };
#define ZIP_MAX_BYTES ((size_t)1 << 31) /* of an archive, and of its members unpacked, at most */

typedef struct ZipMember {
  const char *name; /* ends with a 0 byte and has none inside; no two are the same */
  const char *bytes;
  size_t length;
} ZipMember;

typedef struct Zip {
  ZipMember *members; /* (count), in the archive's order */
  int count;
} Zip;

/* Reads an archive of `length` bytes, at most `limit`, as its members may take unpacked, all together (`limit` is at
 * most ZIP_MAX_BYTES: a small archive can unpack to a thousand times its size); `path` is what messages call it.
 * Members that are stored are views into `bytes`, the others are unpacked into `arena`, once their sizes are known to
 * be within the limits. Errors: damage, a checksum that is wrong, encryption, other methods, several disks, limits. */
MUST_USE Status zip_parse(Arena *arena, const char *bytes, size_t length, size_t limit, const char *path, Zip *zip,
                          Error *err);
/* Bytes that zip_pack takes. */
size_t zip_size(const Zip *zip);
/* The archive of these members, `*length` bytes; zip_size must be within ZIP_MAX_BYTES. */
char *zip_pack(Arena *arena, const Zip *zip, size_t *length);

#endif
