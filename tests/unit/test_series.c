/* series: exact while it is small, bounded when it is long, and neither spikes nor gaps are lost on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "death.h"
#include "lab/series.h"
#include "near.h"

static Series *series_new(void) {
  Series *series = malloc(sizeof *series);
  assert_non_null(series);
  memset(series, 0xA5, sizeof *series);
  series_clear(series);
  return series;
}

static void push_range(Series *series, int from, int to) {
  for (int i = from; i < to; i++) {
    series_push(series, i, i);
  }
}

static void test_empty(void **state) {
  (void)state;
  Series *series = series_new();
  assert_int_equal(series->count, 0);
  assert_true(isnan(series_last(series)));
  assert_null(series_at(series, 0));
  series_smooth(series, 0.5, NULL); /* writes nothing */
  free(series);
}

static void test_keeps_every_value_until_full(void **state) {
  (void)state;
  Series *series = series_new();
  for (int i = 0; i < SERIES_CAPACITY; i++) {
    series_push(series, 0.5 * i, 1.0 / (i + 1));
  }
  assert_int_equal(series->count, SERIES_CAPACITY);
  assert_int_equal(series->per_bucket, 1);
  for (int i = 0; i < SERIES_CAPACITY; i++) {
    const Bucket *bucket = &series->buckets[i];
    double value = 1.0 / (i + 1);
    assert_true(bucket->x == 0.5 * i && bucket->count == 1 && bucket->finite == 1);
    assert_true(bucket->min == value && bucket->mean == value && bucket->max == value);
  }
  free(series);
}

static void test_halves_when_full(void **state) {
  (void)state;
  Series *series = series_new();
  push_range(series, 0, SERIES_CAPACITY + 1);
  assert_int_equal(series->count, SERIES_CAPACITY / 2 + 1);
  assert_int_equal(series->per_bucket, 2);
  const Bucket *third = &series->buckets[2];
  assert_true(third->x == 4.5 && third->min == 4 && third->mean == 4.5 && third->max == 5 && third->count == 2);
  assert_true(series->buckets[SERIES_CAPACITY / 2].count == 1 && series_last(series) == SERIES_CAPACITY);
  series_push(series, SERIES_CAPACITY + 1, SERIES_CAPACITY + 1); /* fills the last bucket */
  assert_int_equal(series->count, SERIES_CAPACITY / 2 + 1);
  assert_true(series_last(series) == SERIES_CAPACITY + 0.5);
  free(series);
}

/* Every count of values: nothing is lost, all buckets but the last are full, the mean over all is the mean. */
static void test_long(void **state) {
  (void)state;
  enum { VALUES = 100000, SPIKE = 77777 };
  Series *series = series_new();
  for (int i = 0; i < VALUES; i++) {
    series_push(series, i, i == SPIKE ? 1e6 : i % 2);
  }
  assert_int_equal(series->per_bucket, 64);
  assert_int_equal(series->count, (VALUES + 63) / 64);
  double sum = 0, total = 0;
  int spikes = 0;
  for (int i = 0; i < series->count; i++) {
    const Bucket *bucket = &series->buckets[i];
    bool last = i == series->count - 1;
    assert_int_equal(bucket->count, last ? VALUES % 64 : 64);
    assert_true(fabs(bucket->x - (64.0 * i + (bucket->count - 1) / 2.0)) < 1e-6);
    assert_true(bucket->min == 0);
    spikes += bucket->max == 1e6;
    sum += bucket->mean * bucket->finite;
    total += bucket->count;
  }
  assert_int_equal(spikes, 1);
  assert_true(total == VALUES);
  assert_true(fabs(sum - (0.5 * VALUES - 1 + 1e6)) < 1e-3);
  assert_true(series_at(series, SPIKE)->max == 1e6);
  free(series);
}

static void test_values_that_are_not_finite(void **state) {
  (void)state;
  Series *series = series_new();
  series_push(series, 0, (double)NAN);
  assert_true(isnan(series_last(series)) && series->buckets[0].count == 1 && series->buckets[0].finite == 0);
  series_push(series, 1, (double)INFINITY);
  assert_true(isnan(series_last(series)));
  push_range(series, 2, SERIES_CAPACITY + 1); /* the two are merged into one, and stay a gap */
  assert_int_equal(series->per_bucket, 2);
  assert_true(series->buckets[0].count == 2 && series->buckets[0].finite == 0 && isnan(series->buckets[0].max));
  free(series);
}

