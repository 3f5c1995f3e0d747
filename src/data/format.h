/* format: how a text file writes its table down: what separates fields, the decimal sign, quotes, a header or none, the
 * encoding. Guessed from the file's beginning by evidence; what the user says stands. Any thread. */
#ifndef NNLAB_DATA_FORMAT_H
#define NNLAB_DATA_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/* 0 is always "find out". */
typedef enum Delimiter {
  DELIMITER_AUTO = 0,
  DELIMITER_COMMA,
  DELIMITER_SEMICOLON,
  DELIMITER_TAB,
  DELIMITER_PIPE,
  DELIMITER_BLANKS, /* one or more; those around a line do not count */
  DELIMITER_COUNT
} Delimiter;
typedef enum Decimal { DECIMAL_AUTO = 0, DECIMAL_POINT, DECIMAL_COMMA, DECIMAL_COUNT } Decimal;
typedef enum Quote { QUOTE_AUTO = 0, QUOTE_DOUBLE, QUOTE_SINGLE, QUOTE_NONE, QUOTE_COUNT } Quote;
typedef enum Header { HEADER_AUTO = 0, HEADER_YES, HEADER_NO, HEADER_COUNT } Header;
typedef enum Encoding { ENCODING_AUTO = 0, ENCODING_UTF8, ENCODING_LATIN1, ENCODING_COUNT } Encoding;

/* The words of settings and reports: "auto", "comma", ... */
extern const char *const DELIMITER_NAMES[DELIMITER_COUNT],
    *const DECIMAL_NAMES[DECIMAL_COUNT], *const QUOTE_NAMES[QUOTE_COUNT], *const HEADER_NAMES[HEADER_COUNT],
                                                                              *const ENCODING_NAMES[ENCODING_COUNT];

typedef struct CsvFormat {
  Delimiter delimiter;
  Decimal decimal;
  Quote quote;
  Header header;
  Encoding encoding;
  /* what format_guess alone says */
  bool count_line; /* the first line holds the numbers of rows and columns: scikit-learn's files */
  bool comments;   /* lines that begin with '#' are no rows */
  bool row_names;  /* rows have one field more than the header, the first: R's write.table */
  bool units_line; /* the row below the header holds units: "[s],[km/h]" */
  int above_lines; /* the table begins behind so many lines: Excel's "sep=;", a title; blank ones among them */
  size_t above;    /* their bytes */
} CsvFormat;

/* The byte between two fields. */
char format_separator(Delimiter delimiter);
/* Whether a line is a comment: it begins with '#', and does not name columns. */
bool format_is_comment(const char *line, size_t length);

/* Settles what `format` leaves open from the first `length` bytes of a file; `whole`: there are no more. Nothing is
 * AUTO afterwards, except the encoding when no byte beyond ASCII has been seen and more follow. */
void format_guess(const char *start, size_t length, bool whole, CsvFormat *format);

/* Of a settled format: marks in `words` (room) the columns of digits that are to be kept as words, since numbers would
 * lose what they say: codes ("08502"), dates ("20240229"). Returns how many columns are to be looked at, 0: there is
 * none. */
int format_find_words(const char *start, size_t length, bool whole, const CsvFormat *format, bool *words, int room);

#endif
