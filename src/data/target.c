#include "data/target.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "data/column_names.h"

enum { FEW_CLASSES = 20 };

/* --- which column ------------------------------------------------------------------------------------------------- */

/* Whether the column may be predicted: it varies, and half of the rows have it. */
static bool is_predictable(const Profile *profile, int c) {
  const ColumnProfile *column = &profile->column[c];
  return column->used && column->levels > 1 && 2 * (int64_t)column->missing <= profile->rows;
}

static int find_column(const Profile *profile, const char *name) {
  for (int c = 0; c < profile->columns; c++) {
    if (strcasecmp(profile->column[c].name, name) == 0) {
      return c;
    }
  }
  return -1;
}

/* What is nearly always called so because it is predicted. Beside an x, y is a coordinate. */
static int find_named(const Profile *profile) {
  static const char *const names[] = {"target",  "label",     "labels",  "class",   "survived",
                                      "outcome", "diagnosis", "churn",   "churned", "fraud",
                                      "isfraud", "is_fraud",  "species", "default", "y"};
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    int c = find_column(profile, names[n]);
    bool coordinate = strcmp(names[n], "y") == 0 && find_column(profile, "x") >= 0;
    if (c >= 0 && !coordinate && is_predictable(profile, c)) {
      return c;
    }
  }
  return -1;
}

/* The next column from `c` in this direction that is used; -1 if there is none. */
static int find_used(const Profile *profile, int c, int step) {
  while (c >= 0 && c < profile->columns && !profile->column[c].used) {
    c += step;
  }
  return c >= 0 && c < profile->columns ? c : -1;
}

/* The last column that is used; one that most rows lack only where there is no other. */
static int find_last(const Profile *profile) {
  int last = find_used(profile, profile->columns - 1, -1);
  for (int c = last; c >= 0; c = find_used(profile, c - 1, -1)) {
    if (2 * (int64_t)profile->column[c].missing <= profile->rows) {
      return c;
    }
  }
  return last;
}

static bool is_of_words(const Profile *profile, const Evidence *evidence, int c) {
  ColumnType type = profile->column[c].type;
  return evidence[c].words > 0 && (type == COLUMN_CATEGORY || type == COLUMN_BOOLEAN);
}

/* Whether the two columns have a word in common: then they answer the same kind of question. */
static bool share_words(const Frame *frame, int a, int b) {
  for (int i = 0; i < frame->column[a].words; i++) {
    for (int j = 0; j < frame->column[b].words; j++) {
      if (strcmp(frame->column[a].word[i].text, frame->column[b].word[j].text) == 0) {
        return true;
      }
    }
  }
  return false;
}

static bool are_letters(const Frame *frame, int c) {
  for (int w = 0; w < frame->column[c].words; w++) {
    if (strlen(frame->column[c].word[w].text) != 1) {
      return false;
    }
  }
  return true;
}

/* Whether two columns of numbers are of one kind: then the latter is a feature like the former. */
static bool are_alike(const Profile *profile, const Evidence *evidence, int a, int b) {
  return profile->column[a].type == profile->column[b].type && evidence[a].min <= evidence[b].max &&
         evidence[b].min <= evidence[a].max;
}

/* Of numbers that could be counted. */
static bool are_repeated(const Evidence *evidence) {
  for (int i = 0; i < evidence->distinct; i++) {
    if (evidence->value_rows[i] < 2) {
      return false;
    }
  }
  return true;
}

/* 0, 1, 2 ... or 1, 2, 3 ..., a few of them, all there, each several times. */
static bool are_class_numbers(const Evidence *evidence) {
  return evidence->whole && evidence->words == 0 && evidence->distinct >= 2 && evidence->distinct <= FEW_CLASSES &&
         (evidence->min == 0.0 || evidence->min == 1.0) &&
         evidence->max - evidence->min + 1.0 == (double)evidence->distinct && are_repeated(evidence);
}

/* Of a file without a header: is it the first column that is predicted, rather than the last? */
static bool is_first(const Frame *frame, const Profile *profile, const Evidence *evidence, int first, int last) {
  int second = find_used(profile, first + 1, 1), before = find_used(profile, last - 1, -1);
  bool first_words = is_of_words(profile, evidence, first), last_words = is_of_words(profile, evidence, last);
  if (first == last || before == first || second == last) {
    return first_words && !last_words;
  }
  if (first_words && last_words) {
    bool first_shares = share_words(frame, first, second), last_shares = share_words(frame, last, before);
    return first_shares != last_shares ? last_shares
                                       : are_letters(frame, first) && are_letters(frame, last) &&
                                             profile->column[first].levels < profile->column[last].levels;
  }
  if (first_words) {
    return are_alike(profile, evidence, before, last);
  }
  return !last_words && are_class_numbers(&evidence[first]) &&
         (evidence[last].distinct > FEW_CLASSES || are_alike(profile, evidence, before, last));
}

