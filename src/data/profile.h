/* profile: what a data file holds and what will be done with it, column by column: types, what is missing, what is
 * dropped and why, what is predicted. Judged from the frame by evidence; what the user says stands. `nnlab data` prints
 * it, the data screen shows it, table_from_frame acts on it. Counts are over the file's rows before anything is
 * dropped, those of a test file aside. Immutable once made. */
#ifndef NNLAB_DATA_PROFILE_H
#define NNLAB_DATA_PROFILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/progress.h"
#include "data/data_spec.h"
#include "data/frame.h"
#include "data/table.h"

typedef enum ColumnType {
  COLUMN_NUMBER = 0,
  COLUMN_INTEGER,  /* every number is whole */
  COLUMN_BOOLEAN,  /* 0 and 1, yes and no, ... */
  COLUMN_CATEGORY, /* words, or numbers that the user calls categories */
  COLUMN_DATE,     /* becomes days since 1970-01-01 */
  COLUMN_TEXT,     /* free text: nearly as many words as rows */
  COLUMN_ID,       /* names the row and says nothing about it */
  COLUMN_CONSTANT,
  COLUMN_TYPES
} ColumnType;

extern const char *const COLUMN_TYPE_NAMES[COLUMN_TYPES];

enum {
  PROFILE_BINS = 16,
  PROFILE_LEVELS = 16, /* of a column, the most frequent, that are kept with their counts */
  PROFILE_MANY = 1000, /* different numbers that are counted */
  PROFILE_NOTES = 32,
  PROFILE_FIRST_ROWS = 32,
  PROFILE_FIRST_COLUMNS = 256
};

typedef struct ColumnProfile {
  const char *name; /* printable */
  ColumnType type;
  bool used;       /* as a feature or as the target */
  const char *why; /* why it is not used, or what is done with it; "" = nothing to say */
  int missing;     /* cells */
  int levels;      /* different values; PROFILE_MANY + 1: more numbers than are counted */
  bool has_range;  /* min, max, mean and bins are there: number, integer, boolean, date */
  bool whole;      /* every number of it is */
  double min, max, mean;
  int bins[PROFILE_BINS];                /* cells from min to max, in steps of equal width */
  int top_levels;                        /* 0 where has_range says more */
  const char *top_level[PROFILE_LEVELS]; /* printable */
  int top_rows[PROFILE_LEVELS];

  /* how a cell is read */
  int words;                 /* of the frame's column when it was judged: later ones are unknown */
  const double *word_values; /* (frame's words) of number, boolean, date: NaN = missing; NULL: words are missing */
  int codes;                 /* of a category, or of the target of a classification */
  const int *word_codes;     /* (frame's words) their codes */
  const float *numbers;      /* (number_count) ascending: numbers that are levels, */
  const int *number_codes;   /* (number_count) and their codes */
  int number_count;
  const char *const *code_names; /* (codes), printable */
} ColumnProfile;

typedef struct Profile {
  const char *path; /* printable */
  CsvFormat format;
  int rows, columns, test_rows;
  ColumnProfile *column; /* (columns) */
  int target;            /* index of a column; -1: there is none, and nothing but the columns was looked at */
  const char *target_why;
  Task task;
  int classes;
  const char *const *class_names; /* (classes) */
  const int *class_rows;          /* (classes) of the file, the test file aside */
  int missing_cells, rows_with_missing, rows_without_target;
  int short_rows, long_rows, first_long_line, blank_lines, comment_lines; /* see Frame */
  double baseline;                /* classification: accuracy of always the most frequent class; regression: 0 (R2) */
  bool sorted;                    /* the classes stand in the file one after the other */
  int missing_used;               /* of missing_cells: of features that are used */
  int notes;                      /* at most PROFILE_NOTES */
  const char **note;              /* (notes) what else there is to know, printable sentences */
  const char *leak;               /* which columns give the answer away, in a sentence; "" = none */
  int image_width, image_height;  /* the columns are its pixels, row by row; 0: they are not */
  int first_rows, first_columns;  /* whose cells are kept; 0 before profile_keep_first_rows */
  const char *const *first_cells; /* (first_rows, first_columns), printable; "" = missing */
} Profile;

/* Judges `frame`. `spec` names what the user has said: target, task, drop, numeric, categorical. Errors: no column by
 * such a name, nothing left to predict or to predict from, more classes than TABLE_MAX_CLASSES, a task that the target
 * cannot have; STATUS_STOPPED soon after `progress->stop` is set (`progress` may be NULL). Messages begin with `path`.
 * Where it was the target that failed, `profile` has the columns, and target -1. A large frame is shared by several
 * threads. */
MUST_USE Status profile_judge(Arena *arena, const Frame *frame, const char *path, const DataSpec *spec,
                              LoadProgress *progress, Profile *profile, Error *err);

/* Keeps the first cells of the file as text. */
void profile_keep_first_rows(Arena *arena, const Frame *frame, Profile *profile);

/* What a cell of a number, boolean or date column stands for; NaN: missing. */
double profile_number(const ColumnProfile *column, float cell);
/* Writes a value of the column as people read it: of a date column the day, of others `digits` digits, and
 * all of those before the decimal point. */
void profile_show(const ColumnProfile *column, double value, int digits, char *out, size_t size);
/* The code of a category's or class's cell; -1: missing, or not known when the column was judged. */
int profile_code(const ColumnProfile *column, float cell);

/* The table that the profile describes. Takes over the frame's cells: the frame is gone afterwards. */
MUST_USE Status table_from_frame(Arena *arena, Frame *frame, const Profile *profile, Table *table, Error *err);

#endif
