#include "data/judge.h"

#include <float.h>
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

static bool read_date(const char *text, int order, double *value) { return word_date(text, (DateOrder)order, value); }

static bool read_time(const char *text, int order, double *value) {
  (void)order;
  return word_time(text, value);
}

static bool read_truth(const char *text, int order, double *value) {
  bool yes = false;
  bool is = word_truth(text, &yes) == (TruthPair)order;
  *value = yes ? 1.0 : 0.0;
  return is;
}

static const double *values_of_words(Arena *arena, const FrameColumn *column, WordReader *read, int order) {
  double value;
  for (int w = 0; w < column->words; w++) {
    if (!read(column->word[w].text, order, &value)) {
      return NULL;
    }
  }
  double *values = ARENA_ARRAY(arena, double, (size_t)column->words);
  for (int w = 0; w < column->words; w++) {
    (void)read(column->word[w].text, order, &values[w]);
  }
  return values;
}

/* --- amounts: numbers with one unit ------------------------------------------------------------------------------- */

/* The words of a column as amounts. */
typedef struct Amounts {
  double *values;                       /* (words) NaN: none, or too large */
  Amount unit;                          /* of the first that has one */
  bool fraction;                        /* some have one, or a number of the column has */
  int words, none, large;               /* words that are amounts; cells that are none, that are too large */
  const char *first_none, *first_large; /* the first of each */
} Amounts;

static bool has_unit(const Amount *amount) { return amount->prefix_length + amount->suffix_length > 0; }

static bool same_unit(const Amount *a, const Amount *b) {
  return a->prefix_length == b->prefix_length && memcmp(a->prefix, b->prefix, a->prefix_length) == 0 &&
         a->suffix_length == b->suffix_length && memcmp(a->suffix, b->suffix, a->suffix_length) == 0;
}

static void take_amount(const Word *word, double *value, Decimal decimal, Amounts *amounts) {
  Amount amount;
  bool is = word_amount(word->text, decimal, &amount);
  if (is && has_unit(&amount) && !has_unit(&amounts->unit)) {
    amounts->unit = amount;
  }
  *value = (double)NAN;
  if (!is || (has_unit(&amount) && !same_unit(&amount, &amounts->unit))) {
    amounts->first_none = amounts->none == 0 ? word->text : amounts->first_none;
    amounts->none += word->rows;
  } else if (fabs(amount.value) > (double)FLT_MAX) {
    amounts->first_large = amounts->large == 0 ? word->text : amounts->first_large;
    amounts->large += word->rows;
  } else {
    *value = amount.value;
    amounts->words++;
    amounts->fraction |= amount.fraction;
  }
}

/* Letters before whole numbers make names ("C3"), and no amounts, but for currencies. */
static bool is_named(const Amounts *amounts) {
  const Amount *unit = &amounts->unit;
  return unit->prefix_length > 0 && !word_is_currency(unit->prefix, unit->prefix_length) && !amounts->fraction;
}

