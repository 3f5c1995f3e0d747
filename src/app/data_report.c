#include "app/data_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "base/str.h"
#include "canvas/canvas.h"
#include "data/open.h"
#include "data/partition.h"

enum { NAME_COLS = 24, TYPE_COLS = 9, LEVELS_SHOWN = 5, BAR_COLS = 24 };

/* --- words -------------------------------------------------------------------------------------------------------- */

/* `text` in `cols` columns of the terminal, cut or filled up. */
static void print_padded(const char *text, int cols) {
  char shown[256];
  str_copy(shown, sizeof shown, text);
  while (utf8_columns(shown) > cols) {
    size_t length = strlen(shown);
    str_copy(shown, length, shown);
  }
  (void)printf("%s%*s", shown, cols - utf8_columns(shown), "");
}

static void print_histogram(const ColumnProfile *column) {
  static const char *const eighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  int most = 1;
  for (int b = 0; b < PROFILE_BINS; b++) {
    most = column->bins[b] > most ? column->bins[b] : most;
  }
  for (int b = 0; b < PROFILE_BINS; b++) {
    int height = (int)((int64_t)column->bins[b] * 8 / most);
    (void)fputs(eighths[column->bins[b] > 0 && height == 0 ? 1 : height], stdout);
  }
}

static void print_levels(const ColumnProfile *column) {
  for (int i = 0; i < column->top_levels && i < LEVELS_SHOWN; i++) {
    (void)printf("%s%s %d", i > 0 ? ", " : "", column->top_level[i], column->top_rows[i]);
  }
  if (column->levels > LEVELS_SHOWN) {
    (void)printf(", ... (%d in all)", column->levels);
  }
}

static void print_column(const Profile *profile, int c) {
  const ColumnProfile *column = &profile->column[c];
  char missing[32] = "";
  if (column->missing > 0) {
    (void)snprintf(missing, sizeof missing, "%d missing", column->missing);
  }
  (void)fputs(c == profile->target ? "> " : column->used ? "  " : "- ", stdout);
  print_padded(column->name, NAME_COLS);
  (void)fputc(' ', stdout);
  print_padded(COLUMN_TYPE_NAMES[column->type], TYPE_COLS);
  (void)printf("%-14s ", missing);
  if (column->has_range && column->type != COLUMN_CONSTANT && column->top_levels == 0) {
    print_histogram(column);
    char min[32], max[32], mean[32];
    profile_show(column, column->min, 6, min, sizeof min);
    profile_show(column, column->max, 6, max, sizeof max);
    profile_show(column, column->mean, 6, mean, sizeof mean);
    (void)printf(" %s .. %s, mean %s", min, max, mean);
  } else if (column->type != COLUMN_TEXT && column->type != COLUMN_ID) {
    print_levels(column);
  }
  (void)printf("%s%s%s\n", *column->why ? "  (" : "", column->why, *column->why ? ")" : "");
}

static void print_format(const Profile *profile) {
  const CsvFormat *format = &profile->format;
  (void)printf("%s: %d rows, %d columns; delimiter %s, decimal %s, quotes %s, header %s, %s\n", profile->path,
               profile->rows, profile->columns, DELIMITER_NAMES[format->delimiter], DECIMAL_NAMES[format->decimal],
               QUOTE_NAMES[format->quote], HEADER_NAMES[format->header], ENCODING_NAMES[format->encoding]);
}

static void print_target(const Profile *profile) {
  const ColumnProfile *target = &profile->column[profile->target];
  (void)printf("predicts '%s' (%s): %s", target->name, profile->target_why,
               profile->task == TASK_CLASSIFICATION ? "classification" : "regression");
  if (profile->task == TASK_CLASSIFICATION) {
    (void)printf(", %d classes; always the most frequent one is right in %.1f %%", profile->classes,
                 100.0 * profile->baseline);
  }
  (void)fputc('\n', stdout);
}

typedef struct ClassRank {
  int code, rows;
} ClassRank;

