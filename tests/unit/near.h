/* near: comparison of numbers in doubles, with a message that shows both. Include after cmocka.h. */
#ifndef NNLAB_TESTS_NEAR_H
#define NNLAB_TESTS_NEAR_H

#include <math.h>

#define assert_near(actual, expected, tolerance)                                                 \
  do {                                                                                           \
    double actual_ = (double)(actual), expected_ = (double)(expected);                           \
    if (!(fabs(actual_ - expected_) <= (double)(tolerance))) {                                   \
      fail_msg("%s is %.9g, not %.9g (+-%g)", #actual, actual_, expected_, (double)(tolerance)); \
    }                                                                                            \
  } while (0)

#endif
