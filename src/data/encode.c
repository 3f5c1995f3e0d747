#include "data/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "data/median.h"

/* An encoder while it is being made. */
typedef struct Fit {
  Arena *arena, *scratch;
  const Table *table;
  size_t rows, columns; /* training rows, the table's first ones */
  const bool *gaps;     /* (columns): the table misses a cell */
  float *values;        /* (rows) of one column: those that are not missing, gathered */
  const char **names;   /* (room) of the features so far */
  int features, room;
} Fit;

/* --- features ----------------------------------------------------------------------------------------------------- */

static int add_feature(Fit *fit, const char *name) {
  if (fit->features == fit->room) {
    int room = 2 * fit->room + 16;
    const char **names = ARENA_ARRAY(fit->arena, const char *, (size_t)room);
    for (int f = 0; f < fit->features; f++) {
      names[f] = fit->names[f];
    }
    fit->names = names;
    fit->room = room;
  }
  fit->names[fit->features] = name;
  return fit->features++;
}

static int add_missing(Fit *fit, const TableColumn *column) {
  return add_feature(fit, arena_printf(fit->arena, "%s missing", column->name));
}

static int add_level(Fit *fit, const TableColumn *column, const char *level) {
  return add_feature(fit, arena_printf(fit->arena, "%s=%s", column->name, level));
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static size_t gather_values(const Fit *fit, size_t column) {
  size_t count = 0;
  for (size_t r = 0; r < fit->rows; r++) {
    float cell = fit->table->cells[r * fit->columns + column];
    fit->values[count] = cell;
    count += isnan(cell) ? 0 : 1;
  }
  return count;
}

static void fit_numbers(Fit *fit, size_t c, ColumnCode *code) {
  const TableColumn *column = &fit->table->column[c];
  size_t count = fit->gaps[c] ? gather_values(fit, c) : fit->rows;
  code->empty = count == 0;
  code->median = fit->gaps[c] && count > 0 ? median_of(fit->values, count) : 0.0f;
  (void)add_feature(fit, column->name);
  code->missing = count < fit->rows ? add_missing(fit, column) : -1;
}

/* --- categories --------------------------------------------------------------------------------------------------- */

typedef struct Level {
  int code, rows;
} Level;

static int compare_levels(const void *a, const void *b) {
  const Level *one = a, *other = b;
  return one->rows != other->rows ? (one->rows < other->rows) - (one->rows > other->rows)
                                  : (one->code > other->code) - (one->code < other->code);
}

/* The code of a category's cell; -1: missing, or past all levels. */
static int level_of(float cell, int levels) { return cell >= 0.0f && cell < (float)levels ? (int)cell : -1; }

/* Counts the levels into `level` (levels), in the table's order. Returns the missing cells. */
static size_t count_levels(const Fit *fit, size_t column, Level *level, int levels) {
  size_t missing = 0;
  for (int k = 0; k < levels; k++) {
    level[k] = (Level){.code = k};
  }
  for (size_t r = 0; r < fit->rows; r++) {
    float cell = fit->table->cells[r * fit->columns + column];
    int code = level_of(cell, levels);
    missing += isnan(cell) ? 1 : 0;
    if (code >= 0) {
      level[code].rows++;
    }
  }
  return missing;
}

/* Leaves out the levels without a row. Returns how many are left. */
static int keep_present(Level *level, int levels) {
  int present = 0;
  for (int k = 0; k < levels; k++) {
    if (level[k].rows > 0) {
      level[present++] = level[k];
    }
  }
  return present;
}

static void fit_category(Fit *fit, size_t c, ColumnCode *code) {
  const TableColumn *column = &fit->table->column[c];
  int levels = column->levels, *features = ARENA_ARRAY(fit->arena, int, (size_t)levels);
  Level *level = ARENA_ARRAY(fit->scratch, Level, (size_t)levels);
  size_t missing = count_levels(fit, c, level, levels);
  int present = keep_present(level, levels);
  for (int k = 0; k < levels; k++) {
    features[k] = -1;
  }
  if (present == 2 && missing == 0) {
    level[0] = level[1]; /* still in the table's order */
    present = 1;
  }
  qsort(level, (size_t)present, sizeof *level, compare_levels);
  for (int k = 0; k < present && k < ENCODE_MAX_LEVELS; k++) {
    features[level[k].code] = add_level(fit, column, column->level_names[level[k].code]);
  }
  code->level_feature = features;
  code->other = present > ENCODE_MAX_LEVELS ? add_level(fit, column, "other") : -1;
  code->missing = missing > 0 ? add_missing(fit, column) : -1;
}

/* --- all columns -------------------------------------------------------------------------------------------------- */

/* Which columns miss a cell anywhere: the others need no median, and most tables are of those. */
static const bool *find_gaps(Arena *scratch, const Table *table) {
  bool *gaps = ARENA_ARRAY(scratch, bool, (size_t)table->columns);
  const float *row = table->cells;
  for (int r = 0; r < table->rows; r++, row += table->columns) {
    for (int c = 0; c < table->columns; c++) {
      gaps[c] |= isnan(row[c]) != 0;
    }
  }
  return gaps;
}

static void fit_columns(Fit *fit, ColumnCode *code) {
  for (size_t c = 0; c < fit->columns; c++) {
    code[c] = (ColumnCode){.levels = fit->table->column[c].levels, .first = fit->features, .other = -1};
    if (code[c].levels > 0) {
      fit_category(fit, c, &code[c]);
    } else {
      fit_numbers(fit, c, &code[c]);
    }
    code[c].features = fit->features - code[c].first;
  }
}

void encoder_fit(Encoder *encoder, Arena *arena, const Table *table, int rows) {
  Arena scratch;
  arena_init(&scratch, 0);
  Fit fit = {.arena = arena,
             .scratch = &scratch,
             .table = table,
             .rows = (size_t)rows,
             .columns = (size_t)table->columns,
             .gaps = find_gaps(&scratch, table),
             .values = ARENA_ARRAY(&scratch, float, (size_t)rows)};
  ColumnCode *code = ARENA_ARRAY(arena, ColumnCode, fit.columns);
  fit_columns(&fit, code);
  *encoder = (Encoder){.columns = table->columns, .features = fit.features, .column = code, .feature_name = fit.names};
  arena_deinit(&scratch);
}

/* Returns 1 where a median was given. */
static int apply_numbers(const ColumnCode *code, float cell, float *x) {
  bool missing = isnan(cell);
  x[code->first] = code->empty ? 0.0f : missing ? code->median : cell;
  if (code->missing >= 0) {
    x[code->missing] = missing ? 1.0f : 0.0f;
  }
  return missing && !code->empty;
}

static void apply_category(const ColumnCode *code, float cell, float *x) {
  memset(x + code->first, 0, (size_t)code->features * sizeof *x);
  int level = level_of(cell, code->levels), feature = level >= 0 ? code->level_feature[level] : -1;
  if (isnan(cell) && code->missing >= 0) {
    feature = code->missing;
  } else if (feature < 0) {
    feature = code->other;
  }
  if (feature >= 0) {
    x[feature] = 1.0f;
  }
}

int encoder_apply(const Encoder *encoder, const float *cells, int rows, float *x) {
  ASSERT(x != cells || encoder->features == encoder->columns);
  int filled = 0;
  for (int r = 0; r < rows; r++) {
    for (int c = 0; c < encoder->columns; c++) {
      const ColumnCode *code = &encoder->column[c];
      float cell = cells[c];
      if (code->levels > 0) {
        apply_category(code, cell, x);
      } else {
        filled += apply_numbers(code, cell, x);
      }
    }
    cells += encoder->columns;
    x += encoder->features;
  }
  return filled;
}
