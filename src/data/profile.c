#include "data/profile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "data/column_names.h"
#include "data/judge.h"
#include "data/leak.h"
#include "data/notes.h"
#include "data/target.h"
#include "data/word_value.h"

/* --- what the user says of columns -------------------------------------------------------------------------------- */

typedef struct Wishes {
  ColumnWish *wish; /* (columns) */
  bool *drop;       /* (columns) */
} Wishes;

static Status read_wishes(Arena *arena, const Frame *frame, const char *path, const DataSpec *spec, Wishes *wishes,
                          Error *err) {
  enum { LISTS = 3 };
  static const char *const keys[LISTS] = {"drop", "numeric", "categorical"};
  static const ColumnWish kinds[LISTS] = {WISH_NONE, WISH_NUMERIC, WISH_CATEGORICAL};
  const char *const lists[LISTS] = {spec->drop, spec->numeric, spec->categorical};
  wishes->wish = ARENA_ARRAY(arena, ColumnWish, (size_t)frame->columns);
  wishes->drop = ARENA_ARRAY(arena, bool, (size_t)frame->columns);
  for (int i = 0; i < LISTS; i++) {
    const char *list = lists[i];
    for (char name[FRAME_NAME_SIZE]; column_names_next(&list, name);) {
      int column;
      Status status = column_names_find(frame, path, keys[i], name, &column, err);
      if (status != STATUS_OK) {
        return status;
      }
      wishes->drop[column] |= kinds[i] == WISH_NONE;
      wishes->wish[column] = kinds[i] == WISH_NONE ? wishes->wish[column] : kinds[i];
    }
  }
  return STATUS_OK;
}

/* --- counts --------------------------------------------------------------------------------------------------------
 */

/* Cells are looked at to see in how many rows one is missing. */
static void count_missing(const Frame *frame, const Evidence *evidence, const LoadProgress *progress,
                          Profile *profile) {
  for (int c = 0; c < profile->columns; c++) {
    profile->missing_cells += evidence[c].missing;
    profile->missing_used += profile->column[c].used && c != profile->target ? evidence[c].missing : 0;
  }
  for (int r = 0; r < profile->rows && profile->missing_cells > 0; r++) {
    const float *row = frame->cells + (size_t)r * (size_t)frame->columns;
    int missing = 0;
    for (int c = 0; c < frame->columns; c++) {
      missing += (int)!cell_is_number(row[c]) & (int)(cell_code(row[c]) == CELL_MISSING);
    }
    profile->rows_with_missing += missing > 0;
    if (progress_is_stopped(progress)) {
      return;
    }
  }
}

double profile_number(const ColumnProfile *column, float cell) {
  if (cell_is_number(cell)) {
    return (double)cell;
  }
  uint32_t code = cell_code(cell);
  bool known = code != CELL_MISSING && code <= (uint32_t)column->words;
  return known && column->word_values ? column->word_values[code - 1] : (double)NAN;
}

void profile_show(const ColumnProfile *column, double value, int digits, char *out, size_t size) {
  static const double longest = 1e12;
  double most = pow(10.0, digits);
  if (column->type == COLUMN_DATE) {
    word_from_date(value, out, size);
  } else if (fabs(value) < longest && (value == trunc(value) || fabs(value) >= most)) {
    (void)snprintf(out, size, "%.0f", value);
  } else {
    (void)snprintf(out, size, "%.*g", digits, value);
  }
}

int profile_code(const ColumnProfile *column, float cell) {
  if (!cell_is_number(cell)) {
    uint32_t code = cell_code(cell);
    return code != CELL_MISSING && code <= (uint32_t)column->words ? column->word_codes[code - 1] : -1;
  }
  const float *found = bsearch(&cell, column->numbers, (size_t)column->number_count, sizeof cell, order_floats);
  return found ? column->number_codes[found - column->numbers] : -1;
}

typedef struct Rank {
  int code, rows;
} Rank;

static int compare_ranks(const void *a, const void *b) {
  const Rank *left = a, *right = b;
  return left->rows != right->rows ? right->rows - left->rows : left->code - right->code;
}