Status target_choose(const Frame *frame, const Evidence *evidence, const DataSpec *spec, Profile *profile, Error *err) {
  if (*spec->target) {
    profile->target_why = "as was asked for";
    return column_names_find(frame, profile->path, "target", spec->target, &profile->target, err);
  }
  int first = find_used(profile, 0, 1), last = find_last(profile);
  if (first < 0) {
    return error_set(err, STATUS_PARSE,
                     "%s: no column to predict: every one is constant, free text or a row's name; the delimiter that "
                     "was found is %s",
                     profile->path, DELIMITER_NAMES[profile->format.delimiter]);
  }
  int named = frame->format.header == HEADER_YES ? find_named(profile) : -1;
  if (named >= 0) {
    profile->target = named;
    profile->target_why = "by its name";
  } else if (frame->format.header == HEADER_NO && frame->class_names == 0 &&
             is_first(frame, profile, evidence, first, last)) {
    profile->target = first;
    profile->target_why = "the first column holds classes";
  } else {
    profile->target = last;
    profile->target_why = last == profile->columns - 1 ? "the last column" : "the last column that can be predicted";
  }
  return STATUS_OK;
}

/* --- classes ------------------------------------------------------------------------------------------------------ */

typedef struct Level {
  const char *text;
  int word;
} Level;

static int compare_levels(const void *a, const void *b) {
  const Level *left = a, *right = b;
  int order = strcmp(left->text, right->text);
  return order != 0 ? order : left->word - right->word;
}

/* The words in the order of their codes: by the alphabet. */
static Level *sort_words(Arena *arena, const FrameColumn *from) {
  Level *levels = ARENA_ARRAY(arena, Level, (size_t)from->words);
  for (int w = 0; w < from->words; w++) {
    levels[w] = (Level){from->word[w].text, w};
  }
  qsort(levels, (size_t)from->words, sizeof *levels, compare_levels);
  return levels;
}

/* The word that a boolean's word is the same as but for capitals: the one that the most rows have. */
static int spelling_of(const FrameColumn *from, const ColumnProfile *column, int word) {
  int most = word;
  for (int w = 0; column->type == COLUMN_BOOLEAN && column->word_values && w < from->words; w++) {
    bool same = column->word_values[w] == column->word_values[word];
    bool more = from->word[w].rows > from->word[most].rows || (w < most && from->word[w].rows == from->word[most].rows);
    most = same && more ? w : most;
  }
  return most;
}

void target_make_codes(Arena *arena, const FrameColumn *from, const Evidence *evidence, ColumnProfile *column) {
  size_t numbers = (size_t)evidence->distinct, words = (size_t)from->words;
  const char **names = ARENA_ARRAY(arena, const char *, numbers + words);
  int *number_codes = ARENA_ARRAY(arena, int, numbers), *word_codes = ARENA_ARRAY(arena, int, words);
  const Level *levels = sort_words(arena, from);
  char shown[FRAME_NAME_SIZE];
  for (size_t i = 0; i < numbers; i++) {
    str_from_float(shown, sizeof shown, evidence->values[i]);
    names[i] = arena_strdup(arena, shown);
    number_codes[i] = (int)i;
  }
  column->codes = (int)numbers;
  for (size_t i = 0; i < words; i++) {
    if (spelling_of(from, column, levels[i].word) == levels[i].word) {
      str_printable(shown, sizeof shown, levels[i].text);
      word_codes[levels[i].word] = column->codes;
      names[column->codes++] = arena_strdup(arena, shown);
    }
  }
  for (int w = 0; w < from->words; w++) {
    word_codes[w] = word_codes[spelling_of(from, column, w)];
  }
  column->code_names = names;
  column->numbers = evidence->values;
  column->number_codes = number_codes;
  column->number_count = (int)numbers;
  column->word_codes = word_codes;
}

