#include "data/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/order.h"
#include "base/str.h"
#include "data/word_value.h"

const char *const COLUMN_TYPE_NAMES[COLUMN_TYPES] = {"number", "integer", "boolean", "category",
                                                     "date",   "text",    "id",      "constant"};

/* --- what the words of a column are ------------------------------------------------------------------------------- */

/* The values of a column's words, or NULL unless all of them have one. */
typedef bool WordReader(const char *text, int order, double *value);

static bool read_amount(const char *text, int order, double *value) {
  (void)order;
  return word_amount(text, value);
}

static bool read_date(const char *text, int order, double *value) { return word_date(text, (DateOrder)order, value); }

static bool read_truth(const char *text, int order, double *value) {
  bool yes = false;
  bool is = word_truth(text, &yes) == (TruthPair)order;
  *value = yes ? 1.0 : 0.0;
  return is;
}

static const double *values_of_words(Arena *arena, const FrameColumn *column, WordReader *read, int order) {
  double *values = ARENA_ARRAY(arena, double, (size_t)column->words);
  for (int w = 0; w < column->words; w++) {
    if (!read(column->word[w].text, order, &values[w])) {
      return NULL;
    }
  }
  return values;
}

/* --- columns that name the row -------------------------------------------------------------------------------------
 */

static bool is_id_name(const char *name) {
  static const char *const names[] = {"id",     "index",      "idx",        "no",        "no.",       "nr",
                                      "row",    "rowid",      "rownames",   "row names", "rownumber", "row number",
                                      "number", "unnamed: 0", "record",     "obs",       "case",      "sample",
                                      "uuid",   "key",        "serial no.", "instant",   "seqn",      "#"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcasecmp(name, names[i]) == 0) {
      return true;
    }
  }
  size_t length = strlen(name);
  const char *end = length > 2 ? name + length - 2 : "";
  return strcmp(end, "ID") == 0 || strcmp(end, "Id") == 0 ||
         (length > 3 && strcasecmp(end, "id") == 0 && strchr("_ -.", end[-1]));
}

/* Names of what may well count up and still say something. */
static bool is_progress_name(const char *name) {
  static const char *const names[] = {"x", "t", "time", "year", "month", "week", "day", "hour", "age", "n", "step"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcasecmp(name, names[i]) == 0) {
      return true;
    }
  }
  return false;
}

static int count_distinct(const Frame *frame, int c, int rows) {
  Arena scratch;
  arena_init(&scratch, 0);
  float *sorted = ARENA_ARRAY(&scratch, float, (size_t)rows);
  int count = 0, distinct = 0;
  bool rises = true;
  for (int r = 0; r < rows; r++) {
    float cell = frame->cells[(size_t)r * (size_t)frame->columns + (size_t)c];
    if (cell_is_number(cell)) {
      rises = rises && (count == 0 || cell > sorted[count - 1]);
      sorted[count++] = cell;
    }
  }
  if (!rises) {
    qsort(sorted, (size_t)count, sizeof *sorted, order_floats);
  }
  for (int i = 0; i < count; i++) {
    distinct += i == 0 || sorted[i] != sorted[i - 1];
  }
  arena_deinit(&scratch);
  return distinct;
}

/* Whole numbers that name rows: R's row names, a column that is called so, record numbers in the first column. */
static bool is_row_number(const Frame *frame, const Evidence *evidence, int c, int rows) {
  enum { ENOUGH_ROWS = 20, LARGE = 100000 };
  const FrameColumn *column = &frame->column[c];
  if (!evidence->whole || evidence->numbers == 0 || evidence->words > 0) {
    return false;
  }
  if (evidence->counts_up) {
    return (rows >= ENOUGH_ROWS && !is_progress_name(column->name)) ||
           (!column->named && frame->format.header == HEADER_YES) || is_id_name(column->name);
  }
  bool large = !column->named && c == 0 && evidence->max >= LARGE; /* of a file without a header */
  bool by_name = is_id_name(column->name);
  if (!large && !by_name) {
    return false;
  }
  int distinct = evidence->distinct <= PROFILE_MANY ? evidence->distinct : count_distinct(frame, c, rows);
  int repeated = evidence->numbers - distinct;
  return distinct >= 3 && repeated <= (by_name ? 0 : evidence->numbers / 10);
}

/* --- judgement ---------------------------------------------------------------------------------------------------- */

static void judge_numbers(Arena *arena, const Frame *frame, const Evidence *evidence, int c, int rows,
                          ColumnProfile *profile) {
  profile->has_range = true;
  profile->used = true;
  if (evidence->distinct == 1 && evidence->missing == 0) {
    char shown[32];
    str_from_float(shown, sizeof shown, evidence->values[0]);
    profile->type = COLUMN_CONSTANT;
    profile->used = false;
    profile->why = arena_printf(arena, "every row has %s", shown);
  } else if (is_row_number(frame, evidence, c, rows)) {
    profile->type = COLUMN_ID;
    profile->used = false;
    profile->why = "numbers the rows";
  } else if (evidence->whole && evidence->distinct <= 2 && evidence->min >= 0.0 && evidence->max <= 1.0) {
    profile->type = COLUMN_BOOLEAN;
  } else {
    profile->type = evidence->whole ? COLUMN_INTEGER : COLUMN_NUMBER;
  }
}

