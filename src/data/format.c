#include "data/format.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "data/frame.h"
#include "data/number.h"
#include "data/sample.h"
#include "data/word_value.h"

const char *const DELIMITER_NAMES[DELIMITER_COUNT] = {"auto", "comma", "semicolon", "tab", "pipe", "blanks"};
const char *const DECIMAL_NAMES[DECIMAL_COUNT] = {"auto", "point", "comma"};
const char *const QUOTE_NAMES[QUOTE_COUNT] = {"auto", "double", "single", "none"};
const char *const HEADER_NAMES[HEADER_COUNT] = {"auto", "yes", "no"};
const char *const ENCODING_NAMES[ENCODING_COUNT] = {"auto", "utf-8", "latin-1"};

char format_separator(Delimiter delimiter) {
  static const char separators[DELIMITER_COUNT] = {',', ',', ';', '\t', '|', ' '};
  return separators[delimiter];
}

bool format_is_comment(const char *line, size_t length) {
  return length > 0 && line[0] == '#' && !(length > 1 && line[1] != '\0' && strchr(",;\t|", line[1]));
}

/* --- the delimiter ------------------------------------------------------------------------------------------------ */

typedef struct Shape {
  int fields;   /* what most lines have */
  double share; /* of the lines that have it */
} Shape;

static Shape shape_of(const Sample *sample, Delimiter delimiter, Quote quote, Fields *fields) {
  int counts[SAMPLE_LINES], first = sample->lines > 2 ? 1 : 0; /* a header may have one less, a count line any */
  Shape shape = {1, 0.0};
  for (int l = 0; l < sample->lines; l++) {
    sample_split(sample->line[l], delimiter, quote, fields);
    counts[l] = fields->count;
  }
  for (int l = first; l < sample->lines; l++) {
    int same = 0;
    for (int other = first; other < sample->lines; other++) {
      same += counts[other] == counts[l];
    }
    double share = (double)same / (sample->lines - first);
    if (share > shape.share || (share == shape.share && counts[l] > shape.fields)) {
      shape = (Shape){counts[l], share};
    }
  }
  return shape;
}

/* Commas that stand inside of numbers between blanks: "1,5 2,5 3,0". */
static bool are_decimal_commas(const Sample *sample, Quote quote, Fields *fields) {
  int inner = 0, two = 0;
  for (int l = 0; l < sample->lines; l++) {
    sample_split(sample->line[l], DELIMITER_COMMA, quote, fields);
    for (int i = 1; i + 1 < fields->count; i++) {
      const Field *field = &fields->field[i];
      const char *blank = memchr(field->text, ' ', field->length);
      size_t digits = 0;
      for (size_t c = 0; c < field->length; c++) {
        digits += strchr("0123456789 -+", field->text[c]) != NULL && field->text[c] != '\0';
      }
      inner++;
      two += blank && digits == field->length;
    }
  }
  return inner > 0 && 2 * two > inner;
}

static Delimiter guess_delimiter(const Sample *sample, Quote quote, Fields *fields) {
  static const Delimiter order[] = {DELIMITER_TAB, DELIMITER_SEMICOLON, DELIMITER_PIPE, DELIMITER_COMMA};
  static const double enough = 0.8, some = 0.6;
  Shape blanks = shape_of(sample, DELIMITER_BLANKS, quote, fields);
  Delimiter best = DELIMITER_COMMA;
  double best_share = 0.0;
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    Shape shape = shape_of(sample, order[i], quote, fields);
    bool rather_blanks = order[i] == DELIMITER_TAB && blanks.share >= enough && blanks.fields > 2 * shape.fields;
    if (shape.fields > 1 && shape.share > best_share + 0.1 && !rather_blanks) {
      best = order[i];
      best_share = shape.share;
    }
  }
  bool decimals = best == DELIMITER_COMMA && best_share > 0.0 && are_decimal_commas(sample, quote, fields);
  if ((best_share < some || decimals) && blanks.fields > 1 && blanks.share >= enough) {
    return DELIMITER_BLANKS;
  }
  return best;
}

/* Single quotes count if they come in pairs around fields, in every other line at least or from end to end of the first
 * one, and there are no others. */
