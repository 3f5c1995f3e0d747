/* Any bytes as a data file, plain or gzip: it gives the same bytes however it is read, or a printable message that
 * begins with its path. What does not begin as gzip comes back as it is. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/str.h"
#include "data/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 20 };

/* Reads the file in parts of `part` bytes. */
static Status read_all(const char *path, size_t part, char *out, size_t *length, Error *err) {
  Source source;
  LoadProgress progress = {.stop = false};
  Status status = source_open(&source, path, &progress, err);
  *length = 0;
  for (size_t got = 1; status == STATUS_OK && got > 0 && *length < MOST; *length += got) {
    size_t room = MOST - *length;
    status = source_read(&source, out + *length, part < room ? part : room, &got, err);
    ASSERT(got <= part && (status == STATUS_OK || got == 0));
    ASSERT(progress.done <= progress.total);
  }
  source_close(&source);
  return status;
}

static void check_message(const Error *err, Status status, const char *path) {
  char again[sizeof err->text];
  str_printable(again, sizeof again, err->text);
  ASSERT(strcmp(err->text, again) == 0);
  ASSERT((status == STATUS_PARSE || status == STATUS_IO) && err->status == status);
  ASSERT(strncmp(err->text, path, strlen(path)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char whole[MOST], parts[MOST];
  int file = memfd_create("fuzz", MFD_CLOEXEC);
  ASSERT(file >= 0 && write(file, data, size) == (ssize_t)size);
  char path[32];
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  size_t length, again;
  Error err = {0}, other = {0};
  Status status = read_all(path, MOST, whole, &length, &err);
  ASSERT(read_all(path, 7, parts, &again, &other) == status);
  if (status == STATUS_OK) {
    ASSERT(length == again && memcmp(whole, parts, length) == 0);
  } else {
    check_message(&err, status, path);
  }
  if (size < 2 || memcmp(data, "\x1F\x8B", 2) != 0) {
    ASSERT(status == STATUS_OK && length == (size < MOST ? size : MOST) &&
           (length == 0 || memcmp(whole, data, length) == 0));
  }
  (void)close(file);
  return 0;
}
