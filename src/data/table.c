#include "data/table.h"

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/str.h"
#include "data/csv.h"

static bool ends_in_csv(const char *text) {
  size_t length = strlen(text);
  return length > strlen(".csv") && strcmp(text + length - strlen(".csv"), ".csv") == 0;
}

/* The text without the ".csv" that it ends in. */
static char *without_ending(Arena *arena, const char *text) {
  return arena_strndup(arena, text, strlen(text) - (ends_in_csv(text) ? strlen(".csv") : 0));
}

static void name_table(Arena *scratch, Table *table, const char *path) {
  const char *slash = strrchr(path, '/');
  str_printable(table->name, sizeof table->name, without_ending(scratch, slash ? slash + 1 : path));
}

static Status wrong_label(Arena *scratch, const CsvNumbers *csv, int row, const char *path, Error *err) {
  int column = csv->columns - 1;
  float value = csv->values[(size_t)row * (size_t)csv->columns + (size_t)column];
  const char *where = csv_place(scratch, path, csv->lines[row], csv->names[column], column);
  char shown[32];
  str_from_float(shown, sizeof shown, value);
  if (value != floorf(value)) {
    return error_set(err, STATUS_PARSE, "%s%s is not a class 0, 1, 2 ...: for regression, give the column another name",
                     where, shown);
  }
  if (value < 0.0f) {
    return error_set(err, STATUS_PARSE, "%sclass %s is negative: number the classes 0, 1, 2 ...", where, shown);
  }
  return error_set(err, STATUS_PARSE, "%sclass %s is over %d: at most %d classes", where, shown, TABLE_MAX_CLASSES - 1,
                   TABLE_MAX_CLASSES);
}

/* Every class from 0 to the largest must be there: a class without rows could never be learnt. */
static Status check_classes(const bool *seen, int classes, const char *path, Error *err) {
  for (int k = 0; k < classes; k++) {
    if (!seen[k]) {
      return error_set(
          err, STATUS_PARSE,
          "%s: column 'label': no row has class %d, but class %d is there: number them from 0 without a gap", path, k,
          classes - 1);
    }
  }
  return classes >= 2 ? STATUS_OK
                      : error_set(err, STATUS_PARSE,
                                  "%s: column 'label': every row has class 0: at least 2 classes are needed", path);
}

static Status take_labels(Arena *arena, Arena *scratch, const CsvNumbers *csv, const char *path, Table *table,
                          Error *err) {
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)csv->rows);
  bool seen[TABLE_MAX_CLASSES] = {false};
  for (int r = 0; r < csv->rows; r++) {
    float value = csv->values[(size_t)r * (size_t)csv->columns + (size_t)csv->columns - 1];
    if (!(value >= 0.0f && value < (float)TABLE_MAX_CLASSES && value == floorf(value))) {
      return wrong_label(scratch, csv, r, path, err);
    }
    labels[r] = (int32_t)value;
    seen[labels[r]] = true;
    table->classes = labels[r] >= table->classes ? labels[r] + 1 : table->classes;
  }
  table->labels = labels;
  return check_classes(seen, table->classes, path, err);
}

static void take_targets(Arena *arena, const CsvNumbers *csv, Table *table) {
  float *targets = ARENA_ARRAY(arena, float, (size_t)csv->rows);
  for (size_t r = 0; r < (size_t)csv->rows; r++) {
    targets[r] = csv->values[(r + 1) * (size_t)csv->columns - 1];
  }
  table->targets = targets;
}

static void take_features(Arena *arena, const CsvNumbers *csv, Table *table) {
  size_t features = (size_t)table->features, rows = (size_t)table->rows;
  float *x = arena_floats(arena, rows * features);
  for (size_t r = 0; r < rows; r++) {
    memcpy(x + r * features, csv->values + r * (size_t)csv->columns, features * sizeof *x);
  }
  table->x = x;
  const char **names = ARENA_ARRAY(arena, const char *, features);
  for (size_t f = 0; f < features; f++) {
    names[f] = arena_strdup(arena, csv->names[f]);
  }
  table->feature_names = names;
  table->target_name = arena_strdup(arena, csv->names[features]);
}

static Status check_shape(const CsvNumbers *csv, const char *path, Error *err) {
  if (csv->columns < 2) {
    return error_set(err, STATUS_PARSE, "%s:%d: only one column: features and, last, what to predict are needed", path,
                     csv->header_line);
  }
  if (csv->rows < 2) {
    return error_set(err, STATUS_PARSE, "%s: %s under the header: at least 2 rows are needed", path,
                     csv->rows == 0 ? "no row" : "1 row");
  }
  return STATUS_OK;
}