static Quote guess_quote(const Sample *sample) {
  static const char around[] = ",;\t| ";
  int twice = 0, opened = 0, closed = 0;
  for (int l = 0; l < sample->lines; l++) {
    const Line *line = &sample->line[l];
    for (size_t i = 0; i < line->length; i++) {
      bool opens = i == 0 || strchr(around, line->text[i - 1]);
      bool closes = i + 1 == line->length || strchr(around, line->text[i + 1]);
      bool single = line->text[i] == '\'';
      twice += line->text[i] == '"' && opens;
      opened += single && opens;
      closed += single && closes && !opens;
    }
  }
  const Line *first = &sample->line[0];
  bool titles =
      sample->lines > 0 && first->length >= 2 && first->text[0] == '\'' && first->text[first->length - 1] == '\'';
  bool often = opened > 0 && (titles || 2 * opened >= sample->lines);
  return twice == 0 && opened == closed && often ? QUOTE_SINGLE : QUOTE_DOUBLE;
}

/* What one field says of the decimal sign. */
typedef enum Sign { SIGN_NONE = 0, SIGN_POINT, SIGN_COMMA, SIGN_BROKEN } Sign;

static bool is_date(const char *text) {
  double days;
  return word_date(text, DATE_YMD, &days) || word_date(text, DATE_DMY, &days) || word_date(text, DATE_MDY, &days);
}

