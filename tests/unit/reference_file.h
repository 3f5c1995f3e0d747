/* reference_file: the fixtures that tests/reference/make.py has Keras write. A file is a list of records, one word and
 * its text to a line (tests/reference/fixture.py says which):
 *
 *     data three classes       or `start NAME`, or `case NAME`
 *     use NAME                 a case's data or start, from an earlier record
 *     set KEY=VALUE            a case's setting
 *     note TEXT                why a tolerance is what it is
 *     tolerance NUMBER         of the arrays that follow in this record
 *     array NAME               its numbers follow on indented lines
 *
 * All memory is the arena's. */
#ifndef NNLAB_TESTS_REFERENCE_FILE_H
#define NNLAB_TESTS_REFERENCE_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct ReferenceArray {
  const char *name;
  double tolerance; /* of the largest magnitude; 0 where none is given */
  size_t count;
  double *values;
} ReferenceArray;

typedef enum ReferenceKind { REFERENCE_DATA = 0, REFERENCE_START, REFERENCE_CASE, REFERENCE_KIND_COUNT } ReferenceKind;

typedef struct ReferenceRecord {
  ReferenceKind kind;
  const char *name;
  const struct ReferenceRecord *data, *start; /* a case's; NULL where it uses none */
  const char *note;                           /* "" where there is none */
  int setting_count;
  const char **settings; /* "learning_rate=0.1" */
  double tolerance;      /* the latest */
  int array_count;
  ReferenceArray *arrays;
} ReferenceRecord;

typedef struct ReferenceFile {
  int count;
  ReferenceRecord *records;
} ReferenceFile;

MUST_USE Status reference_read(Arena *arena, const char *path, ReferenceFile *file, Error *err);
/* The array of that name, or NULL. */
const ReferenceArray *reference_find(const ReferenceRecord *record, const char *name);

#endif
