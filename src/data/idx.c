#include "data/idx.h"

#include <math.h>
#include <string.h>

#include "base/fatal.h"
#include "base/machine.h"

typedef enum ElementType {
  ELEMENT_U8 = 0x08,
  ELEMENT_I8 = 0x09,
  ELEMENT_I16 = 0x0B,
  ELEMENT_I32 = 0x0C,
  ELEMENT_F32 = 0x0D,
  ELEMENT_F64 = 0x0E
} ElementType;

typedef struct Header {
  ElementType type;
  int rank;
  size_t shape[IDX_MAX_RANK];
  size_t bytes;   /* of an element */
  size_t columns; /* elements of a row */
} Header;

/* --- header ------------------------------------------------------------------------------------------------------- */

static size_t element_bytes(unsigned type) {
  switch (type) {
    case ELEMENT_U8:
    case ELEMENT_I8:
      return 1;
    case ELEMENT_I16:
      return 2;
    case ELEMENT_I32:
    case ELEMENT_F32:
      return 4;
    case ELEMENT_F64:
      return 8;
    default:
      return 0;
  }
}

/* Reads exactly `size` bytes. */
static Status read_bytes(Source *source, void *bytes, size_t size, Error *err) {
  for (size_t done = 0, got; done < size; done += got) {
    Status status = source_read(source, (char *)bytes + done, size - done, &got, err);
    if (status != STATUS_OK) {
      return status;
    }
    if (got == 0) {
      return error_set(err, STATUS_PARSE, "%s: cut off after %zu bytes: fetch it again", source->path, source->at);
    }
  }
  return STATUS_OK;
}

static uint64_t big_endian(const unsigned char *bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; i++) {
    value = value << 8 | bytes[i];
  }
  return value;
}

static Status check_shape(const Source *source, Header *header, Error *err) {
  header->columns = 1;
  for (int d = 1; d < header->rank; d++) {
    header->columns *= header->shape[d] <= IDX_MAX_COLUMNS ? header->shape[d] : IDX_MAX_COLUMNS + 1;
    if (header->columns > IDX_MAX_COLUMNS) {
      return error_set(err, STATUS_RANGE, "%s: more than %d elements in a row", source->path, IDX_MAX_COLUMNS);
    }
  }
  if (header->shape[0] == 0 || header->columns == 0) {
    return error_set(err, STATUS_PARSE, "%s: has no elements", source->path);
  }
  if (header->shape[0] > IDX_MAX_ROWS) {
    return error_set(err, STATUS_RANGE, "%s: %zu rows, at most %d can be read", source->path, header->shape[0],
                     IDX_MAX_ROWS);
  }
  return STATUS_OK;
}

/* Before memory is taken: what the header promises must be in the file, packed at deflate's best (1032 to 1) or not. */
static Status check_size(const Source *source, const Header *header, Error *err) {
  enum { DEFLATE_BEST = 1032 };
  size_t promised = 4 + 4 * (size_t)header->rank + header->shape[0] * header->columns * header->bytes;
  size_t most = source->packed ? source->file_size * DEFLATE_BEST : source->file_size;
  if (promised > most) {
    return error_set(err, STATUS_PARSE, "%s: cut off: %zu bytes, its header says %zu: fetch it again", source->path,
                     source->file_size, promised);
  }
  return STATUS_OK;
}

static Status read_header(Source *source, Header *header, Error *err) {
  unsigned char magic[4], sizes[4 * IDX_MAX_RANK] = {0};
  Status status = read_bytes(source, magic, sizeof magic, err);
  if (status != STATUS_OK) {
    return status;
  }
  *header = (Header){.type = (ElementType)magic[2], .rank = magic[3], .bytes = element_bytes(magic[2])};
  if (magic[0] != 0 || magic[1] != 0 || header->bytes == 0 || header->rank < 1 || header->rank > IDX_MAX_RANK) {
    return error_set(err, STATUS_PARSE,
                     "%s: is no IDX file: it begins with %02x %02x %02x %02x, MNIST's images with 00 00 08 03 and its "
                     "labels with 00 00 08 01",
                     source->path, magic[0], magic[1], magic[2], magic[3]);
  }
  status = read_bytes(source, sizes, 4 * (size_t)header->rank, err);
  for (int d = 0; d < header->rank && status == STATUS_OK; d++) {
    header->shape[d] = (size_t)big_endian(sizes + 4 * d, 4);
  }
  if (status == STATUS_OK) {
    status = check_shape(source, header, err);
  }
  return status == STATUS_OK ? check_size(source, header, err) : status;
}

