/* sample: the first lines of a text file and their fields, as format_guess looks at them. A quoted field may hold line
 * ends. Used by format.c alone. */
#ifndef NNLAB_DATA_SAMPLE_H
#define NNLAB_DATA_SAMPLE_H

#include "data/format.h"

enum { SAMPLE_LINES = 200, SAMPLE_FIELDS = 2048 };

/* A field as it lies in the sample, without its quotes and the blanks around it. */
typedef struct Field {
  const char *text;
  size_t length;
} Field;

typedef struct Line {
  const char *text;
  size_t length;
} Line;

typedef struct Sample {
  Line line[SAMPLE_LINES];
  int lines;
  int later_comments; /* below the first line */
} Sample;

typedef struct Fields {
  Field field[SAMPLE_FIELDS];
  int count;
} Fields;

/* The lines of the `length` bytes at `start` that are not blank, nor comments where `comments` says that those are no
 * rows; the last one counts where the text is the whole. */
Sample sample_take(const char *start, size_t length, bool whole, bool comments);
void sample_split(Line line, Delimiter delimiter, Quote quote, Fields *fields);

#endif
