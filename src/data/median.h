/* median: of floats that are numbers. Any thread. */
#ifndef NNLAB_DATA_MEDIAN_H
#define NNLAB_DATA_MEDIAN_H

#include <stddef.h>

/* Of `count` > 0 values, whose order it changes; of an even number the mean of the two in the middle. */
float median_of(float *values, size_t count);

#endif
