/* fingerprint: what tells whether two runs were trained on the same numbers. */
#ifndef NNLAB_DATA_FINGERPRINT_H
#define NNLAB_DATA_FINGERPRINT_H

#include <stdint.h>

#include "data/dataset.h"

/* Of every part's features and labels or targets, as training sees them (base/digest.h). */
uint64_t fingerprint_of(const Dataset *dataset);

#endif
