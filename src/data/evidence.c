#include "data/evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/simd.h"
#include "data/frame_pass.h"

/* The different numbers of a column while they are being counted. Small whole numbers have a place of their own; others
 * are in a table with open addressing, where 0 rows mean a free slot. */
enum { SMALL = 256, SLOTS = 4096 };
typedef struct Counter {
  int small[SMALL];
  int others; /* different numbers in the table, at most PROFILE_MANY + 1 */
  float value[SLOTS];
  int rows[SLOTS];
} Counter;

/* What is seen of a block's columns row by row: arrays, so that loops over them vectorise. Words are neither less nor
 * greater than anything. */
typedef struct Sight {
  double sum[PASS_COLUMNS];
  float min[PASS_COLUMNS], max[PASS_COLUMNS];
  int numbers[PASS_COLUMNS], missing[PASS_COLUMNS], fractions[PASS_COLUMNS];
} Sight;

enum { INFINITE_BITS = 0x7f800000, MISSING_BITS = 0x7fc00000 + CELL_MISSING }; /* frame.h */

typedef struct Gather {
  Evidence *evidence; /* (columns) */
  Counter *counters;  /* (hands, PASS_COLUMNS) */
  void **values;      /* (blocks) what the evidence of each has its values in */
} Gather;

/* --- what is seen ------------------------------------------------------------------------------------------------- */

static const float WHOLE = 0x1p23f; /* from here on every float is */

/* Cells are told apart by their bits: a comparison of floats that may be none would keep the loop from vectorising. */
MULTIVERSION static void see_rows(Sight *restrict sight, const PassRows *rows) {
  const float *restrict cells = rows->cells;
  int32_t bits[PASS_COLUMNS];
  float number[PASS_COLUMNS]; /* 0 where there is none */
  for (int r = 0; r < rows->count; r++, cells += rows->stride) {
    memcpy(bits, cells, rows->columns * sizeof *bits);
    for (size_t i = 0; i < rows->columns; i++) {
      int is_number = (bits[i] & INT32_MAX) <= INFINITE_BITS;
      sight->numbers[i] += is_number;
      sight->missing[i] += bits[i] == MISSING_BITS;
      bits[i] &= -is_number;
    }
    memcpy(number, bits, rows->columns * sizeof *bits);
    for (size_t i = 0; i < rows->columns; i++) {
      sight->min[i] = cells[i] < sight->min[i] ? cells[i] : sight->min[i];
      sight->max[i] = cells[i] > sight->max[i] ? cells[i] : sight->max[i];
      sight->sum[i] += (double)number[i];
    }
    for (size_t i = 0; i < rows->columns; i++) {
      float size = fabsf(number[i]), inner = size < WHOLE ? size : WHOLE;
      sight->fractions[i] += inner + WHOLE - WHOLE != inner;
    }
  }
}

/* --- different numbers -------------------------------------------------------------------------------------------- */

static void count_other(Counter *counter, float value) {
  union {
    float value;
    uint32_t bits;
  } key = {.value = value};
  uint32_t slot = (key.bits * 2654435761u) >> 20;
  while (counter->rows[slot] > 0 && counter->value[slot] != key.value) {
    slot = (slot + 1) % SLOTS;
  }
  if (counter->rows[slot]++ == 0) {
    counter->value[slot] = key.value;
    counter->others++;
  }
}

/* Added to WHOLE, a whole number stands in the last bits; -0 is 0. */
static inline void count_cell(Counter *counter, float cell) {
  union {
    float value;
    uint32_t bits;
  } shifted = {.value = cell + WHOLE}, whole = {.value = WHOLE};
  uint32_t number = shifted.bits - whole.bits;
  if (number < SMALL && shifted.value - WHOLE == cell) {
    counter->small[number]++;
  } else if (cell_is_number(cell) && counter->others <= PROFILE_MANY) {
    count_other(counter, cell);
  }
}

static void count_rows(Counter *counters, const PassRows *rows) {
  size_t open[PASS_COLUMNS], count = 0; /* columns whose numbers are not too many yet */
  for (size_t i = 0; i < rows->columns; i++) {
    if (counters[i].others <= PROFILE_MANY) {
      open[count++] = i;
    }
  }
  const float *cells = rows->cells;
  for (int r = 0; r < rows->count && count > 0; r++, cells += rows->stride) {
    for (size_t i = 0; i < count; i++) {
      count_cell(&counters[open[i]], cells[open[i]]);
    }
  }
}

typedef struct Counted {
  float value;
  int rows;
} Counted;

static int compare_counted(const void *a, const void *b) {
  const Counted *left = a, *right = b;
  return (left->value > right->value) - (left->value < right->value);
}

