#include "data/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER = 256 * 1024, MOST = 1 << 30 };
enum { GZIP_WINDOW = 15 + 16 }; /* the largest window, and gzip's header and trailer */

/* zlib's own gzread takes a file that is cut off inside its last block for a whole one. */
typedef struct SourceFile {
  int descriptor;
  bool at_end;       /* of the descriptor */
  bool in_member;    /* of a gzip file: its trailer has not been seen yet */
  size_t next, have; /* bytes of `buffer` that are still to be used */
  z_stream stream;
  unsigned char buffer[BUFFER];
} SourceFile;

static Status cannot(const Source *source, const char *what, Error *err) {
  return error_set(err, STATUS_IO, "%s: cannot %s: %s", source->path, what, strerror(errno));
}

static Status damaged(const Source *source, const char *why, Error *err) {
  return error_set(err, STATUS_PARSE, "%s: damaged, or cut off: %s", source->path, why ? why : "not gzip");
}

/* Reads from the descriptor; 0 bytes is its end. */
static Status read_some(Source *source, void *out, size_t size, size_t *length, Error *err) {
  SourceFile *file = source->file;
  ssize_t got;
  do {
    got = read(file->descriptor, out, size < MOST ? size : MOST);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    return cannot(source, "read", err);
  }
  file->at_end = got == 0;
  source->done += (size_t)got;
  *length = (size_t)got;
  return STATUS_OK;
}

/* Sees to it that `wanted` bytes (at most 2) are in the buffer, or all that there are. */
static Status fill(Source *source, size_t wanted, Error *err) {
  SourceFile *file = source->file;
  Status status = STATUS_OK;
  while (file->have - file->next < wanted && !file->at_end && status == STATUS_OK) {
    size_t left = file->have - file->next, got = 0;
    memmove(file->buffer, file->buffer + file->next, left);
    status = read_some(source, file->buffer + left, BUFFER - left, &got, err);
    file->next = 0;
    file->have = left + got;
  }
  return status;
}

static bool at_member(const SourceFile *file) {
  return file->have - file->next >= 2 && memcmp(file->buffer + file->next, "\x1F\x8B", 2) == 0;
}

static Status begin(Source *source, Error *err) {
  SourceFile *file = source->file;
  Status status = fill(source, 2, err);
  source->packed = status == STATUS_OK && at_member(file);
  if (source->packed && inflateInit2(&file->stream, GZIP_WINDOW) != Z_OK) {
    source->packed = false;
    return error_set(err, STATUS_IO, "%s: no memory to read it", source->path);
  }
  file->in_member = source->packed;
  return status;
}

Status source_open(Source *source, const char *path, LoadProgress *progress, Error *err) {
  *source = (Source){.path = path, .progress = progress};
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  struct stat about;
  if (descriptor < 0 || fstat(descriptor, &about) != 0) {
    Status status = cannot(source, "open", err);
    if (descriptor >= 0) {
      (void)close(descriptor);
    }
    return status;
  }
  if (S_ISDIR(about.st_mode)) {
    (void)close(descriptor);
    return error_set(err, STATUS_IO, "%s: a folder: a file is needed", path);
  }
  source->file_size = S_ISREG(about.st_mode) ? (size_t)about.st_size : 0;
  source->file = calloc(1, sizeof *source->file);
  if (!source->file) {
    (void)close(descriptor);
    return error_set(err, STATUS_IO, "%s: no memory to read it", path);
  }
  source->file->descriptor = descriptor;
  Status status = begin(source, err);
  if (status != STATUS_OK) {
    source_close(source);
  }
  return status;
}

void source_open_memory(Source *source, const char *bytes, size_t length, const char *path) {
  *source = (Source){.path = path, .bytes = bytes, .length = length, .file_size = length};
}

static Status read_plain(Source *source, char *out, size_t size, size_t *length, Error *err) {
  SourceFile *file = source->file;
  size_t left = file->have - file->next;
  if (left == 0) {
    return file->at_end ? STATUS_OK : read_some(source, out, size, length, err);
  }
  *length = left < size ? left : size;
  memcpy(out, file->buffer + file->next, *length);
  file->next += *length;
  return STATUS_OK;
}

/* One call of inflate, from a buffer that has something unless the file is at its end. */
static Status inflate_some(Source *source, Error *err) {
  SourceFile *file = source->file;
  z_stream *stream = &file->stream;
  stream->next_in = file->buffer + file->next;
  stream->avail_in = (unsigned)(file->have - file->next);
  int code = inflate(stream, Z_NO_FLUSH);
  file->next = file->have - stream->avail_in;
  if (code == Z_STREAM_END) {
    file->in_member = false;
    return STATUS_OK;
  }
  if (code == Z_BUF_ERROR && file->at_end) {
    return damaged(source, "unexpected end of file", err);
  }
  return code == Z_OK || code == Z_BUF_ERROR ? STATUS_OK : damaged(source, stream->msg, err);
}

static Status read_packed(Source *source, char *out, size_t size, size_t *length, Error *err) {
  SourceFile *file = source->file;
  z_stream *stream = &file->stream;
  unsigned room = size < MOST ? (unsigned)size : (unsigned)MOST;
  Status status = STATUS_OK;
  stream->next_out = (unsigned char *)out;
  stream->avail_out = room;
  while (status == STATUS_OK && stream->avail_out > 0) {
    status = fill(source, 2, err);
    if (status == STATUS_OK && !file->in_member) {
      if (!at_member(file)) {
        break;
      }
      file->in_member = inflateReset(stream) == Z_OK;
    }
    if (status == STATUS_OK) {
      status = inflate_some(source, err);
    }
  }
  *length = status == STATUS_OK ? room - stream->avail_out : 0;
  return status;
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
    if (status == STATUS_OK) {
      status = (source->packed ? read_packed : read_plain)(source, buffer, size, length, err);
    }
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
    if (source->packed) {
      (void)inflateEnd(&source->file->stream);
    }
    (void)close(source->file->descriptor);
    free(source->file);
    source->file = NULL;
  }
}