static Status table_from_csv(Arena *arena, Arena *scratch, const CsvNumbers *csv, const char *path, Table *table,
                             Error *err) {
  Status status = check_shape(csv, path, err);
  if (status != STATUS_OK) {
    return status;
  }
  Table made = {.rows = csv->rows, .features = csv->columns - 1};
  name_table(scratch, &made, path);
  if (strcasecmp(csv->names[made.features], "label") == 0) {
    made.task = TASK_CLASSIFICATION;
    status = take_labels(arena, scratch, csv, path, &made, err);
  } else {
    made.task = TASK_REGRESSION;
    take_targets(arena, csv, &made);
  }
  if (status == STATUS_OK) {
    take_features(arena, csv, &made);
    *table = made;
  }
  return status;
}

Status table_parse_csv(Arena *arena, const char *text, size_t length, const char *path, Table *table, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  CsvNumbers csv;
  Status status = csv_parse_numbers(&scratch, text, length, path, &csv, err);
  if (status == STATUS_OK) {
    status = table_from_csv(arena, &scratch, &csv, path, table, err);
  }
  arena_deinit(&scratch);
  return status;
}

Status table_read_csv(Arena *arena, const char *path, Table *table, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  char *text;
  size_t length;
  Status status = file_read(&scratch, path, (size_t)TABLE_MAX_FILE_MIB << 20, &text, &length, err);
  if (status == STATUS_OK) {
    status = table_parse_csv(arena, text, length, path, table, err);
  }
  arena_deinit(&scratch);
  return status;
}

/* The names that table_open knows: of synthetic sets first, then of the files in the folder, by the alphabet. */
typedef struct Names {
  const char **list;
  size_t count;
} Names;

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static Names known_names(Arena *scratch, const char *folder) {
  enum { FILES_MAX = 1000 };
  int synthetic;
  const char *const *first = table_synthetic_names(&synthetic);
  Names names = {ARENA_ARRAY(scratch, const char *, (size_t)synthetic + FILES_MAX), (size_t)synthetic};
  memcpy(names.list, first, (size_t)synthetic * sizeof *first);
  DIR *open = opendir(folder);
  for (const struct dirent *entry; open && (entry = readdir(open)) && names.count < (size_t)synthetic + FILES_MAX;) {
    if (ends_in_csv(entry->d_name)) {
      names.list[names.count++] = without_ending(scratch, entry->d_name);
    }
  }
  if (open) {
    (void)closedir(open);
  }
  qsort(names.list + synthetic, names.count - (size_t)synthetic, sizeof *names.list, compare_texts);
  return names;
}

static Status unknown_name(Arena *scratch, const char *source, const char *folder, Error *err) {
  Names names = known_names(scratch, folder);
  const char *nearest = str_nearest(source, names.list, names.count);
  const char *meant = nearest ? arena_printf(scratch, " (did you mean '%s'?)", nearest) : "";
  char list[512] = "";
  size_t used = 0;
  for (size_t i = 0; i < names.count; i++) {
    size_t room = sizeof list - used;
    int length = snprintf(list + used, room, "%s%s", i > 0 ? ", " : "", names.list[i]);
    if (length < 0 || (size_t)length + strlen(", ...") >= room) {
      memcpy(list + used, ", ...", sizeof ", ...");
      break;
    }
    used += (size_t)length;
  }
  return error_set(err, STATUS_RANGE, "no data set is named '%.64s'%s: there are %s, or the path of a .csv file",
                   source, meant, list);
}

static bool is_synthetic(const char *source) {
  int count;
  const char *const *names = table_synthetic_names(&count);
  for (int i = 0; i < count; i++) {
    if (strcmp(source, names[i]) == 0) {
      return true;
    }
  }
  return false;
}

Status table_open(Arena *arena, const char *source, const char *folder, int rows, double noise, uint64_t seed,
                  Table *table, Error *err) {
  if (is_synthetic(source)) {
    return table_make_synthetic(arena, source, rows > 0 ? rows : TABLE_SYNTHETIC_ROWS, noise, seed, table, err);
  }
  if (strchr(source, '/') || ends_in_csv(source)) {
    return table_read_csv(arena, source, table, err);
  }
  Arena scratch;
  arena_init(&scratch, 0);
  const char *path = arena_printf(&scratch, "%s/%s.csv", folder, source);
  Status status =
      file_exists(path) ? table_read_csv(arena, path, table, err) : unknown_name(&scratch, source, folder, err);
  arena_deinit(&scratch);
  return status;
}