/* Of digits around one sign, what most numbers are; false: look closer. */
static bool is_plain_sign(const Field *field, Sign *sign) {
  size_t from = field->length > 0 && *field->text == '-', mark = 0, marks = 0;
  for (size_t i = from; i < field->length; i++) {
    char c = field->text[i];
    if (c == '.' || c == ',') {
      mark = i;
      marks++;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  size_t before = mark - from, after = field->length - mark - 1;
  bool either = after == 3 && before >= 1 && before <= 3 && field->text[from] != '0';
  *sign = either ? SIGN_NONE : field->text[mark] == ',' ? SIGN_COMMA : SIGN_POINT;
  return marks == 1 && before + after > 0;
}

/* "1.234" and "1,234" may be either; only what is a number in one way alone tells. Dates are none, whatever they are
 * written with. */
static Sign sign_of(const Field *field) {
  enum { LONGEST = 63 };
  char text[LONGEST + 1];
  Sign sign;
  bool comma = memchr(field->text, ',', field->length), point = memchr(field->text, '.', field->length);
  if (field->length > LONGEST || !(comma || point)) {
    return SIGN_NONE;
  }
  if (is_plain_sign(field, &sign)) {
    return sign;
  }
  memcpy(text, field->text, field->length);
  text[field->length] = '\0';
  Amount amount;
  bool with_point = word_amount(text, DECIMAL_POINT, &amount), with_comma = word_amount(text, DECIMAL_COMMA, &amount);
  if (is_date(text) || (with_point && with_comma)) {
    return SIGN_NONE;
  }
  bool digits = strspn(text, "0123456789.,") == field->length;
  return with_point ? SIGN_POINT : with_comma ? SIGN_COMMA : digits ? SIGN_BROKEN : SIGN_NONE;
}

static Decimal guess_decimal(const Sample *sample, const CsvFormat *format, Fields *fields) {
  int signs[SIGN_BROKEN + 1] = {0}, either = 0;
  for (int l = 0; l < sample->lines; l++) {
    sample_split(sample->line[l], format->delimiter, format->quote, fields);
    for (int i = 0; i < fields->count; i++) {
      const Field *field = &fields->field[i];
      Sign sign = sign_of(field);
      signs[sign]++;
      either += sign == SIGN_NONE && memchr(field->text, ',', field->length) && field->length <= 7 &&
                strspn(field->text, "0123456789,-+") >= field->length;
    }
  }
  if (signs[SIGN_COMMA] == 0) { /* "1,234" alone: groups of three are rare where commas are free for it */
    return format->delimiter != DELIMITER_COMMA && signs[SIGN_POINT] == 0 && either > 0 ? DECIMAL_COMMA : DECIMAL_POINT;
  }
  return signs[SIGN_COMMA] > signs[SIGN_POINT] + signs[SIGN_BROKEN] ? DECIMAL_COMMA : DECIMAL_POINT;
}

/* --- the header --------------------------------------------------------------------------------------------------- */

typedef enum Kind { KIND_MISSING = 0, KIND_NUMBER, KIND_WORD } Kind;

static Kind kind_of(const Field *field, Decimal decimal) {
  enum { LONGEST = 63 };
  char copy[LONGEST + 1];
  if (frame_is_missing(field->text, field->length)) {
    return KIND_MISSING;
  }
  if (field->length > LONGEST) {
    return KIND_WORD;
  }
  memcpy(copy, field->text, field->length);
  copy[field->length] = '\0';
  char *comma = decimal == DECIMAL_COMMA ? strchr(copy, ',') : NULL;
  if (comma) {
    *comma = '.';
  }
  float value;
  return number_parse(copy, field->length, &value) == NUMBER_NONE ? KIND_WORD : KIND_NUMBER;
}

static bool is_whole(const Field *field, long *value) {
  char copy[16] = "";
  if (field->length == 0 || field->length >= sizeof copy || strspn(field->text, "0123456789") < field->length) {
    return false;
  }
  memcpy(copy, field->text, field->length);
  *value = strtol(copy, NULL, 10);
  return true;
}

/* "150,4,setosa,versicolor,virginica" above rows of five fields. */
static bool is_count_line(const Sample *sample, const CsvFormat *format, Fields *first, Fields *second) {
  long rows, columns;
  if (sample->lines < 3) {
    return false;
  }
  sample_split(sample->line[0], format->delimiter, format->quote, first);
  sample_split(sample->line[1], format->delimiter, format->quote, second);
  if (first->count < 3 || !is_whole(&first->field[0], &rows) || !is_whole(&first->field[1], &columns) ||
      columns + 1 != second->count || rows < 1) {
    return false;
  }
  for (int i = 2; i < first->count; i++) {
    if (kind_of(&first->field[i], format->decimal) == KIND_NUMBER) {
      return false;
    }
  }
  return true;
}

/* What the fields of column `c` are below the first line: their kind if four in five agree, and whether the first
 * line's is among them. */
typedef struct Below {
  int numbers, words, repeated;
} Below;

static bool same_text(const Field *a, const Field *b) {
  return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void look_below(const Sample *sample, int first, const CsvFormat *format, int shift, const Fields *header,
                       Below *below, Fields *fields) {
  for (int l = first + 1; l < sample->lines; l++) {
    sample_split(sample->line[l], format->delimiter, format->quote, fields);
    for (int c = 0; c < header->count && c + shift < fields->count; c++) {
      Kind kind = kind_of(&fields->field[c + shift], format->decimal);
      below[c].numbers += kind == KIND_NUMBER;
      below[c].words += kind == KIND_WORD;
      below[c].repeated += same_text(&header->field[c], &fields->field[c + shift]);
    }
  }
}

/* Whether the numbers among the fields are whole and each is over the one before: 0, 1, 2 ... `*from_zero`: just so. */
static bool is_ascending(const Fields *fields, Decimal decimal, bool *from_zero) {
  long value, before = -1;
  int numbers = 0;
  *from_zero = true;
  for (int c = 0; c < fields->count; c++) {
    if (kind_of(&fields->field[c], decimal) != KIND_NUMBER) {
      continue;
    }
    if (!is_whole(&fields->field[c], &value) || value <= before) {
      return false;
    }
    *from_zero = *from_zero && value == before + 1;
    before = value;
    numbers++;
  }
  *from_zero = *from_zero && numbers > 2;
  return true;
}

/* Words above numbers make a header, numbers above numbers none, unless they only count columns. Where all are words: a
 * header's do not come again. */
static bool has_header(const Sample *sample, int first, const CsvFormat *format, int shift, Fields *header,
                       Fields *fields) {
  Below below[SAMPLE_FIELDS] = {{0, 0, 0}};
  look_below(sample, first, format, shift, header, below, fields);
  int above = 0, none = 0, repeated = 0, empty = 0, numbers = 0;
  for (int c = 0; c < header->count; c++) {
    Kind kind = kind_of(&header->field[c], format->decimal);
    bool numeric = below[c].numbers > 4 * below[c].words;
    above += numeric && kind == KIND_WORD;
    none += numeric && kind == KIND_NUMBER;
    repeated += kind == KIND_WORD && below[c].repeated > 0;
    empty += kind == KIND_MISSING;
    numbers += kind == KIND_NUMBER;
  }
  bool from_zero;
  if (none > 0 && is_ascending(header, format->decimal, &from_zero) && (above > 0 || from_zero)) {
    return true;
  }
  if (above + none > 0) {
    return above > none || (above == none && repeated == 0);
  }
  return repeated == 0 && empty + numbers < header->count;
}

static void guess_header(const Sample *sample, CsvFormat *format) {
  Fields header, fields;
  int first = format->count_line ? 1 : 0;
  if (first >= sample->lines) {
    format->header = format->header == HEADER_AUTO ? HEADER_NO : format->header;
    return;
  }
  sample_split(sample->line[first], format->delimiter, format->quote, &header);
  int longer = 0, filled = 0;
  for (int l = first + 1; l < sample->lines; l++) {
    sample_split(sample->line[l], format->delimiter, format->quote, &fields);
    longer += fields.count == header.count + 1;
    filled += fields.count == header.count + 1 && fields.field[fields.count - 1].length > 0;
  }
  format->row_names = longer > 0 && 2 * longer > sample->lines - first - 1 && filled > 0 && format->header != HEADER_NO;
  if (format->header == HEADER_AUTO) {
    bool is = has_header(sample, first, format, format->row_names ? 1 : 0, &header, &fields);
    format->header = is ? HEADER_YES : HEADER_NO;
  }
  format->row_names = format->row_names && format->header == HEADER_YES;
}

/* Words or nothing where all numbers are below, in two columns at least, or in brackets. */
static bool is_units_line(const Sample *sample, int line, const CsvFormat *format, Fields *units, Fields *fields) {
  enum { FEWEST_BELOW = 3 };
  Below below[SAMPLE_FIELDS] = {{0, 0, 0}};
  if (sample->lines < line + 1 + FEWEST_BELOW) {
    return false;
  }
  sample_split(sample->line[line], format->delimiter, format->quote, units);
  look_below(sample, line, format, 0, units, below, fields);
  int numeric = 0, words = 0, brackets = 0;
  for (int c = 0; c < units->count; c++) {
    const Field *unit = &units->field[c];
    Kind kind = kind_of(unit, format->decimal);
    bool numbers = below[c].numbers > 4 * below[c].words;
    if ((numbers && kind == KIND_NUMBER) || (!numbers && below[c].repeated > 0 && kind == KIND_WORD)) {
      return false;
    }
    numeric += numbers;
    words += numbers && kind == KIND_WORD;
    brackets += numbers && kind == KIND_WORD && strchr("[(", *unit->text);
  }
  return words > 0 && ((words == numeric && numeric > 1) || (words == brackets && 2 * words >= numeric));
}

/* --- above the table ---------------------------------------------------------------------------------------------- */

/* The bytes of Excel's first line, "sep=;", which names the delimiter; 0: there is none. */
static size_t take_separator_line(const char *start, size_t length, CsvFormat *format) {
  static const char key[] = "sep=";
  size_t end = 0;
  while (end < length && start[end] != '\n' && start[end] != '\r') {
    end++;
  }
  size_t quote = length > 0 && *start == '"', most = strlen(key) + 1 + 2 * quote;
  if (end + 1 < most || end > most || strncasecmp(start + quote, key, strlen(key)) != 0) {
    return 0;
  }
  char separator = end == most ? start[quote + strlen(key)] : '\0';
  for (Delimiter d = DELIMITER_COMMA; d < DELIMITER_COUNT && format->delimiter == DELIMITER_AUTO; d++) {
    format->delimiter = format_separator(d) == separator ? d : DELIMITER_AUTO;
  }
  end += end + 1 < length && start[end] == '\r' && start[end + 1] == '\n';
  return end < length ? end + 1 : end;
}

/* A line of words that fills one field, or has few, where the table has more. */
static bool is_title(const Sample *sample, int line, int columns, const CsvFormat *format, Fields *fields,
                     Fields *more) {
  sample_split(sample->line[line], format->delimiter, format->quote, fields);
  int filled = 0, numbers = 0;
  for (int c = 0; c < fields->count; c++) {
    filled += fields->field[c].length > 0;
    numbers += kind_of(&fields->field[c], format->decimal) == KIND_NUMBER;
  }
  if (numbers > 0 || filled == 0 || columns < 2) {
    return false;
  }
  if (columns > 2) {
    return filled == 1 ? fields->count != columns - 1 || columns > 3 : fields->count < columns - 1;
  }
  sample_split(sample->line[line + 1], format->delimiter, format->quote, more);
  return fields->count == 1 && more->count == 2 && has_header(sample, line + 1, format, 0, more, fields);
}

/* Passes over the lines above the table. */
static void skip_titles(Sample *sample, const CsvFormat *format, Fields *fields, Fields *more) {
  enum { MOST_LINES = 20 };
  static const double enough = 0.6;
  Shape shape = shape_of(sample, format->delimiter, format->quote, fields);
  int titles = 0, most = sample->lines - 2 < MOST_LINES ? sample->lines - 2 : MOST_LINES;
  while (shape.share >= enough && titles < most && is_title(sample, titles, shape.fields, format, fields, more)) {
    titles++;
  }
  sample->lines -= titles;
  memmove(sample->line, sample->line + titles, (size_t)sample->lines * sizeof *sample->line);
}

static int count_lines(const char *text, size_t length) {
  int lines = 0;
  for (size_t i = 0; i < length; i++) {
    lines += text[i] == '\n' ? 1 : text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n');
  }
  return lines;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

void format_guess(const char *start, size_t length, bool whole, CsvFormat *format) {
  size_t above = take_separator_line(start, length, format);
  Sample sample = sample_take(start + above, length - above, whole, true);
  format->comments = sample.later_comments <= sample.lines;
  if (!format->comments) {
    sample = sample_take(start + above, length - above, whole, false);
  }
  Fields fields, more;
  format->quote = format->quote == QUOTE_AUTO ? guess_quote(&sample) : format->quote;
  if (format->delimiter == DELIMITER_AUTO) {
    format->delimiter = guess_delimiter(&sample, format->quote, &fields);
  }
  if (format->decimal == DECIMAL_AUTO) {
    format->decimal = guess_decimal(&sample, format, &fields);
  }
  format->count_line = is_count_line(&sample, format, &fields, &more);
  if (!format->count_line) {
    const char *first = sample.lines > 0 ? sample.line[0].text : start;
    skip_titles(&sample, format, &fields, &more);
    above = sample.lines > 0 && sample.line[0].text > first ? (size_t)(sample.line[0].text - start) : above;
  }
  format->above = above;
  format->above_lines = count_lines(start, above);
  guess_header(&sample, format);
  format->units_line = format->header == HEADER_YES && !format->row_names &&
                       is_units_line(&sample, format->count_line ? 2 : 1, format, &fields, &more);
}

/* --- digits that are words ---------------------------------------------------------------------------------------- */

/* What the fields of a column are. */
typedef struct Digits {
  int filled, digits, dates; /* those with something, of digits alone, days like 20240229 */
  bool coded;                /* one has a zero in front, and three digits at least */
} Digits;

static void look_at_digits(const Field *field, Digits *digits) {
  enum { LONGEST = 31, CODE_DIGITS = 3 };
  char text[LONGEST + 1];
  double day;
  if (frame_is_missing(field->text, field->length)) {
    return;
  }
  digits->filled++;
  if (field->length > LONGEST) {
    return;
  }
  memcpy(text, field->text, field->length);
  text[field->length] = '\0';
  bool all = strspn(text, "0123456789") == field->length;
  digits->digits += all;
  digits->dates += all && word_date(text, DATE_YMD, &day);
  digits->coded |= all && *text == '0' && field->length >= CODE_DIGITS;
}

int format_find_words(const char *start, size_t length, bool whole, const CsvFormat *format, bool *words, int room) {
  enum { MANY_DATES = 10 };
  Sample sample = sample_take(start + format->above, length - format->above, whole, format->comments);
  Digits digits[SAMPLE_FIELDS] = {{0, 0, 0, false}};
  int columns = 0, found = 0;
  for (int l = format->count_line + (format->header == HEADER_YES) + format->units_line; l < sample.lines; l++) {
    Fields fields;
    sample_split(sample.line[l], format->delimiter, format->quote, &fields);
    columns = fields.count > columns ? fields.count : columns;
    for (int c = 0; c < fields.count; c++) {
      look_at_digits(&fields.field[c], &digits[c]);
    }
  }
  columns = columns < room ? columns : room;
  for (int c = 0; c < columns; c++) {
    const Digits *of = &digits[c];
    words[c] = of->filled > 0 && of->digits == of->filled &&
               (of->coded || (of->dates == of->filled && of->dates >= MANY_DATES));
    found += words[c];
  }
  return found > 0 ? columns : 0;
}
