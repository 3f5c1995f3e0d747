#include "data/zip.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/fatal.h"

/* The three records of an archive: each begins with a mark and has a fixed part of this many bytes. */
#define LOCAL_MARK UINT32_C(0x04034B50)
#define ENTRY_MARK UINT32_C(0x02014B50)
#define END_MARK UINT32_C(0x06054B50)
enum { LOCAL_SIZE = 30, ENTRY_SIZE = 46, END_SIZE = 22, MAX_COMMENT = 65535 };

enum { METHOD_STORED = 0, METHOD_DEFLATED = 8, FLAG_ENCRYPTED = 1, ZIP64_FIELD = 1 };
enum { VERSION = 20, DATE_1980_01_01 = 0x21 };
enum { MAX_DEFLATE_RATIO = 1032 }; /* zlib's manual: deflate packs no text more tightly */

/* --- reading ------------------------------------------------------------------------------------------------------ */

typedef struct Reader {
  Arena *arena;
  const unsigned char *bytes;
  size_t length;
  size_t limit; /* of length, and of unpacked */
  const char *path;
  Error *err;
  size_t directory, directory_end; /* where the entries lie; members lie before them */
  size_t unpacked;                 /* bytes of the members so far */
} Reader;

/* What the directory says of a member. */
typedef struct Entry {
  const char *name;
  unsigned flags, method;
  uint32_t crc;
  uint64_t packed, length, offset;
} Entry;

static unsigned u16_at(const unsigned char *at) { return (unsigned)at[0] | (unsigned)at[1] << 8; }
static uint32_t u32_at(const unsigned char *at) { return (uint32_t)u16_at(at) | (uint32_t)u16_at(at + 2) << 16; }
static uint64_t u64_at(const unsigned char *at) { return (uint64_t)u32_at(at) | (uint64_t)u32_at(at + 4) << 32; }

static Status damaged(const Reader *reader, const char *what) {
  return error_set(reader->err, STATUS_PARSE, "%s: %s: the ZIP archive is damaged, save it again", reader->path, what);
}

static Status member_error(const Reader *reader, const Entry *entry, const char *what) {
  return error_set(reader->err, STATUS_PARSE, "%s: %s: %s", reader->path, entry->name, what);
}

/* The last record stands at the end, but for a comment. False: there is none. */
static bool find_end(const Reader *reader, size_t *place) {
  for (size_t back = END_SIZE; back <= reader->length && back <= END_SIZE + MAX_COMMENT; back++) {
    const unsigned char *end = reader->bytes + (reader->length - back);
    if (u32_at(end) == END_MARK && u16_at(end + 20) == back - END_SIZE) {
      *place = reader->length - back;
      return true;
    }
  }
  return false;
}

static Status read_end(Reader *reader, int *count) {
  size_t place = 0;
  if (!find_end(reader, &place)) {
    bool begun = reader->length >= 4 && u32_at(reader->bytes) == LOCAL_MARK;
    return begun ? damaged(reader, "the end is missing")
                 : error_set(reader->err, STATUS_PARSE, "%s: is no ZIP archive", reader->path);
  }
  const unsigned char *end = reader->bytes + place;
  unsigned members = u16_at(end + 10);
  size_t size = u32_at(end + 12), offset = u32_at(end + 16);
  if (u16_at(end + 4) != 0 || u16_at(end + 6) != 0 || u16_at(end + 8) != members) {
    return error_set(reader->err, STATUS_PARSE, "%s: is one part of a ZIP archive in several", reader->path);
  }
  if (members > ZIP_MAX_MEMBERS) {
    return error_set(reader->err, STATUS_PARSE, "%s: has more than %d members", reader->path, ZIP_MAX_MEMBERS);
  }
  if (offset > place || size > place - offset) {
    return damaged(reader, "the directory is not where it should be");
  }
  reader->directory = offset;
  reader->directory_end = offset + size;
  *count = (int)members;
  return STATUS_OK;
}

/* What does not fit in 32 bits stands in an extra field, in this order. False when it is not there. */
static bool read_zip64(const unsigned char *extra, size_t size, Entry *entry) {
  uint64_t *const wide[] = {&entry->length, &entry->packed, &entry->offset};
  const unsigned char *value = NULL;
  size_t left = 0;
  for (size_t at = 0; !value && size - at >= 4; at += 4 + left) {
    left = u16_at(extra + at + 2);
    if (left > size - at - 4) {
      return false;
    }
    value = u16_at(extra + at) == ZIP64_FIELD ? extra + at + 4 : NULL;
  }
  for (int i = 0; i < 3; i++) {
    if (*wide[i] == UINT32_MAX) {
      if (!value || left < 8) {
        return false;
      }
      *wide[i] = u64_at(value);
      value += 8;
      left -= 8;
    }
  }
  return true;
}

