/* word_value: what a word stands for when it is no plain number: an amount ("1,234", "12 %", "$3.50", "7,5 km"), a
 * truth value ("yes"), a date ("2024-02-29"), a time of day ("09:32"). One word alone proves nothing: columns are
 * judged by all of theirs. Any thread. */
#ifndef NNLAB_DATA_WORD_VALUE_H
#define NNLAB_DATA_WORD_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "data/format.h"

/* A number as people write it, and what stands around it, in the text that was read. */
typedef struct Amount {
  double value; /* infinite: beyond every number, or "inf" */
  const char *prefix, *suffix;
  size_t prefix_length, suffix_length; /* 0: nothing is there */
  bool fraction;                       /* digits behind the decimal sign */
} Amount;
/* Digits, in groups of three or not, with this decimal sign; a currency or a few letters before it, a unit or a per
 * cent sign behind it. False when the word is none. A unit changes no value: 12 % is 12. */
bool word_amount(const char *text, Decimal decimal, Amount *amount);
/* Whether what stands before or behind an amount is a currency. */
bool word_is_currency(const char *text, size_t length);

/* The pairs of words that mean no and yes, in any case. Two words of one pair belong together. */
typedef enum TruthPair { TRUTH_NONE = 0, TRUTH_TRUE_FALSE, TRUTH_YES_NO, TRUTH_T_F, TRUTH_Y_N, TRUTH_ON_OFF } TruthPair;
TruthPair word_truth(const char *text, bool *value);

/* The order of a date's parts. */
typedef enum DateOrder { DATE_YMD = 0, DATE_DMY, DATE_MDY, DATE_ORDERS } DateOrder;
/* Days since 1970-01-01, with the time of day as a fraction where one follows ("2024-02-29 13:45", with 'T' or a
 * blank, seconds, and 'Z' or "PM" at will). Parts are separated by '-', '/' or '.'; months may be names ("3 Mar 2021",
 * "Mar 3, 2021"), and then years of two digits at the end are 1969 to 2068 ("3-Mar-21"). Eight digits are year, month
 * and day from 1900 to 2100 ("20240229"). False when the word is no date in this order. */
bool word_date(const char *text, DateOrder order, double *days);
/* The day, as "2024-02-29". */
void word_from_date(double days, char *out, size_t size);
/* Hours since midnight: "09:32", "09:32:21.5", "8:14 AM". */
bool word_time(const char *text, double *hours);

#endif