static void test_gap_beside_a_value(void **state) {
  (void)state;
  Series *series = series_new();
  series_push(series, 0, (double)-INFINITY);
  series_push(series, 1, 3);
  series_push(series, 2, 5);
  series_push(series, 3, (double)NAN);
  push_range(series, 4, SERIES_CAPACITY + 1);
  const Bucket *first = &series->buckets[0], *second = &series->buckets[1];
  assert_true(first->count == 2 && first->finite == 1 && first->min == 3 && first->mean == 3 && first->max == 3);
  assert_true(second->count == 2 && second->finite == 1 && second->mean == 5 && second->x == 2.5);
  push_range(series, SERIES_CAPACITY + 1, 8 * SERIES_CAPACITY); /* -inf, 3, 5, nan, 4 .. 7 in the first bucket */
  assert_int_equal(series->per_bucket, 8);
  assert_true(first->count == 8 && first->finite == 6 && first->min == 3 && first->mean == 5 && first->max == 7);
  free(series);
}

/* Positions that repeat, and values at the edge of double: means stay among what they are the mean of. */
static void test_extremes(void **state) {
  (void)state;
  Series *series = series_new();
  for (int i = 0; i < 10000; i++) {
    series_push(series, 1.0 / 3, i % 2 ? DBL_MAX : 0.9 * DBL_MAX);
  }
  for (int i = 0; i < series->count; i++) {
    const Bucket *bucket = &series->buckets[i];
    assert_true(bucket->x == 1.0 / 3);
    assert_true(bucket->min == 0.9 * DBL_MAX && bucket->max == DBL_MAX);
    assert_true(bucket->mean >= bucket->min && bucket->mean <= bucket->max);
    assert_true(bucket->count % 2 == 1 || fabs(bucket->mean / DBL_MAX - 0.95) < 1e-9);
  }
  free(series);
}

static void test_at(void **state) {
  (void)state;
  Series *series = series_new();
  push_range(series, 0, SERIES_CAPACITY * 3);
  assert_int_equal(series->per_bucket, 4);
  push_range(series, SERIES_CAPACITY * 3, SERIES_CAPACITY * 3 + 1); /* a last bucket of one value */
  for (int i = 0; i <= SERIES_CAPACITY * 3; i++) {
    assert_ptr_equal(series_at(series, i), &series->buckets[i / 4]);
  }
  assert_ptr_equal(series_at(series, -100), &series->buckets[0]);
  assert_ptr_equal(series_at(series, 1e9), &series->buckets[series->count - 1]);
  free(series);
}

static void test_at_is_the_nearest(void **state) {
  (void)state;
  Series *series = series_new();
  series_push(series, 0, 1);
  series_push(series, 10, 2);
  series_push(series, 11, 3);
  assert_true(series_at(series, 4.9)->mean == 1);
  assert_true(series_at(series, 5.1)->mean == 2);
  assert_true(series_at(series, 10.4)->mean == 2);
  assert_true(series_at(series, 10.6)->mean == 3);
  free(series);
}

/* TensorBoard's: s = w s + (1 - w) v, divided by 1 - w^n. */
static void test_smooth(void **state) {
  (void)state;
  Series *series = series_new();
  const double values[] = {4, 8, (double)NAN, 0};
  double out[5] = {0, 0, 0, 0, -1};
  for (int i = 0; i < 4; i++) {
    series_push(series, i, values[i]);
  }
  series_smooth(series, 0.5, out);
  assert_true(out[0] == 4);           /* 2 / 0.5 */
  assert_true(out[1] == 5 / 0.75);    /* (2 / 2 + 4) / 0.75 */
  assert_true(isnan(out[2]));         /* a gap, which moves nothing */
  assert_true(out[3] == 2.5 / 0.875); /* (5 / 2 + 0) / 0.875 */
  assert_true(out[4] == -1);
  series_smooth(series, 0, out);
  assert_true(out[0] == 4 && out[1] == 8 && isnan(out[2]) && out[3] == 0);
  free(series);
}

static void test_clear(void **state) {
  (void)state;
  Series *series = series_new();
  push_range(series, 0, 5000);
  series_clear(series);
  assert_true(series->count == 0 && isnan(series_last(series)));
  series_push(series, -3, 6);
  assert_true(series->count == 1 && series->per_bucket == 1 && series_last(series) == 6);
  free(series);
}

