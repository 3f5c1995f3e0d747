/* weight_file: a network's weights from a NumPy file, and into one: the arrays of nn/weights.h, moving statistics
 * included. numpy.savez(file, *model.get_weights()) makes a file that is read, and
 * model.set_weights(list(numpy.load(file).values())) reads one that was written. */
#ifndef NNLAB_TRAIN_WEIGHT_FILE_H
#define NNLAB_TRAIN_WEIGHT_FILE_H

#include "nn/net.h"

/* Sets all weights from the file at `path` (data/npz.h). Arrays named arr_0, arr_1 ... are taken in this order, others
 * by their name's last two parts, so that "sequential/dense/kernel" is "dense/kernel". Errors: a file that cannot be
 * read; arrays that are missing, of another shape or too many; far more bytes than the network needs; values that are
 * not finite. Then the network is as it was. */
MUST_USE Status weight_file_read(Net *net, const char *path, Error *err);
/* Writes all weights, whole or not at all; the same weights give the same bytes. */
MUST_USE Status weight_file_write(const Net *net, const char *path, Error *err);

#endif
