/* frame_table: what the profile decided, done: the frame's cells become the table's, in the same memory. */
#include <math.h>
#include <string.h>

#include "base/fatal.h"
#include "data/profile.h"

/* Columns of the frame that become columns of the table side by side. */
typedef struct Run {
  int source, columns;
  bool plain; /* their cells stay as they are; otherwise it is one column */
} Run;

/* What becomes of the used columns. */
typedef struct Plan {
  Run *run; /* (runs) */
  int runs, columns;
  Table *table;
} Plan;

/* Whether the column's cells are those of the table: numbers, or missing. */
static bool is_plain(const FrameColumn *from, const ColumnProfile *column) {
  return column->type != COLUMN_CATEGORY && from->words == 0 && from->others == 0;
}

static void plan_run(Plan *plan, int source, bool plain) {
  Run *last = plan->runs > 0 ? &plan->run[plan->runs - 1] : NULL;
  if (last && plain && last->plain && last->source + last->columns == source) {
    last->columns++;
  } else {
    plan->run[plan->runs++] = (Run){source, 1, plain};
  }
}

static void plan_columns(Arena *arena, const Frame *frame, const Profile *profile, Plan *plan) {
  TableColumn *columns = ARENA_ARRAY(arena, TableColumn, (size_t)profile->columns);
  plan->run = ARENA_ARRAY(arena, Run, (size_t)profile->columns);
  for (int c = 0; c < profile->columns; c++) {
    const ColumnProfile *column = &profile->column[c];
    if (column->used && c != profile->target) {
      columns[plan->columns] = (TableColumn){.name = arena_strdup(arena, column->name)};
      if (column->type == COLUMN_CATEGORY) {
        columns[plan->columns].levels = column->codes;
        columns[plan->columns].level_names = column->code_names;
      }
      plan_run(plan, c, is_plain(&frame->column[c], column));
      plan->columns++;
    }
  }
  plan->table->column = columns;
  plan->table->columns = plan->columns;
}

/* A level that was not known when the column was judged is in a test file alone: a number of its own, past all. */
static float feature_cell(const ColumnProfile *column, float cell) {
  if (column->type != COLUMN_CATEGORY) {
    return (float)profile_number(column, cell);
  }
  bool missing = !cell_is_number(cell) && cell_code(cell) == CELL_MISSING;
  int code = profile_code(column, cell);
  return missing ? NAN : (float)(code >= 0 ? code : column->codes);
}

/* Rows are written where they or later ones have been read: never ahead of the reading. */
static void move_row(const Plan *plan, const Profile *profile, const float *from, float *to) {
  for (const Run *run = plan->run; run < plan->run + plan->runs; run++) {
    if (run->plain) {
      memmove(to, from + run->source, (size_t)run->columns * sizeof *to);
    } else {
      *to = feature_cell(&profile->column[run->source], from[run->source]);
    }
    to += run->columns;
  }
}

Status table_from_frame(Arena *arena, Frame *frame, const Profile *profile, Table *table, Error *err) {
  Table made = {.task = profile->task, .cells = frame->cells, .classes = profile->classes};
  Plan plan = {.table = &made};
  plan_columns(arena, frame, profile, &plan);
  const ColumnProfile *target = &profile->column[profile->target];
  bool classes = profile->task == TASK_CLASSIFICATION;
  int32_t *labels = classes ? ARENA_ARRAY(arena, int32_t, (size_t)frame->rows) : NULL;
  float *targets = classes ? NULL : ARENA_ARRAY(arena, float, (size_t)frame->rows);
  for (int r = 0; r < frame->rows; r++) {
    const float *row = frame->cells + (size_t)r * (size_t)frame->columns;
    float cell = row[profile->target];
    int label = classes ? profile_code(target, cell) : 0;
    float value = classes ? 0.0f : (float)profile_number(target, cell);
    if (label < 0 || isnan(value)) {
      continue;
    }
    if (classes) {
      labels[made.rows] = label;
    } else {
      targets[made.rows] = value;
    }
    move_row(&plan, profile, row, made.cells + (size_t)made.rows * (size_t)plan.columns);
    made.rows++;
    made.test_rows += r >= frame->rows - frame->test_rows;
  }
  made.labels = labels;
  made.targets = targets;
  made.target_name = arena_strdup(arena, target->name);
  made.class_names = profile->class_names;
  made.leak = profile->leak;
  made.image_width = profile->image_width;
  made.image_height = profile->image_height;
  if (made.rows - made.test_rows < 2) {
    return error_set(err, STATUS_PARSE, "%s: column '%s' is missing in all rows but %d: at least 2 are needed",
                     profile->path, target->name, made.rows - made.test_rows);
  }
  frame->cells = NULL;
  *table = made;
  return STATUS_OK;
}
