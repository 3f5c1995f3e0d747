/* frame_pass: all cells of a frame, looked at block by block of columns and a few rows at a time: what a cache line
 * brings is used at once, and what is counted stays in the cache. Cores share the blocks of a large frame. */
#ifndef NNLAB_DATA_FRAME_PASS_H
#define NNLAB_DATA_FRAME_PASS_H

#include "base/progress.h"
#include "base/simd.h"
#include "data/frame.h"

enum { PASS_COLUMNS = 64 };

typedef struct Pass Pass;
struct Pass {
  const Frame *frame;
  int rows; /* the first ones */
  const char *path;
  LoadProgress *progress; /* may be NULL */
  void *context;
  /* Looks at the block of `columns` columns from `first` on, all of them but in the last one PASS_COLUMNS, on the
   * thread of `hand`. False: no other block is to be begun. */
  bool (*block)(const Pass *pass, int hand, size_t first, size_t columns);
};

/* A few rows of a block. */
typedef struct PassRows {
  const float *cells; /* of its first column, rows `stride` apart */
  size_t stride, first, columns;
  int count, next; /* rows; the first one behind them */
} PassRows;

/* The threads that a pass takes. */
int pass_hands(const Pass *pass);
/* Looks at all blocks. Errors: STATUS_STOPPED, soon after `progress->stop` is set. */
MUST_USE Status pass_run(const Pass *pass, Error *err);

/* Of a block: the rows before its first ones; the next ones, false at the end and when the pass is to stop. */
PassRows pass_begin(size_t first, size_t columns);
bool pass_rows(const Pass *pass, PassRows *rows);

#endif
