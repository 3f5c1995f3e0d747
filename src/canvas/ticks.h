/* ticks: the arithmetic of round numbers behind chart_ticks: steps of 1, 2 or 5 times a power of ten. Pure. */
#ifndef NNLAB_CANVAS_TICKS_H
#define NNLAB_CANVAS_TICKS_H

/* The smallest round number that is >= value; value > 0 and finite. */
double round_up(double value);
/* The smallest round step whose multiples within [low, high] are at most `max`; max >= 1. 0 where there is none that
 * doubles can count in. */
double round_step(double low, double high, int max);
/* The largest round number that is <= value; value > 0 and finite. */
double round_down(double value);

#endif