static void test_zeros_are_empty(void **state) {
  (void)state;
  Series *series = calloc(1, sizeof *series);
  assert_non_null(series);
  push_range(series, 0, SERIES_CAPACITY + 1);
  assert_true(series->count == SERIES_CAPACITY / 2 + 1 && series->per_bucket == 2);
  free(series);
}

static void push_backwards(void) {
  static Series series;
  series_push(&series, 2, 0);
  series_push(&series, 1, 0);
}

/* What lies behind a place goes; of merged values, those of a bucket that reaches beyond it go together. */
static void test_cut(void **state) {
  (void)state;
  static Series series;
  series_clear(&series);
  series_cut(&series, 3);
  for (int i = 1; i <= 10; i++) {
    series_push(&series, i, i);
  }
  series_cut(&series, 7);
  assert_int_equal(series.count, 7);
  series_cut(&series, 7);
  assert_int_equal(series.count, 7);
  series_push(&series, 8, -8);
  assert_near(series_last(&series), -8, 0);
  series_cut(&series, 0);
  assert_int_equal(series.count, 0);
  series_clear(&series);
  for (int i = 1; i <= 3 * SERIES_CAPACITY; i++) {
    series_push(&series, i, i);
  }
  assert_int_equal(series.per_bucket, 4);
  series_cut(&series, 102); /* 97..100 stay, 101..104 go */
  assert_int_equal(series.count, 25);
  assert_near(series.buckets[24].max, 100, 0);
  series_push(&series, 103, 5);
  assert_int_equal(series.count, 26);
  series_cut(&series, 104);
  assert_int_equal(series.count, 26);
}

static void test_positions_do_not_decrease(void **state) {
  (void)state;
  assert_int_equal(death_of(push_backwards).signal, SIGABRT);
}

static void test_difference(void **state) {
  (void)state;
  Series *from = series_new(), *to = series_new(), *out = series_new();
  series_difference(from, to, out);
  assert_int_equal(out->count, 0);
  push_range(from, 1, 11);
  for (int i = 1; i < 8; i++) {
    series_push(to, i, i == 4 ? (double)NAN : 3.0 * i);
  }
  series_difference(from, to, out);
  assert_int_equal(out->count, 7); /* as far as both go */
  for (int i = 0; i < 7; i++) {
    const Bucket *bucket = &out->buckets[i];
    assert_true(bucket->x == i + 1);
    assert_int_equal(bucket->finite, i != 3);
    assert_true(i == 3 ? isnan(bucket->mean) : bucket->mean == 2.0 * (i + 1));
  }
  series_difference(to, from, out);
  assert_true(out->buckets[6].mean == -14);
  free(from);
  free(to);
  free(out);
}

/* A long one against a short one: in buckets of the long one, each mean less that of the same values. */
static void test_difference_of_other_buckets(void **state) {
  (void)state;
  enum { SHORT = 1003, LONG = 5 * SERIES_CAPACITY };
  Series *from = series_new(), *to = series_new(), *out = series_new();
  push_range(from, 1, SHORT + 1);
  for (int i = 1; i <= LONG; i++) {
    series_push(to, i, 2.0 * i);
  }
  assert_int_equal(to->per_bucket, 8);
  series_difference(from, to, out);
  assert_int_equal(out->per_bucket, 8);
  assert_int_equal(out->count, SHORT / 8); /* of the last 3, only the mean with 5 more is known */
  for (int i = 0; i < out->count; i++) {
    assert_true(fabs(out->buckets[i].x - (8 * i + 4.5)) < 1e-9);
    assert_true(fabs(out->buckets[i].mean - (8 * i + 4.5)) < 1e-9);
    assert_int_equal(out->buckets[i].count, 8);
  }
  free(from);
  free(to);
  free(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_keeps_every_value_until_full),
      cmocka_unit_test(test_halves_when_full),
      cmocka_unit_test(test_long),
      cmocka_unit_test(test_values_that_are_not_finite),
      cmocka_unit_test(test_gap_beside_a_value),
      cmocka_unit_test(test_extremes),
      cmocka_unit_test(test_at),
      cmocka_unit_test(test_at_is_the_nearest),
      cmocka_unit_test(test_smooth),
      cmocka_unit_test(test_difference),
      cmocka_unit_test(test_difference_of_other_buckets),
      cmocka_unit_test(test_clear),
      cmocka_unit_test(test_zeros_are_empty),
      cmocka_unit_test(test_cut),
      cmocka_unit_test(test_positions_do_not_decrease),
  };
  return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
