#include "data/frame_pass.h"

#include "base/crew.h"
#include "base/machine.h"
#include "base/order.h"

enum {
  ROWS = 64,       /* of a block at once: they stay in the innermost cache */
  LARGE = 1 << 20, /* cells from which on another thread pays */
  MOST_HANDS = 16  /* the memory is shared, too */
};

static int count_blocks(const Frame *frame) { return (frame->columns + PASS_COLUMNS - 1) / PASS_COLUMNS; }

int pass_hands(const Pass *pass) {
  bool large = (size_t)pass->rows * (size_t)pass->frame->columns >= LARGE;
  int hands = large ? smaller(machine_cores(), MOST_HANDS) : 1;
  return smaller(hands, count_blocks(pass->frame));
}

PassRows pass_begin(size_t first, size_t columns) { return (PassRows){.first = first, .columns = columns}; }

/* Rows are too far apart for the processor to foresee the next one: asked for at once, they come side by side. */
static void fetch(const PassRows *rows) {
  for (int r = 0; r < rows->count; r++) {
    const float *row = rows->cells + (size_t)r * rows->stride;
    for (size_t i = 0; i < rows->columns; i += LANES) { /* a cache line of floats */
      __builtin_prefetch(row + i);
    }
    __builtin_prefetch(row + rows->columns - 1);
  }
}

bool pass_rows(const Pass *pass, PassRows *rows) {
  rows->stride = (size_t)pass->frame->columns;
  rows->cells = pass->frame->cells + (size_t)rows->next * rows->stride + rows->first;
  rows->count = smaller(pass->rows - rows->next, ROWS);
  rows->next += rows->count;
  fetch(rows);
  return rows->count > 0 && !progress_is_stopped(pass->progress);
}

static bool look(void *context, int hand, int job) {
  const Pass *pass = context;
  size_t first = (size_t)job * PASS_COLUMNS, left = (size_t)pass->frame->columns - first;
  return pass->block(pass, hand, first, left < PASS_COLUMNS ? left : PASS_COLUMNS);
}

Status pass_run(const Pass *pass, Error *err) {
  crew_share(
      &(CrewPlan){.hands = pass_hands(pass), .jobs = count_blocks(pass->frame), .work = look, .context = (void *)pass});
  return progress_tell(pass->progress, pass->path, err);
}
