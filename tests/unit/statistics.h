/* statistics: tests of hypotheses. Each takes a sample and what it is claimed to be, and returns p: the chance that a
 * true sample looks at least this odd. Whoever rejects what has p below alpha cries wolf with chance alpha. Two-sided
 * where too even is as odd as too uneven. p comes from the limit of large samples (normal, chi-square, Kolmogorov).
 * Sources: Abramowitz and Stegun, 26.2, 26.4, 6.5; Stephens, "EDF statistics for goodness of fit", JASA 69 (1974). */
#ifndef NNLAB_TESTS_STATISTICS_H
#define NNLAB_TESTS_STATISTICS_H

#include <stddef.h>

/* The chance that a standard normal is below z, and that it is at least as far from 0. */
double normal_cdf(double z);
double normal_p(double z);
/* The chances that a chi-square with these degrees of freedom is above, below, and at least this odd. */
double chi_square_above(double statistic, double freedom);
double chi_square_below(double statistic, double freedom);
double chi_square_p(double statistic, double freedom);
/* The chance that `count` draws stray further than `distance` from their distribution function. */
double kolmogorov_p(double distance, size_t count);

/* `hits` of `trials` at this rate; and of a rare event (Poisson's) that is expected so many times. */
double count_p(double hits, double trials, double rate);
double rare_p(double hits, double expected);
/* Hits of cells that are all as likely (Pearson). */
double cells_p(const int *hits, size_t cells);
/* hits (count, count): how often each value lay in each place, over random orders of `count` values. */
double places_p(const int *hits, size_t count);

/* Values of mean 0 and variance 1, all independent by claim. */
typedef struct Sample {
  size_t variables, observations;
  const float *x;  /* (variables, observations) */
  double kurtosis; /* of the values: 1 if all are -1 or 1, or if each variable's squares have a fixed sum */
} Sample;

/* Whether each variable's mean is 0, and each pair's correlation. */
double means_p(Sample sample);
double correlations_p(Sample sample);
/* Whether the observations (as one sequence) do not correlate with those 1 .. `lags` behind. */
double lags_p(Sample sample, size_t lags);

/* A distribution. */
typedef struct Shape {
  double (*cdf)(double);
  double mean, variance, kurtosis; /* kurtosis: the fourth central moment over the variance's square */
} Shape;

Shape shape_uniform(void); /* in 0..1 */
Shape shape_normal(void);
Shape shape_truncated_normal(void); /* the standard normal within +-2 */

double mean_p(const float *values, size_t count, const Shape *shape);
double variance_p(const float *values, size_t count, const Shape *shape);
/* By Kolmogorov and Smirnov. Sorts the values. */
double distribution_p(float *values, size_t count, const Shape *shape);

#endif
