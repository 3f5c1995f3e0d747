#include "data/leak.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE = 5000, FEWEST_ROWS = 20, FEW_PER_LEVEL = 5 };
static const double NEARLY_ALL = 0.99, OBVIOUS = 0.95;

/* Rows of the sample with a known target. */
typedef struct Sample {
  const Frame *frame;
  const Profile *profile;
  int *row, *label;
  double *target;
  int count;
  struct Pair *pairs; /* (count), for one column after the other */
  int *level_rows;    /* (count / FEW_PER_LEVEL + 1, classes), likewise */
} Sample;

typedef struct Pair {
  double value;
  int label;
} Pair;

static float cell_at(const Frame *frame, int row, int column) {
  return frame->cells[(size_t)row * (size_t)frame->columns + (size_t)column];
}

static Sample take_sample(Arena *scratch, const Frame *frame, const Profile *profile) {
  int rows = profile->rows, size = rows < SAMPLE ? rows : SAMPLE;
  Sample sample = {.frame = frame,
                   .profile = profile,
                   .row = ARENA_ARRAY(scratch, int, (size_t)size),
                   .label = ARENA_ARRAY(scratch, int, (size_t)size),
                   .target = ARENA_ARRAY(scratch, double, (size_t)size)};
  const ColumnProfile *target = &profile->column[profile->target];
  for (int i = 0; i < size; i++) {
    int row = (int)((int64_t)i * rows / size);
    float cell = cell_at(frame, row, profile->target);
    int label = profile->task == TASK_CLASSIFICATION ? profile_code(target, cell) : 0;
    double value = profile->task == TASK_REGRESSION ? profile_number(target, cell) : 0.0;
    if (label >= 0 && !isnan(value)) {
      sample.row[sample.count] = row;
      sample.label[sample.count] = label;
      sample.target[sample.count++] = value;
    }
  }
  sample.pairs = ARENA_ARRAY(scratch, Pair, (size_t)sample.count);
  sample.level_rows =
      ARENA_ARRAY(scratch, int, (size_t)(sample.count / FEW_PER_LEVEL + 1) * (size_t)(profile->classes + 1));
  return sample;
}

/* How many rows the most frequent class of each level gets right. Levels must come several times each: a level of one
 * row is always right. */
static double right_by_level(const Sample *sample, int c) {
  const ColumnProfile *column = &sample->profile->column[c];
  int classes = sample->profile->classes, levels = column->codes + 1, right = 0;
  if (column->codes > sample->count / FEW_PER_LEVEL) {
    return 0.0;
  }
  int *counts = sample->level_rows;
  memset(counts, 0, (size_t)levels * (size_t)classes * sizeof *counts);
  for (int i = 0; i < sample->count; i++) {
    int code = profile_code(column, cell_at(sample->frame, sample->row[i], c));
    counts[(code + 1) * classes + sample->label[i]]++;
  }
  for (int level = 0; level < levels; level++) {
    int most = 0;
    for (int k = 0; k < classes; k++) {
      int count = counts[level * classes + k];
      most = count > most ? count : most;
    }
    right += most;
  }
  return (double)right / sample->count;
}

static int compare_pairs(const void *a, const void *b) {
  const Pair *left = a, *right = b;
  return (left->value > right->value) - (left->value < right->value);
}

/* Each class has an interval of its own in the order of the column's values: rows right when the classes are cut off
 * one after the other. With two classes this is the best single threshold. */
static double right_by_threshold(const Sample *sample, int c) {
  const ColumnProfile *column = &sample->profile->column[c];
  Pair *pairs = sample->pairs;
  int count = 0, ones = 0, low_ones = 0, best = 0;
  for (int i = 0; i < sample->count; i++) {
    double value = profile_number(column, cell_at(sample->frame, sample->row[i], c));
    if (!isnan(value)) {
      pairs[count++] = (Pair){value, sample->label[i]};
      ones += sample->label[i];
    }
  }
  qsort(pairs, (size_t)count, sizeof *pairs, compare_pairs);
  for (int i = 0; i < count; i++) {
    low_ones += pairs[i].label;
    if (i + 1 == count || pairs[i].value < pairs[i + 1].value) {
      int low = i + 1, high = count - low;
      int rising = low - low_ones + ones - low_ones, falling = low_ones + high - (ones - low_ones);
      best = rising > best ? rising : best;
      best = falling > best ? falling : best;
    }
  }
  return (double)best / sample->count;
}