static TruthPair pair_of(const FrameColumn *column) {
  bool yes;
  return column->words > 0 ? word_truth(column->word[0].text, &yes) : TRUTH_NONE;
}

/* Words that all stand for a value: true when the column is settled by that. */
static bool judge_values(Arena *arena, const FrameColumn *column, const Evidence *evidence, ColumnProfile *profile) {
  TruthPair pair = pair_of(column);
  if (pair != TRUTH_NONE && evidence->numbers == 0 &&
      (profile->word_values = values_of_words(arena, column, read_truth, (int)pair))) {
    profile->type = COLUMN_BOOLEAN;
    return column->words == 2 || evidence->missing > 0;
  }
  for (int order = 0; evidence->numbers == 0 && order < DATE_ORDERS; order++) {
    if ((profile->word_values = values_of_words(arena, column, read_date, order))) {
      profile->type = COLUMN_DATE;
      profile->why = "as days since 1970-01-01";
      return true;
    }
  }
  if ((profile->word_values = values_of_words(arena, column, read_amount, 0))) {
    bool whole = evidence->whole;
    for (int w = 0; w < column->words; w++) {
      whole &= profile->word_values[w] == floor(profile->word_values[w]);
    }
    profile->type = whole ? COLUMN_INTEGER : COLUMN_NUMBER;
    return true;
  }
  return false;
}

/* Words of free text, or names of rows: nearly as many as there are cells, or more than could be told apart. */
static bool judge_text(Arena *arena, const FrameColumn *column, const Evidence *evidence, ColumnProfile *profile) {
  enum { FEW = 20 };
  int cells = evidence->numbers + evidence->words;
  bool unique = profile->levels == cells && cells >= 3;
  bool countless = column->others > 0 || evidence->distinct > PROFILE_MANY;
  bool many = profile->levels > FEW && (profile->levels > cells / 2 || countless);
  if (!unique && !many) {
    return false;
  }
  bool code = unique; /* "LP001002": no blank, a digit */
  for (int w = 0; w < column->words && code; w++) {
    code = !strchr(column->word[w].text, ' ') && strpbrk(column->word[w].text, "0123456789");
  }
  profile->type = code ? COLUMN_ID : COLUMN_TEXT;
  profile->used = false;
  profile->why = unique ? "another word in every row"
                        : arena_printf(arena, "free text: %s%d different words in %d rows", countless ? "over " : "",
                                       profile->levels, cells);
  return true;
}

static void judge_words(Arena *arena, const Frame *frame, const Evidence *evidence, int c, ColumnProfile *profile) {
  const FrameColumn *column = &frame->column[c];
  int cells = evidence->numbers + evidence->words;
  profile->used = true;
  if (profile->levels == 1 && evidence->missing == 0) {
    char shown[FRAME_NAME_SIZE];
    str_printable(shown, sizeof shown, column->word[0].text);
    profile->type = COLUMN_CONSTANT;
    profile->used = false;
    profile->why = arena_printf(arena, "every row has '%s'", shown);
  } else if (column->others == 0 && judge_values(arena, column, evidence, profile)) {
    profile->has_range = true;
  } else if (cells >= 10 && evidence->words <= cells / 10 && evidence->distinct > 10) {
    char shown[FRAME_NAME_SIZE];
    str_printable(shown, sizeof shown, column->word[0].text);
    profile->word_values = NULL;
    profile->type = evidence->whole ? COLUMN_INTEGER : COLUMN_NUMBER;
    profile->has_range = true;
    profile->why = arena_printf(arena, "%d cell%s no number ('%s'%s) and count%s as missing", evidence->words,
                                evidence->words == 1 ? " is" : "s are", shown, column->words > 1 ? " ..." : "",
                                evidence->words == 1 ? "s" : "");
  } else if (!judge_text(arena, column, evidence, profile)) {
    profile->word_values = NULL;
    profile->type = COLUMN_CATEGORY;
  }
}

void judge_column(Arena *arena, const Frame *frame, const Evidence *evidence, int c, int rows, ColumnWish wish,
                  ColumnProfile *profile) {
  const FrameColumn *column = &frame->column[c];
  profile->name = column->name;
  profile->why = "";
  profile->missing = evidence->missing;
  profile->levels = column->words + evidence->distinct;
  if (evidence->numbers + evidence->words == 0) {
    profile->type = COLUMN_CONSTANT;
    profile->why = "every cell is missing";
  } else if (wish == WISH_NUMERIC) {
    profile->type = evidence->whole ? COLUMN_INTEGER : COLUMN_NUMBER;
    profile->has_range = profile->used = true;
    (void)judge_values(arena, column, evidence, profile);
  } else if (wish == WISH_CATEGORICAL) {
    profile->type = COLUMN_CATEGORY;
    profile->used = true;
  } else if (evidence->words == 0) {
    judge_numbers(arena, frame, evidence, c, rows, profile);
  } else {
    judge_words(arena, frame, evidence, c, profile);
  }
}