/* --- elements ----------------------------------------------------------------------------------------------------- */

static double element_at(const unsigned char *bytes, ElementType type) {
  switch (type) {
    case ELEMENT_U8:
      return bytes[0];
    case ELEMENT_I8:
      return (int8_t)bytes[0];
    case ELEMENT_I16:
      return (int16_t)big_endian(bytes, 2);
    case ELEMENT_I32:
      return (int32_t)big_endian(bytes, 4);
    case ELEMENT_F32: {
      uint32_t bits = (uint32_t)big_endian(bytes, 4);
      float value;
      memcpy(&value, &bits, sizeof value);
      return (double)value;
    }
    case ELEMENT_F64: {
      uint64_t bits = big_endian(bytes, 8);
      double value;
      memcpy(&value, &bits, sizeof value);
      return value;
    }
  }
  ASSERT(false);
  return 0.0;
}

static Status check_end(Source *source, Error *err) {
  char more;
  size_t got;
  Status status = source_read(source, &more, 1, &got, err);
  if (status == STATUS_OK && got > 0) {
    status = error_set(err, STATUS_PARSE, "%s: goes on after the %zu bytes that its header says: fetch it again",
                       source->path, source->at - got);
  }
  return status;
}

/* Reads all elements into `values` (rows, columns). */
static Status read_elements(Source *source, const Header *header, float *values, Error *err) {
  enum { CHUNK = 1 << 16 };
  unsigned char bytes[CHUNK];
  ASSERT(header->bytes > 0);
  size_t total = header->shape[0] * header->columns, at_once = CHUNK / header->bytes;
  for (size_t done = 0, count; done < total; done += count) {
    count = total - done < at_once ? total - done : at_once;
    Status status = read_bytes(source, bytes, count * header->bytes, err);
    if (status != STATUS_OK) {
      return status;
    }
    for (size_t i = 0; i < count; i++) {
      double value = element_at(bytes + i * header->bytes, header->type);
      if (!isfinite((double)(float)value)) {
        return error_set(err, STATUS_PARSE, "%s: element %zu is no finite number", source->path, done + i + 1);
      }
      values[done + i] = (float)value;
    }
  }
  return check_end(source, err);
}

/* --- table -------------------------------------------------------------------------------------------------------- */

enum { TRAIN = 0, TEST, PAIRS };

/* A table while it is being made: training rows, then test rows. */
typedef struct Job {
  Arena *arena, *scratch;
  IdxPair pairs[PAIRS];
  Header images[PAIRS], labels[PAIRS];
  int count; /* of pairs */
  size_t rows, columns;
  float *label; /* (rows) as in the files */
  Table made;
  Error *err;
} Job;

static Status check_pair(const Job *job, int pair) {
  const Header *images = &job->images[pair], *labels = &job->labels[pair];
  const char *images_path = job->pairs[pair].images->path, *labels_path = job->pairs[pair].labels->path;
  if (images->rank < 2) {
    return error_set(job->err, STATUS_PARSE, "%s: holds one number for each row: labels, not images", images_path);
  }
  if (labels->rank != 1 || labels->type == ELEMENT_F32 || labels->type == ELEMENT_F64) {
    return error_set(job->err, STATUS_PARSE, "%s: holds no labels: one whole number for each row is needed",
                     labels_path);
  }
  if (labels->shape[0] != images->shape[0]) {
    return error_set(job->err, STATUS_PARSE, "%s has %zu rows and %s %zu: they are not of one set", images_path,
                     images->shape[0], labels_path, labels->shape[0]);
  }
  return STATUS_OK;
}

static Status read_headers(Job *job) {
  for (int pair = 0; pair < job->count; pair++) {
    Status status = read_header(job->pairs[pair].images, &job->images[pair], job->err);
    if (status == STATUS_OK) {
      status = read_header(job->pairs[pair].labels, &job->labels[pair], job->err);
    }
    if (status == STATUS_OK) {
      status = check_pair(job, pair);
    }
    if (status != STATUS_OK) {
      return status;
    }
    job->rows += job->images[pair].shape[0];
  }
  job->columns = job->images[TRAIN].columns;
  return STATUS_OK;
}

static bool is_same_shape(const Header *a, const Header *b) {
  bool same = a->rank == b->rank;
  for (int d = 1; d < a->rank; d++) {
    same = same && a->shape[d] == b->shape[d];
  }
  return same;
}

