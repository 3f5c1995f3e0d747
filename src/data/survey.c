#include "data/survey.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/order.h"
#include "base/str.h"
#include "data/baseline.h"
#include "data/dataset.h"
#include "data/open.h"

/* --- copies -------------------------------------------------------------------------------------------------------
 */

static const char *const *copy_texts(Arena *arena, const char *const *texts, int count) {
  const char **copy = ARENA_ARRAY(arena, const char *, (size_t)count);
  for (int i = 0; i < count; i++) {
    copy[i] = arena_strdup(arena, texts[i]);
  }
  return copy;
}

static ColumnProfile copy_column(Arena *arena, const ColumnProfile *from) {
  ColumnProfile copy = *from;
  copy.name = arena_strdup(arena, from->name);
  copy.why = arena_strdup(arena, from->why);
  for (int i = 0; i < from->top_levels; i++) {
    copy.top_level[i] = arena_strdup(arena, from->top_level[i]);
  }
  copy.word_values = NULL;
  copy.word_codes = NULL;
  copy.numbers = NULL;
  copy.number_codes = NULL;
  copy.code_names = NULL;
  copy.words = copy.codes = copy.number_count = 0;
  return copy;
}

static Profile copy_profile(Arena *arena, const Profile *from) {
  Profile copy = *from;
  copy.path = arena_strdup(arena, from->path);
  copy.target_why = arena_strdup(arena, from->target_why);
  copy.leak = arena_strdup(arena, from->leak);
  copy.note = ARENA_ARRAY(arena, const char *, (size_t)from->notes);
  for (int i = 0; i < from->notes; i++) {
    copy.note[i] = arena_strdup(arena, from->note[i]);
  }
  copy.column = ARENA_ARRAY(arena, ColumnProfile, (size_t)from->columns);
  for (int c = 0; c < from->columns; c++) {
    copy.column[c] = copy_column(arena, &from->column[c]);
  }
  copy.class_names = copy_texts(arena, from->class_names, from->classes);
  int *class_rows = ARENA_ARRAY(arena, int, (size_t)from->classes);
  for (int k = 0; k < from->classes; k++) {
    class_rows[k] = from->class_rows[k];
  }
  copy.class_rows = class_rows;
  copy.first_cells = copy_texts(arena, from->first_cells, from->first_rows * from->first_columns);
  return copy;
}

/* --- sets that have no file of columns ---------------------------------------------------------------------------- */

static void measure(const float *values, int rows, int stride, ColumnProfile *column) {
  double sum = 0.0;
  column->min = column->max = rows > 0 ? (double)values[0] : 0.0;
  for (int r = 0; r < rows; r++) {
    double value = (double)values[(size_t)r * (size_t)stride];
    column->min = fmin(column->min, value);
    column->max = fmax(column->max, value);
    sum += value;
  }
  double width = column->max - column->min;
  for (int r = 0; r < rows; r++) {
    double share = width > 0.0 ? ((double)values[(size_t)r * (size_t)stride] - column->min) / width : 0.0;
    column->bins[smaller((int)(share * PROFILE_BINS), PROFILE_BINS - 1)]++;
  }
  column->mean = rows > 0 ? sum / rows : 0.0;
}

static ColumnProfile class_column(Arena *arena, const Table *table) {
  ColumnProfile column = {.name = arena_strdup(arena, table->target_name),
                          .type = COLUMN_CATEGORY,
                          .used = true,
                          .why = "",
                          .levels = table->classes,
                          .top_levels = smaller(table->classes, PROFILE_LEVELS)};
  for (int r = 0; r < table->rows; r++) {
    int label = table->labels[r];
    if (label < column.top_levels) {
      column.top_rows[label]++;
    }
  }
  for (int k = 0; k < column.top_levels; k++) {
    column.top_level[k] = arena_strdup(arena, table->class_names[k]);
  }
  return column;
}

/* Of a set that is made by rule: all its columns are numbers, what is predicted are classes. */
static Profile profile_of_table(Arena *arena, const Table *table) {
  int features = table->columns;
  Profile profile = {.path = arena_strdup(arena, table->name),
                     .rows = table->rows,
                     .columns = features + 1,
                     .column = ARENA_ARRAY(arena, ColumnProfile, (size_t)features + 1),
                     .target = features,
                     .target_why = "made by rule",
                     .task = table->task,
                     .leak = ""};
  for (int c = 0; c < features; c++) {
    ColumnProfile *column = &profile.column[c];
    *column = (ColumnProfile){.name = arena_strdup(arena, table->column[c].name),
                              .type = COLUMN_NUMBER,
                              .used = true,
                              .why = "",
                              .has_range = true,
                              .levels = PROFILE_MANY + 1};
    measure(table->cells + c, table->rows, features, column);
  }
  profile.column[features] = class_column(arena, table);
  return profile;
}

/* --- pictures ------------------------------------------------------------------------------------------------------
 */

static int brightest(const Table *table, size_t cells) {
  float most = 1.0f;
  for (size_t i = 0; i < cells; i++) {
    most = table->cells[i] > most ? table->cells[i] : most;
  }
  return (int)ceilf(most);
}

static void keep_pictures(Survey *survey, const Table *table) {
  size_t size = (size_t)table->columns;
  int count = smaller(table->rows, SURVEY_PICTURES);
  if (table->image_width == 0 || !table->labels) {
    return;
  }
  size_t cells = (size_t)count * size;
  unsigned char *pixels = ARENA_ARRAY(&survey->arena, unsigned char, cells);
  int *classes = ARENA_ARRAY(&survey->arena, int, (size_t)count);
  float scale = 255.0f / (float)brightest(table, cells);
  for (size_t i = 0; i < cells; i++) {
    float shade = table->cells[i] * scale;
    pixels[i] = (unsigned char)(shade >= 0.0f ? fminf(shade, 255.0f) : 0.0f);
  }
  for (int r = 0; r < count; r++) {
    classes[r] = table->labels[r];
  }
  survey->pictures = count;
  survey->picture_width = table->image_width;
  survey->picture_height = table->image_height;
  survey->pixels = pixels;
  survey->picture_class = classes;
}