/* The different numbers, ascending. Returns how many there are; past PROFILE_MANY they are not all in `sorted`. */
static int sort_counted(const Counter *counter, Counted sorted[PROFILE_MANY + 1]) {
  int count = 0;
  for (int s = 0; s < SMALL; s++) {
    if (counter->small[s] > 0) {
      sorted[count++] = (Counted){(float)s, counter->small[s]};
    }
  }
  for (int s = 0; s < SLOTS && counter->others > 0 && count <= PROFILE_MANY; s++) {
    if (counter->rows[s] > 0) {
      sorted[count++] = (Counted){counter->value[s], counter->rows[s]};
    }
  }
  if (counter->others > 0 && count <= PROFILE_MANY) {
    qsort(sorted, (size_t)count, sizeof *sorted, compare_counted);
  }
  return count;
}

/* --- columns ------------------------------------------------------------------------------------------------------ */

static void settle(const Sight *sight, size_t i, int rows, Evidence *evidence) {
  evidence->numbers = sight->numbers[i];
  evidence->missing = sight->missing[i];
  evidence->words = rows - sight->numbers[i] - sight->missing[i];
  evidence->whole = sight->fractions[i] == 0;
  evidence->min = evidence->numbers > 0 ? (double)sight->min[i] : 0.0;
  evidence->max = evidence->numbers > 0 ? (double)sight->max[i] : 0.0;
  evidence->sum = sight->sum[i];
}

/* The different numbers of the block's columns, in one piece of memory. */
static void *keep_values(const Counter *counters, size_t columns, Evidence *evidence) {
  Counted sorted[PROFILE_MANY + 1];
  size_t most = 0, used = 0;
  for (size_t i = 0; i < columns; i++) {
    most += (size_t)evidence[i].numbers < PROFILE_MANY ? (size_t)evidence[i].numbers : PROFILE_MANY;
  }
  void *memory = malloc(most * (sizeof(float) + sizeof(int)) + 1);
  if (!memory) {
    fatal("not enough memory");
  }
  float *values = memory;
  int *rows = (void *)(values + most);
  for (size_t i = 0; i < columns; i++) {
    evidence[i].distinct = sort_counted(&counters[i], sorted);
    if (evidence[i].distinct > PROFILE_MANY) {
      continue;
    }
    evidence[i].values = values + used;
    evidence[i].value_rows = rows + used;
    for (int n = 0; n < evidence[i].distinct; n++, used++) {
      values[used] = sorted[n].value;
      rows[used] = sorted[n].rows;
    }
  }
  return memory;
}

static bool gather_block(const Pass *pass, int hand, size_t first, size_t columns) {
  const Gather *gather = pass->context;
  Counter *counters = gather->counters + (size_t)hand * PASS_COLUMNS;
  Evidence *evidence = gather->evidence + first;
  Sight sight = {.numbers = {0}};
  memset(counters, 0, columns * sizeof *counters);
  for (size_t i = 0; i < columns; i++) {
    sight.min[i] = HUGE_VALF;
    sight.max[i] = -HUGE_VALF;
  }
  PassRows rows = pass_begin(first, columns);
  while (pass_rows(pass, &rows)) {
    see_rows(&sight, &rows);
    count_rows(counters, &rows);
  }
  for (size_t i = 0; i < columns; i++) {
    settle(&sight, i, pass->rows, &evidence[i]);
  }
  gather->values[first / PASS_COLUMNS] = keep_values(counters, columns, evidence);
  return !progress_is_stopped(pass->progress);
}

static bool counts_up(const Frame *frame, int rows) {
  const float *cell = frame->cells;
  float first = *cell;
  bool up = first == 0.0f || first == 1.0f;
  for (int r = 0; r < rows && up; r++, cell += frame->columns) {
    up = (double)*cell == (double)first + r;
  }
  return up;
}

Status evidence_gather(Arena *arena, const Frame *frame, int rows, const char *path, LoadProgress *progress,
                       Evidence **evidence, Error *err) {
  size_t columns = (size_t)frame->columns, blocks = (columns + PASS_COLUMNS - 1) / PASS_COLUMNS;
  Arena scratch;
  arena_init(&scratch, 0);
  Pass pass = {.frame = frame, .rows = rows, .path = path, .progress = progress, .block = gather_block};
  size_t hands = (size_t)pass_hands(&pass);
  Gather gather = {.evidence = ARENA_ARRAY(arena, Evidence, columns),
                   .counters = ARENA_ARRAY(&scratch, Counter, hands * PASS_COLUMNS),
                   .values = ARENA_ARRAY(&scratch, void *, blocks)};
  pass.context = &gather;
  Status status = pass_run(&pass, err);
  for (size_t b = 0; b < blocks; b++) {
    if (gather.values[b]) {
      arena_adopt(arena, gather.values[b]);
    }
  }
  arena_deinit(&scratch);
  if (status == STATUS_OK) {
    gather.evidence[0].counts_up = counts_up(frame, rows);
    *evidence = gather.evidence;
  }
  return status;
}
