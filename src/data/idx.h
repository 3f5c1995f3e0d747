/* idx: MNIST's own files -> Table. A set is a file of images and a file of labels, row for row, each plain or gzip. All
 * element types and ranks of the format are read; images are scaled by nothing, so pixels are 0 .. 255. Any thread.
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database": two 0 bytes, the element type, the number of
 * dimensions; the dimensions, 32 bits each; the elements; all of it big-endian, the last dimension fastest. */
#ifndef NNLAB_DATA_IDX_H
#define NNLAB_DATA_IDX_H

#include <stdbool.h>

#include "base/progress.h"
#include "data/source.h"
#include "data/table.h"

enum { IDX_MAX_RANK = 4, IDX_MAX_COLUMNS = 65536, IDX_MAX_ROWS = 100000000 };

/* Reads the set that `path` is of: its images, its labels (the other is found by name: "train-images-idx3-ubyte" and
 * "train-labels-idx1-ubyte", '.' or '-' before "idx", with ".gz" or without), or the folder that has one such set.
 * Where files of the same names with "t10k" or "test" for "train" lie beside, their rows become the table's test rows.
 * The columns are the pixels, "pixel 1,1" being the first row's first; classes are the labels that occur. Errors name
 * the file: it or its companion is not there or is no IDX file, is cut off or too long, has no rows, has labels that
 * are no whole numbers from 0 to TABLE_MAX_CLASSES - 1; images and labels, or training and test images, do not match;
 * limits. On failure nothing is in `table`. */
MUST_USE Status idx_read(Arena *arena, const char *path, LoadProgress *progress, Table *table, Error *err);

/* Two opened files, with images and labels of the same rows. */
typedef struct IdxPair {
  Source *images, *labels;
} IdxPair;
/* The same from opened files; `test.images` may be NULL. Leaves `table->name` empty. */
MUST_USE Status idx_read_pairs(Arena *arena, IdxPair train, IdxPair test, Table *table, Error *err);

/* Whether `path` is named as files of this format are: "idx1" or "idx3" with a '.' or '-' before it, "-ubyte". */
bool idx_is_path(const char *path);
/* Whether `folder` holds a file of images by such a name. */
bool idx_is_folder(const char *folder);
/* The folder where Debian's package dataset-fashion-mnist puts Fashion-MNIST; NULL where it is not installed. */
const char *idx_find_fashion(void);

#endif
