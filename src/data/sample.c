#include "data/sample.h"

#include <string.h>

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool is_empty(Line line) {
  for (size_t i = 0; i < line.length; i++) {
    if (!is_blank(line.text[i])) {
      return false;
    }
  }
  return true;
}

/* Whether a quote after this byte may open a field, or is the second of two inside of one. */
static bool is_before_field(char c) { return strchr(",;\t| \"\r\n", c) != NULL; }

Sample sample_take(const char *start, size_t length, bool whole, bool comments) {
  Sample sample = {.lines = 0};
  bool quoted = false;
  size_t from = 0;
  for (size_t i = 0; i <= length && sample.lines < SAMPLE_LINES; i++) {
    if (i < length && start[i] == '"' && (quoted || i == 0 || is_before_field(start[i - 1]))) {
      quoted = !quoted;
    }
    bool end = i == length ? whole : !quoted && (start[i] == '\n' || start[i] == '\r');
    if (!end) {
      continue;
    }
    Line line = {start + from, i - from};
    bool comment = format_is_comment(line.text, line.length);
    sample.later_comments += comment && sample.lines > 0;
    if (!is_empty(line) && !(comment && comments)) {
      sample.line[sample.lines++] = line;
    }
    from = i + 1;
  }
  if (sample.lines == 0 && length > 0) {
    sample.line[sample.lines++] = (Line){start, length};
  }
  return sample;
}

static char quote_char(Quote quote) { return quote == QUOTE_SINGLE ? '\'' : quote == QUOTE_NONE ? '\0' : '"'; }

static Field trimmed(const char *from, const char *to, char quote) {
  while (from < to && is_blank(*from)) {
    from++;
  }
  while (to > from && is_blank(to[-1])) {
    to--;
  }
  if (quote && to - from >= 2 && *from == quote && to[-1] == quote) {
    from++;
    to--;
  }
  return (Field){from, (size_t)(to - from)};
}

void sample_split(Line line, Delimiter delimiter, Quote quote_kind, Fields *fields) {
  const char *at = line.text, *end = at + line.length;
  char separator = format_separator(delimiter), quote = quote_char(quote_kind);
  bool blanks = delimiter == DELIMITER_BLANKS;
  while (blanks && at < end && is_blank(*at)) {
    at++;
  }
  while (blanks && end > at && is_blank(end[-1])) {
    end--;
  }
  const char *from = at;
  bool quoted = false;
  fields->count = 0;
  for (; at <= end && fields->count < SAMPLE_FIELDS; at++) {
    if (at < end && quote && *at == quote && (quoted || at == from || is_before_field(at[-1]))) {
      quoted = !quoted;
    }
    bool ends = at == end || (!quoted && (blanks ? is_blank(*at) : *at == separator));
    if (!ends) {
      continue;
    }
    fields->field[fields->count++] = trimmed(from, at, quote);
    while (blanks && at + 1 < end && is_blank(at[1])) {
      at++;
    }
    from = at + 1;
  }
}