/* --- points ------------------------------------------------------------------------------------------------------- */

static void keep_points(Survey *survey, const Table *table) {
  if (table->columns != 2) {
    return;
  }
  int count = smaller(table->rows, SURVEY_POINTS);
  float *point = ARENA_ARRAY(&survey->arena, float, (size_t)count * 2);
  int *classes = ARENA_ARRAY(&survey->arena, int, (size_t)count);
  survey->point_part = ARENA_ARRAY(&survey->arena, int, (size_t)count);
  memcpy(point, table->cells, (size_t)count * 2 * sizeof *point);
  for (int r = 0; r < count; r++) {
    classes[r] = table->labels[r];
    survey->point_part[r] = -1;
  }
  survey->points = count;
  survey->point = point;
  survey->point_class = classes;
}

/* --- parts ---------------------------------------------------------------------------------------------------------
 */

/* Whether feature `name` is one that `column` becomes (encode.h). */
static bool is_feature_of(const char *name, const char *column) {
  size_t length = strlen(column);
  const char *rest = name + length;
  return strncmp(name, column, length) == 0 && (*rest == '\0' || *rest == '=' || strcmp(rest, " missing") == 0);
}

/* Features stand in the order of the columns that they are made of. */
static const int *count_features(Arena *arena, const Profile *profile, const Dataset *data) {
  int *features = ARENA_ARRAY(arena, int, (size_t)profile->columns);
  int next = 0;
  for (int c = 0; c < profile->columns; c++) {
    const ColumnProfile *column = &profile->column[c];
    while (column->used && c != profile->target && next < data->features &&
           is_feature_of(data->feature_names[next], column->name)) {
      features[c]++;
      next++;
    }
  }
  return features;
}

static void count_part(Survey *survey, PartId id, const Part *part, const Table *table) {
  int *rows = ARENA_ARRAY(&survey->arena, int, (size_t)survey->classes);
  for (int r = 0; r < part->rows && survey->classes > 0; r++) {
    rows[table->labels[part->source[r]]]++; /* not the part's own labels: those may have been made noisy */
  }
  for (int r = 0; r < part->rows && survey->points > 0; r++) {
    if (part->source[r] < survey->points) {
      survey->point_part[part->source[r]] = (int)id;
    }
  }
  survey->rows[id] = part->rows;
  survey->class_rows[id] = rows;
}

static void keep_parts(Survey *survey, const Dataset *data, const Table *table) {
  count_part(survey, PART_TRAIN, &data->train, table);
  count_part(survey, PART_VALIDATION, &data->validation, table);
  count_part(survey, PART_TEST, &data->test, table);
  survey->features = data->features;
  survey->filled = data->filled;
  survey->flipped = data->flipped;
  survey->baseline = baseline_measure(data).score;
  survey->column_features = count_features(&survey->arena, &survey->profile, data);
  str_copy(survey->warning, sizeof survey->warning, data->warning);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static Survey *survey_create(const Table *table, const Profile *profile) {
  Arena arena;
  arena_init(&arena, 0);
  Survey *survey = ARENA_NEW(&arena, Survey);
  survey->arena = arena;
  Arena *own = &survey->arena;
  str_copy(survey->dataset, sizeof survey->dataset, table->name);
  survey->task = table->task;
  survey->classes = table->classes;
  survey->class_names = copy_texts(own, table->class_names, table->classes);
  if (profile->columns > 0) {
    survey->profile = copy_profile(own, profile);
  } else if (table->image_width == 0 && table->labels) {
    survey->profile = profile_of_table(own, table);
    keep_points(survey, table);
  }
  survey->column_features = ARENA_ARRAY(own, int, (size_t)survey->profile.columns);
  for (int p = 0; p < PARTS; p++) {
    survey->class_rows[p] = ARENA_ARRAY(own, int, (size_t)survey->classes);
  }
  keep_pictures(survey, table);
  return survey;
}

Status survey_make(const DataSpec *spec, const char *folder, uint64_t seed, LoadProgress *progress, Survey **out,
                   Error *err) {
  Arena work; /* the data themselves */
  arena_init(&work, 0);
  Table table = {.rows = 0};
  Profile profile = {.columns = 0};
  Status status = open_table(&work, spec, folder, seed, progress, &table, &profile, err);
  if (status != STATUS_OK && profile.columns > 0 && profile.target < 0) {
    str_printable(table.name, sizeof table.name, file_name(spec->source));
    Survey *survey = survey_create(&table, &profile);
    str_printable(survey->problem, sizeof survey->problem, err->text);
    *out = survey;
    status = STATUS_OK;
  } else if (status == STATUS_OK) {
    Survey *survey = survey_create(&table, &profile);
    Dataset data;
    Error problem;
    if (dataset_prepare(&work, &table, spec, seed, &data, &problem) == STATUS_OK) {
      keep_parts(survey, &data, &table);
    } else {
      str_printable(survey->problem, sizeof survey->problem, problem.text);
    }
    *out = survey;
  }
  arena_deinit(&work);
  return status;
}

void survey_free(Survey *survey) {
  if (survey) {
    Arena arena = survey->arena; /* the survey lies in it */
    arena_deinit(&arena);
  }
}