/* Words that have no codes stand for themselves. */
static void rank_levels(Arena *arena, const FrameColumn *from, const Evidence *evidence, ColumnProfile *column) {
  size_t numbers = (size_t)column->number_count;
  size_t all = column->code_names ? (size_t)column->codes : numbers + (size_t)from->words;
  Rank *ranks = ARENA_ARRAY(arena, Rank, all);
  for (size_t i = 0; i < all; i++) {
    ranks[i] = (Rank){(int)i, i < numbers ? evidence->value_rows[i] : 0};
  }
  for (int w = 0; w < from->words; w++) {
    ranks[column->word_codes ? column->word_codes[w] : (int)numbers + w].rows += from->word[w].rows;
  }
  qsort(ranks, all, sizeof *ranks, compare_ranks);
  column->top_levels = all < PROFILE_LEVELS ? (int)all : PROFILE_LEVELS;
  for (int i = 0; i < column->top_levels; i++) {
    char shown[FRAME_NAME_SIZE];
    const char *name = column->code_names ? column->code_names[ranks[i].code] : from->word[ranks[i].code].text;
    str_printable(shown, sizeof shown, name);
    column->top_level[i] = arena_strdup(arena, shown);
    column->top_rows[i] = ranks[i].rows;
  }
}

static bool is_sorted(const Frame *frame, const LoadProgress *progress, const Profile *profile) {
  const ColumnProfile *column = &profile->column[profile->target];
  int changes = 0, before = -1;
  for (int r = 0; r < profile->rows && !progress_is_stopped(progress); r++) {
    int code = profile_code(column, frame->cells[(size_t)r * (size_t)frame->columns + (size_t)profile->target]);
    changes += code >= 0 && before >= 0 && code != before;
    before = code >= 0 ? code : before;
  }
  return changes == profile->classes - 1 && profile->rows > 2 * profile->classes;
}

/* --- the whole -----------------------------------------------------------------------------------------------------
 */

static Status make_category_codes(Arena *arena, const Frame *frame, const Evidence *evidence, Profile *profile,
                                  Error *err) {
  for (int c = 0; c < profile->columns; c++) {
    ColumnProfile *column = &profile->column[c];
    if (column->type != COLUMN_CATEGORY || column->code_names) {
      continue;
    }
    if (evidence[c].distinct > PROFILE_MANY) {
      return error_set(err, STATUS_RANGE, "%s: categorical: column '%s' has over %d different numbers", profile->path,
                       column->name, PROFILE_MANY);
    }
    target_make_codes(arena, &frame->column[c], &evidence[c], column);
  }
  return STATUS_OK;
}

static Status count_used(const Profile *profile, Error *err) {
  for (int c = 0; c < profile->columns; c++) {
    if (profile->column[c].used && c != profile->target) {
      return STATUS_OK;
    }
  }
  const char *target = profile->column[profile->target].name;
  return profile->columns == 1
             ? error_set(err, STATUS_PARSE,
                         "%s: no column to predict '%s' from: there is only one; is the delimiter another than %s?",
                         profile->path, target, DELIMITER_NAMES[profile->format.delimiter])
             : error_set(err, STATUS_PARSE,
                         "%s: no column to predict '%s' from: all others are constant, free text, names of rows, or "
                         "dropped; the delimiter that was found is %s",
                         profile->path, target, DELIMITER_NAMES[profile->format.delimiter]);
}

/* Whole numbers from 0 to 255 in a square of columns are a grey picture. It keeps its constant pixels: a picture has no
 * holes, and networks for it have an input for each. */
static void find_image(Arena *arena, Profile *profile) {
  enum { SMALLEST = 8, BRIGHTEST = 255 };
  int pixels = 0;
  for (int c = 0; c < profile->columns; c++) {
    const ColumnProfile *column = &profile->column[c];
    bool number = column->type == COLUMN_INTEGER || column->type == COLUMN_BOOLEAN || column->type == COLUMN_CONSTANT;
    if (c == profile->target) {
      continue;
    }
    if (!number || !column->has_range || column->missing > 0 || column->word_values || !column->whole ||
        column->min < 0.0 || column->max > BRIGHTEST || (!column->used && column->type != COLUMN_CONSTANT)) {
      return;
    }
    pixels++;
  }
  int width = (int)lround(sqrt(pixels));
  if (width < SMALLEST || width * width != pixels) {
    return;
  }
  profile->image_width = profile->image_height = width;
  for (int c = 0; c < profile->columns; c++) {
    ColumnProfile *column = &profile->column[c];
    if (c != profile->target && !column->used) {
      column->used = true;
      column->why = arena_printf(arena, "%s; kept as a pixel of %d x %d", column->why, width, width);
    }
  }
}

