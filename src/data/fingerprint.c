#include "data/fingerprint.h"

#include "base/digest.h"

static uint64_t add_part(uint64_t digest, const Part *part, int features) {
  size_t rows = (size_t)part->rows;
  digest = digest_add(digest, &part->rows, sizeof part->rows);
  digest = digest_add(digest, part->x, rows * (size_t)features * sizeof *part->x);
  return part->labels ? digest_add(digest, part->labels, rows * sizeof *part->labels)
                      : digest_add(digest, part->targets, rows * sizeof *part->targets);
}

uint64_t fingerprint_of(const Dataset *dataset) {
  uint64_t digest = digest_add(DIGEST_START, &dataset->features, sizeof dataset->features);
  digest = add_part(digest, &dataset->train, dataset->features);
  digest = add_part(digest, &dataset->validation, dataset->features);
  return add_part(digest, &dataset->test, dataset->features);
}
