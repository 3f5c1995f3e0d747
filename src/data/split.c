#include "data/split.h"

#include <stddef.h>
#include <string.h>

#include "base/fatal.h"

/* Gives part `part` its rows from those that the classes have `left`: each class its exact fraction rounded down, then
 * one more each to those whose fractions lost most (the method of largest remainders). */
static void share_out(int *left, int classes, int parts, int part, int wanted, int *shares) {
  int64_t total = 0;
  for (int k = 0; k < classes; k++) {
    total += left[k];
  }
  int missing = wanted;
  for (int k = 0; k < classes; k++) {
    int whole = total > 0 ? (int)((int64_t)left[k] * wanted / total) : 0;
    shares[k * parts + part] = whole;
    missing -= whole;
  }
  for (; missing > 0; missing--) {
    int best = -1;
    int64_t most = 0;
    for (int k = 0; k < classes; k++) {
      int64_t lost = (int64_t)left[k] * wanted - (int64_t)shares[k * parts + part] * total;
      if (lost > most) {
        most = lost;
        best = k;
      }
    }
    ASSERT(best >= 0);
    shares[best * parts + part]++;
  }
  for (int k = 0; k < classes; k++) {
    left[k] -= shares[k * parts + part];
  }
}

/* What a class may not fall below in a part. */
static int needed(const SplitPlan *plan, const int *class_rows, int k, int part) {
  return part < plan->guaranteed && part < class_rows[k] ? 1 : 0;
}

/* The class that can best spare a row in `part`; -1 if none can. */
static int find_donor(const SplitPlan *plan, const int *class_rows, int classes, int part, const int *shares) {
  int donor = -1;
  for (int k = 0; k < classes; k++) {
    int share = shares[k * plan->parts + part];
    if (share > needed(plan, class_rows, k, part) && (donor < 0 || share > shares[donor * plan->parts + part])) {
      donor = k;
    }
  }
  return donor;
}

/* The part that can best spare a row of class `k`; every class that lacks one has such a part. */
static int find_surplus(const SplitPlan *plan, const int *class_rows, int k, const int *shares) {
  int best = -1, most = 0;
  for (int part = 0; part < plan->parts; part++) {
    int surplus = shares[k * plan->parts + part] - needed(plan, class_rows, k, part);
    if (surplus > most) {
      most = surplus;
      best = part;
    }
  }
  ASSERT(best >= 0);
  return best;
}

/* Exchanges a row with another class wherever a class lacks what it is guaranteed: all sums stay as they are. */
static void honour_guarantees(const SplitPlan *plan, const int *class_rows, int classes, int *shares) {
  for (int part = 0; part < plan->guaranteed; part++) {
    for (int k = 0; k < classes; k++) {
      if (shares[k * plan->parts + part] >= needed(plan, class_rows, k, part)) {
        continue;
      }
      int donor = find_donor(plan, class_rows, classes, part, shares);
      if (donor < 0) {
        break; /* the part is too small for one row of every class */
      }
      int other = find_surplus(plan, class_rows, k, shares);
      shares[k * plan->parts + part]++;
      shares[k * plan->parts + other]--;
      shares[donor * plan->parts + part]--;
      shares[donor * plan->parts + other]++;
    }
  }
}

void split_shares(Arena *scratch, const SplitPlan *plan, const int *class_rows, int classes, int *shares) {
  int *left = ARENA_ARRAY(scratch, int, (size_t)classes);
  for (int k = 0; k < classes; k++) {
    left[k] = class_rows[k];
  }
  for (int part = plan->parts - 1; part > 0; part--) {
    share_out(left, classes, plan->parts, part, plan->part_rows[part], shares);
  }
  for (int k = 0; k < classes; k++) {
    shares[(size_t)k * (size_t)plan->parts] = left[k];
  }
  honour_guarantees(plan, class_rows, classes, shares);
}

typedef struct Rows {
  uint32_t *list;
  size_t count;
} Rows;

/* Places the rows, which are in random order, part by part: each goes to the first part that has room for its class. */
static void deal(const SplitPlan *plan, const int32_t *labels, int *shares, Rows shuffled, uint32_t *rows) {
  size_t next[SPLIT_MAX_PARTS] = {0};
  for (int part = 1; part < plan->parts; part++) {
    next[part] = next[part - 1] + (size_t)plan->part_rows[part - 1];
  }
  for (size_t i = 0; i < shuffled.count; i++) {
    size_t k = labels ? (size_t)labels[shuffled.list[i]] : 0;
    int *share = shares + k * (size_t)plan->parts;
    int part = 0;
    while (share[part] == 0) {
      part++;
    }
    share[part]--;
    rows[next[part]++] = shuffled.list[i];
  }
}

static Rows shuffled_copy(Arena *scratch, Rng *rng, const SplitPlan *plan, const uint32_t *rows) {
  Rows copy = {.count = 0};
  for (int part = 0; part < plan->parts; part++) {
    copy.count += (size_t)plan->part_rows[part];
  }
  copy.list = ARENA_ARRAY(scratch, uint32_t, copy.count);
  memcpy(copy.list, rows, copy.count * sizeof *rows);
  rng_shuffle(rng, copy.list, copy.count);
  return copy;
}

void split_rows(Arena *scratch, Rng rng, const SplitPlan *plan, const int32_t *labels, int classes, uint32_t *rows) {
  int kinds = labels ? classes : 1;
  Rows shuffled = shuffled_copy(scratch, &rng, plan, rows);
  int *class_rows = ARENA_ARRAY(scratch, int, (size_t)kinds);
  for (size_t i = 0; i < shuffled.count; i++) {
    class_rows[labels ? labels[shuffled.list[i]] : 0]++;
  }
  int *shares = ARENA_ARRAY(scratch, int, (size_t)kinds *(size_t)plan->parts);
  split_shares(scratch, plan, class_rows, kinds, shares);
  deal(plan, labels, shares, shuffled, rows);
  /* Dealing gives a part its last rows from the classes that had room longest; shuffled again, no order is left. */
  for (int part = 0; part < plan->parts; part++) {
    rng_shuffle(&rng, rows, (size_t)plan->part_rows[part]);
    rows += plan->part_rows[part];
  }
}
