#include "statistics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

double normal_cdf(double z) { return 0.5 * erfc(-z / sqrt(2.0)); }

double normal_p(double z) { return erfc(fabs(z) / sqrt(2.0)); }

/* x^a e^-x / Gamma(a) */
static double gamma_factor(double a, double x) { return exp(a * log(x) - x - lgamma(a)); }

/* The lower incomplete gamma function over Gamma(a), by its series (6.5.29): for x < a + 1. */
static double gamma_series(double a, double x) {
  double term = 1.0 / a, sum = term;
  for (double n = a + 1.0; term > sum * DBL_EPSILON; n++) {
    term *= x / n;
    sum += term;
  }
  return sum * gamma_factor(a, x);
}

/* The upper one, by its continued fraction (6.5.31) in Lentz's way: for x >= a + 1. */
static double gamma_fraction(double a, double x) {
  double b = x + 1.0 - a, c = 1.0 / DBL_MIN, d = 1.0 / b, fraction = d, change = 0.0;
  for (double i = 1.0; fabs(change - 1.0) > 2.0 * DBL_EPSILON; i++) {
    double numerator = i * (a - i);
    b += 2.0;
    d = 1.0 / (b + numerator * d);
    c = b + numerator / c;
    change = c * d;
    fraction *= change;
  }
  return fraction * gamma_factor(a, x);
}

static double gamma_above(double a, double x) {
  return x <= 0.0 ? 1.0 : x < a + 1.0 ? 1.0 - gamma_series(a, x) : gamma_fraction(a, x);
}

static double gamma_below(double a, double x) {
  return x <= 0.0 ? 0.0 : x < a + 1.0 ? gamma_series(a, x) : 1.0 - gamma_fraction(a, x);
}

/* Not-a-number stays: it must not pass for likely. */
static double both_sides(double above, double below) {
  double p = 2.0 * (above < below ? above : below);
  return p > 1.0 ? 1.0 : p;
}

double chi_square_above(double statistic, double freedom) { return gamma_above(0.5 * freedom, 0.5 * statistic); }

double chi_square_below(double statistic, double freedom) { return gamma_below(0.5 * freedom, 0.5 * statistic); }

double chi_square_p(double statistic, double freedom) {
  return both_sides(chi_square_above(statistic, freedom), chi_square_below(statistic, freedom));
}

double kolmogorov_p(double distance, size_t count) {
  double root = sqrt((double)count), x = (root + 0.12 + 0.11 / root) * distance, sum = 0.0, term = 1.0;
  if (x < 0.2) {
    return 1.0; /* within 1e-12; the series would not converge */
  }
  for (int k = 1; fabs(term) > DBL_EPSILON * fabs(sum); k++) {
    term = (k % 2 ? 2.0 : -2.0) * exp(-2.0 * k * k * x * x);
    sum += term;
  }
  return sum;
}

double count_p(double hits, double trials, double rate) {
  return normal_p((hits - trials * rate) / sqrt(trials * rate * (1.0 - rate)));
}

/* Gamma's distribution in the mean is Poisson's in the count. */
double rare_p(double hits, double expected) {
  double at_least = hits > 0.0 ? gamma_below(hits, expected) : 1.0;
  return both_sides(at_least, gamma_above(hits + 1.0, expected));
}

/* Pearson's statistic against equal expectations. */
static double unevenness(const int *hits, size_t cells) {
  double total = 0.0, sum = 0.0;
  for (size_t i = 0; i < cells; i++) {
    total += hits[i];
  }
  for (size_t i = 0; i < cells; i++) {
    double excess = hits[i] - total / (double)cells;
    sum += excess * excess;
  }
  return sum * (double)cells / total;
}

double cells_p(const int *hits, size_t cells) { return chi_square_p(unevenness(hits, cells), (double)cells - 1.0); }

/* An order fills each place and deals each value once: what lies in one cell cannot lie in others of its row or column,
 * which widens the statistic by count / (count - 1). */
