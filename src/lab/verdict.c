#include "lab/verdict.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void verdict_of_one(const Result *results, int seeds, char *out, size_t size) {
  Spread spread = result_spread(results, seeds, 1, MEASURE_BEST_SCORE);
  const char *words = measure_words(MEASURE_BEST_SCORE, results[0].task);
  int diverged = result_count(results, seeds, 1, RUN_DIVERGED);
  char lost[64] = "";
  if (diverged > 0) {
    (void)snprintf(lost, sizeof lost, " %d more diverged and %s for nothing.", diverged,
                   diverged == 1 ? "stands" : "stand");
  }
  if (spread.count == 0) {
    (void)snprintf(out, size, "What the seeds say takes a run that trains to its end: here is none.%s", lost);
  } else {
    (void)snprintf(out, size, "%c%s: %.4f on average of %d seed%s, from %.4f to %.4f.%s", toupper(words[0]), words + 1,
                   spread.mean, spread.count, spread.count == 1 ? "" : "s", spread.min, spread.max, lost);
  }
}

static int sign_of(const Pairs *pairs) { return pairs->low > 0.0 ? 1 : pairs->high < 0.0 ? -1 : 0; }

int verdict_sign(const Result *results, int seeds) {
  Pairs pairs = result_pairs(results, seeds, MEASURE_BEST_SCORE);
  return sign_of(&pairs);
}

/* Runs that diverge are no pairs, but that they do may be all that there is to say. */
static void add_diverged(const Result *results, int seeds, char *out, size_t size) {
  for (int arm = 0; arm < 2; arm++) {
    int diverged = result_count(results + arm, seeds, 2, RUN_DIVERGED);
    size_t used = strlen(out);
    if (diverged > 0) {
      (void)snprintf(out + used, size - used, " %c diverged on %d of %d seeds.", 'A' + arm, diverged, seeds);
    }
  }
}

void verdict_of_two(const Result *results, int seeds, char *out, size_t size) {
  Pairs pairs = result_pairs(results, seeds, MEASURE_BEST_SCORE);
  const Spread *difference = &pairs.difference;
  const char *words = measure_words(MEASURE_BEST_SCORE, results[0].task);
  if (difference->count < 2) {
    (void)snprintf(out, size, "Whether A and B differ takes two seeds at least that both train to the end on: here %s.",
                   difference->count == 0 ? "is none" : "is one");
  } else if (difference->min == 0.0 && difference->max == 0.0) {
    (void)snprintf(out, size, "The %s of A and B is the same on each of %d seeds.", words, difference->count);
  } else {
    (void)snprintf(
        out, size, "B's %s is %.4f %s on average, and better on %d of %d seeds: %s (95 %% interval %+.4f .. %+.4f).",
        words, fabs(difference->mean), difference->mean < 0.0 ? "lower" : "higher", pairs.higher, difference->count,
        sign_of(&pairs) != 0 ? "the difference is larger than the spread of the seeds explains"
                             : "the difference is within the spread of the seeds, and does not tell which is better",
        pairs.low, pairs.high);
  }
  add_diverged(results, seeds, out, size);
}
