#include "data/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER = 256 * 1024, MOST = 1 << 30 };

static Status cannot(const Source *source, const char *what, Error *err) {
  return error_set(err, STATUS_IO, "%s: cannot %s: %s", source->path, what, strerror(errno));
}

Status source_open(Source *source, const char *path, LoadProgress *progress, Error *err) {
  *source = (Source){.path = path, .progress = progress};
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat about;
  if (file < 0 || fstat(file, &about) != 0) {
    Status status = cannot(source, "open", err);
    if (file >= 0) {
      (void)close(file);
    }
    return status;
  }
  if (S_ISDIR(about.st_mode)) {
    (void)close(file);
    return error_set(err, STATUS_IO, "%s: a folder: a file is needed", path);
  }
  source->file_size = S_ISREG(about.st_mode) ? (size_t)about.st_size : 0;
  source->file = gzdopen(file, "rb");
  if (!source->file) {
    (void)close(file);
    return error_set(err, STATUS_IO, "%s: no memory to read it", path);
  }
  (void)gzbuffer(source->file, BUFFER);
  source->packed = gzdirect(source->file) == 0;
  return STATUS_OK;
}

void source_open_memory(Source *source, const char *bytes, size_t length, const char *path) {
  *source = (Source){.path = path, .bytes = bytes, .length = length, .file_size = length};
}

static Status read_file(Source *source, char *buffer, size_t size, size_t *length, Error *err) {
  int got = gzread(source->file, buffer, size < MOST ? (unsigned)size : (unsigned)MOST);
  int code = Z_OK;
  const char *why = gzerror(source->file, &code);
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
    const char *colon = strstr(why, ">: "); /* zlib begins with a name of its own: "<fd:3>: incorrect data check" */
    return code == Z_ERRNO ? cannot(source, "read", err)
                           : error_set(err, STATUS_PARSE, "%s: damaged, or cut off: %s", source->path,
                                       colon ? colon + strlen(">: ") : why);
  }
  *length = (size_t)got;
  z_off_t place = gzoffset(source->file);
  source->done = place > 0 ? (size_t)place : source->done;
  return STATUS_OK;
}

/* Says how far this file is; a set of pictures has several open at once. */
static Status tell(const Source *source, Error *err) {
  LoadProgress *progress = source->progress;
  if (progress) {
    progress->stage = LOAD_READ;
    progress->path = source->path;
    progress->done = source->done;
    progress->total = source->file_size;
  }
  return progress_tell(progress, source->path, err);
}

Status source_read(Source *source, char *buffer, size_t size, size_t *length, Error *err) {
  *length = 0;
  if (source->file) {
    Status status = tell(source, err);
    status = status == STATUS_OK ? read_file(source, buffer, size, length, err) : status;
    source->at += *length;
    return status;
  }
  size_t left = source->length - source->at;
  *length = left < size ? left : size;
  if (*length > 0) {
    memcpy(buffer, source->bytes + source->at, *length);
  }
  source->at += *length;
  source->done = source->at;
  return STATUS_OK;
}

void source_close(Source *source) {
  if (source->file) {
    (void)gzclose(source->file);
    source->file = NULL;
  }
}