/* Reads the entry at `*at` and goes on to the next. */
static Status read_entry(const Reader *reader, size_t *at, Entry *entry) {
  const unsigned char *fixed = reader->bytes + *at;
  size_t left = reader->directory_end - *at;
  if (left < ENTRY_SIZE || u32_at(fixed) != ENTRY_MARK) {
    return damaged(reader, "an entry of the directory is missing");
  }
  size_t name = u16_at(fixed + 28), extra = u16_at(fixed + 30), whole = ENTRY_SIZE + name + extra + u16_at(fixed + 32);
  const unsigned char *name_at = fixed + ENTRY_SIZE;
  if (whole > left) {
    return damaged(reader, "an entry of the directory is cut off");
  }
  if (name == 0 || name > ZIP_MAX_NAME || memchr(name_at, '\0', name)) {
    return error_set(reader->err, STATUS_PARSE, "%s: a member's name must have 1 to %d characters, none of them NUL",
                     reader->path, ZIP_MAX_NAME);
  }
  *entry = (Entry){.name = arena_strndup(reader->arena, (const char *)name_at, name),
                   .flags = u16_at(fixed + 8),
                   .method = u16_at(fixed + 10),
                   .crc = u32_at(fixed + 16),
                   .packed = u32_at(fixed + 20),
                   .length = u32_at(fixed + 24),
                   .offset = u32_at(fixed + 42)};
  *at += whole;
  return read_zip64(name_at + name, extra, entry) ? STATUS_OK
                                                  : member_error(reader, entry, "its zip64 field is damaged");
}

static Status check_entry(Reader *reader, const Entry *entry) {
  if (entry->flags & FLAG_ENCRYPTED) {
    return member_error(reader, entry, "is encrypted: save it without a password");
  }
  if (entry->method != METHOD_STORED && entry->method != METHOD_DEFLATED) {
    return error_set(reader->err, STATUS_PARSE, "%s: %s: is packed by method %u: only stored and deflated are read",
                     reader->path, entry->name, entry->method);
  }
  if (entry->length > reader->limit - reader->unpacked) {
    return error_set(reader->err, STATUS_PARSE,
                     "%s: %s: takes %" PRIu64 " bytes, at most %zu are read in all: leave out what is not needed",
                     reader->path, entry->name, entry->length, reader->limit);
  }
  bool deflated = entry->method == METHOD_DEFLATED;
  if (deflated ? entry->length / MAX_DEFLATE_RATIO > entry->packed : entry->length != entry->packed) {
    return member_error(reader, entry, "its sizes contradict each other");
  }
  reader->unpacked += (size_t)entry->length;
  return STATUS_OK;
}

/* The packed bytes: behind a record whose name and extra field may differ from the directory's. NULL: not there. */
static const unsigned char *find_packed(const Reader *reader, const Entry *entry) {
  if (entry->offset > reader->directory || reader->directory - entry->offset < LOCAL_SIZE) {
    return NULL;
  }
  const unsigned char *local = reader->bytes + entry->offset;
  size_t left = reader->directory - (size_t)entry->offset;
  size_t header = LOCAL_SIZE + u16_at(local + 26) + u16_at(local + 28);
  bool whole = u32_at(local) == LOCAL_MARK && header <= left && entry->packed <= left - header;
  return whole ? local + header : NULL;
}

static bool unpack(const unsigned char *packed, const Entry *entry, char *out) {
  z_stream stream = {
      .next_in = (z_const Bytef *)packed, .avail_in = (uInt)entry->packed, .avail_out = (uInt)entry->length};
  stream.next_out = (Bytef *)out;
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) { /* negative: without zlib's own header */
    fatal("out of memory: zlib");
  }
  int result = inflate(&stream, Z_FINISH);
  bool whole = result == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
  (void)inflateEnd(&stream);
  return whole;
}

static Status read_member(Reader *reader, const Entry *entry, ZipMember *member) {
  Status status = check_entry(reader, entry);
  if (status != STATUS_OK) {
    return status;
  }
  const unsigned char *packed = find_packed(reader, entry);
  if (!packed) {
    return member_error(reader, entry, "its bytes are not where the directory says: save it again");
  }
  *member = (ZipMember){.name = entry->name, .bytes = (const char *)packed, .length = (size_t)entry->length};
  if (entry->method == METHOD_DEFLATED) {
    char *out = arena_alloc(reader->arena, member->length + 1, 1, 1);
    if (!unpack(packed, entry, out)) {
      return member_error(reader, entry, "its deflated bytes are damaged: save it again");
    }
    member->bytes = out;
  }
  return crc32_z(0, (const Bytef *)member->bytes, member->length) == entry->crc
             ? STATUS_OK
             : member_error(reader, entry, "its CRC-32 is wrong, so the file is damaged: save it again");
}