static Status check_all(const Job *job) {
  const char *path = job->pairs[TRAIN].images->path;
  if (job->count == PAIRS && !is_same_shape(&job->images[TRAIN], &job->images[TEST])) {
    return error_set(job->err, STATUS_PARSE, "%s and %s: their images differ in size", path,
                     job->pairs[TEST].images->path);
  }
  double bytes = (double)job->rows * (double)job->columns * sizeof(float);
  double machine = machine_memory();
  if (job->rows > IDX_MAX_ROWS || bytes > machine) {
    return error_set(job->err, STATUS_RANGE, "%s: %zu rows of %zu numbers need %.1f GB, this machine has %.1f", path,
                     job->rows, job->columns, bytes / 1e9, machine / 1e9);
  }
  return STATUS_OK;
}

static Status read_rows(Job *job) {
  job->made.cells = arena_floats(job->arena, job->rows * job->columns);
  job->label = ARENA_ARRAY(job->scratch, float, job->rows);
  size_t first = 0;
  for (int pair = 0; pair < job->count; pair++) {
    IdxPair of = job->pairs[pair];
    Status status = read_elements(of.images, &job->images[pair], job->made.cells + first * job->columns, job->err);
    if (status == STATUS_OK) {
      status = read_elements(of.labels, &job->labels[pair], job->label + first, job->err);
    }
    if (status != STATUS_OK) {
      return status;
    }
    first += job->images[pair].shape[0];
  }
  return STATUS_OK;
}

static Status wrong_label(const Job *job, size_t row) {
  size_t train = job->images[TRAIN].shape[0];
  int pair = row < train ? TRAIN : TEST;
  return error_set(job->err, STATUS_RANGE, "%s: row %zu has label %.0f: they go from 0 to %d",
                   job->pairs[pair].labels->path, (pair == TRAIN ? row : row - train) + 1, (double)job->label[row],
                   TABLE_MAX_CLASSES - 1);
}

/* Labels that do not occur are no classes: the letters of EMNIST go from 1 to 26. */
static Status make_labels(Job *job) {
  int code[TABLE_MAX_CLASSES] = {0};
  int32_t *labels = ARENA_ARRAY(job->arena, int32_t, job->rows);
  for (size_t r = 0; r < job->rows; r++) {
    if (!(job->label[r] >= 0.0f && job->label[r] < (float)TABLE_MAX_CLASSES)) {
      return wrong_label(job, r);
    }
    labels[r] = (int32_t)job->label[r];
    code[labels[r]] = 1;
  }
  const char **names = ARENA_ARRAY(job->arena, const char *, TABLE_MAX_CLASSES);
  for (int k = 0; k < TABLE_MAX_CLASSES; k++) {
    if (code[k]) {
      names[job->made.classes] = arena_printf(job->arena, "%d", k);
      code[k] = job->made.classes++;
    }
  }
  for (size_t r = 0; r < job->rows; r++) {
    labels[r] = code[labels[r]];
  }
  job->made.labels = labels;
  job->made.class_names = names;
  return STATUS_OK;
}

static void name_columns(Job *job) {
  const Header *images = &job->images[TRAIN];
  size_t width = images->rank > 2 ? job->columns / images->shape[1] : 0;
  TableColumn *column = ARENA_ARRAY(job->arena, TableColumn, job->columns);
  for (size_t c = 0; c < job->columns; c++) {
    column[c].name = width > 0 ? arena_printf(job->arena, "pixel %zu,%zu", c / width + 1, c % width + 1)
                               : arena_printf(job->arena, "pixel %zu", c + 1);
  }
  job->made.column = column;
  if (images->rank == 3 || (images->rank == 4 && images->shape[3] == 1)) {
    job->made.image_height = (int)images->shape[1];
    job->made.image_width = (int)images->shape[2];
  }
}

static Status make(Job *job) {
  Status status = read_headers(job);
  if (status == STATUS_OK) {
    status = check_all(job);
  }
  if (status == STATUS_OK) {
    status = read_rows(job);
  }
  if (status == STATUS_OK) {
    status = make_labels(job);
  }
  if (status == STATUS_OK) {
    name_columns(job);
    job->made.task = TASK_CLASSIFICATION;
    job->made.rows = (int)job->rows;
    job->made.columns = (int)job->columns;
    job->made.target_name = "label";
    job->made.test_rows = job->count == PAIRS ? (int)job->images[TEST].shape[0] : 0;
  }
  return status;
}

Status idx_read_pairs(Arena *arena, IdxPair train, IdxPair test, Table *table, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  Job job = {.arena = arena, .scratch = &scratch, .pairs = {train, test}, .count = test.images ? PAIRS : 1, .err = err};
  Status status = make(&job);
  if (status == STATUS_OK) {
    *table = job.made;
  }
  arena_deinit(&scratch);
  return status;
}
