/* clock: monotonic time in seconds, for rates and frame pacing. Results never depend on it. */
#ifndef NNLAB_BASE_CLOCK_H
#define NNLAB_BASE_CLOCK_H

/* Seconds since some fixed moment; never goes back. Any thread. */
double clock_now(void);

#endif