/* Whether the column's words are amounts: all of them; nearly all where there are enough numbers to tell by. */
static bool read_amounts(Arena *arena, const FrameColumn *column, const Evidence *evidence, Decimal decimal,
                         Amounts *amounts) {
  enum { ENOUGH_CELLS = 10 };
  int cells = evidence->numbers + evidence->words, most = cells >= ENOUGH_CELLS ? cells / 10 : 0;
  Arena scratch;
  arena_init(&scratch, 0);
  double *values = ARENA_ARRAY(&scratch, double, (size_t)column->words);
  *amounts = (Amounts){.fraction = !evidence->whole};
  for (int w = 0; w < column->words && amounts->none <= most; w++) {
    take_amount(&column->word[w], &values[w], decimal, amounts);
  }
  bool enough = amounts->none <= most && evidence->distinct + amounts->words > 0 &&
                (amounts->none == 0 || evidence->distinct + amounts->words > ENOUGH_CELLS) && !is_named(amounts);
  if (enough) {
    amounts->values = ARENA_ARRAY(arena, double, (size_t)column->words);
    memcpy(amounts->values, values, (size_t)column->words * sizeof *values);
  }
  arena_deinit(&scratch);
  return enough;
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
    profile->why = evidence->counts_up || !frame->column[c].named ? "numbers the rows" : "another number in every row";
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

/* Yes and no, in capitals or not: two levels. */
static bool judge_truth(Arena *arena, const FrameColumn *column, const Evidence *evidence, ColumnProfile *profile) {
  TruthPair pair = pair_of(column);
  const double *values =
      pair != TRUTH_NONE && evidence->numbers == 0 ? values_of_words(arena, column, read_truth, (int)pair) : NULL;
  bool seen[2] = {false, false};
  for (int w = 0; values && w < column->words; w++) {
    seen[values[w] > 0.0] = true;
  }
  if (!values || !((seen[0] && seen[1]) || evidence->missing > 0)) {
    return false;
  }
  profile->word_values = values;
  profile->type = COLUMN_BOOLEAN;
  profile->levels = seen[0] + seen[1];
  return true;
}

static bool judge_dates(Arena *arena, const FrameColumn *column, const Evidence *evidence, ColumnProfile *profile) {
  for (int order = 0; evidence->numbers == 0 && order < DATE_ORDERS; order++) {
    if ((profile->word_values = values_of_words(arena, column, read_date, order))) {
      profile->type = COLUMN_DATE;
      profile->why = "as days since 1970-01-01";
      return true;
    }
  }
  if (evidence->numbers == 0 && (profile->word_values = values_of_words(arena, column, read_time, 0))) {
    profile->type = COLUMN_NUMBER;
    profile->why = "times of day, in hours";
    return true;
  }
  return false;
}

/* "3 cells are no numbers ('old' ...) and count as missing" */
static const char *say_unread(Arena *arena, int cells, const char *first, const char *one, const char *many) {
  char shown[FRAME_NAME_SIZE];
  str_printable(shown, sizeof shown, first);
  return arena_printf(arena, "%d cell%s ('%s'%s) and count%s as missing", cells, cells == 1 ? one : many, shown,
                      cells == 1 ? "" : " ...", cells == 1 ? "s" : "");
}

static bool judge_amounts(Arena *arena, const Frame *frame, int c, const Evidence *evidence, ColumnProfile *profile) {
  const FrameColumn *column = &frame->column[c];
  bool comma = frame->format.decimal == DECIMAL_COMMA;
  Amounts amounts;
  if (!read_amounts(arena, column, evidence, comma ? DECIMAL_COMMA : DECIMAL_POINT, &amounts) &&
      !(comma && evidence->whole && read_amounts(arena, column, evidence, DECIMAL_POINT, &amounts))) {
    return false;
  }
  bool whole = evidence->whole;
  for (int w = 0; w < column->words; w++) {
    whole = whole && (isnan(amounts.values[w]) || amounts.values[w] == floor(amounts.values[w]));
  }
  profile->word_values = amounts.values;
  profile->type = whole ? COLUMN_INTEGER : COLUMN_NUMBER;
  if (amounts.large > 0) {
    profile->why =
        say_unread(arena, amounts.large, amounts.first_large, " is beyond every number", "s are beyond every number");
  }
  if (amounts.none > 0) {
    profile->why = say_unread(arena, amounts.none, amounts.first_none, " is no number", "s are no numbers");
  }
  return true;
}

/* Digits alone, some with a zero in front: "08502". */
static bool is_code(const FrameColumn *column) {
  bool zero = false;
  for (int w = 0; w < column->words; w++) {
    const char *text = column->word[w].text;
    size_t digits = strspn(text, "0123456789");
    if (text[digits] != '\0') {
      return false;
    }
    zero = zero || (digits > 1 && *text == '0');
  }
  return zero;
}

/* Words that all stand for a value: true when the column is settled by that. */
static bool judge_values(Arena *arena, const Frame *frame, int c, const Evidence *evidence, ColumnProfile *profile) {
  const FrameColumn *column = &frame->column[c];
  return judge_truth(arena, column, evidence, profile) || judge_dates(arena, column, evidence, profile) ||
         judge_amounts(arena, frame, c, evidence, profile);
}

/* Words of free text, or names of rows: nearly as many as there are cells, or more than could be told apart. */
static bool judge_text(Arena *arena, const FrameColumn *column, const Evidence *evidence, bool digits,
                       ColumnProfile *profile) {
  enum { FEW = 20 };
  int cells = evidence->numbers + evidence->words;
  bool unique = profile->levels == cells && cells >= 3;
  bool countless = column->others > 0 || evidence->distinct > PROFILE_MANY;
  bool many = profile->levels > FEW && (profile->levels > cells / 2 || countless);
  if (!unique && !many) {
    return false;
  }
  bool code = unique || digits; /* "LP001002": no blank, a digit */
  for (int w = 0; w < column->words && code; w++) {
    code = !strchr(column->word[w].text, ' ') && strpbrk(column->word[w].text, "0123456789");
  }
  profile->type = code ? COLUMN_ID : COLUMN_TEXT;
  profile->used = false;
  profile->why = unique ? "another word in every row"
                        : arena_printf(arena, "%s: %s%d different words in %d rows", digits ? "codes" : "free text",
                                       countless ? "over " : "", profile->levels, cells);
  return true;
}

static void judge_words(Arena *arena, const Frame *frame, const Evidence *evidence, int c, ColumnProfile *profile) {
  const FrameColumn *column = &frame->column[c];
  bool code = is_code(column);
  profile->used = true;
  if (profile->levels == 1 && evidence->missing == 0) {
    char shown[FRAME_NAME_SIZE];
    str_printable(shown, sizeof shown, column->word[0].text);
    profile->type = COLUMN_CONSTANT;
    profile->used = false;
    profile->why = arena_printf(arena, "every row has '%s'", shown);
  } else if (column->others == 0 && !code && judge_values(arena, frame, c, evidence, profile)) {
    profile->has_range = true;
  } else if (!judge_text(arena, column, evidence, code, profile)) {
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
    (void)judge_values(arena, frame, c, evidence, profile);
  } else if (wish == WISH_CATEGORICAL) {
    profile->type = COLUMN_CATEGORY;
    profile->used = true;
  } else if (evidence->words == 0) {
    judge_numbers(arena, frame, evidence, c, rows, profile);
  } else {
    judge_words(arena, frame, evidence, c, profile);
  }
}