/* A few whole numbers, each several times, are classes; so are more of them without a gap in a column called label. */
static bool is_classes(const Evidence *evidence, const char *name, int rows) {
  if (!evidence->whole || evidence->distinct > TABLE_MAX_CLASSES) {
    return false;
  }
  bool label = strcasecmp(name, "label") == 0 || strcasecmp(name, "class") == 0;
  if (label && evidence->max - evidence->min + 1.0 == (double)evidence->distinct) {
    return true;
  }
  return are_repeated(evidence) && evidence->distinct <= FEW_CLASSES &&
         (evidence->distinct <= 2 || 5 * evidence->distinct <= rows);
}

static Status check_classification(const Frame *frame, const Profile *profile, Error *err) {
  const ColumnProfile *column = &profile->column[profile->target];
  const FrameColumn *from = &frame->column[profile->target];
  int classes = column->levels;
  if (classes > TABLE_MAX_CLASSES || from->others > 0) {
    return error_set(err, STATUS_RANGE,
                     "%s: column '%s' has over %d different values, too many for classes: predict another column "
                     "(target), or take it as numbers (task: regression)",
                     profile->path, column->name, TABLE_MAX_CLASSES);
  }
  if (classes < 2) {
    return error_set(
        err, STATUS_RANGE,
        "%s: column '%s' has the same value in every row: there is nothing to predict; name another column "
        "(target)",
        profile->path, column->name);
  }
  return STATUS_OK;
}

static void name_classes(Arena *arena, const Frame *frame, const Evidence *evidence, Profile *profile) {
  ColumnProfile *column = &profile->column[profile->target];
  const FrameColumn *from = &frame->column[profile->target];
  target_make_codes(arena, from, evidence, column);
  profile->classes = column->codes;
  if (frame->class_names == column->codes && from->words == 0 && evidence->min == 0.0) {
    column->code_names = (const char *const *)frame->class_name;
  }
  int *rows = ARENA_ARRAY(arena, int, (size_t)column->codes), most = 0, all = 0;
  for (int i = 0; i < evidence->distinct; i++) {
    rows[i] = evidence->value_rows[i];
  }
  for (int w = 0; w < from->words; w++) {
    rows[column->word_codes[w]] += from->word[w].rows;
  }
  for (int k = 0; k < column->codes; k++) {
    most = rows[k] > most ? rows[k] : most;
    all += rows[k];
  }
  profile->class_names = column->code_names;
  profile->class_rows = rows;
  profile->baseline = (double)most / (double)all;
}

/* By what the column is judged to be: words are classes, and so are a few whole numbers; amounts and dates are not. */
static bool are_classes(const Frame *frame, const Evidence *evidence, const Profile *profile, ColumnWish wish) {
  const ColumnProfile *column = &profile->column[profile->target];
  if (wish != WISH_NONE) {
    return wish == WISH_CATEGORICAL;
  }
  if (frame->column[profile->target].words > 0 && (!column->has_range || column->type == COLUMN_BOOLEAN)) {
    return true;
  }
  return !column->word_values && is_classes(evidence, column->name, profile->rows);
}

Status target_settle(Arena *arena, const Frame *frame, const Evidence *evidence, const DataSpec *spec, ColumnWish wish,
                     Profile *profile, Error *err) {
  ColumnProfile *column = &profile->column[profile->target];
  const Evidence *of = &evidence[profile->target];
  bool classes = are_classes(frame, of, profile, wish);
  bool words = frame->column[profile->target].words > 0 && !column->has_range;
  if (of->numbers + of->words == 0) {
    return error_set(err, STATUS_RANGE, "%s: column '%s' is empty: there is nothing to predict; name another (target)",
                     profile->path, column->name);
  }
  if (spec->task == TASK_WISH_REGRESSION && words) {
    return error_set(err, STATUS_RANGE, "%s: column '%s' holds words, and regression predicts numbers: leave task out",
                     profile->path, column->name);
  }
  if (!column->used) {
    column->why = "";
  }
  column->used = true;
  if (!(spec->task == TASK_WISH_CLASSIFICATION || (spec->task == TASK_WISH_AUTO && classes))) {
    profile->task = TASK_REGRESSION;
    if (of->distinct == 1 && of->words == 0) {
      return check_classification(frame, profile, err);
    }
    return STATUS_OK;
  }
  profile->task = TASK_CLASSIFICATION;
  Status status = check_classification(frame, profile, err);
  if (status == STATUS_OK) {
    name_classes(arena, frame, of, profile);
  }
  return status;
}