static int compare_ranks(const void *a, const void *b) {
  const ClassRank *left = a, *right = b;
  return left->rows != right->rows ? right->rows - left->rows : left->code - right->code;
}

static void print_class(const Profile *profile, int code, int most) {
  int rows = profile->class_rows[code], bar = (int)((int64_t)rows * BAR_COLS / most);
  (void)fputs("  ", stdout);
  print_padded(profile->class_names[code], NAME_COLS);
  (void)printf(" %7d ", rows);
  for (int i = 0; i < bar || (i == 0 && rows > 0); i++) {
    (void)fputs("█", stdout);
  }
  (void)fputc('\n', stdout);
}

/* All of a few; of many the most frequent. */
static void print_classes(const Profile *profile) {
  enum { SHOWN = 10 };
  ClassRank ranks[TABLE_MAX_CLASSES];
  int most = 1, shown = profile->classes <= SHOWN ? profile->classes : SHOWN;
  for (int k = 0; k < profile->classes; k++) {
    ranks[k] = (ClassRank){k, profile->class_rows[k]};
    most = ranks[k].rows > most ? ranks[k].rows : most;
  }
  if (profile->classes > SHOWN) {
    qsort(ranks, (size_t)profile->classes, sizeof *ranks, compare_ranks);
  }
  for (int i = 0; i < shown; i++) {
    print_class(profile, ranks[i].code, most);
  }
  if (profile->classes > shown) {
    (void)printf("  and %d more\n", profile->classes - shown);
  }
}

static void print_count(int count, const char *one, const char *many) {
  if (count > 0) {
    (void)printf("note: %d %s\n", count, count == 1 ? one : many);
  }
}

static void print_notes(const Profile *profile) {
  print_count(profile->missing_used,
              "cell is missing: a number gets the training median, a category a level of its own",
              "cells are missing: numbers get the training median, categories a level of their own");
  print_count(profile->rows_without_target, "row is left out: what to predict is missing there",
              "rows are left out: what to predict is missing there");
  print_count(profile->short_rows, "row is short: what it lacks is missing",
              "rows are short: what they lack is missing");
  if (profile->long_rows > 0) {
    (void)printf("note: %d rows are left out: they have more fields than there are columns, first on line %d\n",
                 profile->long_rows, profile->first_long_line);
  }
  print_count(profile->comment_lines, "comment line was passed over", "comment lines were passed over");
  if (profile->sorted) {
    (void)puts(
        "note: the file is sorted by class: with split keras, which takes the last rows to validate, training "
        "would not see the last classes; split random shuffles first");
  }
  for (int i = 0; i < profile->notes; i++) {
    (void)printf("note: %s\n", profile->note[i]);
  }
  if (*profile->leak) {
    (void)printf("warning: %s\n", profile->leak);
  }
}

/* The first ones and the target; of the others how many there are of each type. */
static void print_columns(const Profile *profile) {
  enum { SHOWN = 40 };
  int types[COLUMN_TYPES] = {0}, more = 0, used = 0;
  for (int c = 0; c < profile->columns; c++) {
    const ColumnProfile *column = &profile->column[c];
    if (c == profile->target || (profile->image_width == 0 && c < SHOWN)) {
      print_column(profile, c);
    } else if (profile->image_width == 0) {
      types[column->type]++;
      used += column->used;
      more++;
    }
  }
  if (more == 0) {
    return;
  }
  (void)printf("  and %d more, %d of them used:", more, used);
  for (int type = 0; type < COLUMN_TYPES; type++) {
    if (types[type] > 0) {
      (void)printf(" %d %s", types[type], COLUMN_TYPE_NAMES[type]);
    }
  }
  (void)fputc('\n', stdout);
}