static void rank_columns(Arena *arena, const Frame *frame, const Evidence *evidence, Profile *profile) {
  for (int c = 0; c < profile->columns; c++) {
    ColumnProfile *column = &profile->column[c];
    bool classes = c == profile->target && profile->task == TASK_CLASSIFICATION;
    if (!column->has_range || classes) {
      rank_levels(arena, &frame->column[c], &evidence[c], column);
    }
  }
}

static void judge_columns(Arena *arena, const Frame *frame, const Evidence *evidence, const Wishes *wishes,
                          Profile *profile) {
  for (int c = 0; c < profile->columns; c++) {
    ColumnProfile *column = &profile->column[c];
    column->words = frame->column[c].words;
    judge_column(arena, frame, &evidence[c], c, profile->rows, wishes->wish[c], column);
    column->whole = evidence[c].whole;
    if (wishes->drop[c]) {
      column->used = false;
      column->why = "as was asked for";
    }
  }
}

/* What is said of the table as a whole, once its columns are settled. */
static Status look_at_all(Arena *arena, const Frame *frame, const Evidence *evidence, const DataSpec *spec,
                          LoadProgress *progress, Profile *profile, Error *err) {
  Status status = evidence_measure(frame, evidence, progress, profile, err);
  if (status != STATUS_OK) {
    return status;
  }
  rank_columns(arena, frame, evidence, profile);
  find_image(arena, profile);
  count_missing(frame, evidence, progress, profile);
  profile->rows_without_target = evidence[profile->target].missing;
  profile->sorted = profile->task == TASK_CLASSIFICATION && is_sorted(frame, progress, profile);
  profile->leak = leak_find(arena, frame, progress, profile);
  notes_make(arena, frame, evidence, spec, progress, profile);
  return progress_tell(progress, profile->path, err);
}

/* Where nothing can be predicted, the columns are there to be looked at even so. */
static void look_at_columns(Arena *arena, const Frame *frame, const Evidence *evidence, LoadProgress *progress,
                            Profile *profile) {
  Error unused;
  profile->target = -1;
  if (evidence_measure(frame, evidence, progress, profile, &unused) == STATUS_OK) {
    rank_columns(arena, frame, evidence, profile);
  }
}

static Status judge(Arena *arena, const Frame *frame, const DataSpec *spec, LoadProgress *progress, Profile *profile,
                    Error *err) {
  Wishes wishes;
  Evidence *evidence = NULL;
  Status status = read_wishes(arena, frame, profile->path, spec, &wishes, err);
  if (status == STATUS_OK) {
    status = evidence_gather(arena, frame, profile->rows, profile->path, progress, &evidence, err);
  }
  if (status == STATUS_OK) {
    judge_columns(arena, frame, evidence, &wishes, profile);
    status = target_choose(frame, evidence, spec, profile, err);
  }
  if (status == STATUS_OK) {
    status = target_settle(arena, frame, evidence, spec, wishes.wish[profile->target], profile, err);
  }
  if (status == STATUS_OK) {
    status = count_used(profile, err);
  }
  if (status == STATUS_OK) {
    status = make_category_codes(arena, frame, evidence, profile, err);
  }
  if (status != STATUS_OK && status != STATUS_STOPPED && evidence) {
    look_at_columns(arena, frame, evidence, progress, profile);
  }
  return status == STATUS_OK ? look_at_all(arena, frame, evidence, spec, progress, profile, err) : status;
}

Status profile_judge(Arena *arena, const Frame *frame, const char *path, const DataSpec *spec, LoadProgress *progress,
                     Profile *profile, Error *err) {
  char shown[256];
  str_printable(shown, sizeof shown, path);
  Profile made = {.path = arena_strdup(arena, shown),
                  .format = frame->format,
                  .rows = frame->rows - frame->test_rows,
                  .columns = frame->columns,
                  .column = ARENA_ARRAY(arena, ColumnProfile, (size_t)frame->columns),
                  .target_why = "",
                  .leak = "",
                  .short_rows = frame->short_rows,
                  .long_rows = frame->long_rows,
                  .first_long_line = frame->first_long_line,
                  .blank_lines = frame->blank_lines,
                  .comment_lines = frame->comment_lines};
  if (made.rows < 2) {
    return error_set(err, STATUS_PARSE, "%s: %s: at least 2 rows are needed", shown,
                     made.rows == 0 ? "no row of values" : "only 1 row of values");
  }
  Status status = judge(arena, frame, spec, progress, &made, err);
  if (status == STATUS_OK || made.target < 0) {
    *profile = made;
  }
  return status;
}