double places_p(const int *hits, size_t count) {
  double others = (double)count - 1.0;
  return chi_square_p(unevenness(hits, count * count) * others / (double)count, others * others);
}

double means_p(Sample sample) {
  double squares = 0.0, n = (double)sample.observations;
  for (size_t v = 0; v < sample.variables; v++) {
    double sum = 0.0;
    for (size_t i = 0; i < sample.observations; i++) {
      sum += (double)sample.x[v * sample.observations + i];
    }
    squares += sum * sum / n;
  }
  return chi_square_p(squares, (double)sample.variables);
}

static double product(const float *a, const float *b, size_t count) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) {
    sum += (double)(a[i] * b[i]);
  }
  return sum;
}

/* The squared correlations, times n: each has mean 1 and variance 2 + (kurtosis^2 - 3) / n, and two that have a
 * variable in common a covariance of (kurtosis - 1) / n. Their sum is taken for the chi-square of the same mean and
 * variance. */
double correlations_p(Sample sample) {
  double squares = 0.0, variables = (double)sample.variables, kurtosis = sample.kurtosis;
  size_t n = sample.observations;
  for (size_t v = 0; v < sample.variables; v++) {
    for (size_t w = 0; w < v; w++) {
      double sum = product(sample.x + v * n, sample.x + w * n, n);
      squares += sum * sum / (double)n;
    }
  }
  double pairs = 0.5 * variables * (variables - 1.0);
  double widened = 1.0 + (0.5 * (kurtosis * kurtosis - 3.0) + (variables - 2.0) * (kurtosis - 1.0)) / (double)n;
  return chi_square_p(squares / widened, pairs / widened);
}

double lags_p(Sample sample, size_t lags) {
  size_t count = sample.variables * sample.observations;
  double squares = 0.0;
  for (size_t lag = 1; lag <= lags; lag++) {
    double sum = product(sample.x, sample.x + lag, count - lag);
    squares += sum * sum / (double)(count - lag);
  }
  return chi_square_p(squares, (double)lags);
}

static double uniform_cdf(double x) { return x < 0.0 ? 0.0 : x > 1.0 ? 1.0 : x; }

Shape shape_uniform(void) { return (Shape){uniform_cdf, 0.5, 1.0 / 12.0, 1.8}; }

Shape shape_normal(void) { return (Shape){normal_cdf, 0.0, 1.0, 3.0}; }

static const double CUT = 2.0;

static double truncated_cdf(double x) {
  return uniform_cdf((normal_cdf(x) - normal_cdf(-CUT)) / (normal_cdf(CUT) - normal_cdf(-CUT)));
}

/* The moments by integration by parts. */
Shape shape_truncated_normal(void) {
  double density = exp(-0.5 * CUT * CUT) / sqrt(2.0 * acos(-1.0)) / (normal_cdf(CUT) - normal_cdf(-CUT));
  double variance = 1.0 - 2.0 * CUT * density;
  double fourth = 3.0 * variance - 2.0 * CUT * CUT * CUT * density;
  return (Shape){truncated_cdf, 0.0, variance, fourth / (variance * variance)};
}

double mean_p(const float *values, size_t count, const Shape *shape) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) {
    sum += (double)values[i] - shape->mean;
  }
  return normal_p(sum / sqrt((double)count * shape->variance));
}

double variance_p(const float *values, size_t count, const Shape *shape) {
  double squares = 0.0;
  for (size_t i = 0; i < count; i++) {
    double distance = (double)values[i] - shape->mean;
    squares += distance * distance;
  }
  double excess = squares / shape->variance - (double)count;
  return normal_p(excess / sqrt((double)count * (shape->kurtosis - 1.0)));
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

double distribution_p(float *values, size_t count, const Shape *shape) {
  double most = 0.0, n = (double)count;
  qsort(values, count, sizeof *values, by_value);
  for (size_t i = 0; i < count; i++) {
    double expected = shape->cdf((double)values[i]);
    most = fmax(most, fmax(expected - (double)i / n, (double)(i + 1) / n - expected));
  }
  return kolmogorov_p(most, count);
}