static bool is_there(const Zip *zip, const char *name) {
  for (int i = 0; i < zip->count; i++) {
    if (strcmp(zip->members[i].name, name) == 0) {
      return true;
    }
  }
  return false;
}

Status zip_parse(Arena *arena, const char *bytes, size_t length, size_t limit, const char *path, Zip *zip, Error *err) {
  Reader reader = {.arena = arena,
                   .bytes = (const unsigned char *)bytes,
                   .length = length,
                   .limit = limit,
                   .path = path,
                   .err = err};
  Zip found = {.count = 0};
  int count = 0;
  ASSERT(limit <= ZIP_MAX_BYTES);
  if (length > limit) {
    return error_set(err, STATUS_PARSE, "%s: %zu bytes, at most %zu are read: leave out what is not needed", path,
                     length, limit);
  }
  Status status = read_end(&reader, &count);
  if (status != STATUS_OK) {
    return status;
  }
  found.members = ARENA_ARRAY(arena, ZipMember, (size_t)count);
  for (size_t at = reader.directory; found.count < count; found.count++) {
    Entry entry = {.name = ""};
    status = read_entry(&reader, &at, &entry);
    if (status == STATUS_OK && is_there(&found, entry.name)) {
      status = member_error(&reader, &entry, "is there twice");
    }
    if (status == STATUS_OK) {
      status = read_member(&reader, &entry, &found.members[found.count]);
    }
    if (status != STATUS_OK) {
      return status;
    }
  }
  *zip = found;
  return STATUS_OK;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static char *put_u16(char *at, size_t value) {
  at[0] = (char)(value & 0xFF);
  at[1] = (char)(value >> 8 & 0xFF);
  return at + 2;
}

static char *put_u32(char *at, size_t value) { return put_u16(put_u16(at, value & 0xFFFF), value >> 16); }

static char *put_bytes(char *at, const char *bytes, size_t length) {
  memcpy(at, bytes, length);
  return at + length;
}

/* What the record before a member and its entry in the directory have in common, from the version on. */
static char *put_description(char *at, const ZipMember *member) {
  at = put_u16(at, VERSION);
  at = put_u16(at, 0); /* flags */
  at = put_u16(at, METHOD_STORED);
  at = put_u16(at, 0); /* time */
  at = put_u16(at, DATE_1980_01_01);
  at = put_u32(at, crc32_z(0, (const Bytef *)member->bytes, member->length));
  at = put_u32(at, member->length);
  at = put_u32(at, member->length);
  at = put_u16(at, strlen(member->name));
  return put_u16(at, 0); /* extra field */
}

static char *put_member(char *at, const ZipMember *member) {
  at = put_description(put_u32(at, LOCAL_MARK), member);
  at = put_bytes(at, member->name, strlen(member->name));
  return put_bytes(at, member->bytes, member->length);
}

static char *put_entry(char *at, const ZipMember *member, size_t offset) {
  at = put_u16(put_u32(at, ENTRY_MARK), VERSION);
  at = put_description(at, member);
  at = put_u16(at, 0); /* comment */
  at = put_u16(at, 0); /* disk */
  at = put_u16(at, 0); /* attributes: inside, outside */
  at = put_u32(at, 0);
  at = put_u32(at, offset);
  return put_bytes(at, member->name, strlen(member->name));
}

static char *put_end(char *at, size_t count, size_t directory, size_t directory_end) {
  at = put_u32(put_u32(at, END_MARK), 0); /* disks */
  at = put_u16(put_u16(at, count), count);
  at = put_u32(at, directory_end - directory);
  return put_u16(put_u32(at, directory), 0); /* comment */
}

static size_t member_size(const ZipMember *member) { return LOCAL_SIZE + strlen(member->name) + member->length; }

size_t zip_size(const Zip *zip) {
  size_t size = END_SIZE;
  for (int i = 0; i < zip->count; i++) {
    size += member_size(&zip->members[i]) + ENTRY_SIZE + strlen(zip->members[i].name);
  }
  return size;
}

char *zip_pack(Arena *arena, const Zip *zip, size_t *length) {
  *length = zip_size(zip);
  ASSERT(*length <= ZIP_MAX_BYTES && zip->count <= ZIP_MAX_MEMBERS);
  char *bytes = arena_alloc(arena, *length, 1, 1), *at = bytes;
  for (int i = 0; i < zip->count; i++) {
    at = put_member(at, &zip->members[i]);
  }
  size_t directory = (size_t)(at - bytes), offset = 0;
  for (int i = 0; i < zip->count; i++) {
    at = put_entry(at, &zip->members[i], offset);
    offset += member_size(&zip->members[i]);
  }
  at = put_end(at, (size_t)zip->count, directory, (size_t)(at - bytes));
  ASSERT((size_t)(at - bytes) == *length);
  return bytes;
}
