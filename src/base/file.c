#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

static Status io_error(Error *err, const char *path, const char *what) {
  return error_set(err, STATUS_IO, "%s: cannot %s: %s", path, what, strerror(errno));
}

static Status too_large(Error *err, const char *path, size_t limit) {
  bool even = limit >= 1 << 20 && limit % (1 << 20) == 0;
  return error_set(err, STATUS_IO, "%s: is larger than the %zu %s that are read", path, even ? limit >> 20 : limit,
                   even ? "MiB" : "bytes");
}

const char *file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool file_exists(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool file_is_same(const char *a, const char *b) {
  struct stat first, second;
  return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

static bool is_same_name(const char *a, const char *b) {
  char copies[4][4096]; /* dirname and basename change them */
  for (int i = 0; i < 4; i++) {
    str_copy(copies[i], sizeof copies[i], i < 2 ? a : b);
  }
  return strcmp(basename(copies[0]), basename(copies[2])) == 0 && file_is_same(dirname(copies[1]), dirname(copies[3]));
}

bool file_is_same_target(const char *a, const char *b) {
  struct stat info;
  bool none = stat(a, &info) != 0 && stat(b, &info) != 0;
  return none ? is_same_name(a, b) : file_is_same(a, b);
}

/* Reads until the end or until `size` bytes are there; returns how many, or -1. */
static ssize_t read_up_to(int fd, char *buffer, size_t size) {
  size_t used = 0;
  while (used < size) {
    ssize_t got = read(fd, buffer + used, size - used);
    if (got == 0) {
      break;
    }
    if (got < 0 && errno != EINTR) {
      return -1;
    }
    used += got > 0 ? (size_t)got : 0;
  }
  return (ssize_t)used;
}

/* Reads to the end into `*buffer` (to be freed, also after an error). `hint` is a guess at the size: a pipe has none,
 * and a file may grow. */
static Status read_to_end(int fd, const char *path, size_t hint, size_t limit, char **buffer, size_t *used,
                          Error *err) {
  for (size_t capacity = hint;; capacity *= 2) {
    size_t size = capacity < limit ? capacity + 1 : limit + 1; /* one more than expected shows that there is more */
    char *larger = realloc(*buffer, size);
    if (!larger) {
      return error_set(err, STATUS_IO, "%s: not enough memory for %zu bytes", path, size);
    }
    *buffer = larger;
    ssize_t got = read_up_to(fd, *buffer + *used, size - *used);
    if (got < 0) {
      return io_error(err, path, "read");
    }
    *used += (size_t)got;
    if (*used > limit) {
      return too_large(err, path, limit);
    }
    if (*used < size) {
      return STATUS_OK;
    }
  }
}

static Status read_open_file(Arena *arena, int fd, const char *path, size_t limit, char **text, size_t *length,
                             Error *err) {
  struct stat info;
  if (fstat(fd, &info) != 0) {
    return io_error(err, path, "read");
  }
  if (S_ISDIR(info.st_mode)) {
    return error_set(err, STATUS_IO, "%s: is a directory, a file is needed", path);
  }
  size_t hint = S_ISREG(info.st_mode) && info.st_size > 0 ? (size_t)info.st_size : 0;
  if (hint > limit) {
    return too_large(err, path, limit);
  }
  char *buffer = NULL;
  size_t used = 0;
  Status status = read_to_end(fd, path, hint ? hint : (size_t)64 * 1024, limit, &buffer, &used, err);
  if (status == STATUS_OK) {
    *text = arena_strndup(arena, buffer, used);
    *length = used;
  }
  free(buffer);
  return status;
}

Status file_read(Arena *arena, const char *path, size_t limit, char **text, size_t *length, Error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return io_error(err, path, "open");
  }
  Status status = read_open_file(arena, fd, path, limit, text, length, err);
  (void)close(fd);
  return status;
}

Status file_check_writable(const char *path, Error *err) {
  struct stat info;
  char copy[4096];
  if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
    return error_set(err, STATUS_IO, "%s: is a directory, a file is needed", path);
  }
  str_copy(copy, sizeof copy, path); /* dirname changes it */
  return access(dirname(copy), W_OK | X_OK) == 0 ? STATUS_OK : io_error(err, path, "write");
}

static Status write_all(int fd, const char *path, const char *text, size_t length, Error *err) {
  for (size_t done = 0; done < length;) {
    ssize_t put = write(fd, text + done, length - done);
    if (put < 0 && errno != EINTR) {
      return io_error(err, path, "write");
    }
    done += put > 0 ? (size_t)put : 0;
  }
  return fsync(fd) == 0 ? STATUS_OK : io_error(err, path, "write");
}

Status file_write_atomic(const char *path, const char *text, size_t length, Error *err) {
  char temporary[4096];
  int wanted = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
  if (wanted < 0 || (size_t)wanted >= sizeof temporary) {
    return error_set(err, STATUS_IO, "%s: the path is too long", path);
  }
  int fd = mkostemp(temporary, O_CLOEXEC);
  if (fd < 0) {
    return io_error(err, path, "write");
  }
  mode_t mask = umask(0);
  (void)umask(mask);
  (void)fchmod(fd, 0666 & ~mask); /* mkstemp makes the file private; an ordinary file follows the umask */
  Status status = write_all(fd, path, text, length, err);
  if (close(fd) != 0 && status == STATUS_OK) {
    status = io_error(err, path, "write");
  }
  if (status == STATUS_OK && rename(temporary, path) != 0) {
    status = io_error(err, path, "write");
  }
  if (status != STATUS_OK) {
    (void)unlink(temporary);
  }
  return status;
}
