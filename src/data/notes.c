#include "data/notes.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/order.h"
#include "base/str.h"

typedef struct Notes {
  Arena *arena;
  const Frame *frame;
  const Evidence *evidence; /* (columns) */
  Profile *profile;
} Notes;

static void add(Notes *notes, const char *text) {
  Profile *profile = notes->profile;
  if (profile->notes < PROFILE_NOTES) {
    profile->note[profile->notes++] = text;
  }
}

static void note_lines(Notes *notes) {
  const CsvFormat *format = &notes->frame->format;
  if (format->above_lines > 0) {
    bool one = format->above_lines == 1;
    add(notes, arena_printf(notes->arena, "%d line%s above the table %s passed over", format->above_lines,
                            one ? "" : "s", one ? "was" : "were"));
  }
  if (format->units_line) {
    add(notes, "the row of units below the header is left out");
  }
}

static void note_classes(Notes *notes) {
  enum { IMBALANCE = 5 };
  const Profile *profile = notes->profile;
  int least = 0, most = 0;
  for (int k = 1; k < profile->classes; k++) {
    least = profile->class_rows[k] < profile->class_rows[least] ? k : least;
    most = profile->class_rows[k] > profile->class_rows[most] ? k : most;
  }
  if (profile->classes > 0 && (int64_t)IMBALANCE * profile->class_rows[least] < profile->class_rows[most]) {
    add(notes,
        arena_printf(notes->arena, "the classes are imbalanced: '%s' has %d rows, '%s' %d", profile->class_names[least],
                     profile->class_rows[least], profile->class_names[most], profile->class_rows[most]));
  }
}

/* Of a category with few levels: two that differ in capitals alone. */
static void note_spellings(Notes *notes) {
  enum { MOST_LEVELS = 1000 };
  for (int c = 0; c < notes->profile->columns; c++) {
    const FrameColumn *from = &notes->frame->column[c];
    bool category = notes->profile->column[c].used && notes->profile->column[c].type == COLUMN_CATEGORY;
    for (int a = 0; category && a < from->words && from->words <= MOST_LEVELS; a++) {
      for (int b = a + 1; category && b < from->words; b++) {
        if (strcasecmp(from->word[a].text, from->word[b].text) == 0) {
          char one[FRAME_NAME_SIZE], other[FRAME_NAME_SIZE];
          str_printable(one, sizeof one, from->word[a].text);
          str_printable(other, sizeof other, from->word[b].text);
          add(notes, arena_printf(notes->arena,
                                  "'%s' has levels that differ in capitals alone, like '%s' and '%s': "
                                  "they are levels of their own",
                                  from->name, one, other));
          category = false;
        }
      }
    }
  }
}

/* Whether the column's days never go back, and are not all one. */
static bool is_in_order(const Notes *notes, const LoadProgress *progress, int c) {
  const Frame *frame = notes->frame;
  const ColumnProfile *column = &notes->profile->column[c];
  double before = -HUGE_VAL, first = HUGE_VAL;
  for (int r = 0; r < notes->profile->rows && !progress_is_stopped(progress); r++) {
    double day = profile_number(column, frame->cells[(size_t)r * (size_t)frame->columns + (size_t)c]);
    if (day < before) {
      return false;
    }
    before = day >= before ? day : before;
    first = fmin(first, before);
  }
  return before > first && 2 * column->levels > notes->profile->rows;
}

static void note_order(Notes *notes, const LoadProgress *progress, SplitKind split) {
  const Profile *profile = notes->profile;
  for (int c = 0; c < profile->columns && split == SPLIT_RANDOM; c++) {
    if (profile->column[c].type == COLUMN_DATE && is_in_order(notes, progress, c)) {
      add(notes, arena_printf(notes->arena,
                              "the rows are in the order of '%s': split random validates on days between "
                              "those that it trains on, split keras on the latest rows",
                              profile->column[c].name));
      return;
    }
  }
}

/* Whether the column has this number as its least or largest, far from all others and more often than they are. */
static bool has_alone(const Evidence *evidence, float value) {
  enum { FEWEST = 5, FAR = 10 };
  int last = evidence->distinct - 1;
  if (!evidence->values || evidence->distinct < FEWEST) {
    return false;
  }
  bool low = evidence->values[0] == value, high = evidence->values[last] == value;
  int place = high ? last : 0;
  double gap = low ? (double)(evidence->values[1] - value) : (double)(value - evidence->values[last - 1]);
  double others = low ? (double)(evidence->values[last] - evidence->values[1])
                      : (double)(evidence->values[last - 1] - evidence->values[0]);
  return (low || high) && gap * (last - 1) > FAR * others && evidence->value_rows[place] >= 2 &&
         (int64_t)evidence->value_rows[place] * evidence->distinct > evidence->numbers;
}

static void note_sentinels(Notes *notes) {
  static const float sentinels[] = {-9, -99, -999, -9999, -1, 99, 999, 9999, 99999};
  const Profile *profile = notes->profile;
  for (size_t s = 0; s < sizeof sentinels / sizeof *sentinels; s++) {
    int columns[2] = {0, 0}, count = 0;
    for (int c = 0; c < profile->columns; c++) {
      if (profile->column[c].used && has_alone(&notes->evidence[c], sentinels[s])) {
        columns[smaller(count++, 1)] = c;
      }
    }
    if (count >= 2) {
      add(notes, arena_printf(notes->arena,
                              "%g stands far from all other numbers of %d columns, '%s' and '%s' among "
                              "them: if it means missing, leave those cells empty",
                              (double)sentinels[s], count, profile->column[columns[0]].name,
                              profile->column[columns[1]].name));
    }
  }
}

void notes_make(Arena *arena, const Frame *frame, const Evidence *evidence, const DataSpec *spec,
                const LoadProgress *progress, Profile *profile) {
  Notes notes = {arena, frame, evidence, profile};
  profile->note = ARENA_ARRAY(arena, const char *, PROFILE_NOTES);
  note_lines(&notes);
  note_classes(&notes);
  note_spellings(&notes);
  note_order(&notes, progress, spec->split);
  note_sentinels(&notes);
}