static double explained_by_line(const Sample *sample, int c) {
  const ColumnProfile *column = &sample->profile->column[c];
  double x_sum = 0.0, y_sum = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
  int count = 0;
  for (int pass = 0; pass < 2; pass++) {
    double x_mean = count > 0 ? x_sum / count : 0.0, y_mean = count > 0 ? y_sum / count : 0.0;
    for (int i = 0; i < sample->count; i++) {
      double x = profile_number(column, cell_at(sample->frame, sample->row[i], c)), y = sample->target[i];
      if (isnan(x)) {
        continue;
      }
      if (pass == 0) {
        x_sum += x;
        y_sum += y;
        count++;
      } else {
        xx += (x - x_mean) * (x - x_mean);
        yy += (y - y_mean) * (y - y_mean);
        xy += (x - x_mean) * (y - y_mean);
      }
    }
  }
  bool enough = count >= sample->count - sample->count / 20 && xx > 0.0 && yy > 0.0;
  return enough ? xy * xy / (xx * yy) : 0.0;
}

/* How well the column alone tells the target: the share of rows that it is right about, or of the variance. */
static double worth_of(const Sample *sample, int c) {
  const Profile *profile = sample->profile;
  const ColumnProfile *column = &profile->column[c];
  if (profile->task == TASK_REGRESSION) {
    return column->has_range ? explained_by_line(sample, c) : 0.0;
  }
  return column->type == COLUMN_CATEGORY              ? right_by_level(sample, c)
         : column->has_range && profile->classes == 2 ? right_by_threshold(sample, c)
                                                      : 0.0;
}

/* Columns that give the answer away. */
typedef struct Leaks {
  const char *names; /* the first ones, quoted */
  int count;
  double least; /* what the weakest of them is worth */
} Leaks;

static void note_leak(Arena *arena, const char *name, double worth, Leaks *leaks) {
  enum { NAMED = 8 };
  leaks->least = leaks->count == 0 || worth < leaks->least ? worth : leaks->least;
  if (leaks->count < NAMED) {
    leaks->names = arena_printf(arena, "%s%s'%s'", leaks->names, leaks->count > 0 ? ", " : "", name);
  } else if (leaks->count == NAMED) {
    leaks->names = arena_printf(arena, "%s and others", leaks->names);
  }
  leaks->count++;
}

static const char *say_leaks(Arena *arena, const Profile *profile, const Leaks *leaks) {
  const char *target = profile->column[profile->target].name;
  bool one = leaks->count == 1;
  const char *which =
      arena_printf(arena, "column%s %s give%s the answer away", one ? "" : "s", leaks->names, one ? "s" : "");
  const char *cure = one ? "drop it if it is not known in time" : "drop those that are not known in time";
  return profile->task == TASK_REGRESSION
             ? arena_printf(arena, "%s: a straight line through %s explains %.1f %% of '%s'; %s", which,
                            one ? "it" : "each", 100.0 * leaks->least, target, cure)
             : arena_printf(arena, "%s: alone %s is right about '%s' in %.1f %% of the rows; %s", which,
                            one ? "it" : "each", target, 100.0 * leaks->least, cure);
}

const char *leak_find(Arena *arena, const Frame *frame, const LoadProgress *progress, const Profile *profile) {
  static const double enough_explained = 0.999;
  bool regression = profile->task == TASK_REGRESSION;
  Arena scratch;
  arena_init(&scratch, 0);
  Leaks leaks = {.names = ""};
  Sample sample = take_sample(&scratch, frame, profile);
  bool tells = sample.count >= FEWEST_ROWS && (regression || profile->baseline <= OBVIOUS);
  for (int c = 0; c < profile->columns && tells && !progress_is_stopped(progress); c++) {
    double worth = profile->column[c].used && c != profile->target ? worth_of(&sample, c) : 0.0;
    if (worth >= (regression ? enough_explained : NEARLY_ALL)) {
      note_leak(&scratch, profile->column[c].name, worth, &leaks);
    }
  }
  const char *found = leaks.count > 0 ? say_leaks(arena, profile, &leaks) : "";
  arena_deinit(&scratch);
  return found;
}
