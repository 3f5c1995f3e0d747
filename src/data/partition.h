/* partition: which rows of a table train, validate and test. Refuses what cannot be split, and says what the smallest
 * change is that can. Any thread. */
#ifndef NNLAB_DATA_PARTITION_H
#define NNLAB_DATA_PARTITION_H

#include "data/data_spec.h"
#include "data/table.h"

typedef enum PartId { PART_TRAIN = 0, PART_VALIDATION, PART_TEST, PARTS } PartId;
enum { PARTITION_WARNING_SIZE = 256 };

typedef struct Partition {
  const uint32_t *rows;           /* (the table's rows): every row once, those of a part side by side */
  int first[PARTS], count[PARTS]; /* part p is rows[first[p]] .. rows[first[p] + count[p] - 1]; training is first */
  char warning[PARTITION_WARNING_SIZE]; /* printable: what the split hides from training, and the cure; "" = nothing */
} Partition;

/* Draws the subset (stream RNG_SUBSET) and splits it. A table's own test rows are the test and nothing else; neither
 * the subset nor the split touches them, and test_split counts for nothing then. Of the others,
 *   SPLIT_RANDOM: validation gets round(validation_split * rows), the test likewise, training the rest, drawn with
 *     RNG_SPLIT; every class is spread over the parts as evenly as its count allows;
 *   SPLIT_KERAS: training and test get the first floor(rows * (1 - validation_split)), as in Keras's fit(), and the
 *     test the last round(test_split * rows) of them; all in the file's order.
 * Errors (STATUS_RANGE): a part would be empty; a class of one row that a random split cannot divide; fewer rows than
 * asked for. `partition->rows` lives in `arena`. */
MUST_USE Status partition_make(Arena *arena, const Table *table, const DataSpec *spec, uint64_t seed,
                               Partition *partition, Error *err);

#endif