static void print_words(const Profile *profile, const char *problem) {
  print_format(profile);
  print_target(profile);
  print_classes(profile);
  (void)puts("\ncolumns (> predicted, - not used)");
  print_columns(profile);
  if (profile->image_width > 0) {
    (void)printf("  all others are the pixels of a picture of %d x %d\n", profile->image_width, profile->image_height);
  }
  (void)fputc('\n', stdout);
  print_notes(profile);
  if (*problem) {
    (void)printf("warning: no split: %s\n", problem);
  }
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void put_text(const char *key, const char *text) {
  (void)printf(", \"%s\": ", key);
  json_text(stdout, text);
}

static void put_classes(const Profile *profile) {
  (void)fputs(", \"classes\": {", stdout);
  for (int k = 0; k < profile->classes; k++) {
    (void)fputs(k > 0 ? ", " : "", stdout);
    json_text(stdout, profile->class_names[k]);
    (void)printf(": %d", profile->class_rows[k]);
  }
  (void)fputc('}', stdout);
}

static void put_column(const Profile *profile, int c) {
  const ColumnProfile *column = &profile->column[c];
  (void)fputs(c > 0 ? ", {\"name\": " : "{\"name\": ", stdout);
  json_text(stdout, column->name);
  put_text("type", COLUMN_TYPE_NAMES[column->type]);
  (void)printf(", \"missing\": %d, \"levels\": ", column->missing);
  (void)printf(column->levels > PROFILE_MANY && column->has_range ? "null" : "%d", column->levels);
  (void)printf(", \"used\": %s", column->used ? "true" : "false");
  put_text("why", c == profile->target ? "target" : column->why);
  (void)fputc('}', stdout);
}

static void print_json(const Profile *profile, const char *problem) {
  char delimiter[] = {format_separator(profile->format.delimiter), '\0'};
  (void)printf("{\"rows\": %d, \"header\": %s", profile->rows, profile->format.header == HEADER_YES ? "true" : "false");
  put_text("delimiter", delimiter);
  put_text("decimal", DECIMAL_NAMES[profile->format.decimal]);
  put_text("encoding", ENCODING_NAMES[profile->format.encoding]);
  put_text("target", profile->column[profile->target].name);
  put_text("task", profile->task == TASK_CLASSIFICATION ? "classification" : "regression");
  put_classes(profile);
  (void)printf(
      ", \"baseline\": %.6g, \"missing_cells\": %d, \"rows_with_missing\": %d, \"rows_without_target\": %d"
      ", \"short_rows\": %d, \"long_rows\": %d, \"sorted\": %s",
      profile->baseline, profile->missing_cells, profile->rows_with_missing, profile->rows_without_target,
      profile->short_rows, profile->long_rows, profile->sorted ? "true" : "false");
  put_text("leak", profile->leak);
  put_text("problem", problem);
  (void)fputs(", \"notes\": [", stdout);
  for (int i = 0; i < profile->notes; i++) {
    (void)fputs(i > 0 ? ", " : "", stdout);
    json_text(stdout, profile->note[i]);
  }
  (void)fputc(']', stdout);
  (void)fputs(", \"columns\": [", stdout);
  for (int c = 0; c < profile->columns; c++) {
    put_column(profile, c);
  }
  (void)puts("]}");
}

Status data_report(const Experiment *experiment, const char *datasets, bool json, Error *err) {
  Arena arena;
  arena_init(&arena, 0);
  Table table;
  Profile profile;
  Status status =
      open_table(&arena, &experiment->data, datasets, (uint64_t)experiment->train.seed, NULL, &table, &profile, err);
  if (status == STATUS_OK && profile.columns == 0) {
    status = error_set(err, STATUS_USAGE, "%s has no columns to tell of: it is pictures, or made by rule",
                       experiment->data.source);
  }
  if (status == STATUS_OK) {
    const DataSpec *spec = &experiment->data;
    Partition partition;
    Error unsplit;
    bool splits =
        partition_make(&arena, &table, spec, (uint64_t)experiment->train.seed, &partition, &unsplit) == STATUS_OK;
    (json ? print_json : print_words)(&profile, splits ? "" : unsplit.text);
  }
  arena_deinit(&arena);
  return status;
}
