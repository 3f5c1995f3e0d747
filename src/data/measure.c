/* measure: the ranges, means and histograms of columns. The different values of most columns are counted already; the
 * cells of the others are looked at once more. */
#include <math.h>

#include "base/order.h"
#include "base/simd.h"
#include "data/evidence.h"
#include "data/frame_pass.h"

typedef struct Measure {
  const Evidence *evidence; /* (columns) */
  ColumnProfile *column;    /* (columns) */
} Measure;

/* --- range and mean ----------------------------------------------------------------------------------------------- */

/* What the words stand for comes to the numbers. Returns how many values there are. */
static int measure_range(const FrameColumn *from, const Evidence *evidence, ColumnProfile *column) {
  int count = evidence->numbers;
  double sum = evidence->sum;
  column->min = count > 0 ? evidence->min : HUGE_VAL;
  column->max = count > 0 ? evidence->max : -HUGE_VAL;
  for (int w = 0; w < from->words && column->word_values; w++) {
    double value = column->word_values[w];
    if (from->word[w].rows > 0 && !isnan(value)) {
      column->min = fmin(column->min, value);
      column->max = fmax(column->max, value);
      sum += value * from->word[w].rows;
      count += from->word[w].rows;
    }
  }
  column->mean = count > 0 ? sum / count : 0.0;
  return count;
}

/* --- bins --------------------------------------------------------------------------------------------------------- */

static void count_bin(ColumnProfile *column, double value, int rows) {
  double width = column->max - column->min;
  int bin = width > 0.0 ? (int)((value - column->min) / width * PROFILE_BINS) : 0;
  column->bins[smaller(bin, PROFILE_BINS - 1)] += rows;
}

static void count_known(const FrameColumn *from, const Evidence *evidence, ColumnProfile *column) {
  for (int i = 0; i < evidence->distinct && evidence->values; i++) {
    count_bin(column, (double)evidence->values[i], evidence->value_rows[i]);
  }
  for (int w = 0; w < from->words && column->word_values; w++) {
    if (from->word[w].rows > 0 && !isnan(column->word_values[w])) {
      count_bin(column, column->word_values[w], from->word[w].rows);
    }
  }
}

/* The columns of a block whose cells have to be counted into bins; one bin more is for what is no number. */
typedef struct Bins {
  double min[PASS_COLUMNS], width[PASS_COLUMNS];
  int rows[PASS_COLUMNS][PROFILE_BINS + 1];
} Bins;

/* The bins of a row's cells, (count). */
ALWAYS_INLINE void find_bins(const Bins *bins, const float *cells, size_t count, int *bin) {
  static const double last = PROFILE_BINS - 1;
  for (size_t i = 0; i < count; i++) {
    double place = ((double)cells[i] - bins->min[i]) / bins->width[i] * PROFILE_BINS;
    int inner = (int)(place < last ? place : last);
    bin[i] = cell_is_number(cells[i]) ? inner : PROFILE_BINS;
  }
}

MULTIVERSION static void count_cells(Bins *bins, const PassRows *rows) {
  const float *cells = rows->cells;
  int bin[PASS_COLUMNS];
  for (int r = 0; r < rows->count; r++, cells += rows->stride) {
    find_bins(bins, cells, rows->columns, bin);
    for (size_t i = 0; i < rows->columns; i++) {
      bins->rows[i][bin[i]]++;
    }
  }
}

static bool is_uncounted(const Evidence *evidence, const ColumnProfile *column) {
  return column->has_range && evidence->distinct > PROFILE_MANY;
}

/* Counts all columns of the block where there is one to count. */
static bool measure_block(const Pass *pass, int hand, size_t first, size_t columns) {
  (void)hand;
  const Measure *measure = pass->context;
  const Evidence *evidence = measure->evidence + first;
  ColumnProfile *column = measure->column + first;
  Bins bins = {.width = {0.0}};
  bool any = false;
  for (size_t i = 0; i < columns; i++) {
    bool uncounted = is_uncounted(&evidence[i], &column[i]);
    bins.min[i] = uncounted ? column[i].min : 0.0;
    bins.width[i] = uncounted ? column[i].max - column[i].min : HUGE_VAL;
    any = any || uncounted;
  }
  PassRows rows = pass_begin(first, columns);
  while (any && pass_rows(pass, &rows)) {
    count_cells(&bins, &rows);
  }
  for (size_t i = 0; i < columns; i++) {
    for (int b = 0; b < PROFILE_BINS && is_uncounted(&evidence[i], &column[i]); b++) {
      column[i].bins[b] += bins.rows[i][b];
    }
  }
  return !progress_is_stopped(pass->progress);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

Status evidence_measure(const Frame *frame, const Evidence *evidence, LoadProgress *progress, Profile *profile,
                        Error *err) {
  bool any = false;
  for (int c = 0; c < profile->columns; c++) {
    ColumnProfile *column = &profile->column[c];
    if (column->has_range) {
      column->has_range = measure_range(&frame->column[c], &evidence[c], column) > 0;
    }
    if (column->has_range) {
      count_known(&frame->column[c], &evidence[c], column);
      any = any || is_uncounted(&evidence[c], column);
    } else {
      column->min = column->max = 0.0;
    }
  }
  Measure measure = {evidence, profile->column};
  Pass pass = {.frame = frame,
               .rows = profile->rows,
               .path = profile->path,
               .progress = progress,
               .context = &measure,
               .block = measure_block};
  return any ? pass_run(&pass, err) : STATUS_OK;
}
